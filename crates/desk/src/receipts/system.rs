//! The system's normal printers, for shops without a receipt printer: each receipt is drawn, and the drawing handed to
//! the system's own queue. From there on the system shows what becomes of it.
//!
//! `pages`: where the drawing stands on its paper. `pdf`: that as a document, for CUPS. `beside`: drivers that may hang,
//! and `offered`: printers that are none, both for Windows.

// Their rules are tried everywhere.
#[cfg(any(windows, test))]
mod beside;
#[cfg(any(windows, test))]
mod offered;
mod pages;

// The document is CUPS's; on Windows the printer's driver draws the dots itself.
#[cfg(unix)]
mod pdf;

#[cfg(unix)]
#[path = "system/cups.rs"]
mod door;
#[cfg(windows)]
#[path = "system/windows.rs"]
mod door;

pub(crate) use door::{Pages, System};

/// The system did not say which printers it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unlisted;
