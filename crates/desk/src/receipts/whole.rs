//! A closing as whole pages, on printers for sheets: all that its document has, while a receipt's roll has it in short.

use super::{
    closing,
    press::Sheets,
    system::Pages,
    view::{ClosingPrinter, PrintProblem, PrintProblemCode},
    worker::Worker,
};
use crate::{
    desk::Inner,
    ledger::PrintJob,
    settings::printers::{PrinterSetup, PrinterTarget},
};
use reports::{closing::Detail, pdf::PdfError};

impl Worker {
    /// The pages of a job that is no payment's; `None` on a printer that takes it as a receipt.
    pub(super) async fn whole_pages(
        &self,
        setup: &PrinterSetup,
        job: &PrintJob,
    ) -> Result<Option<Sheets>, PrintProblem> {
        if !self.desk.takes_pages(setup).await {
            return Ok(None);
        }
        let paper = closing::paper(&self.desk, setup, job.of, job.job.copy, Detail::Whole).await?;
        match tokio::task::spawn_blocking(move || Pages::of(&paper)).await {
            Ok(Ok(pages)) => Ok(Some(Sheets::Whole(pages))),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a closing could not be made pages");
                let no_font = matches!(error, PdfError::NoFont | PdfError::NoLetters { .. });
                Err(PrintProblem::new(match no_font {
                    true => PrintProblemCode::NoFont,
                    false => PrintProblemCode::Other,
                }))
            }
            Err(error) => {
                tracing::error!(%error, "a closing could not be made pages");
                Err(PrintProblem::new(PrintProblemCode::Other))
            }
        }
    }
}

impl Inner {
    async fn takes_pages(&self, setup: &PrinterSetup) -> bool {
        match &setup.target {
            PrinterTarget::System { name, sheet } => {
                self.receipts.system().takes_pages(name, *sheet).await
            }
            PrinterTarget::Port { .. } => false,
        }
    }

    /// The printers in use, and how each would print a closing.
    pub(crate) async fn closing_printers(&self) -> Vec<ClosingPrinter> {
        let in_use: Vec<PrinterSetup> = {
            let state = self.state();
            let printers = state.settings.printers.iter().filter(|one| one.on);
            printers.cloned().collect()
        };
        let mut printers = Vec::new();
        for setup in in_use {
            printers.push(ClosingPrinter {
                pages: self.takes_pages(&setup).await,
                id: setup.id,
                name: setup.name,
            });
        }
        printers
    }
}
