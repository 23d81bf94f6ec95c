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

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Whether nobody watches, and nothing may be missing.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Seconds that the machine's processors were busy for the programs that we started and that have ended. Unlike the
/// clock it says the same on a machine that has other things to do. `None` where the system is not Linux.
pub(crate) fn processor_seconds() -> Option<u64> {
    busy(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// From the kernel's line on a process: its children's time, in hundredths. Its name, in brackets, may hold anything.
fn busy(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let hundredths = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((hundredths(13)? + hundredths(14)?) / 100)
}

/// `2:05` of seconds.
pub(crate) fn minutes(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
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
    // Nothing is built twice in CI: what would make the second time quicker costs the first, and gigabytes.
    if program == "cargo" && in_ci() {
        command.env("CARGO_INCREMENTAL", "0");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_long_the_processors_were_busy() {
        let line = "77 (x) task) S 1 77 77 0 -1 4194560 1 2 3 4 50 60 12345 678 20 0 1 0 9\n";
        assert_eq!(busy(line), Some(130));
        assert_eq!(busy("77 (xtask) S 1"), None);
        assert_eq!(minutes(125), "2:05");
    }
}
