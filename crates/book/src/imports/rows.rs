//! The rows of statements as they stand in the book: read back, and compared with what was loaded.

use super::StatementId;
use crate::{LedgerError, amount, read_word, verify};
use domain::{Currency, Platform, Timestamp};
use rusqlite::{Connection, Row as SqlRow};
use statements::{Ids, Row, Statement, StatementKind, Unreadable, When};

/// A row that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveRow {
    /// Its place in the book.
    pub(crate) id: i64,
    /// The statement that brought it.
    pub(crate) statement: StatementId,
    /// What kind of file that was.
    pub(crate) kind: StatementKind,
    /// Whose it was.
    pub(crate) platform: Platform,
    /// Its account.
    pub(crate) account: Option<String>,
    /// The row.
    pub(crate) row: Row,
}

const COLUMNS: &str = "r.line, r.key, r.kind, r.state, r.ord, r.trade, r.refund, r.refund_ord, r.minor, r.currency, r.fee, \
     r.net, r.settled_in, r.at, r.precision, r.settled_at, r.batch, r.party, r.text";

/// Of these rows, those whose statement was not taken back.
const LIVING: &str = "s.id NOT IN (SELECT statement FROM statement_events
    WHERE statement IS NOT NULL AND what = 'taken_back')";

/// The rows of a span of time, of all statements that count, and whatever else is in the payouts of that time. One that
/// stands in two files comes twice. Each is taken until one says that it is enough; whether none did.
pub(crate) fn live_rows(
    db: &Connection,
    from: Timestamp,
    until: Timestamp,
    mut take: impl FnMut(LiveRow) -> Result<bool, LedgerError>,
) -> Result<bool, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS}, r.id, s.id, s.kind, s.platform, s.account
         FROM statement_rows AS r JOIN statements AS s ON s.id = r.statement
         WHERE {LIVING} AND (r.at >= ?1 AND r.at < ?2
             OR r.batch IN (SELECT batch FROM statement_rows
                            WHERE at >= ?1 AND at < ?2 AND kind = 'payout' AND batch IS NOT NULL))"
    );
    let mut query = db.prepare_cached(&sql)?;
    let mut found = query.query((from.0, until.0))?;
    while let Some(row) = found.next()? {
        let going = take(LiveRow {
            row: read(row)?,
            id: row.get(19)?,
            statement: StatementId(row.get(20)?),
            kind: read_word(row, 21)?,
            platform: read_word(row, 22)?,
            account: row.get(23)?,
        })?;
        if !going {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    let settled_in: Option<String> = row.get(12)?;
    Ok(Row {
        line: row.get(0)?,
        key: row.get(1)?,
        kind: read_word(row, 2)?,
        state: read_word(row, 3)?,
        ids: Ids {
            order: row.get(4)?,
            transaction: row.get(5)?,
            refund: row.get(6)?,
            refund_order: row.get(7)?,
        },
        amount: amount(row, 8, 9)?.ok_or(rusqlite::Error::InvalidQuery)?,
        fee: row.get(10)?,
        net: row.get(11)?,
        settled_in: settled_in.and_then(|code| Currency::new(&code)),
        when: When {
            at: Timestamp(row.get(13)?),
            precision: read_word(row, 14)?,
        },
        settled_at: row.get::<_, Option<i64>>(15)?.map(Timestamp),
        batch: row.get(16)?,
        party: row.get(17)?,
        text: row.get(18)?,
    })
}

/// The digest of a statement's rows: each as JSON on a line of its own, then those that could not be read.
pub(super) fn digest_of(statement: &Statement) -> [u8; 32] {
    let mut digest = Digest::default();
    statement.rows.iter().for_each(|row| digest.add(row));
    statement.unreadable.iter().for_each(|one| digest.add(one));
    digest.end()
}

/// The statements whose rows are not those any more that were loaded; also of those that were taken back.
pub(crate) fn damaged(db: &Connection) -> rusqlite::Result<Vec<StatementId>> {
    let mut all = db.prepare_cached("SELECT id FROM statements ORDER BY id")?;
    let all = all.query_map([], |row| Ok(StatementId(row.get(0)?)))?;
    let mut damaged = Vec::new();
    for one in all {
        let one = one?;
        // Rows that cannot even be read are not those that were loaded.
        let whole = match rows_are_whole(db, one) {
            Err(error) if verify::is_nonsense(&error) => false,
            whole => whole?,
        };
        if !whole {
            damaged.push(one);
        }
    }
    Ok(damaged)
}

fn rows_are_whole(db: &Connection, statement: StatementId) -> rusqlite::Result<bool> {
    let mut digest = Digest::default();
    let sql =
        format!("SELECT {COLUMNS} FROM statement_rows AS r WHERE r.statement = ?1 ORDER BY r.id");
    let mut query = db.prepare_cached(&sql)?;
    for row in query.query_map([statement.0], read)? {
        digest.add(&row?);
    }
    let sql =
        "SELECT line, text, reason FROM statement_unreadable WHERE statement = ?1 ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([statement.0], |row| {
        Ok(Unreadable {
            line: row.get(0)?,
            text: row.get(1)?,
            reason: row.get(2)?,
        })
    })?;
    for row in rows {
        digest.add(&row?);
    }
    let sql = "SELECT rows_digest FROM statements WHERE id = ?1";
    let stated: Vec<u8> = db
        .prepare_cached(sql)?
        .query_row([statement.0], |row| row.get(0))?;
    Ok(stated == digest.end())
}

struct Digest(ring::digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(ring::digest::Context::new(&ring::digest::SHA256))
    }
}

impl Digest {
    fn add(&mut self, what: &impl serde::Serialize) {
        self.0.update(&serde_json::to_vec(what).unwrap_or_default());
        self.0.update(b"\n");
    }

    fn end(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}
