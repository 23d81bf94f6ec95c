//! The lines against their news and corrections.

use super::{Fault, Findings, Found, sense};
use crate::{LineId, events::known_of};
use rusqlite::Connection;

/// Lines that are looked at in one go: some ten milliseconds.
const STEP: i64 = 400;

/// A line has what its first news, or the correction that made it, says once and for all, and the class of what it is. A
/// line of which neither is there was put into the book by somebody else.
const STANDS: &str = "SELECT 1 FROM lines AS l JOIN classes AS k ON k.id = l.class
     WHERE l.id = ?1 AND k.platform = l.platform AND k.collector = l.collector AND k.kind = l.kind AND k.trust = l.trust
       AND k.currency = ifnull(l.currency, '') AND k.test = l.test AND k.state = l.state
       AND (EXISTS (SELECT 1 FROM news AS n WHERE n.line = l.id AND n.step = 'accepted' AND n.day = l.day
                AND n.number IS l.number AND n.kind = l.kind AND n.test = l.test AND n.at = l.accepted_at)
         OR EXISTS (SELECT 1 FROM corrections AS c JOIN lines AS p ON p.id = c.line WHERE c.made = l.id
                AND l.number IS NULL AND l.test = p.test
                AND l.day = CASE c.what WHEN 'split' THEN p.day ELSE c.day END
                AND l.kind = CASE c.what WHEN 'split' THEN p.kind ELSE 'refund' END))";

/// Looks at the next lines, up to the last that was there when the check began. Answers how far it came.
pub(super) fn step(
    db: &Connection,
    mut findings: Findings,
    after: i64,
    last: i64,
) -> rusqlite::Result<(i64, Findings)> {
    let sql = "SELECT id FROM lines WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
    let ids = db
        .prepare_cached(sql)?
        .query_map((after, last, STEP), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    for &id in &ids {
        let id = LineId(id);
        // It cannot be what its news make of it if it, or one of them, cannot be read.
        let all = sense(known_of(db, id))?.unwrap_or_default();
        let own = all.iter().find(|(line, _)| line.id == id);
        let stands = db.prepare_cached(STANDS)?.exists([id.0])?;
        if !stands || own.is_none_or(|(is, should)| is != should) {
            findings.add(Found {
                line: Some(id),
                ..Found::new(Fault::LineDiffers)
            });
        }
    }
    // None are left, or they went while this was at work.
    Ok((ids.last().copied().unwrap_or(last), findings))
}
