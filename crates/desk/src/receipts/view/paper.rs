//! A paper as a page draws it, read back from what its printer would be sent.

use serde::{Deserialize, Serialize};

/// A printed paper, as the printer's own commands were read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaperView {
    /// Dots across.
    pub dots: u32,
    /// Letters of normal size across.
    pub columns: u32,
    /// From top to bottom.
    pub items: Vec<PaperItem>,
}

/// One thing on paper, or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PaperItem {
    /// A line of text.
    Line {
        /// Its parts.
        spans: Vec<PaperSpan>,
    },
    /// Dots from the left edge.
    Picture {
        /// Dots across.
        width: u32,
        /// Dots from top to bottom.
        rows: u32,
        /// The dots row by row in base64: eight to a byte, the leftmost in the highest bit, 1 is black. Each row begins
        /// with a new byte.
        bits: String,
    },
    /// A QR code.
    Qr {
        /// Its modules: rows of `0` and `1`, without the border.
        modules: Vec<String>,
        /// The size of a module in dots.
        module: u32,
    },
    /// A barcode, with its text below.
    Barcode {
        /// Its text.
        text: String,
    },
    /// Empty paper, in lines.
    Feed {
        /// How many.
        lines: u32,
    },
    /// It is cut here.
    Cut,
    /// The drawer opens.
    Drawer,
    /// It rings.
    Bell,
}

/// Text in one look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaperSpan {
    /// Columns of normal size from the left edge.
    pub column: u32,
    /// So many columns of normal size are taken.
    pub columns: u32,
    /// The text.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// So many times as wide.
    pub wide: u32,
    /// So many times as high.
    pub tall: u32,
}
