//! LED8 and LED8N: eight digits and four lamps (price, total, paid, change), in the variants that are sold.
//!
//! Lamp first, digits second: programs do either, but this way a reader never sees a new amount under an old lamp.

use crate::display::{CommandSet as Set, Commands, Display, Kind, Screen, fit};
use std::time::Duration;

/// At least one clone loses what comes right after a clear.
const AFTER_CLEAR: Duration = Duration::from_millis(100);

pub(super) fn encode(display: &Display, screen: &Screen, fresh: bool, to: &mut Commands) {
    let set = display.set;
    let lamp = lamp(screen.kind);
    // A lamp that is set by one bare digit has no command to go dark.
    if fresh || (set == Set::Led8LampDigit && lamp == 0) {
        to.send([0x1b, b'@']);
        to.rest(AFTER_CLEAR);
    }
    match set {
        Set::Led8Binary => to.send([0x1b, b's', lamp]),
        Set::Led8Cd7110 => {
            // One is "thank you", which lights with "paid"; each has to be told that it is dark, too.
            for number in 1..=5 {
                let lit = lamp > 0 && (number == lamp + 1 || (number == 1 && lamp == 3));
                to.send([0x1b, b's', number, u8::from(lit)]);
            }
        }
        Set::Led8LampDigit => {
            if lamp > 0 {
                to.send([b'0' + lamp]);
            }
        }
        Set::Led8Stx => {
            let lit = |number| if number == lamp { b'1' } else { b'0' };
            to.send([0x02, b'L', lit(1), lit(2), lit(3), lit(4)]);
        }
        _ => to.send([0x1b, b's', b'0' + lamp]),
    }
    let Some(amount) = screen.amount else {
        to.send([0x0c]);
        to.rest(AFTER_CLEAR);
        return;
    };
    let digits = fit::digits(amount, display.geometry.columns());
    if set == Set::Led8Bare {
        to.send_all(&[&digits, &[0x0d]]);
    } else {
        to.send_all(&[&[0x1b, b'Q', b'A'], &digits, &[0x0d]]);
    }
}

/// The lamp for what an amount is; none for what has no lamp. A refund shows its minus instead; what is only reported
/// must not look paid.
fn lamp(kind: Kind) -> u8 {
    match kind {
        Kind::Idle | Kind::Reported | Kind::Refund => 0,
        Kind::Price => 1,
        Kind::AmountToPay => 2,
        Kind::Paid => 3,
        Kind::Change => 4,
    }
}
