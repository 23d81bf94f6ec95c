//! What stands in a shop's log. An entry never changes; a later entry says what is different now.

use crate::{Money, News, Payment, Seq, SourceId, SourceKind, Timestamp, Trust};
use serde::{Deserialize, Serialize};

/// One line of a shop's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// When the hub accepted it.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Everything that can stand in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A payment or refund that nobody had heard of. Its entry's number is the payment's number for ever.
    Paid(Payment),
    /// News that raised a reported payment to confirmed.
    Confirmed(Joined),
    /// Further news of a payment that changed nothing about how sure we are.
    Attached(Joined),
    /// A notice that no pattern knows, or that imitates a payment: kept for the owner, never announced.
    NotUnderstood(Unread),
}

/// News that joined an earlier payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Joined {
    /// The payment, by the number of its `Paid` entry.
    pub payment: Seq,
    /// The news.
    pub news: News,
    /// How sure we are of the payment from now on.
    pub trust: Trust,
    /// The payment's amount from now on. It differs from before only when the platform's signed amount corrects
    /// what a notice said.
    pub amount: Option<Money>,
}

/// A notice that did not become a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Unread {
    /// The source it came from.
    pub source: SourceId,
    /// What kind of source that is.
    pub via: SourceKind,
    /// The app (Android package, or `sms:<sender>`), where the forwarder says it.
    pub app: Option<String>,
    /// The notice's title, cleaned.
    pub title: Option<String>,
    /// The notice's text, cleaned and cut.
    pub text: Option<String>,
    /// The phone.
    pub device: Option<String>,
    /// When the phone showed it, if it says so.
    pub posted_at: Option<Timestamp>,
    /// Why it is no payment.
    pub reason: UnreadReason,
}

/// Why a notice did not become a payment, for the owner to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UnreadReason {
    /// The app is one that pays out notices of money, but this wording is not in the catalogue.
    UnknownWording,
    /// No pattern for this app at all.
    UnknownApp,
    /// The words of a payment, but not from where payments are announced: a chat, a wrong app, a changed title.
    Imitation,
    /// The forwarder sent its placeholder (`[title]`, `%antext`) instead of the text: its template is not filled in.
    TemplateNotFilled,
    /// The amount is not one that can be: zero, negative, too many decimals.
    ImpossibleAmount,
}
