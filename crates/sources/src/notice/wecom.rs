//! WeCom (企业微信): `com.tencent.wework`, 对外收款.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, ready},
};
use std::sync::LazyLock;

/// WeCom's collections from customers.
pub(super) static WECOM: App = App {
    platform: "wechat_work",
    packages: &["com.tencent.wework"],
    senders: &[],
    titles: &["对外收款"],
    people: People::Mostly,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[income(r"成功收款@Y@A元。?")];
