//! Boxes that draw codes to pay with: Mertech, Bonrix, Nextion.

use crate::display::{Commands, Kind, Qr, Screen};

/// The code to draw, when something is to be paid and there is one.
pub(super) fn wanted(screen: &Screen) -> Option<&Qr> {
    screen
        .qr
        .as_ref()
        .filter(|_| screen.kind == Kind::AmountToPay)
}

/// Mertech QR-Pay: codes in a frame with their length, pictures by name.
pub(super) fn mertech(screen: &Screen, to: &mut Commands) {
    let picture = |name: &[u8]| [&[0x02, 0xf0, 0x03], name, &[0x03]].concat();
    if let Some(qr) = wanted(screen) {
        let payload = qr.payload().as_bytes();
        let length = u16::try_from(payload.len()).unwrap_or(0).to_be_bytes();
        to.send_all(&[&[0x02, 0xf2, 0x02], &length, payload, &[0x02, 0xf2, 0x03]]);
    } else if screen.kind == Kind::Paid {
        to.send(picture(b"correct"));
    } else {
        to.send(picture(b"CLS"));
    }
}

/// Bonrix: lines of words, their fields joined by two stars.
pub(super) fn bonrix(screen: &Screen, line_end: bool, to: &mut Commands) {
    // Two stars inside a field would begin the next one.
    let field = |text: &str| text.replace("**", "*");
    let amount = screen.amount.map(domain::Money::decimal);
    let line = match wanted(screen) {
        Some(qr) if fits_a_field(qr.payload()) => format!(
            "DisplayQRCodeScreen**{}**{}**{}",
            qr.payload(),
            amount.unwrap_or_default(),
            field(qr.payee())
        ),
        _ if screen.kind == Kind::Paid => "DisplaySuccessQRCodeScreen**-**-**-".into(),
        _ => "WelcomeScreen**".into(),
    };
    to.send(format!("{line}{}", if line_end { "\r\n" } else { "" }));
}

/// A code is never changed: one that cannot be sent as it is, is not shown. A star at its rim would join those beside it.
fn fits_a_field(payload: &str) -> bool {
    !payload.contains("**") && !payload.starts_with('*') && !payload.ends_with('*')
}

/// Nextion: the text of the component `qr0`.
pub(super) fn nextion(screen: &Screen, to: &mut Commands) {
    // Quotes and back-slashes have a meaning of their own there; a code is shown as it is or not at all.
    let plain = |text: &&str| {
        text.bytes()
            .all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\')
    };
    let payload = wanted(screen).map(Qr::payload).filter(plain);
    to.send_all(&[
        format!("qr0.txt=\"{}\"", payload.unwrap_or_default()).as_bytes(),
        &[0xff; 3],
    ]);
}
