//! The book as pages show it: what there is to filter by, what was put right about a payment, and checking the book.

use crate::{
    Desk,
    api::{UiError, event},
    desk::{Inner, now},
    shown::Clock,
    views::{PaymentDetails, PaymentView},
};
use book::{
    Follow, LineId, Progress,
    events::{Correction, CorrectionId, NewsId, Refused},
    verify::{Found, Restored, Verified},
};
use domain::{BusinessDay, Platform, Timestamp, Trust};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What there is to choose from in the book's filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryChoices {
    /// Platforms that the book has payments of.
    pub platforms: Vec<Platform>,
    /// Who collected them.
    pub collectors: Vec<CollectorChoice>,
    /// Front desks; a filter only where there is more than one.
    pub terminals: Vec<String>,
    /// Tags that are in use.
    pub tags: Vec<String>,
    /// Who put something right lately, the last one first.
    pub people: Vec<String>,
}

/// A collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CollectorChoice {
    /// As it stands in the book, for the filter.
    pub collector: String,
    /// For people: a source by the name that the owner gave it.
    pub name: String,
}

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CorrectWish {
    /// The payment.
    pub line: LineId,
    /// What.
    pub what: Correction,
    /// By whom, as they name themselves.
    pub who: String,
}

/// A correction to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UndoWish {
    /// Which.
    pub correction: CorrectionId,
    /// The payment that is on show.
    pub line: LineId,
    /// By whom.
    pub who: String,
}

/// What was put right about a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CorrectionView {
    /// Its row.
    pub id: CorrectionId,
    /// The row that it is about: the payment, or one that went into it.
    pub line: LineId,
    /// What; where it undoes another, what that one said.
    pub what: Correction,
    /// The amount in it, for people.
    pub amount_text: Option<String>,
    /// When.
    pub at: Timestamp,
    /// On the shop's clock, with the date when it was not today.
    pub clock: String,
    /// Its business day.
    pub day: BusinessDay,
    /// By whom.
    pub who: String,
    /// It takes back that correction.
    pub undoes: Option<CorrectionId>,
    /// It does not hold any more.
    pub undone: bool,
    /// It can be taken back.
    pub can_undo: bool,
    /// The row that came of it, or that went into this one.
    pub other: Option<LineId>,
}

/// How a payment was heard, where people made something else of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AsHeard {
    /// The platform.
    pub platform: Platform,
    /// How sure it was.
    pub trust: Trust,
    /// The amount, for people.
    pub amount_text: Option<String>,
    /// Who collected it.
    pub collector: String,
}

/// Whether the book is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BookCheck {
    /// It is being checked: how far.
    pub running: Option<Progress>,
    /// What the last check came to, since this program was started.
    pub result: Option<CheckResult>,
    /// The last check could not be done: an error's code.
    pub problem: Option<String>,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CheckResult {
    /// On the shop's clock, with the date when it was not today.
    pub clock: String,
    /// So many rows are chained.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub rows: u64,
    /// So many payments and refunds.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub lines: u64,
    /// So many days.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub days: u64,
    /// So many closings.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub closings: u64,
    /// Copies that were put in the book's place, in order.
    pub restores: Vec<RestoreTold>,
    /// The hash at the end of the chain: as it stands on the paper of a closing.
    pub head: String,
    /// The first faults; none: nothing is wrong.
    pub faults: Vec<Found>,
    /// So many in all.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub all_faults: u64,
    /// Rows of before the chain were still being chained, and not checked.
    pub unfinished: bool,
}

/// A copy that was put in the book's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RestoreTold {
    /// When, on the shop's clock.
    pub clock: String,
    /// By whom.
    pub who: String,
    /// Closings that only the book of before has: from this number …
    pub from: Option<u32>,
    /// … to this one.
    pub to: Option<u32>,
}

/// The check of the book that is under way, and what the last one came to.
#[derive(Default)]
pub(crate) struct Checking {
    standing: Mutex<(BookCheck, Follow)>,
}

impl Inner {
    /// The names that the owner gave to sources, by their ids.
    pub(crate) fn source_names(&self) -> BTreeMap<String, String> {
        let sources = self.show_listening().sources;
        sources
            .into_iter()
            .map(|source| (source.id.as_str().to_owned(), source.name))
            .collect()
    }

    fn checking<T>(&self, work: impl FnOnce(&mut (BookCheck, Follow)) -> T) -> T {
        let standing = &self.checking.standing;
        work(&mut standing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn told_of_check(&self, change: impl FnOnce(&mut BookCheck)) {
        let view = self.checking(|(view, _)| {
            change(view);
            view.clone()
        });
        self.screen
            .tell(&["history"], event::BOOK_CHECK, &json!(view));
    }

    async fn check(self: Arc<Self>, follow: Follow) {
        let checked = self.ledger.verify(follow).await;
        let clock = self.clock();
        self.told_of_check(|view| {
            view.running = None;
            match checked {
                Ok(Some(found)) => view.result = Some(result(found, &clock, now())),
                // Somebody stopped it.
                Ok(None) => {}
                Err(error) => view.problem = Some(UiError::from(error).code),
            }
        });
    }
}

fn result(found: Verified, clock: &Clock, now: Timestamp) -> CheckResult {
    if found.all_faults > 0 {
        tracing::warn!(
            faults = found.all_faults,
            "the book is not as it was written"
        );
    }
    let restored = |one: Restored| RestoreTold {
        clock: clock.in_full(one.at),
        who: one.who,
        from: one.gap.map(|(first, _)| first),
        to: one.gap.map(|(_, last)| last),
    };
    CheckResult {
        clock: clock.in_full(now),
        closings: found.closings,
        restores: found.restores.into_iter().map(restored).collect(),
        rows: found.head.rows,
        lines: found.lines,
        days: found.days,
        head: found.head.text(),
        faults: found.faults,
        all_faults: found.all_faults,
        unfinished: found.unfinished,
    }
}

/// A collector for people.
pub(crate) fn named(view: &mut PaymentView, names: &BTreeMap<String, String>) {
    if let Some(name) = names.get(&view.collector) {
        view.collector.clone_from(name);
    }
}

/// The same everywhere in a payment's details.
pub(crate) fn with_names(
    mut details: PaymentDetails,
    names: &BTreeMap<String, String>,
) -> PaymentDetails {
    named(&mut details.payment, names);
    for view in details.joined.iter_mut().chain(&mut details.related) {
        named(view, names);
    }
    if let Some(heard) = &mut details.as_heard
        && let Some(name) = names.get(&heard.collector)
    {
        heard.collector.clone_from(name);
    }
    details
}

fn refused(why: Refused) -> UiError {
    match why {
        Refused::NotFound => UiError::new("not_found"),
        Refused::Text => UiError::invalid("text"),
        Refused::Who => UiError::invalid("who"),
        Refused::Amount => UiError::invalid("amount"),
        Refused::News => UiError::invalid("news"),
        Refused::Other => UiError::invalid("other"),
        Refused::Gone => UiError::invalid("gone"),
        Refused::Refunds => UiError::invalid("refunds"),
        Refused::Already => UiError::invalid("already"),
        Refused::TooMany => UiError::invalid("too_many"),
    }
}

impl Desk {
    /// What there is to choose from in the book's filters.
    pub async fn history_choices(&self) -> Result<HistoryChoices, UiError> {
        let found = self.inner.ledger.choices().await?;
        let names = self.inner.source_names();
        let name = |collector: String| CollectorChoice {
            name: names.get(&collector).unwrap_or(&collector).clone(),
            collector,
        };
        Ok(HistoryChoices {
            platforms: found.platforms,
            collectors: found.collectors.into_iter().map(name).collect(),
            terminals: found.terminals,
            tags: found.tags,
            people: self.inner.ledger.correctors().await?,
        })
    }

    /// Puts something right about a payment; answers everything about it as it is then.
    pub async fn correct(&self, req: CorrectWish) -> Result<PaymentDetails, UiError> {
        let rule = self.inner.rule();
        let done = self
            .inner
            .ledger
            .correct(req.line, req.what, &req.who, now(), &rule);
        let event = done.await?.map_err(refused)?;
        self.inner.works_here(&req.who).await;
        self.corrected(req.line, event.day).await
    }

    /// Takes back what was put right; answers everything about the payment on show as it is then.
    pub async fn undo_correction(&self, req: UndoWish) -> Result<PaymentDetails, UiError> {
        let rule = self.inner.rule();
        let done = self
            .inner
            .ledger
            .undo(req.correction, &req.who, now(), &rule);
        let event = done.await?.map_err(refused)?;
        self.inner.works_here(&req.who).await;
        self.corrected(req.line, event.day).await
    }

    async fn corrected(&self, line: LineId, made: BusinessDay) -> Result<PaymentDetails, UiError> {
        let details = self.payment_details(line).await?;
        for day in [details.payment.day, made] {
            self.inner.screen.book_changed(day);
        }
        self.inner.tray.notify_one();
        Ok(details)
    }

    /// Whether the book is being checked, and what the last check came to.
    pub async fn book_check(&self) -> Result<BookCheck, UiError> {
        Ok(self.inner.checking(|(view, _)| view.clone()))
    }

    /// Begins to check the book, unless that is under way.
    pub async fn check_book(&self) -> Result<BookCheck, UiError> {
        let inner = Arc::clone(&self.inner);
        let follow = self.inner.checking(|(view, follow)| {
            if view.running.is_some() {
                return None;
            }
            view.running = Some(Progress { done: 0, of: 0 });
            view.problem = None;
            let told = Arc::downgrade(&inner);
            *follow = Follow::telling(move |progress| {
                if let Some(inner) = told.upgrade() {
                    inner.told_of_check(|view| view.running = Some(progress));
                }
            });
            Some(follow.clone())
        });
        if let Some(follow) = follow {
            tokio::spawn(inner.check(follow));
        }
        self.book_check().await
    }

    /// Stops the check that is under way.
    pub async fn stop_check(&self) -> Result<BookCheck, UiError> {
        self.inner.checking(|(_, follow)| follow.stop());
        self.book_check().await
    }
}

/// Whether a piece of news can become a payment of its own: not the first of its row, and of this row.
pub(crate) fn can_split(
    line: LineId,
    counts: bool,
    news: &[book::NewsLine],
) -> impl Fn(NewsId, LineId) -> bool {
    let first = news.iter().find(|one| one.line == line).map(|one| one.id);
    move |id, of| counts && of == line && Some(id) != first
}

#[cfg(test)]
mod tests;
