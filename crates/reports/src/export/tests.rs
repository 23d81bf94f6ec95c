//! Payments out of a real book: all of them, once, in order, and the sums of the book itself.

use super::*;
use book::testing::{cny, hub, news, paid};
use domain::{BusinessDay, Kind, Platform, Seq, SourceKind, Timestamp};
use std::{fs, sync::Mutex};

const NOON: Timestamp = Timestamp(1_795_300_000_000);

fn rule() -> DayRule {
    DayRule::new("Asia/Shanghai", 4).expect("a rule")
}

fn texts() -> Arc<Texts> {
    Arc::new(Texts::read(include_str!(
        "../../../../ui/src/locales/en.json"
    )))
}

/// A book of so many payments: five a day, some refunds, some by Alipay, some with troublesome texts.
async fn book_of(count: u64) -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(&dir.path().join("book.sqlite")).await;
    let ledger = ledger.expect("a book");
    ledger
        .first_visit(&hub("hub"), Seq(0))
        .await
        .expect("a log");
    let entries = (1..=count).map(|seq| {
        let minor = i64::try_from(seq).expect("small") * 7;
        let mut news = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
        news.order = Some(format!("42000022220{seq:017}"));
        news.payer = Some("=cmd|' /C calc'!A0".to_owned());
        if seq % 7 == 0 {
            news.kind = Kind::Refund;
        }
        if seq % 3 == 0 {
            news.platform = Platform::ALIPAY;
        }
        let at = NOON.plus_ms(i64::try_from(seq / 5).expect("small") * 86_400_000);
        paid(seq, at, rule().day_of(at), news)
    });
    let clocks = book::Clocks {
        here: NOON,
        hub: NOON,
    };
    let entries: Vec<_> = entries.collect();
    let recorded = ledger.record(entries, rule(), clocks).await;
    recorded.expect("recorded");
    (dir, ledger)
}

fn wish(place: PathBuf, format: Format) -> PaymentsExport {
    PaymentsExport {
        query: HistoryQuery::default(),
        format,
        place,
        shop: "Corner".to_owned(),
        software: "0.1.0".to_owned(),
        at: NOON,
        rule: rule(),
        texts: texts(),
    }
}

fn records(path: &std::path::Path) -> Vec<csv::StringRecord> {
    let text = fs::read_to_string(path).expect("a file");
    let text = text.strip_prefix('\u{feff}').expect("the mark").to_owned();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row")).collect()
}

#[tokio::test]
async fn every_payment_is_in_the_file_once_oldest_first() {
    let (dir, ledger) = book_of(5_001).await;
    let place = dir.path().join("out/payments.csv");
    let told = Mutex::new(Vec::new());
    let progress = |thousandths| told.lock().expect("alone").push(thousandths);
    let stop = CancellationToken::new();
    let written = payments(&ledger, wish(place.clone(), Format::Csv), progress, &stop).await;
    let written = written.expect("written");
    assert_eq!(written.rows, 5_001);
    assert_eq!(written.bytes, fs::metadata(&place).expect("a file").len());
    let rows = records(&place);
    let column = |head: &str| {
        let at = COLUMNS.iter().position(|one| one.head == head);
        at.expect("a column")
    };
    let ids: Vec<u64> = rows
        .iter()
        .map(|row| row[column("sheet.row")].parse().expect("a row"))
        .collect();
    assert_eq!(ids, (1..=5_001).collect::<Vec<_>>());
    let first = &rows[0];
    assert_eq!(&first[column("sheet.amount")], "0.07");
    assert_eq!(
        &first[column("sheet.order")],
        "\t4200002222000000000000000001"
    );
    assert_eq!(&first[column("sheet.payer")], "'=cmd|' /C calc'!A0");
    assert_eq!(&rows[6][column("sheet.amount")], "-0.49");
    let head = ledger.chain_head().await.expect("a chain");
    let chain = [head.rows.to_string(), head.text()];
    assert_eq!([&first[COLUMNS.len()], &first[COLUMNS.len() + 1]], chain);
    assert_eq!(
        [&rows[1][COLUMNS.len()], &rows[1][COLUMNS.len() + 1]],
        ["", ""]
    );
    let told = told.into_inner().expect("alone");
    assert!(
        told.len() >= 3 && told.is_sorted() && told.last() == Some(&1_000),
        "{told:?}"
    );
    let left = fs::read_dir(dir.path().join("out"))
        .expect("a folder")
        .count();
    assert_eq!(left, 1, "nothing lies beside it");
}

#[tokio::test]
async fn sums_are_the_books_own_and_days_choose() {
    let (dir, ledger) = book_of(400).await;
    let days = ledger.days().await.expect("days");
    let (from, to) = (days[9].0, days[2].0);
    let stop = CancellationToken::new();
    let mut wish = wish(dir.path().join("payments.xlsx"), Format::Xlsx);
    wish.query.from = Some(from);
    wish.query.to = Some(to);
    let written = payments(&ledger, wish.clone(), |_| {}, &stop)
        .await
        .expect("written");
    assert_eq!(written.rows, 40);
    let mut read: calamine::Xlsx<_> = calamine::open_workbook(&wish.place).expect("a workbook");
    let sheet = calamine::Reader::worksheet_range(&mut read, "Totals by day").expect("a sheet");
    let mut sums = Vec::new();
    for row in sheet.rows().skip(1) {
        let day = calamine::DataType::as_date(&row[0]);
        let number = |at: usize| row[at].to_string();
        sums.push((
            day.map(|day| day.to_string()),
            number(2),
            number(3),
            number(6),
        ));
    }
    let known = days[2..=9].iter().rev().map(|(day, _, totals)| {
        let total = &totals[0];
        let plain = |minor: i64| {
            let text = book::bounded(minor, total.currency).decimal();
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        (
            Some(day.to_string()),
            total.payments.to_string(),
            plain(total.paid),
            plain(total.paid - total.refunded),
        )
    });
    assert_eq!(sums, known.collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_stopped_leaves_nothing_and_replaces_nothing() {
    let (dir, ledger) = book_of(5_001).await;
    let place = dir.path().join("out/payments.xlsx");
    fs::create_dir(dir.path().join("out")).expect("a folder");
    fs::write(&place, "the one of yesterday").expect("an older file");
    let stop = CancellationToken::new();
    let stopped = payments(
        &ledger,
        wish(place.clone(), Format::Xlsx),
        |_| stop.cancel(),
        &stop,
    )
    .await;
    assert!(matches!(stopped, Err(ExportError::Stopped)));
    assert_eq!(
        fs::read(&place).expect("the old one"),
        b"the one of yesterday"
    );
    assert_eq!(
        fs::read_dir(dir.path().join("out"))
            .expect("a folder")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_that_come_meanwhile_are_in_the_next_export() {
    let (dir, ledger) = book_of(2_500).await;
    let place = dir.path().join("payments.csv");
    let coming = Mutex::new(0_u32);
    let stop = CancellationToken::new();
    let handle = tokio::runtime::Handle::current();
    let recorded = ledger.clone();
    let progress = |_| {
        let mut coming = coming.lock().expect("alone");
        *coming += 1;
        if *coming == 1 {
            let news = news(SourceKind::SmsForwarder, 9_999, Some(cny(1)));
            let day = BusinessDay::parse("2026-11-22").expect("a day");
            let entry = paid(2_501, NOON, day, news);
            let clocks = book::Clocks {
                here: NOON,
                hub: NOON,
            };
            let record = recorded.record(vec![entry], rule(), clocks);
            tokio::task::block_in_place(|| handle.block_on(record)).expect("recorded");
        }
    };
    let done = payments(&ledger, wish(place, Format::Csv), progress, &stop).await;
    assert_eq!(done.expect("written").rows, 2_500);
}

#[tokio::test]
async fn an_empty_book_makes_a_file_with_heads_alone() {
    let (dir, ledger) = book_of(0).await;
    for format in [Format::Csv, Format::Xlsx] {
        let place = dir.path().join(format!("payments.{}", format.ending()));
        let stop = CancellationToken::new();
        let written = payments(&ledger, wish(place.clone(), format), |_| {}, &stop).await;
        assert_eq!(written.expect("written").rows, 0);
        assert!(place.exists());
    }
}
