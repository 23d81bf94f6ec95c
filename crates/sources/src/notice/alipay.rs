//! Alipay: `com.eg.android.AlipayGphone`. Its wording changes often, and once moved the amount into the title.
//!
//! A payer's nickname stands before the phrase, so the phrase is anchored at the end of the text and the name takes
//! all before it: of two phrases the last is Alipay's own. A transfer says no amount, whatever the nickname says, and
//! is therefore tried first.

use super::{
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready},
};
use std::sync::LazyLock;

/// Alipay's receipts for owners and clerks.
pub(super) static ALIPAY: App = App {
    platform: "alipay",
    packages: &["com.eg.android.alipaygphone"],
    senders: &[],
    titles: &[
        "支付宝通知",
        "支付宝",
        "收钱码",
        "收钱码到账通知",
        "收款通知",
        "收款到账通知",
        "店员通",
        "支付宝商家服务",
        "交易提醒",
        "已转入余额 立即查看余额",
    ],
    people: People::Sometimes,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

pub(super) const RULES: &[Rule] = &[
    income(r"(?P<payer>.+)已成功向你转了1笔钱[。！]?"),
    income(r"(?P<payer>.+)通过扫码向你付款@A元"),
    income(r"支付宝成功收款@A元。?(?:收钱码收钱提现免费，赶紧推荐顾客使用)?").note("店员"),
    income(r"成功收款@A元。?(?:享免费提现等更多专属服务，点击查看)?"),
    income(r"你已成功收款@A元").title("店员通").note("店员"),
    income(r"你已成功收款@A元"),
    income(r"已转入余额 ?立即查看余额|立即查看今日收款金额>>").title(r"你已成功收款@A元"),
    income(r"收款到账@Y@A元?"),
    income(r"[¥￥]@A收款到账通知(?:，领积分兑好礼)?"),
    out(r"你有一笔@A元的支出.*"),
    out(r"账户.{1,60}成功付款@A元"),
    out(r"你在(?P<payer>.+?)有一笔@A元的(?:免密/自动扣款)?支付.*"),
    not("refund", r"退款到账@Y@A元?。?"),
    not("advert", r"你有[0-9]+个最高@N元红包待领取.*"),
    not("interest", r"余额宝收益到账@Y@N元?。?"),
];
