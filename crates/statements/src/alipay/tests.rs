//! Alipay's files with answers computed by hand.

use crate::{
    read::ReadError,
    row::StatementKind,
    testing::{checks, period, read_bytes, rows, unreadable},
};

use proptest::prelude::*;

const MAY_DAY: &str = "2026-04-30T16:00:00Z 2026-05-01T16:00:00Z";

#[test]
fn trade_statements() {
    let gbk = read_bytes(include_bytes!("../fixtures/alipay/trade_gbk.csv")).expect("reads");
    assert_eq!(gbk.kind, StatementKind::AlipayTrade);
    assert_eq!(gbk.account.as_deref(), Some("20880000000000010156"));
    assert_eq!(period(&gbk).as_deref(), Some(MAY_DAY));
    assert_eq!(
        rows(&gbk),
        [
            "6 payment done 36.50 fee 0.22 net 36.28 2026-05-01T01:31:04Z o=SHOP20260501093100003 \
             t=2026050122001412340501234567 by=*三(138****1234) for=红茶+蛋糕",
            "7 refund done 10.00 fee -0.06 net -9.94 2026-05-01T02:15:12Z o=SHOP20260501093100003 \
             t=2026050122001412340501234567 ro=RF20260501101500003 by=*三(138****1234) for=红茶+蛋糕",
        ]
    );
    assert_eq!(
        checks(&gbk),
        [
            "paid_rows 1 1",
            "paid 36.50 36.50",
            "refunded_rows 1 1",
            "refunded -10.00 10.00",
            "complete yes yes",
            "period 0 0",
        ]
    );

    // The same file saved by a spreadsheet, in UTF-8: its rows are the same rows.
    let resaved =
        read_bytes(include_bytes!("../fixtures/alipay/trade_resaved.csv")).expect("reads");
    assert_eq!(rows(&resaved), rows(&gbk));
    assert_eq!(checks(&resaved), checks(&gbk));
    assert_eq!(
        resaved.rows.iter().map(|row| &row.key).collect::<Vec<_>>(),
        gbk.rows.iter().map(|row| &row.key).collect::<Vec<_>>()
    );

    let empty = read_bytes(include_bytes!("../fixtures/alipay/trade_empty.csv")).expect("reads");
    assert_eq!((empty.rows.len(), empty.unreadable.len()), (0, 0));
    assert_eq!(period(&empty).as_deref(), Some(MAY_DAY));
    assert!(empty.checks.iter().all(|check| check.holds));
}

#[test]
fn odd_trade_statements() {
    let odd = read_bytes(include_bytes!("../fixtures/alipay/trade_odd.csv")).expect("reads");
    assert_eq!(
        rows(&odd),
        [
            // The shop's own discount and a partner's share: 18.00 - 0.11 - 1.00.
            "6 payment done 20.00 fee 0.11 net 16.89 2026-05-01T01:00:01Z o=A1 \
             t=2026050122001412340500000001 by=*三(138****1234) for=茶,大杯,少糖",
            "7 other unknown 50.00 fee 0.00 net 50.00 2026-05-01T01:05:01Z o=A2 \
             t=2026050122001412340500000002 by=*三(138****1234) for=[充值] 卡",
            "8 payment done 1.00 fee 0.00 net 1.00 2026-05-01T01:06:01Z o=A3 \
             t=2026050122001412340500000003 by=*三(138****1234) for=\"引号",
        ]
    );
    assert_eq!(unreadable(&odd), ["9 amount"]);
    assert_eq!(
        checks(&odd),
        [
            "paid_rows 3 2 !",
            "paid 20.00 19.00 !",
            "complete yes no !",
            "period 0 0"
        ]
    );

    // Files in which a fee that was charged is positive: told by their sales.
    let positive =
        read_bytes(include_bytes!("../fixtures/alipay/trade_positive_fee.csv")).expect("reads");
    let figures: Vec<_> = positive.rows.iter().map(|row| (row.fee, row.net)).collect();
    assert_eq!(figures, [(Some(22), Some(3628)), (Some(-6), Some(-994))]);
    assert!(
        positive.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&positive)
    );

    let agency = read_bytes(include_bytes!("../fixtures/alipay/trade_29.csv")).expect("reads");
    assert_eq!(
        rows(&agency),
        [
            "6 payment done 295.00 fee 0.59 net 294.41 2026-05-01T01:31:04Z o=SHOP1 \
          t=2026050122001412340501234567 by=*三 for=红茶"
        ]
    );
    assert!(
        agency.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&agency)
    );
}

#[test]
fn summaries_are_no_payments() {
    for (bytes, of) in [
        (
            &include_bytes!("../fixtures/alipay/trade_summary.csv")[..],
            StatementKind::AlipayTrade,
        ),
        (
            &include_bytes!("../fixtures/alipay/balance_summary.csv")[..],
            StatementKind::AlipayBalance,
        ),
    ] {
        assert_eq!(read_bytes(bytes), Err(ReadError::Summary { of }));
    }
}

#[test]
fn balance_statements() {
    let gbk = read_bytes(include_bytes!("../fixtures/alipay/balance_gbk.csv")).expect("reads");
    assert_eq!(gbk.kind, StatementKind::AlipayBalance);
    assert_eq!(
        rows(&gbk),
        [
            "6 payment done 36.50 net 36.50 2026-05-01T01:31:04Z o=SHOP20260501093100003 \
             t=2026050122001412340501234567 by=张三 (138****1234) for=红茶+蛋糕",
            "7 fee done 0.22 net -0.22 2026-05-01T01:31:04Z o=SHOP20260501093100003 \
             t=2026050122001412340501234567 for=服务费",
        ]
    );
    assert_eq!(
        checks(&gbk),
        [
            "balance 1036.28 1036.28",
            "out_rows 1 1",
            "out -0.22 0.22",
            "in_rows 1 1",
            "in 36.50 36.50",
            "complete yes yes",
            "period 0 0",
        ]
    );

    // Four columns more, an empty one before them, and another way to write what went out.
    let later = read_bytes(include_bytes!("../fixtures/alipay/balance_16.csv")).expect("reads");
    assert_eq!(
        rows(&later),
        [
            "6 refund done 5.00 net -5.00 2026-05-01T02:00:00Z o=S2 t=2026050122001412340501234568 by=李四 for=茶",
            "7 fee done 0.03 net 0.03 2026-05-01T02:00:00Z o=S2 t=2026050122001412340501234568",
            "8 payout done 1000.00 net -1000.00 2026-05-01T03:00:00Z t=T1",
            "9 other unknown 2.00 net 2.00 2026-05-01T16:00:00Z t=T2 for=[新业务]",
        ]
    );
    assert_eq!(
        checks(&later),
        [
            "balance 33.31 33.31",
            "out_rows 2 2",
            "out 1005.00 1005.00",
            "in_rows 2 2",
            "in 2.03 2.03",
            "complete yes yes",
            // The last row is of the next day's first second.
            "period 0 1 !",
        ]
    );
}

#[test]
fn personal_exports() {
    let app = read_bytes(include_bytes!("../fixtures/alipay/personal_app.csv")).expect("reads");
    assert_eq!(app.kind, StatementKind::AlipayPersonal);
    assert_eq!(app.account.as_deref(), Some("shop@example.com"));
    assert_eq!(period(&app).as_deref(), Some(MAY_DAY));
    assert_eq!(
        rows(&app),
        [
            "19 payment done 28.50 net 28.50 2026-05-01T00:15:00Z t=20260501200040011100000000000001 by=李四 \
             for=收款",
            "20 refund done 5.00 net -5.00 2026-05-01T01:00:00Z t=20260501200040011100000000000001 \
             r=20260501200040011100000000000001_R1 by=李四 for=退款-收款",
        ]
    );
    assert!(
        app.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&app)
    );
    assert_eq!(app.checks.len(), 8);
    assert_eq!(
        app.rows[0].key, "alipay:personal:20260501200040011100000000000001",
        "its class is the owner's to change"
    );

    // The same names in another order. A closed sale that was given back did happen; what the owner got back for a
    // purchase is no refund of the shop's.
    let older = read_bytes(include_bytes!("../fixtures/alipay/personal_2021.csv")).expect("reads");
    assert_eq!(
        rows(&older),
        [
            "19 payment done 10.00 net 10.00 2026-05-01T00:15:00Z o=S1 t=20260501200040011100000000000002 by=李四 \
             for=茶",
            "20 refund done 10.00 net -10.00 2026-05-01T00:20:00Z t=20260501200040011100000000000002 \
             r=20260501200040011100000000000002_1 by=李四 for=退款-茶",
            "21 other done 8.00 net -8.00 2026-05-01T00:25:00Z t=20260501200040011100000000000003 by=超市 \
             for=[日用百货] 牛奶",
            "22 other done 8.00 net 8.00 2026-05-01T00:30:00Z t=20260501200040011100000000000003 \
             r=20260501200040011100000000000003_1 by=超市 for=退款-牛奶",
            "23 payment unknown 30.00 net 30.00 2026-05-01T00:35:00Z t=20260501200040011100000000000004 by=王五 \
             for=[全新状态] 茶",
        ]
    );
    assert!(
        older.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&older)
    );

    let web = read_bytes(include_bytes!("../fixtures/alipay/personal_web.csv")).expect("reads");
    assert_eq!(
        rows(&web),
        [
            "6 payment done 30.00 fee 0.18 net 29.82 2026-05-01T03:00:09Z o=A-77 \
             t=2026050122001412340500000001 by=李四 for=红茶",
            "6 refund done 5.00 net -5.00 2026-04-30T16:00:00Z (day) o=A-77 \
             t=2026050122001412340500000001 by=李四 for=红茶",
        ]
    );
    assert_eq!(
        checks(&web),
        [
            "rows 1 1",
            "in_rows 1 1",
            "in 30.00 30.00",
            "complete yes yes"
        ]
    );
}

proptest! {
    /// Alipay does not quote: whatever a goods name is, each amount stays its row's, and no row is lost.
    #[test]
    fn goods_names_do_no_harm(sales in prop::collection::vec(("[a-z,\"'0-9.;#+ ]{0,24}", 1_i64..1_000_000), 1..12)) {
        let gbk = include_bytes!("../fixtures/alipay/trade_gbk.csv");
        let text = encoding_rs::GB18030.decode(gbk).0.into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        let mut file = lines[..5].join("\r\n");
        for (n, (goods, fen)) in sales.iter().enumerate() {
            let row = lines[5]
                .replace("红茶+蛋糕", goods)
                .replace("36.50", &yuan(*fen))
                .replace("SHOP20260501093100003", &format!("SHOP{n}"))
                .replace("2026050122001412340501234567", &format!("2026050122001412340{n:08}7"));
            file.push_str(&format!("\r\n{row}"));
        }
        let sum: i64 = sales.iter().map(|(_, fen)| fen).sum();
        file.push_str(&format!("\r\n{}\r\n#交易合计：{}笔，商家实收共{}元\r\n#退款合计：0笔，商家实收退款共0.00元\r\n", lines[7], sales.len(), yuan(sum)));
        let read = read_bytes(file.as_bytes()).expect("reads");
        prop_assert_eq!(read.unreadable.len(), 0, "{:?}", read.unreadable);
        let found: Vec<_> = read.rows.iter().map(|row| (row.ids.order.clone().unwrap_or_default(), row.amount.minor())).collect();
        let told: Vec<_> = sales.iter().enumerate().map(|(n, (_, fen))| (format!("SHOP{n}"), *fen)).collect();
        prop_assert_eq!(found, told);
        prop_assert!(read.checks.iter().all(|check| check.holds), "{:?}", checks(&read));
    }
}
