//! Reads UTC (both modes), Logic Controls and IBM SurePOS, which share their single bytes.

use super::{
    Reader,
    panel::{Mode, Panel},
    until_cr,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    Utc,
    LogicControls,
    SurePos,
}

pub(super) struct Pole {
    make: Make,
    enhanced: bool,
    attention: [u8; 2],
}

impl Pole {
    pub(super) fn utc(enhanced: bool) -> Self {
        Self {
            enhanced,
            ..Self::new(Make::Utc)
        }
    }

    pub(super) fn logic_controls() -> Self {
        Self::new(Make::LogicControls)
    }

    pub(super) fn sure_pos() -> Self {
        Self::new(Make::SurePos)
    }

    fn new(make: Make) -> Self {
        Self {
            make,
            enhanced: false,
            attention: [0x1b, b'u'],
        }
    }

    /// Only what begins with the attention code is for the display.
    fn enhanced(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let [first, second] = self.attention;
        if bytes[0] == first && (bytes.len() == 1 || bytes[1] == second) {
            let kind = *bytes.get(2)?;
            if kind == b'H' {
                let command = bytes.get(..6)?;
                self.attention = [command[3], command[4]];
                return Some(6);
            }
            let (text, taken) = until_cr(bytes, 3)?;
            match kind {
                b'A' => panel.replace(0, text),
                b'B' => panel.replace(1, text),
                b'D' | b'F' => panel.run(text),
                b'E' => panel.replace(0, text),
                b'I' => {
                    let (upper, lower) = text.split_at(text.len().min(panel.columns));
                    panel.replace(0, upper);
                    panel.replace(1, lower);
                }
                _ => {}
            }
            return Some(taken);
        }
        match bytes {
            [0x1b] | [0x1b, 0x0f] => None,
            [0x1b, 0x0f, 0x0d, ..] => {
                self.enhanced = false;
                Some(3)
            }
            [0x1b, 0x1e, ..] => {
                self.enhanced = false;
                Some(2)
            }
            _ => Some(1),
        }
    }

    /// What only some makes have.
    fn own(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        match (self.make, bytes[0]) {
            (Make::Utc, 0x1b) => {
                if *bytes.get(1)? == b'd' {
                    self.enhanced = true;
                }
                Some(2)
            }
            (Make::LogicControls, 0x05) => {
                let (text, taken) = until_cr(bytes, 1)?;
                panel.run(text);
                Some(taken)
            }
            (Make::LogicControls, 0x1b) => match bytes.get(1)? {
                0x06 | 0x07 | 0x0b => until_cr(bytes, 2).map(|(_, taken)| taken),
                _ => Some(2),
            },
            (Make::LogicControls, 0x03) => (bytes.len() >= 7).then_some(7),
            (Make::SurePos, 0x00 | 0x02) => (bytes.len() >= 2).then_some(2),
            (Make::SurePos, 0x03) => (bytes.len() >= 10).then_some(10),
            _ => Some(1),
        }
    }
}

impl Reader for Pole {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if self.enhanced {
            return self.enhanced(bytes, panel);
        }
        let y = panel.y();
        match bytes[0] {
            0x04 => {
                panel.brightness = match bytes.get(1)? {
                    0x20 => Some(20),
                    0x40 => Some(40),
                    0x60 => Some(60),
                    0xff => Some(100),
                    _ => panel.brightness,
                };
                return Some(2);
            }
            0x10 => {
                panel.go_to((*bytes.get(1)?).into());
                return Some(2);
            }
            0x08 => {
                panel.left();
                panel.write(' ', 1);
                panel.left();
            }
            0x09 => panel.right(),
            0x0a => panel.down(),
            0x0d => panel.go(0, y),
            0x11 => panel.mode = Mode::Overwrite,
            0x12 => panel.mode = Mode::Vertical,
            0x13 => panel.cursor = true,
            0x14 => panel.cursor = false,
            0x18 => panel.blank_rest(),
            0x19 => panel.blank(y * panel.columns + panel.x(), usize::MAX),
            0x1e => panel.clear(),
            0x1f => {
                panel.reset();
                panel.cursor = true;
                // Some models wake up scrolling: what is not said after a reset must not be relied on.
                if self.make != Make::Utc {
                    panel.mode = Mode::Vertical;
                }
            }
            byte if byte < 0x20 => return self.own(bytes, panel),
            _ => return panel.write_first(bytes),
        }
        Some(1)
    }
}
