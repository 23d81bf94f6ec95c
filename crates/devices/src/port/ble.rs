//! Bluetooth Low Energy devices that offer a service like a serial line: found, connected, written to in small pieces.

use super::{Broken, Line, Port, PortError, Remedy, Taken};
use crate::{
    PortAddress,
    find::{Found, guess},
};
use btleplug::{
    Error as RadioError,
    api::{Central as _, CentralState, CharPropFlags, Manager as _, Peripheral as _, ScanFilter},
    api::{Characteristic, WriteType},
    platform::{Adapter, Manager, Peripheral},
};
use choose::{choose, is_listed};
use futures_util::StreamExt;
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::mpsc,
    time::{sleep, timeout},
};
use uuid::Uuid;

mod choose;

/// Asking the system for the radio, its state, a list.
const ASK_MAX: Duration = Duration::from_secs(5);
/// Looking for a device that the system has not seen yet.
const LOOK_MAX: Duration = Duration::from_secs(8);
/// Connecting and learning what the device offers.
const CONNECT_MAX: Duration = Duration::from_secs(35);
/// Every so many unconfirmed pieces one is confirmed, where the device can, so that its buffer is never overrun.
const CONFIRM_EVERY: usize = 8;
/// So many notifications wait to be read; a status is one.
const HEARD_MAX: usize = 64;

/// The radio of this program, with the little runtime that its events need. There is one.
struct Radio {
    runtime: Runtime,
    manager: Manager,
}

static RADIO: Mutex<Option<Arc<Radio>>> = Mutex::new(None);

fn denied(port: &str, remedy: Remedy) -> PortError {
    PortError::Denied {
        port: port.into(),
        remedy,
    }
}

/// What trouble with the radio itself means, whichever device was wanted.
fn no_radio(port: &str, error: &RadioError) -> PortError {
    match error {
        RadioError::PermissionDenied => denied(port, Remedy::AllowBluetooth),
        _ => {
            tracing::info!(%error, "no use of Bluetooth");
            denied(port, Remedy::BluetoothOn)
        }
    }
}

impl Radio {
    /// The radio; asked for again after a failure, since Bluetooth may have been switched on.
    fn get(port: &str) -> Result<Arc<Self>, PortError> {
        let mut radio = RADIO.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(radio) = &*radio {
            return Ok(radio.clone());
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("bluetooth")
            .enable_all()
            .build()
            .map_err(|error| PortError::other(port, error))?;
        let manager = runtime
            .block_on(async { timeout(ASK_MAX, Manager::new()).await })
            .map_err(|_| denied(port, Remedy::BluetoothOn))?
            .map_err(|error| no_radio(port, &error))?;
        let made = Arc::new(Self { runtime, manager });
        *radio = Some(made.clone());
        Ok(made)
    }

    /// The adapters that are switched on.
    async fn adapters(&self, port: &str) -> Result<Vec<Adapter>, PortError> {
        let asked = async {
            let mut on = Vec::new();
            for adapter in self.manager.adapters().await? {
                if adapter.adapter_state().await? != CentralState::PoweredOff {
                    on.push(adapter);
                }
            }
            Ok(on)
        };
        let adapters = timeout(ASK_MAX, asked)
            .await
            .map_err(|_| denied(port, Remedy::BluetoothOn))?
            .map_err(|error| no_radio(port, &error))?;
        if adapters.is_empty() {
            return Err(denied(port, Remedy::BluetoothOn));
        }
        Ok(adapters)
    }
}

/// Looks for so long for devices that could be displays or printers. Costs radio time: only on request.
pub fn scan(within: Duration) -> Result<Vec<Found>, PortError> {
    let radio = Radio::get("Bluetooth")?;
    radio.runtime.block_on(async {
        let adapters = radio.adapters("Bluetooth").await?;
        for adapter in &adapters {
            // The filter of every program is merged with ours, so it would not keep anything out.
            if let Err(error) = adapter.start_scan(ScanFilter::default()).await {
                return Err(no_radio("Bluetooth", &error));
            }
        }
        sleep(within).await;
        let mut found = Vec::new();
        for adapter in &adapters {
            let _ = adapter.stop_scan().await;
            for device in adapter.peripherals().await.unwrap_or_default() {
                found.extend(describe(&device).await);
            }
        }
        Ok(found)
    })
}

async fn describe(device: &Peripheral) -> Option<Found> {
    let known = device.properties().await.ok().flatten()?;
    let name = known.local_name.or(known.advertisement_name);
    let offers = known.services.iter().any(is_listed);
    let guess = guess::ble(offers, name.as_deref())?;
    let address = PortAddress::Ble {
        id: device.id().to_string(),
        service: None,
    };
    Some(Found::named(address, name, None, guess))
}

/// An open connection to a device.
pub struct Ble {
    radio: Arc<Radio>,
    device: Peripheral,
    name: String,
    to: Characteristic,
    heard: mpsc::Receiver<Vec<u8>>,
    pending: Vec<u8>,
    pace: Pace,
    confirmed: bool,
}

/// Connects to the device of this id, and chooses what to write to.
pub fn open(id: &str, service: Option<&str>, line: &Line) -> Result<Ble, PortError> {
    let service = service
        .map(Uuid::parse_str)
        .transpose()
        .map_err(|error| PortError::other(id, error))?;
    let radio = Radio::get(id)?;
    radio.clone().runtime.block_on(async {
        let adapters = radio.adapters(id).await?;
        let device = look_for(&adapters, id).await?;
        let connected = timeout(CONNECT_MAX, connect(&device, id, service, line)).await;
        match connected {
            Ok(Ok((to, heard, pace))) => Ok(Ble {
                radio,
                device,
                name: id.into(),
                to,
                heard,
                pending: Vec::new(),
                pace,
                confirmed: false,
            }),
            failed => {
                // A connection that is half made keeps the device from everybody.
                let _ = timeout(ASK_MAX, device.disconnect()).await;
                Err(match failed {
                    Ok(Err(error)) => error,
                    _ => PortError::Gone { port: id.into() },
                })
            }
        }
    })
}

/// The device, if the system knows it; else looks around for a while.
async fn look_for(adapters: &[Adapter], id: &str) -> Result<Peripheral, PortError> {
    async fn known(adapters: &[Adapter], id: &str) -> Option<Peripheral> {
        for adapter in adapters {
            let known = adapter.peripherals().await.unwrap_or_default();
            if let Some(device) = known.into_iter().find(|d| d.id().to_string() == id) {
                return Some(device);
            }
        }
        None
    }
    if let Some(device) = known(adapters, id).await {
        return Ok(device);
    }
    for adapter in adapters {
        let _ = adapter.start_scan(ScanFilter::default()).await;
    }
    let until = Instant::now() + LOOK_MAX;
    let mut found = None;
    while found.is_none() && Instant::now() < until {
        sleep(Duration::from_millis(250)).await;
        found = known(adapters, id).await;
    }
    for adapter in adapters {
        let _ = adapter.stop_scan().await;
    }
    found.ok_or(PortError::Gone { port: id.into() })
}

async fn connect(
    device: &Peripheral,
    id: &str,
    service: Option<Uuid>,
    line: &Line,
) -> Result<(Characteristic, mpsc::Receiver<Vec<u8>>, Pace), PortError> {
    let gone = |error: RadioError| match error {
        RadioError::PermissionDenied => denied(id, Remedy::AllowBluetooth),
        error => {
            tracing::debug!(%error, "connecting over Bluetooth failed");
            PortError::Gone { port: id.into() }
        }
    };
    device.connect().await.map_err(gone)?;
    device.discover_services().await.map_err(gone)?;
    let services: Vec<_> = device.services().into_iter().collect();
    let chosen = choose(&services, service)
        .ok_or_else(|| PortError::other(id, "it offers nothing to write to"))?;
    let (tell, heard) = mpsc::channel(HEARD_MAX);
    if let Some(from) = &chosen.notify {
        // Without answers a display still shows and a printer still prints.
        match (device.notifications().await, device.subscribe(from).await) {
            (Ok(mut notes), Ok(())) => {
                let from = from.uuid;
                tokio::spawn(async move {
                    while let Some(note) = notes.next().await {
                        // Nobody reads: what is new is dropped, and the stream runs on.
                        if note.uuid == from
                            && tell.try_send(note.value).is_err()
                            && tell.is_closed()
                        {
                            return;
                        }
                    }
                });
            }
            (_, Err(error)) | (Err(error), _) => {
                tracing::debug!(%error, "the device does not answer");
            }
        }
    }
    // The size is known only now, after the services are.
    let pace = Pace::new(device.mtu(), chosen.to.properties, line);
    Ok((chosen.to, heard, pace))
}

/// In what pieces to write, and how to wait in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    piece: usize,
    baud: u32,
    quick: bool,
    can_confirm: bool,
}

impl Pace {
    fn new(mtu: u16, can: CharPropFlags, line: &Line) -> Self {
        let can_confirm = can.contains(CharPropFlags::WRITE);
        let can_hurry = can.contains(CharPropFlags::WRITE_WITHOUT_RESPONSE);
        Self {
            // Three bytes of each packet are the protocol's own; every device takes twenty.
            piece: usize::from(mtu.saturating_sub(3).max(20).min(line.chunk.max(1))),
            baud: line.baud.max(300),
            quick: can_hurry && !(line.confirm_writes && can_confirm),
            can_confirm,
        }
    }

    /// How the piece of this number is written, and the rest after it.
    fn of(&self, number: usize, length: usize) -> (WriteType, Duration) {
        let confirm =
            !self.quick || (self.can_confirm && number % CONFIRM_EVERY == CONFIRM_EVERY - 1);
        if confirm {
            return (WriteType::WithResponse, Duration::ZERO);
        }
        // What the module's own serial side needs for it, ten bits a byte.
        let bits = u64::try_from(length).unwrap_or(u64::MAX).saturating_mul(10);
        let serial = Duration::from_micros(bits.saturating_mul(1_000_000) / u64::from(self.baud));
        (
            WriteType::WithoutResponse,
            serial.max(Duration::from_millis(10)),
        )
    }
}

impl Ble {
    fn gone(&self) -> PortError {
        PortError::Gone {
            port: self.name.clone(),
        }
    }

    fn block<F: Future>(&self, what: F) -> F::Output {
        self.radio.runtime.block_on(what)
    }
}

impl Port for Ble {
    fn write_all(&mut self, bytes: &[u8], within: Duration) -> Result<(), Broken> {
        let until = Instant::now() + within;
        let mut sent = 0;
        for (number, piece) in bytes.chunks(self.pace.piece).enumerate() {
            let (how, rest) = self.pace.of(number, piece.len());
            let left = until.saturating_duration_since(Instant::now());
            let written = self.block(async {
                let written = timeout(left, self.device.write(&self.to, piece, how)).await;
                sleep(rest.min(left)).await;
                written
            });
            let why = match written {
                Ok(Ok(())) => {
                    sent += piece.len();
                    self.confirmed = how == WriteType::WithResponse;
                    continue;
                }
                Ok(Err(error)) => {
                    tracing::debug!(%error, "writing over Bluetooth failed");
                    self.gone()
                }
                Err(_) => PortError::Stalled {
                    port: self.name.clone(),
                },
            };
            // The piece that failed may have arrived all the same.
            let sent = sent + piece.len();
            return Err(Broken { sent, why });
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], within: Duration) -> Result<usize, PortError> {
        if self.pending.is_empty() {
            let heard = self
                .radio
                .runtime
                .block_on(async { timeout(within, self.heard.recv()).await });
            match heard {
                Ok(Some(note)) => self.pending = note,
                // No channel at all is a device that never answers, not one that left.
                Ok(None) | Err(_) => return Ok(0),
            }
        }
        let come = self.pending.len().min(buffer.len());
        buffer[..come].copy_from_slice(&self.pending[..come]);
        self.pending.drain(..come);
        Ok(come)
    }

    fn settle(&mut self, within: Duration) -> Result<Taken, PortError> {
        match self.block(async { timeout(within, self.device.is_connected()).await }) {
            Ok(Ok(true)) if self.confirmed => Ok(Taken::Confirmed),
            Ok(Ok(true)) => Ok(Taken::Sent),
            _ => Err(self.gone()),
        }
    }
}

impl Drop for Ble {
    fn drop(&mut self) {
        let device = self.device.clone();
        let leave = async move {
            let _ = timeout(ASK_MAX, device.disconnect()).await;
        };
        // Whoever opens it again at once must find it free; but a runtime's own thread may not wait.
        if Handle::try_current().is_ok() {
            self.radio.runtime.spawn(leave);
        } else {
            self.radio.runtime.block_on(leave);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_fit_the_packet_and_the_module() {
        let both = CharPropFlags::WRITE | CharPropFlags::WRITE_WITHOUT_RESPONSE;
        let line = |chunk, confirm_writes| Line {
            chunk,
            confirm_writes,
            ..Line::default()
        };
        // Packet, what it can, settings; piece, whether quick.
        let table = [
            (23, both, line(180, false), 20, true),
            (247, both, line(180, false), 180, true),
            (185, both, line(180, false), 180, true),
            (100, both, line(180, false), 97, true),
            (247, both, line(20, true), 20, false),
            (0, CharPropFlags::WRITE, line(180, false), 20, false),
            (
                23,
                CharPropFlags::WRITE_WITHOUT_RESPONSE,
                line(0, true),
                1,
                true,
            ),
        ];
        for (mtu, can, line, piece, quick) in table {
            let pace = Pace::new(mtu, can, &line);
            assert_eq!((pace.piece, pace.quick), (piece, quick), "{mtu} {line:?}");
        }
    }

    #[test]
    fn a_piece_waits_for_the_modules_serial_side_and_each_eighth_is_confirmed() {
        let both = CharPropFlags::WRITE | CharPropFlags::WRITE_WITHOUT_RESPONSE;
        let pace = Pace::new(23, both, &Line::default());
        let (how, rest) = pace.of(0, 20);
        assert_eq!(how, WriteType::WithoutResponse);
        assert!(
            rest >= Duration::from_millis(20) && rest < Duration::from_millis(22),
            "{rest:?}"
        );
        assert_eq!(pace.of(7, 20), (WriteType::WithResponse, Duration::ZERO));
        let fast = Line {
            baud: 115_200,
            ..Line::default()
        };
        assert_eq!(
            Pace::new(23, both, &fast).of(0, 20).1,
            Duration::from_millis(10)
        );
        let only_quick = Pace::new(23, CharPropFlags::WRITE_WITHOUT_RESPONSE, &Line::default());
        assert_eq!(only_quick.of(7, 20).0, WriteType::WithoutResponse);
    }
}
