//! What the record tells of who may what, compared with the tables that the hub goes by: whoever writes a key of their own
//! or a wider permission into them has written no line of the record.

use crate::HubError;
use crate::shop::digest;
use domain::permission::Permission;
use domain::terminals::Recorded;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Of which terminal or invitation something differs, and how.
type Difference = Option<(String, &'static str)>;

/// All of it, line by line.
#[derive(Default)]
pub(super) struct Told {
    invitations: BTreeMap<String, Invited>,
    terminals: BTreeMap<String, Linked>,
    lan: bool,
}

struct Invited {
    shop: String,
    name: String,
    permission: Permission,
    expires_at: i64,
    cancelled: bool,
    taken_by: Option<String>,
}

struct Linked {
    shop: String,
    name: String,
    /// Lines of before it was written tell nothing of the key.
    key_sha256: Option<String>,
    /// By their numbers, from 1.
    permissions: BTreeMap<u32, Permission>,
    revoked: bool,
}

impl Told {
    /// The next line.
    pub(super) fn take(&mut self, shop: String, what: Recorded) {
        match what {
            Recorded::Reach { lan } => self.lan = lan,
            Recorded::Invited {
                invitation,
                name,
                permission,
                expires_at,
            } => {
                let invited = Invited {
                    shop,
                    name,
                    permission,
                    expires_at: expires_at.0,
                    cancelled: false,
                    taken_by: None,
                };
                self.invitations.insert(invitation.to_string(), invited);
            }
            Recorded::InvitationCancelled { invitation, .. } => {
                if let Some(invited) = self.invitations.get_mut(invitation.as_str()) {
                    invited.cancelled = true;
                }
            }
            Recorded::Linked {
                terminal,
                name,
                invitation,
                key_sha256,
            } => {
                let invited = self.invitations.get_mut(invitation.as_str());
                let granted = invited.map(|invited| {
                    invited.taken_by = Some(terminal.to_string());
                    (1, invited.permission.clone())
                });
                let linked = Linked {
                    shop,
                    name,
                    key_sha256,
                    permissions: granted.into_iter().collect(),
                    revoked: false,
                };
                self.terminals.insert(terminal.to_string(), linked);
            }
            Recorded::PermissionSet {
                terminal,
                version,
                permission,
                ..
            } => {
                if let Some(linked) = self.terminals.get_mut(terminal.as_str()) {
                    linked.permissions.insert(version, permission);
                }
            }
            Recorded::Renamed { terminal, to, .. } => {
                if let Some(linked) = self.terminals.get_mut(terminal.as_str()) {
                    linked.name = to;
                }
            }
            Recorded::Revoked { terminal, .. } => {
                if let Some(linked) = self.terminals.get_mut(terminal.as_str()) {
                    linked.revoked = true;
                }
            }
            Recorded::VoiceSet { .. } => {}
        }
    }

    /// The first thing in the tables that is not as it was told.
    pub(super) fn differs(&self, db: &Connection) -> Result<Difference, HubError> {
        let lan: bool = db.query_row("SELECT terminals_lan FROM hub", [], |row| row.get(0))?;
        if lan != self.lan {
            return Ok(Some(("network".to_owned(), "nobody opened or closed it")));
        }
        if let Some(found) = self.terminals_differ(db)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.permissions_differ(db)? {
            return Ok(Some(found));
        }
        self.invitations_differ(db)
    }

    fn terminals_differ(&self, db: &Connection) -> Result<Difference, HubError> {
        let mut statement = db.prepare(
            "SELECT t.id, s.id, t.name, t.public_key, t.revoked_at IS NOT NULL
             FROM linked_terminals AS t JOIN shops AS s ON s.key = t.shop ORDER BY t.key",
        )?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            let (id, shop, name): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let (key, revoked): (Vec<u8>, bool) = (row.get(3)?, row.get(4)?);
            let why = match self.terminals.get(&id) {
                None => "nobody linked it",
                Some(told) if told.shop != shop => "it was linked to another shop",
                Some(told) if told.revoked && !revoked => "it was cut off",
                Some(told) if told.revoked != revoked => "nobody cut it off",
                Some(told) if told.name != name => "nobody gave it this name",
                Some(Linked {
                    key_sha256: Some(digest_of),
                    ..
                }) if *digest_of != hex::encode(digest(&key)) => "it has another key",
                Some(_) => continue,
            };
            return Ok(Some((id, why)));
        }
        if count == self.terminals.len() {
            return Ok(None);
        }
        let mut there = db.prepare("SELECT 1 FROM linked_terminals WHERE id = ?1")?;
        for id in self.terminals.keys() {
            if !there.exists([id])? {
                return Ok(Some((id.clone(), "it is not there any more")));
            }
        }
        Ok(None)
    }

    fn permissions_differ(&self, db: &Connection) -> Result<Difference, HubError> {
        let mut statement =
            db.prepare("SELECT terminal, version, permission FROM permissions ORDER BY 1, 2")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, version, json): (String, u32, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let told = self.terminals.get(&id);
            let told = told.and_then(|told| told.permissions.get(&version));
            if told.is_none() || told != serde_json::from_str(&json).ok().as_ref() {
                return Ok(Some((id, "nobody gave it this permission")));
            }
        }
        let mut newest = db.prepare("SELECT max(version) FROM permissions WHERE terminal = ?1")?;
        for (id, told) in &self.terminals {
            let found: Option<u32> = newest.query_row([id], |row| row.get(0))?;
            if found != told.permissions.keys().last().copied() {
                return Ok(Some((id.clone(), "its newest permission is missing")));
            }
        }
        Ok(None)
    }

    fn invitations_differ(&self, db: &Connection) -> Result<Difference, HubError> {
        let mut statement = db.prepare(
            "SELECT i.id, s.id, i.name, i.permission, i.expires_at, i.cancelled_at IS NOT NULL, i.terminal
             FROM invitations AS i JOIN shops AS s ON s.key = i.shop ORDER BY i.made_at, i.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, shop, name): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let permission: String = row.get(3)?;
            let permission: Option<Permission> = serde_json::from_str(&permission).ok();
            let (expires_at, cancelled, taken_by): (i64, bool, Option<String>) =
                (row.get(4)?, row.get(5)?, row.get(6)?);
            let as_told = self.invitations.get(&id).is_some_and(|told| {
                told.shop == shop
                    && told.name == name
                    && Some(&told.permission) == permission.as_ref()
                    && told.expires_at == expires_at
                    && told.cancelled == cancelled
                    && told.taken_by == taken_by
            });
            if !as_told {
                return Ok(Some((id, "nobody made this invitation as it stands there")));
            }
        }
        Ok(None)
    }
}
