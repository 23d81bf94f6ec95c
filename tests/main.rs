//! One test binary, linked once: whole paths, faults, house rules.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "test code: a panic is the report, and a story is told in one piece"
)]

// A disk that is full, a clock that is moved, a call of the system that fails: each is a trick of Linux.
#[cfg(target_os = "linux")]
mod faults;
mod hostile;
mod payment_path;
mod refused;
mod resume;
mod tidy;
