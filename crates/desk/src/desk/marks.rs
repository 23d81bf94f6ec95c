//! What the announcer did, written into the book.

use super::now;
use crate::{
    announcer::Spoken,
    counter,
    ledger::{Ledger, LedgerError},
    views::LineId,
};
use domain::Timestamp;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows that were said, and when each began.
type Said = Vec<(LineId, Timestamp)>;

/// So many rows that could not be marked are marked later: more than a disk can fail on before somebody sees to it.
const OWED_MAX: usize = 10_000;

/// The announcer's marks go into the book. What a disk did not take is marked with the next ones, and noted until then:
/// after a kill it is said as a repetition, not as new.
#[derive(Clone)]
pub(super) struct Marks {
    ledger: Ledger,
    owed: Arc<Mutex<Said>>,
}

impl Marks {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            owed: Arc::default(),
        }
    }

    fn owed(&self) -> MutexGuard<'_, Said> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks all that is owed; each stays owed until the book has it, also where nobody waits for that any more.
    async fn settle(&self) -> Result<(), LedgerError> {
        loop {
            let first = self.owed().first().copied();
            let Some((_, at)) = first else { return Ok(()) };
            let same = |(_, began): &&(LineId, Timestamp)| *began == at;
            let lines = self
                .owed()
                .iter()
                .filter(same)
                .map(|(line, _)| *line)
                .collect();
            self.ledger.mark_spoken(lines, at).await?;
            self.owed().retain(|(_, began)| *began != at);
        }
    }
}

impl Spoken for Marks {
    fn saying(&self, mut lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        let marks = self.clone();
        Box::pin(async move {
            lines.extend(marks.owed().iter().map(|(line, _)| *line));
            // It is said all the same: only a repetition after a kill would not be known as one.
            if let Err(error) = marks.ledger.keep(counter::SAYING, &lines).await {
                tracing::error!(%error, "what is about to be said could not be noted");
            }
        })
    }

    fn spoken(&self, lines: Vec<LineId>, began_at: Timestamp) -> BoxFuture<'static, ()> {
        let marks = self.clone();
        {
            let mut owed = self.owed();
            owed.extend(lines.into_iter().map(|line| (line, began_at)));
            let over = owed.len().saturating_sub(OWED_MAX);
            owed.drain(..over);
        }
        Box::pin(async move {
            if let Err(error) = marks.settle().await {
                tracing::error!(%error, "what was spoken could not be marked yet");
            }
        })
    }

    fn silent(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        let ledger = self.ledger.clone();
        Box::pin(async move {
            if let Err(error) = ledger.mark_told(lines, now()).await {
                tracing::error!(%error, "what stays silent could not be marked");
            }
        })
    }
}

#[cfg(test)]
mod tests;
