//! The chain as docs/book-format.md tells it, and a book of before it.

use super::*;
use crate::testing::{cny, day, hub, news, paid, unread};
use crate::{Clocks, Follow, MIGRATIONS};
use domain::{DayRule, Entry, Seq, SourceKind};

const NOON: Timestamp = Timestamp(1_795_300_000_000);

fn entry(seq: u64) -> Entry {
    let mut told = news(SourceKind::SmsForwarder, seq, Some(cny(1250)));
    told.payer = Some("李*芳".to_owned());
    paid(seq, NOON, day("2026-11-21"), told)
}

async fn record(ledger: &Ledger, entries: Vec<Entry>) {
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    let done = ledger.record(entries, DayRule::default(), clocks).await;
    done.expect("recorded");
}

#[tokio::test]
async fn the_text_of_a_row_is_as_the_format_says() {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    record(&ledger, vec![entry(1), unread(2, NOON, "什么")]).await;
    let (texts, hashes) = ledger
        .call(|db| {
            let text = |kind: &str, row| {
                let text = row_text(db, kinds::named(kind)?, row, NOON)?;
                Ok::<_, rusqlite::Error>(text.expect("a row"))
            };
            let texts = [text("news", 1)?, text("unread", 1)?];
            let mut query = db.prepare("SELECT hash FROM chain ORDER BY id")?;
            let hashes = query.query_map([], |row| row.get::<_, Hash>(0))?;
            Ok((texts, hashes.collect::<rusqlite::Result<Vec<_>>>()?))
        })
        .await
        .unwrap();
    assert_eq!(
        String::from_utf8(texts[0].clone()).unwrap(),
        "4:news,1:1,13:1795300000000,1:1,13:1795300000000,8:accepted,13:sms_forwarder,13:sms_forwarder,\
         15:sms_forwarder-1,8:reported,4:1250,3:CNY,7:李*芳,-,-,10:2026-11-21,1:1,7:payment,6:wechat,-,-,1:0,-,1:0,\
         8:reported,4:1250,3:CNY,"
    );
    assert_eq!(
        String::from_utf8(texts[1].clone()).unwrap(),
        "6:unread,1:1,13:1795300000000,10:2026-11-21,13:1795300000000,13:sms_forwarder,5:phone,14:com.tencent.mm,\
         12:微信支付,6:什么,15:unknown_wording,"
    );
    let first = next(&START, &texts[0]);
    assert_eq!(hashes, [first, next(&first, &texts[1])]);
    let head = ledger.chain_head().await.unwrap();
    assert_eq!((head.rows, head.hash), (2, hashes[1]));
    assert_eq!(head.text().len(), 64);
}

#[tokio::test]
async fn a_row_that_follows_the_hub_to_a_new_log_keeps_its_hash() {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    record(&ledger, vec![entry(1), unread(2, NOON, "什么")]).await;
    let before = ledger.chain_head().await.unwrap();
    ledger.refill(&hub("hub-2"), Seq(9)).await.unwrap();
    let mut moved = entry(1);
    moved.seq = Seq(7);
    record(&ledger, vec![moved, unread(8, NOON, "什么")]).await;
    assert_eq!(ledger.chain_head().await.unwrap(), before);
    let checked = ledger.verify(Follow::default()).await.unwrap().unwrap();
    assert_eq!(checked.faults, []);
}

#[tokio::test]
async fn a_book_of_before_the_chain_gets_it_some_rows_at_a_time_and_goes_on_after_a_break() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.sqlite");
    let old = sqlite::Db::open(&path, &MIGRATIONS[..3]).unwrap();
    let filled: Result<(), LedgerError> = old
        .call(|db| {
            Ok(db.execute_batch(
                "INSERT INTO logs (hub, after, silent_until, filling_until, after_at) VALUES ('hub-1', 30, 0, 0, 5);
                 INSERT INTO lines (log, seq, day, kind, trust, platform, minor, currency, payer, ord, test, accepted_at, received_at)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
                 SELECT 1, i, '2026-11-21', 'payment', 'confirmed', 'wechat', 1280, 'CNY', '王', 'A' || i, 0, i, i FROM n;
                 INSERT INTO news (line, log, seq, at, step, via, source, news_key, trust, minor, currency, payer)
                 SELECT id, 1, seq, accepted_at, 'accepted', 'sms_forwarder', 'phone-1', 'k' || id, 'reported', 1280, 'CNY', '王' FROM lines;
                 INSERT INTO news (line, log, seq, at, step, via, source, news_key, trust, minor, currency)
                 VALUES (3, 1, 31, 40, 'confirmed', 'wechat_v3', 'wechat', 'k31', 'confirmed', 1280, 'CNY');
                 INSERT INTO unread (log, seq, day, at, via, source, reason) VALUES (1, 32, '2026-11-21', 41, 'sms_forwarder', 'phone-1', 'unknown_wording');
                 INSERT INTO days VALUES ('2026-11-21', 30, 1, 30, 30, 0, 0, 1);
                 INSERT INTO totals VALUES ('2026-11-21', 'CNY', 30, 0, 38400, 0);",
            )?)
        })
        .await;
    filled.unwrap();
    old.close().await;
    // Brought up to date, but nobody chains yet.
    let db = sqlite::Db::open(&path, MIGRATIONS).unwrap();
    let ledger = Ledger::around(db.clone());
    let batch = async |most| {
        let work = move |db: &mut Connection| backlog::batch(db, Timestamp(99), most);
        db.call(work).await.unwrap()
    };
    assert!(batch(20).await);
    record(&ledger, vec![entry(40)]).await;
    assert_eq!(
        ledger.chain_head().await.unwrap().rows,
        20,
        "it waits for those before it"
    );
    let checked = ledger.verify(Follow::default()).await.unwrap().unwrap();
    assert!(checked.unfinished && checked.all_faults == 0, "{checked:?}");
    ledger.close().await;
    drop((ledger, db));
    // The next start goes on with the rest.
    let ledger = Ledger::open(&path).await.unwrap();
    let whole = async || {
        for _ in 0..1_000 {
            if ledger.chain_head().await.unwrap().rows == 33 {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{:?}", ledger.chain_head().await);
    };
    whole().await;
    record(&ledger, vec![entry(41)]).await;
    let checked = ledger.verify(Follow::default()).await.unwrap().unwrap();
    assert_eq!(checked.faults, []);
    assert_eq!((checked.head.rows, checked.unfinished), (34, false));
    assert_eq!(
        ledger.choices().await.unwrap().collectors,
        ["phone-1", "sms_forwarder"]
    );
}

#[test]
fn the_format_that_is_written_down_is_the_one_that_is_used() {
    let format = include_str!("../../../../docs/book-format.md");
    for kind in KINDS {
        let columns = kind.columns.join(", ");
        let row = format!("| `{}` | `{}` | `{columns}` |", kind.name, kind.table);
        assert!(format.contains(&row), "{row}");
        let python = format!("\"{}\": (\"{}\", \"{columns}\"),", kind.name, kind.table);
        assert!(format.contains(&python), "{python}");
    }
}
