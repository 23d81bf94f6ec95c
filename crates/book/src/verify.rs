//! Checking the book: the chain against its rows, the lines against their news and corrections, the days' totals against
//! the lines. What is wrong is told with its place; nothing is mended.

mod lines;
mod rows;
mod sums;

use crate::{Follow, Ledger, LedgerError, LineId, chain::Head, imports};
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

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The end of the chain that was checked.
    pub head: Head,
    /// So many payments.
    pub lines: u64,
    /// So many days.
    pub days: u64,
    /// The first faults.
    pub faults: Vec<Found>,
    /// So many in all.
    pub all_faults: u64,
    /// Rows of before the chain still wait for their hash: they were not checked.
    pub unfinished: bool,
}

impl Verified {
    /// Nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.all_faults == 0
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
        let (rows, lines, days, unfinished) = self
            .call(|db| {
                let sql = "SELECT (SELECT ifnull(max(id), 0) FROM chain), (SELECT ifnull(max(id), 0) FROM lines),
                               (SELECT count(*) FROM days), EXISTS (SELECT 1 FROM chain_backlog)";
                let read = |row: &rusqlite::Row<'_>| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                };
                Ok(db.query_row(sql, [], read)?)
            })
            .await?;
        let (rows, lines, days): (i64, i64, i64) = (rows, lines, days);
        let of = |number: i64| u64::try_from(number).unwrap_or(0);
        let all = of(rows) + of(lines) + of(days);
        let mut findings = Findings::default();
        let mut chain = rows::Walk::default();
        let mut done = 0;
        loop {
            let (walk, found, more) = self
                .call(move |db| Ok(chain.step(db, findings, rows)?))
                .await?;
            (chain, findings) = (walk, found);
            if !follow.at(of(chain.link()).min(of(rows)), all) {
                return Ok(None);
            }
            if !more {
                break;
            }
        }
        done += of(rows);
        let mut after = 0;
        while after < lines {
            let (next, found) = self
                .call(move |db| Ok(lines::step(db, findings, after, lines)?))
                .await?;
            (after, findings) = (next, found);
            if !follow.at(done + of(after).min(of(lines)), all) {
                return Ok(None);
            }
        }
        done += of(lines);
        let mut day = String::new();
        let mut summed = 0;
        loop {
            let from = day.clone();
            let (next, found) = self
                .call(move |db| Ok(sums::step(db, findings, &from)?))
                .await?;
            findings = found;
            let Some(next) = next else { break };
            (day, summed) = (next, summed + 1);
            if !follow.at((done + summed).min(all), all) {
                return Ok(None);
            }
        }
        // The chain holds a digest of each statement's rows, not the rows.
        for statement in self.aside(|db| Ok(imports::damaged(db)?)).await? {
            findings.add(Found {
                kind: Some("statement".to_owned()),
                row: Some(statement.0),
                ..Found::new(Fault::RowChanged)
            });
        }
        Ok(Some(Verified {
            head: chain.head(),
            lines: of(lines),
            days: summed,
            faults: findings.faults,
            all_faults: findings.all,
            unfinished,
        }))
    }
}

#[cfg(test)]
mod tests;
