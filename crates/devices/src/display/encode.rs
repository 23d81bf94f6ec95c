//! From a screen to commands: a file for each command set, written from the makers' tables.
//!
//! Each set clears only on a fresh device. After that it writes over what stands there, row by row at full width:
//! clearing for each picture flickers.

use super::{CommandSet as Set, Commands, Display, Screen};

mod adm787;
mod aedex;
mod ba63;
mod cd5220;
mod dsp800;
mod esc_pos;
mod gb18030;
mod led8;
mod logic_controls;
mod ncr;
mod qr;
mod sure_pos;
pub(super) mod template;
mod utc;

/// Adds what shows `screen`; `fresh` says that nothing of ours is on the display yet.
pub(super) fn encode(display: &Display, screen: &Screen, fresh: bool, to: &mut Commands) {
    let rows = || display.cells(screen);
    let running = || display.running(screen);
    let bright = display.brightness;
    match display.set {
        Set::Led8
        | Set::Led8Binary
        | Set::Led8Cd7110
        | Set::Led8Bare
        | Set::Led8LampDigit
        | Set::Led8Stx => led8::encode(display, screen, fresh, to),
        Set::EscPos => esc_pos::encode(display, &rows(), fresh, to),
        Set::Cd5220 => cd5220::encode(&rows(), running(), bright, fresh, to),
        Set::Lc415 => cd5220::encode_four(&rows(), fresh, to),
        Set::Gb18030 => gb18030::encode(&rows(), fresh, to),
        Set::Gb18030Rows => gb18030::encode_rows(&rows(), fresh, to),
        Set::Utc => utc::standard(&rows(), bright, fresh, to),
        Set::UtcEnhanced => utc::enhanced(&rows(), running(), to),
        Set::Aedex => aedex::encode(&rows(), running(), to),
        Set::Adm787 => adm787::encode(&rows(), fresh, to),
        Set::Dsp800 => dsp800::encode(&rows(), fresh, to),
        Set::LogicControls => logic_controls::encode(&rows(), bright, fresh, to),
        Set::SurePos => sure_pos::encode(&rows(), fresh, to),
        Set::Ncr => ncr::encode(&rows(), fresh, to),
        Set::Ba63 => ba63::encode(&rows(), fresh, to),
        Set::Ba63Hid => ba63::reports(&rows(), fresh, to),
        Set::QrMertech => qr::mertech(screen, to),
        Set::QrBonrix => qr::bonrix(screen, display.line_end, to),
        Set::QrNextion => qr::nextion(screen, to),
        Set::QrTemplate => {
            if let Some(template) = &display.template {
                template.encode(display.page, screen, to);
            }
        }
    }
}
