//! Older payments, as a linked terminal asks for them: a page at a time, cut to its permission.

use super::link::{End, Link, broken};
use super::opaque::Place;
use super::recent::{Known, known};
use super::registry::State;
use super::stream::Page;
use crate::HubError;
use crate::accept::{number, seq};
use domain::permission::HistoryReach;
use domain::terminal_wire::{HubSays, Opaque, PAGE_MAX};
use domain::{Seq, Timestamp};
use rusqlite::params;
use std::sync::Arc;

/// How many payments are looked at in one reading of the disk.
const LOOK_AT_ONCE: usize = 200;
/// How many readings one question is worth. Whoever may see next to nothing asks on from there.
const READINGS: usize = 10;

impl Link<'_> {
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
            Some(before) => self.opaques.open(before).map(|(place, _)| place.seq),
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
                let sealed = self.opaques.seal(Place { seq, at }, at);
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
            HistoryReach::None => Ok(Page::default()),
            HistoryReach::Today => {
                let mut payments = self.recent().of_day(self.day);
                payments.retain(|known| known.seq < before);
                let mut page = Page::default();
                self.with_view(state, |view| view.fill(&mut page, &payments, PAGE_MAX))?;
                Ok(page)
            }
            HistoryReach::All => self.page_of_all(state, before).await,
        }
    }

    async fn page_of_all(&mut self, state: &State, mut before: Seq) -> Result<Page, HubError> {
        let mut page = Page::default();
        let key = self.linked.shop.key;
        let shop = std::sync::Arc::clone(&self.linked.shop);
        // One look into the log at a time: news of money waits for the same disk, and must not queue behind many.
        let _in_turn = shop.looking_back.lock().await;
        for _ in 0..READINGS {
            let older = self
                .hub
                .inner
                .store
                .call(move |db| Ok(older(db, key, before, LOOK_AT_ONCE)?))
                .await?;
            let done = self.with_view(state, |view| view.fill(&mut page, &older, PAGE_MAX));
            if done? {
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
