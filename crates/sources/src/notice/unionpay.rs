//! 云闪付: `com.unionpay`.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// UnionPay's app, its collection code and the bank cards in it.
pub(super) static UNIONPAY: App = App {
    platform: "unionpay",
    packages: &["com.unionpay"],
    senders: &[],
    titles: &[
        "消息推送",
        "动账通知",
        "支付助手：付款成功",
        "支付助手：入账成功",
        "支付助手：转账成功",
        "支付助手：退款受理",
    ],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[
    income(r"云闪付收款@A元。?"),
    income(r"您尾号为[0-9]{4}的银行卡于[0-9]{1,2}日[0-9]{1,2}时[0-9]{1,2}分入账@A元。?"),
    income(
        r"您的[^，]{1,40}?收到来自(?P<payer>.+)的转账@A元，已于[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?成功到账！",
    ),
    out(r"您尾号为[0-9]{4}的银行卡于[0-9]{1,2}日[0-9]{1,2}时[0-9]{1,2}分消费@A元。?"),
    out(
        r"您向.+转账@A元，已于[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?成功到账！",
    ),
    not(
        "refund",
        r"您尾号为[0-9]{4}的银行卡于[0-9]{1,2}日[0-9]{1,2}时[0-9]{1,2}分退款@A元。?",
    ),
];
