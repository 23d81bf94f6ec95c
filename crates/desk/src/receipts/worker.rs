//! One printer's loop: the next job, is the printer ready, begun in the book, sent, ended in the book.

use super::{
    Health, TRY_AGAIN, Way,
    asking::Asking,
    closing, locked,
    press::{NoFont, Sheets},
    ready::Ready,
    slip::{self, Around},
    view::{JobId, PrintProblem, PrintProblemCode},
};
use crate::{
    desk::{Inner, now},
    ledger::{Line, PrintJob, fresh::is_long_ago},
    settings::printers::{PrinterSetup, PrinterTarget},
};
use devices::{
    PortError,
    printer::{
        job::{Happening, State},
        receipt::Receipt,
    },
    queue::Outcome,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// So long after a printer was found not to be ready it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(2);
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
    /// What is known of its answers.
    pub(super) asking: Mutex<Asking>,
    /// What it was at when it last panicked.
    pub(super) at_work: Mutex<Option<JobId>>,
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

impl Worker {
    pub(super) async fn run(self: Arc<Self>) {
        let left = locked(&self.at_work).take();
        if let Some(id) = left {
            // Some of it may be on paper.
            let restarted = PrintProblem::new(PrintProblemCode::Restarted);
            self.moved(
                id,
                |was| was.after(&Happening::Restarted).ok(),
                Some(restarted),
            )
            .await;
        }
        let mut changed = self.desk.receipts.changed.subscribe();
        let mut check = Instant::now() + self.checks().0;
        while !self.leave.is_cancelled() && !self.stop.is_cancelled() {
            // Before the look, so that what comes during it is not missed.
            changed.borrow_and_update();
            let next = self.step().await;
            let (rest, idle) = match next {
                Next::Look => continue,
                Next::Wait => (Duration::MAX, true),
                Next::Rest(rest) => (rest, false),
            };
            tokio::select! {
                () = self.leave.cancelled() => {}
                () = self.stop.cancelled() => {}
                _ = changed.changed(), if idle => {}
                () = tokio::time::sleep(rest), if !idle => {}
                () = tokio::time::sleep_until(check), if idle => {
                    if let Way::Port(_) = &self.way {
                        // Also where it is broken off below: or questions would pile up before the next receipt.
                        check = Instant::now() + self.checks().1;
                    }
                    // A receipt does not wait for a system that takes its time over that.
                    tokio::select! {
                        () = self.check() => check = Instant::now() + self.checks().1,
                        () = self.leave.cancelled() => {}
                        () = self.stop.cancelled() => {}
                        _ = changed.changed() => {}
                    }
                }
            }
        }
    }

    async fn step(&self) -> Next {
        let next = match self.desk.prints().next(self.id.clone(), now()).await {
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
        let prints = self.desk.prints();
        let begin = |was: State| was.after(&Happening::Begun).ok();
        match prints.moved(id, begin, None, now()).await {
            Ok(Some(_)) => {}
            // Taken back, or given up, while the printer was asked.
            Ok(None) => return Next::Look,
            Err(error) => {
                tracing::error!(%error, "a receipt cannot be begun in the book, so it is not printed");
                return Next::Rest(TRY_AGAIN);
            }
        }
        *locked(&self.at_work) = Some(id);
        self.desk.receipts.wake();
        #[cfg(test)]
        self.desk.receipts.stumble();
        let outcome = tokio::select! {
            outcome = self.print(setup, id, sheets) => outcome,
            // What it was at is unknown then; the next start says so.
            () = self.ended() => return Next::Look,
        };
        self.end(id, outcome).await;
        *locked(&self.at_work) = None;
        Next::Look
    }

    /// The program ends, and a printer at work had its moment.
    async fn ended(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    }

    /// Writes down what became of it.
    async fn end(&self, id: JobId, outcome: Result<Outcome, PrintProblem>) {
        let problem = match &outcome {
            Ok(Outcome::Done { .. }) => None,
            Ok(Outcome::Failed(why) | Outcome::Unknown(why)) => Some(PrintProblem::from(why)),
            Err(refused) => Some(refused.clone()),
        };
        tracing::info!(
            job = id.0,
            done = problem.is_none(),
            "a receipt was printed, or not"
        );
        if matches!(self.way, Way::System) {
            self.said(Health {
                problem: problem.clone(),
                paper_low: false,
            });
        }
        let step = move |was: State| {
            let ended = outcome.as_ref().map(Happening::Ended);
            was.after(&ended.unwrap_or(Happening::Refused)).ok()
        };
        self.moved(id, step, problem).await;
    }

    /// A job's step in the book, however long that takes: nothing else is printed before.
    async fn moved(
        &self,
        id: JobId,
        step: impl Fn(State) -> Option<State> + Clone + Send + 'static,
        problem: Option<PrintProblem>,
    ) {
        let prints = self.desk.prints();
        while let Err(error) = prints.moved(id, step.clone(), problem.clone(), now()).await {
            tracing::error!(%error, "what became of a receipt could not be stored");
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(TRY_AGAIN) => {}
            }
        }
        self.desk.receipts.wake();
    }

    /// The outcome, or why it was not even tried.
    async fn print(
        &self,
        setup: &PrinterSetup,
        id: JobId,
        sheets: Sheets,
    ) -> Result<Outcome, PrintProblem> {
        match (&self.way, sheets) {
            (Way::Port(queue), Sheets::Script(script)) => {
                let ticket = queue.print(script).map_err(PrintProblem::from)?;
                let lost = |_| {
                    Outcome::Unknown(PortError::Gone {
                        port: String::new(),
                    })
                };
                Ok(ticket.await.unwrap_or_else(lost))
            }
            (Way::System, Sheets::Pages(pages)) => {
                let PrinterTarget::System { name, sheet } = &setup.target else {
                    return Err(PrintProblem::new(PrintProblemCode::NotInUse));
                };
                let title = format!("Tillbell {}", id.0);
                let system = self.desk.receipts.system();
                Ok(system.print(name, *sheet, &title, pages).await)
            }
            (Way::System, Sheets::Whole(pages)) => {
                let PrinterTarget::System { name, sheet } = &setup.target else {
                    return Err(PrintProblem::new(PrintProblemCode::NotInUse));
                };
                let (title, copies) = (format!("Tillbell {}", id.0), setup.copies);
                let system = self.desk.receipts.system();
                let printed = system.print_pages(name, *sheet, &title, copies, pages);
                Ok(printed.await)
            }
            // Another way was set up in between: this worker is leaving.
            (Way::Port(_), Sheets::Pages(_) | Sheets::Whole(_))
            | (Way::System, Sheets::Script(_)) => {
                Err(PrintProblem::new(PrintProblemCode::NotInUse))
            }
        }
    }

    /// Everything that waits here waits for this.
    pub(super) async fn note(&self, problem: Option<PrintProblem>) {
        match self.desk.prints().wait(self.id.clone(), problem).await {
            Ok(true) => self.desk.receipts.wake(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "what receipts wait for could not be stored"),
        }
    }

    /// Its set-up as it is now.
    pub(super) fn setup(&self) -> Option<PrinterSetup> {
        let state = self.desk.state();
        let printers = &state.settings.printers;
        printers.iter().find(|one| one.id == self.id).cloned()
    }

    /// What the printer is sent. What stands on the paper is what is known now.
    async fn sheets(
        &self,
        setup: &PrinterSetup,
        job: &PrintJob,
        line: Option<Line>,
    ) -> Result<Sheets, PrintProblem> {
        if line.is_none()
            && let Some(pages) = self.whole_pages(setup, job).await?
        {
            return Ok(pages);
        }
        let receipt = self.receipt(setup, job, line).await?;
        let (_, logo) = self.desk.head();
        let (press, setup) = (self.desk.receipts.press.clone(), setup.clone());
        let made =
            tokio::task::spawn_blocking(move || press.sheets(&receipt, &setup, logo.as_ref()));
        match made.await {
            Ok(Ok(sheets)) => Ok(sheets),
            Ok(Err(NoFont)) => Err(PrintProblem::new(PrintProblemCode::NoFont)),
            Err(error) => {
                tracing::error!(%error, "a receipt could not be made");
                Err(PrintProblem::new(PrintProblemCode::Other))
            }
        }
    }

    async fn receipt(
        &self,
        setup: &PrinterSetup,
        job: &PrintJob,
        line: Option<Line>,
    ) -> Result<Receipt, PrintProblem> {
        let Some(line) = line else {
            return closing::receipt(&self.desk, setup, job).await;
        };
        let (shop, _) = self.desk.head();
        // A test brings no money, and a receipt from last month no customer.
        let fresh = !line.test && !is_long_ago(&line, self.desk.clocks().hub);
        let names = self.desk.source_names();
        let around = Around {
            printer: setup,
            shop: &shop,
            collector: names.get(&line.collector).unwrap_or(&line.collector),
            clock: &self.desk.clock(),
            copy: job.job.copy,
            by_itself: job.by_itself,
            fresh,
        };
        Ok(slip::papers(&line, &around))
    }
}
