//! What stands on a counter, each a program of its own: a display on a pseudo-terminal, a receipt printer on a network
//! port. What the display shows is read from the bytes that it got.

#[path = "../crates/devices/tests/simulator/program.rs"]
mod program;

pub use program::Program;

use crate::app;
use devices::display::{CommandSet, Display as Kind, decode::Decoder};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A customer display. It is unplugged when this ends.
pub struct Display {
    program: Program,
    decoder: Decoder,
    path: PathBuf,
    bytes: usize,
}

impl Display {
    /// Switches one on that obeys this command set.
    pub fn new(set: CommandSet) -> Self {
        let mut program =
            Program::start(&mut Command::new(app::program("device-simulator").unwrap()));
        let ready = program.line();
        Self {
            path: ready.strip_prefix("ready ").unwrap().into(),
            decoder: Decoder::new(&Kind::preset(set)),
            program,
            bytes: 0,
        }
    }

    /// The pseudo-terminal that is its line.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands on it now.
    pub fn rows(&mut self) -> Vec<String> {
        for line in self.program.more() {
            self.take(&line);
        }
        self.decoder.shown().rows
    }

    /// Waits for the next bytes, which must come, and tells what stands on it then.
    pub fn next_rows(&mut self) -> Vec<String> {
        let line = self.program.line();
        self.take(&line);
        self.decoder.shown().rows
    }

    /// So many bytes came.
    pub fn bytes(&mut self) -> usize {
        self.rows();
        self.bytes
    }

    fn take(&mut self, line: &str) {
        if let Some(hex) = line.strip_prefix("got ") {
            let bytes = hex::decode(hex).unwrap();
            self.bytes += bytes.len();
            self.decoder.feed(&bytes);
        }
    }

    /// Waits until this stands on it.
    pub async fn shows(&mut self, text: &str) -> Vec<String> {
        let mut last = Vec::new();
        let began = std::time::Instant::now();
        while began.elapsed().as_secs() < 30 {
            last = self.rows();
            if last.iter().any(|row| row.contains(text)) {
                return last;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("the display does not show {text:?} but {last:?}");
    }
}

/// A receipt printer of 58 millimetres with Chinese letters.
pub struct Printer {
    program: Program,
    address: String,
    papers: Vec<Value>,
}

impl Printer {
    /// Switches one on; its papers are drawn into `folder`.
    pub fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut command = Command::new(app::program("printer-simulator").unwrap());
        command.arg("--folder").arg(folder);
        let mut program = Program::start(&mut command);
        let ready = program.line();
        Self {
            address: ready.strip_prefix("ready ").unwrap().to_owned(),
            program,
            papers: Vec::new(),
        }
    }

    /// Where it is, as settings have it.
    pub fn address(&self) -> String {
        format!("tcp:{}", self.address)
    }

    /// Its host and port, as a person types them.
    pub fn host_and_port(&self) -> (String, String) {
        let (host, port) = self.address.rsplit_once(':').unwrap();
        (host.to_owned(), port.to_owned())
    }

    /// Orders `hang`, `break`, `paper-out`, `paper-ends` or `resume`.
    pub fn order(&mut self, word: &str) {
        for line in self.program.order(word) {
            self.papers.push(serde_json::from_str(&line).unwrap());
        }
    }

    /// Every paper that came out so far.
    pub fn papers(&mut self) -> &[Value] {
        for line in self.program.more() {
            self.papers.push(serde_json::from_str(&line).unwrap());
        }
        &self.papers
    }

    /// Waits for so many papers in all and returns the last; there must be no more.
    pub async fn prints(&mut self, papers: usize) -> Value {
        let began = std::time::Instant::now();
        while self.papers().len() < papers && began.elapsed().as_secs() < 60 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(self.papers.len(), papers, "papers: {:#?}", self.papers);
        let last = self.papers[papers - 1].clone();
        assert_eq!(last["faults"], serde_json::json!([]), "{last:#}");
        last
    }
}

/// The lines of a paper.
pub fn lines(paper: &Value) -> String {
    let lines = paper["lines"].as_array().unwrap();
    let text = |line: &Value| line.as_str().unwrap().to_owned();
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}
