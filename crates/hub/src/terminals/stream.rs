//! What one terminal is told: a pure function of its permission and of what happened.

use super::opaque::{Opaques, Place};
use super::recent::{Known, Recent, Step};
use crate::HubError;
use domain::permission::{HistoryReach, Permission, Seen};
use domain::terminal_wire::{Opaque, ToldItem};
use domain::wire::{BATCH_MAX, Shop, SourceHealth, SourceState};
use domain::{BusinessDay, Platform, Seq, SourceId, SourceKind, Timestamp, Told};
use std::collections::HashMap;
use std::sync::Arc;

/// How one terminal sees its shop.
pub(crate) struct View<'a> {
    pub(crate) permission: &'a Permission,
    /// When that permission began.
    pub(crate) since: Timestamp,
    pub(crate) shop: &'a Shop,
    /// The names of the shop's sources.
    pub(crate) sources: &'a HashMap<SourceId, String>,
    pub(crate) opaques: &'a Opaques,
}

/// A payment as the terminal knows it, under the log's own number, which stays here.
pub(crate) type Numbered = (Seq, ToldItem);

/// What a terminal is told in one frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) items: Vec<Numbered>,
    pub(crate) gone: Vec<Opaque>,
}

impl News {
    pub(crate) fn len(&self) -> usize {
        self.items.len() + self.gone.len()
    }
}

/// A page of history.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Newest first.
    pub(crate) items: Vec<Numbered>,
    /// Where it goes on.
    pub(crate) more: Option<Seq>,
}

/// Whether everything that a terminal may know of is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hearing {
    pub(crate) silent: u32,
    pub(crate) since: Option<Timestamp>,
}

impl View<'_> {
    fn told(&self, known: &Known) -> Option<Told> {
        let seen = Seen {
            at: known.at,
            collector: self
                .sources
                .get(&known.payment.news.source)
                .map(String::as_str),
            shop: self.shop,
        };
        self.permission.cut(&known.payment, seen)
    }

    /// A payment as the terminal knows it, if it may.
    pub(crate) fn item(&self, known: &Known) -> Result<Option<ToldItem>, HubError> {
        let Some(told) = self.told(known) else {
            return Ok(None);
        };
        let id = self.opaques.name(known.seq)?;
        Ok(Some(ToldItem { id, told }))
    }

    /// What a step is to the terminal, added to what the frame says already. A step that changed nothing which it may
    /// see is nothing.
    fn add(&self, news: &mut News, step: &Step, today: BusinessDay) -> Result<(), HubError> {
        if !self.is_told_live(step, today) {
            return Ok(());
        }
        let before = step.before.as_deref().and_then(|known| self.told(known));
        let after = self.told(&step.after);
        if before == after {
            return Ok(());
        }
        // One frame says the last word on a payment only.
        let seq = step.after.seq;
        let id = self.opaques.name(seq)?;
        news.items.retain(|(known, _)| *known != seq);
        news.gone.retain(|gone| *gone != id);
        match after {
            Some(told) => news.items.push((seq, ToldItem { id, told })),
            None => news.gone.push(id),
        }
        Ok(())
    }

    /// The next frame's worth of what happened after a number, and the place up to which that goes. `None`: that number
    /// is from before what is kept, and today tells the rest.
    ///
    /// A frame is full by what it says, never by what was held back on the way.
    pub(crate) fn next(
        &self,
        recent: &Recent,
        after: Seq,
        today: BusinessDay,
    ) -> Result<Option<(News, Place)>, HubError> {
        let (mut news, mut from) = (News::default(), after);
        loop {
            let Some((steps, place)) = recent.after(from, BATCH_MAX) else {
                return Ok(None);
            };
            for step in &steps {
                self.add(&mut news, step, today)?;
                if news.len() >= BATCH_MAX {
                    let (seq, at) = (step.seq, step.at);
                    return Ok(Some((news, Place { seq, at })));
                }
            }
            if steps.len() < BATCH_MAX {
                return Ok(Some((news, place)));
            }
            from = place.seq;
        }
    }

    fn is_told_live(&self, step: &Step, today: BusinessDay) -> bool {
        let may = &self.permission.may;
        match may.history {
            // What it could not have heard then, it is not told later either.
            HistoryReach::None => may.hear && step.after.at >= self.since,
            // Later news of an older day's payment belongs to that day.
            HistoryReach::Today => step.before.is_none() || step.after.payment.day == today,
            HistoryReach::All => true,
        }
    }

    /// Adds what the terminal may know to a page, from older payments, newest first. One past a full page says that there is
    /// more: what is held back never does. Answers whether the page is done.
    pub(crate) fn fill(
        &self,
        page: &mut Page,
        newest_first: &[Arc<Known>],
        most: usize,
    ) -> Result<bool, HubError> {
        for known in newest_first {
            let Some(item) = self.item(known)? else {
                continue;
            };
            if page.items.len() == most {
                page.more = page.items.last().map(|(seq, _)| *seq);
                return Ok(true);
            }
            page.items.push((known.seq, item));
        }
        Ok(false)
    }

    /// What the terminal may know of a day, from its payments, newest first; answered oldest first, at most `most`.
    pub(crate) fn day(
        &self,
        newest_first: &[Arc<Known>],
        most: usize,
    ) -> Result<Vec<Numbered>, HubError> {
        if self.permission.may.history == HistoryReach::None {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        for known in newest_first {
            if items.len() == most {
                break;
            }
            items.extend(self.item(known)?.map(|item| (known.seq, item)));
        }
        items.reverse();
        Ok(items)
    }
}

/// What the sources' state is to a terminal: those through which nothing comes that it may know of do not exist.
pub(crate) fn hearing(permission: &Permission, sources: &[SourceHealth]) -> Hearing {
    let mut hearing = Hearing {
        silent: 0,
        since: None,
    };
    let known = |source: &&SourceHealth| {
        let platforms = permission.which.platforms.as_ref();
        let of_theirs = platforms
            .zip(platform(source.kind))
            .is_none_or(|(all, platform)| all.contains(&platform));
        permission.knows_source(&source.id) && of_theirs
    };
    for source in sources.iter().filter(known) {
        let since = match source.state {
            SourceState::Waiting | SourceState::Listening => continue,
            SourceState::Silent => source.last_heard,
            SourceState::Refusing => source.refusing.as_ref().map(|refusing| refusing.since),
        };
        hearing.silent += 1;
        hearing.since = match (hearing.since, since) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
    }
    hearing
}

/// The one platform that a kind of source tells of; `None`: any.
fn platform(kind: SourceKind) -> Option<Platform> {
    match kind {
        SourceKind::WechatV3 | SourceKind::WechatV2 => Some(Platform::WECHAT),
        SourceKind::Alipay => Some(Platform::ALIPAY),
        SourceKind::Stripe => Some(Platform::STRIPE),
        SourceKind::Unionpay => Some(Platform::UNIONPAY),
        SourceKind::Test => Some(Platform::TEST),
        SourceKind::SmsForwarder | SourceKind::Vmq | SourceKind::Forwarder => None,
    }
}

#[cfg(test)]
mod tests;
