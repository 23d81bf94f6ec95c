//! Whether a linked terminal is there, on which links, and how well it could speak.

use super::voice::Able;
use domain::Timestamp;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Whether it is there.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    pub(super) last_seen: Option<Timestamp>,
    pub(super) app: Option<String>,
    /// Oldest first.
    pub(super) links: Vec<OnLink>,
    pub(super) unsaved: bool,
}

/// One of its links.
#[derive(Debug)]
pub(super) struct OnLink {
    pub(super) number: usize,
    pub(super) since: Timestamp,
    pub(super) latency_ms: Option<u32>,
    /// When it said something itself last. What its system answers by itself does not count.
    pub(super) said_at: Instant,
    /// It says that it can be heard.
    pub(super) hearable: bool,
    /// Ends it: another link took its place.
    pub(super) end: CancellationToken,
}

impl OnLink {
    pub(super) fn able(&self, now: Instant, within: Duration) -> Able {
        match now.saturating_duration_since(self.said_at) {
            silent if silent >= within => Able::Quiet,
            _ if self.hearable => Able::Loud,
            _ => Able::Mute,
        }
    }
}

impl Presence {
    /// As it stands in the database.
    pub(crate) fn kept(last_seen: Option<Timestamp>, app: Option<String>) -> Self {
        Self {
            last_seen,
            app,
            ..Self::default()
        }
    }
}
