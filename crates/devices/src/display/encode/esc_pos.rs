//! Epson's ESC/POS displays (DM-D) and their many clones.

use crate::display::{Brightness, CodePage, Commands, Display};

/// ESC @, ESC =, ESC R, ESC t, cursor off, brightness, clear; then US $ and a full row for each.
pub(super) fn encode(display: &Display, rows: &[Vec<u8>], fresh: bool, to: &mut Commands) {
    if fresh {
        to.send([0x1b, b'@']);
    }
    // Each time: on a line that a printer shares, its driver may have turned to the printer.
    to.send([0x1b, b'=', 2]);
    if fresh {
        to.send([0x1b, b'R', 0]);
        if let Some(number) = number(display.page) {
            to.send([0x1b, b't', number]);
        }
        to.send([0x1f, b'C', 0]);
        if let Some(bright) = display.brightness {
            to.send([0x1f, b'X', step(bright)]);
        }
        to.send([0x0c]);
    }
    positioned(rows, to);
}

/// US $ x y before each row.
pub(super) fn positioned(rows: &[Vec<u8>], to: &mut Commands) {
    for (y, row) in (1..).zip(rows) {
        to.send_all(&[&[0x1f, b'$', 1, y], row]);
    }
}

/// 1 to 4.
pub(super) fn step(bright: Brightness) -> u8 {
    match bright {
        Brightness::Dim => 1,
        Brightness::Low => 2,
        Brightness::Medium => 3,
        Brightness::Full => 4,
    }
}

/// The number of a code page behind ESC t; `None` where the device's own characters are meant.
fn number(page: CodePage) -> Option<u8> {
    Some(match page {
        CodePage::Ascii | CodePage::Cp437 => 0,
        CodePage::Cp850 => 2,
        CodePage::Cp860 => 3,
        CodePage::Cp863 => 4,
        CodePage::Cp865 => 5,
        CodePage::Cp857 => 13,
        CodePage::Cp737 => 14,
        CodePage::Iso8859_7 => 15,
        CodePage::Cp1252 => 16,
        CodePage::Cp866 => 17,
        CodePage::Cp852 => 18,
        CodePage::Cp858 => 19,
        CodePage::Cp775 => 33,
        CodePage::Cp855 => 34,
        CodePage::Iso8859_2 => 39,
        CodePage::Iso8859_15 => 40,
        CodePage::Cp1250 => 45,
        CodePage::Cp1251 => 46,
        CodePage::Cp1253 => 47,
        CodePage::Cp1254 => 48,
        CodePage::Cp1257 => 51,
        CodePage::Gb18030 | CodePage::Big5 | CodePage::ShiftJis | CodePage::EucKr => return None,
    })
}
