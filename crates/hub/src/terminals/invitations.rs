//! Invitations: made by the owner, taken once by whoever has the link.

use super::presence::Presence;
use super::proving::public_key;
use super::registry::{Beginning, State, Terminal};
use super::rows::{self, Found, NewRow};
use crate::hub::{new_id, usable_name};
use crate::shop::{Shop, digest};
use crate::{Hub, HubError, random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::permission::Permission;
use domain::terminal_wire::{AcceptInvitation, InvitationAccepted, InvitationRefusal};
use domain::terminals::{INVITATION_S, InvitationView, NewInvitation, Recorded};
use domain::{InvitationId, Preset, TerminalId, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of a code.
const CODE: usize = 16;

impl Hub {
    /// Makes an invitation; its code leaves in the links of the answer and is stored hashed.
    pub(super) async fn invite(
        &self,
        shop: &Arc<Shop>,
        by: &str,
        name: &str,
        permission: Permission,
        expires_in_s: u32,
    ) -> Result<NewInvitation, HubError> {
        let inner = &self.inner;
        let name = usable_name(name)?;
        usable(&permission)?;
        if !INVITATION_S.contains(&expires_in_s) {
            return Err(invalid("expires_in_s", "ten minutes to thirty days"));
        }
        let _one_at_a_time = inner.terminals.changing.lock().await;
        let now = crate::now();
        let key = shop.key;
        let open = inner
            .store
            .call(move |db| rows::invitations(db, key, now))
            .await?;
        if open.len() >= inner.limits.invitations {
            return Err(HubError::TooMany("open invitations"));
        }
        let mut bytes = Zeroizing::new([0; CODE]);
        random::fill(bytes.as_mut())?;
        let code = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()));
        let view = InvitationView {
            id: new_id("invitation", InvitationId::new)?,
            name,
            preset: Preset::of(&permission),
            permission,
            made_at: now,
            expires_at: now.plus_ms(i64::from(expires_in_s) * 1_000),
        };
        let row = NewRow {
            shop: key,
            code_sha256: digest(code.as_bytes()),
            view: view.clone(),
        };
        let what = Recorded::Invited {
            invitation: view.id.clone(),
            name: view.name.clone(),
            permission: view.permission.clone(),
            expires_at: view.expires_at,
        };
        self.recorded(shop, by, what, move |db| rows::add_invitation(db, &row))
            .await?;
        shop.terminals_changed();
        tracing::info!(invitation.id = %view.id, "an invitation was made");
        let reach = self.terminals_reach().await;
        let mut links = reach.addresses;
        for link in &mut links {
            link.url.push('#');
            link.url.push_str(&code);
        }
        Ok(NewInvitation {
            id: view.id,
            name: view.name,
            expires_at: view.expires_at,
            links,
            fingerprint: reach.fingerprint,
        })
    }

    /// Links a terminal by an invitation's code. The same code with the same key is answered again, in case the first
    /// answer was lost on its way.
    pub(crate) async fn accept_invitation(
        &self,
        accept: &AcceptInvitation,
        peer: IpAddr,
    ) -> Result<InvitationAccepted, InvitationRefusal> {
        let inner = &self.inner;
        if inner.terminals.wrong_codes.too_many(peer, Instant::now()) {
            return Err(InvitationRefusal::Busy);
        }
        let key = public_key(&accept.key).ok_or(InvitationRefusal::Invalid)?;
        let code = (accept.code.len() <= 64)
            .then(|| URL_SAFE_NO_PAD.decode(&accept.code).ok())
            .flatten()
            .filter(|bytes| bytes.len() == CODE);
        let Some(_) = code.map(Zeroizing::new) else {
            inner.terminals.wrong_codes.note(peer, Instant::now());
            return Err(InvitationRefusal::Invalid);
        };
        let hashed = digest(accept.code.as_bytes());
        let _one_at_a_time = inner.terminals.changing.lock().await;
        let found = inner
            .store
            .call(move |db| rows::invitation(db, &hashed))
            .await
            .map_err(|error| not_stored(&error))?;
        let Some(found) = found.filter(|found| !found.cancelled) else {
            inner.terminals.wrong_codes.note(peer, Instant::now());
            tracing::warn!("a code of no invitation was tried");
            return Err(InvitationRefusal::Unknown);
        };
        let shops = inner.directory.shops();
        let shop = shops.into_iter().find(|shop| shop.key == found.shop);
        let shop = shop.ok_or(InvitationRefusal::Unknown)?;
        let now = crate::now();
        let terminal = match &found.terminal {
            Some(id) => self.linked_before(id, &key)?,
            None if found.expires_at <= now => return Err(InvitationRefusal::Expired),
            None => self.link_new(&shop, found, key, now).await?,
        };
        Ok(InvitationAccepted {
            terminal,
            hub: inner.id.clone(),
            shop: shop.face().name,
        })
    }

    /// The invitation was taken: by the same key, or not.
    fn linked_before(
        &self,
        id: &TerminalId,
        key: &[u8; 32],
    ) -> Result<TerminalId, InvitationRefusal> {
        let terminal = self.inner.terminals.by_id(id);
        let same = terminal.filter(|terminal| {
            let good = terminal.state.borrow().revoked_at.is_none();
            good && bool::from(terminal.public_key.ct_eq(key))
        });
        same.map(|terminal| terminal.id.clone())
            .ok_or(InvitationRefusal::Used)
    }

    async fn link_new(
        &self,
        shop: &Arc<Shop>,
        found: Found,
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<TerminalId, InvitationRefusal> {
        let inner = &self.inner;
        if inner.terminals.count_of(shop) >= inner.limits.terminals {
            tracing::warn!("an invitation was not taken: the shop has too many terminals");
            return Err(InvitationRefusal::Full);
        }
        let id = new_id("terminal", TerminalId::new).map_err(|error| not_stored(&error))?;
        let state = State {
            name: found.name.clone(),
            permission: Arc::new(found.permission.clone()),
            version: 1,
            since: now,
            speaks: false,
            revoked_at: None,
        };
        let what = Recorded::Linked {
            terminal: id.clone(),
            name: found.name.clone(),
            invitation: found.id.clone(),
            key_sha256: Some(hex::encode(digest(&key))),
        };
        let new = id.clone();
        let by = found.id.clone();
        let row = self
            .recorded(shop, by.as_str(), what, move |db| {
                rows::take(db, &found.id, &new)?;
                rows::add_terminal(db, &new, &found, &key, now)
            })
            .await
            .map_err(|error| not_stored(&error))?;
        let linked = Beginning {
            row,
            at: now,
            invitation: Some(by),
        };
        let presence = Presence::default();
        let terminal = Terminal::new(id.clone(), shop.key, key, linked, state, presence);
        inner.terminals.add(terminal);
        inner.terminals.choose_voice(shop);
        tracing::info!(terminal.id = %id, "a terminal was linked by an invitation");
        Ok(id)
    }
}

/// A permission that can be meant.
pub(super) fn usable(permission: &Permission) -> Result<(), HubError> {
    match permission.unusable_field() {
        Some(field) => Err(invalid(field, "it is not within its bounds")),
        None => Ok(()),
    }
}

pub(super) fn invalid(field: &'static str, reason: &str) -> HubError {
    HubError::Invalid {
        field,
        reason: reason.to_owned(),
    }
}

fn not_stored(error: &HubError) -> InvitationRefusal {
    tracing::error!(%error, "an invitation could not be taken");
    InvitationRefusal::Storage
}
