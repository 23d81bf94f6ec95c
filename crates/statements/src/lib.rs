//! Statements of platforms and banks, and how they are matched with what the shop's book says. Pure: bytes, rules and
//! times are arguments, nothing is read or written.
//!
//! - [`file::open`]: what a person dropped, unpacked within bounds.
//! - [`read::read`]: what a file is, by what stands in it, and what it says: a [`Statement`] of [`Row`]s.
//! - [`mapping`]: any other table, by a mapping that the owner makes once.
//! - [`table`], [`amount`], [`dates`]: what readers of tables share.
//! - [`matching`]: which row is which payment.

pub mod amount;
pub mod dates;
pub mod file;
pub mod mapping;
pub mod matching;
pub mod read;
pub mod row;
pub mod table;

mod alipay;
mod bank;
mod camt;
mod mt940;
mod ofx;
mod paypal;
mod preamble;
mod reading;
mod stripe;
mod wechat;

#[cfg(test)]
mod testing;

pub use row::{
    Check, Ids, Period, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells,
    Unreadable, When,
};
