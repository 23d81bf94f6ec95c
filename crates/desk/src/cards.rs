//! Which cards are on show: a pure stack. The loop that lets cards leave is in `cards/on_show.rs`.

mod closing;
mod listening;
mod on_show;
mod printing;

pub(crate) use on_show::Cards;

use crate::{
    closing::remind::Reminder,
    ledger::{Line, bounded, fresh::fresh_from},
    receipts::view::PrintTrouble,
    shown::{self, Clock},
    views::*,
};
use domain::{Currency, DayRule, Kind, Timestamp, Trust};
use std::collections::{BTreeMap, VecDeque};

/// So many cards are drawn; of more, the newest.
pub(crate) const SHOWN_MAX: usize = 4;
/// When more payments than this would have a card each, the oldest of them share one.
const SINGLE_MAX: usize = 12;
/// A card that the pointer has left stays for at least so long, so that it does not vanish under the eye.
const AFTER_HOLD_MS: u64 = 1_500;
/// So many rows of a summary learn when they were shown; nobody compares times in a longer one.
const SUMMARY_LINES_MAX: usize = 1_000;

/// Payments that share a card.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Summary {
    count: u32,
    totals: BTreeMap<Currency, i64>,
    without_amount: u32,
    unconfirmed: u32,
    since: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    Payment(Box<Line>),
    Summary(Summary),
    Listening(Box<ListeningView>),
    Printing(Box<PrintTrouble>),
    Closing(Reminder),
}

#[derive(Debug, Clone)]
struct Card {
    id: CardId,
    face: Face,
    stays_ms: Option<u64>,
    /// Time that had gone when the clock below was last started.
    gone_ms: u64,
    /// Since when its time runs; `None` while the pointer holds the cards.
    running: Option<u64>,
    /// Rows whose shown time is still to be stored, and the revision that first showed them.
    unpainted: Vec<LineId>,
    drawn_from: u64,
}

impl Card {
    fn gone(&self, tick: u64) -> u64 {
        self.gone_ms + self.running.map_or(0, |since| tick.saturating_sub(since))
    }

    fn ends(&self) -> Option<u64> {
        let left = self.stays_ms?.saturating_sub(self.gone_ms);
        Some(self.running? + left)
    }
}

/// The stack. Pure: `tick` is a clock in milliseconds that never goes back.
#[derive(Debug)]
pub(crate) struct Stack {
    cards: VecDeque<Card>,
    revision: u64,
    next_id: u64,
    held: bool,
    muted_until: Option<Timestamp>,
    stays_ms: u64,
    clock: Clock,
}

impl Stack {
    pub(crate) fn new(stays_ms: u64, rule: &DayRule) -> Self {
        let (cards, clock) = (VecDeque::new(), Clock::new(rule));
        Self {
            cards,
            revision: 0,
            next_id: 1,
            held: false,
            muted_until: None,
            stays_ms,
            clock,
        }
    }

    /// How long cards stay that come from now on.
    pub(crate) fn set_stays_ms(&mut self, ms: u64) {
        self.stays_ms = ms;
    }

    pub(crate) fn set_rule(&mut self, rule: &DayRule) {
        self.clock = Clock::new(rule);
    }

    /// Whether that changed anything that is seen.
    pub(crate) fn set_muted(&mut self, until: Option<Timestamp>) -> bool {
        let changed = self.muted_until != until;
        self.muted_until = until;
        changed && !self.cards.is_empty()
    }

    fn push(&mut self, face: Face, stays_ms: Option<u64>, lines: Vec<LineId>, tick: u64) {
        let id = CardId(self.next_id);
        self.next_id += 1;
        let running = (!self.held).then_some(tick);
        let drawn_from = self.revision + 1;
        self.cards.push_back(Card {
            id,
            face,
            stays_ms,
            gone_ms: 0,
            running,
            unpainted: lines,
            drawn_from,
        });
    }

    /// A payment has a card; the oldest share one when there are too many.
    pub(crate) fn payment(&mut self, line: &Line, tick: u64) {
        self.push(
            Face::Payment(Box::new(line.clone())),
            Some(self.stays_ms),
            vec![line.id],
            tick,
        );
        let is_single = |card: &Card| matches!(card.face, Face::Payment(_));
        while self.cards.iter().filter(|card| is_single(card)).count() > SINGLE_MAX {
            let Some(oldest) = self.cards.iter().position(is_single) else {
                return;
            };
            if let Some(Card {
                face: Face::Payment(line),
                ..
            }) = self.cards.remove(oldest)
            {
                self.late(std::slice::from_ref(&line), tick);
            }
        }
    }

    /// Payments that share a card; it grows if there is one already. Tests by the shop are not counted.
    pub(crate) fn late(&mut self, lines: &[Line], tick: u64) -> bool {
        let real: Vec<&Line> = lines.iter().filter(|line| !line.test).collect();
        let Some(first) = real.first() else {
            return false;
        };
        let at = self
            .cards
            .iter()
            .position(|card| matches!(card.face, Face::Summary(_)));
        let index = at.unwrap_or_else(|| {
            let empty = Summary {
                count: 0,
                totals: BTreeMap::new(),
                without_amount: 0,
                unconfirmed: 0,
                since: fresh_from(first),
            };
            self.push(
                Face::Summary(empty),
                Some(self.stays_ms.saturating_mul(2)),
                Vec::new(),
                tick,
            );
            self.cards.len() - 1
        });
        let running = (!self.held).then_some(tick);
        let drawn_from = self.revision + 1;
        let Some(card) = self.cards.get_mut(index) else {
            return false;
        };
        let Face::Summary(summary) = &mut card.face else {
            return false;
        };
        for line in real {
            summary.count = summary.count.saturating_add(1);
            let reported = u32::from(line.trust == Trust::Reported);
            summary.unconfirmed = summary.unconfirmed.saturating_add(reported);
            summary.since = summary.since.min(fresh_from(line));
            match line.amount {
                Some(amount) => {
                    let sign = if line.kind == Kind::Refund { -1 } else { 1 };
                    let sum = summary.totals.entry(amount.currency()).or_default();
                    *sum = sum.saturating_add(sign * amount.minor());
                }
                None => summary.without_amount = summary.without_amount.saturating_add(1),
            }
            if card.unpainted.len() < SUMMARY_LINES_MAX {
                card.unpainted.push(line.id);
            }
        }
        (card.gone_ms, card.running, card.drawn_from) = (0, running, drawn_from);
        true
    }

    /// More is known of a payment: its card, if it is still on show, changes in place.
    pub(crate) fn update(&mut self, line: &Line) -> bool {
        let same = |card: &&mut Card| matches!(&card.face, Face::Payment(old) if old.id == line.id);
        let Some(card) = self.cards.iter_mut().find(same) else {
            return false;
        };
        card.face = Face::Payment(Box::new(line.clone()));
        true
    }

    pub(crate) fn dismiss(&mut self, id: CardId) -> bool {
        let before = self.cards.len();
        self.cards.retain(|card| card.id != id);
        self.release_if_empty();
        before != self.cards.len()
    }

    /// The pointer came (cards stay) or left.
    pub(crate) fn hold(&mut self, held: bool, tick: u64) -> bool {
        // A page that hides cannot say that the pointer left: an empty stack is never held.
        let held = held && !self.cards.is_empty();
        if self.held == held {
            return false;
        }
        self.held = held;
        for card in &mut self.cards {
            card.gone_ms = card.gone(tick);
            card.running = (!held).then_some(tick);
            if let Some(stays) = card.stays_ms.filter(|_| !held) {
                card.gone_ms = card.gone_ms.min(stays.saturating_sub(AFTER_HOLD_MS));
            }
        }
        true
    }

    /// Cards whose time is over leave.
    pub(crate) fn expire(&mut self, tick: u64) -> bool {
        let before = self.cards.len();
        self.cards
            .retain(|card| card.ends().is_none_or(|end| end > tick));
        self.release_if_empty();
        before != self.cards.len()
    }

    fn release_if_empty(&mut self) {
        self.held &= !self.cards.is_empty();
    }

    /// When the next card leaves.
    pub(crate) fn next_end(&self) -> Option<u64> {
        self.cards.iter().filter_map(Card::ends).min()
    }

    /// The page has drawn this revision: the rows that it shows for the first time.
    pub(crate) fn painted(&mut self, revision: u64) -> Vec<LineId> {
        let drawn: Vec<usize> = self.drawn();
        let mut lines = Vec::new();
        for index in drawn {
            if let Some(card) = self
                .cards
                .get_mut(index)
                .filter(|card| card.drawn_from <= revision)
            {
                lines.append(&mut card.unpainted);
            }
        }
        lines
    }

    /// The cards that fit, oldest first: what shares a card and what is not heard always, else the newest.
    fn drawn(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.cards.len()).collect();
        order.sort_by_key(|index| {
            let single = matches!(self.cards[*index].face, Face::Payment(_));
            (single, std::cmp::Reverse(*index))
        });
        order.truncate(SHOWN_MAX);
        order.sort_unstable();
        order
    }

    pub(crate) fn view(&self, tick: u64) -> CardsView {
        let drawn = self.drawn();
        CardsView {
            revision: self.revision,
            cards: drawn
                .iter()
                .map(|index| self.card(&self.cards[*index], tick))
                .collect(),
            more: u32::try_from(self.cards.len() - drawn.len()).unwrap_or(u32::MAX),
            held: self.held,
            muted_until: self.muted_until,
        }
    }

    fn card(&self, card: &Card, tick: u64) -> CardView {
        let face = match &card.face {
            Face::Payment(line) => CardFace::Payment {
                payment: shown::payment(line, &self.clock),
            },
            Face::Listening(view) => CardFace::Listening {
                view: (**view).clone(),
            },
            Face::Printing(view) => CardFace::Printing {
                view: (**view).clone(),
            },
            Face::Closing(reminder) => CardFace::Closing { view: *reminder },
            Face::Summary(summary) => CardFace::Summary {
                count: summary.count,
                totals: summary
                    .totals
                    .iter()
                    .map(|(c, minor)| bounded(*minor, *c).display())
                    .collect(),
                without_amount: summary.without_amount,
                unconfirmed: summary.unconfirmed,
                since: summary.since,
                since_clock: self.clock.minutes(summary.since),
            },
        };
        let gone_ms = card.gone(tick).min(card.stays_ms.unwrap_or(u64::MAX));
        CardView {
            id: card.id,
            stays_ms: card.stays_ms,
            gone_ms,
            face,
        }
    }
}

#[cfg(test)]
mod tests;
