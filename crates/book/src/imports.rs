//! Statements in the book: loaded once, listed, taken back. A statement counts when all of it stands in the book.

use domain::{Platform, Timestamp};
use serde::{Deserialize, Serialize};
use statements::{Check, Period, StatementKind, Unreadable};

/// A statement in this book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct StatementId(pub i64);

/// A statement that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ImportedStatement {
    /// It.
    pub id: StatementId,
    /// What kind of file it was.
    pub kind: StatementKind,
    /// Whose it is.
    pub platform: Platform,
    /// Merchant number, account or IBAN, as the file says it.
    pub account: Option<String>,
    /// From when to when it tells everything, where that is known.
    pub period: Option<Period>,
    /// The file's name.
    pub name: String,
    /// Rows that could be read.
    pub rows: u32,
    /// Of these, rows that another statement had brought already: they count once.
    pub repeated: u32,
    /// Rows that could not be read, all of them counted …
    pub unreadable_count: u32,
    /// … and the first of them.
    pub unreadable: Vec<Unreadable>,
    /// What the file says of itself, and what was found.
    pub checks: Vec<Check>,
    /// When it was loaded.
    pub imported_at: Timestamp,
    /// By whom.
    pub by: String,
}
