//! How a device is opened: found again on whichever port it is now.

use crate::plugged::Finders;
use devices::{
    Line, Port, PortAddress, PortError,
    find::Finder,
    port::{self, serial},
    queue::{Manner, Queue},
};
use std::time::Duration;

/// A worker for the display there. With `patience`, what cannot be sent for so long has failed.
pub(crate) fn open(
    address: PortAddress,
    line: Line,
    finders: &Finders,
    patience: Option<Duration>,
) -> Queue {
    let mut manner = Manner::display(&address);
    manner.patience = patience.unwrap_or(manner.patience);
    let (name, list) = (address.name(), finders.list.clone());
    let opener = move || -> Result<Box<dyn Port>, PortError> {
        let PortAddress::Serial(plug) = &address else {
            return port::open(&address, &line);
        };
        if plug.usb.is_none() {
            return port::open(&address, &line);
        }
        let listing = list();
        if listing
            .faults
            .iter()
            .any(|fault| fault.finder == Finder::Serial)
        {
            return port::open(&address, &line);
        }
        let present: Vec<PortAddress> = listing
            .found
            .into_iter()
            .map(|found| found.address)
            .collect();
        Ok(Box::new(serial::open_among(plug, &line, &present)?))
    };
    Queue::opened_by(name, Box::new(opener), manner)
}
