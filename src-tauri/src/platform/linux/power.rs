//! Keeps the PC from sleeping: an inhibitor of the login daemon, which lasts as long as its file is open.

use gtk::{gio, glib, prelude::*};
use std::os::fd::{FromRawFd, OwnedFd};

/// The inhibitor, while there is one.
#[derive(Debug, Default)]
pub(crate) struct Awake {
    held: Option<OwnedFd>,
    /// It was refused once; there is nobody to ask again.
    refused: bool,
}

impl Awake {
    /// Keeps the PC awake, or lets it sleep.
    pub(crate) fn keep(&mut self, wanted: bool) {
        let wanted = wanted && !self.refused && !has_battery();
        if wanted == self.held.is_some() {
            return;
        }
        self.held = None;
        if wanted {
            match inhibit() {
                Ok(held) => self.held = Some(held),
                Err(error) => {
                    self.refused = true;
                    tracing::debug!(%error, "this PC cannot be kept awake");
                }
            }
        }
        tracing::info!(awake = self.held.is_some(), "keeping this PC awake");
    }
}

#[allow(unsafe_code, reason = "the bus hands out a bare file number")]
fn inhibit() -> Result<OwnedFd, glib::Error> {
    let bus = gio::bus_get_sync(gio::BusType::System, gio::Cancellable::NONE)?;
    let what = ("idle", "Tillbell", "Listens for payments", "block");
    let (answer, files) = bus.call_with_unix_fd_list_sync(
        Some("org.freedesktop.login1"),
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager",
        "Inhibit",
        Some(&what.to_variant()),
        None,
        gio::DBusCallFlags::NO_AUTO_START,
        2_000,
        gio::UnixFDList::NONE,
        gio::Cancellable::NONE,
    )?;
    let at = answer.child_value(0).get::<glib::variant::Handle>();
    let file = files.get(at.map_or(0, |at| at.0))?;
    // SAFETY: `get` hands out a duplicate that is ours alone.
    Ok(unsafe { OwnedFd::from_raw_fd(file) })
}

/// A PC with a battery sleeps as its owner set it: whether it is plugged in may change without our hearing of it.
fn has_battery() -> bool {
    let supplies = std::fs::read_dir("/sys/class/power_supply");
    supplies.into_iter().flatten().flatten().any(|supply| {
        let kind = std::fs::read_to_string(supply.path().join("type"));
        let scope = std::fs::read_to_string(supply.path().join("scope"));
        // A mouse has a battery as well.
        kind.is_ok_and(|kind| kind.trim() == "Battery")
            && !scope.is_ok_and(|scope| scope.trim() == "Device")
    })
}
