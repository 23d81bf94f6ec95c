//! The rows of what was sent to linked terminals: by business day and permission, and each payment with its time.

use super::keeping::Unkept;
use super::rows::{damaged, permission};
use crate::HubError;
use domain::terminals::{HeardBy, HeardLine, SentLine, SentPage};
use domain::{BusinessDay, Seq, TerminalId, Timestamp};
use rusqlite::{Connection, Row, params};

type Result<T> = std::result::Result<T, HubError>;

/// How many lines of what was sent are answered at once.
const SENT_PAGE: usize = 50;

/// How many terminals are named of those that were told of one payment: more than one shop links in years.
const HEARD_MAX: i64 = 500;

/// What was sent to a terminal since it was written down last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) from: Seq,
    pub(crate) to: Seq,
    pub(crate) items: u32,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
}

/// Which row that belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SentKey {
    pub(crate) terminal: TerminalId,
    pub(crate) version: u32,
    pub(crate) day: BusinessDay,
    pub(crate) asked: bool,
}

/// Writes down what was sent, and when terminals were there last.
pub(crate) fn keep(
    db: &Connection,
    unkept: &Unkept,
    seen: &[(TerminalId, Timestamp, Option<String>)],
) -> Result<()> {
    let mut one = db.prepare_cached(
        "INSERT INTO sent (terminal, version, day, asked, from_seq, to_seq, items, first_at, last_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (terminal, version, day, asked) DO UPDATE SET
           from_seq = min(from_seq, excluded.from_seq), to_seq = max(to_seq, excluded.to_seq),
           items = items + excluded.items, last_at = excluded.last_at",
    )?;
    for (key, sent) in &unkept.sent {
        one.execute(params![
            key.terminal.as_str(),
            key.version,
            key.day.to_string(),
            key.asked,
            crate::accept::number(sent.from),
            crate::accept::number(sent.to),
            sent.items,
            sent.first_at.0,
            sent.last_at.0
        ])?;
    }
    let mut one = db.prepare_cached(
        "INSERT OR IGNORE INTO told (terminal, seq, at, asked)
         SELECT key, ?2, ?3, ?4 FROM linked_terminals WHERE id = ?1",
    )?;
    for ((terminal, payment), (at, asked)) in &unkept.told {
        let seq = crate::accept::number(*payment);
        one.execute(params![terminal.as_str(), seq, at.0, asked])?;
    }
    let mut one =
        db.prepare_cached("UPDATE linked_terminals SET last_seen = ?2, app = ?3 WHERE id = ?1")?;
    for (terminal, at, app) in seen {
        one.execute(params![terminal.as_str(), at.0, app])?;
    }
    Ok(())
}

/// Who was told of a payment of this shop.
pub(crate) fn heard(db: &Connection, shop: i64, payment: Seq) -> Result<HeardBy> {
    let mut statement = db.prepare_cached(
        "SELECT t.id, t.name, h.at, h.asked FROM linked_terminals AS t
         JOIN told AS h ON h.terminal = t.key AND h.seq = ?2
         WHERE t.shop = ?1 ORDER BY h.at, t.key LIMIT ?3",
    )?;
    let mut rows = statement.query(params![shop, crate::accept::number(payment), HEARD_MAX])?;
    let mut terminals = Vec::new();
    while let Some(row) = rows.next()? {
        terminals.push(HeardLine {
            terminal: TerminalId::new(row.get::<_, String>(0)?).ok_or_else(damaged)?,
            name: row.get(1)?,
            at: Timestamp(row.get(2)?),
            asked: row.get(3)?,
        });
    }
    Ok(HeardBy { terminals })
}

/// A page of what was sent to a terminal, newest first.
pub(crate) fn sent(
    db: &Connection,
    terminal: &TerminalId,
    before: Option<u64>,
) -> Result<SentPage> {
    let before = before.and_then(|before| i64::try_from(before).ok());
    let mut statement = db.prepare_cached(
        "SELECT s.key, s.asked, s.from_seq, s.to_seq, s.items, s.first_at, s.last_at, s.version, p.permission
         FROM sent AS s JOIN permissions AS p ON p.terminal = s.terminal AND p.version = s.version
         WHERE s.terminal = ?1 AND s.key < ?2 ORDER BY s.key DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(SENT_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![
        terminal.as_str(),
        before.unwrap_or(i64::MAX),
        limit
    ])?;
    let (mut lines, mut read) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        read += 1;
        if read > SENT_PAGE {
            break;
        }
        match sent_line(row) {
            Ok(line) => lines.push(line),
            Err(error) => tracing::error!(%error, "a line of what was sent is left out"),
        }
    }
    let more = read > SENT_PAGE;
    Ok(SentPage { lines, more })
}

fn sent_line(row: &Row<'_>) -> Result<SentLine> {
    Ok(SentLine {
        key: row.get::<_, i64>(0)?.unsigned_abs(),
        asked: row.get(1)?,
        from: crate::accept::seq(row, 2)?,
        to: crate::accept::seq(row, 3)?,
        items: row.get(4)?,
        first_at: Timestamp(row.get(5)?),
        last_at: Timestamp(row.get(6)?),
        version: row.get(7)?,
        permission: permission(&row.get::<_, String>(8)?)?,
    })
}
