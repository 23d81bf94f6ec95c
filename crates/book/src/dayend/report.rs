//! A day as it is looked at: totals, groups, open questions. Plain data; `gather` fills it.

use super::{Moment, Sum};
use crate::LineId;
use domain::{BusinessDay, Currency, DayRule, Kind, Platform};
use serde::{Deserialize, Serialize};

/// What came in on a day, or on the part of it that a closing takes in. Tests are in none of the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayReport {
    /// The business day.
    pub day: BusinessDay,
    /// The zone and the cut-over hour in force: for a closed day, those it was closed with.
    pub rule: DayRule,
    /// When the day begins …
    pub begins: Moment,
    /// … and when the next one does.
    pub ends: Moment,
    /// The day is not over yet.
    pub running: bool,
    /// The first payment or refund.
    pub first: Option<Moment>,
    /// The last one.
    pub last: Option<Moment>,
    /// Per currency, the shop's own first. Payments, refunds and net: what is asked by kind.
    pub totals: Vec<CurrencyTotal>,
    /// By platform, the largest first.
    pub platforms: Vec<TotalGroup>,
    /// By who collected, the largest first.
    pub collectors: Vec<TotalGroup>,
    /// By the terminal that recorded it, the largest first.
    pub terminals: Vec<TotalGroup>,
    /// All 24 hours of the shop's clock, from the one at which the day begins.
    pub hours: Vec<HourTotals>,
    /// The same weekday a week before; `None`: the book has nothing of it.
    pub weekday_before: Option<WeekdayBefore>,
    /// Everything in the book up to and with this day, never set back.
    pub grand_total: Vec<CurrencyTotal>,
    /// How long after the hub took them in payments were shown or spoken.
    pub latency: Option<Latency>,
    /// What somebody should look at.
    pub questions: Questions,
    /// The closings that took in something of this day, oldest first.
    pub closings: Vec<u32>,
}

/// Sums in one currency. Counts can be negative only in a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// How many payments have an amount.
    pub payments: i32,
    /// How many refunds have an amount.
    pub refunds: i32,
    /// What was paid.
    pub paid: Sum,
    /// What was refunded, positive.
    pub refunded: Sum,
    /// What was paid less what was refunded.
    pub net: Sum,
}

/// Payments that share something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TotalGroup {
    /// What they share: a platform's name, who collected, a terminal. Empty: nobody knows.
    pub key: String,
    /// Per currency, the shop's own first.
    pub totals: Vec<CurrencyTotal>,
    /// Payments and refunds whose amount was not given: in no total.
    pub without_amount: u32,
}

/// One hour of the shop's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HourTotals {
    /// 0 to 23. On the night that has an hour twice both are here.
    pub hour: u8,
    /// Per currency, the shop's own first; empty: nothing.
    pub totals: Vec<CurrencyTotal>,
}

/// The same weekday a week before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WeekdayBefore {
    /// The day.
    pub day: BusinessDay,
    /// The whole of it.
    pub totals: Vec<CurrencyTotal>,
    /// While the day is running: that day up to the same time on the shop's clock, which is what compares.
    pub so_far: Option<Vec<CurrencyTotal>>,
}

/// How long payments took from the hub to the front desk's card or voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Latency {
    /// Of so many.
    pub count: u32,
    /// Half of them took no longer, in milliseconds.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub median_ms: i64,
    /// The slowest.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub worst_ms: i64,
}

/// Why somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Only a phone reported it; the platform has never confirmed it.
    ReportedOnly,
    /// A notice that was not understood: it may be a payment that is in no total.
    NotUnderstood,
    /// The amount was not told.
    WithoutAmount,
    /// It was shown or spoken more than two minutes after it was paid.
    AnnouncedLate,
    /// It was neither shown nor spoken.
    NotAnnounced,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Question {
    /// Why.
    pub what: QuestionKind,
    /// The payment; for [`QuestionKind::NotUnderstood`] there is none.
    pub line: Option<LineId>,
    /// The notice, for [`QuestionKind::NotUnderstood`].
    pub notice: Option<LineId>,
    /// When it happened.
    pub at: Moment,
    /// The platform.
    pub platform: Option<Platform>,
    /// Payment or refund.
    pub kind: Option<Kind>,
    /// The day's running number.
    pub number: Option<u32>,
    /// The amount, refunds negative.
    pub amount: Option<Sum>,
    /// How late, in milliseconds.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub late_ms: Option<i64>,
}

/// How many there are of one kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct QuestionCount {
    /// Which.
    pub what: QuestionKind,
    /// How many.
    pub count: u32,
}

/// What somebody should look at. One payment can be in it for more than one reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Questions {
    /// How many of each kind there are; kinds without any are left out.
    pub counts: Vec<QuestionCount>,
    /// The oldest of each kind, 200 at most of each.
    pub rows: Vec<Question>,
}
