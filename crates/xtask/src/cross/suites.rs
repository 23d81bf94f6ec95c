//! The tests of our packages as Windows programs, under Wine.

use super::{
    report::Outcome,
    targets::{Cross, Profile, WINDOWS_HERE, script},
    wine::{self, Wine},
};
use crate::shell::{announce, cmd};
use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Built together with the app, so that what they share is compiled once.
pub(crate) const PACKAGES: [&str; 10] = [
    "domain",
    "sources",
    "statements",
    "sqlite",
    "book",
    "devices",
    "hub",
    "reports",
    "desk",
    "tillbell",
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
        "crowd::a_thousand_links_hear_one_payment",
        "Wine's one server looks at every open socket whenever it waits for any: two thousand keep every program waiting",
    ),
    (
        "letters_come_from_the_systems_fonts",
        "it draws with the system's fonts, and Wine's Windows has none",
    ),
    (
        "pdf::page::tests::heads_never_stand_alone_at_the_foot_of_a_page",
        "it sets a page in the system's fonts, and Wine's Windows has none",
    ),
];

/// Programs without a test that is run on Windows, each with the reason. Every other one must run at least one.
const EMPTY: &[(&str, &str)] = &[
    ("bluez", "BlueZ is the Bluetooth of Linux"),
    (
        "documents",
        "it reads its papers again with tools that Linux has",
    ),
    (
        "lines",
        "its serial lines are pseudo-terminals, which Unix has",
    ),
    (
        "placed",
        "its faults come in by a library that Linux loads before all others",
    ),
    (
        "receipts",
        "it draws with the system's fonts, and Wine's Windows has none",
    ),
    (
        "serial_named",
        "it wants a serial line, which has its own step",
    ),
    ("speech", "it starts and ends the speech service of Linux"),
];

/// What the harness of one program said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Program {
    name: String,
    passed: usize,
    failed: usize,
    left_out: usize,
    /// It came to its end and told the result.
    told: bool,
}

/// What all of them said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count(Vec<Program>);

impl Count {
    /// Adds a line: `program PATH`, as the runner prints it, or such as
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; …`.
    fn add(&mut self, line: &str) {
        if let Some(path) = line.strip_prefix("program ") {
            self.0.push(Program {
                name: name(path).to_owned(),
                ..Program::default()
            });
        }
        let (Some(rest), Some(program)) = (line.strip_prefix("test result: "), self.0.last_mut())
        else {
            return;
        };
        program.told = true;
        let numbers = rest.split(['.', ';']).map(str::trim);
        for (number, word) in numbers.filter_map(|part| part.split_once(' ')) {
            let Ok(number) = number.parse::<usize>() else {
                continue;
            };
            match word {
                "passed" => program.passed += number,
                "failed" => program.failed += number,
                "ignored" | "filtered out" => program.left_out += number,
                _ => {}
            }
        }
    }

    /// What is wrong with a program, if anything is.
    fn wrong(&self, empty: &[(&str, &str)]) -> Vec<String> {
        let wrong = |program: &Program| {
            let name = &program.name;
            let may_be_empty = empty.iter().any(|(known, _)| known == name);
            match program {
                Program { told: false, .. } => Some(format!("{name} ended before its result")),
                Program { failed: 1.., .. } => Some(format!("{name}: {} failed", program.failed)),
                Program { passed: 0, .. } if !may_be_empty => Some(format!("{name} ran no test")),
                _ => None,
            }
        };
        self.0.iter().filter_map(wrong).collect()
    }

    /// What came of all of them.
    fn outcome(&self, ended_well: bool, empty: &[(&str, &str)]) -> Outcome {
        let sum = |number: fn(&Program) -> usize| self.0.iter().map(number).sum::<usize>();
        let said = format!(
            "{} tests of {} programs, {} left out",
            sum(|program| program.passed + program.failed),
            self.0.len(),
            sum(|program| program.left_out)
        );
        let mut wrong = self.wrong(empty);
        if self.0.is_empty() {
            wrong.push("no program was run".to_owned());
        }
        if !ended_well && wrong.is_empty() {
            wrong.push("a program ended with an error".to_owned());
        }
        match wrong.is_empty() {
            true => Outcome::Passed(said),
            false => Outcome::Failed(format!("{said}; {}", wrong.join(", "))),
        }
    }
}

/// Stands in for Wine while cargo builds: writes down what cargo would run, and where.
const RECORDER: &str = r#"#!/bin/sh
# Writes down a program that was built, and the folder to run it in.
printf '%s\t%s\n' "$PWD" "$1" >> "$TILLBELL_TESTS"
"#;

/// The tests of one library, program or file, built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    /// Its package's folder, where cargo would run it.
    folder: PathBuf,
    program: PathBuf,
}

/// Builds the tests, and with them the app: always the same packages, so that all agree on the features of what they
/// share. Cargo says what is to be run; it is run later, when another cargo may be building.
pub(crate) fn build(cross: &Cross) -> anyhow::Result<Vec<Test>> {
    let (recorder, list) = (cross.cache.join("bin/record"), cross.cache.join("tests"));
    script(&recorder, RECORDER)?;
    fs::write(&list, "")?;
    let mut words = vec!["--lib", "--tests", "--no-fail-fast", "--quiet"];
    words.extend(PACKAGES.iter().flat_map(|name| ["--package", name]));
    let mut cargo = cross.cargo(Profile::Dev, "test", &[WINDOWS_HERE], &words);
    cargo
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", &recorder)
        .env("TILLBELL_TESTS", &list);
    crate::shell::run(&mut cargo)?;
    let tests = listed(&fs::read_to_string(&list)?);
    anyhow::ensure!(!tests.is_empty(), "cargo built no tests");
    Ok(tests)
}

fn listed(text: &str) -> Vec<Test> {
    let test = |line: &str| {
        let (folder, program) = line.split_once('\t')?;
        Some(Test {
            folder: folder.into(),
            program: program.into(),
        })
    };
    text.lines().filter_map(test).collect()
}

/// So many run at the same time: most wait for clocks and sockets.
const AT_ONCE: usize = 2;

/// Runs them.
pub(crate) fn run(cross: &Cross, wine: &Wine, tests: &[Test]) -> anyhow::Result<Outcome> {
    let tests: Vec<&Test> = tests.iter().collect();
    count(cross, wine, &tests, &["--exact"], EMPTY, AT_ONCE)
}

/// Runs the tests that want a serial line, with one plugged in.
pub(crate) fn serial(cross: &Cross, wine: &Wine, tests: &[Test]) -> anyhow::Result<Outcome> {
    let _plugged_in = wine.line()?;
    let tests: Vec<&Test> = tests
        .iter()
        .filter(|test| name(&test.program.to_string_lossy()) == "serial_named")
        .collect();
    // Each needs the one port for itself.
    let words = ["--include-ignored", "--test-threads=1", "--exact"];
    count(cross, wine, &tests, &words, &[], 1)
}

/// `hub` of `…/deps/hub-1f.exe`.
fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('-').map_or(file, |(name, _)| name)
}

fn count(
    cross: &Cross,
    wine: &Wine,
    tests: &[&Test],
    words: &[&str],
    empty: &[(&str, &str)],
    at_once: usize,
) -> anyhow::Result<Outcome> {
    let (next, count) = (AtomicUsize::new(0), Mutex::new((Count::default(), true)));
    let work = || -> anyhow::Result<()> {
        while let Some(test) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (said, well) = run_one(cross, wine, test, words)?;
            let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
            count.1 &= well;
            for line in said.lines() {
                count.0.add(line);
                // What passed is counted; what did not is shown whole.
                if !line.ends_with(" ... ok") && !line.is_empty() {
                    println!("{line}");
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("a test could not be run")))
        })
    })?;
    let (count, well) = count.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(count.outcome(well, empty))
}

/// What one said, and whether it ended well.
fn run_one(
    cross: &Cross,
    wine: &Wine,
    test: &Test,
    words: &[&str],
) -> anyhow::Result<(String, bool)> {
    let mut command = cmd(&wine.runner().to_string_lossy(), &[]);
    wine.dress(&mut command);
    command.arg(&test.program).args(words);
    command.args(LEFT_OUT.iter().flat_map(|(name, _)| ["--skip", name]));
    command
        .current_dir(&test.folder)
        .env("CARGO_MANIFEST_DIR", &test.folder)
        // The app's tests lie one folder below the library that they ask for.
        .env("WINEPATH", windows_path(&cross.programs(Profile::Dev)))
        .env("TILLBELL_TEST_SERIAL", wine::PORT)
        // What a property holds for does not depend on the system: the many cases are tried on this one. Where each
        // case writes books, which Wine is slow at, the tests take at most so many.
        .env("PROPTEST_CASES", "16");
    announce(&command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", test.program.display()))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((said, output.status.success()))
}

fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &[&str]) -> Count {
        let mut count = Count::default();
        lines.iter().for_each(|line| count.add(line));
        count
    }

    #[test]
    fn counts_what_every_program_said() {
        let count = heard(&[
            "program /target/cross/deps/hub-1f.exe",
            "running 3 tests",
            "test a::b ... ok",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s",
            "program /target/cross/deps/bluez-2e.exe",
            "test result: ok. 0 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ]);
        assert_eq!(
            count.outcome(true, EMPTY),
            Outcome::Passed("2 tests of 2 programs, 8 left out".to_owned())
        );
        assert!(
            matches!(count.outcome(false, EMPTY), Outcome::Failed(_)),
            "how a program ends counts too"
        );
    }

    #[test]
    fn a_program_that_failed_or_ran_nothing_or_broke_off_is_named() {
        let ok = "test result: ok. 2 passed; 0 failed; 0 ignored";
        for (lines, said) in [
            (
                &[
                    "program d/hub-1f.exe",
                    "test result: FAILED. 1 passed; 2 failed; 0 ignored",
                ][..],
                "hub: 2 failed",
            ),
            (
                &[
                    "program d/desk-1f.exe",
                    "test result: ok. 0 passed; 0 failed; 9 ignored",
                ],
                "desk ran no test",
            ),
            (
                &[
                    "program d/hub-1f.exe",
                    ok,
                    "program d/sqlite-2e.exe",
                    "running 3 tests",
                ],
                "sqlite ended before its result",
            ),
            (&[], "no program was run"),
        ] {
            let outcome = heard(lines).outcome(true, EMPTY);
            assert!(
                matches!(&outcome, Outcome::Failed(why) if why.contains(said)),
                "{outcome:?} instead of {said:?}"
            );
        }
    }

    #[test]
    fn what_cargo_would_run_is_known_with_its_folder() {
        let tests = listed("/a shop/crates/hub\t/t/deps/hub-1f.exe\nnonsense\n");
        assert_eq!(
            tests,
            [Test {
                folder: "/a shop/crates/hub".into(),
                program: "/t/deps/hub-1f.exe".into()
            }]
        );
        assert_eq!(name("/t/deps/serial_named-1f.exe"), "serial_named");
    }

    #[test]
    fn what_is_left_out_says_why() {
        for (name, why) in LEFT_OUT.iter().chain(EMPTY) {
            assert!(!name.is_empty() && why.len() > 20, "{name}: {why}");
        }
    }
}
