//! The system's usual voices, through `tts`: OneCore on Windows, AVFoundation on a Mac, speech-dispatcher on Linux.

use super::{
    Fault, InstalledVoice, Utterance,
    engine::{Engine, Event, Known, Lost, Mark, Tell},
};
use std::{mem::ManuallyDrop, sync::PoisonError};
use tts::{Tts, UtteranceId};

/// How far towards the backend's fastest the double speed lies; backends end at different multiples of normal.
#[cfg(target_os = "linux")]
const DOUBLE_SPEED: f32 = 0.6;
#[cfg(target_os = "windows")]
const DOUBLE_SPEED: f32 = 0.2;
#[cfg(not(any(target_os = "linux", target_os = "windows")))]
const DOUBLE_SPEED: f32 = 0.3;

/// The engine.
pub(super) struct Usual {
    /// Never dropped: a late callback of a `Tts` that is gone panics inside C code, which ends the program. What leaks
    /// is one connection per lost voice.
    tts: ManuallyDrop<Tts>,
    voices: Vec<tts::Voice>,
    known: Known,
    /// The id of the voice that is set; setting one anew makes some backends list all voices again.
    set: Option<String>,
}

impl From<tts::Error> for Lost {
    fn from(error: tts::Error) -> Self {
        Self::new(error)
    }
}

fn mark(id: &UtteranceId) -> Mark {
    format!("{id:?}")
}

impl Usual {
    pub(super) fn open(tell: &Tell, known: &Known) -> Result<Self, Lost> {
        let tts = Tts::default()?;
        // The crate calls back with its locks held: nothing may be done there but to send.
        let send = |event: fn(Mark) -> Event| {
            let tell = tell.clone();
            Some(Box::new(move |id| tell(event(mark(&id)))) as Box<dyn FnMut(UtteranceId)>)
        };
        tts.on_utterance_begin(send(Event::Began))?;
        tts.on_utterance_end(send(Event::Ended))?;
        tts.on_utterance_stop(send(Event::Ended))?;
        let voices = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Self {
            tts: ManuallyDrop::new(tts),
            voices,
            known: known.clone(),
            set: None,
        })
    }
}

impl Engine for Usual {
    fn name(&self) -> &'static str {
        "usual"
    }

    fn voices(&mut self, anew: bool) -> Result<Vec<InstalledVoice>, Lost> {
        if anew || self.voices.is_empty() {
            self.voices = self.tts.voices()?;
            *self.known.lock().unwrap_or_else(PoisonError::into_inner) = self.voices.clone();
        }
        let installed = self.voices.iter().map(|voice| InstalledVoice {
            id: voice.id(),
            name: voice.name(),
            language: voice.language().as_str().to_owned(),
        });
        Ok(installed.collect())
    }

    fn prepare(&mut self, voice: &str) -> Result<(), Lost> {
        if self.set.as_deref() == Some(voice) {
            return Ok(());
        }
        let found = self.voices.iter().find(|known| known.id() == voice);
        let found = found.ok_or_else(|| Lost::new("the voice is gone"))?;
        self.tts.set_voice(found)?;
        self.set = Some(voice.to_owned());
        Ok(())
    }

    fn say(&mut self, what: &Utterance, voice: &str) -> Result<Result<Option<Mark>, Fault>, Lost> {
        self.prepare(voice)?;
        let features = self.tts.supported_features();
        if features.rate {
            let (min, normal, max) = (
                self.tts.min_rate(),
                self.tts.normal_rate(),
                self.tts.max_rate(),
            );
            self.tts.set_rate(rate(what.rate, min, normal, max))?;
        }
        if features.volume {
            let (min, max) = (self.tts.min_volume(), self.tts.max_volume());
            self.tts.set_volume(volume(what.volume, min, max))?;
        }
        let id = self.tts.speak(&what.text, false)?;
        Ok(Ok(id.as_ref().map(mark)))
    }

    fn stop(&mut self) -> Result<(), Lost> {
        self.tts.stop()?;
        Ok(())
    }
}

/// Percent of normal speed on the backend's own scale.
#[expect(clippy::float_arithmetic, reason = "speed of a voice, not money")]
fn rate(percent: u16, min: f32, normal: f32, max: f32) -> f32 {
    let percent = f32::from(percent.clamp(50, 200));
    if percent < 100.0 {
        min + (normal - min) * (percent - 50.0) / 50.0
    } else {
        normal + (max - normal) * DOUBLE_SPEED * (percent - 100.0) / 100.0
    }
}

/// Percent of full volume on the backend's own scale.
#[expect(clippy::float_arithmetic, reason = "loudness, not money")]
fn volume(percent: u8, min: f32, max: f32) -> f32 {
    min + (max - min) * f32::from(percent.min(100)) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_becomes_the_backends_scale() {
        // speech-dispatcher: -100 to 100, normal 0. WinRT: 0.5 to 6, normal 1.
        for (percent, min, normal, max, low, high) in [
            (100, -100.0, 0.0, 100.0, 0.0, 0.0),
            (50, -100.0, 0.0, 100.0, -100.0, -100.0),
            (0, -100.0, 0.0, 100.0, -100.0, -100.0),
            (200, -100.0, 0.0, 100.0, 10.0, 80.0),
            (999, -100.0, 0.0, 100.0, 10.0, 80.0),
            (100, 0.5, 1.0, 6.0, 1.0, 1.0),
        ] {
            let found = rate(percent, min, normal, max);
            assert!((low..=high).contains(&found), "{percent} gave {found}");
        }
        assert_eq!(
            (
                volume(0, -100.0, 100.0),
                volume(100, -100.0, 100.0),
                volume(50, 0.0, 1.0)
            ),
            (-100.0, 100.0, 0.5)
        );
    }
}
