//! The drawer: what is typed is kept, a blind count stays blind, and nothing is unsaid.

use super::*;

fn blind(now: Timestamp) -> Here {
    Here {
        blind: true,
        ..here(now)
    }
}

#[tokio::test]
async fn a_blind_count_hides_what_is_expected_until_it_is_handed_in() {
    let book = book().await;
    record(&book, sunday()).await;
    let now = on(22, 22, 0);
    book.correct(LineId(1), Correction::Cash, "李芳", now, &rule())
        .await
        .unwrap()
        .unwrap();
    put_in(&book, CashMoveKind::Float, 30_000, blind(now)).await;
    count(&book, 31_000, blind(now)).await;
    // The setting is switched off in the middle: this count stays blind.
    let draft = book.closing_draft(None, here(now)).await.unwrap();
    assert!(draft.blind && draft.expected.is_none(), "{draft:?}");
    assert_eq!(draft.counted.unwrap().minor, 31_000);
    let look = book.look(day("2026-11-22"), here(now)).await.unwrap();
    assert_eq!((look.number, &look.cash), (1, &None));
    // Nor is anything told from which it follows: the payment in cash, of 12.50, is in no sum.
    let report = book.day_report(day("2026-11-22"), here(now)).await.unwrap();
    let rest = [("CNY", 3, 1, 13_800, 1_500), ("USD", 1, 0, 2_000, 0)];
    for totals in [
        &report.totals,
        &look.report.totals,
        &look.taken,
        &draft.takes,
    ] {
        assert_eq!(plain(totals), rest);
    }
    for report in [&report, &look.report] {
        let keys = report.platforms.iter().map(|group| group.key.as_str());
        assert_eq!(
            keys.collect::<Vec<_>>(),
            ["alipay", "wechat", "stripe"],
            "no cash"
        );
        for groups in [&report.collectors, &report.terminals] {
            let paid: i64 = groups
                .iter()
                .flat_map(|group| &group.totals)
                .filter(|total| total.currency == CNY)
                .map(|total| total.paid.minor)
                .sum();
            assert_eq!(paid, 13_800);
        }
        assert!(
            report
                .hours
                .iter()
                .all(|hour| hour.hour != 9 || hour.totals.is_empty())
        );
        assert!(report.grand_total.is_empty() && report.weekday_before.is_none());
    }
    assert!(look.changes_totals.is_empty() && look.grand_total.is_empty());
    let wish = || close(day("2026-11-22"), 1);
    assert_eq!(
        refused(book.close_day(wish(), here(now)).await),
        Refusal::NotHandedIn
    );

    let draft = change(&book, DraftStep::HandIn, here(now)).await.unwrap();
    let expected = draft.expected.unwrap();
    assert_eq!(
        (expected.total.minor, expected.variance.unwrap().minor),
        (31_250, -250)
    );
    assert!(draft.fixed);
    // Now all is told.
    let whole = [("CNY", 4, 1, 15_050, 1_500), ("USD", 1, 0, 2_000, 0)];
    let report = book.day_report(day("2026-11-22"), here(now)).await.unwrap();
    assert_eq!(
        (plain(&report.totals), plain(&draft.takes)),
        (whole.to_vec(), whole.to_vec())
    );
    for step in [pieces(100, 3), DraftStep::ClearCount, DraftStep::HandIn] {
        assert_eq!(
            refused(change(&book, step, here(now)).await),
            Refusal::HandedIn
        );
    }
    // Counted again, it is not blind any more, and both counts stand in the closing.
    change(&book, DraftStep::CountAgain, here(now))
        .await
        .unwrap();
    count(&book, 31_250, here(now)).await;
    let draft = change(&book, DraftStep::HandIn, here(now)).await.unwrap();
    assert_eq!(draft.expected.unwrap().variance.unwrap().minor, 0);
    let cash = book
        .close_day(wish(), here(now))
        .await
        .unwrap()
        .cash
        .unwrap();
    assert!(cash.blind);
    let counts: Vec<(i64, bool)> = cash
        .counts
        .iter()
        .map(|one| (one.total.minor, one.blind))
        .collect();
    assert_eq!(counts, [(31_000, true), (31_250, false)]);
    assert_eq!(cash.variance.unwrap().minor, 0);
}

#[tokio::test]
async fn entries_are_taken_back_and_stay_on_record() {
    let book = book().await;
    let now = on(22, 22, 0);
    put_in(&book, CashMoveKind::Float, 10_000, here(now)).await;
    let draft = put_in(&book, CashMoveKind::Drop, 4_000, here(now)).await;
    assert_eq!(draft.expected.unwrap().total.minor, 6_000);
    let id = draft.moves[1].id;
    let draft = change(&book, DraftStep::TakeBack { id }, here(now))
        .await
        .unwrap();
    assert_eq!(draft.expected.unwrap().total.minor, 10_000);
    assert_eq!(
        refused(change(&book, DraftStep::TakeBack { id }, here(now)).await),
        Refusal::Move
    );
    count(&book, 10_000, here(now)).await;
    let closing = book
        .close_day(close(draft.day, 1), here(now))
        .await
        .unwrap();
    let cash = closing.cash.unwrap();
    assert_eq!(cash.moves.len(), 2);
    assert_eq!(cash.moves[1].taken_back.as_ref().unwrap().who, "王伟");
    for sql in [
        "UPDATE cash_moves SET minor = 1",
        "DELETE FROM cash_moves",
        "UPDATE cash_counts SET minor = 1",
        "DELETE FROM cash_counts",
    ] {
        assert!(book.batch(sql).await.is_err(), "{sql}");
    }
    // What is in a closing cannot be taken back.
    assert_eq!(
        refused(change(&book, DraftStep::TakeBack { id: 1 }, here(on(23, 9, 0))).await),
        Refusal::Move
    );
}

#[tokio::test]
async fn what_is_left_in_the_drawer_is_the_next_float() {
    let book = book().await;
    let now = on(22, 22, 0);
    count(&book, 50_000, here(now)).await;
    let left = DraftStep::Left {
        amount: Some(cny(30_000)),
    };
    change(&book, left, here(now)).await.unwrap();
    let reason = DraftStep::Reason {
        text: "cash sales".to_owned(),
    };
    change(&book, reason, here(now)).await.unwrap();
    book.close_day(close(day("2026-11-22"), 1), here(now))
        .await
        .unwrap();
    let next = here(on(23, 9, 0));
    let draft = book.closing_draft(None, next.clone()).await.unwrap();
    assert_eq!((draft.float.minor, draft.float_carried), (30_000, true));
    assert_eq!(draft.expected.unwrap().total.minor, 30_000);
    let draft = put_in(&book, CashMoveKind::Float, 20_000, next).await;
    assert_eq!(
        (draft.float.minor, draft.float_carried),
        (20_000, false),
        "what is written down holds"
    );
}

#[tokio::test]
async fn cash_of_a_payment_that_came_late_was_counted_unless_it_was_paid_after() {
    let book = book().await;
    let sunday = day("2026-11-22");
    book.close_day(close(sunday, 1), here(on(22, 21, 0)))
        .await
        .unwrap();
    let sale = |seq, at, minor| {
        paid(
            seq,
            at,
            sunday,
            told(
                SourceKind::WechatV3,
                seq,
                Platform::WECHAT,
                Some(cny(minor)),
            ),
        )
    };
    let mut held_back = sale(2, on(22, 22, 0), 500);
    if let Event::Paid(payment) = &mut held_back.event {
        payment.news.paid_at = Some(on(22, 20, 0));
    }
    record(&book, vec![sale(1, on(22, 21, 30), 300), held_back]).await;
    for line in [1, 2] {
        book.correct(
            LineId(line),
            Correction::Cash,
            "李芳",
            on(22, 23, 0),
            &rule(),
        )
        .await
        .unwrap()
        .unwrap();
    }
    let refunded = Correction::RefundedInCash { amount: cny(100) };
    book.correct(LineId(1), refunded, "李芳", on(22, 23, 5), &rule())
        .await
        .unwrap()
        .unwrap();
    let draft = book.closing_draft(None, here(on(23, 9, 0))).await.unwrap();
    let expected = draft.expected.unwrap();
    assert_eq!(
        (
            expected.sales.minor,
            expected.refunds.minor,
            expected.total.minor
        ),
        (300, 100, 200)
    );
    assert_eq!(draft.late_count, 3);
}

#[tokio::test]
async fn what_is_typed_holds_an_update_while_somebody_counts() {
    let book = book().await;
    let now = on(22, 22, 0);
    let hours = |hours: i64| now.plus_ms(hours * 3_600_000);
    assert!(!book.counting(now).await.unwrap());
    let note = DraftStep::Note {
        text: "x".to_owned(),
    };
    change(&book, note, here(now)).await.unwrap();
    assert!(!book.counting(now).await.unwrap(), "a note is no count");
    change(&book, pieces(100, 0), here(now)).await.unwrap();
    for (at, counting) in [
        (0, true),
        (11, true),
        (12, false),
        (-11, true),
        (-13, false),
    ] {
        assert_eq!(book.counting(hours(at)).await.unwrap(), counting, "{at}");
    }
    change(&book, DraftStep::ClearCount, here(now))
        .await
        .unwrap();
    assert!(!book.counting(now).await.unwrap());
    count(&book, 0, here(now)).await;
    book.close_day(close(day("2026-11-22"), 1), here(now))
        .await
        .unwrap();
    assert!(!book.counting(now).await.unwrap());
}

#[tokio::test]
async fn another_currency_begins_another_count() {
    let book = book().await;
    let now = on(22, 22, 0);
    change(&book, pieces(100, 9), here(now)).await.unwrap();
    let dollars = Here {
        currency: USD,
        ..here(now)
    };
    let draft = book.closing_draft(None, dollars).await.unwrap();
    assert_eq!((draft.counted, draft.currency), (None, USD));
    assert_eq!(draft.pieces.len(), denominations(USD).len());
}
