//! The hub from outside: real HTTP, real WebSockets, a real database, the real binary.

#![allow(clippy::too_many_lines, reason = "each test is one story, told whole")]

mod change;
mod doors;
mod faults;
mod path;
mod refused;
mod shop;
mod standalone;
