//! A port that keeps what it was sent: what tests and previews write on.

use super::{Broken, Port, PortError, Taken};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A device that exists only here. Clones share what was written.
#[derive(Debug, Clone, Default)]
pub struct Tape(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    writes: Vec<Vec<u8>>,
    answers: VecDeque<u8>,
    breaks: VecDeque<Broken>,
}

impl Tape {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every write, in order.
    pub fn writes(&self) -> Vec<Vec<u8>> {
        self.state().writes.clone()
    }

    /// Every byte, in order.
    pub fn bytes(&self) -> Vec<u8> {
        self.state().writes.concat()
    }

    /// Lets reads find these bytes.
    pub fn answer(&self, bytes: &[u8]) {
        self.state().answers.extend(bytes);
    }

    /// Lets the next write fail, after `sent` of its bytes.
    pub fn break_next(&self, sent: usize, why: PortError) {
        self.state().breaks.push_back(Broken { sent, why });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Port for Tape {
    fn write_all(&mut self, bytes: &[u8], _within: Duration) -> Result<(), Broken> {
        let mut state = self.state();
        let Some(broken) = state.breaks.pop_front() else {
            state.writes.push(bytes.to_vec());
            return Ok(());
        };
        let sent = broken.sent.min(bytes.len());
        state.writes.push(bytes[..sent].to_vec());
        Err(broken)
    }

    fn read(&mut self, buffer: &mut [u8], _within: Duration) -> Result<usize, PortError> {
        let mut state = self.state();
        let come = state.answers.len().min(buffer.len());
        for (place, byte) in buffer.iter_mut().zip(state.answers.drain(..come)) {
            *place = byte;
        }
        Ok(come)
    }

    fn settle(&mut self, _within: Duration) -> Result<Taken, PortError> {
        Ok(Taken::Confirmed)
    }
}
