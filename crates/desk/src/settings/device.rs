//! What may be in the set-up of any device, a display or a printer: its id, its name, its line, and that no two of them
//! want the same port.

use devices::{Line, PortAddress};
use std::collections::BTreeSet;

/// The longest id: a UUID.
const ID_MAX: usize = 36;
/// The longest name, in characters.
const NAME_MAX: usize = 60;
/// No device needs a longer rest after a byte, in milliseconds.
const BYTE_PAUSE_MAX: u16 = 200;

/// The first field that is not good.
pub(super) fn first_fault<const N: usize>(
    fields: [(&'static str, bool); N],
) -> Option<&'static str> {
    fields
        .into_iter()
        .find(|(_, good)| !good)
        .map(|(field, _)| field)
}

/// Whether this can be a device's id.
pub(crate) fn id_is_good(id: &str) -> bool {
    let plain = |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=ID_MAX).contains(&id.len()) && id.bytes().all(plain)
}

/// Whether this can be a device's name for people.
pub(crate) fn name_is_good(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control)
}

/// Whether a line can run so.
pub(crate) fn line_is_good(line: &Line) -> bool {
    (50..=1_000_000).contains(&line.baud)
        && (5..=8).contains(&line.data_bits)
        && (1..=2).contains(&line.stop_bits)
        && line.byte_pause_ms <= BYTE_PAUSE_MAX
        && (1..=512).contains(&line.chunk)
}

/// Whether each id is there once.
pub(super) fn ids_differ<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    ids.into_iter().all(|id| seen.insert(id))
}

/// Whether each port is there once: it has one program, and one device at its end.
pub(super) fn ports_differ(ports: impl Iterator<Item = PortAddress>) -> bool {
    let mut seen = Vec::new();
    ports.into_iter().all(|port| {
        let is_new = !seen.contains(&port);
        seen.push(port);
        is_new
    })
}
