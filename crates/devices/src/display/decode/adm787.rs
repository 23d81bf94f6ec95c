//! Reads ADM787 and ADM788.

use super::{Reader, panel::Panel};

pub(super) struct Adm787;

impl Reader for Adm787 {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let (columns, y) = (panel.columns, panel.y());
        match bytes[0] {
            0x0c => panel.clear(),
            0x0d => panel.go(0, y),
            code @ (0x0e | 0x0f) => {
                let row = usize::from(code - 0x0e);
                panel.blank_row(row);
                panel.go(0, row);
            }
            0x1e => {
                panel.blank(columns, columns + 7);
                panel.go(0, 1);
            }
            0x1f => {
                panel.blank(2 * columns - 8.min(columns), 2 * columns - 1);
                panel.go(columns.saturating_sub(8), 1);
            }
            // A point after a letter, blinking rows: nothing that a reader has to know.
            0x10..=0x12 => return (bytes.len() >= 2).then_some(2),
            byte if byte < 0x20 => {}
            _ => return panel.write_first(bytes),
        }
        Some(1)
    }
}
