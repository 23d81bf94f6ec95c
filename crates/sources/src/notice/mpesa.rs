//! Kenya: M-PESA by short message, each with its receipt number.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, out, ready},
};
use std::sync::LazyLock;

/// M-PESA.
pub(super) static MPESA: App = App {
    platform: "mpesa",
    packages: &[],
    senders: &["mpesa", "m-pesa"],
    titles: &[],
    people: People::Never,
    currency: "KES",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

/// The adverts behind the balance are listed: anything else there is for the owner to judge.
pub(super) const RULES: &[Rule] = &[
    income(
        r"(?P<id>[A-Z0-9]{10}) Confirmed\. ?You have received Ksh ?@A from (?P<payer>.+?) (?:[0-9*]{10,12} )?on [0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} at [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? [AP]M\.?\s+New M-PESA balance is Ksh ?@N\.?(?:\s*(?:Earn interest daily on Ziidi MMF, ?Dial \*334#|Separate personal and business funds through Pochi la Biashara on \*334#)\.?)?",
    )
    .code(""),
    out(r"[A-Z0-9]{10} Confirmed\. ?Ksh ?@A (?:paid|sent) to .+"),
];
