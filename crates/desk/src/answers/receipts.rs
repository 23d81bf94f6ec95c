//! Printing: receipts by hand, what became of them, and printers tried out.

use crate::{
    Desk,
    api::UiError,
    desk::now,
    ledger::{Again, Of},
    receipts::view::{
        ClosingPaper, ClosingPrinter, JobId, PaperView, PrintClosing, PrintJobView, PrintWish,
        PrinterPreset, PrinterTry, SystemPrinter, TestPrint,
    },
    settings::printers::PrinterSetup,
};
use devices::printer::{job::Happening, profile::Preset};

impl Desk {
    /// Prints a payment's receipt, because somebody asked.
    pub async fn print_receipt(&self, req: PrintWish) -> Result<PrintJobView, UiError> {
        self.print(Of::Payment(req.line), req.printer.as_deref())
            .await
    }

    /// Prints a closing, or a day as it stands, because somebody asked.
    pub async fn print_closing(&self, req: PrintClosing) -> Result<PrintJobView, UiError> {
        let of = match req.of {
            ClosingPaper::Closing { number } => Of::Closing(number),
            ClosingPaper::Look { day } => Of::Look(day),
        };
        self.print(of, req.printer.as_deref()).await
    }

    /// The printers in use, and how each would print a closing.
    pub async fn closing_printers(&self) -> Result<Vec<ClosingPrinter>, UiError> {
        Ok(self.inner.closing_printers().await)
    }

    async fn print(&self, of: Of, printer: Option<&str>) -> Result<PrintJobView, UiError> {
        let printer = self.printer(printer)?;
        let queued = self.inner.prints().print(of, printer, now()).await?;
        let job = queued.ok_or_else(|| UiError::new("not_found"))?;
        self.inner.receipts.wake();
        self.job_shown(job.id()).await
    }

    /// Another paper of a receipt: because the first was not printed, or as a copy.
    pub async fn print_again(&self, req: JobId) -> Result<PrintJobView, UiError> {
        let was = self.inner.prints().job(req).await?;
        let printer = self.printer(was.as_ref().map(|(job, _)| job.printer.as_str()))?;
        match self.inner.prints().again(req, printer, now()).await? {
            Again::Queued(job) => {
                self.inner.receipts.wake();
                self.job_shown(job.id()).await
            }
            Again::OnItsWay => self.job_shown(req).await,
            Again::Unknown => Err(UiError::new("not_found")),
        }
    }

    /// Receipts on their way, in trouble, and the last of the others; newest first.
    pub async fn print_jobs(&self) -> Result<Vec<PrintJobView>, UiError> {
        let jobs = self.inner.prints().shown().await?;
        Ok(self.inner.print_jobs_shown(&jobs))
    }

    /// Nothing more is to be done about a receipt: one that waits is taken back, one in trouble was looked at.
    pub async fn settle_job(&self, req: JobId) -> Result<(), UiError> {
        let prints = self.inner.prints();
        let take_back = |was: devices::printer::job::State| was.after(&Happening::Withdrawn).ok();
        let taken_back = prints.moved(req, take_back, None, now()).await?;
        let settled = taken_back.is_some() || prints.settle(req).await?;
        self.inner.receipts.wake();
        match settled {
            true => Ok(()),
            false => Err(UiError::new("not_found")),
        }
    }

    /// Nothing more is to be done about any receipt in trouble.
    pub async fn settle_jobs(&self) -> Result<(), UiError> {
        self.inner.prints().settle_all().await?;
        self.inner.receipts.wake();
        Ok(())
    }

    /// What would come out of a printer, read back from what it would be sent.
    pub async fn preview_receipt(&self, req: PrinterTry) -> Result<PaperView, UiError> {
        if let Some(field) = req.printer.fault_of_look() {
            return Err(UiError::invalid(field));
        }
        self.inner.preview(req.printer, req.sample).await
    }

    /// Prints a made-up receipt on the real printer, saved or not.
    pub async fn test_receipt(&self, req: PrinterSetup) -> Result<TestPrint, UiError> {
        if let Some(field) = req.fault() {
            return Err(UiError::invalid(field));
        }
        Ok(self.inner.receipts.test(&self.inner, &req).await)
    }

    /// The system's normal printers.
    pub async fn system_printers(&self) -> Result<Vec<SystemPrinter>, UiError> {
        let listed = self.inner.receipts.system().list().await;
        listed.map_err(|_| UiError::new("internal"))
    }

    /// Kinds of printers to begin with.
    pub async fn printer_presets(&self) -> Result<Vec<PrinterPreset>, UiError> {
        let preset = |preset: Preset| PrinterPreset {
            preset,
            profile: preset.profile(),
        };
        Ok(Preset::ALL.map(preset).into())
    }

    /// The printer of this id where it is in use, else the first that is.
    fn printer(&self, wanted: Option<&str>) -> Result<String, UiError> {
        let state = self.inner.state();
        let in_use = || state.settings.printers.iter().filter(|one| one.on);
        let own = wanted.and_then(|id| in_use().find(|one| one.id == id));
        let found = own.or_else(|| in_use().next());
        found
            .map(|one| one.id.clone())
            .ok_or_else(|| UiError::new("no_printer"))
    }

    async fn job_shown(&self, id: JobId) -> Result<PrintJobView, UiError> {
        let job = self.inner.prints().job(id).await?;
        let shown = self.inner.print_jobs_shown(job.as_slice());
        let shown = shown.into_iter().next();
        shown.ok_or_else(|| UiError::new("not_found"))
    }
}
