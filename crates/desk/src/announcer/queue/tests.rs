//! The queue against tables and against a simple model: nothing is lost, nothing twice.

use super::*;
use crate::settings::{Language, QuietHours, Settings};
use domain::{DayRule, Platform};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn voice() -> Voice {
    Voice::new(Settings::default(), Language::En, None, DayRule::default())
}

fn paid(line: i64, minor: i64, accepted_at: Timestamp) -> Announcement {
    Announcement {
        line: LineId(line),
        kind: Kind::Payment,
        trust: Trust::Confirmed,
        platform: Platform::WECHAT,
        amount: Money::new(minor, Currency::CNY),
        number: None,
        test: false,
        again: false,
        accepted_at,
    }
}

fn push(queue: &mut Queue, one: Announcement, now: Timestamp, voice: &Voice) {
    queue.push(Saying::Payment(one), now, voice);
}

fn line_of(taken: Taken) -> Option<i64> {
    match taken.say {
        Some(Next::Payment(one)) => Some(one.line.0),
        _ => None,
    }
}

#[test]
fn payments_come_in_order_and_one_by_one_up_to_the_bound() {
    let (mut queue, voice) = (Queue::default(), voice());
    for line in 1..=BURST as i64 {
        push(&mut queue, paid(line, 100, NOW), NOW, &voice);
    }
    let lines: Vec<_> = (0..=BURST)
        .map(|_| line_of(queue.take(NOW, &voice)))
        .collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3), Some(4), Some(5), None]);
}

#[test]
fn more_than_the_bound_become_one_sum() {
    for count in [BURST + 1, WAITING_MAX, WAITING_MAX + 3, 1000] {
        let (mut queue, voice) = (Queue::default(), voice());
        for line in 0..count as i64 {
            push(&mut queue, paid(line, 100, NOW), NOW, &voice);
        }
        assert!(queue.waiting.len() <= WAITING_MAX);
        let Some(Next::Sum(sum)) = queue.take(NOW, &voice).say else {
            panic!("no sum of {count}")
        };
        assert_eq!((sum.why, sum.count()), (Why::Burst, count));
        assert_eq!(
            sum.groups[0].total,
            Money::new(count as i64 * 100, Currency::CNY)
        );
        assert_eq!(queue.take(NOW, &voice), Taken::default());
    }
}

#[test]
fn late_payments_wait_for_each_other_and_become_one_sum() {
    let (mut queue, voice) = (Queue::default(), voice());
    let old = NOW.plus_ms(-LATE_MS - 1);
    push(&mut queue, paid(1, 100, old), NOW, &voice);
    push(&mut queue, paid(2, 100, NOW.plus_ms(-LATE_MS)), NOW, &voice);
    // The fresh one does not wait for the others.
    let taken = queue.take(NOW, &voice);
    assert_eq!(line_of(taken), Some(2));
    let later = NOW.plus_ms(1_000);
    assert_eq!(
        queue.take(later, &voice).look_again,
        Some(Duration::from_millis(500))
    );
    push(&mut queue, paid(3, 50, old), later, &voice);
    assert_eq!(
        queue.take(later.plus_ms(1_499), &voice).look_again,
        Some(Duration::from_millis(1))
    );
    let Some(Next::Sum(sum)) = queue.take(later.plus_ms(1_500), &voice).say else {
        panic!("no sum")
    };
    assert_eq!(
        (sum.why, sum.lines, sum.since),
        (Why::Late, vec![LineId(1), LineId(3)], old)
    );
}

#[test]
fn a_flow_of_late_payments_is_summed_after_ten_seconds_at_most() {
    let (mut queue, voice) = (Queue::default(), voice());
    let old = NOW.plus_ms(-LATE_MS * 10);
    let mut said_after = None;
    for step in 0..20 {
        let now = NOW.plus_ms(step * 1_000);
        push(&mut queue, paid(step, 100, old), now, &voice);
        if queue.take(now, &voice).say.is_some() {
            said_after = Some(step);
            break;
        }
    }
    assert_eq!(said_after, Some(10));
}

#[test]
fn a_clock_that_jumps_loses_nothing() {
    let (mut queue, mut voice) = (Queue::default(), voice());
    push(&mut queue, paid(1, 100, NOW), NOW, &voice);
    // An hour ahead: it looks late, and is summed. Back again: nothing waits for an hour.
    let ahead = NOW.plus_ms(3_600_000);
    assert_eq!(queue.take(ahead, &voice).say, None);
    let Some(Next::Sum(sum)) = queue.take(NOW, &voice).say else {
        panic!("no sum")
    };
    assert_eq!(sum.lines, [LineId(1)]);
    // An hour ahead of the hub, known: nothing is late.
    voice.clock_ahead_ms = 3_600_000;
    push(&mut queue, paid(2, 100, NOW), ahead, &voice);
    assert_eq!(line_of(queue.take(ahead, &voice)), Some(2));
    // Behind the hub: what comes from the future is fresh.
    voice.clock_ahead_ms = 0;
    push(&mut queue, paid(3, 100, ahead), NOW, &voice);
    assert_eq!(line_of(queue.take(NOW, &voice)), Some(3));
}

#[test]
fn what_ages_while_the_voice_is_stuck_becomes_late() {
    for count in [1, 70] {
        let (mut queue, voice) = (Queue::default(), voice());
        for line in 0..count {
            push(&mut queue, paid(line, 100, NOW), NOW, &voice);
        }
        let later = NOW.plus_ms(LATE_MS + 1);
        assert!(queue.take(later, &voice).look_again.is_some());
        let Some(Next::Sum(sum)) = queue.take(later.plus_ms(SETTLE_MS), &voice).say else {
            panic!("no sum")
        };
        assert_eq!((sum.why, sum.count()), (Why::Late, count as usize));
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn settings_keep_silent() {
    let euro = Currency::EUR;
    let refund = Announcement {
        kind: Kind::Refund,
        ..paid(1, 500, NOW)
    };
    let test = Announcement {
        test: true,
        ..paid(1, 1, NOW)
    };
    let not_given = Announcement {
        amount: None,
        ..paid(1, 1, NOW)
    };
    let with = |change: fn(&mut Voice)| {
        let mut voice = voice();
        change(&mut voice);
        voice
    };
    let small = |v: &mut Voice| v.settings.smallest_spoken = Money::new(500, Currency::CNY);
    // 2027-01-15T08:00:00Z
    let quiet = |from, to| {
        let mut voice = voice();
        voice.settings.quiet_hours = Some(QuietHours {
            from_minute: from,
            to_minute: to,
        });
        voice
    };
    for (what, voice, one, spoken) in [
        ("by default", voice(), paid(1, 1, NOW), true),
        (
            "voice off",
            with(|v| v.settings.speak = false),
            paid(1, 500, NOW),
            false,
        ),
        (
            "no volume",
            with(|v| v.settings.volume = 0),
            paid(1, 500, NOW),
            false,
        ),
        (
            "muted",
            with(|v| v.muted_until = Some(NOW.plus_ms(1))),
            paid(1, 500, NOW),
            false,
        ),
        (
            "mute over",
            with(|v| v.muted_until = Some(NOW)),
            paid(1, 500, NOW),
            true,
        ),
        ("too small", with(small), paid(1, 499, NOW), false),
        ("large enough", with(small), paid(1, 500, NOW), true),
        (
            "not comparable",
            with(small),
            Announcement {
                amount: Money::new(1, euro),
                ..paid(1, 1, NOW)
            },
            true,
        ),
        ("not given", with(small), not_given, true),
        ("a test", with(small), test, true),
        ("a refund", voice(), refund.clone(), true),
        (
            "no refunds",
            with(|v| v.settings.speak_refunds = false),
            refund,
            false,
        ),
        ("quiet", quiet(8 * 60, 9 * 60), paid(1, 500, NOW), false),
        (
            "quiet is over",
            quiet(7 * 60, 8 * 60),
            paid(1, 500, NOW),
            true,
        ),
        (
            "quiet past midnight",
            quiet(22 * 60, 8 * 60 + 1),
            paid(1, 500, NOW),
            false,
        ),
        (
            "quiet past midnight is over",
            quiet(22 * 60, 8 * 60),
            paid(1, 500, NOW),
            true,
        ),
        (
            "quiet for no time",
            quiet(480, 480),
            paid(1, 500, NOW),
            true,
        ),
    ] {
        let mut queue = Queue::default();
        push(&mut queue, one, NOW, &voice);
        let taken = queue.take(NOW, &voice);
        assert_eq!(
            (taken.say.is_some(), taken.silent.len()),
            (spoken, usize::from(!spoken)),
            "{what}"
        );
    }
}

#[test]
fn muting_settles_what_waits_but_keeps_that_listening_stopped() {
    let (mut queue, mut voice) = (Queue::default(), voice());
    push(&mut queue, paid(1, 100, NOW), NOW, &voice);
    push(
        &mut queue,
        paid(2, 100, NOW.plus_ms(-LATE_MS - 1)),
        NOW,
        &voice,
    );
    let stopped = ListeningChange::Stopped { since: NOW };
    queue.push(Saying::Listening(stopped), NOW, &voice);
    voice.muted_until = Some(NOW.plus_ms(60_000));
    let taken = queue.take(NOW, &voice);
    assert_eq!(
        (taken.say, taken.silent),
        (None, vec![LineId(1), LineId(2)])
    );
    assert_eq!(taken.look_again, Some(LOOK_AGAIN));
    let later = NOW.plus_ms(60_000);
    assert_eq!(
        queue.take(later, &voice).say,
        Some(Next::Listening(stopped))
    );
    // Stopped and back while muted is no news.
    voice.muted_until = Some(later.plus_ms(60_000));
    queue.push(Saying::Listening(stopped), later, &voice);
    queue.push(
        Saying::Listening(ListeningChange::Back { since: NOW }),
        later,
        &voice,
    );
    assert_eq!(queue.take(later, &voice), Taken::default());
    assert_eq!(queue.take(later.plus_ms(60_000), &voice), Taken::default());
}

#[test]
fn of_two_that_stopped_the_earlier_time_is_said() {
    use ListeningChange::{Back, Refused, Stopped};
    let at = |ms| NOW.plus_ms(ms);
    let stopped = |ms| Stopped { since: at(ms) };
    // (waiting, new, said)
    for (waiting, new, said) in [
        (stopped(1), stopped(2), stopped(1)),
        (stopped(2), stopped(1), stopped(1)),
        (
            stopped(1),
            Refused { since: at(2) },
            Refused { since: at(2) },
        ),
        (stopped(1), Back { since: at(1) }, Back { since: at(1) }),
    ] {
        let (mut queue, voice) = (Queue::default(), voice());
        queue.push(Saying::Listening(waiting), NOW, &voice);
        queue.push(Saying::Listening(new), NOW, &voice);
        assert_eq!(queue.take(NOW, &voice).say, Some(Next::Listening(said)));
        assert_eq!(queue.take(NOW, &voice), Taken::default());
    }
}

#[test]
fn the_sound_check_and_listening_come_first() {
    let (mut queue, mut voice) = (Queue::default(), voice());
    push(&mut queue, paid(1, 100, NOW), NOW, &voice);
    let back = ListeningChange::Back { since: NOW };
    queue.push(
        Saying::Listening(ListeningChange::Stopped { since: NOW }),
        NOW,
        &voice,
    );
    queue.push(Saying::Listening(back), NOW, &voice);
    queue.push(Saying::Check, NOW, &voice);
    assert_eq!(queue.take(NOW, &voice).say, Some(Next::Check));
    assert_eq!(queue.take(NOW, &voice).say, Some(Next::Listening(back)));
    assert_eq!(line_of(queue.take(NOW, &voice)), Some(1));
    voice.settings.speak = false;
    queue.push(Saying::Check, NOW, &voice);
    assert_eq!(
        queue.take(NOW, &voice).say,
        Some(Next::Check),
        "a check is heard whatever is muted"
    );
}

#[test]
fn a_sum_has_few_groups_and_never_a_wrong_total() {
    let (mut queue, voice) = (Queue::default(), voice());
    let many = 20;
    for line in 0..many {
        let code = format!(
            "A{}{}",
            char::from(b'A' + (line / 5) as u8),
            char::from(b'A' + (line % 5) as u8)
        );
        let amount = Money::new(100, Currency::new(&code).expect("three letters"));
        push(
            &mut queue,
            Announcement {
                amount,
                ..paid(line, 0, NOW)
            },
            NOW,
            &voice,
        );
    }
    for line in 0..2 {
        push(
            &mut queue,
            paid(many + line, Money::MAX_MINOR, NOW),
            NOW,
            &voice,
        );
    }
    let Some(Next::Sum(sum)) = queue.take(NOW, &voice).say else {
        panic!("no sum")
    };
    assert!(sum.groups.len() <= GROUPS_MAX + 1, "{:?}", sum.groups);
    assert_eq!(sum.groups.iter().map(|group| group.count).sum::<u32>(), 22);
}

/// One step of a day at the till.
#[derive(Debug, Clone)]
enum Step {
    Push {
        minor: i64,
        age_ms: i64,
        again: bool,
    },
    Take,
    Wait(i64),
    Mute(bool),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1..1000_i64, prop_oneof![Just(0), Just(LATE_MS - 1), Just(LATE_MS * 2)], any::<bool>())
            .prop_map(|(minor, age_ms, again)| Step::Push { minor, age_ms, again }),
        3 => Just(Step::Take),
        2 => (-2000..20_000_i64).prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Mute),
    ]
}

proptest! {
    #[test]
    fn each_payment_is_said_once_or_settled_once_and_sums_are_right(steps in prop::collection::vec(any_step(), 0..200)) {
        let (mut queue, mut voice, mut now) = (Queue::default(), voice(), NOW);
        let mut pushed = Vec::new();
        let mut out: Vec<i64> = Vec::new();
        let mut last_single = -1;
        let mut receive = |taken: Taken, pushed: &Vec<(i64, bool)>| {
            out.extend(taken.silent.iter().map(|line| line.0));
            match taken.say {
                Some(Next::Payment(one)) => {
                    assert!(one.line.0 > last_single, "out of order");
                    assert_eq!(one.again, pushed[one.line.0 as usize].1);
                    last_single = one.line.0;
                    out.push(one.line.0);
                }
                Some(Next::Sum(sum)) => {
                    let total: i64 = sum.lines.iter().map(|line| pushed[line.0 as usize].0).sum();
                    assert!(sum.lines.iter().all(|line| pushed[line.0 as usize].1 == sum.again), "what was heard is said as new, or the other way round");
                    let said: i64 = sum.groups.iter().filter_map(|group| group.total).map(Money::minor).sum();
                    assert_eq!(said, total);
                    assert_eq!(sum.groups.iter().map(|group| group.count as usize).sum::<usize>(), sum.lines.len());
                    out.extend(sum.lines.iter().map(|line| line.0));
                }
                Some(other) => panic!("{other:?} was never pushed"),
                None => {}
            }
        };
        for step in steps {
            match step {
                Step::Push { minor, age_ms, again } => {
                    let line = pushed.len() as i64;
                    pushed.push((minor, again));
                    let one = Announcement { again, ..paid(line, minor, now.plus_ms(-age_ms)) };
                    push(&mut queue, one, now, &voice);
                }
                Step::Take => receive(queue.take(now, &voice), &pushed),
                Step::Wait(ms) => now = now.plus_ms(ms),
                Step::Mute(on) => voice.muted_until = on.then(|| now.plus_ms(5_000)),
            }
            prop_assert!(queue.waiting.len() <= WAITING_MAX);
        }
        voice.muted_until = None;
        for _ in 0..pushed.len() + 2 {
            now = now.plus_ms(SETTLE_MAX_MS + 1);
            receive(queue.take(now, &voice), &pushed);
        }
        out.sort_unstable();
        prop_assert_eq!(out, (0..pushed.len() as i64).collect::<Vec<_>>());
    }
}
