//! What happens to closed days afterwards: it is in the next closing, and nothing is in it that is no change.

use super::*;
use crate::events::NewsId;

async fn correct(book: &Ledger, line: i64, what: Correction) -> crate::events::CorrectionEvent {
    let rule = rule();
    let done = book.correct(LineId(line), what, "李芳", on(22, 22, 0), &rule);
    done.await.unwrap().unwrap()
}

async fn undo(book: &Ledger, event: &crate::events::CorrectionEvent) {
    let done = book.undo(event.id, "王伟", on(23, 9, 0), &rule()).await;
    done.unwrap().unwrap();
}

/// Closes the day of the hour, and answers which rows it lists as changed.
async fn closed(book: &Ledger, at: Timestamp, number: u32) -> (Vec<i64>, Vec<Plain<'static>>) {
    let here = here(at);
    let closing = book.close_day(close(here.today(), number), here).await;
    let closing = closing.unwrap();
    assert_eq!(closing.changes_count as usize, closing.changes.len());
    let changes: Vec<i64> = closing.changes.iter().map(|one| one.line.0).collect();
    let totals = plain(&closing.changes_totals);
    let totals = totals
        .into_iter()
        .map(|(_, a, b, c, d)| ("CNY", a, b, c, d));
    (changes, totals.collect())
}

#[tokio::test]
async fn what_is_undone_lists_every_row_that_counts_otherwise_and_an_undone_note_none() {
    let book = book().await;
    let phone = |seq, minor| {
        told(
            SourceKind::SmsForwarder,
            seq,
            Platform::WECHAT,
            Some(cny(minor)),
        )
    };
    record(
        &book,
        (1..=6)
            .map(|seq| came(seq, on(22, 12, 0), phone(seq, 1_000)))
            .collect(),
    )
    .await;
    let signed = told(SourceKind::WechatV3, 7, Platform::WECHAT, Some(cny(1_000)));
    record(&book, vec![confirmed(7, on(22, 12, 1), 4, signed)]).await;
    let note = correct(
        &book,
        1,
        Correction::Note {
            text: "!".to_owned(),
        },
    )
    .await;
    let join = correct(&book, 2, Correction::Join { other: LineId(3) }).await;
    let news = book
        .call(|db| {
            let sql = "SELECT max(id) FROM news WHERE line = 4";
            Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        })
        .await
        .unwrap();
    let split = correct(&book, 4, Correction::Split { news: NewsId(news) }).await;
    let made = split.made.unwrap();
    // What was split off goes into another row; what is undone gives that one back what it has by itself.
    correct(&book, 5, Correction::Join { other: made }).await;
    assert_eq!(closed(&book, on(22, 23, 0), 1).await, (vec![], vec![]));
    undo(&book, &note).await;
    assert_eq!(closed(&book, on(23, 23, 0), 2).await, (vec![], vec![]));
    undo(&book, &join).await;
    let (changes, totals) = closed(&book, on(24, 23, 0), 3).await;
    assert_eq!(changes, [2, 3]);
    assert_eq!(totals, [("CNY", 1, 0, 1_000, 0)]);
    undo(&book, &split).await;
    let (changes, totals) = closed(&book, on(25, 23, 0), 4).await;
    assert_eq!(changes, [4, 5, made.0]);
    assert_eq!(totals, []);
}

/// The platform tells an amount of a row that went into another: that one counts it.
#[tokio::test]
async fn a_row_that_another_went_into_changes_with_it() {
    let book = book().await;
    let phone = |seq, amount| told(SourceKind::SmsForwarder, seq, Platform::WECHAT, amount);
    let entries = vec![
        came(1, on(22, 12, 0), phone(1, Some(cny(1_000)))),
        came(2, on(22, 12, 0), phone(2, None)),
    ];
    record(&book, entries).await;
    correct(&book, 1, Correction::Join { other: LineId(2) }).await;
    assert_eq!(closed(&book, on(22, 23, 0), 1).await, (vec![], vec![]));
    let signed = told(SourceKind::WechatV3, 3, Platform::WECHAT, Some(cny(900)));
    record(&book, vec![confirmed(3, on(23, 9, 0), 2, signed)]).await;
    let (changes, totals) = closed(&book, on(23, 23, 0), 2).await;
    assert_eq!(changes, [1, 2]);
    assert_eq!(totals, [("CNY", 0, 0, -100, 0)]);
}

#[tokio::test]
async fn a_notice_of_a_closed_day_is_asked_in_the_next_closing_and_in_one_only() {
    let book = book().await;
    let sale = |seq, day| {
        let news = told(SourceKind::WechatV3, seq, Platform::WECHAT, Some(cny(100)));
        came(seq, on(day, 12, 0), news)
    };
    record(
        &book,
        vec![sale(1, 22), unread(2, on(22, 13, 0), "?"), sale(3, 22)],
    )
    .await;
    // Before the first closing: of a day that belongs to none.
    record(&book, vec![unread(4, on(21, 13, 0), "?")]).await;
    let asked = async |closing: &Closing| {
        let ask = |one: &&Question| one.what == QuestionKind::NotUnderstood;
        let rows = closing.report.questions.rows.iter().filter(ask);
        rows.map(|one| one.notice.unwrap().0).collect::<Vec<_>>()
    };
    let first = book
        .close_day(close(day("2026-11-22"), 1), here(on(22, 23, 0)))
        .await;
    assert_eq!(asked(&first.unwrap()).await, [1]);
    // At night comes what was told at noon; and on a day without payments, which nobody closes.
    record(
        &book,
        vec![unread(5, on(22, 14, 0), "?"), unread(6, on(23, 9, 0), "?")],
    )
    .await;
    record(&book, vec![sale(7, 24), unread(8, on(24, 13, 0), "?")]).await;
    let here = here(on(24, 20, 0));
    let look = book.look(day("2026-11-24"), here.clone()).await.unwrap();
    assert_eq!(asked(&look).await, [3, 4, 5]);
    let of = async |text| {
        let report = book.day_report(day(text), here.clone()).await.unwrap();
        report
            .questions
            .rows
            .iter()
            .filter_map(|one| Some(one.notice?.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("2026-11-24").await, [3, 4, 5], "the page asks as well");
    assert_eq!(of("2026-11-22").await, [1, 3], "a closed day has its own");
    let shift = book
        .hand_over_shift(close(day("2026-11-24"), 2), here.clone())
        .await;
    assert_eq!(asked(&shift.unwrap()).await, [3, 4, 5]);
    record(&book, vec![unread(9, on(22, 15, 0), "?")]).await;
    let last = book
        .close_day(close(day("2026-11-24"), 3), here.clone())
        .await;
    assert_eq!(asked(&last.unwrap()).await, [6]);
    let again = book
        .look(day("2026-11-25"), super::here(on(25, 9, 0)))
        .await
        .unwrap();
    assert_eq!(asked(&again).await, Vec::<i64>::new());
}

/// A till that is its own hub: nothing but its clock says which day it is, unless a platform dated a payment.
#[tokio::test]
async fn without_a_second_clock_a_first_closing_and_one_after_a_pause_want_the_year() {
    let alone = |now| Here {
        second_clock: false,
        ..here(now)
    };
    let unsure = |number, on, year| CloseWish {
        year,
        ..close(on, number)
    };
    let heard = |seq, at, paid_at: Option<Timestamp>| {
        let mut news = told(
            SourceKind::SmsForwarder,
            seq,
            Platform::WECHAT,
            Some(cny(100)),
        );
        news.paid_at = paid_at;
        came(seq, at, news)
    };
    let (sunday, monday) = (day("2026-11-22"), day("2026-11-23"));
    let now = on(22, 22, 0);
    let book = book().await;
    record(&book, vec![heard(1, on(22, 12, 0), None)]).await;
    for year in [None, Some(2025), Some(0)] {
        for result in [
            book.close_day(unsure(1, sunday, year), alone(now)).await,
            book.hand_over_shift(unsure(1, sunday, year), alone(now))
                .await,
        ] {
            assert_eq!(refused(result), Refusal::Year, "{year:?}");
        }
    }
    let first = unsure(1, sunday, Some(2026));
    book.hand_over_shift(first, alone(now)).await.unwrap();
    // It follows on what is there: nobody is asked.
    book.close_day(unsure(2, sunday, None), alone(now))
        .await
        .unwrap();
    record(&book, vec![heard(2, on(23, 12, 0), None)]).await;
    let later = alone(on(23, 22, 0));
    book.close_day(unsure(3, monday, None), later)
        .await
        .unwrap();
    // The clock went on by a year, and what is heard goes by it too.
    let ahead = |hours: i64| on(23, 22, 0).plus_ms((365 * 24 + hours) * 3_600_000);
    let far = rule().day_of(ahead(0));
    let closing = book.close_day(unsure(4, far, None), alone(ahead(0))).await;
    assert_eq!(refused(closing), Refusal::Year);
    record(
        &book,
        vec![
            heard(3, ahead(0), None),
            heard(4, ahead(0), Some(on(23, 22, 0))),
        ],
    )
    .await;
    let closing = book.close_day(unsure(4, far, None), alone(ahead(1))).await;
    assert_eq!(refused(closing), Refusal::Year);
    // A hub elsewhere says that it is so; in another book a platform does.
    let elsewhere = here(ahead(1));
    let shift = book.hand_over_shift(unsure(4, far, None), elsewhere).await;
    shift.unwrap();
    let book = super::book().await;
    record(&book, vec![heard(1, now, Some(now))]).await;
    book.close_day(unsure(1, sunday, None), alone(now))
        .await
        .unwrap();
}
