//! Where a device in use is now: on the port it was set up at, on another, or nowhere.

use super::Known;
use devices::{PortAddress, queue::Queue};

/// A device's place, as it was at the last look.
pub(crate) struct Place {
    address: PortAddress,
    now: Option<PortAddress>,
}

impl Place {
    /// Of a device that nobody has looked for yet.
    pub(crate) fn of(address: PortAddress) -> Self {
        Self { address, now: None }
    }

    /// Where it was set up.
    pub(crate) fn address(&self) -> &PortAddress {
        &self.address
    }

    /// It came, left, or is on another port now. Where nobody lists such ports, nothing is known and nothing done.
    pub(crate) fn look(&mut self, known: &Known, queue: &Queue) {
        let now = known.place(&self.address);
        if now == self.now {
            return;
        }
        if self.now.is_some() {
            queue.lost();
        }
        if now.is_some() {
            queue.found();
        }
        self.now = now;
    }

    /// The port where it is now, where that is known and another.
    pub(crate) fn moved_to(&self) -> Option<String> {
        let now = self.now.as_ref().map(PortAddress::name);
        now.filter(|now| *now != self.address.name())
    }
}
