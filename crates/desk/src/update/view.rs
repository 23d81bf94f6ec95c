//! What the settings page is shown of updates, and what it may wish.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether this program can replace itself, by how it came onto this PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UpdateSupport {
    /// It can.
    Itself,
    /// Whoever built it gave it no place to ask and no key to trust: it asks nobody.
    NotConfigured,
    /// A package of the system: its package manager replaces it.
    Package,
    /// It lies where this user may not write.
    ReadOnly,
    /// It was built here and never installed.
    NotInstalled,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "doing")]
pub enum UpdateBusy {
    /// Asking whether there is one.
    Checking,
    /// Getting it.
    Downloading {
        /// Percent; `None` where the server does not say how much there is.
        percent: Option<u8>,
    },
    /// Ending in good order, to be replaced.
    Installing,
}

/// What holds an update back that the owner wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UpdateWait {
    /// Something is being spoken.
    Announcing,
    /// The day is being closed.
    Closing,
    /// Somebody paid a moment ago; `clock` says until when.
    Paid,
    /// The shop is usually open; `clock` says until when.
    Open,
    /// The shop takes payments at all hours: only "now" installs.
    AlwaysOpen,
}

/// What did not work. Nothing of the shop is ever touched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UpdateError {
    /// The server was not reached, or broke off.
    Offline,
    /// What it sent is no description of an update for this system.
    Unreadable,
    /// What came is not what was signed: it was thrown away.
    NotGenuine,
    /// The disk does not take it.
    Disk,
    /// The system refused to replace the program.
    NotInstalled,
}

/// An update that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UpdateOffer {
    /// Its version.
    pub version: String,
    /// What is new, as plain text of a bounded size. A stranger's text: never HTML.
    pub notes: String,
    /// The owner does not want it.
    pub skipped: bool,
    /// The owner wants it.
    pub wanted: bool,
    /// It is on this PC, and it is genuine.
    pub here: bool,
}

/// All about updates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UpdatesView {
    /// The version that runs.
    pub version: String,
    /// Whether it can replace itself.
    pub support: UpdateSupport,
    /// When was asked the last time, with an answer.
    pub checked_at: Option<Timestamp>,
    /// What is being done now.
    pub busy: Option<UpdateBusy>,
    /// The newer version, if there is one.
    pub offer: Option<UpdateOffer>,
    /// Why it is not installed yet.
    pub waits_for: Option<UpdateWait>,
    /// `21:30`, where `waits_for` has a time.
    pub waits_until: Option<String>,
    /// What did not work the last time.
    pub error: Option<UpdateError>,
}

/// What the owner wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UpdateWish {
    /// Look whether there is one.
    Check,
    /// Get it, and install it when the shop is quiet.
    WhenQuiet,
    /// Get it, and install it as soon as nobody is paying.
    Now,
    /// Never this version.
    Skip,
    /// Not now: a choice is taken back, and what was skipped is offered again.
    Later,
}
