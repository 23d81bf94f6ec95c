//! One worker for each device: a display gets the newest picture, a printer every job in order and none twice.
//!
//! - `plan`: what to do next and what became of it: pure, time is an argument.
//! - `hand`: the thread that touches the port, because drivers block.
//! - `run`: the loop between both; it watches the hand, so that a dead device holds up only its own thread.

use crate::{
    PortAddress,
    port::{self, Line, PortError, Taken},
};
use hand::{Hand, ThreadHand};
use plan::Plan;
use script::{Picture, SCRIPT_MAX, Script};
use serde::Serialize;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::sync::CancellationToken;

mod hand;
mod plan;
mod run;
pub mod script;

pub use hand::Opener;

/// So many receipts wait for a printer; more than that is a printer that nobody looks after.
pub const JOBS_MAX: usize = 64;

/// What is told of a device: one word for its light, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The word.
    pub state: State,
    /// What is wrong, where something is.
    pub problem: Option<PortError>,
}

/// How a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "DeviceState"))]
pub enum State {
    /// The last that was sent was taken.
    Ready,
    /// Nothing is known yet.
    Connecting,
    /// Another program has it.
    InUse,
    /// It is on the network and takes no connection.
    Refuses,
    /// It is not there.
    Gone,
    /// It is there and takes nothing.
    Stalled,
    /// This computer does not let us.
    Denied,
    /// Something else; the problem has the system's words.
    Faulty,
}

impl From<&PortError> for State {
    fn from(error: &PortError) -> Self {
        match error {
            PortError::InUse { .. } => Self::InUse,
            PortError::Refuses { .. } => Self::Refuses,
            PortError::Gone { .. } => Self::Gone,
            PortError::Denied { .. } => Self::Denied,
            PortError::Stalled { .. } => Self::Stalled,
            PortError::Other { .. } => Self::Faulty,
        }
    }
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte was taken, as far as the port can tell.
    Done {
        /// How sure that is.
        taken: Taken,
        /// What the device answered to the script's questions.
        heard: Vec<u8>,
    },
    /// Nothing reached the device: printing it again prints it once.
    Failed(PortError),
    /// Some of it, or all, may have reached the device. Only a person can look.
    Unknown(PortError),
}

/// A job that was not even queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many wait already.
    #[error("too many jobs wait for this printer")]
    Full,
    /// It is longer than any receipt.
    #[error("this job is too long")]
    TooLong,
}

/// How a device is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// The first wait after a failure; the next is twice as long.
    pub first_wait: Duration,
    /// The longest.
    pub most_wait: Duration,
    /// Opening may take so long before it counts as stuck.
    pub open_within: Duration,
    /// A thousand bytes may take so long.
    pub write_within: Duration,
    /// What was written may take so long to leave.
    pub settle_within: Duration,
    /// A job that could not be begun for so long has failed.
    pub patience: Duration,
    /// How long an idle port is kept open; `None` keeps it.
    pub linger: Option<Duration>,
    /// Whether it is tried again also while nothing is to be sent, so that what is told of it is true. Not by radio:
    /// calling in vain takes the air from others.
    pub seek: bool,
}

impl Manner {
    fn of(address: &PortAddress) -> Self {
        let slow = match address {
            PortAddress::Ble { .. } | PortAddress::Serial(_) => 60,
            PortAddress::Hid(_) | PortAddress::UsbPrinter(_) | PortAddress::Tcp { .. } => 15,
        };
        Self {
            first_wait: Duration::from_millis(500),
            most_wait: Duration::from_secs(15),
            open_within: Duration::from_secs(slow),
            write_within: Duration::from_secs(5),
            settle_within: Duration::from_secs(5),
            patience: Duration::from_secs(60),
            linger: None,
            seek: !port::is_radio(address),
        }
    }

    /// A display: kept open, and not waited for long, since a newer picture is coming.
    pub fn display(address: &PortAddress) -> Self {
        Self::of(address)
    }

    /// A printer: may take its time, and is let go when idle so that other programs can print.
    pub fn printer(address: &PortAddress) -> Self {
        let linger = match address {
            // It serves one computer at a time, and its connection ends with the job.
            PortAddress::Tcp { .. } => Duration::ZERO,
            // Connecting again takes seconds.
            PortAddress::Ble { .. } => Duration::from_secs(30),
            PortAddress::Serial(_) | PortAddress::Hid(_) | PortAddress::UsbPrinter(_) => {
                Duration::from_secs(3)
            }
        };
        Self {
            write_within: Duration::from_secs(10),
            settle_within: Duration::from_secs(10),
            linger: Some(linger),
            ..Self::of(address)
        }
    }
}

/// What becomes of a job comes here, once.
pub type Ticket = oneshot::Receiver<Outcome>;

/// What callers and the loop share.
struct Shared {
    plan: Mutex<Plan<oneshot::Sender<Outcome>>>,
    wake: Notify,
    stop: CancellationToken,
    health: watch::Receiver<Health>,
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan<oneshot::Sender<Outcome>>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A device with its worker. No call waits for the device. The worker ends when this is dropped.
pub struct Queue(Arc<Shared>);

impl Queue {
    /// Starts a worker on the runtime that this is called on, for the display or printer at `address`.
    pub fn start(address: PortAddress, line: Line, manner: Manner) -> Self {
        let name = address.name();
        let open = Box::new(move || port::open(&address, &line));
        Self::opened_by(name, open, manner)
    }

    /// Starts a worker for what `opener` opens, which a person calls `name`.
    pub fn opened_by(name: String, opener: Opener, manner: Manner) -> Self {
        let hand = ThreadHand::new(name.clone(), opener, &manner);
        Self::with(name, hand, manner)
    }

    fn with(name: String, hand: impl Hand, manner: Manner) -> Self {
        let plan = Plan::new(name, manner);
        let (tell, health) = watch::channel(plan.health().clone());
        let shared = Arc::new(Shared {
            plan: Mutex::new(plan),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            health,
        });
        tokio::spawn(run::run(shared.clone(), hand, tell));
        Self(shared)
    }

    /// Shows this picture, instead of any that was not shown yet.
    pub fn show(&self, picture: Picture) {
        self.0.plan().show(picture);
        self.0.wake.notify_one();
    }

    /// Queues a job. What became of it comes through the ticket.
    pub fn print(&self, script: Script) -> Result<Ticket, Refused> {
        if script.size() > SCRIPT_MAX {
            return Err(Refused::TooLong);
        }
        let (report, ticket) = oneshot::channel();
        if !self.0.plan().print(script, report) {
            return Err(Refused::Full);
        }
        self.0.wake.notify_one();
        Ok(ticket)
    }

    /// How the device is, now and on every change.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.health.clone()
    }

    /// Something was plugged in: try at once.
    pub fn found(&self) {
        self.0.plan().found();
        self.0.wake.notify_one();
    }

    /// An idle device that was well is opened, to know whether it still is.
    pub fn check(&self) {
        self.0.plan().check();
        self.0.wake.notify_one();
    }

    /// It was unplugged: what is open is not open any more, and what was shown is not shown.
    pub fn lost(&self) {
        self.0.plan().lost();
        self.0.wake.notify_one();
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.0.stop.cancel();
    }
}
