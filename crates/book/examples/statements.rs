//! Loads a statement of 100,000 rows (or so many as the first argument says) into a book with as many payments, compares
//! the two, and prints how long that takes, and how long a payment that comes meanwhile waits.
//!
//! `cargo run --release -p book --example statements [rows]`

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::too_many_lines)]

use book::{
    Clocks, Follow, Ledger,
    imports::{By, Imported},
    reconcile::Span,
};
use domain::{
    BusinessDay, Currency, DayRule, Entry, Event, HubId, Kind, Money, News, Payment, Platform, Seq,
    SourceId, SourceKind, Timestamp, Trust, payment::NewsKey,
};
use statements::{
    Ids, Period, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells, When,
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const START: Timestamp = Timestamp(1_795_300_000_000);

fn at(number: u64) -> Timestamp {
    START.plus_ms(i64::try_from(number).unwrap() * 500)
}

fn amount(number: u64) -> Money {
    Money::new(100 + i64::try_from(number % 400).unwrap(), Currency::CNY).unwrap()
}

fn entry(number: u64, day: BusinessDay) -> Entry {
    let news = News {
        source: SourceId::new("wechat").unwrap(),
        via: SourceKind::WechatV3,
        key: NewsKey {
            text: number.to_string(),
            within_ms: None,
            exact: None,
        },
        platform: Platform::WECHAT,
        kind: Kind::Payment,
        trust: Trust::Confirmed,
        amount: Some(amount(number)),
        cumulative: false,
        identity: None,
        transaction: None,
        refund: None,
        order: Some(format!("T-{number}")),
        payer: None,
        note: None,
        paid_at: Some(at(number)),
        device: None,
    };
    let payment = Payment {
        day,
        number: u32::try_from(number).ok(),
        amount: news.amount,
        test: false,
        news,
    };
    Entry {
        seq: Seq(number),
        at: at(number),
        event: Event::Paid(payment),
    }
}

fn statement(count: u64) -> Statement {
    let row = |number: u64| Row {
        line: u32::try_from(number).unwrap(),
        key: format!("4200002468202605{number:012}"),
        kind: RowKind::Payment,
        state: RowState::Done,
        ids: Ids {
            order: Some(format!("T-{number}")),
            transaction: Some(format!("4200002468202605{number:012}")),
            ..Ids::default()
        },
        amount: amount(number),
        fee: Some(1),
        net: Some(amount(number).minor() - 1),
        settled_in: None,
        when: When {
            at: at(number),
            precision: Precision::Second,
        },
        settled_at: None,
        batch: None,
        party: Some("oUpF8uMEb4qRXf22hE3X68TekukE".to_owned()),
        text: Some("milk tea".to_owned()),
    };
    Statement {
        kind: StatementKind::WechatTrade,
        platform: Platform::WECHAT,
        account: Some("1900000109".to_owned()),
        period: Some(Period {
            from: START,
            until: at(count + 1),
        }),
        tells: Tells::All,
        rows: (1..=count).map(row).collect(),
        unreadable: Vec::new(),
        checks: Vec::new(),
    }
}

#[tokio::main]
async fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .map_or(100_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("book.sqlite"))
        .await
        .unwrap();
    let rule = DayRule::default();
    ledger
        .first_visit(&HubId::new("hub").unwrap(), Seq(count))
        .await
        .unwrap();
    let clocks = Clocks {
        here: at(count),
        hub: at(count).plus_ms(3_600_000),
    };
    for some in (1..=count).collect::<Vec<_>>().chunks(5_000) {
        let entries = some
            .iter()
            .map(|number| entry(*number, rule.day_of(at(*number))));
        ledger
            .record(entries.collect(), rule.clone(), clocks)
            .await
            .unwrap();
    }
    let given = statement(count);

    // The same rows into a table of the same columns, by SQLite alone and in one go: what it costs at least.
    let plain = plain(folder.path(), &given);

    // A payment comes every few milliseconds meanwhile.
    let waits = Arc::new(Mutex::new(Vec::new()));
    let paying = tokio::spawn({
        let (ledger, waits, rule) = (ledger.clone(), waits.clone(), rule.clone());
        async move {
            for number in count + 1.. {
                let began = Instant::now();
                let entry = entry(number, rule.day_of(at(number)));
                ledger
                    .record(vec![entry], rule.clone(), clocks)
                    .await
                    .unwrap();
                waits.lock().unwrap().push(began.elapsed());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });
    let began = Instant::now();
    let by = By {
        who: "Li".to_owned(),
        at: at(count),
    };
    let done = ledger
        .import("bill.csv", [1; 32], given, by, Follow::default())
        .await
        .unwrap();
    let loading = began.elapsed();
    paying.abort();
    assert!(matches!(done, Imported::New(_)));
    let mut waits = waits.lock().unwrap().clone();
    waits.sort();
    println!(
        "{count} rows loaded in {loading:?}; SQLite alone: {plain:?}; ratio {:.1}",
        ratio(loading, plain)
    );
    let longest = waits.last().copied().unwrap_or_default();
    let middle = waits.get(waits.len() / 2).copied().unwrap_or_default();
    println!(
        "{} payments came meanwhile; half of them waited {middle:?} at most, the longest {longest:?}",
        waits.len()
    );

    let span = Span {
        from: rule.day_of(START),
        to: rule.day_of(at(count)),
    };
    let began = Instant::now();
    let made = ledger
        .reconcile(
            span,
            rule,
            at(count).plus_ms(5 * 86_400_000),
            Follow::default(),
        )
        .await
        .unwrap()
        .unwrap();
    let matched: u32 = made.result.platforms.iter().map(|one| one.matched).sum();
    println!(
        "compared in {:?}, with reading both sides: {matched} match",
        began.elapsed()
    );
    let began = Instant::now();
    let target = folder.path().join("copy.sqlite");
    let path = folder.path().join("book.sqlite");
    book::backup::back_up(&path, &target, None, &Follow::default()).unwrap();
    let size = std::fs::metadata(&target).unwrap().len();
    println!(
        "copied and read again in {:?}: {} MB",
        began.elapsed(),
        size / 1_000_000
    );
}

fn plain(folder: &std::path::Path, given: &Statement) -> Duration {
    let mut db = rusqlite::Connection::open(folder.join("plain.sqlite")).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE r (id INTEGER PRIMARY KEY, line INTEGER, key TEXT, ord TEXT, trade TEXT, minor INTEGER, at INTEGER,
             party TEXT, text TEXT);
         CREATE INDEX r_at ON r (at); CREATE INDEX r_key ON r (key);",
    )
    .unwrap();
    let began = Instant::now();
    let transaction = db.transaction().unwrap();
    {
        let sql = "INSERT INTO r (line, key, ord, trade, minor, at, party, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let mut insert = transaction.prepare(sql).unwrap();
        for row in &given.rows {
            let values = rusqlite::params![
                row.line,
                row.key,
                row.ids.order,
                row.ids.transaction,
                row.amount.minor(),
                row.when.at.0,
                row.party,
                row.text
            ];
            insert.execute(values).unwrap();
        }
    }
    transaction.commit().unwrap();
    began.elapsed()
}

#[allow(clippy::float_arithmetic, reason = "a measure for people")]
fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}
