//! What the systems do differently at a port: what is missing when they refuse, and which serial ports are what.

use super::Remedy;

/// What to do when the system refuses a serial port.
#[cfg(feature = "serial")]
pub(crate) fn serial_remedy() -> Remedy {
    if cfg!(target_os = "linux") {
        Remedy::JoinDialout
    } else {
        Remedy::Unknown
    }
}

/// What to do when the system refuses a HID device.
#[cfg(feature = "hid")]
pub(crate) fn hid_remedy() -> Remedy {
    if cfg!(target_os = "linux") {
        Remedy::UdevRule
    } else {
        Remedy::Unknown
    }
}

/// Whether a serial port of this name is one that nobody means: it waits for a carrier, or is the system's own.
#[cfg(feature = "serial")]
pub(crate) fn hides(path: &str) -> bool {
    cfg!(target_os = "macos")
        && (!path.starts_with("/dev/cu.")
            || path.contains("Bluetooth-Incoming-Port")
            || path.contains("debug-console")
            || path.contains("wlan-debug"))
}

/// Whether serial ports can be listed at all: the library for it panics where the kernel has no serial devices.
#[cfg(feature = "serial")]
pub(crate) fn lists_serial() -> bool {
    !cfg!(target_os = "linux") || std::path::Path::new("/sys/class/tty").is_dir()
}

#[cfg(all(feature = "serial", unix))]
pub(crate) use unix::open_serial;

#[cfg(all(feature = "serial", windows))]
pub(crate) use windows::{bluetooth_ports, open_serial};

/// Serial ports that are Bluetooth devices, where the listing does not say so itself.
#[cfg(all(feature = "serial", unix))]
pub(crate) fn bluetooth_ports() -> Vec<String> {
    Vec::new()
}

#[cfg(all(feature = "serial", unix))]
mod unix {
    use serialport::{SerialPort, SerialPortBuilder};
    use std::os::fd::{AsRawFd, BorrowedFd};

    /// Opens a port whose writes never block longer than they were allowed to. The library waits for room for one
    /// byte and then hands the kernel all of them, which would wait for the rest for ever.
    pub(crate) fn open_serial(how: SerialPortBuilder) -> serialport::Result<Box<dyn SerialPort>> {
        let port = how.open_native()?;
        #[allow(
            unsafe_code,
            reason = "the library hands out its descriptor only as a number"
        )]
        // SAFETY: the descriptor belongs to `port`, which outlives this borrow.
        let descriptor = unsafe { BorrowedFd::borrow_raw(port.as_raw_fd()) };
        rustix::fs::fcntl_setfl(descriptor, rustix::fs::OFlags::NONBLOCK)
            .map_err(std::io::Error::from)?;
        Ok(Box::new(port))
    }
}

#[cfg(all(feature = "serial", windows))]
mod windows {
    use serialport::{SerialPort, SerialPortBuilder};
    use std::ptr;
    use windows_sys::Win32::{
        Foundation::{ERROR_SUCCESS, MAX_PATH},
        System::Registry::{
            HKEY, HKEY_LOCAL_MACHINE, KEY_READ, REG_SZ, RegCloseKey, RegEnumValueW, RegOpenKeyExW,
        },
    };

    /// Opens a port; its writes end by the time they were given.
    pub(crate) fn open_serial(how: SerialPortBuilder) -> serialport::Result<Box<dyn SerialPort>> {
        how.open()
    }

    /// Serial ports whose driver is Bluetooth's, from the registry's list of ports. Opening one to find out would
    /// switch the radio on and wait for seconds.
    pub(crate) fn bluetooth_ports() -> Vec<String> {
        let path: Vec<u16> = "HARDWARE\\DEVICEMAP\\SERIALCOMM\0".encode_utf16().collect();
        let mut key: HKEY = ptr::null_mut();
        #[allow(unsafe_code, reason = "the registry is only reached through C")]
        // SAFETY: the path ends with a zero and `key` outlives the call.
        let opened =
            unsafe { RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.as_ptr(), 0, KEY_READ, &mut key) };
        if opened != ERROR_SUCCESS {
            return Vec::new();
        }
        let mut ports = Vec::new();
        // More than 256 serial ports is no computer that stands in a shop.
        for index in 0..256 {
            let mut name = [0u16; MAX_PATH as usize];
            let mut name_length = name.len() as u32;
            let mut data = [0u8; 128];
            let mut data_length = data.len() as u32;
            let mut kind = 0;
            #[allow(unsafe_code, reason = "the registry is only reached through C")]
            // SAFETY: every pointer is to a local buffer, and its length goes with it.
            let read = unsafe {
                RegEnumValueW(
                    key,
                    index,
                    name.as_mut_ptr(),
                    &mut name_length,
                    ptr::null(),
                    &mut kind,
                    data.as_mut_ptr(),
                    &mut data_length,
                )
            };
            if read != ERROR_SUCCESS {
                break;
            }
            let driver = String::from_utf16_lossy(&name[..name_length as usize]);
            if kind != REG_SZ || !driver.to_ascii_lowercase().contains("bth") {
                continue;
            }
            let wide: Vec<u16> = data[..data_length as usize]
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .take_while(|unit| *unit != 0)
                .collect();
            ports.push(String::from_utf16_lossy(&wide));
        }
        #[allow(unsafe_code, reason = "the registry is only reached through C")]
        // SAFETY: the key was opened above and is not used again.
        unsafe {
            RegCloseKey(key);
        }
        ports
    }
}
