//! Receipts: what is printed by itself, and how each gets to its paper once.
//!
//! A job is written into the book in the transaction that records its payment (`ledger/jobs.rs`), so neither a crash
//! nor a full disk comes between the two; and only there is known what is new and fresh, so a restart, a catch-up or a
//! refill prints nothing. It is marked as begun before its first byte leaves. What waits for its printer says so and is
//! printed once that is ready; what failed, or may be on paper half, waits for a person.
//!
//! - [`rule`]: what is printed by itself, pure. `slip`: what stands on a payment's paper, pure; `closing`: on a closing's.
//! - `press`: a receipt as its printer takes it. `whole`: a closing as pages. `system`: the system's normal printers.
//! - `worker`: one printer's loop. `ready`: how a printer is. `asking`: whether it is asked.
//! - `trial`: a test on the real printer. `told`: what people are told.
//! - [`view`]: what pages are shown.

mod asking;
pub(crate) mod closing;
mod press;
mod ready;
pub mod rule;
mod slip;
mod system;
mod told;
mod trial;
pub mod view;
mod whole;
mod worker;

use crate::{
    desk::{Inner, guarded, now},
    plugged::{Known, place::Place},
    settings::printers::{PrinterSetup, PrinterTarget},
};
use asking::Asking;
use devices::{
    PortAddress,
    queue::{Manner, Queue, State},
};
use press::Press;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use system::System;
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};
use view::{PrintProblem, PrinterHealth};
use worker::Worker;

/// While receipts wait, it is looked this often whether some have waited for too long.
const LOOK: Duration = Duration::from_secs(5);
/// So long after the book could not be read or written it is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// All printers in use, and what was told of them.
pub(crate) struct Receipts {
    /// Grows with everything that workers and pages should look at again.
    changed: watch::Sender<u64>,
    press: Press,
    system: Mutex<System>,
    printers: Mutex<Vec<Printer>>,
    told: Mutex<told::Told>,
    /// One test at a time.
    trying: tokio::sync::Mutex<()>,
    /// How often idle printers are looked after.
    checks: Mutex<ready::Checks>,
    /// The next receipt that is begun makes its worker panic.
    #[cfg(test)]
    stumbles: std::sync::atomic::AtomicBool,
}

/// One printer in use.
struct Printer {
    id: String,
    target: PrinterTarget,
    way: Way,
    health: Arc<Mutex<Health>>,
    /// Where it is, of one at a port.
    place: Option<Place>,
    /// Its worker ends with this.
    _leave: DropGuard,
}

/// How receipts get to a printer.
#[derive(Clone)]
enum Way {
    Port(Arc<Queue>),
    System,
}

/// What a printer said of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Health {
    /// What keeps it from printing, as far as it was asked.
    problem: Option<PrintProblem>,
    paper_low: bool,
}

impl Default for Receipts {
    fn default() -> Self {
        Self {
            changed: watch::channel(0).0,
            press: Press::default(),
            system: Mutex::default(),
            printers: Mutex::default(),
            told: Mutex::default(),
            trying: tokio::sync::Mutex::default(),
            checks: Mutex::default(),
            #[cfg(test)]
            stumbles: Default::default(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Receipts {
    /// Settings changed, or a job: everybody looks again. Never waits.
    pub(crate) fn wake(&self) {
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn system(&self) -> System {
        locked(&self.system).clone()
    }

    #[cfg(all(test, unix))]
    pub(crate) fn set_system(&self, system: System) {
        *locked(&self.system) = system;
    }

    #[cfg(test)]
    fn look_every(&self, every: Duration) {
        *locked(&self.checks) = ready::Checks {
            network: every,
            system: every,
        };
    }

    #[cfg(test)]
    fn stumble(&self) {
        let stumbles = self
            .stumbles
            .swap(false, std::sync::atomic::Ordering::SeqCst);
        assert!(!stumbles, "on purpose");
    }

    /// How every printer in use is, in the order of the settings.
    pub(crate) fn health(&self) -> Vec<PrinterHealth> {
        locked(&self.printers).iter().map(Printer::view).collect()
    }

    /// Follows settings and plugging, and runs a worker for each printer in use, until `stop`; what is on its way then
    /// has a moment to be told of.
    pub(crate) async fn run(&self, desk: &Arc<Inner>, stop: &CancellationToken) {
        // They outlive a panic of the loop that began them.
        let workers = Arc::new(tokio::sync::Mutex::new(JoinSet::new()));
        let begin = || {
            let (desk, workers, stop) = (desk.clone(), workers.clone(), stop.clone());
            async move {
                let mut workers = workers.lock().await;
                desk.receipts.follow(&desk, &mut workers, stop).await;
            }
        };
        guarded("the printers", stop, begin).await;
    }

    async fn follow(&self, desk: &Arc<Inner>, workers: &mut JoinSet<()>, stop: CancellationToken) {
        // After a panic every worker ends with what it is at; what is begun then is nobody's.
        self.end(workers).await;
        if !self.restarted(desk, &stop).await {
            return;
        }
        let mut changed = self.changed.subscribe();
        let mut known = desk.plugged.follow();
        loop {
            changed.borrow_and_update();
            // First, so that nobody begins with what waited for too long.
            let waiting = self.give_up(desk).await;
            self.reconcile(desk, workers, &stop);
            self.look(&known.borrow_and_update());
            self.tell(desk).await;
            desk.show_devices();
            tokio::select! {
                () = stop.cancelled() => break,
                _ = changed.changed() => {}
                seen = known.changed() => if seen.is_err() { break },
                _ = workers.join_next(), if !workers.is_empty() => {}
                () = tokio::time::sleep(LOOK), if waiting => {}
            }
        }
        self.end(workers).await;
    }

    async fn end(&self, workers: &mut JoinSet<()>) {
        locked(&self.printers).clear();
        while workers.join_next().await.is_some() {}
    }

    /// What an earlier run was at when it ended may be on paper or not. False where `stop` came first.
    async fn restarted(&self, desk: &Inner, stop: &CancellationToken) -> bool {
        while let Err(error) = desk.prints().restarted(now()).await {
            tracing::error!(%error, "receipts of an earlier run could not be looked at");
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(TRY_AGAIN) => {}
            }
        }
        true
    }

    /// Gives up what waited for too long; says whether anything waits still.
    async fn give_up(&self, desk: &Inner) -> bool {
        let in_use = {
            let state = desk.state();
            let printers = state.settings.printers.iter().filter(|one| one.on);
            printers.map(|one| one.id.clone()).collect()
        };
        match desk.prints().give_up(in_use, now()).await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::error!(%error, "receipts that wait could not be looked at");
                true
            }
        }
    }

    /// Stops what is not wanted any more, starts what is new.
    fn reconcile(&self, desk: &Arc<Inner>, workers: &mut JoinSet<()>, stop: &CancellationToken) {
        let wanted: Vec<PrinterSetup> = {
            let state = desk.state();
            let printers = state.settings.printers.iter().filter(|one| one.on);
            printers.cloned().collect()
        };
        desk.tell_set_ups();
        let mut printers = locked(&self.printers);
        // Whoever lends a port has it let go after this, or is seen here.
        let lent = desk.plugged.lent();
        let free = |one: &PrinterSetup| one.port().is_none_or(|port| !lent.contains(&port));
        let is = |running: &Printer, one: &PrinterSetup| {
            running.id == one.id && running.target == one.target
        };
        let mut old: Vec<Printer> = std::mem::take(&mut printers);
        for one in wanted.iter().filter(|one| free(one)) {
            let running = old.iter().position(|running| is(running, one));
            printers.extend(match running {
                Some(at) => Some(old.swap_remove(at)),
                None => self.start(desk, one, workers, stop),
            });
        }
        if !printers.is_empty() {
            desk.plugged.want();
        }
    }

    fn start(
        &self,
        desk: &Arc<Inner>,
        setup: &PrinterSetup,
        workers: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Option<Printer> {
        let way = match &setup.target {
            PrinterTarget::Port { line, .. } => {
                let address = setup.port()?;
                let manner = Manner::printer(&address);
                let queue = desk.plugged.door().open(address, line.clone(), manner);
                let (mut health, changed) = (queue.health(), self.changed.clone());
                // Ends with the queue.
                tokio::spawn(async move {
                    while health.changed().await.is_ok() {
                        changed.send_modify(|count| *count = count.wrapping_add(1));
                    }
                });
                Way::Port(Arc::new(queue))
            }
            PrinterTarget::System { .. } => Way::System,
        };
        let port = match &way {
            Way::Port(queue) => Some(queue.health()),
            Way::System => None,
        };
        let leave = CancellationToken::new();
        let health = Arc::default();
        let worker = Arc::new(Worker {
            desk: desk.clone(),
            id: setup.id.clone(),
            way: way.clone(),
            health: Arc::clone(&health),
            leave: leave.clone(),
            stop: stop.clone(),
            at_work: Mutex::default(),
            asking: Mutex::new(Asking::new(port)),
        });
        workers.spawn(async move {
            let leave = worker.leave.clone();
            guarded("a printer", &leave, || worker.clone().run()).await;
        });
        Some(Printer {
            id: setup.id.clone(),
            target: setup.target.clone(),
            way,
            health,
            place: setup.port().map(Place::of),
            _leave: leave.drop_guard(),
        })
    }

    /// Printers came, left, or are on another port now.
    fn look(&self, known: &Known) {
        for printer in locked(&self.printers).iter_mut() {
            if let (Way::Port(queue), Some(place)) = (&printer.way, &mut printer.place) {
                place.look(known, queue);
            }
        }
    }

    /// A test has this port: the printer's worker ends with what it is at, and lets it go.
    pub(crate) fn let_go(&self, port: &PortAddress) {
        let is_there = |one: &Printer| one.place.as_ref().map(Place::address) == Some(port);
        locked(&self.printers).retain(|one| !is_there(one));
    }
}

impl Printer {
    fn view(&self) -> PrinterHealth {
        let said = locked(&self.health).clone();
        let (state, problem) = match &self.way {
            Way::Port(queue) => {
                let health = queue.health();
                let health = health.borrow();
                (
                    health.state,
                    health.problem.as_ref().map(PrintProblem::from),
                )
            }
            // The system shows what becomes of what it took.
            Way::System => (State::Ready, None),
        };
        PrinterHealth {
            id: self.id.clone(),
            state: match (&said.problem, state) {
                (Some(problem), State::Ready) => problem.code.light(),
                (_, state) => state,
            },
            problem: problem.or(said.problem),
            moved_to: self.place.as_ref().and_then(Place::moved_to),
            paper_low: said.paper_low,
        }
    }
}

#[cfg(test)]
mod tests;
