//! A real process closes one day after another and is killed at any moment: every closing that it told of is in the
//! book, whole, and numbers have no gaps.

use super::*;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// This test, as the program that holds it knows it.
const NAME: &str =
    "dayend::tests::killed::killed_while_it_closes_a_process_leaves_whole_closings_without_gaps";
/// Where the child finds its book.
const BOOK: &str = "TILLBELL_KILLED_BOOK";
/// Noon on the first day, UTC.
const NOON: i64 = 1_767_268_800_000;
const DAY_MS: i64 = 86_400_000;

/// Noon of the day that closing closes.
fn noon(number: u32) -> Here {
    Here {
        rule: DayRule::default(),
        ..here(Timestamp(NOON + i64::from(number) * DAY_MS))
    }
}

/// Closes days until it is killed; each number is told once its closing is done.
async fn close_days(path: &Path) {
    let book = Ledger::open_within(path, Duration::from_secs(10))
        .await
        .unwrap();
    book.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    let mut said = std::io::stdout();
    loop {
        let draft = book.closing_draft(None, noon(0)).await.unwrap();
        let number = draft.number;
        let here = noon(number);
        let today = here.today();
        let seq = book.cursor().await.unwrap().after.0 + 1;
        let entry = paid(
            seq,
            here.now,
            today,
            news(SourceKind::WechatV3, seq, Some(cny(100))),
        );
        let clocks = Clocks {
            here: here.now,
            hub: here.now,
        };
        book.record(vec![entry], here.rule.clone(), clocks)
            .await
            .unwrap();
        // What was written down and handed in before the last kill stands.
        if draft.float.minor == 0 {
            put_in(&book, CashMoveKind::Float, 10_000, here.clone()).await;
        }
        let steps = [
            DraftStep::Other {
                amount: Some(cny(9_000)),
            },
            DraftStep::Reason {
                text: "?".to_owned(),
            },
            DraftStep::HandIn,
        ];
        for step in steps {
            if let Err(error) = change(&book, step, here.clone()).await {
                assert!(
                    matches!(error, DayEndError::Refused(Refusal::HandedIn)),
                    "{error}"
                );
            }
        }
        let wish = close(today, number);
        let closing = book.close_day(wish, here).await.unwrap();
        writeln!(said, "closed {}", closing.number).unwrap();
        said.flush().unwrap();
    }
}

#[tokio::test]
async fn killed_while_it_closes_a_process_leaves_whole_closings_without_gaps() {
    if let Some(path) = std::env::var_os(BOOK) {
        return close_days(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.sqlite");
    let mut told = 0;
    for round in 0..25_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env(BOOK, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Once it is at work, it is killed a little later each time: the kill falls on every step of a closing.
        let mut closed = || {
            let line = lines
                .by_ref()
                .map(Result::unwrap)
                .find(|line| line.contains("closed "));
            line.and_then(|line| line.rsplit(' ').next()?.parse::<u32>().ok())
        };
        told = closed().expect("it closes days").max(told);
        std::thread::sleep(Duration::from_micros(round * 1_130));
        child.kill().unwrap();
        while let Some(number) = closed() {
            told = number.max(told);
        }
        child.wait().unwrap();

        let book = Ledger::open_within(&path, Duration::from_secs(10))
            .await
            .unwrap();
        let mut numbers = Vec::new();
        let mut before = None;
        loop {
            let query = ClosingsQuery {
                before,
                limit: 200,
                ..ClosingsQuery::default()
            };
            let page = book.closings(query).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.number);
            numbers.extend(page.iter().map(|one| one.number));
            for one in &page {
                assert_eq!(
                    one.variance.as_ref().unwrap().minor,
                    -1_000,
                    "round {round}: {one:?}"
                );
                assert!(one.head.is_some());
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let newest = *numbers.last().unwrap();
        assert_eq!(
            numbers,
            (1..=newest).collect::<Vec<_>>(),
            "round {round}: without gaps"
        );
        // The closing that was under way may be there; what was told of is there for certain.
        assert!(
            newest == told || newest == told + 1,
            "round {round}: {told} told, {newest} there"
        );
        told = newest;
        let first = book.closing(1).await.unwrap().unwrap();
        assert_eq!(first.day, day("2026-01-02"));
        book.close().await;
    }
    assert!(told >= 25, "each round closed one at least: {told}");
}
