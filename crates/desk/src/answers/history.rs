//! What pages ask of the book: days, pages of payments, one payment, notices.

use crate::{Desk, api::UiError, desk::now, history, shown, views::*};
use domain::BusinessDay;

/// Rows of a page.
const PAGE_MAX: u32 = 200;

impl Desk {
    /// A day's totals; `None` is today.
    pub async fn day(&self, req: Option<BusinessDay>) -> Result<DayView, UiError> {
        let clock = self.inner.clock();
        let today = clock.day_of(now());
        let day = req.unwrap_or(today);
        let (totals, last) = self.inner.ledger.day(day).await?;
        Ok(shown::day(
            day,
            day == today,
            &totals,
            last.as_ref(),
            self.own_currency(),
            &clock,
        ))
    }

    /// The days that have payments, newest first.
    pub async fn days(&self) -> Result<Vec<DaySummary>, UiError> {
        let own = self.own_currency();
        let days = self.inner.ledger.days().await?;
        Ok(days
            .into_iter()
            .map(|(day, payments, totals)| shown::day_summary(day, payments, &totals, own))
            .collect())
    }

    /// A page of payments.
    pub async fn history_page(&self, mut req: HistoryQuery) -> Result<HistoryPage, UiError> {
        req.limit = req.limit.clamp(1, PAGE_MAX);
        let limit = req.limit as usize;
        let clock = self.inner.clock();
        let upwards = req.after.is_some() && req.before.is_none();
        let mut lines = self.inner.ledger.page(req).await?;
        let more = lines.len() > limit;
        // One row too many tells that there are more; upwards it is the newest.
        if more && upwards {
            lines.remove(0);
        }
        lines.truncate(limit);
        let names = self.inner.source_names();
        let mut rows: Vec<PaymentView> = lines
            .iter()
            .map(|line| shown::payment(line, &clock))
            .collect();
        rows.iter_mut().for_each(|row| history::named(row, &names));
        Ok(HistoryPage { rows, more })
    }

    /// Everything about one payment.
    pub async fn payment_details(&self, req: LineId) -> Result<PaymentDetails, UiError> {
        let found = self.inner.ledger.details(req).await?;
        let found = found.ok_or_else(|| UiError::new("not_found"))?;
        let prints = self.inner.prints().of(req).await?;
        Ok(PaymentDetails {
            prints: self.inner.print_jobs_shown(&prints),
            ..history::with_names(
                shown::details(&found, &self.inner.clock(), now()),
                &self.inner.source_names(),
            )
        })
    }

    /// Notices that did not become payments.
    pub async fn unread_page(&self, req: UnreadQuery) -> Result<UnreadPage, UiError> {
        let limit = req.limit.clamp(1, PAGE_MAX);
        let clock = self.inner.clock();
        let mut lines = self.inner.ledger.unread(req.before, limit + 1).await?;
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let at = now();
        Ok(UnreadPage {
            rows: lines
                .into_iter()
                .map(|line| shown::unread(line, &clock, at))
                .collect(),
            more,
        })
    }
}
