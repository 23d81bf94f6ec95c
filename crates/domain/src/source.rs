//! Where news comes from, and the secret by which it proves itself.

use crate::Secret;
use serde::{Deserialize, Serialize};

/// Every kind of source. A new platform gets its line here and a file in `sources`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// WeChat Pay API v3 notifications.
    WechatV3,
    /// WeChat Pay v2 XML notifications.
    WechatV2,
    /// Alipay asynchronous notifications.
    Alipay,
    /// Stripe webhooks.
    Stripe,
    /// UnionPay ACP / QR back notifications.
    Unionpay,
    /// The Android app SmsForwarder.
    SmsForwarder,
    /// A V免签 (vmq) monitor app.
    Vmq,
    /// Any other forwarder that posts our own documented JSON.
    Forwarder,
    /// The shop's own test payments.
    Test,
}

impl SourceKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::WechatV3,
        Self::WechatV2,
        Self::Alipay,
        Self::Stripe,
        Self::Unionpay,
        Self::SmsForwarder,
        Self::Vmq,
        Self::Forwarder,
        Self::Test,
    ];

    /// Its name in files, on the wire and in messages' keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WechatV3 => "wechat_v3",
            Self::WechatV2 => "wechat_v2",
            Self::Alipay => "alipay",
            Self::Stripe => "stripe",
            Self::Unionpay => "unionpay",
            Self::SmsForwarder => "sms_forwarder",
            Self::Vmq => "vmq",
            Self::Forwarder => "forwarder",
            Self::Test => "test",
        }
    }

    /// Whether it is a phone that forwards notices (what it says is *reported*), not a platform that signs.
    pub fn is_phone(self) -> bool {
        matches!(self, Self::SmsForwarder | Self::Vmq | Self::Forwarder)
    }

    /// After how many milliseconds without any sign it counts as silent; `None` for sources that only speak when
    /// there is money. A V免签 monitor beats every 30 to 50 s; our own forwarder format asks for 60 s. SmsForwarder
    /// has no heartbeat of its own; one that sends ours (a timed task) is held to it from its first on.
    pub fn silent_after_ms(self) -> Option<i64> {
        match self {
            Self::Vmq | Self::Forwarder | Self::SmsForwarder => Some(180_000),
            _ => None,
        }
    }

    /// Whether it is expected to beat before it was ever heard beating.
    pub fn always_beats(self) -> bool {
        matches!(self, Self::Vmq)
    }

    /// Whether its sender can only do plain HTTP, so that its door may be opened without TLS.
    pub fn needs_plain_http(self) -> bool {
        matches!(self, Self::Vmq)
    }
}

/// A source's settings and secrets. Stored encrypted; sent to a terminal only when its setup is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceConfig {
    /// WeChat Pay API v3.
    WechatV3 {
        /// Merchant number; a notification for another one is refused.
        mchid: String,
        /// App id; checked when given.
        #[serde(default)]
        appid: Option<String>,
        /// The 32-character APIv3 key.
        api_v3_key: Secret,
        /// Platform certificates and public keys, several at once, chosen by `Wechatpay-Serial`.
        platform_keys: Vec<PlatformKey>,
    },
    /// WeChat Pay v2.
    WechatV2 {
        /// Merchant number.
        mch_id: String,
        /// App id; checked when given.
        #[serde(default)]
        appid: Option<String>,
        /// The 32-character APIv2 key.
        api_v2_key: Secret,
    },
    /// Alipay, open platform of mainland China.
    Alipay {
        /// App id.
        app_id: String,
        /// Seller's user id (2088…); checked when given.
        #[serde(default)]
        seller_id: Option<String>,
        /// Alipay's public key (not the app's own): PEM or the bare base64 that the console shows.
        alipay_public_key: String,
        /// Accept the old `RSA` (SHA-1) signatures too. Off unless the account cannot do RSA2.
        #[serde(default)]
        allow_rsa1: bool,
    },
    /// Stripe.
    Stripe {
        /// The endpoint's secrets (`whsec_…`); two while one is being rolled.
        endpoint_secrets: Vec<Secret>,
        /// Take events of Stripe's test mode (`livemode: false`).
        #[serde(default)]
        test_mode: bool,
    },
    /// UnionPay ACP 5.1.0.
    Unionpay {
        /// Merchant number.
        mer_id: String,
        /// The CA certificates (root and middle, PEM) that the sender's certificate must chain to.
        ca_certificates: Vec<String>,
        /// Take UnionPay's test environment: the certificate's name and its expiry are not checked.
        #[serde(default)]
        test_mode: bool,
    },
    /// SmsForwarder.
    SmsForwarder {
        /// The secret that is entered in SmsForwarder's webhook sender.
        secret: Secret,
    },
    /// V免签.
    Vmq {
        /// The communication key.
        key: Secret,
    },
    /// Our own JSON.
    Forwarder {
        /// Sent as `Authorization: Bearer …`.
        secret: Secret,
    },
    /// The shop's own tests.
    Test {
        /// Signs the test deliveries.
        secret: Secret,
    },
}

impl SourceConfig {
    /// Which kind of source this sets up.
    pub fn kind(&self) -> SourceKind {
        match self {
            Self::WechatV3 { .. } => SourceKind::WechatV3,
            Self::WechatV2 { .. } => SourceKind::WechatV2,
            Self::Alipay { .. } => SourceKind::Alipay,
            Self::Stripe { .. } => SourceKind::Stripe,
            Self::Unionpay { .. } => SourceKind::Unionpay,
            Self::SmsForwarder { .. } => SourceKind::SmsForwarder,
            Self::Vmq { .. } => SourceKind::Vmq,
            Self::Forwarder { .. } => SourceKind::Forwarder,
            Self::Test { .. } => SourceKind::Test,
        }
    }
}

/// One key by which WeChat Pay signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PlatformKey {
    /// The certificate's serial in hex, or `PUB_KEY_ID_…`. May be empty for a certificate: its own serial is taken.
    #[serde(default)]
    pub serial: String,
    /// `-----BEGIN CERTIFICATE-----` or `-----BEGIN PUBLIC KEY-----`.
    pub pem: String,
}
