//! Reads NCR 5972 and 7454.

use super::{Reader, panel::Panel};

pub(super) struct Ncr;

impl Reader for Ncr {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if bytes[0] >= 0x20 {
            return panel.write_first(bytes);
        }
        if bytes[0] != 0x1b {
            return Some(1);
        }
        match bytes.get(1)? {
            0x01 | 0x02 => panel.clear(),
            0x0f => panel.left(),
            0x10 => panel.right(),
            0x11 => panel.up(),
            0x12 => panel.down(),
            0x13 => {
                panel.go_to((*bytes.get(2)?).into());
                return Some(3);
            }
            _ => {}
        }
        Some(2)
    }
}
