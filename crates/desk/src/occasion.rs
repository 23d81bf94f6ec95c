//! What the customer is shown now: a pure till. The loop that lets payments leave is in `occasion/on_show.rs`.
//!
//! A payment is shown for some seconds, each of a burst for at least three; then what the clerk asked for comes back,
//! until it is paid, taken away or too old.

mod bill;
mod on_show;

pub(crate) use bill::{AMOUNT_MAX, Bill};
pub use bill::{OrderItem, ShownAmount};
pub(crate) use on_show::Occasions;

use crate::{ledger::Line, settings::customer::CustomerSettings, views::LineId};
use devices::display::{
    Qr,
    layout::Message,
    words::{Language, Words},
};
use domain::{Kind, Money, Timestamp, Trust};
use std::collections::VecDeque;

/// Of a burst each payment is shown at least so long.
pub(crate) const LEAST_MS: u64 = 3_000;
/// An amount to pay that nobody paid goes after so long.
pub(crate) const TO_PAY_MS: u64 = 5 * 60_000;
/// So long the customer is told what comes back of the cash.
pub(crate) const CHANGE_MS: u64 = 30_000;
/// So many payments wait to be shown; of more, the newest.
pub(crate) const WAITING_MAX: usize = 5;

/// What the customer is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// It.
    pub(crate) message: Message,
    /// What comes back after it, for whoever does not show it.
    pub(crate) beneath: Message,
    /// Who paid. Only for whoever may show it: the customers' window asks the settings.
    pub(crate) payer: Option<String>,
    /// It is a test by the shop: no money came.
    pub(crate) test: bool,
    /// Since when; two equal payments are told apart by it.
    pub(crate) since: Timestamp,
    /// Grows with each occasion.
    pub(crate) number: u64,
}

impl Occasion {
    /// One with nothing beneath it.
    pub(crate) fn of(message: Message, since: Timestamp) -> Self {
        Self {
            message,
            beneath: Message::Idle { clock: None },
            payer: None,
            test: false,
            since,
            number: 0,
        }
    }

    /// The words for it: those of a test say so, in place of the word for what nobody has confirmed.
    pub(crate) fn say(&self, words: &mut Words, language: Language) {
        if self.test {
            words.reported = test_word(language).to_owned();
        }
    }

    /// Something came or went just now.
    pub(crate) fn is_news(&self) -> bool {
        matches!(
            self.message,
            Message::Received { .. } | Message::Came { .. } | Message::Refund { .. }
        )
    }
}

/// What says to customers that something is a test.
pub(crate) fn test_word(language: Language) -> &'static str {
    match language {
        Language::ChineseSimplified => "测试",
        Language::ChineseTraditional => "測試",
        _ => "TEST",
    }
}

/// What came or went, as the customer is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paid {
    line: LineId,
    kind: Kind,
    amount: Option<Money>,
    confirmed: bool,
    payer: Option<String>,
    test: bool,
}

impl Paid {
    /// A refund of nobody knows how much says nothing to a customer.
    fn of(line: &Line) -> Option<Self> {
        let told = line.kind == Kind::Payment || line.amount.is_some();
        told.then(|| Self {
            line: line.id,
            kind: line.kind,
            amount: line.amount,
            // A test must not look like money.
            confirmed: line.trust == Trust::Confirmed && !line.test,
            payer: line.payer.clone(),
            test: line.test,
        })
    }

    fn message(&self) -> Message {
        let confirmed = self.confirmed;
        match (self.kind, self.amount) {
            (Kind::Refund, Some(amount)) => Message::Refund { amount },
            (_, Some(amount)) => Message::Received { amount, confirmed },
            (_, None) => Message::Came { confirmed },
        }
    }
}

/// A payment that is shown since then, in milliseconds of the steady clock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    what: Paid,
    at: u64,
}

/// What the clerk asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    bill: Bill,
    /// What comes back, once cash was given: then nothing is to be paid any more.
    change: Option<Money>,
    /// Since when, in milliseconds of the steady clock.
    at: u64,
    /// Since when it is the same to whoever looks: an order that grows is one thing that happens.
    begun: u64,
}

impl Asked {
    fn ends(&self) -> u64 {
        let stays = match self.change {
            Some(_) => CHANGE_MS,
            None => TO_PAY_MS,
        };
        self.at + stays
    }
}

/// What is shown, what waits, and what the clerk asked for.
#[derive(Debug, Clone)]
pub(crate) struct Till {
    received_ms: u64,
    code: Option<Qr>,
    on_show: Option<Shown>,
    waiting: VecDeque<Paid>,
    asked: Option<Asked>,
}

impl Till {
    pub(crate) fn new(settings: &CustomerSettings) -> Self {
        let mut till = Self {
            received_ms: 0,
            code: None,
            on_show: None,
            waiting: VecDeque::new(),
            asked: None,
        };
        till.follow(settings);
        till
    }

    /// The settings hold from now on.
    pub(crate) fn follow(&mut self, settings: &CustomerSettings) {
        self.received_ms = u64::from(settings.received_seconds) * 1000;
        self.code = settings.qr();
    }

    /// A payment or a refund that is new and fresh. What was asked for is paid by one of that amount.
    pub(crate) fn paid(&mut self, line: &Line, tick: u64) {
        self.expire(tick);
        let Some(paid) = Paid::of(line) else { return };
        let asked = self.asked().is_some_and(|asked| Some(asked) == paid.amount);
        if asked && paid.kind == Kind::Payment && !paid.test {
            self.asked = None;
        }
        self.waiting.push_back(paid);
        if self.waiting.len() > WAITING_MAX {
            self.waiting.pop_front();
        }
        self.expire(tick);
    }

    /// More is known of a payment: where it is on show, or still waits, it is told so.
    pub(crate) fn changed(&mut self, line: &Line) {
        let Some(now) = Paid::of(line) else { return };
        let on_show = self.on_show.as_mut().map(|shown| &mut shown.what);
        for paid in on_show.into_iter().chain(&mut self.waiting) {
            if paid.line == now.line {
                paid.clone_from(&now);
            }
        }
    }

    /// The clerk asks for an amount, or takes it away.
    pub(crate) fn ask(&mut self, bill: Option<Bill>, tick: u64) {
        self.expire(tick);
        let before = self.asked.take();
        let grows = |bill: &Bill| {
            before.filter(|asked| {
                asked.change.is_none() && asked.bill.is_listed() && bill.is_listed()
            })
        };
        self.asked = bill.map(|bill| Asked {
            begun: grows(&bill).map_or(tick, |before| before.begun),
            bill,
            change: None,
            at: tick,
        });
        self.expire(tick);
    }

    /// The customer gives so much cash, and is told what comes back; or the field that cannot be used.
    pub(crate) fn take_cash(
        &mut self,
        given: Money,
        tick: u64,
    ) -> Result<ShownAmount, &'static str> {
        self.expire(tick);
        let asked = self.asked.as_mut().ok_or("nothing_asked")?;
        asked.change = Some(asked.bill.change(given)?);
        (asked.at, asked.begun) = (tick, tick);
        let shown = asked.bill.shown(asked.change);
        self.expire(tick);
        Ok(shown)
    }

    /// What the clerk asked for and nobody paid yet.
    pub(crate) fn asked(&self) -> Option<Money> {
        let asked = self.asked.as_ref().filter(|asked| asked.change.is_none());
        asked.map(|asked| asked.bill.amount())
    }

    /// What the customer is shown to pay or to get back, as the clerk is told it.
    pub(crate) fn standing(&self) -> Option<ShownAmount> {
        let asked = self.asked.as_ref()?;
        Some(asked.bill.shown(asked.change))
    }

    /// Until when what is on show stays: shorter where something newer waits for its place.
    fn end_of_show(&self) -> Option<u64> {
        let shown = self.on_show.as_ref()?;
        let newer = |asked: &Asked| asked.at > shown.at;
        let stays = if !self.waiting.is_empty() || self.asked.as_ref().is_some_and(newer) {
            self.received_ms.min(LEAST_MS)
        } else {
            self.received_ms
        };
        Some(shown.at + stays)
    }

    /// Lets go what had its time.
    pub(crate) fn expire(&mut self, tick: u64) {
        if self
            .asked
            .as_ref()
            .is_some_and(|asked| asked.ends() <= tick)
        {
            self.asked = None;
        }
        if self.end_of_show().is_some_and(|end| end <= tick) {
            self.on_show = None;
        }
        if self.on_show.is_none() {
            let next = self.waiting.pop_front();
            self.on_show = next.map(|what| Shown { what, at: tick });
        }
    }

    /// When something has to go next.
    pub(crate) fn next_end(&self) -> Option<u64> {
        let asked = self.asked.as_ref().map(Asked::ends);
        [self.end_of_show(), asked].into_iter().flatten().min()
    }

    /// What is shown, and what comes back after it.
    pub(crate) fn messages(&self) -> (Message, Message) {
        let beneath = match &self.asked {
            Some(Asked {
                change: Some(back), ..
            }) => Message::Change { amount: *back },
            Some(asked) => asked.bill.message(self.code.clone()),
            None => Message::Idle { clock: None },
        };
        let message = self.on_show.as_ref().map(|shown| shown.what.message());
        (message.unwrap_or_else(|| beneath.clone()), beneath)
    }

    /// Who paid what is on show.
    fn is_test(&self) -> bool {
        self.on_show.as_ref().is_some_and(|shown| shown.what.test)
    }

    fn payer(&self) -> Option<String> {
        self.on_show.as_ref()?.what.payer.clone()
    }

    /// What tells one occasion from the next, also where both look the same.
    fn mark(&self) -> (Option<(LineId, u64)>, Option<u64>) {
        let shown = self.on_show.as_ref();
        let shown = shown.map(|shown| (shown.what.line, shown.at));
        (shown, self.asked.as_ref().map(|asked| asked.begun))
    }
}

#[cfg(test)]
mod tests;
