//! Reads DSP-800.

use super::{Reader, panel::Panel};

/// No frame is longer.
const FRAME_MAX: usize = 64;

pub(super) struct Dsp800;

impl Reader for Dsp800 {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        match bytes {
            [0x04] => None,
            [0x04, 0x01, rest @ ..] => {
                let Some(end) = rest.iter().take(FRAME_MAX).position(|byte| *byte == 0x17) else {
                    return (rest.len() >= FRAME_MAX).then_some(2 + FRAME_MAX);
                };
                let place = |byte: u8| usize::from(byte.saturating_sub(0x31));
                match rest[..end] {
                    [b'P', at] => panel.go_to(place(at)),
                    [b'C', from, to] => panel.blank(place(from), place(to)),
                    _ => {}
                }
                Some(2 + end + 1)
            }
            [byte, ..] if *byte < 0x20 => Some(1),
            _ => panel.write_first(bytes),
        }
    }
}
