//! Which day is to be closed next, and what belongs to its closing.

use super::{ClosingKind, Here, Refusal};
use crate::{Ledger, LedgerError, LineId, read_word, word};
use domain::{BusinessDay, DayRule, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// Open days that are listed at most.
const DAYS_MAX: usize = 60;
/// A shop that closes its days has not closed one for longer: perhaps it is only the clock that went on.
const PAUSE_DAYS: i32 = 31;
/// Where the clocks of PC and hub differ by more, nothing is closed.
const CLOCKS_APART_MS: i64 = 600_000;

/// Up to where the book is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// A shift was closed, and its day goes on.
    pub(super) shift: bool,
    pub(super) day: BusinessDay,
    /// `None`: there is no closing yet, and this is what the first one leaves out.
    pub(super) closed_at: Option<Timestamp>,
    pub(super) upto: Upto,
}

/// The last rows that stood in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Upto {
    pub(super) lines: i64,
    pub(super) news: i64,
    pub(super) corrections: i64,
    pub(super) unread: i64,
    pub(super) moves: i64,
    pub(super) counts: i64,
}

impl Upto {
    /// A correction takes in nothing; its row says which payments it is about.
    pub(super) fn of_correction(through: LineId) -> Self {
        Self {
            lines: through.0,
            news: 0,
            corrections: 0,
            unread: 0,
            moves: 0,
            counts: 0,
        }
    }
}

/// What belongs to a closing: everything of its day and of days before that is in none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) day: BusinessDay,
    pub(super) before: Mark,
    pub(super) upto: Upto,
}

impl Span {
    /// Rows of its own day begin after this one.
    pub(super) fn own_after(&self) -> i64 {
        match self.before.day < self.day {
            true => 0,
            false => self.before.upto.lines,
        }
    }

    /// Notices of days before its own belong to it where they are of a day after this one, or came after this one.
    pub(super) fn notices_late(&self) -> (BusinessDay, i64) {
        (self.before.day, self.before.upto.unread)
    }
}

/// Which days wait to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The day to be closed next.
    pub day: BusinessDay,
    /// Days before today that are open, oldest first; only where the shop closes its days.
    pub forgotten: Vec<BusinessDay>,
    /// Today is closed.
    pub today_closed: bool,
    /// There is a closing: the shop closes its days.
    pub used: bool,
    /// Something of today is there to be closed.
    pub something: bool,
}

impl Ledger {
    /// Which days wait to be closed.
    pub async fn due(&self, today: BusinessDay) -> Result<Due, LedgerError> {
        self.call(move |db| Ok(due(db, today)?)).await
    }
}

pub(super) fn due(db: &Connection, today: BusinessDay) -> rusqlite::Result<Due> {
    let last = last(db)?;
    Ok(Due {
        day: next_day(db, today)?,
        forgotten: match &last {
            Some(last) => open_days(db, last, today)?,
            None => Vec::new(),
        },
        today_closed: last.as_ref().is_some_and(|last| closes(last, today)),
        used: last.is_some(),
        something: has_something(db, today)?,
    })
}

/// Whether that day is closed, or before one that is.
fn closes(last: &Mark, day: BusinessDay) -> bool {
    day < last.day || (day == last.day && !last.shift)
}

/// The last closing of a day or a shift.
pub(super) fn last(db: &Connection) -> rusqlite::Result<Option<Mark>> {
    let sql = "SELECT kind, day, closed_at, lines_upto, news_upto, corrections_upto, unread_upto, moves_upto,
                   counts_upto
               FROM closings WHERE kind <> 'correction' ORDER BY id DESC LIMIT 1";
    let found = db.prepare_cached(sql)?.query_row([], |row| {
        Ok(Mark {
            shift: row.get::<_, String>(0)? == "shift",
            day: read_word(row, 1)?,
            closed_at: Some(Timestamp(row.get(2)?)),
            upto: Upto {
                lines: row.get(3)?,
                news: row.get(4)?,
                corrections: row.get(5)?,
                unread: row.get(6)?,
                moves: row.get(7)?,
                counts: row.get(8)?,
            },
        })
    });
    found.optional()
}

/// What a closing of that day made now would take in.
pub(super) fn span(db: &Connection, day: BusinessDay) -> rusqlite::Result<Span> {
    let newest = |table: &str| -> rusqlite::Result<i64> {
        let sql = format!("SELECT ifnull(max(id), 0) FROM {table}");
        db.prepare_cached(&sql)?.query_row([], |row| row.get(0))
    };
    let upto = Upto {
        lines: newest("lines")?,
        news: newest("news")?,
        corrections: newest("corrections")?,
        unread: newest("unread")?,
        moves: newest("cash_moves")?,
        counts: newest("cash_counts")?,
    };
    // The first closing takes in its own day; what was in the book of the days before belongs to none.
    let before = last(db)?.unwrap_or(Mark {
        shift: false,
        day: day.plus_days(-1).unwrap_or(day),
        closed_at: None,
        upto: Upto { counts: 0, ..upto },
    });
    Ok(Span { day, before, upto })
}

/// Whether that day can be closed now.
pub(super) fn check(
    db: &Connection,
    day: BusinessDay,
    here: &Here,
) -> Result<(), super::DayEndError> {
    if day > here.today() {
        return Err(Refusal::NotBegun.into());
    }
    // Closings never go back: one of a day that has not come would keep every day until then from being closed.
    let newest = here.rule.day_of(here.hub).plus_days(1);
    let apart = here.now.since(here.hub).saturating_abs() > CLOCKS_APART_MS;
    if apart || newest.is_some_and(|newest| day > newest) {
        return Err(Refusal::Clock.into());
    }
    let Some(last) = last(db)? else { return Ok(()) };
    if closes(&last, day) {
        return Err(Refusal::AlreadyClosed.into());
    }
    match open_days(db, &last, day)?.is_empty() {
        true => Ok(()),
        false => Err(Refusal::EarlierDayOpen.into()),
    }
}

/// Whether something else than this PC's clock says that it is about that day: the hub's clock elsewhere, or a payment of
/// that day which its platform or phone dates so. Without it a day that follows on what is in the book is believed; a
/// first one is not, and none after a long pause: closed by a wrong clock, it would keep all days until then open.
pub(super) fn is_sure(db: &Connection, day: BusinessDay, here: &Here) -> rusqlite::Result<bool> {
    if here.second_clock {
        return Ok(true);
    }
    let around = |days: i32| day.plus_days(days).unwrap_or(day);
    let dated = "SELECT 1 FROM lines INDEXED BY lines_day WHERE day = ?1 AND log > 0 AND test = 0
                     AND paid_at >= ?2 AND paid_at < ?3 LIMIT 1";
    let (from, until) = (
        here.rule.start_of(around(-1)),
        here.rule.start_of(around(2)),
    );
    if db
        .prepare_cached(dated)?
        .exists(params![word(&day), from.0, until.0])?
    {
        return Ok(true);
    }
    let Some(last) = last(db)? else {
        return Ok(false);
    };
    let newest: Option<String> = db
        .prepare_cached("SELECT max(day) FROM days WHERE lines > 0")?
        .query_row([], |row| row.get(0))?;
    let newest = newest.and_then(|day| BusinessDay::parse(&day));
    Ok(last.day >= around(-PAUSE_DAYS) && newest.is_none_or(|newest| newest >= around(-1)))
}

/// The day that is to be closed next.
pub(super) fn next_day(db: &Connection, today: BusinessDay) -> rusqlite::Result<BusinessDay> {
    let Some(last) = last(db)? else {
        // After midnight the first closing is that of the evening before.
        let yesterday = today.plus_days(-1).unwrap_or(today);
        let was_yesterday = !has_something(db, today)? && has_something(db, yesterday)?;
        return Ok(if was_yesterday { yesterday } else { today });
    };
    if let Some(forgotten) = open_days(db, &last, today)?.first() {
        return Ok(*forgotten);
    }
    let after = match last.shift {
        true => last.day,
        false => last.day.plus_days(1).unwrap_or(last.day),
    };
    Ok(after.max(today))
}

/// Days after the last closing and before `before` on which something happened, oldest first.
pub(super) fn open_days(
    db: &Connection,
    last: &Mark,
    before: BusinessDay,
) -> rusqlite::Result<Vec<BusinessDay>> {
    // A day whose shift was handed over is open, whatever came after.
    let from = word(&last.day);
    let shift = (last.shift && last.day < before).then_some(last.day);
    let sql = "SELECT day FROM days WHERE day > ?1 AND day < ?2
                   AND (without_amount > 0 OR EXISTS (SELECT 1 FROM totals WHERE totals.day = days.day
                                                      AND payments + refunds > 0))
               UNION SELECT day FROM cash_moves WHERE day > ?1 AND day < ?2
               ORDER BY day LIMIT ?3";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params![from, word(&before), DAYS_MAX as i64], |row| {
        read_word(row, 0)
    })?;
    shift
        .map(Ok)
        .into_iter()
        .chain(rows)
        .take(DAYS_MAX)
        .collect()
}

/// Whether anything happened on that day.
fn has_something(db: &Connection, day: BusinessDay) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM totals WHERE day = ?1 AND payments + refunds > 0)
                   OR EXISTS (SELECT 1 FROM days WHERE day = ?1 AND without_amount > 0)
                   OR EXISTS (SELECT 1 FROM cash_moves WHERE day = ?1)";
    db.prepare_cached(sql)?
        .query_row([word(&day)], |row| row.get(0))
}

/// The rule that a closed day was closed with; `None`: it is open.
pub(crate) fn rule_of(db: &Connection, day: BusinessDay) -> rusqlite::Result<Option<DayRule>> {
    let sql = "SELECT zone, cutover FROM closings WHERE day = ?1 AND kind <> 'correction' ORDER BY id DESC LIMIT 1";
    let found = db.prepare_cached(sql)?.query_row([word(&day)], |row| {
        Ok(DayRule {
            zone: row.get(0)?,
            cutover_hour: row.get(1)?,
        })
    });
    found.optional()
}

/// The numbers of a day's closings, oldest first.
pub(super) fn numbers(
    db: &Connection,
    day: BusinessDay,
    shifts_only: bool,
) -> rusqlite::Result<Vec<u32>> {
    let sql = "SELECT id FROM closings WHERE day = ?1 AND kind <> 'correction' AND (?2 = 0 OR kind = 'shift')
               ORDER BY id LIMIT 200";
    let mut query = db.prepare_cached(sql)?;
    query
        .query_map((word(&day), shifts_only), |row| row.get(0))?
        .collect()
}

/// The word for a kind of closing in its row.
pub(super) fn kind_word(kind: ClosingKind) -> &'static str {
    match kind {
        ClosingKind::Day => "day",
        ClosingKind::Shift => "shift",
        ClosingKind::Correction { .. } => "correction",
    }
}
