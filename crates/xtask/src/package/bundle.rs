//! Packages by Tauri's bundler, which comes with the pages' packages from npm: deb, AppImage, disk image.

use super::made;
use crate::{pages, setup, shell};
use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Builds the app and what goes with it as they are shipped, and returns the folder with the programs.
pub(super) fn cargo_build(debug: bool) -> anyhow::Result<PathBuf> {
    shell::say("Building the app");
    let mut build = shell::cmd("cargo", &["build"]);
    build.args(SHIPPED);
    if !debug {
        // What Tauri's own tool adds, too: pages come from inside the program, never from a server of developers.
        build.args(["--release", "--features", "tauri/custom-protocol"]);
    }
    shell::run(&mut build)?;
    Ok(shell::target().join(if debug { "debug" } else { "release" }))
}

/// The app, and the programs without a window that lie beside it.
pub(crate) const SHIPPED: [&str; 12] = [
    "-p",
    "tillbell",
    "--bin",
    "tillbell",
    "-p",
    "devices",
    "--bin",
    "tillbell-devices",
    "-p",
    "reports",
    "--bin",
    "tillbell-book",
];

/// The programs without a window: for devices, and for the book.
pub(super) const BESIDE: [&str; 2] = ["tillbell-devices", "tillbell-book"];

/// Lays the programs without a window where the bundler looks for them, under the names that it wants: with this
/// machine's target. Answers what to tell the bundler.
fn beside(programs: &Path, out: &Path) -> anyhow::Result<String> {
    let about = shell::output("rustc", &["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say which machine this is")?;
    let stage = std::path::absolute(out.join("beside"))?;
    fs::create_dir_all(&stage)?;
    let mut named = Vec::new();
    for name in BESIDE {
        let program = stage.join(format!("{name}-{host}"));
        fs::copy(programs.join(name), &program).with_context(|| format!("{name} was not built"))?;
        // Rust quotes a path as JSON does.
        named.push(format!("{:?}", stage.join(name).to_string_lossy()));
    }
    let named = named.join(",");
    Ok(format!(r#"{{"bundle":{{"externalBin":[{named}]}}}}"#))
}

/// Builds the app and packs it; returns the package.
pub(super) fn bundle(kind: &str, debug: bool, out: &Path) -> anyhow::Result<PathBuf> {
    setup::system(&[setup::BUILD])?;
    pages::install()?;
    pages::build()?;
    let programs = cargo_build(debug)?;
    shell::say(&format!("Packing: {kind}"));
    let made_in = programs.join("bundle").join(kind);
    // An older package in the same place would be taken for the new one.
    let _ = fs::remove_dir_all(&made_in);
    let mut tauri = shell::cmd("node", &["ui/node_modules/@tauri-apps/cli/tauri.js"]);
    tauri.args(["bundle", "--ci", "--bundles", kind]);
    tauri.args(["--config", &beside(&programs, out)?]);
    if debug {
        tauri.arg("--debug");
    } else {
        tauri.args(["--features", "tauri/custom-protocol"]);
    }
    // Without a certificate the package is simply not signed; on macOS the linker's own signature stays.
    if std::env::var_os("APPLE_SIGNING_IDENTITY").is_none()
        && std::env::var_os("APPLE_CERTIFICATE").is_none()
        && cfg!(target_os = "macos")
    {
        tauri.env("APPLE_SIGNING_IDENTITY", "-");
    }
    shell::run(&mut tauri)?;
    let package = fs::read_dir(&made_in)
        .with_context(|| format!("{} was not made", made_in.display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().to_lowercase().ends_with(kind))
        .with_context(|| format!("there is no {kind} in {}", made_in.display()))?;
    let kept = out.join(package.file_name().context("a package without a name")?);
    fs::copy(&package, &kept)?;
    made(&kept)?;
    Ok(kept)
}
