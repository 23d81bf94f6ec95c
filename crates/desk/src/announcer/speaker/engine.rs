//! The ways to the system's voices. Most systems have one; Windows has two that do not know of each other's voices.

use super::{Fault, InstalledVoice, Utterance, usual::Usual};
use std::sync::{Arc, Mutex};

/// A sentence's id as text. The engines' own types can be compared on some systems only, and sent to another thread
/// on others only.
pub(super) type Mark = String;

/// What an engine tells of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The voice begins.
    Began(Mark),
    /// It ended, or was stopped.
    Ended(Mark),
    /// It cannot be said.
    #[cfg_attr(
        not(target_os = "windows"),
        allow(dead_code, reason = "the other systems' engines never tell")
    )]
    Failed(Mark, Fault),
}

/// Where engines tell it: from any thread, and nothing may be done there but to send.
pub(super) type Tell = Arc<dyn Fn(Event) + Send + Sync>;

/// The voices that the last speaker found: one that replaces it need not ask before it speaks.
pub(super) type Known = Arc<Mutex<Vec<tts::Voice>>>;

/// An engine that does not answer any more, and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Lost(String);

impl Lost {
    pub(super) fn new(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// One way to the system's voices. It lives on the voice's thread, and each call may take its time there.
pub(super) trait Engine {
    /// Its name, the same in every speaker.
    fn name(&self) -> &'static str;
    /// The voices there are, as they are known or asked anew.
    fn voices(&mut self, anew: bool) -> Result<Vec<InstalledVoice>, Lost>;
    /// Gets a voice ready.
    fn prepare(&mut self, voice: &str) -> Result<(), Lost>;
    /// Hands a sentence over; the inner error is one that another sentence may not meet.
    fn say(&mut self, what: &Utterance, voice: &str) -> Result<Result<Option<Mark>, Fault>, Lost>;
    /// Cuts off what is being said.
    fn stop(&mut self) -> Result<(), Lost>;
}

/// Every engine of this system that opens, best first.
pub(super) fn open_all(tell: &Tell, known: &Known) -> Vec<Box<dyn Engine>> {
    let mut all: Vec<Box<dyn Engine>> = Vec::new();
    match Usual::open(tell, known) {
        Ok(engine) => all.push(Box::new(engine)),
        Err(error) => tracing::warn!(%error, "the system's speech service does not open"),
    }
    // Voices that were bought, and those of Windows editions without media features, are known to SAPI only.
    #[cfg(target_os = "windows")]
    match super::sapi::Sapi::open(tell) {
        Ok(engine) => all.push(Box::new(engine)),
        Err(error) => tracing::warn!(%error, "SAPI does not open"),
    }
    all
}

/// Whether a voice is one of espeak-ng's variants of another.
pub(super) fn is_variant(name: &str) -> bool {
    cfg!(target_os = "linux") && name.contains('+')
}
