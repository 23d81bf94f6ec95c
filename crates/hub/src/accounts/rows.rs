//! The rows of accounts: reading and writing, nothing decided.

use crate::HubError;
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, HubError>;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) key: i64,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An account with what its password is judged by.
pub(super) struct Kept {
    pub(super) account: Account,
    /// The hash, sealed.
    pub(super) password: Vec<u8>,
    pub(super) password_at: Timestamp,
}

impl Kept {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account: account(row, 0)?,
            password: row.get(3)?,
            password_at: Timestamp(row.get(4)?),
        })
    }
}

/// An account whose password was judged, and which one that was: another one may have been set meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) account: Account,
    pub(super) password_at: Timestamp,
}

/// An invite that can be taken.
pub(super) struct Invite {
    pub(super) id: String,
    /// The keys of shops.
    pub(super) shops: Vec<i64>,
    /// The account whose password it sets.
    pub(super) resets: Option<i64>,
}

pub(super) fn account(row: &Row<'_>, from: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        key: row.get(from)?,
        id: row.get(from + 1)?,
        name: row.get(from + 2)?,
    })
}

/// The account of this name.
pub(super) fn by_name(db: &Connection, name: &str) -> Result<Option<Kept>> {
    let sql = "SELECT key, id, name, password, password_at FROM accounts WHERE name = ?1";
    let found = db.prepare_cached(sql)?.query_row([name], Kept::of);
    Ok(found.optional()?)
}

pub(super) fn by_key(db: &Connection, key: i64) -> Result<Option<Kept>> {
    let sql = "SELECT key, id, name, password, password_at FROM accounts WHERE key = ?1";
    let found = db.prepare_cached(sql)?.query_row([key], Kept::of);
    Ok(found.optional()?)
}

/// Whether the password that was judged is still the account's.
pub(super) fn still(db: &Connection, account: i64, password_at: Timestamp) -> Result<bool> {
    let sql = "SELECT 1 FROM accounts WHERE key = ?1 AND password_at = ?2";
    let found = db.query_row(sql, params![account, password_at.0], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

pub(super) fn add_account(
    db: &Connection,
    id: &str,
    name: &str,
    password: &[u8],
    now: Timestamp,
) -> Result<i64> {
    db.execute(
        "INSERT INTO accounts (id, name, password, password_at, made_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![id, name, password, now.0],
    )?;
    Ok(db.last_insert_rowid())
}

pub(super) fn count(db: &Connection, table: Counted) -> Result<u32> {
    let sql = match table {
        Counted::Accounts => "SELECT count(*) FROM accounts",
        Counted::Invites => "SELECT count(*) FROM owner_invites WHERE taken_at IS NULL",
    };
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counted {
    Accounts,
    Invites,
}

/// Another password. Its time is never the one before's, whatever the clock says: by it a sign-in under way is told that
/// it was judged by the old one.
pub(super) fn set_password(
    db: &Connection,
    account: i64,
    password: &[u8],
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "UPDATE accounts SET password = ?2, password_at = CASE WHEN password_at = ?3 THEN ?3 + 1 ELSE ?3 END
         WHERE key = ?1",
        params![account, password, now.0],
    )?;
    Ok(())
}

/// The same password, hashed dearer; `false`: it is not `old` any more.
pub(super) fn renew_password(
    db: &Connection,
    account: i64,
    old: &[u8],
    password: &[u8],
) -> Result<bool> {
    let sql = "UPDATE accounts SET password = ?3 WHERE key = ?1 AND password = ?2";
    Ok(db.execute(sql, params![account, old, password])? == 1)
}

/// The keys of an account's shops.
pub(super) fn shops(db: &Connection, account: i64) -> Result<Vec<i64>> {
    let sql = "SELECT shop FROM shop_owners WHERE account = ?1 ORDER BY shop";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([account], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The shop is the account's, too; `false`: it was already.
pub(super) fn give_shop(db: &Connection, shop: i64, account: i64, now: Timestamp) -> Result<bool> {
    let sql = "INSERT OR IGNORE INTO shop_owners (shop, account, since) VALUES (?1, ?2, ?3)";
    Ok(db.execute(sql, params![shop, account, now.0])? == 1)
}

pub(super) fn add_invite(
    db: &Connection,
    invite: &Invite,
    code: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let shops = serde_json::to_string(&invite.shops);
    let shops = shops.map_err(|error| HubError::Storage(error.to_string()))?;
    db.execute(
        "INSERT INTO owner_invites (id, code_hash, shops, resets, made_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![invite.id, code.as_slice(), shops, invite.resets, now.0, expires_at.0],
    )?;
    Ok(())
}

/// The invite that has this code and can be taken now.
pub(super) fn invite(db: &Connection, code: &[u8; 32], now: Timestamp) -> Result<Option<Invite>> {
    let sql = "SELECT id, shops, resets FROM owner_invites
               WHERE code_hash = ?1 AND taken_at IS NULL AND expires_at > ?2";
    let found = db.query_row(sql, params![code.as_slice(), now.0], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?))
    });
    let Some((id, shops, resets)) = found.optional()? else {
        return Ok(None);
    };
    let shops = serde_json::from_str(&shops)
        .map_err(|_| HubError::Storage("the row of an invite is damaged".to_owned()))?;
    Ok(Some(Invite { id, shops, resets }))
}

/// Takes it; `false`: somebody else did.
pub(super) fn take_invite(db: &Connection, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE owner_invites SET taken_at = ?2 WHERE id = ?1 AND taken_at IS NULL";
    Ok(db.execute(sql, params![id, now.0])? == 1)
}

/// Those that ran out need not be kept: the record has them.
pub(super) fn sweep_invites(db: &Connection, now: Timestamp) -> Result<()> {
    db.execute("DELETE FROM owner_invites WHERE expires_at <= ?1", [now.0])?;
    Ok(())
}

/// An account's lines of the record, newest first: number, when, by whom, what as JSON.
pub(super) fn record(
    db: &Connection,
    account: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, Timestamp, String, String)>> {
    let mut statement = db.prepare_cached(
        "SELECT number, at, by, what FROM record WHERE shop = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(params![account, before, limit], |row| {
        Ok((
            row.get(0)?,
            Timestamp(row.get(1)?),
            row.get(2)?,
            row.get(3)?,
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
