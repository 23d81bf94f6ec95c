//! What a closing holds: payments, cash, and who closed when. Plain data; once written it is never changed.

use super::{CurrencyTotal, DayReport, Moment, Sum};
use crate::LineId;
use domain::{BusinessDay, Currency, Kind, Platform};
use serde::{Deserialize, Serialize};

/// What was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClosingKind {
    /// The business day.
    Day,
    /// A shift: the drawer was handed over, the day goes on.
    Shift,
    /// Nothing was closed: cash or notes of an earlier closing were put right. It takes in no payments.
    Correction {
        /// The number of the closing of a day or a shift that is put right.
        of: u32,
    },
}

/// A closing. It is frozen: nothing in it changes, but for the three last fields, which are told with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Closing {
    /// Its number, without gaps from 1.
    pub number: u32,
    /// Why the number does not follow on the one before.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub gap: Option<NumberGap>,
    /// What was closed.
    pub kind: ClosingKind,
    /// The business day.
    pub day: BusinessDay,
    /// The shop's name.
    pub shop: String,
    /// The name of the front desk.
    pub terminal: String,
    /// When the drawer was opened: when the float was put in, else the first payment.
    pub opened: Option<Moment>,
    /// Who put the float in.
    pub opened_by: Option<String>,
    /// When it was closed.
    pub closed: Moment,
    /// Who closed.
    pub closed_by: String,
    /// What whoever closed wanted to be known; for a correction, why it was made.
    pub note: Option<String>,
    /// The program's version.
    pub software: String,
    /// The last row that stood in the book.
    pub through: LineId,
    /// The payments of its day that this closing takes in: since the day's last shift. In a correction: as in the
    /// closing that it puts right.
    pub report: DayReport,
    /// The day's earlier shifts, by number.
    pub shifts: Vec<u32>,
    /// At the end of a day with shifts: the whole day.
    pub whole_day: Option<Box<DayReport>>,
    /// Payments of days that were closed before, which came after: oldest first, 500 at most.
    pub late: Vec<LateLine>,
    /// How many there are.
    pub late_count: u32,
    /// Their sums.
    pub late_totals: Vec<CurrencyTotal>,
    /// Payments of earlier closings that are known differently since: oldest first, 500 at most.
    pub changes: Vec<ChangedLine>,
    /// How many there are.
    pub changes_count: u32,
    /// What that changes in the sums; counts and sums can be negative.
    pub changes_totals: Vec<CurrencyTotal>,
    /// All that this closing takes in: report, late and changes together. Over all closings that is what the book
    /// counts since the first.
    pub taken: Vec<CurrencyTotal>,
    /// Everything in the book since its start, never set back.
    pub grand_total: Vec<CurrencyTotal>,
    /// The drawer; `None`: the shop used none.
    pub cash: Option<Cash>,
    /// How it stands with the platforms' statements now, as the reconciliation tells it.
    pub statements: Option<serde_json::Value>,
    /// The corrections of this closing, by number.
    pub corrected_by: Vec<u32>,
    /// Its link in the book's chain of hashes, in hex: printed, it bears witness outside the book.
    pub head: Option<String>,
}

/// Numbers that closings had in a book that a copy replaced: they stand on paper, and are not used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NumberGap {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
    /// When the copy was put in that book's place.
    pub at: Moment,
    /// By whom.
    pub who: String,
}

/// A payment that came after its day was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LateLine {
    /// The payment.
    pub line: LineId,
    /// Its business day.
    pub day: BusinessDay,
    /// When it happened.
    pub at: Moment,
    /// When it stood in the book.
    pub received: Moment,
    /// The platform.
    pub platform: Platform,
    /// Payment or refund.
    pub kind: Kind,
    /// The day's running number.
    pub number: Option<u32>,
    /// The amount, refunds negative; `None`: not given.
    pub amount: Option<Sum>,
}

/// A payment of an earlier closing of which more is known since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangedLine {
    /// The payment.
    pub line: LineId,
    /// Its business day.
    pub day: BusinessDay,
    /// When it happened.
    pub at: Moment,
    /// The platform.
    pub platform: Platform,
    /// Payment or refund.
    pub kind: Kind,
    /// The day's running number.
    pub number: Option<u32>,
    /// The amount as it is known now, refunds negative; `None`: not given.
    pub amount: Option<Sum>,
}

/// What happened to the cash in the drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CashMoveKind {
    /// Put in before the first sale, for change.
    Float,
    /// Cash sales that the book has no payments of, by the till's own slip.
    Takings,
    /// Put in for another reason.
    PaidIn,
    /// Taken out for another reason: milk, stamps.
    PaidOut,
    /// Taken out to the safe or the bank.
    Drop,
}

/// One entry of cash put in or taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CashMove {
    /// Its row.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub id: i64,
    /// What happened.
    pub kind: CashMoveKind,
    /// How much, positive.
    pub amount: Sum,
    /// What for.
    pub reason: Option<String>,
    /// Who wrote it down.
    pub who: String,
    /// When.
    pub at: Moment,
    /// It was taken back: by whom, when. It counts for nothing.
    pub taken_back: Option<TakenBack>,
}

/// Who took an entry back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TakenBack {
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
}

/// Notes or coins of one worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Pieces {
    /// What one is worth.
    pub worth: Sum,
    /// How many.
    pub count: u32,
    /// All of them.
    pub sum: Sum,
}

/// A count of the drawer that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CashCount {
    /// By note and coin, the largest first; those of which there were none are left out.
    pub pieces: Vec<Pieces>,
    /// Counted as a sum and not by note and coin.
    pub other: Option<Sum>,
    /// All together.
    pub total: Sum,
    /// Who counted.
    pub who: String,
    /// When it was handed in.
    pub at: Moment,
    /// It was counted before the expected sum was shown.
    pub blind: bool,
}

/// The drawer at a closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Cash {
    /// The drawer's currency: the shop's.
    pub currency: Currency,
    /// What was in the drawer before the first sale.
    pub float: Sum,
    /// The float was left in the drawer at the closing before.
    pub float_carried: bool,
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
    /// Float and sales and takings, less refunds, with what was put in and without what was taken out.
    pub expected: Sum,
    /// What was counted last; `None`: nobody counted.
    pub counted: Option<Sum>,
    /// What was counted less what was expected: negative is too little.
    pub variance: Option<Sum>,
    /// Why it differs.
    pub reason: Option<String>,
    /// It was counted before the expected sum was shown.
    pub blind: bool,
    /// What stays in the drawer for the next.
    pub left: Option<Sum>,
    /// Every count that was handed in, in order; the last one holds.
    pub counts: Vec<CashCount>,
    /// Every entry, in order.
    pub moves: Vec<CashMove>,
}

/// A closing in the list of closings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClosingSummary {
    /// Its number.
    pub number: u32,
    /// What was closed.
    pub kind: ClosingKind,
    /// The business day.
    pub day: BusinessDay,
    /// When.
    pub closed: Moment,
    /// By whom.
    pub closed_by: String,
    /// What it took in.
    pub taken: Vec<CurrencyTotal>,
    /// What was counted less what was expected.
    pub variance: Option<Sum>,
    /// How many payments came late and are in it.
    pub late_count: u32,
    /// The corrections of this closing, by number.
    pub corrected_by: Vec<u32>,
    /// Its link in the book's chain of hashes, in hex.
    pub head: Option<String>,
}
