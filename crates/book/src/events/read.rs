//! Corrections as they stand in the book.

use super::{Correction, CorrectionEvent, CorrectionId, NewsId};
use crate::{Ledger, LedgerError, LineId, amount, read_word, word};
use domain::{BusinessDay, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A correction beside what it undoes and what undid it.
const EVENTS: &str = "SELECT c.id, c.line, c.at, c.day, c.who, w.what, w.text, w.minor, w.currency, w.news, w.other, c.undoes,
     u.id, c.made FROM corrections AS c JOIN corrections AS w ON w.id = ifnull(c.undoes, c.id)
     LEFT JOIN corrections AS u ON u.undoes = c.id";
/// So many of one day are answered at most.
const DAY_MAX: u32 = 10_000;

fn event(row: &Row<'_>) -> rusqlite::Result<CorrectionEvent> {
    Ok(CorrectionEvent {
        id: CorrectionId(row.get(0)?),
        line: LineId(row.get(1)?),
        at: Timestamp(row.get(2)?),
        day: read_word(row, 3)?,
        who: row.get(4)?,
        what: what(row)?,
        undoes: row.get::<_, Option<i64>>(11)?.map(CorrectionId),
        undone_by: row.get::<_, Option<i64>>(12)?.map(CorrectionId),
        made: row.get::<_, Option<i64>>(13)?.map(LineId),
    })
}

fn what(row: &Row<'_>) -> rusqlite::Result<Correction> {
    let text = || {
        row.get::<_, Option<String>>(6)
            .map(Option::unwrap_or_default)
    };
    let word: String = row.get(5)?;
    Ok(match word.as_str() {
        "note" => Correction::Note { text: text()? },
        "tag" => Correction::Tag { tag: text()? },
        "cash" => Correction::Cash,
        "collected_by" => Correction::CollectedBy { name: text()? },
        "refunded_in_cash" => Correction::RefundedInCash {
            amount: amount(row, 7, 8)?.ok_or_else(|| unreadable(7, "no amount"))?,
        },
        "split" => Correction::Split {
            news: NewsId(row.get(9)?),
        },
        "join" => Correction::Join {
            other: LineId(row.get(10)?),
        },
        _ => return Err(unreadable(5, "no such correction")),
    })
}

fn unreadable(column: usize, why: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
}

/// What was said about a line, or made it, or joined it to another; in the order in which it was said.
pub(crate) fn touching(db: &Connection, line: LineId) -> rusqlite::Result<Vec<CorrectionEvent>> {
    let sql = format!("{EVENTS} WHERE c.line = ?1 OR c.other = ?1 OR c.made = ?1 ORDER BY c.id");
    let mut query = db.prepare_cached(&sql)?;
    query.query_map([line.0], event)?.collect()
}

/// One of them.
pub(super) fn one(db: &Connection, id: CorrectionId) -> rusqlite::Result<Option<CorrectionEvent>> {
    let sql = format!("{EVENTS} WHERE c.id = ?1");
    db.prepare_cached(&sql)?.query_row([id.0], event).optional()
}

impl Ledger {
    /// The corrections that were made in a business day, in order, with those that were undone and what undid them.
    pub async fn corrections_of_day(
        &self,
        day: BusinessDay,
    ) -> Result<Vec<CorrectionEvent>, LedgerError> {
        self.call(move |db| Ok(of_day(db, day)?)).await
    }

    /// Who corrected something lately, the last one first; for a page that offers the names.
    pub async fn correctors(&self) -> Result<Vec<String>, LedgerError> {
        self.call(|db| {
            let sql = "SELECT who FROM (SELECT who, id FROM corrections ORDER BY id DESC LIMIT 500)
                       GROUP BY who ORDER BY max(id) DESC LIMIT 12";
            let mut query = db.prepare_cached(sql)?;
            let names = query.query_map([], |row| row.get(0))?;
            Ok(names.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}

/// As [`Ledger::corrections_of_day`], for whoever is at work in the book already.
pub fn of_day(db: &Connection, day: BusinessDay) -> rusqlite::Result<Vec<CorrectionEvent>> {
    let sql = format!("{EVENTS} WHERE c.day = ?1 ORDER BY c.id LIMIT ?2");
    let mut query = db.prepare_cached(&sql)?;
    query
        .query_map(params![word(&day), DAY_MAX], event)?
        .collect()
}
