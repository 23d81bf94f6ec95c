//! The master key: never a second one while the first may still be needed.

use super::*;
use std::{
    collections::HashMap,
    sync::{Mutex, atomic::AtomicBool, atomic::Ordering::SeqCst},
};

/// A keychain as a map, that can be locked and can forget what it is told.
#[derive(Default)]
struct Fake {
    secrets: Mutex<HashMap<String, String>>,
    locked: AtomicBool,
    forgetful: AtomicBool,
}

impl Vault for Fake {
    fn get(&self, name: &str) -> BoxFuture<'_, Result<Option<Zeroizing<String>>, NoAnswer>> {
        let found = self
            .secrets
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .map(Zeroizing::new);
        let result = if self.locked.load(SeqCst) {
            Err(NoAnswer)
        } else {
            Ok(found)
        };
        Box::pin(async move { result })
    }

    fn set(&self, name: &str, secret: Zeroizing<String>) -> BoxFuture<'_, Result<(), NoAnswer>> {
        if !self.forgetful.load(SeqCst) {
            self.secrets
                .lock()
                .unwrap()
                .insert(name.to_owned(), secret.to_string());
        }
        let result = if self.locked.load(SeqCst) {
            Err(NoAnswer)
        } else {
            Ok(())
        };
        Box::pin(async move { result })
    }
}

#[tokio::test]
async fn the_keychain_holds_the_key_and_gives_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Fake::default();
    let (first, kind) = master_key_in(dir.path(), Some(&vault)).await.unwrap();
    assert_eq!(kind, VaultKind::Keychain);
    assert_ne!(*first, [0; 32]);
    let (again, _) = master_key_in(dir.path(), Some(&vault)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(vault.secrets.lock().unwrap().len(), 1);
    assert!(!dir.path().join("hub.key").exists());
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_fails_later_is_an_error_and_no_new_key() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Fake::default();
    let (key, _) = master_key_in(dir.path(), Some(&vault)).await.unwrap();
    vault.locked.store(true, SeqCst);
    assert!(matches!(
        master_key_in(dir.path(), Some(&vault)).await,
        Err(VaultError::NoAnswer)
    ));
    assert!(matches!(
        master_key_in(dir.path(), None).await,
        Err(VaultError::NoAnswer)
    ));
    vault.locked.store(false, SeqCst);
    assert_eq!(
        master_key_in(dir.path(), Some(&vault)).await.unwrap().0,
        key
    );
    vault.secrets.lock().unwrap().clear();
    let lost = master_key_in(dir.path(), Some(&vault)).await;
    assert!(matches!(lost, Err(VaultError::Lost(VaultKind::Keychain))));
}

#[tokio::test]
async fn without_a_keychain_a_file_for_this_user_alone_holds_it() {
    for case in ["none", "locked", "forgetful"] {
        let dir = tempfile::tempdir().unwrap();
        let vault = Fake::default();
        vault.locked.store(case == "locked", SeqCst);
        vault.forgetful.store(case == "forgetful", SeqCst);
        let given: Option<&dyn Vault> = (case != "none").then_some(&vault);
        let (key, kind) = master_key_in(dir.path(), given).await.unwrap();
        assert_eq!(kind, VaultKind::File, "{case}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join("hub.key"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        // A keychain that works by now does not change where the key is.
        let working = Fake::default();
        let (again, kind) = master_key_in(dir.path(), Some(&working)).await.unwrap();
        assert_eq!((again, kind), (key, VaultKind::File), "{case}");
        std::fs::remove_file(dir.path().join("hub.key")).unwrap();
        let lost = master_key_in(dir.path(), Some(&working)).await;
        assert!(
            matches!(lost, Err(VaultError::Lost(VaultKind::File))),
            "{case}"
        );
    }
}

#[tokio::test]
async fn a_start_that_was_cut_off_goes_on_where_it_was() {
    // After the note, before the keychain had the key; and after the keychain had it, before the note said so.
    for stored in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let vault = Fake::default();
        let note = Marker {
            kind: VaultKind::Keychain,
            name: "hub-key-1".to_owned(),
            ready: false,
        };
        keyfile::write_marker(dir.path(), &note).unwrap();
        if stored {
            vault
                .secrets
                .lock()
                .unwrap()
                .insert(note.name.clone(), STANDARD.encode([7; 32]));
        }
        let (key, kind) = master_key_in(dir.path(), Some(&vault)).await.unwrap();
        assert_eq!(kind, VaultKind::Keychain);
        assert_eq!(*key == [7; 32], stored);
    }
    // After the key file, before the note.
    let dir = tempfile::tempdir().unwrap();
    keyfile::write_key(dir.path(), &Zeroizing::new([9; 32])).unwrap();
    let (key, kind) = master_key_in(dir.path(), Some(&Fake::default()))
        .await
        .unwrap();
    assert_eq!((*key, kind), ([9; 32], VaultKind::File));
}

#[tokio::test]
async fn a_file_that_is_no_key_is_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("hub.key"), "short").unwrap();
    assert!(matches!(
        master_key_in(dir.path(), None).await,
        Err(VaultError::File(_))
    ));
    assert_eq!(
        std::fs::read_to_string(dir.path().join("hub.key")).unwrap(),
        "short"
    );
}
