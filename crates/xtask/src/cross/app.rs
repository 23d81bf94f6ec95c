//! The real Windows app under Wine. The story itself is told by the program `windows-desk` of `tests`, which has the
//! platforms' deliveries and reads the book; each of its lines `passed NAME`, `failed NAME: why` is a step here.

use super::{
    report::{Outcome, Report},
    targets::Cross,
    wine::Wine,
};
use crate::{
    demo::program,
    shell::{announce, cmd, run},
};
use anyhow::Context;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Instant,
};

/// Plays the story; its steps become steps of the report.
pub(crate) fn check(report: &mut Report, cross: &Cross, wine: &Wine) {
    let mut told = Vec::new();
    report.step(super::name(super::Part::App), || {
        run(&mut cmd(
            "cargo",
            &[
                "build",
                "--quiet",
                "--package",
                "tests",
                "--bin",
                "windows-desk",
            ],
        ))?;
        let mut story = cmd(&program("debug", "windows-desk"), &[]);
        story.arg(cross.programs()).arg(wine.drive_c());
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
            if let Some((name, outcome)) = read(&line) {
                told.push((name, outcome, since.elapsed()));
                since = Instant::now();
            }
        }
        let status = child.wait()?;
        Ok(match status.success() && !told.is_empty() {
            true => Outcome::Passed(format!("{} things seen", told.len())),
            false => Outcome::Failed(format!("the story ended with {status}")),
        })
    });
    for (name, outcome, took) in told {
        report.note(&format!("  {name}"), outcome, took);
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
}
