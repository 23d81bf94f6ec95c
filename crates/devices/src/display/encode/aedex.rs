//! AEDEX and EMAX.

use crate::display::Commands;

/// `!#1` and `!#2`, each ended by CR. What stands outside of them goes to the device behind.
pub(super) fn encode(rows: &[Vec<u8>], to: &mut Commands) {
    for (number, row) in (b'1'..).zip(rows) {
        let mut row = row.clone();
        // The attention code inside a row would begin a command on some models.
        for i in 1..row.len() {
            if row[i - 1] == b'!' && row[i] == b'#' {
                row[i] = b' ';
            }
        }
        to.send_all(&[&[b'!', b'#', number], &row, &[0x0d]]);
    }
}
