//! The real speaker: the system's voice through `tts`, and our chime, each on one owned thread.
//!
//! Nothing of `tts` is touched outside its thread: it may block, panic, or hang for ever. A panic ends the thread
//! and with it every pending answer; a hang is the caller's watchdog's, which drops this speaker and opens another.

use super::{Fault, InstalledVoice, Speaker, SpeechFactory, Utterance, chime, fit};
use crate::settings::SpeechLanguage;
use futures_util::future::{BoxFuture, FutureExt};
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;
use tts::{Tts, UtteranceId};

/// How far towards the backend's fastest the double speed lies; backends end at different multiples of normal.
#[cfg(target_os = "linux")]
const DOUBLE_SPEED: f32 = 0.6;
#[cfg(target_os = "windows")]
const DOUBLE_SPEED: f32 = 0.2;
#[cfg(not(any(target_os = "linux", target_os = "windows")))]
const DOUBLE_SPEED: f32 = 0.3;

/// How old the list of voices may be when it is asked for. It takes seconds with espeak-ng's 13,000.
const LIST_KEEPS: Duration = Duration::from_secs(10);

/// Opens the system's voice and sound output.
#[derive(Debug, Clone, Default)]
pub struct SystemSpeech {
    /// The voices that the last speaker found: one that replaces it need not ask before it speaks.
    known: Known,
}

type Known = Arc<Mutex<Vec<tts::Voice>>>;

impl SpeechFactory for SystemSpeech {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(SystemSpeaker::start(self.known.clone()))
    }
}

struct SystemSpeaker {
    voice: mpsc::Sender<Message>,
    chime: mpsc::Sender<chime::Ring>,
}

/// All that the voice's thread waits for comes on one channel.
enum Message {
    Prepare(SpeechLanguage, Option<String>),
    Say(
        Utterance,
        oneshot::Sender<()>,
        oneshot::Sender<Result<(), Fault>>,
    ),
    Voices(oneshot::Sender<Result<Vec<InstalledVoice>, Fault>>),
    Hush,
    /// From the backend's callbacks.
    Began(Mark),
    Ended(Mark),
    /// The speaker was dropped. Callbacks hold senders too, so the channel never closes by itself.
    Quit,
}

impl SystemSpeaker {
    fn start(known: Known) -> Self {
        let (voice, messages) = mpsc::channel();
        let (chime, rings) = mpsc::channel();
        let events = voice.clone();
        spawn("voice", move || VoiceThread::run(&messages, &events, known));
        spawn("chime", move || chime::play_all(&rings));
        Self { voice, chime }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) {
    let named = name.to_owned();
    let guarded = move || {
        if catch_unwind(AssertUnwindSafe(body)).is_err() {
            tracing::error!(
                thread = named,
                "a sound thread panicked; it will be started again"
            );
        }
    };
    if let Err(error) = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(guarded)
    {
        tracing::error!(%error, name, "no thread for sound");
    }
}

impl Drop for SystemSpeaker {
    fn drop(&mut self) {
        let _ = self.voice.send(Message::Quit);
    }
}

/// A thread that is gone drops the other end.
fn answer<T: Send + 'static>(
    reply: oneshot::Receiver<Result<T, Fault>>,
    gone: Fault,
) -> BoxFuture<'static, Result<T, Fault>> {
    async move { reply.await.unwrap_or(Err(gone)) }.boxed()
}

impl Speaker for SystemSpeaker {
    fn prepare(&self, language: SpeechLanguage, voice: Option<String>) {
        let _ = self.voice.send(Message::Prepare(language, voice));
    }

    fn chime(&self, volume: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        let (reply, ended) = oneshot::channel();
        let _ = self.chime.send(chime::Ring { volume, reply });
        answer(ended, Fault::NoOutput)
    }

    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        let (reply, ended) = oneshot::channel();
        let _ = self.voice.send(Message::Say(what, began, reply));
        answer(ended, Fault::NoSpeech)
    }

    fn hush(&self) {
        let _ = self.voice.send(Message::Hush);
    }

    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        let (reply, ended) = oneshot::channel();
        let _ = self.voice.send(Message::Voices(reply));
        answer(ended, Fault::NoSpeech)
    }
}

/// What the voice's thread owns.
struct VoiceThread {
    tts: Tts,
    voices: Vec<tts::Voice>,
    /// When they were asked for; `None`: they are what an earlier speaker knew.
    listed: Option<Instant>,
    known: Known,
    /// The id of the voice that is set; setting one anew makes some backends list all voices again.
    set: Option<String>,
}

/// A sentence's id as text. The crate's own type can be compared on some systems only, and sent to another thread on
/// others only.
type Mark = String;

fn mark(id: &UtteranceId) -> Mark {
    format!("{id:?}")
}

/// A sentence under way.
struct UnderWay {
    id: Option<Mark>,
    began: Option<oneshot::Sender<()>>,
    reply: oneshot::Sender<Result<(), Fault>>,
}

impl VoiceThread {
    fn run(messages: &mpsc::Receiver<Message>, events: &mpsc::Sender<Message>, known: Known) {
        match Self::open(events, known) {
            Ok(mut thread) => {
                if let Err(error) = thread.serve(messages) {
                    tracing::warn!(%error, "the voice is lost");
                }
                // Never dropped: a late callback of a `Tts` that is gone panics inside C code, which ends the program.
                // What leaks is one connection per lost voice.
                std::mem::forget(thread);
            }
            Err(error) => tracing::warn!(%error, "no voice could be opened"),
        }
    }

    fn open(events: &mpsc::Sender<Message>, known: Known) -> Result<Self, tts::Error> {
        let tts = Tts::default()?;
        // The crate calls back with its locks held: nothing may be done there but to send.
        let send = |to: &mpsc::Sender<Message>, message: fn(Mark) -> Message| {
            let to = to.clone();
            Some(Box::new(move |id| drop(to.send(message(mark(&id)))))
                as Box<dyn FnMut(UtteranceId)>)
        };
        tts.on_utterance_begin(send(events, Message::Began))?;
        tts.on_utterance_end(send(events, Message::Ended))?;
        tts.on_utterance_stop(send(events, Message::Ended))?;
        let voices = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut thread = Self {
            tts,
            voices,
            listed: None,
            known,
            set: None,
        };
        if thread.voices.is_empty() {
            thread.ask_voices()?;
        }
        Ok(thread)
    }

    /// Serves until the speaker is dropped, or the backend refuses to speak.
    fn serve(&mut self, messages: &mpsc::Receiver<Message>) -> Result<(), tts::Error> {
        let mut under_way: Option<UnderWay> = None;
        for message in messages {
            match message {
                Message::Quit => {
                    if under_way.is_some() {
                        let _ = self.tts.stop();
                    }
                    return Ok(());
                }
                Message::Prepare(language, voice) => {
                    // A voice that is not there is told when something is to be said.
                    let _ = self.choose(language, voice.as_deref())?;
                }
                Message::Voices(reply) => {
                    self.refresh_voices()?;
                    let _ = reply.send(Ok(self.list()));
                }
                Message::Hush if under_way.is_some() => drop(self.tts.stop()?),
                Message::Hush => {}
                Message::Say(what, began, reply) => {
                    under_way = None;
                    match self.say(&what) {
                        Ok(Ok(id)) => {
                            under_way = Some(UnderWay {
                                id,
                                began: Some(began),
                                reply,
                            })
                        }
                        Ok(Err(fault)) => drop(reply.send(Err(fault))),
                        Err(error) => {
                            let _ = reply.send(Err(Fault::NoSpeech));
                            return Err(error);
                        }
                    }
                }
                Message::Began(id) => {
                    if let Some(now) = under_way
                        .as_mut()
                        .filter(|now| now.id.as_ref().is_none_or(|own| *own == id))
                        && let Some(began) = now.began.take()
                    {
                        let _ = began.send(());
                    }
                }
                Message::Ended(id) => {
                    if let Some(now) =
                        under_way.take_if(|now| now.id.as_ref().is_none_or(|own| *own == id))
                    {
                        // Ended without having begun: it was stopped before.
                        let _ = now.reply.send(Ok(()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands one sentence over. The outer error is a dead backend, the inner one a voice that is not there.
    fn say(&mut self, what: &Utterance) -> Result<Result<Option<Mark>, Fault>, tts::Error> {
        if let Err(fault) = self.choose(what.language, what.voice.as_deref())? {
            return Ok(Err(fault));
        }
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

    fn ask_voices(&mut self) -> Result<(), tts::Error> {
        self.voices = self.tts.voices()?;
        self.listed = Some(Instant::now());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = self.voices.clone();
        Ok(())
    }

    /// Asks again unless it was just done: voices are installed while the program runs.
    fn refresh_voices(&mut self) -> Result<(), tts::Error> {
        if self.listed.is_none_or(|at| at.elapsed() > LIST_KEEPS) {
            self.ask_voices()?;
        }
        Ok(())
    }

    /// Sets the wished voice if it is there and fits the language, else the best that fits.
    fn choose(
        &mut self,
        language: SpeechLanguage,
        wish: Option<&str>,
    ) -> Result<Result<(), Fault>, tts::Error> {
        let found = match self.best(language, wish) {
            Some(found) => found,
            None => {
                self.refresh_voices()?;
                let Some(found) = self.best(language, wish) else {
                    return Ok(Err(Fault::NoVoiceForLanguage));
                };
                found
            }
        };
        if self.set.as_deref() != Some(found.id().as_str()) {
            self.tts.set_voice(&found)?;
            self.set = Some(found.id());
        }
        Ok(Ok(()))
    }

    fn best(&self, language: SpeechLanguage, wish: Option<&str>) -> Option<tts::Voice> {
        let fitting = self
            .voices
            .iter()
            .filter_map(|v| fit(language, v.language().as_str()).map(|fit| (v, fit)));
        let rank = |voice: &tts::Voice, fit| {
            (
                wish != Some(voice.id().as_str()),
                is_variant(&voice.name()),
                fit,
            )
        };
        fitting
            .min_by_key(|(voice, fit)| rank(voice, *fit))
            .map(|(voice, _)| voice.clone())
    }

    /// The voices without espeak-ng's hundred variants of each (`Hindi+Andy`).
    fn list(&self) -> Vec<InstalledVoice> {
        let names: HashSet<String> = self.voices.iter().map(tts::Voice::name).collect();
        let plain = |voice: &&tts::Voice| {
            !voice
                .name()
                .split_once('+')
                .is_some_and(|(base, _)| names.contains(base))
        };
        self.voices
            .iter()
            .filter(plain)
            .map(|v| InstalledVoice {
                id: v.id(),
                name: v.name(),
                language: v.language().as_str().to_owned(),
            })
            .collect()
    }
}

fn is_variant(name: &str) -> bool {
    cfg!(target_os = "linux") && name.contains('+')
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
