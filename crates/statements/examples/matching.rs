//! Matches 100,000 payments (or so many as the first argument says) with as many rows, in several shapes, and prints how
//! long it takes beside what sorting both lists once takes.
//!
//! `cargo run --release -p statements --example matching [payments]`

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::float_arithmetic)]

use domain::{BusinessDay, Currency, Kind, Money, Platform, Timestamp, Trust};
use statements::{
    Ids, Precision, Row, RowKind, RowState, StatementKind, When,
    matching::{Heard, Keep, Matches, RowRef, Rules, match_up},
};
use std::time::{Duration, Instant};

const START: i64 = 1_777_824_000_000;

/// How the book and the statement relate.
#[derive(Clone, Copy)]
enum Shape {
    /// Order numbers on both sides.
    Numbered,
    /// Notices without numbers against numbered rows, forty amounts, a sale every twenty seconds.
    Notices,
    /// Everything costs the same within five minutes.
    AllEqual,
    /// Everything costs the same, over days.
    EqualOverDays,
    /// A bank that knows dates and has the number in its text.
    Bank,
    /// Everything has one order number.
    OneOrder,
}

fn heard(shape: Shape, i: i64, count: i64) -> Heard {
    let at = Timestamp(START + spread(shape, i, count));
    let numbered = !matches!(
        shape,
        Shape::Notices | Shape::AllEqual | Shape::EqualOverDays
    );
    let number = if matches!(shape, Shape::OneOrder) {
        7
    } else {
        i
    };
    Heard {
        id: i,
        kind: Kind::Payment,
        platform: Platform::named(if matches!(shape, Shape::Bank) {
            "pix"
        } else {
            "wechat"
        }),
        order: numbered.then(|| format!("SHOP202605{number:020}")),
        transaction: numbered.then(|| format!("420000{i:022}")),
        refund: None,
        amount: Money::new(amount(shape, i), Currency::CNY),
        at: at.plus_ms(900),
        paid_at: Some(at),
        trust: if numbered {
            Trust::Confirmed
        } else {
            Trust::Reported
        },
        test: false,
        day: BusinessDay::parse("2026-05-04").unwrap(),
        announced: true,
    }
}

fn row(shape: Shape, i: i64, count: i64) -> Row {
    let bank = matches!(shape, Shape::Bank);
    let at = START + spread(shape, i, count) + 1500;
    let number = if matches!(shape, Shape::OneOrder) {
        7
    } else {
        i
    };
    let (at, precision) = if bank {
        (at - at.rem_euclid(86_400_000), Precision::Day)
    } else {
        (at, Precision::Second)
    };
    Row {
        line: u32::try_from(i).unwrap() + 2,
        key: format!("420000{i:022}"),
        kind: RowKind::Payment,
        state: RowState::Done,
        ids: Ids {
            order: (!bank).then(|| format!("SHOP202605{number:020}")),
            transaction: (!bank).then(|| format!("420000{i:022}")),
            ..Ids::default()
        },
        amount: Money::new(amount(shape, i), Currency::CNY).unwrap(),
        fee: Some(8),
        net: None,
        settled_in: None,
        when: When {
            at: Timestamp(at),
            precision,
        },
        settled_at: None,
        batch: None,
        party: None,
        text: Some(format!("PIX RECEBIDO 420000{i:022} tea and cake")),
    }
}

fn amount(shape: Shape, i: i64) -> i64 {
    match shape {
        Shape::AllEqual | Shape::EqualOverDays | Shape::OneOrder => 1280,
        Shape::Notices => 500 + (i * 7919) % 40 * 50,
        Shape::Numbered | Shape::Bank => 100 + (i * 7919) % 9000,
    }
}

fn spread(shape: Shape, i: i64, count: i64) -> i64 {
    match shape {
        Shape::AllEqual | Shape::OneOrder => i * 300_000 / count,
        _ => i * 20_000,
    }
}

fn matched(heard: &[Heard], rows: &[RowRef<'_>], rules: &Rules) -> (Matches, Duration, usize) {
    let mut told = 0;
    let begun = Instant::now();
    let matches = match_up(heard, rows, rules, |_| {
        told += 1;
        Keep::Going
    });
    (matches.unwrap(), begun.elapsed(), told)
}

fn main() {
    let count: i64 = std::env::args()
        .nth(1)
        .map_or(100_000, |text| text.parse().unwrap());
    for (name, shape) in [
        ("order numbers", Shape::Numbered),
        ("notices without numbers", Shape::Notices),
        ("all equal in five minutes", Shape::AllEqual),
        ("all equal over days", Shape::EqualOverDays),
        ("a bank's texts", Shape::Bank),
        ("one order number for all", Shape::OneOrder),
    ] {
        let heard: Vec<Heard> = (0..count).rev().map(|i| heard(shape, i, count)).collect();
        let rows: Vec<Row> = (0..count).map(|i| row(shape, i, count)).collect();
        let bank = Platform::named("bank");
        let kind = if matches!(shape, Shape::Bank) {
            StatementKind::Camt
        } else {
            StatementKind::WechatTrade
        };
        let platform = if matches!(shape, Shape::Bank) {
            &bank
        } else {
            &Platform::WECHAT
        };
        // Every second hundredth row is missing.
        let refs: Vec<RowRef<'_>> = rows
            .iter()
            .zip(0..)
            .filter(|(_, i)| i % 200 != 0)
            .map(|(row, id)| RowRef {
                id,
                statement: 1,
                kind,
                platform,
                account: None,
                row,
            })
            .collect();
        let rules = Rules::usual(Timestamp(START + 365 * 86_400_000), "Asia/Shanghai");
        let (matches, took, told) = matched(&heard, &refs, &rules);
        let begun = Instant::now();
        let mut left: Vec<&Heard> = heard.iter().collect();
        left.sort_by_key(|h| (h.paid_at, h.id));
        let mut right: Vec<&RowRef<'_>> = refs.iter().collect();
        right.sort_by(|a, b| (a.row.when, &a.row.key).cmp(&(b.row.when, &b.row.key)));
        let sorting = begun.elapsed();
        println!(
            "{name:<28} {count} x {}: {took:>8.1?}, {:>5.1} times sorting both once ({sorting:.1?}); {} matched, {} left, {told} times told",
            right.len(),
            took.as_secs_f64() / sorting.as_secs_f64().max(1e-9),
            matches.matched.len(),
            left.len() - matches.matched.len(),
        );
    }
}
