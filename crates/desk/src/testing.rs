//! Made-up news for tests, and a whole front desk with a made-up hub.

pub(crate) mod fake_hub;
pub(crate) mod front;
#[cfg(unix)]
pub(crate) mod pole;
pub(crate) mod roll;

pub(crate) use book::testing::{cny, confirmed, day, hub, line, news, paid, unread};
