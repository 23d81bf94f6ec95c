//! Whether a printer is asked how it is before each receipt. Cheap ones never answer; and some on the network never
//! close a connection either, so that each question costs them what a receipt costs.

use devices::queue::Health;
use std::time::Duration;
use tokio::sync::watch;

/// A question that stays without an answer for so long is one too many.
const SLOW: Duration = Duration::from_secs(3);
/// So many of those in a row, and it is asked no more: one may be a printer that is just starting.
const MISSES: u8 = 2;

/// What is known of a printer's answers.
#[derive(Debug)]
pub(super) struct Asking {
    /// How its port is; none of a printer that is never asked.
    port: Option<watch::Receiver<Health>>,
    misses: u8,
}

impl Asking {
    pub(super) fn new(port: Option<watch::Receiver<Health>>) -> Self {
        Self { port, misses: 0 }
    }

    /// Whether to ask. Where its port was not well since the last answer, another printer may be there, or the same
    /// switched on again.
    pub(super) fn is_worth_it(&mut self) -> bool {
        let Some(port) = &mut self.port else {
            return false;
        };
        if port.has_changed().unwrap_or(true) {
            port.mark_unchanged();
            self.misses = 0;
        }
        self.misses < MISSES
    }

    /// It was asked; `took` counts from when its port was well.
    pub(super) fn asked(&mut self, answered: bool, took: Duration) {
        if let Some(port) = &mut self.port {
            port.mark_unchanged();
        }
        self.misses = match !answered && took > SLOW {
            true => self.misses.saturating_add(1),
            false => 0,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use devices::queue::State;

    #[test]
    fn one_that_never_answers_is_asked_no_more_until_its_port_was_in_trouble() {
        let health = |state| Health {
            state,
            problem: None,
        };
        let (tell, port) = watch::channel(health(State::Connecting));
        let mut asking = Asking::new(Some(port));
        let (slow, fast) = (SLOW * 2, SLOW / 2);
        for (what, answered, took, worth_it) in [
            ("the first in vain", false, slow, true),
            ("an answer", true, slow, true),
            ("in vain again", false, slow, true),
            ("silent, and done at once", false, fast, true),
            ("in vain", false, slow, true),
            ("twice in a row", false, slow, false),
        ] {
            assert!(asking.is_worth_it(), "before: {what}");
            // What the port did before the answer belongs to the question.
            tell.send_replace(health(State::Ready));
            asking.asked(answered, took);
            assert_eq!(asking.is_worth_it(), worth_it, "{what}");
        }
        assert!(!asking.is_worth_it(), "still not");
        // Switched off and on between two looks.
        tell.send_replace(health(State::Gone));
        tell.send_replace(health(State::Ready));
        assert!(asking.is_worth_it());
        asking.asked(false, slow);
        assert!(asking.is_worth_it(), "it begins anew");
        asking.asked(false, slow);
        assert!(!asking.is_worth_it());
        assert!(!Asking::new(None).is_worth_it());
    }
}
