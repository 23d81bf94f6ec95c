//! A program of its own: builds the standard library of targets that rustup has not installed, each into a folder that
//! rustc takes as `--sysroot`. It stands apart, behind the feature `sysroot`, because what it uses takes longer to build
//! than the whole of xtask, and only `cross-check` on a machine without these targets needs it.
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool talks to whoever typed it"
)]

use anyhow::Context;
use rustc_build_sysroot::{BuildMode, SysrootBuilder, SysrootConfig, SysrootStatus};
use std::{path::Path, process::Command};

/// `sysroot FOLDER LIBRARY (check|build):TARGET…`
fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(library)) = (words.next(), words.next()) else {
        anyhow::bail!("usage: sysroot FOLDER LIBRARY (check|build):TARGET…");
    };
    // Side by side: each begins with one package that keeps one processor busy for long.
    std::thread::scope(|scope| {
        let (folder, library) = (Path::new(&folder), Path::new(&library));
        let builds: Vec<_> = words
            .map(|word| scope.spawn(move || build(&word, folder, library)))
            .collect();
        builds.into_iter().try_for_each(|build| {
            build
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("it broke off")))
        })
    })
}

/// Builds one, `MODE:TARGET`, unless it is there.
fn build(word: &str, folder: &Path, library: &Path) -> anyhow::Result<()> {
    let (mode, target) = word
        .split_once(':')
        .with_context(|| format!("{word} is not MODE:TARGET"))?;
    let mode = match mode {
        "build" => BuildMode::Build,
        // Enough to check types; no C compiler or linker of that system is needed.
        "check" => BuildMode::Check,
        other => anyhow::bail!("there is no mode {other}"),
    };
    let features = ["panic-unwind", "backtrace"].map(str::to_owned).to_vec();
    // Only here: anywhere else it would make build scripts take the compiler for a nightly one.
    let mut cargo = Command::new("cargo");
    cargo.env("RUSTC_BOOTSTRAP", "1");
    let status = SysrootBuilder::new(&folder.join("sysroot"), target)
        .build_mode(mode)
        // As the compiler's own libraries have it: optimising across crates, which is what ships, wants the bitcode.
        .rustflag("-Cembed-bitcode=yes")
        .sysroot_config(SysrootConfig::WithStd {
            std_features: features,
        })
        .cargo(cargo)
        .build_from_source(library)
        .with_context(|| format!("the standard library for {target}"))?;
    let done = match status {
        SysrootStatus::AlreadyCached => "was built before",
        SysrootStatus::SysrootBuilt => "built",
    };
    println!("  the standard library for {target}: {done}");
    Ok(())
}
