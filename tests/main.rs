//! One test binary, linked once: whole paths, faults, house rules.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "test code: a panic is the report"
)]

mod faults;
mod hostile;
mod payment_path;
mod resume;
mod tidy;
