//! Receipts in the book: never at a payment's cost, never twice, never late.

use super::{by_rule::ByRule, jobs::WAITS_MS, *};
use crate::{
    receipts::rule::Rules,
    settings::{Settings, printers},
    testing::{cny, hub, news, paid},
};
use domain::{BusinessDay, DayRule, News, Seq, SourceKind, Timestamp};

const NOON: Timestamp = Timestamp(1_795_300_000_000);

fn clocks(now: Timestamp) -> Clocks {
    Clocks {
        here: now,
        hub: now,
    }
}

fn today() -> BusinessDay {
    DayRule::default().day_of(NOON)
}

fn phone(key: u64, minor: i64) -> News {
    news(SourceKind::SmsForwarder, key, Some(cny(minor)))
}

/// A new book that follows a hub from 0.
async fn fresh() -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a folder");
    let opened = Ledger::open(&dir.path().join("book.sqlite")).await;
    let ledger = opened.expect("a book");
    let visited = ledger.first_visit(&hub("hub-1"), Seq(0)).await;
    visited.expect("a log");
    (dir, ledger)
}

fn all_by_rule() -> ByRule {
    let printer = serde_json::json!({
        "id": "till", "name": "Till", "on": true,
        "target": { "at": "system", "name": "Office", "sheet": "a4" },
    });
    let mut printer: printers::PrinterSetup = serde_json::from_value(printer).expect("a printer");
    printer.by_itself.payments = printers::Printed::All;
    ByRule(Rules::of(&Settings {
        printers: vec![printer],
        ..Default::default()
    }))
}

#[tokio::test]
async fn a_payment_is_recorded_also_where_receipts_are_damaged() {
    let (_dir, ledger) = fresh().await;
    let broken = ledger.call(|db| Ok(db.execute_batch("DROP TABLE print_jobs")?));
    broken.await.expect("no table");
    let entries = vec![paid(1, NOON, today(), phone(1, 100))];
    let recorded = ledger
        .record_with(entries, DayRule::default(), clocks(NOON), all_by_rule())
        .await;
    assert!(matches!(
        recorded.expect("recorded")[..],
        [Recorded::New(_)]
    ));
    assert_eq!(ledger.cursor().await.unwrap().after, Seq(1));
    assert_eq!(ledger.day(today()).await.unwrap().0.totals[0].paid, 100);
}

#[tokio::test]
async fn what_waited_too_long_is_no_next_receipt_and_one_on_its_way_is_not_asked_for_twice() {
    let (_dir, ledger) = fresh().await;
    let entries = vec![paid(1, NOON, today(), phone(1, 100))];
    let recorded = ledger
        .record(entries, DayRule::default(), clocks(NOON))
        .await;
    recorded.expect("recorded");
    let prints = Prints(&ledger);
    let first = prints
        .print(Of::Payment(LineId(1)), "till".to_owned(), NOON)
        .await;
    let first = first.expect("stored").expect("queued");
    for (late_ms, is_next) in [
        (0, true),
        (WAITS_MS, true),
        (WAITS_MS + 1, false),
        (-WAITS_MS - 1, false),
    ] {
        let prints = Prints(&ledger);
        let next = prints.next("till".to_owned(), NOON.plus_ms(late_ms));
        let next = next.await.expect("read");
        assert_eq!(next.is_some(), is_next, "{late_ms}");
    }
    for happening in ["'sending'", "'unknown'"] {
        let sql = format!("UPDATE print_jobs SET state = {happening}");
        let moved = ledger.call(move |db| Ok(db.execute_batch(&sql)?));
        moved.await.expect("moved");
    }
    let again = || prints.again(first.id(), "till".to_owned(), NOON);
    let Again::Queued(one) = again().await.expect("stored") else {
        panic!("queued");
    };
    assert_eq!(one.job.copy, Some(1));
    assert_eq!(again().await.expect("stored"), Again::Queued(one));
}
