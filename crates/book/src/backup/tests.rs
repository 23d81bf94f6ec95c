//! Copies of real books: whole or not there, sealed or open, back in their place whatever happens on the way.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::*;
use crate::{
    Clocks, Ledger, LineId, MIGRATIONS,
    dayend::{CloseWish, Closing, Here},
    events::Correction,
    imports::By,
    testing::{cny, day, hub, news, paid},
};
use domain::{Currency, DayRule, Seq, SourceKind, Timestamp};
use std::sync::{Arc, Mutex};

const NOON: Timestamp = Timestamp(1_795_300_000_000);

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// Who puts a copy in the book's place, and when.
fn by() -> By {
    By {
        who: "李芳".to_owned(),
        at: NOON.plus_ms(3_600_000),
    }
}

/// What is told of a copy that lacks payments at most.
fn compared(contents: Contents) -> Contents {
    Contents {
        lost: Some(Lost::default()),
        ..contents
    }
}

async fn record(ledger: &Ledger, from: u64, count: u64) {
    let entries = (from..from + count)
        .map(|seq| {
            let amount = cny(i64::try_from(seq).expect("small"));
            paid(
                seq,
                NOON,
                day("2026-11-22"),
                news(SourceKind::WechatV3, seq, Some(amount)),
            )
        })
        .collect();
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    ledger
        .record(entries, DayRule::default(), clocks)
        .await
        .expect("recorded");
}

/// A book with so many payments, open.
async fn book(dir: &Path, count: u64) -> (PathBuf, Ledger) {
    let path = dir.join("book.sqlite");
    let ledger = Ledger::open(&path).await.expect("a book");
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    record(&ledger, 1, count).await;
    (path, ledger)
}

async fn payments(path: &Path) -> u64 {
    let ledger = Ledger::open(path).await.expect("a book");
    let sql = "SELECT count(*) FROM lines";
    let count = ledger
        .call(|db| Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?))
        .await;
    ledger.close().await;
    u64::try_from(count.expect("counted")).expect("positive")
}

/// The files of a folder, by name, without locks and what SQLite keeps beside an open book.
fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| {
            ![".lock", "-wal", "-shm"]
                .iter()
                .any(|end| name.ends_with(end))
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_of_a_book_in_use_is_the_book_at_one_moment() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 300).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let (target, tell) = (dir.path().join("copy.sqlite"), told.clone());
    let follow = Follow::telling(move |at| tell.lock().expect("told").push(at));
    let contents = back_up(&path, &target, None, &follow)
        .expect("copied")
        .expect("not stopped");
    assert_eq!((contents.payments, contents.news), (300, 300));
    assert_eq!(contents.first_day, Some(day("2026-11-22")));
    assert_eq!(contents.chain_head.as_deref().map(str::len), Some(64));
    let told = told.lock().expect("told").clone();
    assert!(
        told.windows(2).all(|two| two[0].done <= two[1].done),
        "{told:?}"
    );
    assert!(told.last().is_some_and(|at| at.done == at.of), "{told:?}");
    // What comes later is in the book only, and a copy of it holds more.
    record(&ledger, 301, 5).await;
    assert_eq!(
        read(&path, &target, None, &Follow::default()).expect("read"),
        Some(compared(contents))
    );
    assert_eq!(holds(&path).expect("counted").payments, 305);
    assert_eq!(files(dir.path()), ["book.sqlite", "copy.sqlite"]);
    let again = back_up(&path, &target, None, &Follow::default());
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
    ledger.close().await;
}

#[tokio::test]
async fn a_copy_that_is_stopped_anywhere_leaves_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 2_000).await;
    for sealed in [None, Some(secret("corner shop"))] {
        let mut stops = 0;
        for step in 1.. {
            let (count, target) = (Arc::new(Mutex::new(0)), dir.path().join("copy"));
            // Stopped by the one who is told, at each time that he is told.
            let stop = Arc::new(Mutex::new(None::<Follow>));
            let (counting, stopping) = (count.clone(), stop.clone());
            let follow = Follow::telling(move |_| {
                let mut count = counting.lock().expect("count");
                *count += 1;
                if *count == step {
                    stopping.lock().expect("stop").as_ref().expect("set").stop();
                }
            });
            *stop.lock().expect("stop") = Some(follow.clone());
            let made = back_up(&path, &target, sealed.as_ref(), &follow).expect("no error");
            *stop.lock().expect("stop") = None;
            if made.is_some() {
                break;
            }
            stops += 1;
            assert_eq!(files(dir.path()), ["book.sqlite"], "stopped at {step}");
        }
        assert!(stops >= 2, "{stops}");
        fs::remove_file(dir.path().join("copy")).expect("it was made in the end");
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_sealed_copy_opens_with_its_passphrase_only_and_shows_every_change() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 500).await;
    let (target, pass) = (dir.path().join("copy.age"), secret("收款 corner"));
    let made = back_up(&path, &target, Some(&pass), &Follow::default()).expect("made");
    let look = |passphrase: Option<&Secret>| read(&path, &target, passphrase, &Follow::default());
    assert_eq!(look(Some(&pass)).expect("opened"), made.map(compared));
    assert!(matches!(look(None), Err(BackupError::NeedsPassphrase)));
    for wrong in ["", "收款 corneR", "收款 corner "] {
        assert!(
            matches!(
                look(Some(&secret(wrong))),
                Err(BackupError::WrongPassphrase)
            ),
            "{wrong}"
        );
    }
    let sealed = fs::read(&target).expect("read");
    assert!(
        !sealed.windows(12).any(|some| some == b"SQLite forma"),
        "nothing of it is open"
    );
    // One bit anywhere, or an end that is missing.
    for at in (0..sealed.len()).step_by(sealed.len() / 60) {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        fs::write(&target, &changed).expect("written");
        look(Some(&pass)).expect_err("it was changed");
        fs::write(&target, &sealed[..at]).expect("written");
        look(Some(&pass)).expect_err("it was cut");
    }
    fs::write(&target, [&sealed[..], &[0; 16]].concat()).expect("written");
    look(Some(&pass)).expect_err("it was made longer");
    assert_eq!(files(dir.path()), ["book.sqlite", "copy.age"]);
    ledger.close().await;
}

#[tokio::test]
async fn what_is_no_backup_is_refused_and_the_book_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 3).await;
    let file = dir.path().join("file");
    let good = dir.path().join("good");
    back_up(&path, &good, None, &Follow::default()).expect("made");
    let whole = fs::read(&good).expect("read");
    let other = {
        let other = dir.path().join("other");
        let db = rusqlite::Connection::open(&other).expect("a database");
        db.execute_batch("CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('x')")
            .expect("made");
        db.close().expect("closed");
        fs::read(&other).expect("read")
    };
    let mut newer = whole.clone();
    newer[60..64].copy_from_slice(&999_u32.to_be_bytes());
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[middle..].fill(7);
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("text", b"payments of today".to_vec()),
        ("another program's", other),
        ("newer", newer),
        ("cut", whole[..whole.len() / 3].to_vec()),
        ("torn", torn),
    ] {
        fs::write(&file, bytes).expect("written");
        let error = lay_ready(&path, &file, None, &by(), &Follow::default()).expect_err(what);
        let expected = match what {
            "empty" | "text" | "another program's" => matches!(error, BackupError::NotABook(_)),
            "newer" => matches!(error, BackupError::Newer),
            _ => matches!(error, BackupError::Damaged(_) | BackupError::Sqlite(_)),
        };
        assert!(expected, "{what}: {error:?}");
        assert_eq!(
            files(dir.path()),
            ["book.sqlite", "file", "good", "other"],
            "{what}"
        );
    }
    ledger.close().await;
    assert_eq!(payments(&path).await, 3);
}

#[tokio::test]
async fn a_backup_takes_the_book_s_place_at_the_next_opening_and_the_book_of_before_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 10).await;
    let copy = dir.path().join("copy");
    back_up(&path, &copy, None, &Follow::default()).expect("made");
    record(&ledger, 11, 7).await;
    let laid = lay_ready(&path, &copy, None, &by(), &Follow::default())
        .expect("laid")
        .expect("not stopped");
    assert_eq!(laid.payments, 10);
    // It is in use still, and goes on.
    record(&ledger, 18, 1).await;
    ledger.close().await;
    assert_eq!(payments(&path).await, 10);
    assert_eq!(payments(&dir.path().join("book.sqlite.before-1")).await, 18);
    // Once more, and neither of the two books of before is lost.
    lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
    assert_eq!(payments(&path).await, 10);
    assert_eq!(payments(&dir.path().join("book.sqlite.before-1")).await, 18);
    assert_eq!(payments(&dir.path().join("book.sqlite.before-2")).await, 10);
    assert_eq!(
        files(dir.path()),
        [
            "book.sqlite",
            "book.sqlite.before-1",
            "book.sqlite.before-2",
            "copy"
        ]
    );
}

fn here(hours: i64) -> Here {
    let now = NOON.plus_ms(hours * 3_600_000);
    Here {
        now,
        hub: now,
        second_clock: true,
        rule: DayRule::default(),
        currency: Currency::CNY,
        blind: false,
        shop: "小满便利店".to_owned(),
        terminal: "收银台".to_owned(),
        software: "0.0.0".to_owned(),
    }
}

/// Closes the day that is due, so many hours later.
async fn close(ledger: &Ledger, hours: i64) -> Closing {
    let draft = ledger.closing_draft(None, here(hours)).await;
    let draft = draft.expect("a draft");
    let wish = CloseWish::sure(draft.day, draft.number, "王伟");
    ledger.close_day(wish, here(hours)).await.expect("closed")
}

#[tokio::test]
async fn what_a_copy_lacks_is_told_by_name_and_numbers_on_paper_are_not_used_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 10).await;
    assert_eq!(close(&ledger, 0).await.number, 1);
    let copy = dir.path().join("copy");
    let contents = back_up(&path, &copy, None, &Follow::default()).expect("made");
    assert_eq!(contents.expect("whole").lost, None);
    let look = || read(&path, &copy, None, &Follow::default()).expect("read");
    assert_eq!(look().expect("whole").lost, Some(Lost::default()));
    // Two days are closed, and something is put right.
    for number in [2, 3] {
        assert_eq!(
            close(&ledger, 24 * (number - 1)).await.number,
            u32::try_from(number).expect("small")
        );
    }
    let note = Correction::Note {
        text: "!".to_owned(),
    };
    let rule = DayRule::default();
    for _ in 0..3 {
        let done = ledger.correct(LineId(2), note.clone(), "王伟", NOON, &rule);
        done.await.expect("book").expect("written");
    }
    let lost = look().expect("whole").lost.expect("compared");
    assert_eq!(
        (
            lost.closings,
            lost.first_closing,
            lost.last_closing,
            lost.corrections
        ),
        (2, Some(2), Some(3), 3)
    );
    let head = ledger.chain_head().await.expect("a head");
    assert_eq!(waiting(&path).expect("looked"), None);
    lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
    let ready = waiting(&path).expect("looked").expect("it waits");
    assert_eq!((ready.closings, ready.lost), (1, Some(lost)));
    ledger.close().await;

    let ledger = Ledger::open(&path).await.expect("the copy is the book");
    let sql = "SELECT at, who, replaced_rows, replaced_head, replaced_closing FROM restores";
    let said: (i64, String, i64, String, i64) = ledger
        .call(move |db| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            };
            Ok(db.query_row(sql, [], read)?)
        })
        .await
        .expect("it is written down, once");
    let rows = i64::try_from(head.rows).expect("small");
    assert_eq!(said, (by().at.0, "李芳".to_owned(), rows, head.text(), 3));
    let closing = close(&ledger, 72).await;
    let gap = closing.gap.expect("why two numbers are missing");
    assert_eq!(
        (closing.number, gap.from, gap.to, gap.who.as_str()),
        (4, 2, 3, "李芳")
    );
    assert_eq!(close(&ledger, 96).await.gap, None, "it is told once");
    let checked = ledger.verify(Follow::default()).await.expect("checked");
    let checked = checked.expect("to its end");
    assert!(checked.is_sound(), "{checked:#?}");
    let [restored] = &checked.restores[..] else {
        panic!("{checked:#?}")
    };
    assert_eq!(
        (restored.gap, restored.who.as_str()),
        (Some((2, 3)), "李芳")
    );
    ledger.close().await;
}

/// Makes a table's pages nonsense, as a bad disk does.
fn spoil(path: &Path, table: &str) {
    let db = rusqlite::Connection::open(path).expect("opened");
    let (root, size): (u32, u32) = db
        .query_row(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = ?1",
            [table],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("it is there");
    db.close().expect("closed");
    let mut bytes = fs::read(path).expect("read");
    let at = usize::try_from(u64::from(root - 1) * u64::from(size)).expect("small");
    bytes[at..at + usize::try_from(size).expect("small")].fill(0xff);
    fs::write(path, bytes).expect("written");
}

#[tokio::test]
async fn of_a_damaged_book_the_last_number_is_read_where_it_can_be() {
    // What is damaged, and whether before the copy is laid ready, or only after.
    for (spoiled, laid_first) in [("chain", false), ("chain", true), ("closings", true)] {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, ledger) = book(dir.path(), 3).await;
        let copy = dir.path().join("copy");
        back_up(&path, &copy, None, &Follow::default()).expect("made");
        for days in 0..3 {
            close(&ledger, 24 * days).await;
        }
        ledger.close().await;
        let lay = || lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
        if laid_first {
            lay();
        }
        spoil(&path, spoiled);
        if !laid_first {
            lay();
        }
        let ledger = Ledger::open(&path).await.expect("the copy is the book");
        let closing = close(&ledger, 96).await;
        assert_eq!(closing.number, 4, "{spoiled} {laid_first}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_copy_after_which_nothing_could_be_closed_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 3).await;
    for (number, good) in [
        (i64::from(u32::MAX) - 1, true),
        (i64::from(u32::MAX), false),
        (i64::MAX, false),
    ] {
        let copy = dir.path().join(format!("copy{number}"));
        back_up(&path, &copy, None, &Follow::default()).expect("made");
        let db = rusqlite::Connection::open(&copy).expect("opened");
        db.execute(
            "INSERT INTO restores (at, who, replaced_closing) VALUES (1, '?', ?1)",
            [number],
        )
        .expect("written");
        db.close().expect("closed");
        let laid = lay_ready(&path, &copy, None, &by(), &Follow::default());
        match good {
            true => assert!(laid.expect("laid").is_some()),
            false => assert!(
                matches!(laid, Err(BackupError::Damaged(_))),
                "{number}: {laid:?}"
            ),
        }
        withdraw(&path).expect("withdrawn");
    }
    ledger.close().await;
}

#[tokio::test]
async fn what_was_laid_ready_can_be_withdrawn() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 10).await;
    let copy = dir.path().join("copy");
    back_up(&path, &copy, None, &Follow::default()).expect("made");
    record(&ledger, 11, 1).await;
    withdraw(&path).expect("there is nothing to withdraw");
    lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
    withdraw(&path).expect("withdrawn");
    assert_eq!(waiting(&path).expect("looked"), None);
    assert_eq!(files(dir.path()), ["book.sqlite", "copy"]);
    ledger.close().await;
    assert_eq!(payments(&path).await, 11);
    // A power cut in the middle of it: without the order what lies there is nothing.
    fs::copy(&copy, beside(&path, "restored")).expect("left");
    assert_eq!(waiting(&path).expect("looked"), None);
    assert_eq!(payments(&path).await, 11);
    lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
    assert_eq!(payments(&path).await, 10);
}

#[tokio::test]
async fn a_copy_that_cannot_become_a_book_is_refused_while_the_book_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 3).await;
    let file = dir.path().join("file");
    for (what, version) in [
        ("nothing of its version", 0),
        ("a migration fails", 3),
        ("all migrated, as it says", MIGRATIONS.len()),
    ] {
        let _ = fs::remove_file(&file);
        let other = rusqlite::Connection::open(&file).expect("a database");
        let sql = format!(
            "CREATE TABLE lines (id INTEGER); CREATE TABLE days (day TEXT, lines INTEGER); PRAGMA user_version = {version}"
        );
        other.execute_batch(&sql).expect("made");
        other.close().expect("closed");
        lay_ready(&path, &file, None, &by(), &Follow::default()).expect_err(what);
        assert_eq!(files(dir.path()), ["book.sqlite", "file"], "{what}");
    }
    // One of an older version becomes one of now, and the book of before keeps its name.
    let _ = fs::remove_file(&file);
    let old = rusqlite::Connection::open(&file).expect("a database");
    for sql in &MIGRATIONS[..3] {
        old.execute_batch(sql).expect("a step");
    }
    old.execute_batch("PRAGMA user_version = 3").expect("set");
    old.close().expect("closed");
    lay_ready(&path, &file, None, &by(), &Follow::default()).expect("laid");
    ledger.close().await;
    assert_eq!(payments(&path).await, 0);
    assert_eq!(
        files(dir.path()),
        ["book.sqlite", "book.sqlite.before-1", "file"],
        "no copy of the copy"
    );
}

/// Everything in a folder as it is now.
fn snapshot(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a kind").is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }
}

#[tokio::test]
async fn a_change_that_was_cut_off_between_any_two_steps_is_finished() {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, ledger) = book(dir.path(), 10).await;
    let copy = dir.path().join("copy");
    back_up(&path, &copy, None, &Follow::default()).expect("made");
    record(&ledger, 11, 7).await;
    lay_ready(&path, &copy, None, &by(), &Follow::default()).expect("laid");
    // As the power goes off: the log is beside the book, with payments in it that are nowhere else.
    let at_rest = dir.path().join("at rest");
    snapshot(dir.path(), &at_rest);
    ledger.close().await;
    assert!(
        dashed(&at_rest.join("book.sqlite"), "wal").exists(),
        "the log has something"
    );
    // The renames of the change, in their order; cut off after so many of them.
    let moves = [
        ("book.sqlite-wal", "book.sqlite.before-1-wal"),
        ("book.sqlite", "book.sqlite.before-1"),
        ("book.sqlite.restored", "book.sqlite"),
    ];
    for done in 0..=moves.len() {
        let scene = dir.path().join(format!("cut {done}"));
        snapshot(&at_rest, &scene);
        for (from, to) in &moves[..done] {
            fs::rename(scene.join(from), scene.join(to)).expect("renamed");
        }
        let path = scene.join("book.sqlite");
        assert_eq!(payments(&path).await, 10, "after {done}");
        assert_eq!(
            payments(&scene.join("book.sqlite.before-1")).await,
            17,
            "after {done}"
        );
        assert!(!beside(&path, "restore").exists() && !beside(&path, "restored").exists());
    }
    // An older program made a new book where there was none: that is kept too.
    let scene = dir.path().join("older");
    snapshot(&at_rest, &scene);
    for (from, to) in &moves[..2] {
        fs::rename(scene.join(from), scene.join(to)).expect("renamed");
    }
    fs::copy(&copy, scene.join("book.sqlite")).expect("an older program's");
    assert_eq!(payments(&scene.join("book.sqlite")).await, 10);
    assert_eq!(payments(&scene.join("book.sqlite.before-1")).await, 17);
    assert!(scene.join("book.sqlite.before-2").exists());
}

#[test]
fn an_order_that_cannot_be_read_does_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let book = dir.path().join("book.sqlite");
    fs::write(&book, "the book").expect("written");
    fs::write(beside(&book, "restored"), "another").expect("written");
    for order in [
        "",
        "{}",
        "{\"keep\":\"\"}",
        "{\"keep\":\"../elsewhere\"}",
        "{\"keep\":\"a\\\\b\"}",
    ] {
        fs::write(beside(&book, "restore"), order).expect("written");
        assert_eq!(resume(&book).expect("no error"), None, "{order}");
        assert_eq!(fs::read(&book).expect("read"), b"the book");
    }
}

#[test]
fn of_the_daily_copies_the_last_days_are_kept_and_nothing_else_is_touched() {
    let name = |text: &str| daily_name("3f01ab", day(text));
    let mut names: Vec<String> = ["2026-11-20", "2026-11-22", "2026-10-31", "2026-11-21"]
        .map(name)
        .into();
    names.extend([
        daily_name("another", day("2026-01-01")),
        "tillbell-3f01ab-2026-13-01.daily.sqlite".to_owned(),
        "tillbell-2026-11-01-090000.sqlite".to_owned(),
        "tillbell-3f01ab-2026-11-01.daily.sqlite.part".to_owned(),
        "holiday.jpg".to_owned(),
    ]);
    let files: Vec<BackupFile> = names.iter().map(|name| copy_of(name, 0)).collect();
    let today = (day("2026-11-22"), Timestamp(0));
    let gone = |keep| excess("3f01ab", &files, &name("2026-11-22"), today, keep);
    assert_eq!(gone(2), [name("2026-11-20"), name("2026-10-31")]);
    assert_eq!(gone(3), [name("2026-10-31")]);
    assert_eq!(gone(4), Vec::<String>::new());
    assert_eq!(gone(0).len(), 3, "one is always kept");
}

fn copy_of(name: &str, made_at: i64) -> BackupFile {
    BackupFile {
        path: name.to_owned(),
        name: name.to_owned(),
        made_at: Timestamp(made_at),
        size: 1,
        sealed: false,
        daily: true,
    }
}

#[test]
fn a_wrong_clock_takes_no_copy_that_was_just_made_and_none_counts_as_the_newest_for_ever() {
    const DAY_MS: i64 = 86_400_000;
    let name = |text: &str| daily_name("3f01ab", day(text));
    // By day, with the day after the first on which it was made, by the clock of then.
    let copies = |of: &[(&str, i64)]| -> Vec<BackupFile> {
        let made = of.iter().map(|(day, at)| copy_of(&name(day), at * DAY_MS));
        made.collect()
    };
    let days: [(&str, i64); 3] = [
        ("2026-11-20", 2_000),
        ("2026-11-21", 2_001),
        ("2026-11-22", 2_002),
    ];
    let gone = |more: &[(&str, i64)], just: &str, at: i64, keep| {
        let files = copies(&[&days[..], more].concat());
        excess(
            "3f01ab",
            &files,
            &name(just),
            (day(just), Timestamp(at * DAY_MS)),
            keep,
        )
    };
    let none = Vec::<String>::new();
    // The clock fell back to 2020: the copy just made stays, and so do the true ones.
    assert_eq!(gone(&[("2020-01-01", 0)], "2020-01-01", 0, 3), none);
    let later = [("2020-01-01", 0), ("2020-01-02", 1)];
    assert_eq!(gone(&later, "2020-01-02", 1, 3), none);
    assert_eq!(
        gone(&later, "2020-01-02", 1, 1),
        [name("2020-01-01"), name("2026-11-21"), name("2026-11-20")]
    );
    // It goes right again: what was made meanwhile goes first.
    let again = [("2020-01-01", 0), ("2026-11-23", 2_003)];
    assert_eq!(
        gone(&again, "2026-11-23", 2_003, 3),
        [name("2026-11-20"), name("2020-01-01")]
    );
    // It was ahead once: that copy takes no other's place, also where one only is kept.
    let ahead = [("2030-05-01", 4_000), ("2026-11-23", 2_003)];
    assert_eq!(gone(&ahead, "2026-11-23", 2_003, 3), [name("2026-11-20")]);
    let kept_one = gone(&ahead, "2026-11-23", 2_003, 1);
    assert_eq!(
        kept_one,
        [name("2026-11-22"), name("2026-11-21"), name("2026-11-20")]
    );
}

#[test]
fn a_book_of_before_keeps_its_log_under_its_own_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    let book = at("book.sqlite");
    let read = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
    // A log that an earlier one has left takes its name, too.
    fs::write(at("book.sqlite.before-1-wal"), "left").expect("written");
    for (name, text) in [
        ("book.sqlite", "old"),
        ("book.sqlite-wal", "its log"),
        ("book.sqlite.restored", "new"),
    ] {
        fs::write(at(name), text).expect("written");
    }
    let keep = restore::free_name(&book);
    assert_eq!(keep, "book.sqlite.before-2");
    fs::write(
        at("book.sqlite.restore"),
        format!("{{\"keep\":\"{keep}\"}}"),
    )
    .expect("written");
    // A program that knew nothing of it has begun a book meanwhile, after half of the change.
    fs::rename(at("book.sqlite-wal"), at("book.sqlite.before-2-wal")).expect("moved");
    fs::rename(&book, at("book.sqlite.before-2")).expect("moved");
    fs::write(&book, "late").expect("written");
    fs::write(at("book.sqlite-wal"), "late log").expect("written");
    resume(&book).expect("finished");
    let pairs = [
        ("book.sqlite.before-2", "old", "its log"),
        ("book.sqlite.before-3", "late", "late log"),
        ("book.sqlite", "new", ""),
    ];
    for (name, text, log) in pairs {
        assert_eq!(
            (&*read(name), &*read(&format!("{name}-wal"))),
            (text, log),
            "{name}"
        );
    }
    assert_eq!(read("book.sqlite.before-1-wal"), "left");
}

#[test]
fn only_copies_are_listed_the_last_first() {
    let dir = tempfile::tempdir().expect("a folder");
    assert_eq!(found_in(&dir.path().join("none")).expect("no error"), []);
    let put = |name: &str, bytes: &[u8], age: u64| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).expect("written");
        let at = std::time::SystemTime::now() - std::time::Duration::from_secs(age);
        fs::File::options()
            .write(true)
            .open(path)
            .expect("open")
            .set_modified(at)
            .expect("dated");
    };
    put("tillbell-2026-11-01-090000.sqlite", b"x", 300);
    put("tillbell-2026-11-02-090000.sqlite.age", b"x", 200);
    put("tillbell-3f01ab-2026-11-03.daily.sqlite", b"xyz", 100);
    put("tillbell-2026-11-04-090000.sqlite.part", b"x", 50);
    put("book.sqlite", b"x", 10);
    fs::create_dir(dir.path().join("tillbell-x.sqlite")).expect("a folder");
    let found = found_in(dir.path()).expect("listed");
    let told: Vec<_> = found
        .iter()
        .map(|file| (&file.name[9..19], file.size, file.sealed, file.daily))
        .collect();
    assert_eq!(
        told[1..],
        [
            ("2026-11-02", 1, true, false),
            ("2026-11-01", 1, false, false)
        ]
    );
    assert_eq!((found[0].size, found[0].daily), (3, true));
}
