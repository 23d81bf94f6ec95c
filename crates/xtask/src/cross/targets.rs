//! Cargo for another system: which standard library, which linker, and what stands in for a C compiler where types are
//! checked only.

use super::library::{self, Need};
use crate::shell::cmd;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What ships for Windows.
pub(crate) const WINDOWS: &str = "x86_64-pc-windows-msvc";
/// What can be linked, and run under Wine, without Microsoft's tools.
pub(crate) const WINDOWS_HERE: &str = "x86_64-pc-windows-gnu";
/// What ships for macOS.
pub(crate) const MACOS: &str = "aarch64-apple-darwin";

/// How much is optimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Built soonest, never shipped; see Cargo.toml.
    Cross,
    /// As it ships, but for the optimising across crates: a library built here has not what that needs.
    Release,
}

impl Profile {
    /// Its name in Cargo.toml.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cross => "cross",
            Self::Release => "release",
        }
    }
}

/// Creates the file that it is asked for, and compiles nothing: types are checked without it.
const NO_CC: &str = r#"#!/bin/sh
# Stands in for a C compiler where only types are checked: it makes the file that it is asked for, empty.
prev=; out=
for a in "$@"; do [ "$prev" = -o ] && out=$a; [ "$a" = -E ] && { echo clang; exit 0; }; prev=$a; done
[ -n "$out" ] && : > "$out"
exit 0
"#;
/// The same for an archive.
const NO_AR: &str = r#"#!/bin/sh
# Stands in for an archiver where only types are checked: it makes the archive that it is asked for, empty.
for a in "$@"; do
    case "$a" in
        [-/][Oo][Uu][Tt]:*) printf '!<arch>\n' > "${a#?????}"; exit 0 ;;
        *.a | *.lib) printf '!<arch>\n' > "$a"; exit 0 ;;
    esac
done
"#;

/// Cargo, made ready for the other systems.
pub(crate) struct Cross {
    /// Where everything of the cross-check is kept.
    pub(crate) cache: PathBuf,
    environment: Vec<(String, OsString)>,
}

impl Cross {
    /// Finds or builds what these targets need.
    pub(crate) fn prepare(cache: &Path, targets: &[(&'static str, Need)]) -> anyhow::Result<Self> {
        let bin = cache.join("bin");
        fs::create_dir_all(&bin)?;
        let (cc, ar) = (bin.join("no-cc"), bin.join("no-ar"));
        script(&cc, NO_CC)?;
        script(&ar, NO_AR)?;
        let mut environment: Vec<(String, OsString)> = vec![
            // Its own folder, so that the builds for this system are not thrown away.
            ("CARGO_TARGET_DIR".to_owned(), cache.join("build").into()),
            (
                "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER".to_owned(),
                "x86_64-w64-mingw32-gcc".into(),
            ),
            (
                "RC_x86_64_pc_windows_msvc".to_owned(),
                "x86_64-w64-mingw32-windres".into(),
            ),
        ];
        for target in [WINDOWS, MACOS] {
            let name = target.replace('-', "_");
            environment.push((format!("CC_{name}"), cc.clone().into()));
            environment.push((format!("CXX_{name}"), cc.clone().into()));
            environment.push((format!("AR_{name}"), ar.clone().into()));
        }
        for (target, sysroot) in library::of(targets, cache)? {
            let Some(sysroot) = sysroot else { continue };
            let name = target.replace('-', "_").to_uppercase();
            let mut flags = OsString::from("--sysroot=");
            flags.push(sysroot);
            environment.push((format!("CARGO_TARGET_{name}_RUSTFLAGS"), flags));
        }
        Ok(Self {
            cache: cache.to_owned(),
            environment,
        })
    }

    /// `cargo WORD --target TARGET --profile PROFILE …`
    pub(crate) fn cargo(
        &self,
        profile: Profile,
        word: &str,
        target: &str,
        args: &[&str],
    ) -> Command {
        let words = [word, "--target", target, "--profile", profile.name()];
        let mut cargo = cmd("cargo", &words);
        cargo
            .args(args)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        // Either would be taken in place of the flags above.
        for other in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
            cargo.env_remove(other);
        }
        cargo
    }

    /// Where cargo puts the programs of Windows.
    pub(crate) fn programs(&self, profile: Profile) -> PathBuf {
        let target = self.cache.join("build").join(WINDOWS_HERE);
        target.join(profile.name())
    }
}

/// Writes a script that can be run; what is the same already is left, since cargo would build anew.
pub(crate) fn script(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
