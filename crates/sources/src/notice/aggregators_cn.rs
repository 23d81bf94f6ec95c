//! Apps in China that collect through several platforms, and shopping apps that only pay.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, out, ready},
};
use std::sync::LazyLock;

/// 收钱吧.
pub(super) static SHOUQIANBA: App = App {
    platform: "aggregator_cn",
    packages: &["com.wosai.cashbar"],
    senders: &[],
    titles: &["收钱吧"],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(SHOUQIANBA_RULES)),
};

pub(super) const SHOUQIANBA_RULES: &[Rule] = &[income(
    r"成功收款@A元(?:，来自(?P<note>微信|支付宝|云闪付|花呗|翼支付|数字人民币))?。?",
)];

/// 美团, which only pays.
pub(super) static MEITUAN: App = App {
    platform: "meituan",
    packages: &["com.sankuai.meituan"],
    senders: &[],
    titles: &[],
    people: People::Never,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(MEITUAN_RULES)),
};

pub(super) const MEITUAN_RULES: &[Rule] = &[out(r".*").title(r"【美团(?:月付|支付)】成功支付@A元")];
