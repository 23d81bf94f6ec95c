//! Reads eight digits with lamps, in all variants.

use super::{Lamp, Reader, panel::Panel, until_cr};

#[derive(Default)]
pub(super) struct Led8 {
    /// Digits come without a command before them.
    bare_digits: bool,
    /// A digit without a command is a lamp.
    bare_lamp: bool,
    /// A lamp's number is followed by its state.
    two_bytes: bool,
}

impl Led8 {
    pub(super) fn bare_digits() -> Self {
        Self {
            bare_digits: true,
            ..Self::default()
        }
    }

    pub(super) fn bare_lamp() -> Self {
        Self {
            bare_lamp: true,
            ..Self::default()
        }
    }

    pub(super) fn two_bytes() -> Self {
        Self {
            two_bytes: true,
            ..Self::default()
        }
    }

    fn escape(&self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        match *bytes.get(1)? {
            b'@' => {
                panel.lamps.clear();
                panel.digits = Some(" ".repeat(panel.columns));
                Some(2)
            }
            b'Q' => {
                let kind = *bytes.get(2)?;
                let (digits, taken) = until_cr(bytes, 3)?;
                if kind == b'A' {
                    show(digits, panel);
                }
                Some(taken)
            }
            b's' if self.two_bytes => {
                let lamp = match bytes.get(2)? & 0x0f {
                    1 => Some(Lamp::Thanks),
                    number => lamp(number.wrapping_sub(1)),
                };
                let lit = matches!(bytes.get(3)?, 1 | b'1');
                if let Some(lamp) = lamp {
                    panel.lamps.retain(|other| *other != lamp);
                    panel.lamps.extend(lit.then_some(lamp));
                }
                Some(4)
            }
            b's' => {
                let number = *bytes.get(2)?;
                if number <= 4 || (b'0'..=b'4').contains(&number) {
                    panel.lamps = lamp(number & 0x0f).into_iter().collect();
                }
                Some(3)
            }
            _ => Some(2),
        }
    }
}

impl Reader for Led8 {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if panel.digits.is_none() {
            panel.digits = Some(" ".repeat(panel.columns));
        }
        match bytes[0] {
            0x1b => self.escape(bytes, panel),
            0x0c | 0x18 => {
                panel.digits = Some(" ".repeat(panel.columns));
                Some(1)
            }
            0x02 => match bytes.get(1)? {
                b'L' => {
                    let states = bytes.get(2..6)?;
                    panel.lamps = (1..=4)
                        .zip(states)
                        .filter_map(|(number, state)| lamp(number).filter(|_| *state == b'1'))
                        .collect();
                    Some(6)
                }
                b'B' => (bytes.len() >= 3).then_some(3),
                _ => Some(1),
            },
            0x1f => {
                let command = bytes.get(..3)?;
                if command == [0x1f, b'P', 1] && !panel.lamps.contains(&Lamp::Thanks) {
                    panel.lamps.push(Lamp::Thanks);
                }
                Some(3)
            }
            number @ b'1'..=b'4' if self.bare_lamp => {
                panel.lamps = lamp(number - b'0').into_iter().collect();
                Some(1)
            }
            b'0'..=b'9' | b'-' | b'.' if self.bare_digits => {
                let end = bytes
                    .iter()
                    .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'.'))?;
                if bytes[end] == 0x0d {
                    show(&bytes[..end], panel);
                }
                Some(end)
            }
            _ => Some(1),
        }
    }
}

/// Price, total, paid, change: 1 to 4.
fn lamp(number: u8) -> Option<Lamp> {
    match number {
        1 => Some(Lamp::Price),
        2 => Some(Lamp::Total),
        3 => Some(Lamp::Paid),
        4 => Some(Lamp::Change),
        _ => None,
    }
}

/// Puts digits at the right end; a point shares the cell of its digit. What is too long or no digit is not obeyed.
fn show(digits: &[u8], panel: &mut Panel) {
    let wide = digits.iter().filter(|byte| **byte != b'.').count();
    let fine = digits
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    if fine && wide <= panel.columns && digits.len() < 2 * panel.columns {
        let text: String = digits.iter().map(|byte| char::from(*byte)).collect();
        panel.digits = Some(" ".repeat(panel.columns - wide) + &text);
    }
}
