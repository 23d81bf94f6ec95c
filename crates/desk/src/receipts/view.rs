//! What pages are shown of printing, and what they may ask.

mod paper;

pub use paper::{PaperItem, PaperSpan, PaperView};

use crate::{settings::printers::PrinterSetup, views::LineId};
use devices::{
    PortError,
    port::Remedy,
    printer::{
        profile::{Preset, Profile},
        status::Trouble,
    },
    queue::{Refused, State},
};
use domain::BusinessDay;
use serde::{Deserialize, Serialize};

/// One receipt's way to one printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct JobId(pub i64);

/// A receipt to print, because somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrintWish {
    /// Of which payment.
    pub line: LineId,
    /// On which printer, by the id of its set-up; `None`: the first that is in use.
    #[serde(default)]
    pub printer: Option<String>,
}

/// A closing to print, because somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrintClosing {
    /// Which.
    pub of: ClosingPaper,
    /// On which printer, by the id of its set-up; `None`: the first that is in use.
    #[serde(default)]
    pub printer: Option<String>,
}

/// A printer in use, for whoever prints a closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClosingPrinter {
    /// The id of its set-up.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// It prints whole pages of A4, not a receipt.
    pub pages: bool,
}

/// A closing, or a day as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "paper", rename_all = "snake_case")]
pub enum ClosingPaper {
    /// A closing.
    Closing {
        /// Its number.
        number: u32,
    },
    /// A day as it stands, without closing it.
    Look {
        /// The business day.
        day: BusinessDay,
    },
}

/// A receipt's way to paper, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrintJobView {
    /// Which.
    pub id: JobId,
    /// The payment; `None`: it is no payment's.
    pub line: Option<LineId>,
    /// What it is, of what is no payment's ("Closing no. 12").
    pub paper: Option<String>,
    /// Its amount for people, with a minus for refunds; `None`: not given.
    pub amount_text: Option<String>,
    /// The day's running number of the payment.
    pub number: Option<u32>,
    /// When it was paid, on the shop's clock; with the date where that was not today. Of what is no payment's: when it
    /// was asked for.
    pub paid_clock: String,
    /// The printer, by the id of its set-up.
    pub printer: String,
    /// The printer's name; words for that where it is not set up any more.
    pub printer_name: String,
    /// Where it stands.
    pub state: PrintState,
    /// What it waits for, or why it ended so.
    pub problem: Option<PrintProblem>,
    /// The mark on the paper: `None` is the first paper, 1 says "copy 1".
    pub copy: Option<u32>,
    /// It was printed by the owner's rule.
    pub by_itself: bool,
    /// It is shown until somebody has dealt with it.
    pub needs_a_person: bool,
    /// "Print again" can be offered.
    pub can_again: bool,
    /// When it was asked for, on the shop's clock; with the date where that was not today.
    pub asked_clock: String,
}

/// Where a receipt stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PrintState {
    /// It waits for its turn; with a problem, for that to be over.
    Queued,
    /// The printer is at it.
    Sending,
    /// The printer took it all and said so.
    Taken,
    /// All of it was sent; the printer does not say more.
    Sent,
    /// It was not printed: nothing of it reached the printer.
    Failed,
    /// Some of it, or all, may be on paper: somebody has to look.
    Unknown,
    /// Somebody took it back.
    Withdrawn,
}

/// What is wrong with a printer or a job. Pages have the words, under `trouble.<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrintProblem {
    /// What.
    pub code: PrintProblemCode,
    /// What a person calls the port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// What to do where this computer does not let us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// The system's own words, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PrintProblemCode {
    /// There is no paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The knife is stuck.
    KnifeStuck,
    /// Switching it off and on may help.
    Fault,
    /// It is offline and does not say why.
    Offline,
    /// Another program has its port.
    InUse,
    /// It is on the network and takes no connection: who has it, or whether anybody has, cannot be seen from here.
    Refuses,
    /// It is not there: unplugged, switched off, out of reach; or the system has no such printer any more.
    Gone,
    /// This computer does not let us.
    Denied,
    /// It takes nothing.
    Stalled,
    /// Something else, in the system's words.
    Other,
    /// It waited for so long that nobody waits for it any more.
    Late,
    /// The printer is not in use any more.
    NotInUse,
    /// The program ended while the receipt was on its way.
    Restarted,
    /// This computer has no font to draw letters with.
    NoFont,
    /// It is longer than anything that a printer is sent.
    TooLong,
}

impl PrintProblem {
    /// Only what.
    pub fn new(code: PrintProblemCode) -> Self {
        Self {
            code,
            port: None,
            remedy: None,
            reason: None,
        }
    }

    /// In the system's words.
    pub(crate) fn system(code: PrintProblemCode, reason: &str) -> Self {
        let reason: String = reason
            .chars()
            .filter(|c| !c.is_control())
            .take(REASON_MAX)
            .collect();
        Self {
            reason: Some(reason.trim().to_owned()).filter(|text| !text.is_empty()),
            ..Self::new(code)
        }
    }
}

/// The longest words of a system's that are kept.
const REASON_MAX: usize = 300;

impl From<Trouble> for PrintProblem {
    fn from(trouble: Trouble) -> Self {
        Self::new(match trouble {
            Trouble::PaperOut => PrintProblemCode::PaperOut,
            Trouble::CoverOpen => PrintProblemCode::CoverOpen,
            Trouble::KnifeStuck => PrintProblemCode::KnifeStuck,
            Trouble::Fault => PrintProblemCode::Fault,
            Trouble::Offline => PrintProblemCode::Offline,
        })
    }
}

impl From<Refused> for PrintProblem {
    fn from(refused: Refused) -> Self {
        Self::new(match refused {
            Refused::Full => PrintProblemCode::Stalled,
            Refused::TooLong => PrintProblemCode::TooLong,
        })
    }
}

impl From<&PortError> for PrintProblem {
    fn from(error: &PortError) -> Self {
        let at = |code, port: &String| Self {
            port: Some(port.clone()).filter(|port| !port.is_empty()),
            ..Self::new(code)
        };
        match error {
            PortError::InUse { port } => at(PrintProblemCode::InUse, port),
            PortError::Refuses { port } => at(PrintProblemCode::Refuses, port),
            PortError::Gone { port } => at(PrintProblemCode::Gone, port),
            PortError::Stalled { port } => at(PrintProblemCode::Stalled, port),
            PortError::Denied { port, remedy } => Self {
                remedy: Some(*remedy),
                ..at(PrintProblemCode::Denied, port)
            },
            PortError::Other { port, reason } => Self {
                reason: Self::system(PrintProblemCode::Other, reason).reason,
                ..at(PrintProblemCode::Other, port)
            },
        }
    }
}

/// Receipts that are not printed as they should be: one card, and a line in the tray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrintTrouble {
    /// So many wait for their printer, and are printed once it is ready.
    pub waiting: u32,
    /// So many were not printed, and are not until somebody says so.
    pub failed: u32,
    /// Of so many nobody knows.
    pub unknown: u32,
    /// The printer that it is about; `None`: several.
    pub printer_name: Option<String>,
    /// What is wrong, where it is one thing.
    pub problem: Option<PrintProblem>,
    /// Which receipt, where it is one: its amount …
    pub amount_text: Option<String>,
    /// … and when it was paid, on the shop's clock.
    pub paid_clock: Option<String>,
}

/// How a printer that is in use is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrinterHealth {
    /// Its id in the settings.
    pub id: String,
    /// In one word, for its light.
    pub state: State,
    /// What is wrong, where something is: with its port, or with itself.
    pub problem: Option<PrintProblem>,
    /// The port where it is now, when that is known and another than the one in its address.
    pub moved_to: Option<String>,
    /// There is not much paper left.
    pub paper_low: bool,
}

/// A printer of the system's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SystemPrinter {
    /// The system's name of it.
    pub name: String,
    /// It is the system's usual one.
    pub usual: bool,
}

/// A kind of printer to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrinterPreset {
    /// Which; pages have the words.
    pub preset: Preset,
    /// What such a printer can do.
    pub profile: Profile,
}

/// A receipt to try on the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrinterTry {
    /// The printer, saved or not.
    pub printer: PrinterSetup,
    /// What is on it.
    pub sample: ReceiptSample,
}

/// Made-up receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptSample {
    /// A payment that the platform confirmed.
    Confirmed,
    /// A payment that only a phone reported.
    Reported,
    /// A refund.
    Refund,
    /// A copy.
    Copy,
    /// Today as it stands, as on a day's closing.
    Closing,
}

/// What became of a test receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TestPrint {
    /// `taken`, `sent`, `failed` or `unknown`.
    pub state: PrintState,
    /// Why not.
    pub problem: Option<PrintProblem>,
    /// There is not much paper left.
    pub paper_low: bool,
}
