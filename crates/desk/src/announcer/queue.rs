//! What waits to be said, as a pure queue: order, bounds, bursts, what is too old, and what settings keep silent.
//! Time is an argument.

use super::{Announcement, ListeningChange, Saying, Voice};
use crate::views::LineId;
use domain::{Currency, Kind, Money, Timestamp, Trust};
use std::{collections::VecDeque, time::Duration};

/// A payment that the hub accepted longer ago than this is not spoken by itself but in a sum.
pub const LATE_MS: i64 = book::fresh::STALE_MS;
/// When more payments than this wait, all of them become one sum: seven sentences take half a minute.
pub const BURST: usize = 5;
/// So many payments wait one by one; further ones are folded into a sum at once.
pub const WAITING_MAX: usize = 64;
/// Late payments come in a flow, after an outage; the sum is said when none came for so long …
const SETTLE_MS: i64 = 1_500;
/// … but not later than this after the first.
const SETTLE_MAX_MS: i64 = 10_000;
/// How often to look again whether quiet has ended, while something waits for that.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// More groups than this in one sum cannot be listened to; the rest is counted only.
const GROUPS_MAX: usize = 6;

/// Why payments are said as a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Too many at once.
    Burst,
    /// They came while nobody listened.
    Late,
}

/// Payments of one kind in a sum: never added across currencies, nor confirmed with reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Payments or refunds.
    pub kind: Kind,
    /// Confirmed or reported.
    pub trust: Trust,
    /// Tests by the shop, which are only counted.
    pub test: bool,
    /// The currency; `None` for those whose amount was not given, and for tests.
    pub currency: Option<Currency>,
    /// How many.
    pub count: u32,
    /// Their sum; `None` where there is no currency.
    pub total: Option<Money>,
}

/// Several payments that are said in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Why.
    pub why: Why,
    /// Their rows.
    pub lines: Vec<LineId>,
    /// What they come to, in the order of first appearance.
    pub groups: Vec<Group>,
    /// When the hub accepted the earliest.
    pub since: Timestamp,
    /// They were being said when an earlier run was cut off: all of them, for new ones are never summed with these.
    pub again: bool,
    newest: Timestamp,
}

impl Sum {
    fn new(why: Why, first: &Announcement) -> Self {
        let mut sum = Self {
            why,
            lines: Vec::new(),
            groups: Vec::new(),
            since: first.accepted_at,
            again: first.again,
            newest: first.accepted_at,
        };
        sum.add(first);
        sum
    }

    /// How many payments and refunds.
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    fn add(&mut self, one: &Announcement) {
        self.lines.push(one.line);
        self.since = self.since.min(one.accepted_at);
        self.newest = self.newest.max(one.accepted_at);
        let amount = one.amount.filter(|_| !one.test);
        self.add_group(Group {
            kind: one.kind,
            trust: one.trust,
            test: one.test,
            currency: amount.map(Money::currency),
            count: 1,
            total: amount,
        });
    }

    fn add_group(&mut self, new: Group) {
        let same = |g: &Group| {
            (g.kind, g.trust, g.test, g.currency) == (new.kind, new.trust, new.test, new.currency)
        };
        let full = self.groups.len() >= GROUPS_MAX;
        if let Some(group) = self.groups.iter_mut().find(|g| same(g)) {
            match (group.total, new.total) {
                // A sum past all bounds is counted without an amount rather than said wrongly.
                (Some(a), Some(b)) => match a.plus(b) {
                    Some(total) => {
                        (group.count, group.total) = (group.count + new.count, Some(total))
                    }
                    None => self.add_group(Group {
                        currency: None,
                        total: None,
                        ..new
                    }),
                },
                _ => group.count += new.count,
            }
        } else if full && new.currency.is_some() {
            self.add_group(Group {
                currency: None,
                total: None,
                ..new
            });
        } else {
            self.groups.push(new);
        }
    }

    fn absorb(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.since = self.since.min(other.since);
        self.newest = self.newest.max(other.newest);
        for group in other.groups {
            self.add_group(group);
        }
    }
}

/// What is summed, new payments apart from repetitions: in one sum nobody could tell what was heard before.
#[derive(Debug, Default)]
struct Sums {
    again: Option<Sum>,
    new: Option<Sum>,
}

impl Sums {
    fn add(&mut self, sum: Sum) {
        let place = match sum.again {
            true => &mut self.again,
            false => &mut self.new,
        };
        match place {
            Some(there) => there.absorb(sum),
            None => *place = Some(sum),
        }
    }

    fn some(&self) -> bool {
        self.again.is_some() || self.new.is_some()
    }

    /// The repetition first: it came first.
    fn next(&mut self) -> Option<Sum> {
        self.again.take().or_else(|| self.new.take())
    }

    /// Takes those out that fit.
    fn take_if(&mut self, fits: impl Fn(&Sum) -> bool) -> [Option<Sum>; 2] {
        [&mut self.again, &mut self.new].map(|place| place.take_if(|sum| fits(sum)))
    }
}

/// What to say next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The sound check.
    Check,
    /// Listening stopped or is back.
    Listening(ListeningChange),
    /// One payment.
    Payment(Announcement),
    /// Several payments in one sentence.
    Sum(Sum),
}

/// What the queue gives out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What to say now.
    pub say: Option<Next>,
    /// Rows that settings keep silent, for good.
    pub silent: Vec<LineId>,
    /// Where nothing is to be said now: look again after this long, even if nothing is pushed.
    pub look_again: Option<Duration>,
}

/// What waits.
#[derive(Debug, Default)]
pub struct Queue {
    check: bool,
    listening: Option<ListeningChange>,
    waiting: VecDeque<Announcement>,
    burst: Sums,
    late: Sums,
    late_first_at: Timestamp,
    late_last_at: Timestamp,
    silent: Vec<LineId>,
}

impl Queue {
    /// Puts something in.
    pub fn push(&mut self, saying: Saying, now: Timestamp, voice: &Voice) {
        match saying {
            Saying::Check => self.check = true,
            Saying::Listening(change) => self.listening = Some(newest(self.listening, change)),
            Saying::Payment(one) if is_silent(now, voice) || is_left_out(&one, voice) => {
                self.silent.push(one.line)
            }
            Saying::Payment(one) if is_late(one.accepted_at, now, voice) => {
                self.push_late(Sum::new(Why::Late, &one), now)
            }
            Saying::Payment(one) => {
                self.waiting.push_back(one);
                if self.waiting.len() >= WAITING_MAX {
                    self.fold_waiting();
                }
            }
        }
    }

    /// Takes what is to be said next.
    pub fn take(&mut self, now: Timestamp, voice: &Voice) -> Taken {
        if std::mem::take(&mut self.check) {
            return Taken {
                say: Some(Next::Check),
                ..Taken::default()
            };
        }
        if is_silent(now, voice) {
            return self.take_silently();
        }
        let mut taken = Taken {
            silent: std::mem::take(&mut self.silent),
            ..Taken::default()
        };
        self.age(now, voice);
        taken.say = self.listening.take().map(Next::Listening);
        if taken.say.is_none() && self.late.some() {
            match self.settling(now) {
                None => taken.say = self.late.next().map(Next::Sum),
                wait => taken.look_again = wait,
            }
        }
        if taken.say.is_none() {
            if self.burst.some() || self.waiting.len() > BURST {
                self.fold_waiting();
                taken.say = self.burst.next().map(Next::Sum);
            } else {
                taken.say = self.waiting.pop_front().map(Next::Payment);
            }
        }
        taken
    }

    /// While nothing may be said: all payments are settled without a word; that listening has stopped is kept, to
    /// be said when it still is so afterwards.
    fn take_silently(&mut self) -> Taken {
        let mut silent = std::mem::take(&mut self.silent);
        silent.extend(self.waiting.drain(..).map(|one| one.line));
        for sums in [&mut self.burst, &mut self.late] {
            for sum in sums.take_if(|_| true).into_iter().flatten() {
                silent.extend(sum.lines);
            }
        }
        if matches!(self.listening, Some(ListeningChange::Back { .. })) {
            self.listening = None;
        }
        Taken {
            say: None,
            silent,
            look_again: self.listening.map(|_| LOOK_AGAIN),
        }
    }

    /// Moves what has become too old to the late sum.
    fn age(&mut self, now: Timestamp, voice: &Voice) {
        while self
            .waiting
            .front()
            .is_some_and(|one| is_late(one.accepted_at, now, voice))
        {
            if let Some(one) = self.waiting.pop_front() {
                self.push_late(Sum::new(Why::Late, &one), now);
            }
        }
        let old = self
            .burst
            .take_if(|sum| is_late(sum.newest, now, voice))
            .into_iter()
            .flatten();
        for sum in old {
            let why = Why::Late;
            self.push_late(Sum { why, ..sum }, now);
        }
    }

    fn push_late(&mut self, sum: Sum, now: Timestamp) {
        self.late_last_at = now;
        if !self.late.some() {
            self.late_first_at = now;
        }
        self.late.add(sum);
    }

    /// How long late payments may still be followed by more; `None`: the sum can be said. A clock that was set back
    /// ends the waiting.
    fn settling(&self, now: Timestamp) -> Option<Duration> {
        let quiet = now.since(self.late_last_at);
        let all = now.since(self.late_first_at);
        let wait = (SETTLE_MS - quiet).min(SETTLE_MAX_MS - all);
        (quiet >= 0 && all >= 0 && wait > 0).then(|| Duration::from_millis(wait.unsigned_abs()))
    }

    fn fold_waiting(&mut self) {
        for one in self.waiting.drain(..) {
            self.burst.add(Sum::new(Why::Burst, &one));
        }
    }
}

/// Only the newest matters: who hears "listening again, not since two o'clock" has heard both. Of two that stopped, both
/// are meant, so the earlier time holds.
fn newest(waiting: Option<ListeningChange>, new: ListeningChange) -> ListeningChange {
    use ListeningChange::{Refused, Stopped};
    match (waiting, new) {
        (Some(Stopped { since }), Stopped { since: also }) => Stopped {
            since: since.min(also),
        },
        (Some(Refused { since }), Refused { since: also }) => Refused {
            since: since.min(also),
        },
        (_, new) => new,
    }
}

fn is_late(accepted_at: Timestamp, now: Timestamp, voice: &Voice) -> bool {
    now.plus_ms(-voice.clock_ahead_ms).since(accepted_at) > LATE_MS
}

/// Nothing may be said now.
pub fn is_silent(now: Timestamp, voice: &Voice) -> bool {
    let settings = &voice.settings;
    !settings.speak
        || settings.volume == 0
        || voice.muted_until.is_some_and(|until| now < until)
        || is_quiet(now, voice)
}

fn is_quiet(now: Timestamp, voice: &Voice) -> bool {
    let Some(hours) = voice.settings.quiet_hours else {
        return false;
    };
    let (hour, minute) = super::phrase::clock(now, &voice.rule);
    let minute = u16::from(hour) * 60 + u16::from(minute);
    if hours.from_minute <= hours.to_minute {
        (hours.from_minute..hours.to_minute).contains(&minute)
    } else {
        minute >= hours.from_minute || minute < hours.to_minute
    }
}

/// A refund where refunds are not spoken, or a payment below the smallest amount; a test is always spoken.
fn is_left_out(one: &Announcement, voice: &Voice) -> bool {
    if one.test {
        return false;
    }
    let too_small = match (voice.settings.smallest_spoken, one.amount) {
        (Some(smallest), Some(amount)) => {
            smallest.currency() == amount.currency() && amount.minor() < smallest.minor()
        }
        _ => false,
    };
    too_small || (one.kind == Kind::Refund && !voice.settings.speak_refunds)
}

#[cfg(test)]
mod tests;
