//! Payments as the day's end reads them. Tests, and rows that do not count any more, are left out here.

use super::Sum;
use crate::{LineId, amount, line::CASH, read_word, word};
use domain::{BusinessDay, Kind, Money, Platform, Timestamp, Trust};
use rusqlite::Connection;

/// News that comes so long after the payment counts from when it was paid: see `fresh`.
const PAID_LONG_AGO_MS: i64 = 600_000;
macro_rules! selecting {
    ($from:literal) => {
        concat!(
            "SELECT lines.id, lines.day, lines.number, lines.kind, lines.trust, lines.platform, lines.minor, \
             lines.currency, lines.collector, classes.terminal, lines.paid_at, lines.accepted_at, lines.received_at, \
             lines.shown_at, lines.spoken_at, lines.log ",
            $from
        )
    };
}

/// A day's rows that count, after one and up to another.
pub(super) const OF_DAY: &str = selecting!(
    "FROM lines INDEXED BY lines_day JOIN classes ON classes.id = lines.class
     WHERE lines.day = ?1 AND lines.id > ?2 AND lines.id <= ?3 AND lines.test = 0 AND lines.state = 'counts'
     ORDER BY lines.id"
);
/// The same of all days before one. A day's last row tells whether it has any: few days have, even where a year has come
/// in since the last closing.
pub(super) const OF_DAYS_BEFORE: &str = selecting!(
    "FROM days CROSS JOIN lines INDEXED BY lines_day ON lines.day = days.day
         CROSS JOIN classes ON classes.id = lines.class
     WHERE days.day < ?1 AND days.last_line > ?2
         AND lines.id > ?2 AND lines.id <= ?3 AND lines.test = 0 AND lines.state = 'counts'
     ORDER BY lines.id"
);
const ONE: &str = selecting!(
    "FROM lines JOIN classes ON classes.id = lines.class WHERE lines.id = ?1 AND lines.test = 0"
);

/// A payment or a refund.
pub(super) struct Row {
    pub(super) id: LineId,
    pub(super) day: BusinessDay,
    pub(super) number: Option<u32>,
    pub(super) kind: Kind,
    pub(super) trust: Trust,
    pub(super) platform: Platform,
    pub(super) amount: Option<Money>,
    pub(super) collector: String,
    pub(super) terminal: String,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) accepted_at: Timestamp,
    pub(super) received_at: Timestamp,
    /// When somebody could first know of it: its card was there, or the voice began.
    pub(super) announced_at: Option<Timestamp>,
    /// Somebody here wrote it down; no source told of it.
    pub(super) by_hand: bool,
}

impl Row {
    /// When it happened.
    pub(super) fn at(&self) -> Timestamp {
        self.paid_at.unwrap_or(self.accepted_at)
    }

    /// From the hub to the card or the voice, in milliseconds.
    pub(super) fn waited(&self) -> Option<i64> {
        self.announced_at
            .map(|at| at.since(self.accepted_at).max(0))
    }

    /// From the payment to the card or the voice, where it was told so late that it matters.
    pub(super) fn late_ms(&self) -> Option<i64> {
        let from = match self.paid_at {
            Some(paid) if self.accepted_at.since(paid) > PAID_LONG_AGO_MS => paid,
            _ => self.accepted_at,
        };
        self.announced_at.map(|at| at.since(from).max(0))
    }

    /// The amount, refunds negative.
    pub(super) fn signed(&self) -> Option<Sum> {
        self.amount.map(|amount| match self.kind {
            Kind::Payment => Sum::from(amount),
            Kind::Refund => Sum::new(-amount.minor(), amount.currency()),
        })
    }

    /// It was paid, or paid back, in cash.
    pub(super) fn is_cash(&self) -> bool {
        self.platform == CASH
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Timestamp));
    let (shown, spoken) = (time(13)?, time(14)?);
    Ok(Row {
        id: LineId(row.get(0)?),
        day: read_word(row, 1)?,
        number: row.get(2)?,
        kind: read_word(row, 3)?,
        trust: read_word(row, 4)?,
        platform: read_word(row, 5)?,
        amount: amount(row, 6, 7)?,
        collector: row.get(8)?,
        terminal: row.get(9)?,
        paid_at: time(10)?,
        accepted_at: Timestamp(row.get(11)?),
        received_at: Timestamp(row.get(12)?),
        announced_at: shown.into_iter().chain(spoken).min(),
        by_hand: row.get::<_, i64>(15)? == 0,
    })
}

/// The rows of a day after one and up to another, in the order in which they came.
pub(super) fn of_day(
    db: &Connection,
    day: BusinessDay,
    (after, upto): (i64, i64),
    take: impl FnMut(Row),
) -> rusqlite::Result<()> {
    each(db, OF_DAY, (word(&day), after, upto), take)
}

/// The rows of days before that one after a row and up to another.
pub(super) fn of_days_before(
    db: &Connection,
    day: BusinessDay,
    (after, upto): (i64, i64),
    take: impl FnMut(Row),
) -> rusqlite::Result<()> {
    each(db, OF_DAYS_BEFORE, (word(&day), after, upto), take)
}

fn each(
    db: &Connection,
    sql: &str,
    asked: (String, i64, i64),
    mut take: impl FnMut(Row),
) -> rusqlite::Result<()> {
    let mut query = db.prepare_cached(sql)?;
    let mut found = query.query(asked)?;
    while let Some(row) = found.next()? {
        take(read(row)?);
    }
    Ok(())
}

/// Whether any payment or refund in the book was ever in cash.
pub(super) fn has_cash(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM classes WHERE platform = ?1 LIMIT 1")?
        .exists([CASH.as_str()])
}

/// One row, whether or not it counts by now; `None` where it is a test.
pub(super) fn one(db: &Connection, id: i64) -> rusqlite::Result<Option<Row>> {
    let mut query = db.prepare_cached(ONE)?;
    let mut found = query.query([id])?;
    found.next()?.map(read).transpose()
}
