//! Serial ports: real ones, USB bridges, and paired Bluetooth devices that the system shows as ports.

use super::{Broken, Flow, Line, Parity, Port, PortError, Taken, system};
use crate::{
    PortAddress,
    address::{Plug, UsbIdentity},
    find::{Found, guess},
};
use serialport::{ClearBuffer, ErrorKind, SerialPort, SerialPortInfo, SerialPortType};
use std::{
    io,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// One wait inside the driver. Short, because on Windows a reader in the driver holds back a writer.
const SLICE: Duration = Duration::from_millis(50);
/// At most so many bytes are handed to the driver at once, so that the deadline is looked at in between.
const PIECE: usize = 512;
/// A Bluetooth device that slept often fails once and then answers.
const BLUETOOTH_TRIES: u32 = 3;
/// The radio makes one connection at a time; two at once fail both.
static RADIO: Mutex<()> = Mutex::new(());

/// An open serial port.
pub struct Serial {
    port: Box<dyn SerialPort>,
    name: String,
    byte_pause: Duration,
    stalled: bool,
}

/// Opens the device at `plug`, on whatever port it is now, beside the `others` that are set up.
pub fn open(plug: &Plug, line: &Line, others: &[PortAddress]) -> Result<Serial, PortError> {
    if plug.usb.is_none() {
        return open_path(&plug.path, line);
    }
    match list() {
        Ok(found) => {
            let present: Vec<_> = found.into_iter().map(|found| found.address).collect();
            open_among(plug, line, &present, others)
        }
        // The listing may fail where the port does not.
        Err(_) => open_path(&plug.path, line),
    }
}

/// Opens the device at `plug`, on whichever of the ports that are present it is now.
pub fn open_among(
    plug: &Plug,
    line: &Line,
    present: &[PortAddress],
    others: &[PortAddress],
) -> Result<Serial, PortError> {
    let address = PortAddress::Serial(plug.clone());
    let now = address
        .among(present, others)
        .and_then(PortAddress::plug)
        .ok_or(PortError::Gone {
            port: plug.path.clone(),
        })?;
    open_path(&now.path, line)
}

fn open_path(path: &str, line: &Line) -> Result<Serial, PortError> {
    if !is_bluetooth(path) {
        return try_open(path, line);
    }
    let _alone = RADIO.lock().unwrap_or_else(PoisonError::into_inner);
    let mut outcome = try_open(path, line);
    for _ in 1..BLUETOOTH_TRIES {
        match outcome {
            // The system's words differ by language and radio; at a Bluetooth port they mean "out of reach".
            Err(PortError::Other { .. }) => outcome = try_open(path, line),
            _ => return outcome,
        }
    }
    outcome.map_err(|error| match error {
        PortError::Other { port, .. } => PortError::Gone { port },
        known => known,
    })
}

fn try_open(path: &str, line: &Line) -> Result<Serial, PortError> {
    let mut how = serialport::new(path, line.baud)
        .data_bits(match line.data_bits {
            5 => serialport::DataBits::Five,
            6 => serialport::DataBits::Six,
            7 => serialport::DataBits::Seven,
            _ => serialport::DataBits::Eight,
        })
        .parity(match line.parity {
            Parity::None => serialport::Parity::None,
            Parity::Odd => serialport::Parity::Odd,
            Parity::Even => serialport::Parity::Even,
        })
        .stop_bits(match line.stop_bits {
            2 => serialport::StopBits::Two,
            _ => serialport::StopBits::One,
        })
        .flow_control(match line.flow {
            Flow::None => serialport::FlowControl::None,
            Flow::Software => serialport::FlowControl::Software,
            Flow::Hardware => serialport::FlowControl::Hardware,
        })
        .timeout(SLICE);
    // The library passes over a line that has no DTR: a pseudo-terminal, a Bluetooth port.
    if let Some(dtr) = line.dtr {
        how = how.dtr_on_open(dtr);
    }
    let port = system::open_serial(how).map_err(|error| opening(path, &error))?;
    Ok(Serial {
        port,
        name: path.to_owned(),
        byte_pause: Duration::from_millis(line.byte_pause_ms.into()),
        stalled: false,
    })
}

/// What an error at opening means.
fn opening(path: &str, error: &serialport::Error) -> PortError {
    let port = path.to_owned();
    match error.kind() {
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => PortError::Denied {
            port,
            remedy: system::serial_remedy(),
        },
        ErrorKind::Io(io::ErrorKind::NotFound) => PortError::Gone { port },
        // Windows says the same for a port that is missing and one that is taken; only the listing tells.
        ErrorKind::NoDevice if Path::new(path).exists() || is_listed(path) => {
            PortError::InUse { port }
        }
        ErrorKind::NoDevice => PortError::Gone { port },
        _ if !Path::new(path).exists() && !is_listed(path) => PortError::Gone { port },
        _ => PortError::other(path, error),
    }
}

fn is_listed(path: &str) -> bool {
    ports()
        .unwrap_or_default()
        .iter()
        .any(|port| port.port_name.eq_ignore_ascii_case(path))
}

pub(super) fn is_bluetooth(path: &str) -> bool {
    path.starts_with("/dev/rfcomm")
        || system::bluetooth_ports()
            .iter()
            .any(|port| port.eq_ignore_ascii_case(path))
        || (path.starts_with("/dev/cu.")
            && ports().unwrap_or_default().iter().any(|port| {
                port.port_name == path && matches!(port.port_type, SerialPortType::BluetoothPort)
            }))
}

fn ports() -> Result<Vec<SerialPortInfo>, serialport::Error> {
    if !system::lists_serial() {
        return Ok(Vec::new());
    }
    serialport::available_ports()
}

/// Every serial port that a person could mean. Opens none.
pub(crate) fn list() -> Result<Vec<Found>, String> {
    let bluetooth = system::bluetooth_ports();
    let ports = ports().map_err(|error| error.to_string())?;
    Ok(ports
        .into_iter()
        .filter(|port| !system::hides(&port.port_name))
        .map(|port| {
            let paired = bluetooth.contains(&port.port_name);
            describe(port, paired)
        })
        .collect())
}

fn describe(port: SerialPortInfo, paired: bool) -> Found {
    let (usb, product, maker) = match port.port_type {
        SerialPortType::UsbPort(usb) => {
            let location = usb.location.as_ref().map(|place| {
                let chain: Vec<_> = place.port_chain().iter().map(u8::to_string).collect();
                format!("{}-{}", place.bus_id(), chain.join("."))
            });
            let identity = UsbIdentity {
                vid: usb.vid,
                pid: usb.pid,
                serial: usb.serial_number.filter(|text| !text.trim().is_empty()),
                location,
                interface: usb.interface,
            };
            (Some(identity), usb.product, usb.manufacturer)
        }
        SerialPortType::BluetoothPort => {
            return Found::plain(port.port_name, guess::bluetooth_serial());
        }
        _ if paired => return Found::plain(port.port_name, guess::bluetooth_serial()),
        _ => return Found::plain(port.port_name, guess::plain_serial()),
    };
    let guess = usb.as_ref().map_or(guess::plain_serial(), guess::serial);
    let address = PortAddress::Serial(Plug {
        path: port.port_name,
        usb,
    });
    Found::named(address, product, maker, guess)
}

impl Serial {
    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }

    /// Lets the driver wait so long; false when the time is over.
    fn wait(&mut self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        // A driver that cannot set it keeps the one from opening, which is as short.
        !left.is_zero() && {
            let _ = self.port.set_timeout(left.min(SLICE));
            true
        }
    }
}

/// Whether an error only means that nothing happened yet.
fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

impl Port for Serial {
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken> {
        let until = Instant::now() + within;
        let piece = if self.byte_pause.is_zero() { PIECE } else { 1 };
        let mut sent = 0;
        while sent < bytes.len() {
            if !self.wait(until) {
                self.stalled = true;
                let port = self.name.clone();
                let why = PortError::Stalled { port };
                return Err(Broken { sent, why });
            }
            let end = bytes.len().min(sent + piece);
            match self.port.write(&bytes[sent..end]) {
                // Windows reports a full buffer as success without bytes.
                Ok(0) => thread::sleep(Duration::from_millis(1)),
                Ok(taken) => {
                    sent += taken;
                    thread::sleep(self.byte_pause);
                }
                Err(error) if is_not_yet(&error) => thread::sleep(Duration::from_millis(1)),
                // An open line has no other way to fail than losing its device.
                Err(_) => {
                    let why = self.gone();
                    return Err(Broken { sent, why });
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        let until = Instant::now() + within;
        while self.wait(until) {
            match self.port.read(buffer) {
                Ok(0) if !buffer.is_empty() => return Err(self.gone()),
                Ok(come) => return Ok(come),
                Err(error) if is_not_yet(&error) => {}
                Err(_) => return Err(self.gone()),
            }
        }
        Ok(0)
    }

    fn settle(&mut self, within: Duration) -> Result<Taken, PortError> {
        let until = Instant::now() + within;
        loop {
            match self.port.bytes_to_write() {
                // A driver that cannot count has no more to say.
                Ok(0) | Err(_) => return Ok(Taken::Sent),
                Ok(_) if Instant::now() >= until => {
                    self.stalled = true;
                    let port = self.name.clone();
                    return Err(PortError::Stalled { port });
                }
                Ok(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        // Closing waits for what is unsent, half a minute on Linux; a line that stalled will not take it.
        if self.stalled {
            let _ = self.port.clear(ClearBuffer::Output);
        }
    }
}
