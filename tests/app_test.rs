//! The real app on a virtual front desk. These tests bring everything they need up by themselves and never skip;
//! `cargo xtask test` installs what they need and builds the app first.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "test code: a panic is the report"
)]

#[path = "app_test/front_desk.rs"]
mod front_desk;
