//! USB printers on Windows: the class driver `usbprint.sys` shows each as a device interface that takes bytes.

use super::{
    opening,
    pieces::{self, Moved},
};
use crate::{
    PortAddress,
    address::{Plug, UsbIdentity},
    find::{Found, guess},
    port::{Broken, Port, PortError, Remedy, Taken},
};
use std::{
    fs::{File, OpenOptions},
    io, mem,
    os::windows::{fs::OpenOptionsExt, io::AsRawHandle},
    ptr,
    time::Duration,
};
use windows_sys::{
    Win32::{
        Devices::DeviceAndDriverInstallation::{
            DIGCF_DEVICEINTERFACE, DIGCF_PRESENT, HDEVINFO, SP_DEVICE_INTERFACE_DATA,
            SP_DEVICE_INTERFACE_DETAIL_DATA_W, SetupDiDestroyDeviceInfoList,
            SetupDiEnumDeviceInterfaces, SetupDiGetClassDevsW, SetupDiGetDeviceInterfaceDetailW,
        },
        Foundation::{CloseHandle, ERROR_IO_PENDING, HANDLE, INVALID_HANDLE_VALUE, WAIT_OBJECT_0},
        Storage::FileSystem::{
            FILE_FLAG_OVERLAPPED, FILE_SHARE_READ, FILE_SHARE_WRITE, ReadFile, WriteFile,
        },
        System::{
            IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED},
            Threading::{CreateEventW, WaitForSingleObject},
        },
    },
    core::GUID,
};

/// What the class driver calls its interfaces.
const USB_PRINTERS: GUID = GUID::from_u128(0x28d78fad_5a12_11d1_ae5b_0000f803a8c2);
/// At most so many bytes in one write: a printer without paper takes none of them, so little is in doubt.
const PIECE: usize = 4096;
/// More printers than any computer has.
const PRINTERS_MAX: u32 = 64;

/// An open printer.
#[derive(Debug)]
pub struct UsbPrinter {
    file: File,
    name: String,
}

/// Opens the interface at this path.
pub(super) fn open(path: &str) -> Result<UsbPrinter, PortError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
        .custom_flags(FILE_FLAG_OVERLAPPED)
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            // A sharing violation: another program has it.
            Some(32) => PortError::InUse { port: path.into() },
            _ => opening(path, &error, Remedy::InstallDriver),
        })?;
    Ok(UsbPrinter {
        file,
        name: path.into(),
    })
}

/// Every printer of the class driver.
pub(super) fn list() -> Result<Vec<Found>, String> {
    #[allow(unsafe_code, reason = "devices are only listed through C")]
    // SAFETY: the class is a constant, and the other pointers may be null.
    let set = unsafe {
        SetupDiGetClassDevsW(
            &USB_PRINTERS,
            ptr::null(),
            ptr::null_mut(),
            DIGCF_PRESENT | DIGCF_DEVICEINTERFACE,
        )
    };
    if set == INVALID_HANDLE_VALUE as HDEVINFO {
        return Err(io::Error::last_os_error().to_string());
    }
    let found = (0..PRINTERS_MAX)
        .map_while(|index| interface(set, index))
        .filter_map(|data| path(set, &data))
        .map(describe)
        .collect();
    #[allow(unsafe_code, reason = "devices are only listed through C")]
    // SAFETY: the list was made above and is not used again.
    unsafe {
        SetupDiDestroyDeviceInfoList(set);
    }
    Ok(found)
}

fn interface(set: HDEVINFO, index: u32) -> Option<SP_DEVICE_INTERFACE_DATA> {
    let mut data = SP_DEVICE_INTERFACE_DATA {
        cbSize: mem::size_of::<SP_DEVICE_INTERFACE_DATA>() as u32,
        ..Default::default()
    };
    #[allow(unsafe_code, reason = "devices are only listed through C")]
    // SAFETY: `data` is a local that says its own size.
    let there =
        unsafe { SetupDiEnumDeviceInterfaces(set, ptr::null(), &USB_PRINTERS, index, &mut data) };
    (there != 0).then_some(data)
}

fn path(set: HDEVINFO, data: &SP_DEVICE_INTERFACE_DATA) -> Option<String> {
    // The system's structure ends with the path; words of four bytes keep it aligned.
    let mut buffer = [0u32; 512];
    let detail = buffer
        .as_mut_ptr()
        .cast::<SP_DEVICE_INTERFACE_DETAIL_DATA_W>();
    #[allow(unsafe_code, reason = "devices are only listed through C")]
    // SAFETY: the buffer is larger than the structure, aligned for it, and its size goes with it.
    let told = unsafe {
        (*detail).cbSize = mem::size_of::<SP_DEVICE_INTERFACE_DETAIL_DATA_W>() as u32;
        SetupDiGetDeviceInterfaceDetailW(
            set,
            data,
            detail,
            mem::size_of_val(&buffer) as u32,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if told == 0 {
        return None;
    }
    // The path begins right after the four bytes of the size.
    let wide: Vec<u16> = buffer[1..]
        .iter()
        .flat_map(|word| [*word as u16, (*word >> 16) as u16])
        .take_while(|unit| *unit != 0)
        .collect();
    Some(String::from_utf16_lossy(&wide))
}

/// Reads `\\?\usb#vid_0416&pid_5011#serial#{…}`. A number with `&` in it is the system's own and names the socket.
fn describe(path: String) -> Found {
    let lower = path.to_ascii_lowercase();
    let number = |tag: &str| {
        let at = lower.find(tag)? + tag.len();
        u16::from_str_radix(lower.get(at..at + 4)?, 16).ok()
    };
    let usb = number("vid_").zip(number("pid_")).map(|(vid, pid)| {
        let own = path.split('#').nth(2).map(str::to_owned);
        let (location, serial) = own.into_iter().partition::<Vec<_>, _>(|n| n.contains('&'));
        UsbIdentity {
            vid,
            pid,
            serial: serial.into_iter().next(),
            location: location.into_iter().next(),
            interface: None,
        }
    });
    let (vid, pid) = usb.as_ref().map_or((0, 0), |usb| (usb.vid, usb.pid));
    Found::named(
        PortAddress::UsbPrinter(Plug { path, usb }),
        Some(format!("USB {vid:04X}:{pid:04X}")),
        None,
        guess::usb_printer(vid, pid),
    )
}

/// An event that a transfer signals; closed at the end.
struct Event(HANDLE);

impl Event {
    fn new() -> io::Result<Self> {
        #[allow(unsafe_code, reason = "events are only made through C")]
        // SAFETY: no pointer but null is passed.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(event))
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        #[allow(unsafe_code, reason = "events are only closed through C")]
        // SAFETY: the handle is ours and not used again.
        unsafe {
            CloseHandle(self.0);
        }
    }
}

/// One transfer that is taken back when it is late.
enum Transfer<'a> {
    Write(&'a [u8]),
    Read(&'a mut [u8]),
}

impl UsbPrinter {
    /// Runs one transfer, and takes it back when it is late.
    fn transfer(&self, what: Transfer<'_>, within: Duration) -> io::Result<Moved> {
        let event = Event::new()?;
        let handle: HANDLE = self.file.as_raw_handle();
        let mut state = OVERLAPPED {
            hEvent: event.0,
            ..Default::default()
        };
        let mut moved = 0;
        #[allow(
            unsafe_code,
            reason = "transfers with a time limit are only made through C"
        )]
        // SAFETY: the buffer and `state` live until the end of this function, and it does not return before the
        // transfer is over: either its event came, or it was cancelled and waited for.
        let (done, why) = unsafe {
            let begun = match what {
                Transfer::Write(bytes) => WriteFile(
                    handle,
                    bytes.as_ptr(),
                    bytes.len() as u32,
                    ptr::null_mut(),
                    &mut state,
                ),
                Transfer::Read(bytes) => ReadFile(
                    handle,
                    bytes.as_mut_ptr(),
                    bytes.len() as u32,
                    ptr::null_mut(),
                    &mut state,
                ),
            };
            let error = io::Error::last_os_error();
            if begun == 0 && error.raw_os_error() != Some(ERROR_IO_PENDING as i32) {
                return Err(error);
            }
            let within = u32::try_from(within.as_millis()).unwrap_or(u32::MAX - 1);
            let late = WaitForSingleObject(event.0, within) != WAIT_OBJECT_0;
            if late {
                CancelIoEx(handle, &state);
            }
            let done = GetOverlappedResult(handle, &state, &mut moved, 1);
            (done != 0, (late, io::Error::last_os_error()))
        };
        match (done, why) {
            (true, _) => Ok(Moved::Done(moved as usize)),
            (false, (true, _)) => Ok(Moved::TakenBack(moved as usize)),
            (false, (false, error)) => Err(error),
        }
    }

    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }
}

impl Port for UsbPrinter {
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken> {
        let transfer = |piece: &[u8], left| self.transfer(Transfer::Write(piece), left);
        pieces::write_all(bytes, within, PIECE, &self.name, transfer)
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        match self.transfer(Transfer::Read(buffer), within) {
            Ok(Moved::Done(come) | Moved::TakenBack(come)) => Ok(come),
            Err(_) => Err(self.gone()),
        }
    }

    fn settle(&mut self, _within: Duration) -> Result<Taken, PortError> {
        // A write comes back when the printer has its bytes.
        Ok(Taken::Confirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_who_it_is() {
        let table = [
            (
                r"\\?\usb#vid_0416&pid_5011#ABC1#{28d78fad-5a12-11d1-ae5b-0000f803a8c2}",
                Some("ABC1"),
                None,
                "POS58",
            ),
            (
                r"\\?\USB#VID_1234&PID_0001#6&2b1&0&3#{28d78fad-5a12-11d1-ae5b-0000f803a8c2}",
                None,
                Some("6&2b1&0&3"),
                "USB 1234:0001",
            ),
        ];
        for (path, serial, location, name) in table {
            let found = describe(path.into());
            let usb = found.address.plug().unwrap().usb.clone().unwrap();
            assert_eq!(usb.serial.as_deref(), serial);
            assert_eq!(usb.location.as_deref(), location);
            assert_eq!(found.name, name);
        }
    }

    #[test]
    fn a_printer_that_is_not_there_is_gone() {
        let gone = open(r"\\?\usb#vid_0000&pid_0000#0#{28d78fad-5a12-11d1-ae5b-0000f803a8c2}");
        assert!(gone.is_err());
        list().unwrap();
    }
}
