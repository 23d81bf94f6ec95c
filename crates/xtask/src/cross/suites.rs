//! The tests of our packages as Windows programs, under Wine.

use super::{
    report::Outcome,
    targets::{Cross, WINDOWS_HERE},
    wine::{self, Wine},
};
use crate::shell::announce;
use anyhow::Context;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

/// Built together with the app, so that what they share is compiled once.
pub(crate) const PACKAGES: [&str; 7] = [
    "domain", "sources", "sqlite", "devices", "hub", "desk", "tillbell",
];

/// Tests that Wine cannot do, each with what it lacks. They are listed at the end of the check.
pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    (
        "find::tests::this_machine_can_be_listed",
        "Wine 8 refuses to list HID devices (CM_Get_Device_Interface_List fails)",
    ),
    (
        "a_port_has_one_program",
        "Wine opens a serial port as often as it is asked; Windows opens it once",
    ),
    (
        "standalone::killed_in_mid_load_every_acknowledged_payment_is_there_once",
        "under Wine a sender sometimes never hears that the process it spoke to was killed, and waits in vain",
    ),
];

/// What the harness of one program said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    programs: usize,
    passed: usize,
    failed: usize,
    left_out: usize,
}

impl Count {
    /// Adds a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; …`.
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        self.programs += 1;
        let numbers = rest.split(['.', ';']).map(str::trim);
        for (number, word) in numbers.filter_map(|part| part.split_once(' ')) {
            let Ok(number) = number.parse::<usize>() else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" | "filtered out" => self.left_out += number,
                _ => {}
            }
        }
    }
}

/// Cargo's words for all of them: always the same packages, so that all agree on the features of what they share.
fn words(targets: &[&'static str], after: &[&'static str]) -> Vec<&'static str> {
    let mut words = targets.to_vec();
    words.push("--no-fail-fast");
    words.extend(PACKAGES.iter().flat_map(|name| ["--package", name]));
    words.extend(after);
    words
}

const ALL: [&str; 3] = ["--lib", "--bins", "--tests"];

/// Builds the tests, and with them the app.
pub(crate) fn build(cross: &Cross) -> anyhow::Result<()> {
    crate::shell::run(&mut cross.cargo("test", WINDOWS_HERE, &words(&ALL, &["--no-run"])))
}

/// Runs them.
pub(crate) fn run(cross: &Cross, wine: &Wine) -> anyhow::Result<Outcome> {
    count(cross, wine, &words(&ALL, &but_left_out(&["--", "--exact"])))
}

fn but_left_out(words: &[&'static str]) -> Vec<&'static str> {
    let mut words = words.to_vec();
    words.extend(LEFT_OUT.iter().flat_map(|(name, _)| ["--skip", name]));
    words
}

/// Runs the tests that want a serial line, with one plugged in.
pub(crate) fn serial(cross: &Cross, wine: &Wine) -> anyhow::Result<Outcome> {
    let _plugged_in = wine.line()?;
    count(
        cross,
        wine,
        &words(
            &["--test", "serial_named"],
            // Each needs the one port for itself.
            &but_left_out(&["--", "--include-ignored", "--test-threads=1", "--exact"]),
        ),
    )
}

fn count(cross: &Cross, wine: &Wine, words: &[&str]) -> anyhow::Result<Outcome> {
    let mut cargo = cross.cargo("test", WINDOWS_HERE, words);
    wine.dress(&mut cargo);
    // The app's tests lie one folder below the library that they ask for.
    cargo.env("WINEPATH", format!("Z:{}", cross.programs().display()));
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", wine.runner());
    cargo.env("TILLBELL_TEST_SERIAL", wine::PORT);
    announce(&cargo);
    let mut child = cargo
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let mut count = Count::default();
    let output = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        count.add(&line);
        // What passed is counted; what did not is shown whole.
        if !line.ends_with(" ... ok") && !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    let said = format!(
        "{} tests of {} programs, {} failed, {} left out",
        count.passed + count.failed,
        count.programs,
        count.failed,
        count.left_out
    );
    Ok(
        match status.success() && count.failed == 0 && count.passed > 0 {
            true => Outcome::Passed(said),
            false => Outcome::Failed(said),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_every_program_said() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test a::b ... ok",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            count.add(line);
        }
        let expected = Count {
            programs: 2,
            passed: 3,
            failed: 2,
            left_out: 5,
        };
        assert_eq!(count, expected);
    }

    #[test]
    fn what_is_left_out_says_why() {
        for (name, why) in LEFT_OUT {
            assert!(name.len() > 20 && why.len() > 20, "{name}: {why}");
        }
    }
}
