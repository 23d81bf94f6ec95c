//! The installer for Windows put to the proof under Wine, in a profile whose name has a space and Chinese: installed
//! silently, the program started from there, upgraded while it runs, an older version refused, removed with the data
//! kept, and removed with the data.

use super::{
    Installer, VERSION,
    proof::{APPROVED, BOUND, ENTRY, OURS, Proof, RUN, TOASTS, free_port, until},
    stand_in,
};
use crate::{
    cross::wine::{Wine, within},
    shell,
};
use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The installer's own exit codes; see the script.
const EXIT_FAILED: i32 = 2;
const EXIT_RUNNING: i32 = 3;
const EXIT_NEWER: i32 = 4;
const EXIT_SYSTEM: i32 = 5;

/// Does it all, and returns what was seen, a line for each step. `scratch` takes the installers that only this needs;
/// unless it is to be `fast`, the first is packed as the one that ships.
pub(crate) fn prove_under_wine(
    wine: &Wine,
    exe_dir: &Path,
    scratch: &Path,
    fast: bool,
) -> anyhow::Result<Vec<String>> {
    fs::create_dir_all(scratch)?;
    let newer = next_version(VERSION);
    let mut plan = Installer {
        exe_dir,
        version: VERSION,
        webview2: None,
        suffix: "",
        fast,
    };
    let first = plan.make(scratch)?;
    plan.fast = true;
    plan.version = &newer;
    let second = plan.make(scratch)?;
    let runtime = stand_in::webview2(scratch)?;
    plan.suffix = "-webview2";
    plan.webview2 = Some(&runtime);
    let with_runtime = plan.make(scratch)?;

    shell::say("Installing, running, upgrading and removing it under Wine");
    let mut proof = Proof {
        wine,
        scratch,
        port: free_port()?,
        home: PathBuf::new(),
        seen: Vec::new(),
    };
    proof.wine_is("win7")?;
    proof.expect(&first, &[], EXIT_SYSTEM)?;
    proof.saw("an older Windows is told so, and nothing is installed");
    proof.wine_is("win10")?;
    proof.clean()?;
    proof.installs(&first)?;
    proof.runs()?;
    proof.is_upgraded(&second, &newer)?;
    proof.refuses_older(&first, &newer)?;
    proof.leaves_a_locked_file(&second)?;
    proof.is_updated(&second, &newer)?;
    proof.is_removed()?;
    proof.asks_the_firewall(&second)?;
    proof.waits_for_what_does_not_end(&second)?;
    proof.brings_webview2(&with_runtime)?;
    proof.is_removed_with_data(&second)?;
    // As it was: others use the same Windows.
    proof.wine_is("win7")?;
    Ok(proof.seen)
}

impl Proof<'_> {
    fn installs(&mut self, installer: &Path) -> anyhow::Result<()> {
        self.expect(installer, &[], 0)?;
        let users = fs::read_dir(self.wine.drive_c().join("users"))?;
        self.home = users
            .flatten()
            .map(|user| user.path().join("AppData/Local"))
            .find(|local| local.join("Programs/Tillbell/tillbell.exe").is_file())
            .context("no profile has Programs/Tillbell/tillbell.exe")?;
        let home = self.home.to_string_lossy().into_owned();
        ensure!(
            home.contains(' ') && !home.is_ascii(),
            "{home} is too easy a name"
        );
        let entry = self.registry(ENTRY)?;
        let says = |name: &str| entry.get(name).map(String::as_str).unwrap_or_default();
        ensure!(
            says("DisplayName") == "Tillbell"
                && says("DisplayVersion") == VERSION
                && says("Publisher") == "Tillbell"
                && says("UninstallString").starts_with("\"C:\\")
                && says("QuietUninstallString").ends_with("uninstall.exe\" /S")
                && says("EstimatedSize").starts_with("dword:")
                && says("EstimatedSize") != "dword:00000000",
            "Windows' list of programs has {entry:?}"
        );
        ensure!(
            self.links() == ["Start Menu"],
            "shortcuts: {:?}",
            self.links()
        );
        self.saw(
            "installed silently for this user, in Windows' list of programs and in the Start menu",
        );
        self.has_the_programs_without_a_window()
    }

    /// They lie beside the app, and run without anything else.
    fn has_the_programs_without_a_window(&mut self) -> anyhow::Result<()> {
        let program = self.program("tillbell-devices.exe");
        let shown = self.says(
            &program,
            &[
                "show",
                "--set",
                "esc-pos",
                "--to-pay",
                "12.50",
                "--currency",
                "USD",
            ],
        )?;
        ensure!(shown.contains("$12.50"), "tillbell-devices says: {shown}");
        let program = self.program("tillbell-book.exe");
        let said = self.says(&program, &["--version"])?;
        ensure!(said.contains("tillbell-book"), "tillbell-book says: {said}");
        self.saw("the programs for support and for the book lie beside it and run");
        Ok(())
    }

    /// Starts what was installed. A value for the start at login that an older version left wrong is put right.
    fn runs(&mut self) -> anyhow::Result<()> {
        let wrong = r"C:\Old place\tillbell.exe";
        ensure!(self.tool(
            "wine",
            &[
                "reg", "add", RUN, "/v", "Tillbell", "/t", "REG_SZ", "/d", wrong, "/f"
            ],
        )?);
        let _child = self.start(&self.program("tillbell.exe"), &["--hidden"])?;
        self.ready(1)?;
        self.hub_answers()?;
        let path = self.windows_path();
        let run = self.registry(RUN)?.remove("Tillbell");
        let right = format!("\"{path}\" --hidden");
        ensure!(run.as_deref() == Some(&*right), "start at login: {run:?}");
        self.saw("started from there: its hub answers, and the start at login names it, in quotes and hidden");
        let checked = self.says(&self.program("tillbell-book.exe"), &["verify"])?;
        ensure!(
            checked.contains("0 payments, 0 days"),
            "tillbell-book says of an empty book: {checked}"
        );
        self.saw("tillbell-book finds by itself the book that it made, still empty, and checks it");
        Ok(())
    }

    fn is_upgraded(&mut self, installer: &Path, version: &str) -> anyhow::Result<()> {
        let before = (
            self.registry(RUN)?,
            fs::read(self.data().join("hub-key.json"))?,
        );
        self.expect(installer, &[], 0)?;
        ensure!(
            self.log().contains("Tillbell ends"),
            "the running program was not ended in order:\n{}",
            self.log()
        );
        let after = (
            self.registry(RUN)?,
            fs::read(self.data().join("hub-key.json"))?,
        );
        ensure!(
            before == after,
            "the upgrade changed data or start at login"
        );
        let now = self.registry(ENTRY)?.remove("DisplayVersion");
        ensure!(now.as_deref() == Some(version), "the list says {now:?}");
        self.ready(2)?;
        self.saw("upgraded while it ran: it ended in order and runs again; data and start at login are kept");
        Ok(())
    }

    fn refuses_older(&mut self, older: &Path, version: &str) -> anyhow::Result<()> {
        self.expect(older, &[], EXIT_NEWER)?;
        let now = self.registry(ENTRY)?.remove("DisplayVersion");
        ensure!(now.as_deref() == Some(version), "the list says {now:?}");
        ensure!(self.log().matches("Tillbell ends").count() == 1);
        self.saw("an older version is refused, and what runs is left alone");
        Ok(())
    }

    /// Somebody else has a file open: the installation fails aloud, and what ran runs again.
    fn leaves_a_locked_file(&mut self, installer: &Path) -> anyhow::Result<()> {
        let loader = self.program("WebView2Loader.dll");
        if !loader.is_file() {
            println!("  not seen: a locked file, since this program has no second file to lock");
            return Ok(());
        }
        let before = self.registry(ENTRY)?;
        let holder = stand_in::holder(self.scratch)?;
        fs::copy(&holder, self.program("holder.exe"))?;
        let mut child = self.start(&self.program("holder.exe"), &[])?;
        until(|| self.program("held").is_file()).context("the file was not held open")?;
        self.expect(installer, &[], EXIT_FAILED)?;
        ensure!(self.registry(ENTRY)? == before, "the list was written");
        self.tool("wine", &["taskkill", "/f", "/im", "holder.exe"])?;
        within(&mut child, BOUND)?;
        for file in ["holder.exe", "held"] {
            fs::remove_file(self.program(file))?;
        }
        self.ready(3)?;
        self.saw("a file that somebody holds open ends the installation as failed, and what ran runs again");
        Ok(())
    }

    /// As the updater calls it: a window with progress, no question, and the program started with its words.
    fn is_updated(&mut self, installer: &Path, version: &str) -> anyhow::Result<()> {
        let words = ["/P", "/R", "/UPDATE", "/ARGS", "--hidden"];
        let ready = self.log().matches("Tillbell is ready").count();
        self.ends(installer, &words, 0)?;
        let now = self.registry(ENTRY)?.remove("DisplayVersion");
        ensure!(now.as_deref() == Some(version), "the list says {now:?}");
        self.ready(ready + 1)?;
        self.hub_answers()?;
        self.saw("as the updater starts it, it asks nothing, and the program runs again");
        Ok(())
    }

    /// Runs the uninstaller, which goes on as a copy of itself after its own end.
    pub(super) fn remove(&self, args: &[&str]) -> anyhow::Result<()> {
        self.expect(&self.program("uninstall.exe"), args, 0)?;
        until(|| !self.program("").exists()).context("the program's folder is still there")?;
        ensure!(self.registry(ENTRY)?.is_empty(), "the list still has it");
        ensure!(!self.registry(RUN)?.contains_key("Tillbell"));
        ensure!(self.links().is_empty(), "shortcuts: {:?}", self.links());
        Ok(())
    }

    fn is_removed(&mut self) -> anyhow::Result<()> {
        self.remove(&[])?;
        ensure!(self.log().matches("Tillbell ends").count() == 4);
        ensure!(self.data().join("hub-key.json").is_file());
        self.saw("removed while it ran: nothing of it is left, and the data is kept");
        Ok(())
    }

    /// Another program in its place, which knows of no installer.
    fn waits_for_what_does_not_end(&mut self, installer: &Path) -> anyhow::Result<()> {
        let stubborn = stand_in::stubborn(self.scratch)?;
        fs::create_dir_all(self.program(""))?;
        fs::copy(&stubborn, self.program("tillbell.exe"))?;
        let mut child = self.start(&self.program("tillbell.exe"), &["/S"])?;
        let size = fs::metadata(&stubborn)?.len();
        self.expect(installer, &[], EXIT_RUNNING)?;
        ensure!(
            child.try_wait()?.is_none(),
            "the program in the way had ended by itself"
        );
        ensure!(fs::metadata(self.program("tillbell.exe"))?.len() == size);
        ensure!(self.registry(ENTRY)?.is_empty());
        self.tool("wine", &["taskkill", "/f", "/im", "tillbell.exe"])?;
        within(&mut child, BOUND)?;
        self.saw("a program that does not end is not overwritten, and not killed");
        Ok(())
    }

    /// What is embedded is run where WebView2 is missing, and not where it is there.
    fn brings_webview2(&mut self, installer: &Path) -> anyhow::Result<()> {
        let key = stand_in::WEBVIEW2;
        self.tool("wine", &["reg", "delete", key, "/f"])?;
        for _ in 0..2 {
            self.expect(installer, &[], 0)?;
            let version = self.registry(key)?.remove("pv");
            ensure!(version.as_deref() == Some("1.0"), "WebView2 is {version:?}");
        }
        self.tool("wine", &["reg", "delete", key, "/f"])?;
        self.saw("an embedded WebView2 installer (a stand-in) is run where there is none, and only there");
        Ok(())
    }

    fn is_removed_with_data(&mut self, installer: &Path) -> anyhow::Result<()> {
        self.expect(installer, &["/DESKTOP"], 0)?;
        ensure!(
            self.links() == ["Desktop", "Start Menu"],
            "shortcuts: {:?}",
            self.links()
        );
        let ready = self.log().matches("Tillbell is ready").count();
        let _child = self.start(&self.program("tillbell.exe"), &["--hidden"])?;
        self.ready(ready + 1)?;
        // What only the program makes, and what Windows does when a person switches the start at login off.
        ensure!(!self.registry(TOASTS)?.is_empty() && self.has_credential("hub-key-")?);
        let words = ["reg", "add", APPROVED, "/v", "Tillbell", "/d", "03", "/f"];
        ensure!(self.tool("wine", &words)?);
        self.remove(&["/DELETEDATA"])?;
        until(|| !self.data().exists()).context("the data is still there")?;
        ensure!(self.registry(OURS)?.is_empty() && self.registry(TOASTS)?.is_empty());
        ensure!(!self.registry(APPROVED)?.contains_key("Tillbell"));
        ensure!(!self.has_credential("hub-key-")?, "the credential is left");
        self.saw("removed with the data, as the switch asks: nothing is left");
        Ok(())
    }
}

/// The version after this one.
fn next_version(version: &str) -> String {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let mut parts: Vec<u64> = plain.split('.').flat_map(str::parse).collect();
    if let Some(last) = parts.last_mut() {
        *last += 1;
    }
    let parts: Vec<String> = parts.iter().map(u64::to_string).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_higher() {
        assert_eq!(next_version("0.1.0"), "0.1.1");
        assert_eq!(next_version("1.2.9-beta.1"), "1.2.10");
    }
}
