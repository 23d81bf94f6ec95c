//! Which notices should stand in place of the cards, in words. Pure. However many payments come, there is one notice for
//! them, which changes in place, and one for listening.

use crate::{
    closing,
    settings::Language,
    views::{CardFace, CardId, CardsView, Listening, ListeningView, PaymentView},
    words,
};
use domain::{Kind, Trust};
use std::collections::BTreeMap;

/// So many cards are remembered as told; more are never on show together.
const KNOWN_MAX: usize = 64;

/// One notification, already in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The headline.
    pub title: String,
    /// What stands below; may be empty.
    pub body: String,
    /// It stays until it is dealt with, where the system can do that: listening has stopped.
    pub urgent: bool,
}

/// A notice that should stand. One of the same group stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) group: CardId,
    pub(super) notice: Notice,
}

/// What should stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    pub(super) payments: Option<Standing>,
    pub(super) listening: Option<Standing>,
    /// How often everything was taken back: cards are seen again.
    pub(super) withdrawn: u64,
}

/// What was told of the cards on show.
#[derive(Debug, Default)]
pub(super) struct Told {
    known: BTreeMap<CardId, Notice>,
    /// What was seen as cards.
    seen: BTreeMap<CardId, CardFace>,
    pub(super) wanted: Wanted,
}

impl Told {
    /// What should stand in place of these cards. A card that leaves changes nothing: its notice leaves by itself, and
    /// the others are not told again.
    pub(super) fn change(&mut self, language: Language, view: &CardsView) {
        let cards = view.cards.iter();
        let (listening, mut payments): (Vec<_>, Vec<_>) = cards
            .map(|card| (card.id, &card.face, Notice::of_card(language, &card.face)))
            .filter(|(id, face, _)| self.seen.get(id) != Some(*face))
            .partition(|(_, face, _)| matches!(face, CardFace::Listening { .. }));
        // The newest payment is the headline, whatever shares a card.
        payments.sort_by_key(|(_, face, _)| matches!(face, CardFace::Payment { .. }));
        if view.cards.is_empty() {
            self.known.clear();
        }
        let mut news = |cards: &[(CardId, &CardFace, Notice)]| {
            let unknown = |(id, _, notice): &&(CardId, &CardFace, Notice)| {
                self.known.insert(*id, notice.clone()).as_ref() != Some(notice)
            };
            cards.iter().filter(unknown).count() > 0
        };
        let (some_paid, some_heard) = (news(&payments), news(&listening));
        while self.known.len() > KNOWN_MAX {
            self.known.pop_first();
        }
        let stands = &mut self.wanted;
        match payments.last() {
            None => stands.payments = None,
            Some((id, ..)) if some_paid => {
                let group = stands.payments.as_ref().map_or(*id, |old| old.group);
                let all = payments.iter().map(|(_, _, notice)| notice);
                let notice = together(language, all.rev(), view.more);
                stands.payments = notice.map(|notice| Standing { group, notice });
            }
            Some(_) => {}
        }
        match listening.last() {
            None => stands.listening = None,
            Some((id, _, notice)) if some_heard => {
                let (group, notice) = (*id, notice.clone());
                stands.listening = Some(Standing { group, notice });
            }
            Some(_) => {}
        }
    }

    /// These cards are seen: no notice is needed for them, nor later.
    pub(super) fn withdraw(&mut self, view: &CardsView) {
        let stood = self.wanted.payments.take().is_some() | self.wanted.listening.take().is_some();
        self.wanted.withdrawn += u64::from(stood);
        let faces = view.cards.iter();
        self.seen = faces.map(|card| (card.id, card.face.clone())).collect();
    }
}

/// One notice for several cards: the newest as its headline, the others below.
fn together<'a>(
    language: Language,
    mut newest_first: impl Iterator<Item = &'a Notice>,
    more: u32,
) -> Option<Notice> {
    let mut notice = newest_first.next()?.clone();
    let mut lines = vec![std::mem::take(&mut notice.body)];
    lines.extend(newest_first.map(|other| joined([other.title.clone(), other.body.clone()])));
    if more > 0 {
        lines.push(words::text(
            language,
            "card.more",
            &[("count", &more.to_string())],
        ));
    }
    lines.retain(|line| !line.is_empty());
    notice.body = lines.join("\n");
    Some(notice)
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

impl Notice {
    /// What a card would have shown. The payer is left out: notices may stand on a lock screen.
    pub fn of_card(language: Language, face: &CardFace) -> Self {
        let text = |key: &str, values: &[(&str, &str)]| words::text(language, key, values);
        match face {
            CardFace::Payment { payment } => Self::of_payment(language, payment),
            CardFace::Summary {
                count,
                totals,
                without_amount,
                unconfirmed,
                since_clock,
                ..
            } => {
                let key = match count {
                    1 => "card.summary_one",
                    _ => "card.summary",
                };
                let some = |count: &u32, key: &str| match count {
                    0 => String::new(),
                    count => text(key, &[("count", &count.to_string())]),
                };
                Self {
                    title: text(key, &[("count", &count.to_string()), ("time", since_clock)]),
                    body: joined([
                        totals.join(" · "),
                        some(without_amount, "card.without_amount"),
                        some(unconfirmed, "card.unconfirmed"),
                    ]),
                    urgent: false,
                }
            }
            CardFace::Listening { view } => Self::of_listening(language, view),
            CardFace::Closing { view } => Self {
                title: closing::title(language, *view),
                body: text("card.closing_hint", &[]),
                urgent: false,
            },
            CardFace::Printing { view } => Self {
                title: view.title(language),
                body: joined([view.why(language), text("card.print_safe", &[])]),
                urgent: false,
            },
        }
    }

    fn of_payment(language: Language, payment: &PaymentView) -> Self {
        let text = |key: &str, values: &[(&str, &str)]| words::text(language, key, values);
        let name = format!("platform.{}", payment.platform);
        let platform = match words::has(&name) {
            true => text(&name, &[]),
            false => payment.platform.to_string(),
        };
        let not_given = || text("notice.amount_not_given", &[]);
        let amount = payment.amount_text.clone().unwrap_or_else(not_given);
        let (key, trust) = match (payment.kind, payment.trust) {
            _ if payment.test => ("notice.test", None),
            (Kind::Payment, Trust::Confirmed) => ("notice.payment", Some("trust.confirmed")),
            (Kind::Payment, Trust::Reported) => ("notice.payment_reported", Some("trust.reported")),
            (Kind::Refund, Trust::Confirmed) => ("notice.refund", Some("trust.confirmed")),
            (Kind::Refund, Trust::Reported) => ("notice.refund_reported", Some("trust.reported")),
        };
        let number = |n: u32| text("notice.number", &[("number", &n.to_string())]);
        Self {
            title: text(key, &[("platform", &platform), ("amount", &amount)]),
            body: joined([
                trust.map(|key| text(key, &[])).unwrap_or_default(),
                payment.number.map(number).unwrap_or_default(),
            ]),
            urgent: false,
        }
    }

    fn of_listening(language: Language, view: &ListeningView) -> Self {
        let back = view.state == Listening::Listening;
        let key = if back {
            "notice.back"
        } else {
            "notice.stopped"
        };
        let clock = [("clock", view.since_clock.as_deref().unwrap_or("–"))];
        Self {
            title: words::text(language, key, &clock),
            body: match view.state {
                Listening::SourceRefusing => words::text(language, "notice.refused_body", &clock),
                _ => words::text(language, &format!("{key}_body"), &clock),
            },
            urgent: !back,
        }
    }
}

#[cfg(test)]
mod tests;
