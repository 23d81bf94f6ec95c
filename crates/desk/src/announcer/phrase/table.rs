//! The table by which the clerks' phone page is held to these words: it speaks them itself, since a hub knows no words.
//! Written to `ui/tests/phrases.json`; where `CI` is set it is only compared. The pages' tests read the same file.

use super::*;
use domain::Currency;
use serde_json::{Value, json};
use std::path::Path;

const LANGUAGES: [(SpeechLanguage, &str); 2] =
    [(SpeechLanguage::ZhCn, "zh-CN"), (SpeechLanguage::En, "en")];

/// With every rule of counting in them: zeros inside, two at the head and elsewhere, ten thousands, lakhs.
const MINORS: [i64; 44] = [
    0,
    1,
    2,
    5,
    10,
    20,
    22,
    50,
    55,
    99,
    100,
    101,
    102,
    200,
    202,
    220,
    1000,
    1005,
    1111,
    1205,
    1250,
    2000,
    2100,
    10_000,
    10_200,
    11_000,
    20_000,
    20_200,
    100_500,
    120_000,
    200_200,
    202_000,
    1_000_000,
    1_001_000,
    1_342_200,
    2_222_222,
    12_000_000,
    10_050_000,
    101_000_000,
    123_456_789,
    10_000_050_000,
    20_050_000_000,
    100_000_000_000_000,
    1_000_000_000_000_000,
];
/// With all amounts.
const CURRENCIES: [&str; 5] = ["CNY", "USD", "INR", "JPY", "CHF"];
/// With a few.
const FURTHER: [&str; 27] = [
    "TWD", "HKD", "MOP", "SGD", "CAD", "AUD", "NZD", "EUR", "GBP", "KRW", "VND", "CLP", "THB",
    "MYR", "IDR", "PHP", "BRL", "MXN", "BDT", "KES", "TZS", "ETB", "KWD", "BHD", "OMR", "TND",
    "XAF",
];
const FEW: [i64; 5] = [0, 1, 100, 250, 1_234_567];

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::new(code).expect(code)).expect("in range")
}

fn amounts() -> Vec<Value> {
    let all = CURRENCIES.iter().map(|code| (code, MINORS.as_slice()));
    let few = FURTHER.iter().map(|code| (code, FEW.as_slice()));
    let mut rows = Vec::new();
    for (language, name) in LANGUAGES {
        for (code, minors) in all.clone().chain(few.clone()) {
            for minor in minors {
                rows.push(json!([
                    name,
                    minor,
                    code,
                    amount(language, money(*minor, code))
                ]));
            }
        }
    }
    rows
}

fn payments() -> Vec<Value> {
    let mut rows = Vec::new();
    for (language, name) in LANGUAGES {
        let words = wording(language);
        for platform in [
            "wechat",
            "wechat_work",
            "alipay",
            "unionpay",
            "ecny",
            "meituan",
            "aggregator_cn",
            "bank_cn",
            "bank_in",
            "bank_th",
            "bank_vn",
            "stripe",
            "paypal",
            "upi",
            "qris",
            "mpesa",
            "test",
            "somebody_new",
        ] {
            for kind in [Kind::Payment, Kind::Refund] {
                for trust in [Trust::Confirmed, Trust::Reported] {
                    for (test, number, amount) in [
                        (false, Some(23), Some(money(1250, "CNY"))),
                        (false, Some(200), None),
                        (true, None, Some(money(1, "CNY"))),
                    ] {
                        let said = words.payment(&Said {
                            kind,
                            trust,
                            test,
                            platform: words.platform(platform).or_else(|| brand(platform)),
                            number,
                            amount: amount.map(|amount| words.amount(amount)),
                        });
                        rows.push(json!({
                            "language": name, "platform": platform, "kind": kind, "trust": trust, "test": test,
                            "number": number, "amount": amount, "words": said,
                        }));
                    }
                }
            }
        }
    }
    rows
}

type Counted = (Kind, Trust, bool, u32, Option<Money>);

/// What sums are made of.
fn lists() -> [Vec<Counted>; 3] {
    let group = |kind, trust, test, count, total| (kind, trust, test, count, total);
    [
        vec![group(
            Kind::Payment,
            Trust::Confirmed,
            false,
            2,
            Some(money(2500, "CNY")),
        )],
        vec![group(Kind::Payment, Trust::Reported, false, 1, None)],
        vec![
            group(
                Kind::Payment,
                Trust::Confirmed,
                false,
                12,
                Some(money(123_450, "CNY")),
            ),
            group(
                Kind::Refund,
                Trust::Confirmed,
                false,
                1,
                Some(money(600, "CNY")),
            ),
            group(
                Kind::Payment,
                Trust::Reported,
                false,
                3,
                Some(money(99, "USD")),
            ),
            group(Kind::Payment, Trust::Confirmed, true, 2, None),
        ],
    ]
}

fn sums() -> Vec<Value> {
    let mut rows = Vec::new();
    for (language, name) in LANGUAGES {
        let words = wording(language);
        for list in &lists() {
            for (why, why_name) in [(Why::Burst, "burst"), (Why::Late, "late")] {
                for since in [
                    None,
                    Some(Clock {
                        hour: 14,
                        minute: 2,
                    }),
                ] {
                    let groups: Vec<_> = list
                        .iter()
                        .map(|(kind, trust, test, count, total)| SaidGroup {
                            kind: *kind,
                            trust: *trust,
                            test: *test,
                            count: *count,
                            total: total.map(|total| words.amount(total)),
                        })
                        .collect();
                    let told: Vec<_> = list
                        .iter()
                        .map(|(kind, trust, test, count, total)| {
                            json!({ "kind": kind, "trust": trust, "test": test, "count": count, "total": total })
                        })
                        .collect();
                    rows.push(json!({
                        "language": name, "why": why_name, "since": since.map(|at| [at.hour, at.minute]),
                        "groups": told, "words": words.sum(why, since, &groups),
                    }));
                }
            }
        }
    }
    rows
}

fn listening_changes() -> Vec<Value> {
    let clocks = [
        None,
        Some((0, 0)),
        Some((2, 7)),
        Some((12, 30)),
        Some((14, 2)),
        Some((23, 59)),
    ];
    let mut rows = Vec::new();
    for (language, name) in LANGUAGES {
        let words = wording(language);
        for clock in clocks {
            let since = clock.map(|(hour, minute)| Clock { hour, minute });
            rows.push(json!({
                "language": name, "since": clock.map(|(hour, minute)| [hour, minute]),
                "stopped": words.stopped(since), "back": words.back(since), "check": words.check(),
            }));
        }
    }
    rows
}

/// One row a line, so that a change of one sentence is one line in review.
fn section(name: &str, rows: &[Value]) -> String {
    let lines: Vec<_> = rows.iter().map(|row| format!("    {row}")).collect();
    format!("  \"{name}\": [\n{}\n  ]", lines.join(",\n"))
}

#[test]
fn the_phones_words_are_these() {
    let sections = [
        section("amounts", &amounts()),
        section("payments", &payments()),
        section("sums", &sums()),
        section("listening", &listening_changes()),
    ];
    let wanted = format!("{{\n{}\n}}\n", sections.join(",\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/tests/phrases.json");
    if std::fs::read_to_string(&path).unwrap_or_default() == wanted {
        return;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} differs from what is said: run this test once without CI set and commit it",
        path.display()
    );
    std::fs::write(&path, wanted).expect("the file can be written");
}
