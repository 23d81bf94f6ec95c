//! Rows of before the chain get their hash after the book was opened: some at a time, so that whoever needs the book
//! meanwhile waits for a few milliseconds at most, and where it was left off goes on at the next start.

use super::{KINDS, head, link};
use crate::LedgerError;
use domain::Timestamp;
use rusqlite::{Connection, params};
use std::time::{SystemTime, UNIX_EPOCH};

/// So many rows at a time: some ten milliseconds.
const BATCH: i64 = 1_000;

/// Works through what waits. Ends at once where nothing does.
pub(crate) async fn catch_up(db: sqlite::Db) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = Timestamp(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0)));
    loop {
        match db.call(move |db| batch(db, now, BATCH)).await {
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) | Err(LedgerError::Closed) => return,
            Err(error) => {
                // Nothing of the book's is worse for it; the next start tries again.
                tracing::warn!(%error, "rows of before the chain could not be chained");
                return;
            }
        }
    }
}

/// Chains the next rows; whether more wait. What was recorded meanwhile stands behind them and has its turn too, and
/// the transaction that leaves nothing ends the backlog, so that no row is chained before one that waits.
pub(super) fn batch(db: &mut Connection, now: Timestamp, most: i64) -> Result<bool, LedgerError> {
    if !super::has_backlog(db)? {
        return Ok(false);
    }
    let transaction = sqlite::begin(db)?;
    let mut left = most;
    let mut last = head(&transaction)?;
    for kind in KINDS {
        let rows = waiting(&transaction, kind, left)?;
        let Some(newest) = rows.last() else { continue };
        for row in &rows {
            last = link(&transaction, last, kind, *row, now)?;
        }
        let sql = "INSERT INTO chain_backlog (kind, upto) VALUES (?1, ?2)
                   ON CONFLICT (kind) DO UPDATE SET upto = excluded.upto";
        transaction
            .prepare_cached(sql)?
            .execute((kind.name, newest))?;
        left -= i64::try_from(rows.len()).unwrap_or(left);
        if left <= 0 {
            transaction.commit()?;
            return Ok(true);
        }
    }
    transaction.execute("DELETE FROM chain_backlog", [])?;
    transaction.commit()?;
    Ok(false)
}

/// The next rows of a kind that have no hash.
fn waiting(db: &Connection, kind: &super::RowKind, most: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = format!(
        "SELECT id FROM {} WHERE id > ifnull((SELECT upto FROM chain_backlog WHERE kind = ?1), 0)
         ORDER BY id LIMIT ?2",
        kind.table
    );
    db.prepare_cached(&sql)?
        .query_map(params![kind.name, most], |row| row.get(0))?
        .collect()
}
