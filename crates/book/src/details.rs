//! Everything about one payment: its news, what was put right, the rows that it is one payment with, and its refunds.

use crate::{
    LINE_COLUMNS, Ledger, LedgerError, Line, LineId, NewsLine, amount, current_log,
    events::{Correction, CorrectionEvent, NewsId, touching},
    filter, heard, line, read_word, seq,
};
use domain::{Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeSet;

/// News of one payment that is read at most.
const NEWS_MAX: u32 = 200;

/// One payment with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// It.
    pub line: Line,
    /// It as its own news alone makes it, where people made something else of it.
    pub as_heard: Option<Line>,
    /// Its news and that of the rows that went into it, first heard first.
    pub news: Vec<NewsLine>,
    /// What was put right, in order, also what does not hold any more.
    pub corrections: Vec<CorrectionEvent>,
    /// The rows that went into this one.
    pub joined: Vec<Line>,
    /// Refunds of this payment, or of a refund the payments that it returns; by the platform's number, by the order
    /// number, or because somebody gave cash back.
    pub related: Vec<Line>,
}

impl Ledger {
    /// One payment with all its news, first heard first; `None` when there is no such row.
    pub async fn details(&self, id: LineId) -> Result<Option<Details>, LedgerError> {
        self.call(move |db| Ok(details(db, id)?)).await
    }

    /// The number under which the hub that is linked now knows a payment; `None` for a row that this desk made by itself,
    /// and for one of another hub.
    pub async fn hubs_number(&self, id: LineId) -> Result<Option<Seq>, LedgerError> {
        self.call(move |db| {
            let Some(log) = current_log(db)? else {
                return Ok(None);
            };
            let sql = "SELECT seq FROM lines WHERE id = ?1 AND log = ?2";
            let mut ask = db.prepare_cached(sql)?;
            Ok(ask
                .query_row((id.0, log.id), |row| seq(row, 0))
                .optional()?)
        })
        .await
    }
}

fn details(db: &Connection, id: LineId) -> rusqlite::Result<Option<Details>> {
    let Some(line) = line::by_id(db, id)? else {
        return Ok(None);
    };
    let mut corrections = touching(db, id)?;
    let mut rows = BTreeSet::from([id]);
    let mut joined = Vec::new();
    // Rows go into rows that went into this one: each is asked once.
    let mut open: Vec<LineId> = others(&corrections, id);
    while let Some(other) = open.pop() {
        let Some(row) = line::by_id(db, other)? else {
            continue;
        };
        if row.joined_to != Some(id) || !rows.insert(other) {
            continue;
        }
        let more = touching(db, other)?;
        open.extend(others(&more, other));
        corrections.extend(more);
        joined.push(row);
    }
    corrections.sort_unstable_by_key(|event| event.id);
    corrections.dedup_by_key(|event| event.id);
    joined.sort_unstable_by_key(|row| row.id);
    let mut news = Vec::new();
    for row in &rows {
        news.extend(news_of(db, *row, &corrections)?);
    }
    news.sort_unstable_by_key(|one: &NewsLine| one.id);
    Ok(Some(Details {
        as_heard: as_heard(db, &line)?,
        related: related(db, &line, &corrections)?,
        line,
        news,
        corrections,
        joined,
    }))
}

fn as_heard(db: &Connection, line: &Line) -> rusqlite::Result<Option<Line>> {
    let all = heard::of_line(db, line.id)?;
    let (Some(first), Some(known)) = (all.first(), heard::known(&all, &[])) else {
        return Ok(None);
    };
    let heard = Line {
        platform: first.platform.clone(),
        collector: first.by.clone(),
        trust: known.trust,
        amount: known.amount,
        ..line.clone()
    };
    Ok((heard != *line).then_some(heard))
}

/// The rows that somebody joined into this one.
fn others(events: &[CorrectionEvent], id: LineId) -> Vec<LineId> {
    let other = |event: &CorrectionEvent| match event.what {
        Correction::Join { other } if event.line == id && event.holds() => Some(other),
        _ => None,
    };
    events.iter().filter_map(other).collect()
}

/// A row's news, without what was split off; of a row that was split off, the news that it is.
fn news_of(
    db: &Connection,
    id: LineId,
    corrections: &[CorrectionEvent],
) -> rusqlite::Result<Vec<NewsLine>> {
    const COLUMNS: &str =
        "id, at, step, via, trust, minor, currency, payer, note, device, line, source";
    let split = |event: &CorrectionEvent| match event.what {
        Correction::Split { news } => Some(news),
        _ => None,
    };
    let own = corrections
        .iter()
        .filter(|event| event.made == Some(id))
        .find_map(split);
    if let Some(NewsId(own)) = own {
        let sql = format!("SELECT {COLUMNS} FROM news WHERE id = ?1");
        let mut query = db.prepare_cached(&sql)?;
        return query.query_map([own], news)?.collect();
    }
    let left: BTreeSet<NewsId> = corrections
        .iter()
        .filter(|event| event.line == id && event.holds())
        .filter_map(split)
        .collect();
    let sql = format!("SELECT {COLUMNS} FROM news WHERE line = ?1 ORDER BY id LIMIT {NEWS_MAX}");
    let mut query = db.prepare_cached(&sql)?;
    let all: Vec<NewsLine> = query
        .query_map([id.0], news)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(all
        .into_iter()
        .filter(|one| !left.contains(&one.id))
        .collect())
}

fn news(row: &Row<'_>) -> rusqlite::Result<NewsLine> {
    Ok(NewsLine {
        id: NewsId(row.get(0)?),
        at: Timestamp(row.get(1)?),
        step: row.get(2)?,
        via: read_word(row, 3)?,
        trust: read_word(row, 4)?,
        amount: amount(row, 5, 6)?,
        payer: row.get(7)?,
        note: row.get(8)?,
        device: row.get(9)?,
        line: LineId(row.get(10)?),
        source: row.get(11)?,
    })
}

/// Refunds of a payment, or the payments of a refund.
fn related(
    db: &Connection,
    line: &Line,
    corrections: &[CorrectionEvent],
) -> rusqlite::Result<Vec<Line>> {
    let mut found = BTreeSet::new();
    let by_hand = corrections.iter().filter_map(|event| match event.what {
        // From the payment to its refund, and back.
        Correction::RefundedInCash { .. } if event.holds() => [event.made, Some(event.line)]
            .into_iter()
            .flatten()
            .find(|other| *other != line.id),
        _ => None,
    });
    found.extend(by_hand);
    for number in [&line.transaction, &line.order].into_iter().flatten() {
        found.extend(filter::with_number(db, number)?);
    }
    found.remove(&line.id);
    let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
    let mut query = db.prepare_cached(&sql)?;
    let mut related = Vec::new();
    for id in found {
        let other = query.query_row([id.0], line::line)?;
        if other.counts() && other.kind != line.kind && other.test == line.test {
            related.push(other);
        }
    }
    Ok(related)
}
