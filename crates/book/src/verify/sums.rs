//! The days' totals against the lines.

use super::{Fault, Findings, Found, sense};
use domain::BusinessDay;
use rusqlite::{Connection, OptionalExtension};

/// Looks at the next day after this one, by the bytes of its text, which need not be any. Answers which that was; `None`
/// when there is no other.
pub(super) fn step(
    db: &Connection,
    mut findings: Findings,
    after: &[u8],
) -> rusqlite::Result<(Option<Vec<u8>>, Findings)> {
    // A day may have totals and no lines, or lines and no totals: both are looked for.
    let sql = "SELECT CAST(min(day) AS BLOB) FROM (SELECT min(day) AS day FROM days WHERE day > CAST(?1 AS TEXT)
               UNION ALL SELECT min(day) FROM lines WHERE day > CAST(?1 AS TEXT)
               UNION ALL SELECT min(day) FROM totals WHERE day > CAST(?1 AS TEXT))";
    let next: Option<Vec<u8>> = db
        .prepare_cached(sql)?
        .query_row([after], |row| row.get(0))
        .optional()?
        .flatten();
    if let Some(text) = &next {
        let day = std::str::from_utf8(text).ok();
        let holds = match day {
            Some(day) => holds(db, day)?,
            None => false,
        };
        if !holds {
            findings.add(Found {
                day: day.and_then(BusinessDay::parse),
                ..Found::new(Fault::DayDiffers)
            });
        }
    }
    Ok((next, findings))
}

/// Its counts and totals are those of its lines.
fn holds(db: &Connection, day: &str) -> rusqlite::Result<bool> {
    let counts = sense(same_counts(db, day))?.flatten();
    let totals = sense(same_totals(db, day))?;
    Ok(counts == Some(true) && totals == Some(true))
}

/// `None`: the day has no counts at all.
fn same_counts(db: &Connection, day: &str) -> rusqlite::Result<Option<bool>> {
    let sql = "SELECT days.lines = l.lines AND days.first_line IS l.first_line AND days.last_line IS l.last_line
                   AND days.payments = l.payments AND days.without_amount = l.without_amount
                   AND days.unconfirmed = l.unconfirmed
                   AND days.not_understood = (SELECT count(*) FROM unread WHERE day = ?1)
               FROM days, (SELECT count(*) AS lines, min(id) AS first_line, max(id) AS last_line,
                       count(*) FILTER (WHERE test = 0 AND state = 'counts' AND kind = 'payment') AS payments,
                       count(*) FILTER (WHERE test = 0 AND state = 'counts' AND minor IS NULL) AS without_amount,
                       count(*) FILTER (WHERE test = 0 AND state = 'counts' AND trust = 'reported') AS unconfirmed
                   FROM lines INDEXED BY lines_day WHERE day = ?1) AS l
               WHERE days.day = ?1";
    db.prepare_cached(sql)?
        .query_row([day], |row| row.get(0))
        .optional()
}

fn same_totals(db: &Connection, day: &str) -> rusqlite::Result<bool> {
    let is = "SELECT currency, payments, refunds, paid, refunded FROM totals
              WHERE day = ?1 AND (payments <> 0 OR refunds <> 0 OR paid <> 0 OR refunded <> 0)";
    let should = "SELECT currency, count(*) FILTER (WHERE kind = 'payment'), count(*) FILTER (WHERE kind = 'refund'),
                      ifnull(sum(minor) FILTER (WHERE kind = 'payment'), 0),
                      ifnull(sum(minor) FILTER (WHERE kind = 'refund'), 0)
                  FROM lines INDEXED BY lines_day
                  WHERE day = ?1 AND test = 0 AND state = 'counts' AND minor IS NOT NULL GROUP BY currency";
    let sql = format!(
        "SELECT NOT EXISTS (SELECT * FROM ({is}) EXCEPT SELECT * FROM ({should}))
                           AND NOT EXISTS (SELECT * FROM ({should}) EXCEPT SELECT * FROM ({is}))"
    );
    db.prepare_cached(&sql)?.query_row([day], |row| row.get(0))
}
