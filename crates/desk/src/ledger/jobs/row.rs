//! A job as its row has it.

use crate::receipts::view::{JobId, PrintProblem};
use book::LineId;
use devices::{
    port::Taken,
    printer::job::{Job, State},
};
use domain::{BusinessDay, Timestamp};
use rusqlite::Row;

/// What a paper is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A payment or refund.
    Payment(LineId),
    /// A closing, by its number.
    Closing(u32),
    /// A business day as it stands when it is printed, not closed.
    Look(BusinessDay),
}

/// A receipt's job, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    /// Its number, where it stands, its mark.
    pub job: Job,
    /// What it is a paper of.
    pub of: Of,
    /// The printer, by the id of its set-up.
    pub printer: String,
    /// By the owner's rule.
    pub by_itself: bool,
    /// Somebody has looked: nothing more is to be done about it.
    pub settled: bool,
    /// What it waits for, or why it ended so.
    pub problem: Option<PrintProblem>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl PrintJob {
    /// Its number, as pages know it.
    pub fn id(&self) -> JobId {
        JobId(i64::try_from(self.job.id).unwrap_or(i64::MAX))
    }

    /// Whether it is shown until somebody has dealt with it.
    pub fn needs_a_person(&self) -> bool {
        self.job.state.needs_a_person() && !self.job.again && !self.settled
    }
}

pub(super) const JOB_COLUMNS: &str =
    "id, line, printer, by_itself, copy, state, problem, again, settled, asked_at, closing, look";

pub(super) fn job(row: &Row<'_>) -> rusqlite::Result<PrintJob> {
    let (state, problem): (String, Option<String>) = (row.get(5)?, row.get(6)?);
    Ok(PrintJob {
        job: Job {
            id: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            // A word of nobody's is what nobody knows.
            state: state_of(&state).unwrap_or(State::Unknown),
            copy: row.get(4)?,
            again: row.get(7)?,
        },
        of: of(row)?,
        printer: row.get(2)?,
        by_itself: row.get(3)?,
        problem: problem.and_then(|text| serde_json::from_str(&text).ok()),
        settled: row.get(8)?,
        asked_at: Timestamp(row.get(9)?),
    })
}

/// A table of which every row has one of the three.
fn of(row: &Row<'_>) -> rusqlite::Result<Of> {
    if let Some(closing) = row.get(10)? {
        return Ok(Of::Closing(closing));
    }
    let look: Option<String> = row.get(11)?;
    match look.as_deref().and_then(BusinessDay::parse) {
        Some(day) => Ok(Of::Look(day)),
        None => Ok(Of::Payment(LineId(row.get(1)?))),
    }
}

pub(super) fn written(problem: Option<&PrintProblem>) -> Option<String> {
    problem.and_then(|problem| serde_json::to_string(problem).ok())
}

const STATES: [(State, &str); 7] = [
    (State::Queued, "queued"),
    (State::Sending, "sending"),
    (
        State::Taken {
            sure: Taken::Confirmed,
        },
        "taken",
    ),
    (State::Taken { sure: Taken::Sent }, "sent"),
    (State::Failed, "failed"),
    (State::Unknown, "unknown"),
    (State::Withdrawn, "withdrawn"),
];

pub(super) fn word_of(state: State) -> &'static str {
    let found = STATES.iter().find(|(known, _)| *known == state);
    found.map_or("unknown", |(_, word)| word)
}

fn state_of(word: &str) -> Option<State> {
    let found = STATES.iter().find(|(_, known)| *known == word);
    found.map(|(state, _)| *state)
}
