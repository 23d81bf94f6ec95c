//! Checking the book: the chain against its rows, the lines against their news and corrections, the days' totals against
//! the lines, closings against each other and against what is noted as closed. What is wrong is told with its place;
//! nothing is mended.

mod lines;
mod rows;
mod sums;

pub use crate::dayend::Restored;

use crate::{Follow, Ledger, LedgerError, LineId, chain::Head, dayend, imports};
use domain::{BusinessDay, Timestamp};
use serde::{Deserialize, Serialize};

/// Faults that are listed; more are counted.
const FAULTS_MAX: usize = 100;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The row is not what it was when it was chained, or the chain itself was changed here.
    RowChanged,
    /// The row is in the chain, and no more in its table.
    RowGone,
    /// The row is in its table, and not in the chain.
    RowAdded,
    /// A link of the chain is missing, or out of order.
    LinkMissing,
    /// The payment is not what its news and corrections make of it.
    LineDiffers,
    /// The day's totals are not the sum of its payments.
    DayDiffers,
    /// No closing has this number, and no copy that took the book's place explains it.
    ClosingMissing,
    /// The closing's day, or the rows up to which it goes, lie before those of the closing before.
    ClosingOrder,
    /// The closing's row is not what the closing says, or its sums are not the sum of their parts.
    ClosingDiffers,
    /// What is noted as closed, of the day or of all, is not what closings took in.
    ClosedDiffers,
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Found {
    /// What is wrong.
    pub fault: Fault,
    /// Of rows: which kind, as in the chain.
    pub kind: Option<String>,
    /// Its row in its table.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub row: Option<i64>,
    /// Its place in the chain.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub link: Option<i64>,
    /// When the row was chained.
    pub at: Option<Timestamp>,
    /// The payment, where it is about one.
    pub line: Option<LineId>,
    /// The day, where it is about one.
    pub day: Option<BusinessDay>,
}

impl Found {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            kind: None,
            row: None,
            link: None,
            at: None,
            line: None,
            day: None,
        }
    }
}

impl From<dayend::Wrong> for Found {
    fn from(wrong: dayend::Wrong) -> Self {
        let closing = |fault, number| Self {
            kind: Some("closing".to_owned()),
            row: Some(number),
            ..Self::new(fault)
        };
        match wrong {
            dayend::Wrong::Missing(number) => closing(Fault::ClosingMissing, i64::from(number)),
            dayend::Wrong::Order(number) => closing(Fault::ClosingOrder, number),
            dayend::Wrong::Differs(number) => closing(Fault::ClosingDiffers, number),
            dayend::Wrong::Closed(day) => Self {
                day,
                ..Self::new(Fault::ClosedDiffers)
            },
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The end of the chain that was checked.
    pub head: Head,
    /// So many payments.
    pub lines: u64,
    /// So many days.
    pub days: u64,
    /// So many closings.
    pub closings: u64,
    /// Copies that were put in the book's place, in order: they explain numbers of closings that are missing.
    pub restores: Vec<Restored>,
    /// The first faults.
    pub faults: Vec<Found>,
    /// So many in all.
    pub all_faults: u64,
    /// Rows of before the chain still wait for their hash: they were not checked.
    pub unfinished: bool,
}

impl Verified {
    /// All was checked, and nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.all_faults == 0 && !self.unfinished
    }
}

/// A check on its way.
#[derive(Debug, Default)]
struct Findings {
    faults: Vec<Found>,
    all: u64,
}

impl Findings {
    fn add(&mut self, found: Found) {
        self.all += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(found);
        }
    }
}

impl Ledger {
    /// Checks the whole book, some rows at a time, so that payments are recorded meanwhile. `None` when it was stopped.
    pub async fn verify(&self, follow: Follow) -> Result<Option<Verified>, LedgerError> {
        let (rows, lines, days, unfinished): (i64, i64, i64, bool) = self
            .call(|db| {
                let sql = "SELECT (SELECT ifnull(max(id), 0) FROM chain), (SELECT ifnull(max(id), 0) FROM lines),
                               (SELECT count(*) FROM days), EXISTS (SELECT 1 FROM chain_backlog)";
                let read = |row: &rusqlite::Row<'_>| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                };
                Ok(db.query_row(sql, [], read)?)
            })
            .await?;
        let mut check = Check {
            ledger: self,
            follow,
            done: 0,
            all: whole(rows) + whole(lines) + whole(days),
            findings: Findings::default(),
        };
        let Some(head) = check.rows(rows).await? else {
            return Ok(None);
        };
        check.statements().await?;
        if !check.lines(lines).await? {
            return Ok(None);
        }
        let Some(days) = check.days().await? else {
            return Ok(None);
        };
        let Some(closings) = check.closings().await? else {
            return Ok(None);
        };
        let restores = self
            .call(|db| Ok(sense(dayend::restores(db))?.unwrap_or_default()))
            .await?;
        Ok(Some(Verified {
            head,
            lines: whole(lines),
            days,
            closings,
            restores,
            all_faults: check.findings.all,
            faults: check.findings.faults,
            unfinished,
        }))
    }
}

/// A row, or a sum over rows, that says something which cannot be: that is a fault of theirs, and no trouble with the book.
pub(crate) fn is_nonsense(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, InvalidQuery,
        SqliteFailure, Utf8Error,
    };
    match error {
        FromSqlConversionFailure(..)
        | IntegralValueOutOfRange(..)
        | InvalidColumnType(..)
        | InvalidQuery
        | Utf8Error(..) => true,
        SqliteFailure(_, Some(why)) => why == "integer overflow",
        _ => false,
    }
}

/// What was read, or `None` of what is no sense.
pub(crate) fn sense<T>(read: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if is_nonsense(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A check on its way: each step is a short visit to the book.
struct Check<'a> {
    ledger: &'a Ledger,
    follow: Follow,
    done: u64,
    all: u64,
    findings: Findings,
}

impl Check<'_> {
    /// The chain up to a link, and the rows that it is over. `None` when it was stopped.
    async fn rows(&mut self, last: i64) -> Result<Option<Head>, LedgerError> {
        let mut walk = rows::Walk::default();
        loop {
            let findings = std::mem::take(&mut self.findings);
            let step = move |db: &mut rusqlite::Connection| Ok(walk.step(db, findings, last)?);
            let (next, findings, more) = self.ledger.call(step).await?;
            (walk, self.findings) = (next, findings);
            if !self.at(whole(walk.link()).min(whole(last))) {
                return Ok(None);
            }
            if !more {
                self.done += whole(last);
                return Ok(Some(walk.head()));
            }
        }
    }

    /// The rows of statements: the chain holds a digest of each statement's rows, not the rows.
    async fn statements(&mut self) -> Result<(), LedgerError> {
        let damaged = self.ledger.aside(|db| Ok(imports::damaged(db)?)).await?;
        for statement in damaged {
            self.findings.add(Found {
                kind: Some("statement".to_owned()),
                row: Some(statement.0),
                ..Found::new(Fault::RowChanged)
            });
        }
        Ok(())
    }

    /// The lines up to one; whether it was not stopped.
    async fn lines(&mut self, last: i64) -> Result<bool, LedgerError> {
        let mut after = 0;
        while after < last {
            let findings = std::mem::take(&mut self.findings);
            let step =
                move |db: &mut rusqlite::Connection| Ok(lines::step(db, findings, after, last)?);
            (after, self.findings) = self.ledger.call(step).await?;
            if !self.at(whole(after).min(whole(last))) {
                return Ok(false);
            }
        }
        self.done += whole(last);
        Ok(true)
    }

    /// Every day; how many, or `None` when it was stopped.
    async fn days(&mut self) -> Result<Option<u64>, LedgerError> {
        let (mut day, mut summed) = (Vec::new(), 0);
        loop {
            let (findings, from) = (std::mem::take(&mut self.findings), day);
            let step = move |db: &mut rusqlite::Connection| Ok(sums::step(db, findings, &from)?);
            let (next, findings) = self.ledger.call(step).await?;
            self.findings = findings;
            let Some(next) = next else {
                return Ok(Some(summed));
            };
            (day, summed) = (next, summed + 1);
            if !self.at(summed) {
                return Ok(None);
            }
        }
    }

    /// Every closing, and what is noted as closed; how many, or `None` when it was stopped.
    async fn closings(&mut self) -> Result<Option<u64>, LedgerError> {
        let mut audit = dayend::Audit::default();
        loop {
            // Beside the book, each step at one moment: the last one looks at all that came since the last closing.
            let step = move |db: &rusqlite::Connection| Ok(audit.step(db)?);
            let (next, wrong, more) = self.ledger.aside(step).await?;
            audit = next;
            wrong
                .into_iter()
                .for_each(|wrong| self.findings.add(wrong.into()));
            if self.follow.is_stopped() {
                return Ok(None);
            }
            if !more {
                return Ok(Some(audit.seen));
            }
        }
    }

    /// Tells how far it is; whether it goes on.
    fn at(&self, further: u64) -> bool {
        self.follow
            .at((self.done + further).min(self.all), self.all)
    }
}

#[cfg(test)]
mod tests;
