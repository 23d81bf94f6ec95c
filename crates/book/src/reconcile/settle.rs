//! What people say about differences: each an event, each undone by another.

use super::{Difference, Settled};
use crate::{
    Ledger, LedgerError,
    imports::{By, Event},
};
use domain::Timestamp;
use rusqlite::Connection;
use std::collections::HashMap;

/// What holds now, by the difference it was said of.
pub(super) type Said = HashMap<String, Settled>;

/// The longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// The last that was said of each difference, unless it was taken back.
pub(super) fn said(db: &Connection) -> rusqlite::Result<Said> {
    let sql = "SELECT subject, what, reason, who, at FROM statement_events
               WHERE subject IS NOT NULL ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([])?;
    let mut said = Said::new();
    while let Some(row) = rows.next()? {
        let subject: String = row.get(0)?;
        match row.get::<_, String>(1)?.as_str() {
            "settled" => {
                let settled = Settled {
                    reason: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
                    who: row.get(3)?,
                    at: Timestamp(row.get(4)?),
                };
                said.insert(subject, settled);
            }
            _ => _ = said.remove(&subject),
        }
    }
    Ok(said)
}

impl Ledger {
    /// A difference is none, for this reason. Of one that is settled already only the reason becomes another.
    pub async fn settle(
        &self,
        difference: &Difference,
        reason: &str,
        by: By,
    ) -> Result<(), LedgerError> {
        let subject = difference.subject.clone();
        let about = Difference {
            settled: None,
            ..difference.clone()
        };
        let about = serde_json::to_string(&about).unwrap_or_default();
        let reason: String = reason.chars().take(REASON_MAX).collect();
        self.call(move |db| {
            let transaction = sqlite::begin(db)?;
            let event = Event {
                what: "settled",
                statement: None,
                subject: Some(&subject),
                about: Some(&about),
                reason: Some(&reason),
            };
            event.write(&transaction, &by)?;
            Ok(transaction.commit()?)
        })
        .await
    }

    /// What was said of a difference does not hold any more. False where nothing held.
    pub async fn reopen(&self, subject: &str, by: By) -> Result<bool, LedgerError> {
        let subject = subject.to_owned();
        self.call(move |db| {
            let transaction = sqlite::begin(db)?;
            let sql =
                "SELECT what FROM statement_events WHERE subject = ?1 ORDER BY id DESC LIMIT 1";
            let mut last = transaction.prepare_cached(sql)?;
            let holds = last
                .query_map([&subject], |row| row.get::<_, String>(0))?
                .next();
            let holds = holds.transpose()?.is_some_and(|what| what == "settled");
            drop(last);
            if !holds {
                return Ok(false);
            }
            let event = Event {
                what: "reopened",
                statement: None,
                subject: Some(&subject),
                about: None,
                reason: None,
            };
            event.write(&transaction, &by)?;
            transaction.commit()?;
            Ok(true)
        })
        .await
    }
}
