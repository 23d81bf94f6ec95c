//! Listening as a table of what was heard and what people are told.

use super::*;
use domain::{DayRule, SourceId, wire::Refusing};

const NOW: Timestamp = Timestamp(1_795_300_000_000);

fn source(kind: SourceKind, state: SourceState, last_heard: Option<i64>) -> SourceHealth {
    SourceHealth {
        id: SourceId::new(kind.as_str()).unwrap(),
        name: kind.as_str().to_owned(),
        kind,
        state,
        last_heard: last_heard.map(Timestamp),
        clock_ahead_ms: None,
        refusing: None,
    }
}

fn refusing(kind: SourceKind, since: i64) -> SourceHealth {
    SourceHealth {
        refusing: Some(Refusing {
            code: "stale".to_owned(),
            since: Timestamp(since),
            proven: true,
        }),
        ..source(kind, SourceState::Refusing, Some(5))
    }
}

fn phone(state: SourceState) -> SourceHealth {
    source(SourceKind::Vmq, state, Some(77))
}

#[test]
fn a_start_without_a_hub_is_told_after_the_grace() {
    let mut hearing = Hearing::new(NOW, 0);
    assert_eq!((hearing.judge(4_999), hearing.state()), (None, None));
    assert_eq!(
        hearing.judge(5_000),
        Some(ListeningChange::Stopped { since: NOW })
    );
    assert_eq!(
        (hearing.judge(6_000), hearing.state()),
        (None, Some(Listening::HubLost))
    );
}

#[test]
fn a_link_that_is_back_at_once_was_never_lost() {
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    assert_eq!(hearing.judge(10), None);
    assert_eq!(
        hearing.state(),
        None,
        "before the sources are known, nothing is said"
    );
    hearing.sources(vec![phone(SourceState::Listening)]);
    assert_eq!(
        (hearing.judge(20), hearing.state()),
        (None, Some(Listening::Listening))
    );
    hearing.link_down(NOW.plus_ms(100), 100);
    hearing.link_down(NOW.plus_ms(4_000), 4_000);
    assert_eq!(
        (hearing.judge(5_099), hearing.state()),
        (None, Some(Listening::Listening))
    );
    hearing.link_up(NOW.plus_ms(5_000), NOW.plus_ms(5_000));
    assert_eq!(hearing.judge(9_000), None);
}

#[test]
fn stopped_and_back_are_told_once_each_with_the_time() {
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    hearing.sources(vec![phone(SourceState::Listening)]);
    hearing.judge(0);
    hearing.heard(NOW.plus_ms(8_000));
    hearing.link_down(NOW.plus_ms(38_000), 38_000);
    let since = NOW.plus_ms(8_000);
    assert_eq!(
        hearing.judge(43_000),
        Some(ListeningChange::Stopped { since }),
        "since the last sign, not the cut"
    );
    assert_eq!(hearing.judge(50_000), None);
    // The hub is back, but now a phone is not heard: another trouble, and that is said.
    hearing.link_up(NOW.plus_ms(60_000), NOW.plus_ms(60_000));
    hearing.sources(vec![phone(SourceState::Silent)]);
    let since = Timestamp(77);
    assert_eq!(
        (hearing.judge(60_000), hearing.state()),
        (
            Some(ListeningChange::Stopped { since }),
            Some(Listening::SourceSilent)
        )
    );
    assert_eq!(hearing.judge(60_500), None);
    let view = hearing.view(&Clock::new(&DayRule::default()), None, None);
    assert_eq!(
        (view.state, view.since),
        (Listening::SourceSilent, Some(Timestamp(77)))
    );
    hearing.sources(vec![phone(SourceState::Listening)]);
    assert_eq!(hearing.judge(61_000), Some(ListeningChange::Back { since }));
    assert_eq!(hearing.judge(62_000), None);
    assert_eq!(
        hearing
            .view(&Clock::new(&DayRule::default()), None, None)
            .since,
        None
    );
}

#[test]
fn the_state_follows_the_sources() {
    use SourceState::{Listening as Hears, Silent, Waiting};
    let test = source(SourceKind::Test, Waiting, None);
    for (sources, state) in [
        (vec![], Listening::NoSource),
        (vec![test.clone()], Listening::NoSource),
        (vec![test.clone(), phone(Waiting)], Listening::Listening),
        (
            vec![phone(Hears), source(SourceKind::Alipay, Waiting, None)],
            Listening::Listening,
        ),
        (
            vec![phone(Silent), source(SourceKind::Alipay, Hears, None)],
            Listening::SourceSilent,
        ),
    ] {
        let mut hearing = Hearing::new(NOW, 0);
        hearing.link_up(NOW, NOW);
        hearing.sources(sources.clone());
        hearing.judge(0);
        assert_eq!(hearing.state(), Some(state), "{sources:?}");
    }
}

#[test]
fn a_source_that_was_never_heard_keeps_the_time_of_its_silence() {
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    hearing.sources(vec![source(SourceKind::Vmq, SourceState::Silent, None)]);
    assert_eq!(
        hearing.judge(0),
        Some(ListeningChange::Stopped { since: NOW })
    );
    hearing.heard(NOW.plus_ms(60_000));
    hearing.judge(60_000);
    assert_eq!(
        hearing
            .view(&Clock::new(&DayRule::default()), None, None)
            .since,
        Some(NOW)
    );
}

#[test]
fn clocks_that_differ_by_over_a_minute_are_told() {
    for (ahead, told) in [
        (0, None),
        (60_000, None),
        (60_001, Some(60_001)),
        (-3_600_000, Some(-3_600_000)),
    ] {
        let mut hearing = Hearing::new(NOW, 0);
        hearing.link_up(NOW.plus_ms(ahead), NOW);
        assert_eq!(
            hearing
                .view(&Clock::new(&DayRule::default()), None, None)
                .clock_ahead_ms,
            told,
            "{ahead}"
        );
        assert_eq!(hearing.hub_clock(NOW.plus_ms(ahead + 5)), NOW.plus_ms(5));
    }
}

#[test]
fn a_source_that_is_refused_is_not_heard_since_the_first_refusal() {
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    // Of two troubles the one that says what to do about it.
    hearing.sources(vec![
        phone(SourceState::Silent),
        refusing(SourceKind::Alipay, 900),
        refusing(SourceKind::WechatV3, 800),
    ]);
    let since = Timestamp(800);
    assert_eq!(hearing.judge(0), Some(ListeningChange::Refused { since }));
    assert_eq!(hearing.state(), Some(Listening::SourceRefusing));
    let kinds: Vec<_> = hearing.unheard().iter().map(|(one, _)| one.kind).collect();
    let expected = [SourceKind::WechatV3, SourceKind::Alipay, SourceKind::Vmq];
    assert_eq!(kinds, expected);
    // One is taken again; the other still is not, and nothing new is said.
    hearing.sources(vec![refusing(SourceKind::Alipay, 900)]);
    assert_eq!(hearing.judge(1), None);
    hearing.sources(vec![source(
        SourceKind::Alipay,
        SourceState::Listening,
        Some(950),
    )]);
    // Back is what was not heard the longest.
    let since = Timestamp(77);
    assert_eq!(hearing.judge(2), Some(ListeningChange::Back { since }));
}

#[test]
fn what_came_meanwhile_is_told_with_both_times_and_counts_on() {
    let clock = Clock::new(&DayRule::default());
    let minute = |minute: i64| NOW.plus_ms(minute * 60_000);
    let came = |paid: Timestamp, accepted: Timestamp| Line {
        accepted_at: accepted,
        paid_at: Some(paid),
        ..crate::testing::line(3)
    };
    let vmq = SourceId::new("vmq").unwrap();
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    hearing.sources(vec![phone(SourceState::Listening)]);
    hearing.judge(0);
    assert_eq!(hearing.meanwhile(&clock), None);
    hearing.link_down(minute(1), 0);
    hearing.judge(GRACE_MS);
    hearing.link_up(minute(18), minute(18));
    // The catch-up may be here before the sources are known.
    assert!(!hearing.came(&came(minute(2), minute(2)), &vmq));
    hearing.sources(vec![phone(SourceState::Listening)]);
    assert_eq!(
        hearing.judge(9_000),
        Some(ListeningChange::Back { since: NOW })
    );
    let told = |hearing: &Hearing| {
        let told = hearing.meanwhile(&clock).unwrap();
        (
            told.since_clock,
            told.until_clock,
            told.payments,
            told.totals,
        )
    };
    let (since, until) = (clock.minutes(NOW), clock.minutes(minute(18)));
    assert_eq!(
        told(&hearing),
        (since.clone(), until.clone(), 1, vec!["¥3.00".to_owned()])
    );
    assert!(
        hearing.came(&came(minute(17), minute(19)), &vmq),
        "sent again by its platform"
    );
    assert!(
        !hearing.came(&came(minute(19), minute(19)), &vmq),
        "a customer of now"
    );
    assert_eq!(told(&hearing), (since, until, 2, vec!["¥6.00".to_owned()]));
}

#[test]
fn each_source_that_is_not_heard_is_told_and_one_that_falls_silent_again_too() {
    use ListeningChange::{Back, Refused, Stopped};
    use SourceState::{Listening as Hears, Silent};
    let at = |since: i64| Timestamp(since);
    let sms = |state| source(SourceKind::SmsForwarder, state, Some(60));
    let taken = source(SourceKind::Alipay, Hears, Some(950));
    // (what the hub says, what people are told)
    let story = [
        (
            vec![phone(Silent), sms(Hears)],
            Some(Stopped { since: at(77) }),
        ),
        (
            vec![phone(Silent), sms(Silent)],
            Some(Stopped { since: at(60) }),
        ),
        (vec![phone(Silent), sms(Silent)], None),
        (
            vec![
                phone(Silent),
                sms(Silent),
                refusing(SourceKind::Alipay, 900),
            ],
            Some(Refused { since: at(900) }),
        ),
        (vec![phone(Hears), sms(Silent), taken.clone()], None),
        (
            vec![phone(Silent), sms(Silent), taken.clone()],
            Some(Stopped { since: at(77) }),
        ),
        (
            vec![phone(Hears), sms(Hears), taken],
            Some(Back { since: at(60) }),
        ),
    ];
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    for (step, (sources, told)) in story.into_iter().enumerate() {
        hearing.sources(sources);
        assert_eq!(hearing.judge(0), told, "step {step}");
    }
}

#[test]
fn what_was_told_is_not_told_again_after_a_graver_trouble_hid_it() {
    use ListeningChange::Stopped;
    let mut hearing = Hearing::new(NOW, 0);
    hearing.link_up(NOW, NOW);
    hearing.sources(vec![phone(SourceState::Silent)]);
    let since = Timestamp(77);
    assert_eq!(hearing.judge(0), Some(Stopped { since }));
    hearing.link_down(NOW.plus_ms(1_000), 1_000);
    assert_eq!(hearing.judge(6_000), Some(Stopped { since: NOW }));
    hearing.not_stored(NOW.plus_ms(8_000));
    let since = NOW.plus_ms(8_000);
    assert_eq!(hearing.judge(8_000), Some(Stopped { since }));
    hearing.stored();
    assert_eq!(hearing.judge(9_000), None);
    hearing.link_up(NOW.plus_ms(10_000), NOW.plus_ms(10_000));
    assert_eq!(
        (hearing.judge(10_000), hearing.state()),
        (None, Some(Listening::SourceSilent))
    );
    hearing.sources(vec![phone(SourceState::Listening)]);
    let since = Timestamp(77);
    assert_eq!(hearing.judge(11_000), Some(ListeningChange::Back { since }));
}
