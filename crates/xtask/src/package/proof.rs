//! What a proof of the installer works with: a Windows of Wine's, programs started in it, its registry, the installed
//! program's log and shortcuts.

use super::registry;
use crate::cross::wine::{Wine, within};
use anyhow::{Context, ensure};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

pub(super) const OURS: &str = r"HKCU\Software\Tillbell";
pub(super) const ENTRY: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Tillbell";
pub(super) const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
/// What Windows remembers of a start at login that a person switched off.
pub(super) const APPROVED: &str =
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
/// The name for notices, which the program registers.
pub(super) const TOASTS: &str = r"HKCU\Software\Classes\AppUserModelId\app.tillbell.desktop";
/// Where Wine keeps what programs give to the Credential Manager.
const CREDENTIALS: &str = r"HKCU\Software\Wine\Credential Manager";
const SHELL_FOLDERS: &str =
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
/// No step takes longer, even on a machine that is busy with other things.
pub(super) const BOUND: Duration = Duration::from_secs(120);

/// One proof, and what was seen in it.
pub(super) struct Proof<'a> {
    pub(super) wine: &'a Wine,
    pub(super) scratch: &'a Path,
    pub(super) port: u16,
    /// The person's local folder, known once something was installed into it.
    pub(super) home: PathBuf,
    pub(super) seen: Vec<String>,
}

impl Proof<'_> {
    pub(super) fn saw(&mut self, what: &str) {
        println!("  seen: {what}");
        self.seen.push(what.to_owned());
    }

    pub(super) fn start(&self, program: &Path, args: &[&str]) -> anyhow::Result<Child> {
        let mut command = self.wine.command("wine", &[]);
        command
            .arg(program)
            .args(args)
            .env("TILLBELL_PORT", self.port.to_string());
        command
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))
    }

    /// Runs a program to its end, and answers what it wrote.
    pub(super) fn says(&self, program: &Path, args: &[&str]) -> anyhow::Result<String> {
        // Into a file: what of Wine's lives on would keep a pipe open.
        let file = self.scratch.join("said");
        let mut command = self.wine.command("wine", &[]);
        command
            .arg(program)
            .args(args)
            .stdout(fs::File::create(&file)?);
        let ended = within(&mut command.spawn()?, BOUND)?;
        ensure!(
            ended == Some(0),
            "{} ended with {ended:?}",
            program.display()
        );
        Ok(fs::read_to_string(&file)?)
    }

    /// Runs an installer to its end, silently.
    pub(super) fn expect(&self, installer: &Path, args: &[&str], code: i32) -> anyhow::Result<()> {
        let mut words = vec!["/S"];
        words.extend(args);
        self.ends(installer, &words, code)
    }

    /// Runs an installer to its end with these words.
    pub(super) fn ends(&self, installer: &Path, words: &[&str], code: i32) -> anyhow::Result<()> {
        let ended = within(&mut self.start(installer, words)?, BOUND)?;
        ensure!(
            ended == Some(code),
            "{} {} ended with {ended:?}, not with {code}",
            installer.display(),
            words.join(" ")
        );
        Ok(())
    }

    pub(super) fn tool(&self, program: &str, args: &[&str]) -> anyhow::Result<bool> {
        let mut child = self.wine.command(program, args).spawn()?;
        Ok(within(&mut child, BOUND)? == Some(0))
    }

    /// Wine pretends to be this Windows.
    pub(super) fn wine_is(&self, version: &str) -> anyhow::Result<()> {
        ensure!(self.tool("wine", &["winecfg", "-v", version])?);
        if version != "win10" {
            return Ok(());
        }
        // An early one: in later ones programs ask for dark menus by numbers at which Wine's uxtheme.dll has something
        // else, and fall over it.
        let key = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion";
        for name in ["CurrentBuild", "CurrentBuildNumber"] {
            let words = ["reg", "add", key, "/v", name, "/d", "14393", "/f"];
            ensure!(self.tool("wine", &words)?);
        }
        Ok(())
    }

    /// What stands under a key; nothing when there is no such key.
    pub(super) fn registry(&self, key: &str) -> anyhow::Result<BTreeMap<String, String>> {
        Ok(registry::values(&self.exported(key)?))
    }

    fn exported(&self, key: &str) -> anyhow::Result<Vec<u8>> {
        let file = self.scratch.join("export.reg");
        let _ = fs::remove_file(&file);
        let path = file.to_string_lossy();
        if !self.tool("wine", &["reg", "export", key, &path, "/y"])? {
            return Ok(Vec::new());
        }
        Ok(fs::read(&file)?)
    }

    /// Whether the Credential Manager has a credential whose name has this in it.
    pub(super) fn has_credential(&self, name: &str) -> anyhow::Result<bool> {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let all = self.exported(CREDENTIALS)?;
        Ok(all.windows(name.len()).any(|part| part == name))
    }

    pub(super) fn program(&self, file: &str) -> PathBuf {
        self.home.join("Programs/Tillbell").join(file)
    }

    pub(super) fn data(&self) -> PathBuf {
        self.home.join("app.tillbell.desktop")
    }

    /// An earlier proof that was cut off may have left something.
    pub(super) fn clean(&self) -> anyhow::Result<()> {
        for user in fs::read_dir(self.wine.drive_c().join("users"))?.flatten() {
            let local = user.path().join("AppData/Local");
            let _ = fs::remove_dir_all(local.join("Programs/Tillbell"));
            let _ = fs::remove_dir_all(local.join("app.tillbell.desktop"));
        }
        for key in [OURS, ENTRY, TOASTS, CREDENTIALS] {
            self.tool("wine", &["reg", "delete", key, "/f"])?;
        }
        // Wine's desktop is the real one of whoever runs this, which is none of our business.
        let (key, place) = (SHELL_FOLDERS, r"C:\users\Public\Our desktop");
        fs::create_dir_all(self.wine.drive_c().join("users/Public/Our desktop"))?;
        let words = ["reg", "add", key, "/v", "Desktop", "/d", place, "/f"];
        ensure!(self.tool("wine", &words)?);
        Ok(())
    }

    /// Where our shortcuts lie.
    pub(super) fn links(&self) -> Vec<&'static str> {
        fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_symlink() {
                    continue;
                } else if path.is_dir() {
                    walk(&path, found);
                } else if path.file_name().is_some_and(|name| name == "Tillbell.lnk") {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.wine.drive_c().join("users"), &mut found);
        let mut places: Vec<_> = found
            .iter()
            .map(|path| {
                if path.to_string_lossy().contains("Start Menu") {
                    "Start Menu"
                } else {
                    "Desktop"
                }
            })
            .collect();
        places.sort_unstable();
        places
    }

    /// The program's path as Windows writes it.
    pub(super) fn windows_path(&self) -> String {
        let program = self.program("tillbell.exe");
        let below = program
            .strip_prefix(self.wine.drive_c())
            .unwrap_or(&program);
        format!("C:\\{}", below.to_string_lossy().replace('/', "\\"))
    }

    /// Everything in the program's log.
    pub(super) fn log(&self) -> String {
        let files = fs::read_dir(self.data().join("log")).into_iter().flatten();
        files
            .flatten()
            .filter_map(|file| fs::read_to_string(file.path()).ok())
            .collect()
    }

    /// Waits until the log says so many times that the program is ready.
    pub(super) fn ready(&self, times: usize) -> anyhow::Result<()> {
        let said = || self.log().matches("Tillbell is ready").count() >= times;
        until(said).with_context(|| format!("Tillbell was not ready:\n{}", self.log()))
    }

    pub(super) fn hub_answers(&self) -> anyhow::Result<()> {
        let mut hub = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .context("the installed program's hub does not listen")?;
        hub.set_read_timeout(Some(Duration::from_secs(10)))?;
        hub.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 8];
        hub.read_exact(&mut start)?;
        ensure!(&start == b"HTTP/1.1", "the hub speaks no HTTP");
        Ok(())
    }
}

/// Waits for something to be so.
pub(super) fn until(mut so: impl FnMut() -> bool) -> anyhow::Result<()> {
    let began = Instant::now();
    while !so() {
        ensure!(began.elapsed() < BOUND, "waited in vain");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// A port that nobody uses.
pub(super) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
