//! ZIP archives: names as GB18030 where the archive does not say UTF-8, both kinds of passwords, nothing to disk.

use super::{FileError, Foreign, Unpacking};
use std::io::{Cursor, ErrorKind, Read};
use zip::{
    ZipArchive,
    result::{ZipError, ZipResult},
};

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Bit 11 of an entry's flags: its name is UTF-8.
const NAME_IS_UTF8: u16 = 1 << 11;

/// Whether a ZIP is a spreadsheet.
pub(super) fn is_spreadsheet(bytes: &[u8]) -> Result<bool, FileError> {
    let archive = open(bytes)?;
    Ok(archive
        .file_names_raw()
        .any(|name| name.starts_with(b"xl/") || name.starts_with(b"xl\\")))
}

/// Unpacks every file in it, and what is in those that are archives.
pub(super) fn unpack(
    unpacking: &mut Unpacking<'_>,
    bytes: &[u8],
    depth: usize,
) -> Result<(), FileError> {
    let mut archive = open(bytes)?;
    // Of two files of one name only one could be reached: the other must not be lost in silence.
    if archive.has_duplicate_names() {
        return Err(FileError::Damaged);
    }
    unpacking.entries += archive.len();
    if unpacking.entries > unpacking.limits.entries {
        return Err(FileError::TooManyEntries {
            limit: unpacking.limits.entries,
        });
    }
    for index in 0..archive.len() {
        let Some(name) = name_of(&mut archive, index)? else {
            continue;
        };
        let inner = entry(unpacking, &mut archive, index, bytes.len())?;
        if !inner.is_empty() {
            unpacking.take(&name, inner, depth + 1)?;
        }
    }
    Ok(())
}

/// How many entries an archive's directories may list before it is opened: each is held while it is.
const LISTED_MAX: usize = 20_000;

/// Whether an archive lists so many entries that opening it would cost more than any statement is worth.
pub(crate) fn lists_too_many(bytes: &[u8]) -> bool {
    let marks = bytes.windows(4).filter(|mark| *mark == b"PK\x01\x02");
    marks.take(LISTED_MAX + 1).count() > LISTED_MAX
}

fn open(bytes: &[u8]) -> Result<Archive<'_>, FileError> {
    if lists_too_many(bytes) {
        return Err(FileError::TooManyEntries { limit: LISTED_MAX });
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        // The directory stands at the end: where none is, the end is missing.
        let directory = bytes.windows(4).any(|mark| mark == b"PK\x05\x06");
        if directory {
            FileError::Damaged
        } else {
            FileError::Unfinished
        }
    })
}

/// The entry's name; `None` for folders and what systems leave beside files.
fn name_of(archive: &mut Archive<'_>, index: usize) -> Result<Option<String>, FileError> {
    let entry = archive
        .by_index_raw(index)
        .map_err(|_| FileError::Damaged)?;
    if entry.is_dir() || entry.is_symlink() {
        return Ok(None);
    }
    let raw = entry.name_raw();
    let says_utf8 = entry.flags().as_u16() & NAME_IS_UTF8 != 0;
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) if says_utf8 => String::from_utf8_lossy(raw).into_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling(raw)
            .0
            .into_owned(),
    };
    let litter = name.starts_with("__MACOSX") || name.ends_with(".DS_Store");
    Ok((!litter).then_some(name))
}

fn entry(
    unpacking: &mut Unpacking<'_>,
    archive: &mut Archive<'_>,
    index: usize,
    packed: usize,
) -> Result<Vec<u8>, FileError> {
    let password = unpacking.password;
    let room = unpacking.room(packed);
    let locked = archive
        .by_index_raw(index)
        .map_err(|_| FileError::Damaged)?
        .encrypted();
    if locked && password.is_none() {
        return Err(FileError::NeedsPassword);
    }
    let out = match password.filter(|_| locked) {
        // Chinese systems make keys of the password in their own encoding; digits and letters are the same in both.
        Some(password) => read(archive.by_index_decrypt(index, password.as_bytes()), room),
        None => read(archive.by_index(index), room),
    };
    let out = out.map_err(|error| match error {
        // The classic way knows a wrong password only by what comes out of it.
        ReadFault::Content | ReadFault::End if locked => FileError::WrongPassword,
        ReadFault::Content => FileError::Damaged,
        ReadFault::End => FileError::Unfinished,
        ReadFault::Password => FileError::WrongPassword,
        ReadFault::Packing => FileError::NotUnderstood(Foreign::Packing),
    })?;
    unpacking.counted(out)
}

/// What went wrong while an entry was read.
enum ReadFault {
    Content,
    End,
    Password,
    Packing,
}

/// What comes out; `None` where it would be `room` or more.
fn read<R: Read>(
    entry: ZipResult<zip::read::ZipFile<'_, R>>,
    room: u64,
) -> Result<Option<Vec<u8>>, ReadFault> {
    let entry = entry.map_err(|error| match error {
        ZipError::InvalidPassword => ReadFault::Password,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReadFault::Packing
        }
        _ => ReadFault::Content,
    })?;
    let mut out = Vec::new();
    entry
        .take(room)
        .read_to_end(&mut out)
        .map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => ReadFault::End,
            _ => ReadFault::Content,
        })?;
    Ok(((out.len() as u64) < room).then_some(out))
}
