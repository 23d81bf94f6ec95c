//! Bytes to a printer piece by piece, where a write that is late is taken back. Pure but for the transfers.

use crate::port::{Broken, PortError};
use std::{
    io,
    time::{Duration, Instant},
};

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// By itself, with so many bytes moved.
    Done(usize),
    /// It was late and taken back. So many bytes are known of; for a write that is no promise.
    TakenBack(usize),
}

/// Writes all of `bytes` to the printer that a person calls `name`.
pub(super) fn write_all(
    bytes: &[u8],
    within: Duration,
    piece: usize,
    name: &str,
    mut transfer: impl FnMut(&[u8], Duration) -> io::Result<Moved>,
) -> Result<(), Broken> {
    let until = Instant::now() + within;
    let mut sent = 0;
    while sent < bytes.len() {
        let left = until.saturating_duration_since(Instant::now());
        let end = bytes.len().min(sent + piece);
        let port = name.to_owned();
        let why = match transfer(&bytes[sent..end], left) {
            Ok(Moved::Done(moved)) if moved > 0 => {
                sent += moved;
                continue;
            }
            Ok(_) => PortError::Stalled { port },
            Err(_) => PortError::Gone { port },
        };
        // What was begun may have come to the printer whole, whatever the system says of it.
        return Err(Broken { sent: end, why });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: Duration = Duration::from_secs(9);

    /// What it is about, how the transfers end, and what is told of the whole.
    type Case = (
        &'static str,
        Vec<io::Result<Moved>>,
        Option<(usize, PortError)>,
    );

    #[test]
    fn a_piece_in_doubt_counts_as_gone() {
        let error = || Err(io::Error::other("a device that does not function"));
        let (stalled, gone) = (
            PortError::Stalled { port: "P".into() },
            PortError::Gone { port: "P".into() },
        );
        let table: [Case; 7] = [
            (
                "taken",
                vec![Ok(Moved::Done(4)), Ok(Moved::Done(4)), Ok(Moved::Done(2))],
                None,
            ),
            (
                "in parts",
                vec![
                    Ok(Moved::Done(1)),
                    Ok(Moved::Done(4)),
                    Ok(Moved::Done(4)),
                    Ok(Moved::Done(1)),
                ],
                None,
            ),
            (
                "the first was taken back",
                vec![Ok(Moved::TakenBack(0))],
                Some((4, stalled.clone())),
            ),
            (
                "what it says then is no promise",
                vec![Ok(Moved::TakenBack(1))],
                Some((4, stalled.clone())),
            ),
            (
                "the last was taken back",
                vec![
                    Ok(Moved::Done(4)),
                    Ok(Moved::Done(4)),
                    Ok(Moved::TakenBack(0)),
                ],
                Some((10, stalled.clone())),
            ),
            (
                "pulled while it was written to",
                vec![Ok(Moved::Done(4)), error()],
                Some((8, gone)),
            ),
            (
                "it takes nothing",
                vec![Ok(Moved::Done(0))],
                Some((4, stalled)),
            ),
        ];
        for (case, moves, expected) in table {
            let mut moves = moves.into_iter();
            let outcome = write_all(&[7; 10], WITHIN, 4, "P", |_, _| {
                moves.next().expect("nothing is sent after a doubt")
            });
            let broken = outcome.err().map(|broken| (broken.sent, broken.why));
            assert_eq!(broken, expected, "{case}");
            assert!(moves.next().is_none(), "{case}");
        }
    }
}
