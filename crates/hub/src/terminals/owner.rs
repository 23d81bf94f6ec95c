//! What the owner asks about linked terminals. Whatever changes something is stored together with its line of the
//! record, and only then told to the links, which follow it at once.

use super::invitations::{invalid, usable};
use super::record::{self, Verified};
use super::registry::Terminal;
use super::{rows, sent};
use crate::hub::usable_name;
use crate::shop::Shop;
use crate::{Hub, HubError, doors};
use domain::permission::Permission;
use domain::terminals::{Recorded, TerminalsAnswer, TerminalsAsk, TerminalsReach, TerminalsView};
use domain::{InvitationId, ShopId, TerminalId};
use rusqlite::Connection;
use std::collections::HashSet;
use std::sync::Arc;

type Result<T> = std::result::Result<T, HubError>;

impl Hub {
    /// Answers one question of the owner's terminal `by`.
    pub(crate) async fn answer_about_terminals(
        &self,
        shop: &Arc<Shop>,
        by: &str,
        ask: TerminalsAsk,
    ) -> Result<TerminalsAnswer> {
        let done = |()| TerminalsAnswer::Done;
        match ask {
            TerminalsAsk::All => self.terminals_view(shop).await.map(TerminalsAnswer::All),
            TerminalsAsk::SetReach { lan } => self
                .set_terminals_reach(shop, by, lan)
                .await
                .map(TerminalsAnswer::Reach),
            TerminalsAsk::Invite {
                name,
                permission,
                expires_in_s,
            } => self
                .invite(shop, by, &name, permission, expires_in_s)
                .await
                .map(TerminalsAnswer::Invited),
            TerminalsAsk::CancelInvitation { id } => {
                self.cancel_invitation(shop, by, id).await.map(done)
            }
            TerminalsAsk::SetPermission {
                terminal,
                permission,
            } => self
                .set_permission(shop, by, &terminal, permission)
                .await
                .map(done),
            TerminalsAsk::Rename { terminal, name } => self
                .rename_terminal(shop, by, &terminal, &name)
                .await
                .map(done),
            TerminalsAsk::Revoke { terminal } => {
                self.revoke_terminal(shop, by, &terminal).await.map(done)
            }
            TerminalsAsk::SetVoice { list } => self.set_voice(shop, by, list).await.map(done),
            TerminalsAsk::Record { before, limit } => {
                let id = shop.id.clone();
                let page = self
                    .inner
                    .store
                    .call(move |db| record::page(db, &id, before, limit));
                page.await.map(TerminalsAnswer::Record)
            }
            TerminalsAsk::Heard { payment } => {
                self.inner.terminals.keep(&self.inner.store).await?;
                let key = shop.key;
                let heard = move |db: &mut Connection| sent::heard(db, key, payment);
                let heard = self.inner.store.call(heard).await;
                heard.map(TerminalsAnswer::Heard)
            }
            TerminalsAsk::SentTo { terminal, before } => self.sent_to(shop, terminal, before).await,
        }
    }

    /// Does something and writes it on record: both, or neither.
    pub(super) async fn recorded<T: Send + 'static>(
        &self,
        shop: &Shop,
        by: &str,
        what: Recorded,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let recorder = self.inner.terminals.recorder.clone();
        let (shop, by, now) = (shop.id.clone(), by.to_owned(), crate::now());
        let both = self.inner.store.call(move |db| {
            let all = sqlite::begin(db)?;
            let done = work(&all)?;
            recorder.add(&all, &shop, now, &by, &what)?;
            all.commit()?;
            Ok(done)
        });
        both.await
    }

    async fn terminals_view(&self, shop: &Arc<Shop>) -> Result<TerminalsView> {
        let inner = &self.inner;
        let (key, now) = (shop.key, crate::now());
        let invitations = inner
            .store
            .call(move |db| rows::invitations(db, key, now))
            .await?;
        Ok(TerminalsView {
            terminals: inner.terminals.views(shop, inner.limits.terminals_shown),
            invitations,
            voice: inner.terminals.voice(shop),
            reach: self.terminals_reach().await,
        })
    }

    /// Where linked terminals are reached.
    pub(crate) async fn terminals_reach(&self) -> TerminalsReach {
        let state = &self.inner.doors;
        let wanted = state.wanted();
        let own = state.addresses(&self.inner.limits);
        let open = state.lan.lock().await;
        // While nobody is let in from outside there is no address there that leads anywhere.
        let lan = if wanted.terminals { &own[..] } else { &[] };
        let public_url = wanted.public_url.filter(|_| wanted.terminals);
        TerminalsReach {
            lan: wanted.terminals,
            closed: wanted.terminals && (open.is_none() || own.is_empty()),
            port: state.port,
            addresses: doors::phone_addresses(
                public_url.as_deref(),
                lan,
                state.port,
                state.local.get().copied(),
            ),
            fingerprint: open.as_ref().map(|lan| lan.fingerprint.clone()),
        }
    }

    async fn set_terminals_reach(
        &self,
        shop: &Shop,
        by: &str,
        lan: bool,
    ) -> Result<TerminalsReach> {
        let inner = &self.inner;
        {
            let _one_at_a_time = inner.terminals.changing.lock().await;
            if inner.doors.wanted().terminals != lan {
                let recorder = inner.terminals.recorder.clone();
                let (of, by, now) = (shop.id.clone(), by.to_owned(), crate::now());
                let what = Recorded::Reach { lan };
                let stored = move |db: &Connection| recorder.add(db, &of, now, &by, &what);
                self.reach(|wanted| wanted.terminals = lan, stored).await?;
            }
            if !lan {
                inner.terminals.cut_outside();
            }
        }
        for shop in inner.directory.shops() {
            shop.terminals_changed();
        }
        Ok(self.terminals_reach().await)
    }

    async fn cancel_invitation(&self, shop: &Shop, by: &str, id: InvitationId) -> Result<()> {
        let _one_at_a_time = self.inner.terminals.changing.lock().await;
        let recorder = self.inner.terminals.recorder.clone();
        let (key, of, by, now) = (shop.key, shop.id.clone(), by.to_owned(), crate::now());
        let both = self.inner.store.call(move |db| {
            let all = sqlite::begin(db)?;
            let cancelled = rows::cancel(&all, key, &id, now)?;
            let name = cancelled.ok_or(HubError::NotFound("invitation"))?;
            let invitation = id;
            let what = Recorded::InvitationCancelled { invitation, name };
            recorder.add(&all, &of, now, &by, &what)?;
            Ok(all.commit()?)
        });
        both.await?;
        shop.terminals_changed();
        Ok(())
    }

    async fn set_permission(
        &self,
        shop: &Shop,
        by: &str,
        id: &TerminalId,
        permission: Permission,
    ) -> Result<()> {
        usable(&permission)?;
        let terminals = &self.inner.terminals;
        let _one_at_a_time = terminals.changing.lock().await;
        let terminal = terminals.of_shop(shop, id)?;
        let before = terminal.state.borrow().clone();
        if *before.permission == permission {
            return Ok(());
        }
        let (version, now) = (before.version.saturating_add(1), crate::now());
        let what = Recorded::PermissionSet {
            terminal: id.clone(),
            name: before.name,
            version,
            permission: permission.clone(),
        };
        let (of, stored) = (id.clone(), permission.clone());
        self.recorded(shop, by, what, move |db| {
            rows::add_permission(db, &of, version, now, &stored)
        })
        .await?;
        terminal.state.send_modify(|state| {
            (state.permission, state.version) = (Arc::new(permission), version);
            state.since = now;
        });
        terminals.choose_voice(shop);
        tracing::info!(terminal.id = %id, version, "a linked terminal may something else");
        Ok(())
    }

    async fn rename_terminal(
        &self,
        shop: &Shop,
        by: &str,
        id: &TerminalId,
        name: &str,
    ) -> Result<()> {
        let name = usable_name(name)?;
        let terminals = &self.inner.terminals;
        let _one_at_a_time = terminals.changing.lock().await;
        let terminal = terminals.of_shop(shop, id)?;
        let from = terminal.state.borrow().name.clone();
        if from == name {
            return Ok(());
        }
        let what = Recorded::Renamed {
            terminal: id.clone(),
            from,
            to: name.clone(),
        };
        let (of, to) = (id.clone(), name.clone());
        self.recorded(shop, by, what, move |db| rows::rename(db, &of, &to))
            .await?;
        terminal.state.send_modify(|state| state.name = name);
        shop.terminals_changed();
        Ok(())
    }

    async fn revoke_terminal(&self, shop: &Shop, by: &str, id: &TerminalId) -> Result<()> {
        let terminals = &self.inner.terminals;
        let _one_at_a_time = terminals.changing.lock().await;
        let terminal: Arc<Terminal> = terminals.of_shop(shop, id)?;
        let name = terminal.state.borrow().name.clone();
        let what = Recorded::Revoked {
            terminal: id.clone(),
            name,
        };
        let (of, now) = (id.clone(), crate::now());
        self.recorded(shop, by, what, move |db| rows::revoke(db, &of, now))
            .await?;
        terminal
            .state
            .send_modify(|state| state.revoked_at = Some(now));
        terminals.choose_voice(shop);
        tracing::info!(terminal.id = %id, "a linked terminal was cut off");
        Ok(())
    }

    async fn set_voice(&self, shop: &Shop, by: &str, list: Option<Vec<TerminalId>>) -> Result<()> {
        let terminals = &self.inner.terminals;
        let _one_at_a_time = terminals.changing.lock().await;
        let named = list.iter().flatten();
        let mut once = HashSet::new();
        for id in named {
            terminals.of_shop(shop, id)?;
            if !once.insert(id.clone()) {
                return Err(invalid("list", "each terminal once"));
            }
        }
        if terminals.voice(shop) == list {
            return Ok(());
        }
        let (key, stored) = (shop.key, list.clone());
        let what = Recorded::VoiceSet { list: list.clone() };
        self.recorded(shop, by, what, move |db| {
            rows::set_voice(db, key, stored.as_ref())
        })
        .await?;
        terminals.set_voice(shop, list);
        Ok(())
    }

    async fn sent_to(
        &self,
        shop: &Shop,
        id: TerminalId,
        before: Option<u64>,
    ) -> Result<TerminalsAnswer> {
        let inner = &self.inner;
        // What was sent a moment ago belongs to it.
        inner.terminals.keep(&inner.store).await?;
        let key = shop.key;
        let page = inner.store.call(move |db| {
            // Whatever became of it: one that was cut off keeps its record, and so does one that cannot be let in.
            if !rows::was_linked(db, key, &id)? {
                return Err(HubError::NotFound("terminal"));
            }
            sent::sent(db, &id, before)
        });
        page.await.map(TerminalsAnswer::Sent)
    }

    /// Asks about a shop's linked terminals from the command line.
    pub async fn ask_about_terminals(
        &self,
        shop: &ShopId,
        ask: TerminalsAsk,
    ) -> Result<TerminalsAnswer> {
        let shop = self.inner.directory.shop(shop)?;
        self.answer_about_terminals(&shop, "tillbell-hub", ask)
            .await
    }

    /// Whether the record of what was done about terminals is whole, and what the hub goes by is what it tells.
    pub async fn verify_record(&self) -> Result<Verified> {
        let recorder = self.inner.terminals.recorder.clone();
        self.inner.store.call(move |db| recorder.verify(db)).await
    }
}
