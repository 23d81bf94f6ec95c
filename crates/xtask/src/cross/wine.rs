//! A Windows of our own: a Wine prefix below the cache with a display of its own. Nothing of the person's own Wine,
//! desktop or menus is touched, and what was started is ended by its id.

use super::targets::script;
use crate::shell::{cmd, run, works};
use anyhow::{Context, bail};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The user's name in every path of this Windows: real users have such names.
const PERSON: &str = "王 小明";

/// Wine's own services inherit what a program writes to and keep it open after the program's end: whoever reads a pipe
/// to its end would wait for them. So a program writes to files.
const RUNNER: &str = r#"#!/bin/sh
# Runs a Windows program and prints its name and what it printed, once it has ended.
out=$(mktemp) err=$(mktemp)
wine "$@" >"$out" 2>"$err" </dev/null
code=$?
printf 'program %s\n' "$1"
cat "$out"
cat "$err" >&2
rm -f "$out" "$err"
exit $code
"#;

/// Counts up with every change of `Wine::make`: an older Windows is made anew.
const RECIPE: &str = "2";

/// The port at which [`Wine::line`] is plugged in.
pub(crate) const PORT: &str = "COM5";

/// What Rust's standard library asks for random numbers, which older Wines lack.
const SHIM: &str = r#"// Random numbers for programs of Rust, where Wine has no bcryptprimitives.dll of its own.
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return RtlGenRandom(bytes, (ULONG)count); }
"#;

/// A running Windows.
pub(crate) struct Wine {
    folder: PathBuf,
    prefix: PathBuf,
    display: Child,
    number: String,
}

impl Wine {
    /// Brings up the one in this folder; the first time it is made.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.to_owned();
        fs::create_dir_all(&folder)?;
        let (display, number) = display()?;
        let wine = Self {
            prefix: folder.join("prefix"),
            folder,
            display,
            number,
        };
        script(&wine.runner(), RUNNER)?;
        let made = wine.folder.join("made");
        if !fs::read_to_string(&made).is_ok_and(|recipe| recipe == RECIPE) {
            let _ = fs::remove_dir_all(&wine.prefix);
            wine.make()?;
            fs::write(&made, RECIPE)?;
        }
        Ok(wine)
    }

    /// Runs a Windows program that cargo built.
    pub(crate) fn runner(&self) -> PathBuf {
        self.folder.join("run")
    }

    /// Gives a command what it needs to run Windows programs, however deep below it they are started.
    pub(crate) fn dress(&self, command: &mut Command) {
        for theirs in ["WAYLAND_DISPLAY", "TMP", "TEMP"] {
            command.env_remove(theirs);
        }
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // No .NET and no old browser to be downloaded; no entries in the person's own menus.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d")
            .env("LANG", "C.UTF-8")
            .env("LC_ALL", "C.UTF-8")
            .env("DISPLAY", &self.number);
    }

    /// A command of Wine's.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = cmd(program, args);
        self.dress(&mut command);
        // See `RUNNER`: nothing of ours may be kept open.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn make(&self) -> anyhow::Result<()> {
        let ask = |program: &str, args: &[&str]| -> anyhow::Result<()> {
            let status = self.command(program, args).status();
            let status = status.with_context(|| format!("cannot start {program}"))?;
            anyhow::ensure!(status.success(), "`{program} {}` failed", args.join(" "));
            Ok(())
        };
        ask("wineboot", &["--init"])?;
        // Everything of a person's: temporary files, settings and data lie below a name with a space and Chinese.
        let home = format!(r"C:\users\{PERSON}");
        let environment = r"HKCU\Environment";
        let folders = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
        for (key, name, place) in [
            (environment, "TEMP", r"AppData\Local\Temp"),
            (environment, "TMP", r"AppData\Local\Temp"),
            (folders, "Local AppData", r"AppData\Local"),
            (folders, "AppData", r"AppData\Roaming"),
        ] {
            let path = format!(r"{home}\{place}");
            let here = place.replace('\\', "/");
            fs::create_dir_all(self.drive_c().join("users").join(PERSON).join(here))?;
            ask(
                "wine",
                &[
                    "reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", &path, "/f",
                ],
            )?;
        }
        // Where a serial line can be plugged in later; Wine reads this when it starts.
        let line = self.line_path();
        ask(
            "wine",
            &[
                "reg",
                "add",
                r"HKLM\Software\Wine\Ports",
                "/v",
                PORT,
                "/t",
                "REG_SZ",
                "/d",
                &line.to_string_lossy(),
                "/f",
            ],
        )?;
        self.random_numbers()?;
        // What was written to the registry counts from the next start on.
        ask("wineserver", &["--kill"])?;
        Ok(())
    }

    fn line_path(&self) -> PathBuf {
        self.folder.join("line")
    }

    /// Plugs a serial line into [`PORT`]: a pseudo-terminal that sends back what it gets, until it is dropped.
    pub(crate) fn line(&self) -> anyhow::Result<Line> {
        let path = self.line_path();
        let _ = fs::remove_file(&path);
        let ends = format!("PTY,link={},raw,echo=0", path.display());
        let mut socat = cmd("socat", &[&ends, "EXEC:cat"]);
        let line = Line(socat.spawn().context("cannot start socat")?);
        let began = Instant::now();
        while !path.exists() {
            anyhow::ensure!(
                began.elapsed() < Duration::from_secs(10),
                "socat made no pseudo-terminal"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(line)
    }

    fn random_numbers(&self) -> anyhow::Result<()> {
        let name = "bcryptprimitives.dll";
        let place = self.drive_c().join("windows/system32").join(name);
        if place.exists() {
            return Ok(());
        }
        let source = self.folder.join("bcryptprimitives.c");
        fs::write(&source, SHIM)?;
        run(cmd("x86_64-w64-mingw32-gcc", &["-shared", "-o"])
            .arg(&place)
            .arg(&source)
            .arg("-ladvapi32"))
    }

    /// Its drive C.
    pub(crate) fn drive_c(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// Which Wine.
    pub(crate) fn version() -> String {
        crate::shell::output("wine", &["--version"])
            .trim()
            .to_owned()
    }
}

/// A serial line that is plugged in.
pub(crate) struct Line(Child);

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // Ends every program of this prefix, and waits for it; no other.
        let _ = self.command("wineserver", &["--kill"]).status();
        let _ = self.command("wineserver", &["--wait"]).status();
        let _ = self.display.kill();
        let _ = self.display.wait();
    }
}

/// Whether there is a Wine at all, and what it needs.
pub(crate) fn absent() -> Option<String> {
    let missing: Vec<&str> = [
        ("wine", "--version"),
        ("Xvfb", "-help"),
        ("x86_64-w64-mingw32-gcc", "--version"),
    ]
    .into_iter()
    .filter(|(program, word)| !works(program, &[word]))
    .map(|(program, _)| program)
    .collect();
    (!missing.is_empty()).then(|| format!("there is no {} on this machine", missing.join(", no ")))
}

/// A display that nobody sees; it chooses a free number and writes it to its standard output.
fn display() -> anyhow::Result<(Child, String)> {
    let mut child = cmd(
        "Xvfb",
        &[
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ],
    )
    .stdin(Stdio::null())
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .context("cannot start Xvfb")?;
    let mut number = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output.take(64)).read_line(&mut number)?;
    }
    if number.trim().is_empty() {
        let _ = child.kill();
        let _ = child.wait();
        bail!("Xvfb did not start");
    }
    Ok((child, format!(":{}", number.trim())))
}

/// Waits for a program's end, and ends it after so long.
pub(crate) fn within(child: &mut Child, bound: Duration) -> anyhow::Result<Option<i32>> {
    let began = Instant::now();
    while began.elapsed() < bound {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
    Ok(None)
}
