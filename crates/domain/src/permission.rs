//! What a terminal may do, what it may see of a payment, and which payments: the owner's words, as pure data and rules.
//!
//! The hub cuts each payment with [`Permission::cut`] before it leaves. What comes out, [`Told`], is a type of its own:
//! nothing that was withheld has a place in it.

mod cut;
mod hours;
mod totals;

pub use cut::{Seen, Told, ToldAmount};
pub use hours::{ClockTime, WeekHours};
pub use totals::TerminalTotals;

use crate::{Money, Platform, SourceId};
use serde::{Deserialize, Serialize};

/// How many platforms a permission names at most.
pub const PLATFORMS_MAX: usize = 16;
/// How many sources a permission names at most.
pub const SOURCES_MAX: usize = 32;
/// How many spans of the week a permission names at most: two a day.
pub const HOURS_MAX: usize = 14;

/// What one terminal is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// What it may do.
    pub may: May,
    /// What it may see of a payment.
    pub sees: Sees,
    /// Which payments it knows of at all.
    pub which: Which,
}

/// What a terminal may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct May {
    /// Announce payments as they come; be told of them even where it may not look at the day.
    pub hear: bool,
    /// How far back it may look.
    pub history: HistoryReach,
    /// See the day's totals of what it is told.
    pub totals: bool,
}

/// How far back a terminal may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HistoryReach {
    /// Only what comes from now on.
    None,
    /// The business day of now.
    Today,
    /// Everything.
    All,
}

/// What a terminal may see of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Sees {
    /// The amount, or how much of it.
    pub amount: AmountSight,
    /// Who paid.
    pub payer: bool,
    /// The order number.
    pub order: bool,
    /// The platform.
    pub platform: bool,
    /// The note.
    pub note: bool,
    /// The name of the source through which it came (a code, a colleague's phone).
    pub collector: bool,
}

/// How much of an amount a terminal sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AmountSight {
    /// All of it.
    Exact,
    /// To the nearest whole multiple, never to zero.
    Rounded {
        /// The multiple, in minor units.
        #[cfg_attr(feature = "ts", ts(as = "f64"))]
        to: i64,
    },
    /// Exact up to a limit; above it only that it is more.
    HiddenAbove {
        /// The limit, in minor units of the shop's currency.
        #[cfg_attr(feature = "ts", ts(as = "f64"))]
        limit: i64,
    },
}

/// Which payments a terminal knows of. Refunds as payments; of the others it is never told that they exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Of these platforms; `None`: of all.
    pub platforms: Option<Vec<Platform>>,
    /// First heard of through these sources; `None`: through any.
    pub sources: Option<Vec<SourceId>>,
    /// From this amount on, in minor units of the shop's currency. What has no amount, or one in another currency, is
    /// outside any range.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub from: Option<i64>,
    /// Up to this amount, itself included.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub to: Option<i64>,
    /// Accepted within these hours by the shop's clock; empty: always.
    pub hours: Vec<WeekHours>,
}

impl Which {
    /// All payments.
    pub const EVERYTHING: Self = Self {
        platforms: None,
        sources: None,
        from: None,
        to: None,
        hours: Vec::new(),
    };

    /// Whether nothing is kept back.
    pub fn is_everything(&self) -> bool {
        *self == Self::EVERYTHING
    }
}

/// The permissions that an owner knows from WeChat Pay's merchants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
// Kinds of printers have this name among the pages' types.
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "TerminalPreset"))]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// 店员: hears, sees today and amounts.
    Clerk,
    /// 高级店员: totals and order numbers too.
    SeniorClerk,
    /// 店长: everything.
    Manager,
}

impl Preset {
    /// Every preset, the least first.
    pub const ALL: [Self; 3] = [Self::Clerk, Self::SeniorClerk, Self::Manager];

    /// What it stands for.
    pub fn permission(self) -> Permission {
        let manager = self == Self::Manager;
        let senior = manager || self == Self::SeniorClerk;
        Permission {
            may: May {
                hear: true,
                history: if manager {
                    HistoryReach::All
                } else {
                    HistoryReach::Today
                },
                totals: senior,
            },
            sees: Sees {
                amount: AmountSight::Exact,
                payer: manager,
                order: senior,
                platform: true,
                note: manager,
                collector: manager,
            },
            which: Which::EVERYTHING,
        }
    }

    /// The preset that is exactly this, if one is.
    pub fn of(permission: &Permission) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.permission() == *permission)
    }
}

impl Permission {
    /// The first field that cannot be used, if one cannot.
    pub fn unusable_field(&self) -> Option<&'static str> {
        let amount = |minor: i64| (0..=Money::MAX_MINOR).contains(&minor);
        let which = &self.which;
        let bounded = |count: usize, most: usize| count <= most;
        match self.sees.amount {
            AmountSight::Rounded { to } if to == 0 || !amount(to) => return Some("rounded"),
            AmountSight::HiddenAbove { limit } if !amount(limit) => return Some("hidden_above"),
            _ => {}
        }
        if !bounded(which.platforms.as_ref().map_or(0, Vec::len), PLATFORMS_MAX) {
            return Some("platforms");
        }
        if !bounded(which.sources.as_ref().map_or(0, Vec::len), SOURCES_MAX) {
            return Some("sources");
        }
        if which.from.is_some_and(|from| !amount(from)) {
            return Some("from");
        }
        let least = which.from.unwrap_or(0);
        if which.to.is_some_and(|to| !amount(to) || to < least) {
            return Some("to");
        }
        let hours = &which.hours;
        (!bounded(hours.len(), HOURS_MAX) || !hours.iter().all(WeekHours::is_usable))
            .then_some("hours")
    }

    /// Whether a source may be known to it: one through which nothing that it is told can come is not.
    pub fn knows_source(&self, source: &SourceId) -> bool {
        let sources = self.which.sources.as_ref();
        sources.is_none_or(|sources| sources.contains(source))
    }
}

#[cfg(test)]
mod tests;
