//! A file that is being written: it has its name only once it is whole and on the disk.

use std::{
    fs, io,
    io::{BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// What is written while it is not whole ends so; a crash leaves such a file, and never half a one under its own name.
const ENDING: &str = ".part";
/// So many names are tried for a file that nobody named.
const NAMES_MAX: u32 = 999;

/// Why a file was not written. Nothing of it is left, and what had its name before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk, or the share of it that is allowed, is full.
    #[error("the disk is full")]
    Full,
    /// The folder cannot be made or written.
    #[error("the folder cannot be written: {0}")]
    Folder(#[source] io::Error),
    /// Another program has a file of that name open.
    #[error("another program has the file open")]
    InUse,
    /// Something else, in the system's words.
    #[error("the file could not be written: {0}")]
    Other(#[source] io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{QuotaExceeded, ResourceBusy, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => Self::Full,
            ResourceBusy => Self::InUse,
            _ => Self::Other(error),
        }
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Half {
    file: BufWriter<NamedTempFile>,
    folder: PathBuf,
    place: PathBuf,
}

impl Half {
    /// Begins a file that will be at `place`; its folder is made where there is none.
    pub fn begin(place: &Path) -> Result<Self, FileError> {
        let folder = place.parent().unwrap_or(Path::new("")).to_owned();
        let folder = match folder.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => folder,
        };
        let denied = |error: io::Error| match FileError::from(error) {
            FileError::Other(error) => FileError::Folder(error),
            other => other,
        };
        fs::create_dir_all(&folder).map_err(denied)?;
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let file = tempfile::Builder::new()
            .prefix(&format!("{name}."))
            .suffix(ENDING)
            .tempfile_in(&folder)
            .map_err(denied)?;
        Ok(Self {
            file: BufWriter::with_capacity(256 * 1024, file),
            folder,
            place: place.to_owned(),
        })
    }

    /// All is written: it goes to the disk and gets its name. Answers how many bytes it has.
    pub fn finish(self) -> Result<u64, FileError> {
        let file = self
            .file
            .into_inner()
            .map_err(|error| FileError::from(error.into_error()))?;
        file.as_file().sync_all()?;
        let bytes = file.as_file().metadata()?.len();
        file.persist(&self.place).map_err(|error| {
            // Here the folder was written a moment ago: it is the old file that is held, by a program that shows it.
            match error.error.kind() {
                io::ErrorKind::PermissionDenied => FileError::InUse,
                _ => FileError::from(error.error),
            }
        })?;
        sync_folder(&self.folder);
        Ok(bytes)
    }
}

impl Write for Half {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Half {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// The name, too, survives a power cut. Where folders cannot be synced the file is whole all the same.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, "a folder could not be synced");
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

/// A name in a folder that no file has yet: `name.csv`, `name (2).csv` …
pub fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = |number: u32| match (number, ending) {
        (1, _) => name.to_owned(),
        (_, "") => format!("{stem} ({number})"),
        _ => format!("{stem} ({number}).{ending}"),
    };
    (1..=NAMES_MAX)
        .map(|number| folder.join(numbered(number)))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn it_has_its_name_only_when_it_is_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("new/book.csv");
        let folder = dir.path().join("new");
        let mut half = Half::begin(&place).expect("begun");
        half.write_all(b"half").expect("written");
        let at_work = names(&folder);
        assert!(at_work[0].starts_with("book.csv.") && at_work[0].ends_with(".part"));
        drop(half);
        assert_eq!(names(&folder), [""; 0], "what was given up leaves nothing");
        fs::write(&place, "old").expect("an older one");
        let mut half = Half::begin(&place).expect("begun");
        half.write_all(b"whole").expect("written");
        assert_eq!(fs::read(&place).expect("the old one"), b"old");
        assert_eq!(half.finish().expect("finished"), 5);
        assert_eq!(fs::read(&place).expect("the new one"), b"whole");
        assert_eq!(names(&folder), ["book.csv"]);
    }

    #[test]
    fn what_the_system_says_is_told_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("file");
        fs::write(&file, "").expect("a file");
        let under_a_file = Half::begin(&file.join("book.csv"));
        assert!(matches!(under_a_file, Err(FileError::Folder(_))));
        for (kind, full) in [
            (io::ErrorKind::StorageFull, true),
            (io::ErrorKind::QuotaExceeded, true),
            (io::ErrorKind::BrokenPipe, false),
        ] {
            let is_full = matches!(FileError::from(io::Error::from(kind)), FileError::Full);
            assert_eq!(is_full, full, "{kind}");
        }
    }

    #[test]
    fn a_free_name_replaces_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["a.csv", "a (2).csv", "a (3).csv"] {
            let free = free_name(dir.path(), "a.csv");
            assert_eq!(free, dir.path().join(name));
            fs::write(free, "").expect("taken");
        }
    }
}
