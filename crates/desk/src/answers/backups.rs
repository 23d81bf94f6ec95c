//! The answers about copies of the book.

use crate::{
    Desk,
    api::UiError,
    backups::{BackupWish, BackupsView, RestoreWish, name_now},
    desk::now,
};
use book::backup::{self, BackupError, BackupFile, Contents};
use domain::Secret;
use std::{fs, path::PathBuf};

/// The shortest passphrase: with less, whoever has the file tries them all.
const PASSPHRASE_MIN: usize = 8;

impl Desk {
    /// The copies of the book, and where they lie.
    pub async fn backups(&self) -> Result<BackupsView, UiError> {
        Ok(self.inner.backups_view().await)
    }

    /// Makes a copy now.
    pub async fn backup_now(&self, req: BackupWish) -> Result<BackupFile, UiError> {
        let short = |secret: &Secret| secret.expose().chars().count() < PASSPHRASE_MIN;
        if req.passphrase.as_ref().is_some_and(short) {
            return Err(UiError::invalid("passphrase"));
        }
        let (book, folder) = (self.inner.book_path(), self.inner.backup_folder());
        let zone = self.inner.rule().zone;
        let target = folder.join(name_now(now(), &zone, req.passphrase.is_some()));
        let wanted = target.clone();
        let making = self.inner.with_copies(move |follow| {
            fs::create_dir_all(&folder).map_err(|source| BackupError::Io {
                path: folder.clone(),
                source,
            })?;
            backup::back_up(&book, &target, req.passphrase.as_ref(), follow)
        });
        making.await?;
        self.inner.tell_backups();
        let made = self.inner.backups_view().await.files.into_iter();
        let mut made = made.filter(|file| wanted.ends_with(&file.name));
        made.next().ok_or_else(|| UiError::new("storage"))
    }

    /// Stops what is being copied or read; nothing of it is left.
    pub async fn stop_backup(&self) -> Result<(), UiError> {
        self.inner.backups.stop();
        Ok(())
    }

    /// Reads a copy from end to end, and says what it holds.
    pub async fn read_backup(&self, req: RestoreWish) -> Result<Contents, UiError> {
        let (book, file) = (self.inner.book_path(), self.copy_meant(&req)?);
        let reading = self
            .inner
            .with_copies(move |follow| backup::read(&book, &file, req.passphrase.as_ref(), follow));
        reading.await
    }

    /// Lays a copy ready: from the next start on it is the book.
    pub async fn restore_backup(&self, req: RestoreWish) -> Result<Contents, UiError> {
        let (book, file) = (self.inner.book_path(), self.copy_meant(&req)?);
        let (given, by) = (req.file, self.by(req.who).await?);
        let laying = self.inner.with_copies(move |follow| {
            backup::lay_ready(&book, &file, req.passphrase.as_ref(), &by, follow)
        });
        let contents = laying.await?;
        if let Some(given) = &given {
            self.arrivals().forget(given);
        }
        self.inner.tell_backups();
        Ok(contents)
    }

    /// What was laid ready is not to be the book.
    pub async fn withdraw_restore(&self) -> Result<(), UiError> {
        let book = self.inner.book_path();
        let withdrawing = self
            .inner
            .with_copies(move |_| backup::withdraw(&book).map(Some));
        withdrawing.await?;
        self.inner.tell_backups();
        Ok(())
    }

    /// A page names a copy that it was shown, or a file that it gave: nothing else is opened.
    fn copy_meant(&self, wish: &RestoreWish) -> Result<PathBuf, UiError> {
        if let Some(given) = &wish.file {
            return self.arrivals().file(given);
        }
        let listed = backup::found_in(&self.inner.backup_folder());
        let listed = listed.map_err(|_| UiError::new("storage"))?.into_iter();
        let meant = listed
            .map(|file| file.path)
            .find(|path| wish.path.as_ref() == Some(path));
        meant
            .map(PathBuf::from)
            .ok_or_else(|| UiError::new("not_found"))
    }
}
