//! What matching is given: the book's payments, rows, rules; and how it tells of its progress.

use crate::{Period, Row, StatementKind, Tells};
use domain::{BusinessDay, Kind, Money, Platform, Timestamp, Trust};
use serde::Serialize;

/// A payment or refund as the book has it: one line that the hub recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The book's number of the line.
    pub id: i64,
    /// Payment or refund.
    pub kind: Kind,
    /// The platform.
    pub platform: Platform,
    /// The shop's order number.
    pub order: Option<String>,
    /// The platform's number; of a refund, that of the payment that it returns.
    pub transaction: Option<String>,
    /// The number of the refund itself (the platform's or the shop's), where it is known.
    pub refund: Option<String>,
    /// The amount; `None`: the news did not say.
    pub amount: Option<Money>,
    /// When the hub accepted it.
    pub at: Timestamp,
    /// When the customer paid, by the platform's clock.
    pub paid_at: Option<Timestamp>,
    /// Confirmed, or only reported by a phone.
    pub trust: Trust,
    /// A test by the shop: never matched.
    pub test: bool,
    /// Its business day.
    pub day: BusinessDay,
    /// It was announced at the front desk.
    pub announced: bool,
}

impl Heard {
    /// When it happened, as well as the book knows.
    pub fn when(&self) -> Timestamp {
        self.paid_at.unwrap_or(self.at)
    }
}

/// A row of a statement, with where it comes from. `id` and `statement` are the caller's own numbers: they name things
/// in the answer and decide nothing.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a> {
    /// The caller's number of the row.
    pub id: i64,
    /// The caller's number of the file.
    pub statement: i64,
    /// What kind of file.
    pub kind: StatementKind,
    /// Whose statement.
    pub platform: &'a Platform,
    /// The account, as the file says it.
    pub account: Option<&'a str>,
    /// The row.
    pub row: &'a Row,
}

/// A span for which a statement of a platform was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The sort of the statement: two sorts may name one account in two ways.
    pub kind: StatementKind,
    /// The platform (for banks as the statement names it).
    pub platform: Platform,
    /// The account, as the file says it; without one it counts for all of the platform.
    pub account: Option<String>,
    /// The span.
    pub period: Period,
    /// What of it the statement tells.
    pub tells: Tells,
}

/// By what rules to match.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The time now: what a platform has not released yet is pending.
    pub now: Timestamp,
    /// IANA name of the shop's zone: dates of banks are read in it.
    pub zone: String,
    /// The span that is asked for. Payments and rows beyond it are there to find partners only and appear in no list
    /// but [`Matches::aside`]; `None`: everything.
    pub span: Option<Period>,
    /// What the loaded statements cover.
    pub covered: Vec<Covered>,
    /// How far apart a payment and a row without numbers may lie.
    pub limit_ms: i64,
    /// How far apart they may lie to be suggested.
    pub suggest_ms: i64,
    /// Platforms whose payments arrive on the bank account one by one, besides those named `bank…`.
    pub direct: Vec<Platform>,
    /// The shop hears of what comes in at its bank, so that a row there without a payment is a difference. Otherwise
    /// such rows are set aside: they are rent, salaries, and payouts. A payment of the bank among those that are matched
    /// says so by itself.
    pub bank_is_heard: bool,
}

impl Rules {
    /// The usual rules: five minutes, suggestions within twelve hours.
    pub fn usual(now: Timestamp, zone: &str) -> Self {
        Self {
            now,
            zone: zone.to_owned(),
            span: None,
            covered: Vec::new(),
            limit_ms: 5 * 60_000,
            suggest_ms: 12 * 3_600_000,
            direct: ["pix", "upi", "nubank", "gpay_in", "phonepe"]
                .map(Platform::named)
                .to_vec(),
            bank_is_heard: false,
        }
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub of: u32,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Both sides are put in order.
    Sorting,
    /// By numbers.
    Numbers,
    /// By numbers in texts.
    Texts,
    /// By amount and time.
    Times,
    /// Rows that are not booked yet.
    NotBooked,
    /// Duplicates, suggestions, the rest.
    Rest,
    /// It is done.
    Done,
}

impl Step {
    pub(super) fn place(self) -> (u32, u32) {
        let done = match self {
            Self::Sorting => 0,
            Self::Numbers => 1,
            Self::Texts => 2,
            Self::Times => 3,
            Self::NotBooked => 4,
            Self::Rest => 5,
            Self::Done => 6,
        };
        (done, 6)
    }
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Go on.
    Going,
    /// Stop here.
    Stop,
}

/// The work was stopped by the one who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("matching was stopped")]
pub struct Cancelled;
