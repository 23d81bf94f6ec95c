//! Stripe's webhooks: HMAC over time and raw body.
//!
//! One sale is told up to three times (checkout session, payment intent, charge): all three carry the payment
//! intent's id as identity, so they become one payment.

use super::{ignored, money, number, order, positive, reply, signed_news, strangers_text};
use crate::signature::{fresh, hmac_sha256_hex, same_text, signed_seconds};
use crate::{Delivery, Reading, Refusal, Reply};
use domain::{Currency, Kind, Money, News, Platform, Secret, SourceId, SourceKind, Timestamp};
use ring::hmac;
use serde::Deserialize;

/// While a secret is rolled there are two signatures; ten are room enough.
const SIGNATURES_MAX: usize = 10;

/// One account.
pub(crate) struct Stripe {
    keys: Vec<hmac::Key>,
    secrets_fit: bool,
    test_mode: bool,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    /// `event`; the thin events of the second API carry no amount.
    object: Option<String>,
    #[serde(rename = "type", default)]
    kind: String,
    created: Option<i64>,
    livemode: Option<bool>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    object: serde_json::Value,
}

#[derive(Deserialize)]
struct Intent {
    id: String,
    amount_received: i64,
    currency: String,
    description: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Charge {
    id: String,
    payment_intent: Option<String>,
    amount: i64,
    amount_captured: Option<i64>,
    amount_refunded: Option<i64>,
    captured: Option<bool>,
    currency: String,
    description: Option<String>,
    metadata: Option<Metadata>,
    billing_details: Option<Person>,
}

#[derive(Deserialize)]
struct Session {
    payment_status: String,
    payment_intent: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    client_reference_id: Option<String>,
    metadata: Option<Metadata>,
    customer_details: Option<Person>,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    charge: Option<String>,
    payment_intent: Option<String>,
    amount: i64,
    currency: String,
    status: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    order_id: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    name: Option<String>,
}

impl Stripe {
    pub(crate) fn new(endpoint_secrets: &[Secret], test_mode: bool) -> Self {
        let secrets: Vec<&str> = endpoint_secrets
            .iter()
            .map(|secret| secret.expose().trim())
            .collect();
        let fits = |secret: &&str| secret.starts_with("whsec_") && secret.len() >= 16;
        Self {
            // The whole text is the key, prefix included.
            keys: secrets
                .iter()
                .filter(|s| fits(s))
                .map(|s| hmac::Key::new(hmac::HMAC_SHA256, s.as_bytes()))
                .collect(),
            secrets_fit: !secrets.is_empty() && secrets.iter().all(fits),
            test_mode,
        }
    }

    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        (!self.secrets_fit).then_some("endpoint_secrets")
    }

    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Reading, Refusal> {
        let clock_ahead_ms = self.verify(delivery, now)?;
        let event: Event = serde_json::from_slice(delivery.body)
            .map_err(|_| Refusal::Malformed("no event of Stripe"))?;
        let outcome = match event.kind.as_str() {
            _ if event.object.as_deref() != Some("event") => Err("an event without content"),
            "payment_intent.succeeded"
            | "charge.succeeded"
            | "charge.captured"
            | "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "charge.refunded"
            | "refund.created"
            | "refund.updated"
            | "charge.refund.updated" => Ok(()),
            _ => Err("another kind of event"),
        };
        let reading = match outcome {
            Err(what) => ignored(what, taken()),
            Ok(()) if event.livemode != Some(true) && !self.test_mode => {
                return Err(Refusal::TestMode);
            }
            Ok(()) => match event.news(source)? {
                Ok(news) => money(news, taken()),
                Err(what) => ignored(what, taken()),
            },
        };
        Ok(Reading {
            clock_ahead_ms: Some(clock_ahead_ms),
            ..reading
        })
    }

    fn verify(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<i64, Refusal> {
        let header = delivery
            .header("stripe-signature")
            .ok_or(Refusal::Signature)?;
        let (mut time, mut signatures) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", _)) if time.is_some() => return Err(Refusal::Signature),
                Some(("t", text)) => time = Some(text),
                Some(("v1", text)) if signatures.len() < SIGNATURES_MAX => signatures.push(text),
                _ => {}
            }
        }
        let time = time.ok_or(Refusal::Signature)?;
        let signed_at = signed_seconds(time)?;
        let genuine = self.keys.iter().any(|key| {
            let ours = hmac_sha256_hex(key, &[time.as_bytes(), b".", delivery.body]);
            signatures.iter().any(|theirs| same_text(&ours, theirs))
        });
        if genuine {
            fresh(signed_at, now)
        } else {
            Err(Refusal::Signature)
        }
    }
}

/// News, or why there is none in this event.
type Told = Result<News, &'static str>;

impl Event {
    fn news(self, source: &SourceId) -> Result<Told, Refusal> {
        let key = number(&self.id)?;
        let object = self
            .data
            .map(|data| data.object)
            .ok_or(Refusal::Malformed("an event without content"))?;
        let told = match self.kind.as_str() {
            "payment_intent.succeeded" => parsed::<Intent>(object)?.news(source, key)?,
            "charge.succeeded" | "charge.captured" => {
                parsed::<Charge>(object)?.payment(source, key)?
            }
            "charge.refunded" => parsed::<Charge>(object)?.refund(source, key)?,
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                parsed::<Session>(object)?.news(source, key)?
            }
            _ => parsed::<Refund>(object)?.news(source, key)?,
        };
        // The object's own time is when the sale began; the event's is when it was paid.
        Ok(told.map(|news| News {
            paid_at: self.created.map(Timestamp::from_seconds),
            ..news
        }))
    }
}

impl Intent {
    fn news(self, source: &SourceId, key: String) -> Result<Told, Refusal> {
        let payment = number(&self.id)?;
        Ok(Ok(News {
            order: order(order_id(&self.metadata)),
            note: strangers_text(self.description.as_deref()),
            ..news(
                source,
                key,
                Kind::Payment,
                amount(self.amount_received, &self.currency)?,
                &payment,
                &payment,
            )
        }))
    }
}

impl Charge {
    fn payment(self, source: &SourceId, key: String) -> Result<Told, Refusal> {
        if self.captured == Some(false) {
            return Ok(Err("money that is only reserved"));
        }
        let payment = number(self.payment_intent.as_deref().unwrap_or(&self.id))?;
        let minor = self
            .amount_captured
            .filter(|captured| *captured > 0)
            .unwrap_or(self.amount);
        Ok(Ok(News {
            order: order(order_id(&self.metadata)),
            payer: strangers_text(
                self.billing_details
                    .and_then(|person| person.name)
                    .as_deref(),
            ),
            note: strangers_text(self.description.as_deref()),
            ..news(
                source,
                key,
                Kind::Payment,
                amount(minor, &self.currency)?,
                &payment,
                &payment,
            )
        }))
    }

    /// How much went back so far. It does not say by which refunds, so it has no number of its own.
    fn refund(self, source: &SourceId, key: String) -> Result<Told, Refusal> {
        let payment = number(self.payment_intent.as_deref().unwrap_or(&self.id))?;
        let total = amount(self.amount_refunded.unwrap_or(0), &self.currency)?;
        Ok(Ok(News {
            cumulative: true,
            identity: None,
            order: order(order_id(&self.metadata)),
            ..news(source, key, Kind::Refund, total, "", &payment)
        }))
    }
}

impl Session {
    fn news(self, source: &SourceId, key: String) -> Result<Told, Refusal> {
        if self.payment_status != "paid" {
            return Ok(Err("a checkout that is not paid yet"));
        }
        // A subscription's checkout has none; its first invoice's payment intent brings the news.
        let Some(payment) = self.payment_intent else {
            return Ok(Err("a checkout without a payment of its own"));
        };
        let payment = number(&payment)?;
        let amount = amount(
            self.amount_total.unwrap_or(0),
            self.currency.as_deref().unwrap_or_default(),
        )?;
        Ok(Ok(News {
            order: order(
                self.client_reference_id
                    .as_deref()
                    .or(order_id(&self.metadata)),
            ),
            payer: strangers_text(
                self.customer_details
                    .and_then(|person| person.name)
                    .as_deref(),
            ),
            ..news(source, key, Kind::Payment, amount, &payment, &payment)
        }))
    }
}

impl Refund {
    fn news(self, source: &SourceId, key: String) -> Result<Told, Refusal> {
        if self.status.as_deref() != Some("succeeded") {
            return Ok(Err("a refund that has not gone through"));
        }
        let payment = self.payment_intent.as_deref().or(self.charge.as_deref());
        let payment = number(payment.unwrap_or_default())?;
        let refund = number(&self.id)?;
        Ok(Ok(News {
            order: order(order_id(&self.metadata)),
            refund: Some(refund.clone()),
            ..news(
                source,
                key,
                Kind::Refund,
                amount(self.amount, &self.currency)?,
                &refund,
                &payment,
            )
        }))
    }
}

fn parsed<T: serde::de::DeserializeOwned>(object: serde_json::Value) -> Result<T, Refusal> {
    serde_json::from_value(object).map_err(|_| Refusal::Malformed("an event of another shape"))
}

fn order_id(metadata: &Option<Metadata>) -> Option<&str> {
    metadata.as_ref()?.order_id.as_deref()
}

fn news(
    source: &SourceId,
    key: String,
    kind: Kind,
    amount: Money,
    identity: &str,
    payment: &str,
) -> News {
    News {
        identity: Some(identity.to_owned()),
        transaction: Some(payment.to_owned()),
        ..signed_news(
            source,
            SourceKind::Stripe,
            Platform::STRIPE,
            key,
            kind,
            amount,
        )
    }
}

/// Stripe's minor units to ours: the same, but for three currencies whose decimals Stripe counts in its own way.
fn amount(minor: i64, code: &str) -> Result<Money, Refusal> {
    let currency = Currency::new(code).ok_or(Refusal::Malformed("no currency"))?;
    let theirs: u32 = match currency.code() {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let ours = currency.exponent();
    let impossible = Refusal::Malformed("the amount is not one that can be");
    let scale = 10_i64.pow(ours.abs_diff(theirs));
    let scaled = if ours >= theirs {
        minor.checked_mul(scale)
    } else {
        (minor % scale == 0).then_some(minor / scale)
    };
    positive(scaled.ok_or(impossible)?, currency)
}

fn taken() -> Reply {
    reply("text/plain; charset=utf-8", "ok")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_as_stripe_counts_them() {
        for (minor, code, ours) in [
            (1999, "usd", Some(1999)),
            (500, "jpy", Some(500)),
            (500, "ugx", Some(5)),
            (501, "ugx", None),
            (1500, "kwd", Some(1500)),
        ] {
            assert_eq!(amount(minor, code).ok().map(Money::minor), ours, "{code}");
        }
    }
}
