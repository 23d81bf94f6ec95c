//! The platforms that sign what they send: one line each here, one file each beside it.
//!
//! A platform's file verifies the raw bytes, then decrypts and parses, then maps to [`domain::News`]; what it says
//! to "not taken" stands in [`crate::delivery::failure_reply`].
//!
//! | platform | file | proves itself by | one payment is known by |
//! |---|---|---|---|
//! | WeChat Pay v3 | `wechat_v3.rs` | RSA-SHA256 over time, nonce and body; AES-256-GCM inside | `transaction_id`, `refund_id` |
//! | WeChat Pay v2 | `wechat_v2.rs` | MD5 or HMAC-SHA256 over sorted fields; refunds AES-256-ECB | `transaction_id`, `refund_id` |
//! | Alipay | `alipay.rs` | RSA-SHA256 over sorted fields | `trade_no`; refund `trade_no:out_biz_no` |
//! | Stripe | `stripe.rs` | HMAC-SHA256 over time and body | payment intent; refund id |
//! | UnionPay | `unionpay.rs` | RSA over a doubled SHA-256, certificate in the message | `queryId` |
//!
//! The next ones, each with its own file, a line in [`Webhook`], a kind and a configuration in `domain::source`, and
//! fixtures in `fixtures/<platform>/`:
//!
//! | platform | file to be | proves itself by | mind |
//! |---|---|---|---|
//! | Square | `square.rs` | base64 HMAC-SHA256 over the notification URL and the body | the URL is the one configured at Square |
//! | PayPal | `paypal.rs` | RSA over id, time, webhook id and CRC32 of the body | certificate from PayPal's hosts only |
//! | Razorpay | `razorpay.rs` | hex HMAC-SHA256 over the body | no time is signed |
//! | Mercado Pago | `mercado_pago.rs` | HMAC-SHA256 over a manifest | the body is not signed and has no amount: ask the API |
//! | Adyen | `adyen.rs` | HMAC-SHA256 over eight fields per item | several items in one delivery |
//! | Pix | `pix.rs` | the bank's client certificate (mTLS) | several items, refunds inside them |
//!
//! A platform's fixtures are three files: `config.json` (a [`SourceConfig`]), `taken.json` and `refused.json`, lists of
//! cases, each with the request as it came, the clock, and what is to come of it. `with` changes the configuration
//! for one case. What is not a public vector is signed with the test key beside them.

pub(crate) mod alipay;
mod form;
pub(crate) mod stripe;
pub(crate) mod unionpay;
pub(crate) mod wechat_v2;
pub(crate) mod wechat_v3;
mod xml;

#[cfg(test)]
mod tests;

use crate::{Delivery, Outcome, Reading, Refusal, Reply};
use domain::payment::NewsKey;
use domain::{
    Currency, Kind, Money, News, Platform, SourceConfig, SourceId, SourceKind, Timestamp, Trust,
};
use std::borrow::Cow;

/// The longest number of a message, payment or order that is kept.
const NUMBER_MAX: usize = 64;

/// A platform with its keys parsed.
pub(crate) enum Webhook {
    WechatV3(wechat_v3::WechatV3),
    WechatV2(wechat_v2::WechatV2),
    Alipay(alipay::Alipay),
    Stripe(stripe::Stripe),
    Unionpay(unionpay::Unionpay),
}

impl Webhook {
    /// Parses the keys of a platform; `None` for a source that is no platform. A key that cannot be read is left
    /// out, so nothing signed with it is believed; [`check`] tells the owner.
    pub(crate) fn new(config: &SourceConfig) -> Option<Self> {
        Some(match config {
            SourceConfig::WechatV3 {
                mchid,
                appid,
                api_v3_key,
                platform_keys,
            } => Self::WechatV3(wechat_v3::WechatV3::new(
                mchid,
                appid.as_deref(),
                api_v3_key,
                platform_keys,
            )),
            SourceConfig::WechatV2 {
                mch_id,
                appid,
                api_v2_key,
            } => Self::WechatV2(wechat_v2::WechatV2::new(
                mch_id,
                appid.as_deref(),
                api_v2_key,
            )),
            SourceConfig::Alipay {
                app_id,
                seller_id,
                alipay_public_key,
                allow_rsa1,
            } => Self::Alipay(alipay::Alipay::new(
                app_id,
                seller_id.as_deref(),
                alipay_public_key,
                *allow_rsa1,
            )),
            SourceConfig::Stripe {
                endpoint_secrets,
                test_mode,
            } => Self::Stripe(stripe::Stripe::new(endpoint_secrets, *test_mode)),
            SourceConfig::Unionpay {
                mer_id,
                ca_certificates,
                test_mode,
            } => Self::Unionpay(unionpay::Unionpay::new(mer_id, ca_certificates, *test_mode)),
            SourceConfig::SmsForwarder { .. }
            | SourceConfig::Vmq { .. }
            | SourceConfig::Forwarder { .. }
            | SourceConfig::Test { .. } => return None,
        })
    }

    /// Reads one delivery. All of them are posted to the door itself.
    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Reading, Refusal> {
        if delivery.method != "POST" || !matches!(delivery.path, "" | "/") {
            return Err(Refusal::WrongDoor);
        }
        match self {
            Self::WechatV3(platform) => platform.read(source, delivery, now),
            Self::WechatV2(platform) => platform.read(source, delivery),
            Self::Alipay(platform) => platform.read(source, delivery),
            Self::Stripe(platform) => platform.read(source, delivery, now),
            Self::Unionpay(platform) => platform.read(source, delivery, now),
        }
    }

    /// The first field of the configuration that cannot work.
    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        match self {
            Self::WechatV3(platform) => platform.unusable_field(),
            Self::WechatV2(platform) => platform.unusable_field(),
            Self::Alipay(platform) => platform.unusable_field(),
            Self::Stripe(platform) => platform.unusable_field(),
            Self::Unionpay(platform) => platform.unusable_field(),
        }
    }
}

/// News that a platform signed: what every platform fills in; the rest is for the caller to add.
fn signed_news(
    source: &SourceId,
    via: SourceKind,
    platform: Platform,
    key: String,
    kind: Kind,
    amount: Money,
) -> News {
    News {
        source: source.clone(),
        via,
        key: NewsKey {
            text: key,
            within_ms: None,
            exact: None,
        },
        platform,
        kind,
        trust: Trust::Confirmed,
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
    }
}

fn money(news: News, reply: Reply) -> Reading {
    Reading {
        outcome: Outcome::Money(vec![news]),
        reply,
        clock_ahead_ms: None,
    }
}

fn ignored(what: &'static str, reply: Reply) -> Reading {
    Reading {
        outcome: Outcome::Ignored(what),
        reply,
        clock_ahead_ms: None,
    }
}

fn reply(content_type: &'static str, body: &'static str) -> Reply {
    Reply {
        status: 200,
        content_type,
        body: Cow::Borrowed(body),
    }
}

/// A number that the platform gives: it makes payments one, so it is taken as it is or not at all.
fn number(text: &str) -> Result<String, Refusal> {
    let plain =
        (1..=NUMBER_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    plain
        .then(|| text.to_owned())
        .ok_or(Refusal::Malformed("a number of the platform is not plain"))
}

/// [`number`] for one that may be absent or empty.
fn optional_number(text: Option<&str>) -> Result<Option<String>, Refusal> {
    text.filter(|text| !text.is_empty()).map(number).transpose()
}

/// The shop's own order number. An odd one must not cost the payment: it is cleaned like any text.
fn order(text: Option<&str>) -> Option<String> {
    domain::payment::clean_text(text?).map(|clean| clean.chars().take(NUMBER_MAX).collect())
}

/// A stranger's text that may be absent.
fn strangers_text(text: Option<&str>) -> Option<String> {
    domain::payment::clean_text(text?)
}

/// Whole minor units, more than nothing.
fn positive(minor: i64, currency: Currency) -> Result<Money, Refusal> {
    let amount = if minor > 0 {
        Money::new(minor, currency)
    } else {
        None
    };
    amount.ok_or(Refusal::Malformed("the amount is not one that can be"))
}

/// Whole minor units written as plain digits.
fn positive_text(digits: &str, currency: Currency) -> Result<Money, Refusal> {
    let plain = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    positive(
        plain.then(|| digits.parse().ok()).flatten().unwrap_or(0),
        currency,
    )
}

/// A time by Beijing's clock, which has been eight hours ahead of UTC without summer time since 1991.
fn beijing(format: &str, text: Option<&str>) -> Option<Timestamp> {
    let civil = jiff::civil::DateTime::strptime(format, text?).ok()?;
    let zoned = civil
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}
