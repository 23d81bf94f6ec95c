//! What stands in the app's book, read from its file: an outsider's look, while the app runs.

use anyhow::Context;
use rusqlite::{Connection, OpenFlags};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The book of one data folder.
pub struct Book {
    file: PathBuf,
}

/// When the steps of one payment happened, in UTC milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The hub accepted it.
    pub accepted: i64,
    /// It stood in the book.
    pub received: i64,
    /// The card was painted.
    pub shown: Option<i64>,
    /// The voice, or its chime, began.
    pub spoken: Option<i64>,
}

impl Book {
    /// The book below this folder, once it is there.
    pub fn find(folder: &Path) -> anyhow::Result<Self> {
        let began = Instant::now();
        loop {
            if let Some(file) = files(folder)
                .into_iter()
                .find(|file| has_table(file, "lines"))
            {
                return Ok(Self { file });
            }
            anyhow::ensure!(
                began.elapsed() < Duration::from_secs(20),
                "no book below {}",
                folder.display()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Every payment's times, oldest first.
    pub fn times(&self) -> Vec<Times> {
        let sql = "SELECT accepted_at, received_at, shown_at, spoken_at FROM lines ORDER BY id";
        self.read(sql, |row| {
            Ok(Times {
                accepted: row.get(0)?,
                received: row.get(1)?,
                shown: row.get(2)?,
                spoken: row.get(3)?,
            })
        })
    }

    /// Every payment's amount, trust and platform (`1280 confirmed wechat`), oldest first.
    pub fn lines(&self) -> Vec<String> {
        let sql = "SELECT minor, kind, trust, platform FROM lines ORDER BY id";
        self.read(sql, |row| {
            let minor: Option<i64> = row.get(0)?;
            let minor = minor.map_or("?".to_owned(), |minor| minor.to_string());
            let [kind, trust, platform]: [String; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
            Ok(format!("{minor} {kind} {trust} {platform}"))
        })
    }

    /// How many payments are not told yet.
    pub fn untold(&self) -> usize {
        self.read("SELECT id FROM lines WHERE told_at IS NULL", |row| {
            row.get::<_, i64>(0)
        })
        .len()
    }

    /// How many pieces of news all payments have together.
    pub fn news(&self) -> usize {
        self.read("SELECT id FROM news", |row| row.get::<_, i64>(0))
            .len()
    }

    fn read<T>(
        &self,
        sql: &str,
        one: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let all = || -> anyhow::Result<Vec<T>> {
            let db = open(&self.file).context("cannot open the book")?;
            let mut statement = db.prepare(sql)?;
            Ok(statement.query_map([], one)?.collect::<Result<_, _>>()?)
        };
        all().unwrap_or_default()
    }
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(Duration::from_secs(5))?;
    Ok(db)
}

fn has_table(file: &Path, name: &str) -> bool {
    let found = || {
        open(file)?.query_row(
            "SELECT 1 FROM sqlite_schema WHERE name = ?1",
            [name],
            |_| Ok(()),
        )
    };
    found().is_ok()
}

/// All database files below a folder, two levels deep.
fn files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect::<Vec<_>>()
    };
    let mut all = list(folder);
    let below: Vec<PathBuf> = all
        .iter()
        .filter(|p| p.is_dir())
        .flat_map(|p| list(p))
        .collect();
    all.extend(below);
    all.retain(|path| {
        path.extension()
            .is_some_and(|ending| ["db", "sqlite", "sqlite3"].iter().any(|e| ending == *e))
    });
    all
}
