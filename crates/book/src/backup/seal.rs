//! Sealing with a passphrase, and opening again: the `age` format with its passphrase recipient, piece by piece, so
//! that a book of any size needs little memory.

mod age;
#[cfg(test)]
mod tests;

use super::{BackupError, failed};
use crate::Follow;
use age::{Closed, MARK, Opening, Sealing};
use domain::Secret;
use ring::digest::{Context, SHA256};
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

/// What each try of a passphrase costs whoever guesses: 2 to this power rounds, and 64 MB of memory.
#[cfg(not(test))]
const WORK: u8 = 16;
#[cfg(test)]
const WORK: u8 = 4;
/// Nobody's file may make us work longer or take more memory than this: 2 to this power rounds, 256 MB.
const WORK_MAX: u8 = 18;
/// What is read at once.
const PIECE: usize = 256 * 1024;

/// Whether a file is sealed.
pub(super) fn is_sealed(path: &Path) -> Result<bool, BackupError> {
    let mut begins = Vec::new();
    let length = u64::try_from(MARK.len()).unwrap_or(u64::MAX);
    File::open(path)
        .and_then(|file| file.take(length).read_to_end(&mut begins))
        .map_err(|error| failed(path, error))?;
    Ok(begins == MARK)
}

/// Seals a file, opens what was written again, and compares. False where it was stopped.
pub(super) fn seal(
    open: &Path,
    sealed: &Path,
    passphrase: &Secret,
    follow: &Follow,
) -> Result<bool, BackupError> {
    let of_sealed = |error| failed(sealed, error);
    let file = File::create_new(sealed).map_err(of_sealed)?;
    let mut source = File::open(open).map_err(|error| failed(open, error))?;
    let of = source
        .metadata()
        .map_err(|error| failed(open, error))?
        .len();
    let mut digest = Reading::new(&mut source);
    let mut out = Sealing::begin(BufWriter::new(&file), passphrase, WORK).map_err(of_sealed)?;
    if !pour(&mut digest, &mut out, of, follow).map_err(of_sealed)? {
        return Ok(false);
    }
    out.finish().map_err(of_sealed)?;
    file.sync_all().map_err(of_sealed)?;
    let was = digest.end();
    let mut again = Reading::new(opened(sealed, passphrase)?);
    if !pour(&mut again, &mut io::sink(), of, follow).map_err(|error| broken(sealed, error))? {
        return Ok(false);
    }
    match again.end() == was {
        true => Ok(true),
        false => Err(BackupError::Damaged(
            "it does not open to what was sealed".to_owned(),
        )),
    }
}

/// Opens a sealed file into another. False where it was stopped.
pub(super) fn unseal(
    sealed: &Path,
    open: &Path,
    passphrase: &Secret,
    follow: &Follow,
) -> Result<bool, BackupError> {
    let of = std::fs::metadata(sealed)
        .map_err(|error| failed(sealed, error))?
        .len();
    let mut from = opened(sealed, passphrase)?;
    let mut to = File::create_new(open).map_err(|error| failed(open, error))?;
    pour(&mut from, &mut to, of, follow).map_err(|error| broken(open, error))
}

fn opened(sealed: &Path, passphrase: &Secret) -> Result<impl Read, BackupError> {
    let file = File::open(sealed).map_err(|error| failed(sealed, error))?;
    Opening::begin(BufReader::new(file), passphrase, WORK_MAX).map_err(|why| match why {
        Closed::Io(error) => failed(sealed, error),
        Closed::Passphrase => BackupError::WrongPassphrase,
        Closed::Form(what) => BackupError::Damaged(what.to_owned()),
    })
}

/// What was sealed says of each piece whether it is whole: one that is not reads as invalid data, or ends too early.
fn broken(path: &Path, error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            BackupError::Damaged("it was changed or cut after it was sealed".to_owned())
        }
        _ => failed(path, error),
    }
}

/// Copies everything, piece by piece. False where it was stopped.
pub(super) fn pour(
    from: &mut impl Read,
    to: &mut impl Write,
    of: u64,
    follow: &Follow,
) -> io::Result<bool> {
    let mut piece = vec![0; PIECE];
    let mut done = 0_u64;
    loop {
        let length = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(piece.get(..length).unwrap_or_default())?;
        done = done.saturating_add(u64::try_from(length).unwrap_or(0));
        if !follow.at(done.min(of), of) {
            return Ok(false);
        }
    }
    to.flush()?;
    Ok(true)
}

/// Reads, and keeps the digest of what was read.
struct Reading<R> {
    from: R,
    digest: Context,
}

impl<R: Read> Reading<R> {
    fn new(from: R) -> Self {
        Self {
            from,
            digest: Context::new(&SHA256),
        }
    }

    fn end(self) -> Vec<u8> {
        self.digest.finish().as_ref().to_vec()
    }
}

impl<R: Read> Read for Reading<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        self.digest.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}
