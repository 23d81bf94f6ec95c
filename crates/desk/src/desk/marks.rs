//! What the announcer did, written into the book.

use super::now;
use crate::{announcer::Spoken, counter, ledger::Ledger, views::LineId};
use domain::Timestamp;
use futures_util::future::BoxFuture;

/// The announcer's marks go into the book.
pub(super) struct Marks(pub(super) Ledger);

impl Spoken for Marks {
    fn saying(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        let ledger = self.0.clone();
        Box::pin(async move {
            // It is said all the same: only a repetition after a kill would not be known as one.
            if let Err(error) = ledger.keep(counter::SAYING, &lines).await {
                tracing::error!(%error, "what is about to be said could not be noted");
            }
        })
    }

    fn spoken(&self, lines: Vec<LineId>, began_at: Timestamp) -> BoxFuture<'static, ()> {
        let ledger = self.0.clone();
        Box::pin(async move {
            if let Err(error) = ledger.mark_spoken(lines, began_at).await {
                tracing::error!(%error, "what was spoken could not be marked");
            }
        })
    }

    fn silent(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        let ledger = self.0.clone();
        Box::pin(async move {
            if let Err(error) = ledger.mark_told(lines, now()).await {
                tracing::error!(%error, "what stays silent could not be marked");
            }
        })
    }
}
