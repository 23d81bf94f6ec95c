//! Venmo: `com.venmo`. The payer's name stands first, so the phrase is anchored at the end.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// Venmo.
pub(super) static VENMO: App = App {
    platform: "venmo",
    packages: &["com.venmo"],
    senders: &[],
    titles: &["Venmo"],
    people: People::Never,
    currency: "USD",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[
    out(r"You paid .+ \$@A"),
    income(r"(?P<payer>.+) paid you \$@A"),
    not("pending_request", r".+ (?:requests|requested) \$@N.*"),
];
