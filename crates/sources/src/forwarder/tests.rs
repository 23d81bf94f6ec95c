//! Deliveries as phones send them: good, tampered, stale, replayed, badly signed and hostile.

use super::*;
use crate::delivery::BODY_MAX;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Currency, Money, Secret};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

const DELIVERIES: &str = include_str!("../fixtures/notices/deliveries.jsonl");
const GUIDE: &str = include_str!("../../../../docs/forwarder.md");

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    kind: String,
    secret: String,
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    body_base64: Option<String>,
    now: i64,
    expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expect {
    money: Option<ExpectMoney>,
    heartbeat: bool,
    ignored: Option<String>,
    not_understood: Option<String>,
    refused: Option<String>,
    reply: Option<String>,
    clock_ahead_ms: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ExpectMoney {
    platform: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    payer: Option<String>,
    note: Option<String>,
    identity: Option<String>,
    device: Option<String>,
    trust: Option<String>,
    within_ms: Option<i64>,
    paid_at: Option<i64>,
}

fn source() -> SourceId {
    SourceId::new("phone").expect("an id")
}

fn config(kind: &str, secret: &str) -> SourceConfig {
    let secret = Secret::new(secret);
    match kind {
        "sms_forwarder" => SourceConfig::SmsForwarder { secret },
        "vmq" => SourceConfig::Vmq { key: secret },
        "forwarder" => SourceConfig::Forwarder { secret },
        "test" => SourceConfig::Test { secret },
        other => panic!("no kind {other}"),
    }
}

fn cases() -> Vec<Case> {
    DELIVERIES
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

impl Case {
    fn body(&self) -> Vec<u8> {
        match &self.body_base64 {
            Some(text) => STANDARD.decode(text).expect("base64"),
            None => self.body.clone().unwrap_or_default().into_bytes(),
        }
    }

    fn headers(&self) -> Vec<(String, String)> {
        self.headers.clone().into_iter().collect()
    }

    fn read(&self) -> Result<Reading, Refusal> {
        self.read_body(&self.body(), self.now)
    }

    fn read_body(&self, body: &[u8], now: i64) -> Result<Reading, Refusal> {
        let headers = self.headers();
        let delivery = Delivery {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body,
        };
        // Through the one door, as the hub does it.
        crate::read(
            &source(),
            &config(&self.kind, &self.secret),
            &delivery,
            Timestamp(now),
        )
    }

    fn is_money(&self) -> bool {
        self.expect.money.is_some()
    }
}

fn money(reading: &Reading) -> &News {
    match &reading.outcome {
        Outcome::Money(news) if news.len() == 1 => &news[0],
        other => panic!("no single news: {other:?}"),
    }
}

fn reason(reason: UnreadReason) -> String {
    serde_json::to_value(reason)
        .expect("a word")
        .as_str()
        .expect("a word")
        .to_owned()
}

fn check_money(name: &str, news: &News, expect: &ExpectMoney) {
    assert_eq!(news.platform.as_str(), expect.platform, "{name}");
    assert_eq!(news.amount.map(Money::minor), expect.amount_minor, "{name}");
    assert_eq!(
        news.amount.map(|a| a.currency().code().to_owned()),
        expect.currency,
        "{name}"
    );
    assert_eq!(news.payer, expect.payer, "{name}");
    assert_eq!(news.note, expect.note, "{name}");
    assert_eq!(news.identity, expect.identity, "{name}");
    assert_eq!(news.device, expect.device, "{name}");
    assert_eq!(news.key.within_ms, expect.within_ms, "{name}");
    assert_eq!(
        news.paid_at.map(Timestamp::millis),
        expect.paid_at,
        "{name}"
    );
    let trust = if expect.trust.as_deref() == Some("confirmed") {
        Trust::Confirmed
    } else {
        Trust::Reported
    };
    assert_eq!(
        (news.trust, news.kind, news.cumulative),
        (trust, Kind::Payment, false),
        "{name}"
    );
    assert_eq!(news.source, source(), "{name}");
}

#[test]
fn every_delivery_reads_as_it_should() {
    let cases = cases();
    assert!(cases.len() > 100);
    for case in &cases {
        let name = format!("{}: {}", case.kind, case.name);
        let reading = match (case.read(), &case.expect.refused) {
            (Err(refusal), Some(code)) => {
                assert_eq!(refusal.code(), code, "{name}");
                continue;
            }
            (Ok(reading), None) => reading,
            (other, refused) => panic!("{name}: {other:?}, expected refusal {refused:?}"),
        };
        match (&reading.outcome, &case.expect) {
            (
                Outcome::Money(_),
                Expect {
                    money: Some(expected),
                    ..
                },
            ) => check_money(&name, money(&reading), expected),
            (
                Outcome::Heartbeat,
                Expect {
                    heartbeat: true, ..
                },
            ) => {}
            (
                Outcome::Ignored(why),
                Expect {
                    ignored: Some(expected),
                    ..
                },
            ) => assert_eq!(why, expected, "{name}"),
            (
                Outcome::NotUnderstood(unread),
                Expect {
                    not_understood: Some(expected),
                    ..
                },
            ) => {
                assert_eq!(&reason(unread.reason), expected, "{name}");
                assert_eq!(unread.source, source());
            }
            (other, expected) => panic!("{name}: {other:?}, expected {expected:?}"),
        }
        assert_eq!(reading.reply.status, 200, "{name}");
        if let Some(reply) = &case.expect.reply {
            assert_eq!(reading.reply.body, reply.as_str(), "{name}");
        }
        if let Some(ahead) = case.expect.clock_ahead_ms {
            assert_eq!(reading.clock_ahead_ms, Some(ahead), "{name}");
        }
    }
}

#[test]
fn the_same_delivery_again_has_the_same_key() {
    for case in cases().iter().filter(|case| case.is_money()) {
        let (first, second) = (
            case.read().expect("read"),
            case.read_body(&case.body(), case.now).expect("read"),
        );
        assert_eq!(money(&first).key, money(&second).key, "{}", case.name);
    }
}

#[test]
fn another_sale_has_another_key() {
    let notice = |text: &str, at: Option<i64>, key: Option<&str>, device: &str| {
        let notice = Notice {
            app: Some("com.tencent.mm".into()),
            title: Some("微信支付".into()),
            text: Some(text.into()),
            device: Some(device.into()),
            key: key.map(Into::into),
            posted_at: at.map(Timestamp),
        };
        match notice.outcome(
            &source(),
            SourceKind::Forwarder,
            Timestamp(1_777_599_016_000),
        ) {
            Outcome::Money(news) => news[0].key.clone(),
            other => panic!("{other:?}"),
        }
    };
    const SALE: &str = "微信支付收款12.80元(朋友到店)";
    let keys = [
        notice(SALE, Some(1_777_599_016_123), Some("0|a"), "A"),
        notice(SALE, Some(1_777_599_016_124), Some("0|a"), "A"),
        notice(SALE, Some(1_777_599_016_123), Some("0|b"), "A"),
        notice(SALE, Some(1_777_599_016_123), Some("0|a"), "B"),
        notice(SALE, None, None, "A"),
        notice(
            "[2条]微信支付: 微信支付收款12.80元(朋友到店)",
            None,
            None,
            "A",
        ),
        notice(
            "[3条]微信支付: 微信支付收款12.80元(朋友到店)",
            None,
            None,
            "A",
        ),
        notice(SALE, None, None, "B"),
    ];
    for (i, key) in keys.iter().enumerate() {
        assert!(
            keys[i + 1..].iter().all(|other| other.text != key.text),
            "{i}"
        );
        assert_eq!(key.within_ms, (i >= 4).then_some(3_000), "{i}");
    }
    // The app's own key without a time says nothing: the next notice of the app has it too.
    assert_eq!(notice(SALE, None, Some("0|a"), "A"), keys[4]);
}

#[test]
fn two_pushes_of_a_monitor_differ_by_their_millisecond() {
    let cases = cases();
    let keys: Vec<String> = cases
        .iter()
        .filter(|case| case.kind == "vmq" && case.is_money() && case.name.starts_with("VQ"))
        .map(|case| money(&case.read().expect("read")).key.text.clone())
        .collect();
    let mut unique = keys.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((keys.len(), unique.len()), (5, 5));
}

#[test]
fn strangers_texts_are_cleaned_and_cut() {
    let long = "长".repeat(1500);
    let notice = Notice {
        app: Some(format!("com.example.{}", "x".repeat(5000))),
        title: Some("a\u{202e}b\u{0}".into()),
        text: Some(long),
        ..Notice::default()
    };
    let Outcome::NotUnderstood(unread) =
        notice.outcome(&source(), SourceKind::Forwarder, Timestamp(0))
    else {
        panic!("an unknown app is not understood");
    };
    assert_eq!(unread.title.as_deref(), Some("ab"));
    assert_eq!(unread.text.map(|t| t.chars().count()), Some(200));
    assert_eq!(unread.app.map(|t| t.chars().count()), Some(200));
}

#[test]
fn a_test_payment_goes_through_its_own_door() {
    let secret = Secret::new("s3cret");
    let amount = Money::new(1280, Currency::CNY).expect("amount");
    let now = Timestamp(1_777_599_016_000);
    let (body, headers) = test::body_and_headers(&secret, amount, "t-1", now);
    let delivery = Delivery {
        method: "POST",
        path: "",
        query: "",
        headers: &headers,
        body: &body,
    };
    let reading =
        crate::read(&source(), &SourceConfig::Test { secret }, &delivery, now).expect("genuine");
    let news = money(&reading);
    assert_eq!(
        (news.amount, news.identity.as_deref(), &news.platform),
        (Some(amount), Some("t-1"), &domain::Platform::TEST)
    );
}

#[test]
fn a_repeated_header_is_no_proof() {
    let cases = cases();
    let case = cases
        .iter()
        .find(|case| case.kind == "forwarder" && case.is_money())
        .expect("a good one");
    let mut headers = case.headers();
    headers.push(("authorization".into(), "Bearer other".into()));
    let body = case.body();
    let delivery = Delivery {
        method: "POST",
        path: "",
        query: "",
        headers: &headers,
        body: &body,
    };
    let read = crate::read(
        &source(),
        &config("forwarder", &case.secret),
        &delivery,
        Timestamp(case.now),
    );
    assert_eq!(read, Err(Refusal::Signature));
}

#[test]
fn a_monitor_hears_what_is_wrong_in_its_own_words() {
    let said = |failure| {
        crate::failure_reply(SourceKind::Vmq, failure)
            .body
            .into_owned()
    };
    for (failure, message) in [
        (crate::Failure::Refused(Refusal::Signature), "签名校验错误"),
        (
            crate::Failure::Refused(Refusal::Stale { ahead_ms: -60_000 }),
            "客户端时间错误",
        ),
        (crate::Failure::NotStored, "失败"),
    ] {
        assert_eq!(
            said(failure),
            format!(r#"{{"code":-1,"msg":"{message}","data":null}}"#)
        );
    }
}

/// The guide's examples: each block of JSON is followed by what it gives.
#[test]
fn the_guides_examples_are_true() {
    let headers = [(
        "authorization".to_owned(),
        "Bearer the-secret-shown-by-tillbell".to_owned(),
    )];
    let secret = Secret::new("the-secret-shown-by-tillbell");
    let mut replayed = 0;
    for part in GUIDE.split("```json\n").skip(1) {
        let (body, rest) = part.split_once("```").expect("a closed block");
        let gives = rest
            .trim_start()
            .strip_prefix("Gives: ")
            .expect("what it gives")
            .lines()
            .next()
            .expect("a line");
        let delivery = Delivery {
            method: "POST",
            path: "",
            query: "",
            headers: &headers,
            body: body.as_bytes(),
        };
        let now = Timestamp(1_777_599_020_000);
        let said = match crate::read(
            &source(),
            &SourceConfig::Forwarder {
                secret: secret.clone(),
            },
            &delivery,
            now,
        ) {
            Err(refusal) => format!("refused, {}", refusal.code()),
            Ok(Reading {
                outcome: Outcome::Heartbeat,
                ..
            }) => "heartbeat".to_owned(),
            Ok(Reading {
                outcome: Outcome::Ignored(why),
                ..
            }) => format!("ignored, {why}"),
            Ok(Reading {
                outcome: Outcome::NotUnderstood(unread),
                ..
            }) => {
                format!("not understood, {}", reason(unread.reason))
            }
            Ok(Reading {
                outcome: Outcome::Money(news),
                ..
            }) => match news[0].amount {
                Some(amount) => format!("payment, {}, {amount}", news[0].platform),
                None => format!("payment, {}, amount not given", news[0].platform),
            },
        };
        assert_eq!(said, gives, "{body}");
        replayed += 1;
    }
    assert!(replayed >= 5);
}

proptest! {
    /// Without the secret nothing is believed, whatever is sent; with a good delivery bent somewhere, nothing panics
    /// and no other amount comes out of a body that is signed as a whole.
    #[test]
    fn rubbish_is_refused(kind in 0..4usize, body in prop::collection::vec(any::<u8>(), 0..300), query in ".{0,80}") {
        let kind = ["sms_forwarder", "vmq", "forwarder", "test"][kind];
        let (method, path) = if kind == "vmq" { ("GET", "/appPush") } else { ("POST", "") };
        let delivery = Delivery { method, path, query: &query, headers: &[], body: &body };
        prop_assert!(crate::read(&source(), &config(kind, "secret"), &delivery, Timestamp(0)).is_err());
    }

    #[test]
    fn bent_deliveries_never_panic(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let cases = cases();
        let case = pick.get(&cases);
        let mut body = case.body();
        if !body.is_empty() {
            let at = at.index(body.len());
            body[at] = byte;
            let changed = body != case.body();
            let read = case.read_body(&body, case.now);
            if case.kind == "test" && changed {
                prop_assert!(read.is_err(), "{}", case.name);
            }
            let at = at.min(body.len());
            let _ = case.read_body(&body[..at], case.now);
        }
    }
}

#[test]
fn too_large_a_body_is_refused() {
    let headers = [("authorization".to_owned(), "Bearer s".to_owned())];
    let body = format!("{{\"title\":\"{}\",\"text\":\"x\"}}", "a".repeat(BODY_MAX));
    let delivery = Delivery {
        method: "POST",
        path: "",
        query: "",
        headers: &headers,
        body: body.as_bytes(),
    };
    let read = crate::read(
        &source(),
        &config("forwarder", "s"),
        &delivery,
        Timestamp(0),
    );
    assert!(matches!(read, Err(Refusal::Malformed(_))));
}
