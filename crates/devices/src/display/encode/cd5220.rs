//! CD5220: Partner Tech, Firich and many displays that know several sets.

use super::esc_pos::step;
use crate::display::{Brightness, Commands};

/// ESC Q A and B: each replaces a row. ESC Q D in place of A lets its text run.
pub(super) fn encode(
    rows: &[Vec<u8>],
    running: Option<Vec<u8>>,
    bright: Option<Brightness>,
    fresh: bool,
    to: &mut Commands,
) {
    if fresh {
        // Clear first: in string mode, where a display may have been left, nothing else is obeyed.
        to.send([0x0c]);
        to.send([0x1b, b'@']);
        to.send([0x1b, b'_', 0]);
        if let Some(bright) = bright {
            to.send([0x1b, b'*', step(bright)]);
        }
        to.send([0x0c]);
    }
    match running {
        Some(text) => {
            to.send_all(&[&[0x1b, b'Q', b'D'], &text, &[0x0d]]);
            replaced(b'B', rows.get(1..).unwrap_or_default(), to);
        }
        None => replaced(b'A', rows, to),
    }
}

/// Hisense LC415: the rows are ESC Q @ to ESC Q C.
pub(super) fn encode_four(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x0c]);
        to.send([0x1b, b'@']);
    }
    replaced(b'@', rows, to);
}

/// ESC Q with a letter for each row, always ended by CR.
pub(super) fn replaced(first: u8, rows: &[Vec<u8>], to: &mut Commands) {
    for (letter, row) in (first..).zip(rows) {
        to.send_all(&[&[0x1b, b'Q', letter], row, &[0x0d]]);
    }
}
