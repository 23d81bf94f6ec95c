//! The printers that the owner set up: what may be in them.

use super::device::{
    first_fault, id_is_good, ids_differ, line_is_good, name_is_good, ports_differ,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use devices::{
    Line, PortAddress,
    printer::{
        bitmap::Grey,
        profile::Profile,
        receipt::{QR_MAX, words::PaperLanguage},
    },
};
use domain::Money;
use serde::{Deserialize, Serialize};

/// So many printers at most.
pub const PRINTERS_MAX: usize = 8;
/// The longest name that a system has for a printer, in bytes.
const SYSTEM_NAME_MAX: usize = 256;
/// The longest text at a receipt's head and at its foot, in characters, and in lines.
const FOOT_MAX: usize = 300;
const FOOT_LINES_MAX: usize = 8;
/// A logo is at most so many dots wide and high: the width of narrow paper.
pub const LOGO_WIDTH_MAX: u16 = 384;
/// See [`LOGO_WIDTH_MAX`].
pub const LOGO_HEIGHT_MAX: u16 = 192;

/// A printer that receipts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PrinterSetup {
    /// What jobs know it by, whatever becomes of its name and port: 1 to 36 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// It is in use.
    pub on: bool,
    /// Where it is.
    pub target: PrinterTarget,
    /// What it can do. Of a printer of the system's only the width counts.
    #[serde(default)]
    pub profile: Profile,
    /// The language of its paper.
    #[serde(default)]
    pub language: PaperLanguage,
    /// A text below the shop's name, such as its address; may be empty.
    #[serde(default)]
    pub top: String,
    /// A text at the foot of each receipt; may be empty.
    #[serde(default)]
    pub foot: String,
    /// What a code at the foot says, such as the shop's own page; may be empty.
    #[serde(default)]
    pub link: String,
    /// What else stands on it.
    #[serde(default)]
    pub rows: ReceiptRows,
    /// Who collects here, as it stands on the receipt; empty: whoever the book says collected it.
    #[serde(default)]
    pub collector: String,
    /// The shop's logo comes first.
    #[serde(default)]
    pub logo: bool,
    /// So many papers of each receipt, 1 to 3.
    #[serde(default = "one")]
    pub copies: u8,
    /// What is printed without anybody asking.
    #[serde(default)]
    pub by_itself: ByItself,
    /// A payment's first receipt opens the drawer.
    #[serde(default)]
    pub drawer: bool,
    /// What is printed by itself rings, where the printer can.
    #[serde(default)]
    pub bell: bool,
    /// The order number stands there as a barcode too, where it fits.
    #[serde(default)]
    pub barcode: bool,
}

fn one() -> u8 {
    1
}

/// What stands on a receipt where it is known, beside what always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ReceiptRows {
    /// The amount in words.
    pub in_words: bool,
    /// The day's running number.
    pub number: bool,
    /// The order number.
    pub order: bool,
    /// Who collected it.
    pub collector: bool,
}

impl Default for ReceiptRows {
    fn default() -> Self {
        Self {
            in_words: true,
            number: true,
            order: true,
            collector: true,
        }
    }
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum PrinterTarget {
    /// A receipt printer at a port.
    Port {
        /// The port: the text form of an address, as found devices have it (`tcp:192.168.1.20:9100`).
        address: String,
        /// How its line runs.
        #[serde(default)]
        line: Line,
    },
    /// One of the system's printers.
    System {
        /// The system's name of it.
        name: String,
        /// Its paper. Windows knows better, and asks the printer's driver.
        #[serde(default)]
        sheet: Sheet,
    },
}

/// The paper of a printer of the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    /// 210 by 297 millimetres.
    #[default]
    A4,
    /// 148 by 210 millimetres.
    A5,
    /// 8.5 by 11 inches.
    Letter,
    /// A roll, 80 millimetres wide.
    Roll80,
    /// A roll, 58 millimetres wide.
    Roll58,
}

impl Sheet {
    /// A sheet, and no roll.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::A4 | Self::A5 | Self::Letter)
    }
}

/// What is printed without anybody asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ByItself {
    /// Which payments.
    pub payments: Printed,
    /// Refunds too.
    pub refunds: bool,
    /// Nothing smaller than this; other currencies are printed all the same.
    pub from: Option<Money>,
}

/// Which payments are printed by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Printed {
    /// None.
    #[default]
    Never,
    /// Those that the platform confirmed; what a phone reported is printed once it is confirmed.
    Confirmed,
    /// All.
    All,
}

/// The shop's logo in greys, for the head of receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Logo {
    /// Dots across, at most 384.
    pub width: u16,
    /// Dots from top to bottom, at most 192.
    pub height: u16,
    /// The greys row by row, 0 black to 255 white, in base64.
    pub shades: String,
}

impl Logo {
    /// As dots are made from it; `None` where it is none.
    pub fn grey(&self) -> Option<Grey> {
        let sane = (1..=LOGO_WIDTH_MAX).contains(&self.width)
            && (1..=LOGO_HEIGHT_MAX).contains(&self.height);
        let longest = usize::from(LOGO_WIDTH_MAX) * usize::from(LOGO_HEIGHT_MAX) * 4 / 3 + 4;
        if !sane || self.shades.len() > longest {
            return None;
        }
        let shades = BASE64_STANDARD.decode(&self.shades).ok()?;
        Grey::new(self.width.into(), self.height.into(), shades)
    }
}

impl PrinterSetup {
    /// Where it is, of a printer at a port; `None` also where the text is no address.
    pub fn port(&self) -> Option<PortAddress> {
        match &self.target {
            PrinterTarget::Port { address, .. } => address.parse().ok(),
            PrinterTarget::System { .. } => None,
        }
    }

    /// The field that cannot be used, of all but name and place: what a preview needs.
    pub(crate) fn fault_of_look(&self) -> Option<&'static str> {
        let rows = |text: &str| {
            text.chars().count() <= FOOT_MAX
                && text.lines().count() <= FOOT_LINES_MAX
                && !text.chars().any(|c| c.is_control() && c != '\n')
        };
        let link = self.link.len() <= QR_MAX && !self.link.chars().any(char::is_control);
        let from = self.by_itself.from;
        first_fault([
            ("printers.profile", self.profile == self.profile.bounded()),
            ("printers.top", rows(&self.top)),
            ("printers.foot", rows(&self.foot)),
            ("printers.link", link),
            (
                "printers.collector",
                self.collector.is_empty() || name_is_good(&self.collector),
            ),
            ("printers.copies", (1..=3).contains(&self.copies)),
            (
                "printers.by_itself",
                from.is_none_or(|from| from.minor() >= 0),
            ),
        ])
    }

    /// The field that cannot be used.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let target = match &self.target {
            PrinterTarget::Port { line, .. } => self.port().is_some() && line_is_good(line),
            PrinterTarget::System { name, .. } => {
                (1..=SYSTEM_NAME_MAX).contains(&name.len()) && !name.chars().any(char::is_control)
            }
        };
        first_fault([
            ("printers.id", id_is_good(&self.id)),
            ("printers.name", name_is_good(&self.name)),
            ("printers.target", target),
        ])
        .or_else(|| self.fault_of_look())
    }
}

/// What cannot be used among all printers.
pub(crate) fn fault(printers: &[PrinterSetup]) -> Option<&'static str> {
    let ids = printers.iter().map(|one| one.id.as_str());
    let in_use = printers.iter().filter(|one| one.on);
    first_fault([
        ("printers", printers.len() <= PRINTERS_MAX),
        ("printers.id", ids_differ(ids)),
        (
            "printers.target",
            ports_differ(in_use.filter_map(PrinterSetup::port)),
        ),
    ])
    .or_else(|| printers.iter().find_map(PrinterSetup::fault))
}
