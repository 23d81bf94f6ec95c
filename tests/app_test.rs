//! The real app on a virtual front desk. These tests bring everything they need up by themselves and never skip;
//! `cargo xtask test` installs what they need and builds the app first. Pictures of what they saw lie in
//! `target/app-test/`, for people to look at.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "test code: a panic is the report, and a story is told in one piece"
)]

#[path = "app_test/cards.rs"]
mod cards;
#[path = "app_test/customer.rs"]
mod customer;
#[path = "app_test/dayend.rs"]
mod dayend;
#[path = "app_test/desktop.rs"]
mod desktop;
// Pseudo-terminals and sockets of one's own are Linux's.
#[cfg(target_os = "linux")]
#[path = "app_test/devices.rs"]
mod devices;
#[path = "app_test/first_start.rs"]
mod first_start;
#[path = "app_test/front_desk.rs"]
mod front_desk;
#[path = "app_test/history.rs"]
mod history;
#[path = "app_test/million.rs"]
mod million;
// Processes are held still for a while, for which only Unix has a name.
#[cfg(unix)]
#[path = "app_test/notices.rs"]
mod notices;
// The printer is a program of its own; where its picture's code is read, it is read by zbar.
#[cfg(target_os = "linux")]
#[path = "app_test/papers.rs"]
mod papers;
#[path = "app_test/refused.rs"]
mod refused;
#[path = "app_test/rig.rs"]
mod rig;
#[path = "app_test/statements.rs"]
mod statements;
#[path = "app_test/terminals.rs"]
mod terminals;
#[path = "app_test/tray.rs"]
mod tray;
#[path = "app_test/voice.rs"]
mod voice;
