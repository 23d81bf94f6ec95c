//! Two rows of Chinese. There is no standard; these commands are what all descriptions share, and no code page is
//! chosen, since such devices have only one.

use super::{cd5220::replaced, esc_pos::positioned};
use crate::display::Commands;

/// With ESC/POS positions.
pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    start(fresh, to);
    positioned(rows, to);
}

/// With ESC Q A and B.
pub(super) fn encode_rows(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    start(fresh, to);
    replaced(b'A', rows, to);
}

fn start(fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x1b, b'@']);
        to.send([0x0c]);
    }
}
