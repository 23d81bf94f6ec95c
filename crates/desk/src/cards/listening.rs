//! The card that says that listening has stopped, and then that it works again.

use super::{Card, Face, Stack};
use crate::views::{ListeningView, Meanwhile};

impl Stack {
    /// Listening stopped: a card that stays. Once it works again the same card says so and leaves by itself.
    pub(crate) fn listening(&mut self, view: &ListeningView, tick: u64) {
        let stopped = view.state.is_stopped();
        let stays_ms = (!stopped).then_some(self.stays_ms);
        let at = self
            .cards
            .iter()
            .position(|card| matches!(card.face, Face::Listening(_)));
        let running = (!self.held).then_some(tick);
        match at.and_then(|index| self.cards.get_mut(index)) {
            Some(card) => {
                card.face = Face::Listening(Box::new(view.clone()));
                (card.stays_ms, card.gone_ms, card.running) = (stays_ms, 0, running);
            }
            None => self.push(
                Face::Listening(Box::new(view.clone())),
                stays_ms,
                Vec::new(),
                tick,
            ),
        }
    }

    /// What is not heard, or since when, is another now: the card that says so changes in place.
    pub(crate) fn update_listening(&mut self, view: &ListeningView) -> bool {
        let stopped = |card: &&mut Card| card.stays_ms.is_none();
        for card in self.cards.iter_mut().filter(stopped) {
            if let Face::Listening(old) = &mut card.face
                && trouble(old) != trouble(view)
            {
                **old = view.clone();
                return true;
            }
        }
        false
    }

    /// More is known of what came meanwhile: the card that says "listening again", if it is still on show, counts on.
    pub(crate) fn update_meanwhile(&mut self, meanwhile: &Meanwhile) -> bool {
        self.cards.iter_mut().any(|card| match &mut card.face {
            Face::Listening(view) if view.back.as_ref().is_some_and(|old| old != meanwhile) => {
                view.back = Some(meanwhile.clone());
                true
            }
            _ => false,
        })
    }

    /// Takes the card of listening away, where its trouble is gone without a word (the source was removed).
    pub(crate) fn drop_listening(&mut self) -> bool {
        let before = self.cards.len();
        self.cards
            .retain(|card| !matches!(card.face, Face::Listening(_)));
        before != self.cards.len()
    }
}

/// What a card says of the trouble; a source's further signs of life are no reason to draw it again.
fn trouble(view: &ListeningView) -> impl PartialEq + use<> {
    let said = |source: &domain::wire::SourceHealth| {
        let off = source.clock_ahead_ms.map(|ms| ms / 60_000);
        (
            source.name.clone(),
            source.state,
            source.refusing.clone(),
            off,
        )
    };
    let sources: Vec<_> = view.sources.iter().map(said).collect();
    (view.state, view.since, sources)
}
