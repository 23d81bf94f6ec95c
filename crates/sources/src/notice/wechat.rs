//! WeChat: `com.tencent.mm`, titles of the two official accounts that announce payments.
//!
//! Most of what this app shows is chats. A chat's title is the contact's or the group's name, so everything hangs
//! on the exact title, and the text must be a receipt from its first character to its last.

use super::{
    NoticeReading,
    amount::Grammar,
    rule::{App, People, Rule, income, not, out, ready, unknown},
};
use std::sync::LazyLock;

/// WeChat Pay's personal and merchant receipts.
pub(super) static WECHAT: App = App {
    platform: "wechat",
    packages: &["com.tencent.mm"],
    senders: &[],
    titles: &["微信支付", "微信收款助手", "微信收款商业版", "收款通知"],
    people: People::Mostly,
    currency: "CNY",
    amounts: Grammar::Point,
    rules: LazyLock::new(|| ready(RULES)),
};

/// Titles under which receipts of the personal code and of clerks come.
const RECEIPTS: &str = "微信支付|微信收款助手";

pub(super) const RULES: &[Rule] = &[
    income(
        r"微信支付收款@A元(?:[(（](?P<note>朋友到店|新顾客到店|老顾客到店(?:\[朋友\])?|新顾客消费|老顾客消费|老顾客第[0-9]+次消费)[)）])?",
    )
    .title(RECEIPTS),
    income(r"个人收款码到账@Y@A元?").title(RECEIPTS),
    income(r"二维码收款到账@Y@A元?").title(RECEIPTS),
    income(r"\[店员消息\]收款到账@Y@A元?").title(RECEIPTS).note("店员消息"),
    income(r"二维码赞赏到账@Y@A元?").title(RECEIPTS).note("赞赏"),
    income(r"收款单到账@Y@A元?").title(RECEIPTS).note("收款单"),
    income(r"收款@Y@A元").title("微信收款商业版"),
    income(r"微信收款商业版[:：] ?收款@Y@A元").title("收款通知"),
    income(r"你有一笔收款入账").title(RECEIPTS),
    // A new kind of customer in the brackets, perhaps: for the owner to judge.
    unknown(r"微信支付收款@A元[(（][^()（）]{1,20}[)）]").title(RECEIPTS),
    out(r"已支付@Y@A元?"),
    out(r"微信支付凭证"),
    not("refund", r"(?:红包|转账|转账过期|订单)?退款到账通知"),
    not("withdrawal", r"(?:经营账户)?提现(?:到账|发起|失败)(?:通知)?"),
    not("summary", r"(?:昨日|今日|上周|上月)收款[0-9]+笔，共计@Y@N元?(?:，点击查看(?:账单|详情))?"),
    not("pending_transfer", r"(?:\[[0-9]+条\])?(?:[^:：]{1,60}[:：] ?)?\[(?:转账|Transfer)\].*").any_title(),
    not("red_packet", r"(?:\[[0-9]+条\])?(?:[^:：]{1,60}[:：] ?)?\[(?:微信红包|Red Packet)\].*").any_title(),
    not("advert", r"微信支付收款功能升级[^¥￥]*").title("微信团队"),
];

/// Reads a notice of WeChat. When several are unread, the text begins with their number and the sender's name: only
/// the official sender's own name is taken off.
pub(super) fn read(title: &str, text: &str) -> NoticeReading {
    WECHAT.read(title, own_words(title, text).unwrap_or(text))
}

/// What follows `[N条]<title>: `, when the name is the title's own.
fn own_words<'t>(title: &str, text: &'t str) -> Option<&'t str> {
    let (count, rest) = text.strip_prefix('[')?.split_once("条]")?;
    if count.is_empty() || count.len() > 5 || !count.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let rest = rest.strip_prefix(title)?;
    let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix('：'))?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}
