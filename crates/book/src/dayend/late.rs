//! What a closing takes in beside its own day: payments that came late, and what is known differently of earlier ones.

use super::{
    ChangedLine, CurrencyTotal, LateLine, Moment,
    due::Span,
    rows::{self, Row},
    shares::{self, Shares},
};
use crate::word;
use domain::{BusinessDay, Currency, DayRule};
use rusqlite::{Connection, params};

/// So many are listed; all are counted.
const LISTED_MAX: usize = 500;

/// Rows of closings of which something that counts was told or corrected since; `undo` counts as what it takes back. `other`
/// and `made` are rows that a correction joined to this one or split from it. With each row the one that it went into
/// changes; and where a splitting off is taken back, those that were joined with what was split off.
pub(super) const CHANGED: &str = "WITH said AS MATERIALIZED (
        SELECT w.line, w.other, w.made FROM corrections AS c JOIN corrections AS w ON w.id = ifnull(c.undoes, c.id)
        WHERE c.id > ?3 AND c.id <= ?4 AND w.what NOT IN ('note', 'tag')),
    touched AS MATERIALIZED (
        SELECT line AS id FROM news WHERE id > ?1 AND id <= ?2 AND step <> 'accepted'
        UNION SELECT line FROM said
        UNION SELECT other FROM said WHERE other IS NOT NULL
        UNION SELECT made FROM said WHERE made IS NOT NULL
        UNION SELECT j.line FROM said JOIN corrections AS j ON j.other = said.made
        UNION SELECT j.other FROM said JOIN corrections AS j ON j.line = said.made AND j.other IS NOT NULL)
    SELECT id FROM lines WHERE id IN (
        SELECT id FROM touched
        UNION SELECT joined_to FROM lines WHERE id IN (SELECT id FROM touched) AND joined_to IS NOT NULL)
    AND id <= ?5 AND +day <= ?6 AND test = 0 ORDER BY id";

/// Payments of closed days that came after.
#[derive(Default)]
pub(super) struct LateOnes {
    pub(super) lines: Vec<LateLine>,
    pub(super) count: u32,
    pub(super) totals: Shares,
}

/// Of these rows, what came late; where the drawer is counted blind, without cash.
pub(super) fn late(
    db: &Connection,
    span: &Span,
    rule: &DayRule,
    without_cash: bool,
) -> rusqlite::Result<LateOnes> {
    let mut found = LateOnes::default();
    let take = |row: Row| {
        if without_cash && row.is_cash() {
            return;
        }
        found.totals.add(&row);
        found.count += 1;
        if found.lines.len() < LISTED_MAX {
            found.lines.push(LateLine {
                line: row.id,
                day: row.day,
                at: Moment::new(row.at(), rule),
                received: Moment::new(row.received_at, rule),
                amount: row.signed(),
                platform: row.platform,
                kind: row.kind,
                number: row.number,
            });
        }
    };
    rows::of_days_before(
        db,
        span.day,
        (span.before.upto.lines, span.upto.lines),
        take,
    )?;
    Ok(found)
}

/// Payments of earlier closings of which something that counts was told or corrected since: how many, and the oldest.
pub(super) fn changed(
    db: &Connection,
    span: &Span,
    rule: &DayRule,
) -> rusqlite::Result<(u32, Vec<ChangedLine>)> {
    let (before, upto) = (&span.before, &span.upto);
    if before.closed_at.is_none() {
        return Ok((0, Vec::new()));
    }
    let mut query = db.prepare_cached(CHANGED)?;
    let ids = query.query_map(
        params![
            before.upto.news,
            upto.news,
            before.upto.corrections,
            upto.corrections,
            before.upto.lines,
            word(&before.day)
        ],
        |row| row.get::<_, i64>(0),
    )?;
    let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut lines = Vec::new();
    for id in ids.iter().take(LISTED_MAX) {
        lines.extend(rows::one(db, *id)?.map(|row| ChangedLine {
            line: row.id,
            day: row.day,
            at: Moment::new(row.at(), rule),
            amount: row.signed(),
            platform: row.platform,
            kind: row.kind,
            number: row.number,
        }));
    }
    Ok((u32::try_from(ids.len()).unwrap_or(u32::MAX), lines))
}

/// What the book counts of these days and no closing has taken in; where the drawer is counted blind, without cash.
pub(super) fn open_totals(
    db: &Connection,
    span: &Span,
    without_cash: bool,
) -> rusqlite::Result<Shares> {
    // Before the first closing nothing is taken in, and of the days before it nothing ever is.
    let from = match span.before.closed_at {
        None => word(&span.day),
        Some(_) => String::new(),
    };
    let sql = "SELECT currency, sum(totals.payments - ifnull(closed.payments, 0)),
                   sum(totals.refunds - ifnull(closed.refunds, 0)), sum(totals.paid - ifnull(closed.paid, 0)),
                   sum(totals.refunded - ifnull(closed.refunded, 0))
               FROM totals LEFT JOIN closed_totals AS closed USING (day, currency)
               WHERE day >= ?1 AND day <= ?2 GROUP BY currency";
    let all = shares::asked(db, sql, (from, word(&span.day)))?;
    Ok(match without_cash {
        true => all.plus(&open_cash(db, span)?, -1),
        false => all,
    })
}

/// What of that was paid, or paid back, in cash.
fn open_cash(db: &Connection, span: &Span) -> rusqlite::Result<Shares> {
    let mut cash = Shares::default();
    let mut take = |row: Row| {
        if row.is_cash() {
            cash.add(&row);
        }
    };
    rows::of_day(db, span.day, (span.own_after(), span.upto.lines), &mut take)?;
    let since = (span.before.upto.lines, span.upto.lines);
    rows::of_days_before(db, span.day, since, take)?;
    Ok(cash)
}

/// All that the book counts up to that day is in closings from now on.
pub(super) fn take_in(db: &Connection, day: BusinessDay) -> rusqlite::Result<()> {
    let sql = "INSERT INTO closed_totals (day, currency, payments, refunds, paid, refunded)
               SELECT day, currency, payments, refunds, paid, refunded FROM totals WHERE day <= ?1
               EXCEPT SELECT day, currency, payments, refunds, paid, refunded FROM closed_totals
               WHERE true
               ON CONFLICT (day, currency) DO UPDATE SET payments = excluded.payments, refunds = excluded.refunds,
                   paid = excluded.paid, refunded = excluded.refunded";
    db.prepare_cached(sql)?.execute([word(&day)])?;
    Ok(())
}

/// What is left of all that is taken in: the difference that changes of earlier payments make.
pub(super) fn rest(
    taken: &Shares,
    own: &Shares,
    late: &Shares,
    currency: Currency,
) -> Vec<CurrencyTotal> {
    taken.clone().plus(own, -1).plus(late, -1).shown(currency)
}
