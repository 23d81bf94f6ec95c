//! What pages are shown of displays and of what is plugged in.

use crate::{receipts::view::PrinterHealth, settings::displays::DisplaySetup};
use devices::{
    Line, PortError,
    display::{
        Ability, CodePage, CommandSet, Display,
        decode::{Drawn, Lamp},
        words::{Language, Words},
    },
    find::{Finder, Reason, What},
    port::Remedy,
    queue::{Health, State},
};
use serde::{Deserialize, Serialize};

/// What is plugged in, and how the devices are that are in use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DevicesView {
    /// Everything found, in a steady order; Bluetooth Low Energy devices only after they were looked for.
    pub found: Vec<FoundDevice>,
    /// Finders that had trouble: what they would have found is not known.
    pub faults: Vec<FinderFault>,
    /// Every display that is in use, in the order of the settings.
    pub displays: Vec<DeviceView>,
    /// Every printer that is in use, in the order of the settings.
    pub printers: Vec<PrinterHealth>,
}

/// One thing that is plugged in or near.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FoundDevice {
    /// Where it is, for a setup's `address`.
    pub address: String,
    /// What it calls itself, or else what its port is called.
    pub name: String,
    /// What a person calls its port: `COM5`.
    pub port: String,
    /// Who made it, as far as it says.
    pub maker: Option<String>,
    /// What it probably is.
    pub what: What,
    /// Why we think so.
    pub why: Reason,
    /// The model, where its numbers say it.
    pub model: Option<String>,
    /// The id of the display or printer that it is set up as.
    pub used_by: Option<String>,
}

/// A finder in trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FinderFault {
    /// Who looks for what.
    pub finder: Finder,
    /// What to do about it, where that is known.
    pub remedy: Option<Remedy>,
    /// The system's words, for support.
    pub reason: String,
}

/// How a device is that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceView {
    /// Its id in the settings.
    pub id: String,
    /// In one word, for its light.
    pub state: State,
    /// What is wrong, where something is.
    pub problem: Option<DeviceProblem>,
    /// The port where it is now, when that is known and another than the one in its address.
    pub moved_to: Option<String>,
}

/// What is wrong with a device. The state says which words a person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceProblem {
    /// What a person calls the port.
    pub port: String,
    /// What to do where this computer does not let us.
    pub remedy: Option<Remedy>,
    /// The system's words, where there are no better ones.
    pub reason: Option<String>,
}

impl From<&PortError> for DeviceProblem {
    fn from(error: &PortError) -> Self {
        let (port, remedy, reason) = match error {
            PortError::InUse { port }
            | PortError::Refuses { port }
            | PortError::Gone { port }
            | PortError::Stalled { port } => (port, None, None),
            PortError::Denied { port, remedy } => (port, Some(*remedy), None),
            PortError::Other { port, reason } => (port, None, Some(reason.clone())),
        };
        Self {
            port: port.clone(),
            remedy,
            reason,
        }
    }
}

/// How a device took a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TestedDevice {
    /// `ready` when everything was taken.
    pub state: State,
    /// What is wrong, where something is.
    pub problem: Option<DeviceProblem>,
}

impl From<&Health> for TestedDevice {
    fn from(health: &Health) -> Self {
        Self {
            state: health.state,
            problem: health.problem.as_ref().map(DeviceProblem::from),
        }
    }
}

/// What can be chosen for a display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisplayChoices {
    /// Every command set.
    pub sets: Vec<CommandSetView>,
    /// Every code page.
    pub pages: Vec<CodePage>,
    /// Every language, with its words.
    pub languages: Vec<DisplayLanguage>,
}

/// One command set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CommandSetView {
    /// The set.
    pub set: CommandSet,
    /// Its name on devices and in manuals, the same in every language.
    pub name: String,
    /// What it can show.
    pub ability: Ability,
    /// Whether its brightness can be set.
    pub dims: bool,
    /// How many rows it has commands for.
    pub most_rows: u8,
    /// A display of this kind as it comes from its box.
    pub display: Display,
    /// How its line usually runs.
    pub line: Line,
}

/// A language of displays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisplayLanguage {
    /// The language.
    pub language: Language,
    /// Its words, where the shop has none of its own.
    pub words: Words,
}

/// A display to try out without the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisplayTry {
    /// As it would be set up. Its address does not matter.
    pub setup: DisplaySetup,
    /// What it would show.
    pub sample: DisplaySample,
}

/// What a display is tried out with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DisplaySample {
    /// Nobody is paying.
    Idle,
    /// What was bought, line by line.
    Order,
    /// An amount to pay.
    ToPay,
    /// Cash was given: what comes back.
    Change,
    /// A payment that the platform has confirmed.
    Received,
    /// One that only a phone reported.
    Reported,
    /// A refund.
    Refund,
}

/// What a display shows, read back from the very bytes that it would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisplayPreview {
    /// What it can show: digits, text or codes.
    pub ability: Ability,
    /// Cells in a row.
    pub columns: u8,
    /// Rows as wide as the display, blanks and all. Digits stand at the right; a point shares its digit's cell.
    pub rows: Vec<String>,
    /// The text that runs through the first row.
    pub running: Option<String>,
    /// Lamps that are lit.
    pub lamps: Vec<Lamp>,
    /// In per cent, where it is set.
    pub brightness: Option<u8>,
    /// The code that is drawn, as the dark modules of a square: rows of `0` and `1`.
    pub code: Option<Vec<String>>,
    /// What that code says.
    pub code_text: Option<String>,
    /// The picture that a box draws in place of a code.
    pub picture: Option<Drawn>,
}
