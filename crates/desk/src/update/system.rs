//! Whether a program can replace itself, by how it came onto this PC. Pure but for one try at writing.

use super::UpdateSupport;
use std::path::{Path, PathBuf};

/// How this program came onto this PC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed<'a> {
    /// `linux`, `windows`, `macos`: as [`std::env::consts::OS`].
    pub system: &'a str,
    /// What the bundler wrote into the program: `deb`, `rpm`, `appimage`, `nsis`, `msi`, `app`.
    pub package: Option<&'a str>,
    /// What is replaced: the AppImage, the app's folder on macOS, the program's folder on Windows.
    pub place: PathBuf,
    /// Where to ask and what to trust were given when it was built.
    pub configured: bool,
}

/// Whether it can be replaced by itself. `writable` answers for a folder.
pub fn support(installed: &Installed<'_>, writable: impl Fn(&Path) -> bool) -> UpdateSupport {
    if !installed.configured {
        return UpdateSupport::NotConfigured;
    }
    let place = &installed.place;
    // The file and the app are replaced by renaming beside them; the installer for Windows writes into the folder.
    let folder = match installed.system {
        "windows" => Some(place.as_path()),
        _ => place.parent(),
    };
    let kind = match (installed.system, installed.package) {
        ("linux", Some("deb" | "rpm")) => return UpdateSupport::Package,
        ("linux", Some("appimage")) | ("windows", Some("nsis")) => UpdateSupport::Itself,
        // Our own installer is made without the bundler, which writes the kind: the uninstaller tells it.
        ("windows", None) if place.join("uninstall.exe").exists() => UpdateSupport::Itself,
        // Opened from the disk image or the downloads, macOS runs a read-only copy at a place of its own.
        ("macos", _) if in_app_translocation(place) => UpdateSupport::ReadOnly,
        ("macos", _) if place.extension().is_some_and(|kind| kind == "app") => {
            UpdateSupport::Itself
        }
        _ => return UpdateSupport::NotInstalled,
    };
    match folder {
        Some(folder) if writable(folder) => kind,
        _ => UpdateSupport::ReadOnly,
    }
}

fn in_app_translocation(place: &Path) -> bool {
    place
        .components()
        .any(|part| part.as_os_str() == "AppTranslocation")
}

/// Whether this user may write into a folder, found out by doing it: rights on Windows are not to be computed.
pub fn writable(folder: &Path) -> bool {
    let probe = folder.join(format!(".tillbell-{}", std::process::id()));
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe);
    let made = made.is_ok();
    if made {
        let _ = std::fs::remove_file(&probe);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_replace_itself() {
        use UpdateSupport::*;
        let table = [
            (
                "linux",
                Some("appimage"),
                "/home/li/Tillbell.AppImage",
                Itself,
            ),
            ("linux", Some("deb"), "/usr/bin/tillbell", Package),
            ("linux", Some("rpm"), "/usr/bin/tillbell", Package),
            ("linux", None, "/work/target/debug/tillbell", NotInstalled),
            (
                "windows",
                Some("nsis"),
                "/Users/李/AppData/Local/Tillbell",
                Itself,
            ),
            (
                "windows",
                Some("msi"),
                "/Program Files/Tillbell",
                NotInstalled,
            ),
            ("windows", None, "/work/target/debug", NotInstalled),
            ("macos", Some("app"), "/Applications/Tillbell.app", Itself),
            (
                "macos",
                Some("app"),
                "/private/var/folders/x/AppTranslocation/7/d/Tillbell.app",
                ReadOnly,
            ),
            (
                "macos",
                Some("app"),
                "/work/target/debug/tillbell",
                NotInstalled,
            ),
            ("freebsd", None, "/usr/local/bin/tillbell", NotInstalled),
        ];
        for (system, package, place, wanted) in table {
            let installed = Installed {
                system,
                package,
                place: place.into(),
                configured: true,
            };
            assert_eq!(support(&installed, |_| true), wanted, "{installed:?}");
            let refused = if wanted == Itself { ReadOnly } else { wanted };
            assert_eq!(
                support(&installed, |_| false),
                refused,
                "{installed:?}, not writable"
            );
            let plain = Installed {
                configured: false,
                ..installed
            };
            assert_eq!(support(&plain, |_| true), NotConfigured);
        }
    }

    #[test]
    fn the_folder_that_is_tried_is_the_one_that_is_written() {
        for (system, package, place, tried) in [
            ("linux", "appimage", "/a/b.AppImage", "/a"),
            ("windows", "nsis", "/a/b", "/a/b"),
            ("macos", "app", "/a/b.app", "/a"),
        ] {
            let installed = Installed {
                system,
                package: Some(package),
                place: place.into(),
                configured: true,
            };
            support(&installed, |folder| {
                assert_eq!(folder, Path::new(tried), "{system}");
                true
            });
        }
    }

    #[test]
    fn trying_to_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(writable(dir.path()));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(!writable(&dir.path().join("not there")));
    }

    #[test]
    fn our_own_installer_is_known_by_its_uninstaller() {
        let dir = tempfile::tempdir().unwrap();
        let installed = Installed {
            system: "windows",
            package: None,
            place: dir.path().into(),
            configured: true,
        };
        assert_eq!(support(&installed, writable), UpdateSupport::NotInstalled);
        std::fs::write(dir.path().join("uninstall.exe"), "").unwrap();
        assert_eq!(support(&installed, writable), UpdateSupport::Itself);
    }
}
