//! A delivery in, news of money or a refusal out. Pure: the clock and the keys are arguments.
//!
//! [`read`] is the only door. It verifies on the raw bytes first and parses only what was genuine. Nothing here has
//! a default that says yes: a platform without a verifier cannot be written.

pub mod delivery;

pub use delivery::{Delivery, Failure, Outcome, Reading, Refusal, Reply, failure_reply};

use domain::{SourceConfig, SourceId, Timestamp};

/// Reads one delivery that came to the door of `source`.
///
/// On success the caller stores what [`Reading::outcome`] holds and only then sends [`Reading::reply`]; when it
/// cannot store, it sends [`failure_reply`] so that the platform tries again.
pub fn read(
    source: &SourceId,
    config: &SourceConfig,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    let _ = (source, config, delivery, now);
    Err(Refusal::Malformed("not written yet"))
}
