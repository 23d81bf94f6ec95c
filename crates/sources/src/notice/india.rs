//! India: banks' short messages about UPI, and the wallets' apps. A *request* for money is no payment.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// Banks by short message.
pub(super) static BANKS: App = App {
    platform: "bank_in",
    packages: &[],
    senders: &["kotakb", "icicib", "icicit", "hdfcbk", "sbiupi", "axisbk"],
    titles: &[],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(BANKS_RULES)),
};

pub(super) const BANKS_RULES: &[Rule] = &[
    income(
        r"Received Rs\.? ?@A in your Kotak Bank AC [xX*0-9]+ from (?P<payer>\S+) on [0-9-]{8,10}\. ?UPI Ref(?: No)?:? ?(?P<id>[0-9]{8,16})\.(?: ?Not you, https://kotak\.com/KBANKT/Fraud)?",
    )
    .code("UPI Ref"),
    out(r"ICICI Bank Acct [xX*0-9]+ debited for Rs\.? ?@A on .+"),
];

/// Google Pay.
pub(super) static GOOGLE_PAY: App = App {
    platform: "gpay_in",
    packages: &["com.google.android.apps.nbu.paisa.user"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(GOOGLE_PAY_RULES)),
};

pub(super) const GOOGLE_PAY_RULES: &[Rule] = &[
    income(r"Payment received\.?").title(r"(?P<payer>.+) paid you ₹ ?@A"),
    not("pending_request", r".*").title(r".+ (?:requested|is requesting) ₹.+"),
];

/// PhonePe.
pub(super) static PHONEPE: App = App {
    platform: "phonepe",
    packages: &["com.phonepe.app"],
    senders: &[],
    titles: &["PhonePe"],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(PHONEPE_RULES)),
};

pub(super) const PHONEPE_RULES: &[Rule] = &[
    not("pending_request", r".+ has requested ₹ ?@N from you\.?"),
    income(r"₹ ?@A received from (?P<payer>.+)\. UTR: (?P<id>[0-9]{12})\.?").code("UTR"),
];

/// Paytm.
pub(super) static PAYTM: App = App {
    platform: "paytm",
    packages: &["net.one97.paytm", "com.paytm.business"],
    senders: &[],
    titles: &["Paytm", "Paytm for Business"],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(PAYTM_RULES)),
};

pub(super) const PAYTM_RULES: &[Rule] = &[
    not("pending_request", r".+ has requested ₹ ?@N from you\.?"),
    income(r"Received ₹ ?@A in your Paytm account from (?P<payer>.+)"),
];

/// BharatPe: the title tells all, the text is the payer's name.
pub(super) static BHARATPE: App = App {
    platform: "bharatpe",
    packages: &["com.bharatpe.app"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(|| ready(BHARATPE_RULES)),
};

pub(super) const BHARATPE_RULES: &[Rule] =
    &[income(r"(?P<payer>.{0,80})").title(r"₹ ?@A received")];

/// BHIM, whose words were not seen yet.
pub(super) static BHIM: App = App {
    platform: "upi",
    packages: &["in.org.npci.upiapp"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "INR",
    amounts: Grammar::Indian,
    rules: LazyLock::new(Vec::new),
};
