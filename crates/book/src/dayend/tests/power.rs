//! The power is cut at every step of a closing: what the disk holds then is the book of before or the book of after,
//! never something between.

use super::*;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A frame of SQLite's log: a page and its head; and the head of the log itself.
const FRAME: usize = 4096 + 24;
const LOG_HEAD: usize = 32;

async fn on_disk(path: &Path) -> Ledger {
    Ledger::open(path).await.unwrap()
}

/// All that a closing is about, as it can be read.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    closings: Vec<Closing>,
    draft: ClosingDraft,
    head: String,
}

async fn seen(book: &Ledger) -> Seen {
    let query = ClosingsQuery {
        limit: 200,
        ..ClosingsQuery::default()
    };
    let mut closings = Vec::new();
    for one in book.closings(query).await.unwrap() {
        closings.push(book.closing(one.number).await.unwrap().unwrap());
    }
    Seen {
        closings,
        draft: book.closing_draft(None, here(on(23, 12, 0))).await.unwrap(),
        head: book.chain_head().await.unwrap().text(),
    }
}

fn log_of(book: &Path) -> PathBuf {
    let mut name = book.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The steps of two evenings, each in a transaction of its own.
async fn act(book: &Ledger, step: usize) {
    let evening = here(on(22, 22, 0));
    let monday = here(on(23, 11, 0));
    let reason = |text: &str| DraftStep::Reason {
        text: text.to_owned(),
    };
    match step {
        0 => _ = put_in(book, CashMoveKind::Float, 30_000, evening).await,
        1 => count(book, 29_900, evening).await,
        2 => _ = change(book, DraftStep::HandIn, evening).await.unwrap(),
        3 => _ = change(book, reason("?"), evening).await.unwrap(),
        4 => {
            _ = book
                .hand_over_shift(close(day("2026-11-22"), 1), evening)
                .await
                .unwrap()
        }
        5 => {
            let back = DraftStep::Other {
                amount: Some(cny(29_900)),
            };
            _ = change(book, back, evening).await.unwrap();
        }
        6 => {
            _ = book
                .close_day(close(day("2026-11-22"), 2), evening)
                .await
                .unwrap()
        }
        7 => {
            let wish = ClosingCorrection {
                of: 1,
                number: 3,
                who: "李芳".to_owned(),
                why: "漏数一张".to_owned(),
                cash: CashFigures {
                    counted: Some(cny(30_000)),
                    ..CashFigures::default()
                },
            };
            _ = book.correct_closing(wish, monday).await.unwrap();
        }
        8 => count(book, 0, monday).await,
        _ => {
            _ = book
                .close_day(close(day("2026-11-23"), 4), monday)
                .await
                .unwrap()
        }
    }
}

const STEPS: usize = 10;

#[tokio::test]
async fn whatever_of_the_log_reached_the_disk_a_closing_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.sqlite");
    let book = on_disk(&path).await;
    book.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    record(&book, sunday()).await;
    let trial = folder.path().join("trial");
    let mut tried = 0;
    for step in 0..STEPS {
        let before = seen(&book).await;
        let log_before = fs::read(log_of(&path)).unwrap();
        act(&book, step).await;
        let after = seen(&book).await;
        assert_ne!(before, after, "step {step} does something");
        let (file, log) = (fs::read(&path).unwrap(), fs::read(log_of(&path)).unwrap());
        // The log was appended to, and nothing of before was written over.
        assert!(
            log.len() > log_before.len() && log.starts_with(&log_before),
            "step {step}"
        );
        let begin = log_before.len();
        let frames = (begin..=log.len()).filter(|at| (at - LOG_HEAD).is_multiple_of(FRAME));
        let around = frames.flat_map(|at| [at.saturating_sub(1), at, at + 1, at + 24, at + 2_048]);
        let mut cuts: Vec<usize> = around
            .filter(|at| (begin..=log.len()).contains(at))
            .collect();
        cuts.dedup();
        for cut in cuts {
            let torn = cut_off(&log, cut);
            let found = after_power(&trial, &file, &torn).await;
            match cut == log.len() {
                true => assert_eq!(found, after, "step {step}, all of it"),
                false => assert_eq!(found, before, "step {step}, cut at {cut} of {}", log.len()),
            }
            tried += 1;
        }
        // A disk may write out of order: a later part is there, one before it is not.
        for hole in (begin..log.len()).step_by(FRAME) {
            let mut torn = log.clone();
            let end = (hole + 512).min(torn.len());
            torn[hole..end].fill(0);
            let found = after_power(&trial, &file, &torn).await;
            assert_eq!(found, before, "step {step}, a hole at {hole}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried} cuts");
}

fn cut_off(log: &[u8], at: usize) -> Vec<u8> {
    log[..at].to_vec()
}

/// What a start after the power cut finds; and it can be gone on from there, with the next number.
async fn after_power(trial: &Path, file: &[u8], log: &[u8]) -> Seen {
    _ = fs::remove_dir_all(trial);
    fs::create_dir(trial).unwrap();
    let path = trial.join("book.sqlite");
    fs::write(&path, file).unwrap();
    fs::write(log_of(&path), log).unwrap();
    let book = on_disk(&path).await;
    let found = seen(&book).await;
    let numbers: Vec<u32> = found.closings.iter().rev().map(|one| one.number).collect();
    assert_eq!(
        numbers,
        (1..found.draft.number).collect::<Vec<_>>(),
        "without gaps"
    );
    book.close().await;
    found
}
