//! Receipts: what stands on them, the bytes that a printer takes, what it says back, and what becomes of a job.
//!
//! - [`receipt`]: blocks, and the slips made of them.
//! - [`profile`]: what one printer can do: paper, letters, QR, cutter.
//! - [`escpos`]: blocks to bytes. [`paper`] reads bytes back, for previews and tests; it shares no code with it.
//! - [`bitmap`]: dots, for logos, QR codes and text that a printer has no letters for; `font` draws the latter.
//! - [`status`]: paper out, cover open. [`job`]: queued, taken, failed, not known; never twice by itself.

pub mod bitmap;
pub mod escpos;
#[cfg(feature = "system-font")]
pub mod font;
pub mod job;
mod layout;
mod letters;
pub mod paper;
pub mod profile;
pub mod receipt;
pub mod status;
