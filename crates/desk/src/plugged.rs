//! What is plugged in, for whoever has devices and for the page that sets them up.
//!
//! Nobody looks before somebody wants to know: a shop without devices pays nothing for them. `door`: how a device is
//! opened, wherever it is now. `place`: where it is. `lent`: a port that a test has.

pub(crate) mod door;
pub(crate) mod lent;
pub(crate) mod place;

use crate::{
    desk::Inner,
    displays::views::{DevicesView, FinderFault, FoundDevice},
    receipts::view::PrintProblemCode,
};
use devices::{
    PortAddress, PortError,
    find::{Fault, Finder, Found, Listing, watch as watching},
};
use futures_util::stream::BoxStream;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// So long Bluetooth devices are looked for.
const SCAN: Duration = Duration::from_secs(6);
/// So long a page waits for the first look.
const FIRST_LOOK: Duration = Duration::from_secs(3);
/// Changes that nobody needs: every look is told whole.
const CHANGES: usize = 16;

/// The ways to look; tests have their own.
#[derive(Clone)]
pub struct Finders {
    /// What is plugged in. May block.
    pub list: Arc<dyn Fn() -> Listing + Send + Sync>,
    /// What Bluetooth Low Energy devices are near, looked for so long. Blocks.
    pub bluetooth: Arc<dyn Fn(Duration) -> Result<Vec<Found>, PortError> + Send + Sync>,
    /// The system's word that something was plugged in or out.
    pub plugs: Arc<dyn Fn() -> BoxStream<'static, ()> + Send + Sync>,
}

impl Default for Finders {
    fn default() -> Self {
        Self {
            list: Arc::new(devices::find::list),
            bluetooth: Arc::new(devices::port::ble::scan),
            plugs: Arc::new(watching::plugs),
        }
    }
}

/// What is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Somebody has looked.
    looked: bool,
    found: Vec<Found>,
    faults: Vec<Fault>,
    near: Vec<Found>,
    radio: Option<PortError>,
    /// Where the devices are that are set up, in use or not: none of them is taken for another.
    set_ups: Vec<PortAddress>,
}

impl Known {
    /// Everything that is there.
    pub(crate) fn found(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().chain(&self.near)
    }

    /// Where a device that is plugged in is now.
    pub(crate) fn place(&self, address: &PortAddress) -> Option<PortAddress> {
        let present: Vec<PortAddress> = self
            .found
            .iter()
            .map(|found| found.address.clone())
            .collect();
        address.among(&present, &self.set_ups).cloned()
    }

    /// Whether this one is what a setup's address means.
    fn is(&self, address: &PortAddress, found: &PortAddress) -> bool {
        match (address, found) {
            (PortAddress::Ble { id, .. }, PortAddress::Ble { id: other, .. }) => id == other,
            _ => self.place(address).as_ref() == Some(found),
        }
    }

    fn faults(&self) -> Vec<FinderFault> {
        let radio = self.radio.as_ref().map(|error| FinderFault {
            finder: Finder::Ble,
            remedy: match error {
                PortError::Denied { remedy, .. } => Some(*remedy),
                _ => None,
            },
            reason: error.to_string(),
        });
        let faults = self.faults.iter().map(|fault| FinderFault {
            finder: fault.finder,
            remedy: None,
            reason: fault.reason.clone(),
        });
        faults.chain(radio).collect()
    }
}

/// Who looks, and what was seen.
pub(crate) struct Plugged {
    finders: Mutex<Finders>,
    known: watch::Sender<Known>,
    wanted: Notify,
    /// One radio, one scan.
    scanning: tokio::sync::Mutex<()>,
    /// Ports that tests have for themselves.
    lent: Mutex<Vec<PortAddress>>,
    /// What pages were told last.
    told: Mutex<Option<DevicesView>>,
}

impl Default for Plugged {
    fn default() -> Self {
        Self {
            finders: Mutex::default(),
            known: watch::channel(Known::default()).0,
            wanted: Notify::new(),
            scanning: tokio::sync::Mutex::default(),
            lent: Mutex::default(),
            told: Mutex::default(),
        }
    }
}

impl Plugged {
    pub(crate) fn finders(&self) -> Finders {
        self.finders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_finders(&self, finders: Finders) {
        *self.finders.lock().unwrap_or_else(PoisonError::into_inner) = finders;
    }

    /// These are the devices that are set up.
    fn set_up(&self, addresses: Vec<PortAddress>) {
        self.known.send_if_modified(|known| {
            let differs = known.set_ups != addresses;
            known.set_ups = addresses;
            differs
        });
    }

    /// Somebody wants to know what is plugged in, from now on.
    pub(crate) fn want(&self) {
        self.wanted.notify_one();
    }

    /// What is known, now and on every change.
    pub(crate) fn follow(&self) -> watch::Receiver<Known> {
        self.known.subscribe()
    }

    /// Looks from the first wish on, until `stop`.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => return,
            () = self.wanted.notified() => {}
        }
        // Whoever wants it wants it still, should this be begun again.
        self.want();
        let finders = self.finders();
        let (known, seen) = (
            self.known.clone(),
            Arc::new(Mutex::new(watching::Seen::default())),
        );
        let plugs = (finders.plugs)();
        let look = move || {
            let listing = (finders.list)();
            let faults = listing.faults.clone();
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.look(listing.clone());
            let found: Vec<Found> = seen.found().cloned().collect();
            known.send_if_modified(|known| {
                let differs = !known.looked || known.found != found || known.faults != faults;
                (known.looked, known.found, known.faults) = (true, found, faults);
                differs
            });
            listing
        };
        let (news, mut changes) = mpsc::channel(CHANGES);
        let unheard = async { while changes.recv().await.is_some() {} };
        tokio::join!(watching::run(look, plugs, news, stop), unheard);
    }

    /// Waits for the first look, for a while.
    async fn first_look(&self) {
        self.want();
        let mut known = self.follow();
        let _ = tokio::time::timeout(FIRST_LOOK, known.wait_for(|known| known.looked)).await;
    }

    /// Looks for Bluetooth Low Energy devices.
    async fn scan(&self) {
        let _alone = self.scanning.lock().await;
        let bluetooth = self.finders().bluetooth;
        let scanned = tokio::task::spawn_blocking(move || bluetooth(SCAN)).await;
        self.known.send_modify(|known| match scanned {
            Ok(Ok(near)) => (known.near, known.radio) = (near, None),
            Ok(Err(error)) => {
                tracing::info!(%error, "Bluetooth devices could not be looked for");
                (known.near, known.radio) = (Vec::new(), Some(error));
            }
            Err(error) => tracing::warn!(%error, "looking for Bluetooth devices failed"),
        });
    }
}

impl Inner {
    /// Has every device of the settings left to its own set-up. Before any of them is opened or looked for.
    pub(crate) fn tell_set_ups(&self) {
        let addresses = {
            let state = self.state();
            let displays = state.settings.displays.iter().map(|one| one.port());
            let printers = state.settings.printers.iter().map(|one| one.port());
            displays.chain(printers).flatten().collect()
        };
        self.plugged.set_up(addresses);
    }

    /// What is plugged in, and how the devices are that are in use.
    pub(crate) fn devices_view(&self) -> DevicesView {
        let displays = self.state().settings.displays.clone();
        let printers = self.state().settings.printers.clone();
        let of_printers = printers.iter().map(|one| (&one.id, one.port()));
        let setups: Vec<(&String, PortAddress)> = displays
            .iter()
            .map(|one| (&one.id, one.port()))
            .chain(of_printers)
            .filter_map(|(id, port)| Some((id, port?)))
            .collect();
        let known = self.plugged.known.borrow().clone();
        let found = known.found().map(|found| FoundDevice {
            address: found.address.to_string(),
            name: found.name.clone(),
            port: found.address.name(),
            maker: found.maker.clone(),
            what: found.guess.what,
            why: found.guess.why,
            model: found.guess.model.map(str::to_owned),
            used_by: setups
                .iter()
                .find(|(_, address)| known.is(address, &found.address))
                .map(|(id, _)| (*id).clone()),
        });
        DevicesView {
            found: found.collect(),
            faults: known.faults(),
            displays: self.displays.view(&displays),
            printers: self.receipts.health(),
        }
    }

    /// Tells pages of devices, where something changed. Not while the desk's state is locked.
    pub(crate) fn show_devices(&self) {
        // Held until it is told: displays and printers tell from tasks of their own, and no older view is to overtake
        // a newer one.
        let told = &self.plugged.told;
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let view = self.devices_view();
        if told.as_ref() != Some(&view) {
            self.screen.tell(
                &["settings"],
                crate::api::event::DEVICES,
                &serde_json::json!(view),
            );
            *told = Some(view);
            self.tray.notify_one();
        }
    }

    /// The devices in use that do not work: their names, and what is wrong with them. Not a printer for which receipts
    /// wait, since those say it.
    pub(crate) fn troubled_devices(&self) -> Vec<(String, PrintProblemCode)> {
        let (displays, printers) = {
            let settings = &self.state().settings;
            (settings.displays.clone(), settings.printers.clone())
        };
        let named = |id: &str| displays.iter().find(|one| one.id == id);
        let of_displays = self
            .displays
            .view(&displays)
            .into_iter()
            .filter_map(|view| {
                let code = PrintProblemCode::of_light(view.state)?;
                Some((named(&view.id)?.name.clone(), code))
            });
        let said = |name: &str| self.receipts.waits_for(name);
        let of_printers = self.receipts.health().into_iter().filter_map(|health| {
            let code = PrintProblemCode::of_light(health.state)?;
            let code = health.problem.map_or(code, |problem| problem.code);
            let printer = printers.iter().find(|one| one.id == health.id)?;
            (!said(&printer.name)).then(|| (printer.name.clone(), code))
        });
        of_displays.chain(of_printers).collect()
    }

    /// The same for a page that asks; it waits a moment for the first look.
    pub(crate) async fn look_for_devices(&self, bluetooth: bool) -> DevicesView {
        self.plugged.first_look().await;
        if bluetooth {
            self.plugged.scan().await;
        }
        self.devices_view()
    }
}

#[cfg(test)]
mod tests;
