//! The whole book as one file, and back: copied while it is in use, checked by reading it again, perhaps sealed with a
//! passphrase, and put in its place in one step. A copy is an ordinary SQLite file; a sealed one is an `age` file, so
//! that both can be opened without this program.

mod copy;
mod daily;
mod lost;
mod replaced;
mod restore;
mod seal;
#[cfg(test)]
mod tests;

pub use daily::{BackupFile, daily_name, excess, found_in};
pub use lost::Lost;
pub(crate) use replaced::LAST_NUMBER;
pub use restore::{lay_ready, restore, resume, waiting, withdraw};

use crate::Follow;
use domain::{BusinessDay, Secret};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What goes wrong with a backup. Whatever it is, the book is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no room on the disk.
    #[error("there is no room left for {0}")]
    Full(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is there already.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// It is sealed, and no passphrase was given.
    #[error("the backup is sealed with a passphrase")]
    NeedsPassphrase,
    /// The passphrase is not that of this file.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It is no book of ours.
    #[error("{0} is no copy of a book")]
    NotABook(PathBuf),
    /// A newer version of this program wrote it.
    #[error("a newer version of this program wrote it")]
    Newer,
    /// Another program has the book open.
    #[error("another program has the book open")]
    InUse,
    /// What was read back is not whole.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// SQLite could not read or write it.
    #[error("the book could not be read or copied: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// What a book or a copy of it holds: a copy must hold the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Contents {
    /// Payments and refunds.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub payments: u64,
    /// Pieces of news.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub news: u64,
    /// Statements that were loaded.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub statements: u64,
    /// Closings.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub closings: u64,
    /// The first business day in it.
    pub first_day: Option<BusinessDay>,
    /// The last.
    pub last_day: Option<BusinessDay>,
    /// The end of its chain, in hexadecimal.
    pub chain_head: Option<String>,
    /// What the book has and this copy lacks. `None`: they were not, or could not be, compared.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub lost: Option<Lost>,
}

/// Makes a backup of the book at `book` as `target`, which must not be there. `None` where it was stopped. The book may
/// be in use, also by another program: the copy is as it was at one moment.
pub fn back_up(
    book: &Path,
    target: &Path,
    passphrase: Option<&Secret>,
    follow: &Follow,
) -> Result<Option<Contents>, BackupError> {
    if target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let part = beside(target, "part");
    let finished = Scrap::new(&part)?;
    let contents = match passphrase {
        None => copy::checked_copy(book, &part, follow)?,
        Some(passphrase) => {
            // The open copy stays where the open book is: a stick that goes out of the house never held it.
            let open = Scrap::new(&beside(book, "copying"))?;
            match copy::checked_copy(book, &open.0, follow)? {
                Some(contents) => {
                    seal::seal(&open.0, &part, passphrase, follow)?.then_some(contents)
                }
                None => None,
            }
        }
    };
    if contents.is_some() {
        put_in_place(&part, target)?;
    }
    drop(finished);
    Ok(contents)
}

/// What a book holds now.
pub fn holds(book: &Path) -> Result<Contents, BackupError> {
    let db = copy::open(book)?;
    copy::contents(&db).map_err(|error| refused(book, error))
}

/// Reads a backup from end to end, and tells what it holds. `None` where it was stopped. What is sealed is opened
/// beside the book, never beside the backup.
pub fn read(
    book: &Path,
    backup: &Path,
    passphrase: Option<&Secret>,
    follow: &Follow,
) -> Result<Option<Contents>, BackupError> {
    let part = Scrap::new(&beside(book, "reading"))?;
    if !opened(backup, &part.0, passphrase, follow)? {
        return Ok(None);
    }
    let found = copy::check(&part.0, follow)?;
    Ok(found.map(|contents| Contents {
        lost: lost::lost(book, &part.0),
        ..contents
    }))
}

/// Copies a backup, opened where it is sealed. False where it was stopped.
fn opened(
    backup: &Path,
    to: &Path,
    passphrase: Option<&Secret>,
    follow: &Follow,
) -> Result<bool, BackupError> {
    match (seal::is_sealed(backup)?, passphrase) {
        (true, None) => Err(BackupError::NeedsPassphrase),
        (true, Some(passphrase)) => seal::unseal(backup, to, passphrase, follow),
        // A book in use, with a log beside it, is no backup, but may be taken for one.
        (false, _) if dashed(backup, "wal").exists() => {
            Ok(copy::checked_copy(backup, to, follow)?.is_some())
        }
        (false, _) => copy::copy_bytes(backup, to, follow),
    }
}

/// A file that goes away again when the work on it ends, however it ends; what an earlier power cut left is taken away
/// first. One that was renamed is not there any more.
struct Scrap(PathBuf);

impl Scrap {
    fn new(path: &Path) -> Result<Self, BackupError> {
        let scrap = Self(path.to_owned());
        scrap.clear().map_err(|error| failed(path, error))?;
        Ok(scrap)
    }

    fn clear(&self) -> io::Result<()> {
        for path in [
            self.0.clone(),
            dashed(&self.0, "journal"),
            dashed(&self.0, "wal"),
            dashed(&self.0, "shm"),
        ] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Scrap {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "what is left of a copy could not be taken away");
        }
    }
}

/// Makes a finished file durable under its own name: after a power cut it is there whole, or not at all.
fn put_in_place(part: &Path, target: &Path) -> Result<(), BackupError> {
    let named = |error| failed(target, error);
    fs::File::options()
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .map_err(named)?;
    fs::rename(part, target).map_err(named)?;
    sync_folder(target);
    Ok(())
}

/// Makes a rename durable, where folders can be opened as files.
fn sync_folder(file: &Path) {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = fs::File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// `<path>.<suffix>`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// `<path>-<suffix>`: what SQLite keeps beside a database.
fn dashed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(path: &Path, source: io::Error) -> BackupError {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            BackupError::Full(path.to_owned())
        }
        _ => BackupError::Io {
            path: path.to_owned(),
            source,
        },
    }
}

/// SQLite's errors, told apart where somebody can do something about one.
fn refused(path: &Path, error: rusqlite::Error) -> BackupError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase};
    match error.sqlite_error_code() {
        Some(DiskFull) => BackupError::Full(path.to_owned()),
        Some(NotADatabase) => BackupError::NotABook(path.to_owned()),
        Some(DatabaseCorrupt) => BackupError::Damaged(error.to_string()),
        _ => BackupError::Sqlite(error),
    }
}
