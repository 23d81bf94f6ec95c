//! Sums by currency: of rows, and of the day totals that the book keeps.

use super::{CurrencyTotal, Sum, rows::Row};
use crate::word;
use domain::{BusinessDay, Currency, Kind};
use rusqlite::{Connection, Params};
use std::collections::BTreeMap;

/// Sums of one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) payments: i64,
    pub(super) refunds: i64,
    pub(super) paid: i64,
    pub(super) refunded: i64,
}

impl Share {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, kind: Kind, minor: i64) {
        match kind {
            Kind::Payment => {
                self.payments += 1;
                self.paid = self.paid.saturating_add(minor);
            }
            Kind::Refund => {
                self.refunds += 1;
                self.refunded = self.refunded.saturating_add(minor);
            }
        }
    }

    pub(super) fn plus(self, other: Self, times: i64) -> Self {
        Self {
            payments: self.payments + other.payments * times,
            refunds: self.refunds + other.refunds * times,
            paid: self.paid.saturating_add(other.paid.saturating_mul(times)),
            refunded: self
                .refunded
                .saturating_add(other.refunded.saturating_mul(times)),
        }
    }
}

/// Sums by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shares(pub(super) BTreeMap<Currency, Share>);

impl Shares {
    pub(super) fn add(&mut self, row: &Row) {
        if let Some(amount) = row.amount {
            let share = self.0.entry(amount.currency()).or_default();
            share.add(row.kind, amount.minor());
        }
    }

    /// These, and so many times the others.
    pub(super) fn plus(mut self, other: &Self, times: i64) -> Self {
        for (currency, share) in &other.0 {
            let own = self.0.entry(*currency).or_default();
            *own = own.plus(*share, times);
        }
        self
    }

    /// For people: the shop's own currency first, and none that is all noughts.
    pub(super) fn shown(&self, own: Currency) -> Vec<CurrencyTotal> {
        let mut totals: Vec<_> = self
            .0
            .iter()
            .filter(|(_, share)| !share.is_nothing())
            .collect();
        totals.sort_by_key(|(currency, _)| (**currency != own, **currency));
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        let total = |(currency, share): (&Currency, &Share)| CurrencyTotal {
            currency: *currency,
            payments: count(share.payments),
            refunds: count(share.refunds),
            paid: Sum::new(share.paid, *currency),
            refunded: Sum::new(share.refunded, *currency),
            net: Sum::new(share.paid.saturating_sub(share.refunded), *currency),
        };
        totals.into_iter().map(total).collect()
    }

    /// Back from what is shown.
    pub(super) fn of_totals(totals: &[CurrencyTotal]) -> Self {
        let share = |total: &CurrencyTotal| Share {
            payments: i64::from(total.payments),
            refunds: i64::from(total.refunds),
            paid: total.paid.minor,
            refunded: total.refunded.minor,
        };
        let all = totals.iter().map(|total| (total.currency, share(total)));
        Self(all.collect())
    }

    pub(super) fn of(&self, currency: Currency) -> Share {
        self.0.get(&currency).copied().unwrap_or_default()
    }
}

/// Everything in the book up to and with that day.
pub(super) fn up_to(db: &Connection, day: BusinessDay) -> rusqlite::Result<Shares> {
    let sql = "SELECT currency, sum(payments), sum(refunds), sum(paid), sum(refunded) FROM totals WHERE day <= ?1
               GROUP BY currency";
    asked(db, sql, [word(&day)])
}

/// Of one day.
pub(super) fn of_day(db: &Connection, day: BusinessDay) -> rusqlite::Result<Shares> {
    let sql = "SELECT currency, payments, refunds, paid, refunded FROM totals WHERE day = ?1";
    asked(db, sql, [word(&day)])
}

/// Rows of a currency with its payments, refunds, paid and refunded.
pub(super) fn asked(db: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<Shares> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params, |row| {
        let share = Share {
            payments: row.get(1)?,
            refunds: row.get(2)?,
            paid: row.get(3)?,
            refunded: row.get(4)?,
        };
        Ok((Currency::new(&row.get::<_, String>(0)?), share))
    })?;
    let mut found = Shares::default();
    for row in rows {
        if let (Some(currency), share) = row? {
            found.0.insert(currency, share);
        }
    }
    Ok(found)
}
