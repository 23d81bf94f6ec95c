//! The firewall's rule put to the proof: the installer asks Windows for it by a program of Windows' own, for which one
//! stands in here that writes down what it was told and remembers a rule, or refuses.

use super::{
    proof::{OURS, Proof},
    stand_in,
};
use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Windows' program in Wine's system folder, put back when this is dropped.
struct Netsh {
    place: PathBuf,
    theirs: Vec<u8>,
    /// What it was told, a line each.
    told: PathBuf,
    /// There while it remembers a rule.
    rule: PathBuf,
}

impl Netsh {
    fn replaced(drive_c: &Path, by: &Path) -> anyhow::Result<Self> {
        let place = drive_c.join("windows/system32/netsh.exe");
        let theirs = fs::read(&place).context("Wine has no netsh.exe")?;
        let netsh = Self {
            place,
            theirs,
            told: drive_c.join("netsh-told"),
            rule: drive_c.join("netsh-rule"),
        };
        netsh.forget();
        fs::copy(by, &netsh.place)?;
        Ok(netsh)
    }

    fn forget(&self) {
        let _ = fs::remove_file(&self.told);
        let _ = fs::remove_file(&self.rule);
    }

    /// What it was told since it was asked last.
    fn told(&self) -> anyhow::Result<Vec<String>> {
        let bytes = fs::read(&self.told).unwrap_or_default();
        let _ = fs::remove_file(&self.told);
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let text = String::from_utf16(&units)?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

impl Drop for Netsh {
    fn drop(&mut self) {
        self.forget();
        let _ = fs::write(&self.place, &self.theirs);
    }
}

impl Proof<'_> {
    /// Installs with the rule where Windows grants it, removes both, and installs where Windows refuses.
    pub(super) fn asks_the_firewall(&mut self, installer: &Path) -> anyhow::Result<()> {
        // Wine prefers a program of its own to a file of that name.
        let preferred = r"HKCU\Software\Wine\DllOverrides";
        let words = [
            "reg",
            "add",
            preferred,
            "/v",
            "netsh.exe",
            "/d",
            "native",
            "/f",
        ];
        ensure!(self.tool("wine", &words)?);
        let drive_c = self.wine.drive_c();
        let netsh = Netsh::replaced(&drive_c, &stand_in::netsh(self.scratch)?)?;
        let marked = |proof: &Self| -> anyhow::Result<bool> {
            Ok(proof.registry(OURS)?.contains_key("Firewall"))
        };
        let about_rules = |told: Vec<String>, what: &str| -> Vec<String> {
            let mut told = told;
            told.retain(|line| line.contains(what));
            told
        };

        self.expect(installer, &[], 0)?;
        ensure!(
            netsh.told()?.is_empty() && !marked(self)?,
            "nobody asked for a rule"
        );
        self.expect(installer, &["/FIREWALL"], 0)?;
        let program = self.windows_path();
        let told = about_rules(netsh.told()?, " add rule ");
        let rule = format!(
            "advfirewall firewall add rule name=Tillbell dir=in action=allow program=\"{program}\" profile=private"
        );
        ensure!(
            told.len() == 1 && told[0].ends_with(&rule),
            "Windows was told {told:?} and not {rule}"
        );
        ensure!(
            netsh.rule.is_file() && marked(self)?,
            "the rule was not noted"
        );

        self.remove(&["/FIREWALL"])?;
        let told = about_rules(netsh.told()?, " delete rule ");
        let rule = format!("advfirewall firewall delete rule name=Tillbell program=\"{program}\"");
        ensure!(
            told.len() == 1 && told[0].ends_with(&rule),
            "Windows was told {told:?} and not {rule}"
        );
        ensure!(!netsh.rule.exists() && !marked(self)?, "the rule was left");

        // An administrator said no: the program is installed all the same, and nothing claims that there is a rule.
        drop(netsh);
        let netsh = Netsh::replaced(&drive_c, &stand_in::refusing_netsh(self.scratch)?)?;
        self.expect(installer, &["/FIREWALL"], 0)?;
        ensure!(self.program("tillbell.exe").is_file() && !marked(self)?);
        drop(netsh);
        let words = ["reg", "delete", preferred, "/v", "netsh.exe", "/f"];
        ensure!(self.tool("wine", &words)?);
        self.remove(&[])?;
        self.saw("the firewall's rule is made for the program when asked for, noted, and removed; refused, all else is installed");
        Ok(())
    }
}
