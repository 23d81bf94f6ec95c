//! The frames between a hub and a linked terminal (a clerk's phone): JSON text over one WebSocket, at `/v1/terminal`.
//!
//! The hub speaks first, with a `challenge`; the terminal proves its key over [`proof`], and from then on is told what
//! its permission lets through. Both sides send a frame at least every [`HEARTBEAT_MS`](crate::wire::HEARTBEAT_MS);
//! after [`DEAD_MS`](crate::wire::DEAD_MS) without any, either side hangs up.

use crate::permission::{Permission, Preset, TerminalTotals, Told};
use crate::wire::Shop;
use crate::{BusinessDay, HubId, TerminalId, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of this protocol.
pub const VERSION: u32 = 1;
/// The largest frame of a terminal.
pub const FROM_TERMINAL_MAX: usize = 4 * 1024;
/// How many payments of today are told at once.
pub const TODAY_MAX: usize = 200;
/// How many payments a page of history has.
pub const PAGE_MAX: usize = 50;
/// The longest [`Opaque`], in characters.
pub const OPAQUE_MAX: usize = 64;
/// The longest text that a terminal says of itself, in characters.
pub const APP_MAX: usize = 64;

/// What a terminal signs with its Ed25519 key. `nonce` is the challenge's text, as it came.
pub fn proof(hub: &HubId, nonce: &str, terminal: &TerminalId) -> String {
    format!("tillbell-terminal-1\n{hub}\n{nonce}\n{terminal}\n")
}

/// A text of the hub's that means something to the hub alone: a payment's name for one terminal, or a place in what
/// that terminal is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String")]
pub struct Opaque(String);

impl Opaque {
    /// From base64url text; `None` for anything else, and beyond [`OPAQUE_MAX`].
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        ((1..=OPAQUE_MAX).contains(&text.len()) && text.bytes().all(plain)).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Opaque {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text).ok_or("it has 1 to 64 letters, digits, '-' or '_'")
    }
}

/// From a terminal to its hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TerminalSays {
    /// The answer to the challenge, and its first frame.
    Prove {
        /// [`VERSION`].
        version: u32,
        /// Who it is.
        terminal: TerminalId,
        /// Its signature over [`proof`], as base64url without padding.
        signature: String,
        /// The last place that it was told, if it has one.
        #[serde(default)]
        after: Option<Opaque>,
        /// What it is: browser and version, at most [`APP_MAX`] characters.
        #[serde(default)]
        app: String,
        /// Whoever is in the room can hear it speak; as in `beat`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        hearable: Option<bool>,
    },
    /// Still here.
    Beat {
        /// Whoever is in the room can hear it speak: its sound is on, and the browser lets it. One that does not say is
        /// taken for one that can; in a later `beat` it goes on as it said before. Of those that share a room, one that
        /// can be heard speaks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        hearable: Option<bool>,
    },
    /// Asks for older payments; answered by `page` with the same id.
    History {
        /// Chosen by the terminal.
        id: u32,
        /// Older than this place (a `page`'s `more`); `None`: the newest.
        #[serde(default)]
        before: Option<Opaque>,
    },
}

/// From a hub to a linked terminal.
#[allow(
    clippy::large_enum_variant,
    reason = "one frame at a time, and none is kept"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HubSays {
    /// The first frame.
    Challenge {
        /// [`VERSION`].
        version: u32,
        /// The hub.
        hub: HubId,
        /// 32 random bytes of this link, as base64url without padding.
        nonce: String,
        /// The hub's clock.
        now: Timestamp,
    },
    /// The terminal is who it says.
    Welcome(TerminalWelcome),
    /// Payments as they come, or as they came while the terminal was away. One that it knows replaces what it knows of
    /// it; which are fresh is told by their `at`.
    Told {
        /// Oldest first.
        items: Vec<ToldItem>,
        /// Payments that it knows and must forget: what became known of them put them outside its permission.
        gone: Vec<Opaque>,
        /// Its place from now on.
        cursor: Opaque,
        /// The day's totals, if it may see them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        totals: Option<TerminalTotals>,
    },
    /// The owner changed something. A new permission is followed by `today`.
    Changed {
        /// Its name.
        name: String,
        /// What it may from now on.
        permission: Permission,
        /// The preset that this is, if it is one.
        preset: Option<Preset>,
        /// Whether it is to speak.
        speaks: bool,
    },
    /// Everything that it may know of the business day, anew: it forgets what it knew. After a new permission, and when
    /// a new business day begins. Nothing of it is announced.
    Today {
        /// The business day.
        day: BusinessDay,
        /// Oldest first, the newest [`TODAY_MAX`].
        items: Vec<ToldItem>,
        /// Its place from now on.
        cursor: Opaque,
        /// The day's totals, if it may see them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        totals: Option<TerminalTotals>,
    },
    /// Still here, and what the hub itself hears.
    Beat {
        /// The hub's clock.
        now: Timestamp,
        /// Every source that the terminal may know of is heard.
        listening: bool,
        /// Since when one is not, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        since: Option<Timestamp>,
        /// How many are not.
        sources_silent: u32,
    },
    /// The answer to `history`.
    Page {
        /// The id of the question.
        id: u32,
        /// Newest first.
        items: Vec<ToldItem>,
        /// Where older ones go on, if there may be any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        more: Option<Opaque>,
    },
    /// It is cut off for ever and erases everything; the hub hangs up.
    Revoked,
    /// It is not let in; the hub hangs up.
    Refused {
        /// Why.
        reason: TerminalRefused,
    },
}

/// What a hub tells a terminal that it lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TerminalWelcome {
    /// The shop.
    pub shop: Shop,
    /// Which terminal it is.
    pub terminal: TerminalId,
    /// The name that the owner gave it.
    pub name: String,
    /// What it may.
    pub permission: Permission,
    /// The preset that this is, if it is one.
    pub preset: Option<Preset>,
    /// Whether it is to speak.
    pub speaks: bool,
    /// The hub's clock.
    pub now: Timestamp,
    /// The business day of now.
    pub day: BusinessDay,
    /// What it may know of today, oldest first, the newest [`TODAY_MAX`]. Nothing of it is announced: what came while
    /// it was away follows as `told`.
    pub today: Vec<ToldItem>,
    /// The place that it named is not known here, is of another day, or it named none: nothing of before follows.
    pub from_start: bool,
    /// Its place from now on; what follows moves it.
    pub cursor: Opaque,
    /// The day's totals, if it may see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub totals: Option<TerminalTotals>,
}

/// A payment as a terminal knows it, with its name for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToldItem {
    /// The same for the same payment, on this terminal and for ever.
    pub id: Opaque,
    /// The payment.
    #[serde(flatten)]
    pub told: Told,
}

/// Why a terminal is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TerminalRefused {
    /// It speaks another version: its page is to be loaded anew.
    Version,
    /// No such terminal, or not its key.
    Unknown,
    /// Too many links at once; it tries again later.
    Busy,
}

/// The body of `POST /v1/invitations/accept`. `Debug` keeps the code to itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AcceptInvitation {
    /// The invitation's code: 16 bytes as base64url without padding, from the link's fragment.
    pub code: String,
    /// The Ed25519 public key that the terminal made: 32 bytes as base64url without padding.
    pub key: String,
}

impl std::fmt::Debug for AcceptInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = f.debug_struct("AcceptInvitation");
        text.field("key", &self.key).finish_non_exhaustive()
    }
}

/// The answer: the terminal is linked. The same code with the same key gets it again, in case it was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationAccepted {
    /// Which terminal it is.
    pub terminal: TerminalId,
    /// The hub, for its proofs.
    pub hub: HubId,
    /// The shop's name.
    pub shop: String,
}

/// The answer otherwise, with a status of 4xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationRefused {
    /// Why.
    pub code: InvitationRefusal,
}

/// Why an invitation is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InvitationRefusal {
    /// It has run out.
    Expired,
    /// It was taken already.
    Used,
    /// There is none with this code.
    Unknown,
    /// The request is not one of ours: a code or key that is none, a page of another origin.
    Invalid,
    /// Too many wrong codes from this address; later it may be taken.
    Busy,
    /// The shop has as many terminals as it may: it can be taken once the owner cut one off.
    Full,
    /// The hub could not store it; nothing was changed.
    Storage,
}
