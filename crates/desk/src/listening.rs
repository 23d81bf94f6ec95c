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
    SourceId, SourceKind, Timestamp,
    wire::{SourceHealth, SourceState},
};
use meanwhile::Gap;
use std::collections::BTreeMap;

/// A link that is back within this long was never lost for anybody.
pub(crate) const GRACE_MS: u64 = 5_000;
/// Clocks that differ by more than this are told to the owner.
const CLOCK_WARN_MS: i64 = 60_000;
/// What the hub's clock showed says something about this one for so long.
const CLOCK_KNOWN_MS: i64 = 24 * 3_600_000;

/// One thing that keeps news from being heard, the gravest first: behind the first two nothing else can be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Store,
    Hub,
    Refused(SourceId),
    Silent(SourceId),
}

impl Trouble {
    fn state(&self) -> Listening {
        match self {
            Self::Store => Listening::CannotStore,
            Self::Hub => Listening::HubLost,
            Self::Refused(_) => Listening::SourceRefusing,
            Self::Silent(_) => Listening::SourceSilent,
        }
    }

    /// Whether news from that source is not heard.
    fn concerns(&self, source: &SourceId) -> bool {
        match self {
            Self::Store | Self::Hub => true,
            Self::Refused(own) | Self::Silent(own) => own == source,
        }
    }
}

/// All troubles there are, and since when.
type Troubles = BTreeMap<Trouble, Timestamp>;

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
    /// What people were told of and is not over, as far as can be seen.
    told: Troubles,
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
            told: Troubles::new(),
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

    /// Whether the hub was heard in this run, not long before ours shows `now`: else nothing is known of its clock.
    pub(crate) fn heard_lately(&self, now: Timestamp) -> bool {
        let apart = self.heard_at.map(|at| now.since(at));
        apart.is_some_and(|apart| (-CLOCK_KNOWN_MS..=CLOCK_KNOWN_MS).contains(&apart))
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

    /// The sources that are not heard, the gravest and longest first, and since when.
    pub(crate) fn unheard(&self) -> Vec<(&SourceHealth, Timestamp)> {
        let sources = self.sources.iter().flatten();
        let mut unheard: Vec<_> = sources
            .filter_map(|source| {
                let (trouble, since) = self.trouble(source)?;
                Some((trouble.state() == Listening::SourceSilent, since, source))
            })
            .collect();
        unheard.sort_by_key(|(silent, since, _)| (*silent, *since));
        let told = unheard.into_iter();
        told.map(|(_, since, source)| (source, since)).collect()
    }

    /// A payment stands in the book, by news from that source. Answers whether the card that says "listening again"
    /// has more to tell.
    pub(crate) fn came(&mut self, line: &Line, source: &SourceId) -> bool {
        self.gap.as_mut().is_some_and(|gap| gap.came(line, source))
    }

    /// What came in the gap that is over.
    pub(crate) fn meanwhile(&self, clock: &Clock) -> Option<Meanwhile> {
        self.gap.as_ref()?.view(clock)
    }

    /// Looks at everything again; says when people must be told of a change: each trouble is told, however many are
    /// known already, and that all is well once.
    pub(crate) fn judge(&mut self, tick: u64) -> Option<ListeningChange> {
        let troubles = self.now(tick)?;
        self.known = true;
        self.state = match troubles.first_key_value() {
            Some((worst, _)) => worst.state(),
            None => self.without_trouble(),
        };
        self.since = earliest(&troubles, self.state);
        let ended_at = self.hub_clock(self.heard_at.unwrap_or(self.lost_at));
        self.forget_what_is_over(&troubles, ended_at);
        let mut new = troubles;
        new.retain(|trouble, _| !self.told.contains_key(trouble));
        if let Some((worst, _)) = new.first_key_value() {
            let since = earliest(&new, worst.state())?;
            let refused = worst.state() == Listening::SourceRefusing;
            self.begin(new);
            return Some(match refused {
                true => ListeningChange::Refused { since },
                false => ListeningChange::Stopped { since },
            });
        }
        let gap = self.gap.as_mut().filter(|_| self.told.is_empty())?;
        let since = gap.end(ended_at)?;
        Some(ListeningChange::Back { since })
    }

    /// Who comes back may fall silent again, and is told of again. What cannot be seen behind a graver trouble is not
    /// over for that.
    fn forget_what_is_over(&mut self, troubles: &Troubles, at: Timestamp) {
        let behind = troubles.keys().find(|trouble| **trouble <= Trouble::Hub);
        let gap = &mut self.gap;
        self.told.retain(|told, _| {
            let holds = troubles.contains_key(told) || behind.is_some_and(|graver| told > graver);
            if let Some(gap) = gap.as_mut().filter(|_| !holds) {
                gap.end_of(told, at);
            }
            holds
        });
    }

    /// People are told of these: what they keep from being heard is counted.
    fn begin(&mut self, new: Troubles) {
        let ahead_ms = self.ahead_ms;
        for (trouble, since) in new {
            // What happens on this PC has its time; payments have the hub's.
            let by_hub = match trouble {
                Trouble::Store | Trouble::Hub => since.plus_ms(ahead_ms.saturating_neg()),
                Trouble::Refused(_) | Trouble::Silent(_) => since,
            };
            match self.gap.as_mut().filter(|gap| !gap.is_over()) {
                Some(gap) => gap.also(trouble.clone(), since, by_hub),
                None => self.gap = Some(Gap::begin(trouble.clone(), since, by_hub)),
            }
            self.told.insert(trouble, since);
        }
    }

    /// What keeps news from being heard now; `None` while that is not known.
    fn now(&self, tick: u64) -> Option<Troubles> {
        // The link comes and goes while nothing can be stored: that is the cause, and is what people are told.
        if let Some(since) = self.stuck {
            return Some(Troubles::from([(Trouble::Store, since)]));
        }
        if !self.link_up {
            let lost = tick.saturating_sub(self.lost_tick) >= GRACE_MS;
            let since = self.told.get(&Trouble::Hub).unwrap_or(&self.lost_at);
            return lost.then(|| Troubles::from([(Trouble::Hub, *since)]));
        }
        let sources = self.sources.as_ref()?;
        Some(
            sources
                .iter()
                .filter_map(|source| self.trouble(source))
                .collect(),
        )
    }

    fn trouble(&self, source: &SourceHealth) -> Option<(Trouble, Timestamp)> {
        match source.state {
            SourceState::Refusing => {
                let since = source.refusing.as_ref()?.since;
                Some((Trouble::Refused(source.id.clone()), since))
            }
            SourceState::Silent => {
                let trouble = Trouble::Silent(source.id.clone());
                // A source that was never heard is silent since nobody knows when: then since it was first seen silent.
                let first_seen = self.told.get(&trouble).copied().or(self.heard_at);
                let since = source.last_heard.or(first_seen).unwrap_or(self.lost_at);
                Some((trouble, since))
            }
            _ => None,
        }
    }

    fn without_trouble(&self) -> Listening {
        let mut sources = self.sources.iter().flatten();
        match sources.any(|source| source.kind != SourceKind::Test) {
            true => Listening::Listening,
            false => Listening::NoSource,
        }
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

/// Since when the earliest of that state is so.
fn earliest(troubles: &Troubles, state: Listening) -> Option<Timestamp> {
    let same = troubles.iter().filter(|(one, _)| one.state() == state);
    same.map(|(_, since)| *since).min()
}

#[cfg(test)]
mod tests;
