//! What somebody changes about closings, or about what is noted as closed, is found where it is.

use super::*;
use crate::dayend::{CashFigures, CloseWish, ClosingCorrection, Here};
use domain::Currency;

fn here(day: u8, hour: u8) -> Here {
    let now = Timestamp::parse_rfc3339(&format!("2026-11-{day:02}T{hour:02}:00:00Z")).unwrap();
    Here {
        now,
        hub: now,
        second_clock: true,
        rule: DayRule::default(),
        currency: Currency::CNY,
        blind: false,
        shop: "小满便利店".to_owned(),
        terminal: "收银台".to_owned(),
        software: "0.0.0".to_owned(),
    }
}

async fn sell(ledger: &Ledger, seq: u64, on: &str, minor: i64) {
    let at = here(23, 0).now;
    let entry = paid(
        seq,
        at,
        day(on),
        news(SourceKind::WechatV3, seq, Some(cny(minor))),
    );
    let clocks = Clocks { here: at, hub: at };
    let recorded = ledger.record(vec![entry], DayRule::default(), clocks);
    recorded.await.unwrap();
}

async fn close(ledger: &Ledger, shift: bool, here: Here) {
    let draft = ledger.closing_draft(None, here.clone()).await.unwrap();
    let wish = CloseWish::sure(draft.day, draft.number, "李芳");
    match shift {
        true => ledger.hand_over_shift(wish, here).await.unwrap(),
        false => ledger.close_day(wish, here).await.unwrap(),
    };
}

/// Four closings and a correction: 1 of the 20th, 2 a shift of the 21st, 3 the day, 4 corrects 1, 5 of the 22nd. Then
/// one payment comes late, and another is known differently.
async fn closed_book() -> Ledger {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    for (seq, on) in [(1, "2026-11-18"), (2, "2026-11-20"), (3, "2026-11-21")] {
        sell(&ledger, seq, on, 1_000).await;
    }
    close(&ledger, false, here(20, 20)).await;
    close(&ledger, true, here(21, 12)).await;
    sell(&ledger, 4, "2026-11-21", 500).await;
    close(&ledger, false, here(21, 20)).await;
    let wish = ClosingCorrection {
        of: 1,
        number: 4,
        who: "李芳".to_owned(),
        why: "?".to_owned(),
        cash: CashFigures::default(),
    };
    ledger.correct_closing(wish, here(22, 9)).await.unwrap();
    sell(&ledger, 5, "2026-11-22", 700).await;
    close(&ledger, false, here(22, 20)).await;
    sell(&ledger, 6, "2026-11-20", 50).await;
    let rule = DayRule::default();
    let done = ledger.correct(
        LineId(4),
        Correction::RefundedInCash { amount: cny(5) },
        "小赵",
        here(22, 21).now,
        &rule,
    );
    done.await.unwrap().unwrap();
    let join = Correction::Join { other: LineId(3) };
    let done = ledger.correct(LineId(4), join, "小赵", here(22, 21).now, &rule);
    done.await.unwrap().unwrap();
    ledger
}

#[tokio::test]
async fn what_was_changed_about_closings_is_found_and_named() {
    use Fault::{ClosedDiffers, ClosingDiffers, ClosingMissing, ClosingOrder};
    let checked = check(&closed_book().await).await;
    assert!(checked.is_sound(), "{checked:#?}");
    assert_eq!((checked.closings, checked.restores.len()), (5, 0));
    // What is done, the fault, the closing, the day.
    let cases: &[(&'static str, Fault, Option<i64>, Option<&str>)] = &[
        (
            "UPDATE closed_totals SET paid = paid + 64 WHERE day = '2026-11-22'",
            ClosedDiffers,
            None,
            Some("2026-11-22"),
        ),
        (
            "UPDATE closed_totals SET payments = payments - 1 WHERE day = '2026-11-18'",
            ClosedDiffers,
            None,
            Some("2026-11-18"),
        ),
        // Of this day something came late: the sum tells it.
        (
            "UPDATE closed_totals SET paid = paid + 1 WHERE day = '2026-11-20'",
            ClosedDiffers,
            None,
            Some("2026-11-20"),
        ),
        // Of this day something was changed: it is not known which day it is.
        (
            "UPDATE closed_totals SET paid = paid + 1 WHERE day = '2026-11-21'",
            ClosedDiffers,
            None,
            None,
        ),
        (
            "UPDATE closed_totals SET currency = 'CNX' WHERE day = '2026-11-22'",
            ClosedDiffers,
            None,
            Some("2026-11-22"),
        ),
        (
            "UPDATE closed_totals SET day = '2026-11-29' WHERE day = '2026-11-22'",
            ClosedDiffers,
            None,
            Some("2026-11-29"),
        ),
        (
            "UPDATE closed_totals SET currency = CAST(x'ff' AS TEXT) WHERE day = '2026-11-22'",
            ClosedDiffers,
            None,
            None,
        ),
        (
            "DELETE FROM closed_totals",
            ClosedDiffers,
            None,
            Some("2026-11-18"),
        ),
        (
            "DELETE FROM closings WHERE id = 2",
            ClosingMissing,
            Some(2),
            None,
        ),
        (
            "DELETE FROM closings; UPDATE closed_totals SET paid = paid",
            ClosedDiffers,
            None,
            None,
        ),
        (
            "UPDATE closings SET id = 9 WHERE id = 5",
            ClosingMissing,
            Some(5),
            None,
        ),
        (
            "UPDATE closings SET day = '2026-11-19' WHERE id = 3",
            ClosingOrder,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET day = '2026-11-20' WHERE id = 2",
            ClosingOrder,
            Some(2),
            None,
        ),
        (
            "UPDATE closings SET lines_upto = 0 WHERE id = 5",
            ClosingOrder,
            Some(5),
            None,
        ),
        (
            "UPDATE closings SET unread_upto = -1 WHERE id = 3",
            ClosingOrder,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET news_upto = 1000 WHERE id = 5",
            ClosingDiffers,
            Some(5),
            None,
        ),
        (
            "UPDATE closings SET kind = 'shift' WHERE id = 3",
            ClosingDiffers,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET kind = 'x' WHERE id = 3",
            ClosingDiffers,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET kind = 'correction' WHERE id = 3",
            ClosingDiffers,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET zone = 'Asia/Tokyo' WHERE id = 1",
            ClosingDiffers,
            Some(1),
            None,
        ),
        (
            "UPDATE closings SET cutover = 1 WHERE id = 1",
            ClosingDiffers,
            Some(1),
            None,
        ),
        (
            "UPDATE closings SET cutover = 300 WHERE id = 1",
            ClosingDiffers,
            Some(1),
            None,
        ),
        (
            "UPDATE closings SET closed_at = closed_at + 1 WHERE id = 1",
            ClosingDiffers,
            Some(1),
            None,
        ),
        (
            "UPDATE closings SET closed_by = CAST(x'ff' AS TEXT) WHERE id = 1",
            ClosingDiffers,
            Some(1),
            None,
        ),
        (
            "UPDATE closings SET corrects = 3 WHERE id = 4",
            ClosingDiffers,
            Some(4),
            None,
        ),
        (
            "UPDATE closings SET corrects = NULL WHERE id = 4",
            ClosingDiffers,
            Some(4),
            None,
        ),
        (
            "UPDATE closings SET content = '' WHERE id = 3",
            ClosingDiffers,
            Some(3),
            None,
        ),
        (
            "UPDATE closings SET content = replace(content, '\"minor\":500,', '\"minor\":504,') WHERE id = 3",
            ClosingDiffers,
            Some(3),
            None,
        ),
    ];
    for (sql, fault, closing, on) in cases {
        let ledger = closed_book().await;
        let unlock = "PRAGMA foreign_keys = OFF; DROP TRIGGER closings_unchanged; DROP TRIGGER closings_kept";
        ledger.batch(unlock).await.unwrap();
        ledger.batch(sql).await.unwrap();
        let checked = check(&ledger).await;
        let there = checked.faults.iter().any(|found| {
            found.fault == *fault
                && found.row == *closing
                && found.day.map(|day| day.to_string()).as_deref() == *on
        });
        assert!(there && !checked.is_sound(), "{sql}: {checked:#?}");
    }
}

/// Numbers that nobody used are a fault, unless a copy took the place of a book that had used them.
#[tokio::test]
async fn a_gap_in_the_numbers_is_one_unless_a_copy_explains_it() {
    for (replaced, sound) in [(7, true), (6, false)] {
        let ledger = closed_book().await;
        let write = move |db: &mut rusqlite::Connection| {
            let sql =
                "INSERT INTO restores (at, who, replaced_rows, replaced_head, replaced_closing)
                       VALUES (1, '李芳', 40, 'ab', 7)";
            db.execute(sql, [])?;
            crate::chain::append(db, "restore", 1, Timestamp(1))?;
            Ok(())
        };
        ledger.call(write).await.unwrap();
        close(&ledger, false, here(23, 20)).await;
        let checked = check(&ledger).await;
        assert!(checked.is_sound(), "{checked:#?}");
        assert_eq!(checked.restores[0].gap, Some((6, 7)));
        let sql = match replaced {
            7 => "DROP TRIGGER restores_unchanged",
            _ => "DROP TRIGGER restores_unchanged; UPDATE restores SET replaced_closing = 6",
        };
        ledger.batch(sql).await.unwrap();
        let checked = check(&ledger).await;
        let missing: Vec<_> = checked
            .faults
            .iter()
            .filter(|found| found.fault == Fault::ClosingMissing)
            .map(|found| found.row)
            .collect();
        let expected: &[_] = if sound { &[] } else { &[Some(6), Some(7)] };
        assert_eq!((checked.is_sound(), &missing[..]), (sound, expected));
    }
}

#[tokio::test]
async fn a_check_that_could_not_see_everything_does_not_call_the_book_sound() {
    let ledger = closed_book().await;
    ledger
        .batch("INSERT INTO chain_backlog (kind, upto) VALUES ('news', 0)")
        .await
        .unwrap();
    let checked = check(&ledger).await;
    assert!(
        checked.unfinished && checked.all_faults == 0,
        "{checked:#?}"
    );
    assert!(!checked.is_sound());
}
