//! Whatever is changed behind the book's back is found, and told with its place.
#![allow(clippy::too_many_lines, reason = "a table of what somebody may do")]

mod closings;

use super::*;
use crate::testing::{cny, confirmed, day, hub, news, paid, unread};
use crate::{Clocks, MIGRATIONS, events::Correction};
use domain::{DayRule, Seq, SourceKind};
use std::sync::{Arc, Mutex};

const NOON: Timestamp = Timestamp(1_795_300_000_000);

async fn book() -> Ledger {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    let phone = |seq: u64| news(SourceKind::SmsForwarder, seq, Some(cny(1250)));
    let mut entries: Vec<_> = (1..=5)
        .map(|seq| paid(seq, NOON, day("2026-11-21"), phone(seq)))
        .collect();
    let signed = news(SourceKind::WechatV3, 6, Some(cny(1250)));
    entries.push(confirmed(6, NOON, 2, signed));
    entries.push(unread(7, NOON, "什么"));
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    let rule = DayRule::default();
    ledger.record(entries, rule.clone(), clocks).await.unwrap();
    for what in [
        Correction::Cash,
        Correction::RefundedInCash { amount: cny(250) },
    ] {
        let done = ledger.correct(LineId(3), what, "小赵", NOON, &rule).await;
        done.unwrap().unwrap();
    }
    ledger
}

async fn check(ledger: &Ledger) -> Verified {
    let checked = ledger.verify(Follow::default()).await.unwrap();
    checked.expect("to its end")
}

#[tokio::test]
async fn what_was_changed_behind_the_book_is_found_where_it_was() {
    use Fault::{DayDiffers, LineDiffers, LinkMissing, RowAdded, RowChanged, RowGone};
    /// What somebody does, the fault, its kind of row and row, its line.
    type Case = (
        &'static str,
        Fault,
        Option<(&'static str, i64)>,
        Option<i64>,
    );
    let cases: &[Case] = &[
        (
            "UPDATE news SET minor = 9 WHERE id = 4",
            RowChanged,
            Some(("news", 4)),
            None,
        ),
        (
            "UPDATE news SET payer = '' WHERE id = 1",
            RowChanged,
            Some(("news", 1)),
            None,
        ),
        (
            "DELETE FROM unread WHERE id = 1",
            RowGone,
            Some(("unread", 1)),
            None,
        ),
        (
            "UPDATE corrections SET who = '老板' WHERE id = 1",
            RowChanged,
            Some(("correction", 1)),
            None,
        ),
        (
            "UPDATE chain SET at = at + 1 WHERE id = 3",
            RowChanged,
            Some(("news", 3)),
            None,
        ),
        (
            "UPDATE chain SET hash = zeroblob(32) WHERE id = 3",
            RowChanged,
            Some(("news", 3)),
            None,
        ),
        (
            "UPDATE chain SET hash = x'00' WHERE id = 3",
            RowChanged,
            Some(("news", 3)),
            None,
        ),
        (
            "UPDATE chain SET kind = 'nothing' WHERE id = 3",
            RowGone,
            Some(("nothing", 3)),
            None,
        ),
        (
            "DELETE FROM chain WHERE id = 2",
            LinkMissing,
            Some(("news", 3)),
            None,
        ),
        (
            "DELETE FROM chain WHERE id > 7",
            RowAdded,
            Some(("correction", 1)),
            None,
        ),
        (
            "INSERT INTO corrections (line, at, day, who, what, text) VALUES (1, 1, '2026-11-21', 'x', 'tag', 'x')",
            RowAdded,
            Some(("correction", 3)),
            None,
        ),
        (
            "UPDATE lines SET minor = 999 WHERE id = 2",
            LineDiffers,
            None,
            Some(2),
        ),
        (
            "UPDATE lines SET day = '2026-11-20' WHERE id = 2",
            LineDiffers,
            None,
            Some(2),
        ),
        (
            "UPDATE lines SET kind = 'refund' WHERE id = 2",
            LineDiffers,
            None,
            Some(2),
        ),
        (
            "UPDATE lines SET platform = 'wechat' WHERE id = 3",
            LineDiffers,
            None,
            Some(3),
        ),
        (
            "UPDATE lines SET minor = 100 WHERE id = 6",
            LineDiffers,
            None,
            Some(6),
        ),
        (
            "UPDATE lines SET class = 77 WHERE id = 5",
            LineDiffers,
            None,
            Some(5),
        ),
        (
            "UPDATE totals SET paid = paid - 100",
            DayDiffers,
            None,
            None,
        ),
        ("UPDATE days SET unconfirmed = 0", DayDiffers, None, None),
        ("DELETE FROM days", DayDiffers, None, None),
        (
            "INSERT INTO totals VALUES ('2026-11-19', 'CNY', 1, 0, 5, 0)",
            DayDiffers,
            None,
            None,
        ),
    ];
    let checked = check(&book().await).await;
    assert!(checked.is_sound(), "{checked:?}");
    assert_eq!((checked.head.rows, checked.lines, checked.days), (9, 6, 1));
    for (sql, fault, row, line) in cases {
        let ledger = book().await;
        ledger.batch("PRAGMA foreign_keys = OFF").await.unwrap();
        ledger.batch(sql).await.unwrap();
        let checked = check(&ledger).await;
        let there = checked.faults.iter().any(|found| {
            found.fault == *fault
                && row.is_none_or(|(kind, row)| {
                    found.kind.as_deref() == Some(kind) && found.row == Some(row)
                })
                && line.is_none_or(|line| found.line == Some(LineId(line)))
        });
        assert!(there && !checked.is_sound(), "{sql}: {checked:#?}");
    }
}

/// What is damaged is often not a wrong word but no word at all.
#[tokio::test]
async fn what_cannot_even_be_read_is_found_and_the_rest_is_checked() {
    use Fault::{LineDiffers, RowChanged};
    let of_lines = [
        "seq",
        "day",
        "number",
        "kind",
        "trust",
        "platform",
        "minor",
        "currency",
        "payer",
        "note",
        "test",
        "paid_at",
        "accepted_at",
        "received_at",
        "collector",
        "state",
        "joined_to",
        "corrected",
        "remarks",
        "class",
    ];
    let of_corrections = [
        "day", "who", "what", "minor", "currency", "line", "undoes", "made",
    ];
    let of_news = [
        "line", "step", "via", "trust", "minor", "currency", "day", "kind", "platform", "test",
    ];
    let tables: [(&str, &str, Fault, &[&str]); 3] = [
        ("lines", "4", LineDiffers, &of_lines),
        ("corrections", "2", RowChanged, &of_corrections),
        ("news", "4", RowChanged, &of_news),
    ];
    let mut tried = 0;
    for (table, id, fault, columns) in tables {
        for column in columns {
            for wrong in [
                "'x'",
                "''",
                "CAST(x'ff' AS TEXT)",
                "-9223372036854775808",
                "NULL",
            ] {
                let ledger = book().await;
                ledger.batch("PRAGMA foreign_keys = OFF").await.unwrap();
                // Somewhere else something is wrong too, which has to be found as well.
                let sql = format!(
                    "UPDATE totals SET paid = paid + 1; UPDATE lines SET payer = 'y' WHERE id = 5;
                     DROP INDEX IF EXISTS corrections_undoes;
                     UPDATE {table} SET {column} = {wrong} WHERE id = {id} AND {column} IS NOT {wrong}"
                );
                // The table takes no such value: then nobody can put it there either.
                if ledger.batch(Box::leak(sql.into_boxed_str())).await.is_err() {
                    continue;
                }
                tried += 1;
                let checked = ledger.verify(Follow::default()).await;
                let checked =
                    checked.unwrap_or_else(|why| panic!("{table}.{column} {wrong}: {why}"));
                let faults = checked.expect("to its end").faults;
                let has = |fault| faults.iter().any(|found| found.fault == fault);
                assert!(has(LineDiffers), "{table}.{column} {wrong}");
                assert!(has(Fault::DayDiffers), "{table}.{column} {wrong}");
                assert!(
                    has(fault) || wrong == "NULL" || wrong == "''",
                    "{table}.{column} {wrong}: {faults:#?}"
                );
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

/// Sums that no number holds, days that are no text, links that say nothing.
#[tokio::test]
async fn sums_days_and_links_that_cannot_be_read_are_faults() {
    for (sql, fault) in [
        (
            "UPDATE lines SET minor = 9223372036854775807 WHERE id IN (1, 2)",
            Fault::DayDiffers,
        ),
        (
            "UPDATE days SET day = CAST(x'32ff' AS TEXT)",
            Fault::DayDiffers,
        ),
        (
            "UPDATE chain SET kind = CAST(x'ff' AS TEXT) WHERE id = 3",
            Fault::RowGone,
        ),
        (
            "UPDATE totals SET currency = CAST(x'ff' AS TEXT)",
            Fault::DayDiffers,
        ),
    ] {
        let ledger = book().await;
        ledger.batch("PRAGMA foreign_keys = OFF").await.unwrap();
        ledger.batch(sql).await.unwrap();
        let checked = ledger.verify(Follow::default()).await;
        let checked = checked.unwrap_or_else(|why| panic!("{sql}: {why}"));
        let faults = checked.expect("to its end").faults;
        let there = faults.iter().any(|found| found.fault == fault);
        assert!(there, "{sql}: {faults:#?}");
    }
}

#[tokio::test]
async fn a_line_out_of_nowhere_is_found_and_so_are_a_hundred_faults_of_many() {
    let ledger = book().await;
    let sql = "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
               INSERT INTO lines (log, seq, day, kind, trust, platform, minor, currency, test, accepted_at, received_at)
               SELECT 1, i, '2026-11-21', 'payment', 'confirmed', 'wechat', 1, 'CNY', 0, 5, 5 FROM n";
    ledger.batch(sql).await.unwrap();
    let checked = check(&ledger).await;
    assert_eq!(checked.faults.len(), FAULTS_MAX);
    assert_eq!(checked.all_faults, 301 + 1, "each line, and the day");
}

#[tokio::test]
async fn a_check_tells_how_far_it_is_and_stops() {
    let ledger = book().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&told);
    let follow = Follow::telling(move |progress| into.lock().unwrap().push(progress));
    ledger.verify(follow).await.unwrap().expect("to its end");
    let told = told.lock().unwrap().clone();
    assert!(
        told.windows(2).all(|two| two[0].done <= two[1].done),
        "{told:?}"
    );
    assert_eq!(
        told.last().map(|last| (last.done, last.of)),
        Some((9 + 6 + 1, 9 + 6 + 1))
    );
    let follow = Follow::default();
    follow.stop();
    assert_eq!(ledger.verify(follow).await.unwrap(), None);
}
