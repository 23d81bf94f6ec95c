//! What a draft and a closing refuse.

use super::*;

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
