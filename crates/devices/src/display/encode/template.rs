//! A box that draws codes, by bytes that the user knows from its manual.

use super::qr::wanted;
use crate::display::{CodePage, Commands, Kind, Screen};
use serde::{Deserialize, Serialize};

/// What a box wants around a code. The code itself goes as UTF-8, or in the display's code page where one is set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "CodeFrame"))]
pub struct Template {
    /// Bytes before the length and the code.
    #[serde(with = "hex")]
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub before: Vec<u8>,
    /// How its length is written.
    pub length: LengthField,
    /// Bytes after the code.
    #[serde(with = "hex")]
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub after: Vec<u8>,
    /// What shows that it was paid, if the box can.
    #[serde(with = "hex")]
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub paid: Vec<u8>,
    /// What takes the code away.
    #[serde(with = "hex")]
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub clear: Vec<u8>,
}

/// How the length of a code is written before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum LengthField {
    /// Not at all.
    #[default]
    None,
    /// In one byte: no code above 255 bytes.
    Byte,
    /// In two, the larger first.
    BigEndian,
    /// In two, the smaller first.
    LittleEndian,
}

/// No part of a template needs more.
const PART_MAX: usize = 256;

impl Template {
    pub(super) fn encode(&self, page: CodePage, screen: &Screen, to: &mut Commands) {
        let code = wanted(screen).and_then(|qr| match page {
            CodePage::Ascii => Some(qr.payload().as_bytes().to_vec()),
            page => page.exact(qr.payload()),
        });
        let framed = code.and_then(|code| {
            let length = self.length.of(code.len())?;
            Some([part(&self.before), &length, &code, part(&self.after)].concat())
        });
        to.send(match framed {
            Some(framed) => framed,
            None if screen.kind == Kind::Paid && !self.paid.is_empty() => part(&self.paid).to_vec(),
            None => part(&self.clear).to_vec(),
        });
    }
}

impl LengthField {
    /// `None` where a code is too long for it.
    fn of(self, length: usize) -> Option<Vec<u8>> {
        Some(match self {
            Self::None => Vec::new(),
            Self::Byte => vec![u8::try_from(length).ok()?],
            Self::BigEndian => u16::try_from(length).ok()?.to_be_bytes().into(),
            Self::LittleEndian => u16::try_from(length).ok()?.to_le_bytes().into(),
        })
    }
}

fn part(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(PART_MAX)]
}
