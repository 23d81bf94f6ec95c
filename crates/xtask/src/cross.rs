//! `cross-check`: proves every change for Windows and macOS on a Linux machine. Types for what ships; for Windows also
//! the real programs, built with mingw and run under Wine. What cannot be seen this way stands in docs/platforms.md.
//!
//! - `library`, `debian`, `sysroot`: the standard library of a target. `targets`: cargo for it.
//! - `wine`: a Windows of our own. `suites`: the tests in it. `app`: the real app in it. `sizes`: what is shipped.
//! - `report`: what came of each step.

mod app;
pub(crate) mod debian;
mod library;
mod report;
mod sizes;
mod suites;
mod targets;
pub(crate) mod wine;

use crate::{
    package, pages, setup,
    shell::{root, run, say},
};
use clap::ValueEnum;
use library::Need;
use report::{Outcome, Report};
use std::{path::Path, time::Instant};
use targets::{Cross, MACOS, WINDOWS, WINDOWS_HERE};
use wine::Wine;

/// Parts that can be asked for alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Clippy over everything, for Windows and macOS.
    Types,
    /// The tests of the packages, under Wine.
    Tests,
    /// The real app, under Wine.
    App,
    /// The installer: made, and installed, upgraded and removed under Wine.
    Installer,
}

/// Where everything of it is kept.
const CACHE: &str = "target/cross";

/// Runs the parts, or all of them, and ends with one line for each step.
pub(crate) fn check(only: &[Part]) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        anyhow::bail!(
            "cross-check looks at Windows and macOS from Linux. Here `cargo xtask test` is the real thing"
        );
    }
    let began = Instant::now();
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    let mut report = Report::new(ci);
    steps(&mut report, only);
    say("What the cross-check did");
    for line in report.lines() {
        println!("{line}");
    }
    for (name, why) in suites::LEFT_OUT {
        println!("  left out under Wine: {name}, because {why}");
    }
    let seconds = began.elapsed().as_secs();
    println!("  altogether {}:{:02}", seconds / 60, seconds % 60);
    match report.good() {
        true => Ok(()),
        false => anyhow::bail!("the cross-check found something: see the lines above"),
    }
}

fn steps(report: &mut Report, only: &[Part]) {
    let wanted = |part| only.is_empty() || only.contains(&part);
    let cache = root().join(CACHE);
    let mut needs = vec![];
    if wanted(Part::Types) {
        needs.extend([(WINDOWS, Need::Check), (MACOS, Need::Check)]);
    }
    if [Part::Tests, Part::App, Part::Installer]
        .into_iter()
        .any(wanted)
    {
        needs.push((WINDOWS_HERE, Need::Build));
    }
    let mut cross = None;
    let ready = report.step("tools and standard libraries", || {
        setup::part(&setup::CROSS)?;
        cross = Some(Cross::prepare(&cache, &needs)?);
        // The app takes the pages in when it is compiled.
        if !Path::new("ui/dist/card.html").is_file() {
            pages::install()?;
            pages::build()?;
        }
        Ok(passed(""))
    });
    let Some(cross) = cross.filter(|_| ready) else {
        return report.not_run("everything else", "nothing can be built without these");
    };
    for (target, name) in [
        (WINDOWS, "types of everything for Windows (msvc)"),
        (MACOS, "types of everything for macOS"),
    ] {
        if wanted(Part::Types) {
            report.step(name, || types(&cross, target));
        } else {
            report.not_run(name, ELSE);
        }
    }
    windows(report, &cross, &wanted);
}

/// Why a step is left out that nobody asked for.
const ELSE: &str = "other parts were asked for";

/// Clippy over the whole workspace, no warning allowed.
fn types(cross: &Cross, target: &str) -> anyhow::Result<Outcome> {
    let words = [
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    run(&mut cross.cargo("clippy", target, &words))?;
    Ok(passed(""))
}

/// Everything that runs as a Windows program.
fn windows(report: &mut Report, cross: &Cross, wanted: &dyn Fn(Part) -> bool) {
    let parts = [Part::Tests, Part::App, Part::Installer];
    let leave_out = |report: &mut Report, why: &str| {
        for part in parts {
            report.not_run(name(part), why);
        }
    };
    let (build, size) = (
        "the Windows app and the tests, built (gnu)",
        "the Windows app's size and imports",
    );
    if !parts.into_iter().any(wanted) {
        report.not_run(build, ELSE);
        report.not_run(size, ELSE);
        return leave_out(report, ELSE);
    }
    if !report.step(build, || suites::build(cross).map(|()| passed(""))) {
        report.not_run(size, "it was not built");
        return leave_out(report, "it was not built");
    }
    report.step(size, || sizes::app(&cross.programs().join("tillbell.exe")));
    // Only now: building needs no Wine, and fetching it takes its time.
    let fetched = setup::part(&setup::WINE);
    let absent = wine::absent().map(|what| match fetched {
        Ok(()) => what,
        Err(error) => format!("{what}: {}", error.to_string().replace('\n', " ")),
    });
    if let Some(why) = absent {
        return leave_out(report, &why);
    }
    let mut wine = None;
    report.step("a Windows of our own (Wine)", || {
        wine = Some(Wine::start(&cross.cache)?);
        Ok(passed(&Wine::version()))
    });
    let Some(wine) = wine else {
        return leave_out(report, "Wine did not start");
    };
    for part in parts {
        match part {
            _ if !wanted(part) => report.not_run(name(part), ELSE),
            Part::App => app::check(report, cross, &wine),
            Part::Installer => {
                report.step(name(part), || installer(cross, &wine));
            }
            _ => {
                report.step(name(part), || suites::run(cross, &wine));
                report.step("a serial port, under Wine", || suites::serial(cross, &wine));
            }
        }
    }
}

/// What a part that runs under Wine is called.
fn name(part: Part) -> &'static str {
    match part {
        Part::Types => "types",
        Part::Tests => "tests of the packages, under Wine",
        Part::App => "the Windows app, under Wine",
        Part::Installer => "the Windows installer, under Wine",
    }
}

/// Makes the installer that people get and puts it to the proof.
fn installer(cross: &Cross, wine: &Wine) -> anyhow::Result<Outcome> {
    let (programs, folder) = (cross.programs(), cross.cache.join("installer"));
    std::fs::create_dir_all(&folder)?;
    let made = package::windows_installer(&programs, package::VERSION, &folder)?;
    let size = sizes::megabytes(std::fs::metadata(&made)?.len());
    let seen = package::prove_under_wine(wine, &programs, &folder.join("proof"))?;
    Ok(passed(&format!("{size}, {} things seen", seen.len())))
}

fn passed(remark: &str) -> Outcome {
    Outcome::Passed(remark.to_owned())
}
