//! Bad days of a device, step by step, with a clock made of numbers.

use super::*;
use crate::{PortAddress, port::Taken, queue::script::Step};
use proptest::prelude::*;

const MS: fn(u64) -> Duration = Duration::from_millis;
const S: fn(u64) -> Duration = Duration::from_secs;
/// The dice that make a wait as long as it can be.
const HIGH: u32 = u32::MAX;

fn display() -> Plan<u32> {
    Plan::new("COM3".into(), Manner::display(&PortAddress::serial("COM3")))
}

fn printer() -> Plan<u32> {
    Plan::new("COM3".into(), Manner::printer(&PortAddress::serial("COM3")))
}

fn picture(n: u8) -> Picture {
    Picture {
        first: Script::bytes([0x1b, n]),
        next: Script::bytes([n]),
    }
}

fn draws(bytes: impl Into<Vec<u8>>) -> Do {
    Do::Send {
        script: Script::bytes(bytes),
        settle: false,
    }
}

fn prints(n: u8) -> Do {
    Do::Send {
        script: Script::bytes([n]),
        settle: true,
    }
}

fn told() -> Result<Told, Broken> {
    Ok(Told {
        heard: vec![],
        taken: Taken::Sent,
    })
}

fn gone() -> PortError {
    PortError::Gone {
        port: "COM3".into(),
    }
}

fn stalled() -> PortError {
    PortError::Stalled {
        port: "COM3".into(),
    }
}

fn broken(sent: usize, why: PortError) -> Result<Told, Broken> {
    Err(Broken { sent, why })
}

/// Opens it at once.
fn open(plan: &mut Plan<u32>, now: Duration) {
    assert_eq!(plan.next(now), Do::Open);
    plan.opened(Ok(()), now, 0);
}

#[test]
fn the_newest_picture_wins_and_a_fresh_display_is_set_up() {
    let mut plan = display();
    for n in 1..=3 {
        plan.show(picture(n));
    }
    open(&mut plan, S(1));
    assert_eq!(plan.next(S(1)), draws([0x1b, 3]));
    // Two more come while the first is on the wire: only the last is drawn.
    plan.show(picture(4));
    plan.show(picture(5));
    assert_eq!(plan.next(S(1)), Do::Wait(None));
    plan.sent(told(), S(2), 0);
    assert_eq!(plan.next(S(2)), draws([5]));
    plan.sent(told(), S(2), 0);
    assert_eq!(plan.next(S(2)), Do::Wait(None));
    assert_eq!(plan.health().state, State::Ready);
}

#[test]
fn a_display_that_left_is_drawn_anew_when_it_is_back() {
    let mut plan = display();
    plan.show(picture(1));
    open(&mut plan, S(0));
    assert_eq!(plan.next(S(0)), draws([0x1b, 1]));
    plan.sent(broken(1, gone()), S(1), HIGH);
    assert_eq!(plan.health().state, State::Gone);
    assert_eq!(plan.next(S(1)), Do::Wait(Some(MS(1500))));
    plan.show(picture(2));
    assert_eq!(plan.next(MS(1400)), Do::Wait(Some(MS(1500))));
    open(&mut plan, MS(1500));
    assert_eq!(plan.next(MS(1500)), draws([0x1b, 2]));
    plan.sent(told(), S(2), 0);

    // Unplugged while idle: the news of it closes the port, and plugging in draws without waiting.
    plan.lost();
    assert_eq!(plan.health().state, State::Gone);
    assert_eq!(plan.next(S(3)), Do::Close);
    assert_eq!(plan.next(S(3)), Do::Open);
    plan.opened(Err(gone()), S(3), HIGH);
    assert!(matches!(plan.next(S(3)), Do::Wait(Some(_))));
    plan.found();
    open(&mut plan, S(3));
    assert_eq!(plan.next(S(3)), draws([0x1b, 2]));
}

#[test]
fn waits_double_to_a_bound_and_the_dice_spread_them() {
    let mut plan = display();
    plan.show(picture(1));
    let mut now = S(0);
    let mut waits = Vec::new();
    for _ in 0..8 {
        assert_eq!(plan.next(now), Do::Open);
        plan.opened(Err(gone()), now, HIGH);
        let Do::Wait(Some(until)) = plan.next(now) else {
            panic!("no wait");
        };
        waits.push((until - now).as_millis());
        now = until;
    }
    assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);

    let mut low = display();
    assert_eq!(low.next(S(0)), Do::Open);
    low.opened(Err(gone()), S(0), 0);
    low.show(picture(1));
    assert_eq!(low.next(S(0)), Do::Wait(Some(MS(250))));
}

#[test]
fn an_idle_device_that_could_not_be_opened_is_tried_again() {
    let mut plan = printer();
    let mut now = S(0);
    let mut waits = Vec::new();
    for _ in 0..8 {
        assert_eq!(plan.next(now), Do::Open);
        plan.opened(Err(gone()), now, HIGH);
        assert_eq!(plan.health().state, State::Gone);
        let Do::Wait(Some(until)) = plan.next(now) else {
            panic!("its light says so for ever");
        };
        waits.push((until - now).as_millis());
        now = until;
    }
    assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    // A receipt does not wait for the next look.
    assert_eq!(plan.next(now), Do::Open);
    plan.opened(Err(gone()), now, HIGH);
    assert!(plan.print(Script::bytes([1]), 1));
    open(&mut plan, now);
    assert_eq!(plan.health().state, State::Ready);
    assert_eq!(plan.next(now), prints(1));
    plan.sent(told(), now, 0);
    assert_eq!(plan.next(now), Do::Wait(Some(now + S(3))));
    // Once its state is known, it is left alone.
    assert_eq!(plan.next(now + S(3)), Do::Close);
    assert_eq!(plan.next(now + S(3)), Do::Wait(None));

    // It broke in the middle of a receipt: whether it is back is found out without the next one.
    assert!(plan.print(Script::bytes([2]), 2));
    open(&mut plan, S(100));
    assert_eq!(plan.next(S(100)), prints(2));
    plan.sent(broken(1, gone()), S(100), HIGH);
    assert!(matches!(plan.next(S(100)), Do::Wait(Some(_))));
    open(&mut plan, S(101));
    assert_eq!(plan.health().state, State::Ready);
}

#[test]
fn a_radio_is_not_called_for_nothing() {
    let radio = [
        PortAddress::Ble {
            id: "11".into(),
            service: None,
        },
        PortAddress::serial("/dev/rfcomm0"),
    ];
    for address in radio {
        let mut plan: Plan<u32> = Plan::new("radio".into(), Manner::printer(&address));
        assert_eq!(plan.next(S(0)), Do::Open);
        plan.opened(Err(gone()), S(0), HIGH);
        assert_eq!(plan.next(S(0)), Do::Wait(None), "{address}");
        plan.print(Script::bytes([1]), 1);
        assert_eq!(plan.next(S(1)), Do::Open, "{address}");
    }
}

#[test]
fn each_trouble_has_its_word() {
    let other = PortError::other("COM3", "?");
    let denied = PortError::Denied {
        port: "COM3".into(),
        remedy: crate::port::Remedy::JoinDialout,
    };
    let used = PortError::InUse {
        port: "COM3".into(),
    };
    let refuses = PortError::Refuses {
        port: "COM3".into(),
    };
    let table = [
        (gone(), State::Gone),
        (used, State::InUse),
        (refuses, State::Refuses),
        (denied, State::Denied),
        (stalled(), State::Stalled),
        (other, State::Faulty),
    ];
    for (error, state) in table {
        let mut plan = display();
        assert_eq!(plan.health().state, State::Connecting);
        assert_eq!(plan.next(S(0)), Do::Open);
        plan.opened(Err(error.clone()), S(0), 0);
        assert_eq!(plan.health().state, state);
        assert_eq!(plan.health().problem, Some(error));
    }
}

#[test]
fn an_idle_printer_that_was_well_is_looked_after_and_one_that_ails_is_not_called_well_by_that() {
    let address = PortAddress::Tcp {
        host: "192.168.1.9".into(),
        port: 9100,
    };
    let mut plan: Plan<u32> = Plan::new("192.168.1.9:9100".into(), Manner::printer(&address));
    open(&mut plan, S(0));
    assert_eq!(plan.next(S(0)), Do::Close);
    assert_eq!(plan.next(S(0)), Do::Wait(None));
    plan.check();
    assert_eq!(plan.next(S(60)), Do::Open);
    plan.opened(Ok(()), S(60), HIGH);
    assert_eq!(plan.health().state, State::Ready);
    assert_eq!(plan.next(S(60)), Do::Close);
    assert_eq!(plan.next(S(60)), Do::Wait(None), "once");
    // Switched off meanwhile: it is sought until it is back.
    plan.check();
    assert_eq!(plan.next(S(120)), Do::Open);
    plan.opened(Err(gone()), S(120), HIGH);
    assert_eq!(plan.health().state, State::Gone);
    let Do::Wait(Some(again)) = plan.next(S(120)) else {
        panic!("it is not sought");
    };
    open(&mut plan, again);
    assert_eq!(plan.health().state, State::Ready);
    assert_eq!(plan.next(again), Do::Close);
    // One that takes nothing opens well, and is no better for that.
    assert!(plan.print(Script::bytes([1]), 1));
    open(&mut plan, again);
    assert_eq!(plan.next(again), prints(1));
    plan.sent(broken(1, stalled()), again, HIGH);
    plan.check();
    assert!(matches!(plan.next(again + S(20)), Do::Wait(_)));
    assert_eq!(plan.health().state, State::Stalled);
}

#[test]
fn jobs_go_in_order_and_a_begun_one_never_goes_again() {
    let mut plan = printer();
    for n in 1..=3 {
        assert!(plan.print(Script::bytes([n]), n.into()));
    }
    open(&mut plan, S(0));
    assert_eq!(plan.next(S(0)), prints(1));
    plan.sent(told(), S(1), 0);
    assert_eq!(plan.next(S(1)), prints(2));
    plan.sent(broken(1, gone()), S(2), 0);
    open(&mut plan, S(3));
    // The second may be on paper already: the third is next.
    assert_eq!(plan.next(S(3)), prints(3));
    plan.sent(told(), S(4), 0);
    let taken = || Outcome::Done {
        taken: Taken::Sent,
        heard: vec![],
    };
    assert_eq!(
        plan.outcomes(),
        [(1, taken()), (2, Outcome::Unknown(gone())), (3, taken())]
    );
    assert_eq!(plan.outcomes(), []);
}

#[test]
fn a_job_of_which_nothing_left_waits_in_its_place_until_its_patience_ends() {
    let mut plan = printer();
    plan.print(Script::bytes([1]), 1);
    plan.print(Script::bytes([2]), 2);
    let mut now = S(0);
    let mut tries = 0;
    loop {
        match plan.next(now) {
            Do::Open => plan.opened(Ok(()), now, HIGH),
            Do::Send { script, .. } => {
                assert_eq!(script, Script::bytes([1]));
                tries += 1;
                plan.sent(broken(0, stalled()), now, HIGH);
            }
            Do::Wait(Some(until)) => now = until,
            Do::Wait(None) => break,
            Do::Close => panic!("nothing is open"),
        }
        assert!(now < S(100), "it is tried for ever");
    }
    assert!(tries > 3);
    assert_eq!(now, S(60));
    let failed = || Outcome::Failed(stalled());
    assert_eq!(plan.outcomes(), [(1, failed()), (2, failed())]);
}

#[test]
fn a_long_job_does_not_fail_those_behind_it() {
    let mut plan = printer();
    plan.print(Script::bytes([1]), 1);
    plan.print(Script::bytes([2]), 2);
    open(&mut plan, S(0));
    assert_eq!(plan.next(S(0)), prints(1));
    assert_eq!(plan.next(S(300)), Do::Wait(None));
    plan.sent(told(), S(300), 0);
    assert_eq!(plan.next(S(300)), prints(2));
}

#[test]
fn a_stuck_driver_is_stalled_its_job_unknown_and_what_it_says_later_is_too_late() {
    let mut plan = printer();
    plan.print(Script::bytes([1]), 1);
    plan.print(Script::bytes([2]), 2);
    open(&mut plan, S(0));
    assert_eq!(plan.next(S(0)), prints(1));
    plan.stuck();
    assert!(plan.is_stuck());
    assert_eq!(plan.health().state, State::Stalled);
    assert_eq!(plan.outcomes(), [(1, Outcome::Unknown(stalled()))]);
    assert_eq!(plan.next(S(20)), Do::Wait(Some(S(60))));
    plan.sent(told(), S(30), HIGH);
    assert_eq!(plan.outcomes(), []);
    assert_eq!(plan.next(S(30)), Do::Wait(Some(MS(30_500))));
    open(&mut plan, S(31));
    assert_eq!(plan.health().state, State::Stalled);
    assert_eq!(plan.next(S(31)), prints(2));
    plan.sent(told(), S(32), 0);
    assert_eq!(plan.health().state, State::Ready);
}

#[test]
fn a_printer_is_let_go_when_idle_and_a_display_is_not() {
    let mut plan = printer();
    plan.print(Script::bytes([1]), 1);
    open(&mut plan, S(0));
    plan.next(S(0));
    plan.sent(told(), S(1), 0);
    assert_eq!(plan.next(S(1)), Do::Wait(Some(S(4))));
    assert_eq!(plan.next(S(4)), Do::Close);
    assert_eq!(plan.next(S(4)), Do::Wait(None));
    assert_eq!(plan.health().state, State::Ready);
    plan.print(Script::bytes([2]), 2);
    assert_eq!(plan.next(S(9)), Do::Open);
}

#[test]
fn too_many_jobs_are_refused_and_an_end_answers_for_all() {
    let mut plan = printer();
    for n in 0..JOBS_MAX {
        assert!(plan.print(Script::default(), u32::try_from(n).unwrap()));
    }
    assert!(!plan.print(Script::default(), 99));
    open(&mut plan, S(0));
    plan.next(S(0));
    plan.end();
    let outcomes = plan.outcomes();
    assert_eq!(outcomes.len(), JOBS_MAX);
    assert_eq!(outcomes[0], (0, Outcome::Unknown(gone())));
    assert!(
        outcomes[1..]
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::Failed(gone()))
    );
}

proptest! {
    /// Whatever the device does: every job is answered once, and none is sent again after a byte of it left.
    #[test]
    fn no_job_is_lost_or_begun_twice(day in proptest::collection::vec(0u8..9, 1..200)) {
        let mut plan = printer();
        let (mut now, mut next, mut answered) = (S(0), 0u8, Vec::new());
        let (mut begun, mut at_work) = (Vec::new(), None);
        for event in day {
            now += MS(700);
            let busy = plan.link == Link::Busy || plan.is_stuck();
            match event {
                0 | 1 if next < 60 => {
                    plan.print(Script::bytes([next]), next.into());
                    next += 1;
                }
                2 => plan.found(),
                3 => plan.lost(),
                4 if busy => plan.stuck(),
                5 => now += S(40),
                _ => {}
            }
            // The hand says something on some days, and holds on to its work on others.
            if busy && event > 4 {
                match (at_work.take(), event) {
                    (Some(n), 6) => { begun.push(n); plan.sent(told(), now, 7) }
                    (Some(n), 7) => { begun.push(n); plan.sent(broken(1, gone()), now, 7) }
                    // A hand that was given up may have sent it whatever it says.
                    (Some(n), _) if plan.is_stuck() => { begun.push(n); plan.sent(told(), now, 7) }
                    (Some(_), _) => plan.sent(broken(0, gone()), now, 7),
                    (None, 7) => plan.opened(Err(gone()), now, 7),
                    (None, _) => plan.opened(Ok(()), now, 7),
                }
            }
            if let Do::Send { script, .. } = plan.next(now) {
                let Step::Send(bytes) = &script.steps()[0] else { unreachable!() };
                prop_assert!(!begun.contains(&bytes[0]), "{} went twice", bytes[0]);
                at_work = Some(bytes[0]);
            }
            answered.extend(plan.outcomes().into_iter().map(|(n, _)| n));
        }
        plan.end();
        answered.extend(plan.outcomes().into_iter().map(|(n, _)| n));
        answered.sort_unstable();
        let expected: Vec<u32> = (0..next.into()).collect();
        prop_assert_eq!(answered, expected);
    }
}
