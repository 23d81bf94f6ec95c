//! The chain: every row that is recorded for good gets a hash over the hash before it and its own text, so that a row
//! that was changed, added or removed behind the book's back is found. docs/book-format.md tells it to anyone who wants
//! to check an export without this program.

mod backlog;
mod kinds;
mod text;

pub(crate) use backlog::catch_up;
pub use kinds::{KINDS, RowKind};
pub(crate) use text::row_text;

use crate::{Ledger, LedgerError};
use domain::Timestamp;
use ring::digest;
use rusqlite::{Connection, OptionalExtension, params};

/// A hash of the chain.
pub type Hash = [u8; 32];

/// The hash before the first row's.
pub const START: Hash = [0; 32];

/// The end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many rows are chained.
    pub rows: u64,
    /// The last one's hash.
    pub hash: Hash,
}

impl Head {
    /// A chain of no rows.
    pub const EMPTY: Self = Self {
        rows: 0,
        hash: START,
    };

    /// The hash as people compare it: 64 hex digits.
    pub fn text(&self) -> String {
        hex(&self.hash)
    }
}

/// Chains a row that was just written: of `kind` ([`KINDS`] says from which table its text is read), with its id in
/// that table. Call it in the transaction that writes the row; the row must never change afterwards. Answers the new
/// end of the chain.
///
/// While rows of before the chain still wait for their hash, this one waits behind them: answered is the end as it is.
pub fn append(db: &Connection, kind: &str, row: i64, at: Timestamp) -> rusqlite::Result<Hash> {
    let last = head(db)?;
    if has_backlog(db)? {
        return Ok(last.hash);
    }
    link(db, last, kinds::named(kind)?, row, at).map(|head| head.hash)
}

/// The end of the chain as it is now.
pub fn head(db: &Connection) -> rusqlite::Result<Head> {
    let sql = "SELECT id, hash FROM chain ORDER BY id DESC LIMIT 1";
    let last = db.prepare_cached(sql)?.query_row([], |row| {
        Ok(Head {
            rows: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            hash: row.get(1)?,
        })
    });
    Ok(last.optional()?.unwrap_or(Head::EMPTY))
}

/// The hash of a row's text after the hash before it.
pub fn next(before: &Hash, text: &[u8]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(text);
    let mut hash = START;
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Rows of before the chain wait for their hash.
pub(crate) fn has_backlog(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM chain_backlog LIMIT 1")?
        .exists([])
}

/// Adds one row to the end.
fn link(
    db: &Connection,
    last: Head,
    kind: &RowKind,
    row: i64,
    at: Timestamp,
) -> rusqlite::Result<Head> {
    let text = row_text(db, kind, row, at)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let head = Head {
        rows: last.rows + 1,
        hash: next(&last.hash, &text),
    };
    let sql = "INSERT INTO chain (id, kind, row, at, hash) VALUES (?1, ?2, ?3, ?4, ?5)";
    let id = i64::try_from(head.rows).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?
        .execute(params![id, kind.name, row, at.0, head.hash])?;
    Ok(head)
}

/// Hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Ledger {
    /// The end of the chain.
    pub async fn chain_head(&self) -> Result<Head, LedgerError> {
        self.call(|db| Ok(head(db)?)).await
    }
}

#[cfg(test)]
mod tests;
