//! Reads CD5220 and the Chinese displays that share its rows.

use super::{
    Reader,
    esc_pos::{bright, characters, control, unit},
    panel::{Mode, Panel},
    until_cr,
};

pub(super) struct Cd5220 {
    /// The letter behind ESC Q that means the first row.
    first: u8,
    /// After ESC Q A or B only a clear leads back to the other commands.
    strings: bool,
}

impl Cd5220 {
    pub(super) fn new(first: u8) -> Self {
        Self {
            first,
            strings: false,
        }
    }

    fn escape(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let code = *bytes.get(1)?;
        if code == b'Q' {
            return self.rows(bytes, panel);
        }
        let length = match code {
            b'[' | b'*' | b'_' | b'f' | b'c' | b'%' | b'=' | b'?' | b's' | b'd' | b'#' | b't'
            | b'R' => 3,
            b'l' => 4,
            b'W' => match bytes.get(2)? {
                1 | b'1' => 6,
                _ => 3,
            },
            b'&' => characters(bytes)?,
            _ => 2,
        };
        let command = bytes.get(..length)?;
        if self.strings {
            return Some(length);
        }
        let y = panel.y();
        match (code, command.get(2)) {
            (b'@', _) => panel.reset(),
            (0x11, _) => panel.mode = Mode::Overwrite,
            (0x12, _) => panel.mode = Mode::Vertical,
            (0x13, _) => panel.mode = Mode::Horizontal,
            (b'*', Some(step)) => bright(*step, panel),
            (b'_', Some(on)) => panel.cursor = matches!(on, 1 | b'1'),
            (b'[', Some(way)) => match way {
                b'D' => panel.left(),
                b'C' => panel.right(),
                b'A' => panel.up(),
                b'B' => panel.down(),
                b'H' => panel.go(0, 0),
                b'L' => panel.go(0, y),
                b'R' => panel.go(panel.columns - 1, y),
                b'K' => panel.go(panel.columns - 1, panel.rows - 1),
                _ => {}
            },
            (b'l', Some(x)) => {
                if let (Some(x), Some(y)) = (x.checked_sub(1), command[3].checked_sub(1)) {
                    panel.go(x.into(), y.into());
                }
            }
            _ => {}
        }
        Some(length)
    }

    fn rows(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let letter = *bytes.get(2)?;
        let (text, taken) = until_cr(bytes, 3)?;
        // D is no row, however many there are.
        match letter.checked_sub(self.first) {
            _ if letter == b'D' => {
                panel.run(text);
                self.strings = true;
            }
            Some(row) if usize::from(row) < panel.rows => {
                panel.replace(row.into(), text);
                self.strings = true;
            }
            _ => {}
        }
        Some(taken)
    }
}

impl Reader for Cd5220 {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        match bytes[0] {
            0x1b => self.escape(bytes, panel),
            0x1f if !self.strings => unit(bytes, panel),
            0x1c => (bytes.len() >= 2).then_some(2),
            byte @ (0x0c | 0x18) => {
                self.strings = false;
                control(byte, panel);
                Some(1)
            }
            byte if byte < 0x20 => {
                if !self.strings {
                    control(byte, panel);
                }
                Some(1)
            }
            _ if self.strings => Some(1),
            _ => panel.write_first(bytes),
        }
    }

    fn longest(&self) -> usize {
        4096
    }
}
