//! Secrets in the system's keychain, and the hub's master key, which lives there or, said openly, in a file.
//!
//! Which of the two holds the key is written down beside the data, so that a keychain that happens not to answer is
//! never taken for a first start: a new key would make everything that the old one sealed unreadable.

#[cfg(feature = "keychain")]
mod keychain;
mod keyfile;

#[cfg(feature = "keychain")]
pub use keychain::Keychain;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{path::Path, time::Duration};
use zeroize::Zeroizing;

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultKind {
    /// The system's keychain.
    Keychain,
    /// A file that only this user can read.
    File,
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The keychain that holds the key does not answer; it may be locked, or not started yet.
    #[error("the system's keychain, which holds the key, does not answer")]
    NoAnswer,
    /// The key that sealed the stored secrets is gone from where it was kept.
    #[error("the key that sealed the stored secrets is gone from where it was kept ({0:?})")]
    Lost(VaultKind),
    /// The key file could not be read or written.
    #[error("the key file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// The system has no randomness to make a key of.
    #[error("the system has no randomness to make a key of")]
    NoRandomness,
}

/// The keychain did not do what it was asked: it is not there, locked, or too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keychain does not answer")]
pub struct NoAnswer;

/// A place for secrets, as text under a name.
pub trait Vault: Send + Sync {
    /// The secret of a name; `None` when there surely is none.
    fn get(&self, name: &str) -> BoxFuture<'_, Result<Option<Zeroizing<String>>, NoAnswer>>;
    /// Keeps a secret under a name, in place of an older one.
    fn set(&self, name: &str, secret: Zeroizing<String>) -> BoxFuture<'_, Result<(), NoAnswer>>;
}

/// 32 bytes, wiped from memory on drop.
pub type Key = Zeroizing<[u8; 32]>;

/// Where the key is, written down beside the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    kind: VaultKind,
    /// The key's name in the keychain; each data folder has its own.
    name: String,
    /// The key was stored and read back. Before that nothing can have been sealed with it.
    ready: bool,
}

/// How often a keychain that holds the key is asked again before giving up, and the pause between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// The hub's master key: from the keychain, else from a file in `data_dir`; made on the first start.
pub async fn master_key(data_dir: &Path) -> Result<(Key, VaultKind), VaultError> {
    #[cfg(feature = "keychain")]
    let keychain = Keychain::start();
    #[cfg(feature = "keychain")]
    let vault: Option<&dyn Vault> = keychain.as_ref().map(|keychain| keychain as &dyn Vault);
    #[cfg(not(feature = "keychain"))]
    let vault: Option<&dyn Vault> = None;
    master_key_in(data_dir, vault).await
}

/// As [`master_key`], with this keychain, or without one.
pub async fn master_key_in(
    data_dir: &Path,
    vault: Option<&dyn Vault>,
) -> Result<(Key, VaultKind), VaultError> {
    match keyfile::read_marker(data_dir)? {
        Some(Marker {
            kind: VaultKind::File,
            ..
        }) => {
            let key = keyfile::read_key(data_dir)?.ok_or(VaultError::Lost(VaultKind::File))?;
            Ok((key, VaultKind::File))
        }
        Some(marker) if marker.ready => {
            let vault = vault.ok_or(VaultError::NoAnswer)?;
            let text = patient_get(vault, &marker.name)
                .await?
                .ok_or(VaultError::Lost(VaultKind::Keychain))?;
            let key = decode(&text).ok_or(VaultError::Lost(VaultKind::Keychain))?;
            Ok((key, VaultKind::Keychain))
        }
        // A key file without a word about it: an earlier start was cut off between the two.
        None if keyfile::read_key(data_dir)?.is_some() => use_file(data_dir),
        started => first_key(data_dir, vault, started).await,
    }
}

/// Where the key is kept, after [`master_key`]; `None`: that cannot be told.
pub fn kept_in(data_dir: &Path) -> Option<VaultKind> {
    let marker = keyfile::read_marker(data_dir).ok().flatten();
    marker.map(|marker| marker.kind)
}

async fn patient_get(
    vault: &dyn Vault,
    name: &str,
) -> Result<Option<Zeroizing<String>>, VaultError> {
    for attempt in 1..=TRIES {
        if let Ok(found) = vault.get(name).await {
            return Ok(found);
        }
        if attempt < TRIES {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Err(VaultError::NoAnswer)
}

/// Nothing is sealed yet. The key goes to the keychain if it can be read back from there, else to the file.
async fn first_key(
    data_dir: &Path,
    vault: Option<&dyn Vault>,
    started: Option<Marker>,
) -> Result<(Key, VaultKind), VaultError> {
    let Some(vault) = vault else {
        return use_file(data_dir);
    };
    let mut marker = match started {
        Some(marker) => marker,
        None => {
            let marker = Marker {
                kind: VaultKind::Keychain,
                name: new_name()?,
                ready: false,
            };
            keyfile::write_marker(data_dir, &marker)?;
            marker
        }
    };
    match in_keychain(vault, &marker.name).await? {
        Some(key) => {
            marker.ready = true;
            keyfile::write_marker(data_dir, &marker)?;
            Ok((key, VaultKind::Keychain))
        }
        None => {
            tracing::warn!("the system's keychain cannot be used; the key is kept in a file");
            use_file(data_dir)
        }
    }
}

/// The key in the keychain, made if there is none; `None` when the keychain cannot be used.
async fn in_keychain(vault: &dyn Vault, name: &str) -> Result<Option<Key>, VaultError> {
    let read = |found: Option<Zeroizing<String>>| found.and_then(|text| decode(&text));
    match vault.get(name).await {
        Err(NoAnswer) => return Ok(None),
        Ok(Some(text)) if decode(&text).is_some() => return Ok(decode(&text)),
        Ok(_) => {}
    }
    let key = new_key()?;
    let text = Zeroizing::new(STANDARD.encode(key.as_slice()));
    if vault.set(name, text).await.is_err() {
        return Ok(None);
    }
    let back = vault.get(name).await.ok().and_then(read);
    Ok(back.filter(|back| back.as_slice() == key.as_slice()))
}

fn use_file(data_dir: &Path) -> Result<(Key, VaultKind), VaultError> {
    let key = match keyfile::read_key(data_dir)? {
        Some(key) => key,
        None => {
            let key = new_key()?;
            keyfile::write_key(data_dir, &key)?;
            key
        }
    };
    let marker = Marker {
        kind: VaultKind::File,
        name: String::new(),
        ready: true,
    };
    keyfile::write_marker(data_dir, &marker)?;
    Ok((key, VaultKind::File))
}

fn new_key() -> Result<Key, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| VaultError::NoRandomness)?;
    Ok(key)
}

fn new_name() -> Result<String, VaultError> {
    let number = getrandom::u64().map_err(|_| VaultError::NoRandomness)?;
    Ok(format!("hub-key-{number:016x}"))
}

fn decode(text: &str) -> Option<Key> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    <[u8; 32]>::try_from(bytes.as_slice())
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
