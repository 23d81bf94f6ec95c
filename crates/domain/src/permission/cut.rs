//! Cutting a payment down to what a terminal may know of it.

use super::{AmountSight, Permission};
use crate::wire::Shop;
use crate::{BusinessDay, Kind, Money, Payment, Platform, Timestamp, Trust};
use serde::{Deserialize, Serialize};

/// What surrounds a payment when it is cut.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// When the hub accepted it.
    pub at: Timestamp,
    /// The name of the source through which it was first heard of, where that source still exists.
    pub collector: Option<&'a str>,
    /// The shop, for its clock and currency.
    pub shop: &'a Shop,
}

/// A payment as a terminal may know it. What is withheld is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Told {
    /// When the hub accepted it.
    pub at: Timestamp,
    /// Its business day.
    pub day: BusinessDay,
    /// Which way the money went.
    pub kind: Kind,
    /// How sure we are.
    pub trust: Trust,
    /// A test by the shop itself: kept out of totals.
    pub test: bool,
    /// The day's running number; only where no payment is kept back, else a gap would tell of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub number: Option<u32>,
    /// The amount, as far as it may be known.
    pub amount: ToldAmount,
    /// The platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub platform: Option<Platform>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub payer: Option<String>,
    /// The order number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub order: Option<String>,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub note: Option<String>,
    /// The name of the source through which it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub collector: Option<String>,
}

/// An amount, as far as it may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToldAmount {
    /// This much.
    Exact {
        /// The amount.
        money: Money,
    },
    /// About this much.
    About {
        /// The rounded amount.
        money: Money,
    },
    /// More than this.
    Over {
        /// The limit.
        limit: Money,
    },
    /// There is an amount, and nothing of it may be known: one in another currency than the shop's, where only amounts
    /// up to a limit are shown.
    Withheld,
    /// The news did not say how much.
    NotGiven,
}

impl Permission {
    /// What the terminal may know of a payment; `None`: not even that it exists.
    pub fn cut(&self, payment: &Payment, seen: Seen<'_>) -> Option<Told> {
        let news = &payment.news;
        if !self.lets_through(payment, seen) {
            return None;
        }
        let sees = &self.sees;
        let text = |shown: bool, text: &Option<String>| text.clone().filter(|_| shown);
        Some(Told {
            at: seen.at,
            day: payment.day,
            kind: news.kind,
            trust: news.trust,
            test: payment.test,
            number: payment.number.filter(|_| self.which.is_everything()),
            amount: self.amount(payment.amount, seen.shop),
            platform: sees.platform.then(|| news.platform.clone()),
            payer: text(sees.payer, &news.payer),
            order: text(sees.order, &news.order),
            note: text(sees.note, &news.note),
            collector: seen.collector.filter(|_| sees.collector).map(str::to_owned),
        })
    }

    fn lets_through(&self, payment: &Payment, seen: Seen<'_>) -> bool {
        let which = &self.which;
        let platform = &payment.news.platform;
        let in_range = || {
            let of_the_shop = |money: &Money| money.currency() == seen.shop.currency;
            let Some(money) = payment.amount.filter(of_the_shop) else {
                return false;
            };
            which.from.is_none_or(|from| money.minor() >= from)
                && which.to.is_none_or(|to| money.minor() <= to)
        };
        let in_hours = || {
            let (day, minute) = seen.shop.day_rule.weekday_and_minute(seen.at);
            which.hours.iter().any(|hours| hours.contain(day, minute))
        };
        which
            .platforms
            .as_ref()
            .is_none_or(|all| all.contains(platform))
            && self.knows_source(&payment.news.source)
            && ((which.from.is_none() && which.to.is_none()) || in_range())
            && (which.hours.is_empty() || in_hours())
    }

    fn amount(&self, amount: Option<Money>, shop: &Shop) -> ToldAmount {
        let Some(money) = amount else {
            return ToldAmount::NotGiven;
        };
        match self.sees.amount {
            AmountSight::Exact => ToldAmount::Exact { money },
            AmountSight::Rounded { to } => ToldAmount::About {
                money: rounded(money, to),
            },
            AmountSight::HiddenAbove { .. } if money.currency() != shop.currency => {
                ToldAmount::Withheld
            }
            AmountSight::HiddenAbove { limit } if money.minor() > limit => {
                Money::new(limit, money.currency())
                    .map_or(ToldAmount::Withheld, |limit| ToldAmount::Over { limit })
            }
            AmountSight::HiddenAbove { .. } => ToldAmount::Exact { money },
        }
    }
}

/// To the nearest multiple, upwards from half; at least one multiple.
fn rounded(money: Money, to: i64) -> Money {
    let to = to.clamp(1, Money::MAX_MINOR);
    let times = (money.minor().saturating_add(to / 2) / to).max(1);
    let near = |times: i64| Money::new(times.saturating_mul(to), money.currency());
    // Beyond the largest amount there is the multiple below; `to` itself is always an amount.
    near(times)
        .or_else(|| near((times - 1).max(1)))
        .unwrap_or_else(|| Money::zero(money.currency()))
}
