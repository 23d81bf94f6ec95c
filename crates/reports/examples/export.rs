//! Measures exports of a book: how long they take, and how much memory, beside reading the rows and writing down nothing
//! but their texts.
//!
//! `cargo run --release -p book --example million 1000000 /tmp/book.sqlite` makes a large book;
//! `cargo run --release -p reports --example export /tmp/book.sqlite` measures.

#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use anyhow::Context;
use book::{HistoryQuery, Ledger, LineId};
use domain::DayRule;
use reports::{
    Texts,
    export::{Format, PaymentsExport, payments},
};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let book = std::env::args()
        .nth(1)
        .context("the book's file is missing")?;
    let ledger = Ledger::open(Path::new(&book)).await?;
    let dir = tempfile::tempdir_in(".")?;
    let began = Instant::now();
    let rows = copy(&ledger, &dir.path().join("rows.txt")).await?;
    let plain = began.elapsed();
    println!(
        "{rows} rows, their texts alone: {plain:.2?}; most memory {} MB",
        most_mb()
    );
    let texts = Texts::read(include_str!("../../../ui/src/locales/zh-CN.json"));
    let texts = Arc::new(texts);
    for format in [Format::Csv, Format::Xlsx] {
        let export = PaymentsExport {
            query: HistoryQuery::default(),
            format,
            place: dir.path().join(format!("payments.{}", format.ending())),
            shop: "Shop".to_owned(),
            software: "0.1.0".to_owned(),
            at: domain::Timestamp(1_795_300_000_000),
            rule: DayRule::new("Asia/Shanghai", 4).unwrap_or_default(),
            texts: texts.clone(),
        };
        let began = Instant::now();
        let stop = CancellationToken::new();
        let written = payments(&ledger, export, |_| {}, &stop).await?;
        let took = began.elapsed();
        println!(
            "{format:?}: {} rows, {} MB, {took:.2?}, {} as long as the texts alone; most memory {} MB",
            written.rows,
            written.bytes / 1_000_000,
            times(took, plain),
            most_mb()
        );
    }
    Ok(())
}

/// Reads every row as exports do, and writes down its texts as they are.
async fn copy(ledger: &Ledger, place: &Path) -> anyhow::Result<u64> {
    let mut file = BufWriter::new(File::create(place)?);
    let (mut after, mut rows) = (LineId(0), 0);
    loop {
        let query = HistoryQuery {
            after: Some(after),
            limit: 2_000,
            ..HistoryQuery::default()
        };
        let mut lines = ledger.page(query).await?;
        lines.reverse();
        let more = lines.len() > 2_000;
        lines.truncate(2_000);
        for line in &lines {
            rows += 1;
            let amount = line.amount.map_or(0, domain::Money::minor);
            write!(file, "{}\t{}\t{amount}", line.id.0, line.accepted_at.0)?;
            for text in [&line.payer, &line.note, &line.order, &line.transaction] {
                write!(file, "\t{}", text.as_deref().unwrap_or_default())?;
            }
            writeln!(file)?;
        }
        let Some(last) = lines.last().filter(|_| more) else {
            break;
        };
        after = last.id;
    }
    file.into_inner()?.sync_all()?;
    Ok(rows)
}

/// `2.31 times`
fn times(one: Duration, other: Duration) -> String {
    let hundredths = one.as_millis() * 100 / other.as_millis().max(1);
    format!("{}.{:02} times", hundredths / 100, hundredths % 100)
}

/// The most memory that this program has had; 0 where the system does not say.
fn most_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kb.unwrap_or(0) / 1_024
}
