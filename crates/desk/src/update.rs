//! Updates of this program: looked for once a day, shown with their notes, got when the owner wants them, and installed
//! when the shop is quiet, never in the middle of business.
//!
//! - `rule`: when one may be installed. `offer`: what is read of one. `fetch`: getting it. `system`: who can.
//! - `work`: looking, getting, installing, one after the other.
//!
//! The desk decides and gets; what a package is and whether its signature is good is known to the app's [`Bundle`].

mod fetch;
mod offer;
mod rule;
mod system;
mod view;
mod work;

pub use offer::Offered;
pub use system::{Installed, support, writable};
pub use view::{
    UpdateBusy, UpdateError, UpdateOffer, UpdateSupport, UpdateWait, UpdateWish, UpdatesView,
};
pub(crate) use work::run;

use crate::{Desk, api::UiError, settings::Language, words::text};
use offer::Kept;
use serde_json::Value;
use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// How this program came onto this PC, and how it is replaced. The reasons of failures are for the log.
pub trait Bundle: Send + Sync + 'static {
    /// Where to ask for updates; `None`: nobody is asked.
    fn endpoint(&self) -> Option<String>;
    /// Whether it can replace itself.
    fn support(&self) -> UpdateSupport;
    /// What a description offers that is newer than this program and fits it.
    fn offered(&self, manifest: &Value) -> Result<Option<Offered>, String>;
    /// Whether the package is the one that the description's version was signed with.
    fn verify(&self, manifest: &Value, package: &[u8]) -> Result<(), String>;
    /// Verifies again, replaces the program, and ends or restarts it in good order; blocks meanwhile. Where it answers
    /// `Ok`, the end is under way.
    fn install(&self, manifest: &Value, package: &[u8]) -> Result<(), String>;
}

/// How often things are done; tests are in a hurry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// After the start the shop is opened first.
    pub(crate) first_look: Duration,
    /// Between two looks that were answered.
    pub(crate) looks: Duration,
    /// After one that was not.
    pub(crate) retry: Duration,
    /// Between two questions whether it is quiet.
    pub(crate) quiet: Duration,
    /// Without a byte of a package.
    pub(crate) stalled: Duration,
}

impl Pace {
    const USUAL: Self = Self {
        first_look: Duration::from_secs(5 * 60),
        looks: Duration::from_secs(24 * 3600),
        retry: Duration::from_secs(2 * 3600),
        quiet: Duration::from_secs(5),
        stalled: Duration::from_secs(30),
    };
}

/// Where updates stand.
#[derive(Debug, Default)]
struct Standing {
    kept: Kept,
    offered: Option<Offered>,
    /// This version lies here, and is genuine.
    here: Option<String>,
    /// The owner said "now".
    insists: bool,
    /// The owner asked to look.
    asked: bool,
    busy: Option<UpdateBusy>,
    waits: Option<(UpdateWait, Option<String>)>,
    error: Option<UpdateError>,
    /// Not before then, after something failed.
    not_before: Option<Instant>,
    shown: Option<UpdatesView>,
}

/// Updates of this desk.
pub(crate) struct Updates {
    bundle: OnceLock<Arc<dyn Bundle>>,
    pace: Mutex<Pace>,
    standing: Mutex<Standing>,
    changed: Notify,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            bundle: OnceLock::new(),
            pace: Mutex::new(Pace::USUAL),
            standing: Mutex::default(),
            changed: Notify::new(),
        }
    }
}

impl Updates {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        // Every change under this lock is whole before anything in it can panic.
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pace(&self) -> Pace {
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn support(&self) -> UpdateSupport {
        match self.bundle.get() {
            Some(bundle) if bundle.endpoint().is_some() => bundle.support(),
            _ => UpdateSupport::NotConfigured,
        }
    }

    /// The line of the tray, when an update waits for a word of the owner or for a quiet moment.
    pub(crate) fn tray_line(&self, language: Language) -> Option<String> {
        let standing = self.standing();
        let version = standing.offered.as_ref()?.version.as_str();
        let key = match () {
            () if standing.kept.skipped.as_deref() == Some(version) => return None,
            () if standing.kept.wanted.as_deref() == Some(version) => "tray.update_wanted",
            () => "tray.update_offered",
        };
        Some(text(language, key, &[("version", version)]))
    }
}

impl Standing {
    fn view(&self, version: &str, support: UpdateSupport) -> UpdatesView {
        let is = |some: &Option<String>, version: &str| some.as_deref() == Some(version);
        let offer = self.offered.as_ref().map(|offered| UpdateOffer {
            skipped: is(&self.kept.skipped, &offered.version),
            wanted: is(&self.kept.wanted, &offered.version),
            here: is(&self.here, &offered.version),
            version: offered.version.clone(),
            notes: offered.notes.clone(),
        });
        let wanted = offer
            .as_ref()
            .is_some_and(|offer| offer.wanted && offer.here);
        let waits = self.waits.clone().filter(|_| wanted && self.busy.is_none());
        UpdatesView {
            version: version.to_owned(),
            support,
            checked_at: self.kept.checked_at,
            busy: self.busy,
            offer,
            waits_for: waits.as_ref().map(|(why, _)| *why),
            waits_until: waits.and_then(|(_, until)| until),
            error: self.error,
        }
    }

    /// Takes a wish of the owner; answers whether it can be had.
    fn wish(&mut self, wish: UpdateWish, support: UpdateSupport) -> bool {
        if support == UpdateSupport::NotConfigured || self.busy == Some(UpdateBusy::Installing) {
            return false;
        }
        let version = self.offered.as_ref().map(|offered| offered.version.clone());
        match wish {
            UpdateWish::Check => self.asked = true,
            _ if version.is_none() => return false,
            UpdateWish::WhenQuiet | UpdateWish::Now if support != UpdateSupport::Itself => {
                return false;
            }
            UpdateWish::WhenQuiet | UpdateWish::Now => {
                self.kept.wanted = version;
                self.kept.skipped = None;
                self.insists = wish == UpdateWish::Now;
            }
            UpdateWish::Skip => {
                self.kept.skipped = version;
                self.kept.wanted = None;
            }
            UpdateWish::Later => {
                self.kept.skipped = None;
                self.kept.wanted = None;
            }
        }
        self.waits = None;
        self.error = None;
        self.not_before = None;
        true
    }
}

impl Desk {
    /// Says how this program is replaced; before [`Desk::run`], and once. Without it nobody is asked for updates.
    pub fn updated_by(&self, bundle: Arc<dyn Bundle>) {
        let _ = self.inner.updates.bundle.set(bundle);
    }

    /// All about updates.
    pub async fn updates(&self) -> Result<UpdatesView, UiError> {
        Ok(self.inner.updates_view())
    }

    /// The owner wishes something of updates; it is begun, and told as it goes on.
    pub async fn update(&self, req: UpdateWish) -> Result<UpdatesView, UiError> {
        let updates = &self.inner.updates;
        let support = updates.support();
        let (taken, kept) = {
            let mut standing = updates.standing();
            (standing.wish(req, support), standing.kept.clone())
        };
        if !taken {
            return Err(UiError::new("not_allowed"));
        }
        // A wish holds over a restart, or is refused.
        self.inner.ledger.keep(work::KEPT, &kept).await?;
        updates.changed.notify_one();
        self.inner.show_updates();
        Ok(self.inner.updates_view())
    }
}

impl crate::desk::Inner {
    pub(crate) fn updates_view(&self) -> UpdatesView {
        let support = self.updates.support();
        self.updates.standing().view(&self.config.version, support)
    }

    /// Tells the page and the tray, if something changed.
    pub(crate) fn show_updates(&self) {
        let view = self.updates_view();
        let mut standing = self.updates.standing();
        if standing.shown.as_ref() != Some(&view) {
            let offer = |view: &UpdatesView| view.offer.clone();
            let before = standing.shown.as_ref().and_then(offer);
            let of_the_tray = before != offer(&view);
            self.screen.updates(&view);
            standing.shown = Some(view);
            drop(standing);
            if of_the_tray {
                self.tray.notify_one();
            }
        }
    }
}

#[cfg(test)]
mod tests;
