//! The book on real files: nothing twice, nothing lost, totals right, search complete.

use super::*;
use crate::fresh::STALE_MS;
use crate::testing::{cny, confirmed, day, hub, news, paid, unread};
use domain::{BusinessDay, Currency, DayRule, Entry, Event, Kind, News, SourceKind, Trust};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOON: Timestamp = Timestamp(1_795_300_000_000);

fn clocks(now: Timestamp) -> Clocks {
    Clocks {
        here: now,
        hub: now,
    }
}

fn today() -> BusinessDay {
    DayRule::default().day_of(NOON)
}

async fn open(dir: &tempfile::TempDir) -> Ledger {
    Ledger::open(&dir.path().join("book.sqlite"))
        .await
        .expect("a book")
}

/// A new book that follows a hub from 0.
async fn fresh() -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a folder");
    let ledger = open(&dir).await;
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    (dir, ledger)
}

async fn record(ledger: &Ledger, entries: Vec<Entry>) -> Vec<Recorded> {
    ledger
        .record(entries, DayRule::default(), clocks(NOON))
        .await
        .expect("recorded")
}

#[tokio::test]
async fn a_book_of_before_receipts_is_brought_up_to_date_with_everything_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.sqlite");
    let before = sqlite::Db::open(&path, &MIGRATIONS[..2]).unwrap();
    let old: Result<(), LedgerError> = before
        .call(|db| {
            Ok(db.execute_batch(
                "INSERT INTO logs (hub, after, silent_until, filling_until, after_at) VALUES ('hub-1', 1, 0, 0, 5);
                 INSERT INTO lines (log, seq, day, kind, trust, platform, minor, currency, test, accepted_at, received_at)
                 VALUES (1, 1, '2026-11-22', 'payment', 'reported', 'wechat', 1280, 'CNY', 0, 5, 5);",
            )?)
        })
        .await;
    old.unwrap();
    before.close().await;
    let ledger = open(&dir).await;
    let line = ledger.line(LineId(1)).await.unwrap().expect("it is there");
    assert_eq!(line.amount, Some(cny(1280)));
    assert_eq!(ledger.cursor().await.unwrap().after, Seq(1));
    let jobs = ledger.call(|db| {
        let sql = "SELECT count(*) FROM print_jobs";
        Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(jobs.await.unwrap(), 0);
    ledger.close().await;
    // The program of before refuses it, rather than forget what is on paper.
    let older = sqlite::Db::open(&path, &MIGRATIONS[..2]).err();
    assert!(
        matches!(older, Some(sqlite::OpenError::Newer { .. })),
        "{older:?}"
    );
}

fn phone(key: u64, minor: i64) -> News {
    news(SourceKind::SmsForwarder, key, Some(cny(minor)))
}

fn signed(key: u64, minor: i64) -> News {
    news(SourceKind::WechatV3, key, Some(cny(minor)))
}

async fn search(ledger: &Ledger, text: &str) -> Vec<u64> {
    let query = HistoryQuery {
        search: Some(text.to_owned()),
        limit: 50,
        ..HistoryQuery::default()
    };
    ledger
        .page(query)
        .await
        .expect("a page")
        .iter()
        .map(|line| line.seq.0)
        .collect()
}

#[tokio::test]
async fn rows_and_cursor_survive_a_restart_and_come_once() {
    let (dir, ledger) = fresh().await;
    let entries = vec![
        paid(1, NOON, today(), phone(1, 1250)),
        paid(2, NOON, today(), phone(2, 1250)),
    ];
    let first = record(&ledger, entries.clone()).await;
    assert!(
        matches!(first[..], [Recorded::New(_), Recorded::New(_)]),
        "two equal payments are two"
    );
    ledger.close().await;
    let ledger = open(&dir).await;
    assert_eq!(
        ledger.cursor().await.unwrap(),
        Cursor {
            hub: Some(hub("hub-1")),
            after: Seq(2),
            after_at: Some(NOON),
        }
    );
    assert_eq!(
        record(&ledger, entries).await,
        [Recorded::Known, Recorded::Known]
    );
    assert_eq!(
        ledger
            .page(HistoryQuery {
                limit: 10,
                ..HistoryQuery::default()
            })
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn an_entry_that_cannot_be_stored_leaves_rows_and_cursor_as_they_were() {
    let (_dir, ledger) = fresh().await;
    record(&ledger, vec![paid(1, NOON, today(), phone(1, 100))]).await;
    let broken = ledger
        .call(|db| {
            Ok(db.execute_batch(
                "CREATE TRIGGER full BEFORE INSERT ON news WHEN new.seq = 3
                                        BEGIN SELECT raise(ABORT, 'disk full'); END",
            )?)
        })
        .await;
    broken.expect("a trigger");
    let entries = vec![
        paid(2, NOON, today(), phone(2, 200)),
        paid(3, NOON, today(), phone(3, 300)),
    ];
    let failed = ledger
        .record(entries.clone(), DayRule::default(), clocks(NOON))
        .await;
    assert!(matches!(failed, Err(LedgerError::Storage(_))));
    assert_eq!(ledger.cursor().await.unwrap().after, Seq(1));
    assert_eq!(ledger.day(today()).await.unwrap().0.totals[0].paid, 100);
    ledger
        .call(|db| Ok(db.execute_batch("DROP TRIGGER full")?))
        .await
        .unwrap();
    assert!(matches!(
        record(&ledger, entries).await[..],
        [Recorded::New(_), Recorded::New(_)]
    ));
}

#[tokio::test]
async fn one_desk_at_a_time_and_no_newer_schema() {
    let (dir, ledger) = fresh().await;
    let second = Ledger::open(&dir.path().join("book.sqlite")).await;
    assert!(matches!(second, Err(LedgerError::Locked)));
    ledger.close().await;
    let file = rusqlite::Connection::open(dir.path().join("book.sqlite")).unwrap();
    file.execute_batch("PRAGMA user_version = 999").unwrap();
    drop(file);
    assert!(matches!(
        Ledger::open(&dir.path().join("book.sqlite")).await,
        Err(LedgerError::Newer)
    ));
}

#[tokio::test]
async fn confirming_changes_the_line_and_keeps_all_news() {
    let (_dir, ledger) = fresh().await;
    record(&ledger, vec![paid(1, NOON, today(), phone(1, 1250))]).await;
    let mut platform = signed(9, 1260);
    (platform.order, platform.payer) = (Some("A-100".to_owned()), Some("李*芳".to_owned()));
    let results = record(&ledger, vec![confirmed(2, NOON.plus_ms(900), 1, platform)]).await;
    let [Recorded::Changed(line)] = &results[..] else {
        panic!("{results:?}")
    };
    assert_eq!(
        (line.trust, line.amount, line.order.as_deref()),
        (Trust::Confirmed, Some(cny(1260)), Some("A-100"))
    );
    let Details {
        line: found, news, ..
    } = ledger.details(line.id).await.unwrap().expect("a line");
    assert_eq!(&found, line);
    assert_eq!(
        news.iter().map(|n| n.step.as_str()).collect::<Vec<_>>(),
        ["accepted", "confirmed"]
    );
    assert_eq!(news[0].amount, Some(cny(1250)));
    let (totals, _) = ledger.day(today()).await.unwrap();
    assert_eq!(
        (totals.unconfirmed, totals.totals[0].paid, totals.payments),
        (0, 1260, 1)
    );
    assert_eq!(
        search(&ledger, "A-1").await,
        [1],
        "what came later is found too"
    );
    assert_eq!(search(&ledger, "12.50").await, Vec::<u64>::new());
}

#[tokio::test]
async fn news_of_an_unknown_payment_does_not_hold_up_the_log() {
    let (_dir, ledger) = fresh().await;
    let results = record(
        &ledger,
        vec![
            confirmed(1, NOON, 77, signed(1, 100)),
            paid(2, NOON, today(), phone(2, 5)),
        ],
    )
    .await;
    assert!(matches!(results[..], [Recorded::Known, Recorded::New(_)]));
    assert_eq!(ledger.cursor().await.unwrap().after, Seq(2));
}

#[tokio::test]
async fn a_refill_after_a_move_makes_no_line_twice_and_announces_only_what_nobody_heard() {
    let (_dir, ledger) = fresh().await;
    let mut refund = phone(3, 700);
    refund.kind = Kind::Refund;
    let old = vec![
        paid(1, NOON, today(), phone(1, 1250)),
        confirmed(2, NOON, 1, signed(1, 1250)),
        paid(3, NOON, today(), refund),
        unread(4, NOON, "什么"),
    ];
    record(&ledger, old.clone()).await;
    let before = (
        ledger.day(today()).await.unwrap(),
        ledger.unread(None, 10).await.unwrap(),
    );
    // The hub was restored from a copy that ended at 3, and took in two other payments: one of now, one of before.
    ledger.refill(&hub("hub-1"), Seq(5)).await.unwrap();
    assert_eq!(
        ledger.cursor().await.unwrap(),
        Cursor {
            hub: Some(hub("hub-1")),
            after: Seq(0),
            after_at: None,
        }
    );
    let mut again = old[..3].to_vec();
    again.push(paid(4, NOON, today(), phone(4, 300)));
    again.push(paid(5, NOON.plus_ms(-STALE_MS - 1), today(), phone(5, 200)));
    let results = record(&ledger, again).await;
    assert!(
        matches!(&results[..], [Recorded::Known, Recorded::Known, Recorded::Known, Recorded::New(fresh), Recorded::New(old)]
            if !fresh.told && old.told)
    );
    assert_eq!(
        ledger.cursor().await.unwrap().after_at,
        Some(NOON.plus_ms(-STALE_MS - 1))
    );
    let after = ledger.day(today()).await.unwrap();
    assert_eq!(after.0.totals[0].paid, before.0.0.totals[0].paid + 500);
    assert_eq!(after.0.totals[0].refunds, 1);
    assert_eq!(
        ledger
            .page(HistoryQuery {
                limit: 10,
                ..HistoryQuery::default()
            })
            .await
            .unwrap()
            .len(),
        4
    );
    let news = ledger.details(LineId(1)).await.unwrap().unwrap().news;
    assert_eq!(news.len(), 2, "news is not doubled");
    // Past the refill all is announced as ever, and joins what came before by its new number.
    let results = record(
        &ledger,
        vec![
            confirmed(6, NOON, 4, signed(4, 300)),
            paid(7, NOON, today(), phone(6, 1)),
        ],
    )
    .await;
    assert!(matches!(&results[..], [Recorded::Changed(_), Recorded::New(line)] if !line.told));
}

#[tokio::test]
async fn a_first_fill_announces_only_what_is_fresh() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(&dir).await;
    ledger.first_visit(&hub("hub-1"), Seq(2)).await.unwrap();
    let old = NOON.plus_ms(-STALE_MS - 1);
    let entries = vec![
        paid(1, old, today(), phone(1, 1)),
        paid(2, NOON, today(), phone(2, 2)),
        paid(3, old, today(), phone(3, 3)),
    ];
    let told: Vec<bool> = record(&ledger, entries)
        .await
        .into_iter()
        .map(|one| match one {
            Recorded::New(line) => line.told,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [true, false, false]);
    assert_eq!(
        ledger
            .untold()
            .await
            .unwrap()
            .iter()
            .map(|line| line.seq.0)
            .collect::<Vec<_>>(),
        [2, 3]
    );
}

#[tokio::test]
async fn marks_are_written_once() {
    let (_dir, ledger) = fresh().await;
    let results = record(
        &ledger,
        vec![
            paid(1, NOON, today(), phone(1, 1)),
            paid(2, NOON, today(), phone(2, 2)),
        ],
    )
    .await;
    let [Recorded::New(one), Recorded::New(two)] = &results[..] else {
        panic!("{results:?}")
    };
    ledger
        .mark_shown(vec![one.id], NOON.plus_ms(10))
        .await
        .unwrap();
    ledger
        .mark_shown(vec![one.id], NOON.plus_ms(99))
        .await
        .unwrap();
    ledger
        .mark_spoken(vec![one.id], NOON.plus_ms(20))
        .await
        .unwrap();
    ledger
        .mark_told(vec![two.id], NOON.plus_ms(30))
        .await
        .unwrap();
    ledger
        .mark_spoken(vec![one.id], NOON.plus_ms(99))
        .await
        .unwrap();
    let line = ledger.line(one.id).await.unwrap().unwrap();
    assert_eq!(
        (line.shown_at, line.spoken_at, line.told),
        (Some(NOON.plus_ms(10)), Some(NOON.plus_ms(20)), true)
    );
    let line = ledger.line(two.id).await.unwrap().unwrap();
    assert_eq!(
        (line.shown_at, line.spoken_at, line.told),
        (None, None, true)
    );
    assert_eq!(ledger.untold().await.unwrap(), []);
}

#[tokio::test]
async fn search_finds_amount_payer_note_and_numbers() {
    let (_dir, ledger) = fresh().await;
    let with = |seq: u64, change: fn(&mut News)| {
        let mut news = phone(seq, 1000 + i64::try_from(seq).unwrap());
        change(&mut news);
        paid(seq, NOON, today(), news)
    };
    let entries = vec![
        with(1, |n| n.payer = Some("李小芳".to_owned())),
        with(2, |n| n.note = Some("二楼 3号桌 茶水".to_owned())),
        with(3, |n| n.order = Some("T2026-0099".to_owned())),
        with(4, |n| n.transaction = Some("4200009876543210".to_owned())),
        with(5, |n| n.payer = Some("Maria O\"Neill 100%".to_owned())),
        with(6, |n| n.amount = Money::new(1280, Currency::USD)),
        with(7, |n| n.amount = Some(cny(128_000))),
        with(8, |n| n.payer = Some("*芳".to_owned())),
    ];
    record(&ledger, entries).await;
    for (text, found) in [
        ("李小", &[1][..]),
        ("小芳", &[1]),
        ("芳", &[8, 1]),
        ("李小芳", &[1]),
        ("李芳", &[]),
        ("号桌 茶", &[2]),
        ("桌", &[2]),
        ("0099", &[3]),
        ("t2026", &[3]),
        ("98765432", &[4]),
        ("4200009876543210", &[4]),
        ("420000 9876543210", &[]),
        ("765432987", &[]),
        ("t2026-0099", &[3]),
        ("O\"NEILL 100%", &[5]),
        ("Neill_100", &[]),
        ("maria", &[5]),
        ("O\"Ne", &[5]),
        ("0%", &[5]),
        ("%", &[5]),
        ("_", &[]),
        ("12.8", &[6]),
        ("12.80", &[6]),
        ("$12.80", &[6]),
        ("1,280", &[7]),
        ("¥1280.00", &[7]),
        ("10.03", &[3]),
        ("99", &[3]),
        ("nobody", &[]),
        ("\" OR \"", &[]),
        ("-*", &[]),
    ] {
        assert_eq!(search(&ledger, text).await, found, "{text}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_within_days() {
    let (_dir, ledger) = fresh().await;
    let days = ["2026-11-20", "2026-11-21", "2026-11-22"];
    let entries = (0..90_u64).map(|i| {
        let mut news = phone(i, 100);
        news.note = Some("午餐特价".to_owned());
        paid(
            i + 1,
            NOON,
            day(days[usize::try_from(i / 30).unwrap()]),
            news,
        )
    });
    record(&ledger, entries.collect()).await;
    for search in [None, Some("1.00"), Some("午餐"), Some("餐特价"), Some("午")] {
        let mut query = HistoryQuery {
            from: Some(day("2026-11-21")),
            to: Some(day("2026-11-21")),
            search: search.map(str::to_owned),
            limit: 12,
            ..HistoryQuery::default()
        };
        let mut seen = Vec::new();
        loop {
            let mut lines = ledger.page(query.clone()).await.unwrap();
            let more = lines.len() > 12;
            lines.truncate(12);
            query.before = lines.last().map(|line| line.id);
            seen.extend(lines.iter().map(|line| line.seq.0));
            if !more {
                break;
            }
        }
        assert_eq!(seen, (31..=60).rev().collect::<Vec<_>>(), "{search:?}");
    }
    let none = HistoryQuery {
        from: Some(day("2027-01-01")),
        limit: 5,
        ..HistoryQuery::default()
    };
    assert_eq!(ledger.page(none).await.unwrap(), []);
    let listed: Vec<String> = ledger
        .days()
        .await
        .unwrap()
        .iter()
        .map(|(day, ..)| day.to_string())
        .collect();
    assert_eq!(listed, ["2026-11-22", "2026-11-21", "2026-11-20"]);
}

#[tokio::test]
async fn kept_values_come_back() {
    let (_dir, ledger) = fresh().await;
    assert_eq!(ledger.kept::<i64>("muted_until").await.unwrap(), None);
    ledger.keep("muted_until", &5_i64).await.unwrap();
    ledger.keep("muted_until", &7_i64).await.unwrap();
    assert_eq!(ledger.kept::<i64>("muted_until").await.unwrap(), Some(7));
}

/// One thing that can come, for the property below.
#[derive(Debug, Clone)]
enum Came {
    Paid {
        day: u8,
        refund: bool,
        test: bool,
        amount: Option<i64>,
        dollars: bool,
        phone: bool,
    },
    Confirmed {
        of: usize,
        amount: i64,
    },
    Unread,
}

fn came() -> impl Strategy<Value = Came> {
    let amount = proptest::option::weighted(0.9, 1_i64..1_000_000);
    prop_oneof![
        6 => (0_u8..3, any::<bool>(), proptest::bool::weighted(0.1), amount, any::<bool>(), any::<bool>()).prop_map(
            |(day, refund, test, amount, dollars, phone)| Came::Paid { day, refund, test, amount, dollars, phone }),
        3 => (0_usize..50, 1_i64..1_000_000).prop_map(|(of, amount)| Came::Confirmed { of, amount }),
        1 => Just(Came::Unread),
    ]
}

fn entries(story: &[Came]) -> Vec<Entry> {
    let mut payments: Vec<(u64, Currency)> = Vec::new();
    story
        .iter()
        .zip(1_u64..)
        .map(|(came, seq)| match came {
            Came::Paid {
                day: on,
                refund,
                test,
                amount,
                dollars,
                phone,
            } => {
                let currency = if *dollars {
                    Currency::USD
                } else {
                    Currency::CNY
                };
                payments.push((seq, currency));
                let via = if *phone {
                    SourceKind::SmsForwarder
                } else {
                    SourceKind::WechatV3
                };
                let mut news = news(
                    via,
                    seq,
                    amount.and_then(|minor| Money::new(minor, currency)),
                );
                news.kind = if *refund { Kind::Refund } else { Kind::Payment };
                let mut entry = paid(seq, NOON, day(&format!("2026-11-2{on}")), news);
                if let Event::Paid(payment) = &mut entry.event {
                    payment.test = *test;
                }
                entry
            }
            Came::Confirmed { of, amount } if !payments.is_empty() => {
                let (payment, currency) = payments[of % payments.len()];
                let news = news(SourceKind::WechatV3, seq, Money::new(*amount, currency));
                confirmed(seq, NOON, payment, news)
            }
            _ => unread(seq, NOON, "?"),
        })
        .collect()
}

/// What a book of these entries comes to, counted the plain way.
fn model(entries: &[Entry]) -> BTreeMap<String, DayTotals> {
    let mut lines: BTreeMap<Seq, (domain::Payment, Trust)> = BTreeMap::new();
    let mut days: BTreeMap<String, DayTotals> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Event::Paid(payment) => {
                _ = lines.insert(entry.seq, (payment.clone(), payment.news.trust))
            }
            Event::Confirmed(joined) | Event::Attached(joined) => {
                let (payment, trust) = lines.get_mut(&joined.payment).expect("known");
                (payment.amount, *trust) = (joined.amount, joined.trust);
            }
            Event::NotUnderstood(_) => {
                days.entry(today().to_string()).or_default().not_understood += 1
            }
        }
    }
    for (payment, trust) in lines.values().filter(|(payment, _)| !payment.test) {
        let day = days.entry(payment.day.to_string()).or_default();
        let is_refund = payment.news.kind == Kind::Refund;
        day.payments += u32::from(!is_refund);
        day.unconfirmed += u32::from(*trust == Trust::Reported);
        day.without_amount += u32::from(payment.amount.is_none());
        let Some(amount) = payment.amount else {
            continue;
        };
        let currency = amount.currency();
        if !day.totals.iter().any(|total| total.currency == currency) {
            day.totals.push(Total {
                currency,
                payments: 0,
                refunds: 0,
                paid: 0,
                refunded: 0,
            });
            day.totals.sort_by_key(|total| total.currency);
        }
        let total = day
            .totals
            .iter_mut()
            .find(|total| total.currency == currency)
            .expect("just made");
        let (count, sum) = match is_refund {
            true => (&mut total.refunds, &mut total.refunded),
            false => (&mut total.payments, &mut total.paid),
        };
        (*count, *sum) = (*count + 1, *sum + amount.minor());
    }
    days
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.min(48), ..ProptestConfig::default() })]
    #[test]
    fn day_totals_are_the_sum_of_the_entries(story in proptest::collection::vec(came(), 1..40), cut in 0_usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).expect("a book"));
            ledger.first_visit(&hub("hub-1"), Seq(0)).await.expect("a log");
            let entries = entries(&story);
            // In two batches that overlap, then once more from 0 under a new log: none of it may change a sum.
            let cut = cut.min(entries.len());
            record(&ledger, entries[..cut].to_vec()).await;
            record(&ledger, entries.clone()).await;
            let expected = model(&entries);
            for again in [false, true] {
                if again {
                    ledger.refill(&hub("hub-2"), Seq(100)).await.expect("a log");
                    record(&ledger, entries.clone()).await;
                }
                for on in ["2026-11-20", "2026-11-21", "2026-11-22", &today().to_string()] {
                    let (found, _) = ledger.day(day(on)).await.expect("a day");
                    assert_eq!(found, expected.get(on).cloned().unwrap_or_default(), "{on}, again: {again}");
                }
            }
        });
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_leaves_nothing_being_announced() {
    const HOUR: i64 = 3_600_000;
    let (_dir, ledger) = fresh().await;
    let told = record(&ledger, vec![paid(1, NOON, today(), phone(1, 1250))]).await;
    // (now against the row's time, announcing before it was spoken, and after)
    let cases = [
        (1_000, true, true),
        (-1_000, true, true),
        (60_000, true, false),
        (200_000, false, false),
        (-HOUR, false, false),
        (HOUR, false, false),
    ];
    let announcing = async |ms| {
        let going_on = ledger.going_on(NOON.plus_ms(ms)).await;
        going_on.expect("the book answers").announcing
    };
    for (ms, untold, _) in cases {
        assert_eq!(announcing(ms).await, untold, "untold, {ms} ms later");
    }
    for one in told {
        let Recorded::New(Line { id: line, .. }) = one else {
            panic!("{one:?}")
        };
        ledger.mark_spoken(vec![line], NOON).await.expect("marked");
        ledger.mark_told(vec![line], NOON).await.expect("marked");
    }
    for (ms, _, spoken) in cases {
        assert_eq!(announcing(ms).await, spoken, "spoken, {ms} ms later");
    }
}
