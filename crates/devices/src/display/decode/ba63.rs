//! Reads BA63, BA66 and their like, on a line and in reports.

use super::{Reader, panel::Panel};

/// No sequence is longer.
const SEQUENCE_MAX: usize = 16;

pub(super) struct Ba63;

impl Reader for Ba63 {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let y = panel.y();
        match bytes {
            [0x1b] => return None,
            [0x1b, b'[', rest @ ..] => {
                let end = rest
                    .iter()
                    .take(SEQUENCE_MAX)
                    .position(|byte| (0x40..=0x7e).contains(byte));
                let Some(end) = end else {
                    return (rest.len() >= SEQUENCE_MAX).then_some(2 + SEQUENCE_MAX);
                };
                sequence(&rest[..end], rest[end], panel);
                return Some(2 + end + 1);
            }
            [0x1b, b'R', ..] => return (bytes.len() >= 3).then_some(3),
            [0x1b, ..] => return Some(2),
            [0x08, ..] => panel.left(),
            [0x0a, ..] => panel.down(),
            [0x0d, ..] => panel.go(0, y),
            [byte, ..] if *byte < 0x20 => {}
            _ => return panel.write_first(bytes),
        }
        Some(1)
    }
}

fn sequence(numbers: &[u8], end: u8, panel: &mut Panel) {
    let numbers: Vec<usize> = String::from_utf8_lossy(numbers)
        .split(';')
        .map(|number| number.parse().unwrap_or(0))
        .collect();
    let number = |i: usize, otherwise| match numbers.get(i) {
        None | Some(0) => otherwise,
        Some(number) => *number,
    };
    match end {
        // Clearing leaves the cursor where it was, as some models do.
        b'J' if number(0, 0) == 2 => panel.blank(0, usize::MAX),
        b'H' => panel.go(number(1, 1) - 1, number(0, 1) - 1),
        b'K' if number(0, 0) == 0 => panel.blank_rest(),
        _ => {}
    }
}

/// The USB model's reports: 02, 00, how many bytes, the bytes, zeros up to 32.
#[derive(Default)]
pub(super) struct Reports {
    stream: Vec<u8>,
}

impl Reader for Reports {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if bytes[0] != 0x02 {
            return Some(1);
        }
        let report = bytes.get(..32)?;
        let length = usize::from(report[2]);
        if report[1] == 0 && length <= 29 {
            self.stream.extend(&report[3..3 + length]);
            let mut read = 0;
            while read < self.stream.len() {
                let Some(taken) = Ba63.step(&self.stream[read..], panel) else {
                    break;
                };
                read += taken;
            }
            self.stream.drain(..read);
        }
        Some(32)
    }
}
