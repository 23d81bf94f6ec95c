//! How a printer is: asked before a receipt, and looked after while it is idle.

use super::{
    Health, Way, locked,
    view::{PrintProblem, PrintProblemCode},
    worker::Worker,
};
use crate::settings::printers::PrinterTarget;
use devices::{
    PortAddress,
    printer::status::{self, Status},
    queue::{Outcome, Queue, State},
};
use std::time::Duration;
use tokio::time::Instant;

/// How often idle printers are looked after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checks {
    /// Is one on the network still there?
    pub(super) network: Duration,
    /// Has the system one still? That starts a program each time.
    pub(super) system: Duration,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            network: Duration::from_secs(60),
            system: Duration::from_secs(300),
        }
    }
}

/// A printer was asked whether it is ready.
pub(super) enum Ready {
    Yes,
    No(PrintProblem),
    /// It is not known, and nobody waits for it any more.
    Left,
}

impl Worker {
    /// How long until an idle printer is first looked after, and then each time.
    pub(super) fn checks(&self) -> (Duration, Duration) {
        let checks = *locked(&self.desk.receipts.checks);
        match &self.way {
            Way::System => (Duration::ZERO, checks.system),
            Way::Port(_) => (checks.network, checks.network),
        }
    }

    /// Whether an idle printer is still there. What is plugged in is told of without asking; what was wrong with it
    /// when it was last heard of, is not.
    pub(super) async fn check(&self) {
        match &self.way {
            Way::Port(queue) if self.may_be_mended(queue) => {
                if locked(&self.asking).is_worth_it() {
                    self.ask(queue).await;
                }
            }
            Way::Port(queue) if self.is_on_network() => queue.check(),
            Way::Port(_) => {}
            Way::System => {
                let Some(name) = self.system_name() else {
                    return;
                };
                // Where the system does not say, nothing is known.
                let Some(is_there) = self.desk.receipts.system().has(&name).await else {
                    return;
                };
                let gone = || PrintProblem::new(PrintProblemCode::Gone);
                self.said(Health {
                    problem: (!is_there).then(gone),
                    paper_low: false,
                });
            }
        }
    }

    /// Asks the printer. One that does not answer is taken as ready: cheap ones never do.
    pub(super) async fn ready(&self) -> Ready {
        let queue = match &self.way {
            Way::Port(queue) => queue,
            Way::System => return self.system_ready(),
        };
        if !locked(&self.asking).is_worth_it() {
            return Ready::Yes;
        }
        tokio::select! {
            ready = self.ask(queue) => ready,
            () = self.leave.cancelled() => Ready::Left,
            () = self.stop.cancelled() => Ready::Left,
        }
    }

    /// Whether it had no paper, say, or took nothing: only a question tells that a person has seen to it. One that is
    /// not there is looked for without.
    fn may_be_mended(&self, queue: &Queue) -> bool {
        match queue.health().borrow().state {
            State::Stalled => true,
            State::Ready => locked(&self.health).problem.is_some(),
            _ => false,
        }
    }

    /// The question, and what its answer means.
    async fn ask(&self, queue: &Queue) -> Ready {
        let (outcome, took) = self.asked(queue).await;
        match outcome {
            Ok(Outcome::Done { heard, .. }) => {
                let status = Status::parse(&heard);
                locked(&self.asking).asked(status.is_some(), took);
                let trouble = status.and_then(Status::trouble).map(PrintProblem::from);
                self.said(Health {
                    problem: trouble.clone(),
                    paper_low: status.is_some_and(|status| status.paper_low),
                });
                trouble.map_or(Ready::Yes, Ready::No)
            }
            // A question prints nothing, so whatever became of it, it can be asked again.
            Ok(Outcome::Failed(why) | Outcome::Unknown(why)) => Ready::No(PrintProblem::from(&why)),
            Err(refused) => Ready::No(refused),
        }
    }

    /// While a driver of the system's hangs, nothing more is handed to it.
    fn system_ready(&self) -> Ready {
        let system = self.desk.receipts.system();
        match self.system_name() {
            Some(name) if system.hangs(&name) => {
                Ready::No(PrintProblem::new(PrintProblemCode::Stalled))
            }
            _ => Ready::Yes,
        }
    }

    /// The question's outcome, and how long it took from when the port was well. A port in trouble is told of while it
    /// is waited for.
    async fn asked(&self, queue: &Queue) -> (Result<Outcome, PrintProblem>, Duration) {
        let mut health = queue.health();
        let mut since = Instant::now();
        let mut ticket = match queue.print(status::question()) {
            Ok(ticket) => ticket,
            Err(refused) => return (Err(refused.into()), Duration::ZERO),
        };
        loop {
            let problem = {
                let health = health.borrow_and_update();
                let bad = !matches!(health.state, State::Ready | State::Connecting);
                health
                    .problem
                    .as_ref()
                    .filter(|_| bad)
                    .map(PrintProblem::from)
            };
            if problem.is_some() {
                self.note(problem).await;
            }
            tokio::select! {
                outcome = &mut ticket => {
                    let lost = |_| PrintProblem::new(PrintProblemCode::Stalled);
                    return (outcome.map_err(lost), since.elapsed());
                }
                Ok(()) = health.changed() => since = Instant::now(),
            }
        }
    }

    /// The system's name of it, of one of the system's.
    fn system_name(&self) -> Option<String> {
        match self.setup()?.target {
            PrinterTarget::System { name, .. } => Some(name),
            PrinterTarget::Port { .. } => None,
        }
    }

    fn is_on_network(&self) -> bool {
        let port = self.setup().and_then(|setup| setup.port());
        matches!(port, Some(PortAddress::Tcp { .. }))
    }

    /// What the printer said of itself.
    pub(super) fn said(&self, health: Health) {
        let mut known = locked(&self.health);
        if *known != health {
            *known = health;
            drop(known);
            self.desk.receipts.wake();
        }
    }
}

impl PrintProblemCode {
    /// What is wrong with a device whose light is that; `None`: nothing, or nobody knows yet.
    pub(crate) fn of_light(state: State) -> Option<Self> {
        Some(match state {
            State::Ready | State::Connecting => return None,
            State::InUse => Self::InUse,
            State::Refuses => Self::Refuses,
            State::Gone => Self::Gone,
            State::Stalled => Self::Stalled,
            State::Denied => Self::Denied,
            State::Faulty => Self::Other,
        })
    }

    /// A printer's light.
    pub(super) fn light(self) -> State {
        match self {
            Self::InUse => State::InUse,
            Self::Refuses => State::Refuses,
            Self::Gone | Self::NotInUse => State::Gone,
            Self::Denied => State::Denied,
            Self::Other | Self::Fault | Self::NoFont | Self::TooLong => State::Faulty,
            Self::PaperOut
            | Self::CoverOpen
            | Self::KnifeStuck
            | Self::Offline
            | Self::Stalled
            | Self::Late
            | Self::Restarted => State::Stalled,
        }
    }
}
