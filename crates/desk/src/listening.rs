//! Whether money's news is heard: a pure state, fed by link, beats and a clock. Silence is never taken for "no
//! customers".

mod meanwhile;

use crate::{
    announcer::ListeningChange,
    ledger::Line,
    shown::Clock,
    views::{Listening, ListeningView, Meanwhile, VoiceProblem},
};
use domain::{
    SourceKind, Timestamp,
    wire::{Refusing, SourceHealth, SourceState},
};
use meanwhile::Gap;

/// A link that is back within this long was never lost for anybody.
pub(crate) const GRACE_MS: u64 = 5_000;
/// Clocks that differ by more than this are told to the owner.
const CLOCK_WARN_MS: i64 = 60_000;

/// What is known of it.
#[derive(Debug)]
pub(crate) struct Hearing {
    state: Listening,
    since: Option<Timestamp>,
    /// Known well enough to be shown: the link was up, or is down for too long.
    known: bool,
    link_up: bool,
    lost_at: Timestamp,
    lost_tick: u64,
    heard_at: Option<Timestamp>,
    sources: Option<Vec<SourceHealth>>,
    ahead_ms: i64,
    /// The book could not store what came; since when.
    stuck: Option<Timestamp>,
    /// People were told that it stopped; since when.
    told_stopped: Option<Timestamp>,
    /// The gap that people were told of last.
    gap: Option<Gap>,
}

impl Hearing {
    /// Before the first link.
    pub(crate) fn new(now: Timestamp, tick: u64) -> Self {
        Self {
            state: Listening::HubLost,
            since: None,
            known: false,
            link_up: false,
            lost_at: now,
            lost_tick: tick,
            heard_at: None,
            sources: None,
            ahead_ms: 0,
            stuck: None,
            told_stopped: None,
            gap: None,
        }
    }

    /// The hub let us in; its clock shows `hub_now`.
    pub(crate) fn link_up(&mut self, now: Timestamp, hub_now: Timestamp) {
        self.link_up = true;
        self.heard_at = Some(now);
        self.ahead_ms = now.since(hub_now);
    }

    /// The link is gone.
    pub(crate) fn link_down(&mut self, now: Timestamp, tick: u64) {
        if self.link_up {
            self.link_up = false;
            self.lost_at = self.heard_at.unwrap_or(now);
            self.lost_tick = tick;
        }
    }

    /// Anything came from the hub.
    pub(crate) fn heard(&mut self, now: Timestamp) {
        self.heard_at = Some(now);
    }

    /// What came stands in the book.
    pub(crate) fn stored(&mut self) {
        self.stuck = None;
    }

    /// What came could not be stored.
    pub(crate) fn not_stored(&mut self, now: Timestamp) {
        self.stuck.get_or_insert(now);
    }

    /// The hub's beat.
    pub(crate) fn beat(&mut self, now: Timestamp, hub_now: Timestamp) {
        self.heard(now);
        self.ahead_ms = now.since(hub_now);
    }

    /// The state of every source.
    pub(crate) fn sources(&mut self, sources: Vec<SourceHealth>) {
        self.sources = Some(sources);
    }

    /// The hub's clock when ours shows `now`.
    pub(crate) fn hub_clock(&self, now: Timestamp) -> Timestamp {
        now.plus_ms(self.ahead_ms.saturating_neg())
    }

    /// How far this PC's clock is ahead of the hub's.
    pub(crate) fn clock_ahead_ms(&self) -> i64 {
        self.ahead_ms
    }

    /// Listening, in one word; `None` while it is not known yet.
    pub(crate) fn state(&self) -> Option<Listening> {
        self.known.then_some(self.state)
    }

    /// The source that is silent for the longest time.
    pub(crate) fn silent_source(&self) -> Option<&SourceHealth> {
        let silent = |source: &&SourceHealth| source.state == SourceState::Silent;
        self.sources
            .iter()
            .flatten()
            .filter(silent)
            .min_by_key(|source| source.last_heard)
    }

    /// The source that is refused for the longest time, and what is known of it.
    pub(crate) fn refused_source(&self) -> Option<(&SourceHealth, &Refusing)> {
        let refused = self.sources.iter().flatten();
        refused
            .filter(|source| source.state == SourceState::Refusing)
            .filter_map(|source| Some((source, source.refusing.as_ref()?)))
            .min_by_key(|(_, refusing)| refusing.since)
    }

    /// A payment stands in the book. Answers whether the card that says "listening again" has more to tell.
    pub(crate) fn came(&mut self, line: &Line) -> bool {
        self.gap.as_mut().is_some_and(|gap| gap.came(line))
    }

    /// What came in the gap that is over.
    pub(crate) fn meanwhile(&self, clock: &Clock) -> Option<Meanwhile> {
        self.gap.as_ref()?.view(clock)
    }

    /// Looks at everything again; says when people must be told of a change.
    pub(crate) fn judge(&mut self, tick: u64) -> Option<ListeningChange> {
        let (state, since) = self.now(tick)?;
        self.known = true;
        let stopped = state.is_stopped();
        if self.state != state || self.since.is_none() != since.is_none() {
            self.since = since;
        }
        self.state = state;
        match (stopped, self.told_stopped) {
            (true, None) => {
                let since = since.unwrap_or(self.lost_at);
                self.told_stopped = Some(since);
                self.gap = Some(Gap::begin(since));
                Some(match state {
                    Listening::SourceRefusing => ListeningChange::Refused { since },
                    _ => ListeningChange::Stopped { since },
                })
            }
            (false, Some(since)) => {
                self.told_stopped = None;
                let until = self.hub_clock(self.heard_at.unwrap_or(since));
                if let Some(gap) = &mut self.gap {
                    gap.end(until);
                }
                Some(ListeningChange::Back { since })
            }
            _ => None,
        }
    }

    fn now(&self, tick: u64) -> Option<(Listening, Option<Timestamp>)> {
        // The link comes and goes while nothing can be stored: that is the cause, and is what people are told.
        if let Some(since) = self.stuck {
            return Some((Listening::CannotStore, Some(since)));
        }
        if !self.link_up {
            let lost = tick.saturating_sub(self.lost_tick) >= GRACE_MS;
            return lost.then_some((Listening::HubLost, Some(self.lost_at)));
        }
        let sources = self.sources.as_ref()?;
        if let Some((_, refusing)) = self.refused_source() {
            return Some((Listening::SourceRefusing, Some(refusing.since)));
        }
        if let Some(silent) = self.silent_source() {
            // A source that was never heard is silent since nobody knows when: then since it was first seen silent.
            let first_seen = self
                .since
                .filter(|_| self.state == Listening::SourceSilent)
                .or(self.heard_at);
            return Some((Listening::SourceSilent, silent.last_heard.or(first_seen)));
        }
        let real = sources.iter().any(|source| source.kind != SourceKind::Test);
        Some((
            if real {
                Listening::Listening
            } else {
                Listening::NoSource
            },
            None,
        ))
    }

    /// For pages.
    pub(crate) fn view(
        &self,
        clock: &Clock,
        muted_until: Option<Timestamp>,
        voice_problem: Option<VoiceProblem>,
    ) -> ListeningView {
        ListeningView {
            state: self.state,
            since: self.since,
            since_clock: self.since.map(|at| clock.minutes(at)),
            sources: self.sources.clone().unwrap_or_default(),
            heard_at: self.heard_at,
            muted_until,
            muted_until_clock: muted_until.map(|at| clock.minutes(at)),
            voice_problem,
            clock_ahead_ms: (self.ahead_ms.abs() > CLOCK_WARN_MS).then_some(self.ahead_ms),
            back: None,
        }
    }
}

#[cfg(test)]
mod tests;
