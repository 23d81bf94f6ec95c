//! The frames between a hub and its terminals: JSON text over one WebSocket, at `/v1/relay`.
//!
//! A terminal says [`Hello`]; the hub answers `welcome` (or `refused`, and closes), then sends every entry after
//! the terminal's number, for ever: live delivery is catch-up of length one. Both sides send a frame at least
//! every [`HEARTBEAT_MS`]; after [`DEAD_MS`] without any, either side hangs up.

mod doors;

pub use doors::{DoorAddress, Doors, Reach, SourceForm, SourceSetup};

use crate::terminals::{TerminalsAnswer, TerminalsAsk};
use crate::{Currency, TerminalId};
use crate::{
    DayRule, Entry, HubId, Money, Secret, Seq, SourceConfig, SourceId, SourceKind, Timestamp,
};
use serde::{Deserialize, Serialize};

/// The version of this protocol. A hub refuses another one with `version`.
pub const VERSION: u32 = 1;
/// How often each side says that it is there.
pub const HEARTBEAT_MS: u64 = 10_000;
/// After this long without a frame the link is dead.
pub const DEAD_MS: u64 = 30_000;
/// The largest frame in either direction: a hundred entries with every text at its bound fit.
pub const FRAME_MAX: usize = 512 * 1024;
/// How many entries one frame carries at most.
pub const BATCH_MAX: usize = 100;

/// From a terminal to its hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToHub {
    /// The first frame.
    Hello(Hello),
    /// Everything up to this number is safe in the terminal's book.
    Received {
        /// The last number stored.
        seq: Seq,
    },
    /// A question or an order; answered by `answer` with the same id.
    Ask {
        /// Chosen by the terminal, unique on this link.
        id: u32,
        /// What is asked.
        request: Request,
    },
    /// Still here.
    Beat,
}

/// Who is there, and from where on it wants to hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`].
    pub version: u32,
    /// The terminal's token.
    pub token: Secret,
    /// The hub that the number belongs to; `None` on a first visit.
    pub hub: Option<HubId>,
    /// The last number in the terminal's book.
    pub after: Seq,
    /// When the entry with that number was accepted, as it stands in the book: a log that was restored from a copy and
    /// grew on has another entry under that number. `None` where the book does not know.
    #[serde(default)]
    pub after_at: Option<Timestamp>,
}

/// From a hub to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToTerminal {
    /// The terminal is known; entries follow.
    Welcome(Welcome),
    /// The terminal is not let in; the hub hangs up after this.
    Refused {
        /// Why.
        reason: RefusedReason,
        /// The hub's own id, for `cursor_unknown`.
        hub: Option<HubId>,
        /// The newest number, for `cursor_unknown`.
        newest: Option<Seq>,
    },
    /// Entries in order, at most [`BATCH_MAX`].
    Entries {
        /// The entries.
        entries: Vec<Entry>,
        /// The shop's newest number: more follow while the last entry is before it.
        newest: Seq,
    },
    /// The answer to an `ask`.
    Answer {
        /// The id of the question.
        id: u32,
        /// What came of it.
        result: Result<Answer, AskError>,
    },
    /// Sent at least every [`HEARTBEAT_MS`], and at once when the state of a source changes.
    Beat {
        /// The hub's clock.
        now: Timestamp,
        /// Every source of the shop.
        sources: Vec<SourceHealth>,
    },
    /// Something about the linked terminals is different now: whoever shows them asks again.
    TerminalsChanged {
        /// Counts the changes since the hub started.
        count: u64,
    },
}

/// What a hub tells a terminal that it lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// [`VERSION`].
    pub version: u32,
    /// The hub.
    pub hub: HubId,
    /// This terminal.
    pub terminal: TerminalId,
    /// The shop.
    pub shop: Shop,
    /// The shop's newest number.
    pub newest: Seq,
    /// The hub's clock.
    pub now: Timestamp,
}

/// Why a terminal is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedReason {
    /// The token is not known, or was taken back.
    Token,
    /// The terminal speaks another version.
    Version,
    /// The number belongs to another hub, is past the newest, or is another entry's here: the terminal must not replay a day aloud. It asks
    /// again from 0 and fills its book silently.
    CursorUnknown,
    /// Too many links at once.
    Busy,
}

/// A shop as its terminals know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Shop {
    /// Its name, as the owner typed it.
    pub name: String,
    /// The currency its takings are counted in.
    pub currency: Currency,
    /// Its business day.
    pub day_rule: DayRule,
}

/// What a terminal may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Request {
    /// Every source with its state. Answer: `sources`.
    Sources,
    /// Adds a source. Answer: `setup`.
    AddSource {
        /// A name for people.
        name: String,
        /// Settings and secrets; empty phone secrets are made by the hub.
        config: SourceConfig,
    },
    /// Changes a source; its door stays as it is, and so does its kind. A name is always taken; what is left empty among
    /// secrets, keys and certificates keeps what is stored. WeChat's platform keys are added beside the stored ones (one
    /// with the same serial is replaced), and one new secret of Stripe's is put before the newest one stored, so that
    /// both are good while they change; the newest one alone forgets the older. Answer: `done`.
    UpdateSource {
        /// Which.
        id: SourceId,
        /// Its name for people.
        name: String,
        /// Its settings, of the same kind.
        config: SourceConfig,
    },
    /// A source's settings without its secrets, for changing them. Answer: `form`.
    SourceForm {
        /// Which.
        id: SourceId,
    },
    /// Removes a source; its door is closed, its payments stay. Answer: `done`.
    RemoveSource {
        /// Which.
        id: SourceId,
    },
    /// What must be entered at the platform or on the phone. Answer: `setup`.
    SourceSetup {
        /// Which.
        id: SourceId,
    },
    /// Changes the shop's name, currency and day. Answer: `done`.
    SetShop {
        /// The new ones.
        shop: Shop,
    },
    /// Where the doors for news can be reached. Answer: `doors`.
    Doors,
    /// Opens the doors for news to the local network, or closes them. Answer: `doors`.
    SetDoors {
        /// On the local network too, or on this machine only.
        lan: bool,
        /// The https address under which platforms reach this hub from the internet, if there is one.
        public_url: Option<String>,
    },
    /// Sends a test payment through the hub's own door. Answer: `done`, and the payment comes as an entry.
    TestPayment {
        /// How much.
        amount: Money,
    },
    /// About clerks' phones and other linked terminals. Answer: `terminals`.
    Terminals {
        /// What of them.
        ask: TerminalsAsk,
    },
}

/// What the hub answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Every source.
    Sources {
        /// In the order in which they were added.
        sources: Vec<SourceView>,
    },
    /// One source's setup.
    Setup {
        /// The setup.
        setup: SourceSetup,
    },
    /// A source's settings.
    Form {
        /// The settings.
        form: SourceForm,
    },
    /// The doors.
    Doors {
        /// The doors.
        doors: Doors,
    },
    /// About linked terminals.
    Terminals {
        /// What was asked.
        terminals: TerminalsAnswer,
    },
    /// Done.
    Done,
}

/// Why a question was not answered; a page acts on each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AskError {
    /// This terminal may not.
    NotAllowed,
    /// No such thing.
    NotFound,
    /// A field is not usable.
    Invalid {
        /// The field's name, as in the request.
        field: String,
    },
    /// There are as many of them as there may be: one must go first.
    TooMany,
    /// The port for the local network is taken by another program.
    PortTaken,
    /// The hub could not store it; nothing was changed.
    Storage,
}

/// A source, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SourceView {
    /// Which.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// Its kind.
    pub kind: SourceKind,
    /// Its state.
    pub health: SourceHealth,
    /// How many deliveries were refused since the hub started or its settings were changed.
    pub refused: u32,
    /// The last refusal's code (`signature`, `stale`, `wrong_merchant` …), see `sources::Refusal`.
    pub last_refusal: Option<String>,
    /// When that was.
    pub last_refusal_at: Option<Timestamp>,
}

/// Whether a source is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SourceHealth {
    /// Which.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// Its kind.
    pub kind: SourceKind,
    /// The state.
    pub state: SourceState,
    /// When anything genuine came from it last (news or a beat).
    pub last_heard: Option<Timestamp>,
    /// How far its clock (a phone's, a platform's) is ahead of the hub's, in milliseconds, where its deliveries tell.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub clock_ahead_ms: Option<i64>,
    /// What comes is refused; with `refusing`, and nowhere else.
    #[serde(default)]
    pub refusing: Option<Refusing>,
}

/// What is known of deliveries that come and are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Refusing {
    /// The code of the last one (`stale`, `decrypt`, `unknown_key` …), see `sources::Refusal`.
    pub code: String,
    /// When the first of them was refused: what was paid since may be missing.
    pub since: Timestamp,
    /// It is certain that the source itself sent them; else somebody else may have who knows its address.
    pub proven: bool,
}

/// The state of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Nothing came from it yet.
    Waiting,
    /// It beats, or it has no heartbeat and nothing is known against it.
    Listening,
    /// It should beat and does not: silence means nothing now.
    Silent,
    /// It sends, and what it sends is refused (a wrong clock, a changed key): silence means nothing now.
    Refusing,
}
