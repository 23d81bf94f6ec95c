//! V免签 (vmq): a monitor app that tells a price and a platform, and beats every half minute.
//!
//! The app has already read the notice: no title, no text, no payer. Plain HTTP as a rule, so its proof is all
//! there is, and what it says is *reported*.

use super::{digest_of, fields::Fields, same};
use crate::{Delivery, Outcome, Reading, Refusal, Reply};
use domain::{
    Currency, Kind, Money, News, Platform, Secret, SourceId, SourceKind, Timestamp, Trust, Unread,
    event::UnreadReason,
    payment::{NewsKey, clean_text},
};
use md5::{Digest, Md5};
use std::borrow::Cow;

/// How far the phone's clock may be off, as the original server has it.
const WINDOW_MS: i64 = 50_000;

/// Reads one delivery.
pub(super) fn read(
    source: &SourceId,
    key: &Secret,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    let beat = match (delivery.method, delivery.path.trim_end_matches('/')) {
        ("GET", "/appHeart") => true,
        ("GET", "/appPush") => false,
        _ => return Err(Refusal::WrongDoor),
    };
    let fields = Fields::from_form(delivery.query)?;
    let text = |name: &str| -> Result<Cow<'_, str>, Refusal> {
        Ok(fields.text(&[name])?.unwrap_or_default())
    };
    let (t, sign, kind, price) = (text("t")?, text("sign")?, text("type")?, text("price")?);
    // Signed is the text as it came: `12.8` and `12.80` are different.
    let signed = if beat {
        [t.as_ref()].concat()
    } else {
        [kind.as_ref(), price.as_ref(), t.as_ref()].concat()
    };
    if key.is_empty() || !same(sign.as_bytes(), sign_of(&signed, key).as_bytes()) {
        return Err(Refusal::Signature);
    }
    let digits = (1..=15).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    let sent_at = t
        .parse()
        .ok()
        .filter(|_| digits)
        .map(Timestamp)
        .ok_or(Refusal::Malformed("its time is no number"))?;
    let ahead = sent_at.since(now);
    if ahead.saturating_abs() > WINDOW_MS {
        return Err(Refusal::Stale { ahead_ms: ahead });
    }
    let outcome = if beat {
        Outcome::Heartbeat
    } else {
        push(source, &kind, &price, &t)
    };
    let body = Cow::Borrowed(r#"{"code":1,"msg":"成功","data":null}"#);
    let reply = Reply {
        status: 200,
        content_type: "application/json",
        body,
    };
    Ok(Reading {
        outcome,
        reply,
        clock_ahead_ms: Some(ahead),
    })
}

fn sign_of(signed: &str, key: &Secret) -> String {
    let mut md5 = Md5::new();
    md5.update(signed.as_bytes());
    md5.update(key.expose().as_bytes());
    hex::encode(md5.finalize())
}

/// A genuine push: news, or something to judge.
fn push(source: &SourceId, kind: &str, price: &str, t: &str) -> Outcome {
    let unread = |reason| {
        Outcome::NotUnderstood(Unread {
            source: source.clone(),
            via: SourceKind::Vmq,
            app: None,
            title: None,
            text: clean_text(&format!("type={kind} price={price}")),
            device: None,
            posted_at: None,
            reason,
        })
    };
    let platform = match kind {
        "1" => Platform::WECHAT,
        "2" => Platform::ALIPAY,
        _ => return unread(UnreadReason::UnknownApp),
    };
    let amount = plain_decimal(price)
        .and_then(|plain| Money::parse(&plain, Currency::CNY).ok())
        .filter(|amount| amount.minor() > 0);
    let Some(amount) = amount else {
        return unread(UnreadReason::ImpossibleAmount);
    };
    let parts = [t, kind, price].map(str::to_owned);
    Outcome::Money(vec![News {
        source: source.clone(),
        via: SourceKind::Vmq,
        // The millisecond tells two pushes apart; the same one again is a repeat, whenever it comes.
        key: NewsKey {
            text: format!("vmq:{}", digest_of(&parts)),
            within_ms: None,
            exact: None,
        },
        platform,
        kind: Kind::Payment,
        trust: Trust::Reported,
        amount: Some(amount),
        cumulative: false,
        identity: None,
        transaction: None,
        refund: None,
        order: None,
        payer: None,
        note: None,
        paid_at: None,
        device: None,
    }])
}

/// Java's text of a `double` (`1.0`, `12.8`, `1.0E7`) as a plain decimal, by moving the point: no float is made of
/// it. `None` for anything else.
fn plain_decimal(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |s: &str| (1..=20).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || !(-10..=15).contains(&exponent) {
        return None;
    }
    let zeros = "0".repeat(exponent.unsigned_abs() as usize);
    let (all, point) = if exponent >= 0 {
        (
            format!("{whole}{fraction}{zeros}"),
            whole.len() + exponent.unsigned_abs() as usize,
        )
    } else {
        (format!("{zeros}{whole}{fraction}"), whole.len())
    };
    let (whole, fraction) = all.split_at_checked(point)?;
    Some(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_as_java_writes_them() {
        for (text, minor) in [
            ("0.01", Some(1)),
            ("1.0", Some(100)),
            ("12.8", Some(1280)),
            ("12.80", Some(1280)),
            ("88", Some(8800)),
            ("1.0E7", Some(1_000_000_000)),
            ("1.234567E7", Some(1_234_567_000)),
            ("1.23456789E7", Some(1_234_567_890)),
            ("5.0E-2", Some(5)),
            ("1.0E-3", None),
            ("12.299999999", None),
            ("1.0E99", None),
            ("1E", None),
            ("-1.0", None),
            ("", None),
            (".5", None),
            ("1,0", None),
            ("NaN", None),
            ("Infinity", None),
        ] {
            let money =
                plain_decimal(text).and_then(|plain| Money::parse(&plain, Currency::CNY).ok());
            assert_eq!(money.map(Money::minor), minor, "{text}");
        }
    }

    proptest! {
        #[test]
        fn moving_the_point_never_panics(text in "[0-9.eE+-]{0,12}|.{0,12}") {
            let _ = plain_decimal(&text);
        }
    }
}
