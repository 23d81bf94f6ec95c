//! The hub from outside: real HTTP, real WebSockets, a real database, the real binary.

#![allow(clippy::too_many_lines, reason = "each test is one story, told whole")]

mod change;
mod doors;
mod faults;
mod openapi;
mod path;
mod phone;
mod phone_page;
mod refused;
mod shop;
mod standalone;
mod terminals;
