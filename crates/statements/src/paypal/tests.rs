//! PayPal's activity with answers worked out by hand.

use super::*;
use crate::file::Limits;

fn read_file(bytes: &[u8], zone: &str) -> Statement {
    let table = Table::read(bytes, &Limits::default()).expect("a table");
    assert!(looks(&table));
    let defaults = Defaults {
        currency: Currency::EUR,
        zone: zone.to_owned(),
    };
    read(&table, &defaults).expect("a statement")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

#[test]
fn reads_the_activity() {
    let read = read_file(
        include_bytes!("../fixtures/paypal/activity.csv"),
        "Europe/Berlin",
    );
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.state, r.amount.minor(), r.fee, r.net))
        .collect();
    use RowKind::{Other, Payment, Payout, Refund};
    use RowState::{Done, Pending, Unknown};
    assert_eq!(
        told,
        [
            (Payment, Done, 2500, Some(97), Some(2403)),
            (Refund, Done, 500, Some(-17), Some(-483)),
            (Payout, Done, 1920, Some(0), Some(-1920)),
            (Other, Pending, 900, Some(0), Some(0)),
            (Other, Unknown, 100_000, Some(0), Some(99_900)),
        ]
    );
    // A thirteenth month does not exist: days come first.
    assert_eq!(read.rows[0].when.at, at("2026-05-04T08:02:11Z"));
    let ids = |i: usize| &read.rows[i].ids;
    assert_eq!(
        (ids(0).transaction.as_deref(), ids(0).order.as_deref()),
        (Some("9XA12345AB678901C"), Some("INV-77"))
    );
    assert_eq!(
        (ids(1).transaction.as_deref(), ids(1).refund.as_deref()),
        (Some("9XA12345AB678901C"), Some("9XA12345AB678901D"))
    );
    assert_eq!(read.rows[4].text.as_deref(), Some("[Lunar Swap]"));
    assert_eq!(
        (read.unreadable.len(), read.unreadable[0].reason.as_str()),
        (1, "amount")
    );
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    assert_eq!(
        (check.stated.as_str(), check.found.as_str(), check.holds),
        ("999.00", "1000.00", false)
    );
}

#[test]
fn reads_german_names_and_commas() {
    let read = read_file(
        include_bytes!("../fixtures/paypal/german.csv"),
        "Europe/Berlin",
    );
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.amount.minor(), r.fee, r.net))
        .collect();
    assert_eq!(
        told,
        [
            (RowKind::Payment, 102_500, Some(97), Some(102_403)),
            (RowKind::Refund, 2500, Some(0), Some(-2500)),
        ]
    );
    assert!(read.rows.iter().all(|r| r.state == RowState::Done));
}

#[test]
fn finds_out_how_dates_are_written() {
    let head = "Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID\n";
    // Dates, zone, the first row's date, and whether that is certain.
    for (dates, zone, first, certain) in [
        (&["13/05/2026"][..], "CEST", "2026-05-13", true),
        (&["05/13/2026"], "CEST", "2026-05-13", true),
        (&["2026-05-04"], "CEST", "2026-05-04", true),
        // Rising only as days: 4, 5, 6 May.
        (
            &["04/05/2026", "05/05/2026", "06/05/2026", "01/06/2026"],
            "CEST",
            "2026-05-04",
            true,
        ),
        (&["04/05/2026"], "CEST", "2026-05-04", false),
        (&["04/05/2026"], "PDT", "2026-04-05", false),
        (&["05/05/2026"], "CEST", "2026-05-05", true),
    ] {
        let rows: String = dates
            .iter()
            .enumerate()
            .map(|(i, date)| {
                format!(
                    "{date},12:00:00,{zone},Website Payment,Completed,EUR,1.00,0.00,1.00,T{i}X\n"
                )
            })
            .collect();
        let read = read_file(format!("{head}{rows}").as_bytes(), "UTC");
        let date = read.rows[0].when.at.to_string();
        assert!(date.starts_with(first), "{dates:?} {zone}: {date}");
        assert_eq!(read.checks.is_empty(), certain, "{dates:?} {zone}");
    }
}

#[test]
fn zones_by_abbreviation() {
    for (zone, shop, seconds) in [
        ("PST", "America/Los_Angeles", Some(-8 * 3600)),
        ("PDT", "America/Los_Angeles", Some(-7 * 3600)),
        ("CEST", "Europe/Berlin", Some(2 * 3600)),
        ("BST", "Europe/London", Some(3600)),
        ("IST", "Europe/Dublin", Some(3600)),
        ("IST", "Asia/Kolkata", Some(5 * 3600 + 1800)),
        ("IDT", "Asia/Jerusalem", Some(3 * 3600)),
        ("CST", "Asia/Shanghai", Some(8 * 3600)),
        ("CST", "America/Chicago", Some(-6 * 3600)),
        ("GMT+08:00", "UTC", Some(8 * 3600)),
        ("GMT", "UTC", Some(0)),
        ("XYZ", "UTC", None),
        ("", "UTC", None),
    ] {
        assert_eq!(
            words::offset(zone, shop).map(Offset::seconds),
            seconds,
            "{zone} {shop}"
        );
    }
}

use jiff::tz::Offset;
