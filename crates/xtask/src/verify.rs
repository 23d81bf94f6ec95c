//! `test` and `bench`: everything CI runs, and the measurements.

use crate::{
    demo::program,
    pages, room, setup,
    shell::{cmd, run, say, works},
    workflows,
};

/// Everything CI runs, cheapest first.
pub(crate) fn test() -> anyhow::Result<()> {
    room::look(room::TEST)?;
    setup::everything()?;
    say("Checking the format");
    run(&mut cmd("cargo", &["fmt", "--all", "--check"]))?;
    pages::check()?;
    workflows::check()?;
    // The app takes the pages in when it is compiled: they must be there first.
    pages::build()?;
    // The virtual front desk is made of Linux's parts; elsewhere the packages test themselves.
    let mut all = vec!["--workspace"];
    if !cfg!(target_os = "linux") {
        say("Leaving out the whole paths and the real app: their stage is made of Linux's parts");
        all.extend(["--exclude", "tests"]);
    }
    let cargo = |before: &[&str], after: &[&str]| {
        let words: Vec<&str> = [before, &all, after].concat();
        run(&mut cmd("cargo", &words))
    };
    say("Linting");
    let deny = ["--all-targets", "--quiet", "--", "-D", "warnings"];
    cargo(&["clippy"], &deny)?;
    say("Building everything");
    cargo(&["build"], &["--all-targets"])?;
    say("Testing: the packages, whole paths, faults, and the real app on a virtual front desk");
    if works("cargo", &["nextest", "--version"]) {
        // nextest leaves out the examples in the documentation.
        cargo(&["test"], &["--doc", "--quiet"])?;
        cargo(&["nextest", "run"], &["--no-fail-fast"])?;
    } else {
        cargo(&["test"], &["--no-fail-fast"])?;
    }
    say("All good");
    Ok(())
}

/// Builds what is measured and measures it.
pub(crate) fn bench(dev: bool, parts: &[String]) -> anyhow::Result<()> {
    setup::everything()?;
    pages::build()?;
    say("Building what is measured");
    let mut build = vec![
        "build", "-p", "tillbell", "-p", "tests", "-p", "book", "-p", "devices",
    ];
    build.extend([
        "--bin",
        "device-simulator",
        "--bin",
        "printer-simulator",
        "--bin",
        "tillbell",
        "--bin",
        "bench",
        "--example",
        "million",
    ]);
    if !dev {
        build.push("--release");
    }
    run(&mut cmd("cargo", &build))?;
    say("Measuring; nothing else should run on this machine meanwhile");
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    run(&mut cmd(
        &program(if dev { "debug" } else { "release" }, "bench"),
        &parts,
    ))
}
