//! Cargo for another system: which standard library, which linker, and what stands in for a C compiler where types are
//! checked only.

use super::library::{self, Need};
use crate::shell::{self, cmd, output};
use std::{
    ffi::{OsStr, OsString},
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
    /// Built soonest, never shipped. It is the profile of everyday's builds and lies in their folder, so that what runs
    /// on this machine while it builds (macros, build scripts: a sixth of all work) is there already.
    Dev,
    /// As it ships.
    Release,
}

impl Profile {
    /// Its name in Cargo.toml.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// Where cargo puts what it builds.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
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

/// What of a development build for Windows only costs time here: the profile's own wishes are for this system.
const SOONEST: [&str; 2] = ["debuginfo=0", "strip=symbols"];

/// Packages that Cargo.toml has optimised and that hardly run under Wine, which has no fonts: a minute and a half of a
/// processor to optimise, and nothing gained. None of them runs on this system while it builds.
const AS_THEY_COME: [&str; 6] = ["moxcms", "pxfm", "read-fonts", "skrifa", "swash", "zeno"];

/// Links Windows programs by the linker that comes with Rust, in a fraction of GNU's time. What ships from here is linked
/// by GNU's.
const QUICK: &str = r#"#!/bin/sh
# MinGW's compiler links by Rust's linker, a stranger to it: it calls us back in place of its own.
if [ "$1" = --instead-of ]; then
    shift 2
    exec 'LLD' "$@"
fi
exec x86_64-w64-mingw32-gcc -fno-use-linker-plugin -wrapper "$0,--instead-of" "$@"
"#;

/// The linker of MinGW's own compiler.
const LINKER: &str = "x86_64-w64-mingw32-gcc";

/// Makes the quick linker, where Rust came with one.
fn quick_linker(bin: &Path) -> anyhow::Result<Option<PathBuf>> {
    let libraries = PathBuf::from(output("rustc", &["--print", "target-libdir"]).trim());
    let lld = libraries.with_file_name("bin").join("gcc-ld/ld.lld");
    if !lld.is_file() {
        return Ok(None);
    }
    // Not named `…-ld` or `…-gcc`: from such a name rustc concludes how to talk to it.
    let linker = bin.join("windows-linker");
    script(&linker, &QUICK.replace("LLD", &lld.to_string_lossy()))?;
    Ok(Some(linker))
}

/// Cargo, made ready for the other systems.
pub(crate) struct Cross {
    /// Where everything of the cross-check is kept, but for what cargo builds.
    pub(crate) cache: PathBuf,
    environment: Vec<(String, OsString)>,
    /// Links what does not ship.
    quick_linker: Option<PathBuf>,
    /// The standard library for each target that rustup has not.
    sysroots: Vec<(&'static str, PathBuf)>,
}

impl Cross {
    /// Finds or builds what these targets need.
    pub(crate) fn prepare(cache: &Path, targets: &[(&'static str, Need)]) -> anyhow::Result<Self> {
        let bin = cache.join("bin");
        fs::create_dir_all(&bin)?;
        let (cc, ar) = (bin.join("no-cc"), bin.join("no-ar"));
        script(&cc, NO_CC)?;
        script(&ar, NO_AR)?;
        let mut environment: Vec<(String, OsString)> = vec![(
            "RC_x86_64_pc_windows_msvc".to_owned(),
            "x86_64-w64-mingw32-windres".into(),
        )];
        for target in [WINDOWS, MACOS] {
            let name = target.replace('-', "_");
            environment.push((format!("CC_{name}"), cc.clone().into()));
            environment.push((format!("CXX_{name}"), cc.clone().into()));
            environment.push((format!("AR_{name}"), ar.clone().into()));
        }
        let found = library::of(targets, cache)?.into_iter();
        Ok(Self {
            cache: cache.to_owned(),
            environment,
            quick_linker: quick_linker(&bin)?,
            sysroots: found
                .filter_map(|(target, sysroot)| Some((target, sysroot?)))
                .collect(),
        })
    }

    /// `cargo WORD --profile PROFILE --target TARGET …`
    pub(crate) fn cargo(
        &self,
        profile: Profile,
        word: &str,
        targets: &[&str],
        args: &[&str],
    ) -> Command {
        let mut cargo = cmd("cargo", &[word, "--profile", profile.name()]);
        for target in targets {
            cargo.args(["--target", target]);
            let name = target.replace('-', "_").to_uppercase();
            cargo.env(
                format!("CARGO_TARGET_{name}_RUSTFLAGS"),
                self.flags(profile, target),
            );
        }
        if profile == Profile::Dev && targets.contains(&WINDOWS_HERE) {
            let plain = |name| format!("--config=profile.dev.package.{name}.opt-level=0");
            cargo.args(AS_THEY_COME.map(plain));
        }
        cargo
            .args(args)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        let linker = match (&self.quick_linker, profile) {
            (Some(quick), Profile::Dev) => quick.as_os_str(),
            _ => OsStr::new(LINKER),
        };
        cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", linker);
        // Either would be taken in place of the flags above.
        for other in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
            cargo.env_remove(other);
        }
        cargo
    }

    fn flags(&self, profile: Profile, target: &str) -> OsString {
        let mut flags = OsString::new();
        let own = self.sysroots.iter().find(|(known, _)| *known == target);
        if let Some((_, sysroot)) = own {
            flags.push("--sysroot=");
            flags.push(sysroot);
        }
        if target == WINDOWS_HERE && profile == Profile::Dev {
            SOONEST
                .iter()
                .for_each(|flag| flags.push(format!(" -C {flag}")));
        }
        flags
    }

    /// Where cargo puts the programs of Windows.
    pub(crate) fn programs(&self, profile: Profile) -> PathBuf {
        shell::target().join(WINDOWS_HERE).join(profile.folder())
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
