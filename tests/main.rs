//! One test binary, linked once: whole paths, faults, house rules.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "test code: a panic is the report, and a story is told in one piece"
)]

mod faults;
mod hostile;
mod payment_path;
mod refused;
mod resume;
mod tidy;
