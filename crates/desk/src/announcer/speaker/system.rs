//! The real speaker: the system's voices through its engines, and our chime, each on one owned thread.
//!
//! No engine is touched outside the voice's thread: it may block, panic, or hang for ever. A panic ends the thread
//! and with it every pending answer; a hang is the caller's watchdog's, which drops this speaker and opens another.
//! That covers engines that lose an utterance as well: WinRT's queue never ends when its playback fails.

use super::{
    Fault, InstalledVoice, Speaker, SpeechFactory, Utterance, chime,
    choice::{Losses, best},
    engine::{self, Engine, Event, Known, Lost, Mark},
};
use crate::settings::SpeechLanguage;
use futures_util::future::{BoxFuture, FutureExt};
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// How old the list of voices may be when it is asked for. It takes seconds with espeak-ng's 13,000.
const LIST_KEEPS: Duration = Duration::from_secs(10);

/// Opens the system's voice and sound output.
#[derive(Debug, Clone, Default)]
pub struct SystemSpeech {
    /// The voices that the last speaker found: one that replaces it need not ask before it speaks.
    known: Known,
    /// Which engines lost sentences: they are what a speaker is replaced for.
    losses: Losses,
}

impl SpeechFactory for SystemSpeech {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(SystemSpeaker::start(
            self.known.clone(),
            self.losses.clone(),
        ))
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
    /// From an engine.
    Heard(Event),
    /// The speaker was dropped. Callbacks hold senders too, so the channel never closes by itself.
    Quit,
}

impl SystemSpeaker {
    fn start(known: Known, losses: Losses) -> Self {
        let (voice, messages) = mpsc::channel();
        let (chime, rings) = mpsc::channel();
        let events = voice.clone();
        spawn("voice", move || {
            VoiceThread::run(&messages, &events, known, losses);
        });
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
    engines: Vec<Box<dyn Engine>>,
    /// Each voice, with the place of its engine.
    voices: Vec<(usize, InstalledVoice)>,
    /// When they were asked for; `None`: they are what an earlier speaker knew.
    listed: Option<Instant>,
    /// The engine that speaks, or spoke last.
    speaks: usize,
    losses: Losses,
}

/// A sentence under way.
struct UnderWay {
    mark: Option<Mark>,
    began: Option<oneshot::Sender<()>>,
    reply: oneshot::Sender<Result<(), Fault>>,
}

impl UnderWay {
    fn is(&self, mark: &Mark) -> bool {
        self.mark.as_ref().is_none_or(|own| own == mark)
    }
}

impl VoiceThread {
    fn run(
        messages: &mpsc::Receiver<Message>,
        events: &mpsc::Sender<Message>,
        known: Known,
        losses: Losses,
    ) {
        let events = events.clone();
        let tell: engine::Tell = Arc::new(move |event| drop(events.send(Message::Heard(event))));
        let engines = engine::open_all(&tell, &known);
        if engines.is_empty() {
            tracing::warn!("no voice could be opened");
            return;
        }
        let mut thread = Self {
            engines,
            voices: Vec::new(),
            listed: None,
            speaks: 0,
            losses,
        };
        let served = thread
            .ask_voices(false)
            .and_then(|()| thread.serve(messages));
        if let Err(error) = served {
            tracing::warn!(%error, "the voice is lost");
        }
    }

    /// Serves until the speaker is dropped, or an engine refuses to speak.
    fn serve(&mut self, messages: &mpsc::Receiver<Message>) -> Result<(), Lost> {
        let mut under_way: Option<UnderWay> = None;
        for message in messages {
            match message {
                Message::Quit => {
                    if under_way.is_some() {
                        let _ = self.stop();
                    }
                    return Ok(());
                }
                Message::Prepare(language, voice) => {
                    // A voice that is not there is told when something is to be said.
                    if let Some((engine, voice)) = self.choose(language, voice.as_deref())? {
                        self.engine(engine)?.prepare(&voice)?;
                    }
                }
                Message::Voices(reply) => {
                    self.refresh_voices()?;
                    let _ = reply.send(Ok(self.list()));
                }
                Message::Hush if under_way.is_some() => {
                    self.stop()?;
                    self.kept();
                }
                Message::Hush => {}
                Message::Say(what, began, reply) => {
                    under_way = None;
                    match self.say(&what) {
                        Ok(Ok(mark)) => {
                            under_way = Some(UnderWay {
                                mark,
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
                Message::Heard(event) => {
                    if heard(&mut under_way, event) {
                        self.kept();
                    }
                }
            }
        }
        Ok(())
    }

    fn engine(&mut self, at: usize) -> Result<&mut dyn Engine, Lost> {
        match self.engines.get_mut(at) {
            Some(engine) => Ok(engine.as_mut()),
            None => Err(Lost::new("there is no such engine")),
        }
    }

    /// The engine that speaks has kept its sentence.
    fn kept(&self) {
        if let Some(engine) = self.engines.get(self.speaks) {
            self.losses.kept(engine.name());
        }
    }

    fn stop(&mut self) -> Result<(), Lost> {
        self.engine(self.speaks)?.stop()
    }

    /// Hands one sentence over. The outer error is a dead engine, the inner one a voice that is not there.
    fn say(&mut self, what: &Utterance) -> Result<Result<Option<Mark>, Fault>, Lost> {
        let Some((engine, voice)) = self.choose(what.language, what.voice.as_deref())? else {
            return Ok(Err(Fault::NoVoiceForLanguage));
        };
        self.speaks = engine;
        let name = self.engine(engine)?.name();
        // Counted as lost until it has ended: an engine that hangs here never tells.
        self.losses.handed(name, Instant::now());
        let taken = self.engine(engine)?.say(what, &voice)?;
        if taken == Err(Fault::NoVoiceForLanguage) {
            // The voice was uninstalled; the engine lost nothing.
            self.losses.kept(name);
        }
        Ok(taken)
    }

    /// Asks every engine; one that has no list offers nothing, and another may still speak.
    fn ask_voices(&mut self, anew: bool) -> Result<(), Lost> {
        let mut all = Vec::new();
        let mut lost = None;
        for (at, engine) in self.engines.iter_mut().enumerate() {
            match engine.voices(anew) {
                Ok(voices) => all.extend(voices.into_iter().map(|voice| (at, voice))),
                Err(error) => lost = Some(error),
            }
        }
        self.voices = all;
        self.listed = anew.then(Instant::now);
        match lost {
            Some(lost) if self.voices.is_empty() => Err(lost),
            _ => Ok(()),
        }
    }

    /// Asks again unless it was just done: voices are installed while the program runs.
    fn refresh_voices(&mut self) -> Result<(), Lost> {
        if self.listed.is_none_or(|at| at.elapsed() > LIST_KEEPS) {
            self.ask_voices(true)?;
        }
        Ok(())
    }

    /// The wished voice if it is there and fits the language, else the best that fits, with its engine.
    fn choose(
        &mut self,
        language: SpeechLanguage,
        wish: Option<&str>,
    ) -> Result<Option<(usize, String)>, Lost> {
        let now = Instant::now();
        let engines = self.engines.iter();
        let passed_over: Vec<bool> = engines
            .map(|engine| self.losses.passed_over(engine.name(), now))
            .collect();
        if best(&self.voices, &passed_over, language, wish).is_none() {
            self.refresh_voices()?;
        }
        Ok(best(&self.voices, &passed_over, language, wish)
            .map(|(engine, voice)| (engine, voice.id.clone())))
    }

    /// The voices without espeak-ng's hundred variants of each (`Hindi+Andy`).
    fn list(&self) -> Vec<InstalledVoice> {
        let voices = self.voices.iter().map(|(_, voice)| voice);
        let names: HashSet<&str> = voices.clone().map(|voice| voice.name.as_str()).collect();
        let plain = |voice: &&InstalledVoice| {
            !voice
                .name
                .split_once('+')
                .is_some_and(|(base, _)| names.contains(base))
        };
        voices.filter(plain).cloned().collect()
    }
}

/// What an engine tells of the sentence under way; what it tells of others is late. True when it has ended.
fn heard(under_way: &mut Option<UnderWay>, event: Event) -> bool {
    match event {
        Event::Began(mark) => {
            if let Some(now) = under_way.as_mut().filter(|now| now.is(&mark))
                && let Some(began) = now.began.take()
            {
                let _ = began.send(());
            }
        }
        Event::Ended(mark) => {
            if let Some(now) = under_way.take_if(|now| now.is(&mark)) {
                // Ended without having begun: it was stopped before.
                let _ = now.reply.send(Ok(()));
                return true;
            }
        }
        Event::Failed(mark, fault) => {
            if let Some(now) = under_way.take_if(|now| now.is(&mark)) {
                let _ = now.reply.send(Err(fault));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sentence_under_way_begins_ends_and_fails() {
        let say = |mark: &str| {
            let (began, begins) = oneshot::channel();
            let (reply, ended) = oneshot::channel();
            let now = UnderWay {
                mark: Some(mark.to_owned()),
                began: Some(began),
                reply,
            };
            (Some(now), begins, ended)
        };
        let (mut now, mut begins, mut ended) = say("2");
        assert!(!heard(&mut now, Event::Began("1".to_owned())));
        assert!(!heard(&mut now, Event::Ended("1".to_owned())), "a late one");
        assert!(begins.try_recv().is_err() && ended.try_recv().is_err());
        assert!(!heard(&mut now, Event::Began("2".to_owned())));
        assert_eq!(begins.try_recv(), Ok(()));
        assert!(heard(&mut now, Event::Ended("2".to_owned())));
        assert_eq!(ended.try_recv(), Ok(Ok(())));
        assert!(now.is_none());

        let (mut now, _begins, mut ended) = say("3");
        let failed = Event::Failed("3".to_owned(), Fault::NoOutput);
        assert!(!heard(&mut now, failed), "it was not kept");
        assert_eq!(ended.try_recv(), Ok(Err(Fault::NoOutput)));
    }
}
