//! A trial of the customers' window: it says each thing that it can say, one after the other, marked as a test. What
//! really happens ends it.

use crate::occasion::Occasion;
use devices::display::{
    Qr,
    layout::{Message, OrderLine},
};
use domain::{Currency, Money};
use std::time::Duration;
use tokio::time::Instant;

/// So long each thing is shown.
const EACH: Duration = Duration::from_secs(3);
/// So many things are shown.
const STEPS: u32 = 7;
/// Tells a trial's steps from what really happens: no till has so many occasions.
const APART: u64 = 1 << 40;

/// One trial.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    since: Instant,
    /// The occasion that it was begun at.
    at: u64,
}

impl Trial {
    /// How many seconds a whole one takes.
    pub(super) fn seconds() -> u32 {
        u32::try_from(EACH.as_secs()).unwrap_or_default() * STEPS
    }

    pub(super) fn begin(at: u64) -> Self {
        let since = Instant::now();
        Self { since, at }
    }

    /// Which thing is shown; `None`: it is over, or something happened meanwhile.
    pub(super) fn step(&self, occasion: u64) -> Option<u32> {
        let step = self.since.elapsed().as_millis() / EACH.as_millis();
        let step = u32::try_from(step).ok()?;
        (occasion == self.at && step < STEPS).then_some(step)
    }

    /// When the next thing comes.
    pub(super) fn next(&self) -> Instant {
        let step = self.since.elapsed().as_millis() / EACH.as_millis();
        let step = u32::try_from(step).unwrap_or(STEPS).min(STEPS);
        self.since + EACH * (step + 1)
    }

    /// What is shown in this step. Its words say that it is a test, where they say what was bought.
    pub(super) fn occasion(
        &self,
        step: u32,
        (currency, qr): (Currency, Option<Qr>),
        word: &str,
        real: &Occasion,
    ) -> Occasion {
        // Where there are no decimals, `1280`.
        let sum = |with: &str, without: &str| {
            Money::parse(with, currency)
                .or_else(|_| Money::parse(without, currency))
                .unwrap_or(Money::zero(currency))
        };
        let amount = sum("12.80", "1280");
        let line = |number: u32, quantity, amount| OrderLine {
            name: format!("{word} {number}"),
            quantity,
            amount,
        };
        let message = match step {
            0 => Message::Order {
                lines: vec![
                    line(1, 2, sum("9.00", "900")),
                    line(2, 1, sum("3.80", "380")),
                ],
                total: amount,
                qr,
            },
            1 => Message::ToPay { amount, qr },
            2 => Message::Received {
                amount,
                confirmed: true,
            },
            3 => Message::Received {
                amount,
                confirmed: false,
            },
            4 => Message::Change {
                amount: sum("7.20", "720"),
            },
            5 => Message::Refund { amount },
            _ => Message::Idle { clock: None },
        };
        Occasion {
            number: APART + real.number * u64::from(STEPS) + u64::from(step),
            ..Occasion::of(message, real.since)
        }
    }
}
