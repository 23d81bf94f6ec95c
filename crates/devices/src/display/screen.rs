//! What a display is meant to show: rows of words and amounts, whatever the device behind it can.

use domain::Money;
use serde::{Deserialize, Serialize};

/// No row needs more letters than this: the widest display has 40 cells.
pub const TEXT_MAX: usize = 80;
/// What a QR code may hold; more is too fine for a small display.
pub const QR_MAX: usize = 1000;

/// One picture for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Screen {
    /// What it is about; lamps and boxes with pictures of their own go by it.
    pub kind: Kind,
    /// The one amount, for displays that have only digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// From the top; rows beyond the display's last are left out.
    pub rows: Vec<Row>,
    /// A text that runs through the first row, in place of that row, where the display lets texts run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<String>,
    /// What to pay with, for displays that draw codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<Qr>,
}

/// What a screen is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nobody is paying.
    #[default]
    Idle,
    /// The price of one thing.
    Price,
    /// What is to be paid.
    AmountToPay,
    /// It was paid, and the platform says so.
    Paid,
    /// A phone says that it was paid. No lamp, picture or frame of a device means that: only words do.
    Reported,
    /// What the customer gets back of it.
    Change,
    /// A payment was given back.
    Refund,
}

/// One row of a display. What does not fit is cut on the left part's right end; an amount is never cut.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Row {
    /// Words at the left, or the whole row.
    pub text: String,
    /// Whether the words stand in the middle; only where there is no amount.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub centered: bool,
    /// An amount at the right end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

impl Row {
    /// Words at the left.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Words in the middle.
    pub fn centered(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            centered: true,
            amount: None,
        }
    }

    /// Words, and an amount at the right end.
    pub fn amount(text: impl Into<String>, amount: Money) -> Self {
        Self {
            text: text.into(),
            centered: false,
            amount: Some(amount),
        }
    }
}

/// A code to pay with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "QrParts", rename_all = "kebab-case")]
pub struct Qr {
    payload: String,
    payee: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct QrParts {
    payload: String,
    #[serde(default)]
    payee: String,
}

impl TryFrom<QrParts> for Qr {
    type Error = &'static str;
    fn try_from(parts: QrParts) -> Result<Self, Self::Error> {
        Self::new(&parts.payload, &parts.payee)
            .ok_or("a code holds 1 to 1000 bytes without control characters")
    }
}

impl Qr {
    /// A code with this content, and the payee's name in words; `None` when it is empty, too long, or has control
    /// characters, which would be commands to the box that draws it.
    pub fn new(payload: &str, payee: &str) -> Option<Self> {
        let clean = |text: &str| text.len() <= QR_MAX && !text.chars().any(char::is_control);
        (!payload.is_empty() && clean(payload) && clean(payee)).then(|| Self {
            payload: payload.into(),
            payee: payee.into(),
        })
    }

    /// What the code says.
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// Who is paid, in words.
    pub fn payee(&self) -> &str {
        &self.payee
    }
}

/// How many cells a display has: 1 to 40 columns, 1 to 4 rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cells")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Geometry {
    columns: u8,
    rows: u8,
}

#[derive(Deserialize)]
struct Cells {
    columns: u8,
    rows: u8,
}

impl TryFrom<Cells> for Geometry {
    type Error = &'static str;
    fn try_from(cells: Cells) -> Result<Self, Self::Error> {
        Self::new(cells.columns, cells.rows).ok_or("a display has 1 to 40 columns and 1 to 4 rows")
    }
}

impl Geometry {
    /// Eight digits.
    pub const DIGITS: Self = Self {
        columns: 8,
        rows: 1,
    };
    /// One row of 16.
    pub const ONE_BY_16: Self = Self {
        columns: 16,
        rows: 1,
    };
    /// One row of 20.
    pub const ONE_BY_20: Self = Self {
        columns: 20,
        rows: 1,
    };
    /// Two rows of 16.
    pub const TWO_BY_16: Self = Self {
        columns: 16,
        rows: 2,
    };
    /// Two rows of 20: the norm.
    pub const TWO_BY_20: Self = Self {
        columns: 20,
        rows: 2,
    };
    /// Four rows of 20.
    pub const FOUR_BY_20: Self = Self {
        columns: 20,
        rows: 4,
    };

    /// `None` for what no display has.
    pub fn new(columns: u8, rows: u8) -> Option<Self> {
        ((1..=40).contains(&columns) && (1..=4).contains(&rows)).then_some(Self { columns, rows })
    }

    /// Cells in a row.
    pub fn columns(self) -> usize {
        self.columns.into()
    }

    /// Rows.
    pub fn rows(self) -> usize {
        self.rows.into()
    }
}

/// How bright, in the four steps that displays have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Brightness {
    /// A fifth.
    Dim,
    /// Two fifths.
    Low,
    /// Three fifths.
    Medium,
    /// Full.
    Full,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_display_has_is_refused() {
        for (columns, rows, fine) in [
            (20, 2, true),
            (40, 4, true),
            (1, 1, true),
            (0, 2, false),
            (20, 0, false),
            (41, 2, false),
            (20, 5, false),
        ] {
            assert_eq!(Geometry::new(columns, rows).is_some(), fine);
            let json = format!("{{\"columns\":{columns},\"rows\":{rows}}}");
            assert_eq!(serde_json::from_str::<Geometry>(&json).is_ok(), fine);
        }
    }

    #[test]
    fn a_code_cannot_carry_commands() {
        assert!(Qr::new("https://pay.example/1", "Shop").is_some());
        for (payload, payee) in [
            ("", "Shop"),
            ("a\u{2}\u{f2}", ""),
            ("a\nb", ""),
            ("a", "Shop\r"),
        ] {
            assert_eq!(Qr::new(payload, payee), None);
        }
        assert_eq!(Qr::new(&"x".repeat(QR_MAX + 1), ""), None);
        assert!(serde_json::from_str::<Qr>(r#"{"payload":"\u0002"}"#).is_err());
    }
}
