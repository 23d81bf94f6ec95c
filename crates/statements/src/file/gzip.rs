//! GZIP: one or several members, to the very end, since a cut file shows only there.

use super::FileError;
use flate2::bufread::GzDecoder;
use std::io::{ErrorKind, Read};

/// What comes out; `None` where it would be `room` or more.
pub(super) fn unpack(packed: &[u8], room: u64) -> Result<Option<Vec<u8>>, FileError> {
    let mut out = Vec::new();
    let mut rest = packed;
    // Zeros that pad the end of a member are no other member.
    while rest.starts_with(b"\x1f\x8b") {
        let left = room.saturating_sub(out.len() as u64);
        let mut member = GzDecoder::new(rest).take(left);
        member
            .read_to_end(&mut out)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => FileError::Unfinished,
                _ => FileError::Damaged,
            })?;
        if out.len() as u64 >= room {
            return Ok(None);
        }
        rest = member.into_inner().into_inner();
    }
    Ok(Some(out))
}
