//! The one way Tillbell opens a SQLite file: lock, pragmas, migrations, and a handle for async callers.
//!
//! - One process per file: an exclusive lock on `<file>.lock` is held while the database is open. A program that may
//!   follow on its own older self waits for it with [`Db::open_within`].
//! - Durable: WAL with `synchronous=FULL`, so what was committed survives a power cut.
//! - A schema newer than the program is refused with [`OpenError::Newer`]; before an older one is migrated a copy is
//!   kept beside it, and all migrations run in one transaction.
//! - Transactions begin `IMMEDIATE`, so a write never fails half way for want of the lock.

mod migrate;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many prepared statements are kept per database: more than any of ours has.
const STATEMENTS: usize = 96;

/// Between two tries for a lock that another process holds.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{0} is in use by another program")]
    InUse(PathBuf),
    /// It was written by a newer version of the program.
    #[error(
        "{path} was written by a newer version of this program (its version is {found}, this program knows {known})"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version found in it.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// An older version of the program wrote it, and it was to be read only, not brought up to date.
    #[error("{path} was written by an older version of this program (its version is {found})")]
    Older {
        /// The file.
        path: PathBuf,
        /// The version found in it.
        found: i64,
    },
    /// The file system does not let us keep the promise of durability.
    #[error("{0} cannot be kept in write-ahead mode here: is it on a network drive?")]
    NotDurable(PathBuf),
    /// The folder or file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// What was to be opened.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// SQLite itself refused; the file may be damaged.
    #[error("{path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A migration failed; nothing was changed.
    #[error("{path} could not be brought up to date: {reason}")]
    Migration {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The database was closed, or the work on it panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the database is closed")]
pub struct Stopped;

/// An open database. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Db {
    open: Arc<Mutex<Option<Open>>>,
}

struct Open {
    // Fields drop in order: the connection is closed before the lock is let go.
    connection: Connection,
    _lock: Option<Held>,
}

/// The lock of a file: as long as it is held, no other process opens the file with [`Db::open`].
#[derive(Debug)]
pub struct Held {
    _file: File,
}

impl Held {
    /// Takes a file's lock, which another process may hold until this time is over.
    pub fn take(path: &Path, patience: Duration) -> Result<Self, OpenError> {
        let file = lock(path, patience, || std::thread::sleep(TRY_AGAIN))?;
        Ok(Self { _file: file })
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// Opens the file, made if there is none, with every migration applied. Blocks: call it at start, or from a
    /// blocking task. The folder must exist.
    pub fn open(path: &Path, migrations: &'static [&'static str]) -> Result<Self, OpenError> {
        Self::open_within(path, migrations, Duration::ZERO)
    }

    /// As [`Db::open`], but a file that is in use is tried again until this time is over: after an update the former
    /// program may still be ending. Every other refusal comes at once.
    pub fn open_within(
        path: &Path,
        migrations: &'static [&'static str],
        patience: Duration,
    ) -> Result<Self, OpenError> {
        Self::open_held(Held::take(path, patience)?, path, migrations)
    }

    /// As [`Db::open`], of a file whose lock is held already.
    pub fn open_held(
        lock: Held,
        path: &Path,
        migrations: &'static [&'static str],
    ) -> Result<Self, OpenError> {
        let sqlite = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        let mut connection = Connection::open(path).map_err(sqlite)?;
        let mode: String = connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(sqlite)?;
        if mode != "wal" {
            return Err(OpenError::NotDurable(path.to_owned()));
        }
        prepare(&connection).map_err(sqlite)?;
        migrate::to_latest(&mut connection, path, migrations)?;
        Ok(Self::around(connection, Some(lock)))
    }

    /// Opens a file for reading only, while another process may have it open and write: what it commits is seen, it
    /// waits for nothing. The file must be there, and its version the newest.
    pub fn open_read_only(
        path: &Path,
        migrations: &'static [&'static str],
    ) -> Result<Self, OpenError> {
        let sqlite = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
        prepare(&connection).map_err(sqlite)?;
        let path = path.to_owned();
        match migrate::version(&connection, &path, migrations)? {
            (found, known) if found > known => Err(OpenError::Newer { path, found, known }),
            (found, known) if found < known => Err(OpenError::Older { path, found }),
            _ => Ok(Self::around(connection, None)),
        }
    }

    /// A database in memory, for tests and trials.
    pub fn open_in_memory(migrations: &'static [&'static str]) -> Result<Self, OpenError> {
        let path = Path::new(":memory:");
        let sqlite = |source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        };
        let mut connection = Connection::open_in_memory().map_err(sqlite)?;
        prepare(&connection).map_err(sqlite)?;
        migrate::to_latest(&mut connection, path, migrations)?;
        Ok(Self::around(connection, None))
    }

    fn around(connection: Connection, lock: Option<Held>) -> Self {
        Self {
            open: Arc::new(Mutex::new(Some(Open {
                connection,
                _lock: lock,
            }))),
        }
    }

    /// Does work on the connection in a blocking task; calls queue behind each other. Dropping the future does not
    /// stop work that has begun.
    pub async fn call<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + From<Stopped> + Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    {
        let db = self.clone();
        let done = tokio::task::spawn_blocking(move || match db.guard().as_mut() {
            Some(open) => work(&mut open.connection),
            None => Err(Stopped.into()),
        });
        match done.await {
            Ok(result) => result,
            Err(_) => Err(Stopped.into()),
        }
    }

    /// Writes everything back into the one file and closes it; later calls are answered [`Stopped`].
    pub async fn close(&self) {
        let db = self.clone();
        let closed = tokio::task::spawn_blocking(move || {
            let Some(open) = db.guard().take() else {
                return;
            };
            // A checkpoint is tidiness, not safety: whatever stays in the -wal file is read back on the next open.
            if let Err(error) = open
                .connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            {
                tracing::warn!(%error, "could not write the log back into the database on closing");
            }
        });
        let _ = closed.await;
    }

    // A panic while the connection was borrowed has rolled its transaction back on the way out, so the connection is
    // as good as before.
    fn guard(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings a copy that nobody has open up to date, as one file without a log beside it. No copy of it is kept: it is one.
/// Answers whether it has every table, index and trigger that a database of these migrations has: one of which some are
/// missing was made by somebody else.
pub fn bring_up_to_date(
    path: &Path,
    migrations: &'static [&'static str],
) -> Result<bool, OpenError> {
    let sqlite = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
        .map_err(sqlite)?;
    if mode != "delete" {
        return Err(OpenError::NotDurable(path.to_owned()));
    }
    prepare(&connection).map_err(sqlite)?;
    migrate::copy_to_latest(&mut connection, path, migrations)?;
    let found = names(&connection).map_err(sqlite)?;
    connection.close().map_err(|(_, source)| sqlite(source))?;
    let mut fresh = Connection::open_in_memory().map_err(sqlite)?;
    migrate::copy_to_latest(&mut fresh, path, migrations)?;
    Ok(names(&fresh).map_err(sqlite)?.is_subset(&found))
}

/// What a database is made of.
fn names(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, String)>> {
    let mut query = connection.prepare("SELECT type, name FROM sqlite_schema")?;
    let names = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    names.collect()
}

/// Settings that SQLite forgets between connections.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000;
         PRAGMA trusted_schema = OFF;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Begins a transaction that holds the write lock from its start.
pub fn begin(connection: &mut Connection) -> rusqlite::Result<rusqlite::Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

fn lock(path: &Path, patience: Duration, mut wait: impl FnMut()) -> Result<File, OpenError> {
    let lock_path = beside(path, "lock");
    let io = |source| OpenError::Io {
        path: lock_path.clone(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&lock_path)
        .map_err(io)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < patience => wait(),
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
    }
}

/// `<path>.<suffix>`, beside the database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
