//! The end of an update: wait until the shop is quiet, and install.

use super::{Work, blocking, package};
use crate::{
    desk::now,
    ledger::LedgerError,
    update::{
        UpdateBusy, UpdateError, UpdateWait,
        rule::{self, Business, Hours, Wait},
    },
};
use std::{fs, time::Duration};
use tokio::time::Instant;

/// The shop's hours are learnt anew so often while an update waits.
const HOURS_HOLD: Duration = Duration::from_secs(1800);

impl Work<'_> {
    /// Installs, if the shop is quiet; else says why not, and asks again soon.
    pub(super) async fn install_when_quiet(&mut self) {
        let quiet = self.desk.updates.pace().quiet;
        let business = match self.business().await {
            Ok(business) => business,
            Err(error) => {
                tracing::error!(%error, "whether the shop is quiet could not be read");
                return tokio::time::sleep(quiet).await;
            }
        };
        let insists = self.desk.updates.standing().insists;
        let Err(wait) = rule::may_install(&business, insists) else {
            return self.install().await;
        };
        let clock = self.desk.clock();
        let told = match (wait, business.hours) {
            (Wait::Announcing, _) => (UpdateWait::Announcing, None),
            (Wait::Closing, _) => (UpdateWait::Closing, None),
            (Wait::Paid { until }, _) => (UpdateWait::Paid, Some(clock.minutes(until))),
            (Wait::Open, Hours::Between(_, to)) => (
                UpdateWait::Open,
                Some(format!("{:02}:{:02}", to / 60, to % 60)),
            ),
            (Wait::Open, Hours::Always) => (UpdateWait::AlwaysOpen, None),
        };
        self.desk.updates.standing().waits = Some(told);
        self.desk.show_updates();
        tokio::select! {
            () = self.desk.updates.changed.notified() => {}
            () = tokio::time::sleep(quiet) => {}
        }
    }

    async fn business(&mut self) -> Result<Business, LedgerError> {
        let now = now();
        let clock = self.desk.clock();
        let hours = match self.hours {
            Some((learnt, hours)) if learnt.elapsed() < HOURS_HOLD => hours,
            _ => {
                let paid = self.desk.ledger.busy_quarters(now).await?;
                let hours = Hours::learnt(&paid, &clock);
                self.hours = Some((Instant::now(), hours));
                hours
            }
        };
        Ok(Business {
            now,
            minute: clock.minute_of_day(now),
            going_on: self.desk.ledger.going_on(now).await?,
            closing: self.desk.ledger.counting(now).await?,
            hours,
        })
    }

    async fn install(&self) {
        let (version, manifest) = {
            let standing = self.desk.updates.standing();
            (standing.here.clone(), standing.kept.manifest.clone())
        };
        let (Some(version), Some(manifest)) = (version, manifest) else {
            return;
        };
        tracing::info!(version, "the shop is quiet; the update is installed");
        self.busy(Some(UpdateBusy::Installing));
        let (bundle, file) = (self.bundle.clone(), package(&self.folder, &version));
        let path = file.clone();
        let done = blocking(move || {
            let bytes = fs::read(path).map_err(|error| error.to_string())?;
            bundle.install(&manifest, &bytes)
        });
        match done.await.unwrap_or_else(|| Err("it panicked".to_owned())) {
            // The end of the program is under way, and ends this loop too.
            Ok(()) => std::future::pending().await,
            Err(reason) => {
                tracing::error!(reason, version, "the update could not be installed");
                self.busy(None);
                self.failed(Some(UpdateError::NotInstalled), &file).await;
            }
        }
    }
}
