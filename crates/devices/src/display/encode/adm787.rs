//! ADM787 and ADM788.

use crate::display::Commands;

/// SO and SI clear a row and write there, so blanks at its end need not be sent.
pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x0c]);
    }
    for (code, row) in (0x0e..).zip(rows) {
        let used = row
            .iter()
            .rposition(|byte| *byte != b' ')
            .map_or(0, |last| last + 1);
        to.send_all(&[&[code], &row[..used], &[0x0d]]);
    }
}
