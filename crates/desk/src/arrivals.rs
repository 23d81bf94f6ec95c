//! Files that a person gives to a page, dropped or chosen: a page never learns where they lie, and hands their bytes over
//! piece by piece. Here they become files in a folder of the desk's own, under names of the desk's own, until whoever
//! wanted them has read them.

use crate::{Desk, api::UiError};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// The folder's name.
const FOLDER: &str = "arrivals";
/// The largest piece, in bytes.
const PIECE_MAX: usize = 1 << 21;
/// The largest file: a book of many years with its search index.
const FILE_MAX: u64 = 1 << 32;
/// All of them together.
const ALL_MAX: u64 = 1 << 33;
/// So many lie here at most.
const FILES_MAX: usize = 64;
/// What nobody has read for so long was given up: a page may stay open over a shop's day.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FilePiece {
    /// Which file, as the answer to its first piece says; `None` for a first piece.
    pub file: Option<String>,
    /// How many bytes of it came before.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub at: u64,
    /// The next bytes, 2 MiB at most, in base64.
    pub bytes: String,
}

/// Where they lie.
#[derive(Debug, Clone)]
pub(crate) struct Arrivals(PathBuf);

impl Arrivals {
    pub(crate) fn below(data_dir: &Path) -> Self {
        Self(data_dir.join(FOLDER))
    }

    /// The file of this name, once a piece of it has come. Nothing else ever becomes part of a path.
    pub(crate) fn file(&self, id: &str) -> Result<PathBuf, UiError> {
        let is_id = id.len() == 16 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let path = self.0.join(id);
        if is_id && path.is_file() {
            Ok(path)
        } else {
            Err(UiError::new("not_found"))
        }
    }

    /// A file is not needed any more.
    pub(crate) fn forget(&self, id: &str) {
        if let Ok(path) = self.file(id) {
            remove(&path);
        }
    }

    /// Takes a piece, and answers the file's name.
    fn take(&self, piece: &FilePiece) -> Result<String, UiError> {
        let bytes = STANDARD.decode(&piece.bytes);
        let bytes = bytes.map_err(|_| UiError::invalid("bytes"))?;
        let end = piece.at.saturating_add(bytes.len() as u64);
        if bytes.len() > PIECE_MAX || end > FILE_MAX {
            return Err(UiError::invalid("size"));
        }
        let (id, path) = match &piece.file {
            Some(id) => (id.clone(), self.file(id)?),
            None => self.begin()?,
        };
        let file = OpenOptions::new().write(true).open(&path);
        let taken = file.and_then(|file| put(file, piece.at, &bytes));
        match taken {
            Ok(true) => Ok(id),
            Ok(false) => Err(UiError::invalid("at")),
            Err(error) => {
                // A disk that is full has room again for what matters more.
                remove(&path);
                Err(failed(&error))
            }
        }
    }

    /// Takes away everything: no page of an earlier run is there to go on with its file.
    pub(crate) fn empty(&self) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            remove(&entry.path());
        }
    }

    fn begin(&self) -> Result<(String, PathBuf), UiError> {
        fs::create_dir_all(&self.0).map_err(|error| failed(&error))?;
        let (files, bytes) = self.sweep();
        if files >= FILES_MAX || bytes >= ALL_MAX {
            return Err(no_room());
        }
        let mut name = [0; 8];
        let made = getrandom::fill(&mut name).map_err(io::Error::other);
        let id: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.0.join(&id);
        let made = made.and_then(|()| File::create_new(&path));
        made.map_err(|error| failed(&error))?;
        Ok((id, path))
    }

    /// Takes away what was given up; answers how many are left, and their bytes.
    fn sweep(&self) -> (usize, u64) {
        let (mut files, mut bytes) = (0, 0);
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else {
                continue;
            };
            let age = about
                .modified()
                .map(|at| SystemTime::now().duration_since(at));
            if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
                remove(&entry.path());
            } else {
                files += 1;
                bytes += about.len();
            }
        }
        (files, bytes)
    }
}

/// Writes at the end of the file; `false` where that is not the file's end: a piece is missing, or came twice.
fn put(mut file: File, at: u64, bytes: &[u8]) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? != at {
        return Ok(false);
    }
    file.write_all(bytes)?;
    Ok(true)
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, "a file that a page had given could not be taken away");
    }
}

fn failed(error: &io::Error) -> UiError {
    tracing::error!(%error, "a file that a page gives could not be kept");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => no_room(),
        _ => UiError::new("storage"),
    }
}

/// Not the file is too large: what is here already is too much.
fn no_room() -> UiError {
    UiError {
        code: "storage".to_owned(),
        field: Some("room".to_owned()),
    }
}

impl Desk {
    /// Takes a piece of a file that a person gave to a page.
    pub async fn take_piece(&self, req: FilePiece) -> Result<String, UiError> {
        let arrivals = self.arrivals();
        let taken = tokio::task::spawn_blocking(move || arrivals.take(&req)).await;
        taken.unwrap_or_else(|error| {
            tracing::error!(%error, "a piece of a file was not taken");
            Err(UiError::new("internal"))
        })
    }

    /// A file that a page had begun to give, or gave, is not wanted any more.
    pub async fn forget_file(&self, req: String) -> Result<(), UiError> {
        self.arrivals().forget(&req);
        Ok(())
    }

    /// The files that pages gave.
    pub(crate) fn arrivals(&self) -> Arrivals {
        Arrivals::below(&self.inner.config.data_dir)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code: a panic is the report")]
    use super::*;

    fn piece(file: Option<&str>, at: u64, bytes: &[u8]) -> FilePiece {
        FilePiece {
            file: file.map(str::to_owned),
            at,
            bytes: STANDARD.encode(bytes),
        }
    }

    fn refused(arrivals: &Arrivals, piece: &FilePiece) -> String {
        let error = arrivals.take(piece).unwrap_err();
        error.field.unwrap_or(error.code)
    }

    #[test]
    fn a_file_comes_in_pieces_and_each_piece_once() {
        let folder = tempfile::tempdir().unwrap();
        let arrivals = Arrivals::below(folder.path());
        let id = arrivals.take(&piece(None, 0, b"back-")).unwrap();
        assert_eq!(arrivals.take(&piece(Some(&id), 5, b"tick")), Ok(id.clone()));
        for at in [0, 5, 8, 10, u64::MAX] {
            let wrong = piece(Some(&id), at, b"tick");
            assert!(
                ["at", "size"].contains(&&*refused(&arrivals, &wrong)),
                "{at}"
            );
        }
        assert_eq!(fs::read(arrivals.file(&id).unwrap()).unwrap(), b"back-tick");
        let other = arrivals.take(&piece(None, 0, b"")).unwrap();
        assert_ne!(other, id);
        arrivals.forget(&id);
        assert_eq!(refused(&arrivals, &piece(Some(&id), 9, b"!")), "not_found");
        assert!(arrivals.file(&other).is_ok());
    }

    #[test]
    fn nothing_that_a_page_says_becomes_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let arrivals = Arrivals::below(folder.path());
        arrivals.take(&piece(None, 0, b"")).unwrap();
        let book = folder.path().join("0123456789abcdef");
        fs::write(&book, "the book").unwrap();
        for id in [
            "",
            "..",
            "../0123456789abcdef",
            "/etc/passwd",
            "0123456789ABCDEF",
            "0123456789abcdef",
        ] {
            assert_eq!(
                refused(&arrivals, &piece(Some(id), 0, b"x")),
                "not_found",
                "{id}"
            );
            arrivals.forget(id);
        }
        assert_eq!(fs::read(&book).unwrap(), b"the book");
    }

    #[test]
    fn sizes_are_bounded_and_what_was_given_up_goes() {
        let folder = tempfile::tempdir().unwrap();
        let arrivals = Arrivals::below(folder.path());
        let large = vec![0; PIECE_MAX + 1];
        assert_eq!(refused(&arrivals, &piece(None, 0, &large)), "size");
        let garbled = FilePiece {
            file: None,
            at: 0,
            bytes: "no base64!".to_owned(),
        };
        assert_eq!(refused(&arrivals, &garbled), "bytes");
        let id = arrivals.take(&piece(None, 0, &large[1..])).unwrap();
        assert_eq!(
            refused(&arrivals, &piece(Some(&id), FILE_MAX, b"x")),
            "size"
        );
        let all: Vec<_> = (1..FILES_MAX)
            .map(|_| arrivals.take(&piece(None, 0, b"x")).unwrap())
            .collect();
        assert_eq!(arrivals.take(&piece(None, 0, b"x")), Err(no_room()));
        let old = File::options()
            .write(true)
            .open(arrivals.file(&all[0]).unwrap())
            .unwrap();
        old.set_modified(SystemTime::now() - ABANDONED - Duration::from_secs(60))
            .unwrap();
        // Windows removes no file that is open.
        drop(old);
        assert!(arrivals.take(&piece(None, 0, b"x")).is_ok());
        assert!(
            arrivals.file(&all[0]).is_err(),
            "what was given up has gone"
        );
    }
}
