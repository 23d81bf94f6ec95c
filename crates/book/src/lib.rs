//! The shop's book: open, record, page, totals. One SQLite file that one program has open at a time.
//!
//! - [`Ledger`]: the book itself; its verbs lie in the files named after what they do (`record`, `query`, `marks` …).
//! - [`fresh`]: how long a payment is news.
//! - [`ask`]: what the book is asked for.
//! - [`dayend`]: a day's report, the drawer, and closings.
//! - [`imports`], [`reconcile`]: statements in the book, and how they differ from it.
//! - [`backup`]: the whole book as one file, and back.

mod aside;
pub mod ask;
pub mod backup;
mod business;
pub mod chain;
mod classes;
pub mod dayend;
mod details;
pub mod events;
mod filter;
mod follow;
pub mod fresh;
mod heard;
pub mod imports;
mod line;
mod marks;
mod query;
pub mod reconcile;
mod record;
mod search;
mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod unread;
pub mod verify;

pub use ask::{Filter, HistoryQuery, LineId, LineState};
pub use business::GoingOn;
pub use details::Details;
pub use follow::{Follow, Progress};
pub use line::{CASH, LINE_COLUMNS, Line, Standing, line};
pub use query::{DayTotals, FilterChoices, NewsLine, Total, bounded};
pub use record::{Beside, Clocks, Recorded};
pub use unread::UnreadLine;

use domain::{HubId, Money, Seq, Timestamp, wire::Shop};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Serialize, de::DeserializeOwned};
use std::{path::Path, sync::Arc, time::Duration};

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_start.sql"),
    include_str!("../migrations/0002_last_entry.sql"),
    include_str!("../migrations/0003_print_jobs.sql"),
    include_str!("../migrations/0004_history.sql"),
    include_str!("../migrations/0005_closings.sql"),
    include_str!("../migrations/0006_statements.sql"),
    include_str!("../migrations/0007_closing_prints.sql"),
    include_str!("../migrations/0008_restores.sql"),
    include_str!("../migrations/0009_refund_numbers.sql"),
];

/// What goes wrong with the book.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another program has it open.
    #[error("another program has the book open")]
    Locked,
    /// A newer version of this program wrote it.
    #[error("a newer version of this program wrote the book")]
    Newer,
    /// An older version of this program wrote it, and it is only read, not brought up to date.
    #[error("an older version of this program wrote the book")]
    Older,
    /// The file could not be opened.
    #[error("the book's file could not be opened: {0}")]
    Open(#[source] sqlite::OpenError),
    /// The file could not be read or written.
    #[error("the book could not be read or written: {0}")]
    Storage(#[from] rusqlite::Error),
    /// The book was closed.
    #[error("the book is closed")]
    Closed,
    /// Days were to be compared with statements that have more payments or rows than are compared at once.
    #[error("these days have too many payments to be compared at once")]
    TooMany,
}

impl From<sqlite::Stopped> for LedgerError {
    fn from(_: sqlite::Stopped) -> Self {
        Self::Closed
    }
}

impl From<sqlite::OpenError> for LedgerError {
    fn from(error: sqlite::OpenError) -> Self {
        match error {
            sqlite::OpenError::InUse(_) => Self::Locked,
            sqlite::OpenError::Newer { .. } => Self::Newer,
            sqlite::OpenError::Older { .. } => Self::Older,
            other => Self::Open(other),
        }
    }
}

/// From where on the hub is to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The hub; `None` before the first visit.
    pub hub: Option<HubId>,
    /// The last number in the book.
    pub after: Seq,
    /// When the hub accepted the entry with that number; `None`: not known, or there is none.
    pub after_at: Option<Timestamp>,
}

/// The shop's book. Cheap to clone; all clones are the same book.
#[derive(Debug, Clone)]
pub struct Ledger {
    db: sqlite::Db,
    /// Held while a statement is written: one at a time has a draft.
    importing: Arc<tokio::sync::Mutex<()>>,
}

impl Ledger {
    /// Opens the book, made if there is none.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::open_within(path, Duration::ZERO).await
    }

    /// As [`Ledger::open`], but a book that is in use is tried again until this time is over.
    pub async fn open_within(path: &Path, patience: Duration) -> Result<Self, LedgerError> {
        let path = path.to_owned();
        let open = move || {
            let held = sqlite::Held::take(&path, patience)?;
            // A backup that was laid ready becomes the book now, before anybody has it open.
            backup::resume(&path).map_err(|source| sqlite::OpenError::Io {
                path: path.clone(),
                source,
            })?;
            sqlite::Db::open_held(held, &path, MIGRATIONS)
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let ledger = Self::around(opened.map_err(|_| LedgerError::Closed)??);
        // Nobody waits for it: a book of before the chain gets its hashes beside everything else.
        tokio::spawn(chain::catch_up(ledger.db.clone()));
        Ok(ledger)
    }

    /// Opens a book for reading only, while another program may have it open. It is not made, and not brought up to
    /// date.
    pub async fn open_read_only(path: &Path) -> Result<Self, LedgerError> {
        let path = path.to_owned();
        let open = move || sqlite::Db::open_read_only(&path, MIGRATIONS);
        let opened = tokio::task::spawn_blocking(open).await;
        Ok(Self::around(opened.map_err(|_| LedgerError::Closed)??))
    }

    fn around(db: sqlite::Db) -> Self {
        Self {
            db,
            importing: Arc::default(),
        }
    }

    /// Does work on the book's file, for what others keep in it beside the payments. It must leave the book's own tables
    /// as they are.
    pub async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.db.call(work).await
    }

    /// From where on the hub is to send.
    pub async fn cursor(&self) -> Result<Cursor, LedgerError> {
        self.call(|db| {
            let newest = current_log(db)?;
            Ok(Cursor {
                hub: newest.as_ref().and_then(|log| HubId::new(log.hub.as_str())),
                after_at: newest.as_ref().and_then(|log| log.after_at),
                after: newest.map_or(Seq(0), |log| log.after),
            })
        })
        .await
    }

    /// The first visit to a hub: its log is filled from 0, and of what it has up to `newest` only what is fresh is
    /// announced. Does nothing when the book follows that hub already.
    pub async fn first_visit(&self, hub: &HubId, newest: Seq) -> Result<(), LedgerError> {
        let hub = hub.clone();
        self.call(move |db| {
            if current_log(db)?.is_none_or(|log| log.hub != hub.as_str()) {
                begin_log(db, &hub, Seq(0), newest)?;
            }
            Ok(())
        })
        .await
    }

    /// The hub does not know our number: the log is filled again from 0. Of another hub's log nothing up to `newest`
    /// is announced; of our own hub's, which was restored from a copy, what is fresh and stands in the book under no
    /// number yet: a customer of now paid it, and nobody has heard of it.
    pub async fn refill(&self, hub: &HubId, newest: Seq) -> Result<(), LedgerError> {
        let hub = hub.clone();
        self.call(move |db| {
            let same = current_log(db)?.is_some_and(|log| log.hub == hub.as_str());
            begin_log(db, &hub, if same { Seq(0) } else { newest }, newest)
        })
        .await
    }

    /// What was kept under a name.
    pub async fn kept<T: DeserializeOwned + Send + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, LedgerError> {
        self.call(move |db| {
            let text: Option<String> = db
                .prepare_cached("SELECT value FROM kept WHERE name = ?1")?
                .query_row([name], |row| row.get(0))
                .optional()?;
            Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
        })
        .await
    }

    /// Keeps something under a name.
    pub async fn keep<T: Serialize>(
        &self,
        name: &'static str,
        value: &T,
    ) -> Result<(), LedgerError> {
        let text = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        self.call(move |db| {
            let sql = "INSERT INTO kept (name, value) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            db.prepare_cached(sql)?.execute((name, text))?;
            Ok(())
        })
        .await
    }

    /// The shop as the hub told it last.
    pub async fn shop(&self) -> Result<Option<Shop>, LedgerError> {
        self.kept("shop").await
    }

    /// Runs SQL on the book, for tests of a book that misbehaves.
    #[cfg(any(test, feature = "testing"))]
    pub async fn batch(&self, sql: &'static str) -> Result<(), LedgerError> {
        self.call(move |db| Ok(db.execute_batch(sql)?)).await
    }

    /// Writes everything back and lets the file go.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// The log in use.
#[derive(Debug)]
struct Log {
    id: i64,
    hub: String,
    after: Seq,
    after_at: Option<Timestamp>,
    silent_until: Seq,
    filling_until: Seq,
}

fn current_log(db: &Connection) -> rusqlite::Result<Option<Log>> {
    let sql = "SELECT id, hub, after, silent_until, filling_until, after_at FROM logs WHERE id > 0 ORDER BY id DESC LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([], |row| {
            Ok(Log {
                id: row.get(0)?,
                hub: row.get(1)?,
                after: seq(row, 2)?,
                silent_until: seq(row, 3)?,
                filling_until: seq(row, 4)?,
                after_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
            })
        })
        .optional()
}

fn begin_log(
    db: &Connection,
    hub: &HubId,
    silent_until: Seq,
    filling_until: Seq,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO logs (hub, after, silent_until, filling_until) VALUES (?1, 0, ?2, ?3)";
    db.prepare_cached(sql)?.execute((
        hub.as_str(),
        whole(silent_until.0),
        whole(filling_until.0),
    ))?;
    Ok(())
}

fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    row.get::<_, i64>(column)
        .map(|number| Seq(u64::try_from(number).unwrap_or(0)))
}

fn amount(row: &Row<'_>, minor: usize, currency: usize) -> rusqlite::Result<Option<Money>> {
    let (Some(minor), Some(code)) = (
        row.get::<_, Option<i64>>(minor)?,
        row.get::<_, Option<String>>(currency)?,
    ) else {
        return Ok(None);
    };
    Ok(domain::Currency::new(&code).and_then(|currency| Money::new(minor, currency)))
}

/// A value that is one word on the wire (`payment`, `wechat`, `2026-11-22`) as that word.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

fn read_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

/// SQLite's integers are signed; no log and no count comes near their end.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
