//! Matching, told in tables: a payment or a row is one line of text, and so is what became of it.

use super::*;
use crate::{Ids, Period, Precision, Row, RowKind, RowState, StatementKind, Tells, When};
use domain::{BusinessDay, Currency, Kind, Money, Platform, Timestamp, Trust};
use proptest::prelude::*;

mod properties;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// 2026-05-04 00:00 in Beijing, a Monday.
const MONDAY: i64 = 1_777_824_000_000;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).expect("in range")
}

/// The value behind `name=` in a line.
fn word<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    line.split_whitespace()
        .find_map(|w| w.strip_prefix(name)?.strip_prefix('='))
}

/// `09:30` or `5 09:30:15` (a day of May) as an instant in Beijing.
fn clock(text: &str) -> Timestamp {
    let (day, time) = text.split_once('_').unwrap_or(("4", text));
    let mut parts = time.split(':').map(|p| p.parse::<i64>().expect("a number"));
    let mut next = || parts.next().unwrap_or(0);
    let ms = (next() * 3600 + next() * 60 + next()) * 1000;
    let day: i64 = day.parse().expect("a day of May");
    Timestamp(MONDAY + (day - 4) * DAY + ms)
}

/// `1 pay 1280 09:30 o=A t=T by=wechat phone told`
fn heard(line: &str) -> Heard {
    let mut words = line.split_whitespace();
    let id = words.next().expect("a number").parse().expect("a number");
    let kind = match words.next() {
        Some("pay") => Kind::Payment,
        Some("back") => Kind::Refund,
        other => panic!("{other:?}"),
    };
    let minor = words.next().expect("an amount");
    let when = clock(words.next().expect("a time"));
    let own = |name| word(line, name).map(str::to_owned);
    let currency =
        word(line, "in").map_or(Currency::CNY, |c| Currency::new(c).expect("a currency"));
    Heard {
        id,
        kind,
        platform: Platform::new(word(line, "by").unwrap_or("wechat")).expect("a platform"),
        order: own("o"),
        transaction: own("t"),
        refund: own("r"),
        amount: minor
            .parse()
            .ok()
            .map(|minor| Money::new(minor, currency).expect("in range")),
        at: when.plus_ms(500),
        paid_at: Some(when),
        trust: if line.contains(" phone") {
            Trust::Reported
        } else {
            Trust::Confirmed
        },
        test: line.contains(" test"),
        day: BusinessDay::parse("2026-05-04").expect("a day"),
        announced: line.contains(" told"),
    }
}

/// A row with what `RowRef` says of it.
#[derive(Debug, Clone)]
struct Told {
    id: i64,
    file: i64,
    kind: StatementKind,
    platform: Platform,
    row: Row,
}

impl Told {
    fn row(&self) -> RowRef<'_> {
        RowRef {
            id: self.id,
            statement: self.file,
            kind: self.kind,
            platform: &self.platform,
            account: None,
            row: &self.row,
        }
    }
}

/// `11 pay 1280 09:30 o=A t=T r=R ro=RO by=wechat file=1 key=K fee=7 net=1273 batch=P text=… day pending failed`
fn told(line: &str) -> Told {
    let mut words = line.split_whitespace();
    let id: i64 = words.next().expect("a number").parse().expect("a number");
    let kind = match words.next() {
        Some("pay") => RowKind::Payment,
        Some("back") => RowKind::Refund,
        Some("revoked") => RowKind::Reversal,
        Some("fee") => RowKind::Fee,
        Some("payout") => RowKind::Payout,
        Some("dispute") => RowKind::Chargeback,
        Some("other") => RowKind::Other,
        other => panic!("{other:?}"),
    };
    let minor: i64 = words.next().expect("an amount").parse().expect("an amount");
    let when = clock(words.next().expect("a time"));
    let own = |name| word(line, name).map(str::to_owned);
    let number = |name| word(line, name).map(|n| n.parse::<i64>().expect("a number"));
    let currency =
        word(line, "in").map_or(Currency::CNY, |c| Currency::new(c).expect("a currency"));
    let platform = word(line, "by").unwrap_or("wechat");
    let statement = match (word(line, "as"), platform) {
        (Some("fund"), _) => StatementKind::WechatFund,
        (Some("mapped"), _) => StatementKind::Mapped,
        (_, "bank") => StatementKind::Camt,
        (_, "stripe") => StatementKind::StripeBalance,
        _ => StatementKind::WechatTrade,
    };
    Told {
        id,
        file: number("file").unwrap_or(1),
        kind: statement,
        platform: Platform::new(platform).expect("a platform"),
        row: Row {
            line: u32::try_from(id).expect("small"),
            key: own("key").unwrap_or_else(|| format!("k{id}")),
            kind,
            state: if line.contains(" pending") {
                RowState::Pending
            } else if line.contains(" failed") {
                RowState::Failed
            } else {
                RowState::Done
            },
            ids: Ids {
                order: own("o"),
                transaction: own("t"),
                refund: own("r"),
                refund_order: own("ro"),
            },
            amount: Money::new(minor, currency).expect("in range"),
            fee: number("fee"),
            net: number("net"),
            settled_in: None,
            when: When {
                at: when,
                precision: if line.contains(" day") {
                    Precision::Day
                } else {
                    Precision::Second
                },
            },
            settled_at: None,
            batch: own("batch"),
            party: None,
            text: own("text").map(|text| text.replace('_', " ")),
        },
    }
}

/// The usual rules of a shop in Shanghai, a week later, with May's first days covered for all.
fn rules() -> Rules {
    let period = Period {
        from: clock("1_00:00"),
        until: clock("20_00:00"),
    };
    let covered = ["wechat", "alipay", "stripe", "bank"].map(|name| Covered {
        kind: StatementKind::Mapped,
        account: None,
        platform: Platform::new(name).expect("a platform"),
        period,
        tells: Tells::All,
    });
    Rules {
        covered: covered.to_vec(),
        bank_is_heard: true,
        ..Rules::usual(clock("30_00:00"), "Asia/Shanghai")
    }
}

fn run(heard: &[Heard], rows: &[Told], rules: &Rules) -> Matches {
    let rows: Vec<RowRef<'_>> = rows.iter().map(Told::row).collect();
    match_up(heard, &rows, rules, |_| Keep::Going).expect("not stopped")
}

/// What became of everything, each in one line.
fn say(matches: &Matches) -> Vec<String> {
    let mut said = Vec::new();
    for m in &matches.matched {
        let mut line = format!("{}={} {:?}", m.heard, m.row, m.by);
        if m.confirms {
            line += " confirms";
        }
        if let Some(amount) = m.amount_learnt {
            line += &format!(" learnt {}", amount.minor());
        }
        if !m.also.is_empty() {
            line += &format!(" also {:?}", m.also);
        }
        if let Some(by) = m.undone_by {
            line += &format!(" undone by {by}");
        }
        said.push(line);
    }
    for d in &matches.amount_differs {
        said.push(format!(
            "{}~{} {:?} {:?}",
            d.heard, d.row, d.by, d.difference
        ));
    }
    for d in &matches.duplicates {
        said.push(format!("twice {:?} {}={}", d.side, d.heard, d.row));
    }
    said.extend(
        matches
            .only_here
            .iter()
            .map(|o| format!("only here {}", o.heard)),
    );
    said.extend(
        matches
            .only_there
            .iter()
            .map(|o| format!("only there {}", o.row)),
    );
    said.extend(
        matches
            .pending
            .iter()
            .map(|p| format!("pending {} {:?}", p.heard, p.waiting)),
    );
    said.extend(
        matches
            .suggestions
            .iter()
            .map(|s| format!("maybe {}={}", s.heard, s.row)),
    );
    said.extend(
        matches
            .reversed
            .iter()
            .map(|r| format!("reversed {} by {} {:?}", r.of, r.row, r.heard)),
    );
    said.extend(
        matches
            .aside
            .iter()
            .map(|a| format!("aside {} {:?}", a.row, a.why)),
    );
    said
}

fn expect(name: &str, lines: &[&str], rows: &[&str], expected: &[&str], rules: &Rules) {
    let heard: Vec<Heard> = lines.iter().map(|l| heard(l)).collect();
    let rows: Vec<Told> = rows.iter().map(|l| told(l)).collect();
    assert_eq!(say(&run(&heard, &rows, rules)), expected, "{name}");
}

/// What it is about, payments, rows, what becomes of them.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

fn expect_all(cases: &[Case]) {
    for (name, heard, rows, expected) in cases {
        expect(name, heard, rows, expected, &rules());
    }
}

const NUMBERS: &[Case] = &[
    (
        "by order number, whatever the time",
        &["1 pay 1280 09:30 o=A t=T"],
        &["11 pay 1280 23:30 o=A t=T"],
        &["1=11 Order"],
    ),
    (
        "by the platform's number",
        &["1 pay 1280 09:30 t=T"],
        &["11 pay 1280 09:30 o=A t=T"],
        &["1=11 Transaction"],
    ),
    (
        "what is collected in WeCom stands in WeChat Pay's bill",
        &[
            "1 pay 1280 09:30 by=wechat_work phone",
            "2 pay 5 09:30 by=wechat_work",
        ],
        &["11 pay 1280 09:30 o=A t=T"],
        &["1=11 Time confirms", "only here 2"],
    ),
    (
        "two payments of one order are told apart by the platform's number",
        &["1 pay 1280 09:30 o=A t=T1", "2 pay 1280 09:40 o=A t=T2"],
        &["11 pay 1280 09:50 o=A t=T1", "12 pay 1280 09:20 o=A t=T2"],
        &["1=11 Order", "2=12 Order"],
    ),
    (
        "a notice without numbers is paired by amount and time, and confirmed",
        &["1 pay 1280 09:30 phone"],
        &["11 pay 1280 09:34:59 o=A t=T"],
        &["1=11 Time confirms"],
    ),
    (
        "not beyond five minutes: then it is suggested",
        &["1 pay 1280 09:30 phone"],
        &["11 pay 1280 09:35:01 o=A t=T"],
        &["only here 1", "only there 11", "maybe 1=11"],
    ),
    (
        "two equal payments stay two",
        &["1 pay 1280 09:30 phone", "2 pay 1280 09:31 phone"],
        &[
            "11 pay 1280 09:30:10 t=A",
            "12 pay 1280 09:31:10 t=B",
            "13 pay 1280 09:31:20 t=C",
        ],
        &["1=11 Time confirms", "2=12 Time confirms", "only there 13"],
    ),
    (
        "numbers that can be compared and differ are two sales",
        &["1 pay 1280 09:30 o=A t=T1"],
        &["11 pay 1280 09:30 o=B t=T2"],
        &["only here 1", "only there 11"],
    ),
    (
        "another platform, kind, currency or amount is another sale",
        &[
            "1 pay 1280 09:30",
            "2 pay 1280 09:30 by=alipay",
            "3 back 500 09:30",
            "4 pay 100 09:30 in=JPY",
        ],
        &["11 back 1280 09:30", "12 pay 500 09:30", "13 pay 100 09:30"],
        &[
            "only here 1",
            "only here 2",
            "only here 3",
            "only here 4",
            "only there 11",
            "only there 12",
            "only there 13",
        ],
    ),
    (
        "the amount differs",
        &["1 pay 1280 09:30 o=A t=T"],
        &["11 pay 1200 09:30 o=A t=T"],
        &["1~11 Order Some(-80)"],
    ),
    (
        "in another currency it differs by nothing that can be said",
        &["1 pay 1280 09:30 o=A"],
        &["11 pay 1280 09:30 o=A in=JPY"],
        &["1~11 Order None"],
    ),
    (
        "the amount is learnt",
        &["1 pay ? 09:30 o=A phone"],
        &["11 pay 1280 09:30 o=A"],
        &["1=11 Order confirms learnt 1280"],
    ),
    (
        "an amount that was not given is suggested",
        &["1 pay ? 09:30 phone"],
        &["11 pay 1280 09:31 t=T"],
        &["only here 1", "only there 11", "maybe 1=11"],
    ),
    (
        "tests are not there",
        &["1 pay 1280 09:30 test"],
        &["11 pay 1280 09:30"],
        &["only there 11"],
    ),
];

#[test]
fn numbers_then_texts_then_time() {
    expect_all(NUMBERS);
}

const REFUNDS: &[Case] = &[
    (
        "by the platform's refund number, days later",
        &["1 back 500 09:30 o=A t=T r=R1"],
        &["11 back 500 2_09:30 o=A t=T r=R1"],
        &["1=11 Refund"],
    ),
    (
        "by the shop's",
        &["1 back 500 09:30 r=RO"],
        &["11 back 500 09:30 t=T r=R1 ro=RO"],
        &["1=11 Refund"],
    ),
    (
        "with another amount it differs",
        &["1 back 500 09:30 r=R1"],
        &["11 back 350 09:30 r=R1"],
        &["1~11 Refund Some(-150)"],
    ),
    (
        "partial refunds of one order, each to its own",
        &[
            "1 back 500 09:30 o=A",
            "2 back 300 09:40 o=A",
            "3 back 500 09:50 o=A",
        ],
        &[
            "11 back 300 09:40 o=A r=R2",
            "12 back 500 09:50 o=A r=R3",
            "13 back 500 09:30 o=A r=R1",
        ],
        &["1=13 Order", "2=11 Order", "3=12 Order"],
    ),
    (
        "one that has no partner is no duplicate of another",
        &["1 back 500 09:30 o=A"],
        &["11 back 500 09:30 o=A r=R1", "12 back 500 09:31 o=A r=R2"],
        &["1=11 Order", "only there 12"],
    ),
    (
        "another refund of the order a week later is not this one",
        &["1 back 500 09:30 o=A"],
        &["11 back 300 12_09:30 o=A r=R2"],
        &["only here 1", "only there 11"],
    ),
    (
        "of two refunds of an order the statement knows the later one, without a number",
        &["1 back 500 09:30 o=A r=R1", "2 back 800 12_09:30 o=A r=R2"],
        &["12 back 800 12_09:31 o=A"],
        &["2=12 Order", "only here 1"],
    ),
    (
        "a refund weeks before, of another amount, is not the one that has no number",
        &["1 back 500 09:30 o=A r=R1"],
        &["12 back 800 12_09:31 o=A"],
        &["only here 1", "only there 12"],
    ),
    (
        "nor is it where numbers say nothing",
        &["1 back 500 09:30 o=A r=R1 by=unionpay"],
        &["12 back 800 12_09:31 o=A r=X2 by=unionpay"],
        &["only there 12", "pending 1 Statement"],
    ),
    (
        "the same number is the same refund, whatever the amount and the day",
        &["1 back 500 09:30 o=A r=R1"],
        &["12 back 800 12_09:31 o=A r=R1"],
        &["1~12 Refund Some(300)"],
    ),
    (
        "a refund that is being processed counts",
        &["1 back 500 09:30 o=A"],
        &["11 back 500 09:30 o=A r=R1 pending"],
        &["1=11 Order"],
    ),
    (
        "a refund is never a payment",
        &["1 back 500 09:30 o=A"],
        &["11 pay 500 09:30 o=A"],
        &["only here 1", "only there 11"],
    ),
];

#[test]
fn refunds_by_their_own_number_and_one_to_one() {
    expect_all(REFUNDS);
}

const TWICE: &[Case] = &[
    (
        "the same row of two files counts once",
        &["1 pay 1280 09:30 o=A"],
        &[
            "11 pay 1280 09:30 o=A key=K file=1",
            "12 pay 1280 09:30 o=A key=K file=2",
        ],
        &["1=11 Order", "aside 12 Overlap { of: 11 }"],
    ),
    (
        "of two copies the one that is done counts",
        &["1 back 1280 09:30 o=A"],
        &[
            "11 back 1280 09:30 o=A key=K file=1 pending",
            "12 back 1280 09:30 o=A key=K file=2",
        ],
        &["1=12 Order", "aside 11 Overlap { of: 12 }"],
    ),
    (
        "the same row twice in one file is two",
        &["1 pay 1280 09:30 phone", "2 pay 1280 09:30 phone"],
        &[
            "11 pay 1280 09:30 key=K",
            "12 pay 1280 09:30 key=K",
            "21 pay 1280 09:30 key=K file=2",
            "22 pay 1280 09:30 key=K file=2",
        ],
        &[
            "1=11 Time confirms",
            "2=12 Time confirms",
            "aside 21 Overlap { of: 11 }",
            "aside 22 Overlap { of: 12 }",
        ],
    ),
    (
        "a fund bill tells of the same sale and the same fee",
        &["1 pay 1280 09:30 o=A t=T"],
        &[
            "11 pay 1280 09:30 o=A t=T fee=8",
            "12 pay 1200 09:30 t=T as=fund",
            "13 fee 8 09:30 t=T as=fund",
        ],
        &[
            "1=11 Order also [12]",
            "aside 12 AlsoTold { of: 11 }",
            "aside 13 NoSale",
        ],
    ),
    (
        "the fund bill alone will do",
        &["1 pay 1280 09:30 t=T"],
        &["12 pay 1280 09:30 t=T as=fund"],
        &["1=12 Transaction"],
    ),
    (
        "a second row of a paid order",
        &["1 pay 1280 09:30 o=A t=T1"],
        &["11 pay 1280 09:30 o=A t=T1", "12 pay 1280 10:30 o=A t=T2"],
        &["1=11 Order", "twice There 1=12"],
    ),
    (
        "a second line of a payment",
        &["1 pay 1280 09:30 t=T1", "2 pay 1280 09:31 t=T1"],
        &["11 pay 1280 09:30 t=T1"],
        &["1=11 Transaction", "twice Here 2=11"],
    ),
    (
        "a row with the number of a payment that is matched takes nobody else's place",
        &["1 pay 1280 09:30 t=T1", "2 pay 1280 09:31 phone"],
        &["11 pay 1280 09:30 t=T1", "12 pay 1280 09:31 t=T1 key=other"],
        &["1=11 Transaction", "twice There 1=12", "only here 2"],
    ),
    (
        "a second row of an order may be the notice's",
        &["1 pay 1280 09:30 o=A t=T1", "2 pay 1280 09:41 phone"],
        &["11 pay 1280 09:30 o=A t=T1", "12 pay 1280 09:40 o=A t=T2"],
        &["1=11 Order", "2=12 Time confirms"],
    ),
];

#[test]
fn rows_that_come_twice() {
    expect_all(TWICE);
}

const ASIDE: &[Case] = &[
    (
        "revoked",
        &["1 pay 1280 09:30 t=T"],
        &["11 pay 1280 09:30 t=T", "12 revoked 1280 09:32 t=T"],
        &["1~11 Transaction Some(-1280)", "reversed 11 by 12 Some(1)"],
    ),
    (
        "revoked, and the book has it as a refund",
        &["1 pay 1280 09:30 t=T", "2 back 1280 09:33 t=T"],
        &["11 pay 1280 09:30 t=T", "12 revoked 1280 09:32 t=T"],
        &["1=11 Transaction", "2=12 Transaction"],
    ),
    (
        "a refund of another amount is not that reversal",
        &["1 pay 1280 09:30 t=T", "2 back 500 09:33 t=T"],
        &["11 pay 1280 09:30 t=T", "12 revoked 1280 09:32 t=T"],
        &[
            "1~11 Transaction Some(-1280)",
            "only here 2",
            "reversed 11 by 12 Some(1)",
        ],
    ),
    (
        "revoked and never heard",
        &[],
        &[
            "11 pay 1280 09:30 t=T",
            "12 revoked 1280 09:32 t=T",
            "13 revoked 1280 09:32 t=T",
        ],
        &["only there 11", "only there 13", "reversed 11 by 12 None"],
    ),
    (
        "failed, fees, payouts, transfers",
        &["1 pay 1280 09:30 t=T"],
        &[
            "11 pay 1280 09:30 t=T failed",
            "12 fee 8 09:30",
            "13 payout 900 09:30",
            "14 other 5 09:30",
        ],
        &[
            "only here 1",
            "aside 11 Failed",
            "aside 12 NoSale",
            "aside 13 NoSale",
            "aside 14 NoSale",
        ],
    ),
    (
        "a chargeback names its payment",
        &["1 pay 1280 09:30 t=T"],
        &[
            "11 pay 1280 09:30 t=T",
            "12 dispute 1280 15_09:30 t=T",
            "13 dispute 1 15_09:30 t=X",
        ],
        &[
            "1=11 Transaction",
            "aside 12 Chargeback { heard: Some(1) }",
            "aside 13 Chargeback { heard: None }",
        ],
    ),
];

#[test]
fn what_is_no_sale_is_set_aside() {
    expect_all(ASIDE);
}

const BANKS: &[Case] = &[
    (
        "a number of ours as a whole word",
        &["1 pay 2500 09:30 by=pix t=E9999"],
        &[
            "11 pay 2500 00:00 day by=bank text=PIX_RECEBIDO_E9999",
            "12 pay 2500 00:00 day by=bank text=PIX_E99990",
        ],
        &["1=11 Text", "only there 12"],
    ),
    (
        "what the bank calls a reference is looked at like a text",
        &["1 pay 2500 09:30 by=bank_cn t=SHOP-1"],
        &["11 pay 2500 00:00 day by=bank o=SHOP-1 t=B1"],
        &["1=11 Text"],
    ),
    (
        "and proves nothing when it differs",
        &["1 pay 2500 09:30 by=bank_cn o=SHOP-1 t=T"],
        &["11 pay 2500 00:00 day by=bank o=MIETE t=B1"],
        &["1=11 Day"],
    ),
    (
        "the same day, the first with the first",
        &[
            "1 pay 2500 09:30 by=pix",
            "2 pay 2500 18:00 by=pix",
            "3 pay 2500 5_09:00 by=pix",
        ],
        &[
            "11 pay 2500 00:00 day by=bank",
            "12 pay 2500 00:00 day by=bank",
        ],
        &["1=11 Day", "2=12 Day", "only here 3"],
    ),
    (
        "the next banking day is a suggestion: Friday's on Monday",
        &["1 pay 2500 8_09:30 by=pix"],
        &["11 pay 2500 11_00:00 day by=bank"],
        &["only here 1", "only there 11", "maybe 1=11"],
    ),
    (
        "not booked yet",
        &["1 pay 2500 09:30 by=pix"],
        &[
            "11 pay 2500 00:00 day by=bank pending",
            "12 pay 100 00:00 day by=bank pending",
        ],
        &["pending 1 Booking { row: 11 }", "aside 12 NotBooked"],
    ),
    (
        "what is booked goes first",
        &["1 pay 2500 09:30 by=pix"],
        &[
            "11 pay 2500 00:00 day by=bank pending",
            "12 pay 2500 00:00 day by=bank",
        ],
        &["1=12 Day", "aside 11 NotBooked"],
    ),
];

#[test]
fn banks_know_dates_and_the_payers_words() {
    expect_all(BANKS);
    let deaf = Rules {
        bank_is_heard: false,
        ..rules()
    };
    expect(
        "rent",
        &[],
        &["11 pay 2500 00:00 day by=bank"],
        &["aside 11 NotHeard"],
        &deaf,
    );
}

enum Awaits {
    Until(&'static str),
    File,
}
use Awaits::{File, Until};

/// Payment, now, whether Monday's WeChat bill is loaded, what it waits for.
const RELEASES: &[(&str, &str, bool, Option<Awaits>)] = &[
    (
        "1 pay 1 12:00",
        "5_09:59",
        false,
        Some(Until("2026-05-05T02:00:00Z")),
    ),
    ("1 pay 1 12:00", "5_10:00", false, Some(File)),
    ("1 pay 1 12:00", "5_10:00", true, None),
    // The last minutes may stand in the next day's file.
    ("1 pay 1 23:57", "6_10:00", true, Some(File)),
    ("1 pay 1 00:03", "6_10:00", true, Some(File)),
    // A refund may have been started three days before.
    ("1 back 1 12:00", "6_10:00", true, Some(File)),
    (
        "1 pay 1 12:00 by=alipay",
        "5_09:00",
        true,
        Some(Until("2026-05-05T02:00:00Z")),
    ),
    (
        "1 pay 1 12:00 by=stripe",
        "5_09:00",
        false,
        Some(Until("2026-05-05T04:00:00Z")),
    ),
    // Monday's is booked on Tuesday at the latest, Friday's on Monday.
    (
        "1 pay 1 12:00 by=pix",
        "5_23:00",
        false,
        Some(Until("2026-05-05T16:00:00Z")),
    ),
    (
        "1 pay 1 8_12:00 by=pix",
        "9_12:00",
        false,
        Some(Until("2026-05-11T16:00:00Z")),
    ),
    (
        "1 pay 1 12:00 by=mpesa",
        "4_13:00",
        false,
        Some(Until("2026-05-05T02:00:00Z")),
    ),
];

#[test]
fn of_several_accounts_all_have_to_cover_a_payment_that_names_none() {
    use StatementKind::{WechatFund, WechatTrade};
    // (what statements are loaded: kind, account, days from and until, whether the payment of the 4th is missing)
    let none: Option<&str> = None;
    let (a, b) = (Some("1900000109"), Some("1900000208"));
    type Loaded<'a> = (StatementKind, Option<&'a str>, &'a str, &'a str);
    let cases: [(&[Loaded<'_>], bool); 7] = [
        (&[(WechatTrade, a, "4_00:00", "5_00:00")], true),
        (
            &[
                (WechatTrade, a, "4_00:00", "5_00:00"),
                (WechatTrade, b, "3_00:00", "4_00:00"),
            ],
            false,
        ),
        (
            &[
                (WechatTrade, a, "4_00:00", "5_00:00"),
                (WechatTrade, b, "3_00:00", "5_00:00"),
            ],
            true,
        ),
        // Another sort names its account in another way.
        (
            &[
                (WechatTrade, a, "4_00:00", "5_00:00"),
                (WechatFund, b, "3_00:00", "4_00:00"),
            ],
            true,
        ),
        // One without a name stands for all.
        (
            &[
                (WechatTrade, none, "4_00:00", "5_00:00"),
                (WechatTrade, b, "3_00:00", "4_00:00"),
            ],
            true,
        ),
        (&[(WechatTrade, b, "3_00:00", "4_00:00")], false),
        (&[], false),
    ];
    let covered = |(kind, account, from, until): &Loaded<'_>| Covered {
        kind: *kind,
        platform: Platform::WECHAT,
        account: account.map(str::to_owned),
        period: Period {
            from: clock(from),
            until: clock(until),
        },
        tells: Tells::All,
    };
    for (loaded, missing) in cases {
        let mut rules = Rules {
            covered: loaded.iter().map(covered).collect(),
            ..Rules::usual(clock("30_00:00"), "Asia/Shanghai")
        };
        let payment = [heard("1 pay 1 12:00")];
        let made = run(&payment, &[], &rules);
        assert_eq!(made.only_here.len(), usize::from(missing), "{loaded:?}");
        // An account that was given up makes nobody wait.
        let mut old = covered(&(WechatTrade, Some("old"), "1_00:00", "2_00:00"));
        let before = |at: Timestamp| at.plus_ms(-90 * 86_400_000);
        old.period = Period {
            from: before(old.period.from),
            until: before(old.period.until),
        };
        rules.covered.push(old);
        let again = run(&payment, &[], &rules);
        assert_eq!(again.only_here.len(), usize::from(missing), "{loaded:?}");
    }
}

#[test]
fn before_the_release_and_without_a_statement_a_payment_is_pending() {
    let monday = Covered {
        kind: StatementKind::WechatTrade,
        account: None,
        platform: Platform::WECHAT,
        period: Period {
            from: clock("4_00:00"),
            until: clock("5_00:00"),
        },
        tells: Tells::All,
    };
    for (line, now, loaded, waiting) in RELEASES {
        let waiting = waiting.as_ref().map(|waiting| match waiting {
            Until(text) => Waiting::Release { until: at(text) },
            File => Waiting::Statement,
        });
        let rules = Rules {
            covered: if *loaded {
                vec![monday.clone()]
            } else {
                Vec::new()
            },
            ..Rules::usual(clock(now), "Asia/Shanghai")
        };
        let matches = run(&[heard(line)], &[], &rules);
        assert_eq!(
            matches.pending.first().map(|p| p.waiting),
            waiting,
            "{line} {now}"
        );
        assert_eq!(
            matches.only_here.len(),
            usize::from(waiting.is_none()),
            "{line} {now}"
        );
    }
}

#[test]
fn a_file_of_payments_alone_says_nothing_of_refunds() {
    let mut rules = rules();
    for covered in &mut rules.covered {
        covered.tells = Tells::Payments;
    }
    expect(
        "refund",
        &["1 back 1 10_12:00", "2 pay 1 10_12:00"],
        &[],
        &["only here 2", "pending 1 Statement"],
        &rules,
    );
    for covered in &mut rules.covered {
        covered.tells = Tells::Refunds;
    }
    expect(
        "payment",
        &["1 back 1 10_12:00", "2 pay 1 10_12:00"],
        &[],
        &["only here 1", "pending 2 Statement"],
        &rules,
    );
}

#[test]
fn beyond_the_span_partners_are_found_and_nothing_is_told() {
    let rules = Rules {
        span: Some(Period {
            from: clock("4_04:00"),
            until: clock("5_04:00"),
        }),
        ..rules()
    };
    expect(
        "margin",
        &[
            "1 pay 1 4_03:59 o=A",
            "2 pay 2 4_04:00 o=B",
            "3 pay 3 5_04:00",
            "4 pay 4 5_03:59 o=D",
        ],
        &[
            "11 pay 1 4_04:01 o=A",
            "12 pay 2 4_03:58 o=B",
            "13 pay 9 3_23:00",
            "14 pay 8 5_01:00",
            "15 pay 4 5_04:01 o=D",
        ],
        &[
            "2=12 Order",
            "4=15 Order",
            "only there 14",
            "aside 13 Margin",
            "aside 11 Margin",
        ],
        &rules,
    );
}

#[test]
fn a_payout_is_explained_and_found_at_the_bank() {
    let rows = [
        "11 pay 3000 09:30 t=pi_1 by=stripe batch=po_A fee=70 net=2930",
        "12 back 1000 10:30 t=pi_1 r=re_1 by=stripe batch=po_A fee=0 net=-1000",
        "13 dispute 500 10:30 t=pi_0 by=stripe batch=po_A fee=150 net=-650",
        "14 fee 20 10:30 by=stripe batch=po_A net=-20",
        "15 other 5 10:30 by=stripe batch=po_A net=5",
        "16 payout 1265 6_00:00 by=stripe batch=po_A net=-1265",
        "17 payout 500 6_00:00 by=stripe batch=po_B net=-500",
        "18 pay 400 5_00:00 by=stripe batch=po_B net=400",
        "21 pay 1265 7_00:00 day by=bank",
        "22 pay 1265 8_00:00 day by=bank text=STRIPE_PAYMENTS",
        "23 pay 1265 9_00:00 day by=bank",
        "24 pay 500 5_00:00 day by=bank text=stripe",
    ];
    let rows: Vec<Told> = rows.iter().map(|l| told(l)).collect();
    let heard = [heard("1 pay 3000 09:30 t=pi_1 by=stripe")];
    let matches = run(&heard, &rows, &rules());
    let [a, b] = matches.payouts.as_slice() else {
        panic!("{:?}", matches.payouts)
    };
    // 2930 - 1000 - 650 - 20 + 5 = 1265.
    assert_eq!(a.batch.as_deref(), Some("po_A"));
    assert_eq!(
        (a.payments, a.refunds, a.chargebacks, a.fees, a.other),
        (3000, -1000, -500, -240, 5)
    );
    assert_eq!(
        (a.stated, a.difference, a.row),
        (Some(1265), Some(0), Some(16))
    );
    // The one that names the platform, though another lies nearer.
    assert_eq!(a.arrived, Some(22));
    assert_eq!(
        a.lines.iter().map(|l| l.row).collect::<Vec<_>>(),
        [11, 12, 13, 14, 15]
    );
    assert_eq!(a.lines[0].heard, Some(1));
    // A row is missing, and the bank's row came before it left.
    assert_eq!(
        (b.stated, b.difference, b.arrived),
        (Some(500), Some(100), None)
    );
    assert!(matches.aside.contains(&Aside {
        row: 22,
        why: Why::PayoutArrived { of: Some(16) }
    }));
    let bank: Vec<i64> = matches.only_there.iter().map(|o| o.row).collect();
    assert!(bank.contains(&21) && bank.contains(&23) && bank.contains(&24) && !bank.contains(&22));
}

#[test]
fn sums_of_a_platform() {
    let heard: Vec<Heard> = [
        "1 pay 1280 09:30 t=T1 told",
        "2 pay 500 09:40 t=T2",
        "3 back 300 09:50 t=T1",
    ]
    .iter()
    .map(|l| heard(l))
    .collect();
    let rows = [
        "11 pay 1280 09:30 t=T1 fee=8 net=1272",
        "12 back 300 09:50 t=T1 r=R fee=-2 net=-298",
        "13 fee 8 09:30 t=T1 as=fund net=-8",
        "14 fee 1 09:30 t=T9 as=fund net=-1",
        "15 payout 900 09:55 net=-900",
        "16 dispute 100 09:56 fee=15 net=-115",
        "17 revoked 40 09:57 t=X",
    ];
    let rows: Vec<Told> = rows.iter().map(|l| told(l)).collect();
    let matches = run(&heard, &rows, &rules());
    let [sums] = matches.sums.as_slice() else {
        panic!("{:?}", matches.sums)
    };
    let tally = |count, minor| Tally { count, minor };
    assert_eq!(sums.payments_here, tally(2, 1780));
    assert_eq!(sums.refunds_here, tally(1, 300));
    assert_eq!(sums.announced, tally(1, 1280));
    assert_eq!(sums.payments_there, tally(1, 1280));
    assert_eq!(sums.refunds_there, tally(1, 300));
    assert_eq!(sums.matched, tally(2, 980));
    assert_eq!(sums.chargebacks, tally(1, 100));
    assert_eq!(sums.payouts, tally(1, 900));
    assert_eq!(sums.reversals, tally(1, 40));
    // 8 - 2 + 1 + 15: the fund bill's 8 is told with the sale.
    assert_eq!(sums.fees, 22);
    // 1272 - 298 - 1 - 115 - 40.
    assert_eq!(sums.net, 818);
}

#[test]
fn it_can_be_stopped() {
    let mut steps = Vec::new();
    let stopped = match_up(&[], &[], &rules(), |progress| {
        steps.push(progress.step);
        if progress.step == Step::Texts {
            Keep::Stop
        } else {
            Keep::Going
        }
    });
    assert_eq!(stopped, Err(Cancelled));
    assert_eq!(steps, [Step::Sorting, Step::Numbers, Step::Texts]);
    let mut done = Vec::new();
    let whole = match_up(&[], &[], &rules(), |progress| {
        done.push((progress.done, progress.of));
        Keep::Going
    });
    assert_eq!(whole, Ok(Matches::default()));
    assert_eq!(done.last(), Some(&(6, 6)));
    assert!(done.windows(2).all(|w| w[0].0 <= w[1].0));
}

#[test]
fn a_day_of_25_hours_is_one_day() {
    // Berlin sets its clock back on 25 October 2026: 23:30 lies 24.5 hours after midnight.
    let mut payment = heard("1 pay 2500 09:30 by=bank_de");
    payment.paid_at = Some(at("2026-10-25T22:30:00Z"));
    let mut row = told("11 pay 2500 00:00 day by=bank");
    row.row.when.at = at("2026-10-24T22:00:00Z");
    let rules = Rules {
        zone: "Europe/Berlin".to_owned(),
        ..rules()
    };
    assert_eq!(say(&run(&[payment], &[row], &rules)), ["1=11 Day"]);
}
