//! Where a device is: an address that can be stored as text and finds its device again on another port.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// No path, name or serial number is longer; what is longer is refused, not cut.
const TEXT_MAX: usize = 512;
/// What would end a part of the text form, or be eaten by a shell or an address bar.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'?')
    .add(b'&')
    .add(b'=')
    .add(b'#')
    .add(b'"')
    .add(b'\'');

/// Where a device is. Its text form (`serial:COM5?usb=1a86:7523&at=1-2`) is stable: it is kept in settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum PortAddress {
    /// A serial port: a real one, a USB bridge, or a paired Bluetooth device.
    Serial(Plug),
    /// A USB device without a port that takes reports.
    Hid(Plug),
    /// A USB printer, through the system's own driver.
    UsbPrinter(Plug),
    /// A printer or serial server on the network.
    Tcp {
        /// Name or number.
        host: String,
        /// The port, 9100 as a rule.
        port: u16,
    },
    /// A Bluetooth Low Energy device.
    Ble {
        /// The system's id of the device: an address on Linux and Windows, a number of this computer's own on macOS.
        id: String,
        /// The service to write to, where the choice is not left to the table.
        service: Option<String>,
    },
}

/// Something plugged in: the path it had last, and who it is when the path has changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Plug {
    /// `COM5`, `/dev/ttyUSB0`, or whatever the system calls it.
    pub path: String,
    /// Who it is, when it is on USB.
    pub usb: Option<UsbIdentity>,
}

impl Plug {
    /// A place that has only a path.
    pub fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            usb: None,
        }
    }
}

/// What tells one USB device from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UsbIdentity {
    /// Vendor.
    pub vid: u16,
    /// Product.
    pub pid: u16,
    /// Serial number; cheap bridges have none.
    pub serial: Option<String>,
    /// The socket it sits in, as bus and chain of hubs (`1-2.3`).
    pub location: Option<String>,
    /// Which of the device's interfaces.
    pub interface: Option<u8>,
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a device's address: {0}")]
pub struct BadAddress(&'static str);

impl PortAddress {
    /// A serial port by its path.
    pub fn serial(path: impl Into<String>) -> Self {
        Self::Serial(Plug::at(path))
    }

    /// What a person calls it: `COM5`, `192.168.1.20:9100`.
    pub fn name(&self) -> String {
        match self {
            Self::Serial(plug) | Self::Hid(plug) | Self::UsbPrinter(plug) => plug.path.clone(),
            Self::Tcp { host, port } => HostPort(host, *port).to_string(),
            Self::Ble { id, .. } => id.clone(),
        }
    }

    /// The plug, of what is plugged in.
    pub fn plug(&self) -> Option<&Plug> {
        match self {
            Self::Serial(plug) | Self::Hid(plug) | Self::UsbPrinter(plug) => Some(plug),
            Self::Tcp { .. } | Self::Ble { .. } => None,
        }
    }

    /// Whether both are the same kind of door.
    pub fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Which of `present` is this device now, beside the `others` that are set up (this one among them or not). An exact
    /// identity wins over the socket it sat in, the socket over being the only one of its kind. What another is surer
    /// to be is never taken; two equal devices in new sockets cannot be told apart, so neither is taken.
    pub fn among<'a>(
        &self,
        present: &'a [PortAddress],
        others: &[PortAddress],
    ) -> Option<&'a PortAddress> {
        let plug = self.plug()?;
        if plug.usb.is_none() {
            let is_it = |found: &&PortAddress| self.claim(found).is_some();
            return present.iter().find(is_it);
        }
        let settled = |one: &PortAddress| {
            let mut claims = present.iter().filter_map(|found| one.claim(found));
            claims.any(|claim| claim.place > Place::Elsewhere)
        };
        let contested = |found: &PortAddress, mine: Claim| {
            others.iter().filter(|other| *other != self).any(|other| {
                let stronger = |theirs: &Claim| {
                    *theirs > mine || (*theirs == mine && mine.place == Place::Elsewhere)
                };
                let theirs = other.claim(found).filter(stronger);
                // One that is where it was is not looking for a place.
                theirs.is_some_and(|theirs| theirs.place > Place::Elsewhere || !settled(other))
            })
        };
        let claims = || {
            present
                .iter()
                .filter_map(|found| Some((found, self.claim(found)?)))
                .filter(|(found, mine)| !contested(found, *mine))
        };
        if settled(self) {
            return claims()
                .filter(|(_, mine)| mine.place > Place::Elsewhere)
                .max_by_key(|(_, mine)| *mine)
                .map(|(found, _)| found);
        }
        let mut free = claims();
        match (free.next(), free.next()) {
            (Some((found, _)), None) => Some(found),
            _ => None,
        }
    }

    /// How sure it is that `found` is this device; `None` where it cannot be.
    fn claim(&self, found: &Self) -> Option<Claim> {
        if !self.same_kind(found) {
            return None;
        }
        let (plug, now) = (self.plug()?, found.plug()?);
        let same_path = plug.path == now.path;
        let Some(usb) = &plug.usb else {
            return same_path.then_some(Claim {
                numbered: false,
                place: Place::Path,
            });
        };
        let is = now.usb.as_ref()?;
        let kin = is.vid == usb.vid
            && is.pid == usb.pid
            && (usb.interface.is_none() || is.interface == usb.interface)
            && (usb.serial.is_none() || is.serial == usb.serial);
        let place = match (&usb.location, &is.location) {
            (Some(known), Some(socket)) if known == socket => Place::Socket,
            (Some(_), Some(_)) => Place::Elsewhere,
            _ if same_path => Place::Path,
            _ => Place::Elsewhere,
        };
        kin.then_some(Claim {
            numbered: usb.serial.is_some(),
            place,
        })
    }
}

/// How sure it is that something plugged in is the device that was set up; the greater is surer. A number is the
/// device's own, though cheap makers give every device the same; a place is only where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    numbered: bool,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Elsewhere,
    /// On the path it had, where no socket is known.
    Path,
    /// In the socket it had.
    Socket,
}

/// A host and a port as one text, with brackets where the host is an IPv6 number.
struct HostPort<'a>(&'a str, u16);

impl fmt::Display for HostPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(':') {
            write!(f, "[{}]:{}", self.0, self.1)
        } else {
            write!(f, "{}:{}", self.0, self.1)
        }
    }
}

fn escape(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, ESCAPED)
}

impl fmt::Display for PortAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(plug) => write!(f, "serial:{plug}"),
            Self::Hid(plug) => write!(f, "hid:{plug}"),
            Self::UsbPrinter(plug) => write!(f, "usb-printer:{plug}"),
            Self::Tcp { host, port } => {
                write!(f, "tcp:{}", HostPort(&escape(host).to_string(), *port))
            }
            Self::Ble { id, service } => {
                write!(f, "ble:{}", escape(id))?;
                match service {
                    Some(service) => write!(f, "?service={}", escape(service)),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Plug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", escape(&self.path))?;
        let Some(usb) = &self.usb else { return Ok(()) };
        write!(f, "?usb={:04x}:{:04x}", usb.vid, usb.pid)?;
        if let Some(serial) = &usb.serial {
            write!(f, "&sn={}", escape(serial))?;
        }
        if let Some(location) = &usb.location {
            write!(f, "&at={}", escape(location))?;
        }
        if let Some(interface) = usb.interface {
            write!(f, "&if={interface}")?;
        }
        Ok(())
    }
}

impl FromStr for PortAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        // Escaping makes at most three bytes of one, and there are four texts in an address.
        if text.len() > 4 * 3 * TEXT_MAX {
            return Err(BadAddress("too long"));
        }
        let (kind, rest) = text.split_once(':').ok_or(BadAddress("no kind"))?;
        let (place, extra) = rest.split_once('?').unwrap_or((rest, ""));
        match kind {
            "serial" => Ok(Self::Serial(plug(place, extra)?)),
            "hid" => Ok(Self::Hid(plug(place, extra)?)),
            "usb-printer" => Ok(Self::UsbPrinter(plug(place, extra)?)),
            "tcp" => {
                let (host, port) = place.rsplit_once(':').ok_or(BadAddress("no port"))?;
                let host = host
                    .strip_prefix('[')
                    .and_then(|h| h.strip_suffix(']'))
                    .unwrap_or(host);
                let port = port.parse().map_err(|_| BadAddress("no port"))?;
                Ok(Self::Tcp {
                    host: unescape(host)?,
                    port,
                })
            }
            "ble" => Ok(Self::Ble {
                id: unescape(place)?,
                service: extra.strip_prefix("service=").map(unescape).transpose()?,
            }),
            _ => Err(BadAddress("unknown kind")),
        }
    }
}

fn unescape(text: &str) -> Result<String, BadAddress> {
    let plain = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| BadAddress("not text"))?;
    if plain.is_empty() || plain.len() > TEXT_MAX {
        return Err(BadAddress("empty or too long"));
    }
    Ok(plain.into_owned())
}

fn plug(place: &str, extra: &str) -> Result<Plug, BadAddress> {
    let mut plug = Plug::at(unescape(place)?);
    for pair in extra.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(BadAddress("no value"))?;
        if key == "usb" {
            let (vid, pid) = value.split_once(':').ok_or(BadAddress("no product"))?;
            let number = |hex| u16::from_str_radix(hex, 16).map_err(|_| BadAddress("not a number"));
            plug.usb = Some(UsbIdentity {
                vid: number(vid)?,
                pid: number(pid)?,
                serial: None,
                location: None,
                interface: None,
            });
            continue;
        }
        let usb = plug.usb.as_mut().ok_or(BadAddress("no usb"))?;
        match key {
            "sn" => usb.serial = Some(unescape(value)?),
            "at" => usb.location = Some(unescape(value)?),
            "if" => usb.interface = Some(value.parse().map_err(|_| BadAddress("not a number"))?),
            // A later version may know more; what this one knows is enough to find the device.
            _ => {}
        }
    }
    Ok(plug)
}

impl From<PortAddress> for String {
    fn from(address: PortAddress) -> Self {
        address.to_string()
    }
}

impl TryFrom<String> for PortAddress {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, BadAddress> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usb(serial: Option<&str>, location: Option<&str>) -> Option<UsbIdentity> {
        Some(UsbIdentity {
            vid: 0x1a86,
            pid: 0x7523,
            serial: serial.map(Into::into),
            location: location.map(Into::into),
            interface: Some(0),
        })
    }

    fn port(path: &str, usb: Option<UsbIdentity>) -> PortAddress {
        PortAddress::Serial(Plug {
            path: path.into(),
            usb,
        })
    }

    #[test]
    fn the_text_form_is_stable() {
        let table = [
            (
                port("/dev/ttyUSB0", usb(Some("A 1"), Some("1-2.3"))),
                "serial:/dev/ttyUSB0?usb=1a86:7523&sn=A%201&at=1-2.3&if=0",
            ),
            (PortAddress::serial("COM12"), "serial:COM12"),
            (
                PortAddress::UsbPrinter(Plug::at(r"\\?\usb#vid_0416&pid_5011#1{28}")),
                r"usb-printer:\\%3F\usb%23vid_0416%26pid_5011%231{28}",
            ),
            (
                PortAddress::Tcp {
                    host: "fe80::1".into(),
                    port: 9100,
                },
                "tcp:[fe80::1]:9100",
            ),
            (
                PortAddress::Tcp {
                    host: "打印机.local".into(),
                    port: 9100,
                },
                "tcp:%E6%89%93%E5%8D%B0%E6%9C%BA.local:9100",
            ),
            (
                PortAddress::Ble {
                    id: "hci0/dev_11_22_33_44_55_66".into(),
                    service: Some("0000ff00-0000-1000-8000-00805f9b34fb".into()),
                },
                "ble:hci0/dev_11_22_33_44_55_66?service=0000ff00-0000-1000-8000-00805f9b34fb",
            ),
        ];
        for (address, text) in table {
            assert_eq!(address.to_string(), text);
            assert_eq!(text.parse(), Ok(address));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "COM5",
            "serial:",
            "tcp:host",
            "tcp:host:99999",
            "usb:1",
            "serial:COM1?sn=4",
            "serial:COM1?usb=zz:1",
            "serial:COM1?usb=1a86:7523&if=300",
            "serial:%FF",
        ] {
            assert!(text.parse::<PortAddress>().is_err(), "{text}");
        }
        let long = format!("serial:{}", "x".repeat(TEXT_MAX + 1));
        assert!(long.parse::<PortAddress>().is_err());
    }

    #[test]
    fn a_device_is_found_again_on_another_port() {
        let known = port("COM3", usb(Some("A1"), Some("1-1")));
        let nameless = port("COM3", usb(None, Some("1-1")));
        let table: [(&str, &PortAddress, Vec<PortAddress>, Option<&str>); 9] = [
            (
                "moved, by its number",
                &known,
                vec![port("COM7", usb(Some("A1"), Some("1-4")))],
                Some("COM7"),
            ),
            (
                "another of its kind",
                &known,
                vec![port("COM3", usb(Some("B2"), Some("1-1")))],
                None,
            ),
            (
                "two with one number, by the socket",
                &known,
                vec![
                    port("COM7", usb(Some("A1"), Some("1-4"))),
                    port("COM8", usb(Some("A1"), Some("1-1"))),
                ],
                Some("COM8"),
            ),
            (
                "no number, by the socket",
                &nameless,
                vec![
                    port("COM4", usb(None, Some("1-2"))),
                    port("COM9", usb(None, Some("1-1"))),
                ],
                Some("COM9"),
            ),
            (
                "no number, alone",
                &nameless,
                vec![port("COM4", usb(None, Some("1-2")))],
                Some("COM4"),
            ),
            (
                "no number, two in new sockets",
                &nameless,
                vec![
                    port("COM4", usb(None, Some("1-2"))),
                    port("COM5", usb(None, Some("1-3"))),
                ],
                None,
            ),
            (
                "a path is all we know",
                &PortAddress::serial("COM3"),
                vec![port("COM3", None)],
                Some("COM3"),
            ),
            (
                "another kind of door",
                &known,
                vec![PortAddress::Hid(Plug {
                    path: "COM3".into(),
                    usb: usb(Some("A1"), None),
                })],
                None,
            ),
            ("nothing is there", &known, vec![], None),
        ];
        for (case, wanted, present, expected) in table {
            let found = wanted.among(&present, &[]).map(PortAddress::name);
            assert_eq!(found.as_deref(), expected, "{case}");
        }
    }

    /// What it is about, who is looked for, what is plugged in, who else is set up, and where it is found.
    type Case<'a> = (
        &'a str,
        &'a PortAddress,
        Vec<&'a PortAddress>,
        Vec<&'a PortAddress>,
        Option<&'a str>,
    );

    /// Two set-ups of one make, as cheap adapters are: neither may be taken for the other, on any door.
    #[test]
    #[allow(clippy::too_many_lines, reason = "a table is told whole")]
    fn a_device_of_another_set_up_is_left_to_it() {
        let doors: [fn(Plug) -> PortAddress; 3] = [
            PortAddress::Serial,
            PortAddress::Hid,
            PortAddress::UsbPrinter,
        ];
        for door in doors {
            let at = |path: &str, serial, location| {
                door(Plug {
                    path: path.into(),
                    usb: usb(serial, location),
                })
            };
            let display = at("COM3", None, Some("1-1"));
            let printer = at("COM4", None, Some("1-2"));
            let twin = at("COM3", Some("A1"), Some("1-1"));
            let other_twin = at("COM4", Some("A1"), Some("1-2"));
            let bare = at("COM3", None, None);
            let other_bare = at("COM4", None, None);
            let bare_twin = at("COM3", Some("A1"), None);
            let other_bare_twin = at("COM4", Some("A1"), None);
            let numbered = at("COM4", Some("B2"), Some("1-2"));
            let moved = at("COM9", None, Some("1-9"));
            let moved_twin = at("COM9", Some("A1"), Some("1-9"));
            let table: [Case<'_>; 15] = [
                ("unplugged", &display, vec![&printer], vec![&printer], None),
                (
                    "both are there",
                    &display,
                    vec![&printer, &display],
                    vec![&printer],
                    Some("COM3"),
                ),
                (
                    "moved, the other in its place",
                    &display,
                    vec![&printer, &moved],
                    vec![&printer],
                    Some("COM9"),
                ),
                (
                    "moved, the other not there",
                    &display,
                    vec![&moved],
                    vec![&printer],
                    None,
                ),
                (
                    "nobody else has one",
                    &display,
                    vec![&moved],
                    vec![],
                    Some("COM9"),
                ),
                (
                    "its own set-up is no other",
                    &display,
                    vec![&moved],
                    vec![&display],
                    Some("COM9"),
                ),
                (
                    "one number, unplugged",
                    &twin,
                    vec![&other_twin],
                    vec![&other_twin],
                    None,
                ),
                (
                    "one number, moved",
                    &twin,
                    vec![&other_twin, &moved_twin],
                    vec![&other_twin],
                    Some("COM9"),
                ),
                (
                    "one number, both not in their places",
                    &twin,
                    vec![&moved_twin],
                    vec![&other_twin],
                    None,
                ),
                (
                    "no socket, unplugged",
                    &bare,
                    vec![&other_bare],
                    vec![&other_bare],
                    None,
                ),
                (
                    "no socket, both are there",
                    &bare,
                    vec![&other_bare, &bare],
                    vec![&other_bare],
                    Some("COM3"),
                ),
                (
                    "one number and no socket, unplugged",
                    &bare_twin,
                    vec![&other_bare_twin],
                    vec![&other_bare_twin],
                    None,
                ),
                (
                    "one number and no socket, both there",
                    &bare_twin,
                    vec![&other_bare_twin, &bare_twin],
                    vec![&other_bare_twin],
                    Some("COM3"),
                ),
                (
                    "another's by its number",
                    &display,
                    vec![&numbered],
                    vec![&numbered],
                    None,
                ),
                (
                    "the other's number is another",
                    &twin,
                    vec![&moved_twin],
                    vec![&numbered],
                    Some("COM9"),
                ),
            ];
            for (case, wanted, present, others, expected) in table {
                let owned = |some: Vec<&PortAddress>| some.into_iter().cloned().collect::<Vec<_>>();
                let (present, others) = (owned(present), owned(others));
                let found = wanted.among(&present, &others).map(PortAddress::name);
                assert_eq!(found.as_deref(), expected, "{case}, {wanted}");
            }
        }
    }

    proptest! {
        #[test]
        fn two_set_ups_never_take_one_device(
            set_ups in proptest::collection::vec((0..2u8, proptest::option::of(0..2u8), proptest::option::of(0..4u8)), 2..4),
            there in proptest::collection::vec((0..2u8, proptest::option::of(0..2u8), proptest::option::of(0..4u8)), 0..4),
        ) {
            // Whatever is plugged in has a path and a socket of its own, as has whatever was set up.
            let port = |at: usize, (pid, serial, socket): &(u8, Option<u8>, Option<u8>), base: usize| {
                PortAddress::Serial(Plug {
                    path: format!("COM{}", base + at),
                    usb: Some(UsbIdentity {
                        vid: 1,
                        pid: (*pid).into(),
                        serial: serial.map(|n| n.to_string()),
                        location: socket.map(|n| format!("{n}-{at}")),
                        interface: None,
                    }),
                })
            };
            let set_ups: Vec<_> = set_ups.iter().enumerate().map(|(at, one)| port(at, one, 0)).collect();
            let present: Vec<_> = there.iter().enumerate().map(|(at, one)| port(at, one, 1)).collect();
            let taken: Vec<_> = set_ups.iter().filter_map(|one| one.among(&present, &set_ups)).collect();
            let mut once = taken.clone();
            once.sort_by_key(|one| one.name());
            once.dedup();
            prop_assert_eq!(once.len(), taken.len(), "{:?} for {:?}", taken, set_ups);
        }

        #[test]
        fn any_address_survives_its_text(
            path in "\\PC{1,60}",
            serial in proptest::option::of("\\PC{1,20}"),
            location in proptest::option::of("[0-9.-]{1,12}"),
            interface in proptest::option::of(any::<u8>()),
            (vid, pid) in any::<(u16, u16)>(),
            kind in 0..4,
        ) {
            let plug = Plug {
                path: path.clone(),
                usb: Some(UsbIdentity { vid, pid, serial: serial.clone(), location, interface }),
            };
            let address = match kind {
                0 => PortAddress::Serial(plug),
                1 => PortAddress::Hid(plug),
                2 => PortAddress::UsbPrinter(plug),
                _ => PortAddress::Ble { id: path, service: serial },
            };
            prop_assert_eq!(address.to_string().parse::<PortAddress>(), Ok(address));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}", kind in "serial:|hid:|tcp:|ble:") {
            let _ = format!("{kind}{text}").parse::<PortAddress>();
        }
    }
}
