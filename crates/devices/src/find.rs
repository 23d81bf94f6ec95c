//! What is plugged in, and what it probably is. No port is opened to find out: that could ring, print or dial.

use crate::PortAddress;
use serde::Serialize;

pub mod guess;
pub mod watch;

pub use guess::{Guess, Reason, What};

/// No computer in a shop has more of one kind; the rest is not shown.
const EACH_MAX: usize = 64;
/// A name from a device's own strings is cut after so many letters.
const NAME_MAX: usize = 64;

/// One thing that is plugged in or paired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Where it is.
    pub address: PortAddress,
    /// What it calls itself, or else what its port is called.
    pub name: String,
    /// Who made it, as far as it says.
    pub maker: Option<String>,
    /// What it probably is, and why.
    pub guess: Guess,
}

impl Found {
    /// A port that says nothing about itself.
    #[allow(dead_code, reason = "only doors use it, and a build may have none")]
    pub(crate) fn plain(path: String, guess: Guess) -> Self {
        Self {
            name: path.clone(),
            address: PortAddress::serial(path),
            maker: None,
            guess,
        }
    }

    /// A device with strings of its own. They come from outside: cut, and without control characters.
    #[allow(dead_code, reason = "only doors use it, and a build may have none")]
    pub(crate) fn named(
        address: PortAddress,
        product: Option<String>,
        maker: Option<String>,
        guess: Guess,
    ) -> Self {
        let clean = |text: String| {
            let text: String = text
                .chars()
                .filter(|letter| !letter.is_control())
                .take(NAME_MAX)
                .collect();
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        Self {
            name: guess
                .model
                .map(str::to_owned)
                .or_else(|| product.and_then(clean))
                .unwrap_or_else(|| address.name()),
            maker: maker.and_then(clean),
            address,
            guess,
        }
    }
}

/// Which of the finders had trouble, and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The finder.
    pub finder: Finder,
    /// The system's words, for the log and for support.
    pub reason: String,
}

/// Who looks for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Finder {
    /// Serial ports.
    Serial,
    /// HID devices.
    Hid,
    /// USB printers.
    UsbPrinter,
    /// Bluetooth Low Energy.
    Ble,
}

/// Everything found, and which finders failed: none hides what the others see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Listing {
    /// What is there, in a steady order.
    pub found: Vec<Found>,
    /// Finders that had trouble. What they would have found is unknown, not gone.
    pub faults: Vec<Fault>,
}

impl Listing {
    /// Adds what one finder says.
    pub fn add(&mut self, finder: Finder, told: Result<Vec<Found>, String>) {
        match told {
            Ok(mut found) => {
                found.truncate(EACH_MAX);
                self.found.extend(found);
            }
            Err(reason) => self.faults.push(Fault { finder, reason }),
        }
        self.found
            .sort_by_cached_key(|found| found.address.to_string());
        self.found.dedup_by(|a, b| a.address == b.address);
    }
}

/// What is plugged in now. Blocks for as long as the system needs to say, some milliseconds as a rule; Bluetooth Low
/// Energy is not among it, see `port::ble::scan`.
pub fn list() -> Listing {
    #[allow(unused_mut, reason = "a build may have no finder")]
    let mut listing = Listing::default();
    #[cfg(feature = "serial")]
    listing.add(Finder::Serial, crate::port::serial::list());
    #[cfg(feature = "hid")]
    listing.add(Finder::Hid, crate::port::hid::list());
    #[cfg(feature = "usb")]
    listing.add(Finder::UsbPrinter, crate::port::usb_printer::list());
    listing
}

/// Which finder is in charge of an address, if any looks for such.
pub(crate) fn finder(address: &PortAddress) -> Option<Finder> {
    match address {
        PortAddress::Serial(_) => Some(Finder::Serial),
        PortAddress::Hid(_) => Some(Finder::Hid),
        PortAddress::UsbPrinter(_) => Some(Finder::UsbPrinter),
        PortAddress::Ble { .. } => Some(Finder::Ble),
        PortAddress::Tcp { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finder_in_trouble_hides_nobody() {
        let mut listing = Listing::default();
        let port = Found::plain("COM3".into(), guess::plain_serial());
        listing.add(Finder::Hid, Err("no hidraw".into()));
        listing.add(Finder::Serial, Ok(vec![port.clone(), port.clone()]));
        listing.add(Finder::UsbPrinter, Err("no usb".into()));
        assert_eq!(listing.found, [port]);
        assert_eq!(listing.faults.len(), 2);
    }

    #[test]
    fn a_device_cannot_write_on_the_page_what_it_likes() {
        let found = Found::named(
            PortAddress::serial("COM3"),
            Some(format!("\u{1b}[2J\n{}", "x".repeat(500))),
            Some(" \u{0} ".into()),
            guess::plain_serial(),
        );
        assert_eq!(found.name.chars().count(), NAME_MAX);
        assert!(!found.name.contains('\u{1b}'));
        assert_eq!(found.maker, None);
    }

    #[test]
    fn this_machine_can_be_listed() {
        // Whatever is plugged in: no panic, and a machine without USB is one without devices, not one with faults.
        let listing = list();
        assert_eq!(listing.faults, []);
    }
}
