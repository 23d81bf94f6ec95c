//! Wincor BA63 and BA66: a few ANSI sequences, over a serial line or in USB reports.

use crate::display::Commands;

/// A report of the USB model: its number, a zero, how many bytes, and the bytes.
const REPORT: usize = 32;
const IN_REPORT: usize = 29;

pub(super) fn encode(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    for command in commands(rows, fresh) {
        to.send(command);
    }
}

/// The same stream in reports. A command fits into one, so that none is torn.
pub(super) fn reports(rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    for command in commands(rows, fresh) {
        for piece in command.chunks(IN_REPORT) {
            let mut report = vec![0x02, 0x00, u8::try_from(piece.len()).unwrap_or(0)];
            report.extend(piece);
            report.resize(REPORT, 0);
            to.send(report);
        }
    }
}

/// Clearing need not move the cursor, so each row says where it stands.
fn commands(rows: &[Vec<u8>], fresh: bool) -> Vec<Vec<u8>> {
    let clear = fresh.then(|| b"\x1b[2J".to_vec());
    let rows = rows
        .iter()
        .enumerate()
        .map(|(i, row)| [format!("\x1b[{};1H", i + 1).as_bytes(), row].concat());
    clear.into_iter().chain(rows).collect()
}
