//! Brazil: Pix as wallets and banks announce it. Decimals are written with a comma.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, out, ready},
};
use std::sync::LazyLock;

/// PicPay: the payer stands in the title.
pub(super) static PICPAY: App = App {
    platform: "picpay",
    packages: &["com.picpay"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "BRL",
    amounts: Grammar::Comma,
    rules: LazyLock::new(|| ready(PICPAY_RULES)),
};

pub(super) const PICPAY_RULES: &[Rule] = &[
    income(r"Você recebeu um Pix de R\$ ?@A\.?").title(r"(?P<payer>.+) enviou um Pix para você"),
    out(r"Você enviou um Pix no valor de R\$ ?@A para .+").title(r"Pix enviado"),
];

/// Nubank.
pub(super) static NUBANK: App = App {
    platform: "nubank",
    packages: &["com.nu.production"],
    senders: &[],
    titles: &["Pix recebido"],
    people: People::Never,
    currency: "BRL",
    amounts: Grammar::Comma,
    rules: LazyLock::new(|| ready(NUBANK_RULES)),
};

pub(super) const NUBANK_RULES: &[Rule] = &[income(
    r"Você recebeu um Pix de (?P<payer>.+) no valor de R\$ ?@A\.?",
)];

/// Apps that tell of money in words that were not seen yet.
pub(super) static OTHERS: App = App {
    platform: "pix",
    packages: &["com.mercadopago.wallet", "br.com.intermedium", "com.itau"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "BRL",
    amounts: Grammar::Comma,
    rules: LazyLock::new(Vec::new),
};
