//! Bangladesh: bKash and Nagad by short message, each with a transaction code that customers show.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, out, ready},
};
use std::sync::LazyLock;

/// bKash. The reference (`Ref`) is the payer's own words and stands behind the amount.
pub(super) static BKASH: App = App {
    platform: "bkash",
    packages: &["com.bkash.customerapp"],
    senders: &["bkash"],
    titles: &[],
    people: People::Never,
    currency: "BDT",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(BKASH_RULES)),
};

pub(super) const BKASH_RULES: &[Rule] = &[
    income(
        r"You have received payment Tk @A from (?P<payer>[0-9]{11})\.(?: Ref [^\n]{0,60}?\.)? Fee Tk @N\. Balance Tk @N\. TrxID (?P<id>[A-Z0-9]{8,12}) at [0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\.?",
    )
    .code("TrxID"),
    income(
        r"You have received Tk @A from (?P<payer>[0-9]{11})\.(?: Ref [^\n]{0,60}?\.)? Fee Tk @N\. Balance Tk @N\. TrxID (?P<id>[A-Z0-9]{8,12}) at [0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\.?",
    )
    .code("TrxID"),
    out(r"(?:Payment of|Send Money) Tk @A to .+ (?:is )?successful\..*"),
];

/// Nagad.
pub(super) static NAGAD: App = App {
    platform: "nagad",
    packages: &[],
    senders: &["nagad"],
    titles: &[],
    people: People::Never,
    currency: "BDT",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(NAGAD_RULES)),
};

pub(super) const NAGAD_RULES: &[Rule] = &[income(
    r"Money Received\.\s+Amount: Tk @A\s+Sender: (?P<payer>[0-9]{11})\s+(?:Ref: ?[^\n]{0,60}?\s+)?TxnID: (?P<id>[A-Z0-9]{8,12})\s+Balance: Tk @N\s+[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\.?",
)
.code("TxnID")];
