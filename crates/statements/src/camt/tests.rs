//! camt files with answers worked out by hand.

use super::*;
use crate::row::{Precision, RowKind};
use domain::Timestamp;

fn defaults(zone: &str) -> Defaults {
    Defaults {
        currency: Currency::EUR,
        zone: zone.to_owned(),
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

#[test]
fn reads_version_08() {
    let bytes = include_bytes!("../fixtures/camt/v08.xml");
    assert!(looks(bytes));
    let read = read(bytes, &defaults("Europe/Berlin")).expect("a statement");
    assert_eq!(read.account.as_deref(), Some("DE89370400440532013000"));
    let [row] = read.rows.as_slice() else {
        panic!("{:?}", read.rows)
    };
    assert_eq!((row.kind, row.state), (RowKind::Payment, RowState::Done));
    assert_eq!(row.amount.to_string(), "25.00 EUR");
    assert_eq!((row.fee, row.net), (None, Some(2500)));
    assert_eq!(row.when.at, at("2026-05-03T22:00:00Z"));
    assert_eq!(row.when.precision, Precision::Day);
    assert_eq!(row.ids.order.as_deref(), Some("ORDER-77"));
    assert_eq!(row.ids.transaction.as_deref(), Some("REF9"));
    assert_eq!(row.party.as_deref(), Some("Erika Muster"));
    assert_eq!(row.text.as_deref(), Some("Tee & Kuchen"));
    let period = read.period.expect("a period");
    assert_eq!(
        (period.from, period.until),
        (at("2026-05-03T22:00:00Z"), at("2026-05-04T22:00:00Z"))
    );
    let [check] = read.checks.as_slice() else {
        panic!("{:?}", read.checks)
    };
    assert_eq!(
        (check.what.as_str(), check.stated.as_str(), check.holds),
        ("balance", "125.00", true)
    );
}

#[test]
fn reads_version_02_with_batch_charges_reversal_and_what_is_not_booked() {
    let bytes = include_bytes!("../fixtures/camt/v02.xml");
    let read = read(bytes, &defaults("Europe/Zurich")).expect("a statement");
    assert_eq!(read.account.as_deref(), Some("12-345-6"));
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| {
            (
                r.line,
                r.kind,
                r.state,
                r.amount.minor(),
                r.fee,
                r.net,
                r.ids.order.as_deref(),
            )
        })
        .collect();
    use RowKind::{Payment, Reversal};
    use RowState::{Done, Failed, Pending};
    assert_eq!(
        told,
        [
            (
                1,
                Payment,
                Done,
                1000,
                None,
                Some(1000),
                Some("RF18539007547034")
            ),
            (1, Payment, Done, 2000, None, Some(2000), Some("SHOP-2")),
            (1, Payment, Done, 3000, None, Some(3000), Some("SHOP-3")),
            (2, Payment, Done, 2000, Some(50), Some(1950), Some("SHOP-4")),
            (3, Reversal, Done, 1000, None, Some(-1000), None),
            (4, Payment, Pending, 700, None, Some(700), None),
            (5, Payment, Failed, 900, None, None, None),
        ]
    );
    assert_eq!(read.rows[3].when.at, at("2026-05-05T09:12:13Z"));
    assert_eq!(read.rows[3].when.precision, Precision::Second);
    assert_eq!(
        (read.unreadable.len(), read.unreadable[0].reason.as_str()),
        (1, "amount")
    );
    // -50 + 60 + 19.50 - 10 = 19.50
    assert!(read.checks.iter().all(|c| c.holds), "{:?}", read.checks);
    assert_eq!(read.checks[0].found, "19.50");
    let keys: BTreeSet<&str> = read.rows.iter().map(|r| r.key.as_str()).collect();
    assert_eq!(keys.len(), read.rows.len());
}

#[test]
fn reads_notifications_and_currencies_without_cents() {
    let bytes = include_bytes!("../fixtures/camt/v054-yen.xml");
    let read = read(bytes, &defaults("Asia/Tokyo")).expect("a statement");
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.amount.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            (RowKind::Payment, "500 JPY".to_owned()),
            (RowKind::Fee, "30 JPY".to_owned()),
            (RowKind::Chargeback, "1.234 KWD".to_owned()),
        ]
    );
    assert_eq!(read.rows[0].when.at, at("2026-05-04T01:15:00Z"));
    assert_eq!(read.rows[0].settled_at, Some(at("2026-05-03T15:00:00Z")));
    assert_eq!(
        read.period, None,
        "a notification does not say that there was nothing else"
    );
}

#[test]
fn a_balance_that_does_not_fit_is_told() {
    let text = include_str!("../fixtures/camt/v08.xml").replace("125.00", "125.01");
    let read = read(text.as_bytes(), &defaults("UTC")).expect("a statement");
    assert_eq!(read.rows.len(), 1);
    assert_eq!(
        (
            read.checks[0].stated.as_str(),
            read.checks[0].found.as_str()
        ),
        ("125.01", "125.00")
    );
    assert!(!read.checks[0].holds);
}

#[test]
fn refuses_document_types_and_what_is_cut() {
    let doctype = include_bytes!("../fixtures/camt/doctype.xml");
    let whole = include_str!("../fixtures/camt/v08.xml");
    let deep = format!("<a>camt.053{}", "<b>".repeat(100));
    for (bytes, reason) in [
        (&doctype[..], "doctype"),
        (&whole.as_bytes()[..whole.len() - 60], "cut"),
        (&whole.as_bytes()[..900], "cut"),
        (b"<a>camt.053</b>", "xml"),
        (b"<a>camt.053</a>", "xml"),
        (deep.as_bytes(), "too_large"),
        (b"<Stmt><Ntry>&camt.053;</Ntry></Stmt>", "xml"),
    ] {
        assert!(looks(bytes));
        let read = read(bytes, &defaults("UTC"));
        let expected = ReadError::Broken {
            kind: StatementKind::Camt,
            reason,
        };
        assert_eq!(
            read,
            Err(expected),
            "{}",
            String::from_utf8_lossy(&bytes[..40.min(bytes.len())])
        );
    }
    assert!(!looks(b"camt.053") && !looks(b"<html>") && !looks(b""));
}
