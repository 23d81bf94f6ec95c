//! Reads AEDEX and EMAX.

use super::{Reader, panel::Panel, until_cr};

pub(super) struct Aedex {
    attention: [u8; 2],
}

impl Default for Aedex {
    fn default() -> Self {
        Self { attention: *b"!#" }
    }
}

impl Reader for Aedex {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        // Outside of commands everything is for the device behind.
        if bytes[0] != self.attention[0] {
            return Some(1);
        }
        if *bytes.get(1)? != self.attention[1] {
            return Some(1);
        }
        let kind = *bytes.get(2)?;
        if kind == b'8' {
            let command = bytes.get(..6)?;
            self.attention = [command[3], command[4]];
            return Some(6);
        }
        let (text, taken) = until_cr(bytes, 3)?;
        match kind {
            b'1' | b'5' => panel.replace(0, text),
            b'2' | b'B' => panel.replace(1, text),
            b'4' | b'6' => panel.run(text),
            b'9' => {
                let (upper, lower) = text.split_at(text.len().min(panel.columns));
                panel.replace(0, upper);
                panel.replace(1, lower);
            }
            b'A' => panel.reset(),
            _ => {}
        }
        Some(taken)
    }
}
