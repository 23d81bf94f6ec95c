//! What a device probably is, from its USB numbers; and why we think so, for the page that asks the user.

use crate::address::UsbIdentity;
use serde::Serialize;

/// What something probably is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// A display, a printer, or what cannot be told.
    pub what: What,
    /// Why we think so; pages have the words.
    pub why: Reason,
    /// The model, where its numbers say it.
    pub model: Option<&'static str>,
}

/// What something probably is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "DeviceKind"))]
pub enum What {
    /// Shows the customer something.
    Display,
    /// Prints receipts.
    Printer,
    /// Could be either, or a scale, or a scanner.
    Unknown,
}

/// Why we think so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "GuessReason"))]
pub enum Reason {
    /// Its numbers are those of this model.
    KnownModel,
    /// Its maker makes such.
    KnownMaker,
    /// The system says that it is a printer.
    PrinterClass,
    /// A USB bridge: its numbers say nothing about what is behind it.
    Bridge,
    /// A serial port of the computer itself; something may hang on it or not.
    PlainPort,
    /// A paired Bluetooth device.
    Bluetooth,
    /// A Bluetooth device that offers a service as printers and displays have.
    BluetoothService,
    /// Its name is one that such printers have.
    FamiliarName,
}

const fn guess(what: What, why: Reason, model: Option<&'static str>) -> Guess {
    Guess { what, why, model }
}

/// Numbers that belong to one model, or to one maker where the product is `None`.
type Row = (u16, Option<u16>, What, &'static str);

/// Devices by vendor and product. From public lists of USB numbers and drivers' sources.
const KNOWN: &[Row] = &[
    (0x03f0, Some(0x3524), What::Display, "HP LD220"),
    (0x03f0, Some(0x0b39), What::Display, "HP LD960"),
    (0x03f0, Some(0x0f7f), What::Display, "HP LD381"),
    (0x03f0, Some(0x0183), What::Display, "HP LD381"),
    (0x03f0, Some(0x026b), What::Display, "HP LM920"),
    (0x03f0, Some(0x0f9b), What::Display, "HP LM930"),
    (0x03f0, Some(0x0956), What::Display, "HP TD620"),
    (0x03f0, Some(0x3139), What::Display, "HP LCM220"),
    (0x03f0, Some(0x3239), What::Display, "HP LCM960"),
    (0x03f0, Some(0x4349), What::Display, "HP LD220TA"),
    (0x03f0, Some(0x4439), What::Display, "HP LD960TA"),
    (0x03f0, Some(0x5039), What::Display, "HP LM940"),
    (0x03f0, Some(0x2624), What::Display, "HP 2x20"),
    (0x073c, Some(0x0305), What::Display, "IEE"),
    (0x073c, Some(0x0322), What::Display, "IEE"),
    (0x073c, Some(0x0324), What::Display, "IEE"),
    (0x073c, Some(0x0330), What::Display, "IEE"),
    (0x073c, Some(0x0424), What::Display, "IEE"),
    (0x073c, Some(0x0450), What::Display, "IEE"),
    (0x073c, Some(0x0505), What::Display, "IEE"),
    (0x073c, Some(0x0522), What::Display, "IEE"),
    (0x073c, Some(0x0624), What::Display, "IEE"),
    (0x04b3, Some(0x4524), What::Display, "IBM VFD"),
    (0x0aa7, Some(0x0200), What::Display, "Wincor BA63"),
    (0x0aa7, Some(0x0201), What::Display, "Wincor BA63"),
    (0x0aa7, Some(0x0202), What::Display, "Wincor BA66"),
    (0x0aa7, Some(0x0203), What::Display, "Wincor BA66"),
    (0x0aa7, Some(0x0204), What::Display, "Wincor BA66"),
    (0x1504, Some(0x0011), What::Display, "Bixolon BCD-1100"),
    (0x1504, Some(0x008c), What::Display, "Bixolon BCD-2000"),
    (0x0416, Some(0xf011), What::Display, "Oxhoo AF240"),
    (0x0416, Some(0xf012), What::Display, "Aures OCD 300"),
    (0x0fa8, None, What::Display, "Logic Controls"),
    (0x0d3a, None, What::Display, "Posiflex"),
    (0x04b8, Some(0x0202), What::Printer, "Epson TM"),
    (0x04b8, Some(0x0e03), What::Printer, "Epson TM-T20"),
    (0x04b8, Some(0x0e15), What::Printer, "Epson TM-T20II"),
    (0x0416, Some(0x5011), What::Printer, "POS58"),
    (0x0519, Some(0x0003), What::Printer, "Star"),
    (0x1504, Some(0x001f), What::Printer, "Bixolon"),
    (0x1d90, Some(0x20f0), What::Printer, "Citizen"),
    (0x0dd4, Some(0x0237), What::Printer, "Custom"),
    (0x154f, None, What::Printer, "SNBC"),
    (0x0fe6, Some(0x811e), What::Printer, "ESC/POS"),
    (0x28e9, Some(0x0289), What::Printer, "ESC/POS"),
    (0x6868, Some(0x0200), What::Printer, "ESC/POS"),
    (0x0456, Some(0x0808), What::Printer, "ESC/POS"),
];

/// What the table knows of a device.
fn known(vid: u16, pid: u16) -> Option<Guess> {
    let exact = KNOWN
        .iter()
        .find(|(v, p, _, _)| *v == vid && *p == Some(pid));
    let maker = || KNOWN.iter().find(|(v, p, _, _)| *v == vid && p.is_none());
    exact
        .map(|(_, _, what, model)| guess(*what, Reason::KnownModel, Some(model)))
        .or_else(|| maker().map(|(_, _, what, _)| guess(*what, Reason::KnownMaker, None)))
}

/// A serial port on USB: a known device, or a bridge that could hide anything.
pub fn serial(usb: &UsbIdentity) -> Guess {
    known(usb.vid, usb.pid).unwrap_or(guess(What::Unknown, Reason::Bridge, None))
}

/// A serial port of the computer itself.
pub fn plain_serial() -> Guess {
    guess(What::Unknown, Reason::PlainPort, None)
}

/// A serial port that is a paired Bluetooth device.
pub fn bluetooth_serial() -> Guess {
    guess(What::Unknown, Reason::Bluetooth, None)
}

/// A HID device. Most are keyboards and mice; only those that the table knows are shown.
pub fn hid(vid: u16, pid: u16) -> Option<Guess> {
    known(vid, pid).filter(|guess| guess.what == What::Display)
}

/// What the system says is a printer: one for receipts if the table knows it, else any printer.
pub fn usb_printer(vid: u16, pid: u16) -> Guess {
    known(vid, pid).unwrap_or(guess(What::Printer, Reason::PrinterClass, None))
}

/// Beginnings of the names that Bluetooth printers and modules in displays have.
const NAMES: &[(&str, What)] = &[
    ("Printer", What::Printer),
    ("MTP-", What::Printer),
    ("MPT-", What::Printer),
    ("RPP", What::Printer),
    ("BlueTooth Printer", What::Printer),
    ("InnerPrinter", What::Printer),
    ("JDY-", What::Unknown),
    ("HMSoft", What::Unknown),
    ("BT04-A", What::Unknown),
];

/// A Bluetooth Low Energy device, by the service it offers or by its name; nothing for the phones and watches around.
pub fn ble(offers_service: bool, name: Option<&str>) -> Option<Guess> {
    let familiar = NAMES.iter().find(|(start, _)| {
        name.and_then(|name| name.get(..start.len()))
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    });
    match familiar {
        Some((_, what)) => Some(guess(*what, Reason::FamiliarName, None)),
        None if offers_service => Some(guess(What::Unknown, Reason::BluetoothService, None)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(vid: u16, pid: u16) -> UsbIdentity {
        UsbIdentity {
            vid,
            pid,
            serial: None,
            location: None,
            interface: None,
        }
    }

    #[test]
    fn numbers_tell_a_model_or_a_maker_and_a_bridge_tells_nothing() {
        let table = [
            (
                0x03f0,
                0x3524,
                What::Display,
                Reason::KnownModel,
                Some("HP LD220"),
            ),
            (0x0fa8, 0x1234, What::Display, Reason::KnownMaker, None),
            (0x1a86, 0x7523, What::Unknown, Reason::Bridge, None),
            (0x03f0, 0x0001, What::Unknown, Reason::Bridge, None),
        ];
        for (vid, pid, what, why, model) in table {
            assert_eq!(serial(&usb(vid, pid)), Guess { what, why, model });
        }
        assert_eq!(usb_printer(0x9999, 1).why, Reason::PrinterClass);
        assert_eq!(usb_printer(0x0416, 0x5011).model, Some("POS58"));
    }

    #[test]
    fn a_keyboard_is_not_shown_and_a_display_is() {
        assert_eq!(hid(0x046d, 0xc31c), None);
        assert_eq!(hid(0x0aa7, 0x0200).unwrap().what, What::Display);
    }

    #[test]
    fn bluetooth_is_told_by_service_or_name() {
        let table = [
            (false, Some("RPP02N"), Some(What::Printer)),
            (false, Some("printer001"), Some(What::Printer)),
            (true, Some("Kasse"), Some(What::Unknown)),
            (false, Some("Anna's watch"), None),
            (false, Some("码"), None),
            (true, None, Some(What::Unknown)),
        ];
        for (service, name, what) in table {
            assert_eq!(ble(service, name).map(|guess| guess.what), what, "{name:?}");
        }
    }

    #[test]
    fn no_device_stands_in_the_table_twice() {
        for (at, (vid, pid, _, _)) in KNOWN.iter().enumerate() {
            let again = KNOWN[at + 1..]
                .iter()
                .any(|(v, p, _, _)| v == vid && p == pid);
            assert!(!again, "{vid:04x}:{pid:?}");
        }
    }
}
