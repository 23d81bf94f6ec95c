//! What a newcomer types: `cargo xtask demo`, `run`, `test`, `cross-check`, `package`, `bench`, `setup`.
//!
//! Each verb first looks for what is missing on this machine, installs it (or says the exact line that does), then
//! runs ordinary cargo and npm commands and prints every one of them.
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool talks to whoever typed it"
)]

mod cross;
mod demo;
mod notes;
mod package;
mod pages;
mod room;
mod setup;
mod shell;
mod verify;
mod workflows;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Set-up, demo, tests and benchmarks of Tillbell"
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Builds the app, starts it, and lets a made-up customer pay through the hub's real doors. Without a display it
    /// brings its own, and leaves pictures and sound under target/demo/.
    Demo {
        /// Use a virtual display even where there is a real one.
        #[arg(long)]
        headless: bool,
    },
    /// Builds and starts the app on this desktop.
    Run {
        /// What follows goes to the app (`--open settings`, `--hidden`, `--data-dir DIR`).
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Runs everything CI runs: format, lints, pages, all tests, the real app included.
    Test,
    /// Proves the code for Windows and macOS from Linux: types for both, and the real Windows programs under Wine.
    CrossCheck {
        /// Only these parts; all of them where none is named.
        #[arg(value_enum)]
        parts: Vec<cross::Part>,
    },
    /// Makes what people install: the installer for Windows, a package for Linux, a disk image for macOS.
    Package(package::Options),
    /// Measures speed and memory, and prints a table.
    Bench {
        /// The optimised build takes long to make; this measures the development build instead.
        #[arg(long)]
        dev: bool,
        /// Only these parts: hub, relay, displays, app, book.
        parts: Vec<String>,
    },
    /// Prints what CHANGELOG.md says of a version, as plain text.
    Notes {
        /// Such as 1.2.3.
        version: String,
        /// It must be the version of this tree.
        #[arg(long)]
        of_this_tree: bool,
    },
    /// Prints the description of a release that the updater reads (latest.json).
    Manifest {
        /// Such as 1.2.3.
        version: String,
        /// The folder with the packages and their signatures (.sig).
        folder: std::path::PathBuf,
        /// The address below which they will lie.
        address: String,
    },
    /// Signs one file by the command in TILLBELL_SIGN_COMMAND. The installer's compiler calls it.
    #[command(hide = true)]
    Sign {
        /// The file, signed in place.
        file: std::path::PathBuf,
    },
    /// Proves a Debian package. `package deb --prove` calls it, as root.
    #[command(hide = true)]
    ProveDeb {
        /// The package.
        deb: std::path::PathBuf,
        /// Where clean systems are kept.
        cache: std::path::PathBuf,
    },
    /// Only installs what is missing.
    Setup,
}

fn main() -> anyhow::Result<()> {
    // Wherever it is typed, paths below are those of the work tree.
    std::env::set_current_dir(shell::root())?;
    match Cli::parse().verb {
        Verb::Demo { headless } => demo::demo(headless),
        Verb::Run { args } => demo::run(&args),
        Verb::Test => verify::test(),
        Verb::CrossCheck { parts } => cross::check(&parts),
        Verb::Package(options) => package::package(&options),
        Verb::Bench { dev, parts } => verify::bench(dev, &parts),
        Verb::Notes {
            version,
            of_this_tree,
        } => notes::notes(&version, of_this_tree),
        Verb::Manifest {
            version,
            folder,
            address,
        } => notes::manifest(&version, &folder, &address),
        Verb::Sign { file } => package::sign(&file),
        Verb::ProveDeb { deb, cache } => package::prove_deb(&deb, &cache),
        Verb::Setup => setup::everything(),
    }
}
