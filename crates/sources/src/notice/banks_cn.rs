//! Banks of mainland China: apps and their short messages; and the digital yuan's wallet.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// ICBC's app for merchants.
pub(super) static ICBC_MERCHANT: App = App {
    platform: "bank_cn",
    packages: &["com.icbc.biz.elife"],
    senders: &[],
    titles: &["工银商户之家"],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(ICBC_MERCHANT_RULES)),
};

pub(super) const ICBC_MERCHANT_RULES: &[Rule] = &[income(r"您已收到@A元，点击查看详情。?")];

/// ICBC's app.
pub(super) static ICBC: App = App {
    platform: "bank_cn",
    packages: &["com.icbc"],
    senders: &[],
    titles: &["动账通知"],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(ICBC_RULES)),
};

/// ICBC's short messages.
pub(super) static ICBC_SMS: App = App {
    platform: "bank_cn",
    packages: &[],
    senders: &["95588"],
    titles: &[],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(ICBC_RULES)),
};

/// The words in brackets say what kind of income it is: a refund and one's own withdrawal are no sales.
pub(super) const ICBC_RULES: &[Rule] = &[
    not(
        "refund",
        r"尾号[0-9]{4}卡[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}(?:工商银行)?收入\([^()]*退[款货][^()]*\)@A元，余额@N元.*",
    ),
    not(
        "withdrawal",
        r"尾号[0-9]{4}卡[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}(?:工商银行)?收入\([^()]*提现[^()]*\)@A元，余额@N元.*",
    ),
    income(
        r"尾号[0-9]{4}卡[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}(?:工商银行)?收入\([^()]{1,40}\)@A元，余额@N元(?:，对方户名：(?P<payer>[^，]+)，对方账户尾号：[0-9]{4})?。?(?:【工商银行】)?",
    ),
    out(
        r"尾号[0-9]{4}卡[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}(?:工商银行)?支出\([^()]{1,40}\)@A元，余额@N元.*",
    ),
];

/// China Merchants Bank.
pub(super) static CMB: App = App {
    platform: "bank_cn",
    packages: &["cmb.pb"],
    senders: &[],
    titles: &["招商银行"],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(CMB_RULES)),
};

pub(super) const CMB_RULES: &[Rule] = &[
    income(r"您尾号[0-9]{4}的(?:招行)?一卡通入账人民币@A元?。?"),
    income(r"您账户[0-9]{4}于[0-9]{1,2}月[0-9]{1,2}日[0-9]{1,2}:[0-9]{2}收款人民币@A元?。?"),
    out(r"您尾号[0-9]{4}的(?:账户|(?:招行)?一卡通)扣款人民币@A元?。?"),
];

/// The digital yuan's wallet.
pub(super) static ECNY: App = App {
    platform: "ecny",
    packages: &["cn.gov.pbc.dcep"],
    senders: &[],
    titles: &["付款通知"],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(ECNY_RULES)),
};

pub(super) const ECNY_RULES: &[Rule] =
    &[out(r"您的.{1,40}?钱包在.{1,80}?支付了@Y@A(?:元|，|。).*")];

/// Banks that are known to tell of money, in words that were not seen yet.
pub(super) static OTHER_BANKS: App = App {
    platform: "bank_cn",
    packages: &["com.android.bankabc"],
    senders: &[
        "95533", "95555", "95566", "95599", "95559", "95568", "95577", "95580", "95528", "95558",
        "95595",
    ],
    titles: &[],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(Vec::new),
};
