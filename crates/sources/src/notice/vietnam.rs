//! Vietnam: banks. Each text holds the movement first and the balance behind it; `+` is money in.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, out, ready},
};
use std::sync::LazyLock;

/// MB Bank. The description (`ND`) is the payer's own words and stands last.
pub(super) static MB: App = App {
    platform: "bank_vn",
    packages: &["com.mbmobile"],
    senders: &[],
    titles: &["MB Bank", "MBBank", "Thông báo biến động số dư"],
    people: People::Never,
    currency: "VND",
    amounts: Grammar::Groups,
    rules: LazyLock::new(|| ready(MB_RULES)),
};

pub(super) const MB_RULES: &[Rule] = &[
    income(r"TK [0-9xX*]+\|GD: ?\+@A ?VND\|SD: ?@N ?VND(?:\|ND: ?(?P<note>.*))?"),
    out(r"TK [0-9xX*]+\|GD: ?-@A ?VND\|SD: ?@N ?VND(?:\|ND: ?(?P<note>.*))?"),
];

/// BIDV.
pub(super) static BIDV: App = App {
    platform: "bank_vn",
    packages: &["com.vnpay.bidv"],
    senders: &[],
    titles: &["BIDV", "Thông báo BIDV"],
    people: People::Never,
    currency: "VND",
    amounts: Grammar::Groups,
    rules: LazyLock::new(|| ready(BIDV_RULES)),
};

pub(super) const BIDV_RULES: &[Rule] = &[
    income(
        r"Tài khoản: ?[0-9xX*]+\s+Giao dịch: ?\+@A ?VND\s+Số dư hiện tại: ?@N ?VND(?:\s+Nội dung(?: giao dịch)?: ?(?P<note>.*))?",
    ),
    out(
        r"Tài khoản: ?[0-9xX*]+\s+Giao dịch: ?-@A ?VND\s+Số dư hiện tại: ?@N ?VND(?:\s+Nội dung(?: giao dịch)?: ?(?P<note>.*))?",
    ),
];

/// Banks that tell of money in words that were not seen yet.
pub(super) static OTHERS: App = App {
    platform: "bank_vn",
    packages: &["com.vcb", "vn.com.techcombank.bb.app"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "VND",
    amounts: Grammar::Groups,
    rules: LazyLock::new(Vec::new),
};
