//! A trial of the customers' window: it says each thing that it can say, one after the other, marked as a test. It never
//! stands before what a customer is really told: it begins where nothing is, and ends as soon as something is.

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

/// Nobody is told anything of money.
fn is_idle(real: &Occasion) -> bool {
    matches!(real.message, Message::Idle { .. })
}

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

    /// Begins one; `None` while a customer is told something.
    pub(super) fn begin(real: &Occasion) -> Option<Self> {
        let since = Instant::now();
        let at = real.number;
        is_idle(real).then_some(Self { since, at })
    }

    /// Which thing is shown; `None`: it is over, or something happened meanwhile.
    pub(super) fn step(&self, real: &Occasion) -> Option<u32> {
        let step = self.since.elapsed().as_millis() / EACH.as_millis();
        let step = u32::try_from(step).ok()?;
        (real.number == self.at && is_idle(real) && step < STEPS).then_some(step)
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn at(number: u64, message: Message) -> Occasion {
        Occasion {
            number,
            ..Occasion::of(message, Timestamp(0))
        }
    }

    fn idle(number: u64) -> Occasion {
        at(number, Message::Idle { clock: None })
    }

    fn to_pay(number: u64) -> Occasion {
        let amount = Money::zero(Currency::CNY);
        at(number, Message::ToPay { amount, qr: None })
    }

    #[tokio::test(start_paused = true)]
    async fn each_thing_has_its_time_and_what_really_happens_ends_it() {
        assert!(Trial::begin(&to_pay(4)).is_none(), "a customer is to pay");
        let trial = Trial::begin(&idle(4)).expect("a trial");
        for step in 0..STEPS {
            assert_eq!(trial.step(&idle(4)), Some(step));
            assert_eq!(trial.step(&idle(5)), None, "something was there meanwhile");
            assert_eq!(trial.step(&to_pay(4)), None, "something is there");
            assert_eq!(trial.next(), Instant::now() + EACH);
            tokio::time::advance(EACH).await;
        }
        assert_eq!(trial.step(&idle(4)), None, "it is over");
    }

    #[test]
    fn each_thing_is_another_occasion_and_looks_different() {
        let trial = Trial::begin(&idle(4)).expect("a trial");
        let with = |step| trial.occasion(step, (Currency::CNY, None), "TEST", &idle(4));
        for (one, other) in (0..STEPS).zip(1..STEPS) {
            let (one, other) = (with(one), with(other));
            assert_ne!(one.number, other.number);
            assert_ne!(one.message, other.message);
        }
    }
}
