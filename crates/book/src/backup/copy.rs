//! The copy itself: SQLite's online backup out of one moment of the book, then read back from end to end.

use super::{BackupError, Contents, failed, refused};
use crate::{Follow, MIGRATIONS, chain};
use rusqlite::{Connection, OpenFlags, OptionalExtension, backup::Backup, backup::StepResult};
use std::{fs, io::Read, path::Path, thread, time::Duration};

/// Pages that are copied between two looks at whether to go on: 4 MB.
const PAGES: i32 = 1_024;
/// So often a check is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// What every SQLite file begins with.
const MARK: &[u8; 16] = b"SQLite format 3\0";

/// Copies a book to a file that is not there, and reads the copy. `None` where it was stopped.
pub(super) fn checked_copy(
    book: &Path,
    target: &Path,
    follow: &Follow,
) -> Result<Option<Contents>, BackupError> {
    let Some(held) = copy(book, target, follow)? else {
        return Ok(None);
    };
    let Some(found) = check(target, follow)? else {
        return Ok(None);
    };
    if found != held {
        let found = format!("the book holds {held:?}, the copy {found:?}");
        return Err(BackupError::Damaged(found));
    }
    Ok(Some(found))
}

/// Copies a book as it is now, and tells what it held then.
fn copy(book: &Path, target: &Path, follow: &Follow) -> Result<Option<Contents>, BackupError> {
    let of_book = |error| refused(book, error);
    let source = open(book)?;
    // Within one reading transaction the book stands still for us, and for nobody else.
    source.execute_batch("BEGIN").map_err(of_book)?;
    let held = contents(&source).map_err(of_book)?;
    let of_copy = |error| refused(target, error);
    let mut copy = Connection::open(target).map_err(of_copy)?;
    {
        let steps = Backup::new(&source, &mut copy).map_err(of_copy)?;
        loop {
            let result = steps.step(PAGES).map_err(of_copy)?;
            let at = steps.progress();
            let of = u64::try_from(at.pagecount).unwrap_or(0);
            let done = of.saturating_sub(u64::try_from(at.remaining).unwrap_or(0));
            // Reading it back is the other half.
            if !follow.at(done, of * 2) {
                return Ok(None);
            }
            match result {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => thread::sleep(LOOK),
                _ => {}
            }
        }
    }
    // One file, whole in itself; the app makes it a book with a log beside it again.
    copy.pragma_update(None, "journal_mode", "DELETE")
        .map_err(of_copy)?;
    copy.close().map_err(|(_, error)| of_copy(error))?;
    fs::File::options()
        .write(true)
        .open(target)
        .and_then(|file| file.sync_all())
        .map_err(|error| failed(target, error))?;
    Ok(Some(held))
}

/// Reads a book from end to end, and tells what it holds. `None` where it was stopped.
pub(super) fn check(path: &Path, follow: &Follow) -> Result<Option<Contents>, BackupError> {
    let db = open(path)?;
    let of_it = |error| refused(path, error);
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let version: i64 = db
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(of_it)?;
    if version > known {
        return Err(BackupError::Newer);
    }
    let found = contents(&db).map_err(of_it)?;
    let interrupt = db.get_interrupt_handle();
    let pages: i64 = db
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .map_err(of_it)?;
    let pages = u64::try_from(pages).unwrap_or(0);
    let said = thread::scope(|scope| {
        // The connection goes with it: it may not be used by two.
        let checking = scope.spawn(move || {
            let sql = "PRAGMA integrity_check(5)";
            let mut query = db.prepare(sql)?;
            let lines = query.query_map([], |row| row.get::<_, String>(0))?;
            lines.collect::<rusqlite::Result<Vec<String>>>()
        });
        while !checking.is_finished() {
            if follow.is_stopped() {
                interrupt.interrupt();
            }
            thread::sleep(LOOK);
        }
        checking.join()
    });
    if !follow.at(pages * 2, pages * 2) {
        return Ok(None);
    }
    match said {
        Ok(Ok(lines)) if lines == ["ok"] => Ok(Some(found)),
        Ok(Ok(lines)) => Err(BackupError::Damaged(lines.join("; "))),
        Ok(Err(error)) => Err(of_it(error)),
        Err(_) => Err(BackupError::Damaged(
            "it could not be read to its end".to_owned(),
        )),
    }
}

/// Opens a book for reading only.
pub(super) fn open(path: &Path) -> Result<Connection, BackupError> {
    let mut begins = [0; 16];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    match read {
        Ok(()) if &begins == MARK => {}
        Ok(()) => return Err(BackupError::NotABook(path.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(BackupError::NotABook(path.to_owned()));
        }
        Err(error) => return Err(failed(path, error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| refused(path, error))?;
    db.busy_timeout(Duration::from_secs(5))
        .map_err(|error| refused(path, error))?;
    db.pragma_update(None, "trusted_schema", "OFF")
        .map_err(|error| refused(path, error))?;
    let ours = db
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'lines'",
            [],
            |_| Ok(()),
        )
        .optional()
        .map_err(|error| refused(path, error))?;
    match ours {
        Some(()) => Ok(db),
        None => Err(BackupError::NotABook(path.to_owned())),
    }
}

/// What a book holds. One of an older version lacks some tables.
pub(super) fn contents(db: &Connection) -> rusqlite::Result<Contents> {
    let there = |table: &str| -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
        db.query_row(sql, [table], |row| row.get(0))
    };
    let count = |table: &str| -> rusqlite::Result<u64> {
        match there(table)? {
            true => db
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                    row.get::<_, i64>(0)
                })
                .map(|count| u64::try_from(count).unwrap_or(0)),
            false => Ok(0),
        }
    };
    let head = match there("chain")? {
        true => Some(chain::head(db)?.text()),
        false => None,
    };
    let days = "SELECT min(day), max(day) FROM days WHERE lines > 0";
    let (first_day, last_day) = db.query_row(days, [], |row| {
        let day = |at| -> rusqlite::Result<_> {
            let text: Option<String> = row.get(at)?;
            Ok(text.and_then(|text| domain::BusinessDay::parse(&text)))
        };
        Ok((day(0)?, day(1)?))
    })?;
    Ok(Contents {
        payments: count("lines")?,
        news: count("news")?,
        statements: count("statements")?,
        closings: count("closings")?,
        first_day,
        last_day,
        chain_head: head,
        lost: None,
    })
}

/// Copies a finished file as it is.
pub(super) fn copy_bytes(from: &Path, to: &Path, follow: &Follow) -> Result<bool, BackupError> {
    let mut source = fs::File::open(from).map_err(|error| failed(from, error))?;
    let of = source
        .metadata()
        .map_err(|error| failed(from, error))?
        .len();
    let mut target = fs::File::create_new(to).map_err(|error| failed(to, error))?;
    super::seal::pour(&mut source, &mut target, of, follow).map_err(|error| failed(to, error))
}
