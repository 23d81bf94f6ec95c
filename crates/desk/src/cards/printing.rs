//! The card that says that receipts are not printed as they should be: one for all of it, until nothing is wrong.

use super::{Card, Face, Stack};
use crate::receipts::view::PrintTrouble;

impl Stack {
    /// More is wrong: the card comes, also where somebody closed it. Says whether anything is seen of that.
    pub(crate) fn printing(&mut self, view: &PrintTrouble, tick: u64) -> bool {
        let is = |card: &Card| matches!(card.face, Face::Printing(_));
        if self.cards.iter().any(is) {
            return self.update_printing(view);
        }
        self.push(Face::Printing(Box::new(view.clone())), None, vec![], tick);
        true
    }

    /// Something else is wrong: the card, if it is on show, changes in place.
    pub(crate) fn update_printing(&mut self, view: &PrintTrouble) -> bool {
        self.cards.iter_mut().any(|card| match &mut card.face {
            Face::Printing(old) if **old != *view => {
                **old = view.clone();
                true
            }
            _ => false,
        })
    }

    /// Nothing is wrong any more.
    pub(crate) fn drop_printing(&mut self) -> bool {
        let before = self.cards.len();
        self.cards
            .retain(|card| !matches!(card.face, Face::Printing(_)));
        self.release_if_empty();
        before != self.cards.len()
    }
}
