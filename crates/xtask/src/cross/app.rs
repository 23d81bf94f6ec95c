//! The real Windows app under Wine. The story itself is told by the program `windows-desk` of `tests`, which has the
//! platforms' deliveries and reads the book; each of its lines `passed NAME`, `failed NAME: why` is a step here. It begins with a line `step NAME` for each, so that
//! what it never came to is known.

use super::{
    report::{Outcome, Report},
    targets::{Cross, Profile},
    wine::Wine,
};
use crate::{
    demo::program,
    shell::{announce, cmd, run},
};
use anyhow::Context;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

/// Builds the story, a program of this system.
pub(crate) fn build() -> anyhow::Result<()> {
    // Where the tests were built, the story was, too: asked for as they are, it is there. Whatever else is asked for
    // has other features of what all share, and builds a third of it once more. The example says only that dev-dependencies count, as
    // they do for tests; it is the smallest.
    let as_tests = ["--workspace", "--example", "matching"];
    let alone = ["--package", "tests"];
    let built = Path::new(&program("debug", "tillbell")).is_file();
    let words = if built { &as_tests[..] } else { &alone };
    run(cmd("cargo", &["build", "--quiet", "--bin", "windows-desk"]).args(words))
}

/// Plays the story; its steps become steps of the report.
pub(crate) fn check(report: &mut Report, cross: &Cross, wine: &Wine) {
    let mut told = Told::default();
    report.step("the Windows app, under Wine", || {
        let mut story = cmd(&program("debug", "windows-desk"), &[]);
        story.arg(cross.programs(Profile::Dev)).arg(wine.drive_c());
        wine.dress(&mut story);
        announce(&story);
        let mut child = story
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the story")?;
        let output = child.stdout.take().context("the story has no output")?;
        let mut since = Instant::now();
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("  {line}");
            if told.hear(&line, since.elapsed()) {
                since = Instant::now();
            }
        }
        let status = child.wait()?;
        Ok(match status.success() && told.whole() {
            true => Outcome::Passed(format!("{} things seen", told.done.len())),
            false => Outcome::Failed(format!("the story ended with {status}")),
        })
    });
    for (name, outcome, took) in told.lines() {
        report.note(&format!("  {name}"), outcome, took);
    }
}

/// What the story told.
#[derive(Debug, Default)]
struct Told {
    /// Every step that there will be.
    steps: Vec<String>,
    done: Vec<(String, Outcome, Duration)>,
}

impl Told {
    /// Takes a line; whether a step was done.
    fn hear(&mut self, line: &str, took: Duration) -> bool {
        if let Some(name) = line.strip_prefix("step ") {
            self.steps.push(name.to_owned());
        }
        let Some((name, outcome)) = read(line) else {
            return false;
        };
        self.done.push((name, outcome, took));
        true
    }

    fn is_done(&self, step: &str) -> bool {
        self.done.iter().any(|(name, ..)| name == step)
    }

    /// Whether it came to every step.
    fn whole(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|step| self.is_done(step))
    }

    /// What came of each step, at last of those that it did not come to.
    fn lines(&self) -> Vec<(String, Outcome, Duration)> {
        let mut lines = self.done.clone();
        for step in self.steps.iter().filter(|step| !self.is_done(step)) {
            let why = Outcome::NotRun("the story broke off before".to_owned());
            lines.push((step.clone(), why, Duration::ZERO));
        }
        lines
    }
}

/// A line of the story that tells what came of something.
fn read(line: &str) -> Option<(String, Outcome)> {
    let (word, rest) = line.split_once(' ')?;
    let (name, more) = rest.split_once(": ").unwrap_or((rest, ""));
    let outcome = match word {
        "passed" => Outcome::Passed(more.to_owned()),
        "failed" => Outcome::Failed(more.to_owned()),
        _ => return None,
    };
    Some((name.to_owned(), outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_storys_lines() {
        let passed = read("passed one instance: the second ended after 1 s");
        assert_eq!(
            passed,
            Some((
                "one instance".to_owned(),
                Outcome::Passed("the second ended after 1 s".to_owned())
            ))
        );
        let failed = read("failed payment");
        assert_eq!(
            failed,
            Some(("payment".to_owned(), Outcome::Failed(String::new())))
        );
        assert_eq!(read("a picture: x.png"), None);
    }

    #[test]
    fn what_the_story_never_came_to_is_named() {
        let mut told = Told::default();
        assert!(!told.whole(), "no word at all is no story");
        for line in ["step start", "step payment", "passed start: at once"] {
            told.hear(line, Duration::ZERO);
        }
        assert!(!told.whole());
        let lines: Vec<_> = told
            .lines()
            .into_iter()
            .map(|line| (line.0, line.1))
            .collect();
        assert_eq!(
            lines,
            [
                ("start".to_owned(), Outcome::Passed("at once".to_owned())),
                (
                    "payment".to_owned(),
                    Outcome::NotRun("the story broke off before".to_owned())
                ),
            ]
        );
        told.hear("failed payment: no answer", Duration::ZERO);
        assert!(told.whole());
    }
}
