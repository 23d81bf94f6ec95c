//! Indonesia: merchants' apps. Thousands are written with a point.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, ready},
};
use std::sync::LazyLock;

/// GoPay for merchants. `com.gojek.gopay` sends the very same texts: watch one of the two.
pub(super) static GOPAY: App = App {
    platform: "gopay",
    packages: &["com.gojek.gopaymerchant"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "IDR",
    amounts: Grammar::Comma,
    rules: LazyLock::new(|| ready(GOPAY_RULES)),
};

pub(super) const GOPAY_RULES: &[Rule] = &[
    income(r"Rp ?@A di .+").title(r"Pembayaran QRIS(?: statis| dinamis)? diterima"),
    not("advert", r"(?i:cashback|diskon|promo).*").title(r"Promo.*"),
];

/// DANA and DANA Bisnis.
pub(super) static DANA: App = App {
    platform: "dana",
    packages: &["id.dana", "id.dana.business"],
    senders: &[],
    titles: &["Pembayaran Masuk"],
    people: People::Never,
    currency: "IDR",
    amounts: Grammar::Comma,
    rules: LazyLock::new(|| ready(DANA_RULES)),
};

pub(super) const DANA_RULES: &[Rule] = &[income(r"Rp ?@A diterima DANA Bisnis\.?")];

/// InterActive QRIS.
pub(super) static QRIS: App = App {
    platform: "qris",
    packages: &["com.interactive.qrisid"],
    senders: &[],
    titles: &["QRIS"],
    people: People::Never,
    currency: "IDR",
    amounts: Grammar::Comma,
    rules: LazyLock::new(|| ready(QRIS_RULES)),
};

pub(super) const QRIS_RULES: &[Rule] =
    &[income(r"Pembayaran QRIS sebesar Rp ?@A telah diterima\.?")];

/// Apps that tell of money in words that were not seen yet.
pub(super) static OTHERS: App = App {
    platform: "wallet_id",
    packages: &[
        "com.gojek.gopay",
        "com.gojek.resto",
        "ovo.id",
        "com.shopeepay.id",
        "com.bca.msb",
        "id.co.bni.merchant",
        "com.bcadigital.blu",
    ],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "IDR",
    amounts: Grammar::Comma,
    rules: LazyLock::new(Vec::new),
};
