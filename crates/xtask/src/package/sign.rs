//! Signing by a command from the environment, so that no certificate is needed to build and none is ever in the tree.

use crate::shell;
use anyhow::ensure;
use std::{path::Path, process::Command};

/// A command line that signs one Windows file in place; `%1` stands for the file. `signtool`, Azure's `trusted-signing`
/// and `osslsigncode` in a script all fit.
const COMMAND: &str = "TILLBELL_SIGN_COMMAND";

/// The command, when there is one.
pub(super) fn command() -> Option<String> {
    std::env::var(COMMAND)
        .ok()
        .filter(|line| !line.trim().is_empty())
}

/// Signs a file, when there is something to sign with.
pub(super) fn sign(file: &Path) -> anyhow::Result<bool> {
    let Some(line) = command() else {
        return Ok(false);
    };
    ensure!(
        line.contains("%1"),
        "{COMMAND} must name the file to sign as %1"
    );
    let line = filled(&line, file);
    let mut shell = if cfg!(windows) {
        Command::new("cmd")
    } else {
        Command::new("sh")
    };
    // The whole line is the owner's own; it is not taken apart here.
    shell::run(shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line))?;
    Ok(true)
}

/// The line with the file's name in quotes, whether or not it had quotes around its `%1`.
fn filled(line: &str, file: &Path) -> String {
    let quoted = format!("\"{}\"", file.display());
    line.replace("\"%1\"", "%1").replace("%1", &quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_always_in_quotes() {
        for line in ["sign --fast %1", "sign --fast \"%1\""] {
            assert_eq!(
                filled(line, Path::new("a b.exe")),
                "sign --fast \"a b.exe\""
            );
        }
    }
}
