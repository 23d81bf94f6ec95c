//! Tillbell's vocabulary. Pure data and rules: no I/O, no async, no clock.
//!
//! - [`Money`](money::Money): whole minor units and a [`Currency`](currency::Currency); no float anywhere.
//! - [`News`](payment::News): one thing that somebody told us about money (a signed webhook, a phone's notice).
//! - [`Payment`](payment::Payment): what the shop was paid (or refunded), made from the first news of it.
//!   Later news of the same payment *joins* it, see [`joining`].
//! - [`Event`](event::Event) and [`Entry`](event::Entry): what stands in a shop's log, numbered without gaps.
//! - [`SourceConfig`](source::SourceConfig): a place from which news comes, and the secret that proves it.
//! - [`BusinessDay`](day::BusinessDay): the shop's day by its own zone and cut-over hour.
//! - [`Permission`]: what a linked terminal (a clerk's phone) may do and see; it cuts each payment.
//! - [`wire`]: the frames between a hub and the owner's desk; [`terminal_wire`]: those of linked terminals.
//! - [`terminals`]: what the owner asks about linked terminals.

pub mod currency;
pub mod day;
pub mod event;
pub mod ids;
pub mod joining;
pub mod money;
pub mod payment;
pub mod permission;
pub mod secret;
pub mod source;
pub mod terminal_wire;
pub mod terminals;
pub mod time;
pub mod wire;

pub use currency::Currency;
pub use day::{BusinessDay, DayRule};
pub use event::{Entry, Event, Joined, Unread};
pub use ids::{HubId, InvitationId, Seq, ShopId, SourceId, TerminalId};
pub use money::Money;
pub use payment::{Kind, News, Payment, Platform, Trust};
pub use permission::{Permission, Preset, Told};
pub use secret::Secret;
pub use source::{SourceConfig, SourceKind};
pub use time::Timestamp;
