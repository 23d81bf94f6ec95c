//! How long a payment is news: pure, by the hub's clock.

use crate::Line;
use domain::Timestamp;

/// After so many milliseconds a payment is not announced one by one any more.
pub const STALE_MS: i64 = 120_000;

/// News that comes so long after the payment (a platform's repeat after an outage, a phone that was out of reach) is
/// old, however fresh its arrival: somebody may stand there who says that it is his. Wider than clocks differ.
const PAID_LONG_AGO_MS: i64 = 600_000;

/// How a payment is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// It stands in the book only: a refill.
    Silent,
    /// It came late: it shares a card and a sentence with others.
    Together,
    /// A card and a sentence of its own. What settings keep quiet, the announcer settles.
    Alone,
}

/// From when on a payment grows old: when the hub accepted it, or when it was paid if that was long before.
pub fn fresh_from(line: &Line) -> Timestamp {
    match line.paid_at {
        Some(paid) if line.accepted_at.since(paid) > PAID_LONG_AGO_MS => paid,
        _ => line.accepted_at,
    }
}

/// Whether whoever paid has surely gone.
pub fn is_long_ago(line: &Line, hub_now: Timestamp) -> bool {
    hub_now.since(fresh_from(line)) > PAID_LONG_AGO_MS
}

/// Whether a payment accepted then is too old to be announced one by one.
pub(crate) fn is_stale(accepted_at: Timestamp, hub_now: Timestamp) -> bool {
    hub_now.since(accepted_at) > STALE_MS
}

/// `hub_now` is the hub's clock, by which the payment was accepted.
pub fn loudness(line: &Line, hub_now: Timestamp) -> Loudness {
    match line.told {
        true => Loudness::Silent,
        false if hub_now.since(fresh_from(line)) > STALE_MS => Loudness::Together,
        false => Loudness::Alone,
    }
}
