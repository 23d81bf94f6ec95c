//! What a copy that takes the book's place is told of the book of before: it is chained like everything that happens, so
//! that nobody can say later that no copy was put there, and closings go on with numbers that no paper has.

use super::copy;
use crate::{MIGRATIONS, chain, imports::By};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// The last number that a closing has had, also in books that copies replaced.
pub(crate) const LAST_NUMBER: &str = "SELECT max((SELECT ifnull(max(id), 0) FROM closings),
                                                 (SELECT ifnull(max(replaced_closing), 0) FROM restores))";

/// A book as whoever replaces it names it, as far as it can be read: of a damaged one the head may be lost, and the
/// closings there.
#[derive(Default)]
struct Replaced {
    head: Option<chain::Head>,
    closing: Option<u32>,
}

/// Writes into a copy that it takes the place of the book of before, once: asked again it has been done. A book that
/// cannot be read any more, which may be why the copy is there, is named as such.
/// `known` is the last closing's number as it was read when the copy was laid ready.
pub(super) fn write_down(
    copied: &Path,
    before: Option<&Path>,
    known: Option<u32>,
    by: &By,
) -> Result<(), String> {
    // The program may be a newer one than that which laid the copy ready.
    sqlite::bring_up_to_date(copied, MIGRATIONS).map_err(|error| error.to_string())?;
    written(copied, before, known, by).map_err(|error| error.to_string())
}

fn written(
    copied: &Path,
    before: Option<&Path>,
    known: Option<u32>,
    by: &By,
) -> rusqlite::Result<()> {
    let mut db = Connection::open(copied)?;
    let transaction = sqlite::begin(&mut db)?;
    let sql = "SELECT 1 FROM restores WHERE at = ?1 AND who = ?2";
    let there = transaction.prepare(sql)?.exists(params![by.at.0, by.who])?;
    if !there {
        let replaced = before.map(read).unwrap_or_default();
        let rows = |head: &chain::Head| i64::try_from(head.rows).unwrap_or(i64::MAX);
        let sql = "INSERT INTO restores (at, who, replaced_rows, replaced_head, replaced_closing)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        transaction.execute(
            sql,
            params![
                by.at.0,
                by.who,
                replaced.head.as_ref().map(rows),
                replaced.head.as_ref().map(chain::Head::text),
                replaced.closing.max(known),
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

fn read(book: &Path) -> Replaced {
    let Some(db) = told("book", copy::open(book)) else {
        return Replaced::default();
    };
    Replaced {
        head: told("head", head(&db)),
        closing: told("last closing", last_number(&db)),
    }
}

/// The last number that a closing has had in a book that may be damaged; `None`: that cannot be read.
pub(super) fn last_closing(book: &Path) -> Option<u32> {
    read(book).closing
}

fn told<T>(what: &str, read: Result<T, impl std::fmt::Display>) -> Option<T> {
    read.inspect_err(|error| {
        tracing::warn!(%error, what, "of a book that a copy replaces this could not be read");
    })
    .ok()
}

fn there(db: &Connection, table: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    Ok(db.query_row(sql, [table], |_| Ok(())).optional()?.is_some())
}

fn head(db: &Connection) -> rusqlite::Result<chain::Head> {
    match there(db, "chain")? {
        true => chain::head(db),
        false => Ok(chain::Head::EMPTY),
    }
}

/// No more than a closing's number may be: whoever changed the book could otherwise end all closings.
pub(super) fn last_number(db: &Connection) -> rusqlite::Result<u32> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get(0));
    match (there(db, "closings")?, there(db, "restores")?) {
        (true, true) => number(LAST_NUMBER),
        (true, false) => number("SELECT ifnull(max(id), 0) FROM closings"),
        (false, _) => Ok(0),
    }
}
