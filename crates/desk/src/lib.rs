//! Everything the front-desk PC does, without Tauri.
//!
//! - [`desk`]: the handle that windows and tray call; starts and stops the loops.
//! - [`api`], [`views`], [`settings`]: what pages may ask and are shown.
//! - `answers`: one method of [`Desk`] for each row of the table in [`api`].
//! - `link`: one connection to the hub: hello, resume, reconnect, acknowledge, questions.
//! - `counter`: what happens when entries arrive: the story in one function.
//! - [`ledger`]: the shop's book.
//! - `cards`: which cards are on show. `listening`: whether money's news is heard. `tray`: both in words. `shown`:
//!   the book as pages see it. `history`: filters, corrections and the check of the book, for pages.
//! - [`statements`]: the platforms' statements, for pages. [`backups`]: copies of the book. `arrivals`: files that pages give.
//! - `closing`: the day's end: who asks the book for it, and the reminder.
//! - `occasion`: what the customer is shown now. `displays`: the customer displays in use. `customer`: the customers' window. `plugged`: what is plugged in.
//! - [`announcer`], [`notice`]: the voice, and the system's own notifications.
//! - [`guess`]: what this system is set to. [`place`]: where the app's windows go.
//! - [`log`]: where the program writes what it did. [`missing`]: what this system lacks. [`system`]: what it is told and says, pure.
//! - [`terminals`]: what the settings page asks about clerks' phones.
//! - [`update`]: newer versions of this program, and when one may be installed.
//! - [`vault`]: secrets in the system's keychain. [`words`]: texts for people.

pub mod announcer;
pub mod api;
pub mod backups;
pub mod desk;
pub mod error;
pub mod exports;
pub mod guess;
pub mod ledger;
pub mod log;
pub mod missing;
pub mod notice;
pub mod place;
pub mod receipts;
pub mod screen;
pub mod settings;
pub mod statements;
pub mod system;
pub mod terminals;
pub mod update;
pub mod vault;
pub mod views;
pub mod words;

mod answers;
mod arrivals;
mod cards;
mod closing;
mod counter;
mod customer;
mod displays;
mod history;
mod link;
mod listening;
mod occasion;
mod plugged;
mod running;
mod shown;
mod tray;

#[cfg(test)]
mod testing;

pub use desk::{Desk, DeskConfig, PATIENCE, Surroundings};
pub use error::DeskError;
pub use plugged::Finders;
pub use running::Running;
pub use screen::{Screen, TrayState, TrayView};
pub use tray::{TRAY_ACTIONS, TrayChoice, tray_label};
