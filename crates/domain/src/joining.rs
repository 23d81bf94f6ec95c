//! "Same payment, other news": which earlier payment a piece of news belongs to.
//!
//! News with a platform's number is settled by that number, in the store. This rule is for the rest: a notice has
//! only platform, amount and time, and a webhook may come after the notice of the same payment. It is one to one:
//! a payment takes at most one piece of news from each kind of source, the oldest payment first, so two equal
//! payments stay two.

use crate::{Kind, Money, News, Platform, Seq, SourceKind, Timestamp};

/// How far apart two pieces of news of the same payment may lie.
pub const WINDOW_MS: i64 = 180_000;

/// What the rule needs to know of an earlier payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The payment.
    pub payment: Seq,
    /// Its platform.
    pub platform: Platform,
    /// Payment or refund.
    pub kind: Kind,
    /// Its amount; a payment whose amount was not given is never joined by rule, since it equals nothing.
    pub amount: Option<Money>,
    /// The platform's number of it, once known.
    pub identity: Option<String>,
    /// When it happened: the platform's time, else when the hub accepted it.
    pub at: Timestamp,
    /// The kinds of source that it has news from.
    pub heard_from: Vec<SourceKind>,
}

/// The payment that `news` joins, if any. `at` is when the news happened; `candidates` may come in any order.
///
/// Two different numbers are two payments, whatever else is equal: news with a number only joins a payment that
/// has none yet.
pub fn joins(news: &News, at: Timestamp, candidates: &[Candidate]) -> Option<Seq> {
    let amount = news.amount?;
    candidates
        .iter()
        .filter(|c| c.platform == news.platform && c.kind == news.kind && c.amount == Some(amount))
        .filter(|c| at.since(c.at).abs() <= WINDOW_MS)
        .filter(|c| !c.heard_from.contains(&news.via))
        .filter(|c| news.identity.is_none() || c.identity.is_none())
        .min_by_key(|c| (c.at, c.payment))
        .map(|c| c.payment)
}
