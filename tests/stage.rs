//! A virtual front desk: its own display, window manager, session bus, keychain, sound and speech, in a folder of its
//! own. Everything is a child of ours and ends, by its id, with the stage.

mod children;
mod monitors;
pub mod notices;
#[cfg(unix)]
pub mod sockets;
pub mod sound;
pub mod tray;

pub use children::{Children, end};
pub use notices::{NoticeServer, Shown};
#[cfg(unix)]
pub use sockets::{Sockets, Usb};
pub use sound::{Loudness, Recording};
pub use tray::{TrayHost, TrayIcon};

use crate::wait;
use anyhow::Context;
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A running front desk.
pub struct Stage {
    // The order is the order of ending: first whoever uses the folder.
    children: Children,
    env: Vec<(String, String)>,
    app: Option<PathBuf>,
    folder: TempDir,
}

impl Stage {
    /// Brings everything up and returns when all of it answers.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_on(Self::display)
    }

    /// The same on a display whose monitors can be plugged in and pulled out; there is one at first.
    pub fn start_with_monitors() -> anyhow::Result<Self> {
        Self::start_on(Self::monitors)
    }

    fn start_on(display: fn(&mut Self) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        // Short, since the path of a Unix socket may have 107 bytes only.
        let folder = tempfile::Builder::new().prefix("tb-").tempdir()?;
        for name in [
            "run",
            "run/pulse",
            "run/speech-dispatcher",
            "home",
            "log",
            "data",
        ] {
            let mut ours = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut ours, 0o700);
            ours.recursive(true).create(folder.path().join(name))?;
        }
        let mut stage = Self {
            children: Children::default(),
            env: vec![],
            app: None,
            folder,
        };
        stage.set_folders();
        display(&mut stage)?;
        stage.bus()?;
        stage.keychain()?;
        stage.windows()?;
        sound::start(&mut stage)?;
        Ok(stage)
    }

    /// The desktop of whoever sits here: nothing is started, and nothing is changed.
    pub fn this_desktop() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("tb-").tempdir()?;
        std::fs::create_dir(folder.path().join("log"))?;
        Ok(Self {
            children: Children::default(),
            env: vec![],
            app: None,
            folder,
        })
    }

    /// A background as a desktop has one. Without the tool for it, the plain one stays.
    pub fn desktop(&self) {
        let colours = [
            "-window",
            "root",
            "-size",
            "1600x900",
            "gradient:#7fa3a0-#2f4a57",
        ];
        let _ = self.ask("display", &colours);
    }

    /// The stage's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file or folder of the stage.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that will run on this stage: its environment is the stage's, and its errors go to the stage's log.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let name = Path::new(program.as_ref())
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let log = |ending: &str| {
            let path = self.path(&format!("log/{name}.{ending}"));
            let file = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path);
            file.map_or(Stdio::null(), Stdio::from)
        };
        let mut command = Command::new(program);
        if !self.env.is_empty() {
            for theirs in [
                "WAYLAND_DISPLAY",
                "DBUS_SESSION_BUS_ADDRESS",
                "XDG_SESSION_ID",
            ] {
                command.env_remove(theirs);
            }
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::null())
            .stdout(log("out"))
            .stderr(log("err"));
        command
    }

    /// Where the stage's session bus is.
    pub fn bus_address(&self) -> Option<&str> {
        let found = self
            .env
            .iter()
            .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
        found.map(|(_, address)| address.as_str())
    }

    /// From now on the driven app is started by this program, which hands its arguments on.
    pub fn start_app_by(&mut self, program: PathBuf) {
        self.app = Some(program);
    }

    /// What starts the app.
    pub fn app(&self) -> anyhow::Result<PathBuf> {
        self.app
            .clone()
            .map_or_else(|| crate::app::program("tillbell"), Ok)
    }

    /// Starts a program that ends with the stage.
    pub fn spawn(&mut self, name: &str, command: &mut Command) -> anyhow::Result<()> {
        self.children.spawn(name, command).map(drop)
    }

    /// Runs a small tool to its end and returns what it printed; `None` when it failed.
    pub fn ask(&self, program: &str, args: &[&str]) -> Option<String> {
        let output = self
            .command(program)
            .args(args)
            .stdout(Stdio::piped())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// A picture of the whole screen.
    pub fn picture(&self, file: &Path) -> anyhow::Result<()> {
        let file = file.to_string_lossy();
        self.ask("import", &["-window", "root", &file])
            .map(drop)
            .with_context(|| format!("no picture for {file}"))
    }

    /// A plain background in this colour, as a desktop would have one.
    pub fn background(&self, colour: &str) {
        let _ = self.ask("xsetroot", &["-solid", colour]);
    }

    /// Something that stands in for the shop's own programs: a terminal window with this title.
    pub fn other_program(&mut self, title: &str, line: &str) -> anyhow::Result<()> {
        let mut command = self.command("xterm");
        command.args([
            "-T",
            title,
            "-geometry",
            "90x24+40+40",
            "-fa",
            "Monospace",
            "-fs",
            "11",
            "-e",
            "sh",
            "-c",
            line,
        ]);
        self.spawn("xterm", &mut command)?;
        wait::until_now("the other program's window", 10, || {
            self.ask(
                "xdotool",
                &["search", "--onlyvisible", "--name", &format!("^{title}$")],
            )
        });
        Ok(())
    }

    fn set_folders(&mut self) {
        let path = |name: &str| self.path(name).to_string_lossy().into_owned();
        self.env = [
            ("HOME", path("home")),
            ("XDG_RUNTIME_DIR", path("run")),
            ("XDG_CACHE_HOME", path("home/cache")),
            ("XDG_CONFIG_HOME", path("home/config")),
            ("XDG_DATA_HOME", path("home/share")),
            ("GDK_BACKEND", "x11".to_owned()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            // The speech library starts a service of its own where there is none; it would outlive the stage.
            ("SPEECHD_CMD", "/bin/false".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    }

    /// Sets a variable for every program that starts from now on.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.into()));
    }

    fn display(&mut self) -> anyhow::Result<()> {
        let mut command = self.command("Xvfb");
        // It chooses a free number and writes it to its standard output.
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1600x900x24",
            "-dpi",
            "96",
            "-nolisten",
            "tcp",
        ]);
        self.server("Xvfb", command)
    }

    /// Starts a display that says its number.
    fn server(&mut self, name: &str, mut command: Command) -> anyhow::Result<()> {
        command.stdout(Stdio::piped());
        let child = self.children.spawn(name, &mut command)?;
        let mut number = String::new();
        BufReader::new(child.stdout.take().context("a display without output")?)
            .read_line(&mut number)?;
        anyhow::ensure!(!number.trim().is_empty(), "{name} did not start");
        self.set("DISPLAY", format!(":{}", number.trim()));
        Ok(())
    }

    fn bus(&mut self) -> anyhow::Result<()> {
        let address = format!("unix:path={}", self.path("run/bus").display());
        // Nothing starts by itself on this bus: what a machine has installed makes no difference.
        let config = self.path("bus.conf");
        std::fs::write(&config, BUS)?;
        let mut command = self.command("dbus-daemon");
        command.arg("--config-file").arg(config);
        command.args(["--nofork", "--nopidfile", "--address", &address]);
        self.spawn("dbus-daemon", &mut command)?;
        self.set("DBUS_SESSION_BUS_ADDRESS", address);
        wait::until_now("the session bus", 10, || {
            self.ask("dbus-send", &bus_question("ListNames", None))
        });
        Ok(())
    }

    fn keychain(&mut self) -> anyhow::Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command
            .args(["--unlock", "--foreground", "--components=secrets"])
            .stdin(Stdio::piped());
        let child = self.children.spawn("gnome-keyring-daemon", &mut command)?;
        // The password that makes and opens the login keychain; the end of the input ends it.
        child
            .stdin
            .take()
            .context("the keychain has no input")?
            .write_all(b"front desk")?;
        let question = bus_question("NameHasOwner", Some("string:org.freedesktop.secrets"));
        wait::until_now("the keychain", 15, || {
            self.ask("dbus-send", &question)
                .filter(|answer| answer.contains("boolean true"))
        });
        Ok(())
    }

    fn windows(&mut self) -> anyhow::Result<()> {
        // On a busy machine it was once seen to be up without having taken the screen: then it is started anew.
        for _ in 0..4 {
            let mut command = self.command("openbox");
            command.arg("--sm-disable");
            self.spawn("openbox", &mut command)?;
            let took = || {
                let answer = self.ask("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"])?;
                answer.contains("window id").then_some(())
            };
            if wait::for_now(10, took).is_some() {
                self.background("#4a6670");
                return Ok(());
            }
            self.children.end("openbox");
        }
        anyhow::bail!("there is no window manager")
    }
}

/// A session bus that lets everybody speak, and knows no services to start.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

fn bus_question(what: &'static str, argument: Option<&'static str>) -> Vec<&'static str> {
    let method = match what {
        "NameHasOwner" => "org.freedesktop.DBus.NameHasOwner",
        _ => "org.freedesktop.DBus.ListNames",
    };
    let mut words = vec![
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        method,
    ];
    words.extend(argument);
    words
}
