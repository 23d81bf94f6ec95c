//! The rows of linked terminals and of invitations.

use super::registry::{Presence, State, Terminal};
use crate::HubError;
use domain::permission::Permission;
use domain::terminals::{InvitationView, SentLine, SentPage};
use domain::{BusinessDay, InvitationId, Preset, Seq, TerminalId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

type Result<T> = std::result::Result<T, HubError>;

/// How many lines of what was sent are answered at once.
const SENT_PAGE: usize = 50;

/// A new invitation.
pub(crate) struct NewRow {
    pub(crate) shop: i64,
    pub(crate) code_sha256: [u8; 32],
    pub(crate) view: InvitationView,
}

/// An invitation as it is found by its code.
pub(crate) struct Found {
    pub(crate) id: InvitationId,
    pub(crate) shop: i64,
    pub(crate) name: String,
    pub(crate) permission: Permission,
    pub(crate) expires_at: Timestamp,
    pub(crate) cancelled: bool,
    pub(crate) terminal: Option<TerminalId>,
}

/// What was sent to a terminal since it was written down last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) from: Seq,
    pub(crate) to: Seq,
    pub(crate) items: u32,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
}

/// Which row that belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SentKey {
    pub(crate) terminal: TerminalId,
    pub(crate) version: u32,
    pub(crate) day: BusinessDay,
    pub(crate) asked: bool,
}

/// Every linked terminal, oldest first, each with the permission that holds.
pub(crate) fn terminals(db: &Connection) -> Result<Vec<Terminal>> {
    let mut statement = db.prepare(
        "SELECT t.id, t.shop, t.name, t.public_key, t.linked_at, t.last_seen, t.app, t.revoked_at,
                p.version, p.at, p.permission, t.key
         FROM linked_terminals AS t JOIN permissions AS p ON p.terminal = t.id
         WHERE p.version = (SELECT max(version) FROM permissions WHERE terminal = t.id) ORDER BY t.key",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match terminal(row) {
            Ok(terminal) => all.push(terminal),
            // It is not let in any more; payments must be heard all the same.
            Err(error) => tracing::error!(%error, "a linked terminal is left out"),
        }
    }
    Ok(all)
}

fn terminal(row: &Row<'_>) -> Result<Terminal> {
    let id = TerminalId::new(row.get::<_, String>(0)?).ok_or_else(damaged)?;
    let key: Vec<u8> = row.get(3)?;
    let state = State {
        name: row.get(2)?,
        permission: Arc::new(permission(&row.get::<_, String>(10)?)?),
        version: row.get(8)?,
        since: Timestamp(row.get(9)?),
        speaks: false,
        revoked_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    };
    let last_seen = row.get::<_, Option<i64>>(5)?.map(Timestamp);
    let presence = Presence::kept(last_seen, row.get(6)?);
    let key = key.try_into().map_err(|_| damaged())?;
    let linked_at = Timestamp(row.get(4)?);
    Ok(Terminal::new(
        id,
        row.get(1)?,
        row.get(11)?,
        key,
        linked_at,
        state,
        presence,
    ))
}

/// Adds a terminal with its first permission; answers its row's key.
pub(crate) fn add_terminal(
    db: &Connection,
    id: &TerminalId,
    found: &Found,
    key: &[u8; 32],
    at: Timestamp,
) -> Result<i64> {
    db.execute(
        "INSERT INTO linked_terminals (id, shop, name, public_key, linked_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id.as_str(), found.shop, found.name, key.as_slice(), at.0],
    )?;
    let row = db.last_insert_rowid();
    add_permission(db, id, 1, at, &found.permission)?;
    Ok(row)
}

/// Adds a permission that holds from now on.
pub(crate) fn add_permission(
    db: &Connection,
    terminal: &TerminalId,
    version: u32,
    at: Timestamp,
    permission: &Permission,
) -> Result<()> {
    db.execute(
        "INSERT INTO permissions (terminal, version, at, permission) VALUES (?1, ?2, ?3, ?4)",
        params![terminal.as_str(), version, at.0, json(permission)?],
    )?;
    Ok(())
}

/// Renames.
pub(crate) fn rename(db: &Connection, terminal: &TerminalId, name: &str) -> Result<()> {
    let sql = "UPDATE linked_terminals SET name = ?2 WHERE id = ?1";
    db.execute(sql, params![terminal.as_str(), name])?;
    Ok(())
}

/// Cuts off.
pub(crate) fn revoke(db: &Connection, terminal: &TerminalId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE linked_terminals SET revoked_at = ?2 WHERE id = ?1";
    db.execute(sql, params![terminal.as_str(), at.0])?;
    Ok(())
}

/// The order of voices of each shop that has one.
pub(crate) fn voices(db: &Connection) -> Result<Vec<(i64, Vec<TerminalId>)>> {
    let mut statement = db.prepare("SELECT key, voice FROM shops WHERE voice IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (shop, list) = row?;
        Ok((shop, serde_json::from_str(&list).map_err(|_| damaged())?))
    })
    .collect()
}

/// Sets it.
pub(crate) fn set_voice(db: &Connection, shop: i64, list: Option<&Vec<TerminalId>>) -> Result<()> {
    let list = list.map(json).transpose()?;
    db.execute(
        "UPDATE shops SET voice = ?2 WHERE key = ?1",
        params![shop, list],
    )?;
    Ok(())
}

/// Adds an invitation.
pub(crate) fn add_invitation(db: &Connection, row: &NewRow) -> Result<()> {
    let view = &row.view;
    db.execute(
        "INSERT INTO invitations (id, shop, name, permission, code_sha256, made_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            view.id.as_str(),
            row.shop,
            view.name,
            json(&view.permission)?,
            row.code_sha256.as_slice(),
            view.made_at.0,
            view.expires_at.0
        ],
    )?;
    Ok(())
}

/// The invitation with this digest of a code. The code has 128 random bits, so finding its digest by index tells
/// nobody anything about another one.
pub(crate) fn invitation(db: &Connection, code_sha256: &[u8; 32]) -> Result<Option<Found>> {
    let mut statement = db.prepare_cached(
        "SELECT id, shop, name, permission, expires_at, cancelled_at IS NOT NULL, terminal
         FROM invitations WHERE code_sha256 = ?1",
    )?;
    let mut rows = statement.query([code_sha256.as_slice()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let terminal: Option<String> = row.get(6)?;
    Ok(Some(Found {
        id: InvitationId::new(row.get::<_, String>(0)?).ok_or_else(damaged)?,
        shop: row.get(1)?,
        name: row.get(2)?,
        permission: permission(&row.get::<_, String>(3)?)?,
        expires_at: Timestamp(row.get(4)?),
        cancelled: row.get(5)?,
        terminal: terminal.and_then(TerminalId::new),
    }))
}

/// It was taken.
pub(crate) fn take(db: &Connection, id: &InvitationId, terminal: &TerminalId) -> Result<()> {
    db.execute(
        "UPDATE invitations SET terminal = ?2 WHERE id = ?1",
        params![id.as_str(), terminal.as_str()],
    )?;
    Ok(())
}

/// Invitations of a shop that can be taken, oldest first.
pub(crate) fn invitations(
    db: &Connection,
    shop: i64,
    now: Timestamp,
) -> Result<Vec<InvitationView>> {
    let mut statement = db.prepare_cached(
        "SELECT id, name, permission, made_at, expires_at FROM invitations
         WHERE shop = ?1 AND terminal IS NULL AND cancelled_at IS NULL AND expires_at > ?2 ORDER BY made_at, id",
    )?;
    let mut rows = statement.query(params![shop, now.0])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let permission = permission(&row.get::<_, String>(2)?)?;
        all.push(InvitationView {
            id: InvitationId::new(row.get::<_, String>(0)?).ok_or_else(damaged)?,
            name: row.get(1)?,
            preset: Preset::of(&permission),
            permission,
            made_at: Timestamp(row.get(3)?),
            expires_at: Timestamp(row.get(4)?),
        });
    }
    Ok(all)
}

/// Takes an invitation back that can still be taken; answers for whom it was, if there was one.
pub(crate) fn cancel(
    db: &Connection,
    shop: i64,
    id: &InvitationId,
    now: Timestamp,
) -> Result<Option<String>> {
    let name = db
        .query_row(
            "UPDATE invitations SET cancelled_at = ?3
             WHERE id = ?1 AND shop = ?2 AND terminal IS NULL AND cancelled_at IS NULL RETURNING name",
            params![id.as_str(), shop, now.0],
            |row| row.get(0),
        )
        .optional()?;
    Ok(name)
}

/// Writes down what was sent, and when terminals were there last.
pub(crate) fn keep(
    db: &Connection,
    sent: &[(SentKey, Sent)],
    seen: &[(TerminalId, Timestamp, Option<String>)],
) -> Result<()> {
    let mut one = db.prepare_cached(
        "INSERT INTO sent (terminal, version, day, asked, from_seq, to_seq, items, first_at, last_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (terminal, version, day, asked) DO UPDATE SET
           from_seq = min(from_seq, excluded.from_seq), to_seq = max(to_seq, excluded.to_seq),
           items = items + excluded.items, last_at = excluded.last_at",
    )?;
    for (key, sent) in sent {
        one.execute(params![
            key.terminal.as_str(),
            key.version,
            key.day.to_string(),
            key.asked,
            crate::accept::number(sent.from),
            crate::accept::number(sent.to),
            sent.items,
            sent.first_at.0,
            sent.last_at.0
        ])?;
    }
    let mut one =
        db.prepare_cached("UPDATE linked_terminals SET last_seen = ?2, app = ?3 WHERE id = ?1")?;
    for (terminal, at, app) in seen {
        one.execute(params![terminal.as_str(), at.0, app])?;
    }
    Ok(())
}

/// A page of what was sent to a terminal, newest first.
pub(crate) fn sent(
    db: &Connection,
    terminal: &TerminalId,
    before: Option<u64>,
) -> Result<SentPage> {
    let before = before.and_then(|before| i64::try_from(before).ok());
    let mut statement = db.prepare_cached(
        "SELECT s.key, s.asked, s.from_seq, s.to_seq, s.items, s.first_at, s.last_at, s.version, p.permission
         FROM sent AS s JOIN permissions AS p ON p.terminal = s.terminal AND p.version = s.version
         WHERE s.terminal = ?1 AND s.key < ?2 ORDER BY s.key DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(SENT_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![
        terminal.as_str(),
        before.unwrap_or(i64::MAX),
        limit
    ])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(SentLine {
            key: row.get::<_, i64>(0)?.unsigned_abs(),
            asked: row.get(1)?,
            from: crate::accept::seq(row, 2)?,
            to: crate::accept::seq(row, 3)?,
            items: row.get(4)?,
            first_at: Timestamp(row.get(5)?),
            last_at: Timestamp(row.get(6)?),
            version: row.get(7)?,
            permission: permission(&row.get::<_, String>(8)?)?,
        });
    }
    let more = lines.len() > SENT_PAGE;
    lines.truncate(SENT_PAGE);
    Ok(SentPage { lines, more })
}

fn permission(json: &str) -> Result<Permission> {
    // What cannot be read grants nothing.
    serde_json::from_str(json).map_err(|_| damaged())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| HubError::Storage(error.to_string()))
}

fn damaged() -> HubError {
    HubError::Storage("the row of a linked terminal is damaged".to_owned())
}
