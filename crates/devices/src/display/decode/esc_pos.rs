//! Reads Epson's ESC/POS displays.

use super::{
    Reader,
    panel::{Mode, Panel},
};
use crate::display::CodePage;

#[derive(Default)]
pub(super) struct EscPos {
    /// The line is turned to a printer; all until it is turned back is not for the display.
    printer: bool,
}

impl Reader for EscPos {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if self.printer {
            return match bytes {
                [0x1b] | [0x1b, 0x3d] => None,
                [0x1b, 0x3d, device, ..] => {
                    self.printer = matches!(device, 1 | b'1');
                    Some(3)
                }
                _ => Some(1),
            };
        }
        match bytes[0] {
            0x1b => self.escape(bytes, panel),
            0x1f => unit(bytes, panel),
            // Real-time commands to a printer on the same line.
            0x10 => match bytes.get(1)? {
                0x14 => (bytes.len() >= 5).then_some(5),
                0x04 => (bytes.len() >= 3).then_some(3),
                _ => Some(1),
            },
            // Chinese on and off.
            0x1c => (bytes.len() >= 2).then_some(2),
            byte if byte < 0x20 => {
                control(byte, panel);
                Some(1)
            }
            _ => panel.write_first(bytes),
        }
    }

    /// US ( carries a length of two bytes, ESC & up to 95 characters of 36 bytes.
    fn longest(&self) -> usize {
        4096
    }
}

/// The single bytes, which CD5220 shares.
pub(super) fn control(byte: u8, panel: &mut Panel) {
    let y = panel.y();
    match byte {
        0x08 => panel.left(),
        0x09 => panel.right(),
        0x0a => panel.down(),
        0x0b => panel.go(0, 0),
        0x0c => panel.clear(),
        0x0d => panel.go(0, y),
        0x18 => {
            panel.blank_row(y);
            panel.go(0, y);
        }
        _ => {}
    }
}

/// US commands, which CD5220 shares.
pub(super) fn unit(bytes: &[u8], panel: &mut Panel) -> Option<usize> {
    let (columns, rows, y) = (panel.columns, panel.rows, panel.y());
    let code = *bytes.get(1)?;
    let length = match code {
        0x43 | 0x45 | 0x58 | 0x72 | 0x76 | 0x2e | 0x2c | 0x3b => 3,
        0x24 | 0x23 | 0x54 | 0x5e => 4,
        0x28 => 5 + usize::from(u16::from_le_bytes([*bytes.get(3)?, *bytes.get(4)?])),
        _ => 2,
    };
    let command = bytes.get(..length)?;
    match code {
        0x01 => panel.mode = Mode::Overwrite,
        0x02 => panel.mode = Mode::Vertical,
        0x03 => panel.mode = Mode::Horizontal,
        0x0a => panel.up(),
        0x0d => panel.go(columns - 1, y),
        0x42 => panel.go(columns - 1, rows - 1),
        0x24 => {
            if let (Some(x), Some(y)) = (command[2].checked_sub(1), command[3].checked_sub(1)) {
                panel.go(x.into(), y.into());
            }
        }
        0x43 => panel.cursor = matches!(command[2], 1 | b'1'),
        0x58 => bright(command[2], panel),
        0x2e | 0x2c | 0x3b => panel.write(char::from(command[2]), 1),
        _ => {}
    }
    Some(length)
}

/// Four steps of brightness.
pub(super) fn bright(step: u8, panel: &mut Panel) {
    match step {
        1 => panel.brightness = Some(20),
        2 => panel.brightness = Some(40),
        3 => panel.brightness = Some(60),
        4 => panel.brightness = Some(100),
        _ => {}
    }
}

impl EscPos {
    fn escape(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let code = *bytes.get(1)?;
        let length = match code {
            b'=' | b'R' | b't' | b'%' | b'?' => 3,
            b'&' => characters(bytes)?,
            b'W' => match bytes.get(3)? {
                1 | b'1' => 8,
                _ => 4,
            },
            _ => 2,
        };
        let command = bytes.get(..length)?;
        match code {
            b'@' => panel.reset(),
            b'=' => self.printer = matches!(command[2], 1 | b'1'),
            b't' => {
                if let Some(page) = page(command[2]) {
                    panel.page = page;
                }
            }
            _ => {}
        }
        Some(length)
    }
}

/// How long a definition of characters is: each has its own width.
pub(super) fn characters(bytes: &[u8]) -> Option<usize> {
    let (per_column, first, last) = (*bytes.get(2)?, *bytes.get(3)?, *bytes.get(4)?);
    let mut length = 5;
    for _ in first..=last {
        let width = *bytes.get(length)?;
        length += 1 + usize::from(width) * usize::from(per_column);
    }
    Some(length)
}

/// The code page behind a number.
fn page(number: u8) -> Option<CodePage> {
    Some(match number {
        0 => CodePage::Cp437,
        2 => CodePage::Cp850,
        3 => CodePage::Cp860,
        4 => CodePage::Cp863,
        5 => CodePage::Cp865,
        13 => CodePage::Cp857,
        14 => CodePage::Cp737,
        15 => CodePage::Iso8859_7,
        16 => CodePage::Cp1252,
        17 => CodePage::Cp866,
        18 => CodePage::Cp852,
        19 => CodePage::Cp858,
        33 => CodePage::Cp775,
        34 => CodePage::Cp855,
        39 => CodePage::Iso8859_2,
        40 => CodePage::Iso8859_15,
        45 => CodePage::Cp1250,
        46 => CodePage::Cp1251,
        47 => CodePage::Cp1253,
        48 => CodePage::Cp1254,
        51 => CodePage::Cp1257,
        _ => return None,
    })
}
