//! What is paired so far, and pairing by amount and time.

use super::{
    By, Heard, RowRef, Rules, Suggestion,
    cover::Cover,
    entries::{BANK, Classes, Rows},
    groups::{Numbers, groups, meet},
    line,
};
use crate::{Precision, RowKind, RowState};
use domain::{Currency, Kind, Timestamp};
use jiff::{Span, civil::Date, tz::TimeZone};

/// Which rows take part: those that are done, then those that the bank has not booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Booked,
    Pending,
}

/// What became of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeardIs {
    Free,
    Paired {
        row: usize,
        by: By,
    },
    /// A pair is complete without it: that of this row.
    Surplus {
        row: usize,
    },
    /// A refund that the statement tells as a reversal of the sale: its place among the reversals.
    Reversal {
        at: usize,
    },
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowIs {
    Free,
    Paired {
        heard: usize,
    },
    /// A pair is complete without it: that of this payment.
    Surplus {
        heard: usize,
    },
    /// It is a platform's payout that arrived, with the payout's own row.
    Payout {
        of: Option<i64>,
    },
}

/// Both sides in order, and what is paired. Places (`usize`) are places in these lists.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) rules: &'a Rules,
    pub(super) zone: TimeZone,
    pub(super) heard: Vec<(&'a Heard, u16)>,
    pub(super) heard_is: Vec<HeardIs>,
    pub(super) rows: Rows<'a>,
    pub(super) row_is: Vec<RowIs>,
    pub(super) cover: Cover,
    pub(super) bank_is_heard: bool,
}

impl<'a> Work<'a> {
    pub(super) fn new(heard: &'a [Heard], rows: &[RowRef<'a>], rules: &'a Rules) -> Self {
        let mut classes = Classes::new(rules);
        let mut sorted: Vec<(&'a Heard, u16)> = heard
            .iter()
            .filter(|h| !h.test)
            .map(|h| (h, classes.of(&h.platform)))
            .collect();
        sorted.sort_by_key(|(h, _)| (h.when(), h.id));
        let rows = Rows::sort(rows, &mut classes);
        Self {
            rules,
            zone: TimeZone::get(&rules.zone).unwrap_or(TimeZone::UTC),
            heard_is: vec![HeardIs::Free; sorted.len()],
            cover: Cover::of(rules, &mut classes),
            bank_is_heard: rules.bank_is_heard || sorted.iter().any(|(_, class)| *class == BANK),
            heard: sorted,
            row_is: vec![RowIs::Free; rows.sales.len()],
            rows,
        }
    }

    pub(super) fn pair(&mut self, heard: usize, row: usize, by: By) {
        self.heard_is[heard] = HeardIs::Paired { row, by };
        self.row_is[row] = RowIs::Paired { heard };
    }

    pub(super) fn free_heard(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.heard.len()).filter(|h| self.heard_is[*h] == HeardIs::Free)
    }

    pub(super) fn free_rows(&self, phase: Phase) -> impl Iterator<Item = usize> + '_ {
        (0..self.row_is.len())
            .filter(move |r| self.row_is[*r] == RowIs::Free && self.phase_of(*r) == phase)
    }

    /// The payment that a row is paired with.
    pub(super) fn partner(&self, row: usize) -> Option<&'a Heard> {
        match self.row_is[row] {
            RowIs::Paired { heard } => Some(self.heard[heard].0),
            _ => None,
        }
    }

    /// Whether a time is within what is asked for.
    pub(super) fn in_span(&self, at: Timestamp) -> bool {
        self.rules
            .span
            .is_none_or(|span| span.from <= at && at < span.until)
    }

    /// A refund that is being processed is as good as done: the file is never written again.
    pub(super) fn phase_of(&self, row: usize) -> Phase {
        let row = self.rows.sales[row].told.row;
        if row.state == RowState::Pending && row.kind != RowKind::Refund {
            Phase::Pending
        } else {
            Phase::Booked
        }
    }

    /// The date at the shop.
    pub(super) fn date(&self, at: Timestamp) -> Date {
        jiff::Timestamp::from_millisecond(at.millis())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(self.zone.clone())
            .date()
    }

    /// Pairs what is left by kind and amount, close in time.
    pub(super) fn by_amount_and_time(&mut self, phase: Phase) {
        let heard = groups(
            self.free_heard()
                .filter_map(|h| Some((self.sum_of_heard(h)?, h))),
        );
        let rows = groups(self.free_rows(phase).map(|r| (self.sum_of_row(r), r)));
        let mut found = Vec::new();
        for (hs, rs) in meet(&heard, &rows) {
            let limit = self.rules.limit_ms;
            self.among(hs, rs, |hs, rs| {
                let (days, exact) = self.by_precision(rs);
                let mut pairs = self.near(hs, &exact, limit);
                let left: Vec<usize> = without(hs, &pairs);
                pairs.extend(self.same_day(&left, &days, |date| date));
                pairs
            })
            .into_iter()
            .for_each(|pair| found.push(pair));
        }
        for (h, r) in found {
            let dated = self.rows.sales[r].told.row.when.precision == Precision::Day;
            self.pair(h, r, if dated { By::Day } else { By::Time });
        }
    }

    /// What may belong together among what is left: farther apart, on the next banking day, or with an amount that the
    /// news did not say. Each payment and row at most once.
    pub(super) fn suggestions(&self) -> Vec<Suggestion> {
        let heard = groups(
            self.free_heard()
                .filter_map(|h| Some((self.sum_of_heard(h)?, h))),
        );
        let rows = groups(
            self.free_rows(Phase::Booked)
                .map(|r| (self.sum_of_row(r), r)),
        );
        let mut found = Vec::new();
        for (hs, rs) in meet(&heard, &rows) {
            found.extend(self.among(hs, rs, |hs, rs| {
                let (days, exact) = self.by_precision(rs);
                let mut pairs = self.near(hs, &exact, self.rules.suggest_ms);
                let left = without(hs, &pairs);
                pairs.extend(self.same_day(&left, &days, next_banking_day));
                pairs
            }));
        }
        let mut taken = vec![false; self.row_is.len()];
        found.iter().for_each(|(_, r)| taken[*r] = true);
        let unsaid = self
            .free_heard()
            .filter(|h| self.heard[*h].0.amount.is_none());
        let heard =
            groups(unsaid.map(|h| ((self.heard[h].1, self.heard[h].0.kind == Kind::Refund), h)));
        let open = self.free_rows(Phase::Booked).filter(|r| !taken[*r]);
        let rows = groups(open.map(|r| ((self.rows.sales[r].class, self.is_refund(r)), r)));
        for (hs, rs) in meet(&heard, &rows) {
            found.extend(self.among(hs, rs, |hs, rs| {
                let (_, exact) = self.by_precision(rs);
                self.near(hs, &exact, self.rules.limit_ms)
            }));
        }
        found.sort_unstable();
        let told = |(h, r): (usize, usize)| Suggestion {
            heard: self.heard[h].0.id,
            row: self.rows.sales[r].told.id,
            apart_ms: self.apart(h, r),
        };
        found.into_iter().map(told).collect()
    }

    /// Milliseconds from the row's time to the payment's.
    pub(super) fn apart(&self, heard: usize, row: usize) -> i64 {
        let at = self.rows.sales[row].told.row.when.at;
        self.heard[heard].0.when().since(at)
    }

    fn is_refund(&self, row: usize) -> bool {
        self.rows.sales[row].told.row.kind == RowKind::Refund
    }

    fn sum_of_heard(&self, h: usize) -> Option<Sum> {
        let (heard, class) = self.heard[h];
        let amount = heard.amount?;
        Some((
            class,
            heard.kind == Kind::Refund,
            amount.currency(),
            amount.minor(),
        ))
    }

    fn sum_of_row(&self, r: usize) -> Sum {
        let amount = self.rows.sales[r].told.row.amount;
        (
            self.rows.sales[r].class,
            self.is_refund(r),
            amount.currency(),
            amount.minor(),
        )
    }

    /// Pairs within one group, where not both sides have numbers that could be compared: if they could, they were, and
    /// they differ. All together where nothing can be compared, else by the kinds of numbers that they have.
    fn among(
        &self,
        hs: &[usize],
        rs: &[usize],
        pair: impl Fn(&[usize], &[usize]) -> Vec<(usize, usize)>,
    ) -> Vec<(usize, usize)> {
        let of_heard = |h: usize| {
            let heard = self.heard[h].0;
            Numbers::of(heard.order.as_deref(), heard.transaction.as_deref())
        };
        let of_row = |r: usize| {
            let entry = &self.rows.sales[r];
            let ids = &entry.told.row.ids;
            // What a bank calls a reference is the payer's or its own, not a number to compare.
            match entry.class {
                BANK => Numbers::default(),
                _ => Numbers::of(ids.order.as_deref(), ids.transaction.as_deref()),
            }
        };
        let kinds = |mut all: Vec<Numbers>| {
            all.sort_unstable();
            all.dedup();
            all
        };
        let hs_have = kinds(hs.iter().map(|h| of_heard(*h)).collect());
        let rs_have = kinds(rs.iter().map(|r| of_row(*r)).collect());
        let any = |h: &Numbers| rs_have.iter().any(|r| h.can_be_compared(*r));
        if !hs_have.iter().any(any) {
            return pair(hs, rs);
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut left = rs.to_vec();
        for have in hs_have {
            let hs: Vec<usize> = hs
                .iter()
                .copied()
                .filter(|h| of_heard(*h) == have)
                .collect();
            let fit = |r: &usize| !have.can_be_compared(of_row(*r));
            let fitting: Vec<usize> = left.iter().copied().filter(fit).collect();
            let pairs = pair(&hs, &fitting);
            let mut taken: Vec<usize> = pairs.iter().map(|(_, r)| *r).collect();
            taken.sort_unstable();
            left.retain(|r| taken.binary_search(r).is_err());
            found.extend(pairs);
        }
        found
    }

    /// Rows of which only the date is known, and the others.
    fn by_precision(&self, rs: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let dated = |r: &usize| self.rows.sales[*r].told.row.when.precision == Precision::Day;
        rs.iter().copied().partition(dated)
    }

    fn near(&self, hs: &[usize], rs: &[usize], limit: i64) -> Vec<(usize, usize)> {
        let times: Vec<i64> = hs
            .iter()
            .map(|h| self.heard[*h].0.when().millis())
            .collect();
        let rows = rs
            .iter()
            .map(|r| self.rows.sales[*r].told.row.when.at.millis());
        let rows: Vec<i64> = rows.collect();
        let pairs = line::pair(&times, &rows, limit);
        pairs.into_iter().map(|(i, j)| (hs[i], rs[j])).collect()
    }

    /// Pairs each payment with a row of its date, as `moved`; the first with the first.
    fn same_day(
        &self,
        hs: &[usize],
        rs: &[usize],
        moved: impl Fn(Date) -> Date,
    ) -> Vec<(usize, usize)> {
        if rs.is_empty() {
            return Vec::new();
        }
        let date_of_row = |r: usize| self.date(self.rows.sales[r].told.row.when.at);
        let heard = groups(
            hs.iter()
                .map(|h| (moved(self.date(self.heard[*h].0.when())), *h)),
        );
        let rows = groups(rs.iter().map(|r| (date_of_row(*r), *r)));
        meet(&heard, &rows)
            .flat_map(|(hs, rs)| hs.iter().copied().zip(rs.iter().copied()))
            .collect()
    }
}

/// Platform, whether a refund, and the amount.
type Sum = (u16, bool, Currency, i64);

/// The next day on which banks book.
pub(super) fn next_banking_day(date: Date) -> Date {
    let ahead = match date.weekday().to_monday_one_offset() {
        5 => 3,
        6 => 2,
        _ => 1,
    };
    date.checked_add(Span::new().days(ahead)).unwrap_or(date)
}

/// Payments that are in no pair.
fn without(hs: &[usize], pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut taken: Vec<usize> = pairs.iter().map(|(h, _)| *h).collect();
    taken.sort_unstable();
    let free = |h: &usize| taken.binary_search(h).is_err();
    hs.iter().copied().filter(free).collect()
}
