//! Passphrases and passwords: from a file, from standard input, or asked for; never from the command line, where every
//! program on this computer can read them.

use crate::{FAILED, Failure, LOCKED};
use clap::Args;
use domain::Secret;
use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::PathBuf,
};

/// No secret is longer.
const SECRET_MAX: u64 = 4_096;

/// Where a secret comes from.
#[derive(Debug, Clone, Args)]
pub(crate) struct SecretArgs {
    /// The first line of this file is the passphrase.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_stdin")]
    passphrase_file: Option<PathBuf>,
    /// The first line on standard input is the passphrase.
    #[arg(long)]
    passphrase_stdin: bool,
}

impl SecretArgs {
    /// Somebody said where it is.
    pub(crate) fn is_given(&self) -> bool {
        self.passphrase_file.is_some() || self.passphrase_stdin
    }

    /// What was given; `None` where nothing was.
    pub(crate) fn given(&self) -> Result<Option<Secret>, Failure> {
        let read = match &self.passphrase_file {
            Some(path) => File::open(path).and_then(first_line),
            None if self.passphrase_stdin => first_line(io::stdin().lock()),
            None => return Ok(None),
        };
        let line =
            read.map_err(|error| Failure::new(FAILED, format!("the passphrase: {error}")))?;
        match line.is_empty() {
            true => Err(Failure::new(LOCKED, "the passphrase is empty")),
            false => Ok(Some(line)),
        }
    }

    /// What was given, or what somebody types; twice where it is a new one.
    pub(crate) fn ask(&self, prompt: &str, is_new: bool) -> Result<Secret, Failure> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        if !io::stdin().is_terminal() {
            let text = "it needs a passphrase: --passphrase-file FILE or --passphrase-stdin";
            return Err(Failure::new(LOCKED, text));
        }
        let typed = |prompt: &str| {
            let typed = rpassword::prompt_password(format!("{prompt}: "));
            typed
                .map(Secret::new)
                .map_err(|error| Failure::new(FAILED, error))
        };
        let first = typed(prompt)?;
        if is_new && typed("Once more")? != first {
            return Err(Failure::new(LOCKED, "the two are not the same"));
        }
        Ok(first)
    }
}

fn first_line(from: impl Read) -> io::Result<Secret> {
    let mut text = String::new();
    from.take(SECRET_MAX).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    Ok(Secret::new(line))
}
