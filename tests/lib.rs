//! What the tests, the demo and the benchmarks share: a made-up customer who pays as the platforms do, a whole shop in
//! one process, a virtual front desk to run the real app on, and the app as somebody before the screen would use it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "test code: a panic is the report, and it talks"
)]

pub mod app;
pub mod customer;
pub mod shop;
pub mod signal;
// Pseudo-terminals are Unix's.
#[cfg(unix)]
pub mod simulated;
pub mod stage;
pub mod wait;
