//! Stripe: JSON events with a timestamped HMAC.

use super::{Letter, Sale};
use domain::{Secret, SourceConfig, Timestamp};
use serde_json::json;

/// A webhook endpoint at Stripe.
#[derive(Debug, Clone)]
pub struct Stripe {
    secret: String,
}

impl Default for Stripe {
    fn default() -> Self {
        Self {
            secret: "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH".to_owned(),
        }
    }
}

impl Stripe {
    /// What the owner enters for this endpoint.
    pub fn config(&self) -> SourceConfig {
        SourceConfig::Stripe {
            endpoint_secrets: vec![Secret::new(&*self.secret)],
            test_mode: false,
        }
    }

    /// The customer paid: `payment_intent.succeeded`. The event keeps its time when it is sent again; the signature
    /// has that of this delivery.
    pub fn payment(&self, sale: &Sale, currency: &str, now: Timestamp) -> Letter {
        let seconds = now.millis() / 1000;
        let body = json!({
            "id": format!("evt_1SHOP{:012}", sale.number), "object": "event", "api_version": "2025-03-31.basil",
            "created": sale.paid_at.millis() / 1000, "livemode": true, "pending_webhooks": 1, "type": "payment_intent.succeeded",
            "data": {"object": {
                "id": format!("pi_1SHOP{:012}", sale.number), "object": "payment_intent", "amount": sale.minor,
                "amount_received": sale.minor, "currency": currency, "created": sale.paid_at.millis() / 1000,
                "status": "succeeded", "latest_charge": format!("ch_1SHOP{:012}", sale.number),
                "metadata": {"order_id": sale.order()},
            }},
        })
        .to_string();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.secret.as_bytes());
        let mac = hex::encode(ring::hmac::sign(
            &key,
            format!("{seconds}.{body}").as_bytes(),
        ));
        Letter {
            method: "POST",
            headers: vec![
                ("content-type", "application/json; charset=utf-8".to_owned()),
                ("stripe-signature", format!("t={seconds},v1={mac}")),
            ],
            body: body.into_bytes(),
            ..Letter::default()
        }
    }
}
