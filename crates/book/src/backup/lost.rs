//! What a book has that a copy lacks: told before the copy takes its place, since it does not come back.

use super::copy;
use crate::chain::{self, Hash};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What stands in the book and not in a copy. Payments are not here: the hub tells of them again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Lost {
    /// So many closings …
    pub closings: u32,
    /// … from this number …
    pub first_closing: Option<u32>,
    /// … to this one.
    pub last_closing: Option<u32>,
    /// What was put right about payments.
    pub corrections: u32,
    /// Cash that was put into the drawer or taken out.
    pub cash_moves: u32,
    /// Counts of the drawer that were handed in.
    pub cash_counts: u32,
    /// Statements that were loaded.
    pub statements: u32,
    /// What was said about statements and differences.
    pub statement_events: u32,
}

/// Compares two books by their chains, of which one is the other's beginning, or both begin alike. `None` where one of
/// them has no whole chain.
pub(super) fn lost(book: &Path, copied: &Path) -> Option<Lost> {
    let compared = copy::open(book)
        .ok()
        .zip(copy::open(copied).ok())
        .map(|(book, copied)| between(&book, &copied));
    match compared? {
        Ok(lost) => lost,
        Err(error) => {
            tracing::warn!(%error, "the book could not be compared with a copy");
            None
        }
    }
}

fn between(book: &Connection, copied: &Connection) -> rusqlite::Result<Option<Lost>> {
    for db in [book, copied] {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'chain_backlog')";
        if !db.query_row(sql, [], |row| row.get(0))? || chain::has_backlog(db)? {
            return Ok(None);
        }
    }
    let sql = "SELECT kind, count(*), min(row), max(row) FROM chain WHERE id > ?1 GROUP BY kind";
    let mut query = book.prepare(sql)?;
    let mut rows = query.query([alike(book, copied)?])?;
    let mut lost = Lost::default();
    while let Some(row) = rows.next()? {
        let count: u32 = row.get(1)?;
        match row.get::<_, String>(0)?.as_str() {
            "closing" => {
                lost.closings = count;
                (lost.first_closing, lost.last_closing) = (row.get(2)?, row.get(3)?);
            }
            "correction" => lost.corrections = count,
            "cash_move" => lost.cash_moves = count,
            "cash_count" => lost.cash_counts = count,
            "statement" => lost.statements = count,
            "statement_event" => lost.statement_events = count,
            _ => {}
        }
    }
    Ok(Some(lost))
}

/// The last link that both have. A link's hash is over all before it, so that where two are alike all before them are.
fn alike(book: &Connection, copied: &Connection) -> rusqlite::Result<i64> {
    let link = |db: &Connection, id: i64| -> rusqlite::Result<Option<Hash>> {
        db.prepare_cached("SELECT hash FROM chain WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()
    };
    let (mut alike, mut ends) = (0, chain::head(book)?.rows.min(chain::head(copied)?.rows));
    while alike < ends {
        let middle = ends - (ends - alike) / 2;
        let id = i64::try_from(middle).unwrap_or(i64::MAX);
        let (ours, theirs) = (link(book, id)?, link(copied, id)?);
        match ours.is_some() && ours == theirs {
            true => alike = middle,
            false => ends = middle - 1,
        }
    }
    Ok(i64::try_from(alike).unwrap_or(i64::MAX))
}
