//! How a display or printer is opened: found again on whichever port it is now, and never in place of another.

use super::{Finders, Known, Plugged};
use devices::{
    Line, Port, PortAddress, PortError,
    find::Finder,
    port::{self, serial},
    queue::{Manner, Queue},
};
use tokio::sync::watch;

/// The way to devices.
#[derive(Clone)]
pub(crate) struct Door {
    finders: Finders,
    known: watch::Receiver<Known>,
}

impl Plugged {
    /// The one door through which displays and printers are opened.
    pub(crate) fn door(&self) -> Door {
        Door {
            finders: self.finders(),
            known: self.follow(),
        }
    }
}

impl Door {
    /// A worker for the device there.
    pub(crate) fn open(&self, address: PortAddress, line: Line, manner: Manner) -> Queue {
        let (name, door) = (address.name(), self.clone());
        let opener = move || door.port(&address, &line);
        Queue::opened_by(name, Box::new(opener), manner)
    }

    /// Opens the port. May block.
    fn port(&self, address: &PortAddress, line: &Line) -> Result<Box<dyn Port>, PortError> {
        // Set-ups change while a worker runs.
        let others = self.known.borrow().set_ups.clone();
        let PortAddress::Serial(plug) = address else {
            return port::open_beside(address, line, &others);
        };
        if plug.usb.is_none() {
            return port::open_beside(address, line, &others);
        }
        let listing = (self.finders.list)();
        let unseen = |fault: &devices::find::Fault| fault.finder == Finder::Serial;
        if listing.faults.iter().any(unseen) {
            return port::open_beside(address, line, &others);
        }
        let found = listing.found.into_iter();
        let present: Vec<PortAddress> = found.map(|found| found.address).collect();
        Ok(Box::new(serial::open_among(plug, line, &present, &others)?))
    }
}
