//! Running other programs: each is printed before it runs, and a failure names the command that failed.

use anyhow::{Context, bail};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// The top of the work tree.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Says what comes next.
pub(crate) fn say(text: &str) {
    println!("\n\x1b[1m== {text}\x1b[0m");
}

/// A command from words: `cmd("npm", &["ci"])`. On Windows, npm is a batch file and needs its full name.
pub(crate) fn cmd(program: &str, args: &[&str]) -> Command {
    let program = match (cfg!(windows), program) {
        (true, "npm") => "npm.cmd",
        _ => program,
    };
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// Prints a command that is about to run, and returns the line.
pub(crate) fn announce(command: &Command) -> String {
    let line = line_of(command);
    println!("\x1b[2m$ {line}\x1b[0m");
    line
}

/// Runs a command to its end; its output goes to whoever typed ours.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = announce(command);
    let began = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    let seconds = began.elapsed().as_secs();
    if seconds >= 10 {
        println!("\x1b[2m  ({} min {} s)\x1b[0m", seconds / 60, seconds % 60);
    }
    Ok(())
}

/// Whether a command runs and ends well; what it prints is thrown away.
pub(crate) fn works(program: &str, args: &[&str]) -> bool {
    let quiet = cmd(program, args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// What a command prints, or nothing when it fails.
pub(crate) fn output(program: &str, args: &[&str]) -> String {
    let output = cmd(program, args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default()
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
