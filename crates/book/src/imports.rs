//! Statements in the book: loaded once, listed, taken back. A statement counts when all of it stands in the book.
//!
//! Its rows are written in pieces, so that a payment that comes meanwhile does not wait for the end of a large file;
//! the last step makes them count, all at once. What a power cut left unfinished is swept away with the next file.

mod load;
mod rows;
mod store;
#[cfg(test)]
pub(crate) mod tests;

pub use load::{GivenFile, ImportError, Outcome, Tried, TryError, try_mapping};
pub(crate) use rows::{LiveRow, damaged, live_rows};

use crate::{Follow, Ledger, LedgerError, chain, read_word};
use domain::{Platform, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use serde::{Deserialize, Serialize};
use statements::{Check, Period, Statement, StatementKind, Unreadable};
use std::sync::Arc;

/// The longest name of a file that is kept, in characters.
const NAME_MAX: usize = 200;
/// Statements that are listed at most.
const LISTED_MAX: u32 = 1_000;
/// Unreadable rows that are shown of a statement at most; all are counted.
pub const UNREADABLE_SHOWN: u32 = 200;

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

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// Its rows count now.
    New(ImportedStatement),
    /// The same bytes were loaded before: nothing was changed.
    Known(ImportedStatement),
    /// Somebody stopped it: nothing was changed.
    Stopped,
}

/// Who loads it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The person's name, as given.
    pub who: String,
    /// The time.
    pub at: Timestamp,
}

impl Ledger {
    /// Loads a statement: `digest` is that of the file's bytes, unpacked. All of its rows count afterwards, or none.
    pub async fn import(
        &self,
        name: &str,
        digest: [u8; 32],
        statement: Statement,
        by: By,
        follow: Follow,
    ) -> Result<Imported, LedgerError> {
        let clean = domain::payment::clean_text(name).unwrap_or_default();
        let name: String = clean.chars().take(NAME_MAX).collect();
        let _one_at_a_time = self.importing.lock().await;
        if let Some(known) = self.known_file(digest).await? {
            return Ok(Imported::Known(known));
        }
        let begun = store::Begun {
            name,
            digest,
            by,
            statement: Arc::new(statement),
        };
        let written = store::write(self, begun, &follow).await?;
        let new = match written {
            Some(id) => self.statement(id).await?,
            None => None,
        };
        Ok(new.map_or(Imported::Stopped, Imported::New))
    }

    /// The statement that was loaded from these bytes, if it counts.
    pub async fn known_file(
        &self,
        digest: [u8; 32],
    ) -> Result<Option<ImportedStatement>, LedgerError> {
        self.call(move |db| {
            let sql = format!("{LIVE} AND digest = ?1 ORDER BY id LIMIT 1");
            let found = db
                .prepare_cached(&sql)?
                .query_row([digest], shown)
                .optional()?;
            found.map(|one| with_unreadable(db, one)).transpose()
        })
        .await
    }

    /// The statements that count, the last loaded first.
    pub async fn statements(&self) -> Result<Vec<ImportedStatement>, LedgerError> {
        self.call(|db| {
            let sql = format!("{LIVE} ORDER BY id DESC LIMIT {LISTED_MAX}");
            let mut query = db.prepare_cached(&sql)?;
            let found = query
                .query_map([], shown)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            found
                .into_iter()
                .map(|one| with_unreadable(db, one))
                .collect()
        })
        .await
    }

    /// One statement, if it counts.
    pub async fn statement(
        &self,
        id: StatementId,
    ) -> Result<Option<ImportedStatement>, LedgerError> {
        self.call(move |db| {
            let sql = format!("{LIVE} AND id = ?1");
            let found = db
                .prepare_cached(&sql)?
                .query_row([id.0], shown)
                .optional()?;
            found.map(|one| with_unreadable(db, one)).transpose()
        })
        .await
    }

    /// A statement is taken back: its rows do not count any more. Its place in the book stays, and so does who took it
    /// back. False where there is none to take back.
    pub async fn take_back(&self, id: StatementId, by: By) -> Result<bool, LedgerError> {
        self.call(move |db| {
            let transaction = sqlite::begin(db)?;
            let sql = format!("{LIVE} AND id = ?1");
            if !transaction.prepare_cached(&sql)?.exists([id.0])? {
                return Ok(false);
            }
            let event = Event {
                what: "taken_back",
                statement: Some(id),
                subject: None,
                about: None,
                reason: None,
            };
            event.write(&transaction, &by)?;
            transaction.commit()?;
            Ok(true)
        })
        .await
    }
}

/// Statements that were not taken back, as [`shown`] reads them.
const LIVE: &str = "SELECT id, kind, platform, account, from_at, until_at, name, rows, repeated, unreadable, checks,
        imported_at, who
    FROM statements WHERE NOT EXISTS (SELECT 1 FROM statement_events AS event
        WHERE event.statement = statements.id AND event.what = 'taken_back')";

fn shown(row: &SqlRow<'_>) -> rusqlite::Result<ImportedStatement> {
    let period = match (row.get::<_, Option<i64>>(4)?, row.get::<_, Option<i64>>(5)?) {
        (Some(from), Some(until)) => Some(Period {
            from: Timestamp(from),
            until: Timestamp(until),
        }),
        _ => None,
    };
    let checks: String = row.get(10)?;
    Ok(ImportedStatement {
        id: StatementId(row.get(0)?),
        kind: read_word(row, 1)?,
        platform: read_word(row, 2)?,
        account: row.get(3)?,
        period,
        name: row.get(6)?,
        rows: row.get(7)?,
        repeated: row.get(8)?,
        unreadable_count: row.get(9)?,
        unreadable: Vec::new(),
        checks: serde_json::from_str(&checks).unwrap_or_default(),
        imported_at: Timestamp(row.get(11)?),
        by: row.get(12)?,
    })
}

fn with_unreadable(
    db: &Connection,
    mut one: ImportedStatement,
) -> Result<ImportedStatement, LedgerError> {
    if one.unreadable_count > 0 {
        let sql = "SELECT line, text, reason FROM statement_unreadable WHERE statement = ?1 ORDER BY id LIMIT ?2";
        let mut query = db.prepare_cached(sql)?;
        let rows = query.query_map((one.id.0, UNREADABLE_SHOWN), |row| {
            Ok(Unreadable {
                line: row.get(0)?,
                text: row.get(1)?,
                reason: row.get(2)?,
            })
        })?;
        one.unreadable = rows.collect::<rusqlite::Result<_>>()?;
    }
    Ok(one)
}

/// Something that happened to a statement or to a difference.
pub(crate) struct Event<'a> {
    pub(crate) what: &'static str,
    pub(crate) statement: Option<StatementId>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) about: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
}

impl Event<'_> {
    /// Writes it, and into the chain.
    pub(crate) fn write(&self, db: &Connection, by: &By) -> rusqlite::Result<()> {
        let sql = "INSERT INTO statement_events (what, statement, subject, about, reason, who, at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        db.prepare_cached(sql)?.execute(params![
            self.what,
            self.statement.map(|id| id.0),
            self.subject,
            self.about,
            self.reason,
            by.who,
            by.at.0,
        ])?;
        chain::append(db, "statement_event", db.last_insert_rowid(), by.at)?;
        Ok(())
    }
}
