//! OFX files with answers worked out by hand.

use super::*;
use domain::Timestamp;

fn read_in(bytes: &[u8], currency: &str, zone: &str) -> Statement {
    assert!(looks(bytes));
    let defaults = Defaults {
        currency: Currency::new(currency).expect("a currency"),
        zone: zone.to_owned(),
    };
    read(bytes, &defaults).expect("a statement")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

#[test]
fn reads_version_1_from_brazil() {
    let bytes = include_bytes!("../fixtures/ofx/brazil.ofx");
    let read = read_in(bytes, "EUR", "America/Sao_Paulo");
    assert_eq!(read.account.as_deref(), Some("12345-6"));
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.amount.to_string(), r.net, r.when.precision))
        .collect();
    use Precision::Second;
    assert_eq!(
        told,
        [
            (RowKind::Payment, "25.00 BRL".to_owned(), Some(2500), Second),
            (RowKind::Refund, "25.00 BRL".to_owned(), Some(-2500), Second),
            (RowKind::Fee, "1.90 BRL".to_owned(), Some(-190), Second),
        ]
    );
    assert_eq!(read.rows[0].when.at, at("2026-05-04T13:15:00Z"));
    assert_eq!(
        read.rows[0].ids.transaction.as_deref(),
        Some("E99999999202605041315abcdefghijk")
    );
    assert_eq!(
        read.rows[1].ids.refund.as_deref(),
        Some("D99999999202605041400abcdefghijk")
    );
    assert_eq!(
        read.rows[2].text.as_deref(),
        Some("TARIFA Tom & Jerry < Co")
    );
    assert_eq!(read.rows[0].key, "12345-6|A77|2026-05-04|2500");
    assert_eq!(read.unreadable.len(), 1);
    assert_eq!(read.unreadable[0].reason, "amount");
    let period = read.period.expect("a period");
    assert_eq!(
        (period.from, period.until),
        (at("2026-05-04T03:00:00Z"), at("2026-05-05T03:00:00Z"))
    );
    assert!(read.checks.iter().all(|c| c.holds));
}

#[test]
fn reads_version_2_whose_times_are_only_dates() {
    let bytes = include_bytes!("../fixtures/ofx/version2.ofx");
    let read = read_in(bytes, "EUR", "Asia/Tokyo");
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|r| (r.kind, r.state, r.amount.to_string(), r.when.precision))
        .collect();
    use Precision::Day;
    assert_eq!(
        told,
        [
            (RowKind::Payment, RowState::Done, "500 JPY".to_owned(), Day),
            (RowKind::Payment, RowState::Done, "500 JPY".to_owned(), Day),
            (RowKind::Other, RowState::Done, "3 JPY".to_owned(), Day),
            (
                RowKind::Payment,
                RowState::Pending,
                "7.00 USD".to_owned(),
                Day
            ),
        ]
    );
    assert_eq!(read.rows[0].when.at, at("2026-05-03T15:00:00Z"));
    assert_eq!(read.rows[0].party.as_deref(), Some("田中&太郎"));
    assert_eq!(read.rows[2].text.as_deref(), Some("<利息>"));
    assert_ne!(
        read.rows[0].key, read.rows[1].key,
        "the same number twice in a file is two payments"
    );
}

#[test]
fn says_what_is_cut_and_what_is_none() {
    let whole = include_str!("../fixtures/ofx/brazil.ofx");
    let read_cut = read_in(&whole.as_bytes()[..whole.len() - 40], "EUR", "UTC");
    assert_eq!(read_cut.rows.len(), 3);
    assert_eq!(read_cut.checks[0].what, "complete");
    assert!(!read_cut.checks[0].holds);
    let defaults = Defaults {
        currency: Currency::EUR,
        zone: "UTC".to_owned(),
    };
    for (text, reason) in [
        ("<!DOCTYPE OFX [<!ENTITY a 'b'>]><OFX>", "doctype"),
        ("OFXHEADER:100\n", "xml"),
    ] {
        let error = ReadError::Broken {
            kind: StatementKind::Ofx,
            reason,
        };
        assert_eq!(read(text.as_bytes(), &defaults), Err(error), "{text}");
    }
    assert!(!looks(b"<html>") && !looks(b""));
}

#[test]
fn amounts_with_either_mark_and_pix_numbers_as_whole_words() {
    let yen = Currency::new("JPY").expect("yen");
    for (text, currency, found) in [
        ("25.00", Currency::BRL, Ok(2500)),
        ("-25,00", Currency::BRL, Ok(-2500)),
        ("+1.234,56", Currency::BRL, Ok(123_456)),
        ("1,234.56", Currency::BRL, Ok(123_456)),
        ("500", yen, Ok(500)),
        ("500.00", yen, Ok(500)),
        ("500.5", yen, Err(Fault::Amount)),
        ("", Currency::BRL, Err(Fault::Amount)),
    ] {
        assert_eq!(minor(text, currency), found, "{text}");
    }
    let id = "E99999999202605041315abcdefghijk";
    for (text, found) in [
        (format!("PIX {id} X"), true),
        (format!("PIX:{id}."), true),
        (format!("PIX {id}9"), false),
        (format!("X{id}"), false),
        ("E".repeat(32), false),
    ] {
        assert_eq!(pix_id(&text, 'E').is_some(), found, "{text}");
    }
}
