//! A delivery in, news of money or a refusal out. Pure: the clock and the keys are arguments.
//!
//! [`Prepared::read`] is the only door ([`read`] is it for a single delivery). It verifies on the raw bytes first and
//! parses only what was genuine. Nothing here has a default that says yes: a platform without a verifier cannot be
//! written.

pub mod delivery;
pub mod forwarder;
pub mod notice;
mod signature;
mod webhook;

pub use delivery::{Delivery, Failure, Outcome, Reading, Refusal, Reply, failure_reply};

use domain::source::PlatformKey;
use domain::{SourceConfig, SourceId, Timestamp};
use std::fmt;

/// A source with its keys parsed, for a hub that takes many deliveries. Holds no state between deliveries.
pub struct Prepared {
    source: SourceId,
    reader: Reader,
}

enum Reader {
    Webhook(webhook::Webhook),
    Forwarder(SourceConfig),
}

/// Parses the keys of a source. Never fails: nothing that is signed with a key that cannot be read is believed.
/// Whether a configuration can work at all is [`unusable_field`]'s answer.
pub fn prepare(source: &SourceId, config: &SourceConfig) -> Prepared {
    let reader = match webhook::Webhook::new(config) {
        Some(webhook) => Reader::Webhook(webhook),
        None => Reader::Forwarder(config.clone()),
    };
    Prepared {
        source: source.clone(),
        reader,
    }
}

/// The first field of a configuration that cannot work (a key that is none, an empty secret), by its name in
/// [`SourceConfig`]; `None` when all can.
pub fn unusable_field(config: &SourceConfig) -> Option<&'static str> {
    match config {
        SourceConfig::SmsForwarder { secret }
        | SourceConfig::Forwarder { secret }
        | SourceConfig::Test { secret } => secret.is_empty().then_some("secret"),
        SourceConfig::Vmq { key } => key.is_empty().then_some("key"),
        _ => webhook::Webhook::new(config).and_then(|webhook| webhook.unusable_field()),
    }
}

/// Every serial under which one of WeChat's keys is known, the certificate's own last; none when it cannot be read.
pub fn serials(key: &PlatformKey) -> Vec<String> {
    webhook::wechat_v3::serials(key)
}

impl Prepared {
    /// Reads one delivery that came to the door of this source.
    ///
    /// On success the caller stores what [`Reading::outcome`] holds and only then sends [`Reading::reply`]; when it
    /// cannot store, it sends [`failure_reply`] so that the platform tries again.
    pub fn read(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<Reading, Refusal> {
        if delivery.body.len() > delivery::BODY_MAX {
            return Err(Refusal::Malformed("the body is too large"));
        }
        match &self.reader {
            Reader::Webhook(webhook) => webhook.read(&self.source, delivery, now),
            Reader::Forwarder(config) => forwarder::read(&self.source, config, delivery, now),
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// [`Prepared::read`] for one delivery: parses the keys each time.
pub fn read(
    source: &SourceId,
    config: &SourceConfig,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    prepare(source, config).read(delivery, now)
}
