//! Classes: lines that are alike in all that has few values (platform, collector, kind, trust …). A book has some dozens
//! of them; filters choose among classes instead of looking at lines.

use crate::{Line, Standing, read_word, word};
use domain::{Kind, Platform, Trust};
use rusqlite::{Connection, OptionalExtension, params};

/// This desk. There is no other yet.
pub(crate) const TERMINAL: &str = "desk";

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    pub id: i64,
    pub platform: Platform,
    pub collector: String,
    pub terminal: String,
    pub kind: Kind,
    pub trust: Trust,
    /// Empty where the amount was not given.
    pub currency: String,
    pub test: bool,
    pub standing: Standing,
}

/// The class of a line, made if it is the first of its kind.
pub(crate) fn class_of(db: &Connection, line: &Line) -> rusqlite::Result<i64> {
    let currency = line.amount.map(|amount| amount.currency());
    let (kind, trust, standing) = (word(&line.kind), word(&line.trust), word(&line.standing));
    let alike = params![
        line.platform.as_str(),
        line.collector,
        TERMINAL,
        kind,
        trust,
        currency.as_ref().map_or("", |currency| currency.code()),
        line.test,
        standing,
    ];
    let sql = "SELECT id FROM classes WHERE platform = ?1 AND collector = ?2 AND terminal = ?3 AND kind = ?4
               AND trust = ?5 AND currency = ?6 AND test = ?7 AND state = ?8";
    let found = db
        .prepare_cached(sql)?
        .query_row(alike, |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    let sql =
        "INSERT INTO classes (platform, collector, terminal, kind, trust, currency, test, state)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute(alike)?;
    Ok(db.last_insert_rowid())
}

/// Every class.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Class>> {
    let sql =
        "SELECT id, platform, collector, terminal, kind, trust, currency, test, state FROM classes";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        Ok(Class {
            id: row.get(0)?,
            platform: read_word(row, 1)?,
            collector: row.get(2)?,
            terminal: row.get(3)?,
            kind: read_word(row, 4)?,
            trust: read_word(row, 5)?,
            currency: row.get(6)?,
            test: row.get(7)?,
            standing: read_word(row, 8)?,
        })
    })?;
    rows.collect()
}
