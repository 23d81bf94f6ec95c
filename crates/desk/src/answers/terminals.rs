//! The answers about clerks' phones: who is linked, invitations, what each may, and the record. The hub decides; the
//! desk hands on, and draws the links.

use super::{name, qr};
use crate::{
    Desk,
    api::UiError,
    desk::now,
    error::AskFailure,
    terminals::{
        InvitationMade, InviteTerminal, PresetView, RecordQuery, SentQuery, TerminalsWish, ToldTo,
    },
    views::LineId,
};
use domain::{
    Permission, TerminalId,
    permission::Preset,
    terminals::{HeardLine, RecordPage, SentPage, TerminalsAnswer, TerminalsAsk, TerminalsView},
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
            limit: RECORD_PAGE,
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

    /// Which phones were told of a payment, and when. No phone was told of what this desk made by itself.
    pub async fn payment_told(&self, req: LineId) -> Result<Vec<ToldTo>, UiError> {
        let Some(payment) = self.inner.ledger.hubs_number(req).await? else {
            return Ok(Vec::new());
        };
        let ask = TerminalsAsk::Heard { payment };
        let TerminalsAnswer::Heard(heard) = self.about_terminals(ask).await? else {
            return Err(AskFailure::Unexpected.into());
        };
        let clock = self.inner.clock();
        let told = |line: HeardLine| ToldTo {
            name: line.name,
            clock: clock.dated(line.at, now()),
            asked: line.asked,
        };
        Ok(heard.terminals.into_iter().map(told).collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        cny,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        news, paid,
    };
    use domain::{Entry, Seq, SourceKind, Timestamp, terminals::TerminalView};

    fn reported(seq: u64) -> Entry {
        let (at, today) = (now(), shop().day_rule.day_of(now()));
        paid(seq, at, today, news(SourceKind::Vmq, seq, Some(cny(1000))))
    }

    fn zoe() -> TerminalView {
        TerminalView {
            id: TerminalId::new("term_1").unwrap(),
            name: "Zoe".to_owned(),
            permission: Preset::Clerk.permission(),
            preset: Some(Preset::Clerk),
            linked_at: Timestamp::from_seconds(0),
            last_seen: None,
            online_since: None,
            latency_ms: None,
            app: None,
            speaks: true,
            revoked_at: None,
            invitation: None,
        }
    }

    fn set(id: &str, name: &str, permission: Permission) -> TerminalsWish {
        TerminalsWish::Set {
            id: TerminalId::new(id).unwrap(),
            name: name.to_owned(),
            permission,
        }
    }

    #[tokio::test]
    async fn only_what_differs_is_changed_and_what_it_may_comes_first() {
        let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
        hub.world.phones.lock().unwrap().push(zoe());
        let front = Front::open(dir.path(), hub.at).await;
        until("a link", || !hub.world.hellos.lock().unwrap().is_empty()).await;
        let (clerk, manager) = (Preset::Clerk.permission(), Preset::Manager.permission());
        let mut upside = clerk.clone();
        upside.which.to = Some(-1);
        for (wish, orders) in [
            (set("term_1", "Zoe", clerk.clone()), Ok(vec![])),
            (set("term_1", " Lin ", clerk.clone()), Ok(vec!["Rename"])),
            (
                set("term_1", "Zoe", manager.clone()),
                Ok(vec!["SetPermission"]),
            ),
            (
                set("term_1", "Lin", manager.clone()),
                Ok(vec!["SetPermission", "Rename"]),
            ),
            (
                set("term_1", " \u{200b}", manager.clone()),
                Err(UiError::invalid("name")),
            ),
            (set("term_1", "Zoe", upside), Err(UiError::invalid("to"))),
            (
                set("term_9", "Zoe", manager),
                Err(UiError::new("not_found")),
            ),
            (TerminalsWish::Revoke { id: zoe().id }, Ok(vec!["Revoke"])),
            (TerminalsWish::Voice { list: None }, Ok(vec!["SetVoice"])),
            (TerminalsWish::Reach { lan: false }, Ok(vec!["SetReach"])),
        ] {
            hub.world.asked.lock().unwrap().clear();
            let done = front.desk.change_terminals(wish.clone()).await;
            let asked = hub.world.asked.lock().unwrap().clone();
            let orders_given: Vec<String> = asked
                .iter()
                .filter_map(|request| match request {
                    Request::Terminals { ask } => Some(format!("{ask:?}")),
                    _ => None,
                })
                .map(|text| text.split([' ', '{']).next().unwrap_or_default().to_owned())
                .filter(|name| name != "All")
                .collect();
            match orders {
                Ok(orders) => {
                    assert_eq!(orders_given, orders, "{wish:?}");
                    assert_eq!(done.unwrap().terminals, [zoe()], "{wish:?}");
                }
                Err(error) => {
                    assert_eq!(done, Err(error), "{wish:?}");
                    assert_eq!(orders_given, Vec::<String>::new(), "{wish:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn who_was_told_is_asked_by_the_hubs_number_and_only_of_this_hub() {
        let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
        hub.world.phones.lock().unwrap().push(zoe());
        hub.accept([reported(1), reported(2)]);
        let front = Front::open(dir.path(), hub.at).await;
        let received = |number: u64| {
            let received = hub.world.received.lock().unwrap();
            received.contains(&Seq(number))
        };
        until("both payments", || received(2)).await;
        let told = front.desk.payment_told(LineId(2)).await.unwrap();
        let asked = TerminalsAsk::Heard { payment: Seq(2) };
        let asked = Request::Terminals { ask: asked };
        assert_eq!(hub.world.asked.lock().unwrap().last(), Some(&asked));
        // 1970, by the shop's clock.
        let [ToldTo { name, clock, asked }] = &told[..] else {
            panic!("one phone: {told:?}");
        };
        assert_eq!((&**name, *asked), ("Zoe", false));
        assert_eq!(clock, "1970-01-01 08:00:00");
        // Another hub answers now: its numbers are other payments'.
        *hub.world.id.lock().unwrap() = domain::HubId::new("hub-2").unwrap();
        *hub.world.log.lock().unwrap() = (1..=5)
            .map(|seq| Entry {
                seq: Seq(seq),
                ..reported(seq + 100)
            })
            .collect();
        hub.cut();
        until("the other hub's payments", || received(5)).await;
        for (line, names) in [(LineId(2), 0), (LineId(3), 1), (LineId(99), 0)] {
            let told = front.desk.payment_told(line).await.unwrap();
            assert_eq!(told.len(), names, "{line:?}");
        }
    }

    #[tokio::test]
    async fn presets_are_what_the_domain_says_and_the_hubs_no_is_passed_on() {
        let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
        let front = Front::open(dir.path(), hub.at).await;
        until("a link", || !hub.world.hellos.lock().unwrap().is_empty()).await;
        let presets = front.desk.terminal_presets().await.unwrap();
        assert_eq!(presets.len(), Preset::ALL.len());
        for one in presets {
            assert_eq!(Preset::of(&one.permission), Some(one.preset));
        }
        let refused = front
            .desk
            .terminals_record(RecordQuery { before: None })
            .await;
        assert_eq!(refused, Err(UiError::new("not_found")));
    }
}
