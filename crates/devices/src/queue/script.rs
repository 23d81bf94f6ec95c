//! What is sent to a device: bytes, rests between them, and a question with its answer.

use std::{sync::Arc, time::Duration};

/// No script is longer; a receipt with a picture is a tenth of it.
pub const SCRIPT_MAX: usize = 4 * 1024 * 1024;

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send these bytes in one go; on a HID device they are one report.
    Send(Vec<u8>),
    /// Let the device rest.
    Rest(Duration),
    /// Collect what the device says, until so many bytes came or the time is over. No answer is no fault.
    Hear {
        /// At most so many bytes.
        most: usize,
        /// At most so long.
        within: Duration,
    },
}

/// What is sent to a device, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script(Arc<[Step]>);

impl Script {
    /// These steps.
    pub fn new(steps: impl Into<Arc<[Step]>>) -> Self {
        Self(steps.into())
    }

    /// Only bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new([Step::Send(bytes.into())])
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// How many bytes it sends.
    pub fn size(&self) -> usize {
        self.0
            .iter()
            .map(|step| match step {
                Step::Send(bytes) => bytes.len(),
                Step::Rest(_) | Step::Hear { .. } => 0,
            })
            .sum()
    }
}

/// What a display shows. A fresh device gets `first`, one that already shows something of ours gets `next`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Sets the display up and draws everything; sent after each opening and after each fault.
    pub first: Script,
    /// Draws everything over whatever was drawn before, without flicker. May ring, since it is never sent again.
    pub next: Script,
}

impl Picture {
    /// A picture that is drawn in the same way every time.
    pub fn always(script: Script) -> Self {
        Self {
            first: script.clone(),
            next: script,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sent_counts() {
        let script = Script::new([
            Step::Send(vec![1, 2, 3]),
            Step::Rest(Duration::from_secs(1)),
            Step::Hear {
                most: 9,
                within: Duration::ZERO,
            },
            Step::Send(vec![4]),
        ]);
        assert_eq!(script.size(), 4);
        assert_eq!(Script::bytes([7, 8]).size(), 2);
    }
}
