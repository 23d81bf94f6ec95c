//! USB printers through the system's own driver for them: each system has another way.

use super::{PortError, Remedy};
use crate::{PortAddress, address::Plug, find::Found};

#[cfg(target_os = "linux")]
#[path = "usb_printer/linux.rs"]
mod door;
#[cfg(target_os = "macos")]
#[path = "usb_printer/macos.rs"]
mod door;
#[cfg(windows)]
#[path = "usb_printer/windows.rs"]
mod door;

// What macOS does is only text and a program; its tests run where the tests run.
#[cfg(all(test, target_os = "linux"))]
#[path = "usb_printer/macos.rs"]
#[allow(dead_code, unreachable_pub, reason = "only its tests are of use here")]
mod macos;

// Only Windows takes writes back; what they count for is a matter of numbers.
#[cfg(any(windows, test))]
mod pieces;

pub use door::UsbPrinter;

/// Opens the printer at `plug`, wherever it is now, beside the `others` that are set up.
pub fn open(plug: &Plug, others: &[PortAddress]) -> Result<UsbPrinter, PortError> {
    let path = match (&plug.usb, list()) {
        (Some(_), Ok(found)) => {
            let present: Vec<_> = found.into_iter().map(|found| found.address).collect();
            PortAddress::UsbPrinter(plug.clone())
                .among(&present, others)
                .and_then(PortAddress::plug)
                .map(|now| now.path.clone())
                .ok_or(PortError::Gone {
                    port: plug.path.clone(),
                })?
        }
        _ => plug.path.clone(),
    };
    door::open(&path)
}

/// The printers that the system's driver has. Opens none.
pub(crate) fn list() -> Result<Vec<Found>, String> {
    door::list()
}

/// What an error at opening means.
#[allow(
    dead_code,
    reason = "macOS hands its jobs to a program and opens nothing"
)]
fn opening(path: &str, error: &std::io::Error, remedy: Remedy) -> PortError {
    use std::io::ErrorKind as Kind;
    let port = path.to_owned();
    match error.kind() {
        Kind::PermissionDenied => PortError::Denied { port, remedy },
        Kind::NotFound => PortError::Gone { port },
        Kind::ResourceBusy => PortError::InUse { port },
        _ => PortError::other(path, error),
    }
}
