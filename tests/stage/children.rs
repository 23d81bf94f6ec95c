//! Programs that we started: each is ended by its own id, kindly first, and waited for.

use crate::signal::{Signal, send};
use anyhow::Context;
use std::{
    process::{Child, Command},
    time::{Duration, Instant},
};

/// Children that end with this, the youngest first.
#[derive(Default)]
pub struct Children(Vec<(String, Child)>);

impl Children {
    /// Starts a program.
    pub fn spawn(&mut self, name: &str, command: &mut Command) -> anyhow::Result<&mut Child> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {name}: run `cargo xtask setup`"))?;
        self.0.push((name.to_owned(), child));
        Ok(&mut self.0.last_mut().context("just pushed")?.1)
    }

    /// Ends the program of this name, and waits.
    pub fn end(&mut self, name: &str) {
        for (_, child) in self.0.iter_mut().rev().filter(|(known, _)| known == name) {
            end(child, Signal::TERM);
        }
        self.0.retain(|(known, _)| known != name);
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for (_, child) in self.0.iter_mut().rev() {
            end(child, Signal::TERM);
        }
    }
}

/// Asks a child to end, waits a few seconds, and ends it then.
pub fn end(child: &mut Child, ask: Signal) {
    // A child that was not waited for keeps its id, so this can hit nobody else.
    if child.try_wait().is_ok_and(|status| status.is_none()) {
        send(child.id(), ask);
    }
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        if !child.try_wait().is_ok_and(|status| status.is_none()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
}
