//! The PC: where the app lies on it, how programs are started, and how its files, registry and windows are looked at.

use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Where the app lies below the person's folder: with a space and Chinese, as on real PCs.
const PLACE: &str = "Programs/收银 台";
/// No step takes longer, even on a machine that is busy with other things.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

pub(crate) struct Pc {
    /// The person's `AppData\Local`, as a folder of ours.
    pub(crate) home: PathBuf,
    /// The port that the hub is told to take.
    pub(crate) port: u16,
    drive_c: PathBuf,
    scratch: PathBuf,
}

/// The app, running. It is ended, whatever happens.
pub(crate) struct Running {
    pub(crate) child: Child,
}

impl Running {
    /// Waits for its end; `None` when it does not come.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        look(BOUND, || self.child.try_wait().ok().flatten()).and_then(|status| status.code())
    }

    /// Whether it still runs.
    pub(crate) fn alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again; `None` after the bound.
pub(crate) fn look<T>(bound: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if began.elapsed() > bound {
            return None;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Pc {
    /// Puts the app and the hub's own program onto the PC, as somebody would who was given a folder.
    pub(crate) fn new(programs: &Path, drive_c: &Path) -> anyhow::Result<Self> {
        // The one person with a space in the name, whom `cross-check` made.
        let users = fs::read_dir(drive_c.join("users"))?.flatten();
        let person = users
            .map(|entry| entry.path())
            .find(|path| path.to_string_lossy().contains(' '))
            .context("this Wine has no person")?;
        let home = person.join("AppData/Local");
        for old in [PLACE, "app.tillbell.desktop", "账 本"] {
            let _ = fs::remove_dir_all(home.join(old));
        }
        fs::create_dir_all(home.join(PLACE))?;
        let scratch = drive_c.join("scratch");
        fs::create_dir_all(&scratch)?;
        for file in ["tillbell.exe", "tillbell-hub.exe", "WebView2Loader.dll"] {
            let from = programs.join(file);
            fs::copy(&from, home.join(PLACE).join(file))
                .with_context(|| format!("{} was not built", from.display()))?;
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("windows_desk/end.c");
        let compiled = Command::new("x86_64-w64-mingw32-gcc")
            .arg("-o")
            .arg(scratch.join("end.exe"))
            .arg(source)
            .status()?;
        ensure!(compiled.success(), "end.c was not compiled");
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        Ok(Self {
            home,
            port,
            drive_c: drive_c.to_owned(),
            scratch,
        })
    }

    /// A file's name as Windows says it.
    pub(crate) fn windows_path(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.drive_c).unwrap_or(path);
        format!(r"C:\{}", below.to_string_lossy().replace('/', r"\"))
    }

    /// The program's own path.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.home.join(PLACE).join(name)
    }

    fn wine(&self) -> Command {
        let mut wine = Command::new("wine");
        // Wine's services keep open what a program is given: never a pipe.
        wine.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .env("TILLBELL_PORT", self.port.to_string());
        wine
    }

    /// Starts the app.
    pub(crate) fn start(&self, args: &[&str]) -> anyhow::Result<Running> {
        let program = self.windows_path(&self.program("tillbell.exe"));
        let child = self.wine().arg(program).args(args).spawn()?;
        Ok(Running { child })
    }

    /// Runs a program of Windows' own, or of ours, with this input to its end; what it printed.
    pub(crate) fn ask(&self, words: &[&str], input: &str) -> anyhow::Result<String> {
        let (before, after) = (self.scratch.join("in"), self.scratch.join("out"));
        fs::write(&before, input)?;
        let child = self
            .wine()
            .args(words)
            .stdin(fs::File::open(&before)?)
            .stdout(fs::File::create(&after)?)
            .spawn()?;
        let mut running = Running { child };
        let code = running.ended();
        let said = String::from_utf8_lossy(&fs::read(&after)?).into_owned();
        ensure!(code == Some(0), "`{}` ended with {code:?}", words.join(" "));
        Ok(said)
    }

    /// Asks the app to end as its installer does.
    pub(crate) fn ask_to_end(&self) -> anyhow::Result<()> {
        self.ask(&[r"C:\scratch\end.exe"], "").map(drop)
    }

    /// A text in the registry.
    pub(crate) fn registry(&self, key: &str, name: &str) -> anyhow::Result<Option<String>> {
        let file = self.scratch.join("export.reg");
        let _ = fs::remove_file(&file);
        let path = self.windows_path(&file);
        if self.ask(&["reg", "export", key, &path, "/y"], "").is_err() {
            return Ok(None);
        }
        let units: Vec<u16> = fs::read(&file)?
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Ok(value(&String::from_utf16_lossy(&units), name))
    }

    /// Writes a text to the registry.
    pub(crate) fn write_registry(&self, key: &str, name: &str, text: &str) -> anyhow::Result<()> {
        let words = [
            "reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", text, "/f",
        ];
        self.ask(&words, "").map(drop)
    }

    /// The app's log in this folder of data.
    pub(crate) fn log(&self, data: &Path) -> String {
        let files = fs::read_dir(data.join("log")).into_iter().flatten();
        let mut files: Vec<PathBuf> = files.flatten().map(|entry| entry.path()).collect();
        files.sort();
        files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap_or_default())
            .collect()
    }

    /// Waits until the log says this so many times.
    pub(crate) fn logged(&self, data: &Path, what: &str, times: usize) -> anyhow::Result<()> {
        let found = look(BOUND, || {
            (self.log(data).matches(what).count() >= times).then_some(())
        });
        let log = self.log(data);
        let last: Vec<&str> = log.lines().rev().take(4).collect();
        found.with_context(|| format!("the log never said {what:?}; its last lines: {last:#?}"))
    }

    /// The windows on show with this title.
    pub(crate) fn windows(&self, title: &str) -> Vec<String> {
        let words = ["search", "--onlyvisible", "--name", title];
        let said = Command::new("xdotool").args(words).output();
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        said.unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Presses a key in a window.
    pub(crate) fn press(&self, window: &str, key: &str) {
        for words in [
            &["windowfocus", "--sync", window][..],
            &["key", "--clearmodifiers", key],
        ] {
            let _ = Command::new("xdotool").args(words).status();
        }
    }

    /// A picture of the screen, for people to look at.
    pub(crate) fn picture(&self, name: &str) {
        let folder = self.drive_c.join("../../pictures");
        let file = folder.join(format!("{name}.png"));
        let drawn = fs::create_dir_all(&folder).is_ok()
            && Command::new("import")
                .args(["-window", "root"])
                .arg(&file)
                .status()
                .is_ok_and(|status| status.success());
        if drawn {
            println!("a picture: {}", file.display());
        }
    }
}

/// A text in what `reg export` wrote.
fn value(export: &str, name: &str) -> Option<String> {
    let start = format!("\"{name}\"=\"");
    let line = export.lines().find_map(|line| line.strip_prefix(&start))?;
    let text = line.trim_end().strip_suffix('"')?;
    Some(text.replace("\\\"", "\"").replace("\\\\", "\\"))
}
