//! AEDEX and EMAX.

use crate::display::Commands;

/// `!#1` and `!#2`, and `!#4` in place of the first for a text that runs; each ended by CR. What stands outside of them
/// goes to the device behind.
pub(super) fn encode(rows: &[Vec<u8>], running: Option<Vec<u8>>, to: &mut Commands) {
    for (number, row) in (b'1'..).zip(rows) {
        let (number, mut text) = match &running {
            Some(text) if number == b'1' => (b'4', text.clone()),
            _ => (number, row.clone()),
        };
        // The attention code inside a text would begin a command on some models.
        for i in 1..text.len() {
            if text[i - 1] == b'!' && text[i] == b'#' {
                text[i] = b' ';
            }
        }
        to.send_all(&[&[b'!', b'#', number], &text, &[0x0d]]);
    }
}
