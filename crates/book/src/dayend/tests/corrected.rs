//! Closings that were put right.

use super::*;

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
