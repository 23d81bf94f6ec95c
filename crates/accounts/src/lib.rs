//! The rules of owners' accounts. Pure: time and random bytes are arguments, so every rule can be tried with chosen ones.
//!
//! A [`Name`] and a [`Password`] let an owner in; a [`Cost`] says how dear each try is. [`totp`] and [`recovery`] are the
//! second factor, [`session`] is what a browser keeps afterwards, [`Guesses`] slows strangers down and never the
//! owner's own devices. [`device`] says in words which device that is. Storing, serving and hashing beside the async
//! threads is the hub's.

mod base32;
pub mod device;
mod guesses;
mod hash;
mod name;
mod password;
pub mod recovery;
pub mod session;
pub mod totp;

pub use guesses::{Guesser, Guesses, Kind, Pace};
pub use hash::{Cost, HashError, Verdict};
pub use name::Name;
pub use password::{Password, Unfit};
