//! What we are told about money ([`News`]) and what the shop makes of it ([`Payment`]).

use crate::{BusinessDay, Money, SourceId, SourceKind, Timestamp};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Money came in.
    Payment,
    /// Money went back. Its amount is positive; it is shown and summed as negative.
    Refund,
}

/// How we know. Ordered: confirmed is more than reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// A phone forwarded a notice: its text alone proves nothing.
    Reported,
    /// The platform signed it, or told us when we asked its API.
    Confirmed,
}

/// The payment platform, by a short lower-case name (`wechat`, `alipay`, `bank_cn` …). Pages look up
/// `platform.<name>` for its text and colour and show the name itself where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String")]
pub struct Platform(Cow<'static, str>);

impl Platform {
    /// WeChat Pay.
    pub const WECHAT: Self = Self::named("wechat");
    /// Alipay.
    pub const ALIPAY: Self = Self::named("alipay");
    /// UnionPay.
    pub const UNIONPAY: Self = Self::named("unionpay");
    /// Stripe.
    pub const STRIPE: Self = Self::named("stripe");
    /// The shop's own test payments.
    pub const TEST: Self = Self::named("test");

    /// A platform that the program knows by name.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// From text: 1 to 32 lower-case letters, digits or `_`; `None` for anything else.
    pub fn new(name: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        ((1..=32).contains(&name.len()) && name.bytes().all(plain))
            .then(|| Self(Cow::Owned(name.to_owned())))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Platform {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name).ok_or("a platform's name is 1 to 32 lower-case letters, digits or '_'")
    }
}

/// How a repeat of the very same news is recognised, per source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NewsKey {
    /// The platform's own number of the message, or a digest of what the forwarder sent.
    pub text: String,
    /// `None`: the same key is the same news for ever. `Some(ms)`: only when it comes again within so many
    /// milliseconds, for notices that carry nothing to tell two equal sales apart.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub within_ms: Option<i64>,
    /// A mark of this very delivery (the phone's millisecond and its words), for forwarders that can tell: whoever
    /// sends the same delivery again, however late, has sent nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
}

/// One piece of news about money, as a source told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct News {
    /// The source it came from.
    pub source: SourceId,
    /// What kind of source that is; a payment is joined at most once per kind.
    pub via: SourceKind,
    /// How a repeat is recognised.
    pub key: NewsKey,
    /// Which platform moved the money.
    pub platform: Platform,
    /// Payment or refund.
    pub kind: Kind,
    /// Signed by the platform, or only a notice.
    pub trust: Trust,
    /// The amount, always positive; `None` when the news said that money came but not how much.
    pub amount: Option<Money>,
    /// The amount is the *total* refunded so far for `transaction`, not this refund alone.
    #[serde(default)]
    pub cumulative: bool,
    /// The platform's own number of this payment or refund: two news with the same platform, kind and identity are
    /// news of the same payment. `None` for notices, which carry no number.
    pub identity: Option<String>,
    /// The platform's number of the payment; for a refund, of the payment that it returns.
    pub transaction: Option<String>,
    /// The number of a refund itself, as the platform's statements have it: the platform's own where it gives one, else
    /// the shop's. `None` for payments, and where the news does not say which refund it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<String>,
    /// The shop's own order number.
    pub order: Option<String>,
    /// Who paid, as the platform shows it. A stranger's text: cleaned and cut by the source, shown as text only.
    pub payer: Option<String>,
    /// A note or description. A stranger's text, as `payer`.
    pub note: Option<String>,
    /// When the customer paid, by the platform's (or phone's) clock.
    pub paid_at: Option<Timestamp>,
    /// The phone that forwarded it, by the name that it gives itself.
    pub device: Option<String>,
}

/// One payment or refund, numbered in its shop's day. Made from the first news of it; later news joins it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Payment {
    /// The business day it belongs to, fixed when it was accepted: a later change of the rule does not move it.
    pub day: BusinessDay,
    /// The day's running number, from 1; refunds and test payments have none. It is spoken and stands on the card:
    /// a recording played by a cheat cannot know the next one.
    pub number: Option<u32>,
    /// What came in or went back, in the payment's own right (a cumulative refund less the earlier ones).
    pub amount: Option<Money>,
    /// A test by the shop itself: announced, kept out of every total.
    pub test: bool,
    /// The first news of it.
    pub news: News,
}

/// How many characters of a stranger's text are kept.
pub const STRANGER_TEXT_MAX: usize = 200;

/// Whether a character is not seen but changes what is: control, bidirectional control, zero width.
pub fn is_hidden(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}')
}

/// Makes a stranger's text (payer, note, title) safe to store, show and speak: control and bidirectional-control
/// and zero-width characters are dropped, white space is folded, at most [`STRANGER_TEXT_MAX`] characters kept.
/// `None` when nothing is left.
pub fn clean_text(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    let folded = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().take(STRANGER_TEXT_MAX).collect();
    (!cut.is_empty()).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_text_is_cleaned() {
        for (raw, clean) in [
            ("李*芳", Some("李*芳")),
            ("\u{202e}05.21¥ diap", Some("05.21¥ diap")),
            ("a\u{200b}b\u{0007}\n\t c", Some("ab c")),
            ("👩‍👧 family", Some("👩👧 family")),
            ("  \u{feff} ", None),
        ] {
            assert_eq!(clean_text(raw).as_deref(), clean, "{raw:?}");
        }
        assert_eq!(
            clean_text(&"长".repeat(1000)).map(|t| t.chars().count()),
            Some(STRANGER_TEXT_MAX)
        );
    }

    #[test]
    fn platforms_are_short_plain_names() {
        assert_eq!(Platform::new("wechat"), Some(Platform::WECHAT));
        for bad in ["", "WeChat", "a b", "微信", &"a".repeat(33)] {
            assert_eq!(Platform::new(bad), None, "{bad:?}");
        }
    }
}
