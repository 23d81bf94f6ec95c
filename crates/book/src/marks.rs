//! What became of a payment here: shown, spoken, or never to be announced. Each is written once and never moved.

use super::{LINE_COLUMNS, Ledger, LedgerError, Line, line};
use crate::LineId;
use domain::Timestamp;

/// An earlier run cannot have left more than this that anybody would want to hear of one by one.
const UNTOLD_MAX: u32 = 10_000;

impl Ledger {
    /// The voice said these rows, beginning at that time.
    pub async fn mark_spoken(&self, lines: Vec<LineId>, at: Timestamp) -> Result<(), LedgerError> {
        let sql = "UPDATE lines SET spoken_at = ifnull(spoken_at, ?2), told_at = ifnull(told_at, ?2) WHERE id = ?1";
        self.mark(sql, lines, at).await
    }

    /// These rows are done with: nothing more is to be announced.
    pub async fn mark_told(&self, lines: Vec<LineId>, at: Timestamp) -> Result<(), LedgerError> {
        self.mark(
            "UPDATE lines SET told_at = ifnull(told_at, ?2) WHERE id = ?1",
            lines,
            at,
        )
        .await
    }

    /// The cards of these rows are on the screen.
    pub async fn mark_shown(&self, lines: Vec<LineId>, at: Timestamp) -> Result<(), LedgerError> {
        self.mark(
            "UPDATE lines SET shown_at = ifnull(shown_at, ?2) WHERE id = ?1",
            lines,
            at,
        )
        .await
    }

    async fn mark(
        &self,
        sql: &'static str,
        lines: Vec<LineId>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        if lines.is_empty() {
            return Ok(());
        }
        self.call(move |db| {
            let transaction = sqlite::begin(db)?;
            for line in lines {
                transaction.prepare_cached(sql)?.execute((line.0, at.0))?;
            }
            Ok(transaction.commit()?)
        })
        .await
    }

    /// What an earlier run recorded and did not announce, oldest first.
    pub async fn untold(&self) -> Result<Vec<Line>, LedgerError> {
        self.call(|db| {
            let sql = format!(
                "SELECT {LINE_COLUMNS} FROM lines INDEXED BY lines_untold WHERE told_at IS NULL ORDER BY id DESC LIMIT ?1"
            );
            let mut query = db.prepare_cached(&sql)?;
            let mut lines = query.query_map([UNTOLD_MAX], line)?.collect::<rusqlite::Result<Vec<_>>>()?;
            lines.reverse();
            Ok(lines)
        })
        .await
    }

    /// Everything that was accepted before then is done with.
    pub async fn settle_before(
        &self,
        accepted_before: Timestamp,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.call(move |db| {
            let sql = "UPDATE lines SET told_at = ?2 WHERE told_at IS NULL AND accepted_at < ?1";
            db.prepare_cached(sql)?.execute((accepted_before.0, at.0))?;
            Ok(())
        })
        .await
    }
}
