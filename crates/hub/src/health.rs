//! Whether a source is heard: its last sign of life, its heartbeat, its refusals.

use domain::{SourceKind, Timestamp, wire::SourceState};
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
    pub(crate) last_refusal: Option<(&'static str, Timestamp)>,
    /// What was told to the terminals last.
    pub(crate) state: SourceState,
    /// The last sign of life; at first, when we began to listen.
    heard: Instant,
    /// What stands in the database.
    saved: (Option<Timestamp>, bool),
}

/// How much later than the stored one a last sign of life is stored again, when nothing else is written.
const SAVE_AFTER_MS: i64 = 60_000;

impl Hearing {
    pub(crate) fn new(last_heard: Option<Timestamp>, beats: bool, now: Instant) -> Self {
        let state = if last_heard.is_some() {
            SourceState::Listening
        } else {
            SourceState::Waiting
        };
        Self {
            last_heard,
            beats,
            clock_ahead_ms: None,
            refused: 0,
            last_refusal: None,
            state,
            heard: now,
            saved: (last_heard, beats),
        }
    }

    /// Something genuine came. Answers whether the state changed.
    pub(crate) fn heard(
        &mut self,
        beat: bool,
        ahead: Option<i64>,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        self.last_heard = Some(now);
        self.heard = at;
        self.beats |= beat;
        self.clock_ahead_ms = ahead.or(self.clock_ahead_ms);
        self.set(SourceState::Listening)
    }

    /// Something came that was not believed.
    pub(crate) fn refused(&mut self, code: &'static str, now: Timestamp) {
        self.refused = self.refused.saturating_add(1);
        self.last_refusal = Some((code, now));
    }

    /// Its settings were changed: what was refused before says nothing about the new ones.
    pub(crate) fn forget_refusals(&mut self) {
        (self.refused, self.last_refusal) = (0, None);
    }

    /// We could not have heard it ourselves (the machine slept): its silence counts from here.
    pub(crate) fn excuse(&mut self, at: Instant) {
        self.heard = self.heard.max(at);
    }

    /// Judges its silence. Answers whether the state changed.
    pub(crate) fn judge(&mut self, kind: SourceKind, limit: Option<Duration>, at: Instant) -> bool {
        let expected = kind.always_beats() || self.beats;
        let by_kind = kind
            .silent_after_ms()
            .map(|ms| Duration::from_millis(ms.unsigned_abs()));
        match by_kind.map(|by_kind| limit.unwrap_or(by_kind)) {
            Some(limit) if expected && at.saturating_duration_since(self.heard) > limit => {
                self.set(SourceState::Silent)
            }
            _ => false,
        }
    }

    fn set(&mut self, state: SourceState) -> bool {
        std::mem::replace(&mut self.state, state) != state
    }

    /// What should be stored now, if anything. `all`: on closing, however little has changed.
    pub(crate) fn due_to_save(&mut self, all: bool) -> Option<(Option<Timestamp>, bool)> {
        let now = (self.last_heard, self.beats);
        let older = match (self.saved.0, now.0) {
            (Some(saved), Some(heard)) => heard.since(saved).abs() >= SAVE_AFTER_MS,
            (saved, heard) => saved != heard,
        };
        let due = self.saved.1 != now.1 || older || (all && self.saved != now);
        due.then(|| std::mem::replace(&mut self.saved, now))
            .map(|_| now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(180);

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
            let mut hearing = Hearing::new(None, beaten, start);
            assert!(
                !hearing.judge(kind, None, start + LIMIT),
                "{kind:?}: the limit itself is in time"
            );
            assert_eq!(
                hearing.judge(kind, None, later),
                silent,
                "{kind:?} {beaten}"
            );
            assert!(!hearing.judge(kind, None, later), "{kind:?}: told twice");
            assert_eq!(hearing.state == SourceState::Silent, silent, "{kind:?}");
            assert!(
                hearing.heard(false, None, Timestamp(1), later),
                "{kind:?} is back"
            );
            assert_eq!(hearing.state, SourceState::Listening);
        }
    }

    #[test]
    fn our_own_sleep_is_not_its_silence() {
        let start = Instant::now();
        let mut hearing = Hearing::new(None, true, start);
        let woke = start + Duration::from_secs(9 * 3600);
        hearing.excuse(woke);
        assert!(!hearing.judge(SourceKind::Vmq, None, woke + Duration::from_secs(1)));
        assert!(hearing.judge(SourceKind::Vmq, None, woke + LIMIT * 2));
    }

    #[test]
    fn stored_when_it_first_beats_and_then_once_a_minute() {
        let start = Instant::now();
        let mut hearing = Hearing::new(None, false, start);
        assert_eq!(hearing.due_to_save(true), None);
        hearing.heard(false, None, Timestamp(1_000), start);
        assert_eq!(
            hearing.due_to_save(false),
            Some((Some(Timestamp(1_000)), false))
        );
        hearing.heard(false, Some(5), Timestamp(2_000), start);
        assert_eq!(hearing.due_to_save(false), None);
        hearing.heard(true, None, Timestamp(3_000), start);
        assert_eq!(
            hearing.due_to_save(false),
            Some((Some(Timestamp(3_000)), true))
        );
        hearing.heard(true, None, Timestamp(62_999), start);
        assert_eq!(hearing.due_to_save(false), None);
        assert_eq!(
            hearing.due_to_save(true),
            Some((Some(Timestamp(62_999)), true))
        );
        assert_eq!(hearing.clock_ahead_ms, Some(5));
    }
}
