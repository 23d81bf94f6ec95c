//! `cargo xtask package`: what people install, and the proof that it installs, runs, is upgraded and goes away again.
//!
//! Windows' installer is a script of our own (`src-tauri/installer/`), compiled by NSIS on any system; the packages for
//! macOS and Linux are made by Tauri's bundler from `src-tauri/tauri.conf.json`. docs/packaging.md tells the rest.

mod bundle;
mod clean_root;
mod firewall;
mod proof;
mod registry;
mod sign;
mod stand_in;
mod windows;
mod wine;

pub(crate) use bundle::SHIPPED;
pub(crate) use clean_root::prove as prove_deb;
pub(crate) use sign::sign;
use windows::Installer;
pub(crate) use windows::windows_installer;
pub(crate) use wine::prove_under_wine;

use crate::{cross::wine::Wine, pages, setup, shell};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The version that everything in the workspace has.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The installer for Windows.
    Windows,
    /// A package for Debian, Ubuntu and their relatives.
    Deb,
    /// One file for any Linux. Tauri's bundler downloads a tool for it.
    Appimage,
    /// A disk image for macOS.
    Dmg,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What to make; without a word, what this system makes for itself.
    kind: Option<Kind>,
    /// Installs what was made in a clean place, runs it there, and removes it.
    #[arg(long)]
    prove: bool,
    /// Pack the development build: quicker to make, larger, for trying.
    #[arg(long)]
    debug: bool,
    /// Windows: the folder with a tillbell.exe, a tillbell-devices.exe and a tillbell-book.exe that are built already.
    #[arg(long, value_name = "DIR")]
    exe_dir: Option<PathBuf>,
    /// Windows: Microsoft's small WebView2 installer, which downloads the rest; it is embedded.
    #[arg(long, value_name = "FILE")]
    webview2_bootstrapper: Option<PathBuf>,
    /// Windows: Microsoft's whole WebView2 installer, for PCs that are not on the internet.
    #[arg(long, value_name = "FILE")]
    webview2_offline: Option<PathBuf>,
}

/// Makes what was asked for, and says where it lies and how large it is.
pub(crate) fn package(options: &Options) -> anyhow::Result<()> {
    let kind = options.kind.unwrap_or(if cfg!(windows) {
        Kind::Windows
    } else if cfg!(target_os = "macos") {
        Kind::Dmg
    } else {
        Kind::Deb
    });
    let out = shell::root().join("target/package");
    fs::create_dir_all(&out)?;
    match kind {
        Kind::Windows => for_windows(options, &out),
        Kind::Deb => {
            let deb = bundle::bundle("deb", options.debug, &out)?;
            if options.prove {
                clean_root::prove_as_root(&deb, &out)?;
            }
            Ok(())
        }
        Kind::Appimage | Kind::Dmg if options.prove => {
            bail!("only the installer for Windows and the Debian package can be proved here")
        }
        Kind::Appimage => bundle::bundle("appimage", options.debug, &out).map(drop),
        Kind::Dmg => bundle::bundle("dmg", options.debug, &out).map(drop),
    }
}

fn for_windows(options: &Options, out: &Path) -> anyhow::Result<()> {
    let exe_dir = match &options.exe_dir {
        Some(dir) => dir.clone(),
        None if cfg!(windows) => build_on_windows(options.debug)?,
        None => bail!(
            "give the folder with a tillbell.exe that is built already: `--exe-dir DIR`. \
             `cargo xtask cross-check` builds one here"
        ),
    };
    let mut installer = Installer {
        exe_dir: &exe_dir,
        version: VERSION,
        webview2: options.webview2_bootstrapper.as_deref(),
        suffix: "",
        fast: options.debug,
    };
    installer.make(out)?;
    if let Some(runtime) = &options.webview2_offline {
        installer.webview2 = Some(runtime);
        installer.suffix = "-offline";
        installer.make(out)?;
    }
    if options.prove {
        let wine = Wine::start(&out.join("wine"))?;
        prove_under_wine(&wine, &exe_dir, &out.join("proof"), options.debug)?;
    }
    Ok(())
}

fn build_on_windows(debug: bool) -> anyhow::Result<PathBuf> {
    setup::system(&[])?;
    pages::install()?;
    pages::build()?;
    bundle::cargo_build(debug)
}

/// Says where a package lies and how large it is.
fn made(package: &Path) -> anyhow::Result<()> {
    let size = fs::metadata(package)
        .with_context(|| format!("{} was not made", package.display()))?
        .len();
    println!(
        "  made {} ({}.{} MB)",
        package.display(),
        size / 1_000_000,
        size / 100_000 % 10
    );
    Ok(())
}
