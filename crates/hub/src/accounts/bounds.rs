//! The bounds of accounts, each with its reason. Tests shorten the times and make hashes cheap.

use ::accounts::Cost;
use ::accounts::session::Life;
use std::time::Duration;

/// The bounds. `Default` is what a hub gets.
#[derive(Debug, Clone)]
pub struct AccountBounds {
    /// Accounts of one hub: a chain's owners and their partners are some dozens.
    pub accounts: u32,
    /// Sessions of one account; past that the one that was used longest ago ends.
    pub sessions: u32,
    /// Devices of one account; past that the one that was used longest ago is a stranger again.
    pub devices: u32,
    /// Memory and passes of one password's hash, as OWASP recommends.
    pub cost: Cost,
    /// Hashes at once for strangers: half of the cores at most, since payments come in on the same. Known devices have one
    /// place more, which strangers never take, and so has whoever has an invite.
    pub hashes: usize,
    /// Strangers that wait for a hash; past that they are told to come again.
    pub hashes_waiting: usize,
    /// For a hash to begin.
    pub hash_within: Duration,
    /// How long sessions are good, in milliseconds: unused.
    pub idle_ms: i64,
    /// The same in all.
    pub whole_ms: i64,
    /// How long after a proof nothing asks for a new one, in milliseconds.
    pub fresh_ms: i64,
    /// From the password to the second factor.
    pub half_ms: i64,
    /// For an authenticator that was shown to give its first code.
    pub offer_ms: i64,
    /// Wrong codes after one right password; then it is asked for again.
    pub codes_per_half: u32,
    /// Invites that nobody took yet.
    pub invites: u32,
    /// Lines of the record that are answered at once.
    pub record_lines: u32,
}

impl Default for AccountBounds {
    fn default() -> Self {
        const MINUTE: i64 = 60_000;
        let life = Life::default();
        Self {
            accounts: 256,
            sessions: 16,
            devices: 32,
            cost: Cost::default(),
            hashes: strangers_places(),
            hashes_waiting: 16,
            hash_within: Duration::from_secs(5),
            idle_ms: life.idle_ms,
            whole_ms: life.whole_ms,
            fresh_ms: life.fresh_ms,
            half_ms: 5 * MINUTE,
            offer_ms: 15 * MINUTE,
            codes_per_half: 5,
            invites: 64,
            record_lines: 100,
        }
    }
}

fn strangers_places() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).clamp(1, 2)
}

impl AccountBounds {
    pub(super) fn life(&self) -> Life {
        Life {
            idle_ms: self.idle_ms,
            whole_ms: self.whole_ms,
            fresh_ms: self.fresh_ms,
        }
    }
}
