//! What pages do to the book, on a desk with a made-up hub.

use super::*;
use crate::{
    testing::{
        cny,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        news, paid,
    },
    views::{Filter, HistoryQuery},
};
use domain::SourceKind;

async fn front(dir: &tempfile::TempDir) -> (FakeHub, Front) {
    let hub = FakeHub::open().await;
    let front = Front::open(dir.path(), hub.at).await;
    let day = shop().day_rule.day_of(now());
    let entries: Vec<_> = (1..=3)
        .map(|seq| {
            let told = news(SourceKind::Vmq, seq, Some(cny(1000)));
            paid(seq, now(), day, told)
        })
        .collect();
    hub.accept(entries);
    until("all is received", || {
        hub.world.received.lock().unwrap().contains(&domain::Seq(3))
    })
    .await;
    (hub, front)
}

fn wish(line: i64, what: Correction, who: &str) -> CorrectWish {
    CorrectWish {
        line: LineId(line),
        what,
        who: who.to_owned(),
    }
}

#[tokio::test]
async fn what_is_put_right_is_answered_whole_and_told_to_pages() {
    let dir = tempfile::tempdir().unwrap();
    let (_hub, front) = front(&dir).await;
    until("the source has its name", || {
        front.desk.inner.source_names().contains_key("vmq")
    })
    .await;
    let before = front.shown.days.lock().unwrap().len();
    let back = Correction::RefundedInCash { amount: cny(250) };
    let details = front.desk.correct(wish(1, back, "小赵")).await.unwrap();
    assert_eq!(
        details.payment.collector, "Till phone",
        "by the owner's name for it"
    );
    assert_eq!(details.related[0].amount_text.as_deref(), Some("−¥2.50"));
    let event = &details.corrections[0];
    assert_eq!(
        (
            event.who.as_str(),
            event.amount_text.as_deref(),
            event.other
        ),
        ("小赵", Some("¥2.50"), Some(details.related[0].line))
    );
    assert!(
        front.shown.days.lock().unwrap().len() > before,
        "pages read again"
    );
    let day = front.desk.day(None).await.unwrap();
    assert_eq!(day.totals[0].net_text, "¥27.50");
    let undo = UndoWish {
        correction: event.id,
        line: LineId(1),
        who: "老板".to_owned(),
    };
    let details = front.desk.undo_correction(undo.clone()).await.unwrap();
    assert_eq!((details.corrections.len(), details.related.len()), (2, 0));
    assert!(details.corrections[0].undone && !details.corrections[0].can_undo);
    assert_eq!(
        front.desk.day(None).await.unwrap().totals[0].net_text,
        "¥30.00"
    );
    // (what, field or code)
    for (refused, code, field) in [
        (
            front.desk.undo_correction(undo).await,
            "invalid",
            Some("already"),
        ),
        (
            front.desk.correct(wish(9, Correction::Cash, "x")).await,
            "not_found",
            None,
        ),
        (
            front.desk.correct(wish(1, Correction::Cash, " ")).await,
            "invalid",
            Some("who"),
        ),
    ] {
        let error = refused.unwrap_err();
        assert_eq!((error.code.as_str(), error.field.as_deref()), (code, field));
    }
    let choices = front.desk.history_choices().await.unwrap();
    assert_eq!(choices.people, ["老板", "小赵"]);
    let by_phone = choices.collectors.iter().find(|one| one.collector == "vmq");
    assert_eq!(by_phone.map(|one| one.name.as_str()), Some("Till phone"));
    front.close().await;
}

#[tokio::test]
async fn a_collector_stands_on_paper_by_the_owners_name_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_hub, front) = front(&dir).await;
    until("the source has its name", || {
        front.desk.inner.source_names().contains_key("vmq")
    })
    .await;
    let mut closing = reports::testing::closing();
    closing.report.collectors[0].key = "vmq".to_owned();
    let named = front.desk.inner.with_names(closing);
    assert_eq!(named.report.collectors[0].key, "Till phone");
    front.close().await;
}

#[tokio::test]
async fn a_page_upwards_ends_where_it_began() {
    let dir = tempfile::tempdir().unwrap();
    let (_hub, front) = front(&dir).await;
    let query = HistoryQuery {
        after: Some(LineId(0)),
        limit: 2,
        filter: Filter::default(),
        ..HistoryQuery::default()
    };
    let page = front.desk.history_page(query.clone()).await.unwrap();
    let lines = |page: &crate::views::HistoryPage| {
        page.rows.iter().map(|row| row.line.0).collect::<Vec<_>>()
    };
    assert_eq!((lines(&page), page.more), (vec![2, 1], true));
    let query = HistoryQuery {
        after: Some(LineId(1)),
        ..query
    };
    let page = front.desk.history_page(query).await.unwrap();
    assert_eq!((lines(&page), page.more), (vec![3, 2], false));
    front.close().await;
}

#[tokio::test]
async fn a_check_of_the_book_is_told_as_it_goes_and_its_result_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (_hub, front) = front(&dir).await;
    assert_eq!(front.desk.book_check().await.unwrap(), BookCheck::default());
    let begun = front.desk.check_book().await.unwrap();
    assert!(begun.running.is_some() || begun.result.is_some());
    let result = async || {
        for _ in 0..2_000 {
            let view = front.desk.book_check().await.unwrap();
            if view.running.is_none() {
                return view.result.expect("a result");
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("it does not end");
    };
    let found = result().await;
    assert_eq!(
        (found.lines, found.all_faults, found.head.len()),
        (3, 0, 64)
    );
    let told = front.shown.told.lock().unwrap().clone();
    let last = told
        .iter()
        .rev()
        .find(|(_, event, _)| event == event::BOOK_CHECK);
    assert_eq!(
        last.map(|(_, _, view)| view["result"]["all_faults"].clone()),
        Some(json!(0))
    );
    let sql = "UPDATE lines SET minor = 5 WHERE id = 2";
    front.desk.ledger().batch(sql).await.unwrap();
    front.desk.check_book().await.unwrap();
    let found = result().await;
    assert_eq!(
        found.all_faults, 2,
        "the payment and the day: {:?}",
        found.faults
    );
    assert!(
        found
            .faults
            .iter()
            .any(|fault| fault.line == Some(LineId(2)))
    );
    front.close().await;
}
