//! `tillbell-book`: the shop's book without a window: totals, statements, differences, exports, the check of the chain,
//! copies. For accountants, for support, and for scripts.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line's answer goes to its standard output, and what went wrong to its standard error"
)]

mod backups;
mod export;
mod import;
mod look;
mod opening;
mod secret;
mod statements;
mod table;

use book::{LedgerError, backup::BackupError};
use clap::{Args, Parser, Subcommand};
use domain::BusinessDay;
use std::{path::PathBuf, process::ExitCode};

/// Everything is fine.
const FINE: u8 = 0;
/// It was done, and something is not as it should be: differences, a book that was changed, a file that was refused.
const FOUND: u8 = 1;
/// A file cannot be read or written, or is not what it should be.
const FAILED: u8 = 3;
/// Tillbell has the book open, and this would change it.
const IN_USE: u8 = 4;
/// A passphrase or password is missing or wrong.
const LOCKED: u8 = 5;

/// The shop's book without a window.
#[derive(Parser)]
#[command(name = "tillbell-book", version)]
struct Cli {
    /// The book; without it, the one of Tillbell on this computer.
    #[arg(long, global = true, value_name = "FILE", env = "TILLBELL_BOOK")]
    book: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, Args)]
struct Days {
    /// From this day, as 2026-11-22.
    #[arg(long, value_parser = day)]
    from: Option<BusinessDay>,
    /// To this day.
    #[arg(long, value_parser = day)]
    to: Option<BusinessDay>,
}

fn day(text: &str) -> Result<BusinessDay, &'static str> {
    BusinessDay::parse(text).ok_or("a day is written yyyy-mm-dd")
}

#[derive(Subcommand)]
enum What {
    /// What came in, day by day.
    Totals(Days),
    /// Loads statements of platforms and banks into the book.
    Import(import::ImportArgs),
    /// Compares the book with the statements, platform by platform.
    Match(Days),
    /// Lists what differs between book and statements.
    Differences(statements::DifferenceArgs),
    /// Writes payments into a file for a spreadsheet.
    Export(export::ExportArgs),
    /// Checks that nothing in the book was changed behind its back.
    Verify,
    /// Lists the closings.
    Closings,
    /// Copies the whole book into one file, and reads the copy again.
    Backup(backups::BackupArgs),
    /// Puts a copy in the book's place; the book of before is kept.
    Restore(backups::RestoreArgs),
}

/// What went wrong, and with which code to say so.
#[derive(Debug)]
struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    fn new(code: u8, text: impl std::fmt::Display) -> Self {
        Self {
            code,
            text: text.to_string(),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Locked => Self::new(
                IN_USE,
                "Tillbell has this book open. Nothing was changed. Quit Tillbell and try again, or do it in its window; \
                 totals, match, differences, export, verify, closings and backup work meanwhile.",
            ),
            LedgerError::TooMany => Self::new(
                FAILED,
                format!("{error}. Choose fewer with --from and --to."),
            ),
            error => Self::new(FAILED, error),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::InUse => LedgerError::Locked.into(),
            BackupError::NeedsPassphrase | BackupError::WrongPassphrase => Self::new(LOCKED, error),
            error => Self::new(FAILED, error),
        }
    }
}

/// Where the answer goes, and in which form.
#[derive(Debug, Clone, Copy)]
struct Answer {
    json: bool,
}

impl Answer {
    /// One value as JSON, or in words.
    fn give(
        self,
        value: &impl serde::Serialize,
        words: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = match self.json {
            true => {
                serde_json::to_string_pretty(value).map_err(|error| Failure::new(FAILED, error))?
            }
            false => words().trim_end().to_owned(),
        };
        println!("{text}");
        Ok(())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(Failure::new(FAILED, error)),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("tillbell-book: {}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}

async fn run(cli: Cli) -> Result<u8, Failure> {
    let answer = Answer { json: cli.json };
    let path = opening::place(cli.book)?;
    match cli.what {
        What::Totals(days) => look::totals(&path, days, answer).await,
        What::Import(args) => import::import(&path, args, answer).await,
        What::Match(days) => statements::compare(&path, days, answer).await,
        What::Differences(args) => statements::differences(&path, args, answer).await,
        What::Export(args) => export::export(&path, args, answer).await,
        What::Verify => look::verify(&path, answer).await,
        What::Closings => look::closings(&path, answer).await,
        What::Backup(args) => backups::backup(&path, &args, answer),
        What::Restore(args) => backups::restore(&path, &args, answer),
    }
}
