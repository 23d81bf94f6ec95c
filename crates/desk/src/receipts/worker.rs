//! One printer's loop: the next job, is the printer ready, begun in the book, sent, ended in the book.

use super::{
    Health, TRY_AGAIN, Way, locked,
    press::{NoFont, Sheets},
    slip::{self, Around},
    view::{JobId, PrintProblem, PrintProblemCode},
};
use crate::{
    counter,
    desk::{Inner, now},
    ledger::{Line, PrintJob},
    settings::printers::{PrinterSetup, PrinterTarget},
};
use devices::{
    PortError,
    printer::{
        job::Happening,
        status::{self, Status},
    },
    queue::{Outcome, Queue, State},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// So long after a printer was found not to be ready it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// A question that stays without an answer for so long is not asked again.
const SLOW: Duration = Duration::from_secs(3);
/// So long the end of the program waits for a printer that is at work.
const FAREWELL: Duration = Duration::from_secs(3);

/// One printer's loop.
pub(super) struct Worker {
    pub(super) desk: Arc<Inner>,
    /// The id of its set-up.
    pub(super) id: String,
    pub(super) way: Way,
    pub(super) health: Arc<Mutex<Health>>,
    /// The printer is not in use any more, or another way to it was set up.
    pub(super) leave: CancellationToken,
    /// The program ends.
    pub(super) stop: CancellationToken,
    /// It does not answer, and takes long over that: it is asked no more.
    pub(super) mute: AtomicBool,
}

/// What to do next.
enum Next {
    /// Look at once.
    Look,
    /// Wait until something changes.
    Wait,
    /// Wait so long: nothing that changes here helps.
    Rest(Duration),
}

/// A printer was asked whether it is ready.
enum Ready {
    Yes,
    No(PrintProblem),
    /// It is not known, and nobody waits for it any more.
    Left,
}

impl Worker {
    pub(super) async fn run(self) {
        let mut changed = self.desk.receipts.changed.subscribe();
        while !self.leave.is_cancelled() && !self.stop.is_cancelled() {
            // Before the look, so that what comes during it is not missed.
            changed.borrow_and_update();
            let next = self.step().await;
            let (rest, wakes) = match next {
                Next::Look => continue,
                Next::Wait => (Duration::MAX, true),
                Next::Rest(rest) => (rest, false),
            };
            tokio::select! {
                () = self.leave.cancelled() => {}
                () = self.stop.cancelled() => {}
                _ = changed.changed(), if wakes => {}
                () = tokio::time::sleep(rest), if !wakes => {}
            }
        }
    }

    async fn step(&self) -> Next {
        let next = match self.desk.ledger.next_print(self.id.clone(), now()).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "the next receipt could not be read");
                return Next::Rest(TRY_AGAIN);
            }
        };
        let Some((job, line)) = next else {
            return Next::Wait;
        };
        match self.ready().await {
            Ready::Yes => {}
            Ready::Left => return Next::Look,
            Ready::No(problem) => {
                self.note(Some(problem)).await;
                return Next::Rest(ASK_AGAIN);
            }
        }
        let Some(setup) = self.setup() else {
            return Next::Wait;
        };
        let sheets = match self.sheets(&setup, &job, line).await {
            Ok(sheets) => sheets,
            Err(problem) => {
                self.note(Some(problem)).await;
                return Next::Rest(ASK_AGAIN);
            }
        };
        self.note(None).await;
        self.send(&setup, job.id(), sheets).await
    }

    /// From the book's "begun" to its "ended".
    async fn send(&self, setup: &PrinterSetup, id: JobId, sheets: Sheets) -> Next {
        let ledger = &self.desk.ledger;
        let begin = |was: devices::printer::job::State| was.after(&Happening::Begun).ok();
        match ledger.print_moved(id, begin, None, now()).await {
            Ok(Some(_)) => {}
            // Taken back, or given up, while the printer was asked.
            Ok(None) => return Next::Look,
            Err(error) => {
                tracing::error!(%error, "a receipt cannot be begun in the book, so it is not printed");
                return Next::Rest(TRY_AGAIN);
            }
        }
        self.desk.receipts.wake();
        let outcome = tokio::select! {
            outcome = self.print(setup, id, sheets) => outcome,
            // What it was at is unknown then; the next start says so.
            () = self.ended() => return Next::Look,
        };
        self.end(id, outcome).await;
        Next::Look
    }

    /// The program ends, and a printer at work had its moment.
    async fn ended(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    }

    /// Writes down what became of it, however long that takes: nothing else is printed before.
    async fn end(&self, id: JobId, outcome: Option<Outcome>) {
        let problem = match &outcome {
            Some(Outcome::Done { .. }) => None,
            Some(Outcome::Failed(why) | Outcome::Unknown(why)) => Some(PrintProblem::from(why)),
            None => Some(PrintProblem::new(PrintProblemCode::Stalled)),
        };
        tracing::info!(
            job = id.0,
            done = problem.is_none(),
            "a receipt was printed, or not"
        );
        loop {
            let outcome = outcome.clone();
            let step = move |was: devices::printer::job::State| {
                let happening = outcome
                    .as_ref()
                    .map_or(Happening::Refused, Happening::Ended);
                was.after(&happening).ok()
            };
            let ended = self
                .desk
                .ledger
                .print_moved(id, step, problem.clone(), now());
            match ended.await {
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "what became of a receipt could not be stored")
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(TRY_AGAIN) => {}
            }
        }
        self.desk.receipts.wake();
    }

    /// The outcome; `None` where the printer's queue would not have it.
    async fn print(&self, setup: &PrinterSetup, id: JobId, sheets: Sheets) -> Option<Outcome> {
        match (&self.way, sheets) {
            (Way::Port(queue), Sheets::Script(script)) => {
                let ticket = queue.print(script).ok()?;
                let lost = |_| {
                    Outcome::Unknown(PortError::Gone {
                        port: String::new(),
                    })
                };
                Some(ticket.await.unwrap_or_else(lost))
            }
            (Way::System, Sheets::Pages(pages)) => {
                let PrinterTarget::System { name, sheet } = &setup.target else {
                    return None;
                };
                let title = format!("Tillbell {}", id.0);
                let system = self.desk.receipts.system();
                Some(system.print(name, *sheet, &title, pages).await)
            }
            // Another way was set up in between: this worker is leaving.
            (Way::Port(_), Sheets::Pages(_)) | (Way::System, Sheets::Script(_)) => None,
        }
    }

    /// Asks the printer. One that does not answer is taken as ready: cheap ones never do.
    async fn ready(&self) -> Ready {
        let Way::Port(queue) = &self.way else {
            return Ready::Yes;
        };
        if self.mute.load(Relaxed) {
            return Ready::Yes;
        }
        let began = Instant::now();
        let outcome = tokio::select! {
            outcome = self.asked(queue) => outcome,
            () = self.leave.cancelled() => return Ready::Left,
            () = self.stop.cancelled() => return Ready::Left,
        };
        match outcome {
            Some(Outcome::Done { heard, .. }) => {
                let status = Status::parse(&heard);
                // Some on the network never close a connection: each question would cost what a receipt costs.
                let is_mute = status.is_none() && began.elapsed() > SLOW;
                self.mute.store(is_mute, Relaxed);
                let trouble = status.and_then(Status::trouble).map(PrintProblem::from);
                self.said(Health {
                    problem: trouble.clone(),
                    paper_low: status.is_some_and(|status| status.paper_low),
                });
                trouble.map_or(Ready::Yes, Ready::No)
            }
            // A question prints nothing, so whatever became of it, it can be asked again.
            Some(Outcome::Failed(why) | Outcome::Unknown(why)) => {
                Ready::No(PrintProblem::from(&why))
            }
            None => Ready::No(PrintProblem::new(PrintProblemCode::Stalled)),
        }
    }

    /// The question's outcome. A port in trouble is told of while it is waited for.
    async fn asked(&self, queue: &Queue) -> Option<Outcome> {
        let mut ticket = queue.print(status::question()).ok()?;
        let mut health = queue.health();
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
                outcome = &mut ticket => return outcome.ok(),
                changed = health.changed() => if changed.is_err() { return ticket.await.ok() },
            }
        }
    }

    /// What the printer said of itself.
    fn said(&self, health: Health) {
        let mut known = locked(&self.health);
        if *known != health {
            *known = health;
            drop(known);
            self.desk.receipts.wake();
        }
    }

    /// Everything that waits here waits for this.
    async fn note(&self, problem: Option<PrintProblem>) {
        match self.desk.ledger.prints_wait(self.id.clone(), problem).await {
            Ok(true) => self.desk.receipts.wake(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "what receipts wait for could not be stored"),
        }
    }

    /// Its set-up as it is now.
    fn setup(&self) -> Option<PrinterSetup> {
        let state = self.desk.state();
        let printers = &state.settings.printers;
        printers.iter().find(|one| one.id == self.id).cloned()
    }

    /// What the printer is sent. What stands on the paper is what is known now.
    async fn sheets(
        &self,
        setup: &PrinterSetup,
        job: &PrintJob,
        line: Line,
    ) -> Result<Sheets, PrintProblem> {
        let (shop, logo) = self.desk.head();
        let (press, clock) = (self.desk.receipts.press.clone(), self.desk.clock());
        let (setup, copy, by_itself) = (setup.clone(), job.job.copy, job.by_itself);
        // A test brings no money, and a receipt from last month no customer.
        let fresh = !line.test && !counter::is_long_ago(&line, self.desk.clocks().hub);
        let made = tokio::task::spawn_blocking(move || {
            let receipt = slip::papers(
                &line,
                &Around {
                    printer: &setup,
                    shop: &shop,
                    clock: &clock,
                    copy,
                    by_itself,
                    fresh,
                },
            );
            press.sheets(&receipt, &setup, logo.as_ref())
        });
        match made.await {
            Ok(Ok(sheets)) => Ok(sheets),
            Ok(Err(NoFont)) => Err(PrintProblem::new(PrintProblemCode::NoFont)),
            Err(error) => {
                tracing::error!(%error, "a receipt could not be made");
                Err(PrintProblem::new(PrintProblemCode::Other))
            }
        }
    }
}
