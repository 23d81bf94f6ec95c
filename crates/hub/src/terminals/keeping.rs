//! Writing down what was sent to whom, and who was there: gathered in memory, stored together about once a second.

use super::registry::Terminals;
use super::sent::{self, Sent, SentKey};
use crate::HubError;
use crate::store::Store;
use domain::{Seq, TerminalId, Timestamp};
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

/// What was sent and is not written down yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unkept {
    pub(super) sent: BTreeMap<SentKey, Sent>,
    /// When each payment left for a terminal first, and whether that had asked for it.
    pub(super) told: BTreeMap<(TerminalId, Seq), (Timestamp, bool)>,
}

impl Terminals {
    fn unkept(&self) -> MutexGuard<'_, Unkept> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was sent, to be written down with the next [`keep`](Self::keep).
    pub(crate) fn was_sent(&self, key: SentKey, sent: Sent, payments: impl Iterator<Item = Seq>) {
        let mut all = self.unkept();
        for payment in payments {
            let told = (key.terminal.clone(), payment);
            all.told.entry(told).or_insert((sent.first_at, key.asked));
        }
        all.sent
            .entry(key)
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
        let unkept = std::mem::take(&mut *self.unkept());
        let seen = self.take_unsaved();
        if unkept.sent.is_empty() && seen.is_empty() {
            return Ok(());
        }
        let kept = unkept.clone();
        let present: Vec<_> = seen.iter().map(|(id, ..)| id.clone()).collect();
        let stored = store
            .call(move |db| {
                let all = sqlite::begin(db)?;
                sent::keep(&all, &unkept, &seen)?;
                Ok(all.commit()?)
            })
            .await;
        if stored.is_err() {
            // It is due again.
            for (key, sent) in kept.sent {
                self.was_sent(key, sent, std::iter::empty());
            }
            let mut all = self.unkept();
            for (payment, told) in kept.told {
                // It was sent before whatever was noted meanwhile.
                all.told.insert(payment, told);
            }
            for id in present {
                self.not_saved(&id);
            }
        }
        stored
    }
}
