//! What the clerk asks the customer for: an amount, or what was bought line by line; and the change of the cash.

use devices::display::{
    Qr,
    layout::{Message, OrderLine},
};
use domain::{Currency, Money};
use serde::{Deserialize, Serialize};

/// The largest amount that a customer is asked for, in minor units.
pub(crate) const AMOUNT_MAX: i64 = 100_000_000;
/// So many lines an order has at most.
const ITEMS_MAX: usize = 100;
/// The longest name of what was bought, in characters.
const NAME_MAX: usize = 60;
/// So many of one thing are bought at most.
const QUANTITY_MAX: u32 = 9_999;

/// One line of an order, as the clerk enters it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OrderItem {
    /// What was bought.
    pub name: String,
    /// How many of it.
    pub quantity: u32,
    /// What one of them costs.
    pub each: Money,
}

impl OrderItem {
    /// What all of them cost.
    fn amount(&self) -> Option<Money> {
        let minor = self.each.minor().checked_mul(self.quantity.into())?;
        Money::new(minor, self.each.currency())
    }

    /// What cannot be shown of it.
    fn fault(&self) -> Option<&'static str> {
        let name = self.name.trim();
        if !(1..=NAME_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Some("name");
        }
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            return Some("quantity");
        }
        // What is given away is listed as well.
        (!(0..=AMOUNT_MAX).contains(&self.each.minor())).then_some("price")
    }
}

/// What the customer is shown to pay, or to get back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ShownAmount {
    /// What was bought, where it was listed.
    pub items: Vec<OrderItem>,
    /// What is to be paid: the sum, where it was listed.
    pub amount: Money,
    /// What the customer gets back of the cash. Where that is told, nothing is to be paid any more.
    pub change: Option<Money>,
}

/// What the clerk asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bill {
    items: Vec<OrderItem>,
    amount: Money,
}

impl From<Money> for Bill {
    fn from(amount: Money) -> Self {
        Self {
            items: Vec::new(),
            amount,
        }
    }
}

impl Bill {
    /// What was bought, with its sum; or the field that cannot be used.
    pub(crate) fn of(items: Vec<OrderItem>, own: Option<Currency>) -> Result<Self, &'static str> {
        let Some(currency) = items.first().map(|item| item.each.currency()) else {
            return Err("items");
        };
        if items.len() > ITEMS_MAX {
            return Err("items");
        }
        if own.is_some_and(|own| own != currency) {
            return Err("currency");
        }
        let mut sum = Money::zero(currency);
        for item in &items {
            if let Some(field) = item.fault() {
                return Err(field);
            }
            if item.each.currency() != currency {
                return Err("currency");
            }
            let all = item.amount().ok_or("amount")?;
            sum = sum.plus(all).ok_or("amount")?;
        }
        if !(1..=AMOUNT_MAX).contains(&sum.minor()) {
            return Err("amount");
        }
        let trimmed = |item: OrderItem| OrderItem {
            name: item.name.trim().to_owned(),
            ..item
        };
        Ok(Self {
            items: items.into_iter().map(trimmed).collect(),
            amount: sum,
        })
    }

    /// What is to be paid.
    pub(crate) fn amount(&self) -> Money {
        self.amount
    }

    /// Whether it says what was bought.
    pub(crate) fn is_listed(&self) -> bool {
        !self.items.is_empty()
    }

    /// What comes back of so much cash; or the field that cannot be used.
    pub(crate) fn change(&self, given: Money) -> Result<Money, &'static str> {
        if given.currency() != self.amount.currency() {
            return Err("currency");
        }
        let back = given.minor() - self.amount.minor();
        if back < 0 {
            return Err("too_little");
        }
        Money::new(back, given.currency())
            .filter(|_| given.minor() <= AMOUNT_MAX)
            .ok_or("amount")
    }

    /// What the customer is told.
    pub(crate) fn message(&self, qr: Option<Qr>) -> Message {
        if self.items.is_empty() {
            return Message::ToPay {
                amount: self.amount,
                qr,
            };
        }
        let line = |item: &OrderItem| OrderLine {
            name: item.name.clone(),
            quantity: item.quantity,
            amount: item.amount().unwrap_or(item.each),
        };
        Message::Order {
            lines: self.items.iter().map(line).collect(),
            total: self.amount,
            qr,
        }
    }

    /// What the clerk is told that the customer sees.
    pub(crate) fn shown(&self, change: Option<Money>) -> ShownAmount {
        ShownAmount {
            items: self.items.clone(),
            amount: self.amount,
            change,
        }
    }
}
