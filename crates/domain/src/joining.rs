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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, SourceId, Trust, payment::NewsKey};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn news(via: SourceKind, fen: Option<i64>, identity: Option<&str>) -> News {
        News {
            source: SourceId::new("source").expect("plain"),
            via,
            key: NewsKey {
                text: String::new(),
                within_ms: None,
                exact: None,
            },
            platform: Platform::WECHAT,
            kind: Kind::Payment,
            trust: if via.is_phone() {
                Trust::Reported
            } else {
                Trust::Confirmed
            },
            amount: fen.and_then(|fen| Money::new(fen, Currency::CNY)),
            cumulative: false,
            identity: identity.map(str::to_owned),
            transaction: None,
            refund: None,
            order: None,
            payer: None,
            note: None,
            paid_at: None,
            device: None,
        }
    }

    /// What a hub does with news, in the smallest form: join, or become a payment.
    fn take(book: &mut Vec<Candidate>, news: &News, at: Timestamp) -> Seq {
        if let Some(payment) = joins(news, at, book) {
            let row = book
                .iter_mut()
                .find(|c| c.payment == payment)
                .expect("a candidate");
            row.heard_from.push(news.via);
            row.identity = row.identity.take().or_else(|| news.identity.clone());
            return payment;
        }
        let payment = Seq(book.len() as u64 + 1);
        book.push(Candidate {
            payment,
            platform: news.platform.clone(),
            kind: news.kind,
            amount: news.amount,
            identity: news.identity.clone(),
            at,
            heard_from: vec![news.via],
        });
        payment
    }

    /// From which source, how much, with which number, when.
    type Told = (SourceKind, Option<i64>, Option<&'static str>, i64);

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table of cases")]
    fn the_cases_of_the_promise() {
        use SourceKind::{SmsForwarder as Phone, Vmq, WechatV3 as Hook};
        let cases: &[(&str, &[Told], &[u64])] = &[
            (
                "a notice and its webhook",
                &[
                    (Phone, Some(1250), None, 0),
                    (Hook, Some(1250), Some("a"), 900),
                ],
                &[1, 1],
            ),
            (
                "a webhook and its notice",
                &[
                    (Hook, Some(1250), Some("a"), 0),
                    (Phone, Some(1250), None, 900),
                ],
                &[1, 1],
            ),
            (
                "two notices",
                &[
                    (Phone, Some(1250), None, 0),
                    (Phone, Some(1250), None, 4000),
                ],
                &[1, 2],
            ),
            (
                "two notices, one webhook",
                &[
                    (Phone, Some(1250), None, 0),
                    (Phone, Some(1250), None, 4000),
                    (Hook, Some(1250), Some("a"), 5000),
                ],
                &[1, 2, 1],
            ),
            (
                "two webhooks",
                &[
                    (Hook, Some(1250), Some("a"), 0),
                    (Hook, Some(1250), Some("b"), 1),
                ],
                &[1, 2],
            ),
            (
                "two kinds of phone",
                &[(Phone, Some(1250), None, 0), (Vmq, Some(1250), None, 300)],
                &[1, 1],
            ),
            (
                "another amount",
                &[
                    (Phone, Some(1250), None, 0),
                    (Hook, Some(1251), Some("a"), 0),
                ],
                &[1, 2],
            ),
            (
                "too late",
                &[
                    (Phone, Some(1250), None, 0),
                    (Hook, Some(1250), Some("a"), WINDOW_MS + 1),
                ],
                &[1, 2],
            ),
            (
                "just in time",
                &[
                    (Phone, Some(1250), None, 0),
                    (Hook, Some(1250), Some("a"), WINDOW_MS),
                ],
                &[1, 1],
            ),
            (
                "earlier by its own clock",
                &[
                    (Phone, Some(1250), None, 5000),
                    (Hook, Some(1250), Some("a"), 0),
                ],
                &[1, 1],
            ),
            (
                "no amount equals nothing",
                &[(Phone, None, None, 0), (Hook, Some(1250), Some("a"), 0)],
                &[1, 2],
            ),
            (
                "not even no amount",
                &[(Phone, None, None, 0), (Vmq, None, None, 0)],
                &[1, 2],
            ),
        ];
        for (name, story, expected) in cases {
            let mut book = Vec::new();
            let got: Vec<u64> = story
                .iter()
                .map(|(via, fen, identity, at)| {
                    take(&mut book, &news(*via, *fen, *identity), Timestamp(*at)).0
                })
                .collect();
            assert_eq!(got, *expected, "{name}");
        }
    }

    proptest! {
        /// Within the window, the n-th notice of a kind belongs to the n-th payment of that amount: so there are as
        /// many payments as the busiest kind of source told of, in whatever order the news came.
        #[test]
        fn as_many_payments_as_the_busiest_source_told(
            told in prop::collection::vec((0_usize..4, 1_i64..4), 0..60),
        ) {
            let kinds = [SourceKind::SmsForwarder, SourceKind::Vmq, SourceKind::Forwarder, SourceKind::WechatV3];
            let mut book = Vec::new();
            let mut counts: BTreeMap<(i64, usize), usize> = BTreeMap::new();
            for (i, (kind, fen)) in told.iter().enumerate() {
                let identity = (*kind == 3).then(|| format!("tx{i}"));
                take(&mut book, &news(kinds[*kind], Some(*fen), identity.as_deref()), Timestamp(i as i64 * 100));
                *counts.entry((*fen, *kind)).or_default() += 1;
            }
            for fen in 1..4 {
                let busiest = (0..4).filter_map(|kind| counts.get(&(fen, kind))).max().copied().unwrap_or(0);
                let payments = book.iter().filter(|c| c.amount == Money::new(fen, Currency::CNY)).count();
                prop_assert_eq!(payments, busiest);
            }
            for row in &book {
                let mut kinds = row.heard_from.clone();
                kinds.sort();
                kinds.dedup();
                prop_assert_eq!(kinds.len(), row.heard_from.len(), "a payment is joined once per kind of source");
            }
        }

        /// Whatever the times, nothing is swallowed: every piece of news is in exactly one payment.
        #[test]
        fn nothing_is_swallowed(told in prop::collection::vec((0_usize..3, 1_i64..3, 0_i64..600_000), 0..60)) {
            let kinds = [SourceKind::SmsForwarder, SourceKind::Vmq, SourceKind::WechatV3];
            let mut book = Vec::new();
            for (i, (kind, fen, at)) in told.iter().enumerate() {
                let identity = (*kind == 2).then(|| format!("tx{i}"));
                take(&mut book, &news(kinds[*kind], Some(*fen), identity.as_deref()), Timestamp(*at));
            }
            prop_assert_eq!(book.iter().map(|c| c.heard_from.len()).sum::<usize>(), told.len());
        }
    }
}
