//! The day's end: what came in on a day, the cash in the drawer, and closings that are numbered without gaps and never
//! changed afterwards.
//!
//! - `report`: a day by platform, collector, terminal and hour, and its open questions. `gather` counts it from `rows`, in
//!   `shares`.
//! - `closing`: what a closing holds. `close` writes one, in one transaction, with what came `late`; `shelf` reads them.
//! - `draft`: a closing that is being made. `make` changes it; `drawer` keeps the cash. `wish`: what is asked for.
//! - `audit`: whether closings are what they say, and follow one on another.
//! - `due`: which day is to be closed next, and what belongs to its closing.
//!
//! **Each payment belongs to exactly one closing.** Every closing has a day and the last row that stood in the book
//! (`through`), and neither ever goes back. A payment belongs to the first closing whose day is not before its own and
//! whose `through` is not before its row. So a payment that comes late for a closed day is in the next closing, on a list of
//! its own, and no payment can be in two or in none. What a closed payment counts for may still change (an amount that
//! is told later, a correction): the next closing takes in the difference, so that all closings together are always
//! what the book counts.

mod audit;
mod close;
mod closing;
mod denominations;
mod draft;
mod drawer;
mod due;
mod gather;
mod late;
mod make;
mod report;
mod rows;
mod shares;
mod shelf;
mod wish;

pub use audit::Restored;
pub(crate) use audit::{Audit, Wrong, restores};
pub use closing::{
    Cash, CashCount, CashMove, CashMoveKind, ChangedLine, Closing, ClosingKind, ClosingSummary,
    LateLine, NumberGap, Pieces, TakenBack,
};
pub use denominations::denominations;
pub use draft::{ClosingDraft, DraftChange, DraftStep, ExpectedCash};
pub use due::Due;
pub(crate) use due::rule_of;
pub use report::{
    CurrencyTotal, DayReport, HourTotals, Latency, Question, QuestionCount, QuestionKind,
    Questions, TotalGroup, WeekdayBefore,
};
pub use wish::{CashFigures, CloseWish, ClosingCorrection, ClosingsQuery};

use crate::{LedgerError, bounded};
use domain::{BusinessDay, Currency, DayRule, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// Who asks, and when: what everything of the day's end is done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// By this PC's clock.
    pub now: Timestamp,
    /// By the hub's clock, as far as it is known; else the same.
    pub hub: Timestamp,
    /// The hub's clock is another one than this PC's.
    pub second_clock: bool,
    /// The shop's zone and cut-over hour now.
    pub rule: DayRule,
    /// The shop's currency: the drawer's.
    pub currency: Currency,
    /// The drawer is counted before the expected sum is told.
    pub blind: bool,
    /// The shop's name.
    pub shop: String,
    /// The name of this front desk.
    pub terminal: String,
    /// The program's version.
    pub software: String,
}

impl Here {
    /// The business day now.
    pub fn today(&self) -> BusinessDay {
        self.rule.day_of(self.now)
    }
}

/// An amount as a page or a paper shows it: whole minor units, and the text for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Sum {
    /// Whole minor units; negative where money went out.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
    /// For people (`¥1,280.50`, `−¥15.00`).
    pub text: String,
}

impl Sum {
    /// So many minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        let money = bounded(minor, currency);
        Self {
            minor: money.minor(),
            currency,
            text: money.display(),
        }
    }

    /// As money.
    pub fn money(&self) -> Money {
        bounded(self.minor, self.currency)
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self::new(money.minor(), money.currency())
    }
}

/// A time as a page or a paper shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Moment {
    /// The time.
    pub at: Timestamp,
    /// What the shop's clock showed: `2026-11-22 21:04:10`.
    pub clock: String,
}

impl Moment {
    /// That time on the shop's clock.
    pub fn new(at: Timestamp, rule: &DayRule) -> Self {
        Self {
            at,
            clock: rule.clock(at),
        }
    }
}

/// Why something of the day's end was not done. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum DayEndError {
    /// The book could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It cannot be done so.
    #[error("not done: {}", .0.field())]
    Refused(Refusal),
}

impl From<rusqlite::Error> for DayEndError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<sqlite::Stopped> for DayEndError {
    fn from(stopped: sqlite::Stopped) -> Self {
        Self::Ledger(stopped.into())
    }
}

impl From<Refusal> for DayEndError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What is in the way. Pages have words for each, by [`Refusal::field`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no closing of this number.
    Unknown,
    /// Nobody is named.
    Who,
    /// An earlier day is still open: it is closed first.
    EarlierDayOpen,
    /// This day is closed already; what comes now belongs to the next.
    AlreadyClosed,
    /// This day has not begun.
    NotBegun,
    /// The PC's clock and the hub's differ by so much that nobody knows which day it is: a day closed by a wrong clock
    /// would stay closed.
    Clock,
    /// No second clock says which day it is, and the day's year was not said, or another.
    Year,
    /// Another closing came first: the number that the page shows is taken.
    Number,
    /// The cash was not counted.
    NotCounted,
    /// The blind count was not handed in.
    NotHandedIn,
    /// The blind count was handed in and stands: to count again is a step of its own.
    HandedIn,
    /// There is no count to hand in, or none to begin again.
    NothingCounted,
    /// The drawer holds more or less than expected, and no reason is given.
    Reason,
    /// The amount cannot be.
    Amount,
    /// The currency is not the one of the drawer.
    Currency,
    /// There is no note or coin of this worth.
    Denomination,
    /// There is no such entry of cash, or it is taken back already, or it is in a closing.
    Move,
    /// The text is too long.
    Text,
    /// So many entries cannot be.
    TooMany,
}

impl Refusal {
    /// Every one.
    pub const ALL: [Self; 19] = [
        Self::Unknown,
        Self::Who,
        Self::EarlierDayOpen,
        Self::AlreadyClosed,
        Self::NotBegun,
        Self::Clock,
        Self::Year,
        Self::Number,
        Self::NotCounted,
        Self::NotHandedIn,
        Self::HandedIn,
        Self::NothingCounted,
        Self::Reason,
        Self::Amount,
        Self::Currency,
        Self::Denomination,
        Self::Move,
        Self::Text,
        Self::TooMany,
    ];

    /// A short name for it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Unknown => "closing",
            Self::Who => "who",
            Self::EarlierDayOpen => "earlier_day_open",
            Self::AlreadyClosed => "already_closed",
            Self::NotBegun => "day_not_begun",
            Self::Clock => "clock",
            Self::Year => "year",
            Self::Number => "number_taken",
            Self::NotCounted => "not_counted",
            Self::NotHandedIn => "not_handed_in",
            Self::HandedIn => "handed_in",
            Self::NothingCounted => "nothing_counted",
            Self::Reason => "reason",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Denomination => "denomination",
            Self::Move => "cash_move",
            Self::Text => "text",
            Self::TooMany => "too_many",
        }
    }
}

#[cfg(test)]
mod tests;
