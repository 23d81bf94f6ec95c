//! USB devices that take reports instead of bytes, such as the BA63. What is in a report is the display's business.

use super::{Broken, Port, PortError, Taken, system};
use crate::{
    PortAddress,
    address::{Plug, UsbIdentity},
    find::{Found, guess},
};
use hidapi::{BusType, HidApi, HidDevice, HidError};
use std::{
    collections::HashSet,
    ffi::CString,
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The library counts its users in one place for the whole program; one at a time is what it is tested with.
static LIBRARY: Mutex<()> = Mutex::new(());

/// An open HID device.
pub struct Hid {
    device: HidDevice,
    name: String,
}

/// Opens the device at `plug`, wherever it is now, beside the `others` that are set up.
pub fn open(plug: &Plug, others: &[PortAddress]) -> Result<Hid, PortError> {
    let gone = || PortError::Gone {
        port: plug.path.clone(),
    };
    let _alone = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let api = HidApi::new().map_err(|error| PortError::other(&plug.path, error))?;
    let present: Vec<PortAddress> = api.device_list().filter_map(address).collect();
    let wanted = PortAddress::Hid(plug.clone());
    let now = wanted
        .among(&present, others)
        .and_then(PortAddress::plug)
        .ok_or_else(gone)?;
    let path = CString::new(now.path.as_str()).map_err(|_| gone())?;
    let device = api
        .open_path(&path)
        .map_err(|error| opening(&now.path, &error))?;
    Ok(Hid {
        device,
        name: now.path.clone(),
    })
}

fn opening(path: &str, error: &HidError) -> PortError {
    let port = path.to_owned();
    match error {
        HidError::IoError { error } => match error.kind() {
            io::ErrorKind::PermissionDenied => PortError::Denied {
                port,
                remedy: system::hid_remedy(),
            },
            io::ErrorKind::NotFound => PortError::Gone { port },
            io::ErrorKind::ResourceBusy => PortError::InUse { port },
            _ => PortError::other(path, error),
        },
        _ => PortError::other(path, error),
    }
}

fn address(device: &hidapi::DeviceInfo) -> Option<PortAddress> {
    let path = device.path().to_str().ok()?.to_owned();
    let usb = matches!(device.bus_type(), BusType::Usb).then(|| UsbIdentity {
        vid: device.vendor_id(),
        pid: device.product_id(),
        serial: device
            .serial_number()
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned),
        location: None,
        interface: u8::try_from(device.interface_number()).ok(),
    });
    Some(PortAddress::Hid(Plug { path, usb }))
}

/// HID devices that are displays. Keyboards, mice and the like are nobody's business.
pub(crate) fn list() -> Result<Vec<Found>, String> {
    let _alone = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let api = HidApi::new().map_err(|error| error.to_string())?;
    // A device stands there once for each use that it has; one entry for each way to open it is enough.
    let mut paths = HashSet::new();
    Ok(api
        .device_list()
        .filter(|device| paths.insert(device.path().to_owned()))
        .filter_map(|device| {
            let guess = guess::hid(device.vendor_id(), device.product_id())?;
            Some(Found::named(
                address(device)?,
                device.product_string().map(str::to_owned),
                device.manufacturer_string().map(str::to_owned),
                guess,
            ))
        })
        .collect())
}

impl Hid {
    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }
}

impl Port for Hid {
    /// One report, its first byte the report's number (zero where the device has only one). The system has its own
    /// time limit, some seconds.
    fn write_all(&mut self, bytes: &[u8], _within: Duration) -> Result<(), Broken> {
        match self.device.write(bytes) {
            // Some systems count the report's number, some do not.
            Ok(sent) if sent + 1 >= bytes.len() => Ok(()),
            Ok(sent) => Err(Broken {
                sent,
                why: PortError::Stalled {
                    port: self.name.clone(),
                },
            }),
            Err(_) => Err(Broken {
                sent: 0,
                why: self.gone(),
            }),
        }
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        let within = i32::try_from(within.as_millis()).unwrap_or(i32::MAX);
        self.device
            .read_timeout(buffer, within)
            .map_err(|_| self.gone())
    }

    fn settle(&mut self, _within: Duration) -> Result<Taken, PortError> {
        // A report is acknowledged on the bus before the write comes back.
        Ok(Taken::Confirmed)
    }
}
