//! The pages: their packages by npm, their checks, and the build that the app takes in.

use crate::shell::{cmd, run, say};
use std::{fs, path::Path, time::SystemTime};

/// Installs the pages' packages when they are missing or the lock file is newer.
pub(crate) fn install() -> anyhow::Result<()> {
    let changed = |path: &str| {
        fs::metadata(Path::new("ui").join(path))
            .and_then(|m| m.modified())
            .ok()
    };
    let installed: Option<SystemTime> = changed("node_modules/.package-lock.json");
    if installed.is_none() || installed < changed("package-lock.json") {
        say("Installing the pages' packages");
        npm(&["ci", "--no-audit", "--no-fund"])?;
    }
    Ok(())
}

/// Builds the pages into `ui/dist`, which the app takes in when it is compiled.
pub(crate) fn build() -> anyhow::Result<()> {
    say("Building the pages");
    npm(&["run", "build"])
}

/// Lint, types and tests of the pages.
pub(crate) fn check() -> anyhow::Result<()> {
    for (what, script) in [
        ("Linting the pages", "lint"),
        ("Checking the pages' types", "check"),
    ] {
        say(what);
        npm(&["run", script])?;
    }
    say("Testing the pages");
    npm(&["run", "test"])
}

fn npm(args: &[&str]) -> anyhow::Result<()> {
    run(cmd("npm", args).current_dir("ui"))
}
