//! IBM SurePOS character displays.

use super::logic_controls::at_positions;
use crate::display::Commands;

/// IBM's emulation, character set 0, normal mode, cursor off; the display wakes with none of these.
pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x00, 0x01]);
        to.send([0x02, 0x00]);
        to.send([0x11]);
        to.send([0x14]);
    }
    at_positions(rows, to);
}
