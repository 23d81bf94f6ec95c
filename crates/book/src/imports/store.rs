//! Writes a statement: its rows in pieces, and the one step that makes them count.

use super::{By, StatementId, rows::digest_of};
use crate::{Follow, Ledger, LedgerError, chain, whole, word};
use rusqlite::{Connection, OptionalExtension, params};
use statements::{Row, Statement};
use std::sync::Arc;

/// Rows that are written at once: some hundredths of a second, for which a payment waits at most.
const PIECE: usize = 1_000;

/// A file that is to be written.
pub(super) struct Begun {
    pub(super) name: String,
    pub(super) digest: [u8; 32],
    pub(super) by: By,
    pub(super) statement: Arc<Statement>,
}

/// Writes it; `None` where it was stopped.
pub(super) async fn write(
    ledger: &Ledger,
    begun: Begun,
    follow: &Follow,
) -> Result<Option<StatementId>, LedgerError> {
    sweep(ledger).await?;
    let statement = begun.statement.clone();
    let total =
        u64::try_from(statement.rows.len() + statement.unreadable.len()).unwrap_or(u64::MAX);
    let id = begin(ledger).await?;
    let mut repeated = 0;
    let mut written = 0;
    while follow.at(whole_u64(written), total) {
        if written >= statement.rows.len() {
            unreadable(ledger, id, statement.clone()).await?;
            return match finish(ledger, id, begun, repeated).await? {
                true => Ok(Some(StatementId(id))),
                // The same file was loaded by somebody else meanwhile.
                false => sweep(ledger).await.map(|()| None),
            };
        }
        let end = (written + PIECE).min(statement.rows.len());
        let rows = statement.clone();
        let range = written..end;
        repeated += ledger
            .call(move |db| {
                let some = rows.rows.get(range).unwrap_or_default();
                piece(db, id, rows.platform.as_str(), some)
            })
            .await?;
        written = end;
    }
    sweep(ledger).await?;
    Ok(None)
}

fn whole_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Takes the number that its statement will have: the next one, since there is one draft at a time.
async fn begin(ledger: &Ledger) -> Result<i64, LedgerError> {
    ledger
        .call(|db| {
            let sql = "INSERT INTO statement_drafts (id) SELECT ifnull(max(id), 0) + 1 FROM statements RETURNING id";
            Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
        })
        .await
}

/// Some rows; answers how many of them another statement has.
fn piece(db: &mut Connection, id: i64, platform: &str, rows: &[Row]) -> Result<u32, LedgerError> {
    let transaction = sqlite::begin(db)?;
    let mut repeated = 0;
    {
        let known = "SELECT 1 FROM statement_rows AS other JOIN statements ON statements.id = other.statement
                     WHERE other.key = ?1 AND statements.platform = ?2
                         AND NOT EXISTS (SELECT 1 FROM statement_events AS event
                                         WHERE event.statement = statements.id AND event.what = 'taken_back')";
        let mut known = transaction.prepare_cached(known)?;
        let sql = "INSERT INTO statement_rows (statement, line, key, kind, state, ord, trade, refund, refund_ord, minor,
                       currency, fee, net, settled_in, at, precision, settled_at, batch, party, text)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
        let mut insert = transaction.prepare_cached(sql)?;
        for row in rows {
            repeated += u32::from(known.exists(params![row.key, platform])?);
            insert.execute(params![
                id,
                row.line,
                row.key,
                word(&row.kind),
                word(&row.state),
                row.ids.order,
                row.ids.transaction,
                row.ids.refund,
                row.ids.refund_order,
                row.amount.minor(),
                row.amount.currency().code(),
                row.fee,
                row.net,
                row.settled_in.map(|currency| currency.code().to_owned()),
                row.when.at.0,
                word(&row.when.precision),
                row.settled_at.map(|at| at.0),
                row.batch,
                row.party,
                row.text,
            ])?;
        }
    }
    transaction.commit()?;
    Ok(repeated)
}

async fn unreadable(
    ledger: &Ledger,
    id: i64,
    statement: Arc<Statement>,
) -> Result<(), LedgerError> {
    ledger
        .call(move |db| {
            let transaction = sqlite::begin(db)?;
            let sql = "INSERT INTO statement_unreadable (statement, line, text, reason) VALUES (?1, ?2, ?3, ?4)";
            for one in &statement.unreadable {
                let row = params![id, one.line, one.text, one.reason];
                transaction.prepare_cached(sql)?.execute(row)?;
            }
            Ok(transaction.commit()?)
        })
        .await
}

/// From here on it counts. False where the same bytes count already.
async fn finish(
    ledger: &Ledger,
    id: i64,
    begun: Begun,
    repeated: u32,
) -> Result<bool, LedgerError> {
    ledger
        .call(move |db| {
            let transaction = sqlite::begin(db)?;
            let again = format!("{} AND digest = ?1", super::LIVE);
            if transaction.prepare_cached(&again)?.exists([begun.digest])? {
                return Ok(false);
            }
            let (statement, by) = (&begun.statement, &begun.by);
            let sql = "INSERT INTO statements (id, digest, name, kind, platform, account, from_at, until_at, tells, rows,
                           repeated, unreadable, checks, rows_digest, who, imported_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
            transaction.prepare_cached(sql)?.execute(params![
                id,
                begun.digest,
                begun.name,
                word(&statement.kind),
                statement.platform.as_str(),
                statement.account,
                statement.period.map(|period| period.from.0),
                statement.period.map(|period| period.until.0),
                word(&statement.tells),
                whole(whole_u64(statement.rows.len())),
                repeated,
                whole(whole_u64(statement.unreadable.len())),
                serde_json::to_string(&statement.checks).unwrap_or_default(),
                digest_of(statement),
                by.who,
                by.at.0,
            ])?;
            transaction.prepare_cached("DELETE FROM statement_drafts WHERE id = ?1")?.execute([id])?;
            chain::append(&transaction, "statement", id, by.at)?;
            transaction.commit()?;
            Ok(true)
        })
        .await
}

/// Takes away what was not finished, in pieces.
async fn sweep(ledger: &Ledger) -> Result<(), LedgerError> {
    while ledger.call(sweep_some).await? {}
    Ok(())
}

/// Whether anything was left.
fn sweep_some(db: &mut Connection) -> Result<bool, LedgerError> {
    let transaction = sqlite::begin(db)?;
    let sql = "SELECT id FROM statement_drafts ORDER BY id LIMIT 1";
    let draft: Option<i64> = transaction
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(id) = draft else { return Ok(false) };
    let mut gone = 0;
    for table in ["statement_rows", "statement_unreadable"] {
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE statement = ?1 LIMIT {PIECE})"
        );
        gone += transaction.prepare_cached(&sql)?.execute([id])?;
    }
    if gone == 0 {
        let sql = "DELETE FROM statement_drafts WHERE id = ?1";
        transaction.prepare_cached(sql)?.execute([id])?;
    }
    transaction.commit()?;
    Ok(true)
}
