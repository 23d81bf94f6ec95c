//! The relay: takes news of money in at its doors, stores it, and tells every terminal that may know.
//!
//! One delivery's way: [`http`] takes the raw request → `sources` believes or refuses it → [`writer`] stores it in a
//! group ([`accept`] decides what it is) → [`shop`] wakes the listeners → the platform gets its reply. One listener's
//! way: [`relay`], a single loop; a clerk's phone: [`terminals`], the same loop with every payment cut to its permission. Around them: [`asks`] and [`change`] answer terminals, [`lan`] opens the doors to the
//! network, [`serve()`] holds it together, [`limits`] bounds everything.

mod accept;
mod accounts;
mod announcing;
mod asks;
mod change;
mod config;
mod doors;
mod embedded;
mod error;
mod health;
mod http;
mod hub;
mod lan;
mod limits;
mod metrics;
mod pages;
mod peers;
mod random;
mod relay;
mod seal;
mod serve;
mod shop;
mod store;
mod terminals;
mod tls;
pub mod trial;
mod writer;

/// What one hash of a password costs, for whoever sets bounds.
pub use ::accounts::Cost;
pub use accounts::{AccountBounds, OwnerInvite};
pub use config::{DOOR_PORT, HubConfig, MasterKey};
pub use embedded::Embedded;
pub use error::HubError;
pub use hub::Hub;
pub use limits::Limits;
pub use pages::{Page, Pages};
pub use serve::serve;
/// Why a database could not be opened, for whoever tells the owner.
pub use sqlite::OpenError;
pub use terminals::Verified;

/// The hub's clock, read here and nowhere else.
pub(crate) fn now() -> domain::Timestamp {
    domain::Timestamp(jiff::Timestamp::now().as_millisecond())
}
