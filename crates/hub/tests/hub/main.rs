//! The hub from outside: real HTTP, real WebSockets, a real database, the real binary.

mod doors;
mod faults;
mod path;
mod shop;
mod standalone;
