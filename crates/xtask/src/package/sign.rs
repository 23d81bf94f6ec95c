//! Signing by a command from the environment, so that no certificate is needed to build and none is ever in the tree.
//!
//! No shell reads the command: each system's has its own idea of quotes, and `cmd` expands what stands between percent
//! signs even inside them. The command may hold a password, so it is never printed.

use anyhow::{Context, bail, ensure};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A command that signs one Windows file in place; `%1` stands for the file. `signtool`, Azure's `trusted-signing` and
/// `osslsigncode` in a script all fit.
const COMMAND: &str = "TILLBELL_SIGN_COMMAND";

/// The command, when there is one.
pub(super) fn command() -> Option<String> {
    std::env::var(COMMAND)
        .ok()
        .filter(|line| !line.trim().is_empty())
}

/// Signs a file, when there is something to sign with.
pub(crate) fn sign(file: &Path) -> anyhow::Result<()> {
    match command() {
        Some(line) => sign_by(&line, file),
        None => Ok(()),
    }
}

fn sign_by(line: &str, file: &Path) -> anyhow::Result<()> {
    println!("  signing {}", file.display());
    let (program, words) = command_for(line, file)?;
    // Neither error names a word of the command.
    let status = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start the program that {COMMAND} begins with"))?;
    ensure!(
        status.success(),
        "the command in {COMMAND} did not sign {} ({status})",
        file.display()
    );
    Ok(())
}

/// The program and its words, with the file in its place.
fn command_for(line: &str, file: &Path) -> anyhow::Result<(String, Vec<String>)> {
    let mut words = words(line)?.into_iter();
    let program = words.next().context(format!("{COMMAND} is empty"))?;
    let words: Vec<String> = words.collect();
    ensure!(
        words.iter().any(|word| word.contains("%1")),
        "{COMMAND} must name the file to sign as %1"
    );
    let file = file
        .to_str()
        .context("the file to sign has a name that is no text")?;
    let filled = words.iter().map(|word| word.replace("%1", file));
    Ok((program, filled.collect()))
}

/// Takes a line apart at blanks. What stands in double or single quotes stays together; a backslash is a backslash, as
/// in Windows' paths.
fn words(line: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        bail!("{COMMAND} has a quote without its end");
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_line_is_taken_apart_as_it_is_meant() {
        for (line, expected) in [
            ("sign --fast %1", &["sign", "--fast", "%1"][..]),
            ("sign  \"a b\" '' %1 ", &["sign", "a b", "", "%1"]),
            (
                r#""C:\Program Files\signtool.exe" sign /f C:\keys\a.pfx /d "it's" "%1""#,
                &[
                    r"C:\Program Files\signtool.exe",
                    "sign",
                    "/f",
                    r"C:\keys\a.pfx",
                    "/d",
                    "it's",
                    "%1",
                ],
            ),
            (
                "s /p:'50% of $HOME & more' %1",
                &["s", "/p:50% of $HOME & more", "%1"],
            ),
        ] {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
        assert!(words("sign \"%1").is_err());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_command() {
        for line in ["", "sign secret", "%1 secret", "sign 'secret %1"] {
            let error = command_for(line, Path::new("a.exe")).unwrap_err();
            assert!(!format!("{error:#}").contains("secret"), "{error:#}");
        }
        let error = sign_by("no-such-program-here secret %1", Path::new("a.exe")).unwrap_err();
        assert!(!format!("{error:#}").contains("secret"), "{error:#}");
    }

    /// A real program at a difficult place gets a difficult file, as one word: a copy of this very test program, which
    /// writes to the file after `--logfile`.
    #[test]
    fn a_signing_program_gets_the_file_as_one_word() {
        let folder = std::env::temp_dir().join(format!("签名 sign {}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let signer = folder.join(format!("my signer{}", std::env::consts::EXE_SUFFIX));
        fs::copy(std::env::current_exe().unwrap(), &signer).unwrap();
        let file = folder.join("王 小明 100%.exe");
        let line = format!("\"{}\" no-such-test \"--logfile\" \"%1\"", signer.display());
        sign_by(&line, &file).unwrap();
        assert!(file.is_file(), "the program did not get the file's name");
        let failing = format!("\"{}\" --no-such-option %1", signer.display());
        let error = sign_by(&failing, &file).unwrap_err().to_string();
        assert!(error.contains("did not sign"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
