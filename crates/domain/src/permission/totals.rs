//! The day's totals of a terminal: made of what it was told and of nothing else.

use super::{AmountSight, Permission, Told, ToldAmount};
use crate::{BusinessDay, Currency, Kind, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A day's totals for one terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TerminalTotals {
    /// The business day.
    pub day: BusinessDay,
    /// How many payments.
    pub payments: u32,
    /// How many refunds.
    pub refunds: u32,
    /// How many of both came without an amount.
    pub without_amount: u32,
    /// What came in, one for each currency; absent where the terminal does not see every amount exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub received: Option<Vec<Money>>,
    /// What went back, as positive amounts; as `received`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub refunded: Option<Vec<Money>>,
}

impl TerminalTotals {
    /// Sums what a terminal with this permission was told of one day.
    pub fn of<'a>(
        permission: &Permission,
        day: BusinessDay,
        told: impl IntoIterator<Item = &'a Told>,
    ) -> Self {
        let mut totals = Self {
            day,
            payments: 0,
            refunds: 0,
            without_amount: 0,
            received: None,
            refunded: None,
        };
        let (mut came, mut went) = (Sums::default(), Sums::default());
        for told in told
            .into_iter()
            .filter(|told| told.day == day && !told.test)
        {
            let sums = match told.kind {
                Kind::Payment => {
                    totals.payments += 1;
                    &mut came
                }
                Kind::Refund => {
                    totals.refunds += 1;
                    &mut went
                }
            };
            match told.amount {
                ToldAmount::Exact { money } => sums.add(money),
                ToldAmount::NotGiven => totals.without_amount += 1,
                ToldAmount::About { .. } | ToldAmount::Over { .. } | ToldAmount::Withheld => {}
            }
        }
        if permission.sees.amount == AmountSight::Exact {
            totals.received = Some(came.all());
            totals.refunded = Some(went.all());
        }
        totals
    }
}

#[derive(Default)]
struct Sums(BTreeMap<Currency, i128>);

impl Sums {
    fn add(&mut self, money: Money) {
        *self.0.entry(money.currency()).or_default() += i128::from(money.minor());
    }

    /// A sum beyond the largest amount is left out rather than shown wrong.
    fn all(self) -> Vec<Money> {
        let sum = |(currency, minor)| Money::new(i64::try_from(minor).ok()?, currency);
        self.0.into_iter().filter_map(sum).collect()
    }
}
