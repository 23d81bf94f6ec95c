//! Displays and printers over serial, USB, Bluetooth and network.
//!
//! - [`address`]: where a device is, in a form that can be stored and finds it again on another port.
//! - [`port`]: the one way bytes go out and come in, and the errors a person understands. Below it a file for each
//!   door: `serial`, `tcp`, `hid`, `usb_printer`, `ble`; and `tape`, which tests write on.
//! - [`find`]: what is plugged in, what it probably is, and news of plugging and unplugging.
//! - [`display`]: what a customer display is meant to show, as bytes and back.
//! - [`printer`]: receipts as blocks, their bytes, what a printer says back, and what becomes of a job.
//! - [`queue`]: one worker for each device, so that a dead one never holds up anybody.
//!
//! A port is blocking on purpose: drivers of serial and USB devices block whatever one does. The queue gives each
//! device a thread of its own and watches it.

pub mod address;
pub mod display;
pub mod find;
pub mod port;
pub mod printer;
pub mod queue;

pub use address::PortAddress;
pub use port::{Line, Port, PortError};
pub use queue::script::{Picture, Script, Step};
