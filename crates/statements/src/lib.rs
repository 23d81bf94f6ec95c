//! Statements of platforms and banks, and how they are matched with what the shop's book says. Pure: bytes, rules and
//! times are arguments, nothing is read or written.
//!
//! - [`row`]: what every statement becomes, whatever it was: [`Statement`] and its [`Row`]s.

pub mod row;

pub use row::{
    Check, Ids, Period, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells,
    Unreadable, When,
};
