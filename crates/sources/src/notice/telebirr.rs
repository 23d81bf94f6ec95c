//! Ethiopia: telebirr by short message from 127, each with its transaction number.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, ready},
};
use std::sync::LazyLock;

/// telebirr.
pub(super) static TELEBIRR: App = App {
    platform: "telebirr",
    packages: &[],
    senders: &["127", "telebirr"],
    titles: &[],
    people: People::Never,
    currency: "ETB",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[income(
    r"Dear .{1,60}? You have received ETB @A from (?P<payer>.+?)\s*\([0-9*]+\)\s+on [0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\. Your transaction number is (?P<id>[A-Z0-9]{8,12})\. Your current E-Money Account balance is ETB @N\.(?: Thank you for using telebirr Ethio telecom)?",
)
.code("")];
