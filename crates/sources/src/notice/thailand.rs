//! Thailand: banks' short messages. The balance follows the amount.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, ready},
};
use std::sync::LazyLock;

/// Kasikornbank.
pub(super) static KBANK: App = App {
    platform: "bank_th",
    packages: &[],
    senders: &["kbank"],
    titles: &[],
    people: People::Never,
    currency: "THB",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(KBANK_RULES)),
};

pub(super) const KBANK_RULES: &[Rule] = &[income(
    r"KBank: Receive @A THB from A/C [xX*0-9-]+ Bal @N THB\.?",
)];

/// Krungthai Bank.
pub(super) static KTB: App = App {
    platform: "bank_th",
    packages: &[],
    senders: &["ktb", "krungthai"],
    titles: &[],
    people: People::Never,
    currency: "THB",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(KTB_RULES)),
};

pub(super) const KTB_RULES: &[Rule] =
    &[income(r"KTB: เงินเข้า @A บาท บช [xX*0-9-]+ คงเหลือ @N บาท\.?")];
