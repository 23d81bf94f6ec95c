//! PayPal: `com.paypal.android.p2pmobile`. The text names the currency.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// PayPal in English.
pub(super) static PAYPAL: App = App {
    platform: "paypal",
    packages: &["com.paypal.android.p2pmobile"],
    senders: &[],
    titles: &["PayPal"],
    people: People::Never,
    currency: "USD",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[
    income(
        r"You received (?:[A-Z]{1,2})?[$€£¥]? ?@A ?[$€£¥]? ?(?P<currency>[A-Z]{3}) from (?P<payer>.+?)\.?",
    ),
    out(
        r"You (?:sent|paid) (?:[A-Z]{1,2})?[$€£¥]? ?@A ?[$€£¥]? ?(?P<currency>[A-Z]{3}) to (?P<payer>.+?)\.?",
    ),
    not(
        "pending_request",
        r".+ (?:requested|is requesting|sent you a request for) .+",
    ),
];
