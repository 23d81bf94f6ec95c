//! The key file and the note of where the key is: small files that are there whole or not at all.

use super::{Key, Marker, decode};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const KEY: &str = "hub.key";
const MARKER: &str = "hub-key.json";

pub(super) fn read_key(data_dir: &Path) -> io::Result<Option<Key>> {
    let Some(text) = read(&data_dir.join(KEY))? else {
        return Ok(None);
    };
    // A file that is there and no key: never to be written over.
    decode(&text)
        .map(Some)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the key file holds no key"))
}

pub(super) fn write_key(data_dir: &Path, key: &Key) -> io::Result<()> {
    write(
        &data_dir.join(KEY),
        STANDARD.encode(key.as_slice()).as_bytes(),
    )
}

pub(super) fn read_marker(data_dir: &Path) -> io::Result<Option<Marker>> {
    let Some(text) = read(&data_dir.join(MARKER))? else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_str(&text)?))
}

pub(super) fn write_marker(data_dir: &Path, marker: &Marker) -> io::Result<()> {
    write(&data_dir.join(MARKER), &serde_json::to_vec(marker)?)
}

fn read(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary: PathBuf = path.to_owned();
    temporary.as_mut_os_string().push(".new");
    // One that an earlier start left half written may have other rights than ours.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    if let Some(folder) = path.parent().and_then(|folder| fs::File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}
