//! Marks on a disk that fails now and then.

use super::*;
use crate::{
    ledger::{Clocks, Recorded},
    testing::{cny, hub, news, paid},
};
use domain::{DayRule, Seq, SourceKind};
use rusqlite::Connection;

const NOON: Timestamp = Timestamp(1_795_300_000_000);

#[tokio::test]
async fn a_sentence_that_could_not_be_marked_stays_noted_and_is_marked_with_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join("book.sqlite");
    let ledger = Ledger::open(&book).await.unwrap();
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    let today = DayRule::default().day_of(NOON);
    let sale = |n: u64| {
        let minor = i64::try_from(n).unwrap();
        paid(
            n,
            NOON,
            today,
            news(SourceKind::WechatV3, n, Some(cny(minor))),
        )
    };
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    let recorded = ledger.record(vec![sale(1), sale(2)], DayRule::default(), clocks);
    let ids: Vec<LineId> = recorded
        .await
        .unwrap()
        .iter()
        .map(|one| match one {
            Recorded::New(line) => line.id,
            other => panic!("{other:?}"),
        })
        .collect();
    let noted = async || {
        ledger
            .kept::<Vec<LineId>>(counter::SAYING)
            .await
            .unwrap()
            .unwrap()
    };

    let marks = Marks::new(ledger.clone());
    marks.saying(vec![ids[0]]).await;
    // Another connection holds the write lock, as a backup program might.
    let thief = Connection::open(&book).unwrap();
    thief.execute_batch("BEGIN IMMEDIATE").unwrap();
    marks.spoken(vec![ids[0]], NOON).await;
    thief.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        ledger.untold().await.unwrap().len(),
        2,
        "the mark was refused"
    );

    marks.saying(vec![ids[1]]).await;
    assert_eq!(noted().await, [ids[1], ids[0]], "the first is still owed");
    marks.spoken(vec![ids[1]], NOON.plus_ms(9)).await;
    assert_eq!(ledger.untold().await.unwrap(), []);
    for (id, began) in [(ids[0], NOON), (ids[1], NOON.plus_ms(9))] {
        let line = ledger.line(id).await.unwrap().unwrap();
        assert_eq!(line.spoken_at, Some(began));
    }
    marks.saying(vec![ids[1]]).await;
    assert_eq!(noted().await, [ids[1]], "nothing is owed any more");
}
