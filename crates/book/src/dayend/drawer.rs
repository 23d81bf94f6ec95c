//! The cash in the drawer: entries, counts, and what is typed of a closing, kept as it is typed.

use super::{
    CashCount, CashMove, CashMoveKind, DayEndError, Here, Moment, Pieces, Refusal, Sum, TakenBack,
    due::{self, Mark, Span},
    rows,
};
use crate::{chain, read_word, word};
use domain::{BusinessDay, Currency, Money, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Entries of one drawer at most.
const MOVES_MAX: usize = 500;
/// Counts of one drawer at most.
const COUNTS_MAX: usize = 50;

/// What is typed of a closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) currency: Currency,
    /// Once a count was begun blind it stays so.
    pub(super) blind: bool,
    pub(super) pieces: BTreeMap<i64, u32>,
    pub(super) other: Option<i64>,
    /// The last count was handed in and holds.
    pub(super) fixed: bool,
    pub(super) reason: Option<String>,
    pub(super) note: Option<String>,
    pub(super) left: Option<i64>,
}

impl Typed {
    fn new(currency: Currency) -> Self {
        Self {
            currency,
            blind: false,
            pieces: BTreeMap::new(),
            other: None,
            fixed: false,
            reason: None,
            note: None,
            left: None,
        }
    }

    /// What is typed, together.
    pub(super) fn counted(&self) -> Option<i64> {
        if self.pieces.is_empty() && self.other.is_none() {
            return None;
        }
        let of_pieces = self
            .pieces
            .iter()
            .map(|(worth, count)| worth.saturating_mul(i64::from(*count)));
        Some(of_pieces.fold(self.other.unwrap_or(0), i64::saturating_add))
    }

    pub(super) fn clear_count(&mut self) {
        self.pieces.clear();
        self.other = None;
    }
}

/// What is typed now, and when it was touched last.
pub(super) fn typed(db: &Connection, here: &Here) -> rusqlite::Result<(Typed, Option<Timestamp>)> {
    let sql = "SELECT state, touched_at FROM closing_draft WHERE id = 1";
    let kept: Option<(String, i64)> = db
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let fresh = || Typed::new(here.currency);
    Ok(match kept {
        Some((state, at)) => match serde_json::from_str::<Typed>(&state) {
            // The shop counts in another currency now: what was typed is worth nothing in it.
            Ok(typed) if typed.currency == here.currency => (typed, Some(Timestamp(at))),
            _ => (fresh(), None),
        },
        None => (fresh(), None),
    })
}

/// Whether nothing of that day is to be told from which the cash in the drawer follows: it is counted blind, and no count
/// was handed in yet. A shop that has no cash in its book has nothing to hide there.
pub(super) fn hides_cash(db: &Connection, day: BusinessDay, here: &Here) -> rusqlite::Result<bool> {
    if !here.blind && !typed(db, here)?.0.blind {
        return Ok(false);
    }
    let counts = due::last(db)?.map_or(0, |last| last.upto.counts);
    let handed_in = db
        .prepare_cached("SELECT 1 FROM cash_counts WHERE id > ?1 LIMIT 1")?
        .exists([counts])?;
    let cash = rows::has_cash(db)?;
    // What is closed is told whole.
    let open = due::next_day(db, here.today())? <= day;
    Ok(!handed_in && cash && open)
}

pub(super) fn keep(db: &Connection, typed: &Typed, at: Timestamp) -> rusqlite::Result<()> {
    let state = serde_json::to_string(typed).unwrap_or_default();
    let sql = "INSERT INTO closing_draft (id, state, touched_at) VALUES (1, ?1, ?2)
               ON CONFLICT (id) DO UPDATE SET state = excluded.state, touched_at = excluded.touched_at";
    db.prepare_cached(sql)?.execute((state, at.0))?;
    Ok(())
}

pub(super) fn forget(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM closing_draft")?
        .execute([])?;
    Ok(())
}

/// The entries that belong to a closing, in order.
pub(super) fn moves(db: &Connection, span: &Span, here: &Here) -> rusqlite::Result<Vec<CashMove>> {
    let sql = "SELECT moved.id, moved.kind, moved.minor, moved.currency, moved.reason, moved.who, moved.at,
                   back.who, back.at
               FROM cash_moves AS moved LEFT JOIN cash_moves AS back ON back.undoes = moved.id
               WHERE moved.undoes IS NULL AND moved.id <= ?1 AND moved.day <= ?2
                   AND NOT (moved.id <= ?3 AND moved.day <= ?4)
               ORDER BY moved.id";
    let mut query = db.prepare_cached(sql)?;
    let (upto, before) = (&span.upto, &span.before);
    let found = query.query_map(
        params![
            upto.moves,
            word(&span.day),
            before.upto.moves,
            word(&before.day)
        ],
        |row| {
            let currency: Currency = read_word(row, 3)?;
            let back: Option<(String, i64)> = row.get::<_, Option<String>>(7)?.zip(row.get(8)?);
            Ok(CashMove {
                id: row.get(0)?,
                kind: read_word(row, 1)?,
                amount: Sum::new(row.get(2)?, currency),
                reason: row.get(4)?,
                who: row.get(5)?,
                at: Moment::new(Timestamp(row.get(6)?), &here.rule),
                taken_back: back.map(|(who, at)| TakenBack {
                    who,
                    at: Moment::new(Timestamp(at), &here.rule),
                }),
            })
        },
    )?;
    found.collect()
}

/// The counts that were handed in since the last closing.
pub(super) fn counts(
    db: &Connection,
    span: &Span,
    here: &Here,
) -> rusqlite::Result<Vec<CashCount>> {
    let sql = "SELECT pieces, other, minor, currency, who, at, blind FROM cash_counts WHERE id > ?1 AND id <= ?2
               ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map((span.before.upto.counts, span.upto.counts), |row| {
        let currency: Currency = read_word(row, 3)?;
        let pieces: BTreeMap<i64, u32> =
            serde_json::from_str(&row.get::<_, String>(0)?).unwrap_or_default();
        let other: Option<i64> = row.get(1)?;
        Ok(CashCount {
            pieces: pieces_of(&pieces, currency),
            other: other.map(|minor| Sum::new(minor, currency)),
            total: Sum::new(row.get(2)?, currency),
            who: row.get(4)?,
            at: Moment::new(Timestamp(row.get(5)?), &here.rule),
            blind: row.get(6)?,
        })
    })?;
    found.collect()
}

/// The largest first; without those of which there are none.
pub(super) fn pieces_of(pieces: &BTreeMap<i64, u32>, currency: Currency) -> Vec<Pieces> {
    let there = pieces.iter().rev().filter(|(_, count)| **count > 0);
    there
        .map(|(worth, count)| some_pieces(*worth, *count, currency))
        .collect()
}

pub(super) fn some_pieces(worth: i64, count: u32, currency: Currency) -> Pieces {
    Pieces {
        worth: Sum::new(worth, currency),
        count,
        sum: Sum::new(worth.saturating_mul(i64::from(count)), currency),
    }
}

/// Writes an entry down.
pub(super) fn put_move(
    db: &Connection,
    day: BusinessDay,
    who: &str,
    (kind, amount, reason): (CashMoveKind, Money, Option<String>),
    here: &Here,
) -> Result<(), DayEndError> {
    let sql = "INSERT INTO cash_moves (day, at, who, kind, minor, currency, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let amount = (amount.minor(), word(&amount.currency()));
    db.prepare_cached(sql)?.execute(params![
        word(&day),
        here.now.0,
        who,
        word(&kind),
        amount.0,
        amount.1,
        reason
    ])?;
    chain::append(db, "cash_move", db.last_insert_rowid(), here.now)?;
    Ok(())
}

/// Takes an entry back.
pub(super) fn take_back(
    db: &Connection,
    id: i64,
    who: &str,
    here: &Here,
) -> Result<(), DayEndError> {
    let sql = "INSERT INTO cash_moves (day, at, who, kind, minor, currency, undoes)
               SELECT day, ?2, ?3, 'taken_back', minor, currency, id FROM cash_moves WHERE id = ?1";
    db.prepare_cached(sql)?
        .execute(params![id, here.now.0, who])?;
    chain::append(db, "cash_move", db.last_insert_rowid(), here.now)?;
    Ok(())
}

/// What is typed is handed in, and holds.
pub(super) fn hand_in(
    db: &Connection,
    typed: &mut Typed,
    who: &str,
    counts: usize,
    here: &Here,
) -> Result<(), DayEndError> {
    let Some(counted) = typed.counted() else {
        return Err(Refusal::NothingCounted.into());
    };
    if counts >= COUNTS_MAX {
        return Err(Refusal::TooMany.into());
    }
    let sql = "INSERT INTO cash_counts (at, who, currency, pieces, other, minor, blind)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let pieces = serde_json::to_string(&typed.pieces).unwrap_or_default();
    // Whoever has seen the expected sum does not count blind any more.
    let blind = typed.blind && counts == 0;
    db.prepare_cached(sql)?.execute(params![
        here.now.0,
        who,
        word(&typed.currency),
        pieces,
        typed.other,
        counted,
        blind
    ])?;
    chain::append(db, "cash_count", db.last_insert_rowid(), here.now)?;
    typed.fixed = true;
    Ok(())
}

/// No more entries than can be meant.
pub(super) fn room_for_move(moves: &[CashMove]) -> Result<(), Refusal> {
    match moves.len() < MOVES_MAX {
        true => Ok(()),
        false => Err(Refusal::TooMany),
    }
}

/// What was in the drawer before the first sale, by these entries, and whether it was left there by the closing before.
pub(super) fn float(moves: &[CashMove], carried: Option<i64>, currency: Currency) -> (i64, bool) {
    let mut floats = of_kind(moves, CashMoveKind::Float, currency).peekable();
    match (floats.peek(), carried) {
        (None, Some(carried)) => (carried, true),
        _ => (floats.fold(0, i64::saturating_add), false),
    }
}

/// All entries of a kind, together.
pub(super) fn sum_of(moves: &[CashMove], kind: CashMoveKind, currency: Currency) -> i64 {
    of_kind(moves, kind, currency).fold(0, i64::saturating_add)
}

fn of_kind(
    moves: &[CashMove],
    kind: CashMoveKind,
    currency: Currency,
) -> impl Iterator<Item = i64> {
    let counts = move |one: &&CashMove| {
        one.kind == kind && one.taken_back.is_none() && one.amount.currency == currency
    };
    moves.iter().filter(counts).map(|one| one.amount.minor)
}

/// Whether a row that came late was paid in cash after the drawer was closed: then its cash is in the drawer now.
pub(super) fn after_closing(before: &Mark, at: Timestamp) -> bool {
    before.closed_at.is_none_or(|closed| at > closed)
}

/// Payments and refunds in the book that went through the drawer. What came late for a closed day did so only if it
/// happened after the drawer was closed: else its cash was counted then.
pub(super) fn in_cash(db: &Connection, span: &Span, here: &Here) -> rusqlite::Result<(i64, i64)> {
    let (mut sales, mut refunds) = (0_i64, 0_i64);
    // Most shops write no cash down: with each key that is typed the day would be read for nothing.
    if !rows::has_cash(db)? {
        return Ok((0, 0));
    }
    let mut take = |row: &rows::Row| {
        let amount = row
            .amount
            .filter(|amount| row.is_cash() && amount.currency() == here.currency);
        let minor = amount.map_or(0, Money::minor);
        match row.kind {
            domain::Kind::Payment => sales = sales.saturating_add(minor),
            domain::Kind::Refund => refunds = refunds.saturating_add(minor),
        }
    };
    rows::of_day(db, span.day, (span.own_after(), span.upto.lines), |row| {
        take(&row)
    })?;
    let (after, upto) = (span.before.upto.lines, span.upto.lines);
    rows::of_days_before(db, span.day, (after, upto), |row| {
        if after_closing(&span.before, row.at()) {
            take(&row);
        }
    })?;
    Ok((sales, refunds))
}
