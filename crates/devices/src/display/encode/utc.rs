//! UTC, in its standard and its enhanced ("pass-through") mode.

use super::logic_controls::{at_positions, level};
use crate::display::{Brightness, Commands};

/// Standard: reset, normal mode, cursor off; then a position and a full row for each.
pub(super) fn standard(
    rows: &[Vec<u8>],
    bright: Option<Brightness>,
    fresh: bool,
    to: &mut Commands,
) {
    if fresh {
        to.send([0x1f, 0x11, 0x14]);
        if let Some(bright) = bright {
            to.send([0x04, level(bright)]);
        }
    }
    at_positions(rows, to);
}

/// Enhanced: ESC u A and B, and D in place of A for a text that runs. Nothing else is sent, ever: it would go to the
/// device behind, often a printer.
pub(super) fn enhanced(rows: &[Vec<u8>], running: Option<Vec<u8>>, to: &mut Commands) {
    for (letter, row) in (b'A'..).zip(rows) {
        match &running {
            Some(text) if letter == b'A' => to.send_all(&[&[0x1b, b'u', b'D'], text, &[0x0d]]),
            _ => to.send_all(&[&[0x1b, b'u', letter], row, &[0x0d]]),
        }
    }
}
