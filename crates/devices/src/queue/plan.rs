//! What a device's worker does next, and what became of its jobs. Pure: time and dice are arguments.

use super::{
    Health, JOBS_MAX, Manner, Outcome, State,
    hand::Told,
    script::{Picture, Script},
};
use crate::port::{Broken, PortError};
use std::{collections::VecDeque, time::Duration};

/// Time since the worker began.
type Now = Duration;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Do {
    /// Open the port.
    Open,
    /// Send this; then wait until it left, if told so.
    Send { script: Script, settle: bool },
    /// Let the port go.
    Close,
    /// Nothing, until then or until something is asked.
    Wait(Option<Now>),
}

/// How it is with the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Closed {
        retry: Now,
    },
    Open {
        idle_since: Now,
    },
    /// The hand is at work.
    Busy,
    /// The hand does not come back. Whatever it says when it does is too late.
    Stuck,
}

/// A job that waits or is at work. `T` is where its outcome goes.
struct Job<T> {
    script: Script,
    report: T,
    since: Option<Now>,
}

/// What the hand was sent off with.
enum Work<T> {
    None,
    Picture,
    Job(Job<T>),
}

/// A device's work, and how it is.
pub(super) struct Plan<T> {
    name: String,
    manner: Manner,
    link: Link,
    work: Work<T>,
    health: Health,
    failures: u32,
    /// Open, to know how it is.
    check: bool,
    picture: Option<Picture>,
    /// Whether the device shows the newest picture, and whether it shows anything of ours.
    drawn: bool,
    fresh: bool,
    jobs: VecDeque<Job<T>>,
    progress: Now,
    lost: bool,
    outcomes: Vec<(T, Outcome)>,
}

impl<T> Plan<T> {
    pub(super) fn new(name: String, manner: Manner) -> Self {
        Self {
            name,
            manner,
            link: Link::Closed {
                retry: Duration::ZERO,
            },
            work: Work::None,
            health: Health {
                state: State::Connecting,
                problem: None,
            },
            failures: 0,
            check: true,
            picture: None,
            drawn: true,
            fresh: true,
            jobs: VecDeque::new(),
            progress: Duration::ZERO,
            lost: false,
            outcomes: Vec::new(),
        }
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    pub(super) fn manner(&self) -> &Manner {
        &self.manner
    }

    /// Whether the hand is known not to come back.
    pub(super) fn is_stuck(&self) -> bool {
        self.link == Link::Stuck
    }

    /// What became of jobs since it was last asked.
    pub(super) fn outcomes(&mut self) -> Vec<(T, Outcome)> {
        std::mem::take(&mut self.outcomes)
    }

    /// The newest picture wins.
    pub(super) fn show(&mut self, picture: Picture) {
        self.picture = Some(picture);
        self.drawn = false;
    }

    /// Every job in its turn; false when too many wait.
    pub(super) fn print(&mut self, script: Script, report: T) -> bool {
        let room = self.jobs.len() < JOBS_MAX;
        if room {
            // What was tried in vain only to know how it is, is tried at once for a job.
            if let Link::Closed { retry } = &mut self.link
                && self.jobs.is_empty()
                && self.drawn
            {
                *retry = Duration::ZERO;
            }
            self.jobs.push_back(Job {
                script,
                report,
                since: None,
            });
        }
        room
    }

    /// Something was plugged in: no more waiting.
    pub(super) fn found(&mut self) {
        self.failures = 0;
        self.check = true;
        if let Link::Closed { retry } = &mut self.link {
            *retry = Duration::ZERO;
        }
    }

    /// Nothing was heard of it for a while. What ails is looked after already, and what is open is well.
    pub(super) fn check(&mut self) {
        let is_closed = matches!(self.link, Link::Closed { .. });
        self.check |= is_closed && self.health.state == State::Ready;
    }

    /// It was unplugged.
    pub(super) fn lost(&mut self) {
        let port = self.name.clone();
        self.ail(PortError::Gone { port });
        self.lost = true;
        self.drawn = self.picture.is_none();
    }

    fn ail(&mut self, problem: PortError) {
        self.health = Health {
            state: State::from(&problem),
            problem: Some(problem),
        };
    }

    fn wants(&self) -> bool {
        self.check || !self.drawn || !self.jobs.is_empty()
    }

    /// What to do now.
    pub(super) fn next(&mut self, now: Now) -> Do {
        for job in &mut self.jobs {
            job.since.get_or_insert(now);
        }
        let expires = self.expire(now);
        match self.link {
            Link::Busy | Link::Stuck => Do::Wait(expires),
            Link::Open { .. } if self.lost => {
                self.link = Link::Closed { retry: now };
                Do::Close
            }
            Link::Closed { retry } if self.wants() && retry <= now => {
                self.lost = false;
                self.link = Link::Busy;
                Do::Open
            }
            Link::Closed { retry } if self.wants() => {
                Do::Wait(Some(expires.map_or(retry, |at| at.min(retry))))
            }
            Link::Closed { .. } => Do::Wait(expires),
            Link::Open { idle_since } => self.open_next(now, idle_since),
        }
    }

    fn open_next(&mut self, now: Now, idle_since: Now) -> Do {
        if let Some(job) = self.jobs.pop_front() {
            let script = job.script.clone();
            self.work = Work::Job(job);
            self.link = Link::Busy;
            return Do::Send {
                script,
                settle: true,
            };
        }
        if let Some(picture) = self.picture.as_ref().filter(|_| !self.drawn) {
            let script = if self.fresh {
                picture.first.clone()
            } else {
                picture.next.clone()
            };
            self.drawn = true;
            self.work = Work::Picture;
            self.link = Link::Busy;
            return Do::Send {
                script,
                settle: false,
            };
        }
        match self.manner.linger.map(|linger| idle_since + linger) {
            Some(end) if end <= now => {
                self.link = Link::Closed { retry: now };
                Do::Close
            }
            end => Do::Wait(end),
        }
    }

    /// Jobs that waited too long while the device took nothing. Gives when the next one will have.
    fn expire(&mut self, now: Now) -> Option<Now> {
        // A printer at work is no printer in trouble, however long the job.
        if self.link == Link::Busy && matches!(self.work, Work::Job(_)) {
            return None;
        }
        let (progress, patience) = (self.progress, self.manner.patience);
        let end = |job: &Job<T>| job.since.unwrap_or(now).max(progress) + patience;
        while self.jobs.front().is_some_and(|job| end(job) <= now) {
            let Some(job) = self.jobs.pop_front() else {
                break;
            };
            let problem = self.health.problem.clone();
            let why = problem.unwrap_or_else(|| PortError::Stalled {
                port: self.name.clone(),
            });
            self.outcomes.push((job.report, Outcome::Failed(why)));
        }
        self.jobs.front().map(end)
    }

    /// The port was opened, or not.
    pub(super) fn opened(&mut self, outcome: Result<(), PortError>, now: Now, dice: u32) {
        // Nobody may send anything for hours; its light is to be true all the same.
        self.check = self.manner.seek && (outcome.is_err() || self.link == Link::Stuck);
        match outcome {
            _ if self.link == Link::Stuck => self.close_for(now, dice),
            Ok(()) => {
                self.link = Link::Open { idle_since: now };
                self.fresh = true;
                // What it showed before it left is not there any more.
                self.drawn = self.picture.is_none();
                self.well_if_idle();
            }
            Err(why) => {
                self.ail(why);
                self.close_for(now, dice);
            }
        }
    }

    /// An open port is a good sign, but only a taken byte proves it: one that stalled stays so until then.
    fn well_if_idle(&mut self) {
        if self.health.state != State::Stalled || !self.wants() {
            self.health = Health {
                state: State::Ready,
                problem: None,
            };
        }
    }

    /// What was sent was taken, or not.
    pub(super) fn sent(&mut self, outcome: Result<Told, Broken>, now: Now, dice: u32) {
        let work = std::mem::replace(&mut self.work, Work::None);
        if self.link == Link::Stuck {
            return self.close_for(now, dice);
        }
        match outcome {
            Ok(told) => {
                self.progress = now;
                self.failures = 0;
                self.fresh = false;
                if !self.lost {
                    self.health = Health {
                        state: State::Ready,
                        problem: None,
                    };
                }
                self.link = Link::Open { idle_since: now };
                if let Work::Job(job) = work {
                    let Told { heard, taken } = told;
                    self.outcomes
                        .push((job.report, Outcome::Done { taken, heard }));
                }
            }
            Err(Broken { sent, why }) => {
                self.ail(why.clone());
                self.drawn = self.picture.is_none();
                // A port that opens says nothing of a device that takes nothing.
                self.check = self.manner.seek && self.health.state != State::Stalled;
                match work {
                    // Nothing left this computer, so it may go again; its patience runs on.
                    Work::Job(job) if sent == 0 => self.jobs.push_front(job),
                    Work::Job(job) => {
                        self.progress = now;
                        self.outcomes.push((job.report, Outcome::Unknown(why)));
                    }
                    Work::Picture | Work::None => {}
                }
                self.close_for(now, dice);
            }
        }
    }

    /// The hand does not come back from the driver.
    pub(super) fn stuck(&mut self) {
        let why = PortError::Stalled {
            port: self.name.clone(),
        };
        self.ail(why.clone());
        self.link = Link::Stuck;
        self.drawn = self.picture.is_none();
        if let Work::Job(job) = std::mem::replace(&mut self.work, Work::None) {
            self.outcomes.push((job.report, Outcome::Unknown(why)));
        }
    }

    /// The worker ends: what waits has failed, what is at work is unknown.
    pub(super) fn end(&mut self) {
        let why = PortError::Gone {
            port: self.name.clone(),
        };
        if let Work::Job(job) = std::mem::replace(&mut self.work, Work::None) {
            self.outcomes
                .push((job.report, Outcome::Unknown(why.clone())));
        }
        for job in self.jobs.drain(..) {
            self.outcomes
                .push((job.report, Outcome::Failed(why.clone())));
        }
    }

    /// Closed, and not tried again before a wait: doubling, and between half of it and all, so that many devices
    /// behind one hub do not come at once.
    fn close_for(&mut self, now: Now, dice: u32) {
        let whole = self
            .manner
            .first_wait
            .saturating_mul(1 << self.failures.min(16))
            .min(self.manner.most_wait);
        let half = whole / 2;
        let part = half.as_micros() * u128::from(dice) / u128::from(u32::MAX);
        let wait = half + Duration::from_micros(u64::try_from(part).unwrap_or(u64::MAX));
        self.failures = self.failures.saturating_add(1);
        self.link = Link::Closed { retry: now + wait };
    }
}

#[cfg(test)]
mod tests;
