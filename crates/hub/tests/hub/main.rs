//! The hub from outside: real HTTP, real WebSockets, a real database, the real binary.

#![allow(clippy::too_many_lines, reason = "each test is one story, told whole")]

mod account_attacks;
mod accounts;
mod announced;
mod browser;
mod change;
mod crowd;
mod damage;
mod doors;
mod faults;
mod invitations;
mod openapi;
mod path;
mod phone;
mod phone_page;
mod refused;
mod resuming;
mod roles;
mod shop;
mod standalone;
mod terminals;
mod told;
mod voice;
