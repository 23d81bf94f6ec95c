//! A closing that is being made: what pages see of it, and what they may change. Plain data; `drawer` keeps it.

use super::{
    CashCount, CashMove, CashMoveKind, ClosingSummary, CurrencyTotal, LateLine, Pieces, Sum,
};
use domain::{BusinessDay, Currency, Money};
use serde::{Deserialize, Serialize};

/// A closing that is being made. What is typed is kept at once; a crash loses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClosingDraft {
    /// The day that is closed.
    pub day: BusinessDay,
    /// The business day now.
    pub today: BusinessDay,
    /// That day has begun: it can be closed.
    pub begun: bool,
    /// Days before today that have payments and are open, oldest first, 60 at most: each is closed on its own, in order.
    pub forgotten: Vec<BusinessDay>,
    /// The number that the closing will have.
    pub number: u32,
    /// The closing before.
    pub last: Option<ClosingSummary>,
    /// What the closing would take in by now.
    pub takes: Vec<CurrencyTotal>,
    /// Payments of closed days that came after: the opening list. Oldest first, 500 at most.
    pub late: Vec<LateLine>,
    /// How many there are.
    pub late_count: u32,
    /// The cash is counted before the expected sum is told.
    pub blind: bool,
    /// The drawer's currency.
    pub currency: Currency,
    /// What was put in or taken out, in order.
    pub moves: Vec<CashMove>,
    /// What was in the drawer before the first sale.
    pub float: Sum,
    /// It was left in the drawer at the closing before.
    pub float_carried: bool,
    /// The float of the closing before, to be offered where none is written down yet.
    pub float_before: Option<Sum>,
    /// The notes and coins there are, the largest first, with how many were typed.
    pub pieces: Vec<Pieces>,
    /// Counted as a sum and not by note and coin.
    pub other: Option<Sum>,
    /// What is typed, together; `None`: nothing is.
    pub counted: Option<Sum>,
    /// Counts that were handed in, in order.
    pub handed_in: Vec<CashCount>,
    /// The last count was handed in and holds: nothing can be typed until somebody counts again.
    pub fixed: bool,
    /// What the drawer should hold. `None`: it is not to be known yet.
    pub expected: Option<ExpectedCash>,
    /// Why the count differs.
    pub reason: Option<String>,
    /// What whoever closes wants to be known.
    pub note: Option<String>,
    /// What stays in the drawer for the next.
    pub left: Option<Sum>,
}

/// What the drawer should hold, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExpectedCash {
    /// Payments in the book that were paid in cash.
    pub sales: Sum,
    /// Refunds in the book that were paid out in cash.
    pub refunds: Sum,
    /// Cash sales that the book has no payments of.
    pub takings: Sum,
    /// Put in for another reason.
    pub paid_in: Sum,
    /// Taken out for another reason.
    pub paid_out: Sum,
    /// Taken out to the safe or the bank.
    pub drops: Sum,
    /// The sum.
    pub total: Sum,
    /// What is counted less that; `None`: nothing is counted yet.
    pub variance: Option<Sum>,
}

/// A change of the closing that is being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DraftChange {
    /// The day that the page shows as the one to be closed.
    pub day: BusinessDay,
    /// Who does it.
    pub who: String,
    /// What.
    pub step: DraftStep,
}

/// What can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum DraftStep {
    /// So many notes or coins of this worth; `None`: not counted.
    Pieces {
        /// What one is worth.
        worth: Money,
        /// How many.
        count: Option<u32>,
    },
    /// Counted as a sum and not by note and coin; `None`: nothing so.
    Other {
        /// The sum.
        amount: Option<Money>,
    },
    /// Nothing is counted any more.
    ClearCount,
    /// The count stands. In a blind count the expected sum is told from now on.
    HandIn,
    /// The drawer is counted anew; the count that was handed in stays on record.
    CountAgain,
    /// Cash was put in or taken out.
    Move {
        /// What happened.
        kind: CashMoveKind,
        /// How much, positive.
        amount: Money,
        /// What for.
        reason: Option<String>,
    },
    /// An entry of cash was wrong.
    TakeBack {
        /// Which.
        #[cfg_attr(feature = "ts", ts(as = "f64"))]
        id: i64,
    },
    /// Why the count differs.
    Reason {
        /// Empty: none.
        text: String,
    },
    /// What whoever closes wants to be known.
    Note {
        /// Empty: none.
        text: String,
    },
    /// What stays in the drawer for the next; `None`: not said.
    Left {
        /// How much.
        amount: Option<Money>,
    },
}
