//! The shop's book beside the platforms' statements: what is on both, what is on one only, and what was said about it.

mod gather;
mod outcome;
mod payouts;
mod progress;
mod settle;
#[cfg(test)]
mod tests;

pub use gather::{COMPARED_MAX, Stamp};
pub use outcome::Reconciliation;
pub use progress::{CompareStep, Comparing};
pub use settle::REASON_MAX;

use crate::{LineId, imports::StatementId};
use domain::{BusinessDay, Kind, Money, Platform, Timestamp};
use serde::{Deserialize, Serialize};

/// Business days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Span {
    /// From this day …
    pub from: BusinessDay,
    /// … to this one.
    pub to: BusinessDay,
}

/// How book and statement differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// In the book, and on no statement although one covers its time.
    OnlyHere,
    /// On a statement, and not in the book.
    OnlyThere,
    /// On both, with another amount.
    AmountDiffers,
    /// One of them twice: its partner has a partner already.
    Duplicate,
    /// In the book; no statement covers its time yet. No difference, and not counted as one.
    Pending,
    /// They may be the same, but too far apart in time to say so.
    Suggestion,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Difference {
    /// What it is about: the same as long as it is the same difference. For settling it.
    pub subject: String,
    /// How they differ.
    pub what: What,
    /// Its business day, by the book or by the row's time.
    pub day: BusinessDay,
    /// The platform.
    pub platform: Platform,
    /// Payment or refund, where it is one of them.
    pub kind: Option<Kind>,
    /// The payment in the book.
    pub line: Option<LineId>,
    /// Only a phone had reported it.
    pub reported: bool,
    /// What the book says.
    pub here: Option<Money>,
    /// The row on the statement.
    pub row: Option<StatedRow>,
    /// What the statement says in the end: nothing, where it took the payment back.
    pub there: Option<Money>,
    /// The row that took it back.
    pub undone_by: Option<StatedRow>,
    /// When: by the book, else by the statement.
    pub at: Timestamp,
    /// The order number, else the platform's number.
    pub number: Option<String>,
    /// Who paid.
    pub party: Option<String>,
    /// For what is pending: when the platform's statement is to be had.
    pub until: Option<Timestamp>,
    /// Somebody said what it is, and it is done with.
    pub settled: Option<Settled>,
}

/// A row of a statement, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatedRow {
    /// The statement.
    pub statement: StatementId,
    /// The line in its file.
    pub line: u32,
    /// What the customer paid or got back.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// Only the date is known.
    pub date_only: bool,
    /// What it was for.
    pub text: Option<String>,
}

/// What was said about a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Settled {
    /// Why it is none.
    pub reason: String,
    /// Who said so.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// Book and statements side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Reconciled {
    /// The days.
    pub span: Span,
    /// Each platform that the book or a statement has in these days, in the order of names.
    pub platforms: Vec<PlatformResult>,
    /// Payouts, oldest first.
    pub payouts: Vec<Payout>,
    /// Differences that nobody has settled; neither what is pending nor suggestions.
    pub open: u32,
    /// Differences that somebody has settled.
    pub settled: u32,
}

/// One platform's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PlatformResult {
    /// The platform.
    pub platform: Platform,
    /// Its statements that have rows in these days.
    pub statements: Vec<StatementId>,
    /// Payments and refunds in the book, without tests.
    pub here: u32,
    /// Payments and refunds on the statements.
    pub there: u32,
    /// On both.
    pub matched: u32,
    /// Of these, payments that only a phone had reported: the statement confirms them.
    pub confirmed: u32,
    /// How many differ, and how, settled ones too.
    pub differences: Vec<Count>,
    /// Of the differences, how many nobody has settled.
    pub open: u32,
    /// What the statements sum up to, for each currency.
    pub sums: Vec<Sum>,
    /// Until then the platform's statement cannot be expected; `None`: nothing is pending.
    pub pending_until: Option<Timestamp>,
}

/// How many of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Count {
    /// How they differ.
    pub what: What,
    /// How many.
    pub count: u32,
    /// Of these, how many nobody has settled.
    pub open: u32,
    /// Of the open ones, how many payments only a phone had reported.
    pub reported: u32,
    /// What the open ones come to, for each currency: their amounts, and for differing amounts how far they lie apart.
    pub amounts: Vec<Money>,
}

/// Sums of the statements' rows in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
// Pages know another sum by the short name: the day's end has it.
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "StatedSum"))]
pub struct Sum {
    /// What customers paid.
    pub paid: Money,
    /// What they got back, positive.
    pub refunded: Money,
    /// What the platform took for it.
    pub fees: Money,
    /// What is left.
    pub net: Money,
}

/// A payout explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Payout {
    /// The platform that paid out.
    pub platform: Platform,
    /// The platform's number of it.
    pub batch: String,
    /// When.
    pub at: Timestamp,
    /// What was paid out.
    pub amount: Money,
    /// How many rows it is made of.
    pub rows: u32,
    /// Payments …
    pub payments: Money,
    /// … less refunds …
    pub refunds: Money,
    /// … less fees …
    pub fees: Money,
    /// … less what customers' banks took back …
    pub chargebacks: Money,
    /// … and anything else, with its sign.
    pub other: Money,
    /// What these do not explain; zero is what it should be.
    pub unexplained: Money,
    /// The bank's statement has it, on this day.
    pub arrived: Option<Timestamp>,
}

/// Which rows of a payout to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PayoutQuery {
    /// The days of which the payouts were shown.
    pub span: Span,
    /// The platform that paid out.
    pub platform: Platform,
    /// The platform's number of it.
    pub batch: String,
    /// So many are passed over.
    pub skip: u32,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// One row of what a payout is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PayoutRow {
    /// Its line in the statement's file.
    pub line: u32,
    /// What it is.
    pub kind: statements::RowKind,
    /// Before fees, with its sign.
    pub gross: Money,
    /// What the platform took for it, positive.
    pub fee: Money,
    /// When.
    pub at: Timestamp,
    /// The order number, else the platform's number.
    pub number: Option<String>,
    /// The payment in the book.
    pub payment: Option<LineId>,
}

/// Some of the rows of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PayoutPage {
    /// They, in the file's order.
    pub rows: Vec<PayoutRow>,
    /// How many there are.
    pub total: u32,
}

/// Which differences to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DifferenceQuery {
    /// The days.
    pub span: Span,
    /// Only of this platform.
    pub platform: Option<Platform>,
    /// Only of this sort.
    pub what: Option<What>,
    /// Settled ones too.
    pub settled: bool,
    /// So many are passed over.
    pub skip: u32,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// Some of the differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DifferencePage {
    /// They, oldest first.
    pub differences: Vec<Difference>,
    /// How many there are of what was asked for.
    pub total: u32,
}
