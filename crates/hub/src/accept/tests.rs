//! The log against tables of cases and against a simple model.

use super::*;
use crate::store::MIGRATIONS;
use domain::payment::NewsKey;
use domain::{Currency, Platform, SourceId};
use proptest::prelude::*;
use std::collections::HashMap;

const START: Timestamp = Timestamp(1_777_599_016_000);

fn database() -> Connection {
    let db = Connection::open_in_memory().expect("memory");
    for step in MIGRATIONS {
        db.execute_batch(step).expect("schema");
    }
    db.execute("INSERT INTO shops (id, name, currency, zone, cutover_hour) VALUES ('s', 's', 'CNY', 'UTC', 0)", [])
        .expect("shop");
    db
}

fn news(via: SourceKind, key: &str, fen: Option<i64>) -> News {
    News {
        source: SourceId::new(via.as_str()).expect("id"),
        via,
        key: NewsKey {
            text: key.to_owned(),
            within_ms: None,
            exact: None,
        },
        platform: Platform::WECHAT,
        kind: Kind::Payment,
        trust: if via.is_phone() {
            Trust::Reported
        } else {
            Trust::Confirmed
        },
        amount: fen.and_then(|fen| Money::new(fen, Currency::CNY)),
        cumulative: false,
        identity: None,
        transaction: None,
        refund: None,
        order: None,
        payer: None,
        note: None,
        paid_at: None,
        device: None,
    }
}

fn take(db: &Connection, now: Timestamp, news: &News) -> Accepted {
    let rule = DayRule::default();
    let log = Log {
        db,
        shop: 1,
        rule: &rule,
        now,
        clock_ahead_ms: None,
    };
    log.take(&Outcome::Money(vec![news.clone()]))
        .expect("stored")[0]
}

fn log(db: &Connection) -> Vec<Entry> {
    after(db, 1, Seq(0), 10_000, usize::MAX).expect("read")
}

#[test]
fn a_notice_and_a_webhook_are_one_payment_two_notices_are_two() {
    let db = database();
    let notice = |key| news(SourceKind::SmsForwarder, key, Some(1250));
    let webhook = News {
        identity: Some("4200".to_owned()),
        ..news(SourceKind::WechatV3, "w", Some(1250))
    };
    assert_eq!(take(&db, START, &notice("a")), Accepted::New(Seq(1)));
    assert_eq!(
        take(&db, START.plus_ms(4_000), &notice("b")),
        Accepted::New(Seq(2))
    );
    assert_eq!(
        take(&db, START.plus_ms(5_000), &webhook),
        Accepted::Confirmed { of: Seq(1) }
    );
    assert_eq!(
        take(&db, START.plus_ms(6_000), &webhook),
        Accepted::AlreadyHad
    );
    // Another message of the platform about the same number.
    let again = News {
        key: NewsKey {
            text: "w2".to_owned(),
            within_ms: None,
            exact: None,
        },
        ..webhook
    };
    assert_eq!(
        take(&db, START.plus_ms(7_000_000), &again),
        Accepted::Attached { of: Seq(1) }
    );
    let numbers: Vec<_> = log(&db).into_iter().map(|entry| entry.seq.0).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[test]
fn a_delivery_that_is_overheard_and_sent_again_is_nothing_new() {
    let db = database();
    let sent = |mark: &str| News {
        key: NewsKey {
            text: "the same words".to_owned(),
            within_ms: Some(3_000),
            exact: Some(mark.to_owned()),
        },
        ..news(SourceKind::SmsForwarder, "", Some(1250))
    };
    let at = |seconds: i64| START.plus_ms(seconds * 1_000);
    assert_eq!(take(&db, at(0), &sent("first")), Accepted::New(Seq(1)));
    assert_eq!(take(&db, at(40), &sent("first")), Accepted::AlreadyHad);
    // The next customer pays the same: other milliseconds.
    assert_eq!(take(&db, at(41), &sent("second")), Accepted::New(Seq(2)));
    assert_eq!(take(&db, at(50), &sent("second")), Accepted::AlreadyHad);
}

#[test]
fn running_numbers_count_payments_only_and_each_day_for_itself() {
    let db = database();
    let mut refund = News {
        kind: Kind::Refund,
        ..news(SourceKind::WechatV3, "r", Some(100))
    };
    refund.identity = Some("r1".to_owned());
    let day = 24 * 3_600_000;
    take(&db, START, &news(SourceKind::SmsForwarder, "a", Some(1)));
    take(&db, START, &refund);
    take(
        &db,
        START,
        &News {
            platform: Platform::TEST,
            ..news(SourceKind::Test, "t", Some(1))
        },
    );
    take(&db, START, &news(SourceKind::SmsForwarder, "b", None));
    take(
        &db,
        START.plus_ms(day),
        &news(SourceKind::SmsForwarder, "c", Some(1)),
    );
    // Told late, paid the day before: it belongs to the day on which it was paid.
    let late = News {
        paid_at: Some(START),
        ..news(SourceKind::WechatV3, "d", Some(77))
    };
    take(&db, START.plus_ms(day), &late);
    let told: Vec<_> = log(&db)
        .into_iter()
        .map(|entry| match entry.event {
            Event::Paid(p) => (p.day.to_string(), p.number, p.test),
            other => panic!("{other:?}"),
        })
        .collect();
    let (first, second) = ("2026-05-01".to_owned(), "2026-05-02".to_owned());
    assert_eq!(
        told,
        [
            (first.clone(), Some(1), false),
            (first.clone(), None, false),
            (first.clone(), None, true),
            (first.clone(), Some(2), false),
            (second, Some(1), false),
            (first, Some(3), false),
        ]
    );
}

#[test]
fn running_totals_of_refunds_become_single_refunds() {
    let db = database();
    let total = |key: &str, fen| News {
        kind: Kind::Refund,
        cumulative: true,
        identity: Some(key.to_owned()),
        transaction: Some("T1".to_owned()),
        ..news(SourceKind::Alipay, key, Some(fen))
    };
    assert_eq!(take(&db, START, &total("a", 300)), Accepted::New(Seq(1)));
    assert_eq!(take(&db, START, &total("b", 1000)), Accepted::New(Seq(2)));
    assert_eq!(take(&db, START, &total("b", 1000)), Accepted::AlreadyHad);
    // Late and out of order: what it tells is known already.
    assert_eq!(
        take(&db, START, &total("c", 500)),
        Accepted::Attached { of: Seq(2) }
    );
    // Not a running total: its own number and its own amount.
    let single = News {
        cumulative: false,
        ..total("d", 40)
    };
    assert_eq!(take(&db, START, &single), Accepted::New(Seq(4)));
    assert_eq!(
        take(&db, START, &total("e", 1040)),
        Accepted::Attached { of: Seq(4) }
    );
    let amounts: Vec<_> = log(&db)
        .into_iter()
        .filter_map(|entry| match entry.event {
            Event::Paid(p) => p.amount.map(Money::minor),
            _ => None,
        })
        .collect();
    assert_eq!(amounts, [300, 700, 40]);
}

#[test]
fn a_signed_amount_corrects_a_reported_one_of_the_same_number() {
    let db = database();
    let numbered = |via, key, fen| News {
        identity: Some("N".to_owned()),
        ..news(via, key, fen)
    };
    take(&db, START, &numbered(SourceKind::Forwarder, "a", None));
    take(
        &db,
        START,
        &numbered(SourceKind::SmsForwarder, "b", Some(5)),
    );
    take(
        &db,
        START,
        &numbered(SourceKind::SmsForwarder, "c", Some(6)),
    );
    take(&db, START, &numbered(SourceKind::WechatV3, "d", Some(7)));
    take(&db, START, &numbered(SourceKind::WechatV2, "e", Some(8)));
    let amounts: Vec<_> = log(&db)
        .into_iter()
        .map(|entry| match entry.event {
            Event::Paid(p) => ("paid", p.amount.map(Money::minor)),
            Event::Confirmed(j) => ("confirmed", j.amount.map(Money::minor)),
            Event::Attached(j) => ("attached", j.amount.map(Money::minor)),
            Event::NotUnderstood(_) => ("unread", None),
        })
        .collect();
    let told = [
        ("paid", None),
        ("attached", Some(5)),
        ("attached", Some(5)),
        ("confirmed", Some(7)),
        ("attached", Some(7)),
    ];
    assert_eq!(amounts, told);
}

#[test]
fn the_same_text_is_the_same_notice_for_a_moment_only() {
    let db = database();
    let text = |ms| {
        let notice = news(SourceKind::SmsForwarder, "same text", Some(100));
        take(
            &db,
            START.plus_ms(ms),
            &News {
                key: NewsKey {
                    within_ms: Some(3_000),
                    ..notice.key.clone()
                },
                ..notice
            },
        )
    };
    assert_eq!(text(0), Accepted::New(Seq(1)));
    assert_eq!(text(2_000), Accepted::AlreadyHad);
    // Counted from the notice that counted, not from its repeats.
    assert_eq!(text(3_001), Accepted::New(Seq(2)));
    assert_eq!(text(6_001), Accepted::AlreadyHad);
    // Our clock was set back by a minute: rather one too many than one too few.
    assert_eq!(text(-60_000), Accepted::New(Seq(3)));
    assert_eq!(sweep(&db, START.plus_ms(48 * 3_600_000)).expect("sweep"), 1);
}

#[test]
fn a_phones_wrong_clock_is_set_right_before_joining() {
    let db = database();
    let rule = DayRule::default();
    let ahead = 40_000;
    let notice = News {
        paid_at: Some(START.plus_ms(ahead)),
        ..news(SourceKind::SmsForwarder, "a", Some(9))
    };
    let webhook = News {
        paid_at: Some(START.plus_ms(-150_000)),
        identity: Some("x".to_owned()),
        ..news(SourceKind::WechatV3, "b", Some(9))
    };
    let phone = Log {
        db: &db,
        shop: 1,
        rule: &rule,
        now: START,
        clock_ahead_ms: Some(ahead),
    };
    phone.take(&Outcome::Money(vec![notice])).expect("stored");
    assert_eq!(
        take(&db, START.plus_ms(1_000), &webhook),
        Accepted::Confirmed { of: Seq(1) }
    );
}

#[test]
fn unread_notices_are_kept_once_per_moment() {
    let db = database();
    let rule = DayRule::default();
    let unread = |text: &str, reason, ms| {
        let log = Log {
            db: &db,
            shop: 1,
            rule: &rule,
            now: START.plus_ms(ms),
            clock_ahead_ms: None,
        };
        let unread = Unread {
            source: SourceId::new("p").expect("id"),
            via: SourceKind::Forwarder,
            app: None,
            title: None,
            text: Some(text.to_owned()),
            device: None,
            posted_at: None,
            reason,
        };
        log.take(&Outcome::NotUnderstood(unread)).expect("stored")[0]
    };
    use UnreadReason::{TemplateNotFilled, UnknownApp};
    assert_eq!(unread("a", UnknownApp, 0), Accepted::NotUnderstood);
    assert_eq!(unread("a", UnknownApp, 1_000), Accepted::AlreadyHad);
    assert_eq!(unread("b", UnknownApp, 1_000), Accepted::NotUnderstood);
    assert_eq!(unread("a", UnknownApp, 10_000), Accepted::NotUnderstood);
    assert_eq!(
        unread("[text]", TemplateNotFilled, 0),
        Accepted::NotUnderstood
    );
    assert_eq!(
        unread("[text]", TemplateNotFilled, 3_000_000),
        Accepted::AlreadyHad
    );
    assert_eq!(log(&db).len(), 4);
}

/// One step of a made-up day.
#[derive(Debug, Clone)]
struct Step {
    later_ms: i64,
    via: SourceKind,
    fen: Option<i64>,
    identity: Option<u8>,
    key: u8,
    within_ms: Option<i64>,
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = prop_oneof![
        Just(SourceKind::WechatV3),
        Just(SourceKind::WechatV2),
        Just(SourceKind::SmsForwarder),
        Just(SourceKind::Forwarder),
        Just(SourceKind::Vmq),
    ];
    let fen = prop_oneof![1 => Just(None), 6 => Just(Some(1250)), 3 => Just(Some(990))];
    let later = prop_oneof![Just(0_i64), 0_i64..4_000, 0_i64..120_000];
    let within = prop_oneof![Just(None), Just(Some(3_000_i64))];
    (
        later,
        kinds,
        fen,
        proptest::option::of(0_u8..5),
        0_u8..40,
        within,
    )
        .prop_map(|(later_ms, via, fen, identity, key, within_ms)| Step {
            later_ms,
            via,
            fen,
            identity,
            key,
            within_ms,
        })
}

/// A payment as the model sees it.
struct Modelled {
    seq: u64,
    fen: Option<i64>,
    identity: Option<u8>,
    confirmed: bool,
    at: Timestamp,
    heard: Vec<SourceKind>,
}

/// The rule in the plainest way: a list, looked through from its beginning.
#[derive(Default)]
struct Model {
    seq: u64,
    keys: HashMap<(SourceKind, u8), Timestamp>,
    payments: Vec<Modelled>,
}

impl Model {
    fn take(&mut self, now: Timestamp, step: &Step) -> Accepted {
        let key = (step.via, step.key);
        if self
            .keys
            .get(&key)
            .is_some_and(|at| step.within_ms.is_none_or(|ms| now.since(*at) <= ms))
        {
            return Accepted::AlreadyHad;
        }
        self.keys.insert(key, now);
        let signed = !step.via.is_phone();
        let by_number = self
            .payments
            .iter()
            .position(|p| p.identity.is_some() && p.identity == step.identity);
        let by_rule = || {
            self.payments.iter().position(|p| {
                p.fen.is_some()
                    && p.fen == step.fen
                    && now.since(p.at) <= 180_000
                    && !p.heard.contains(&step.via)
                    && (p.identity.is_none() || step.identity.is_none())
            })
        };
        self.seq += 1;
        let Some(found) = by_number.or_else(by_rule) else {
            let seq = self.seq;
            self.payments.push(Modelled {
                seq,
                fen: step.fen,
                identity: step.identity,
                confirmed: signed,
                at: now,
                heard: vec![step.via],
            });
            return Accepted::New(Seq(seq));
        };
        let payment = &mut self.payments[found];
        let rises = signed && !payment.confirmed;
        payment.fen = if rises {
            step.fen.or(payment.fen)
        } else {
            payment.fen.or(step.fen)
        };
        payment.identity = payment.identity.or(step.identity);
        payment.confirmed |= signed;
        payment.heard.push(step.via);
        let of = Seq(payment.seq);
        if rises {
            Accepted::Confirmed { of }
        } else {
            Accepted::Attached { of }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_log_does_what_the_model_does(steps in proptest::collection::vec(step(), 1..60)) {
        let db = database();
        let mut model = Model::default();
        let mut now = START;
        for step in &steps {
            now = now.plus_ms(step.later_ms);
            let told = News {
                identity: step.identity.map(|n| format!("N{n}")),
                key: NewsKey { text: format!("k{}", step.key), within_ms: step.within_ms, exact: None },
                ..news(step.via, "", step.fen)
            };
            prop_assert_eq!(take(&db, now, &told), model.take(now, step), "{:?}", step);
        }
        let entries = log(&db);
        prop_assert_eq!(entries.len() as u64, model.seq, "an entry for everything that was no repeat");
        prop_assert!(entries.iter().zip(1_u64..).all(|(entry, n)| entry.seq == Seq(n)), "no gaps");
        // What the entries say about each payment, read one after the other, is what the model holds.
        let mut book: HashMap<u64, (Option<i64>, bool)> = HashMap::new();
        for entry in entries {
            match entry.event {
                Event::Paid(p) => {
                    book.insert(entry.seq.0, (p.amount.map(Money::minor), p.news.trust == Trust::Confirmed));
                }
                Event::Confirmed(j) | Event::Attached(j) => {
                    book.insert(j.payment.0, (j.amount.map(Money::minor), j.trust == Trust::Confirmed));
                }
                Event::NotUnderstood(_) => prop_assert!(false, "nothing of the kind was sent"),
            }
        }
        for payment in &model.payments {
            prop_assert_eq!(book.get(&payment.seq), Some(&(payment.fen, payment.confirmed)));
        }
    }
}

#[test]
fn single_refunds_and_running_totals_of_one_transaction_are_not_counted_twice() {
    let refund = |key: &str, identity: Option<&str>, fen| News {
        kind: Kind::Refund,
        cumulative: identity.is_none(),
        identity: identity.map(str::to_owned),
        transaction: Some("T1".to_owned()),
        ..news(SourceKind::Stripe, key, Some(fen))
    };
    let told = [
        refund("a", Some("re_1"), 300),
        refund("b", None, 300),
        refund("c", Some("re_2"), 700),
        refund("d", None, 1000),
    ];
    // In every order that keeps the totals in theirs; Stripe promises none.
    for order in [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [1, 3, 0, 2],
        [1, 3, 2, 0],
        [0, 2, 1, 3],
        [2, 0, 1, 3],
        [1, 0, 2, 3],
    ] {
        let db = database();
        for i in order {
            take(&db, START, &told[i]);
        }
        let returned: i64 = log(&db)
            .into_iter()
            .filter_map(|entry| match entry.event {
                Event::Paid(p) => p.amount.map(Money::minor),
                _ => None,
            })
            .sum();
        assert_eq!(returned, 1000, "{order:?}");
    }
}
