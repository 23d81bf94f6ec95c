//! The day's end at this desk: who asks the book for it, the reminder at closing time, and days that were forgotten.

pub(crate) mod remind;

use crate::{api::UiError, desk::Inner, ledger::LedgerError, settings::Language, words::text};
use book::dayend::{Closing, DayEndError, Here, Refusal};
use domain::BusinessDay;
use remind::Reminder;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The reminder looks at the clock so often.
const LOOK: Duration = Duration::from_secs(20);
/// The name under which the book keeps for which day the reminder came.
const REMINDED: &str = "closing_reminded";

/// What is told of days that wait to be closed.
#[derive(Debug, Default)]
pub(crate) struct Closings {
    standing: Mutex<Standing>,
    /// Something of it may be different now.
    pub(crate) changed: Notify,
}

#[derive(Debug, Default)]
struct Standing {
    /// What the tray says now.
    told: Option<Reminder>,
    /// What the card was shown for since the start of the program.
    card: Option<Reminder>,
}

impl Closings {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the tray says of it.
    pub(crate) fn tray_line(&self, language: Language) -> Option<String> {
        self.standing().told.map(|told| title(language, told))
    }
}

/// In one line, for the tray and for a notice; the card says the same.
pub(crate) fn title(language: Language, reminder: Reminder) -> String {
    match reminder {
        Reminder::Today { .. } => text(language, "card.closing_today", &[]),
        Reminder::Forgotten { day, more: 0 } => text(
            language,
            "card.closing_forgotten",
            &[("day", &day.to_string())],
        ),
        Reminder::Forgotten { day, more } => {
            let (day, count) = (day.to_string(), (more + 1).to_string());
            let values = [("day", day.as_str()), ("count", count.as_str())];
            text(language, "card.closing_forgotten_more", &values)
        }
    }
}

impl Inner {
    /// Who asks the book, and when. Before the shop is known there is no drawer, since it has no currency.
    pub(crate) fn here(&self) -> Result<Here, UiError> {
        let language = self.language();
        let rule = self.rule();
        let clocks = self.clocks();
        let state = self.state();
        let shop = state.shop.as_ref().ok_or_else(|| UiError::new("offline"))?;
        Ok(Here {
            now: clocks.here,
            hub: clocks.hub,
            // A hub that was not heard has told no time: its clock is then taken to be this one.
            second_clock: !self.config.hub.ip().is_loopback()
                && state.hearing.heard_lately(clocks.here),
            rule,
            currency: shop.currency,
            blind: state.settings.closing.blind,
            shop: shop.name.clone(),
            terminal: text(language, "dayend.front_desk", &[]),
            software: self.config.version.clone(),
        })
    }

    /// There is one more closing: pages, tray and the reminder follow.
    pub(crate) fn closed(&self, closing: &Closing) {
        let Closing { number, day, .. } = closing;
        tracing::info!(number, %day, kind = ?closing.kind, "closed");
        self.screen.day_end_changed();
        self.screen.book_changed(*day);
        self.closing.changed.notify_one();
    }

    /// Reminds of the closing, once, and never in the middle of a payment.
    pub(crate) async fn keep_closing(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.look_at_closing().await {
                tracing::error!(%error, "whether the day is closed could not be read");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.closing.changed.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    pub(crate) async fn look_at_closing(&self) -> Result<(), LedgerError> {
        let Ok(here) = self.here() else { return Ok(()) };
        let at = self.state().settings.closing.remind_at;
        let due = self.ledger.due(here.today()).await?;
        let reminder = remind::reminder(&here, at, &due);
        let changed = std::mem::replace(&mut self.closing.standing().told, reminder) != reminder;
        if changed {
            self.tray.notify_one();
        }
        let Some(reminder) = reminder else {
            self.closing.standing().card = None;
            self.cards.change(|stack, _| stack.drop_closing());
            return Ok(());
        };
        let shown = self.closing.standing().card;
        if shown == Some(reminder) || !self.shows_cards() {
            return Ok(());
        }
        let today = here.today();
        let is_today = matches!(reminder, Reminder::Today { .. });
        if is_today && self.ledger.kept::<BusinessDay>(REMINDED).await? == Some(today) {
            // An earlier run of the program reminded of it.
            self.closing.standing().card = Some(reminder);
            return Ok(());
        }
        if remind::busy(&self.ledger.going_on(here.now).await?, here.now) {
            return Ok(());
        }
        if is_today {
            self.ledger.keep(REMINDED, &today).await?;
        }
        self.closing.standing().card = Some(reminder);
        self.cards
            .change(|stack, tick| stack.closing(reminder, tick));
        Ok(())
    }
}

impl From<DayEndError> for UiError {
    fn from(error: DayEndError) -> Self {
        match error {
            DayEndError::Ledger(error) => error.into(),
            DayEndError::Refused(Refusal::Unknown) => Self::new("not_found"),
            DayEndError::Refused(refusal) => Self::invalid(refusal.field()),
        }
    }
}

#[cfg(test)]
mod tests;
