//! Where the standard library of another target comes from: rustup's own, else one built from the library's source,
//! which must be of exactly this compiler's release.

use super::debian;
use crate::shell::{cmd, output, root, run, say};
use anyhow::{Context, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder that holds `rust-library-<version>.tar.xz`, for machines that keep one.
pub(crate) const FOLDER_VARIABLE: &str = "TILLBELL_TOOLCHAIN";

/// How a library is built here, in a word: another one whenever `sysroot.rs` builds it differently.
const BUILT: &str = "bitcode";

/// How much of a library is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Enough to check types.
    Check,
    /// Enough to link programs.
    Build,
}

/// Finds or builds the library of every target; returns, for each, the `--sysroot` it needs, or `None` where rustup
/// has the real one.
pub(crate) fn of(
    targets: &[(&'static str, Need)],
    cache: &Path,
) -> anyhow::Result<Vec<(&'static str, Option<PathBuf>)>> {
    let installed = PathBuf::from(output("rustc", &["--print", "sysroot"]).trim());
    let real = |target: &str| {
        installed
            .join("lib/rustlib")
            .join(target)
            .join("lib")
            .is_dir()
    };
    let absent: Vec<_> = targets.iter().filter(|(target, _)| !real(target)).collect();
    let version = version()?;
    // A folder for each compiler and each way of building its library: cargo sees another path and builds everything anew.
    let folder = cache.join(format!("{version}-{BUILT}"));
    if !absent.is_empty() {
        let library = source(&version, &installed, &folder)?;
        let words: Vec<String> = absent
            .iter()
            .map(|(target, need)| match need {
                Need::Check => format!("check:{target}"),
                Need::Build => format!("build:{target}"),
            })
            .collect();
        let mut build = cmd(
            "cargo",
            &[
                "run",
                "--quiet",
                "--package",
                "xtask",
                "--features",
                "sysroot",
                "--bin",
                "sysroot",
                "--",
            ],
        );
        run(build.arg(&folder).arg(&library).args(words))?;
    }
    Ok(targets
        .iter()
        .map(|(target, _)| (*target, (!real(target)).then(|| folder.join("sysroot"))))
        .collect())
}

/// The compiler's release, `1.95.0`.
fn version() -> anyhow::Result<String> {
    let line = output("rustc", &["--version"]);
    let version = line.split(' ').nth(1).context("rustc does not answer")?;
    Ok(version.to_owned())
}

/// The folder `library` of this release, from the first place that has it.
fn source(version: &str, installed: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let component = installed.join("lib/rustlib/src/rust/library");
    let unpacked = folder.join("library");
    for library in [component, unpacked.clone()] {
        if library.join("std/Cargo.toml").is_file() {
            return Ok(library);
        }
    }
    // Unpacked beside and renamed: an interrupted start never leaves half a library.
    let beside = folder.join("unpacking");
    let _ = fs::remove_dir_all(&beside);
    fs::create_dir_all(&beside)?;
    let name = format!("rust-library-{version}.tar.xz");
    let tarball = folders()
        .into_iter()
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file());
    match tarball {
        Some(tarball) => {
            say(&format!("Unpacking {}", tarball.display()));
            run(cmd("tar", &["-xJf"]).arg(&tarball).arg("-C").arg(&beside))?;
        }
        None => debian::library(version, folder, &beside).with_context(|| advice(version))?,
    }
    let library = beside.join("library");
    if !library.join("std/Cargo.toml").is_file() {
        bail!(
            "what was unpacked holds no library/std. {}",
            advice(version)
        );
    }
    fs::rename(&library, &unpacked)?;
    Ok(unpacked)
}

/// Where a tarball is looked for.
fn folders() -> Vec<PathBuf> {
    let named = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    let beside = root()
        .parent()
        .map(|parent| parent.join("shared/toolchain"));
    named.into_iter().chain(beside).collect()
}

/// What a person can do where nothing was found.
fn advice(version: &str) -> String {
    format!(
        "There is no standard library of Rust {version} for the other systems. One of these helps: `rustup target add \
         x86_64-pc-windows-gnu x86_64-pc-windows-msvc aarch64-apple-darwin`; `rustup component add rust-src`; a file \
         rust-library-{version}.tar.xz (the folder `library` of Rust's source) in a folder that {FOLDER_VARIABLE} \
         names; or Debian's package rust-src of this very release"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_names_every_way() {
        let text = advice("1.95.0");
        for part in [
            "rustup target add",
            "rust-library-1.95.0.tar.xz",
            FOLDER_VARIABLE,
            "rust-src",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn this_compiler_has_a_release() {
        let version = version().expect("rustc");
        assert_eq!(version.split('.').count(), 3, "{version}");
    }
}
