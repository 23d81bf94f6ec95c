//! The one way bytes go out and come in, and the errors that a person understands.

use crate::PortAddress;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[cfg(feature = "ble")]
pub mod ble;
#[cfg(feature = "hid")]
pub mod hid;
#[cfg(feature = "serial")]
pub mod serial;
pub mod tape;
pub mod tcp;
#[cfg(feature = "usb")]
pub mod usb_printer;

mod system;

/// An open door to a device. Every call comes back by its deadline, or as soon after it as the driver lets it.
pub trait Port: Send {
    /// Sends all of `bytes`; on a HID device they are one report.
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken>;

    /// What came by the deadline, as soon as something came; zero bytes when nothing did.
    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError>;

    /// Waits until what was written has left this computer, and says how sure that is.
    fn settle(&mut self, within: Duration) -> Result<Taken, PortError>;

    /// Whether it is certain, after a settle that failed, that nothing of the job left this computer. Most ports send as
    /// they are written to.
    fn took_nothing(&self) -> bool {
        false
    }
}

/// Opens the device at `address`. May block for long: a Bluetooth device is called first, up to twenty seconds.
pub fn open(address: &PortAddress, line: &Line) -> Result<Box<dyn Port>, PortError> {
    open_beside(address, line, &[])
}

/// The same where `others` are set up, too: what is one of those is not opened in this one's place.
pub fn open_beside(
    address: &PortAddress,
    line: &Line,
    others: &[PortAddress],
) -> Result<Box<dyn Port>, PortError> {
    match address {
        #[cfg(feature = "serial")]
        PortAddress::Serial(plug) => Ok(Box::new(serial::open(plug, line, others)?)),
        #[cfg(feature = "hid")]
        PortAddress::Hid(plug) => Ok(Box::new(hid::open(plug, others)?)),
        #[cfg(feature = "usb")]
        PortAddress::UsbPrinter(plug) => Ok(Box::new(usb_printer::open(plug, others)?)),
        PortAddress::Tcp { host, port } => Ok(Box::new(tcp::open(host, *port)?)),
        #[cfg(feature = "ble")]
        PortAddress::Ble { id, service } => Ok(Box::new(ble::open(id, service.as_deref(), line)?)),
        #[allow(unreachable_patterns, reason = "a build may leave doors out")]
        _ => {
            let _ = (line, others);
            Err(PortError::left_out(address))
        }
    }
}

/// Whether the device is called by radio when its port is opened.
pub(crate) fn is_radio(address: &PortAddress) -> bool {
    match address {
        PortAddress::Ble { .. } => true,
        #[cfg(feature = "serial")]
        PortAddress::Serial(plug) => plug.usb.is_none() && serial::is_bluetooth(&plug.path),
        _ => false,
    }
}

/// How sure it is that a device has what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// The device took every byte and said so.
    Confirmed,
    /// Every byte left this computer; the device has no way to say more, or did not.
    Sent,
}

/// A write that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why} ({sent} bytes were sent)")]
pub struct Broken {
    /// So many bytes may have reached the device.
    pub sent: usize,
    /// What happened.
    pub why: PortError,
}

/// Why a device cannot be used now. Each variant is another thing to tell the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Ports belong to one program at a time.
    #[error("another program has {port}")]
    InUse {
        /// What a person calls the port.
        port: String,
    },
    /// It is on the network and takes no connection: busy with another computer, or not what it was.
    #[error("{port} takes no connection")]
    Refuses {
        /// What a person calls the port.
        port: String,
    },
    /// Unplugged, switched off, or out of reach.
    #[error("{port} is not there")]
    Gone {
        /// What a person calls the port.
        port: String,
    },
    /// This computer does not let us.
    #[error("this computer does not let us use {port}: {remedy:?}")]
    Denied {
        /// What a person calls the port.
        port: String,
        /// What to do about it.
        remedy: Remedy,
    },
    /// It is there, but takes nothing: no paper, a cable half in, flow control.
    #[error("{port} does not take what is sent")]
    Stalled {
        /// What a person calls the port.
        port: String,
    },
    /// Anything else, in the system's words.
    #[error("{port}: {reason}")]
    Other {
        /// What a person calls the port.
        port: String,
        /// The system's words.
        reason: String,
    },
}

/// What to do where this computer does not let us use a device. Pages have the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Remedy {
    /// Linux: join the group that may use serial ports, and log in again.
    JoinDialout,
    /// Linux: join the group that may use printers, and log in again.
    JoinLp,
    /// Linux: a rule for this device must be installed.
    UdevRule,
    /// Install the maker's driver.
    InstallDriver,
    /// Turn Bluetooth on.
    BluetoothOn,
    /// Allow this program to use Bluetooth.
    AllowBluetooth,
    /// The system did not say what is missing.
    Unknown,
}

impl PortError {
    /// The error of a port that this build has no door to.
    #[allow(dead_code, reason = "with every feature on, every door is there")]
    pub(crate) fn left_out(address: &PortAddress) -> Self {
        Self::Other {
            port: address.name(),
            reason: "this build has no driver for such ports".into(),
        }
    }

    /// Words of the system that fit no other variant.
    #[allow(dead_code, reason = "only doors use it, and a build may have none")]
    pub(crate) fn other(port: &str, reason: impl std::fmt::Display) -> Self {
        Self::Other {
            port: port.into(),
            reason: reason.to_string(),
        }
    }
}

/// How the line runs. Settings that a door has no use for are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "PortLine"))]
pub struct Line {
    /// Bits in a second; behind a Bluetooth module, what its own serial side runs at.
    pub baud: u32,
    /// Bits in a byte: 5 to 8.
    pub data_bits: u8,
    /// The extra bit that checks the others.
    pub parity: Parity,
    /// One or two.
    pub stop_bits: u8,
    /// Who says "wait".
    pub flow: Flow,
    /// Whether to raise DTR on opening: some displays take their power or their courage from it.
    pub dtr: Option<bool>,
    /// A rest after each byte, in milliseconds, for displays that lose bytes which come back to back.
    pub byte_pause_ms: u16,
    /// Bluetooth Low Energy: at most so many bytes in one write.
    pub chunk: u16,
    /// Bluetooth Low Energy: ask the device to confirm each write, where it can.
    pub confirm_writes: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            baud: 9600,
            data_bits: 8,
            parity: Parity::None,
            stop_bits: 1,
            flow: Flow::None,
            dtr: Some(true),
            byte_pause_ms: 0,
            chunk: 180,
            confirm_writes: false,
        }
    }
}

/// The extra bit that checks the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Parity {
    /// Without.
    None,
    /// Odd.
    Odd,
    /// Even.
    Even,
}

/// Who says "wait" on a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Flow {
    /// Nobody.
    None,
    /// XON and XOFF.
    Software,
    /// RTS and CTS.
    Hardware,
}
