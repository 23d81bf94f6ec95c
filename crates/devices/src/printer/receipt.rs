//! What stands on a receipt, block by block, whatever printer it comes from.

use serde::{Deserialize, Serialize};

mod barcode;
mod slip;
pub mod words;

pub use barcode::{Barcode, Symbology};
pub use slip::{Head, Slip, slip};

/// No paper has more blocks: a day's closing with every platform has a hundred.
pub const BLOCKS_MAX: usize = 500;
/// No receipt is more papers, each cut off: its copies.
pub const PAPERS_MAX: usize = 3;
/// No block has more characters.
pub const TEXT_MAX: usize = 1_000;
/// No QR code on a receipt holds more bytes.
pub const QR_MAX: usize = 512;

/// A receipt, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Receipt {
    /// Its blocks; what is beyond [`BLOCKS_MAX`] on one paper, or beyond [`PAPERS_MAX`] papers, is not printed.
    pub blocks: Vec<Block>,
}

/// One thing on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Block {
    /// Text, broken where the paper ends.
    Text {
        /// The text; a line feed begins a new line.
        text: String,
        /// How it looks.
        #[serde(default)]
        style: Style,
    },
    /// A figure in the middle, as large as it can be without being broken.
    Figure {
        /// The figure.
        text: String,
    },
    /// Something on the left and something on the right, the latter whole: an amount is never cut for a name.
    Pair {
        /// On the left; broken where there is no room.
        left: String,
        /// On the right.
        right: String,
        /// Whether both are bold.
        #[serde(default)]
        bold: bool,
    },
    /// A line across the paper.
    Rule,
    /// A QR code in the middle.
    Qr {
        /// What it says; at most [`QR_MAX`] bytes.
        data: String,
    },
    /// A barcode in the middle, with its text below.
    Barcode(Barcode),
    /// The shop's logo, where it has one.
    Logo,
    /// Empty lines.
    Feed {
        /// How many.
        lines: u8,
    },
    /// Off with it.
    Cut,
    /// Opens the drawer.
    Drawer,
    /// Rings, where the printer can.
    Bell,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Style {
    /// Where it stands.
    pub align: Align,
    /// Whether it is bold.
    pub bold: bool,
    /// How large it is.
    pub size: Size,
}

/// Where something stands on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right.
    Right,
}

/// How large letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// As the printer has them.
    #[default]
    Normal,
    /// Twice as high.
    Tall,
    /// Twice as wide and as high.
    Double,
}

impl Size {
    /// So many times as wide.
    pub fn wide(self) -> usize {
        match self {
            Self::Normal | Self::Tall => 1,
            Self::Double => 2,
        }
    }

    /// So many times as high.
    pub fn tall(self) -> usize {
        match self {
            Self::Normal => 1,
            Self::Tall | Self::Double => 2,
        }
    }
}

impl Receipt {
    fn text(&mut self, text: &str, style: Style) {
        let text = text.to_owned();
        self.blocks.push(Block::Text { text, style });
    }

    fn middle(&mut self, text: &str, size: Size, bold: bool) {
        let align = Align::Centre;
        self.text(text, Style { align, bold, size });
    }

    fn pair(&mut self, left: impl Into<String>, right: impl Into<String>, bold: bool) {
        self.blocks.push(Block::Pair {
            left: left.into(),
            right: right.into(),
            bold,
        });
    }

    fn rule(&mut self) {
        self.blocks.push(Block::Rule);
    }
}
