//! The installer for Windows: the program is put on a stage of its own, signed there, and packed by NSIS.

use super::{made, sign};
use crate::{setup, shell};
use anyhow::{Context, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

const SCRIPT: &str = "src-tauri/installer/tillbell.nsi";

/// Which installer is to be made.
#[derive(Debug, Clone)]
pub(crate) struct Installer<'a> {
    /// The folder with `tillbell.exe`, `tillbell-devices.exe` and `tillbell-book.exe`, and with `WebView2Loader.dll` where MinGW built it.
    pub(crate) exe_dir: &'a Path,
    /// What it says it is.
    pub(crate) version: &'a str,
    /// Microsoft's installer of the WebView2 runtime, embedded.
    pub(crate) webview2: Option<&'a Path>,
    /// Goes into the file's name, for a second kind of the same version.
    pub(crate) suffix: &'a str,
    /// Not compressed: for a proof that needs several.
    pub(crate) fast: bool,
}

/// The installer that people get, without WebView2 inside.
pub(crate) fn windows_installer(
    exe_dir: &Path,
    version: &str,
    out: &Path,
) -> anyhow::Result<PathBuf> {
    Installer {
        exe_dir,
        version,
        webview2: None,
        suffix: "",
        fast: false,
    }
    .make(out)
}

impl Installer<'_> {
    /// Writes it into this folder.
    pub(crate) fn make(&self, out: &Path) -> anyhow::Result<PathBuf> {
        shell::say(&format!("Making the Windows installer {}", self.version));
        let stage = out.join("windows-stage");
        let loader = self.fill(&stage)?;
        let name = format!("Tillbell_{}_x64{}-setup.exe", self.version, self.suffix);
        let installer = std::path::absolute(out.join(name))?;
        let mut words = vec![
            "-V2".to_owned(),
            "-WX".to_owned(),
            "-NOCD".to_owned(),
            "-INPUTCHARSET".to_owned(),
            "UTF8".to_owned(),
            format!("-DVERSION={}", self.version),
            format!("-DVERSION4={}", four_numbers(self.version)),
            format!("-DPROGRAM={}", std::path::absolute(&stage)?.display()),
            format!("-DOUTPUT={}", installer.display()),
        ];
        if loader {
            words.push("-DLOADER".to_owned());
        }
        if self.fast {
            words.push("-DFAST".to_owned());
        }
        if let Some(runtime) = self.webview2 {
            ensure!(runtime.is_file(), "{} is not there", runtime.display());
            // Not the canonical path, which NSIS on Windows would have to read in its longest form.
            let runtime = std::path::absolute(runtime)?;
            words.push(format!("-DWEBVIEW2={}", runtime.display()));
        }
        if sign::command().is_some() {
            // The uninstaller lies inside the installer, so NSIS has it signed, by this program: the command itself
            // may hold a password, and is in the environment only.
            let xtask = std::env::current_exe()?;
            words.push(format!("-DSIGNER={}", xtask.display()));
        }
        words.push(SCRIPT.to_owned());
        shell::run(shell::cmd("makensis", &[]).args(&words))?;
        sign::sign(&installer)?;
        made(&installer)?;
        Ok(installer)
    }

    /// Copies the programs, so that signing does not touch the build. Whether the loader lies beside them.
    fn fill(&self, stage: &Path) -> anyhow::Result<bool> {
        if cfg!(target_os = "linux") {
            setup::part(&setup::INSTALLER)?;
        } else if !shell::works("makensis", &["-VERSION"]) {
            bail!(
                "NSIS is missing. This installs it: `winget install NSIS.NSIS` or `brew install makensis`"
            );
        }
        let _ = fs::remove_dir_all(stage);
        fs::create_dir_all(stage)?;
        for name in ["tillbell.exe", "tillbell-devices.exe", "tillbell-book.exe"] {
            let (program, built) = (stage.join(name), self.exe_dir.join(name));
            fs::copy(&built, &program)
                .with_context(|| format!("{} is not there", built.display()))?;
            // Release builds are stripped already; a development build would make an installer of a hundred megabytes.
            if !cfg!(windows) && shell::works("x86_64-w64-mingw32-strip", &["--version"]) {
                shell::run(shell::cmd("x86_64-w64-mingw32-strip", &[]).arg(&program))?;
            }
            sign::sign(&program)?;
        }
        let loader = self.exe_dir.join("WebView2Loader.dll");
        let there = loader.exists();
        if there {
            fs::copy(&loader, stage.join("WebView2Loader.dll"))?;
        }
        Ok(there)
    }
}

/// Windows' version numbers have four parts, and no words.
fn four_numbers(version: &str) -> String {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let mut parts: Vec<&str> = plain.split('.').take(4).collect();
    parts.resize(4, "0");
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_version_becomes_four_numbers() {
        for (version, four) in [
            ("0.1.0", "0.1.0.0"),
            ("1.2.3-beta.4", "1.2.3.0"),
            ("1.2", "1.2.0.0"),
            ("1.2.3+5", "1.2.3.0"),
        ] {
            assert_eq!(four_numbers(version), four);
        }
    }

    /// The names that a file of words gives, each with the places it leaves open.
    fn words(file: &str) -> BTreeSet<(String, Vec<String>)> {
        let path = shell::root().join("src-tauri/installer").join(file);
        let text = fs::read_to_string(path).expect("the words");
        let lines = text.lines().filter_map(|l| l.strip_prefix("LangString "));
        lines
            .map(|line| {
                let (name, words) = line.split_once(' ').expect("a name and words");
                let words = words.split_once(' ').expect("a language").1;
                assert!(words.len() > 4, "{file}: {name} says nothing");
                let mut places: Vec<String> = ["$0", "${VERSION}", "${WEBVIEW2_PAGE}"]
                    .iter()
                    .filter(|place| words.contains(**place))
                    .map(|place| (*place).to_owned())
                    .collect();
                places.sort();
                (name.to_owned(), places)
            })
            .collect()
    }

    #[test]
    fn the_installer_says_the_same_in_both_languages() {
        let english = words("english.nsh");
        assert_eq!(english, words("simpchinese.nsh"));
        let script = fs::read_to_string(shell::root().join(SCRIPT)).expect("the script");
        for (name, _) in &english {
            assert!(script.contains(&format!("$({name})")), "nobody says {name}");
        }
    }

    #[test]
    fn the_installer_speaks_of_the_same_program_as_the_app() {
        let read = |path: &str| fs::read_to_string(shell::root().join(path)).expect(path);
        let script = read(SCRIPT);
        let config = read("src-tauri/tauri.conf.json");
        for (named, said) in [
            (
                "\"identifier\": \"app.tillbell.desktop\"",
                "!define ID \"app.tillbell.desktop\"",
            ),
            ("\"mainBinaryName\": \"tillbell\"", "tillbell.exe"),
            (
                "\"publisher\": \"Tillbell\"",
                "!define PUBLISHER \"Tillbell\"",
            ),
        ] {
            assert!(config.contains(named), "the app no longer says {named}");
            assert!(script.contains(said), "the installer no longer says {said}");
        }
    }
}
