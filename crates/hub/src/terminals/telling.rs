//! What a linked terminal is told: the welcome, what comes, what changes. Each is cut to the
//! permission of that moment, and noted as sent before it leaves.

use super::link::{End, Link, broken};
use super::opaque::Place;
use super::recent::{Recent, kept_since};
use super::registry::State;
use super::sent::{Sent, SentKey};
use super::stream::{Hearing, Numbered, View, hearing};
use crate::accept;
use domain::permission::{HistoryReach, Permission, TerminalTotals};
use domain::terminal_wire::{HubSays, Opaque, TODAY_MAX, TerminalWelcome, ToldItem};
use domain::{Preset, Seq, SourceId, Timestamp};
use std::collections::HashMap;

impl Link<'_> {
    pub(super) fn recent(&self) -> &Recent {
        &self.linked.shop.recent
    }

    /// The newest place. Where nothing is kept the shop has just become another, and this link ends.
    fn upto(&self) -> Result<Place, End> {
        self.recent().upto().ok_or(End::Closed)
    }

    pub(super) async fn read_to(&mut self, seen: Seq) -> Result<(), End> {
        let (inner, shop) = (&self.hub.inner, &self.linked.shop);
        let read = self
            .recent()
            .read_to(&inner.store, shop, seen, crate::now());
        read.await.map_err(|error| broken(&error))
    }

    /// Works with how this terminal sees its shop now.
    pub(super) fn with_view<T>(&self, state: &State, work: impl FnOnce(&View<'_>) -> T) -> T {
        let sources = self.hub.inner.directory.sources_of(&self.linked.shop);
        let sources: HashMap<SourceId, String> = sources
            .iter()
            .map(|source| (source.id.clone(), source.name.clone()))
            .collect();
        work(&View {
            permission: &state.permission,
            since: state.since,
            shop: &self.linked.shop.face(),
            sources: &sources,
            opaques: &self.opaques,
        })
    }

    /// Where it left off, and what it may know of today.
    pub(super) async fn welcome(&mut self, after: Option<Opaque>, newest: Seq) -> Result<(), End> {
        self.read_to(newest).await?;
        let (face, now) = (self.linked.shop.face(), crate::now());
        let since = kept_since(&face.day_rule, now);
        let left_off = match after.and_then(|after| self.opaques.open(&after)) {
            Some((place, told)) if self.is_of_this_log(place).await? => {
                self.recent().resumes(place, told, since)
            }
            _ => None,
        };
        self.place = match left_off {
            Some(place) => place,
            None => self.upto()?,
        };
        self.day = face.day_rule.day_of(now);
        let state = &self.state_now();
        let today = self.today(state)?;
        let welcome = HubSays::Welcome(TerminalWelcome {
            shop: face,
            terminal: self.linked.terminal.id.clone(),
            name: state.name.clone(),
            permission: state.permission.as_ref().clone(),
            preset: Preset::of(&state.permission),
            speaks: state.speaks,
            now,
            day: self.day,
            today,
            from_start: left_off.is_none(),
            cursor: self.cursor()?,
            totals: self.totals(state),
        });
        self.say(&welcome).await
    }

    /// Whether a place is one of this log: a log that was restored hands its numbers out again.
    async fn is_of_this_log(&mut self, place: Place) -> Result<bool, End> {
        if place.seq == Seq(0) {
            return Ok(true);
        }
        let key = self.linked.shop.key;
        let store = &self.hub.inner.store;
        let at = store
            .call(move |db| Ok(accept::accepted_at(db, key, place.seq)?))
            .await;
        Ok(at.map_err(|error| broken(&error))? == Some(place.at))
    }

    fn cursor(&self) -> Result<Opaque, End> {
        self.opaques
            .seal(self.place, crate::now())
            .map_err(|error| broken(&error))
    }

    fn totals(&mut self, state: &State) -> Option<TerminalTotals> {
        let (permission, face) = (&state.permission, self.linked.shop.face());
        let from = totals_from(permission, state.since);
        let totals = from.map(|from| self.recent().totals(permission, from, &face, self.day));
        self.told_totals = totals;
        self.told_totals.clone()
    }

    /// What it may know of today; noted as sent.
    fn today(&self, state: &State) -> Result<Vec<ToldItem>, End> {
        let payments = self.recent().of_day(self.day);
        let items = self.with_view(state, |view| view.day(&payments, TODAY_MAX));
        let items = items.map_err(|error| broken(&error))?;
        Ok(self.noted(state, items, false))
    }

    /// Notes what is about to be sent.
    pub(super) fn noted(&self, state: &State, items: Vec<Numbered>, asked: bool) -> Vec<ToldItem> {
        let numbers = || items.iter().map(|(seq, _)| *seq);
        if let (Some(from), Some(to)) = (numbers().min(), numbers().max()) {
            let now = crate::now();
            let key = SentKey {
                terminal: self.linked.terminal.id.clone(),
                version: state.version,
                day: self.day,
                asked,
            };
            let sent = Sent {
                from,
                to,
                items: u32::try_from(items.len()).unwrap_or(u32::MAX),
                first_at: now,
                last_at: now,
            };
            let terminals = &self.hub.inner.terminals;
            terminals.was_sent(key, sent, numbers());
        }
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// Tells one frame of what happened after its place.
    pub(super) async fn catch_up(&mut self, state: &State, seen: Seq) -> Result<(), End> {
        self.read_to(seen).await?;
        if self.state_now().version != state.version {
            // The owner changed it while the log was read: that goes first.
            return Ok(());
        }
        let (from, day) = (self.place.seq, self.day);
        let next = self.with_view(state, |view| view.next(self.recent(), from, day));
        let Some((news, place)) = next.map_err(|error| broken(&error))? else {
            self.place = self.upto()?;
            return self.refresh(state).await;
        };
        self.place = place;
        let before = self.told_totals.take();
        let totals = self.totals(state);
        if news.len() == 0 && totals == before {
            return Ok(());
        }
        let told = HubSays::Told {
            items: self.noted(state, news.items, false),
            gone: news.gone,
            cursor: self.cursor()?,
            totals,
        };
        self.say(&told).await
    }

    /// Everything of today anew.
    async fn refresh(&mut self, state: &State) -> Result<(), End> {
        let items = self.today(state)?;
        let today = HubSays::Today {
            day: self.day,
            items,
            cursor: self.cursor()?,
            totals: self.totals(state),
        };
        self.say(&today).await
    }

    /// The owner changed something.
    pub(super) async fn changed(&mut self, before: &State, now: &State) -> Result<(), End> {
        if now.revoked_at.is_some() {
            return Err(End::Revoked);
        }
        if before == now {
            return Ok(());
        }
        let changed = HubSays::Changed {
            name: now.name.clone(),
            permission: now.permission.as_ref().clone(),
            preset: Preset::of(&now.permission),
            speaks: now.speaks,
        };
        self.say(&changed).await?;
        if before.version == now.version {
            return Ok(());
        }
        // What came before the change and was not told yet is no news any more.
        let newest = *self.linked.shop.newest.borrow();
        self.read_to(newest).await?;
        self.place = self.upto()?;
        if self.state_now().version != now.version {
            // It changed again meanwhile, and is told again.
            return Ok(());
        }
        self.refresh(now).await?;
        self.beat(now).await
    }

    pub(super) fn state_now(&self) -> State {
        self.linked.terminal.state.borrow().clone()
    }

    pub(super) async fn new_day(&mut self, state: &State) -> Result<(), End> {
        let day = self.linked.shop.face().day_rule.day_of(crate::now());
        if day == self.day {
            return Ok(());
        }
        self.day = day;
        // What was kept may have been forgotten since.
        let newest = *self.linked.shop.newest.borrow();
        self.read_to(newest).await?;
        if self.state_now().version != state.version {
            // The owner changed it meanwhile: that is told next, with everything of the day.
            return Ok(());
        }
        self.refresh(state).await
    }

    pub(super) fn hearing(&self, state: &State) -> Hearing {
        hearing(&state.permission, &self.hub.healths(&self.linked.shop))
    }

    pub(super) async fn beat(&mut self, state: &State) -> Result<(), End> {
        let hearing = self.hearing(state);
        self.heard = Some(hearing);
        self.say(&HubSays::Beat {
            now: crate::now(),
            listening: hearing.silent == 0,
            since: hearing.since,
            sources_silent: hearing.silent,
        })
        .await
    }
}

/// From when on payments count in the totals of a terminal, `None`: it sees none. Where it may not look back only what it
/// is told as it comes does: the rest is hidden from it, and so is how much that was.
fn totals_from(permission: &Permission, since: Timestamp) -> Option<Timestamp> {
    let may = &permission.may;
    match may.history {
        _ if !may.totals => None,
        HistoryReach::None => may.hear.then_some(since),
        HistoryReach::Today | HistoryReach::All => Some(Timestamp(0)),
    }
}
