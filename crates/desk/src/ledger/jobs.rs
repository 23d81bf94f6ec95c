//! Receipts on their way to paper, in the book: asked for, begun, ended. Each step is one commit, taken before the next
//! thing is done, so that a restart finds what may be on paper and what cannot be.

mod row;
mod sql;

pub use row::{Of, PrintJob};
pub(super) use sql::{add, copies, has_paper, jobs_of};

use crate::receipts::view::{JobId, PrintProblem, PrintProblemCode};
use book::{Ledger, LedgerError, Line, LineId};
use devices::printer::job::{Happening, State};
use domain::Timestamp;
use row::{JOB_COLUMNS, job, word_of, written};
use rusqlite::OptionalExtension;
use sql::{by_id, exists, jobs, one_line, with_line};

/// What became of asking for another paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// It is queued.
    Queued(Box<PrintJob>),
    /// The first one is still on its way.
    OnItsWay,
    /// There is no such job.
    Unknown,
}

/// What could not be begun for so long, nobody waits for any more: whoever paid has gone, and a printer that comes back
/// in the evening must not print the day.
pub(crate) const WAITS_MS: i64 = 15 * 60 * 1000;
/// So many jobs that are over are shown besides those that are not.
const SHOWN_MAX: u32 = 50;
/// So many jobs in trouble are shown one by one.
const IN_TROUBLE_MAX: u32 = 200;

/// The receipts of a book.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prints<'a>(pub(crate) &'a Ledger);

impl Prints<'_> {
    /// Queues a paper because somebody asked for it. The same wish while one is queued or under way is that one. Where
    /// papers of this payment or closing exist already, it is a copy. `None` when there is no such payment or closing.
    pub(crate) async fn print(
        &self,
        of: Of,
        printer: String,
        at: Timestamp,
    ) -> Result<Option<PrintJob>, LedgerError> {
        self.0
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                if !exists(&transaction, of)? {
                    return Ok(None);
                }
                let others = jobs_of(&transaction, of)?;
                let same = |job: &&PrintJob| job.printer == printer && !job.job.state.is_settled();
                if let Some(on_its_way) = others.iter().find(same) {
                    return Ok(Some(on_its_way.clone()));
                }
                let copy = others.iter().any(has_paper).then(|| copies(&others) + 1);
                // What failed before is dealt with by this: printed again, too, it would be another first paper.
                let sql = "UPDATE print_jobs SET again = 1 WHERE id = ?1";
                for dealt_with in others.iter().filter(|job| !has_paper(job)) {
                    transaction
                        .prepare_cached(sql)?
                        .execute([dealt_with.id().0])?;
                }
                let id = add(&transaction, of, &printer, false, of.marked(copy), at)?;
                let queued = id.map(|id| by_id(&transaction, id)).transpose()?.flatten();
                transaction.commit()?;
                Ok(queued)
            })
            .await
    }

    /// Queues another paper of a job's receipt on that printer. The same wish while one is on its way there is that one.
    pub(crate) async fn again(
        &self,
        id: JobId,
        printer: String,
        at: Timestamp,
    ) -> Result<Again, LedgerError> {
        self.0
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                let Some(mut was) = by_id(&transaction, id)? else {
                    return Ok(Again::Unknown);
                };
                let others = jobs_of(&transaction, was.of)?;
                let Some(again) = was.job.print_again(0, copies(&others)) else {
                    return Ok(Again::OnItsWay);
                };
                let same = |job: &PrintJob| job.printer == printer && !job.job.state.is_settled();
                if let Some(on_its_way) = others.into_iter().find(same) {
                    return Ok(Again::Queued(Box::new(on_its_way)));
                }
                let sql = "UPDATE print_jobs SET again = 1 WHERE id = ?1";
                transaction.prepare_cached(sql)?.execute([id.0])?;
                let copy = was.of.marked(again.copy);
                let id = add(&transaction, was.of, &printer, false, copy, at)?;
                let queued = id.map(|id| by_id(&transaction, id)).transpose()?.flatten();
                transaction.commit()?;
                Ok(queued.map_or(Again::Unknown, |job| Again::Queued(Box::new(job))))
            })
            .await
    }

    /// The job to send next on a printer, with its payment where it is of one: the oldest that waits, and only while none is under way. What
    /// waited for too long is none, also where nobody has given it up yet: the computer may have slept.
    pub(crate) async fn next(
        &self,
        printer: String,
        now: Timestamp,
    ) -> Result<Option<(PrintJob, Option<Line>)>, LedgerError> {
        self.0.call(move |db| {
            let sql = format!(
                "SELECT {JOB_COLUMNS} FROM print_jobs INDEXED BY print_jobs_open
                 WHERE state IN ('queued', 'sending') AND printer = ?1
                 AND (state = 'sending' OR asked_at BETWEEN ?2 AND ?3) ORDER BY state = 'queued', id LIMIT 1"
            );
            let (from, to) = (now.plus_ms(-WAITS_MS).0, now.plus_ms(WAITS_MS).0);
            let next = db
                .prepare_cached(&sql)?
                .query_row((printer, from, to), job)
                .optional()?;
            let Some(next) = next.filter(|next| next.job.state == State::Queued) else {
                return Ok(None);
            };
            Ok(with_line(db, next)?)
        })
        .await
    }

    /// Something happened to a job: where it stands now, or `None` when that does not fit where it stood. `step` says
    /// what follows on where it stood.
    pub(crate) async fn moved(
        &self,
        id: JobId,
        step: impl FnOnce(State) -> Option<State> + Send + 'static,
        problem: Option<PrintProblem>,
        at: Timestamp,
    ) -> Result<Option<State>, LedgerError> {
        self.0
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                let was = by_id(&transaction, id)?.map(|was| was.job.state);
                let Some(state) = was.and_then(step) else {
                    return Ok(None);
                };
                let ended = state.is_settled().then_some(at.0);
                let sql =
                    "UPDATE print_jobs SET state = ?2, problem = ?3, ended_at = ?4 WHERE id = ?1";
                let problem = written(problem.as_ref());
                transaction
                    .prepare_cached(sql)?
                    .execute((id.0, word_of(state), problem, ended))?;
                transaction.commit()?;
                Ok(Some(state))
            })
            .await
    }

    /// What every job of a printer that is still queued waits for; `None`: only for its turn. Says whether that is news.
    pub(crate) async fn wait(
        &self,
        printer: String,
        problem: Option<PrintProblem>,
    ) -> Result<bool, LedgerError> {
        self.0.call(move |db| {
            let sql = "UPDATE print_jobs INDEXED BY print_jobs_open SET problem = ?2
                       WHERE state IN ('queued', 'sending') AND state = 'queued' AND printer = ?1 AND problem IS NOT ?2";
            let changed = db.prepare_cached(sql)?.execute((printer, written(problem.as_ref())))?;
            Ok(changed > 0)
        })
        .await
    }

    /// The program was started again: what was under way then may be on paper or not.
    pub(crate) async fn restarted(&self, at: Timestamp) -> Result<(), LedgerError> {
        self.0.call(move |db| {
            let restarted = PrintProblem::new(PrintProblemCode::Restarted);
            let sql =
                "UPDATE print_jobs SET state = ?1, problem = ?2, ended_at = ?3 WHERE state = ?4";
            for was in [State::Queued, State::Sending] {
                let Ok(state) = was.after(&Happening::Restarted) else {
                    continue;
                };
                if state != was {
                    let problem = written(Some(&restarted));
                    db.prepare_cached(sql)?.execute((
                        word_of(state),
                        problem,
                        at.0,
                        word_of(was),
                    ))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// What waits for too long, or for a printer that is not among those in use, is given up. Says whether anything waits
    /// still.
    pub(crate) async fn give_up(
        &self,
        in_use: Vec<String>,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        self.0.call(move |db| {
            let transaction = sqlite::begin(db)?;
            let sql = format!(
                "SELECT {JOB_COLUMNS} FROM print_jobs INDEXED BY print_jobs_open
                 WHERE state IN ('queued', 'sending') AND state = 'queued'"
            );
            let waiting = jobs(&transaction, &sql, [])?;
            let mut wait_still = false;
            for one in waiting {
                let why = if !in_use.contains(&one.printer) {
                    PrintProblem::new(PrintProblemCode::NotInUse)
                } else if now.since(one.asked_at).abs() > WAITS_MS {
                    // By how much the clock was set back does not matter: it is another time than it was asked at.
                    PrintProblem::new(PrintProblemCode::Late)
                } else {
                    wait_still = true;
                    continue;
                };
                let Ok(state) = one.job.state.after(&Happening::GivenUp) else {
                    continue;
                };
                let sql =
                    "UPDATE print_jobs SET state = ?2, problem = ?3, ended_at = ?4 WHERE id = ?1";
                let problem = written(Some(&why));
                transaction.prepare_cached(sql)?.execute((
                    one.id().0,
                    word_of(state),
                    problem,
                    now.0,
                ))?;
            }
            transaction.commit()?;
            Ok(wait_still)
        })
        .await
    }

    /// Somebody has looked at a job in trouble. False when it is none.
    pub(crate) async fn settle(&self, id: JobId) -> Result<bool, LedgerError> {
        self.0.call(move |db| {
            let sql = "UPDATE print_jobs SET settled = 1 WHERE id = ?1 AND state IN ('failed', 'unknown')";
            Ok(db.prepare_cached(sql)?.execute([id.0])? > 0)
        })
        .await
    }

    /// Somebody has looked at all of them.
    pub(crate) async fn settle_all(&self) -> Result<(), LedgerError> {
        self.0
            .call(move |db| {
                let sql = "UPDATE print_jobs SET settled = 1
                       WHERE state IN ('failed', 'unknown') AND again = 0 AND settled = 0";
                db.prepare_cached(sql)?.execute([])?;
                Ok(())
            })
            .await
    }

    /// Jobs for people, newest first: all that are not over, those in trouble, and the last of the others.
    pub(crate) async fn shown(&self) -> Result<Vec<(PrintJob, Option<Line>)>, LedgerError> {
        self.0.call(move |db| {
            let trouble = "state IN ('failed', 'unknown') AND again = 0 AND settled = 0";
            let open = "state IN ('queued', 'sending')";
            let sql = format!(
                "SELECT {JOB_COLUMNS} FROM print_jobs WHERE id IN (
                     SELECT id FROM (SELECT id FROM print_jobs ORDER BY id DESC LIMIT ?1)
                     UNION SELECT id FROM (SELECT id FROM print_jobs WHERE {open} ORDER BY id DESC LIMIT ?2)
                     UNION SELECT id FROM (SELECT id FROM print_jobs WHERE {trouble} ORDER BY id DESC LIMIT ?2))
                 ORDER BY id DESC"
            );
            let mut shown = Vec::new();
            for job in jobs(db, &sql, [SHOWN_MAX, IN_TROUBLE_MAX])? {
                shown.extend(with_line(db, job)?);
            }
            Ok(shown)
        })
        .await
    }

    /// One job, however old.
    pub(crate) async fn job(
        &self,
        id: JobId,
    ) -> Result<Option<(PrintJob, Option<Line>)>, LedgerError> {
        self.0
            .call(move |db| {
                let Some(job) = by_id(db, id)? else {
                    return Ok(None);
                };
                Ok(with_line(db, job)?)
            })
            .await
    }

    /// The last jobs of one payment, however old, newest first.
    pub(crate) async fn of(
        &self,
        line: LineId,
    ) -> Result<Vec<(PrintJob, Option<Line>)>, LedgerError> {
        self.0
            .call(move |db| {
                let Some(of) = one_line(db, line)? else {
                    return Ok(Vec::new());
                };
                let sql = format!(
                    "SELECT {JOB_COLUMNS} FROM print_jobs WHERE line = ?1 ORDER BY id DESC LIMIT ?2"
                );
                let jobs = jobs(db, &sql, (line.0, SHOWN_MAX))?;
                let with = |job| (job, Some(of.clone()));
                Ok(jobs.into_iter().map(with).collect())
            })
            .await
    }

    /// So many wait because something is wrong, were not printed, and are unknown: counted, however many.
    pub(crate) async fn trouble(&self) -> Result<[u32; 3], LedgerError> {
        self.0.call(move |db| {
            let count = |sql: &str| db.prepare_cached(sql)?.query_row([], |row| row.get(0));
            Ok([
                count("SELECT count(*) FROM print_jobs WHERE state IN ('queued', 'sending') AND state = 'queued' AND problem IS NOT NULL")?,
                count("SELECT count(*) FROM print_jobs WHERE state IN ('failed', 'unknown') AND state = 'failed' AND again = 0 AND settled = 0")?,
                count("SELECT count(*) FROM print_jobs WHERE state IN ('failed', 'unknown') AND state = 'unknown' AND again = 0 AND settled = 0")?,
            ])
        })
        .await
    }
}
