//! What every statement becomes, whatever file it was: rows with a kind, an amount, ids and a time.

use domain::{Currency, Money, Platform, Timestamp};
use serde::{Deserialize, Serialize};

/// The files that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// WeChat Pay's trade bill of a merchant: what was sold and refunded.
    WechatTrade,
    /// WeChat Pay's fund bill of a merchant: what moved.
    WechatFund,
    /// WeChat's export of a personal account.
    WechatPersonal,
    /// Alipay's trade statement of a merchant.
    AlipayTrade,
    /// Alipay's balance statement of a merchant.
    AlipayBalance,
    /// Alipay's export of a personal account.
    AlipayPersonal,
    /// Stripe's balance report.
    StripeBalance,
    /// Stripe's report of what is in a payout.
    StripePayout,
    /// Stripe's export of payments.
    StripePayments,
    /// PayPal's activity.
    Paypal,
    /// A bank's statement as ISO 20022 camt.053 (or 052, 054).
    Camt,
    /// A bank's statement as SWIFT MT940 (or 942).
    Mt940,
    /// A bank's statement as OFX (or QFX).
    Ofx,
    /// Any table, by a mapping that the owner made.
    Mapped,
}

/// One statement, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What kind of file it is.
    pub kind: StatementKind,
    /// Whose it is; for banks a name such as `bank`.
    pub platform: Platform,
    /// Merchant number, account or IBAN, as the file says it.
    pub account: Option<String>,
    /// From when to when it tells everything, where the file says so or its kind does.
    pub period: Option<Period>,
    /// What it tells of in that time: a file of payments alone does not say that there was no refund.
    #[serde(default)]
    pub tells: Tells,
    /// Every row that could be read, in the file's order, of whatever kind: sales, refunds, fees, withdrawals.
    pub rows: Vec<Row>,
    /// Every row that could not: shown, never skipped.
    pub unreadable: Vec<Unreadable>,
    /// What the file says of itself, and what was found.
    pub checks: Vec<Check>,
}

/// What a statement tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Tells {
    /// Everything.
    #[default]
    All,
    /// Payments only.
    Payments,
    /// Refunds only.
    Refunds,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Period {
    /// From then on …
    pub from: Timestamp,
    /// … until before then.
    pub until: Timestamp,
}

/// One row of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The line in the file, from 1 (row of the sheet, number of the entry).
    pub line: u32,
    /// The same in every file that has this row, and in no other row: overlapping statements bring a row once. Made by
    /// the file's kind from the platform's own numbers; unique within the statement.
    pub key: String,
    /// What it is. From the file's column of types, never from a sign.
    pub kind: RowKind,
    /// Whether it is done.
    pub state: RowState,
    /// The numbers that it carries.
    pub ids: Ids,
    /// What the customer paid or got back: always positive, comparable with the book's amount.
    pub amount: Money,
    /// What the platform took for it, in the same currency's minor units: positive is charged, negative given back.
    pub fee: Option<i64>,
    /// What it moved on the account after fees, with its sign, in minor units.
    pub net: Option<i64>,
    /// The currency of the account where it is another one than the amount's; fee and net are in it then.
    pub settled_in: Option<Currency>,
    /// When.
    pub when: When,
    /// When the platform says that it was settled, where that is another time.
    pub settled_at: Option<Timestamp>,
    /// The payout that it is part of, by the platform's number; for a payout its own.
    pub batch: Option<String>,
    /// Who paid or was paid, cleaned. A stranger's text.
    pub party: Option<String>,
    /// What it was for, cleaned. A stranger's text.
    pub text: Option<String>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A customer paid.
    Payment,
    /// Money went back to a customer.
    Refund,
    /// A payment was taken back before it was settled (WeChat's `REVOKED`, a bank's reversal).
    Reversal,
    /// A fee of its own, or one that was given back.
    Fee,
    /// The platform paid out to the bank, or the shop withdrew.
    Payout,
    /// A customer's bank took money back, or returned it.
    Chargeback,
    /// Anything else that moved: transfers, top-ups, adjustments.
    Other,
}

/// Whether a row is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Done.
    Done,
    /// Not yet: being processed, or booked as pending.
    Pending,
    /// It failed or was undone: no money moved.
    Failed,
    /// The file says something that nobody here knows; it is shown.
    Unknown,
}

/// The numbers that a row carries, trimmed; damaged ones (`4.2E+27`) are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ids {
    /// The shop's order number.
    pub order: Option<String>,
    /// The platform's number of the payment; on a refund, of the payment that it returns.
    pub transaction: Option<String>,
    /// The platform's number of the refund.
    pub refund: Option<String>,
    /// The shop's number of the refund.
    pub refund_order: Option<String>,
}

/// When a row happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct When {
    /// The time; where only a date is known, its start in the file's zone.
    pub at: Timestamp,
    /// How exactly it is known.
    pub precision: Precision,
}

/// How exactly a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// The date only.
    Day,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Unreadable {
    /// Its line in the file, from 1.
    pub line: u32,
    /// What stands there, cleaned and cut.
    pub text: String,
    /// What is wrong: a word for pages (`amount`, `time`, `cells`, `currency`, `type`).
    pub reason: String,
}

/// What a file says of itself, and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Check {
    /// What was checked, a word for pages. Counts: `rows`, `paid_rows`, `refunded_rows`, `in_rows`, `out_rows`,
    /// `other_rows`. Sums: `paid`, `refunded`, `fees`, `net`, `in`, `out`, `other`, `ordered` (before the shop's own
    /// discounts), `asked_back` (refunds asked for), `coupons_back`. `balance`: every row leads to the balance after
    /// it. `complete`: the file has its end. `period`: every row lies within it. `dates`: in which order day and
    /// month stand, where the file leaves it open. `encoding`: every letter could be read. `ids`: no number was damaged by a spreadsheet.
    pub what: String,
    /// As the file says it, in plain text.
    pub stated: String,
    /// As it was found.
    pub found: String,
    /// They agree.
    pub holds: bool,
}
