//! What the desk shows of itself: listening, shop and language, the tray. Each is told when it changes, and only then.

use super::{Inner, now, rule_of, stays_ms};
use crate::{
    announcer::{ListeningChange, Saying, Voice},
    ledger::{DayTotals, Line},
    tray,
    views::{AppInfo, Listening, ListeningView},
};
use tokio_util::sync::CancellationToken;

impl Inner {
    /// Whether listening stopped or works again; people are told of it once.
    pub(super) fn judge(&self) {
        let change = {
            let tick = self.tick();
            let mut state = self.state();
            (state.hearing.judge(tick), state.hearing.state())
        };
        let view = self.show_listening();
        match change {
            (Some(change), listening) => {
                let source_gone = listening == Some(Listening::NoSource);
                if self.shows_cards() {
                    let view = self.told_on_the_card(view, change);
                    self.cards.change(|stack, tick| match source_gone {
                        true => stack.drop_listening(),
                        false => {
                            stack.listening(&view, tick);
                            true
                        }
                    });
                }
                if !source_gone {
                    self.announcer.push(Saying::Listening(change));
                }
                tracing::info!(?change, "listening");
            }
            (None, _) => {
                self.cards.change(|stack, _| stack.update_listening(&view));
            }
        }
    }

    /// The card tells the time of the change, also when it says that all is well again, and what came meanwhile.
    fn told_on_the_card(&self, view: ListeningView, change: ListeningChange) -> ListeningView {
        let clock = self.clock();
        match change {
            ListeningChange::Stopped { .. } | ListeningChange::Refused { .. } => view,
            ListeningChange::Back { since } => ListeningView {
                since: Some(since),
                since_clock: Some(clock.minutes(since)),
                back: self.state().hearing.meanwhile(&clock),
                ..view
            },
        }
    }

    /// More came of the gap that is over: the card that tells of it counts on.
    pub(crate) fn show_meanwhile(&self) {
        let clock = self.clock();
        let meanwhile = self.state().hearing.meanwhile(&clock);
        if let Some(meanwhile) = meanwhile {
            self.cards
                .change(|stack, _| stack.update_meanwhile(&meanwhile));
        }
    }

    /// Tells pages of listening, if it changed.
    pub(crate) fn show_listening(&self) -> ListeningView {
        let clock = self.clock();
        let problem = *self.announcer.problem().borrow();
        let mut state = self.state();
        let view = state.hearing.view(&clock, state.muted_until, problem);
        if state.hearing.state().is_some() && state.shown_listening.as_ref() != Some(&view) {
            state.shown_listening = Some(view.clone());
            self.screen.listening(&view);
            self.tray.notify_one();
        }
        view
    }

    /// What every page needs first.
    pub(crate) fn info(&self) -> AppInfo {
        let language = self.language();
        let state = self.state();
        AppInfo {
            language,
            theme: state.settings.theme,
            version: self.config.version.clone(),
            shop: state.shop.clone(),
            today: state.shop.as_ref().map(|shop| shop.day_rule.day_of(now())),
            first_start: !state.settings.first_start_done,
            missing: state.missing.clone(),
            asks_customers: state.settings.asks_customers(),
            prints: state.settings.printers.iter().any(|printer| printer.on),
        }
    }

    pub(crate) fn show_info(&self) {
        let info = self.info();
        let mut state = self.state();
        if state.shown_info.as_ref() != Some(&info) {
            state.shown_info = Some(info.clone());
            self.screen.app_info(&info);
            self.tray.notify_one();
        }
    }

    /// Settings, shop or mute changed: all that follows them is told anew.
    pub(crate) fn show_all(&self) {
        let language = self.language();
        let (voice, muted_until, stays, customer) = {
            let state = self.state();
            let rule = rule_of(state.shop.as_ref(), &self.config.system_zone);
            let mut voice = Voice::new(state.settings.clone(), language, state.muted_until, rule);
            voice.clock_ahead_ms = state.hearing.clock_ahead_ms();
            let customer = state.settings.customer.clone();
            (
                voice,
                state.muted_until,
                stays_ms(&state.settings),
                customer,
            )
        };
        self.voice.send_if_modified(|old| {
            let changed = *old != voice;
            *old = voice;
            changed
        });
        self.cards.change(|stack, _| {
            stack.set_stays_ms(stays);
            stack.set_muted(muted_until)
        });
        self.occasions.set(&customer);
        self.receipts.wake();
        self.closing.changed.notify_one();
        self.show_info();
        self.show_listening();
        // Not here: this is also the link's task, and a code is drawn there, and pictures are looked for on a disk.
        self.customer.changed.notify_one();
    }

    /// Says in the tray what is to be said there, as often as it changes.
    pub(super) async fn keep_tray(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.tray.notified() => {}
            }
            // An icon that said "listening" before anybody knows would be believed.
            if self.state().hearing.state().is_none() {
                continue;
            }
            let today = self.rule().day_of(now());
            match self.ledger.day(today).await {
                Ok((totals, last)) => self.show_tray(&totals, last.as_ref()),
                Err(error) => tracing::error!(%error, "today's totals could not be read"),
            }
        }
    }

    fn show_tray(&self, today: &DayTotals, last: Option<&Line>) {
        let clock = self.clock();
        let language = self.language();
        let voice_problem = *self.announcer.problem().borrow();
        let troubled = self.troubled_devices();
        let mut state = self.state();
        let view = tray::view(&tray::Told {
            language,
            clock: &clock,
            own: state.shop.as_ref().map(|shop| shop.currency),
            today,
            last,
            hearing: &state.hearing,
            muted_until: state.muted_until,
            voice_problem,
            settings_lost: state.settings_lost,
            prints: self.receipts.tray_line(language),
            closing: self.closing.tray_line(language),
            update: self.updates.tray_line(language),
            missing: &state.missing,
            troubled: &troubled,
        });
        if state.shown_tray.as_ref() != Some(&view) {
            state.shown_tray = Some(view.clone());
            self.screen.tray(&view);
        }
    }
}
