//! WeChat Pay API v3: encrypted and signed notifications.

use super::{Letter, Sale, beijing, keys};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Secret, SourceConfig, Timestamp, source::PlatformKey};
use ring::aead;
use serde_json::{Value, json};

/// A merchant account at WeChat Pay.
#[derive(Debug, Clone)]
pub struct WechatV3 {
    mchid: String,
    api_v3_key: String,
}

impl Default for WechatV3 {
    fn default() -> Self {
        Self {
            mchid: "1900000109".to_owned(),
            api_v3_key: "Zk3vTq81LmWx0pRb5HsYcN7dUeJ2fGa9".to_owned(),
        }
    }
}

impl WechatV3 {
    /// What the owner enters for this account.
    pub fn config(&self) -> SourceConfig {
        SourceConfig::WechatV3 {
            mchid: self.mchid.clone(),
            appid: Some("wxd678efh567hg6787".to_owned()),
            api_v3_key: Secret::new(&*self.api_v3_key),
            platform_keys: vec![PlatformKey {
                serial: String::new(),
                pem: keys::CERTIFICATE.to_owned(),
            }],
        }
    }

    /// The customer paid: `TRANSACTION.SUCCESS`.
    pub fn payment(&self, sale: &Sale, now: Timestamp) -> Letter {
        let resource = json!({
            "mchid": self.mchid, "appid": "wxd678efh567hg6787", "out_trade_no": sale.order(),
            "transaction_id": transaction(sale), "trade_type": "NATIVE", "trade_state": "SUCCESS",
            "trade_state_desc": "支付成功", "bank_type": "OTHERS", "attach": "counter-1",
            "success_time": rfc3339(sale.paid_at), "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
            "amount": {"total": sale.minor, "payer_total": sale.minor, "currency": "CNY", "payer_currency": "CNY"},
        });
        self.letter(
            sale.number * 2,
            "TRANSACTION.SUCCESS",
            "transaction",
            "支付成功",
            &resource,
            now,
        )
    }

    /// The shop gave some of it back: `REFUND.SUCCESS`.
    pub fn refund(&self, sale: &Sale, minor: i64, now: Timestamp) -> Letter {
        let resource = json!({
            "mchid": self.mchid, "out_trade_no": sale.order(), "transaction_id": transaction(sale),
            "out_refund_no": format!("RF{:018}", sale.number), "refund_id": format!("503024682026{:017}", sale.number),
            "refund_status": "SUCCESS", "success_time": rfc3339(now), "user_received_account": "支付用户零钱",
            "amount": {"total": sale.minor, "refund": minor, "payer_total": sale.minor, "payer_refund": minor},
        });
        self.letter(
            sale.number * 2 + 1,
            "REFUND.SUCCESS",
            "refund",
            "退款成功",
            &resource,
            now,
        )
    }

    fn letter(
        &self,
        id: u64,
        event: &str,
        original: &str,
        summary: &str,
        what: &Value,
        now: Timestamp,
    ) -> Letter {
        let nonce = format!("{id:012}");
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, self.api_v3_key.as_bytes()).unwrap();
        let mut sealed = what.to_string().into_bytes();
        let once = aead::Nonce::try_assume_unique_for_key(nonce.as_bytes()).unwrap();
        let aad = aead::Aad::from(original.as_bytes());
        aead::LessSafeKey::new(key)
            .seal_in_place_append_tag(once, aad, &mut sealed)
            .unwrap();
        let body = json!({
            "id": format!("5d9c1f0e-7a44-5b0e-9d53-{id:012}"), "create_time": rfc3339(now),
            "resource_type": "encrypt-resource", "event_type": event, "summary": summary,
            "resource": {
                "original_type": original, "algorithm": "AEAD_AES_256_GCM", "ciphertext": STANDARD.encode(sealed),
                "associated_data": original, "nonce": nonce,
            },
        })
        .to_string();
        signed(&body, id, now)
    }
}

/// Signs a body as WeChat does, with the time of this very delivery.
fn signed(body: &str, id: u64, now: Timestamp) -> Letter {
    let timestamp = (now.millis() / 1000).to_string();
    let nonce = format!("6eR0qQwZ3uYtLk1nVb8m{id:012}");
    let signature = keys::sign(format!("{timestamp}\n{nonce}\n{body}\n").as_bytes());
    Letter {
        method: "POST",
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("wechatpay-timestamp", timestamp),
            ("wechatpay-nonce", nonce),
            ("wechatpay-signature", signature),
            ("wechatpay-serial", keys::SERIAL.to_owned()),
            (
                "wechatpay-signature-type",
                "WECHATPAY2-SHA256-RSA2048".to_owned(),
            ),
        ],
        body: body.as_bytes().to_vec(),
        ..Letter::default()
    }
}

fn transaction(sale: &Sale) -> String {
    format!("4200002468{:018}", sale.number)
}

fn rfc3339(at: Timestamp) -> String {
    beijing(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
