//! From bytes back to what a display shows: for the live preview, for tests, and to read what was recorded.
//!
//! Written from the makers' tables, apart from the encoders: what both get wrong in the same way would stay hidden.
//! Bytes come in pieces of any size and from anywhere; whatever they are, there is a bound on memory and no panic.

use super::{CommandSet as Set, Display};
use panel::Panel;
use serde::Serialize;

mod adm787;
mod aedex;
mod ba63;
mod cd5220;
mod dsp800;
mod esc_pos;
mod led8;
mod letters;
mod ncr;
mod panel;
mod pole;
mod qr;

/// What a customer sees now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shown {
    /// Rows as wide as the display, blanks and all. Digits stand at the right, a point shares its digit's cell.
    pub rows: Vec<String>,
    /// A text that runs through the first row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<String>,
    /// Lamps that are lit.
    pub lamps: Vec<Lamp>,
    /// In per cent, once it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brightness: Option<u8>,
    /// Whether a cursor blinks among the letters.
    pub cursor: bool,
    /// What the code that is drawn says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<String>,
    /// The picture that a box draws in place of a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Drawn>,
}

/// The lit words of a display with digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Lamp {
    /// Price.
    Price,
    /// Total.
    Total,
    /// Paid.
    Paid,
    /// Change.
    Change,
    /// Thank you.
    Thanks,
}

/// A picture of a box that draws codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "DrawnPicture"))]
pub enum Drawn {
    /// Nothing, or a welcome.
    Idle,
    /// It was paid.
    Paid,
    /// It was not.
    Failed,
}

/// Reads one command set.
trait Reader: Send {
    /// Reads what stands first in `bytes` and says how many bytes that were; `None` when more is needed.
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize>;

    /// No command is longer. What is, is no command, and is passed over.
    fn longest(&self) -> usize {
        256
    }
}

/// A display that exists only here.
pub struct Decoder {
    reader: Box<dyn Reader>,
    panel: Panel,
    pending: Vec<u8>,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("shown", &self.panel.shown())
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// A display that was just switched on.
    pub fn new(display: &Display) -> Self {
        let reader: Box<dyn Reader> = match display.set {
            Set::Led8 | Set::Led8Binary | Set::Led8Stx => Box::new(led8::Led8::default()),
            Set::Led8Cd7110 => Box::new(led8::Led8::two_bytes()),
            Set::Led8Bare => Box::new(led8::Led8::bare_digits()),
            Set::Led8LampDigit => Box::new(led8::Led8::bare_lamp()),
            Set::EscPos => Box::new(esc_pos::EscPos::default()),
            Set::Cd5220 | Set::Gb18030 | Set::Gb18030Rows => Box::new(cd5220::Cd5220::new(b'A')),
            Set::Lc415 => Box::new(cd5220::Cd5220::new(b'@')),
            Set::Utc => Box::new(pole::Pole::utc(false)),
            Set::UtcEnhanced => Box::new(pole::Pole::utc(true)),
            Set::LogicControls => Box::new(pole::Pole::logic_controls()),
            Set::SurePos => Box::new(pole::Pole::sure_pos()),
            Set::Aedex => Box::new(aedex::Aedex::default()),
            Set::Adm787 => Box::new(adm787::Adm787),
            Set::Dsp800 => Box::new(dsp800::Dsp800),
            Set::Ncr => Box::new(ncr::Ncr),
            Set::Ba63 => Box::new(ba63::Ba63),
            Set::Ba63Hid => Box::new(ba63::Reports::default()),
            Set::QrMertech => Box::new(qr::Mertech),
            Set::QrBonrix => Box::new(qr::Bonrix::default()),
            Set::QrNextion => Box::new(qr::Nextion),
            Set::QrTemplate => Box::new(qr::Custom::new(display)),
        };
        Self {
            reader,
            panel: Panel::new(display),
            pending: Vec::new(),
        }
    }

    /// Takes the next bytes. It makes no difference how a stream is cut into pieces.
    pub fn feed(&mut self, bytes: &[u8]) {
        let longest = self.reader.longest();
        for piece in bytes.chunks(longest) {
            self.pending.extend_from_slice(piece);
            let mut read = 0;
            while read < self.pending.len() {
                let rest = &self.pending[read..];
                let window = &rest[..rest.len().min(longest)];
                match self.reader.step(window, &mut self.panel) {
                    Some(taken) => read += taken.clamp(1, window.len()),
                    None if window.len() == longest => read += longest,
                    None => break,
                }
            }
            self.pending.drain(..read);
        }
    }

    /// What a customer sees now.
    pub fn shown(&self) -> Shown {
        self.panel.shown()
    }
}

/// The text of a command up to its CR, and how many bytes it takes with the CR; `None` when that is yet to come.
fn until_cr(bytes: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let text = bytes.get(from..)?;
    let end = text.iter().position(|byte| *byte == 0x0d)?;
    Some((&text[..end], from + end + 1))
}

#[cfg(test)]
mod tests;
