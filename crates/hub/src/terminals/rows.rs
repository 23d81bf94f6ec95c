//! The rows of linked terminals and of invitations.

use super::presence::Presence;
use super::registry::{Beginning, State, Terminal};
use crate::HubError;
use domain::permission::Permission;
use domain::terminals::InvitationView;
use domain::{InvitationId, Preset, TerminalId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

type Result<T> = std::result::Result<T, HubError>;

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

/// Every linked terminal, oldest first, each with the permission that holds.
pub(crate) fn terminals(db: &Connection) -> Result<Vec<Terminal>> {
    let mut statement = db.prepare(
        "SELECT t.id, t.shop, t.name, t.public_key, t.linked_at, t.last_seen, t.app, t.revoked_at,
                p.version, p.at, p.permission, t.key,
                (SELECT i.id FROM invitations AS i WHERE i.terminal = t.id)
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
    let linked = Beginning {
        row: row.get(11)?,
        at: Timestamp(row.get(4)?),
        invitation: row
            .get::<_, Option<String>>(12)?
            .and_then(InvitationId::new),
    };
    let shop = row.get(1)?;
    Ok(Terminal::new(id, shop, key, linked, state, presence))
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
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let list: rusqlite::Result<String> = row.get(1);
        match list.map(|list| serde_json::from_str(&list)) {
            Ok(Ok(list)) => all.push((row.get(0)?, list)),
            // Then each speaks for itself; payments must be heard all the same.
            _ => tracing::error!("a shop's order of voices is damaged and is left out"),
        }
    }
    Ok(all)
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
        match invitation_view(row) {
            Ok(view) => all.push(view),
            // It cannot be taken either; the others and the terminals must still be shown.
            Err(error) => tracing::error!(%error, "an invitation is left out"),
        }
    }
    Ok(all)
}

fn invitation_view(row: &Row<'_>) -> Result<InvitationView> {
    let permission = permission(&row.get::<_, String>(2)?)?;
    Ok(InvitationView {
        id: InvitationId::new(row.get::<_, String>(0)?).ok_or_else(damaged)?,
        name: row.get(1)?,
        preset: Preset::of(&permission),
        permission,
        made_at: Timestamp(row.get(3)?),
        expires_at: Timestamp(row.get(4)?),
    })
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

/// Whether a terminal is, or was, one of this shop's.
pub(crate) fn was_linked(db: &Connection, shop: i64, terminal: &TerminalId) -> Result<bool> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM linked_terminals WHERE id = ?1 AND shop = ?2")?;
    Ok(statement.exists(params![terminal.as_str(), shop])?)
}

pub(super) fn permission(json: &str) -> Result<Permission> {
    // What cannot be read grants nothing.
    serde_json::from_str(json).map_err(|_| damaged())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| HubError::Storage(error.to_string()))
}

pub(super) fn damaged() -> HubError {
    HubError::Storage("the row of a linked terminal is damaged".to_owned())
}
