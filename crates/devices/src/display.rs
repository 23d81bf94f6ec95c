//! Customer displays: what is meant, the bytes that show it, and what bytes show.
//!
//! - [`screen`]: what is meant; [`layout`]: from what happened at the till to a screen, in the words of [`words`].
//! - [`Display`]: one display as it is set up; [`Display::picture`] makes the bytes, a file below `encode/` for each
//!   command set.
//! - [`decode`]: the other way, written from the same tables apart from the encoders: for previews, tests, support.

use crate::{
    port::{Line, Parity},
    queue::script::{Picture, Script, Step},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub mod code_page;
pub mod decode;
mod encode;
mod fit;
pub mod layout;
pub mod screen;
pub mod words;

pub use code_page::CodePage;
pub use encode::template::{LengthField, Template};
pub use screen::{Brightness, Geometry, Kind, Qr, Row, Screen};

/// How a display wants to be talked to. Many devices know several sets and have a switch for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CommandSet {
    /// Chinese eight digits with four lamps, as most have it.
    Led8,
    /// The same with lamps by binary number (Wintec CD110, Hisense VC108).
    Led8Binary,
    /// The same with lamps by number and state (Partner CD7110, CD7111).
    Led8Cd7110,
    /// The same with digits sent bare (Posin and other built-in ones).
    Led8Bare,
    /// The same with lamps by one bare digit (Ejeton VFD8C).
    Led8LampDigit,
    /// The same with lamps by STX L, all four at once.
    Led8Stx,
    /// Epson's, and of most clones.
    EscPos,
    /// Partner Tech and Firich.
    Cd5220,
    /// Hisense LC415: as CD5220, with four rows.
    Lc415,
    /// Two rows of Chinese, with ESC/POS positions.
    Gb18030,
    /// Two rows of Chinese, with CD5220's rows.
    Gb18030Rows,
    /// UTC, standard mode.
    Utc,
    /// UTC, enhanced ("pass-through") mode.
    UtcEnhanced,
    /// AEDEX, EMAX.
    Aedex,
    /// ADM787, ADM788.
    Adm787,
    /// DSP-800.
    Dsp800,
    /// Logic Controls.
    LogicControls,
    /// IBM SurePOS character displays.
    SurePos,
    /// NCR 5972, 7454.
    Ncr,
    /// Wincor BA63, BA66 and others with ANSI-like commands.
    Ba63,
    /// The USB model of the BA63, which wants reports.
    Ba63Hid,
    /// Mertech QR-Pay: a box that draws codes.
    QrMertech,
    /// Bonrix: a box that draws codes.
    QrBonrix,
    /// Nextion panels with a component `qr0`.
    QrNextion,
    /// A box that draws codes, by bytes that the user knows.
    QrTemplate,
}

impl CommandSet {
    /// Every command set, for lists to choose from.
    pub const ALL: [Self; 25] = [
        Self::Led8,
        Self::Led8Binary,
        Self::Led8Cd7110,
        Self::Led8Bare,
        Self::Led8LampDigit,
        Self::Led8Stx,
        Self::EscPos,
        Self::Cd5220,
        Self::Lc415,
        Self::Gb18030,
        Self::Gb18030Rows,
        Self::Utc,
        Self::UtcEnhanced,
        Self::Aedex,
        Self::Adm787,
        Self::Dsp800,
        Self::LogicControls,
        Self::SurePos,
        Self::Ncr,
        Self::Ba63,
        Self::Ba63Hid,
        Self::QrMertech,
        Self::QrBonrix,
        Self::QrNextion,
        Self::QrTemplate,
    ];

    /// Its name on devices and in manuals; the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Led8 => "LED8 / LED8N",
            Self::Led8Binary => "LED8, CD110",
            Self::Led8Cd7110 => "LED8, CD7110",
            Self::Led8Bare => "LED8, Posin",
            Self::Led8LampDigit => "LED8, VFD8C",
            Self::Led8Stx => "LED8, STX L",
            Self::EscPos => "ESC/POS (Epson)",
            Self::Cd5220 => "CD5220",
            Self::Lc415 => "LC415",
            Self::Gb18030 => "GB18030 VFD/LCD",
            Self::Gb18030Rows => "GB18030 VFD/LCD, ESC Q",
            Self::Utc => "UTC standard",
            Self::UtcEnhanced => "UTC enhanced",
            Self::Aedex => "AEDEX / EMAX",
            Self::Adm787 => "ADM787 / ADM788",
            Self::Dsp800 => "DSP-800",
            Self::LogicControls => "Logic Controls",
            Self::SurePos => "IBM SurePOS",
            Self::Ncr => "NCR 5972 / 7454",
            Self::Ba63 => "BA63 / BA66",
            Self::Ba63Hid => "BA63 USB",
            Self::QrMertech => "Mertech QR-Pay",
            Self::QrBonrix => "Bonrix QR",
            Self::QrNextion => "Nextion",
            Self::QrTemplate => "QR template",
        }
    }

    /// What it can show.
    pub fn ability(self) -> Ability {
        match self {
            Self::Led8
            | Self::Led8Binary
            | Self::Led8Cd7110
            | Self::Led8Bare
            | Self::Led8LampDigit
            | Self::Led8Stx => Ability::Digits,
            Self::QrMertech | Self::QrBonrix | Self::QrNextion | Self::QrTemplate => Ability::Codes,
            _ => Ability::Text,
        }
    }

    /// Whether its brightness can be set from here.
    pub fn dims(self) -> bool {
        matches!(
            self,
            Self::EscPos | Self::Cd5220 | Self::Utc | Self::LogicControls
        )
    }

    /// How many cells a text may have that its own command lets run through the first row again and again; `None` where
    /// it has no such command, or where it is not known what ends it (Logic Controls). A text that we moved ourselves
    /// would flicker.
    pub fn runs(self) -> Option<usize> {
        match self {
            Self::Cd5220 | Self::Aedex => Some(40),
            Self::UtcEnhanced => Some(45),
            _ => None,
        }
    }

    /// How its line runs as a rule. Switches on the device can say otherwise.
    pub fn line(self) -> Line {
        let mut line = Line::default();
        match self {
            Self::Led8 | Self::Led8Bare => line.baud = 2400,
            Self::Ba63 => line.parity = Parity::Odd,
            Self::QrMertech | Self::QrBonrix => line.baud = 115_200,
            _ => {}
        }
        line
    }

    /// How many cells it has as a rule.
    pub fn geometry(self) -> Geometry {
        match (self, self.ability()) {
            (_, Ability::Digits) => Geometry::DIGITS,
            (Self::Lc415, _) => Geometry::FOUR_BY_20,
            _ => Geometry::TWO_BY_20,
        }
    }

    /// Which letters it has as a rule: those that are the same on every device, but for Chinese ones.
    pub fn page(self) -> CodePage {
        match self {
            Self::Gb18030 | Self::Gb18030Rows => CodePage::Gb18030,
            _ => CodePage::Ascii,
        }
    }

    /// How many rows it has commands for.
    pub fn most_rows(self) -> usize {
        match self.ability() {
            Ability::Digits => 1,
            Ability::Codes => 4,
            Ability::Text => match self {
                Self::EscPos
                | Self::Gb18030
                | Self::Lc415
                | Self::Ncr
                | Self::Ba63
                | Self::Ba63Hid => 4,
                _ => 2,
            },
        }
    }
}

/// What a display can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Ability {
    /// One amount, and lamps that say which.
    Digits,
    /// Rows of letters.
    Text,
    /// Codes to pay with.
    Codes,
}

/// One display as it is set up. Set, cells and code page are chosen apart: devices mix them as they like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Display {
    /// How it wants to be talked to.
    pub set: CommandSet,
    /// How many cells it has.
    pub geometry: Geometry,
    /// Which letters it has.
    pub page: CodePage,
    /// How bright; `None` leaves it as it is.
    #[serde(default)]
    pub brightness: Option<Brightness>,
    /// A rest after each command, in milliseconds, for devices that lose what comes back to back.
    #[serde(default)]
    pub rest_ms: u16,
    /// Bonrix: end each command with CR LF. Not documented, so it is for the user to try.
    #[serde(default)]
    pub line_end: bool,
    /// For [`CommandSet::QrTemplate`].
    #[serde(default)]
    pub template: Option<Template>,
}

impl Display {
    /// A display of this kind as it comes from its box.
    pub fn preset(set: CommandSet) -> Self {
        Self {
            set,
            geometry: set.geometry(),
            page: set.page(),
            brightness: None,
            rest_ms: 0,
            line_end: false,
            template: None,
        }
    }

    /// What is sent to show `screen`: on a fresh device, and over whatever it showed before.
    pub fn picture(&self, screen: &Screen) -> Picture {
        let script = |fresh| {
            let mut commands = Commands::new(self.rest_ms, self.set == CommandSet::Ba63Hid);
            encode::encode(self, screen, fresh, &mut commands);
            Script::new(commands.steps())
        };
        Picture {
            first: script(true),
            next: script(false),
        }
    }

    /// Rows as they stand in the display's cells, in its bytes.
    fn cells(&self, screen: &Screen) -> Vec<Vec<u8>> {
        let rows = self.geometry.rows().min(self.set.most_rows());
        (0..rows)
            .map(|i| fit::row(screen.rows.get(i), self.geometry.columns(), self.page))
            .collect()
    }

    /// What runs through the first row, in the display's bytes.
    fn running(&self, screen: &Screen) -> Option<Vec<u8>> {
        let text = screen.running.as_deref()?;
        Some(self.page.encode(text, self.set.runs()?))
    }
}

/// Commands on their way to a script: in one go where nothing has to rest between them.
struct Commands {
    steps: Vec<Step>,
    rest: Duration,
    apart: bool,
}

impl Commands {
    fn new(rest_ms: u16, apart: bool) -> Self {
        Self {
            steps: Vec::new(),
            rest: Duration::from_millis(rest_ms.into()),
            apart,
        }
    }

    /// One command. It stays whole on its way.
    fn send(&mut self, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        if !self.apart
            && let Some(Step::Send(before)) = self.steps.last_mut()
        {
            before.extend(bytes);
        } else {
            self.steps.push(Step::Send(bytes));
        }
        if !self.rest.is_zero() {
            self.steps.push(Step::Rest(self.rest));
        }
    }

    /// One command made of parts.
    fn send_all(&mut self, parts: &[&[u8]]) {
        self.send(parts.concat());
    }

    /// Lets the device rest at least so long.
    fn rest(&mut self, least: Duration) {
        if let Some(Step::Rest(rest)) = self.steps.last_mut() {
            *rest = (*rest).max(least);
        } else {
            self.steps.push(Step::Rest(least));
        }
    }

    fn steps(self) -> Vec<Step> {
        self.steps
    }
}
