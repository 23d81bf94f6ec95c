//! `backup` and `restore`.

use crate::{Answer, FAILED, FINE, Failure, secret::SecretArgs, statements::now};
use book::{
    Follow,
    backup::{self, BackupError, Contents, Lost},
    imports::By,
};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The shortest passphrase: with less, whoever has the file tries them all.
const PASSPHRASE_MIN: usize = 8;

/// A copy to make.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The file to write. It must not be there yet.
    file: PathBuf,
    /// Seal it with a passphrase. It is an `age` file then.
    #[arg(long)]
    seal: bool,
    #[command(flatten)]
    secret: SecretArgs,
}

/// A copy to put in the book's place.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The copy.
    file: PathBuf,
    /// Only read it from end to end, and say what it holds.
    #[arg(long)]
    check: bool,
    /// Who puts it there; stands in the book.
    #[arg(long, value_name = "NAME", default_value = "tillbell-book")]
    who: String,
    #[command(flatten)]
    secret: SecretArgs,
}

#[derive(Serialize)]
struct Told<'a> {
    file: &'a Path,
    contents: &'a Contents,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<PathBuf>,
}

fn told(contents: &Contents) -> String {
    let days = match (contents.first_day, contents.last_day) {
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    format!(
        "{} payments{days}, {} statements, {} closings\nchain {}\n",
        contents.payments,
        contents.statements,
        contents.closings,
        contents.chain_head.as_deref().unwrap_or("none yet")
    )
}

/// What the book has and the copy lacks, by name; the hub tells of payments again.
fn lacks(lost: &Lost) -> String {
    let closings = match (lost.first_closing, lost.last_closing) {
        (Some(first), Some(last)) if first != last => format!("closings {first} to {last}"),
        (Some(one), _) => format!("closing {one}"),
        _ => String::new(),
    };
    let counted = |count: u32, one: &str, many: &str| match count {
        0 => String::new(),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let all = [
        closings,
        counted(lost.corrections, "correction", "corrections"),
        counted(lost.cash_moves, "entry of cash", "entries of cash"),
        counted(
            lost.cash_counts,
            "count of the drawer",
            "counts of the drawer",
        ),
        counted(lost.statements, "statement", "statements"),
        counted(
            lost.statement_events,
            "word about a difference or statement",
            "words about differences and statements",
        ),
    ];
    let there: Vec<String> = all.into_iter().filter(|one| !one.is_empty()).collect();
    match there.is_empty() {
        true => String::new(),
        false => format!("The book has what the copy lacks: {}\n", there.join(", ")),
    }
}

pub(crate) fn backup(book: &Path, args: &BackupArgs, answer: Answer) -> Result<u8, Failure> {
    let secret = match args.seal || args.secret.is_given() {
        true => Some(args.secret.ask("Passphrase for the copy", true)?),
        false => None,
    };
    if secret
        .as_ref()
        .is_some_and(|one| one.expose().chars().count() < PASSPHRASE_MIN)
    {
        return Err(Failure::new(
            crate::LOCKED,
            "a passphrase has at least eight characters",
        ));
    }
    let made = backup::back_up(book, &args.file, secret.as_ref(), &Follow::default())?;
    let contents = made.ok_or_else(stopped)?;
    let value = Told {
        file: &args.file,
        contents: &contents,
        kept: None,
    };
    answer.give(&value, || {
        format!(
            "Copied and read again: {}\n{}",
            args.file.display(),
            told(&contents)
        )
    })?;
    Ok(FINE)
}

pub(crate) fn restore(book: &Path, args: &RestoreArgs, answer: Answer) -> Result<u8, Failure> {
    let follow = Follow::default();
    let given = args.secret.given()?;
    let by = By {
        who: args.who.clone(),
        at: now(),
    };
    // Whether it needs a passphrase, the file itself says.
    let again = |passphrase| match args.check {
        true => Ok(backup::read(book, &args.file, passphrase, &follow)?.map(|found| (found, None))),
        false => backup::restore(book, &args.file, passphrase, &by, &follow),
    };
    let done = match again(given.as_ref()) {
        Err(BackupError::NeedsPassphrase) => {
            let typed = args.secret.ask("Passphrase of the copy", false)?;
            again(Some(&typed))
        }
        done => done,
    };
    let (contents, kept) = done?.ok_or_else(stopped)?;
    let value = Told {
        file: &args.file,
        contents: &contents,
        kept: kept.clone(),
    };
    answer.give(&value, || {
        let what = if args.check {
            "Read from end to end"
        } else {
            "This is the book now"
        };
        let lost = contents.lost.as_ref().map_or_else(String::new, lacks);
        let kept = kept.map(|kept| format!("The book of before is kept: {}\n", kept.display()));
        format!(
            "{what}: {}\n{}{lost}{}",
            args.file.display(),
            told(&contents),
            kept.unwrap_or_default()
        )
    })?;
    Ok(FINE)
}

fn stopped() -> Failure {
    Failure::new(FAILED, "it was stopped")
}
