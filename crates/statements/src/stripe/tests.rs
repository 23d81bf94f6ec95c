//! Stripe's reports with answers worked out by hand.

use super::*;
use crate::file::Limits;

fn read_file(bytes: &[u8]) -> Statement {
    let table = Table::read(bytes, &Limits::default()).expect("a table");
    assert!(looks(&table));
    let defaults = Defaults {
        currency: Currency::EUR,
        zone: "Europe/Berlin".to_owned(),
    };
    read(&table, &defaults).expect("a statement")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

#[test]
fn reads_what_is_in_a_payout() {
    let read = read_file(include_bytes!("../fixtures/stripe/payout.csv"));
    assert_eq!(read.kind, StatementKind::StripePayout);
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| {
            (
                r.kind,
                r.amount.minor(),
                r.fee,
                r.net,
                r.key.as_str(),
                r.batch.as_deref(),
            )
        })
        .collect();
    let batch = Some("po_A");
    assert_eq!(
        told,
        [
            (
                RowKind::Payment,
                3000,
                Some(70),
                Some(2930),
                "txn_A1",
                batch
            ),
            (RowKind::Refund, 1000, Some(0), Some(-1000), "txn_A2", batch),
            (RowKind::Payout, 1930, Some(0), Some(-1930), "po_A", batch),
        ]
    );
    assert_eq!(read.rows[0].when.at, at("2026-05-04T07:12:09Z"));
    assert_eq!(read.rows[0].ids.transaction.as_deref(), Some("pi_A1"));
    assert_eq!(read.rows[1].ids.transaction.as_deref(), Some("pi_A1"));
    assert_eq!(read.rows[1].ids.refund.as_deref(), Some("re_A1"));
    assert_eq!(read.rows[0].text.as_deref(), Some("Order 77 ch_A1"));
    // Of the column without a zone, in the shop's.
    assert_eq!(read.rows[2].settled_at, Some(at("2026-05-05T22:00:00Z")));
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    assert_eq!(
        (
            check.what.as_str(),
            check.stated.as_str(),
            check.found.as_str(),
            check.holds
        ),
        ("net", "19.30", "19.30", true)
    );
    assert_eq!(read.period, None);
}

#[test]
fn reads_the_balance() {
    let read = read_file(include_bytes!("../fixtures/stripe/balance.csv"));
    assert_eq!(read.kind, StatementKind::StripeBalance);
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.state, r.amount.to_string(), r.fee, r.net))
        .collect();
    use RowKind::{Chargeback, Fee, Other, Payment};
    use RowState::{Done, Unknown};
    assert_eq!(
        told,
        [
            // 500 yen, settled in euros.
            (Payment, Done, "500 JPY".to_owned(), Some(30), Some(430)),
            // 50 reserved, 20 of it not captured: a sale of 30.
            (Payment, Done, "30.00 EUR".to_owned(), Some(100), Some(2900)),
            (Other, Done, "20.00 EUR".to_owned(), Some(0), Some(0)),
            (
                Chargeback,
                Done,
                "30.00 EUR".to_owned(),
                Some(1500),
                Some(-4500)
            ),
            (Fee, Done, "2.00 EUR".to_owned(), Some(0), Some(-200)),
            (Other, Unknown, "1.00 EUR".to_owned(), Some(0), Some(100)),
            (Payment, Done, "1.00 EUR".to_owned(), Some(25), Some(70)),
        ]
    );
    assert_eq!(read.rows[0].settled_in, Currency::new("EUR"));
    assert_eq!(read.rows[0].ids.order.as_deref(), Some("SHOP-1"));
    assert_eq!(
        read.rows[0].text.as_deref(),
        Some("Tea, green two lines ch_B1")
    );
    assert_eq!(read.rows[5].text.as_deref(), Some("[moon_adjustment] Odd"));
    assert_eq!(read.rows[6].ids.transaction.as_deref(), Some("ch_B7"));
    let period = read.period.expect("a period");
    assert_eq!(
        (period.from, period.until),
        (at("2026-05-04T07:00:00Z"), at("2026-05-05T10:40:00.001Z"))
    );
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    // Gross 1.00 less fee 0.25 is not 0.70.
    assert_eq!(
        (check.stated.as_str(), check.found.as_str(), check.holds),
        ("0.70", "0.75", false)
    );
}

#[test]
fn reads_the_dashboards_export_and_payouts_alone() {
    let read = read_file(include_bytes!("../fixtures/stripe/dashboard.csv"));
    assert_eq!(read.rows[0].ids.transaction.as_deref(), Some("ch_A1"));
    assert_eq!(read.rows[0].when.at, at("2026-05-04T07:12:00Z"));
    assert_eq!(
        (read.rows[1].kind, read.rows[1].key.as_str()),
        (RowKind::Payout, "po_A")
    );
    assert_eq!(read.rows[1].when.at, at("2026-05-06T12:00:00Z"));
    let read = read_file(include_bytes!("../fixtures/stripe/payouts.csv"));
    let [row] = read.rows.as_slice() else {
        panic!("{:?}", read.rows)
    };
    assert_eq!(
        (row.kind, row.key.as_str(), row.batch.as_deref(), row.net),
        (RowKind::Payout, "po_A", Some("po_A"), Some(-1930))
    );
    assert_eq!(row.settled_at, Some(at("2026-05-06T00:00:00Z")));
}

#[test]
fn a_payout_that_its_rows_do_not_make_is_told() {
    let text = include_str!("../fixtures/stripe/payout.csv").replace("-19.30", "-19.31");
    let read = read_file(text.as_bytes());
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    assert_eq!(
        (check.stated.as_str(), check.found.as_str(), check.holds),
        ("19.31", "19.30", false)
    );
}

#[test]
fn says_what_cannot_be_read() {
    let head = "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC)\n";
    for (row, reason) in [
        ("t,charge,ch,1.001,0,1.00,eur,2026-05-04 07:12", "amount"),
        ("t,charge,ch,1.00,0,1.00,euro,2026-05-04 07:12", "currency"),
        ("t,charge,ch,1.00,0,1.00,eur,soon", "time"),
        (",charge,ch,1.00,0,1.00,eur,2026-05-04 07:12", "cells"),
    ] {
        let read = read_file(format!("{head}{row}\n").as_bytes());
        assert_eq!(read.rows.len(), 0, "{row}");
        assert_eq!(read.unreadable[0].reason, reason, "{row}");
    }
}

#[test]
fn reads_the_dashboards_export_of_payments() {
    let read = read_file(include_bytes!("../fixtures/stripe/payments.csv"));
    assert_eq!(
        (read.kind, read.tells),
        (StatementKind::StripePayments, Tells::Payments)
    );
    type Told<'a> = (
        &'a str,
        RowKind,
        RowState,
        i64,
        &'a str,
        Option<i64>,
        Option<i64>,
    );
    let told: Vec<Told<'_>> = read
        .rows
        .iter()
        .map(|r| {
            let currency = match &r.ids.transaction {
                Some(_) => r.amount.currency(),
                None => panic!("{r:?}"),
            };
            let code = match currency.code() {
                "EUR" => "EUR",
                "USD" => "USD",
                _ => "JPY",
            };
            (
                r.key.as_str(),
                r.kind,
                r.state,
                r.amount.minor(),
                code,
                r.fee,
                r.net,
            )
        })
        .collect();
    use RowKind::{Payment, Refund};
    use RowState::{Done, Failed, Pending, Unknown};
    assert_eq!(
        told,
        [
            // 0.70 and 0.13 of tax on it.
            ("ch_A1", Payment, Done, 3000, "EUR", Some(83), Some(2917)),
            (
                "ch_A1:refunded",
                Refund,
                Done,
                1000,
                "EUR",
                None,
                Some(-1000)
            ),
            // Dollars that became 18.40 euros, less 0.85.
            ("ch_A2", Payment, Done, 2000, "USD", Some(85), Some(1755)),
            ("ch_A2:refunded", Refund, Done, 2000, "USD", None, None),
            ("ch_A3", Payment, Failed, 900, "EUR", None, None),
            ("ch_A4", Payment, Pending, 5000, "EUR", None, None),
            ("ch_A5", Payment, Done, 500, "JPY", None, Some(500)),
            ("ch_A6", Payment, Unknown, 700, "EUR", None, None),
        ]
    );
}

#[test]
fn a_payment_of_the_dashboards_export_has_its_numbers_and_times() {
    let read = read_file(include_bytes!("../fixtures/stripe/payments.csv"));
    let [first, refund, second, whole, ..] = &read.rows[..] else {
        panic!("{:?}", read.rows)
    };
    assert_eq!(
        (first.ids.order.as_deref(), first.ids.transaction.as_deref()),
        (Some("77"), Some("pi_A1"))
    );
    assert_eq!(
        (first.when.at, first.batch.as_deref(), first.text.as_deref()),
        (
            at("2026-05-04T07:12:09Z"),
            Some("po_A"),
            Some("Order 77 ch_A1")
        )
    );
    assert_eq!(
        (
            refund.ids.transaction.as_deref(),
            refund.when.at,
            refund.batch.as_deref()
        ),
        (Some("pi_A1"), at("2026-05-04T19:40:00Z"), None)
    );
    assert_eq!(
        (first.settled_in, second.settled_in),
        (None, Some(Currency::EUR))
    );
    // No time of its own: the day of the sale, at the shop.
    assert_eq!(
        (whole.when.at, whole.when.precision),
        (at("2026-05-03T22:00:00Z"), crate::Precision::Day)
    );
    // A spreadsheet's date; without a payment intent the charge is the number.
    let yen = &read.rows[6];
    assert_eq!(
        (yen.when.at, yen.ids.transaction.as_deref()),
        (at("2026-05-04T09:30:00Z"), Some("ch_A5"))
    );
    assert_eq!(
        read.rows[7].text.as_deref(),
        Some("[Put aside] Order 81 ch_A6")
    );
    assert_eq!(
        (
            read.unreadable.len(),
            read.unreadable[0].line,
            read.unreadable[0].reason.as_str()
        ),
        (1, 8, "amount")
    );
    let period = read.period.expect("a period");
    assert_eq!(
        (period.from, period.until),
        (at("2026-05-04T07:12:09Z"), at("2026-05-04T10:00:00.001Z"))
    );
}
