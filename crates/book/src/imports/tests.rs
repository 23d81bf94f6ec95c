//! Statements in a real book: whole or not there, once, and taken back with a trace.

use super::*;
use crate::{
    Clocks, chain,
    testing::{cny, day, hub, news, paid},
};
use domain::{DayRule, Seq, SourceKind};
use statements::{Ids, Precision, Row, RowKind, RowState, Tells, When};
use std::sync::Mutex;

const NOON: Timestamp = Timestamp(1_795_300_000_000);
const DAY_MS: i64 = 86_400_000;

pub(crate) fn row(line: u32, minor: i64) -> Row {
    Row {
        line,
        key: format!("key-{line}"),
        kind: RowKind::Payment,
        state: RowState::Done,
        ids: Ids {
            order: Some(format!("order-{line}")),
            ..Ids::default()
        },
        amount: cny(minor),
        fee: Some(minor / 100),
        net: Some(minor - minor / 100),
        settled_in: None,
        when: When {
            at: NOON.plus_ms(i64::from(line) * 1_000),
            precision: Precision::Second,
        },
        settled_at: None,
        batch: None,
        party: Some("王".to_owned()),
        text: None,
    }
}

pub(crate) fn statement(rows: Vec<Row>) -> Statement {
    Statement {
        kind: StatementKind::WechatTrade,
        platform: Platform::WECHAT,
        account: Some("1900000109".to_owned()),
        period: Some(Period {
            from: NOON.plus_ms(-DAY_MS / 2),
            until: NOON.plus_ms(DAY_MS / 2),
        }),
        tells: Tells::All,
        rows,
        unreadable: Vec::new(),
        checks: Vec::new(),
    }
}

pub(crate) fn by() -> By {
    By {
        who: "Li".to_owned(),
        at: NOON,
    }
}

async fn book() -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(&dir.path().join("book.sqlite"))
        .await
        .expect("a book");
    (dir, ledger)
}

async fn load(ledger: &Ledger, digest: u8, rows: Vec<Row>) -> Imported {
    let loading = ledger.import(
        "bill.csv",
        [digest; 32],
        statement(rows),
        by(),
        Follow::default(),
    );
    loading.await.expect("the book takes it")
}

fn new(imported: Imported) -> ImportedStatement {
    match imported {
        Imported::New(statement) => statement,
        other => panic!("{other:?}"),
    }
}

/// All rows that count.
fn living(db: &Connection) -> Result<Vec<LiveRow>, LedgerError> {
    let mut rows = Vec::new();
    let whole = live_rows(db, Timestamp(0), Timestamp(i64::MAX), |row| {
        rows.push(row);
        Ok(true)
    })?;
    assert!(whole);
    Ok(rows)
}

/// The keys of all rows that count.
async fn keys(ledger: &Ledger) -> Vec<String> {
    let rows = ledger.call(|db| living(db)).await;
    let mut keys: Vec<String> = rows
        .expect("read")
        .into_iter()
        .map(|row| row.row.key)
        .collect();
    keys.sort();
    keys
}

async fn counted(ledger: &Ledger, sql: &'static str) -> i64 {
    ledger
        .call(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?))
        .await
        .expect("counted")
}

#[tokio::test]
async fn a_statement_is_loaded_once_and_can_be_taken_back() {
    let (_dir, ledger) = book().await;
    let first = new(load(&ledger, 1, vec![row(1, 1_250), row(2, 900)]).await);
    assert_eq!(
        (first.rows, first.repeated, first.by.as_str()),
        (2, 0, "Li")
    );
    assert_eq!(first.imported_at, NOON);
    assert_eq!(
        load(&ledger, 1, vec![row(1, 1_250), row(2, 900)]).await,
        Imported::Known(first.clone())
    );
    let listed = ledger.statements().await.expect("listed");
    assert_eq!(listed, std::slice::from_ref(&first));
    assert_eq!(keys(&ledger).await, ["key-1", "key-2"]);
    assert!(ledger.take_back(first.id, by()).await.expect("taken back"));
    assert!(!ledger.take_back(first.id, by()).await.expect("once only"));
    assert!(
        !ledger
            .take_back(StatementId(99), by())
            .await
            .expect("there is none")
    );
    assert_eq!(ledger.statements().await.expect("listed"), []);
    assert_eq!(keys(&ledger).await, Vec::<String>::new());
    // Its place is kept, and it can come again.
    let again = new(load(&ledger, 1, vec![row(1, 1_250), row(2, 900)]).await);
    assert!(again.id > first.id);
    assert_eq!(keys(&ledger).await, ["key-1", "key-2"]);
    assert_eq!(counted(&ledger, "SELECT count(*) FROM statements").await, 2);
    // Two statements and one event are in the chain.
    let chained = "SELECT count(*) FROM chain WHERE kind IN ('statement', 'statement_event')";
    assert_eq!(counted(&ledger, chained).await, 3);
}

#[tokio::test]
async fn rows_of_two_files_are_told_and_stay_when_one_of_them_goes() {
    let (_dir, ledger) = book().await;
    let day = new(load(&ledger, 1, vec![row(1, 100), row(2, 200)]).await);
    let month = new(load(&ledger, 2, vec![row(2, 200), row(3, 300)]).await);
    assert_eq!((month.rows, month.repeated), (2, 1));
    ledger.take_back(day.id, by()).await.expect("taken back");
    assert_eq!(keys(&ledger).await, ["key-2", "key-3"]);
    // Another platform's row of the same key is another row.
    let mut other = statement(vec![row(2, 200)]);
    other.platform = Platform::ALIPAY;
    let other = ledger
        .import("b", [3; 32], other, by(), Follow::default())
        .await
        .expect("taken");
    assert_eq!(new(other).repeated, 0);
}

#[tokio::test]
async fn what_cannot_be_read_and_what_does_not_fit_is_shown() {
    let (_dir, ledger) = book().await;
    let mut given = statement(vec![row(1, 100)]);
    given.unreadable = (2..300)
        .map(|line| Unreadable {
            line,
            text: format!("row {line}"),
            reason: "amount".to_owned(),
        })
        .collect();
    given.checks = vec![Check {
        what: "rows".to_owned(),
        stated: "300".to_owned(),
        found: "299".to_owned(),
        holds: false,
    }];
    let loading = ledger.import(
        "a\u{202e}b.csv",
        [1; 32],
        given.clone(),
        by(),
        Follow::default(),
    );
    let shown = new(loading.await.expect("taken"));
    assert_eq!(shown.name, "ab.csv");
    assert_eq!(shown.unreadable_count, 298);
    assert_eq!(shown.unreadable, given.unreadable[..200]);
    assert_eq!(shown.checks, given.checks);
    assert_eq!(
        (shown.period, shown.account.as_deref()),
        (given.period, Some("1900000109"))
    );
}

#[tokio::test]
async fn every_field_of_a_row_comes_back_as_it_was() {
    let (_dir, ledger) = book().await;
    let whole = Row {
        kind: RowKind::Refund,
        state: RowState::Pending,
        ids: Ids {
            order: Some("o".to_owned()),
            transaction: Some("t".to_owned()),
            refund: Some("r".to_owned()),
            refund_order: Some("ro".to_owned()),
        },
        fee: Some(-3),
        net: Some(-97),
        settled_in: Some(domain::Currency::USD),
        settled_at: Some(NOON.plus_ms(5)),
        batch: Some("po_1".to_owned()),
        text: Some("奶茶".to_owned()),
        when: When {
            at: NOON,
            precision: Precision::Day,
        },
        ..row(7, 100)
    };
    let rows = vec![whole, row(8, 200)];
    new(load(&ledger, 1, rows.clone()).await);
    let found = ledger.call(|db| living(db)).await;
    let found: Vec<Row> = found
        .expect("read")
        .into_iter()
        .map(|one| one.row)
        .collect();
    assert_eq!(found, rows);
}

#[tokio::test]
async fn a_file_that_is_stopped_anywhere_leaves_nothing() {
    let (_dir, ledger) = book().await;
    let rows: Vec<Row> = (1..=2_500).map(|line| row(line, 100)).collect();
    for step in 1.. {
        let told = Arc::new(Mutex::new((0, None::<Follow>)));
        let telling = told.clone();
        let follow = Follow::telling(move |_| {
            let mut told = telling.lock().expect("told");
            told.0 += 1;
            if told.0 == step {
                told.1.as_ref().expect("set").stop();
            }
        });
        told.lock().expect("told").1 = Some(follow.clone());
        let done = ledger
            .import("bill", [1; 32], statement(rows.clone()), by(), follow)
            .await;
        told.lock().expect("told").1 = None;
        if matches!(done, Ok(Imported::New(_))) {
            assert!(step > 3, "{step}");
            break;
        }
        assert!(matches!(done, Ok(Imported::Stopped)), "{done:?}");
        let left =
            "SELECT (SELECT count(*) FROM statement_rows) + (SELECT count(*) FROM statement_drafts)
                        + (SELECT count(*) FROM statements)";
        assert_eq!(counted(&ledger, left).await, 0, "stopped at {step}");
    }
    assert_eq!(keys(&ledger).await.len(), 2_500);
}

#[tokio::test]
async fn what_a_power_cut_left_does_not_count_and_goes_with_the_next_file() {
    let (_dir, ledger) = book().await;
    new(load(&ledger, 1, vec![row(1, 100)]).await);
    // As far as it comes: a draft with two of its rows.
    ledger
        .batch(
            "INSERT INTO statement_drafts (id) VALUES (2);
             INSERT INTO statement_rows (statement, line, key, kind, state, minor, currency, at, precision)
             VALUES (2, 5, 'key-5', 'payment', 'done', 100, 'CNY', 5, 'second'),
                    (2, 6, 'key-6', 'payment', 'done', 100, 'CNY', 6, 'second');
             INSERT INTO statement_unreadable (statement, line, text, reason) VALUES (2, 7, 'x', 'amount');",
        )
        .await
        .expect("written");
    assert_eq!(keys(&ledger).await, ["key-1"]);
    assert_eq!(ledger.statements().await.expect("listed").len(), 1);
    let next = new(load(&ledger, 2, vec![row(9, 100)]).await);
    assert_eq!(next.unreadable_count, 0);
    assert_eq!(keys(&ledger).await, ["key-1", "key-9"]);
    assert_eq!(
        counted(&ledger, "SELECT count(*) FROM statement_rows").await,
        2
    );
    assert_eq!(
        counted(&ledger, "SELECT count(*) FROM statement_unreadable").await,
        0
    );
    assert_eq!(
        counted(&ledger, "SELECT count(*) FROM statement_drafts").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_comes_meanwhile_does_not_wait_for_the_file() {
    let (_dir, ledger) = book().await;
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    let (inner, recorded) = (ledger.clone(), Arc::new(Mutex::new(0_u64)));
    let count = recorded.clone();
    // Between any two pieces the book takes a payment.
    let follow = Follow::telling(move |_| {
        let mut count = count.lock().expect("count");
        *count += 1;
        let news = news(SourceKind::WechatV3, *count, Some(cny(100)));
        let entry = paid(*count, NOON, day("2026-11-22"), news);
        let clocks = Clocks {
            here: NOON,
            hub: NOON,
        };
        let recording = inner.record(vec![entry], DayRule::default(), clocks);
        let done =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(recording));
        done.expect("recorded");
    });
    let rows: Vec<Row> = (1..=4_000).map(|line| row(line, 100)).collect();
    let loading = ledger.import("bill", [1; 32], statement(rows), by(), follow);
    new(loading.await.expect("taken"));
    let recorded = *recorded.lock().expect("count");
    assert!(recorded >= 4, "{recorded}");
    assert_eq!(
        counted(&ledger, "SELECT count(*) FROM lines").await,
        i64::try_from(recorded).expect("few")
    );
}

#[tokio::test]
async fn the_same_file_loaded_twice_at_once_counts_once() {
    let (_dir, ledger) = book().await;
    let rows: Vec<Row> = (1..=1_500).map(|line| row(line, 100)).collect();
    let (one, two) = tokio::join!(load(&ledger, 1, rows.clone()), load(&ledger, 1, rows));
    let kinds = [&one, &two].map(|done| matches!(done, Imported::New(_)));
    assert!(kinds[0] != kinds[1], "{kinds:?}");
    assert_eq!(keys(&ledger).await.len(), 1_500);
}

#[tokio::test]
async fn rows_that_were_changed_behind_the_book_s_back_are_found() {
    let (_dir, ledger) = book().await;
    let mut given = statement(vec![row(1, 100), row(2, 200)]);
    given.unreadable = vec![Unreadable {
        line: 3,
        text: "?".to_owned(),
        reason: "time".to_owned(),
    }];
    let loading = ledger.import("a", [1; 32], given, by(), Follow::default());
    let first = new(loading.await.expect("taken"));
    new(load(&ledger, 2, vec![row(3, 100)]).await);
    let look = async || ledger.call(|db| Ok(damaged(db)?)).await.expect("looked");
    assert_eq!(look().await, []);
    for (change, back) in [
        (
            "UPDATE statement_rows SET minor = 101 WHERE key = 'key-1'",
            "UPDATE statement_rows SET minor = 100 WHERE key = 'key-1'",
        ),
        // What cannot even be read.
        (
            "UPDATE statement_rows SET kind = 'x' WHERE key = 'key-1'",
            "UPDATE statement_rows SET kind = 'payment' WHERE key = 'key-1'",
        ),
        (
            "UPDATE statement_rows SET currency = '' WHERE key = 'key-1'",
            "UPDATE statement_rows SET currency = 'CNY' WHERE key = 'key-1'",
        ),
        (
            "UPDATE statement_rows SET line = -1 WHERE key = 'key-1'",
            "UPDATE statement_rows SET line = 1 WHERE key = 'key-1'",
        ),
        (
            "UPDATE statement_unreadable SET text = '!'",
            "UPDATE statement_unreadable SET text = '?'",
        ),
        (
            "UPDATE statement_rows SET statement = 7 WHERE key = 'key-2'",
            "UPDATE statement_rows SET statement = 1 WHERE key = 'key-2'",
        ),
    ] {
        ledger.batch(change).await.expect("changed");
        assert_eq!(look().await, [first.id], "{change}");
        let verified = ledger
            .verify(Follow::default())
            .await
            .expect("checked")
            .expect("not stopped");
        let found: Vec<_> = verified
            .faults
            .iter()
            .map(|fault| (fault.kind.as_deref(), fault.row))
            .collect();
        assert_eq!(found, [(Some("statement"), Some(first.id.0))], "{change}");
        ledger.batch(back).await.expect("changed back");
        assert_eq!(look().await, [], "{back}");
    }
    let head = ledger.chain_head().await.expect("a head");
    assert!(head != chain::Head::EMPTY);
}
