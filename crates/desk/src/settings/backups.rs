//! Settings of the copies of the book.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The most copies that are kept: more than a year of days.
const KEEP_MAX: u16 = 400;
/// The longest path of a folder.
const FOLDER_MAX: usize = 1_024;

/// The copies that are made by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct BackupSettings {
    /// One is made each day.
    pub daily: bool,
    /// So many of these are kept, 1 to 400.
    pub keep: u16,
    /// The folder of all copies; `None`: one beside the book.
    pub folder: Option<String>,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self {
            daily: true,
            keep: 14,
            folder: None,
        }
    }
}

impl BackupSettings {
    pub(super) fn fault(&self) -> Option<&'static str> {
        let whole = |folder: &String| folder.len() <= FOLDER_MAX && Path::new(folder).is_absolute();
        if !(1..=KEEP_MAX).contains(&self.keep) {
            return Some("backups.keep");
        }
        let folder = self.folder.as_ref().is_none_or(whole);
        (!folder).then_some("backups.folder")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_its_root_and_some_copies_are_kept() {
        let root = std::env::temp_dir().to_string_lossy().into_owned();
        for (keep, folder, fault) in [
            (14, None, None),
            (1, Some(root.clone()), None),
            (400, Some(root.clone()), None),
            (0, None, Some("backups.keep")),
            (401, None, Some("backups.keep")),
            (7, Some("copies".to_owned()), Some("backups.folder")),
            (7, Some(String::new()), Some("backups.folder")),
            (
                7,
                Some(root + &"x".repeat(FOLDER_MAX)),
                Some("backups.folder"),
            ),
        ] {
            let settings = BackupSettings {
                daily: true,
                keep,
                folder,
            };
            assert_eq!(settings.fault(), fault, "{settings:?}");
        }
    }
}
