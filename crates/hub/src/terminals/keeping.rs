//! Writing down what was sent to whom, and who was there: gathered in memory, stored together about once a second.

use super::registry::Terminals;
use super::rows::{self, Sent, SentKey};
use crate::HubError;
use crate::store::Store;
use std::sync::PoisonError;

impl Terminals {
    /// Notes what was sent, to be written down with the next [`keep`](Self::keep).
    pub(crate) fn was_sent(&self, key: SentKey, sent: Sent) {
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key)
            .and_modify(|before| {
                before.from = before.from.min(sent.from);
                before.to = before.to.max(sent.to);
                before.items = before.items.saturating_add(sent.items);
                before.last_at = sent.last_at;
            })
            .or_insert(sent);
    }

    /// Writes down what was sent and who was there.
    pub(crate) async fn keep(&self, store: &Store) -> Result<(), HubError> {
        // One at a time, so that what failed is not overtaken.
        let _one_at_a_time = self.changing.lock().await;
        let sent = {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *sent)
        };
        let seen = self.take_unsaved();
        if sent.is_empty() && seen.is_empty() {
            return Ok(());
        }
        let (kept, rows) = (sent.clone(), sent.into_iter().collect::<Vec<_>>());
        let present: Vec<_> = seen.iter().map(|(id, ..)| id.clone()).collect();
        let stored = store
            .call(move |db| {
                let all = sqlite::begin(db)?;
                rows::keep(&all, &rows, &seen)?;
                Ok(all.commit()?)
            })
            .await;
        if stored.is_err() {
            // It is due again.
            for (key, sent) in kept {
                self.was_sent(key, sent);
            }
            for id in present {
                self.not_saved(&id);
            }
        }
        stored
    }
}
