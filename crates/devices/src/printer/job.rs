//! What becomes of a job, from asking for it to paper: pure, for a table that survives a restart.
//!
//! A job is sent once in its life. When it failed, or nobody knows whether it printed, only a person's word makes
//! another of it.

use crate::{port::Taken, queue::Outcome};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It was handed to the printer's queue; some of it may be on paper.
    Sending,
    /// The printer has it.
    Taken {
        /// How sure that is.
        sure: Taken,
    },
    /// Nothing of it reached the printer.
    Failed,
    /// Some of it, or all, may be on paper: somebody has to look.
    Unknown,
    /// Somebody took it back before it was sent.
    Withdrawn,
}

/// What happened to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening<'a> {
    /// It is about to be handed over. Store this before handing it over.
    Begun,
    /// The printer's queue has told what became of it.
    Ended(&'a Outcome),
    /// The printer's queue would not have it.
    Refused,
    /// The program was started again.
    Restarted,
    /// Somebody took it back.
    Withdrawn,
    /// It waited for so long that nobody waits for it any more.
    GivenUp,
}

/// What happened does not fit where the job stands: somebody tried to send it twice, or it is news from long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {was:?} cannot become what was asked of it")]
pub struct Misfit {
    /// Where it stands, as before.
    pub was: State,
}

impl State {
    /// Where a job stands after something happened.
    pub fn after(self, happening: &Happening<'_>) -> Result<Self, Misfit> {
        match (self, happening) {
            (Self::Queued, Happening::Begun) => Ok(Self::Sending),
            (Self::Queued, Happening::Withdrawn) => Ok(Self::Withdrawn),
            (Self::Queued, Happening::GivenUp) => Ok(Self::Failed),
            (Self::Sending, Happening::Ended(Outcome::Done { taken, .. })) => {
                Ok(Self::Taken { sure: *taken })
            }
            (Self::Sending, Happening::Ended(Outcome::Failed(_)) | Happening::Refused) => {
                Ok(Self::Failed)
            }
            // The program ended while the job was with the printer.
            (Self::Sending, Happening::Ended(Outcome::Unknown(_)) | Happening::Restarted) => {
                Ok(Self::Unknown)
            }
            (settled, Happening::Restarted) => Ok(settled),
            (was, _) => Err(Misfit { was }),
        }
    }

    /// Whether the desk shows it until somebody has dealt with it.
    pub fn needs_a_person(self) -> bool {
        matches!(self, Self::Failed | Self::Unknown)
    }

    /// Whether "print again" can be offered.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending)
    }
}

/// One receipt's way to one printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number, given by whoever stores it; a later one is larger.
    pub id: u64,
    /// Where it stands.
    pub state: State,
    /// The mark on the paper: `None` is the first paper of its receipt, `Some(1)` says "copy 1".
    pub copy: Option<u32>,
    /// Whether somebody has printed it again already.
    pub again: bool,
}

impl Job {
    /// A receipt's first job.
    pub fn first(id: u64) -> Self {
        Self {
            id,
            state: State::Queued,
            copy: None,
            again: false,
        }
    }

    /// The job for "print again", asked for by a person; `None` while this one is still on its way.
    ///
    /// It is marked as a copy, unless nothing of this one reached the printer and it was not printed again before:
    /// then this is the first paper still. `copies` is how many copies of the receipt there are already.
    pub fn print_again(&mut self, id: u64, copies: u32) -> Option<Self> {
        if !self.state.is_settled() {
            return None;
        }
        let nothing_yet = matches!(self.state, State::Failed | State::Withdrawn) && !self.again;
        self.again = true;
        Some(Self {
            id,
            state: State::Queued,
            copy: if nothing_yet {
                self.copy
            } else {
                Some(copies.saturating_add(1))
            },
            again: false,
        })
    }
}

/// The job to send next: the oldest that waits, and only while none is under way.
pub fn next(jobs: &[Job]) -> Option<u64> {
    if jobs.iter().any(|job| job.state == State::Sending) {
        return None;
    }
    jobs.iter()
        .filter(|job| job.state == State::Queued)
        .map(|job| job.id)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PortError;
    use proptest::prelude::*;

    fn outcomes() -> [Outcome; 3] {
        let why = PortError::Stalled {
            port: "COM3".into(),
        };
        [
            Outcome::Done {
                taken: Taken::Sent,
                heard: vec![],
            },
            Outcome::Failed(why.clone()),
            Outcome::Unknown(why),
        ]
    }

    #[test]
    fn what_follows_what() {
        let [done, failed, unknown] = &outcomes();
        let sure = Taken::Sent;
        for (was, happening, becomes) in [
            (State::Queued, Happening::Begun, Some(State::Sending)),
            (State::Queued, Happening::Restarted, Some(State::Queued)),
            (State::Queued, Happening::Ended(done), None),
            (State::Queued, Happening::Withdrawn, Some(State::Withdrawn)),
            (State::Queued, Happening::GivenUp, Some(State::Failed)),
            (State::Sending, Happening::GivenUp, None),
            (State::Sending, Happening::Begun, None),
            (State::Sending, Happening::Withdrawn, None),
            (
                State::Sending,
                Happening::Ended(done),
                Some(State::Taken { sure }),
            ),
            (
                State::Sending,
                Happening::Ended(failed),
                Some(State::Failed),
            ),
            (State::Sending, Happening::Refused, Some(State::Failed)),
            (
                State::Sending,
                Happening::Ended(unknown),
                Some(State::Unknown),
            ),
            (State::Sending, Happening::Restarted, Some(State::Unknown)),
            (State::Failed, Happening::Begun, None),
            (State::Unknown, Happening::Begun, None),
            (State::Taken { sure }, Happening::Begun, None),
            (State::Withdrawn, Happening::Begun, None),
            (State::Unknown, Happening::Restarted, Some(State::Unknown)),
        ] {
            assert_eq!(was.after(&happening).ok(), becomes, "{was:?} {happening:?}");
        }
    }

    #[test]
    fn printed_again_it_is_a_copy_unless_there_is_no_first_paper() {
        let sure = Taken::Confirmed;
        for (state, copy) in [
            (State::Queued, None),
            (State::Sending, None),
            (State::Taken { sure }, Some(Some(1))),
            (State::Unknown, Some(Some(1))),
            (State::Failed, Some(None)),
        ] {
            let mut job = Job {
                state,
                ..Job::first(1)
            };
            let again = job.print_again(2, 0).map(|job| job.copy);
            assert_eq!(again, copy, "{state:?}");
        }
        // Clicked twice, there is one first paper and one copy.
        let mut job = Job {
            state: State::Failed,
            ..Job::first(1)
        };
        let copies: Vec<_> = [2, 3]
            .map(|id| job.print_again(id, 0).and_then(|job| job.copy))
            .into();
        assert_eq!(copies, [None, Some(1)]);
    }

    #[test]
    fn one_at_a_time_and_in_order() {
        let mut jobs = [Job::first(7), Job::first(3), Job::first(5)];
        assert_eq!(next(&jobs), Some(3));
        jobs[1].state = State::Sending;
        assert_eq!(next(&jobs), None);
        jobs[1].state = State::Unknown;
        assert_eq!(next(&jobs), Some(5));
        assert_eq!(next(&[]), None);
    }

    proptest! {
        /// Whatever happens, in whatever order: one job is sent at most once.
        #[test]
        fn never_twice_by_itself(happenings in proptest::collection::vec(0..8_usize, 0..40)) {
            let outcomes = outcomes();
            let (mut state, mut sent) = (State::Queued, 0);
            for happening in happenings {
                let happening = match happening {
                    0 => Happening::Begun,
                    1..=3 => Happening::Ended(&outcomes[happening - 1]),
                    4 => Happening::Refused,
                    5 => Happening::Restarted,
                    6 => Happening::GivenUp,
                    _ => Happening::Withdrawn,
                };
                if let Ok(next) = state.after(&happening) {
                    sent += usize::from(next == State::Sending && state != State::Sending);
                    state = next;
                }
            }
            prop_assert!(sent <= 1);
        }
    }
}
