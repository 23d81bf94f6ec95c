//! What a copy that takes the book's place is told of the book of before: it is chained like everything that happens, so
//! that nobody can say later that no copy was put there, and closings go on with numbers that no paper has.

use super::copy;
use crate::{MIGRATIONS, chain, imports::By};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// The last number that a closing has had, also in books that copies replaced.
pub(crate) const LAST_NUMBER: &str = "SELECT max((SELECT ifnull(max(id), 0) FROM closings),
                                                 (SELECT ifnull(max(replaced_closing), 0) FROM restores))";

/// A book as whoever replaces it names it.
struct Replaced {
    rows: i64,
    head: String,
    closing: i64,
}

/// Writes into a copy that it takes the place of the book of before, once: asked again it has been done. A book that
/// cannot be read any more, which may be why the copy is there, is named as such.
pub(super) fn write_down(copied: &Path, before: Option<&Path>, by: &By) -> Result<(), String> {
    // The program may be a newer one than that which laid the copy ready.
    sqlite::bring_up_to_date(copied, MIGRATIONS).map_err(|error| error.to_string())?;
    written(copied, before, by).map_err(|error| error.to_string())
}

fn written(copied: &Path, before: Option<&Path>, by: &By) -> rusqlite::Result<()> {
    let mut db = Connection::open(copied)?;
    let transaction = sqlite::begin(&mut db)?;
    let sql = "SELECT 1 FROM restores WHERE at = ?1 AND who = ?2";
    let there = transaction.prepare(sql)?.exists(params![by.at.0, by.who])?;
    if !there {
        let replaced = before.and_then(|book| match read(book) {
            Ok(replaced) => Some(replaced),
            Err(error) => {
                tracing::warn!(%error, "a book that a copy replaces could not be read");
                None
            }
        });
        let sql = "INSERT INTO restores (at, who, replaced_rows, replaced_head, replaced_closing)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        transaction.execute(
            sql,
            params![
                by.at.0,
                by.who,
                replaced.as_ref().map(|book| book.rows),
                replaced.as_ref().map(|book| book.head.as_str()),
                replaced.as_ref().map(|book| book.closing),
            ],
        )?;
        chain::append(
            &transaction,
            "restore",
            transaction.last_insert_rowid(),
            by.at,
        )?;
    }
    transaction.commit()?;
    db.close().map_err(|(_, error)| error)
}

fn read(book: &Path) -> Result<Replaced, String> {
    let db = copy::open(book).map_err(|error| error.to_string())?;
    named(&db).map_err(|error| error.to_string())
}

fn named(db: &Connection) -> rusqlite::Result<Replaced> {
    let there = |table: &str| -> rusqlite::Result<bool> {
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        Ok(db.query_row(sql, [table], |_| Ok(())).optional()?.is_some())
    };
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let head = match there("chain")? {
        true => chain::head(db)?,
        false => chain::Head::EMPTY,
    };
    Ok(Replaced {
        rows: i64::try_from(head.rows).unwrap_or(i64::MAX),
        head: head.text(),
        closing: match (there("closings")?, there("restores")?) {
            (true, true) => number(LAST_NUMBER)?,
            (true, false) => number("SELECT ifnull(max(id), 0) FROM closings")?,
            (false, _) => 0,
        },
    })
}
