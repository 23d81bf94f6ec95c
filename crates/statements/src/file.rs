//! The front door: what a person dropped here, unpacked within bounds and never onto a disk.

pub(crate) mod archive;
mod gzip;

use serde::{Deserialize, Serialize};

/// Bounds of everything that is unpacked and read. A bill of 100,000 payments is about 24 MB, packed 13 to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together after unpacking.
    pub unpacked: u64,
    /// How many times larger than packed, beyond [`Limits::ratio_from`].
    pub ratio: u64,
    /// Bytes that may be unpacked whatever the ratio.
    pub ratio_from: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes of a line of text.
    pub line: usize,
    /// Rows of a table.
    pub rows: usize,
    /// Cells of a row.
    pub columns: usize,
    /// Cells of a table.
    pub cells: usize,
    /// Bytes of a spreadsheet's parts after unpacking.
    pub sheet: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked: 256 << 20,
            ratio: 200,
            ratio_from: 16 << 20,
            entries: 300,
            line: 1 << 20,
            rows: 1_000_000,
            columns: 512,
            cells: 20_000_000,
            sheet: 128 << 20,
        }
    }
}

/// A file ready to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedFile {
    /// Its own name, of an archive's entry the entry's, cleaned: for people, never for a path.
    pub name: String,
    /// SHA-256 of `bytes`, by which a file that is loaded again is recognised, however it was packed.
    pub sha256: [u8; 32],
    /// What is in it, unpacked.
    pub bytes: Vec<u8>,
}

impl OpenedFile {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
        Self {
            name: plain_name(name),
            sha256,
            bytes,
        }
    }
}

/// Why a file cannot be opened. Each is something that a person can do something about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It is locked, and no password was given.
    #[error("the file needs a password")]
    NeedsPassword,
    /// It is locked with another password.
    #[error("that is not the file's password")]
    WrongPassword,
    /// More would come out of it than any statement holds.
    #[error("more than {limit} bytes would come out of the file")]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
    /// An archive of more files than statements come in.
    #[error("the archive holds more than {limit} files")]
    TooManyEntries {
        /// The bound.
        limit: usize,
    },
    /// An archive in an archive in an archive.
    #[error("the archive holds archives of archives")]
    TooDeep,
    /// Its end is missing: it was not fetched or copied to the end.
    #[error("the file ends too early")]
    Unfinished,
    /// It contradicts itself.
    #[error("the file is damaged")]
    Damaged,
    /// It is something else.
    #[error("the file is no statement: {}", .0.as_str())]
    NotUnderstood(Foreign),
}

/// What a file is that is no statement, as far as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// A PDF, which cannot be trusted to keep its columns.
    Pdf,
    /// An archive of another kind.
    Archive,
    /// A spreadsheet of the old kind, or one locked with a password.
    OldSpreadsheet,
    /// A page of the web: as a rule the platform's log-in page, saved instead of the file.
    WebPage,
    /// A picture.
    Picture,
    /// A method of packing or locking that is not read.
    Packing,
}

impl Foreign {
    /// Its name for pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Archive => "archive",
            Self::OldSpreadsheet => "old_spreadsheet",
            Self::WebPage => "web_page",
            Self::Picture => "picture",
            Self::Packing => "packing",
        }
    }

    /// What the first bytes say, if they say that it is nothing of ours.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const MARKS: &[(&[u8], Foreign)] = &[
            (b"%PDF", Foreign::Pdf),
            (b"Rar!", Foreign::Archive),
            (b"7z\xbc\xaf\x27\x1c", Foreign::Archive),
            (b"BZh", Foreign::Archive),
            (b"\xfd7zXZ\0", Foreign::Archive),
            (b"\x28\xb5\x2f\xfd", Foreign::Archive),
            (b"\xd0\xcf\x11\xe0", Foreign::OldSpreadsheet),
            (b"\x89PNG", Foreign::Picture),
            (b"\xff\xd8\xff", Foreign::Picture),
            (b"GIF8", Foreign::Picture),
        ];
        let marked = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark));
        if let Some((_, foreign)) = marked {
            return Some(*foreign);
        }
        let top = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
        let top = top.trim_start_matches('\u{feff}').trim_start();
        let page = ["<!doctype html", "<html"].iter().any(|mark| {
            top.get(..mark.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(mark))
        });
        page.then_some(Self::WebPage)
    }
}

/// Opens what a person dropped: the file itself, or what is in it where it is a ZIP or GZIP; of an archive in an
/// archive too, no deeper. A spreadsheet, though a ZIP, stays whole.
pub fn open(
    name: &str,
    bytes: &[u8],
    password: Option<&str>,
    limits: &Limits,
) -> Result<Vec<OpenedFile>, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if let Some(foreign) = Foreign::of(bytes) {
        return Err(FileError::NotUnderstood(foreign));
    }
    let mut unpacking = Unpacking {
        limits,
        password,
        left: limits.unpacked,
        entries: 0,
        found: Vec::new(),
    };
    unpacking.take(name, bytes.to_vec(), 0)?;
    if unpacking.found.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(unpacking.found)
}

/// How many archives may lie in each other.
const DEPTH: usize = 2;

/// What is being unpacked, and what may still come out.
struct Unpacking<'a> {
    limits: &'a Limits,
    password: Option<&'a str>,
    left: u64,
    entries: usize,
    found: Vec<OpenedFile>,
}

impl Unpacking<'_> {
    fn take(&mut self, name: &str, bytes: Vec<u8>, depth: usize) -> Result<(), FileError> {
        let is_gzip = bytes.starts_with(b"\x1f\x8b");
        let is_zip = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
        if !is_gzip && (!is_zip || archive::is_spreadsheet(&bytes)?) {
            self.left = self
                .left
                .checked_sub(if depth == 0 { bytes.len() as u64 } else { 0 })
                .ok_or_else(|| self.too_large())?;
            self.found.push(OpenedFile::new(name, bytes));
            return Ok(());
        }
        if depth >= DEPTH {
            return Err(FileError::TooDeep);
        }
        if is_gzip {
            let unpacked = gzip::unpack(&bytes, self.room(bytes.len()))?;
            let unpacked = self.counted(unpacked)?;
            let inner = name.strip_suffix(".gz").unwrap_or(name);
            return self.take(inner, unpacked, depth + 1);
        }
        archive::unpack(self, &bytes, depth)
    }

    /// How much may come out of something packed into so many bytes, and one more, so that too much is seen.
    fn room(&self, packed: usize) -> u64 {
        let by_ratio = (packed as u64).saturating_mul(self.limits.ratio);
        self.left
            .min(by_ratio.max(self.limits.ratio_from))
            .saturating_add(1)
    }

    /// What came out, counted; `None` where it was more than it might.
    fn counted(&mut self, unpacked: Option<Vec<u8>>) -> Result<Vec<u8>, FileError> {
        let bytes = unpacked.ok_or_else(|| self.too_large())?;
        self.left = self
            .left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| self.too_large())?;
        Ok(bytes)
    }

    fn too_large(&self) -> FileError {
        FileError::TooLarge {
            limit: self.limits.unpacked,
        }
    }
}

/// A name for people: the last part of a path, without what is not seen, of bearable length.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    domain::payment::clean_text(last).unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests;
