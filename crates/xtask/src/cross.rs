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
    package, pages, room, setup,
    shell::{self, root, run, say},
};
use clap::ValueEnum;
use library::Need;
use report::{Outcome, Report};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use suites::Test;
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
    room::look(room::CROSS_CHECK)?;
    let began = Instant::now();
    let mut report = Report::new(shell::in_ci());
    steps(&mut report, only);
    say("What the cross-check did");
    for line in report.lines() {
        println!("{line}");
    }
    for (name, why) in suites::LEFT_OUT {
        println!("  left out under Wine: {name}, because {why}");
    }
    println!("  altogether {}", took(began.elapsed()));
    match report.good() {
        true => Ok(()),
        false => anyhow::bail!("the cross-check found something: see the lines above"),
    }
}

/// How long it was, by the clock and by how long the processors were busy. Wine's own services outlive who started them
/// and are not in the second.
fn took(elapsed: Duration) -> String {
    let clock = shell::minutes(elapsed.as_secs());
    match shell::processor_seconds() {
        Some(busy) => format!("{clock}, the processors busy for {}", shell::minutes(busy)),
        None => clock,
    }
}

fn steps(report: &mut Report, only: &[Part]) {
    let wanted = |part: Part| match only.is_empty() {
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

/// Clippy over the whole workspace for both systems at once, no warning allowed.
fn types(report: &mut Report, cross: &Cross) {
    let words = [
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    report.step(TYPES, || {
        let targets = [WINDOWS, MACOS];
        run(&mut cross.cargo(Profile::Dev, "clippy", &targets, &words))?;
        Ok(passed(&targets.join(", ")))
    });
}

const TYPES: &str = "types of everything for Windows (msvc) and macOS";
const BUILD: &str = "the Windows app and the tests, built (gnu)";
const SIZE: &str = "the Windows app's size and imports";
const A_WINDOWS: &str = "a Windows of our own (Wine)";

/// Checks types, and runs everything that runs as a Windows program.
///
/// Checking types keeps the processors busy, programs under Wine mostly wait: both at once, and the installer in a
/// Windows of its own. What cargo builds comes before, since only one cargo can build at a time.
fn windows(report: &mut Report, cross: &Cross, wanted: &(dyn Fn(Part) -> bool + Sync)) {
    let tests = built(report, cross, wanted);
    let mut lanes = [report.lane(), report.lane(), report.lane()];
    let [checked, desk, installed] = &mut lanes;
    std::thread::scope(|scope| {
        scope.spawn(|| match wanted(Part::Types) {
            true => types(checked, cross),
            false => checked.not_asked(TYPES, ELSE),
        });
        scope.spawn(|| {
            in_a_windows(
                installed,
                cross,
                "installer",
                &[Part::Installer],
                wanted,
                &tests,
            )
        });
        in_a_windows(
            desk,
            cross,
            "wine",
            &[Part::Tests, Part::App],
            wanted,
            &tests,
        );
    });
    report.join(lanes);
}

/// Builds what runs as a Windows program; the tests, or why there are none.
fn built(
    report: &mut Report,
    cross: &Cross,
    wanted: &dyn Fn(Part) -> bool,
) -> Result<Vec<Test>, String> {
    if !PROGRAMS.into_iter().any(wanted) {
        report.not_asked(BUILD, ELSE);
        report.not_asked(SIZE, ELSE);
        return Err(ELSE.to_owned());
    }
    let mut tests = None;
    let built = report.step(BUILD, || {
        if wanted(Part::App) {
            app::build()?;
        }
        tests = Some(suites::build(cross)?);
        Ok(passed(""))
    });
    let Some(tests) = tests.filter(|_| built) else {
        report.not_run(SIZE, NOT_BUILT);
        return Err(NOT_BUILT.to_owned());
    };
    report.step(SIZE, || {
        sizes::app(&cross.programs(Profile::Dev), Profile::Dev)
    });
    // Only now: building needs no Wine, and fetching it takes its time.
    let fetched = setup::part(&setup::WINE);
    match (wine::absent(), fetched) {
        (None, _) => Ok(tests),
        (Some(what), Ok(())) => Err(what),
        (Some(what), Err(error)) => {
            Err(format!("{what}: {}", error.to_string().replace('\n', " ")))
        }
    }
}

/// Runs these parts, one after the other, in a Windows of their own.
fn in_a_windows(
    report: &mut Report,
    cross: &Cross,
    folder: &str,
    parts: &[Part],
    wanted: &dyn Fn(Part) -> bool,
    tests: &Result<Vec<Test>, String>,
) {
    let windows = format!("{A_WINDOWS}: {folder}");
    let (asked, others): (Vec<Part>, Vec<Part>) = parts.iter().partition(|part| wanted(**part));
    for name in others.iter().flat_map(|part| names(*part)) {
        report.not_asked(name, ELSE);
    }
    if asked.is_empty() {
        return;
    }
    let mut wine = None;
    let why = match tests {
        Err(why) => {
            report.not_run(&windows, why);
            why
        }
        Ok(_) => {
            report.step(&windows, || {
                wine = Some(Wine::start(&cross.cache.join(folder))?);
                Ok(passed(&Wine::version()))
            });
            "Wine did not start"
        }
    };
    for part in asked {
        match (&wine, tests, part) {
            (Some(wine), Ok(tests), Part::Tests) => {
                for (name, run) in names(part).iter().zip([suites::run, suites::serial]) {
                    report.step(name, || run(cross, wine, tests));
                }
            }
            (Some(wine), _, Part::App) => app::check(report, cross, wine),
            (Some(wine), _, _) => {
                for name in names(part) {
                    report.step(name, || installer(cross, wine));
                }
            }
            (None, ..) => names(part)
                .iter()
                .for_each(|name| report.not_run(name, why)),
        }
    }
}

const NOT_BUILT: &str = "it was not built";

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

/// Makes an installer and puts it to the proof. Packing it as it ships takes a minute and belongs to `Release`.
fn installer(cross: &Cross, wine: &Wine) -> anyhow::Result<Outcome> {
    let programs = cross.programs(Profile::Dev);
    let folder = cross.cache.join("installer/proof");
    let seen = package::prove_under_wine(wine, &programs, &folder, true)?;
    Ok(passed(&format!("{} things seen", seen.len())))
}

/// Builds what ships, and says how large it is.
fn release(report: &mut Report, cross: &Cross) {
    let programs = cross.programs(Profile::Release);
    let built = report.step("the Windows app as it ships, built (gnu)", || {
        let words = package::SHIPPED;
        run(&mut cross.cargo(Profile::Release, "build", &[WINDOWS_HERE], &words))?;
        Ok(passed(""))
    });
    let (size, installer) = (
        "the Windows app as it ships: its size and imports",
        "the Windows installer as it ships: its size, and itself under Wine",
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
        let size = sizes::installer(&made, Profile::Release)?;
        let wine = Wine::start(&cross.cache.join("installer"))?;
        let proof = folder.join("proof");
        let seen = package::prove_under_wine(&wine, &programs, &proof, false)?;
        Ok(size.and(&format!("{} things seen", seen.len())))
    });
}

fn passed(remark: &str) -> Outcome {
    Outcome::Passed(remark.to_owned())
}
