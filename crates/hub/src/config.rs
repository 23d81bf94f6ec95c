//! What a hub is opened with: where its data lies, its port for the local network, its master key.

use crate::{HubError, Limits, Pages, random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{io::Write, path::Path, path::PathBuf, time::Duration};
use zeroize::Zeroizing;

/// The port on which doors are opened to the local network, unless told otherwise.
pub const DOOR_PORT: u16 = 8787;

/// How to open a hub.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// The folder of its database, made if there is none.
    pub data_dir: PathBuf,
    /// The port for doors on the local network.
    pub door_port: u16,
    /// Its bounds.
    pub limits: Limits,
    /// So long at most for another program to let go of the database; zero: one that is in use is refused at once.
    pub patience: Duration,
    /// The pages for linked terminals; without them terminals can link, but no browser.
    pub pages: Option<Pages>,
}

impl HubConfig {
    /// With every default.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            door_port: DOOR_PORT,
            limits: Limits::default(),
            patience: Duration::ZERO,
            pages: None,
        }
    }
}

/// The key under which every secret in the database is sealed. Wiped from memory on drop; never printed.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A key that was kept elsewhere (the system's keychain).
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new random key.
    pub fn generate() -> Result<Self, HubError> {
        let mut bytes = [0; 32];
        random::fill(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// From the text that [`MasterKey::to_text`] gave; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).ok()?);
        Some(Self::from_bytes(bytes.as_slice().try_into().ok()?))
    }

    /// The key as text, for the keychain.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.bytes()))
    }

    /// From a file that only its owner may read, made with a new key if there is none.
    pub fn from_file(path: &Path) -> Result<Self, HubError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                owner_only(path)?;
                let text = Zeroizing::new(text);
                Self::from_text(&text)
                    .ok_or_else(|| HubError::KeyFile(path.to_owned(), "it holds no key".to_owned()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                write_new(path, &key.to_text())
                    .map_err(|error| HubError::KeyFile(path.to_owned(), error.to_string()))?;
                tracing::info!(path = %path.display(), "made a new master key");
                Ok(key)
            }
            Err(error) => Err(HubError::KeyFile(path.to_owned(), error.to_string())),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn owner_only(path: &Path) -> Result<(), HubError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)
        .map_err(|error| HubError::KeyFile(path.to_owned(), error.to_string()))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(HubError::KeyFile(
        path.to_owned(),
        "others may read it; run chmod 600 on it".to_owned(),
    ))
}

// Windows keeps a file in the user's folder from other users by itself.
#[cfg(not(unix))]
fn owner_only(_: &Path) -> Result<(), HubError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("master.key");
        let made = MasterKey::from_file(&path).expect("made");
        let read = MasterKey::from_file(&path).expect("read");
        assert_eq!(made.bytes(), read.bytes());
        assert_eq!(format!("{made:?}"), "…");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let open =
                |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
            assert_eq!(
                std::fs::metadata(&path).expect("file").permissions().mode() & 0o777,
                0o600
            );
            open(0o640).expect("chmod");
            let refused = MasterKey::from_file(&path).expect_err("others may read it");
            assert!(refused.to_string().contains("chmod 600"), "{refused}");
            open(0o600).expect("chmod");
        }
        std::fs::write(&path, "short").expect("write");
        assert!(matches!(
            MasterKey::from_file(&path),
            Err(HubError::KeyFile(..))
        ));
    }
}
