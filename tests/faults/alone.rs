//! The hub and the desk as processes of their own, to be killed, starved and shown a wrong clock.

use super::steps::{AtStep, Fault};
use domain::SourceConfig;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU8, Ordering},
};
use tests::{app::program, wait};

/// A standalone hub's data, and how to start it.
pub(crate) struct HubAlone {
    folder: PathBuf,
    address: SocketAddr,
    /// Its one terminal's token.
    pub(crate) token: String,
    clock: PathBuf,
}

/// A process that is killed when it goes out of scope.
pub(crate) struct Killed(pub(crate) Child);

impl Killed {
    /// Whether it has ended, by itself or by a fault.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.end().is_some()
    }

    /// How it ended, if it has.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A door of the standalone hub.
pub(crate) struct AloneDoor {
    pub(crate) url: String,
}

impl AloneDoor {
    /// The same door of a copy of its hub.
    pub(crate) fn of(&self, copy: &HubAlone) -> String {
        let door = self.url.split('/').skip(3).collect::<Vec<_>>().join("/");
        format!("http://{}/{door}", copy.address)
    }
}

/// An address that no two hubs share, whatever runs beside them: a hub that was killed comes back where it was, so
/// its port must not be one that the system hands out for connections meanwhile.
fn own_address() -> SocketAddr {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    let [.., high, low] = std::process::id().to_be_bytes();
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    SocketAddr::from(([127, high.max(1), low, count], 8_787))
}

impl HubAlone {
    /// Makes a hub with one shop and one terminal by its own command line.
    pub(crate) fn new(folder: &Path) -> Self {
        let clock = folder.join("clock");
        fs::write(&clock, "+0").unwrap();
        let mut hub = Self {
            folder: folder.to_owned(),
            address: own_address(),
            token: String::new(),
            clock,
        };
        hub.manage(&["shop", "add", "--name", "山间茶铺"], "");
        hub.token = hub.manage(&["terminal", "add", "--name", "desk"], "")["token"]
            .as_str()
            .unwrap()
            .to_owned();
        hub
    }

    /// A hub with the same shop, terminal and sources in another folder. This one must not run.
    pub(crate) fn copy(&self, folder: &Path) -> Self {
        let (from, to) = (self.folder.join("hub"), folder.join("hub"));
        fs::create_dir(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        Self {
            folder: folder.to_owned(),
            address: own_address(),
            token: self.token.clone(),
            clock: folder.join("clock"),
        }
    }

    /// Adds a source.
    pub(crate) fn add(&self, config: &SourceConfig) -> AloneDoor {
        let text = serde_json::to_string(config).unwrap();
        let setup = self.manage(&["source", "add", "--name", config.kind().as_str()], &text);
        let local = setup["addresses"]
            .as_array()
            .unwrap()
            .iter()
            .find(|a| a["reach"] == "local")
            .unwrap();
        AloneDoor {
            url: local["url"].as_str().unwrap().to_owned(),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program("tillbell-hub").unwrap());
        self.say_where(&mut command);
        command
    }

    fn say_where(&self, command: &mut Command) {
        command.env("TILLBELL_HUB_DATA", self.folder.join("hub"));
        command
            .env("TILLBELL_HUB_LISTEN", self.address())
            .env("TILLBELL_HUB_LOG", "warn");
    }

    /// Where its relay listens.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    fn manage(&self, words: &[&str], input: &str) -> Value {
        let mut command = self.command();
        let mut child = command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "tillbell-hub {words:?} failed");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Starts it and waits until it listens.
    pub(crate) fn start(&self) -> Killed {
        Self::listening(self.command().arg("serve"))
    }

    /// Starts it with a fault in it, and waits until it listens or has ended.
    pub(crate) fn start_with(&self, at_step: &AtStep, number: u64, fault: Fault) -> Killed {
        let mut command = self.command();
        at_step.place(&mut command, &self.folder, number, fault);
        command.arg("serve").stderr(Stdio::null());
        Self::spawned(&mut command).0
    }

    /// Starts it with a bound on the size of every file it writes: a disk that is full.
    pub(crate) fn start_with_full_disk(&self, kib: u64) -> Killed {
        // Ignored, the signal becomes an error of the write, as on a disk that is really full.
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" serve");
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(script)
            .arg(program("tillbell-hub").unwrap());
        self.say_where(&mut command);
        Self::listening(&mut command)
    }

    /// Starts it under a clock that [`HubAlone::set_clock`] moves.
    pub(crate) fn start_with_clock(&self) -> Killed {
        Self::listening(with_clock(&mut self.command(), &self.clock).arg("serve"))
    }

    /// Moves its clock, from now on and while it runs.
    pub(crate) fn set_clock(&self, offset: &str) {
        fs::write(&self.clock, offset).unwrap();
    }

    fn listening(command: &mut Command) -> Killed {
        let (child, line) = Self::spawned(command);
        assert!(
            line.contains("listening"),
            "the hub did not start: {line:?}"
        );
        child
    }

    fn spawned(command: &mut Command) -> (Killed, String) {
        let mut child = Killed(command.stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(child.0.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (child, line)
    }

    /// Its database.
    pub(crate) fn database(&self) -> PathBuf {
        let files = fs::read_dir(self.folder.join("hub"))
            .unwrap()
            .flatten()
            .map(|e| e.path());
        files
            .into_iter()
            .find(|path| path.extension().is_some_and(|e| e == "db" || e == "sqlite"))
            .unwrap()
    }

    /// Every payment in its log, as (number in the log, minor units), in order.
    pub(crate) fn log(&self) -> Vec<(i64, i64)> {
        let db = rusqlite::Connection::open(self.database()).unwrap();
        let mut all = db
            .prepare("SELECT seq, minor FROM payments ORDER BY seq")
            .unwrap();
        all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }
}

/// A standalone desk's data and the file of what it said.
pub(crate) struct DeskAlone {
    folder: PathBuf,
    clock: PathBuf,
}

impl DeskAlone {
    /// In this folder.
    pub(crate) fn new(folder: &Path) -> Self {
        let clock = folder.join("desk-clock");
        fs::write(&clock, "+0").unwrap();
        Self {
            folder: folder.to_owned(),
            clock,
        }
    }

    /// Where its book lies.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("desk")
    }

    /// Starts it, and waits until it is linked.
    pub(crate) fn start(&self, hub: &str, token: &str) -> Killed {
        self.linked(&mut self.command(hub, token))
    }

    /// The same under a clock that can be moved.
    pub(crate) fn start_with_clock(&self, hub: &str, token: &str) -> Killed {
        self.linked(with_clock(&mut self.command(hub, token), &self.clock))
    }

    /// Moves its clock.
    pub(crate) fn set_clock(&self, offset: &str) {
        fs::write(&self.clock, offset).unwrap();
    }

    /// Starts it with a fault in it, and waits until it is linked or has ended.
    pub(crate) fn start_with(
        &self,
        hub: &HubAlone,
        at_step: &AtStep,
        number: u64,
        fault: Fault,
    ) -> Killed {
        let mut command = self.command(&hub.address(), &hub.token);
        at_step.place(&mut command, &self.folder, number, fault);
        let before = self.links();
        let mut child = Killed(command.stderr(Stdio::null()).spawn().unwrap());
        wait::until_now("the desk's link, or its end", 20, || {
            (child.has_ended() || self.links() > before).then_some(())
        });
        child
    }

    /// How often it was linked.
    pub(crate) fn links(&self) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| *line == "= linked").count()
    }

    /// Starts it, and waits for nothing.
    pub(crate) fn spawn(&self, hub: &HubAlone) -> Killed {
        Killed(self.command(&hub.address(), &hub.token).spawn().unwrap())
    }

    fn command(&self, hub: &str, token: &str) -> Command {
        let mut command = Command::new(program("desk-alone").unwrap());
        command
            .arg(self.data())
            .args([hub, token])
            .arg(self.folder.join("said"));
        command
    }

    fn linked(&self, command: &mut Command) -> Killed {
        let before = self.links();
        let child = Killed(command.spawn().unwrap());
        wait::until_now("the desk's link", 20, || {
            (self.links() > before).then_some(())
        });
        child
    }

    /// How many sentences it has said to their end.
    pub(crate) fn ended(&self) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| *line == "= ended").count()
    }

    /// Everything it said, run by run.
    pub(crate) fn said_by_run(&self) -> Vec<Vec<String>> {
        let mut runs: Vec<Vec<String>> = vec![];
        for line in self.lines() {
            match line.as_str() {
                "= run" => runs.push(vec![]),
                "= linked" | "= ended" => {}
                _ => runs.last_mut().unwrap().push(line),
            }
        }
        runs
    }

    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("said")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Lets a program see a clock that stands in a file.
fn with_clock<'a>(command: &'a mut Command, clock: &Path) -> &'a mut Command {
    // Debian has a folder per architecture, Fedora `lib64`, Arch `lib`.
    let by_architecture = fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path());
    let library = ["/usr/lib64", "/usr/lib"]
        .into_iter()
        .map(PathBuf::from)
        .chain(by_architecture)
        .map(|folder| folder.join("faketime/libfaketime.so.1"))
        .find(|path| path.is_file())
        .expect("libfaketime: run `cargo xtask setup`");
    command
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", clock)
        .env("FAKETIME_NO_CACHE", "1");
    // Only the wall clock jumps, as it does when somebody sets it.
    command
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("FAKETIME_DONT_RESET", "1")
}
