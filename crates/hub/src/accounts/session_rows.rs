//! The rows of devices and sessions.

use super::SignedIn;
use super::rows::{Account, account};
use crate::HubError;
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

type Result<T> = std::result::Result<T, HubError>;

/// A session with its account.
pub(super) struct Session {
    pub(super) key: i64,
    pub(super) id: String,
    pub(super) account: Account,
    pub(super) device: i64,
    pub(super) began_at: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) proved_at: Timestamp,
}

/// The account's device that has this token.
pub(super) fn device(db: &Connection, account: i64, token: &[u8; 32]) -> Result<Option<i64>> {
    let sql = "SELECT key FROM account_devices WHERE token_hash = ?2 AND account = ?1";
    let found = db
        .prepare_cached(sql)?
        .query_row(params![account, token.as_slice()], |row| row.get(0));
    Ok(found.optional()?)
}

/// A device signed in: a new one, with the token it is given, or one that is known.
pub(super) fn device_in(
    db: &Connection,
    account: i64,
    known: Option<i64>,
    token: &[u8; 32],
    words: &str,
    now: Timestamp,
) -> Result<i64> {
    if let Some(key) = known {
        let sql = "UPDATE account_devices SET last_at = ?2, words = ?3 WHERE key = ?1";
        db.execute(sql, params![key, now.0, words])?;
        return Ok(key);
    }
    db.execute(
        "INSERT INTO account_devices (account, token_hash, words, first_at, last_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![account, token.as_slice(), words, now.0],
    )?;
    Ok(db.last_insert_rowid())
}

/// Forgets a device and ends its sessions.
pub(super) fn forget_device(db: &Connection, device: i64) -> Result<()> {
    db.execute("DELETE FROM account_devices WHERE key = ?1", [device])?;
    Ok(())
}

/// Ends every session of an account and forgets its devices, but those of whoever asks.
pub(super) fn end_all_but(db: &Connection, account: i64, but: Option<&SignedIn>) -> Result<()> {
    let (session, device) = (but.map(|but| but.key), but.map(|but| but.device));
    let sql = "DELETE FROM account_sessions WHERE account = ?1 AND key IS NOT ?2";
    db.execute(sql, params![account, session])?;
    let sql = "DELETE FROM account_devices WHERE account = ?1 AND key IS NOT ?2";
    db.execute(sql, params![account, device])?;
    Ok(())
}

/// A session that begins.
pub(super) struct NewSession<'a> {
    pub(super) id: &'a str,
    pub(super) account: i64,
    pub(super) device: i64,
    pub(super) token: &'a [u8; 32],
}

/// Begins a session; of sessions and devices past the bounds those go that were used longest ago, and first those from
/// after `latest`: a clock that was ahead left them, and they would outlast every new one.
pub(super) fn add_session(
    db: &Connection,
    new: &NewSession<'_>,
    (now, latest): (Timestamp, Timestamp),
    most_sessions: u32,
    most_devices: u32,
) -> Result<()> {
    db.execute(
        "INSERT INTO account_sessions (id, account, device, token_hash, began_at, last_seen, proved_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)",
        params![new.id, new.account, new.device, new.token.as_slice(), now.0],
    )?;
    db.execute(
        "DELETE FROM account_sessions WHERE account = ?1 AND key NOT IN
           (SELECT key FROM account_sessions WHERE account = ?1 ORDER BY last_seen <= ?3 DESC, last_seen DESC, key DESC LIMIT ?2)",
        params![new.account, most_sessions.max(1), latest.0],
    )?;
    db.execute(
        "DELETE FROM account_devices WHERE account = ?1 AND key NOT IN
           (SELECT key FROM account_devices WHERE account = ?1 ORDER BY last_at <= ?3 DESC, last_at DESC, key DESC LIMIT ?2)",
        params![new.account, most_devices.max(1), latest.0],
    )?;
    Ok(())
}

/// The session that has this token, good or not.
pub(super) fn session(db: &Connection, token: &[u8; 32]) -> Result<Option<Session>> {
    let sql = "SELECT s.key, s.id, s.device, s.began_at, s.last_seen, s.proved_at, a.key, a.id, a.name
               FROM account_sessions AS s JOIN accounts AS a ON a.key = s.account WHERE s.token_hash = ?1";
    let found = db
        .prepare_cached(sql)?
        .query_row([token.as_slice()], |row| {
            Ok(Session {
                key: row.get(0)?,
                id: row.get(1)?,
                account: account(row, 6)?,
                device: row.get(2)?,
                began_at: Timestamp(row.get(3)?),
                last_seen: Timestamp(row.get(4)?),
                proved_at: Timestamp(row.get(5)?),
            })
        });
    Ok(found.optional()?)
}

pub(super) fn saw(db: &Connection, session: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE account_sessions SET last_seen = ?2 WHERE key = ?1";
    db.execute(sql, params![session, now.0])?;
    Ok(())
}

pub(super) fn proved(db: &Connection, session: i64, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE account_sessions SET proved_at = ?2 WHERE key = ?1";
    Ok(db.execute(sql, params![session, now.0])? == 1)
}

pub(super) fn end_session(db: &Connection, session: i64) -> Result<()> {
    db.execute("DELETE FROM account_sessions WHERE key = ?1", [session])?;
    Ok(())
}

/// Ends those that began or were seen before these times, of every account.
pub(super) fn end_old(db: &Connection, began: Timestamp, seen: Timestamp) -> Result<()> {
    let sql = "DELETE FROM account_sessions WHERE began_at <= ?1 OR last_seen <= ?2";
    db.execute(sql, params![began.0, seen.0])?;
    Ok(())
}

/// The account's session with this id, as its key and its device.
pub(super) fn session_by_id(db: &Connection, account: i64, id: &str) -> Result<Option<(i64, i64)>> {
    let sql = "SELECT key, device FROM account_sessions WHERE account = ?1 AND id = ?2";
    let found = db.query_row(sql, params![account, id], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    Ok(found.optional()?)
}

/// An account's sessions, the one that was used last first: its id, words for its device, when it began and was seen.
pub(super) fn sessions(
    db: &Connection,
    account: i64,
) -> Result<Vec<(String, String, Timestamp, Timestamp)>> {
    let mut statement = db.prepare_cached(
        "SELECT s.id, d.words, s.began_at, s.last_seen FROM account_sessions AS s
         JOIN account_devices AS d ON d.key = s.device WHERE s.account = ?1 ORDER BY s.last_seen DESC, s.key DESC",
    )?;
    let rows = statement.query_map([account], |row| {
        let (began, seen) = (Timestamp(row.get(2)?), Timestamp(row.get(3)?));
        Ok((row.get(0)?, row.get(1)?, began, seen))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
