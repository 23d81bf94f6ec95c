//! A port that a test has for itself: whatever is in use there lends it for that time.

use super::{Inner, Plugged};
use devices::PortAddress;
use std::sync::{Arc, PoisonError};

/// A lent port; given back when this is dropped.
pub(crate) struct Lent {
    desk: Arc<Inner>,
    address: PortAddress,
}

impl Lent {
    /// Has the port from now on. A worker that is at something ends with that first.
    pub(crate) fn take(desk: &Arc<Inner>, address: &PortAddress) -> Self {
        desk.plugged.change_lent(|lent| lent.push(address.clone()));
        desk.displays.let_go(address);
        desk.receipts.let_go(address);
        Self {
            desk: desk.clone(),
            address: address.clone(),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.desk.plugged.change_lent(|lent| {
            if let Some(at) = lent.iter().position(|one| *one == self.address) {
                lent.swap_remove(at);
            }
        });
        self.desk.displays.look_again();
        self.desk.receipts.wake();
    }
}

impl Plugged {
    /// The ports that tests have now.
    pub(crate) fn lent(&self) -> Vec<PortAddress> {
        self.change_lent(|lent| lent.clone())
    }

    fn change_lent<T>(&self, change: impl FnOnce(&mut Vec<PortAddress>) -> T) -> T {
        change(&mut self.lent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
