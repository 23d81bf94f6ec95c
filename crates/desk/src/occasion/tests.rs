//! The till by tables, and by any order of payments, wishes and time.
#![allow(clippy::too_many_lines, reason = "a table is as long as its stories")]

use super::*;
use crate::testing::{cny, front::Shown, line};
use domain::Currency;
use proptest::prelude::*;

fn settings() -> CustomerSettings {
    CustomerSettings::default()
}

/// So many yuan, reported by a phone.
fn reported(id: i64) -> Line {
    line(id)
}

fn yuan(amount: i64) -> Money {
    cny(amount * 100)
}

/// What the customer reads, in short: `idle`, `ask 5`, `got 5`, `sure 5`, `back 5`.
fn read(till: &Till) -> String {
    let (message, _) = till.messages();
    let whole = |amount: Money| amount.minor() / 100;
    match message {
        Message::Idle { .. } => "idle".to_owned(),
        Message::ToPay { amount, .. } => format!("ask {}", whole(amount)),
        Message::Received { amount, confirmed } => {
            let word = if confirmed { "sure" } else { "got" };
            format!("{word} {}", whole(amount))
        }
        Message::Came { confirmed } => {
            let word = if confirmed { "sure" } else { "got" };
            format!("{word} something")
        }
        Message::Refund { amount } => format!("back {}", whole(amount)),
        Message::Order { lines, total, .. } => format!("{} for {}", lines.len(), whole(total)),
        Message::Change { amount } => format!("change {}", whole(amount)),
        other => panic!("never at a till: {other:?}"),
    }
}

fn item(name: &str, quantity: u32, each: Money) -> OrderItem {
    OrderItem {
        name: name.to_owned(),
        quantity,
        each,
    }
}

fn listed(count: u32) -> Bill {
    let items = (1..=count).map(|at| item(&format!("thing {at}"), 1, yuan(1)));
    Bill::of(items.collect(), None).expect("a bill")
}

/// What happens, and when.
#[derive(Debug, Clone, Copy)]
enum Do {
    Pay(i64),
    Refund(i64),
    Confirm(i64),
    Ask(i64),
    /// So many things of one yuan each.
    List(u32),
    Cash(i64),
    TakeAway,
    Look,
}

fn act(till: &mut Till, what: Do, tick: u64) {
    match what {
        Do::Pay(id) => till.paid(&reported(id), tick),
        Do::Refund(id) => till.paid(
            &Line {
                kind: Kind::Refund,
                ..reported(id)
            },
            tick,
        ),
        Do::Confirm(id) => till.changed(&Line {
            trust: Trust::Confirmed,
            ..reported(id)
        }),
        Do::Ask(amount) => till.ask(Some(yuan(amount).into()), tick),
        Do::List(count) => till.ask(Some(listed(count)), tick),
        Do::Cash(given) => _ = till.take_cash(yuan(given), tick),
        Do::TakeAway => till.ask(None, tick),
        Do::Look => till.expire(tick),
    }
}

/// Its name; when, what, and what the customer then reads.
type Story = (&'static str, &'static [(u64, Do, &'static str)]);

#[test]
fn a_customer_reads_what_happens_at_the_till() {
    let stories: [Story; 14] = [
        (
            "one payment, for its time",
            &[
                (0, Do::Look, "idle"),
                (10, Do::Pay(5), "got 5"),
                (8_009, Do::Look, "got 5"),
                (8_010, Do::Look, "idle"),
            ],
        ),
        (
            "a confirmation comes while it is on show, and later",
            &[
                (0, Do::Pay(5), "got 5"),
                (2_000, Do::Confirm(5), "sure 5"),
                (8_000, Do::Look, "idle"),
                (8_100, Do::Confirm(5), "idle"),
            ],
        ),
        (
            "one that waits is confirmed meanwhile",
            &[
                (0, Do::Pay(1), "got 1"),
                (100, Do::Pay(2), "got 1"),
                (200, Do::Confirm(2), "got 1"),
                (3_000, Do::Look, "sure 2"),
            ],
        ),
        (
            "a burst: three seconds each, the last one its whole time",
            &[
                (0, Do::Pay(1), "got 1"),
                (1, Do::Pay(2), "got 1"),
                (2, Do::Pay(3), "got 1"),
                (3_000, Do::Look, "got 2"),
                (5_999, Do::Look, "got 2"),
                (6_000, Do::Look, "got 3"),
                (13_999, Do::Look, "got 3"),
                (14_000, Do::Look, "idle"),
            ],
        ),
        (
            "one that had its three seconds gives way at once",
            &[
                (0, Do::Pay(1), "got 1"),
                (5_000, Do::Pay(2), "got 2"),
                (5_001, Do::Refund(3), "got 2"),
                (8_000, Do::Look, "back 3"),
            ],
        ),
        (
            "what was asked for is paid",
            &[
                (0, Do::Ask(7), "ask 7"),
                (60_000, Do::Pay(7), "got 7"),
                (68_000, Do::Look, "idle"),
            ],
        ),
        (
            "another amount is not it, and a refund of the same is not it either",
            &[
                (0, Do::Ask(7), "ask 7"),
                (1_000, Do::Pay(3), "got 3"),
                (9_000, Do::Look, "ask 7"),
                (9_100, Do::Refund(7), "back 7"),
                (17_100, Do::Look, "ask 7"),
                (17_200, Do::TakeAway, "idle"),
            ],
        ),
        (
            "nobody pays for five minutes",
            &[
                (0, Do::Ask(7), "ask 7"),
                (299_999, Do::Look, "ask 7"),
                (300_000, Do::Look, "idle"),
            ],
        ),
        (
            "the next customer is asked while the last one's payment is on show",
            &[
                (0, Do::Pay(5), "got 5"),
                (1_000, Do::Ask(9), "got 5"),
                (3_000, Do::Look, "ask 9"),
            ],
        ),
        (
            "asked anew, the time begins anew",
            &[
                (0, Do::Ask(7), "ask 7"),
                (299_000, Do::Ask(8), "ask 8"),
                (598_999, Do::Look, "ask 8"),
                (599_000, Do::Look, "idle"),
            ],
        ),
        (
            "an order grows, and its sum is paid",
            &[
                (0, Do::List(2), "2 for 2"),
                (200_000, Do::List(3), "3 for 3"),
                (499_999, Do::Pay(2), "got 2"),
                (499_999, Do::Pay(3), "got 2"),
                (502_999, Do::Look, "got 3"),
                (510_999, Do::Look, "idle"),
            ],
        ),
        (
            "cash, and what comes back of it",
            &[
                (0, Do::Ask(7), "ask 7"),
                (1_000, Do::Cash(5), "ask 7"),
                (2_000, Do::Cash(10), "change 3"),
                (3_000, Do::Cash(20), "change 13"),
                (32_999, Do::Look, "change 13"),
                (33_000, Do::Look, "idle"),
                (33_001, Do::Cash(20), "idle"),
            ],
        ),
        (
            "what was paid in cash is not paid by the next customer of the same amount",
            &[
                (0, Do::List(7), "7 for 7"),
                (1_000, Do::Cash(7), "change 0"),
                (2_000, Do::Pay(7), "got 7"),
                (10_000, Do::Look, "change 0"),
                (11_000, Do::Ask(1), "ask 1"),
            ],
        ),
        (
            "change that is told while a payment is on show comes after its three seconds",
            &[
                (0, Do::Ask(7), "ask 7"),
                (1_000, Do::Pay(5), "got 5"),
                (2_000, Do::Cash(10), "got 5"),
                (4_000, Do::Look, "change 3"),
            ],
        ),
    ];
    for (story, steps) in stories {
        let mut till = Till::new(&settings());
        for (tick, what, want) in steps {
            act(&mut till, *what, *tick);
            till.expire(*tick);
            assert_eq!(read(&till), *want, "{story}, at {tick}");
        }
    }
}

#[test]
fn money_of_nobody_knows_how_much_is_told_as_that() {
    let mut till = Till::new(&settings());
    let nothing_said = Line {
        amount: None,
        ..line(1)
    };
    till.ask(Some(yuan(7).into()), 0);
    till.paid(&nothing_said, 1);
    assert_eq!(read(&till), "got something");
    till.expire(8_001);
    assert_eq!(read(&till), "ask 7", "it may have been another's");
    // Later news says how much.
    till.paid(
        &Line {
            id: LineId(2),
            ..nothing_said.clone()
        },
        9_000,
    );
    till.changed(&line(2));
    assert_eq!(read(&till), "got 2");

    let mut till = Till::new(&settings());
    let refund = Line {
        kind: Kind::Refund,
        ..nothing_said
    };
    till.paid(&refund, 0);
    assert_eq!(read(&till), "idle");
}

#[test]
fn a_test_is_told_as_such_and_pays_nothing() {
    let mut till = Till::new(&settings());
    till.ask(Some(yuan(7).into()), 0);
    let test = Line {
        test: true,
        trust: Trust::Confirmed,
        ..line(7)
    };
    till.paid(&test, 1);
    assert!(till.is_test());
    assert_eq!(read(&till), "got 7", "never as what the platform confirmed");
    till.expire(8_001);
    assert_eq!((read(&till).as_str(), till.is_test()), ("ask 7", false));
    for (language, word) in [
        (Language::German, "TEST"),
        (Language::ChineseSimplified, "测试"),
    ] {
        let mut words = language.words();
        let occasion = Occasion {
            test: true,
            ..Occasion::of(Message::Came { confirmed: false }, Timestamp(0))
        };
        occasion.say(&mut words, language);
        assert_eq!(words.reported, word);
    }
}

#[tokio::test]
async fn what_stood_there_before_a_long_sleep_is_gone_after_it() {
    let shown = std::sync::Arc::new(Shown::default());
    let occasions = Occasions::new(&settings(), shown.clone());
    occasions.ask(Some(yuan(7).into()));
    occasions.paid(&line(3));
    occasions.slept(-3_600_000);
    occasions.slept(2_000);
    assert_eq!(
        occasions.standing().map(|shown| shown.amount),
        Some(yuan(7))
    );
    assert!(occasions.follow().borrow().is_news());
    occasions.slept(i64::try_from(TO_PAY_MS).unwrap());
    assert_eq!(occasions.standing(), None);
    assert_eq!(
        occasions.follow().borrow().message,
        Message::Idle { clock: None }
    );
    let told = shown.told.lock().unwrap();
    assert_eq!(told.last().unwrap().2, serde_json::Value::Null);
}

#[test]
fn the_shops_own_code_is_shown_with_what_is_to_be_paid() {
    let mut till = Till::new(&settings());
    till.ask(Some(yuan(5).into()), 0);
    let code = |till: &Till| match till.messages().0 {
        Message::ToPay { qr, .. } => qr.map(|qr| (qr.payload().to_owned(), qr.payee().to_owned())),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&till), None);
    till.follow(&CustomerSettings {
        code: Some("wxp://f2f0abc".to_owned()),
        payee: Some("李记面馆".to_owned()),
        ..settings()
    });
    let want = ("wxp://f2f0abc".to_owned(), "李记面馆".to_owned());
    assert_eq!(code(&till), Some(want));
}

#[test]
fn of_a_long_burst_the_newest_are_shown() {
    let mut till = Till::new(&settings());
    for id in 1..=40 {
        till.paid(&line(id), 0);
    }
    let mut seen = vec![read(&till)];
    while let Some(end) = till.next_end() {
        till.expire(end);
        seen.push(read(&till));
    }
    assert_eq!(
        seen,
        [
            "got 1", "got 36", "got 37", "got 38", "got 39", "got 40", "idle"
        ]
    );
}

fn any_do() -> impl Strategy<Value = Do> {
    prop_oneof![
        4 => (1..12_i64).prop_map(Do::Pay),
        1 => (1..12_i64).prop_map(Do::Refund),
        1 => (1..12_i64).prop_map(Do::Confirm),
        2 => (1..12_i64).prop_map(Do::Ask),
        1 => (1..12_u32).prop_map(Do::List),
        1 => (1..24_i64).prop_map(Do::Cash),
        1 => Just(Do::TakeAway),
        3 => Just(Do::Look),
    ]
}

proptest! {
    /// Whatever happens and whenever the loop wakes: everything goes in the end, nothing goes before its three
    /// seconds, the newest payment is seen, and memory is bounded.
    #[test]
    fn nothing_is_cut_short_and_nothing_stays(
        steps in prop::collection::vec((any_do(), 0..9_000_u64), 1..60),
        seconds in 3..=60_u16,
    ) {
        let mut till = Till::new(&CustomerSettings { received_seconds: seconds, ..settings() });
        let mut tick = 0;
        // (which, since when) of every payment on show, in order.
        let mut shown: Vec<(i64, u64)> = Vec::new();
        let mut left_at = None;
        let mut newest = None;
        let mut last_asked: Option<u64> = None;
        let mut look = |till: &Till, tick: u64| {
            let now = till.on_show.as_ref().map(|one| (one.what.line.0, one.at));
            if shown.last().copied() != now || left_at.is_some() {
                if left_at.is_none() && let Some((_, since)) = shown.last() {
                    prop_assert!(tick - since >= LEAST_MS, "one went after {} ms", tick - since);
                }
                match now {
                    Some(one) => { shown.push(one); left_at = None; }
                    None => left_at = left_at.or(Some(tick)),
                }
            }
            Ok(())
        };
        for (what, wait) in steps {
            act(&mut till, what, tick);
            if let Do::Pay(id) | Do::Refund(id) = what { newest = Some(id); }
            match what {
                Do::Ask(_) | Do::List(_) => last_asked = Some(tick),
                Do::TakeAway => last_asked = None,
                _ => {}
            }
            look(&till, tick)?;
            prop_assert!(till.waiting.len() <= WAITING_MAX);
            if let Some(asked) = &till.asked {
                let cash = asked.change.is_some();
                prop_assert!(cash || Some(asked.at) == last_asked);
                let stays = if cash { CHANGE_MS } else { TO_PAY_MS };
                prop_assert!(tick < asked.at + stays);
            }
            // The loop wakes at each end, as long as that comes before the next step.
            let next = tick + wait;
            while let Some(end) = till.next_end().filter(|end| *end <= next) {
                prop_assert!(end > tick, "an end in the past would spin");
                tick = end;
                till.expire(tick);
                look(&till, tick)?;
            }
            tick = next;
        }
        for _ in 0..20 {
            let Some(end) = till.next_end() else { break };
            tick = tick.max(end);
            till.expire(tick);
            look(&till, tick)?;
        }
        prop_assert_eq!(read(&till), "idle");
        if let Some(newest) = newest {
            prop_assert_eq!(shown.last().map(|(id, _)| *id), Some(newest));
        }
    }
}

#[test]
fn a_bill_is_summed_here_and_bounded() {
    let good = vec![item(" 茶 ", 2, cny(450)), item("gift", 1, cny(0))];
    let bill = Bill::of(good, Some(Currency::CNY)).expect("a bill");
    assert_eq!(bill.amount(), cny(900));
    let Message::Order { lines, total, .. } = bill.message(None) else {
        panic!("an order");
    };
    assert_eq!((lines[0].name.as_str(), lines[0].quantity), ("茶", 2));
    assert_eq!((lines[0].amount, total), (cny(900), cny(900)));
    let dollars = Money::new(100, Currency::USD).expect("a dollar");
    for (what, items) in [
        ("items", vec![]),
        ("items", vec![item("a", 1, cny(1)); 101]),
        ("name", vec![item("  ", 1, cny(1))]),
        ("name", vec![item("a\u{1b}[2J", 1, cny(1))]),
        ("name", vec![item(&"字".repeat(61), 1, cny(1))]),
        ("quantity", vec![item("a", 0, cny(1))]),
        ("quantity", vec![item("a", 10_000, cny(1))]),
        ("price", vec![item("a", 1, cny(-1)), item("b", 1, cny(5))]),
        ("price", vec![item("a", 1, cny(AMOUNT_MAX + 1))]),
        ("currency", vec![item("a", 1, dollars)]),
        (
            "currency",
            vec![item("a", 1, cny(1)), item("b", 1, dollars)],
        ),
        ("amount", vec![item("a", 1, cny(0))]),
        ("amount", vec![item("a", 9_999, cny(AMOUNT_MAX)); 100]),
    ] {
        assert_eq!(Bill::of(items, Some(Currency::CNY)), Err(what));
    }
}

#[test]
fn cash_is_counted_against_what_is_asked_for() {
    let dollars = Money::new(5_000, Currency::USD).expect("dollars");
    let mut till = Till::new(&settings());
    assert_eq!(till.take_cash(yuan(5), 0), Err("nothing_asked"));
    till.ask(Some(yuan(7).into()), 0);
    for (given, want) in [
        (yuan(6), Err("too_little")),
        (dollars, Err("currency")),
        (cny(AMOUNT_MAX + 1), Err("amount")),
        (yuan(10), Ok(())),
    ] {
        assert_eq!(till.take_cash(given, 1).map(drop), want, "{given}");
    }
    let standing = till.standing().expect("change");
    assert_eq!((standing.amount, standing.change), (yuan(7), Some(yuan(3))));
    assert_eq!(till.asked(), None, "it is paid");
}

#[test]
fn an_order_that_grows_is_one_thing_that_happens() {
    let mut till = Till::new(&settings());
    till.ask(Some(listed(1)), 0);
    let first = till.mark();
    till.ask(Some(listed(2)), 5);
    assert_eq!(till.mark(), first);
    till.take_cash(yuan(2), 6).expect("enough");
    let change = till.mark();
    assert_ne!(change, first);
    till.ask(Some(listed(1)), 7);
    assert_ne!(till.mark(), change);
}
