//! The shop's own test payments: the hub makes a delivery and sends it through its own door, so that a test goes the
//! whole way of a payment.

use super::{digest_of, ok, same};
use crate::{Delivery, Outcome, Reading, Refusal};
use domain::{
    Currency, Kind, Money, News, Platform, Secret, SourceId, SourceKind, Timestamp, Trust,
    payment::NewsKey,
};
use ring::hmac;
use serde::{Deserialize, Serialize};

/// How far the times of maker and reader may lie apart: both are ours.
const WINDOW_MS: i64 = 300_000;
const SIGNATURE: &str = "x-tillbell-signature";
const ID_MAX: usize = 64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    amount_minor: i64,
    currency: String,
    id: String,
    at: i64,
}

/// A test payment's body and headers. `id` makes it one payment, however often it is sent.
pub fn body_and_headers(
    secret: &Secret,
    amount: Money,
    id: &str,
    at: Timestamp,
) -> (Vec<u8>, Vec<(String, String)>) {
    let body = serde_json::json!({
        "amount_minor": amount.minor(),
        "currency": amount.currency().code(),
        "id": id,
        "at": at.millis(),
    });
    let body = body.to_string().into_bytes();
    let headers = [
        ("content-type", "application/json".to_owned()),
        (SIGNATURE, sign(secret, &body)),
    ];
    (
        body,
        headers
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
    )
}

fn sign(secret: &Secret, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hex::encode(hmac::sign(&key, body))
}

/// Reads one delivery.
pub(super) fn read(
    source: &SourceId,
    secret: &Secret,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    if delivery.method != "POST" || !matches!(delivery.path, "" | "/") {
        return Err(Refusal::WrongDoor);
    }
    let given = delivery.header(SIGNATURE).ok_or(Refusal::Signature)?;
    if secret.is_empty() || !same(given.as_bytes(), sign(secret, delivery.body).as_bytes()) {
        return Err(Refusal::Signature);
    }
    let body: Body = serde_json::from_slice(delivery.body)
        .map_err(|_| Refusal::Malformed("it is no test payment"))?;
    let at = Timestamp(body.at);
    let ahead_ms = at.since(now);
    if ahead_ms.saturating_abs() > WINDOW_MS {
        return Err(Refusal::Stale { ahead_ms });
    }
    let currency =
        Currency::new(&body.currency).ok_or(Refusal::Malformed("its currency is none"))?;
    let amount = Money::new(body.amount_minor, currency)
        .filter(|amount| amount.minor() > 0)
        .ok_or(Refusal::Malformed("its amount cannot be"))?;
    if body.id.is_empty()
        || body.id.len() > ID_MAX
        || !body.id.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(Refusal::Malformed("its number is none"));
    }
    let news = News {
        source: source.clone(),
        via: SourceKind::Test,
        key: NewsKey {
            text: format!("test:{}", digest_of(std::slice::from_ref(&body.id))),
            within_ms: None,
            exact: None,
        },
        platform: Platform::TEST,
        kind: Kind::Payment,
        trust: Trust::Confirmed,
        amount: Some(amount),
        cumulative: false,
        identity: Some(body.id),
        transaction: None,
        refund: None,
        order: None,
        payer: None,
        note: None,
        paid_at: Some(at),
        device: None,
    };
    Ok(ok(Outcome::Money(vec![news]), None))
}
