//! Corrections: what people in the shop put right about a payment. Each is an event with who and when, and stays for
//! good; what is wrong in one is undone by another. What a line is follows from its news and the corrections that hold.

mod add;
mod derive;
mod read;

pub(crate) use derive::{derive, known_of};
pub use read::of_day;
pub(crate) use read::touching;

use crate::LineId;
use domain::{BusinessDay, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest note, in characters.
pub const NOTE_MAX: usize = 500;
/// The longest tag and the longest name of a person, in characters.
pub const NAME_MAX: usize = 40;
/// Corrections of one payment.
pub const CORRECTIONS_MAX: u32 = 200;
/// Rows that can be one payment.
pub const JOINED_MAX: u32 = 32;

/// A correction's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct CorrectionId(pub i64);

/// A piece of news in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct NewsId(pub i64);

/// What is put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Correction {
    /// Something to remember.
    Note {
        /// It.
        text: String,
    },
    /// A word to find it by.
    Tag {
        /// It.
        tag: String,
    },
    /// It was paid in cash: it counts as cash, and nobody waits for the platform to confirm it.
    Cash,
    /// Somebody else collected it than the phone or source that told of it.
    CollectedBy {
        /// The name.
        name: String,
    },
    /// The customer got so much of it back in cash: that becomes a refund of its own, in the day in which it was made.
    RefundedInCash {
        /// So much.
        amount: Money,
    },
    /// A piece of news is a payment of its own; it becomes a row of its own in the same day. Not the first one: that
    /// is what the row is made of.
    Split {
        /// Which.
        news: NewsId,
    },
    /// Another row is the same payment: it goes into this one.
    Join {
        /// The other one.
        other: LineId,
    },
}

/// A correction as it stands in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CorrectionEvent {
    /// Its row.
    pub id: CorrectionId,
    /// The payment.
    pub line: LineId,
    /// When.
    pub at: Timestamp,
    /// In which business day.
    pub day: BusinessDay,
    /// By whom, as they named themselves.
    pub who: String,
    /// What was put right; where this undoes another, what that one said.
    pub what: Correction,
    /// This takes back that correction.
    pub undoes: Option<CorrectionId>,
    /// That one took this back: it does not hold any more.
    pub undone_by: Option<CorrectionId>,
    /// The row that came of it: the refund, or what was split off.
    pub made: Option<LineId>,
}

impl CorrectionEvent {
    /// It says something about the payment as it is now.
    pub fn holds(&self) -> bool {
        self.undoes.is_none() && self.undone_by.is_none()
    }
}

/// Why a correction was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such payment, news or correction.
    #[error("it is not in the book")]
    NotFound,
    /// A text is empty or too long.
    #[error("the text is empty or too long")]
    Text,
    /// Nobody is named.
    #[error("it must be said by whom")]
    Who,
    /// The amount is not above zero, in another currency, or more than was paid.
    #[error("the amount does not fit the payment")]
    Amount,
    /// The news is the first one, or was split off before.
    #[error("this news cannot be split off")]
    News,
    /// The two cannot be one payment: one is a refund, a test, in another currency, or the same row.
    #[error("the two cannot be one payment")]
    Other,
    /// The row belongs to another one by now, or was taken back.
    #[error("the row does not stand by itself any more")]
    Gone,
    /// More would have gone back in cash than was paid.
    #[error("more would have gone back in cash than was paid")]
    Refunds,
    /// It holds already, or was undone already.
    #[error("nothing would change")]
    Already,
    /// There are too many.
    #[error("there are too many corrections")]
    TooMany,
}

#[cfg(test)]
mod tests;
