//! Notices that did not become payments, kept for the owner.

use super::{Ledger, LedgerError, Log, read_word, whole, word};
use crate::LineId;
use domain::{BusinessDay, Entry, SourceKind, Timestamp, Unread, event::UnreadReason};
use rusqlite::{Connection, OptionalExtension, params};

/// A notice in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLine {
    /// Its row.
    pub id: LineId,
    /// When the hub took it in.
    pub at: Timestamp,
    /// The kind of source.
    pub via: SourceKind,
    /// The app.
    pub app: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// Why it is no payment.
    pub reason: UnreadReason,
}

pub(super) fn add(
    db: &Connection,
    log: &Log,
    entry: &Entry,
    notice: &Unread,
    day: BusinessDay,
) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO unread (log, seq, day, at, via, source, app, title, text, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    db.prepare_cached(sql)?.execute(params![
        log.id,
        whole(entry.seq.0),
        word(&day),
        entry.at.0,
        notice.via.as_str(),
        notice.source.as_str(),
        notice.app,
        notice.title,
        notice.text,
        word(&notice.reason),
    ])?;
    Ok(db.last_insert_rowid())
}

/// The same notice under an older log gets its number in this one.
pub(super) fn rehome(
    db: &Connection,
    log: &Log,
    entry: &Entry,
    notice: &Unread,
) -> rusqlite::Result<bool> {
    let sql = "SELECT id FROM unread WHERE at = ?1 AND log < ?2 AND via = ?3 AND source = ?4 AND title IS ?5
               AND text IS ?6 ORDER BY id LIMIT 1";
    let same = params![
        entry.at.0,
        log.id,
        notice.via.as_str(),
        notice.source.as_str(),
        notice.title,
        notice.text
    ];
    let found: Option<i64> = db
        .prepare_cached(sql)?
        .query_row(same, |row| row.get(0))
        .optional()?;
    let Some(id) = found else { return Ok(false) };
    let sql = "UPDATE unread SET log = ?2, seq = ?3 WHERE id = ?1";
    db.prepare_cached(sql)?
        .execute((id, log.id, whole(entry.seq.0)))?;
    Ok(true)
}

impl Ledger {
    /// Notices, newest first, before a row if one is given; at most `limit`.
    pub async fn unread(
        &self,
        before: Option<LineId>,
        limit: u32,
    ) -> Result<Vec<UnreadLine>, LedgerError> {
        self.call(move |db| {
            let sql = "SELECT id, at, via, app, title, text, reason FROM unread WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map((before.map_or(i64::MAX, |line| line.0), limit), |row| {
                Ok(UnreadLine {
                    id: LineId(row.get(0)?),
                    at: Timestamp(row.get(1)?),
                    via: read_word(row, 2)?,
                    app: row.get(3)?,
                    title: row.get(4)?,
                    text: row.get(5)?,
                    reason: read_word(row, 6)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}
