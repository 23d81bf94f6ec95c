//! What matching answers.

use crate::RowKind;
use domain::{Currency, Money, Platform, Timestamp};
use serde::{Deserialize, Serialize};

/// By what a pair was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The refund's own number.
    Refund,
    /// The shop's order number.
    Order,
    /// The platform's number.
    Transaction,
    /// A number that stands in the row's text.
    Text,
    /// Amount and time.
    Time,
    /// Amount and date, where the statement knows no more.
    Day,
}

/// A payment that is on a statement with the same amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// The payment in the book.
    pub heard: i64,
    /// The row.
    pub row: i64,
    /// By what.
    pub by: By,
    /// The front desk announced it.
    pub announced: bool,
    /// Only a phone had reported it; now a statement confirms it.
    pub confirms: bool,
    /// The book had no amount; this is the statement's.
    pub amount_learnt: Option<Money>,
    /// Milliseconds from the row's time to the payment's.
    pub apart_ms: i64,
    /// The same sale in statements of another kind (the fund bill beside the trade bill).
    pub also: Vec<i64>,
    /// A row that took it back.
    pub undone_by: Option<i64>,
}

/// A payment and a row with the same number and another amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountDiffers {
    /// The payment in the book.
    pub heard: i64,
    /// The row.
    pub row: i64,
    /// By what they belong together.
    pub by: By,
    /// The book's amount.
    pub here: Money,
    /// The statement's.
    pub there: Money,
    /// Statement less book, in minor units; `None` where the currencies differ.
    pub difference: Option<i64>,
    /// A row that took the sale back: the statement then comes to nothing.
    pub undone_by: Option<i64>,
}

/// Where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// In the book.
    Here,
    /// On the statement.
    There,
}

/// One too many on one side: it carries the number of a pair that is complete without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Which side has one too many.
    pub side: Side,
    /// The payment: the surplus one, or the one whose row comes twice.
    pub heard: i64,
    /// The row: the surplus one, or the one whose payment is in the book twice.
    pub row: i64,
}

/// A payment that should be on a statement and is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyHere {
    /// The payment.
    pub heard: i64,
    /// It was announced.
    pub announced: bool,
}

/// A row that the book knows nothing of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyThere {
    /// The row.
    pub row: i64,
    /// What it is.
    pub kind: RowKind,
    /// The same sale in statements of another kind.
    pub also: Vec<i64>,
    /// A row that took it back.
    pub undone_by: Option<i64>,
}

/// A payment whose statement is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The payment.
    pub heard: i64,
    /// What it waits for.
    pub waiting: Waiting,
}

/// What a pending payment waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Waiting {
    /// The platform has not released the statement yet.
    Release {
        /// From then on it can be had.
        until: Timestamp,
    },
    /// It can be had; no statement that covers this time has been loaded.
    Statement,
    /// It is on the statement, not booked yet.
    Booking {
        /// The row.
        #[cfg_attr(feature = "ts", ts(as = "f64"))]
        row: i64,
    },
}

/// A payment and a row that may belong together: a person decides. Both stand in the lists of the rest as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The payment.
    pub heard: i64,
    /// The row.
    pub row: i64,
    /// Milliseconds from the row's time to the payment's.
    pub apart_ms: i64,
}

/// A row that takes a sale back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversed {
    /// The row.
    pub row: i64,
    /// The row of the sale.
    pub of: i64,
    /// The payment in the book, where the sale is matched.
    pub heard: Option<i64>,
}

/// A row that is not compared with the book, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The row.
    pub row: i64,
    /// Why.
    pub why: Why,
}

/// Why a row is not compared with the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Why {
    /// It is in another file too.
    Overlap {
        /// The row that counts.
        of: i64,
    },
    /// The same sale is told by a statement of another kind.
    AlsoTold {
        /// The row that counts.
        of: i64,
    },
    /// No money moved.
    Failed,
    /// A fee, a payout, a transfer: no sale.
    NoSale,
    /// A customer's bank took money back.
    Chargeback {
        /// The payment in the book, where its number is known.
        heard: Option<i64>,
    },
    /// Not booked yet, and no payment waits for it.
    NotBooked,
    /// A platform's payout that arrived.
    PayoutArrived {
        /// The payout's own row, where its platform's statement has one.
        of: Option<i64>,
    },
    /// The shop does not hear of what comes in at its bank.
    NotHeard,
    /// Beyond the span that was asked for.
    Margin,
}

/// A payout, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The platform.
    pub platform: Platform,
    /// The platform's number of it.
    pub batch: Option<String>,
    /// Its own row, where the file has one.
    pub row: Option<i64>,
    /// When it left, or is to arrive.
    pub at: Option<Timestamp>,
    /// Its currency.
    pub currency: Currency,
    /// What it came to, as its own row says.
    pub stated: Option<i64>,
    /// Payments in it, before fees.
    pub payments: i64,
    /// Refunds and reversals in it: negative.
    pub refunds: i64,
    /// Fees in it: negative is charged.
    pub fees: i64,
    /// Chargebacks in it: negative.
    pub chargebacks: i64,
    /// Anything else in it.
    pub other: i64,
    /// Stated less the sum of the five; `None` where one of them is not known. Anything but 0 is to be asked.
    pub difference: Option<i64>,
    /// What is in it, row by row.
    pub lines: Vec<PayoutLine>,
    /// The bank's row with which it arrived.
    pub arrived: Option<i64>,
}

/// A row of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutLine {
    /// The row.
    pub row: i64,
    /// What it is.
    pub kind: RowKind,
    /// Before fees, with its sign.
    pub gross: i64,
    /// The fee; negative is charged.
    pub fee: i64,
    /// The payment in the book.
    pub heard: Option<i64>,
}

/// How many, and how much together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Tally {
    /// How many.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub count: u64,
    /// How much, in minor units.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub minor: i64,
}

/// What one platform comes to in one currency, within the span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// The platform.
    pub platform: Platform,
    /// The currency.
    pub currency: Currency,
    /// Payments in the book.
    pub payments_here: Tally,
    /// Refunds in the book.
    pub refunds_here: Tally,
    /// Payments in the book that were announced.
    pub announced: Tally,
    /// Payments on statements.
    pub payments_there: Tally,
    /// Refunds on statements.
    pub refunds_there: Tally,
    /// Payments and refunds that are matched; refunds count as negative.
    pub matched: Tally,
    /// Rows that took a sale back.
    pub reversals: Tally,
    /// Money that customers' banks took back.
    pub chargebacks: Tally,
    /// Payouts.
    pub payouts: Tally,
    /// What was charged, less what was given back.
    pub fees: i64,
    /// What is left of sales, refunds, fees, reversals and chargebacks, before payouts.
    pub net: i64,
}

/// What matching came to. Every list is sorted by time and number. Every payment that is no test and every row within
/// the span is in exactly one of `matched`, `amount_differs`, `duplicates` (its surplus side), `only_here`, `only_there`,
/// `pending`, `reversed` and `aside`. A pair stands where its payment does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matches {
    /// On both sides with the same amount.
    pub matched: Vec<Matched>,
    /// On both sides with another amount.
    pub amount_differs: Vec<AmountDiffers>,
    /// One too many.
    pub duplicates: Vec<Duplicate>,
    /// Only in the book.
    pub only_here: Vec<OnlyHere>,
    /// Only on a statement.
    pub only_there: Vec<OnlyThere>,
    /// Not to be expected yet.
    pub pending: Vec<Pending>,
    /// What may belong together.
    pub suggestions: Vec<Suggestion>,
    /// Rows that took a sale back.
    pub reversed: Vec<Reversed>,
    /// Rows that are not compared.
    pub aside: Vec<Aside>,
    /// Payouts, explained.
    pub payouts: Vec<Payout>,
    /// Per platform and currency.
    pub sums: Vec<Sums>,
}
