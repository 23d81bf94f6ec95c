//! WeChat Pay API v3: RSA over timestamp, nonce and raw body; the notice itself is encrypted inside.

use super::{
    ignored, money, number, optional_number, order, positive, reply, signed_news, strangers_text,
};
use crate::signature::{
    AesGcm, Digest, RsaKey, fresh, parse_certificate, pem_blocks, signed_seconds,
};
use crate::{Delivery, Reading, Refusal, Reply};
use domain::source::PlatformKey;
use domain::{Currency, Kind, News, Platform, Secret, SourceId, SourceKind, Timestamp};
use serde::Deserialize;

/// What WeChat starts its deliberately wrong signatures with.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// One account.
pub(crate) struct WechatV3 {
    mchid: String,
    appid: Option<String>,
    cipher: Option<AesGcm>,
    keys: Vec<NamedKey>,
    keys_given: usize,
}

/// Certificates and public keys are both held while WeChat moves an account from the one to the other: it then signs
/// some notices with each.
struct NamedKey {
    serials: Vec<String>,
    key: RsaKey,
}

impl NamedKey {
    fn new(given: &PlatformKey) -> Option<Self> {
        let mut serials = vec![normal_serial(&given.serial)];
        let block = pem_blocks(&given.pem)?.into_iter().next();
        if let Some(block) = block.filter(|block| block.label == "CERTIFICATE") {
            serials.push(normal_serial(&hex::encode(
                parse_certificate(&block.der)?.raw_serial(),
            )));
        }
        serials.retain(|serial| !serial.is_empty());
        let key = RsaKey::from_text(&given.pem)?;
        (!serials.is_empty()).then_some(Self { serials, key })
    }
}

/// Every serial under which a key is known, the certificate's own last; none when it cannot be read.
pub(crate) fn serials(given: &PlatformKey) -> Vec<String> {
    NamedKey::new(given)
        .map(|key| key.serials)
        .unwrap_or_default()
}

/// Certificates' serials are hex in either case, with or without leading zeros; public keys' ids are exact
/// (`PUB_KEY_ID_…`, which is no hex).
fn normal_serial(serial: &str) -> String {
    let serial = serial.trim();
    if serial.bytes().all(|b| b.is_ascii_hexdigit()) {
        return serial.trim_start_matches('0').to_ascii_uppercase();
    }
    serial.to_owned()
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    event_type: String,
    resource: Option<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    algorithm: String,
    ciphertext: String,
    associated_data: Option<String>,
    nonce: String,
}

/// The payment and the refund object in one: their fields do not contradict each other.
#[derive(Deserialize)]
struct Notice {
    mchid: Option<String>,
    sp_mchid: Option<String>,
    sub_mchid: Option<String>,
    appid: Option<String>,
    sp_appid: Option<String>,
    sub_appid: Option<String>,
    out_trade_no: Option<String>,
    transaction_id: Option<String>,
    trade_state: Option<String>,
    attach: Option<String>,
    refund_id: Option<String>,
    refund_status: Option<String>,
    success_time: Option<String>,
    amount: Amount,
}

#[derive(Deserialize)]
struct Amount {
    total: i64,
    refund: Option<i64>,
    currency: Option<String>,
}

impl WechatV3 {
    pub(crate) fn new(
        mchid: &str,
        appid: Option<&str>,
        api_v3_key: &Secret,
        keys: &[PlatformKey],
    ) -> Self {
        Self {
            mchid: mchid.trim().to_owned(),
            appid: appid
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            cipher: AesGcm::new(api_v3_key.expose().trim().as_bytes()),
            keys: keys.iter().filter_map(NamedKey::new).collect(),
            keys_given: keys.len(),
        }
    }

    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        if self.mchid.is_empty() {
            return Some("mchid");
        }
        if self.cipher.is_none() {
            return Some("api_v3_key");
        }
        (self.keys.is_empty() || self.keys.len() < self.keys_given).then_some("platform_keys")
    }

    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Reading, Refusal> {
        let clock_ahead_ms = self.verify(delivery, now)?;
        let envelope: Envelope = serde_json::from_slice(delivery.body)
            .map_err(|_| Refusal::Malformed("no notification of WeChat Pay"))?;
        let reading = match envelope.event_type.as_str() {
            "TRANSACTION.SUCCESS" => self.payment(source, &envelope)?,
            "REFUND.SUCCESS" => self.refund(source, &envelope)?,
            "REFUND.ABNORMAL" | "REFUND.CLOSED" => {
                ignored("a refund that did not go through", taken())
            }
            _ => ignored("another kind of event", taken()),
        };
        Ok(Reading {
            clock_ahead_ms: Some(clock_ahead_ms),
            ..reading
        })
    }

    fn verify(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<i64, Refusal> {
        let header = |name| {
            delivery
                .header(name)
                .filter(|value| !value.is_empty())
                .ok_or(Refusal::Signature)
        };
        let signature = header("wechatpay-signature")?;
        if signature.starts_with(PROBE) {
            return Err(Refusal::SignatureProbe);
        }
        let (timestamp, nonce) = (header("wechatpay-timestamp")?, header("wechatpay-nonce")?);
        let serial = normal_serial(header("wechatpay-serial")?);
        let signed_at = signed_seconds(timestamp)?;
        let kind_given = delivery
            .headers
            .iter()
            .any(|(name, _)| name == "wechatpay-signature-type");
        if kind_given
            && delivery.header("wechatpay-signature-type") != Some("WECHATPAY2-SHA256-RSA2048")
        {
            return Err(Refusal::Unsupported("this signature type"));
        }
        let key = self
            .keys
            .iter()
            .find(|k| k.serials.contains(&serial))
            .ok_or(Refusal::UnknownKey)?;
        let mut message =
            Vec::with_capacity(timestamp.len() + nonce.len() + delivery.body.len() + 3);
        for line in [timestamp.as_bytes(), nonce.as_bytes(), delivery.body] {
            message.extend_from_slice(line);
            message.push(b'\n');
        }
        key.key.verify(Digest::Sha256, &message, signature)?;
        fresh(signed_at, now)
    }

    fn open(&self, envelope: &Envelope) -> Result<Notice, Refusal> {
        let resource = envelope
            .resource
            .as_ref()
            .ok_or(Refusal::Malformed("a notification without content"))?;
        if resource.algorithm != "AEAD_AES_256_GCM" {
            return Err(Refusal::Unsupported("this cipher"));
        }
        let cipher = self.cipher.as_ref().ok_or(Refusal::Decrypt)?;
        let associated = resource.associated_data.as_deref().unwrap_or_default();
        let plain = cipher.open(&resource.nonce, associated, &resource.ciphertext)?;
        let notice: Notice = serde_json::from_slice(&plain)
            .map_err(|_| Refusal::Malformed("no payment or refund of WeChat Pay"))?;
        self.check_merchant(&notice)?;
        Ok(notice)
    }

    fn check_merchant(&self, notice: &Notice) -> Result<(), Refusal> {
        let merchants = [&notice.mchid, &notice.sp_mchid, &notice.sub_mchid];
        let apps = [&notice.appid, &notice.sp_appid, &notice.sub_appid];
        let is_ours = |ids: &[&Option<String>; 3], ours: &str| {
            ids.iter().any(|id| id.as_deref() == Some(ours))
        };
        let ours = !self.mchid.is_empty() && is_ours(&merchants, &self.mchid);
        // Refunds name no app.
        let app_ours = match &self.appid {
            Some(app) if notice.refund_id.is_none() => is_ours(&apps, app),
            _ => true,
        };
        if ours && app_ours {
            Ok(())
        } else {
            Err(Refusal::WrongMerchant)
        }
    }

    fn payment(&self, source: &SourceId, envelope: &Envelope) -> Result<Reading, Refusal> {
        let notice = self.open(envelope)?;
        if notice.trade_state.as_deref() != Some("SUCCESS") {
            return Ok(ignored("a payment that did not go through", taken()));
        }
        let news = notice.news(source, envelope, Kind::Payment, notice.amount.total)?;
        let identity = match &news.transaction {
            Some(transaction) => transaction.clone(),
            None => news.key.text.clone(),
        };
        Ok(money(
            News {
                identity: Some(identity),
                note: strangers_text(notice.attach.as_deref()),
                ..news
            },
            taken(),
        ))
    }

    fn refund(&self, source: &SourceId, envelope: &Envelope) -> Result<Reading, Refusal> {
        let notice = self.open(envelope)?;
        if notice.refund_status.as_deref() != Some("SUCCESS") {
            return Ok(ignored("a refund that did not go through", taken()));
        }
        let refunded = notice
            .amount
            .refund
            .ok_or(Refusal::Malformed("a refund without its amount"))?;
        let news = notice.news(source, envelope, Kind::Refund, refunded)?;
        let refund = notice
            .refund_id
            .as_deref()
            .ok_or(Refusal::Malformed("a refund without its number"))?;
        Ok(money(
            News {
                identity: Some(number(refund)?),
                refund: Some(number(refund)?),
                ..news
            },
            taken(),
        ))
    }
}

impl Notice {
    fn news(
        &self,
        source: &SourceId,
        envelope: &Envelope,
        kind: Kind,
        minor: i64,
    ) -> Result<News, Refusal> {
        let currency = self
            .amount
            .currency
            .as_deref()
            .map_or(Some(Currency::CNY), Currency::new);
        let amount = positive(minor, currency.ok_or(Refusal::Malformed("no currency"))?)?;
        let key = number(&envelope.id)?;
        Ok(News {
            transaction: optional_number(self.transaction_id.as_deref())?,
            order: order(self.out_trade_no.as_deref()),
            paid_at: self
                .success_time
                .as_deref()
                .and_then(Timestamp::parse_rfc3339),
            ..signed_news(
                source,
                SourceKind::WechatV3,
                Platform::WECHAT,
                key,
                kind,
                amount,
            )
        })
    }
}

/// 200 without a body would do; the old form of it is harmless and older documents ask for it.
fn taken() -> Reply {
    reply("application/json", r#"{"code":"SUCCESS","message":"成功"}"#)
}
