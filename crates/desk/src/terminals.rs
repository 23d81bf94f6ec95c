//! What the settings page asks about clerks' phones, where that is more than the hub's own words.

use domain::{InvitationId, Permission, TerminalId, permission::Preset, terminals::NewInvitation};
use serde::{Deserialize, Serialize};

/// A preset with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PresetView {
    /// Which.
    pub preset: Preset,
    /// What it stands for.
    pub permission: Permission,
}

/// An invitation to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InviteTerminal {
    /// The phone's name for people.
    pub name: String,
    /// What it may.
    pub permission: Permission,
    /// For how long it can be taken; see [`domain::terminals::INVITATION_S`].
    pub expires_in_s: u32,
}

/// An invitation that was made, with its links as QR pictures too. `Debug` keeps both to itself: they hold the code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationMade {
    /// The invitation.
    pub invitation: NewInvitation,
    /// For each link, its QR code as the dark modules of a square: rows of `0` and `1`.
    pub qr: Vec<Vec<String>>,
}

impl std::fmt::Debug for InvitationMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = f.debug_struct("InvitationMade");
        text.field("invitation", &self.invitation)
            .finish_non_exhaustive()
    }
}

/// Something to change about clerks' phones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "wish", rename_all = "snake_case")]
pub enum TerminalsWish {
    /// Let phones in over the shop's network, or shut them out.
    Reach {
        /// Let them in.
        lan: bool,
    },
    /// Take an invitation back that nobody took.
    Withdraw {
        /// Which.
        id: InvitationId,
    },
    /// Give a phone this name and permission.
    Set {
        /// Which.
        id: TerminalId,
        /// Its name for people.
        name: String,
        /// What it may.
        permission: Permission,
    },
    /// Cut a phone off for ever.
    Revoke {
        /// Which.
        id: TerminalId,
    },
    /// Let only the first of these phones speak that is listening; `None`: each as it may.
    Voice {
        /// The phones, the first choice first.
        list: Option<Vec<TerminalId>>,
    },
}

/// A phone that was told of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToldTo {
    /// Its name now.
    pub name: String,
    /// When it was told first, on the shop's clock; with the date where that is not today.
    pub clock: String,
    /// It looked it up later, rather than being told as it came.
    pub asked: bool,
}

/// A page of the record of what was done about phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordQuery {
    /// Lines before this number; `None`: the newest.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub before: Option<u64>,
}

/// A page of what was sent to one phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SentQuery {
    /// Which phone.
    pub id: TerminalId,
    /// Lines before this key; `None`: the newest.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub before: Option<u64>,
}
