//! The drawer: what is typed is kept, a blind count stays blind, and nothing is unsaid.

use super::*;

fn blind(now: Timestamp) -> Here {
    Here {
        blind: true,
        ..here(now)
    }
}

fn pieces(worth: i64, count: u32) -> DraftStep {
    DraftStep::Pieces {
        worth: cny(worth),
        count: Some(count),
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
async fn every_refusal_of_a_change() {
    let book = book().await;
    let now = on(22, 22, 0);
    record(&book, sunday()).await;
    book.close_day(close(day("2026-11-22"), 1), here(now))
        .await
        .unwrap();
    let tomorrow = here(on(23, 9, 0));
    let usd = Money::new(100, USD).unwrap();
    let moved = |amount, reason: Option<&str>| DraftStep::Move {
        kind: CashMoveKind::Drop,
        amount,
        reason: reason.map(str::to_owned),
    };
    let other = |amount| DraftStep::Other {
        amount: Some(amount),
    };
    let long = "长".repeat(201);
    for (step, why) in [
        (pieces(300, 1), Refusal::Denomination),
        (pieces(100, 1_000_001), Refusal::Amount),
        (other(usd), Refusal::Currency),
        (other(cny(-1)), Refusal::Amount),
        (other(cny(100_000_000_001)), Refusal::Amount),
        (moved(cny(0), None), Refusal::Amount),
        (moved(usd, None), Refusal::Currency),
        (moved(cny(1), Some(&long)), Refusal::Text),
        (DraftStep::TakeBack { id: 1 }, Refusal::Move),
        (DraftStep::HandIn, Refusal::NothingCounted),
        (DraftStep::CountAgain, Refusal::NothingCounted),
        (DraftStep::Reason { text: long.clone() }, Refusal::Text),
        (DraftStep::Note { text: long.clone() }, Refusal::Text),
        (
            DraftStep::Left {
                amount: Some(cny(-5)),
            },
            Refusal::Amount,
        ),
    ] {
        assert_eq!(
            refused(change(&book, step.clone(), tomorrow.clone()).await),
            why,
            "{step:?}"
        );
    }
    let of = |day, who: &str, step| DraftChange {
        day,
        who: who.to_owned(),
        step,
    };
    for (change, why) in [
        (
            of(day("2026-11-22"), "王伟", moved(cny(1), None)),
            Refusal::AlreadyClosed,
        ),
        (
            of(day("2026-11-23"), " \u{200b}", moved(cny(1), None)),
            Refusal::Who,
        ),
        (
            of(day("2026-11-23"), &"王".repeat(61), moved(cny(1), None)),
            Refusal::Who,
        ),
    ] {
        let done = book
            .change_closing_draft(change.clone(), tomorrow.clone())
            .await;
        assert_eq!(refused(done), why, "{change:?}");
    }
    let draft = book.closing_draft(None, tomorrow).await.unwrap();
    assert_eq!(
        (draft.counted, draft.moves, draft.note),
        (None, vec![], None),
        "nothing was kept"
    );
}

#[tokio::test]
async fn every_refusal_of_a_closing() {
    let book = book().await;
    record(&book, sunday()).await;
    let sunday = day("2026-11-22");
    let now = on(22, 22, 0);
    put_in(&book, CashMoveKind::Float, 100, here(now)).await;
    for (wish, why) in [
        (close(sunday, 2), Refusal::Number),
        (close(day("2026-11-23"), 1), Refusal::NotBegun),
        (
            CloseWish {
                who: "  ".to_owned(),
                ..close(sunday, 1)
            },
            Refusal::Who,
        ),
        (close(sunday, 1), Refusal::NotCounted),
    ] {
        assert_eq!(
            refused(book.close_day(wish.clone(), here(now)).await),
            why,
            "{wish:?}"
        );
        assert_eq!(
            refused(book.hand_over_shift(wish.clone(), here(now)).await),
            why,
            "{wish:?}"
        );
    }
    assert!(
        book.closings(ClosingsQuery {
            limit: 9,
            ..ClosingsQuery::default()
        })
        .await
        .unwrap()
        .is_empty()
    );
}

#[tokio::test]
async fn by_a_clock_that_is_wrong_nothing_is_closed() {
    let book = book().await;
    record(&book, sunday()).await;
    let true_time = on(22, 22, 0);
    let minute = 60_000;
    let year = 365 * 24 * 60 * minute;
    let by = |ahead: i64| Here {
        hub: true_time,
        ..here(true_time.plus_ms(ahead))
    };
    // Before the first closing, and after one.
    for number in [1, 2] {
        for ahead in [year, 24 * 60 * minute, 11 * minute, -11 * minute] {
            let here = by(ahead);
            let wish = close(here.today(), number);
            for result in [
                book.close_day(wish.clone(), here.clone()).await,
                book.hand_over_shift(wish, here).await,
            ] {
                assert_eq!(refused(result), Refusal::Clock, "{number} {ahead}");
            }
        }
        if number == 1 {
            let wish = close(day("2026-11-22"), 1);
            book.hand_over_shift(wish, by(9 * minute)).await.unwrap();
        }
    }
    book.close_day(close(day("2026-11-22"), 2), by(-9 * minute))
        .await
        .unwrap();
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
async fn a_correction_has_a_number_and_leaves_the_closing_as_it_was() {
    let book = book().await;
    record(&book, sunday()).await;
    let now = on(22, 22, 0);
    let sunday = day("2026-11-22");
    put_in(&book, CashMoveKind::Float, 30_000, here(now)).await;
    count(&book, 29_000, here(now)).await;
    let reason = DraftStep::Reason {
        text: "?".to_owned(),
    };
    change(&book, reason, here(now)).await.unwrap();
    let first = book.close_day(close(sunday, 1), here(now)).await.unwrap();
    let wish = |number, cash| ClosingCorrection {
        of: 1,
        number,
        who: "李芳".to_owned(),
        why: "漏数一张".to_owned(),
        cash,
    };
    let figures = CashFigures {
        counted: Some(cny(30_000)),
        ..CashFigures::default()
    };
    let later = here(on(23, 9, 0));
    for (wish, why) in [
        (wish(1, figures.clone()), Refusal::Number),
        (
            ClosingCorrection {
                of: 7,
                ..wish(2, figures.clone())
            },
            Refusal::Unknown,
        ),
        (
            ClosingCorrection {
                why: " ".to_owned(),
                ..wish(2, figures.clone())
            },
            Refusal::Reason,
        ),
        (
            ClosingCorrection {
                who: " ".to_owned(),
                ..wish(2, figures.clone())
            },
            Refusal::Who,
        ),
        (
            wish(
                2,
                CashFigures {
                    counted: Money::new(1, USD),
                    ..figures.clone()
                },
            ),
            Refusal::Currency,
        ),
    ] {
        assert_eq!(
            refused(book.correct_closing(wish.clone(), later.clone()).await),
            why,
            "{wish:?}"
        );
    }
    let second = book
        .correct_closing(wish(2, figures), later.clone())
        .await
        .unwrap();
    assert_eq!(
        (second.number, second.kind, second.day),
        (2, ClosingKind::Correction { of: 1 }, sunday)
    );
    assert!(second.taken.is_empty());
    assert_eq!(second.report.totals, first.report.totals);
    let cash = second.cash.unwrap();
    assert_eq!(
        (cash.counted.unwrap().minor, cash.variance.unwrap().minor),
        (30_000, 0)
    );
    assert_eq!(cash.counts.len(), 2);
    // A correction of the correction puts the same closing right once more, on top of the first.
    let figures = CashFigures {
        float: Some(cny(29_500)),
        reason: Some("备用金少放".to_owned()),
        ..CashFigures::default()
    };
    let third = ClosingCorrection {
        of: 2,
        ..wish(3, figures)
    };
    let third = book.correct_closing(third, later.clone()).await.unwrap();
    assert_eq!(third.kind, ClosingKind::Correction { of: 1 });
    let cash = third.cash.unwrap();
    assert_eq!(
        (cash.expected.minor, cash.variance.unwrap().minor),
        (29_500, 500)
    );
    let again = book.closing(1).await.unwrap().unwrap();
    assert_eq!(again.corrected_by, [2, 3]);
    assert_eq!(
        Closing {
            corrected_by: vec![],
            ..again
        },
        first
    );
    // Days go on where they were.
    let draft = book.closing_draft(None, later.clone()).await.unwrap();
    assert_eq!((draft.day, draft.number), (day("2026-11-23"), 4));
    assert_eq!(draft.float_before.unwrap().minor, 29_500);
    assert_eq!(draft.last.unwrap().number, 1);
}

#[tokio::test]
async fn what_is_left_is_corrected_and_is_the_next_float() {
    let book = book().await;
    record(&book, sunday()).await;
    let now = on(22, 22, 0);
    put_in(&book, CashMoveKind::Float, 30_000, here(now)).await;
    count(&book, 30_000, here(now)).await;
    let left = DraftStep::Left {
        amount: Some(cny(20_000)),
    };
    change(&book, left, here(now)).await.unwrap();
    let wish = close(day("2026-11-22"), 1);
    book.close_day(wish, here(now)).await.unwrap();
    let wish = |number, left, reason: &str| ClosingCorrection {
        of: 1,
        number,
        who: "李芳".to_owned(),
        why: "少留了".to_owned(),
        cash: CashFigures {
            left,
            reason: Some(reason.to_owned()),
            ..CashFigures::default()
        },
    };
    let later = here(on(23, 9, 0));
    for (left, why) in [
        (Money::new(1, USD), Refusal::Currency),
        (Some(cny(-1)), Refusal::Amount),
    ] {
        let result = book.correct_closing(wish(2, left, ""), later.clone()).await;
        assert_eq!(refused(result), why, "{left:?}");
    }
    let corrected = wish(2, Some(cny(18_000)), "");
    book.correct_closing(corrected, later.clone())
        .await
        .unwrap();
    // What the next correction does not name stays as this one put it.
    let third = wish(3, None, "找零");
    let third = book.correct_closing(third, later.clone()).await.unwrap();
    assert_eq!(third.cash.unwrap().left.unwrap().minor, 18_000);
    let draft = book.closing_draft(None, later).await.unwrap();
    assert_eq!((draft.float.minor, draft.float_carried), (18_000, true));
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
