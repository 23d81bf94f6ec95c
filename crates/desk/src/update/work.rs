//! The loop behind updates: look, and get; `install` does the rest.

mod install;

use super::{
    Bundle, UpdateBusy, UpdateError, UpdateSupport,
    fetch::{Fetch, FetchError},
    offer::{self, Kept},
    rule::Hours,
};
use crate::desk::{Inner, now};
use domain::Timestamp;
use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The name under which the book keeps what is remembered of updates.
pub(super) const KEPT: &str = "updates";
/// The folder of packages.
const FOLDER: &str = "updates";
/// For a whole package, however slowly it comes.
const PACKAGE: Duration = Duration::from_secs(3 * 3600);
/// Nothing is due: looked again after this, since a machine that sleeps stops the clock of timers.
const IDLE: Duration = Duration::from_secs(600);

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Look,
    Get,
    AskWhetherQuiet,
    Rest(Duration),
}

/// One run of the loop.
struct Work<'a> {
    desk: &'a Inner,
    bundle: Arc<dyn Bundle>,
    endpoint: String,
    fetch: Fetch,
    folder: PathBuf,
    started: Instant,
    hours: Option<(Instant, Hours)>,
}

/// Runs until `stop`. Without a bundle that has a place to ask, there is nothing to do.
pub(crate) async fn run(desk: &Inner, stop: CancellationToken) {
    let updates = &desk.updates;
    let bundle = updates.bundle.get().cloned();
    let Some((bundle, endpoint)) =
        bundle.and_then(|bundle| bundle.endpoint().map(|endpoint| (bundle, endpoint)))
    else {
        tracing::info!("this build asks nobody for updates");
        return;
    };
    let fetch = match Fetch::new(endpoint.starts_with("https:"), updates.pace().stalled) {
        Ok(fetch) => fetch,
        Err(error) => return tracing::error!(%error, "updates cannot be looked for"),
    };
    let mut work = Work {
        desk,
        bundle,
        endpoint,
        fetch,
        folder: desk.config.data_dir.join(FOLDER),
        started: Instant::now(),
        hours: None,
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work.go_on() => {}
    }
}

impl Work<'_> {
    async fn go_on(&mut self) {
        self.load().await;
        loop {
            self.desk.show_updates();
            match self.next(now()) {
                Step::Look => self.look().await,
                Step::Get => self.get().await,
                Step::AskWhetherQuiet => self.install_when_quiet().await,
                Step::Rest(rest) => {
                    tokio::select! {
                        () = self.desk.updates.changed.notified() => {}
                        () = tokio::time::sleep(rest) => {}
                    }
                }
            }
        }
    }

    fn next(&self, now: Timestamp) -> Step {
        let pace = self.desk.updates.pace();
        let looks_by_itself = self.desk.state().settings.check_updates;
        let support = self.desk.updates.support();
        let standing = self.desk.updates.standing();
        if standing.asked {
            return Step::Look;
        }
        if let Some(left) = standing
            .not_before
            .map(|then| then.saturating_duration_since(Instant::now()))
            && !left.is_zero()
        {
            return Step::Rest(left.min(IDLE));
        }
        let wanted = standing.offered.as_ref().is_some_and(|offered| {
            support == UpdateSupport::Itself
                && standing.kept.wanted.as_ref() == Some(&offered.version)
        });
        if wanted {
            let version = standing.offered.as_ref().map(|offered| &offered.version);
            return match standing.here.as_ref() == version {
                true => Step::AskWhetherQuiet,
                false => Step::Get,
            };
        }
        let looks_ms = i64::try_from(pace.looks.as_millis()).unwrap_or(i64::MAX);
        let answered = standing.kept.checked_at;
        let due = answered.is_none_or(|at| !(0..looks_ms).contains(&now.since(at)));
        let waits = pace.first_look.saturating_sub(self.started.elapsed());
        match looks_by_itself && due {
            true if waits.is_zero() => Step::Look,
            true => Step::Rest(waits.min(IDLE)),
            false => Step::Rest(IDLE),
        }
    }

    /// What an earlier run left: the last description, and perhaps a package.
    async fn load(&self) {
        let kept = match self.desk.ledger.kept::<Kept>(KEPT).await {
            Ok(kept) => kept.unwrap_or_default(),
            Err(error) => {
                return tracing::error!(%error, "what is known of updates could not be read");
            }
        };
        let offered = kept
            .manifest
            .as_ref()
            .and_then(|manifest| self.read(manifest).ok());
        let offered = offered.flatten();
        let wanted = kept.wanted.clone().filter(|wanted| {
            offered
                .as_ref()
                .is_some_and(|offered| offered.version == *wanted)
        });
        let folder = self.folder.clone();
        let keep = wanted.as_ref().map(|version| package(&folder, version));
        if let Some(Err(error)) = blocking(move || clear(&folder, keep.as_deref())).await {
            tracing::warn!(%error, "old packages could not be removed");
        }
        {
            let mut standing = self.desk.updates.standing();
            standing.kept = Kept {
                wanted: wanted.clone(),
                ..kept
            };
            standing.offered = offered;
        }
        if let Some(version) = wanted
            && self.genuine(&version).await.is_ok()
        {
            self.desk.updates.standing().here = Some(version);
        }
    }

    fn read(&self, manifest: &serde_json::Value) -> Result<Option<offer::Offered>, ()> {
        match self.bundle.offered(manifest) {
            Ok(None) => Ok(None),
            Ok(Some(offered)) => offer::clean(offered).map(Some).ok_or(()),
            Err(reason) => {
                tracing::warn!(reason, "the description of an update could not be read");
                Err(())
            }
        }
    }

    /// Looks whether there is an update.
    async fn look(&self) {
        {
            let mut standing = self.desk.updates.standing();
            standing.asked = false;
            standing.busy = Some(UpdateBusy::Checking);
        }
        self.desk.show_updates();
        let found = self.fetch.manifest(&self.endpoint).await;
        let read = match found {
            Ok(None) => Ok((None, None)),
            Ok(Some(bytes)) => match offer::manifest(&bytes) {
                Some(manifest) => self
                    .read(&manifest)
                    .map(|offered| (Some(manifest), offered))
                    .map_err(|()| UpdateError::Unreadable),
                None => Err(UpdateError::Unreadable),
            },
            Err(error) => Err(of_fetch(&error)),
        };
        let kept = {
            let mut standing = self.desk.updates.standing();
            standing.busy = None;
            match read {
                Ok((manifest, offered)) => {
                    standing.error = None;
                    standing.kept.checked_at = Some(now());
                    standing.kept.manifest = manifest.filter(|_| offered.is_some());
                    standing.offered = offered;
                    Some(standing.kept.clone())
                }
                Err(error) => {
                    standing.error = Some(error);
                    standing.not_before = Some(Instant::now() + self.desk.updates.pace().retry);
                    None
                }
            }
        };
        self.keep(kept).await;
    }

    async fn keep(&self, kept: Option<Kept>) {
        if let Some(kept) = kept
            && let Err(error) = self.desk.ledger.keep(KEPT, &kept).await
        {
            tracing::error!(%error, "what is known of updates could not be kept");
        }
    }

    /// Gets the package that is wanted; a change of mind breaks it off.
    async fn get(&self) {
        let updates = &self.desk.updates;
        let Some(offered) = updates.standing().offered.clone() else {
            return;
        };
        self.busy(Some(UpdateBusy::Downloading { percent: None }));
        let file = package(&self.folder, &offered.version);
        let part = file.with_extension("part");
        let progress = |came: u64, total: Option<u64>| {
            let percent = total.and_then(|total| (came.min(total) * 100).checked_div(total));
            let percent = percent.and_then(|percent| u8::try_from(percent).ok());
            self.busy(Some(UpdateBusy::Downloading { percent }));
        };
        let got = async {
            tokio::fs::create_dir_all(&self.folder).await?;
            let whole = self.fetch.package(&offered.url, &part, progress);
            let came = tokio::time::timeout(PACKAGE, whole).await;
            came.unwrap_or_else(|_| Err(FetchError::Network("it took too long".to_owned())))?;
            Ok(tokio::fs::rename(&part, &file).await?)
        };
        let mut got = pin!(got);
        let got = loop {
            tokio::select! {
                got = &mut got => break Some(got),
                () = updates.changed.notified() => {
                    if updates.standing().kept.wanted.as_ref() != Some(&offered.version) {
                        break None;
                    }
                }
            }
        };
        let failed = match got {
            None => None,
            Some(Ok(())) => match self.genuine(&offered.version).await {
                Ok(()) => {
                    tracing::info!(
                        version = offered.version,
                        "an update was got and is genuine"
                    );
                    updates.standing().here = Some(offered.version.clone());
                    None
                }
                Err(error) => Some(error),
            },
            Some(Err(error)) => {
                tracing::warn!(%error, "an update could not be got");
                Some(of_fetch(&error))
            }
        };
        let _ = tokio::fs::remove_file(&part).await;
        self.busy(None);
        self.failed(failed, &file).await;
    }

    /// Tells of a failure. What is not genuine is not asked for again by itself.
    async fn failed(&self, failed: Option<UpdateError>, file: &Path) {
        let Some(error) = failed else { return };
        let kept = {
            let mut standing = self.desk.updates.standing();
            standing.error = Some(error);
            standing.not_before = Some(Instant::now() + self.desk.updates.pace().retry);
            if matches!(error, UpdateError::NotGenuine | UpdateError::NotInstalled) {
                standing.kept.wanted = None;
                standing.here = None;
                Some(standing.kept.clone())
            } else {
                None
            }
        };
        if kept.is_some() {
            let _ = tokio::fs::remove_file(file).await;
        }
        self.keep(kept).await;
    }

    fn busy(&self, busy: Option<UpdateBusy>) {
        self.desk.updates.standing().busy = busy;
        self.desk.show_updates();
    }

    /// Whether the package that lies here is the one that was signed.
    async fn genuine(&self, version: &str) -> Result<(), UpdateError> {
        let manifest = self.desk.updates.standing().kept.manifest.clone();
        let (bundle, file) = (self.bundle.clone(), package(&self.folder, version));
        let checked = blocking(move || {
            let bytes = fs::read(file).map_err(|_| UpdateError::Disk)?;
            let manifest = manifest.ok_or(UpdateError::Unreadable)?;
            bundle.verify(&manifest, &bytes).map_err(|reason| {
                tracing::error!(
                    reason,
                    "an update is not what was signed, and is thrown away"
                );
                UpdateError::NotGenuine
            })
        });
        checked.await.unwrap_or(Err(UpdateError::Disk))
    }
}

/// On a thread that may block; `None` when it panicked.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

fn of_fetch(error: &FetchError) -> UpdateError {
    match error {
        FetchError::Network(_) => UpdateError::Offline,
        FetchError::TooLarge => UpdateError::Unreadable,
        FetchError::Disk(_) => UpdateError::Disk,
    }
}

/// Where a version's package lies. The version is plain letters, digits, dots: see [`offer::clean`].
fn package(folder: &Path, version: &str) -> PathBuf {
    folder.join(format!("tillbell-{version}.package"))
}

/// Removes all packages but one.
fn clear(folder: &Path, keep: Option<&Path>) -> io::Result<()> {
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    for file in found {
        let file = file?.path();
        if Some(file.as_path()) != keep {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}
