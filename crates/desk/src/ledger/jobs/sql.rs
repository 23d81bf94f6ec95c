//! Jobs in their table: what finds them, and what adds one.

use super::row::{JOB_COLUMNS, Of, PrintJob, job, word_of};
use crate::receipts::view::JobId;
use book::{LINE_COLUMNS, Line, LineId, line};
use devices::printer::job::State;
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension};

/// Whether a paper of it exists, may exist or is about to.
pub(in crate::ledger) fn has_paper(job: &PrintJob) -> bool {
    !matches!(job.job.state, State::Failed | State::Withdrawn)
}

impl Of {
    /// A day as it stands is another one each time it is printed: no paper of it is a copy.
    pub(super) fn marked(self, copy: Option<u32>) -> Option<u32> {
        copy.filter(|_| !matches!(self, Self::Look(_)))
    }

    /// What stands in the three columns.
    fn columns(self) -> (Option<i64>, Option<u32>, Option<String>) {
        match self {
            Self::Payment(line) => (Some(line.0), None, None),
            Self::Closing(number) => (None, Some(number), None),
            Self::Look(day) => (None, None, Some(day.to_string())),
        }
    }
}

pub(in crate::ledger) fn add(
    db: &Connection,
    of: Of,
    printer: &str,
    by_itself: bool,
    copy: Option<u32>,
    at: Timestamp,
) -> rusqlite::Result<Option<JobId>> {
    let sql = "INSERT OR IGNORE INTO print_jobs
                   (line, closing, look, printer, by_itself, copy, state, again, settled, asked_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8)";
    let queued = word_of(State::Queued);
    let (line, closing, look) = of.columns();
    let added = db
        .prepare_cached(sql)?
        .execute((line, closing, look, printer, by_itself, copy, queued, at.0))?;
    Ok((added > 0).then(|| JobId(db.last_insert_rowid())))
}

pub(super) fn one_line(db: &Connection, id: LineId) -> rusqlite::Result<Option<Line>> {
    let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id.0], line).optional()
}

pub(super) fn by_id(db: &Connection, id: JobId) -> rusqlite::Result<Option<PrintJob>> {
    let sql = format!("SELECT {JOB_COLUMNS} FROM print_jobs WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id.0], job).optional()
}

/// A job with its payment, where it is of one; `None` where that is gone.
pub(super) fn with_line(
    db: &Connection,
    job: PrintJob,
) -> rusqlite::Result<Option<(PrintJob, Option<Line>)>> {
    let Of::Payment(id) = job.of else {
        return Ok(Some((job, None)));
    };
    Ok(one_line(db, id)?.map(|line| (job, Some(line))))
}

/// Whether there is such a payment or closing. A day as it stands can be of nothing at all.
pub(super) fn exists(db: &Connection, of: Of) -> rusqlite::Result<bool> {
    match of {
        Of::Payment(id) => Ok(one_line(db, id)?.is_some()),
        Of::Closing(number) => db
            .prepare_cached("SELECT 1 FROM closings WHERE id = ?1")?
            .exists([number]),
        Of::Look(_) => Ok(true),
    }
}

/// All jobs of the same payment, closing or day.
pub(in crate::ledger) fn jobs_of(db: &Connection, of: Of) -> rusqlite::Result<Vec<PrintJob>> {
    let all = |column: &str| {
        format!("SELECT {JOB_COLUMNS} FROM print_jobs WHERE {column} = ?1 ORDER BY id")
    };
    match of {
        Of::Payment(line) => jobs(db, &all("line"), [line.0]),
        Of::Closing(number) => jobs(db, &all("closing"), [number]),
        Of::Look(day) => jobs(db, &all("look"), [day.to_string()]),
    }
}

pub(super) fn jobs(
    db: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<PrintJob>> {
    let mut query = db.prepare_cached(sql)?;
    query.query_map(values, job)?.collect()
}

/// The highest mark that a copy of the same paper has.
pub(in crate::ledger) fn copies(jobs: &[PrintJob]) -> u32 {
    jobs.iter()
        .filter_map(|job| job.job.copy)
        .max()
        .unwrap_or(0)
}
