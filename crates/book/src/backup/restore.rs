//! Putting a backup in the book's place. It is made ready beside the book while that is in use; the change itself is a
//! few renames at the book's next opening, which begin again where a power cut stopped them. The book of before is kept.

use super::{
    BackupError, Contents, Scrap, beside, copy, dashed, failed, lost, opened, put_in_place,
    refused, replaced, sync_folder,
};
use crate::{Follow, MIGRATIONS, imports::By};
use domain::{Secret, Timestamp};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// The book that is to come.
const READY: &str = "restored";
/// Says that it is to come, and where the book of before goes: as long as it is there, the change is not done.
const ORDER: &str = "restore";
/// Books of before that are told apart by a number.
const KEPT_MAX: u32 = 10_000;

/// What is to be done at the next opening.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    /// The book of before goes there, beside its place.
    keep: String,
    /// Who wants it, and since when.
    #[serde(default)]
    who: String,
    #[serde(default)]
    at: i64,
    /// The last closing's number in the book of before, which may not be readable any more by then.
    #[serde(default)]
    last_closing: Option<u32>,
}

impl Order {
    fn by(&self) -> By {
        By {
            who: self.who.clone(),
            at: Timestamp(self.at),
        }
    }
}

/// Reads a backup from end to end and lays it ready beside the book: from its next opening on it is the book. The book
/// itself is not touched. `None` where it was stopped.
pub fn lay_ready(
    book: &Path,
    backup: &Path,
    passphrase: Option<&Secret>,
    by: &By,
    follow: &Follow,
) -> Result<Option<Contents>, BackupError> {
    let part = beside(book, "restored.part");
    let scrap = Scrap::new(&part)?;
    if !opened(backup, &part, passphrase, follow)? {
        return Ok(None);
    }
    let Some(mut contents) = copy::check(&part, follow)? else {
        return Ok(None);
    };
    contents.lost = lost::lost(book, &part);
    // As long as the book is there: a copy that cannot become one must not take its place.
    bring_up_to_date(&part)?;
    can_go_on(&part)?;
    forget_what_was_on_its_way(&part)?;
    put_in_place(&part, &beside(book, READY))?;
    drop(scrap);
    let order = Order {
        keep: free_name(book),
        who: by.who.clone(),
        at: by.at.0,
        last_closing: replaced::last_closing(book),
    };
    let text = serde_json::to_vec(&order).unwrap_or_default();
    let (draft, place) = (beside(book, "restore.part"), beside(book, ORDER));
    fs::write(&draft, text).map_err(|error| failed(&draft, error))?;
    put_in_place(&draft, &place)?;
    Ok(Some(contents))
}

/// What lies ready to become the book at its next opening.
pub fn waiting(book: &Path) -> Result<Option<Contents>, BackupError> {
    let ready = beside(book, READY);
    if !beside(book, ORDER).exists() || !ready.exists() {
        return Ok(None);
    }
    let db = copy::open(&ready)?;
    let mut contents = copy::contents(&db).map_err(|error| refused(&ready, error))?;
    contents.lost = lost::lost(book, &ready);
    Ok(Some(contents))
}

/// The book stays what it is, and what was laid ready goes. The caller has the book open, or holds its lock.
pub fn withdraw(book: &Path) -> Result<(), BackupError> {
    // Without the order what lies ready is nothing: it goes first, and for good.
    let order = beside(book, ORDER);
    remove(&order).map_err(|error| failed(&order, error))?;
    sync_folder(book);
    Scrap::new(&beside(book, READY)).map(drop)
}

/// Makes of a copy what this program opens, and sees that it is a whole book.
fn bring_up_to_date(path: &Path) -> Result<(), BackupError> {
    let whole = sqlite::bring_up_to_date(path, MIGRATIONS).map_err(|error| match error {
        sqlite::OpenError::Newer { .. } => BackupError::Newer,
        sqlite::OpenError::Io { path, source } => failed(&path, source),
        sqlite::OpenError::Sqlite { source, .. } => refused(path, source),
        other => BackupError::Damaged(other.to_string()),
    })?;
    match whole {
        true => Ok(()),
        false => Err(BackupError::NotABook(path.to_owned())),
    }
}

/// After the last number that it names there is another: else nothing could be closed in it, ever.
fn can_go_on(path: &Path) -> Result<(), BackupError> {
    let db = copy::open(path)?;
    match replaced::last_number(&db) {
        Ok(number) if number < u32::MAX => Ok(()),
        Ok(_) | Err(rusqlite::Error::IntegralValueOutOfRange(..)) => Err(BackupError::Damaged(
            "no number is left for its next closing".to_owned(),
        )),
        Err(error) => Err(refused(path, error)),
    }
}

/// Receipts that waited for their printer when the backup was made were printed since, or nobody wants them any more.
fn forget_what_was_on_its_way(path: &Path) -> Result<(), BackupError> {
    let of_it = |error| refused(path, error);
    let db = Connection::open(path).map_err(of_it)?;
    let there =
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'print_jobs')";
    if db.query_row(there, [], |row| row.get(0)).map_err(of_it)? {
        let sql = "UPDATE print_jobs SET state = 'withdrawn' WHERE state = 'queued'";
        db.execute(sql, []).map_err(of_it)?;
    }
    db.close().map_err(|(_, error)| of_it(error))
}

/// A name beside the book that no earlier book of before has.
pub(super) fn free_name(book: &Path) -> String {
    let own = book
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = |number: u32| format!("{own}.before-{number}");
    let free = (1..KEPT_MAX).map(name).find(|name| {
        let one = book.with_file_name(name);
        // Its log needs the name as well: parted from it, its newest payments are lost.
        !one.exists() && !dashed(&one, "wal").exists()
    });
    free.unwrap_or_else(|| name(KEPT_MAX))
}

/// Finishes what was ordered, if anything was; answers where the book of before is kept. The caller holds the book's
/// lock, and has not opened it yet. Each step leaves what the next start finds and goes on from.
pub fn resume(book: &Path) -> io::Result<Option<PathBuf>> {
    let order = beside(book, ORDER);
    let text = match fs::read(&order) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // It is written whole before it gets its name; one that cannot be read is not ours, and nothing was begun.
    let plain = |name: &str| !name.contains(['/', '\\']) && !name.is_empty();
    let read = serde_json::from_slice::<Order>(&text).ok();
    let Some(wanted) = read.filter(|order| plain(&order.keep)) else {
        tracing::error!(
            "an order to put a backup in the book's place cannot be read: left as it is"
        );
        return Ok(None);
    };
    let (ready, kept) = (beside(book, READY), book.with_file_name(&wanted.keep));
    if ready.exists() {
        // Once the first of the renames is done it is written down, and there is no way back.
        let begun = kept.exists();
        let before = if begun { &kept } else { book };
        let before = before.exists().then_some(before);
        if let Err(error) = replaced::write_down(&ready, before, wanted.last_closing, &wanted.by())
            && !begun
        {
            tracing::error!(%error, "a backup that is to be the book could not be made ready: the book is as it was");
            return Ok(None);
        }
        // The log belongs to the book of before: it goes first, so that the new book never finds it.
        for (from, to) in [
            (dashed(book, "wal"), dashed(&kept, "wal")),
            (book.to_owned(), kept.clone()),
        ] {
            if from.exists() && !to.exists() {
                fs::rename(&from, &to)?;
            }
        }
        // What is still there was begun anew by a program that knew nothing of this order.
        let late = book.with_file_name(free_name(book));
        for (from, to) in [
            (dashed(book, "wal"), dashed(&late, "wal")),
            (book.to_owned(), late),
        ] {
            if from.exists() {
                fs::rename(&from, &to)?;
            }
        }
        remove(&dashed(book, "shm"))?;
        sync_folder(book);
        fs::rename(&ready, book)?;
        sync_folder(book);
    }
    remove(&order)?;
    sync_folder(book);
    tracing::warn!(kept = %kept.display(), "a backup was put in the book's place; the book of before is kept");
    Ok(Some(kept))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Puts a backup in the book's place now, while nobody has the book open; answers what it holds and where the book of
/// before is kept. `None` where it was stopped.
pub fn restore(
    book: &Path,
    backup: &Path,
    passphrase: Option<&Secret>,
    by: &By,
    follow: &Follow,
) -> Result<Option<(Contents, Option<PathBuf>)>, BackupError> {
    let _held = sqlite::Held::take(book, Duration::ZERO).map_err(|error| match error {
        sqlite::OpenError::InUse(_) => BackupError::InUse,
        sqlite::OpenError::Io { path, source } => failed(&path, source),
        other => BackupError::Damaged(other.to_string()),
    })?;
    let Some(contents) = lay_ready(book, backup, passphrase, by, follow)? else {
        return Ok(None);
    };
    let kept = resume(book).map_err(|error| failed(book, error))?;
    Ok(Some((contents, kept.filter(|kept| kept.exists()))))
}
