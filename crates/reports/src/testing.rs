//! Hand-made closings, for tests of whoever prints them.

use book::{
    LineId,
    dayend::{
        Cash, CashCount, CashMove, CashMoveKind, Closing, ClosingKind, CurrencyTotal, DayReport,
        HourTotals, LateLine, Moment, Pieces, Question, QuestionCount, QuestionKind, Questions,
        Sum, TotalGroup,
    },
};
use domain::{BusinessDay, Currency, DayRule, Kind, Platform, Timestamp};

/// An amount in yuan, in fen.
pub fn yuan(minor: i64) -> Sum {
    Sum::new(minor, Currency::CNY)
}

/// A day as it is written.
pub fn day(text: &str) -> BusinessDay {
    BusinessDay::parse(text).expect(text)
}

fn rule() -> DayRule {
    DayRule::new("Asia/Shanghai", 4).expect("a rule")
}

/// A time on Shanghai's clock.
pub fn at(text: &str) -> Moment {
    let at = Timestamp::parse_rfc3339(&format!("{text}+08:00")).expect(text);
    Moment::new(at, &rule())
}

/// So many payments and refunds in yuan.
pub fn total(payments: i32, paid: i64, refunds: i32, refunded: i64) -> CurrencyTotal {
    CurrencyTotal {
        currency: Currency::CNY,
        payments,
        refunds,
        paid: yuan(paid),
        refunded: yuan(refunded),
        net: yuan(paid - refunded),
    }
}

fn group(key: &str, total: CurrencyTotal) -> TotalGroup {
    TotalGroup {
        key: key.to_owned(),
        totals: vec![total],
        without_amount: 0,
    }
}

/// The report of a day with some of everything.
pub fn report() -> DayReport {
    let whole = total(131, 893_140, 2, 1_500);
    let hour = |hour: u8, payments: i32, paid: i64| HourTotals {
        hour,
        totals: match payments {
            0 => Vec::new(),
            _ => vec![total(payments, paid, 0, 0)],
        },
    };
    let question = |what, number: Option<u32>, amount: Option<i64>| Question {
        what,
        line: Some(LineId(7)),
        notice: None,
        at: at("2026-11-22T12:31:07"),
        platform: Some(Platform::WECHAT),
        kind: Some(Kind::Payment),
        number,
        amount: amount.map(yuan),
        late_ms: None,
    };
    DayReport {
        day: day("2026-11-22"),
        rule: rule(),
        begins: at("2026-11-22T04:00:00"),
        ends: at("2026-11-23T04:00:00"),
        running: false,
        first: Some(at("2026-11-22T06:12:44")),
        last: Some(at("2026-11-22T23:50:01")),
        totals: vec![whole.clone()],
        platforms: vec![
            group("wechat", total(78, 421_030, 0, 0)),
            group("alipay", total(49, 342_610, 2, 1_500)),
            group("stripe", total(1, 128_000, 0, 0)),
            TotalGroup {
                without_amount: 2,
                ..group("cash", total(3, 1_500, 0, 0))
            },
        ],
        collectors: vec![
            group("小王", total(100, 700_000, 0, 0)),
            group("", total(31, 193_140, 2, 1_500)),
        ],
        terminals: vec![group("desk", whole.clone())],
        hours: (4..28)
            .map(|hour_of| {
                let busy = (10..22).contains(&hour_of);
                hour(hour_of % 24, if busy { 10 } else { 0 }, 71_000)
            })
            .collect(),
        weekday_before: None,
        grand_total: vec![total(48_211, 391_204_750, 120, 210_000)],
        latency: None,
        questions: Questions {
            counts: vec![
                QuestionCount {
                    what: QuestionKind::ReportedOnly,
                    count: 2,
                },
                QuestionCount {
                    what: QuestionKind::WithoutAmount,
                    count: 1,
                },
            ],
            rows: vec![
                question(QuestionKind::ReportedOnly, Some(12), Some(1_280)),
                question(QuestionKind::ReportedOnly, Some(40), Some(5_000)),
                question(QuestionKind::WithoutAmount, Some(41), None),
            ],
        },
        closings: Vec::new(),
    }
}

fn cash() -> Cash {
    let count = |counted: &[(i64, u32)], clock: &str| CashCount {
        pieces: counted
            .iter()
            .map(|(worth, count)| Pieces {
                worth: yuan(*worth),
                count: *count,
                sum: yuan(worth * i64::from(*count)),
            })
            .collect(),
        other: None,
        total: yuan(
            counted
                .iter()
                .map(|(worth, count)| worth * i64::from(*count))
                .sum(),
        ),
        who: "小王".to_owned(),
        at: at(clock),
        blind: true,
    };
    let entry = |id, kind, minor, reason: Option<&str>, clock: &str| CashMove {
        id,
        kind,
        amount: yuan(minor),
        reason: reason.map(str::to_owned),
        who: "小王".to_owned(),
        at: at(clock),
        taken_back: None,
    };
    Cash {
        currency: Currency::CNY,
        float: yuan(30_000),
        float_carried: false,
        sales: yuan(1_500),
        refunds: yuan(0),
        takings: yuan(0),
        paid_in: yuan(0),
        paid_out: yuan(850),
        drops: yuan(0),
        expected: yuan(30_650),
        counted: Some(yuan(30_600)),
        variance: Some(yuan(-50)),
        reason: Some("找零少了五角".to_owned()),
        blind: true,
        left: Some(yuan(30_000)),
        counts: vec![
            count(&[(10_000, 2), (5_000, 2)], "2026-11-22T23:55:00"),
            count(&[(10_000, 3), (500, 1), (100, 1)], "2026-11-22T23:57:30"),
        ],
        moves: vec![
            entry(1, CashMoveKind::Float, 30_000, None, "2026-11-22T06:00:00"),
            entry(
                2,
                CashMoveKind::PaidOut,
                850,
                Some("牛奶 Milk & bread"),
                "2026-11-22T09:30:00",
            ),
        ],
    }
}

/// A closing with some of everything.
pub fn closing() -> Closing {
    let report = report();
    Closing {
        gap: None,
        number: 326,
        kind: ClosingKind::Day,
        day: report.day,
        shop: "小满便利店".to_owned(),
        terminal: "前台".to_owned(),
        opened: Some(at("2026-11-22T06:00:00")),
        opened_by: Some("小王".to_owned()),
        closed: at("2026-11-22T23:58:40"),
        closed_by: "李小满".to_owned(),
        note: Some("第二台打印机缺纸。".to_owned()),
        software: "0.1.0".to_owned(),
        through: LineId(48_331),
        taken: vec![total(132, 894_420, 2, 1_500)],
        late: vec![LateLine {
            line: LineId(48_200),
            day: day("2026-11-21"),
            at: at("2026-11-21T21:40:00"),
            received: at("2026-11-22T09:00:00"),
            platform: Platform::ALIPAY,
            kind: Kind::Payment,
            number: Some(118),
            amount: Some(yuan(1_280)),
        }],
        late_count: 1,
        late_totals: vec![total(1, 1_280, 0, 0)],
        changes: Vec::new(),
        changes_count: 0,
        changes_totals: Vec::new(),
        grand_total: report.grand_total.clone(),
        report,
        shifts: Vec::new(),
        whole_day: None,
        cash: Some(cash()),
        statements: None,
        corrected_by: Vec::new(),
        head: Some("9f2c41d07ab8e3560c1d9f2c41d07ab8e3560c1d9f2c41d07ab8e3560c1d77aa".to_owned()),
    }
}
