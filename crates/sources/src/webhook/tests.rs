//! Runs every fixture of every platform, and the properties that hold for all of them.

use crate::{
    Delivery, Failure, Outcome, Prepared, Reading, Refusal, failure_reply, prepare, read,
    unusable_field,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{SourceConfig, SourceId, SourceKind, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const PLATFORMS: [(&str, SourceKind); 5] = [
    ("wechat_v3", SourceKind::WechatV3),
    ("wechat_v2", SourceKind::WechatV2),
    ("alipay", SourceKind::Alipay),
    ("stripe", SourceKind::Stripe),
    ("unionpay", SourceKind::Unionpay),
];

/// What a fixture without refusal must at least be tried against, besides being good.
const BAD_KINDS: [&str; 8] = [
    "tampered",
    "signature_empty",
    "signature_short",
    "signature_long",
    "wrong",
    "truncated",
    "oversized",
    "invalid_utf8",
];

struct Fixture {
    name: String,
    config: SourceConfig,
    now: Timestamp,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    expect: Value,
}

impl Fixture {
    fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: &self.method,
            path: &self.path,
            query: "",
            headers: &self.headers,
            body: &self.body,
        }
    }

    fn read(&self) -> Result<Reading, Refusal> {
        read(&source(), &self.config, &self.delivery(), self.now)
    }
}

fn source() -> SourceId {
    SourceId::new("till").expect("id")
}

fn folder(platform: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/fixtures")
        .join(platform)
}

fn file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn fixtures(platform: &str) -> Vec<Fixture> {
    let config = file(&folder(platform).join("config.json"));
    let cases = ["taken.json", "refused.json"].map(|name| file(&folder(platform).join(name)));
    cases
        .iter()
        .flat_map(|cases| cases.as_array().expect("a list of cases"))
        .map(|case| fixture(platform, case, config.clone()))
        .collect()
}

/// One case: `with` are changes to the configuration, `repeat` says how often the body's text is repeated.
fn fixture(platform: &str, case: &Value, mut config: Value) -> Fixture {
    if let Some(changes) = case["with"].as_object() {
        changes
            .iter()
            .for_each(|(field, to)| config[field] = to.clone());
    }
    let request = &case["request"];
    let text = |field: &str| request[field].as_str().unwrap_or_default().to_owned();
    let times = request["repeat"].as_u64().unwrap_or(1);
    let body = match request["body_base64"].as_str() {
        Some(encoded) => STANDARD.decode(encoded).expect("base64"),
        None => text("body").repeat(times as usize).into_bytes(),
    };
    Fixture {
        name: format!("{platform}/{}", case["name"].as_str().expect("name")),
        config: serde_json::from_value(config).expect("config"),
        now: Timestamp(case["now"].as_i64().expect("now")),
        method: text("method"),
        path: text("path"),
        headers: serde_json::from_value(request["headers"].clone()).expect("headers"),
        body,
        expect: case["expect"].clone(),
    }
}

fn named(name: &str) -> Fixture {
    let platform = name.split('/').next().expect("platform");
    fixtures(platform)
        .into_iter()
        .find(|fixture| fixture.name == name)
        .expect(name)
}

/// A reading in the form of a fixture's expectation; the reply is compared apart.
fn told(reading: &Result<Reading, Refusal>) -> Value {
    let reading = match reading {
        Err(refusal) => return json!({"refused": refusal.code()}),
        Ok(reading) => reading,
    };
    let mut told = match &reading.outcome {
        Outcome::Money(news) => json!({"money": news}),
        Outcome::Ignored(what) => json!({"ignored": what}),
        other => panic!("no platform says {other:?}"),
    };
    if let Some(ahead) = reading.clock_ahead_ms {
        told["clock_ahead_ms"] = json!(ahead);
    }
    told
}

fn good(platform: &str) -> impl Iterator<Item = (Fixture, Reading)> {
    fixtures(platform).into_iter().filter_map(|fixture| {
        let reading = fixture.read().ok()?;
        matches!(reading.outcome, Outcome::Money(_)).then_some((fixture, reading))
    })
}

#[test]
fn every_fixture_reads_as_it_says() {
    for (platform, kind) in PLATFORMS {
        let fixtures = fixtures(platform);
        for fixture in &fixtures {
            assert_eq!(fixture.config.kind(), kind, "{}", fixture.name);
            assert_eq!(told(&fixture.read()), fixture.expect, "{}", fixture.name);
        }
        for bad in BAD_KINDS {
            assert!(
                fixtures.iter().any(|f| f.name.contains(bad)),
                "{platform} has no fixture for {bad}"
            );
        }
    }
}

#[test]
fn replies_are_what_each_platform_documents() {
    let xml = |code, text| {
        format!(
            "<xml><return_code><![CDATA[{code}]]></return_code><return_msg><![CDATA[{text}]]></return_msg></xml>"
        )
    };
    for (platform, kind, taken, not_taken) in [
        (
            "wechat_v3",
            SourceKind::WechatV3,
            r#"{"code":"SUCCESS","message":"成功"}"#.to_owned(),
            r#"{"code":"FAIL","message":"失败"}"#.to_owned(),
        ),
        (
            "wechat_v2",
            SourceKind::WechatV2,
            xml("SUCCESS", "OK"),
            xml("FAIL", "FAIL"),
        ),
        (
            "alipay",
            SourceKind::Alipay,
            "success".to_owned(),
            "fail".to_owned(),
        ),
        (
            "stripe",
            SourceKind::Stripe,
            "ok".to_owned(),
            "fail".to_owned(),
        ),
        (
            "unionpay",
            SourceKind::Unionpay,
            "ok".to_owned(),
            "fail".to_owned(),
        ),
    ] {
        for fixture in fixtures(platform) {
            // What is ignored is acknowledged too, or it would come for days.
            if let Ok(reading) = fixture.read() {
                assert_eq!(
                    (reading.reply.status, &*reading.reply.body),
                    (200, &*taken),
                    "{}",
                    fixture.name
                );
            }
        }
        for (failure, status) in [
            (Failure::NotStored, 503),
            (Failure::Refused(Refusal::Signature), 401),
            (Failure::Refused(Refusal::SignatureProbe), 401),
            (Failure::Refused(Refusal::WrongMerchant), 403),
            (Failure::Refused(Refusal::Malformed("")), 400),
            (Failure::Refused(Refusal::WrongDoor), 404),
        ] {
            let reply = failure_reply(kind, failure);
            assert_eq!(
                (reply.status, &*reply.body),
                (status, &*not_taken),
                "{platform} {failure:?}"
            );
        }
    }
}

#[test]
fn one_sale_is_one_payment_and_one_notice_one_piece_of_news() {
    let news = |name: &str| match named(name).read().expect(name).outcome {
        Outcome::Money(mut news) => news.remove(0),
        other => panic!("{name}: {other:?}"),
    };
    for (one, other) in [
        ("wechat_v3/payment", "wechat_v3/payment_public_key"),
        ("alipay/payment", "alipay/finished"),
        ("stripe/payment_intent", "stripe/charge"),
        ("stripe/payment_intent", "stripe/checkout"),
    ] {
        let (one, other) = (news(one), news(other));
        assert!(one.identity.is_some());
        assert_eq!(
            (one.platform, one.kind, one.identity),
            (other.platform, other.kind, other.identity)
        );
    }
    for (one, again) in [
        ("wechat_v3/payment", "wechat_v3/payment_again"),
        ("wechat_v2/payment_md5", "wechat_v2/payment_hmac"),
        ("alipay/payment", "alipay/payment_again"),
        ("unionpay/payment", "unionpay/payment_again"),
    ] {
        assert_eq!(news(one).key, news(again).key);
    }
    assert_ne!(
        news("alipay/payment").key,
        news("alipay/partial_refund").key
    );
    assert_eq!(
        news("alipay/payment").identity,
        news("alipay/partial_refund").transaction
    );
}

/// The schemes that sign the raw body let no byte change at all.
#[test]
fn any_changed_byte_of_a_raw_signed_body_is_refused() {
    for platform in ["wechat_v3", "stripe"] {
        let (mut fixture, _) = good(platform).next().expect("a good fixture");
        let prepared = prepare(&source(), &fixture.config);
        for at in 0..fixture.body.len() {
            for bit in [0x01, 0x20, 0x80] {
                fixture.body[at] ^= bit;
                let refusal = prepared
                    .read(&fixture.delivery(), fixture.now)
                    .expect_err("changed byte taken");
                assert_eq!(refusal, Refusal::Signature, "{platform} byte {at}");
                fixture.body[at] ^= bit;
            }
        }
        assert!(prepared.read(&fixture.delivery(), fixture.now).is_ok());
    }
}

/// The schemes that sign what the fields mean let spellings change (`%2a`, `%2A`), but never what they say.
#[test]
fn any_changed_byte_of_a_signed_form_is_refused_or_means_the_same() {
    for (platform, name) in [
        ("alipay", "payment"),
        ("alipay", "partial_refund"),
        ("wechat_v2", "payment_md5"),
        ("wechat_v2", "refund"),
        ("unionpay", "payment"),
    ] {
        let mut fixture = named(&format!("{platform}/{name}"));
        let prepared = prepare(&source(), &fixture.config);
        let said = prepared.read(&fixture.delivery(), fixture.now).expect(name);
        let mut refused = 0;
        for at in 0..fixture.body.len() {
            for bit in [0x01, 0x20] {
                fixture.body[at] ^= bit;
                match prepared.read(&fixture.delivery(), fixture.now) {
                    Ok(reading) => assert_eq!(reading, said, "{platform} {name} byte {at}"),
                    Err(_) => refused += 1,
                }
                fixture.body[at] ^= bit;
            }
        }
        // Only spellings are left over; for the unsigned v2 refund also the fields around the sealed part.
        assert!(
            refused * 10 > fixture.body.len() * 2 * 8,
            "{platform} {name}: {refused} of {}",
            fixture.body.len() * 2
        );
    }
}

#[test]
fn headers_must_be_whole() {
    for platform in ["wechat_v3", "stripe"] {
        let (mut fixture, _) = good(platform).next().expect("a good fixture");
        for header in 0..fixture.headers.len() {
            let (name, value) = fixture.headers[header].clone();
            if name == "content-type" {
                continue;
            }
            for cut in 0..value.len() {
                fixture.headers[header].1.truncate(cut);
                assert!(fixture.read().is_err(), "{platform} {name} cut to {cut}");
                fixture.headers[header].1 = value.clone();
            }
        }
    }
}

#[test]
fn unusable_configurations_are_named() {
    for (platform, changes, field) in [
        ("wechat_v3", json!({}), None),
        ("wechat_v3", json!({"mchid": " "}), Some("mchid")),
        (
            "wechat_v3",
            json!({"api_v3_key": "short"}),
            Some("api_v3_key"),
        ),
        (
            "wechat_v3",
            json!({"platform_keys": []}),
            Some("platform_keys"),
        ),
        (
            "wechat_v3",
            json!({"platform_keys": [{"serial": "1", "pem": "no key"}]}),
            Some("platform_keys"),
        ),
        ("wechat_v2", json!({}), None),
        ("wechat_v2", json!({"mch_id": ""}), Some("mch_id")),
        (
            "wechat_v2",
            json!({"api_v2_key": "short"}),
            Some("api_v2_key"),
        ),
        ("alipay", json!({}), None),
        ("alipay", json!({"app_id": ""}), Some("app_id")),
        (
            "alipay",
            json!({"alipay_public_key": "AAAA"}),
            Some("alipay_public_key"),
        ),
        ("stripe", json!({}), None),
        (
            "stripe",
            json!({"endpoint_secrets": []}),
            Some("endpoint_secrets"),
        ),
        (
            "stripe",
            json!({"endpoint_secrets": ["sk_live_of_the_wrong_sort"]}),
            Some("endpoint_secrets"),
        ),
        ("unionpay", json!({}), None),
        ("unionpay", json!({"mer_id": ""}), Some("mer_id")),
        (
            "unionpay",
            json!({"ca_certificates": ["no certificate"]}),
            Some("ca_certificates"),
        ),
    ] {
        let mut config = file(&folder(platform).join("config.json"));
        changes
            .as_object()
            .expect("changes")
            .iter()
            .for_each(|(name, to)| config[name] = to.clone());
        let config: SourceConfig = serde_json::from_value(config).expect("config");
        assert_eq!(unusable_field(&config), field, "{platform} {changes}");
    }
    for config in [
        json!({"kind": "sms_forwarder", "secret": ""}),
        json!({"kind": "forwarder", "secret": ""}),
        json!({"kind": "vmq", "key": ""}),
    ] {
        assert!(unusable_field(&serde_json::from_value(config).expect("config")).is_some());
    }
}

fn prepared() -> Vec<(Prepared, Fixture)> {
    let good = |(platform, _): (&str, SourceKind)| good(platform).next().expect("a good fixture").0;
    PLATFORMS
        .map(good)
        .into_iter()
        .map(|fixture| (prepare(&source(), &fixture.config), fixture))
        .collect()
}

/// A body signed as Stripe signs, so that hostile content gets past the signature.
fn stripe_signed(body: &[u8], now: Timestamp) -> String {
    let key = ring::hmac::Key::new(
        ring::hmac::HMAC_SHA256,
        b"whsec_the_one_before_it_was_rolled",
    );
    let seconds = (now.millis() / 1000).to_string();
    let mac = crate::signature::hmac_sha256_hex(&key, &[seconds.as_bytes(), b".", body]);
    format!("t={seconds},v1={mac}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn garbage_is_refused_without_a_panic(
        body in prop::collection::vec(any::<u8>(), 0..2000),
        values in prop::collection::vec("[ -~]{0,80}", 6),
        method in "GET|POST|PUT|",
    ) {
        let names =
            ["wechatpay-signature", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "stripe-signature", "x"];
        let headers: Vec<_> = names.iter().map(|n| (*n).to_owned()).zip(values).collect();
        let delivery = Delivery { method: &method, path: "", query: "a=b", headers: &headers, body: &body };
        for (prepared, fixture) in prepared() {
            prop_assert!(prepared.read(&delivery, fixture.now).is_err());
        }
    }

    #[test]
    fn spliced_bodies_are_refused_or_mean_the_same(
        at in any::<prop::sample::Index>(),
        cut in 0_usize..40,
        piece in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        for (prepared, mut fixture) in prepared() {
            let said = prepared.read(&fixture.delivery(), fixture.now).expect("good");
            let from = at.index(fixture.body.len());
            let to = (from + cut).min(fixture.body.len());
            fixture.body.splice(from..to, piece.iter().copied());
            if let Ok(reading) = prepared.read(&fixture.delivery(), fixture.now) {
                prop_assert_eq!(reading, said);
            }
        }
    }

    #[test]
    fn signed_garbage_never_panics(text in r#"[\[\]{}":,a-z0-9.\-]{0,300}"#, minor in any::<i64>(), code in "[A-Za-z]{0,4}") {
        let (prepared, fixture) = prepared().remove(3);
        let event = json!({"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "livemode": true,
            "created": minor, "data": {"object": {"id": "pi_1", "amount_received": minor, "currency": code}}});
        for body in [text, event.to_string()] {
            let headers = [("stripe-signature".to_owned(), stripe_signed(body.as_bytes(), fixture.now))];
            let delivery = Delivery { method: "POST", path: "", query: "", headers: &headers, body: body.as_bytes() };
            if let Ok(Reading { outcome: Outcome::Money(news), .. }) = prepared.read(&delivery, fixture.now) {
                prop_assert!(news.iter().all(|n| n.amount.is_some_and(|amount| amount.minor() > 0)));
            }
        }
    }
}
