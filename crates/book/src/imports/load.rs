//! From a file's bytes to statements in the book: opened, read and loaded, each of what is packed in it by itself.

use super::{By, Imported};
use crate::{Follow, Ledger, LedgerError};
use domain::{Platform, Secret};
use statements::{
    Statement,
    amount::Mark,
    dates::DateOrder,
    file::{self, FileError, Limits, OpenedFile},
    mapping::{self, Columns, Mapping, Minus, Preview},
    read::{self, Defaults, ReadError},
    table::Table,
};

/// Of the whole work, reading is about so many parts of a hundred; the rest is writing.
const READING: u64 = 20;
/// Mappings that are kept at most.
const MAPPINGS_MAX: u32 = 200;
/// Rows of a table that are shown as they stand in the file, and cells of a row.
const CELLS_SHOWN: (usize, usize) = (20, 100);

/// A file as it was dropped.
#[derive(Debug, Clone)]
pub struct GivenFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What opens it, where it is locked.
    pub password: Option<Secret>,
}

/// What became of one of the files that were packed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub what: Result<Imported, ReadError>,
}

/// Why nothing of a file was loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be opened.
    #[error(transparent)]
    File(#[from] FileError),
    /// The book cannot be written.
    #[error(transparent)]
    Book(#[from] LedgerError),
}

/// A mapping that is tried.
#[derive(Debug, Clone)]
pub struct Tried {
    /// It; `None` where none was given and no row looks like headings.
    pub mapping: Option<Mapping>,
    /// What comes of it.
    pub preview: Preview,
    /// The first rows as they stand in the file.
    pub cells: Vec<Vec<String>>,
}

/// Why a mapping cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TryError {
    /// The file cannot be opened.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no table.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Nothing of that name is packed in it.
    #[error("the file has no such part")]
    NoSuchPart,
}

impl Ledger {
    /// Loads a file, or what is packed in it. What was loaded before somebody stopped it stays loaded.
    pub async fn import_file(
        &self,
        given: GivenFile,
        defaults: Defaults,
        by: By,
        follow: Follow,
    ) -> Result<Vec<Outcome>, ImportError> {
        let mappings = self.mappings().await?;
        follow.at(0, 100);
        let reading =
            tokio::task::spawn_blocking(move || open_and_read(&given, &mappings, &defaults));
        let read = reading.await.map_err(|_| LedgerError::Closed)??;
        let (all, mut outcomes) = (u64::try_from(read.len()).unwrap_or(1).max(1), Vec::new());
        for (place, one) in (0_u64..).zip(read) {
            let what = match one.statement {
                Ok(statement) => {
                    let part = follow.part(
                        READING + (100 - READING) * place / all,
                        (100 - READING) / all,
                    );
                    let loading = self.import(&one.name, one.sha256, statement, by.clone(), part);
                    Ok(loading.await?)
                }
                Err(error) => Err(error),
            };
            let name = one.name;
            outcomes.push(Outcome { name, what });
        }
        follow.at(100, 100);
        Ok(outcomes)
    }

    /// The owner's mappings, by name.
    pub async fn mappings(&self) -> Result<Vec<Mapping>, LedgerError> {
        self.call(|db| {
            let sql = "SELECT mapping FROM statement_mappings ORDER BY name LIMIT ?1";
            let mut query = db.prepare_cached(sql)?;
            let texts = query.query_map([MAPPINGS_MAX], |row| row.get::<_, String>(0))?;
            let texts = texts.collect::<rusqlite::Result<Vec<_>>>()?;
            // One that a later version wrote is not for us, and must not keep the others from being used.
            Ok(texts
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok())
                .collect())
        })
        .await
    }

    /// Keeps a mapping, in place of the one of its name. False where there are too many.
    pub async fn save_mapping(&self, mapping: &Mapping) -> Result<bool, LedgerError> {
        let (name, text) = (
            mapping.name.clone(),
            serde_json::to_string(mapping).unwrap_or_default(),
        );
        self.call(move |db| {
            let sql = "INSERT INTO statement_mappings (name, mapping) SELECT ?1, ?2
                       WHERE (SELECT count(*) FROM statement_mappings WHERE name <> ?1) < ?3
                       ON CONFLICT (name) DO UPDATE SET mapping = excluded.mapping";
            Ok(db
                .prepare_cached(sql)?
                .execute((name, text, MAPPINGS_MAX))?
                == 1)
        })
        .await
    }

    /// Forgets a mapping. What was read by it stays.
    pub async fn remove_mapping(&self, name: &str) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.call(move |db| {
            let sql = "DELETE FROM statement_mappings WHERE name = ?1";
            db.prepare_cached(sql)?.execute([name])?;
            Ok(())
        })
        .await
    }
}

struct ReadFile {
    name: String,
    sha256: [u8; 32],
    statement: Result<Statement, ReadError>,
}

fn open_and_read(
    given: &GivenFile,
    mappings: &[Mapping],
    defaults: &Defaults,
) -> Result<Vec<ReadFile>, FileError> {
    let files = opened(given)?;
    let read = |file: OpenedFile| ReadFile {
        statement: read::read(&file, mappings, defaults),
        name: file.name,
        sha256: file.sha256,
    };
    Ok(files.into_iter().map(read).collect())
}

fn opened(given: &GivenFile) -> Result<Vec<OpenedFile>, FileError> {
    let password = given.password.as_ref().map(Secret::expose);
    file::open(&given.name, &given.bytes, password, &Limits::default())
}

/// Tries a mapping on a file, or on what is packed in it under that name; without one, what can be guessed. Blocks.
pub fn try_mapping(
    given: &GivenFile,
    part: &str,
    mapping: Option<Mapping>,
    defaults: &Defaults,
) -> Result<Tried, TryError> {
    let files = opened(given)?;
    let one = files.len() == 1;
    let found = files.into_iter().find(|file| one || file.name == part);
    let file = found.ok_or(TryError::NoSuchPart)?;
    let table = Table::read(&file.bytes, &Limits::default()).map_err(ReadError::from)?;
    let mapping = mapping.or_else(|| mapping::suggest(&table));
    let tried = mapping.unwrap_or_else(blank);
    let preview = mapping::preview(&table, &tried, defaults);
    let above = preview.header.as_ref().map_or(0, |header| header.line);
    let rows = table
        .rows()
        .filter(|row| row.number() > above)
        .take(CELLS_SHOWN.0);
    let cells = rows.map(|row| row.cells().take(CELLS_SHOWN.1).map(str::to_owned).collect());
    // Where nothing can be guessed the owner begins with the headings alone.
    let names = preview.header.as_ref().map(|header| header.names.clone());
    let mapping = names.map(|names| match tried.headers.is_empty() {
        true => Mapping {
            headers: names,
            ..tried
        },
        false => tried,
    });
    Ok(Tried {
        cells: cells.collect(),
        mapping,
        preview,
    })
}

fn blank() -> Mapping {
    Mapping {
        name: String::new(),
        platform: Platform::named("bank"),
        headers: Vec::new(),
        columns: Columns::default(),
        dates: DateOrder::YearMonthDay,
        mark: Mark::Point,
        minus: Minus::default(),
        refund_words: Vec::new(),
        other_words: Vec::new(),
        fee_has_minus: false,
        currency: None,
        zone: None,
    }
}
