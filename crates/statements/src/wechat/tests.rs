//! WeChat's files with answers computed by hand.

use crate::{
    row::{StatementKind, Tells},
    testing::{checks, period, read_bytes, rows, unreadable},
};
use domain::Platform;
use proptest::prelude::*;

const MAY_DAY: &str = "2026-04-30T16:00:00Z 2026-05-01T16:00:00Z";

#[test]
fn a_bill_of_everything() {
    let all = read_bytes(include_bytes!("../fixtures/wechat/trade_all.csv")).expect("reads");
    assert_eq!(all.kind, StatementKind::WechatTrade);
    assert_eq!(all.platform, Platform::WECHAT);
    assert_eq!(all.account.as_deref(), Some("1900000109"));
    assert_eq!(all.tells, Tells::All);
    assert_eq!(period(&all).as_deref(), Some(MAY_DAY));
    assert_eq!(
        rows(&all),
        [
            "2 payment done 12.80 fee 0.08 net 12.72 2026-05-01T01:30:15Z o=SHOP20260501093000001 \
             t=4200002468202605013344556677 for=红茶",
            "3 refund done 5.00 fee -0.03 net -4.97 2026-05-01T02:15:42Z o=SHOP20260501093000001 \
             t=4200002468202605013344556677 r=50302468202605013399887766554 ro=RF20260501101500001 for=红茶",
        ]
    );
    assert_eq!(
        checks(&all),
        [
            "rows 2 2",
            "paid 12.80 12.80",
            "refunded 5.00 5.00",
            "coupons_back 0.00 0.00",
            "fees 0.05000 0.05",
            "ordered 12.80 12.80",
            "asked_back 5.00 5.00",
        ]
    );
    assert_eq!(
        all.rows[1].key,
        "wechat:4200002468202605013344556677:50302468202605013399887766554:REFUND"
    );
}

/// The customer's amount is compared, the settled one is the net; a bill of payments has a summary of seven columns.
#[test]
fn a_bill_of_payments() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_success.csv")).expect("reads");
    assert_eq!(bill.tells, Tells::Payments);
    assert_eq!(
        bill.account.as_deref(),
        Some("1500000001"),
        "the sub-merchant's"
    );
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 12.80 fee 0.06 net 9.74 2026-05-01T01:30:15Z o=SHOP20260501093000001 \
             t=4200002468202605013344556677 for=红茶",
            "3 payment done 0.01 fee 0.00 net 0.01 2026-05-01T15:59:59Z o=SHOP20260501235900002 \
             t=4200002468202605013344556678 for=糖",
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );
    assert_eq!(bill.checks.len(), 7);
}

#[test]
fn a_bill_of_refunds() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_refund.csv")).expect("reads");
    assert_eq!(bill.tells, Tells::Refunds);
    assert_eq!(
        rows(&bill),
        [
            "2 refund done 5.00 fee -0.03 net -4.97 2026-05-01T02:15:42Z settled 2026-05-01T02:15:46Z \
             o=SHOP20260501093000001 t=4200002468202605013344556677 r=50302468202605013399887766554 \
             ro=RF20260501101500001 for=红茶",
            // Nine asked for, of which the shop's coupon was a part: 6.30 moves.
            "3 refund pending 9.00 fee -0.04 net -6.26 2026-05-01T10:00:00Z o=SHOP20260501175900009 \
             t=4200002468202605013344556699 r=50302468202605013399887766555 ro=RF20260501180000002 for=点心",
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );
    let all = read_bytes(include_bytes!("../fixtures/wechat/trade_all.csv")).expect("reads");
    assert_eq!(
        bill.rows[0].key, all.rows[1].key,
        "the same refund in two files is one"
    );
}

#[test]
fn older_layouts() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_2014.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 0.01 fee 0.00 net 0.01 2014-11-10T08:33:45Z o=TILL-1 \
             t=1000000740201411100005000001 for=测试",
            "3 refund done 0.01 fee 0.00 net -0.01 2014-11-10T08:46:14Z o=TILL-2 \
             t=1000000740201411100005000002 r=2000000740201411100000000003 ro=RTILL-2 for=测试",
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );
    assert_eq!(bill.checks.len(), 5);

    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_2018.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 0.02 fee 0.00 net 0.02 2018-05-07T02:45:37Z o=ORD20180507001 \
          t=4200000113201805074559490001 for=测试"
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );

    // Its first column has the time of the payment: the refund is dated by when it was started.
    let bill =
        read_bytes(include_bytes!("../fixtures/wechat/trade_2018_refund.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 refund done 0.02 fee 0.00 net -0.02 2018-08-21T10:13:20Z settled 2018-08-21T10:13:25Z \
             o=ORD20180820001 t=4200000171201808201111110001 r=50000507702018082106125970001 \
             ro=RF20180821001 for=测试"
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );
}

/// What strangers and spreadsheets do to a bill: nothing is dropped, nothing is taken for something else.
#[test]
fn odd_rows() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_odd.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 10.00 fee 0.00 net 10.00 2026-05-01T01:00:00Z o=O1 \
             t=4200000000202605010000000001 for=茶,大杯,少糖",
            "3 payment done 11.00 fee 0.00 net 11.00 2026-05-01T01:01:00Z o=O2 \
             t=4200000000202605010000000002 for=坏,名字",
            "4 payment done 12.00 fee 0.00 net 12.00 2026-05-01T01:02:00Z o=O3 \
             t=4200000000202605010000000003 for=\"没有结束的引号",
            "5 reversal done 13.00 fee 0.00 net -13.00 2026-05-01T01:03:00Z o=O4 \
             t=4200000000202605010000000004 for=撤销",
            "6 other unknown 14.00 fee 0.00 net 14.00 2026-05-01T01:04:00Z o=O5 \
             t=4200000000202605010000000005 for=[SETTLING] 新状态",
            "7 payment done 15.00 fee 0.00 net 15.00 2026-05-01T01:05:00Z o=O6 for=沙箱",
            "11 refund unknown 1.00 fee 0.00 net -1.00 2026-05-01T01:09:00Z o=O10 \
             t=4200000000202605010000000010 r=50300000000000000000000000010 ro=RF10 for=[CHANGE] 退",
            "12 payment done 10.00 fee 0.00 net 10.00 2026-05-01T01:10:00Z o=O1 \
             t=4200000000202605010000000001 for=又一次",
        ]
    );
    assert_eq!(unreadable(&bill), ["8 amount", "9 time", "10 currency"]);
    assert!(
        bill.unreadable[0].text.contains("太多小数"),
        "a person sees the row: {}",
        bill.unreadable[0].text
    );
    assert_eq!(
        checks(&bill),
        [
            "rows 11 11",
            "paid 90.00 72.00 !",
            "refunded 14.00 14.00",
            "coupons_back 0.00 0.00",
            "fees 0.00000 0.00",
            "ordered 90.00 72.00 !",
            "asked_back 14.00 14.00",
            "ids 0 1 !",
        ]
    );
    let keys: std::collections::BTreeSet<_> = bill.rows.iter().map(|row| &row.key).collect();
    assert_eq!(keys.len(), bill.rows.len(), "two rows stay two");
}

#[test]
fn copies_that_went_through_a_spreadsheet() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_resaved.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 10.00 fee 0.00 net 10.00 2026-05-01T01:00:00Z o=O1 \
          t=4200000000202605010000000001 for=茶, 大杯"
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );
    assert_eq!(bill.checks.len(), 7);

    let bill =
        read_bytes(include_bytes!("../fixtures/wechat/trade_ticked_header.csv")).expect("reads");
    assert_eq!(bill.rows.len(), 1);
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );

    let bill = read_bytes(include_bytes!("../fixtures/wechat/trade_unionpay.csv")).expect("reads");
    assert_eq!(bill.platform, Platform::UNIONPAY);
    assert_eq!(
        bill.rows[0].ids.transaction.as_deref(),
        Some("4200002468202605013344556677")
    );
}

/// A bill that was cut says so, whatever its rows say.
#[test]
fn a_cut_bill_says_so() {
    let whole = include_bytes!("../fixtures/wechat/trade_all.csv");
    let text = std::str::from_utf8(whole).expect("UTF-8");
    let cut = text.split("总交易单数").next().expect("the rows");
    let bill = read_bytes(cut.as_bytes()).expect("reads");
    assert_eq!(
        (bill.rows.len(), checks(&bill)),
        (2, vec!["complete yes no !".to_owned()])
    );
    let without_first: Vec<&str> = text
        .lines()
        .enumerate()
        .filter(|(i, _)| *i != 1)
        .map(|(_, l)| l)
        .collect();
    let bill = read_bytes(without_first.join("\n").as_bytes()).expect("reads");
    assert!(
        checks(&bill).contains(&"rows 2 1 !".to_owned()),
        "{:?}",
        checks(&bill)
    );
}

/// Amounts have no sign there: one that has is a misread one, and no sale of the opposite.
#[test]
fn a_minus_is_no_sale() {
    let day = include_str!("../fixtures/wechat/trade_all.csv");
    let bill = read_bytes(day.replace("`12.80,", "`-12.80,").as_bytes()).expect("reads");
    assert_eq!(
        (bill.rows.len(), unreadable(&bill)),
        (1, vec!["2 amount".to_owned()])
    );
    let day = include_str!("../fixtures/wechat/fund.csv");
    let bill = read_bytes(day.replace("`收入,`12.80", "`收入,`-12.80").as_bytes()).expect("reads");
    assert_eq!(
        (bill.rows.len(), unreadable(&bill)),
        (1, vec!["2 amount".to_owned()])
    );
}

#[test]
fn fund_bills() {
    let bill = read_bytes(include_bytes!("../fixtures/wechat/fund.csv")).expect("reads");
    assert_eq!(bill.kind, StatementKind::WechatFund);
    assert_eq!(period(&bill).as_deref(), Some(MAY_DAY));
    assert_eq!(
        rows(&bill),
        [
            "2 payment done 12.80 net 12.80 2026-05-01T01:30:15Z o=SHOP20260501093000001 \
             t=4200002468202605013344556677",
            "3 fee done 0.08 net -0.08 2026-05-01T01:30:15Z o=SHOP20260501093000001 \
             t=4200002468202605013344556677",
        ]
    );
    assert_eq!(
        checks(&bill),
        [
            "balance 112.72 112.72",
            "rows 2.0 2",
            "in_rows 1.0 1",
            "out_rows 1.0 1",
            "in 12.80 12.80",
            "out 0.08 0.08",
        ]
    );

    let bill = read_bytes(include_bytes!("../fixtures/wechat/fund_more.csv")).expect("reads");
    assert_eq!(
        rows(&bill),
        [
            "2 refund done 5.00 net -5.00 2026-05-02T02:15:42Z r=50302468202605013399887766554 \
             ro=REF20260501101500001 for=第一行 第二行, 逗号",
            "3 fee done 0.03 net 0.03 2026-05-02T02:15:42Z r=50302468202605013399887766554 \
             ro=REF20260501101500001",
            "4 payout done 100.00 net -100.00 2026-05-02T04:00:00Z t=300000000120260502",
            "5 other unknown 1.00 net 1.00 2026-05-02T05:00:00Z t=300000000120260503 for=[新类型]",
        ]
    );
    assert!(
        bill.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&bill)
    );

    // A row is missing between the two, and the summary too.
    let bill = read_bytes(include_bytes!("../fixtures/wechat/fund_gap.csv")).expect("reads");
    assert_eq!(
        checks(&bill),
        ["balance 115.80 113.80 !", "complete yes no !"]
    );
}

#[test]
fn personal_exports() {
    let export = read_bytes(include_bytes!("../fixtures/wechat/personal.csv")).expect("reads");
    assert_eq!(export.kind, StatementKind::WechatPersonal);
    assert_eq!(export.account.as_deref(), Some("小茶馆"));
    assert_eq!(period(&export).as_deref(), Some(MAY_DAY));
    assert_eq!(
        rows(&export),
        [
            "18 payment done 23.00 net 23.00 2026-05-01T11:29:00Z t=1000039801202605010001 by=张三 \
             for=收款方备注:二维码收款",
            "19 payout done 100.10 fee 0.10 net -100.10 2026-05-01T12:00:00Z t=207260501100000001 \
             by=招商银行(1234)",
        ]
    );
    assert_eq!(
        checks(&export),
        [
            "rows 2 2",
            "in_rows 1 1",
            "in 23.00 23.00",
            "out_rows 0 0",
            "out 0.00 0.00",
            "other_rows 1 1",
            "other 100.10 100.10",
            "period 0 0",
        ]
    );

    let sheet = read_bytes(include_bytes!("../fixtures/wechat/personal.xlsx")).expect("reads");
    assert_eq!(
        rows(&sheet),
        [
            "19 payment done 23.10 net 23.10 2026-05-01T11:29:00Z t=1000039801202605010001 by=张三 \
             for=收款方备注:二维码收款",
            "20 payment done 0.20 net 0.20 2026-05-01T11:30:00Z t=1000039801202605010002 by=李四",
            "21 payout done 100.10 fee 0.10 net -100.10 2026-05-01T12:00:00Z t=207260501100000001 \
             by=招商银行(1234)",
        ]
    );
    assert!(
        sheet.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&sheet)
    );
    assert_eq!(sheet.checks.len(), 8);
}

/// A refund is a state of its sale there; withdrawals and purchases are no sales.
#[test]
fn what_hides_in_a_personal_export() {
    let export = read_bytes(include_bytes!("../fixtures/wechat/personal_more.csv")).expect("reads");
    assert_eq!(
        rows(&export),
        [
            "19 payment done 1000.00 net 1000.00 2026-05-01T00:00:00Z t=1000039801202605010011 by=李四 for=收款",
            "20 payment done 20.00 net 20.00 2026-05-01T00:10:00Z t=1000039801202605010012 by=王\"五",
            "20 refund done 20.00 net -20.00 2026-04-30T16:00:00Z (day) t=1000039801202605010012 by=王\"五 \
             for=[已全额退款]",
            "21 payment done 10.01 net 10.01 2026-05-01T00:20:00Z t=1000039801202605010013 by=赵六",
            "21 refund done 1.51 net -1.51 2026-04-30T16:00:00Z (day) t=1000039801202605010013 by=赵六 \
             for=[已退款(￥1.51)]",
            "22 other done 50.00 net 50.00 2026-05-01T00:30:00Z o=M1 t=1000039801202605010014 by=平台 \
             for=[商户消费] 结算",
            "23 payment unknown 50.00 net 50.00 2026-05-01T00:40:00Z t=1000039801202605010015 by=钱七 \
             for=[新的状态]",
            "24 other done 9.90 net -9.90 2026-05-01T00:50:00Z t=1000039801202605010016 by=超市 \
             for=[扫二维码付款] 牛奶, 面包",
            "25 other done 10.00 2026-05-01T01:00:00Z t=1000039801202605010017 for=[转入零钱通-来自零钱]",
            "26 payout failed 50.00 2026-05-01T01:10:00Z t=1000039801202605010018 by=招商银行(1234)",
        ]
    );
    assert!(
        export.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&export)
    );
}

/// Two days' bills, one behind the other: the second day's rows are not taken for anything, and not lost either.
#[test]
fn what_follows_a_summary_is_shown() {
    let day = include_str!("../fixtures/wechat/trade_all.csv");
    let bill = read_bytes(format!("{day}{day}").as_bytes()).expect("reads");
    assert_eq!(bill.rows.len(), 2);
    assert_eq!(bill.unreadable.len(), 5);
    assert!(checks(&bill).contains(&"rows 2 2".to_owned()));
    let day = include_str!("../fixtures/wechat/fund.csv");
    let bill = read_bytes(format!("{day}{day}").as_bytes()).expect("reads");
    assert_eq!((bill.rows.len(), bill.unreadable.len()), (2, 5));
}

proptest! {
    /// Whatever a goods name is, no row is lost, none comes twice, and no amount is another's; and a bill of which a
    /// row is missing never passes its own checks.
    #[test]
    fn goods_names_do_no_harm(
        sales in prop::collection::vec(("[a-z,`\"'0-9.; ]{0,24}", "[a-z,`\"0-9. ]{0,12}", 1_i64..1_000_000), 1..12),
        lost in any::<prop::sample::Index>(),
    ) {
        let whole = include_str!("../fixtures/wechat/trade_all.csv");
        let mut lines = whole.lines();
        let (header, _, _, summary) = (lines.next().expect("a header"), lines.next(), lines.next(), lines.next());
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        let rows: Vec<String> = sales.iter().enumerate().map(|(n, (goods, attach, fen))| {
            format!(
                "`2026-05-01 09:30:15,`wx8,`1900000109,`0,`till,`42{n:025}7,`SHOP{n},`o,`NATIVE,`SUCCESS,`OTHERS,`CNY,\
                 `{amount},`0.00,`0,`0,`0.00,`0.00,`,`,`{goods},`{attach},`0.00000,`0.60%,`{amount},`0.00,`",
                amount = yuan(*fen)
            )
        }).collect();
        let sum = yuan(sales.iter().map(|(_, _, fen)| fen).sum());
        let end = format!("{}\n`{},`{sum},`0.00,`0.00,`0.00000,`{sum},`0.00\n", summary.expect("a summary"), rows.len());
        let bill = read_bytes(format!("{header}\n{}\n{end}", rows.join("\n")).as_bytes()).expect("reads");
        prop_assert_eq!(bill.unreadable.len(), 0, "{:?}", bill.unreadable);
        let found: Vec<_> = bill.rows.iter().map(|row| (row.ids.order.clone().unwrap_or_default(), row.amount.minor())).collect();
        let told: Vec<_> = sales.iter().enumerate().map(|(n, (_, _, fen))| (format!("SHOP{n}"), *fen)).collect();
        prop_assert_eq!(found, told);
        prop_assert!(bill.checks.iter().all(|check| check.holds), "{:?}", bill.checks);

        let mut fewer = rows.clone();
        fewer.remove(lost.index(rows.len()));
        let bill = read_bytes(format!("{header}\n{}\n{end}", fewer.join("\n")).as_bytes()).expect("reads");
        prop_assert!(bill.checks.iter().any(|check| !check.holds), "{:?}", bill.checks);
    }
}
