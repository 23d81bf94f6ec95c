//! DSP-800: frames from EOT SOH to ETB. It answers each, but nobody waits for that.

use crate::display::Commands;

/// Positions are counted through all rows from here.
const ORIGIN: u8 = 0x31;

pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    let all: usize = rows.iter().map(Vec::len).sum();
    let place = |cells: usize| ORIGIN + u8::try_from(cells).unwrap_or(0);
    if fresh {
        to.send([0x04, 0x01, b'C', ORIGIN, place(all.saturating_sub(1)), 0x17]);
    }
    let mut before = 0;
    for row in rows {
        to.send_all(&[&[0x04, 0x01, b'P', place(before), 0x17], row]);
        before += row.len();
    }
}
