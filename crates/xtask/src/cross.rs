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
use targets::{Cross, MACOS, Profile, WINDOWS, WINDOWS_HERE};
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
    /// The size of the app and its installer as they ship. Only when asked for: optimising takes its time.
    Release,
}

/// What runs as a Windows program.
const PROGRAMS: [Part; 3] = [Part::Tests, Part::App, Part::Installer];

/// Where everything of it is kept.
const CACHE: &str = "target/cross";

/// Runs the parts, or all but `Release`, and ends with one line for each step.
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
    let wanted = |part| match only.is_empty() {
        true => part != Part::Release,
        false => only.contains(&part),
    };
    let cache = root().join(CACHE);
    let mut needs = vec![];
    if wanted(Part::Types) {
        needs.extend([(WINDOWS, Need::Check), (MACOS, Need::Check)]);
    }
    if PROGRAMS.into_iter().any(wanted) || wanted(Part::Release) {
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
            report.not_asked(name, ELSE);
        }
    }
    windows(report, &cross, &wanted);
    match wanted(Part::Release) {
        true => release(report, &cross),
        false => report.not_asked(SHIPPED, "`cargo xtask cross-check release` builds them"),
    }
}

/// What `Release` looks at.
const SHIPPED: &str = "the Windows app and its installer as they ship";

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
    run(&mut cross.cargo(Profile::Cross, "clippy", target, &words))?;
    Ok(passed(""))
}

const BUILD: &str = "the Windows app and the tests, built (gnu)";
const SIZE: &str = "the Windows app's size and imports";
const A_WINDOWS: &str = "a Windows of our own (Wine)";

/// Everything that runs as a Windows program.
fn windows(report: &mut Report, cross: &Cross, wanted: &dyn Fn(Part) -> bool) {
    if !PROGRAMS.into_iter().any(wanted) {
        let all = [BUILD, SIZE, A_WINDOWS].into_iter();
        let all = all.chain(PROGRAMS.into_iter().flat_map(names).copied());
        return all.for_each(|name| report.not_asked(name, ELSE));
    }
    if !report.step(BUILD, || suites::build(cross).map(|()| passed(""))) {
        report.not_run(SIZE, NOT_BUILT);
        report.not_run(A_WINDOWS, NOT_BUILT);
        return leave_out(report, wanted, NOT_BUILT);
    }
    let programs = cross.programs(Profile::Cross);
    report.step(SIZE, || sizes::app(&programs, Profile::Cross));
    // Only now: building needs no Wine, and fetching it takes its time.
    let fetched = setup::part(&setup::WINE);
    let absent = wine::absent().map(|what| match fetched {
        Ok(()) => what,
        Err(error) => format!("{what}: {}", error.to_string().replace('\n', " ")),
    });
    if let Some(why) = absent {
        report.not_run(A_WINDOWS, &why);
        return leave_out(report, wanted, &why);
    }
    let mut wine = None;
    report.step(A_WINDOWS, || {
        wine = Some(Wine::start(&cross.cache)?);
        Ok(passed(&Wine::version()))
    });
    let Some(wine) = wine else {
        return leave_out(report, wanted, "Wine did not start");
    };
    for part in PROGRAMS {
        match (part, names(part)) {
            (_, names) if !wanted(part) => {
                names.iter().for_each(|name| report.not_asked(name, ELSE));
            }
            (Part::App, _) => app::check(report, cross, &wine),
            (Part::Installer, [name]) => {
                report.step(name, || installer(cross, &wine));
            }
            (_, names) => {
                let all = [suites::run, suites::serial];
                for (name, run) in names.iter().zip(all) {
                    report.step(name, || run(cross, &wine));
                }
            }
        }
    }
}

const NOT_BUILT: &str = "it was not built";

/// Names what cannot be done any more, and what nobody asked for.
fn leave_out(report: &mut Report, wanted: &dyn Fn(Part) -> bool, why: &str) {
    for part in PROGRAMS {
        for name in names(part) {
            match wanted(part) {
                true => report.not_run(name, why),
                false => report.not_asked(name, ELSE),
            }
        }
    }
}

/// What the steps of a part that runs under Wine are called.
fn names(part: Part) -> &'static [&'static str] {
    match part {
        Part::Types | Part::Release => &[],
        Part::Tests => &[
            "tests of the packages, under Wine",
            "a serial port, under Wine",
        ],
        Part::App => &["the Windows app, under Wine"],
        Part::Installer => &["the Windows installer, under Wine"],
    }
}

/// Makes an installer and puts it to the proof.
fn installer(cross: &Cross, wine: &Wine) -> anyhow::Result<Outcome> {
    let programs = cross.programs(Profile::Cross);
    let folder = cross.cache.join("installer");
    std::fs::create_dir_all(&folder)?;
    let made = package::windows_installer(&programs, package::VERSION, &folder)?;
    let size = sizes::installer(&made, Profile::Cross)?;
    let seen = package::prove_under_wine(wine, &programs, &folder.join("proof"))?;
    Ok(size.and(&format!("{} things seen", seen.len())))
}

/// Builds what ships, and says how large it is.
fn release(report: &mut Report, cross: &Cross) {
    let programs = cross.programs(Profile::Release);
    let built = report.step("the Windows app as it ships, built (gnu)", || {
        let words = ["--package", "tillbell"];
        let mut cargo = cross.cargo(Profile::Release, "build", WINDOWS_HERE, &words);
        // A standard library of our own has not what optimising across crates needs.
        run(cargo.env("CARGO_PROFILE_RELEASE_LTO", "off"))?;
        Ok(passed(""))
    });
    let (size, installer) = (
        "the Windows app as it ships: its size and imports",
        "the Windows installer as it ships: its size",
    );
    if !built {
        report.not_run(size, NOT_BUILT);
        return report.not_run(installer, NOT_BUILT);
    }
    report.step(size, || sizes::app(&programs, Profile::Release));
    report.step(installer, || {
        let folder = cross.cache.join("release");
        std::fs::create_dir_all(&folder)?;
        let made = package::windows_installer(&programs, package::VERSION, &folder)?;
        sizes::installer(&made, Profile::Release)
    });
}

fn passed(remark: &str) -> Outcome {
    Outcome::Passed(remark.to_owned())
}
