//! The real app, as somebody before the screen would use it: started on a stage, by itself or under WebDriver.

mod book;
mod driven;
mod phone;

pub use book::{Book, Times};
pub use driven::Driven;
pub use phone::Phone;

use crate::{
    signal::{Signal, send},
    stage,
    stage::Stage,
    wait,
};
use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

/// A program of the workspace that was built beside this one.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = me
        .ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file());
    found.with_context(|| {
        format!(
            "{name} is not built beside {}: run it through `cargo xtask`",
            me.display()
        )
    })
}

/// The English words of the pages, from the same file that they read.
pub fn word(key: &str) -> String {
    static ALL: std::sync::LazyLock<serde_json::Value> = std::sync::LazyLock::new(|| {
        serde_json::from_str(include_str!("../ui/src/locales/en.json")).unwrap()
    });
    let word = ALL[key].as_str();
    word.unwrap_or_else(|| panic!("no words for {key}"))
        .to_owned()
}

/// The app, started by itself.
pub struct App {
    child: Child,
}

impl App {
    /// Starts it on a stage with a data folder and further arguments.
    pub fn start(stage: &Stage, data: &Path, args: &[&str]) -> anyhow::Result<Self> {
        let mut command: Command = stage.command(program("tillbell")?);
        command.arg("--data-dir").arg(data).args(args);
        Ok(Self {
            child: command.spawn().context("cannot start the app")?,
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its exit code, once it has ended by itself; `None` if it still runs after `seconds`.
    pub fn ended(&mut self, seconds: u64) -> Option<i32> {
        wait::for_now(seconds, || {
            self.child
                .try_wait()
                .ok()?
                .map(|status| status.code().unwrap_or(-1))
        })
    }

    /// Asks it to quit and waits; true when it did so by itself.
    pub fn quit(mut self) -> bool {
        stage::end(&mut self.child, Signal::TERM);
        self.child
            .try_wait()
            .is_ok_and(|status| status.is_some_and(|s| s.success()))
    }
}

impl Drop for App {
    fn drop(&mut self) {
        stage::end(&mut self.child, Signal::TERM);
    }
}

/// The app's process that uses this data folder, whoever started it.
pub fn process_of(data: &Path) -> Option<u32> {
    let data = data.to_string_lossy();
    let is_it = |words: &[u8]| {
        let text = String::from_utf8_lossy(words);
        let mut words = text.split('\0');
        words
            .next()
            .is_some_and(|program| program.ends_with("tillbell"))
            && words.any(|word| word == data)
    };
    let ids = fs::read_dir("/proc")
        .ok()?
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|words| is_it(&words)))
        .min()
}

/// Ends the app that uses this data folder by its id, and waits until it is gone.
pub fn end_process_of(data: &Path, signal: Signal) {
    if let Some(pid) = process_of(data) {
        send(pid, signal);
        wait::until_now("the app's end", 15, || {
            process_of(data).is_none().then_some(())
        });
    }
}

/// A process and all its descendants.
pub fn family(of: u32) -> Vec<u32> {
    let parent = |id: u32| {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        text.rsplit_once(") ")?
            .1
            .split(' ')
            .nth(1)?
            .parse::<u32>()
            .ok()
    };
    let ids: Vec<u32> = fs::read_dir("/proc")
        .map(|all| {
            all.flatten()
                .filter_map(|e| e.file_name().to_str()?.parse().ok())
                .collect()
        })
        .unwrap_or_default();
    let mut family = vec![of];
    let mut at = 0;
    while at < family.len() {
        let elder = family[at];
        family.extend(ids.iter().copied().filter(|id| parent(*id) == Some(elder)));
        at += 1;
    }
    family
}

/// Memory of these processes in KiB, what is shared counted in parts (PSS).
pub fn memory_kib(ids: &[u32]) -> u64 {
    let one = |id: &u32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    ids.iter().filter_map(one).sum()
}

/// Processor time that these processes have used, in clock ticks (a hundredth of a second).
pub fn cpu_ticks(ids: &[u32]) -> u64 {
    let one = |id: &u32| {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let words: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        Some(words.get(11)?.parse::<u64>().ok()? + words.get(12)?.parse::<u64>().ok()?)
    };
    ids.iter().filter_map(one).sum()
}
