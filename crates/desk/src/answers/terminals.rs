//! The answers about clerks' phones: who is linked, invitations, what each may, and the record. The hub decides; the
//! desk hands on, and draws the links.

use super::{name, qr};
use crate::{
    Desk,
    api::UiError,
    error::AskFailure,
    terminals::{
        InvitationMade, InviteTerminal, PresetView, RecordQuery, SentQuery, TerminalsWish,
    },
};
use domain::{
    Permission, TerminalId,
    permission::Preset,
    terminals::{
        RECORD_PAGE_MAX, RecordPage, SentPage, TerminalsAnswer, TerminalsAsk, TerminalsView,
    },
    wire::{Answer, Request},
};

impl Desk {
    /// Every phone with its state, open invitations, and where phones are reached.
    pub async fn terminals(&self) -> Result<TerminalsView, UiError> {
        match self.about_terminals(TerminalsAsk::All).await? {
            TerminalsAnswer::All(view) => Ok(view),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// What a phone may be, to begin with.
    pub async fn terminal_presets(&self) -> Result<Vec<PresetView>, UiError> {
        let view = |preset: Preset| PresetView {
            preset,
            permission: preset.permission(),
        };
        Ok(Preset::ALL.map(view).to_vec())
    }

    /// Makes an invitation.
    pub async fn invite_terminal(&self, req: InviteTerminal) -> Result<InvitationMade, UiError> {
        let ask = TerminalsAsk::Invite {
            name: name(&req.name, "name")?,
            permission: usable(req.permission)?,
            expires_in_s: req.expires_in_s,
        };
        match self.about_terminals(ask).await? {
            TerminalsAnswer::Invited(invitation) => {
                let qr = invitation.links.iter().map(|link| qr(&link.url));
                Ok(InvitationMade {
                    qr: qr.collect::<Result<_, _>>()?,
                    invitation,
                })
            }
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// Changes something about phones; answers how they stand then.
    pub async fn change_terminals(&self, req: TerminalsWish) -> Result<TerminalsView, UiError> {
        match req {
            TerminalsWish::Reach { lan } => {
                self.order_terminals(TerminalsAsk::SetReach { lan }).await?
            }
            TerminalsWish::Withdraw { id } => {
                self.order_terminals(TerminalsAsk::CancelInvitation { id })
                    .await?
            }
            TerminalsWish::Set {
                id,
                name,
                permission,
            } => self.set_terminal(id, &name, permission).await?,
            TerminalsWish::Revoke { id } => {
                self.order_terminals(TerminalsAsk::Revoke { terminal: id })
                    .await?
            }
            TerminalsWish::Voice { list } => {
                self.order_terminals(TerminalsAsk::SetVoice { list })
                    .await?
            }
        }
        self.terminals().await
    }

    /// What was done about phones, newest first.
    pub async fn terminals_record(&self, req: RecordQuery) -> Result<RecordPage, UiError> {
        let ask = TerminalsAsk::Record {
            before: req.before,
            limit: RECORD_PAGE_MAX.min(RECORD_PAGE),
        };
        match self.about_terminals(ask).await? {
            TerminalsAnswer::Record(page) => Ok(page),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// What was sent to a phone, newest first.
    pub async fn terminal_sent(&self, req: SentQuery) -> Result<SentPage, UiError> {
        let ask = TerminalsAsk::SentTo {
            terminal: req.id,
            before: req.before,
        };
        match self.about_terminals(ask).await? {
            TerminalsAnswer::Sent(page) => Ok(page),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// Only what differs is asked for: the record shall not tell of changes that were none.
    async fn set_terminal(
        &self,
        id: TerminalId,
        new_name: &str,
        permission: Permission,
    ) -> Result<(), UiError> {
        let (name, permission) = (name(new_name, "name")?, usable(permission)?);
        let view = self.terminals().await?;
        let found = view.terminals.into_iter().find(|one| one.id == id);
        let before = found.ok_or_else(|| UiError::new("not_found"))?;
        // First what it may: should the name fail, nothing is told that the owner has just forbidden.
        if before.permission != permission {
            let terminal = id.clone();
            self.order_terminals(TerminalsAsk::SetPermission {
                terminal,
                permission,
            })
            .await?;
        }
        if before.name != name {
            let terminal = id;
            self.order_terminals(TerminalsAsk::Rename { terminal, name })
                .await?;
        }
        Ok(())
    }

    async fn order_terminals(&self, ask: TerminalsAsk) -> Result<(), UiError> {
        match self.about_terminals(ask).await? {
            TerminalsAnswer::Done | TerminalsAnswer::Reach(_) => Ok(()),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    async fn about_terminals(&self, ask: TerminalsAsk) -> Result<TerminalsAnswer, UiError> {
        match self.inner.link.ask(Request::Terminals { ask }).await? {
            Answer::Terminals { terminals } => Ok(terminals),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }
}

/// Lines of the record that a page shows at a time.
const RECORD_PAGE: u32 = 30;

/// A permission that a hub can keep.
fn usable(permission: Permission) -> Result<Permission, UiError> {
    match permission.unusable_field() {
        Some(field) => Err(UiError::invalid(field)),
        None => Ok(permission),
    }
}
