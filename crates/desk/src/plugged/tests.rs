//! Looking for devices: not before anybody wants to know, and what one finder cannot see is not taken for gone.

use super::*;
use crate::testing::{
    fake_hub::FakeHub,
    front::{Front, until},
};
use devices::{
    find::{Guess, Reason, What},
    port::Remedy,
};
use futures_util::StreamExt;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

fn found(address: &str) -> Found {
    let address: PortAddress = address.parse().unwrap();
    Found {
        name: address.name(),
        address,
        maker: Some("QinHeng".to_owned()),
        guess: Guess {
            what: What::Unknown,
            why: Reason::Bridge,
            model: None,
        },
    }
}

/// A computer whose list can be changed, and that counts how often it was looked at.
#[derive(Clone, Default)]
struct Computer {
    listing: Arc<Mutex<Listing>>,
    near: Arc<Mutex<Option<Vec<Found>>>>,
    looks: Arc<AtomicUsize>,
    plug: Arc<Notify>,
}

impl Computer {
    fn finders(&self) -> Finders {
        let (list, bluetooth, plugs) = (self.clone(), self.clone(), self.clone());
        Finders {
            list: Arc::new(move || {
                list.looks.fetch_add(1, SeqCst);
                list.listing.lock().unwrap().clone()
            }),
            bluetooth: Arc::new(move |_| {
                let near = bluetooth.near.lock().unwrap().clone();
                near.ok_or(PortError::Denied {
                    port: "Bluetooth".to_owned(),
                    remedy: Remedy::BluetoothOn,
                })
            }),
            plugs: Arc::new(move || {
                let plug = plugs.plug.clone();
                futures_util::stream::unfold(plug, |plug| async move {
                    plug.notified().await;
                    Some(((), plug))
                })
                .boxed()
            }),
        }
    }

    fn has(&self, found: Vec<Found>, faults: Vec<Fault>) {
        *self.listing.lock().unwrap() = Listing { found, faults };
        self.plug.notify_one();
    }
}

fn names(view: &DevicesView) -> Vec<&str> {
    view.found.iter().map(|one| one.port.as_str()).collect()
}

#[tokio::test]
async fn nobody_looks_before_a_page_asks_and_then_every_change_is_told() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let computer = Computer::default();
    computer.has(vec![found("serial:COM3?usb=1a86:7523&at=1-2")], vec![]);
    let front = Front::open_among(dir.path(), hub.at, Arc::default(), computer.finders()).await;
    until("a link", || !hub.world.hellos.lock().unwrap().is_empty()).await;
    assert_eq!(computer.looks.load(SeqCst), 0);

    let view = front.desk.devices().await.unwrap();
    assert_eq!(names(&view), ["COM3"]);
    assert_eq!(view.found[0].maker.as_deref(), Some("QinHeng"));
    assert_eq!(view.found[0].used_by, None);

    // One finder is in trouble: what it saw is still told, with the trouble.
    let fault = Fault {
        finder: Finder::Serial,
        reason: "busy".to_owned(),
    };
    computer.has(vec![found("hid:/dev/hidraw0?usb=0aa7:0200")], vec![fault]);
    let newest = || {
        let told = front.shown.told.lock().unwrap();
        let devices = told.iter().rev().find(|(_, event, _)| event == "devices");
        devices.map(|(_, _, what)| what.clone()).unwrap_or_default()
    };
    until("both, and the trouble", || {
        let view = newest();
        view["found"]
            .as_array()
            .is_some_and(|found| found.len() == 2)
            && view["faults"][0]["finder"] == "serial"
    })
    .await;
    computer.has(vec![], vec![]);
    until("nothing any more", || {
        newest()["found"] == serde_json::json!([])
    })
    .await;
    front.close().await;
}

#[tokio::test]
async fn bluetooth_devices_are_there_after_they_were_looked_for() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let computer = Computer::default();
    let front = Front::open_among(dir.path(), hub.at, Arc::default(), computer.finders()).await;
    let view = front.desk.look_for_bluetooth().await.unwrap();
    assert_eq!(view.faults[0].finder, Finder::Ble);
    assert_eq!(view.faults[0].remedy, Some(Remedy::BluetoothOn));

    *computer.near.lock().unwrap() = Some(vec![found("ble:11:22:33:44:55:66")]);
    let view = front.desk.look_for_bluetooth().await.unwrap();
    assert_eq!(view.faults, []);
    assert_eq!(view.found[0].address, "ble:11:22:33:44:55:66");
    assert_eq!(front.desk.devices().await.unwrap().found, view.found);
    front.close().await;
}

/// Displays and printers tell from tasks of their own.
#[tokio::test]
async fn what_pages_were_told_last_is_how_it_is_however_many_tell_at_once() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let finders = Computer::default().finders();
    let front = Front::open_among(dir.path(), hub.at, Arc::default(), finders).await;
    let inner = &front.desk.inner;
    for round in 0..300 {
        std::thread::scope(|scope| {
            for at in 1..=4 {
                scope.spawn(move || {
                    let port = found(&format!("serial:COM{}", round * 4 + at));
                    let change = |known: &mut Known| known.found = vec![port];
                    inner.plugged.known.send_modify(change);
                    inner.show_devices();
                });
            }
        });
        let told = front.shown.told.lock().unwrap();
        let last = told.iter().rev().find(|(_, event, _)| event == "devices");
        let (_, _, last) = last.expect("told");
        assert_eq!(*last, serde_json::json!(inner.devices_view()), "{round}");
    }
    front.close().await;
}
