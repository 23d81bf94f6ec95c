//! USB printers on Linux: the kernel's `usblp` shows each as a file, `/dev/usb/lp0`.

use super::opening;
use crate::{
    PortAddress,
    address::{Plug, UsbIdentity},
    find::{Found, guess},
    port::{Broken, Port, PortError, Remedy, Taken},
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::{Duration, Instant},
};

/// Where the kernel lists them.
const LISTED: &str = "/sys/class/usbmisc";

/// An open printer.
#[derive(Debug)]
pub struct UsbPrinter {
    file: File,
    name: String,
}

/// Opens the file of a printer.
pub(super) fn open(path: &str) -> Result<UsbPrinter, PortError> {
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(nonblocking)
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            // ENODEV and ENXIO: the file outlived its printer.
            Some(19 | 6) => PortError::Gone { port: path.into() },
            _ => opening(path, &error, Remedy::JoinLp),
        })?;
    Ok(UsbPrinter {
        file,
        name: path.into(),
    })
}

/// Every printer that the kernel lists; none where it lists nothing.
pub(super) fn list() -> Result<Vec<Found>, String> {
    list_in(Path::new(LISTED))
}

fn list_in(listed: &Path) -> Result<Vec<Found>, String> {
    let entries = match std::fs::read_dir(listed) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    Ok(entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_prefix("lp")?.parse::<u16>().ok()?;
            // The file's device is the interface; what says who it is lies one above.
            let interface = entry.path().join("device").canonicalize().ok()?;
            let device = interface.parent()?;
            let text = |dir: &Path, what: &str| {
                let text = std::fs::read_to_string(dir.join(what)).ok()?;
                Some(text.trim().to_owned()).filter(|text| !text.is_empty())
            };
            let number = |dir: &Path, what: &str| u16::from_str_radix(&text(dir, what)?, 16).ok();
            let (vid, pid) = (number(device, "idVendor")?, number(device, "idProduct")?);
            let usb = UsbIdentity {
                vid,
                pid,
                serial: text(device, "serial"),
                location: device
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
                interface: number(&interface, "bInterfaceNumber")
                    .and_then(|number| u8::try_from(number).ok()),
            };
            Some(Found::named(
                PortAddress::UsbPrinter(Plug {
                    path: format!("/dev/usb/{name}"),
                    usb: Some(usb),
                }),
                text(device, "product"),
                text(device, "manufacturer"),
                guess::usb_printer(vid, pid),
            ))
        })
        .collect())
}

impl UsbPrinter {
    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }

    fn stalled(&self) -> PortError {
        PortError::Stalled {
            port: self.name.clone(),
        }
    }

    /// Waits until the printer is ready for it; false when the time is over.
    fn ready(&self, what: PollFlags, until: Instant) -> io::Result<bool> {
        let left = until.saturating_duration_since(Instant::now());
        let Ok(left) = Timespec::try_from(left) else {
            return Ok(false);
        };
        match poll(&mut [PollFd::new(&self.file, what)], Some(&left)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(Instant::now() < until),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether an error only means that nothing happened yet.
fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

impl Port for UsbPrinter {
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken> {
        let until = Instant::now() + within;
        let mut sent = 0;
        while sent < bytes.len() {
            let why = match self.ready(PollFlags::OUT, until) {
                Ok(true) => match self.file.write(&bytes[sent..]) {
                    Ok(taken) => {
                        sent += taken;
                        continue;
                    }
                    Err(error) if is_not_yet(&error) && Instant::now() < until => continue,
                    Err(error) if is_not_yet(&error) => self.stalled(),
                    // The driver's word for "no paper".
                    Err(error) if error.kind() == io::ErrorKind::StorageFull => self.stalled(),
                    Err(_) => self.gone(),
                },
                Ok(false) => self.stalled(),
                Err(_) => self.gone(),
            };
            return Err(Broken { sent, why });
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        let until = Instant::now() + within;
        while self.ready(PollFlags::IN, until).map_err(|_| self.gone())? {
            match self.file.read(buffer) {
                // A printer that only listens answers every question with nothing.
                Ok(come) => return Ok(come),
                Err(error) if is_not_yet(&error) && Instant::now() < until => {}
                Err(error) if is_not_yet(&error) => break,
                Err(_) => return Err(self.gone()),
            }
        }
        Ok(0)
    }

    fn settle(&mut self, within: Duration) -> Result<Taken, PortError> {
        // The driver is ready for more when the printer took the last of what it had.
        match self.ready(PollFlags::OUT, Instant::now() + within) {
            Ok(true) => Ok(Taken::Confirmed),
            Ok(false) => Err(self.stalled()),
            Err(_) => Err(self.gone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_kernels_list_is_read_and_no_list_is_no_printer() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(list_in(&root.path().join("usbmisc")), Ok(vec![]));

        let device = root.path().join("devices/1-2.3");
        let interface = device.join("1-2.3:1.0");
        fs::create_dir_all(&interface).unwrap();
        for (dir, file, text) in [
            (&device, "idVendor", "0416\n"),
            (&device, "idProduct", "5011\n"),
            (&device, "serial", "\n"),
            (&device, "manufacturer", "STMicroelectronics\n"),
            (&interface, "bInterfaceNumber", "00\n"),
        ] {
            fs::write(dir.join(file), text).unwrap();
        }
        for name in ["lp0", "hiddev0"] {
            let listed = root.path().join("usbmisc").join(name);
            fs::create_dir_all(&listed).unwrap();
            std::os::unix::fs::symlink(&interface, listed.join("device")).unwrap();
        }
        let found = list_in(&root.path().join("usbmisc")).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].address.to_string(),
            "usb-printer:/dev/usb/lp0?usb=0416:5011&at=1-2.3&if=0"
        );
        assert_eq!(found[0].name, "POS58");
        assert_eq!(found[0].maker.as_deref(), Some("STMicroelectronics"));
    }

    #[test]
    fn a_printer_that_takes_nothing_is_stalled_and_a_missing_one_gone() {
        // A pipe that nobody reads is as near to a printer without paper as a machine without printers gets.
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lp0");
        rustix::fs::mkfifoat(
            rustix::fs::CWD,
            &path,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        )
        .unwrap();
        let path = path.to_str().unwrap();
        let mut printer = open(path).unwrap();
        printer
            .write_all(b"receipt", Duration::from_secs(5))
            .unwrap();
        assert_eq!(printer.settle(Duration::from_secs(5)), Ok(Taken::Confirmed));
        let broken = printer
            .write_all(&vec![0; 1 << 20], Duration::from_millis(100))
            .unwrap_err();
        assert!(broken.sent < 1 << 20);
        assert!(matches!(broken.why, PortError::Stalled { .. }));
        assert!(matches!(
            open("/dev/usb/lp-none"),
            Err(PortError::Gone { .. })
        ));
    }
}
