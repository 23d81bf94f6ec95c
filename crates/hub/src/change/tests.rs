//! What stays and what goes when settings are entered over others.

use super::{PLATFORM_KEYS_MAX, blanked, merged};
use domain::source::PlatformKey;
use domain::{Secret, SourceConfig};

fn secrets(all: &[&str]) -> Vec<Secret> {
    all.iter().copied().map(Secret::new).collect()
}

fn stripe(all: &[&str]) -> SourceConfig {
    SourceConfig::Stripe {
        endpoint_secrets: secrets(all),
        test_mode: false,
    }
}

#[test]
fn stripes_secrets_roll() {
    for (stored, given, after) in [
        (&["a"][..], &[][..], &["a"][..]),
        (&["b", "a"], &["", " "], &["b", "a"]),
        (&["a"], &["b"], &["b", "a"]),
        (&["b", "a"], &["c"], &["c", "b"]),
        // The newest alone: the roll is over.
        (&["b", "a"], &["b"], &["b"]),
        (&["b", "a"], &[" b "], &[" b "]),
        (&["a"], &["c", "b"], &["c", "b"]),
    ] {
        let merged = merged(&stripe(stored), stripe(given));
        assert_eq!(merged, Some(stripe(after)), "{stored:?} then {given:?}");
    }
}

/// Certificates and a public key, as the reader of the notices is tried with.
fn fixture() -> Vec<PlatformKey> {
    let config = include_str!("../../../sources/src/fixtures/wechat_v3/config.json");
    let SourceConfig::WechatV3 { platform_keys, .. } =
        serde_json::from_str(config).expect("a config")
    else {
        panic!("not WeChat's")
    };
    platform_keys
}

fn wechat(api_v3_key: &str, platform_keys: Vec<PlatformKey>) -> SourceConfig {
    SourceConfig::WechatV3 {
        mchid: "1900000109".to_owned(),
        appid: None,
        api_v3_key: Secret::new(api_v3_key),
        platform_keys,
    }
}

fn keys_of(config: Option<SourceConfig>) -> Vec<PlatformKey> {
    match config {
        Some(SourceConfig::WechatV3 { platform_keys, .. }) => platform_keys,
        other => panic!("not WeChat's: {other:?}"),
    }
}

#[test]
fn wechats_keys_stand_beside_each_other() {
    let all = fixture();
    let is_certificate = |key: &&PlatformKey| key.pem.contains("BEGIN CERTIFICATE");
    let certificate = all.iter().find(is_certificate).expect("a certificate");
    let public = all
        .iter()
        .find(|key| !is_certificate(key))
        .expect("a public key");
    let stored = wechat("old", vec![certificate.clone()]);

    let both = merged(&stored, wechat("", vec![public.clone()])).expect("the same kind");
    let SourceConfig::WechatV3 { api_v3_key, .. } = &both else {
        panic!()
    };
    assert_eq!(api_v3_key.expose(), "old");
    assert_eq!(
        keys_of(Some(both.clone())),
        [public.clone(), certificate.clone()]
    );

    // The same certificate without its serial, and the same id with another text: each takes the stored one's place.
    let unnamed = PlatformKey {
        serial: String::new(),
        ..certificate.clone()
    };
    let renewed = PlatformKey {
        pem: format!("{}\n", public.pem),
        ..public.clone()
    };
    for (given, after) in [
        (unnamed.clone(), vec![unnamed.clone(), public.clone()]),
        (renewed.clone(), vec![renewed.clone(), certificate.clone()]),
    ] {
        assert_eq!(keys_of(merged(&both, wechat("", vec![given]))), after);
    }

    // What was shown comes back unchanged: nothing changes.
    let shown = blanked(&both);
    let serials: Vec<_> = keys_of(Some(shown.clone()))
        .into_iter()
        .map(|key| (key.serial, key.pem))
        .collect();
    assert_eq!(serials[0], (public.serial.clone(), String::new()));
    assert!(!serials[1].0.is_empty() && serials[1].1.is_empty());
    assert_eq!(merged(&both, shown), Some(both));

    // A key that cannot be read stays in, so that it is found out; and there is an end to how many are kept.
    let broken = PlatformKey {
        serial: "x".to_owned(),
        pem: "no key".to_owned(),
    };
    assert_eq!(
        keys_of(merged(&stored, wechat("", vec![broken.clone()])))[0],
        broken
    );
    let mut config = stored;
    for n in 0..PLATFORM_KEYS_MAX + 3 {
        let next = PlatformKey {
            serial: format!("PUB_KEY_ID_{n}"),
            ..public.clone()
        };
        config = merged(&config, wechat("", vec![next.clone()])).expect("the same kind");
        assert_eq!(keys_of(Some(config.clone()))[0], next);
    }
    assert_eq!(keys_of(Some(config)).len(), PLATFORM_KEYS_MAX);
}

fn every_kind(secret: &str, text: &str) -> Vec<SourceConfig> {
    let (number, secret) = (|| "2088000000000000".to_owned(), || Secret::new(secret));
    let pems: Vec<_> = Some(text.to_owned())
        .into_iter()
        .filter(|pem| !pem.is_empty())
        .collect();
    vec![
        SourceConfig::WechatV2 {
            mch_id: number(),
            appid: None,
            api_v2_key: secret(),
        },
        SourceConfig::Alipay {
            app_id: number(),
            seller_id: None,
            alipay_public_key: text.to_owned(),
            allow_rsa1: false,
        },
        SourceConfig::Stripe {
            endpoint_secrets: vec![secret()],
            test_mode: true,
        },
        SourceConfig::Unionpay {
            mer_id: number(),
            ca_certificates: pems,
            test_mode: true,
        },
        SourceConfig::SmsForwarder { secret: secret() },
        SourceConfig::Vmq { key: secret() },
        SourceConfig::Forwarder { secret: secret() },
    ]
}

#[test]
fn what_is_left_empty_stays_and_kinds_do_not_mix() {
    let (stored, empty) = (every_kind("s3cret", "text"), every_kind("", ""));
    for (i, stored) in stored.iter().enumerate() {
        for (j, given) in empty.iter().enumerate() {
            let after = (i == j).then(|| stored.clone());
            assert_eq!(merged(stored, given.clone()), after, "{i} {j}");
        }
        let shown = serde_json::to_string(&blanked(stored)).expect("json");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(merged(stored, blanked(stored)), Some(stored.clone()));
    }
    for (stored, given) in stored.iter().zip(every_kind("another", "new")) {
        if !matches!(given, SourceConfig::Stripe { .. }) {
            assert_eq!(merged(stored, given.clone()), Some(given));
        }
    }
    let test = SourceConfig::Test {
        secret: Secret::new("x"),
    };
    assert_eq!(merged(&test, test.clone()), None);
}
