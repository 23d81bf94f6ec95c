//! What came of each step: passed, failed, or not run and why. Nothing else decides how the command ends.

use crate::shell::say;
use std::time::{Duration, Instant};

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done and found nothing wrong; with a remark worth reading.
    Passed(String),
    /// It found something wrong, or could not be done where it must be.
    Failed(String),
    /// It was not done, though it should have been.
    NotRun(String),
    /// It was not done, since nobody asked for it.
    NotAsked(String),
}

impl Outcome {
    /// The same with one remark more.
    pub(crate) fn and(self, more: &str) -> Self {
        let joined = |words: String| match words.is_empty() {
            true => more.to_owned(),
            false => format!("{words}, {more}"),
        };
        match self {
            Self::Passed(words) => Self::Passed(joined(words)),
            other => other,
        }
    }
}

/// The steps so far.
#[derive(Debug)]
pub(crate) struct Report {
    /// CI has everything, or it is broken: there a step that was not run is a failure.
    ci: bool,
    lines: Vec<(String, Outcome, Duration)>,
}

impl Report {
    /// Without any step yet.
    pub(crate) fn new(ci: bool) -> Self {
        Self {
            ci,
            lines: Vec::new(),
        }
    }

    /// A report of what is done at the same time as other things.
    pub(crate) fn lane(&self) -> Self {
        Self::new(self.ci)
    }

    /// Adds what lanes wrote, one after the other.
    pub(crate) fn join(&mut self, lanes: impl IntoIterator<Item = Self>) {
        self.lines
            .extend(lanes.into_iter().flat_map(|lane| lane.lines));
    }

    /// Does a step and writes down what came of it. An error is a failure of this step, not the end of the others.
    pub(crate) fn step(
        &mut self,
        name: &str,
        run: impl FnOnce() -> anyhow::Result<Outcome>,
    ) -> bool {
        say(name);
        let began = Instant::now();
        let outcome = run().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let passed = matches!(outcome, Outcome::Passed(_));
        self.note(name, outcome, began.elapsed());
        passed
    }

    /// Writes down a step that was done elsewhere.
    pub(crate) fn note(&mut self, name: &str, outcome: Outcome, took: Duration) {
        self.lines.push((name.to_owned(), outcome, took));
    }

    /// A step that cannot be done.
    pub(crate) fn not_run(&mut self, name: &str, why: &str) {
        self.note(name, Outcome::NotRun(why.to_owned()), Duration::ZERO);
    }

    /// A step that is left out on purpose.
    pub(crate) fn not_asked(&mut self, name: &str, why: &str) {
        self.note(name, Outcome::NotAsked(why.to_owned()), Duration::ZERO);
    }

    /// One line for each step.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(name, outcome, took): &(String, Outcome, Duration)| {
            let (word, before, more) = match outcome {
                Outcome::Passed(more) => ("passed ", ": ", more),
                Outcome::Failed(more) => ("FAILED ", ": ", more),
                Outcome::NotRun(more) | Outcome::NotAsked(more) => ("not run", ", because ", more),
            };
            let took = match took.as_secs() {
                0 => String::new(),
                seconds => format!("  ({}:{:02})", seconds / 60, seconds % 60),
            };
            let more = match more.lines().next() {
                Some(first) => format!("{before}{first}"),
                None => String::new(),
            };
            format!("  {word}  {name}{more}{took}")
        };
        self.lines.iter().map(line).collect()
    }

    /// Whether the command ends well.
    pub(crate) fn good(&self) -> bool {
        self.lines.iter().all(|(_, outcome, _)| match outcome {
            Outcome::Passed(_) | Outcome::NotAsked(_) => true,
            Outcome::NotRun(_) => !self.ci,
            Outcome::Failed(_) => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_never_looks_like_success() {
        let mut report = Report::new(false);
        assert!(report.step("types", || Ok(Outcome::Passed(String::new()))));
        report.not_run("tests", "Wine is not installed");
        assert!(report.good());
        assert_eq!(
            report.lines(),
            [
                "  passed   types",
                "  not run  tests, because Wine is not installed"
            ]
        );
        report.ci = true;
        assert!(!report.good(), "in CI everything is run");
    }

    #[test]
    fn what_nobody_asked_for_is_named_and_fails_nothing() {
        let mut report = Report::new(true);
        report.not_asked("tests", "other parts were asked for");
        assert!(report.good());
        assert_eq!(
            report.lines(),
            ["  not run  tests, because other parts were asked for"]
        );
    }

    #[test]
    fn what_failed_in_a_lane_fails_the_whole() {
        let mut report = Report::new(true);
        let [mut one, mut other] = [report.lane(), report.lane()];
        assert!(one.step("types", || Ok(Outcome::Passed(String::new()))));
        other.not_run("tests", "Wine is not installed");
        report.join([one, other]);
        assert_eq!(report.lines().len(), 2);
        assert!(!report.good(), "in CI everything is run, in every lane");
    }

    #[test]
    fn an_error_fails_its_step_and_the_others_go_on() {
        let mut report = Report::new(false);
        assert!(!report.step("types", || anyhow::bail!("no such target\nlong detail")));
        assert!(report.step("tests", || Ok(Outcome::Passed("3 passed".to_owned()))));
        assert!(!report.good());
        assert_eq!(report.lines()[0], "  FAILED   types: no such target");
        assert_eq!(report.lines()[1], "  passed   tests: 3 passed");
    }
}
