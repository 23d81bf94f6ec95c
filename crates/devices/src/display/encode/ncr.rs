//! NCR 5972 (two rows) and 7454 (four rows).

use crate::display::Commands;

/// ESC STX clears, ESC DC3 goes to a position that is counted through all rows.
pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x1b, 0x02]);
    }
    let mut position = 0;
    for row in rows {
        to.send_all(&[&[0x1b, 0x13, position], row]);
        position += u8::try_from(row.len()).unwrap_or(0);
    }
}
