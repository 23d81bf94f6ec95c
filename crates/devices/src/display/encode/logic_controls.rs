//! Logic Controls (PD3000, PD6000, LD9000).

use crate::display::{Brightness, Commands};

/// Reset, and at once normal mode: after a reset some models scroll.
pub(super) fn encode(rows: &[Vec<u8>], bright: Option<Brightness>, fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x1f, 0x11, 0x14]);
        if let Some(bright) = bright {
            to.send([0x04, level(bright)]);
        }
    }
    at_positions(rows, to);
}

/// DLE and a position before each row; rows are counted through.
pub(super) fn at_positions(rows: &[Vec<u8>], to: &mut Commands) {
    let mut position = 0;
    for row in rows {
        to.send_all(&[&[0x10, position], row]);
        position += u8::try_from(row.len()).unwrap_or(0);
    }
}

/// In per cent as these displays write it; the full one is FF.
pub(super) fn level(bright: Brightness) -> u8 {
    match bright {
        Brightness::Dim => 0x20,
        Brightness::Low => 0x40,
        Brightness::Medium => 0x60,
        Brightness::Full => 0xff,
    }
}
