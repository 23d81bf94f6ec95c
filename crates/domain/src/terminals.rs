//! What the owner asks about linked terminals (clerks' phones), and the answers: over the same link as all the owner's
//! questions, see [`wire`](crate::wire).

use crate::permission::{Permission, Preset};
use crate::wire::DoorAddress;
use crate::{InvitationId, Seq, TerminalId, Timestamp};
use serde::{Deserialize, Serialize};

/// The shortest and the longest life of an invitation, in seconds: ten minutes, thirty days.
pub const INVITATION_S: std::ops::RangeInclusive<u32> = 600..=2_592_000;
/// How many lines of the record are answered at most.
pub const RECORD_PAGE_MAX: u32 = 100;

/// A question or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum TerminalsAsk {
    /// Every terminal, open invitations, the order of voices, where they are reached. Answer: `all`.
    All,
    /// Lets phones in over the local network, or cuts them off there. Answer: `reach`.
    SetReach {
        /// Over the local network.
        lan: bool,
    },
    /// Makes an invitation. Answer: `invited`.
    Invite {
        /// The terminal's name.
        name: String,
        /// What it may.
        permission: Permission,
        /// For how long it can be taken; see [`INVITATION_S`].
        expires_in_s: u32,
    },
    /// Takes an invitation back that nobody took. Answer: `done`.
    CancelInvitation {
        /// Which.
        id: InvitationId,
    },
    /// Changes what a terminal may, from now on and at once. Answer: `done`.
    SetPermission {
        /// Which.
        terminal: TerminalId,
        /// What it may.
        permission: Permission,
    },
    /// Gives it another name. Answer: `done`.
    Rename {
        /// Which.
        terminal: TerminalId,
        /// The name.
        name: String,
    },
    /// Cuts it off for ever; it erases what it knows when it hears of it. Answer: `done`.
    Revoke {
        /// Which.
        terminal: TerminalId,
    },
    /// Which terminals share a room, so that only the first of them that is linked speaks; `None`: each for itself.
    /// Answer: `done`.
    SetVoice {
        /// The terminals, the first choice first.
        list: Option<Vec<TerminalId>>,
    },
    /// What was done about terminals, newest first. Answer: `record`.
    Record {
        /// Lines with numbers below this one; `None`: the newest.
        #[serde(default)]
        before: Option<u64>,
        /// How many; at most [`RECORD_PAGE_MAX`].
        limit: u32,
    },
    /// Which linked terminals were told of a payment, and when. Answer: `heard`.
    Heard {
        /// The payment's number.
        payment: Seq,
    },
    /// What was sent to a terminal, newest first. Answer: `sent`.
    SentTo {
        /// Which.
        terminal: TerminalId,
        /// Lines with keys below this one; `None`: the newest.
        #[serde(default)]
        before: Option<u64>,
    },
}

/// What the hub answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum TerminalsAnswer {
    /// Everything at once.
    All(TerminalsView),
    /// Where terminals are reached now.
    Reach(TerminalsReach),
    /// An invitation, with its secret link: this once.
    Invited(NewInvitation),
    /// A page of the record.
    Record(RecordPage),
    /// A page of what was sent.
    Sent(SentPage),
    /// Who was told of a payment.
    Heard(HeardBy),
    /// Done.
    Done,
}

/// Everything about linked terminals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TerminalsView {
    /// In the order in which they were linked; of those revoked the newest few, at the end.
    pub terminals: Vec<TerminalView>,
    /// Those that nobody took yet and that have not run out.
    pub invitations: Vec<InvitationView>,
    /// Which terminals share a room, the first choice first.
    pub voice: Option<Vec<TerminalId>>,
    /// Where they are reached.
    pub reach: TerminalsReach,
}

/// A linked terminal, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TerminalView {
    /// Which.
    pub id: TerminalId,
    /// Its name.
    pub name: String,
    /// What it may.
    pub permission: Permission,
    /// The preset that this is, if it is one.
    pub preset: Option<Preset>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it was last there; `None`: never since it was linked.
    pub last_seen: Option<Timestamp>,
    /// Listening since; `None`: it is not listening now.
    pub online_since: Option<Timestamp>,
    /// How long a frame takes to it and back, in milliseconds.
    pub latency_ms: Option<u32>,
    /// What it says of itself: browser and version. A stranger's text.
    pub app: Option<String>,
    /// It is the one that speaks, or one of them.
    pub speaks: bool,
    /// Cut off since.
    pub revoked_at: Option<Timestamp>,
    /// The invitation by which it was linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub invitation: Option<InvitationId>,
}

/// An invitation, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationView {
    /// Which.
    pub id: InvitationId,
    /// The terminal's name.
    pub name: String,
    /// What it may.
    pub permission: Permission,
    /// The preset that this is, if it is one.
    pub preset: Option<Preset>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
}

/// A new invitation with its links: shown once and never again. `Debug` keeps the links to itself, which hold the code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NewInvitation {
    /// Which.
    pub id: InvitationId,
    /// The terminal's name.
    pub name: String,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// The same invitation under each address, best first. Whoever has one of them can take it.
    pub links: Vec<DoorAddress>,
    /// SHA-256 of the hub's own certificate, in hex pairs: to compare on the phone, which warns of it.
    pub fingerprint: Option<String>,
}

impl std::fmt::Debug for NewInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = f.debug_struct("NewInvitation");
        text.field("id", &self.id).field("name", &self.name);
        text.field("links", &self.links.len())
            .finish_non_exhaustive()
    }
}

/// Where terminals are reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TerminalsReach {
    /// Over the local network.
    pub lan: bool,
    /// It is meant to be, and cannot be opened (the port is taken, no network): nobody is let in there now.
    pub closed: bool,
    /// The port on the local network.
    pub port: u16,
    /// Where their page is, best first.
    pub addresses: Vec<DoorAddress>,
    /// SHA-256 of the hub's own certificate, in hex pairs, once it is needed.
    pub fingerprint: Option<String>,
}

/// A page of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordPage {
    /// Newest first.
    pub lines: Vec<RecordLine>,
    /// There are older ones.
    pub more: bool,
}

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RecordLine {
    /// Its number in the whole hub's record.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it: the terminal that asked, or the program.
    pub by: String,
    /// What was done.
    pub what: Recorded,
}

/// What was done about terminals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Recorded {
    /// The local network was opened to terminals, or closed.
    Reach {
        /// Opened.
        lan: bool,
    },
    /// An invitation was made.
    Invited {
        /// Which.
        invitation: InvitationId,
        /// For whom.
        name: String,
        /// What it grants.
        permission: Permission,
        /// Until when.
        expires_at: Timestamp,
    },
    /// An invitation was taken back.
    InvitationCancelled {
        /// Which.
        invitation: InvitationId,
        /// For whom.
        name: String,
    },
    /// A terminal was linked by an invitation.
    Linked {
        /// Which terminal.
        terminal: TerminalId,
        /// Its name.
        name: String,
        /// By which invitation.
        invitation: InvitationId,
        /// SHA-256 of its public key, in hex digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        key_sha256: Option<String>,
    },
    /// A terminal may something else from now on.
    PermissionSet {
        /// Which terminal.
        terminal: TerminalId,
        /// Its name.
        name: String,
        /// The number of this permission of this terminal.
        version: u32,
        /// What it may.
        permission: Permission,
    },
    /// A terminal has another name.
    Renamed {
        /// Which terminal.
        terminal: TerminalId,
        /// Its name before.
        from: String,
        /// Its name now.
        to: String,
    },
    /// A terminal was cut off.
    Revoked {
        /// Which terminal.
        terminal: TerminalId,
        /// Its name.
        name: String,
    },
    /// The order of voices was set.
    VoiceSet {
        /// The terminals that share a room.
        list: Option<Vec<TerminalId>>,
    },
}

/// Which linked terminals were told of a payment. A payment of before this was written down names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HeardBy {
    /// The first that was told first, those cut off since included.
    pub terminals: Vec<HeardLine>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HeardLine {
    /// Which.
    pub terminal: TerminalId,
    /// Its name now.
    pub name: String,
    /// When the payment left for it first.
    pub at: Timestamp,
    /// It looked it up later, rather than being told as it came or when it linked again.
    pub asked: bool,
}

/// A page of what was sent to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SentPage {
    /// Newest first.
    pub lines: Vec<SentLine>,
    /// There are older ones.
    pub more: bool,
}

/// What was sent on one business day under one permission. All of it lies between two numbers of the log; what the
/// permission held back lies there too and was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SentLine {
    /// Its key, for asking on.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub key: u64,
    /// It asked for them (older ones), or was told as they came.
    pub asked: bool,
    /// The lowest number of the shop's log among them.
    pub from: Seq,
    /// The highest one.
    pub to: Seq,
    /// How many times a payment left for the terminal.
    pub items: u32,
    /// When the first of them was sent.
    pub first_at: Timestamp,
    /// When the last.
    pub last_at: Timestamp,
    /// Under which of its permissions.
    pub version: u32,
    /// That permission.
    pub permission: Permission,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal_wire::AcceptInvitation;
    use crate::wire::Reach;

    #[test]
    fn a_code_is_never_printed() {
        let code = "q7RkX2pYV0m1dT4uWcZ9Hg";
        let made = NewInvitation {
            id: InvitationId::new("inv_1").unwrap(),
            name: "Zoe".to_owned(),
            expires_at: Timestamp(0),
            links: vec![DoorAddress {
                url: format!("https://192.168.1.20:8787/phone/#{code}"),
                reach: Reach::Lan,
                plain: false,
            }],
            fingerprint: None,
        };
        let accept = AcceptInvitation {
            code: code.to_owned(),
            key: "AAAA".to_owned(),
        };
        let answer = TerminalsAnswer::Invited(made);
        let text = format!("{answer:?} {accept:?}");
        assert!(text.contains("Zoe") && text.contains("AAAA"), "{text}");
        assert!(!text.contains(code), "{text}");
    }
}
