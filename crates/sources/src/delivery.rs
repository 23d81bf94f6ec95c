//! What comes to a door, and what may come of it.

use domain::{News, SourceKind, Unread};
use std::borrow::Cow;

/// The largest body that any source may send: the largest real one seen is below 20 KiB.
pub const BODY_MAX: usize = 64 * 1024;

/// One HTTP request as it came, before anybody believed a byte of it.
#[derive(Debug, Clone)]
pub struct Delivery<'a> {
    /// `GET` or `POST` (upper case).
    pub method: &'a str,
    /// What followed the door in the path (`/appPush`), or empty.
    pub path: &'a str,
    /// The raw query, without `?`.
    pub query: &'a str,
    /// Header names in lower case with their values; values that are no visible ASCII are left out.
    pub headers: &'a [(String, String)],
    /// The raw body, at most [`BODY_MAX`].
    pub body: &'a [u8],
}

impl Delivery<'_> {
    /// A header's value by its lower-case name; `None` when it is absent *or comes twice*, since a repeated
    /// security header is an attack on whoever reads the other one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.as_str());
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// Whether it wears a signature as this kind of source sends one, whoever made it: what tells a delivery that was
    /// meant for the door from what a scanner or a browser leaves there.
    pub fn wears_signature(&self, kind: SourceKind) -> bool {
        let given = |name: &str| self.header(name).is_some_and(|value| !value.is_empty());
        let written = |what: &[u8]| {
            [self.body, self.query.as_bytes()]
                .iter()
                .any(|text| text.windows(what.len()).any(|part| part == what))
        };
        match kind {
            SourceKind::WechatV3 => given("wechatpay-signature") && given("wechatpay-serial"),
            SourceKind::Stripe => given("stripe-signature"),
            SourceKind::Forwarder => given("authorization"),
            SourceKind::WechatV2 => written(b"<sign>") || written(b"<req_info>"),
            SourceKind::Unionpay => written(b"signature="),
            SourceKind::Alipay | SourceKind::SmsForwarder | SourceKind::Vmq => written(b"sign"),
            SourceKind::Test => false,
        }
    }
}

/// A genuine delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What it says.
    pub outcome: Outcome,
    /// What the sender expects to hear, once the outcome is stored.
    pub reply: Reply,
    /// The sender's clock less ours, in milliseconds, where the delivery tells.
    pub clock_ahead_ms: Option<i64>,
}

/// What a genuine delivery says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// News of money, usually one.
    Money(Vec<News>),
    /// A notice for the owner to judge.
    NotUnderstood(Unread),
    /// The source is there.
    Heartbeat,
    /// Known not to be money coming in or going back to a customer (an advert, money out, another kind of event):
    /// acknowledged, not stored. The text says which, for logs and `try`.
    Ignored(&'static str),
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Content type; empty for no body.
    pub content_type: &'static str,
    /// Body.
    pub body: Cow<'static, str>,
}

/// Why a delivery is not believed. Its code is shown to the owner and counted; never more than that to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// No signature, or one that is not its own.
    #[error("the signature is wrong")]
    Signature,
    /// WeChat's probe with a deliberately wrong signature: refused like one, without alarm.
    #[error("a signature probe, as WeChat sends them")]
    SignatureProbe,
    /// Signed with a key that this source does not have.
    #[error("it is signed with a key that is not entered here")]
    UnknownKey,
    /// Signed by the right key, but too long ago, or ahead of our clock.
    #[error("it is too old, or the clocks differ")]
    Stale {
        /// The sender's clock less ours, in milliseconds.
        ahead_ms: i64,
    },
    /// Genuine, but could not be decrypted: the API key entered is not the account's.
    #[error("it cannot be decrypted with the key that is entered here")]
    Decrypt,
    /// Genuine, but for another merchant or app.
    #[error("it is for another merchant")]
    WrongMerchant,
    /// A scheme that is not supported (another signature type or cipher).
    #[error("it uses a scheme that is not supported: {0}")]
    Unsupported(&'static str),
    /// Genuine perhaps, but not of the form that the platform documents.
    #[error("it is malformed: {0}")]
    Malformed(&'static str),
    /// The method or path is not one of this door.
    #[error("the door does not take this method or path")]
    WrongDoor,
    /// Test-mode news on a live account.
    #[error("it is a test-mode event and this source is live")]
    TestMode,
}

impl Refusal {
    /// A short stable code: what logs, counters, pages and `try` show.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::SignatureProbe => "signature_probe",
            Self::UnknownKey => "unknown_key",
            Self::Stale { .. } => "stale",
            Self::Decrypt => "decrypt",
            Self::WrongMerchant => "wrong_merchant",
            Self::Unsupported(_) => "unsupported",
            Self::Malformed(_) => "malformed",
            Self::WrongDoor => "wrong_door",
            Self::TestMode => "test_mode",
        }
    }
}

/// Why the hub itself must say no although nothing is wrong with the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Refused, see [`Refusal`].
    Refused(Refusal),
    /// The hub could not store it: the platform must send it again.
    NotStored,
}

/// The answer to a delivery that is not taken, in the form that this platform documents for "not taken, send again"
/// (or "wrong", for a refusal). Says nothing that helps to forge the next one.
///
/// Every platform takes a status that is not 200 for "send again"; those with words of their own get them too.
pub fn failure_reply(kind: SourceKind, failure: Failure) -> Reply {
    let status = match failure {
        Failure::NotStored => 503,
        Failure::Refused(Refusal::WrongDoor) => 404,
        Failure::Refused(Refusal::Malformed(_) | Refusal::Unsupported(_)) => 400,
        Failure::Refused(Refusal::WrongMerchant | Refusal::TestMode) => 403,
        Failure::Refused(_) => 401,
    };
    let (content_type, body) = match kind {
        SourceKind::WechatV3 => ("application/json", r#"{"code":"FAIL","message":"失败"}"#),
        SourceKind::WechatV2 => (
            "text/xml; charset=utf-8",
            "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>",
        ),
        SourceKind::Vmq => ("application/json", crate::forwarder::vmq_failure(failure)),
        SourceKind::Alipay
        | SourceKind::Stripe
        | SourceKind::Unionpay
        | SourceKind::SmsForwarder
        | SourceKind::Forwarder
        | SourceKind::Test => ("text/plain; charset=utf-8", "fail"),
    };
    Reply {
        status,
        content_type,
        body: Cow::Borrowed(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scanner_leaves_wears_no_signature() {
        let headers = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            all.iter().map(own).collect()
        };
        let v3 = headers(&[
            ("wechatpay-signature", "AAAA"),
            ("wechatpay-serial", "5157F0"),
        ]);
        let half = headers(&[("wechatpay-signature", "AAAA")]);
        let empty = headers(&[("stripe-signature", "")]);
        let none = headers(&[("user-agent", "a browser"), ("accept", "*/*")]);
        let stripe = headers(&[("stripe-signature", "t=1,v1=00")]);
        let bearer = headers(&[("authorization", "Bearer x")]);
        for (kind, headers, query, body, wears) in [
            (SourceKind::WechatV3, &v3, "", "{}", true),
            (SourceKind::WechatV3, &half, "", "{}", false),
            (SourceKind::WechatV3, &none, "sign=1", "signature=1", false),
            (SourceKind::Stripe, &stripe, "", "", true),
            (SourceKind::Stripe, &empty, "", "{}", false),
            (SourceKind::Forwarder, &bearer, "", "", true),
            (SourceKind::Forwarder, &none, "", "{}", false),
            (
                SourceKind::WechatV2,
                &none,
                "",
                "<xml><sign>00</sign></xml>",
                true,
            ),
            (
                SourceKind::WechatV2,
                &none,
                "",
                "<xml><a>sign</a></xml>",
                false,
            ),
            (SourceKind::Alipay, &none, "", "a=1&sign=x", true),
            (SourceKind::Alipay, &none, "", "garbage", false),
            (SourceKind::Unionpay, &none, "", "a=1&signature=x", true),
            (
                SourceKind::SmsForwarder,
                &none,
                "timestamp=1&sign=x",
                "",
                true,
            ),
            (SourceKind::SmsForwarder, &none, "", "", false),
            (SourceKind::Test, &v3, "sign=x", "sign=x", false),
        ] {
            let delivery = Delivery {
                method: "POST",
                path: "",
                query,
                headers,
                body: body.as_bytes(),
            };
            assert_eq!(
                delivery.wears_signature(kind),
                wears,
                "{kind:?} {query} {body}"
            );
        }
    }
}
