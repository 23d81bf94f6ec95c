//! The day's end: what pages ask of it. Every refusal is `invalid` with the field that has words in the pages.

use crate::{Desk, api::UiError};
use book::dayend::{
    CloseWish, Closing, ClosingCorrection, ClosingDraft, ClosingSummary, ClosingsQuery, DayReport,
    DraftChange,
};
use domain::BusinessDay;

impl Desk {
    /// What came in on a day; `None` is today.
    pub async fn day_report(&self, req: Option<BusinessDay>) -> Result<DayReport, UiError> {
        let here = self.inner.here()?;
        let day = req.unwrap_or_else(|| here.today());
        Ok(self.inner.ledger.day_report(day, here).await?)
    }

    /// The closing that is being made: of that day, or of the one that is to be closed next.
    pub async fn closing_draft(&self, req: Option<BusinessDay>) -> Result<ClosingDraft, UiError> {
        let here = self.inner.here()?;
        Ok(self.inner.ledger.closing_draft(req, here).await?)
    }

    /// Changes it; what is answered is kept already.
    pub async fn change_closing_draft(&self, req: DraftChange) -> Result<ClosingDraft, UiError> {
        let here = self.inner.here()?;
        let who = req.who.clone();
        let draft = self.inner.ledger.change_closing_draft(req, here).await?;
        self.inner.works_here(&who).await;
        self.inner.screen.day_end_changed();
        Ok(draft)
    }

    /// Closes the day.
    pub async fn close_day(&self, req: CloseWish) -> Result<Closing, UiError> {
        let here = self.inner.here()?;
        let who = req.who.clone();
        let closing = self.inner.ledger.close_day(req, here).await?;
        self.inner.works_here(&who).await;
        self.inner.closed(&closing);
        Ok(closing)
    }

    /// Hands the drawer over: the shift is closed, the day goes on.
    pub async fn hand_over_shift(&self, req: CloseWish) -> Result<Closing, UiError> {
        let here = self.inner.here()?;
        let closing = self.inner.ledger.hand_over_shift(req, here).await?;
        self.inner.nobody_works_here().await;
        self.inner.closed(&closing);
        Ok(closing)
    }

    /// Puts a closing right by a correction with a number of its own.
    pub async fn correct_closing(&self, req: ClosingCorrection) -> Result<Closing, UiError> {
        let here = self.inner.here()?;
        let who = req.who.clone();
        let closing = self.inner.ledger.correct_closing(req, here).await?;
        self.inner.works_here(&who).await;
        self.inner.closed(&closing);
        Ok(closing)
    }

    /// Closings, newest first.
    pub async fn closings(&self, req: ClosingsQuery) -> Result<Vec<ClosingSummary>, UiError> {
        Ok(self.inner.ledger.closings(req).await?)
    }

    /// A closing by its number.
    pub async fn closing(&self, req: u32) -> Result<Closing, UiError> {
        let found = self.inner.ledger.closing(req).await?;
        found.ok_or_else(|| UiError::new("not_found"))
    }
}
