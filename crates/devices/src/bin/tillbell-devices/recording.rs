//! A recording of bytes, read back: what stood on the display before each gap and at the end.

use anyhow::Context;
use devices::display::{
    Display,
    decode::{Decoder, Shown},
};
use serde::Serialize;

/// Pieces of a recording: how long after its beginning, and the bytes.
pub(crate) fn recording(text: &str) -> anyhow::Result<Vec<(u64, Vec<u8>)>> {
    let mut pieces = vec![(0_u64, Vec::new())];
    for (number, line) in (1..).zip(text.lines()) {
        for word in line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace()
        {
            let wrong = || format!("line {number}: {word:?} is neither bytes nor a gap");
            let (at, bytes) = pieces.last_mut().context("there is a piece")?;
            if let Some(gap) = word.strip_prefix('+') {
                let gap: u32 = gap.trim_end_matches("ms").parse().with_context(wrong)?;
                let next = at.saturating_add(gap.into());
                pieces.push((next, Vec::new()));
            } else {
                bytes.extend(hex::decode(word).with_context(wrong)?);
            }
        }
    }
    Ok(pieces)
}

#[derive(Serialize)]
pub(crate) struct Stood {
    /// Milliseconds after the beginning of the recording.
    at_ms: u64,
    shown: Shown,
}

/// What stood on the display before each gap and at the end.
pub(crate) fn decode(display: &Display, pieces: &[(u64, Vec<u8>)]) -> Vec<Stood> {
    let mut decoder = Decoder::new(display);
    let mut stood: Vec<Stood> = Vec::new();
    for (at_ms, bytes) in pieces {
        decoder.feed(bytes);
        let shown = decoder.shown();
        if stood.last().is_none_or(|last| last.shown != shown) {
            stood.push(Stood {
                at_ms: *at_ms,
                shown,
            });
        }
    }
    stood
}
