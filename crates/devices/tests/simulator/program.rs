//! A simulated device: a program of its own that says a line for each thing that happens, and takes orders.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Nothing that a device says takes so long unless it hangs.
const LATE: Duration = Duration::from_secs(60);

/// The program. It ends with this.
pub struct Program {
    process: Child,
    orders: ChildStdin,
    lines: mpsc::Receiver<String>,
}

impl Program {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            orders: process.stdin.take().unwrap(),
            process,
            lines,
        }
    }

    /// The next line, which must come.
    pub fn line(&mut self) -> String {
        self.lines.recv_timeout(LATE).expect("the device to speak")
    }

    /// What it said meanwhile.
    pub fn more(&mut self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Orders something; what it says until it obeys is returned.
    pub fn order(&mut self, word: &str) -> Vec<String> {
        writeln!(self.orders, "{word}").unwrap();
        let mut before = Vec::new();
        loop {
            let line = self.line();
            if line == "done" {
                return before;
            }
            before.push(line);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
