//! A test receipt on the real printer, also before it is saved. It is no job: nothing of it stands in the book.

use super::{
    Receipts, closing,
    press::{NoFont, Sheets},
    slip::{self, Around},
    told,
    view::{PaperView, PrintProblem, PrintProblemCode, PrintState, ReceiptSample, TestPrint},
};
use crate::{
    api::UiError,
    desk::{Inner, now},
    plugged::lent::Lent,
    settings::printers::{PrinterSetup, PrinterTarget},
};
use devices::{
    PortAddress,
    printer::{
        job,
        status::{self, Status},
    },
    queue::{Manner, Outcome},
};
use domain::Currency;
use std::{sync::Arc, time::Duration};

/// What a printer did not take for so long, it does not take.
const PATIENCE: Duration = Duration::from_secs(8);
/// A radio has to find and call its device first.
const RADIO_PATIENCE: Duration = Duration::from_secs(40);

impl Receipts {
    /// Prints a made-up receipt, and tells what became of it. One test at a time.
    pub(crate) async fn test(&self, desk: &Arc<Inner>, setup: &PrinterSetup) -> TestPrint {
        let _alone = self.trying.lock().await;
        let sheets = match sample(desk, setup).await {
            Ok(sheets) => sheets,
            Err(problem) => return failed(problem),
        };
        match (&setup.target, sheets) {
            (PrinterTarget::System { name, sheet }, Sheets::Pages(pages)) => {
                let system = self.system();
                let outcome = system.print(name, *sheet, "Tillbell", pages).await;
                ended(Some(outcome), false)
            }
            (PrinterTarget::Port { line, .. }, Sheets::Script(script)) => {
                let Some(address) = setup.port() else {
                    return failed(PrintProblem::new(PrintProblemCode::Gone));
                };
                let _lent = Lent::take(desk, &address);
                let mut manner = Manner::printer(&address);
                manner.patience = match address {
                    PortAddress::Ble { .. } => RADIO_PATIENCE,
                    _ => PATIENCE,
                };
                let queue = desk.plugged.door().open(address, line.clone(), manner);
                let status = match told(queue.print(status::question()).ok()).await {
                    Some(Outcome::Done { heard, .. }) => Status::parse(&heard),
                    other => return ended(other, false),
                };
                if let Some(trouble) = status.and_then(Status::trouble) {
                    return failed(trouble.into());
                }
                let outcome = told(queue.print(script).ok()).await;
                ended(outcome, status.is_some_and(|status| status.paper_low))
            }
            (PrinterTarget::System { .. }, Sheets::Script(_) | Sheets::Whole(_))
            | (PrinterTarget::Port { .. }, Sheets::Pages(_) | Sheets::Whole(_)) => {
                failed(PrintProblem::new(PrintProblemCode::Other))
            }
        }
    }
}

async fn told(ticket: Option<devices::queue::Ticket>) -> Option<Outcome> {
    ticket?.await.ok()
}

async fn sample(desk: &Arc<Inner>, setup: &PrinterSetup) -> Result<Sheets, PrintProblem> {
    let (receipt, logo, press) = desk.sample_receipt(setup, ReceiptSample::Confirmed);
    let setup = setup.clone();
    let made =
        tokio::task::spawn_blocking(move || press.sheets(&receipt, &setup, logo.as_ref())).await;
    match made {
        Ok(Ok(sheets)) => Ok(sheets),
        Ok(Err(NoFont)) => Err(PrintProblem::new(PrintProblemCode::NoFont)),
        Err(_) => Err(PrintProblem::new(PrintProblemCode::Other)),
    }
}

impl Inner {
    /// A made-up receipt, and what is needed to make sheets of it.
    pub(super) fn sample_receipt(
        &self,
        setup: &PrinterSetup,
        sample: ReceiptSample,
    ) -> (
        devices::printer::receipt::Receipt,
        Option<crate::settings::printers::Logo>,
        super::press::Press,
    ) {
        let (shop, logo) = self.head();
        let own = self.state().shop.as_ref().map(|shop| shop.currency);
        let line = slip::sample(sample, own.unwrap_or(Currency::CNY), &self.clock(), now());
        let receipt = slip::papers(
            &line,
            &Around {
                printer: setup,
                shop: &shop,
                collector: "",
                clock: &self.clock(),
                copy: (sample == ReceiptSample::Copy).then_some(1),
                // So that a bell is heard.
                by_itself: sample != ReceiptSample::Copy,
                fresh: true,
            },
        );
        (receipt, logo, self.receipts.press.clone())
    }
}

impl Inner {
    /// What would come out of a printer.
    pub(crate) async fn preview(
        &self,
        setup: PrinterSetup,
        sample: ReceiptSample,
    ) -> Result<PaperView, UiError> {
        let (mut receipt, logo, press) = self.sample_receipt(&setup, sample);
        if sample == ReceiptSample::Closing {
            let made = closing::sample(self, &setup).await;
            receipt = made.map_err(|_| UiError::new("internal"))?;
        }
        // Fonts are read.
        let drawn =
            tokio::task::spawn_blocking(move || press.preview(&receipt, &setup, logo.as_ref()));
        drawn.await.map_err(|error| {
            tracing::error!(%error, "a receipt could not be previewed");
            UiError::new("internal")
        })
    }
}

fn failed(problem: PrintProblem) -> TestPrint {
    TestPrint {
        state: PrintState::Failed,
        problem: Some(problem),
        paper_low: false,
    }
}

fn ended(outcome: Option<Outcome>, paper_low: bool) -> TestPrint {
    let (state, problem) = match outcome {
        Some(Outcome::Done { taken, .. }) => (job::State::Taken { sure: taken }, None),
        Some(Outcome::Failed(why)) => (job::State::Failed, Some(PrintProblem::from(&why))),
        Some(Outcome::Unknown(why)) => (job::State::Unknown, Some(PrintProblem::from(&why))),
        None => {
            let stalled = PrintProblem::new(PrintProblemCode::Stalled);
            (job::State::Failed, Some(stalled))
        }
    };
    TestPrint {
        state: told::state(state),
        problem,
        paper_low,
    }
}
