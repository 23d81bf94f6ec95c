//! Faults that are placed, not timed: a small library (`at_step.c`) is loaded into the program under test, numbers
//! every step that makes something durable or visible, and at a chosen one kills it, cuts its power or lets it fail.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The library, compiled once for a walk.
pub(crate) struct AtStep {
    library: PathBuf,
}

/// What happens at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: the steps are only written down.
    Nothing,
    /// The process is killed before it.
    Kill,
    /// The process is killed right after it.
    KillAfter,
    /// The power goes off before it: of what was written and not synced, nothing is on the disk.
    PowerCut,
    /// This many steps fail, each saying that the disk is full.
    Full(u32),
    /// This many steps fail as on a disk that is breaking.
    Broken(u32),
}

impl Fault {
    /// The program does not survive it.
    pub(crate) fn is_deadly(self) -> bool {
        matches!(self, Self::Kill | Self::KillAfter | Self::PowerCut)
    }

    /// How many steps fail with an error.
    pub(crate) fn errors(self) -> usize {
        match self {
            Self::Full(count) | Self::Broken(count) => usize::try_from(count).unwrap(),
            Self::Nothing | Self::Kill | Self::KillAfter | Self::PowerCut => 0,
        }
    }
}

/// One step, as the library wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) number: u64,
    pub(crate) call: String,
    /// The file within the folder, or a socket.
    pub(crate) what: String,
    whole: String,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.whole)
    }
}

impl Step {
    /// It is done to a file.
    pub(crate) fn is_on_disk(&self) -> bool {
        !self.is_on_a_socket() && !self.what.ends_with("said")
    }

    /// Something is sent.
    pub(crate) fn is_on_a_socket(&self) -> bool {
        self.what == "a socket"
    }
}

impl AtStep {
    /// Compiles the library. The C compiler is there: SQLite was compiled with it.
    pub(crate) fn build(folder: &Path) -> Self {
        let library = folder.join("at_step.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-std=gnu11", "-O1", "-Wall", "-Werror", "-shared", "-fPIC"]);
        compiler.args(["-x", "c", "-", "-ldl", "-o"]).arg(&library);
        let mut child = compiler.stdin(Stdio::piped()).spawn().unwrap();
        let source = include_bytes!("at_step.c");
        child.stdin.take().unwrap().write_all(source).unwrap();
        assert!(child.wait().unwrap().success(), "at_step.c");
        Self { library }
    }

    /// Loads it into a program whose files lie in `folder`.
    pub(crate) fn place(&self, command: &mut Command, folder: &Path, number: u64, fault: Fault) {
        let (what, count) = match fault {
            Fault::Nothing => ("nothing".to_owned(), 0),
            Fault::Kill => ("kill".to_owned(), 1),
            Fault::KillAfter => ("after".to_owned(), 1),
            Fault::PowerCut => ("power".to_owned(), 1),
            Fault::Full(count) => (rustix::io::Errno::NOSPC.raw_os_error().to_string(), count),
            Fault::Broken(count) => (rustix::io::Errno::IO.raw_os_error().to_string(), count),
        };
        command
            .env("LD_PRELOAD", &self.library)
            .env("AT_STEP_JOURNAL", journal_in(folder))
            .env("AT_STEP_FOLDER", folder.canonicalize().unwrap())
            .env("AT_STEP_N", number.to_string())
            .env("AT_STEP_WHAT", what)
            .env("AT_STEP_COUNT", count.to_string());
    }
}

fn journal_in(folder: &Path) -> PathBuf {
    folder.join("journal")
}

/// What the library wrote down.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Every step that was begun, in order.
    pub(crate) steps: Vec<Step>,
    /// The numbers of the steps at which the fault came.
    pub(crate) struck: Vec<u64>,
}

impl Journal {
    /// Of this folder, as far as it is written.
    pub(crate) fn of(folder: &Path) -> Self {
        let text = fs::read(journal_in(folder)).unwrap_or_default();
        let (mut journal, text) = (Self::default(), String::from_utf8(text).unwrap());
        for line in text.lines() {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap().to_owned();
            let number = next();
            if number == "!" {
                journal.struck.push(next().parse().unwrap());
                continue;
            }
            journal.steps.push(Step {
                number: number.parse().unwrap(),
                call: next(),
                what: next(),
                whole: line.replace('\t', " "),
            });
        }
        journal
    }

    /// The step of this number, once it was begun.
    pub(crate) fn step(&self, number: u64) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }
}

/// The steps to walk over: all of them if the walk is to be thorough; else of a row of like steps (the pages of one
/// commit) the first and the last.
pub(crate) fn worth_walking(steps: &[Step], thorough: bool) -> Vec<u64> {
    let kind = |step: &Step| (step.call.clone(), step.what.clone());
    let inner = |at: usize| {
        at > 0
            && at + 1 < steps.len()
            && steps[at].is_on_disk()
            && kind(&steps[at]) == kind(&steps[at - 1])
            && kind(&steps[at]) == kind(&steps[at + 1])
    };
    (0..steps.len())
        .filter(|at| thorough || !inner(*at))
        .map(|at| steps[at].number)
        .collect()
}
