//! What a linked terminal is told: the welcome, what comes, what changes, what it asks for. Each is cut to the
//! permission of that moment, and noted as sent before it leaves.

use super::link::{End, Link, broken};
use super::opaque::Place;
use super::recent::{Known, Recent, known};
use super::registry::State;
use super::rows::{Sent, SentKey};
use super::stream::{Hearing, Numbered, View, hearing};
use crate::HubError;
use crate::accept::{self, number, seq};
use domain::permission::{HistoryReach, TerminalTotals};
use domain::terminal_wire::{HubSays, Opaque, PAGE_MAX, TODAY_MAX, TerminalWelcome, ToldItem};
use domain::{Preset, Seq, SourceId, Timestamp};
use rusqlite::params;
use std::collections::HashMap;
use std::sync::Arc;

/// How many payments are looked at in one reading of the disk, for a page of history.
const LOOK_AT_ONCE: usize = 200;
/// How many readings one question is worth. Whoever may see next to nothing asks on from there.
const READINGS: usize = 50;

/// A page of history.
struct Page {
    /// Newest first.
    items: Vec<Numbered>,
    /// Where it goes on.
    more: Option<Seq>,
}

impl Link<'_> {
    fn recent(&self) -> &Recent {
        &self.linked.shop.recent
    }

    async fn read_to(&mut self, seen: Seq) -> Result<(), End> {
        let (inner, shop) = (&self.hub.inner, &self.linked.shop);
        let read = self
            .recent()
            .read_to(&inner.store, shop, seen, crate::now());
        read.await.map_err(|error| broken(&error))
    }

    /// Works with how this terminal sees its shop now.
    fn with_view<T>(&self, state: &State, work: impl FnOnce(&View<'_>) -> T) -> T {
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
        let (seq, at) = self.recent().upto();
        let left_off = match after.and_then(|after| self.opaques.open(&after)) {
            Some(place) if self.is_known(place).await? => Some(place),
            _ => None,
        };
        self.place = left_off.unwrap_or(Place { seq, at });
        let face = self.linked.shop.face();
        let now = crate::now();
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

    /// Whether a place is one of this log, and of the days that are kept here.
    async fn is_known(&mut self, place: Place) -> Result<bool, End> {
        let (upto, _) = self.recent().upto();
        if place.seq > upto || self.recent().after(place.seq, 1).is_none() {
            return Ok(false);
        }
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
            .seal(self.place)
            .map_err(|error| broken(&error))
    }

    fn totals(&mut self, state: &State) -> Option<TerminalTotals> {
        let may = state.permission.may.totals;
        let face = self.linked.shop.face();
        self.told_totals = may.then(|| self.recent().totals(&state.permission, &face, self.day));
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
    fn noted(&self, state: &State, items: Vec<Numbered>, asked: bool) -> Vec<ToldItem> {
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
            self.hub.inner.terminals.was_sent(key, sent);
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
            let (seq, at) = self.recent().upto();
            self.place = Place { seq, at };
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
        let (seq, at) = self.recent().upto();
        self.place = Place { seq, at };
        if self.state_now().version != now.version {
            // It changed again meanwhile, and is told again.
            return Ok(());
        }
        self.refresh(now).await?;
        self.beat(now).await
    }

    fn state_now(&self) -> State {
        self.linked.terminal.state.borrow().clone()
    }

    pub(super) async fn new_day(&mut self, state: &State) -> Result<(), End> {
        let day = self.linked.shop.face().day_rule.day_of(crate::now());
        if day == self.day {
            return Ok(());
        }
        self.day = day;
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

    pub(super) async fn history(
        &mut self,
        state: &State,
        id: u32,
        before: Option<Opaque>,
    ) -> Result<(), End> {
        let newest = *self.linked.shop.newest.borrow();
        self.read_to(newest).await?;
        let number = match &before {
            None => Some(Seq(u64::MAX)),
            Some(before) => self.opaques.open(before).map(|place| place.seq),
        };
        // A place that is none has nothing before it.
        let number = number.unwrap_or(Seq(0));
        let page = self.page(state, number).await;
        if self.state_now().version != state.version {
            // What was cut by a permission that does not hold any more does not leave; that one is told first.
            self.asked = Some((id, before));
            return Ok(());
        }
        let page = page.map_err(|error| broken(&error))?;
        let more = match page.more {
            Some(seq) => {
                let at = Timestamp(0);
                let sealed = self.opaques.seal(Place { seq, at });
                Some(sealed.map_err(|error| broken(&error))?)
            }
            None => None,
        };
        let items = self.noted(state, page.items, true);
        self.say(&HubSays::Page { id, items, more }).await
    }

    /// Payments before a number, newest first, within its reach.
    async fn page(&mut self, state: &State, before: Seq) -> Result<Page, HubError> {
        match state.permission.may.history {
            HistoryReach::None => Ok(Page {
                items: Vec::new(),
                more: None,
            }),
            HistoryReach::Today => {
                let mut payments = self.recent().of_day(self.day);
                payments.retain(|known| known.seq < before);
                let mut page = Page {
                    items: Vec::new(),
                    more: None,
                };
                self.fill(state, &mut page, &payments)?;
                Ok(page)
            }
            HistoryReach::All => self.page_of_all(state, before).await,
        }
    }

    /// Adds what it may know; one past a full page says that there is more.
    fn fill(
        &self,
        state: &State,
        page: &mut Page,
        newest_first: &[Arc<Known>],
    ) -> Result<bool, HubError> {
        self.with_view(state, |view| {
            for known in newest_first {
                let Some(item) = view.item(known)? else {
                    continue;
                };
                if page.items.len() == PAGE_MAX {
                    page.more = page.items.last().map(|(seq, _)| *seq);
                    return Ok(true);
                }
                page.items.push((known.seq, item));
            }
            Ok(false)
        })
    }

    async fn page_of_all(&mut self, state: &State, mut before: Seq) -> Result<Page, HubError> {
        let mut page = Page {
            items: Vec::new(),
            more: None,
        };
        let key = self.linked.shop.key;
        for _ in 0..READINGS {
            let older = self
                .hub
                .inner
                .store
                .call(move |db| Ok(older(db, key, before, LOOK_AT_ONCE)?))
                .await?;
            if self.fill(state, &mut page, &older)? {
                return Ok(page);
            }
            let last = older.last().map(|known| known.seq);
            match last {
                Some(last) if older.len() == LOOK_AT_ONCE => before = last,
                _ => return Ok(page),
            }
        }
        page.more = Some(before);
        Ok(page)
    }
}

/// Payments before a number as they are known now, newest first.
fn older(
    db: &rusqlite::Connection,
    shop: i64,
    before: Seq,
    count: usize,
) -> rusqlite::Result<Vec<Arc<Known>>> {
    let mut statement = db.prepare_cached(
        "SELECT seq FROM payments WHERE shop = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
    )?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![shop, number(before), count])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.extend(known(db, shop, seq(row, 0)?, Seq(u64::MAX))?.map(Arc::new));
    }
    Ok(all)
}
