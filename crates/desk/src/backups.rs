//! Copies of the book: one a day by itself, one now, and putting one in the book's place at the next start.

use crate::{
    api::{UiError, event},
    desk::{Inner, now},
};
use book::{
    Follow, Progress,
    backup::{self, BackupError, BackupFile, Contents},
};
use domain::{BusinessDay, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// The folder beside the book.
const FOLDER: &str = "backups";
/// After a start payments that were missed come first.
const FIRST_LOOK: Duration = Duration::from_secs(90);
/// So often it is looked whether the day's copy is there: a day may begin, a stick be put in.
const LOOKS: Duration = Duration::from_secs(10 * 60);
/// Pages are told of progress no oftener.
const TELL: Duration = Duration::from_millis(100);
/// The name under which the book keeps what its daily copies are marked with.
const MARK: &str = "copies_mark";

/// A copy to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BackupWish {
    /// It is sealed with this.
    pub passphrase: Option<Secret>,
}

/// A copy to read, or to put in the book's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RestoreWish {
    /// One of those in the folder …
    pub path: Option<String>,
    /// … or a file that was given to the page.
    pub file: Option<String>,
    /// What it is sealed with.
    pub passphrase: Option<Secret>,
    /// Who puts it in the book's place; without it, who was named last at this desk.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub who: Option<String>,
}

/// The copies of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BackupsView {
    /// Where they lie.
    pub folder: String,
    /// They, the last first.
    pub files: Vec<BackupFile>,
    /// Why the day's copy was not made, or the folder cannot be read: a word as in an error's `field`, else `storage`.
    pub problem: Option<String>,
    /// What the book holds now.
    pub now: Option<Contents>,
    /// What lies ready to become the book when the program starts again, against the book as it is now.
    pub waiting: Option<Contents>,
}

/// Copies of this desk's book.
#[derive(Default)]
pub(crate) struct Backups {
    /// Held by whoever writes or reads a copy: one at a time.
    at_work: tokio::sync::Mutex<()>,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    /// Stop what pages asked for and is under way or waits, by number.
    asked: BTreeMap<u64, Follow>,
    /// The number of the last.
    last: u64,
    /// Stops the day's copy: only the end of the program does.
    daily: Follow,
    /// Why the last daily copy was not made.
    problem: Option<String>,
}

impl Backups {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what pages asked for. The day's copy goes on: whoever stops what he sees does not mean it.
    pub(crate) fn stop(&self) {
        self.standing().asked.values().for_each(Follow::stop);
    }

    /// The program ends: nothing goes on.
    fn stop_all(&self) {
        self.stop();
        self.standing().daily.stop();
    }

    /// Takes on what a page asks for: from now on it can be stopped, also while it waits.
    fn asked(&self, follow: &Follow) -> Asked<'_> {
        let mut standing = self.standing();
        standing.last += 1;
        let number = standing.last;
        standing.asked.insert(number, follow.clone());
        Asked {
            backups: self,
            number,
        }
    }

    /// Makes the day's copy when it is due, until `stop`.
    pub(crate) async fn run(&self, desk: &Inner, stop: CancellationToken) {
        let mut wait = FIRST_LOOK;
        loop {
            tokio::select! {
                () = stop.cancelled() => break self.stop_all(),
                () = tokio::time::sleep(wait) => {}
            }
            wait = LOOKS;
            tokio::select! {
                () = stop.cancelled() => break self.stop_all(),
                () = desk.daily_copy() => {}
            }
        }
    }
}

/// As long as it lives, it can be stopped.
struct Asked<'a> {
    backups: &'a Backups,
    number: u64,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.backups.standing().asked.remove(&self.number);
    }
}

impl Inner {
    pub(crate) fn book_path(&self) -> PathBuf {
        self.config.data_dir.join(crate::desk::BOOK)
    }

    pub(crate) fn backup_folder(&self) -> PathBuf {
        let own = self.state().settings.backups.folder.clone();
        own.map_or_else(|| self.config.data_dir.join(FOLDER), PathBuf::from)
    }

    /// Makes the day's copy, unless it is there or not wanted, and takes away those that are too many.
    async fn daily_copy(&self) {
        let wanted = self.state().settings.backups.clone();
        if !wanted.daily {
            return;
        }
        let made = self.make_daily(usize::from(wanted.keep)).await;
        let problem = made.as_ref().err().map(word_of);
        if let Err(error) = &made {
            tracing::warn!(%error, "the day's copy of the book was not made");
        }
        let before = std::mem::replace(&mut self.backups.standing().problem, problem.clone());
        if matches!(made, Ok(true)) || before != problem {
            self.tell_backups();
        }
    }

    /// Whether one was made.
    async fn make_daily(&self, keep: usize) -> Result<bool, CopyFailure> {
        let mark = self.copies_mark().await?;
        let day = self.rule().day_of(now());
        let (folder, book) = (self.backup_folder(), self.book_path());
        let one_at_a_time = self.backups.at_work.lock().await;
        let follow = Follow::default();
        self.backups.standing().daily = follow.clone();
        let made = blocking(move || daily(&book, &folder, &mark, day, keep, &follow)).await;
        drop(one_at_a_time);
        made
    }

    /// What tells this book's daily copies from another till's in the same folder.
    async fn copies_mark(&self) -> Result<String, CopyFailure> {
        if let Some(mark) = self.ledger.kept::<String>(MARK).await? {
            return Ok(mark);
        }
        let mut random = [0; 3];
        getrandom::fill(&mut random).map_err(|_| CopyFailure::Failed)?;
        let mark: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        self.ledger.keep(MARK, &mark).await?;
        Ok(mark)
    }

    /// Does one piece of work on copies, whose progress pages follow.
    pub(crate) async fn with_copies<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Follow) -> Result<Option<T>, BackupError> + Send + 'static,
    ) -> Result<T, UiError> {
        let follow = self.followed();
        let _asked = self.backups.asked(&follow);
        let _one_at_a_time = self.backups.at_work.lock().await;
        if follow.is_stopped() {
            return Err(UiError::new("stopped"));
        }
        let done = blocking(move || Ok(work(&follow)?)).await;
        match done {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Err(UiError::new("stopped")),
            Err(failure) => {
                tracing::warn!(error = %failure, "work on a copy of the book failed");
                Err(failure.told())
            }
        }
    }

    fn followed(self: &Arc<Self>) -> Follow {
        let (desk, told) = (Arc::downgrade(self), Mutex::new(None::<Instant>));
        Follow::telling(move |at: Progress| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let is_late = told.is_none_or(|before| before.elapsed() >= TELL);
            if let Some(desk) = desk.upgrade().filter(|_| is_late || at.done >= at.of) {
                *told = Some(Instant::now());
                desk.screen
                    .tell(&["settings"], event::BACKUP_PROGRESS, &json!(at));
            }
        })
    }

    pub(crate) fn tell_backups(&self) {
        self.screen
            .tell(&["settings"], event::BACKUPS, &json!(null));
    }

    /// The copies as pages see them.
    pub(crate) async fn backups_view(&self) -> BackupsView {
        let (folder, book) = (self.backup_folder(), self.book_path());
        let looked_at = folder.clone();
        let found = blocking(move || {
            let files = backup::found_in(&looked_at);
            Ok((files, backup::holds(&book), backup::waiting(&book)))
        });
        let (files, now, waiting) = match found.await {
            Ok((files, now, waiting)) => (files, counted(now), counted(waiting).flatten()),
            Err(error) => {
                tracing::warn!(%error, "copies of the book could not be looked for");
                (Ok(Vec::new()), None, None)
            }
        };
        let unread = files.is_err().then(|| "storage".to_owned());
        BackupsView {
            folder: folder.to_string_lossy().into_owned(),
            files: files.unwrap_or_default(),
            problem: unread.or_else(|| self.backups.standing().problem.clone()),
            now,
            waiting,
        }
    }
}

/// What a book holds; `None` where it cannot be counted.
fn counted<T>(found: Result<T, BackupError>) -> Option<T> {
    found
        .inspect_err(|error| tracing::warn!(%error, "a book could not be counted"))
        .ok()
}

fn daily(
    book: &Path,
    folder: &Path,
    mark: &str,
    day: BusinessDay,
    keep: usize,
    follow: &Follow,
) -> Result<bool, CopyFailure> {
    std::fs::create_dir_all(folder).map_err(|source| BackupError::Io {
        path: folder.to_owned(),
        source,
    })?;
    let own = backup::daily_name(mark, day);
    let target = folder.join(&own);
    if target.exists() || backup::back_up(book, &target, None, follow)?.is_none() {
        return Ok(false);
    }
    let listed = backup::found_in(folder).map_err(|source| BackupError::Io {
        path: folder.to_owned(),
        source,
    })?;
    for name in backup::excess(mark, &listed, &own, (day, now()), keep) {
        if let Err(error) = std::fs::remove_file(folder.join(&name)) {
            tracing::warn!(%error, name, "an old copy of the book could not be taken away");
        }
    }
    Ok(true)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CopyFailure> + Send + 'static,
) -> Result<T, CopyFailure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| CopyFailure::Failed)?
}

/// Why a copy was not made or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyFailure {
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Book(#[from] book::LedgerError),
    #[error("the work on it failed")]
    Failed,
}

impl CopyFailure {
    fn told(&self) -> UiError {
        match word_of(self).as_str() {
            "internal" => UiError::new("internal"),
            "storage" => UiError::new("storage"),
            field => UiError::invalid(field),
        }
    }
}

/// The word by which a page says what is wrong.
fn word_of(failure: &CopyFailure) -> String {
    let word = match failure {
        CopyFailure::Failed => "internal",
        CopyFailure::Backup(BackupError::Full(_)) => "full",
        CopyFailure::Backup(BackupError::Exists(_)) => "exists",
        CopyFailure::Backup(BackupError::NeedsPassphrase) => "passphrase_needed",
        CopyFailure::Backup(BackupError::WrongPassphrase) => "passphrase_wrong",
        CopyFailure::Backup(BackupError::NotABook(_)) => "not_a_book",
        CopyFailure::Backup(BackupError::Newer) => "newer",
        CopyFailure::Backup(BackupError::Damaged(_)) => "damaged",
        CopyFailure::Backup(
            BackupError::Io { .. } | BackupError::Sqlite(_) | BackupError::InUse,
        )
        | CopyFailure::Book(_) => "storage",
    };
    word.to_owned()
}

/// The name of a copy that somebody asked for: to the second, so that two of a day are two.
pub(crate) fn name_now(at: Timestamp, zone: &str, sealed: bool) -> String {
    let time =
        jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let clock = time.to_zoned(zone).strftime("%Y-%m-%d-%H%M%S").to_string();
    let end = if sealed { ".sqlite.age" } else { ".sqlite" };
    format!("tillbell-{clock}{end}")
}

#[cfg(test)]
mod tests;
