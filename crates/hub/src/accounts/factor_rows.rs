//! The rows of second factors: authenticators and recovery codes.

use crate::HubError;
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

type Result<T> = std::result::Result<T, HubError>;

/// An authenticator; the secret is sealed.
pub(super) struct Totp {
    pub(super) secret: Vec<u8>,
    pub(super) since: Timestamp,
    pub(super) last_step: i64,
}

pub(super) fn totp(db: &Connection, account: i64) -> Result<Option<Totp>> {
    let sql = "SELECT secret, since, last_step FROM account_totp WHERE account = ?1";
    let found = db.prepare_cached(sql)?.query_row([account], |row| {
        Ok(Totp {
            secret: row.get(0)?,
            since: Timestamp(row.get(1)?),
            last_step: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

/// The step of a code that was right, and of which authenticator: another may have been enrolled meanwhile.
pub(super) struct Step {
    pub(super) step: i64,
    /// Sealed.
    pub(super) secret: Vec<u8>,
}

/// Uses a step up, with all before it; `false`: it was used already, or is another authenticator's.
pub(super) fn use_step(db: &Connection, account: i64, good: &Step) -> Result<bool> {
    let sql = "UPDATE account_totp SET last_step = ?2 WHERE account = ?1 AND last_step < ?2 AND secret = ?3";
    Ok(db.execute(sql, params![account, good.step, good.secret])? == 1)
}

/// Enrols what was offered; the step of its first code is used.
pub(super) fn set_totp(
    db: &Connection,
    account: i64,
    secret: &[u8],
    step: i64,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "INSERT INTO account_totp (account, secret, since, last_step) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, since = excluded.since,
           last_step = excluded.last_step",
        params![account, secret, now.0, step],
    )?;
    withdraw_offer(db, account)
}

/// Whether there was one.
pub(super) fn remove_totp(db: &Connection, account: i64) -> Result<bool> {
    withdraw_offer(db, account)?;
    Ok(db.execute("DELETE FROM account_totp WHERE account = ?1", [account])? == 1)
}

pub(super) fn offer_totp(
    db: &Connection,
    account: i64,
    secret: &[u8],
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "INSERT INTO account_totp_offers (account, secret, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, made_at = excluded.made_at",
        params![account, secret, now.0],
    )?;
    Ok(())
}

/// What was offered since then.
pub(super) fn offer(db: &Connection, account: i64, since: Timestamp) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT secret FROM account_totp_offers WHERE account = ?1 AND made_at > ?2";
    let found = db.query_row(sql, params![account, since.0], |row| row.get(0));
    Ok(found.optional()?)
}

fn withdraw_offer(db: &Connection, account: i64) -> Result<()> {
    let sql = "DELETE FROM account_totp_offers WHERE account = ?1";
    db.execute(sql, [account])?;
    Ok(())
}

/// A new set in place of the one before.
pub(super) fn set_recovery(db: &Connection, account: i64, codes: &[[u8; 32]]) -> Result<()> {
    db.execute("DELETE FROM recovery_codes WHERE account = ?1", [account])?;
    for code in codes {
        db.execute(
            "INSERT INTO recovery_codes (account, code) VALUES (?1, ?2)",
            params![account, code.as_slice()],
        )?;
    }
    Ok(())
}

/// Whether it is one that was not used.
pub(super) fn has_recovery(db: &Connection, account: i64, code: &[u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM recovery_codes WHERE account = ?1 AND code = ?2 AND used_at IS NULL";
    let found = db.query_row(sql, params![account, code.as_slice()], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Uses one up; `false`: there is none, or it was used.
pub(super) fn use_recovery(
    db: &Connection,
    account: i64,
    code: &[u8; 32],
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE recovery_codes SET used_at = ?3 WHERE account = ?1 AND code = ?2 AND used_at IS NULL";
    Ok(db.execute(sql, params![account, code.as_slice(), now.0])? == 1)
}

pub(super) fn recovery_left(db: &Connection, account: i64) -> Result<u32> {
    let sql = "SELECT count(*) FROM recovery_codes WHERE account = ?1 AND used_at IS NULL";
    Ok(db.query_row(sql, [account], |row| row.get(0))?)
}
