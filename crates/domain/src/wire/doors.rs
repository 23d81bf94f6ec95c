//! What the owner is shown of sources and doors.

use crate::{Secret, SourceConfig, SourceId, SourceKind};
use serde::{Deserialize, Serialize};

/// What must be entered at the platform or on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SourceSetup {
    /// Which.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// Its kind.
    pub kind: SourceKind,
    /// The addresses of its door, best first: from the internet, on the local network, on this machine.
    pub addresses: Vec<DoorAddress>,
    /// The secret to enter on the phone; `None` for platforms, whose secrets were typed in here.
    pub secret: Option<Secret>,
    /// The body template to enter on the phone, for SmsForwarder and other forwarders.
    pub template: Option<String>,
}

/// A source's settings as they can be shown: every secret is empty. So are the texts of keys and certificates that are
/// kept in lists: as many stand here as are stored, WeChat's with their serials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SourceForm {
    /// Which.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// Its settings.
    pub config: SourceConfig,
}

/// One address of a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DoorAddress {
    /// The whole address; for V免签 the `host/key` text that its app scans.
    pub url: String,
    /// From where it can be reached.
    pub reach: Reach,
    /// Without TLS: anybody on that network can read along. Only for forwarders that can do no better.
    pub plain: bool,
}

/// From where an address can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// From the internet.
    Internet,
    /// From the shop's own network.
    Lan,
    /// From this machine only.
    Local,
}

/// The doors for news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Doors {
    /// Open to the local network.
    pub lan: bool,
    /// The port on the local network.
    pub port: u16,
    /// This machine's addresses on its networks.
    pub lan_addresses: Vec<String>,
    /// SHA-256 of the hub's own certificate, in hex pairs: to compare on the phone.
    pub fingerprint: Option<String>,
    /// The address from the internet, if the owner gave one.
    pub public_url: Option<String>,
}
