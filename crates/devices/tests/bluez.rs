//! The Bluetooth door on Linux against a BlueZ that is only played, on a message bus of the test's own: no radio.
//!
//! The library finds the bus by an environment variable, so each test runs its other half as a program of its own.
#![allow(clippy::unwrap_used, reason = "a panic is the report of a test")]
#![cfg(all(target_os = "linux", feature = "ble"))]

use devices::{
    Line, PortAddress, PortError,
    find::What,
    port::{Port, Remedy, Taken, ble},
};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use zbus::{
    Connection, ObjectServer, OwnedObjectPath, OwnedVariant, connection::Builder,
    fdo::ObjectManager, interface, object_server::SignalEmitter,
};

const ADAPTER: &str = "/org/bluez/hci0";
const DEVICE: &str = "/org/bluez/hci0/dev_11_22_33_44_55_66";
const SERVICE: &str = "/org/bluez/hci0/dev_11_22_33_44_55_66/service0010";
const WRITE: &str = "/org/bluez/hci0/dev_11_22_33_44_55_66/service0010/char0011";
const NOTIFY: &str = "/org/bluez/hci0/dev_11_22_33_44_55_66/service0010/char0013";
const LATE: Duration = Duration::from_secs(20);

fn uuid(short: &str) -> String {
    format!("0000{short}-0000-1000-8000-00805f9b34fb")
}

fn path(text: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(text.to_owned()).unwrap()
}

/// What was written: the bytes, and whether they were to be confirmed.
type Written = Arc<Mutex<Vec<(Vec<u8>, bool)>>>;

struct Adapter;

#[interface(name = "org.bluez.Adapter1")]
impl Adapter {
    fn start_discovery(&self) {}
    fn stop_discovery(&self) {}
    fn set_discovery_filter(&self, _filter: HashMap<String, OwnedVariant>) {}
    #[zbus(property)]
    fn address(&self) -> String {
        "00:11:22:33:44:55".into()
    }
    #[zbus(property)]
    fn address_type(&self) -> String {
        "public".into()
    }
    #[zbus(property)]
    fn name(&self) -> String {
        "desk".into()
    }
    #[zbus(property)]
    fn alias(&self) -> String {
        "desk".into()
    }
    #[zbus(property)]
    fn powered(&self) -> bool {
        true
    }
    // The library switches the adapter on before it scans.
    #[zbus(property)]
    fn set_powered(&mut self, _on: bool) {}
    #[zbus(property)]
    fn discovering(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn modalias(&self) -> String {
        "usb:v1D6Bp0246d0542".into()
    }
    #[zbus(property, name = "UUIDs")]
    fn uuids(&self) -> Vec<String> {
        vec![]
    }
}

#[derive(Default)]
struct Device {
    connected: bool,
}

#[interface(name = "org.bluez.Device1")]
impl Device {
    async fn connect(
        &mut self,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.connected = true;
        self.connected_changed(&emitter).await?;
        Ok(self.services_resolved_changed(&emitter).await?)
    }
    async fn disconnect(
        &mut self,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.connected = false;
        self.connected_changed(&emitter).await?;
        Ok(self.services_resolved_changed(&emitter).await?)
    }
    #[zbus(property)]
    fn address(&self) -> String {
        "11:22:33:44:55:66".into()
    }
    #[zbus(property)]
    fn address_type(&self) -> String {
        "public".into()
    }
    #[zbus(property)]
    fn adapter(&self) -> OwnedObjectPath {
        path(ADAPTER)
    }
    #[zbus(property)]
    fn name(&self) -> String {
        "RPP02N".into()
    }
    #[zbus(property)]
    fn alias(&self) -> String {
        "RPP02N".into()
    }
    #[zbus(property)]
    fn paired(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn trusted(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn blocked(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn legacy_pairing(&self) -> bool {
        false
    }
    #[zbus(property, name = "RSSI")]
    fn rssi(&self) -> i16 {
        -40
    }
    #[zbus(property)]
    fn connected(&self) -> bool {
        self.connected
    }
    #[zbus(property)]
    fn services_resolved(&self) -> bool {
        self.connected
    }
    #[zbus(property, name = "UUIDs")]
    fn uuids(&self) -> Vec<String> {
        vec![uuid("ff00")]
    }
}

struct Service;

#[interface(name = "org.bluez.GattService1")]
impl Service {
    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        uuid("ff00")
    }
    #[zbus(property)]
    fn primary(&self) -> bool {
        true
    }
    #[zbus(property)]
    fn device(&self) -> OwnedObjectPath {
        path(DEVICE)
    }
}

struct Characteristic {
    uuid: String,
    flags: Vec<String>,
    value: Vec<u8>,
    notifying: bool,
    written: Written,
}

#[interface(name = "org.bluez.GattCharacteristic1")]
impl Characteristic {
    async fn write_value(
        &self,
        bytes: Vec<u8>,
        options: HashMap<String, OwnedVariant>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> zbus::fdo::Result<()> {
        let how: Option<String> = options
            .get("type")
            .and_then(|how| how.clone().try_into().ok());
        let confirm = how.as_deref() != Some("command");
        self.written.lock().unwrap().push((bytes.clone(), confirm));
        if bytes == b"HANG" {
            std::future::pending::<()>().await;
        }
        if bytes == b"\x10\x04\x01" {
            let notify = server.interface::<_, Self>(NOTIFY).await?;
            let mut other = notify.get_mut().await;
            other.value = vec![0x12];
            other.value_changed(notify.signal_emitter()).await?;
        }
        Ok(())
    }
    fn read_value(&self, _options: HashMap<String, OwnedVariant>) -> Vec<u8> {
        self.value.clone()
    }
    fn start_notify(&mut self) {
        self.notifying = true;
    }
    fn stop_notify(&mut self) {
        self.notifying = false;
    }
    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        self.uuid.clone()
    }
    #[zbus(property)]
    fn service(&self) -> OwnedObjectPath {
        path(SERVICE)
    }
    #[zbus(property)]
    fn flags(&self) -> Vec<String> {
        self.flags.clone()
    }
    #[zbus(property)]
    fn value(&self) -> Vec<u8> {
        self.value.clone()
    }
    #[zbus(property)]
    fn notifying(&self) -> bool {
        self.notifying
    }
    #[zbus(property, name = "MTU")]
    fn mtu(&self) -> u16 {
        23
    }
}

/// A message bus of the test's own.
struct Bus {
    process: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut process = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon, of the package dbus");
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            process,
            address: address.trim().to_owned(),
        }
    }

    async fn play(&self, written: &Written) -> Connection {
        let characteristic = |short: &str, flags: &[&str]| Characteristic {
            uuid: uuid(short),
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            value: vec![],
            notifying: false,
            written: written.clone(),
        };
        let write = characteristic("ff02", &["write", "write-without-response"]);
        Builder::address(self.address.as_str())
            .serve_at("/", ObjectManager)
            .serve_at(ADAPTER, Adapter)
            .serve_at(DEVICE, Device::default())
            .serve_at(SERVICE, Service)
            .serve_at(WRITE, write)
            .serve_at(NOTIFY, characteristic("ff01", &["notify"]))
            .name("org.bluez")
            .build()
            .await
            .unwrap()
    }

    /// Runs the test of this name as a program that finds this bus.
    async fn run(&self, test: &str) {
        let mut half = tokio::process::Command::new(std::env::current_exe().unwrap());
        half.args([test, "--exact", "--ignored", "--nocapture"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.address)
            .kill_on_drop(true);
        let status = tokio::time::timeout(Duration::from_secs(90), half.status());
        assert!(status.await.unwrap().unwrap().success(), "{test}");
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_is_found_written_to_in_pieces_and_heard() {
    let bus = Bus::start();
    let written = Written::default();
    let _bluez = bus.play(&written).await;
    bus.run("half_with_bluez").await;

    let written = written.lock().unwrap();
    let receipt: Vec<u8> = (0..100).collect();
    let pieces: Vec<(Vec<u8>, bool)> = receipt
        .chunks(20)
        .map(|piece| (piece.to_vec(), false))
        .collect();
    assert_eq!(
        written[..5],
        pieces,
        "without confirmation, twenty bytes each"
    );
    assert_eq!(written[5], (b"\x10\x04\x01".to_vec(), false));
    assert_eq!(written[6], (b"HANG".to_vec(), false));
    assert_eq!(written[7], (b"sure".to_vec(), true), "confirmed on request");
    assert_eq!(written.len(), 8);
}

#[test]
#[ignore = "the other half of a test, which starts it with a bus of its own"]
fn half_with_bluez() {
    let found = ble::scan(Duration::from_millis(300)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].name, "RPP02N");
    assert_eq!(found[0].guess.what, What::Printer);
    let PortAddress::Ble { id, .. } = &found[0].address else {
        panic!("{found:?}");
    };

    let mut port = ble::open(id, None, &Line::default()).unwrap();
    let receipt: Vec<u8> = (0..100).collect();
    let begun = Instant::now();
    port.write_all(&receipt, LATE).unwrap();
    // A hundred bytes need a tenth of a second at 9600.
    assert!(begun.elapsed() >= Duration::from_millis(100));
    port.write_all(b"\x10\x04\x01", LATE).unwrap();
    let mut answer = [0; 4];
    assert_eq!(port.read(&mut answer, LATE), Ok(1));
    assert_eq!(answer[0], 0x12);
    assert_eq!(port.read(&mut answer, Duration::from_millis(20)), Ok(0));
    assert_eq!(port.settle(LATE), Ok(Taken::Sent));

    let broken = port
        .write_all(b"HANG", Duration::from_millis(300))
        .unwrap_err();
    assert!(matches!(broken.why, PortError::Stalled { .. }), "{broken}");
    drop(port);

    let sure = Line {
        confirm_writes: true,
        ..Line::default()
    };
    let mut port = ble::open(id, Some(&uuid("ff00")), &sure).unwrap();
    port.write_all(b"sure", LATE).unwrap();
    assert_eq!(port.settle(LATE), Ok(Taken::Confirmed));
    drop(port);

    let other = ble::open(id, Some(&uuid("18f0")), &sure).map(drop);
    assert!(matches!(other, Err(PortError::Other { .. })), "{other:?}");
    let missing = ble::open("hci0/dev_00_00_00_00_00_00", None, &sure).map(drop);
    assert!(
        matches!(missing, Err(PortError::Gone { .. })),
        "{missing:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_without_bluetooth_says_so() {
    Bus::start().run("half_without_bluez").await;
}

#[test]
#[ignore = "the other half of a test, which starts it with a bus of its own"]
fn half_without_bluez() {
    let nothing = ble::scan(Duration::from_millis(10));
    let Err(PortError::Denied { remedy, .. }) = nothing else {
        panic!("{nothing:?}");
    };
    assert_eq!(remedy, Remedy::BluetoothOn);
}
