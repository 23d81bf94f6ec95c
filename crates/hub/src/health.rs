//! Whether a source is heard: its last sign of life, its heartbeat, its refusals.

pub(crate) mod refusals;

use domain::{
    SourceKind, Timestamp,
    wire::{Refusing, SourceState},
};
use refusals::{About, Refused, Run, Taken};
use std::borrow::Cow;
use std::time::{Duration, Instant};

/// What the hub knows of one source's signs of life. Silence is measured on the clock that never jumps; times of day
/// are only shown.
#[derive(Debug, Clone)]
pub(crate) struct Hearing {
    /// When anything genuine came last, for people.
    pub(crate) last_heard: Option<Timestamp>,
    /// It has beaten once, so from now on silence counts.
    pub(crate) beats: bool,
    /// Its clock less ours.
    pub(crate) clock_ahead_ms: Option<i64>,
    pub(crate) refused: u32,
    pub(crate) last_refusal: Option<(Cow<'static, str>, Timestamp)>,
    /// Refusals that count against it since anything of it was taken.
    run: Option<Run>,
    /// Something was taken under the settings of now, so the merchant in them is right.
    pub(crate) fits: bool,
    /// Counts changes of its settings, so that what was read under earlier ones is known as that.
    settings: u64,
    /// What was told to the terminals last.
    pub(crate) state: SourceState,
    /// The last sign of life; at first, when we began to listen.
    heard: Instant,
    /// What stands in the database.
    saved: Kept,
}

/// What is kept of it over a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kept {
    pub(crate) last_heard: Option<Timestamp>,
    pub(crate) beats: bool,
    /// Something was taken under the settings of now. Not the same as `last_heard`, which new settings leave as it is.
    pub(crate) fits: bool,
    /// Refusals, while they raise the alarm: silence must not be taken for "no customers" after a restart either.
    pub(crate) refusals: Option<Run>,
}

/// How much later than the stored one a last sign of life is stored again, when nothing else is written.
const SAVE_AFTER_MS: i64 = 60_000;

impl Hearing {
    pub(crate) fn new(kept: Kept, now: Instant) -> Self {
        let run = kept.refusals.clone();
        let mut hearing = Self {
            last_heard: kept.last_heard,
            beats: kept.beats,
            clock_ahead_ms: None,
            refused: run.as_ref().map_or(0, |run| run.count),
            last_refusal: run.as_ref().map(|run| (run.code.clone(), run.last)),
            fits: kept.fits,
            settings: 0,
            state: SourceState::Waiting,
            run,
            heard: now,
            saved: kept,
        };
        hearing.state = match hearing.run {
            Some(_) => SourceState::Refusing,
            None => hearing.unsuspected(),
        };
        hearing
    }

    /// The state of a source that nothing is known against.
    fn unsuspected(&self) -> SourceState {
        match self.last_heard {
            Some(_) => SourceState::Listening,
            None => SourceState::Waiting,
        }
    }

    /// It is held to a heartbeat, so its silence tells all.
    fn must_beat(&self, kind: SourceKind) -> bool {
        kind.silent_after_ms().is_some() && (kind.always_beats() || self.beats)
    }

    /// What is known of its refusals, while they are its state.
    pub(crate) fn refusing(&self) -> Option<Refusing> {
        let run = self
            .run
            .as_ref()
            .filter(|_| self.state == SourceState::Refusing)?;
        Some(Refusing {
            code: run.code.clone().into_owned(),
            since: run.first,
            proven: run.proven,
        })
    }

    /// How often its settings were changed.
    pub(crate) fn settings(&self) -> u64 {
        self.settings
    }

    /// Something genuine came, read under the settings of then. Answers whether the state changed.
    pub(crate) fn heard_under(
        &mut self,
        settings: u64,
        taken: Taken,
        ahead: Option<i64>,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        // A sign of life it is, but it says nothing of whether the settings of now are right.
        let taken = if settings == self.settings {
            taken
        } else {
            Taken::Again
        };
        self.heard(taken, ahead, now, at)
    }

    /// Something genuine came. Answers whether the state changed.
    pub(crate) fn heard(
        &mut self,
        taken: Taken,
        ahead: Option<i64>,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        self.last_heard = Some(now);
        self.heard = at;
        self.beats |= taken == Taken::Beat;
        self.clock_ahead_ms = ahead.or(self.clock_ahead_ms);
        self.fits |= taken == Taken::New;
        self.run = Run::after_taking(self.run.take(), taken);
        if self.run.is_some() && self.state == SourceState::Refusing {
            return false;
        }
        self.set(SourceState::Listening)
    }

    /// Something came that was not believed. `spread`: over how long hints must come to be an alarm. Answers whether
    /// what people are told changed.
    pub(crate) fn refused(
        &mut self,
        kind: SourceKind,
        refused: Refused,
        now: Timestamp,
        spread: Duration,
    ) -> bool {
        let before = self.refusing();
        self.refused = self.refused.saturating_add(1);
        self.last_refusal = Some((Cow::Borrowed(refused.code), now));
        self.clock_ahead_ms = refused.ahead_ms.or(self.clock_ahead_ms);
        self.run = Run::grown(self.run.take(), refused, now);
        let Some(run) = self.run.as_ref().filter(|run| run.raises(spread)) else {
            return false;
        };
        // A source that beats is judged by its silence, which no stranger can make; refusals then only explain it,
        // unless it is certain that it beats and what it says is not understood.
        let waits = self.must_beat(kind) && (run.about == About::Seal || !run.proven);
        if !waits || self.state == SourceState::Silent {
            self.set(SourceState::Refusing);
        }
        match (before, self.refusing()) {
            // Anybody can make the reason change with each request: a new one is told with the next heartbeat.
            (Some(_), Some(now)) if !now.proven => false,
            (before, now) => before != now,
        }
    }

    /// Its settings were changed: what was refused before says nothing about the new ones.
    pub(crate) fn forget_refusals(&mut self) {
        (self.refused, self.last_refusal, self.run) = (0, None, None);
        self.fits = false;
        self.settings += 1;
        if self.state == SourceState::Refusing {
            self.state = self.unsuspected();
        }
    }

    /// We could not have heard it ourselves (the machine slept): its silence counts from here.
    pub(crate) fn excuse(&mut self, at: Instant) {
        self.heard = self.heard.max(at);
    }

    /// Judges its silence. Answers whether the state changed.
    pub(crate) fn judge(
        &mut self,
        kind: SourceKind,
        limit: Option<Duration>,
        spread: Duration,
        at: Instant,
    ) -> bool {
        let expected = self.must_beat(kind);
        let by_kind = kind
            .silent_after_ms()
            .map(|ms| Duration::from_millis(ms.unsigned_abs()));
        match by_kind.map(|by_kind| limit.unwrap_or(by_kind)) {
            Some(limit) if expected && at.saturating_duration_since(self.heard) > limit => {
                let explained = self.run.as_ref().is_some_and(|run| run.raises(spread));
                self.set(if explained {
                    SourceState::Refusing
                } else {
                    SourceState::Silent
                })
            }
            _ => false,
        }
    }

    fn set(&mut self, state: SourceState) -> bool {
        std::mem::replace(&mut self.state, state) != state
    }

    /// What should be stored now, if anything. `all`: on closing, however little has changed. It is due until it
    /// [was saved](Self::saved).
    pub(crate) fn due_to_save(&self, all: bool) -> Option<Kept> {
        let refusing = self.state == SourceState::Refusing;
        let now = Kept {
            last_heard: self.last_heard,
            beats: self.beats,
            fits: self.fits,
            refusals: self.run.clone().filter(|_| refusing),
        };
        let older = match (self.saved.last_heard, now.last_heard) {
            (Some(saved), Some(heard)) => heard.since(saved).abs() >= SAVE_AFTER_MS,
            (saved, heard) => saved != heard,
        };
        let told = |kept: &Kept| {
            (
                kept.beats,
                kept.fits,
                // A reason that anybody can change is not worth a write each time.
                kept.refusals
                    .as_ref()
                    .map(|run| run.proven.then(|| run.code.clone())),
            )
        };
        let due = told(&self.saved) != told(&now) || older || (all && self.saved != now);
        due.then_some(now)
    }

    /// This stands in the database now.
    pub(crate) fn saved(&mut self, kept: Kept) {
        self.saved = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(180);
    const SPREAD: Duration = Duration::from_secs(120);

    fn kept(beats: bool) -> Kept {
        Kept {
            beats,
            ..Kept::default()
        }
    }

    fn saved(last_heard: i64, beats: bool) -> Option<Kept> {
        Some(Kept {
            last_heard: Some(Timestamp(last_heard)),
            beats,
            fits: true,
            refusals: None,
        })
    }

    /// As a look that could write does.
    fn save(hearing: &mut Hearing, all: bool) -> Option<Kept> {
        let kept = hearing.due_to_save(all)?;
        hearing.saved(kept.clone());
        Some(kept)
    }

    fn refusal(kind: SourceKind, refusal: sources::Refusal) -> Refused {
        Refused::weigh(kind, refusal, true, true)
    }

    #[test]
    fn silence_counts_only_where_a_heartbeat_is_due() {
        let start = Instant::now();
        let later = start + LIMIT + Duration::from_millis(1);
        // (kind, beaten before, state after a long silence, when never heard)
        for (kind, beaten, silent) in [
            (SourceKind::Vmq, false, true),
            (SourceKind::SmsForwarder, false, false),
            (SourceKind::SmsForwarder, true, true),
            (SourceKind::Forwarder, false, false),
            (SourceKind::Forwarder, true, true),
            (SourceKind::WechatV3, true, false),
            (SourceKind::Test, true, false),
        ] {
            let mut hearing = Hearing::new(kept(beaten), start);
            assert!(
                !hearing.judge(kind, None, SPREAD, start + LIMIT),
                "{kind:?}: the limit itself is in time"
            );
            assert_eq!(
                hearing.judge(kind, None, SPREAD, later),
                silent,
                "{kind:?} {beaten}"
            );
            assert!(
                !hearing.judge(kind, None, SPREAD, later),
                "{kind:?}: told twice"
            );
            assert_eq!(hearing.state == SourceState::Silent, silent, "{kind:?}");
            assert!(
                hearing.heard(Taken::New, None, Timestamp(1), later),
                "{kind:?} is back"
            );
            assert_eq!(hearing.state, SourceState::Listening);
        }
    }

    #[test]
    fn our_own_sleep_is_not_its_silence() {
        let start = Instant::now();
        let mut hearing = Hearing::new(kept(true), start);
        let woke = start + Duration::from_secs(9 * 3600);
        hearing.excuse(woke);
        assert!(!hearing.judge(SourceKind::Vmq, None, SPREAD, woke + Duration::from_secs(1)));
        assert!(hearing.judge(SourceKind::Vmq, None, SPREAD, woke + LIMIT * 2));
    }

    #[test]
    fn stored_when_it_first_beats_and_then_once_a_minute() {
        let start = Instant::now();
        let mut hearing = Hearing::new(kept(false), start);
        assert_eq!(save(&mut hearing, true), None);
        hearing.heard(Taken::New, None, Timestamp(1_000), start);
        assert_eq!(save(&mut hearing, false), saved(1_000, false));
        hearing.heard(Taken::New, Some(5), Timestamp(2_000), start);
        assert_eq!(save(&mut hearing, false), None);
        hearing.heard(Taken::Beat, None, Timestamp(3_000), start);
        assert_eq!(save(&mut hearing, false), saved(3_000, true));
        hearing.heard(Taken::Beat, None, Timestamp(62_999), start);
        assert_eq!(save(&mut hearing, false), None);
        assert_eq!(save(&mut hearing, true), saved(62_999, true));
        assert_eq!(hearing.clock_ahead_ms, Some(5));
    }

    #[test]
    fn what_could_not_be_stored_is_due_again() {
        let mut hearing = Hearing::new(kept(false), Instant::now());
        hearing.heard(Taken::New, None, Timestamp(1_000), Instant::now());
        let due = hearing.due_to_save(false);
        assert_eq!(due, saved(1_000, false));
        assert_eq!(hearing.due_to_save(false), due, "the disk was full");
        hearing.saved(due.unwrap());
        assert_eq!(hearing.due_to_save(true), None);
    }

    #[test]
    fn what_was_read_under_earlier_settings_says_nothing_of_those_of_now() {
        let start = Instant::now();
        let kind = SourceKind::WechatV3;
        let mut hearing = Hearing::new(kept(false), start);
        let before = hearing.settings();
        hearing.forget_refusals();
        hearing.refused(kind, refusal(kind, STALE), Timestamp(1_000), SPREAD);
        assert_eq!(hearing.state, SourceState::Refusing);
        // A delivery that was under way meanwhile: a sign of life, but no proof that the new key is right.
        let back = hearing.heard_under(before, Taken::New, None, Timestamp(2_000), start);
        assert!(!back && !hearing.fits && hearing.refusing().is_some());
        assert_eq!(hearing.last_heard, Some(Timestamp(2_000)));
        let now = hearing.settings();
        assert!(hearing.heard_under(now, Taken::New, None, Timestamp(3_000), start));
        assert!(hearing.fits && hearing.refusing().is_none());
    }

    const STALE: sources::Refusal = sources::Refusal::Stale { ahead_ms: 360_000 };

    #[test]
    fn a_source_without_a_heartbeat_refuses_at_once_and_is_back_with_what_is_taken() {
        use SourceState::{Listening, Refusing, Waiting};
        let start = Instant::now();
        let kind = SourceKind::WechatV3;
        let mut hearing = Hearing::new(kept(false), start);
        assert_eq!(hearing.state, Waiting);
        assert!(hearing.refused(kind, refusal(kind, STALE), Timestamp(5), SPREAD));
        assert_eq!(hearing.state, Refusing);
        let told = hearing.refusing().unwrap();
        assert_eq!(
            (told.code.as_str(), told.since, told.proven),
            ("stale", Timestamp(5), true)
        );
        assert_eq!(hearing.clock_ahead_ms, Some(360_000));
        assert!(
            !hearing.refused(kind, refusal(kind, STALE), Timestamp(9), SPREAD),
            "told twice"
        );
        // Another trouble under the first is news.
        let other = refusal(kind, sources::Refusal::Decrypt);
        assert!(hearing.refused(kind, other, Timestamp(10), SPREAD));
        assert!(
            !hearing.heard(Taken::Other, Some(1), Timestamp(11), start),
            "no money yet"
        );
        assert_eq!(hearing.state, Refusing);
        assert!(hearing.heard(Taken::New, Some(1), Timestamp(12), start));
        assert_eq!((hearing.state, hearing.refusing()), (Listening, None));
    }

    #[test]
    fn a_source_that_beats_is_judged_by_its_silence_and_refusals_explain_it() {
        use SourceState::{Listening, Refusing, Silent};
        let start = Instant::now();
        let (kind, late) = (SourceKind::Vmq, start + LIMIT * 2);
        let mut hearing = Hearing::new(kept(true), start);
        hearing.heard(Taken::Beat, None, Timestamp(1), start);
        // An overheard beat that somebody sends again is no trouble while the phone itself is heard.
        assert!(!hearing.refused(kind, refusal(kind, STALE), Timestamp(2), SPREAD));
        assert_eq!(hearing.state, Listening);
        hearing.heard(Taken::Beat, None, Timestamp(3), start);
        assert!(hearing.judge(kind, None, SPREAD, late));
        assert_eq!(hearing.state, Silent);
        assert!(hearing.refused(kind, refusal(kind, STALE), Timestamp(4), SPREAD));
        assert_eq!(hearing.state, Refusing);
        assert!(
            !hearing.judge(kind, None, SPREAD, late),
            "silent is not said after it"
        );
        assert!(hearing.heard(Taken::Beat, None, Timestamp(5), late));
        assert_eq!(hearing.state, Listening);
    }

    #[test]
    fn refusals_hold_over_a_restart_and_end_with_new_settings() {
        let start = Instant::now();
        let kind = SourceKind::Stripe;
        let mut hearing = Hearing::new(kept(false), start);
        hearing.heard(Taken::New, None, Timestamp(1_000), start);
        save(&mut hearing, true);
        hearing.refused(kind, refusal(kind, STALE), Timestamp(2_000), SPREAD);
        let kept = save(&mut hearing, false).unwrap();
        assert_eq!(save(&mut hearing, false), None);
        let mut again = Hearing::new(kept, start);
        assert_eq!((again.state, again.refused), (SourceState::Refusing, 1));
        assert_eq!(again.refusing().unwrap().since, Timestamp(2_000));
        again.forget_refusals();
        assert_eq!(
            (again.state, again.refusing()),
            (SourceState::Listening, None)
        );
        assert_eq!(save(&mut again, false).unwrap().refusals, None);
        // Hints that are no alarm yet are not kept: the platform sends again.
        let hint = refusal(kind, sources::Refusal::Signature);
        again.refused(kind, hint, Timestamp(3_000), SPREAD);
        assert_eq!(save(&mut again, true), None);
        assert_eq!(again.state, SourceState::Listening);
    }

    #[test]
    fn what_was_heard_under_the_settings_before_says_nothing_of_the_new_ones_after_a_restart() {
        let start = Instant::now();
        let kind = SourceKind::WechatV3;
        let mut hearing = Hearing::new(Kept::default(), start);
        hearing.heard(Taken::New, None, Timestamp(1_000), start);
        let kept = save(&mut hearing, false).unwrap();
        assert!(Hearing::new(kept, start).fits, "money was taken");
        hearing.forget_refusals();
        let kept = save(&mut hearing, false).expect("worth keeping at once");
        let mut again = Hearing::new(kept, start);
        let wrong = Refused::weigh(kind, sources::Refusal::WrongMerchant, true, again.fits);
        assert!(again.refused(kind, wrong, Timestamp(2_000), SPREAD));
        assert_eq!(again.state, SourceState::Refusing);
    }

    #[test]
    fn what_anybody_can_send_raises_no_alarm_beside_a_phone_that_beats() {
        use SourceState::{Listening, Refusing};
        let start = Instant::now();
        for kind in [
            SourceKind::SmsForwarder,
            SourceKind::Vmq,
            SourceKind::Forwarder,
        ] {
            let bad = refusal(kind, sources::Refusal::Malformed(""));
            let mut hearing = Hearing::new(kept(true), start);
            for second in 0..10 {
                let now = Timestamp(second * 60_000);
                assert!(!hearing.refused(kind, bad, now, SPREAD), "{kind:?}");
            }
            hearing.heard(Taken::Beat, None, Timestamp(600_000), start);
            // What they had sent by then explains no silence of later.
            assert!(hearing.judge(kind, None, SPREAD, start + LIMIT * 2));
            assert_eq!(hearing.state, SourceState::Silent, "{kind:?}");
            // A phone that never beat: after a while it counts, and its first beat ends it.
            let mut hearing = Hearing::new(kept(false), start);
            for second in 0..3 {
                hearing.refused(kind, bad, Timestamp(second * 60_000), SPREAD);
            }
            assert_eq!(hearing.state == Refusing, kind != SourceKind::Vmq);
            hearing.heard(Taken::Beat, None, Timestamp(180_000), start);
            assert_eq!(hearing.state, Listening, "{kind:?}");
        }
    }

    #[test]
    fn reasons_that_anybody_can_change_are_not_told_one_by_one() {
        let start = Instant::now();
        let kind = SourceKind::WechatV3;
        let codes = [sources::Refusal::Signature, sources::Refusal::UnknownKey];
        let mut hearing = Hearing::new(kept(false), start);
        let mut told = 0;
        for n in 0..100_i64 {
            let refused = refusal(kind, codes[usize::from(n % 2 == 0)]);
            told += usize::from(hearing.refused(kind, refused, Timestamp(n * 2_000), SPREAD));
            assert!(
                save(&mut hearing, false).is_none() || n == 60,
                "saved at {n}"
            );
        }
        assert_eq!(told, 1);
        assert_eq!(hearing.refusing().unwrap().code, "signature", "the last");
        let proof = refusal(kind, STALE);
        assert!(hearing.refused(kind, proof, Timestamp(200_000), SPREAD));
    }
}
