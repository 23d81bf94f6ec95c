//! What came while nobody was heard: counted from when it stopped, and told when it is back. Pure.

use crate::{
    ledger::{Line, bounded},
    shown::Clock,
    views::Meanwhile,
};
use domain::{Currency, Kind, Timestamp};
use std::collections::BTreeMap;

/// The count of one gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    since: Timestamp,
    /// By the hub's clock; `None`: it is not over.
    until: Option<Timestamp>,
    payments: u32,
    without_amount: u32,
    totals: BTreeMap<Currency, i64>,
}

impl Gap {
    pub(super) fn begin(since: Timestamp) -> Self {
        Self {
            since,
            until: None,
            payments: 0,
            without_amount: 0,
            totals: BTreeMap::new(),
        }
    }

    pub(super) fn end(&mut self, at: Timestamp) {
        self.until = Some(at);
    }

    /// A payment stands in the book. Answers whether what was told of this gap is more now: what was held back
    /// arrives after the first sign of life, and is of the gap if it was paid in it.
    pub(super) fn came(&mut self, line: &Line) -> bool {
        let paid = line.paid_at.unwrap_or(line.accepted_at);
        let after = self
            .until
            .is_some_and(|until| paid.min(line.accepted_at) > until);
        if line.test || after {
            return false;
        }
        self.payments = self.payments.saturating_add(1);
        match line.amount {
            Some(amount) => {
                let sign = if line.kind == Kind::Refund { -1 } else { 1 };
                let sum = self.totals.entry(amount.currency()).or_default();
                *sum = sum.saturating_add(sign * amount.minor());
            }
            None => self.without_amount = self.without_amount.saturating_add(1),
        }
        self.until.is_some()
    }

    /// For the card, once it is over.
    pub(super) fn view(&self, clock: &Clock) -> Option<Meanwhile> {
        Some(Meanwhile {
            since_clock: clock.minutes(self.since),
            until_clock: clock.minutes(self.until?),
            payments: self.payments,
            without_amount: self.without_amount,
            totals: self
                .totals
                .iter()
                .map(|(currency, minor)| bounded(*minor, *currency).display())
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use domain::DayRule;

    fn line(minor: Option<i64>, accepted: i64, paid: Option<i64>) -> Line {
        Line {
            amount: minor.and_then(|minor| domain::Money::new(minor, Currency::CNY)),
            accepted_at: Timestamp(accepted),
            paid_at: paid.map(Timestamp),
            ..testing::line(1)
        }
    }

    #[test]
    fn what_was_paid_in_the_gap_is_counted_whenever_it_comes() {
        let clock = Clock::new(&DayRule::default());
        let mut gap = Gap::begin(Timestamp(1_000));
        assert_eq!(gap.view(&clock), None, "before it is over nothing is told");
        assert!(!gap.came(&line(Some(1_280), 1_500, None)));
        gap.end(Timestamp(9_000));
        // (amount, accepted, paid, counts)
        for (minor, accepted, paid, counts) in [
            (Some(1_000), 9_000, None, true),
            (Some(3_000), 9_500, Some(5_000), true),
            (None, 8_000, None, true),
            (Some(7_000), 9_001, None, false),
            (Some(7_000), 9_500, Some(9_400), false),
        ] {
            assert_eq!(gap.came(&line(minor, accepted, paid)), counts, "{accepted}");
        }
        let test = Line {
            test: true,
            ..line(Some(1), 2_000, None)
        };
        assert!(!gap.came(&test));
        let refund = Line {
            kind: Kind::Refund,
            ..line(Some(280), 2_000, None)
        };
        assert!(gap.came(&refund));
        let told = gap.view(&clock).unwrap();
        assert_eq!((told.payments, told.without_amount), (5, 1));
        assert_eq!(told.totals, ["¥50.00"]);
    }
}
