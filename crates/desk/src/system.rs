//! What Tillbell tells the systems it runs on and hears from them, as plain numbers and texts. Pure, so that each rule
//! is tested on every system; the calls themselves stand in the app's platform files.

pub mod macos;
pub mod windows;

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    path::Path,
};

/// The program's one identity: the bundle's id on a Mac, the AUMID on Windows (toasts are shown under it, so the
/// installer's Start-menu shortcut carries it too), the desktop entry's name on Linux.
pub const IDENTITY: &str = "app.tillbell.desktop";

/// The program's name for people.
pub const NAME: &str = "Tillbell";

/// What tells one running Tillbell from another: each folder of data is a shop of its own, and may run beside others.
/// Without a folder it is the [`IDENTITY`]; with one, letters that every system takes in a name.
pub fn instance(folder: Option<&Path>) -> String {
    let Some(folder) = folder else {
        return IDENTITY.to_owned();
    };
    let folder = std::path::absolute(folder).ok();
    // The same for each start of one program; two versions that differ are kept apart by the folder's lock.
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(folder);
    format!("{IDENTITY}.at{hash:016x}")
}

/// Something the system says unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It woke from sleep: sockets that look open may be dead.
    Woke,
    /// A monitor came or went, or the task bar moved: cards may belong elsewhere.
    Screens,
    /// It runs on mains now, or on its battery.
    Power,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_the_bundles() {
        let config = include_str!("../../../src-tauri/tauri.conf.json");
        let config: serde_json::Value = serde_json::from_str(config).expect("JSON");
        assert_eq!(config["identifier"], IDENTITY);
        assert_eq!(config["productName"], NAME);
        // Windows refuses longer ones, and those with spaces.
        assert!(IDENTITY.len() <= 128 && !IDENTITY.contains(' '));
    }

    #[test]
    fn each_folder_runs_beside_the_others_and_once() {
        let here = std::env::current_dir().expect("a folder");
        let at = |folder: &str| instance(Some(Path::new(folder)));
        assert_eq!(instance(None), IDENTITY);
        assert_eq!(at("shop"), instance(Some(&here.join("shop"))));
        assert_eq!(at("店 2"), at("店 2"));
        let all = [instance(None), at("shop"), at("店 2"), at("shop/2")];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{all:?}");
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
            assert!(one.chars().all(plain) && one.len() < 64, "{one}");
        }
    }
}
