//! What pages see of the customers' window.

use crate::settings::Theme;
use serde::{Deserialize, Serialize};

/// What the customers' window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CustomerView {
    /// Grows by one with every change; an older view that comes late is thrown away.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub revision: u64,
    /// Another one with each thing that happens: two equal payments are told apart by it.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub occasion: u64,
    /// The language of its words, BCP 47.
    pub language: String,
    /// Light or dark.
    pub theme: Theme,
    /// The shop's name; empty until it is known.
    pub shop: String,
    /// A word that says so, where the owner only tries the window out.
    pub trial: Option<String>,
    /// What is going on.
    pub face: CustomerFace,
}

/// What the customers' window tells. All words are in the customers' language already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "face", rename_all = "snake_case")]
pub enum CustomerFace {
    /// Nobody is paying.
    Idle {
        /// Lines of the owner's own, or a greeting.
        lines: Vec<String>,
        /// The time zone of the clock, by its IANA name, where a clock is wanted.
        clock: Option<String>,
        /// The name of the owner's picture whose turn it is.
        picture: Option<String>,
    },
    /// The price of one thing, or an order as far as it goes: its newest lines, and the sum.
    Order {
        /// What was bought, and what it costs, for people.
        lines: Vec<(String, String)>,
        /// Beside the sum.
        label: String,
        /// The sum, for people.
        amount_text: String,
        /// The code to pay with as the dark modules of a square: rows of `0` and `1`.
        code: Option<Vec<String>>,
        /// Who is paid, in words; may be empty.
        payee: String,
    },
    /// Now pay.
    ToPay {
        /// Beside the amount.
        label: String,
        /// The amount, for people.
        amount_text: String,
        /// The code to pay with as the dark modules of a square: rows of `0` and `1`.
        code: Option<Vec<String>>,
        /// Who is paid, in words; may be empty.
        payee: String,
    },
    /// The money came.
    Received {
        /// Beside the amount; other words where only a phone reported it.
        label: String,
        /// The amount, for people; empty where nobody said how much.
        amount_text: String,
        /// The platform has confirmed it.
        confirmed: bool,
        /// A word of thanks, where it is confirmed.
        thanks: Option<String>,
        /// Who paid, where the owner allows it.
        payer: Option<String>,
    },
    /// What the customer gets back.
    Change {
        /// Beside the amount.
        label: String,
        /// The amount, for people.
        amount_text: String,
    },
    /// A payment was given back.
    Refund {
        /// Beside the amount.
        label: String,
        /// The amount, for people, with its minus.
        amount_text: String,
    },
}

/// Which of the owner's pictures is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PictureWish {
    /// Its name in the settings.
    pub id: String,
    /// As large as settings show it.
    pub small: bool,
}

/// Where the customers' window is, for settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CustomerWindowView {
    /// Whether it is shown, and why not.
    pub state: CustomerWindow,
    /// The monitor that it is on, by name.
    pub monitor: Option<String>,
}

/// Whether the customers' window is shown, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CustomerWindow {
    /// Not wanted.
    #[default]
    Off,
    /// On its monitor.
    Shown,
    /// There is only the clerk's monitor. It comes back with the other one.
    OneMonitor,
    /// The other monitor shows the same as the clerk's: the system must be told to extend the desktop.
    Mirrored,
    /// The chosen monitor is not there. It comes back with it.
    NotThere,
    /// Which of the monitors is the customers' must be chosen.
    Choose,
    /// The chosen monitor is the one where cards appear.
    Cards,
}
