//! The card that says that a day waits to be closed: one, until the day is closed or somebody closes the card.

use super::{Card, Face, Stack};
use crate::closing::remind::Reminder;

impl Stack {
    /// A day waits: the card comes, or changes in place.
    pub(crate) fn closing(&mut self, reminder: Reminder, tick: u64) -> bool {
        let there = self.cards.iter_mut().find_map(|card| match &mut card.face {
            Face::Closing(old) => Some(old),
            _ => None,
        });
        match there {
            Some(old) => std::mem::replace(old, reminder) != reminder,
            None => {
                self.push(Face::Closing(reminder), None, vec![], tick);
                true
            }
        }
    }

    /// No day waits any more.
    pub(crate) fn drop_closing(&mut self) -> bool {
        let before = self.cards.len();
        let is = |card: &Card| matches!(card.face, Face::Closing(_));
        self.cards.retain(|card| !is(card));
        self.release_if_empty();
        before != self.cards.len()
    }
}
