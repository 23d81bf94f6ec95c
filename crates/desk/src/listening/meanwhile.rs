//! What came while nobody was heard: counted from when it stopped, and told when it is back. Pure.

use super::Trouble;
use crate::{
    ledger::{Line, bounded},
    shown::Clock,
    views::Meanwhile,
};
use domain::{Currency, Kind, SourceId, Timestamp};
use std::collections::BTreeMap;

/// News is under way for a while: the first payment that was refused had been made before that.
const UNDER_WAY_MS: i64 = 60_000;

/// The count of one gap: of payments whose own source was not heard when they were made. What came through another
/// meanwhile was announced as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    /// As people were told.
    since: Timestamp,
    /// By the hub's clock; `None`: it is not over.
    until: Option<Timestamp>,
    /// From when to when each trouble was there, by the hub's clock.
    stretches: BTreeMap<Trouble, (Timestamp, Option<Timestamp>)>,
    payments: u32,
    without_amount: u32,
    totals: BTreeMap<Currency, i64>,
}

impl Gap {
    /// `since` as people are told; `by_hub`: the same by the hub's clock.
    pub(super) fn begin(trouble: Trouble, since: Timestamp, by_hub: Timestamp) -> Self {
        Self {
            since,
            until: None,
            stretches: BTreeMap::from([(trouble, (by_hub, None))]),
            payments: 0,
            without_amount: 0,
            totals: BTreeMap::new(),
        }
    }

    /// A further trouble within it.
    pub(super) fn also(&mut self, trouble: Trouble, since: Timestamp, by_hub: Timestamp) {
        self.since = self.since.min(since);
        self.stretches.insert(trouble, (by_hub, None));
    }

    /// One trouble is over; others may not be.
    pub(super) fn end_of(&mut self, trouble: &Trouble, at: Timestamp) {
        if let Some((_, until)) = self.stretches.get_mut(trouble) {
            until.get_or_insert(at);
        }
    }

    /// All is well. Answers since when it was not; `None` where that was known.
    pub(super) fn end(&mut self, at: Timestamp) -> Option<Timestamp> {
        if self.is_over() {
            return None;
        }
        self.until = Some(at);
        Some(self.since)
    }

    pub(super) fn is_over(&self) -> bool {
        self.until.is_some()
    }

    /// A payment stands in the book, by news from that source. Answers whether what was told of this gap is more now:
    /// what was held back arrives after the first sign of life, and is of the gap if it was paid in it.
    pub(super) fn came(&mut self, line: &Line, source: &SourceId) -> bool {
        let paid = line.paid_at.unwrap_or(line.accepted_at);
        let first = paid.min(line.accepted_at);
        let within = |(since, until): &(Timestamp, Option<Timestamp>)| {
            paid >= since.plus_ms(-UNDER_WAY_MS) && until.is_none_or(|until| first <= until)
        };
        let mut stretches = self.stretches.iter();
        let unheard = stretches.any(|(trouble, at)| trouble.concerns(source) && within(at));
        if line.test || !unheard {
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
        let phone = SourceId::new("phone").unwrap();
        let mut gap = Gap::begin(Trouble::Hub, Timestamp(1_000), Timestamp(1_000));
        assert_eq!(gap.view(&clock), None, "before it is over nothing is told");
        assert!(!gap.came(&line(Some(1_280), 1_500, None), &phone));
        gap.end_of(&Trouble::Hub, Timestamp(9_000));
        assert_eq!(gap.end(Timestamp(9_000)), Some(Timestamp(1_000)));
        assert_eq!(gap.end(Timestamp(9_900)), None, "told once");
        // (amount, accepted, paid, counts)
        for (minor, accepted, paid, counts) in [
            (Some(1_000), 9_000, None, true),
            (Some(3_000), 9_500, Some(5_000), true),
            (None, 8_000, None, true),
            (Some(7_000), 9_001, None, false),
            (Some(7_000), 9_500, Some(9_400), false),
        ] {
            let came = gap.came(&line(minor, accepted, paid), &phone);
            assert_eq!(came, counts, "{accepted}");
        }
        let test = Line {
            test: true,
            ..line(Some(1), 2_000, None)
        };
        assert!(!gap.came(&test, &phone));
        let refund = Line {
            kind: Kind::Refund,
            ..line(Some(280), 2_000, None)
        };
        assert!(gap.came(&refund, &phone));
        let told = gap.view(&clock).unwrap();
        assert_eq!((told.payments, told.without_amount), (5, 1));
        assert_eq!(told.totals, ["¥50.00"]);
    }
    #[test]
    fn only_what_was_paid_while_its_own_source_was_not_heard_counts() {
        let [phone, alipay] = ["phone", "alipay"].map(|id| SourceId::new(id).unwrap());
        let (silent, refused) = (
            Trouble::Silent(phone.clone()),
            Trouble::Refused(alipay.clone()),
        );
        let minutes = |count: i64| count * 60_000;
        let at = |count: i64| Timestamp(minutes(count));
        let mut gap = Gap::begin(silent.clone(), at(10), at(10));
        // (source, accepted, paid, counted)
        for (source, accepted, paid, counted) in [
            (&alipay, 12, None, false),
            (&phone, 12, None, true),
            (&phone, 12, Some(8), false),
            (&phone, 12, Some(9), true),
        ] {
            let before = gap.payments;
            gap.came(
                &line(Some(100), minutes(accepted), paid.map(minutes)),
                source,
            );
            let what = format!("{source:?}, accepted {accepted}, paid {paid:?}");
            assert_eq!(gap.payments - before, u32::from(counted), "{what}");
        }
        gap.also(refused.clone(), at(15), at(15));
        gap.end_of(&silent, at(20));
        for (source, accepted, paid, counted) in [
            (&phone, 21, None, false),
            (&phone, 21, Some(19), true),
            (&alipay, 21, Some(16), true),
            (&alipay, 21, Some(13), false),
        ] {
            let before = gap.payments;
            gap.came(
                &line(Some(100), minutes(accepted), paid.map(minutes)),
                source,
            );
            let what = format!("{source:?}, accepted {accepted}, paid {paid:?}");
            assert_eq!(gap.payments - before, u32::from(counted), "{what}");
        }
        gap.end_of(&refused, at(30));
        assert_eq!(gap.end(at(30)), Some(at(10)));
        let clock = Clock::new(&DayRule::default());
        assert_eq!(gap.view(&clock).map(|told| told.payments), Some(4));
    }
}
