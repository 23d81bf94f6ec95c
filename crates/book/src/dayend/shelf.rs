//! Closings as they stand in the book: written once, read again.

use super::{
    Cash, Closing, ClosingKind, ClosingSummary, ClosingsQuery, CurrencyTotal, Moment, NumberGap,
    due::{self, Upto},
};
use crate::{Ledger, LedgerError, LineId, backup, chain, word};
use domain::{BusinessDay, DayRule, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

/// Closings that are listed at a time.
const PAGE_MAX: u32 = 200;

impl Ledger {
    /// A closing by its number; `None`: there is none.
    pub async fn closing(&self, number: u32) -> Result<Option<Closing>, LedgerError> {
        self.call(move |db| Ok(closing(db, number)?)).await
    }

    /// Closings, newest first. A long page of them takes a while: payments go on being recorded.
    pub async fn closings(&self, query: ClosingsQuery) -> Result<Vec<ClosingSummary>, LedgerError> {
        self.aside(move |db| Ok(list(db, &query)?)).await
    }

    /// The number of the closing that took a payment in; `None`: it is in none yet, or was in the book before the first.
    pub async fn closing_of(&self, line: LineId) -> Result<Option<u32>, LedgerError> {
        self.call(move |db| Ok(closing_of(db, line)?)).await
    }

    /// How a closing stands with the platforms' statements by now: told with it, and no part of it. `false`: there is
    /// no closing of this number.
    pub async fn keep_statements(
        &self,
        number: u32,
        state: serde_json::Value,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        self.call(move |db| {
            let sql = "INSERT INTO closing_statements (closing, at, state) SELECT id, ?2, ?3 FROM closings WHERE id = ?1
                       ON CONFLICT (closing) DO UPDATE SET at = excluded.at, state = excluded.state";
            let changed = db.prepare_cached(sql)?.execute(params![number, at.0, state.to_string()])?;
            Ok(changed > 0)
        })
        .await
    }
}

fn closing_of(db: &Connection, line: LineId) -> rusqlite::Result<Option<u32>> {
    // Days and rows of closings never go back, so the first that reaches the payment is the one that took it in; but
    // what stood there when the first closing was made is in it only where it is of its day.
    let sql = "SELECT min(closings.id) FROM lines, closings
               WHERE lines.id = ?1 AND closings.day >= lines.day AND lines_upto >= lines.id
                   AND closings.kind <> 'correction'
                   AND NOT EXISTS (SELECT 1 FROM closings AS first WHERE first.id = (SELECT min(id) FROM closings)
                                   AND first.day > lines.day AND first.lines_upto >= lines.id)";
    db.prepare_cached(sql)?
        .query_row([line.0], |row| row.get(0))
}

/// The number of the next closing.
pub(super) fn next_number(db: &Connection) -> rusqlite::Result<u32> {
    let last: u32 = db
        .prepare_cached(backup::LAST_NUMBER)?
        .query_row([], |row| row.get(0))?;
    Ok(last + 1)
}

/// Why a new closing's number does not follow on the last one: a copy replaced a book in which the numbers between were
/// used.
pub(super) fn gap(
    db: &Connection,
    number: u32,
    rule: &DayRule,
) -> rusqlite::Result<Option<NumberGap>> {
    let sql = "SELECT last.id, restores.at, restores.who FROM restores,
                   (SELECT ifnull(max(id), 0) AS id FROM closings) AS last
               WHERE restores.replaced_closing > last.id ORDER BY restores.replaced_closing DESC, restores.id LIMIT 1";
    let found = db.prepare_cached(sql)?.query_row([], |row| {
        Ok(NumberGap {
            from: row.get::<_, u32>(0)? + 1,
            to: number - 1,
            at: Moment::new(Timestamp(row.get(1)?), rule),
            who: row.get(2)?,
        })
    });
    found.optional()
}

/// Puts a closing into the book, for good.
pub(super) fn put(
    db: &Connection,
    closing: &Closing,
    corrects: Option<u32>,
    upto: &Upto,
) -> rusqlite::Result<()> {
    let content = serde_json::to_string(closing)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let sql = "INSERT INTO closings (id, kind, corrects, day, zone, cutover, closed_at, closed_by, lines_upto, news_upto,
                   corrections_upto, unread_upto, moves_upto, counts_upto, content)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    db.prepare_cached(sql)?.execute(params![
        closing.number,
        due::kind_word(closing.kind),
        corrects,
        word(&closing.day),
        closing.report.rule.zone,
        closing.report.rule.cutover_hour,
        closing.closed.at.0,
        closing.closed_by,
        upto.lines,
        upto.news,
        upto.corrections,
        upto.unread,
        upto.moves,
        upto.counts,
        content
    ])?;
    chain::append(db, "closing", i64::from(closing.number), closing.closed.at)?;
    Ok(())
}

/// A closing with what is told beside it.
pub(super) fn closing(db: &Connection, number: u32) -> rusqlite::Result<Option<Closing>> {
    let Some(mut closing) = content::<Closing>(db, number)? else {
        return Ok(None);
    };
    closing.head = head(db, number)?;
    closing.corrected_by = corrections(db, number)?;
    let sql = "SELECT state FROM closing_statements WHERE closing = ?1";
    let state: Option<String> = db
        .prepare_cached(sql)?
        .query_row([number], |row| row.get(0))
        .optional()?;
    closing.statements = state.and_then(|state| serde_json::from_str(&state).ok());
    Ok(Some(closing))
}

fn content<T: serde::de::DeserializeOwned>(
    db: &Connection,
    number: u32,
) -> rusqlite::Result<Option<T>> {
    let sql = "SELECT content FROM closings WHERE id = ?1";
    let text: Option<String> = db
        .prepare_cached(sql)?
        .query_row([number], |row| row.get(0))
        .optional()?;
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
        })
    };
    text.map(read).transpose()
}

/// Its link in the chain; `None`: rows of before the chain still wait for theirs.
fn head(db: &Connection, number: u32) -> rusqlite::Result<Option<String>> {
    let sql =
        "SELECT hash FROM chain INDEXED BY chain_closings WHERE kind = 'closing' AND row = ?1";
    let hash: Option<chain::Hash> = db
        .prepare_cached(sql)?
        .query_row([number], |row| row.get(0))
        .optional()?;
    Ok(hash.map(|hash| chain::hex(&hash)))
}

fn corrections(db: &Connection, number: u32) -> rusqlite::Result<Vec<u32>> {
    let sql = "SELECT id FROM closings WHERE corrects = ?1 ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    query.query_map([number], |row| row.get(0))?.collect()
}

/// The parts of a closing that the list shows.
#[derive(Deserialize)]
struct Brief {
    kind: ClosingKind,
    day: BusinessDay,
    closed: Moment,
    closed_by: String,
    taken: Vec<CurrencyTotal>,
    late_count: u32,
    cash: Option<Cash>,
}

fn list(db: &Connection, query: &ClosingsQuery) -> rusqlite::Result<Vec<ClosingSummary>> {
    let sql = "SELECT id FROM closings WHERE id < ?1 AND (?2 IS NULL OR day = ?2) ORDER BY id DESC LIMIT ?3";
    let mut found = db.prepare_cached(sql)?;
    let limit = query.limit.clamp(1, PAGE_MAX);
    let before = query.before.map_or(i64::MAX, i64::from);
    let day = query.day.map(|day| word(&day));
    let numbers = found.query_map(params![before, day, limit], |row| row.get(0))?;
    let numbers = numbers.collect::<rusqlite::Result<Vec<u32>>>()?;
    let mut list = Vec::with_capacity(numbers.len());
    for number in numbers {
        list.extend(summary(db, number)?);
    }
    Ok(list)
}

fn summary(db: &Connection, number: u32) -> rusqlite::Result<Option<ClosingSummary>> {
    let Some(brief) = content::<Brief>(db, number)? else {
        return Ok(None);
    };
    summed_up(db, number, brief).map(Some)
}

fn summed_up(db: &Connection, number: u32, brief: Brief) -> rusqlite::Result<ClosingSummary> {
    Ok(ClosingSummary {
        number,
        kind: brief.kind,
        day: brief.day,
        closed: brief.closed,
        closed_by: brief.closed_by,
        taken: brief.taken,
        variance: brief.cash.and_then(|cash| cash.variance),
        late_count: brief.late_count,
        corrected_by: corrections(db, number)?,
        head: head(db, number)?,
    })
}

/// The closing before the one that is being made, and its drawer as it was put right since. Asked for with each key that
/// is typed into the next one, so it is read once.
pub(super) fn before(db: &Connection) -> rusqlite::Result<Option<(ClosingSummary, Option<Cash>)>> {
    let Some(number) = last_number(db)? else {
        return Ok(None);
    };
    let Some(brief) = content::<Brief>(db, number)? else {
        return Ok(None);
    };
    let own = brief.cash.clone();
    let summary = summed_up(db, number, brief)?;
    let cash = match summary.corrected_by.last() {
        Some(newest) => content::<Brief>(db, *newest)?.and_then(|brief| brief.cash),
        None => own,
    };
    Ok(Some((summary, cash)))
}

fn last_number(db: &Connection) -> rusqlite::Result<Option<u32>> {
    let sql = "SELECT id FROM closings WHERE kind <> 'correction' ORDER BY id DESC LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()
}
