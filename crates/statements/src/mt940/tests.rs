//! MT940 and MT942 with answers worked out by hand.

use super::*;
use crate::row::Precision;
use domain::Timestamp;

fn read_in(bytes: &[u8], zone: &str) -> Statement {
    assert!(looks(bytes));
    let defaults = Defaults {
        currency: Currency::EUR,
        zone: zone.to_owned(),
    };
    read(bytes, &defaults).expect("a statement")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

#[test]
fn reads_a_german_statement() {
    let read = read_in(
        include_bytes!("../fixtures/mt940/german.sta"),
        "Europe/Berlin",
    );
    assert_eq!(read.account.as_deref(), Some("37040044/0532013000"));
    let [row] = read.rows.as_slice() else {
        panic!("{:?}", read.rows)
    };
    assert_eq!(
        (row.line, row.kind, row.state),
        (5, RowKind::Payment, RowState::Done)
    );
    assert_eq!(row.amount.to_string(), "25.00 EUR");
    assert_eq!(
        (row.when.at, row.when.precision),
        (at("2026-05-03T22:00:00Z"), Precision::Day)
    );
    assert_eq!(row.ids.order.as_deref(), Some("ORDER-77"));
    assert_eq!(row.ids.transaction.as_deref(), Some("BR77"));
    assert_eq!(
        (row.party.as_deref(), row.text.as_deref()),
        (Some("MUSTERMANN"), Some("Tee"))
    );
    assert_eq!(row.key, "37040044/0532013000|00121/001|125.00|2026-05-04|1");
    assert!(read.checks.iter().all(|c| c.holds), "{:?}", read.checks);
    assert_eq!(read.checks[0].what, "balance");
    let period = read.period.expect("a period");
    assert_eq!(
        (period.from, period.until),
        (at("2026-05-03T22:00:00Z"), at("2026-05-04T22:00:00Z"))
    );
}

#[test]
fn reads_pages_with_quirks() {
    let read = read_in(include_bytes!("../fixtures/mt940/pages.sta"), "UTC");
    assert_eq!(read.account.as_deref(), Some("NL91ABNA0417164300"));
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.net, r.ids.order.as_deref(), r.party.as_deref()))
        .collect();
    use RowKind::{Chargeback, Fee, Payment, Reversal};
    assert_eq!(
        told,
        [
            (Payment, Some(1250), Some("E2E-1"), Some("J JANSEN")),
            (Fee, Some(-15), None, None),
            (Reversal, Some(-1250), Some("SHOP-1"), None),
            (Payment, Some(1250), None, None),
            (Payment, Some(1250), None, None),
            (Chargeback, Some(-2000), Some("SHOP-0"), None),
        ]
    );
    assert_eq!(read.rows[5].text.as_deref(), Some("RETOUR /OCMT/EUR20,00/"));
    assert_eq!(read.rows[5].ids.transaction.as_deref(), Some("RET"));
    assert_ne!(
        read.rows[3].key, read.rows[4].key,
        "two equal lines are two payments"
    );
    assert_eq!((read.unreadable.len(), read.unreadable[0].line), (1, 22));
    // The line that could not be read is missing: 1012.35 - 12.50 + 12.50 + 12.50 - 20.00 = 1004.85.
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    assert_eq!(
        (check.stated.as_str(), check.found.as_str(), check.holds),
        ("1011.85", "1004.85", false)
    );
}

#[test]
fn reads_an_interim_report() {
    let read = read_in(
        include_bytes!("../fixtures/mt940/interim.sta"),
        "Asia/Kuwait",
    );
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.state, r.amount.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            (RowState::Done, "1.234 KWD".to_owned()),
            (RowState::Pending, "2.000 KWD".to_owned()),
        ]
    );
    let checks: Vec<_> = read
        .checks
        .iter()
        .map(|c| (c.what.as_str(), c.holds))
        .collect();
    assert_eq!(
        checks,
        [
            ("out_rows", true),
            ("out", true),
            ("in_rows", true),
            ("in", true)
        ]
    );
    assert_eq!(read.period, None, "an interim report is not the whole day");
}

#[test]
fn a_statement_without_its_end_and_one_that_begins_elsewhere_are_told() {
    let text = include_str!("../fixtures/mt940/german.sta");
    let cut = text.split(":62F:").next().expect("a head");
    let read = read_in(cut.as_bytes(), "UTC");
    let checks: Vec<_> = read
        .checks
        .iter()
        .map(|c| (c.what.as_str(), c.holds))
        .collect();
    assert_eq!(checks, [("complete", false)]);
    assert_eq!(read.rows.len(), 1);
    let next = text
        .replace("00121", "00122")
        .replace("C260503EUR100,00", "C260504EUR130,00")
        .replace("C260504EUR125,00", "C260505EUR155,00");
    let read = read_in(format!("{text}{next}").as_bytes(), "UTC");
    let checks: Vec<_> = read
        .checks
        .iter()
        .map(|c| (c.stated.as_str(), c.found.as_str(), c.holds))
        .collect();
    assert_eq!(
        checks,
        [("155.00", "155.00", true), ("125.00", "130.00", false)]
    );
}

#[test]
fn umlauts_of_windows_and_lone_fields() {
    let read = read_in(
        b":20:X\n:25:A\n:60F:C260503EUR0,\n:61:260504C1,NTRFX\n:86:f\xfcr Tee\n:62F:C260504EUR1,\n",
        "UTC",
    );
    assert_eq!(read.rows[0].text.as_deref(), Some("für Tee"));
    assert!(!looks(b":20:only") && !looks(b"") && !looks(b"a:20:\n:61:"));
}
