//! The announcer's loop: one announcement at a time, with a watchdog over the voice.

use super::{
    Ask, Clock, Fault, Shared, Speaker, SpeechFactory, Spoken, Utterance, Voice, phrase,
    queue::{self, Next, Taken},
    survey::{self, Survey},
    waits::*,
};
use crate::{
    settings::SpeechLanguage,
    views::{LineId, SoundCheck, VoiceProblem, VoicesView},
};
use domain::Timestamp;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// What one announcement came to.
#[derive(Debug, Default)]
struct Heard {
    chime_at: Option<Timestamp>,
    voice_at: Option<Timestamp>,
    problem: Option<VoiceProblem>,
}

/// The loop's state.
pub(super) struct Loop {
    speech: Arc<dyn SpeechFactory>,
    speaker: Arc<dyn Speaker>,
    settings: watch::Receiver<Voice>,
    spoken: Arc<dyn Spoken>,
    clock: Clock,
    shared: Arc<Shared>,
    problem: watch::Sender<Option<VoiceProblem>>,
    /// The last sentence failed.
    voice_failed: bool,
    /// The speaker has spoken.
    proven: bool,
    /// The speaker is known to be gone: the next use opens another.
    dead: bool,
    /// The question for voices that is under way, of the speaker that is in use.
    survey: Option<Survey>,
    /// Who waits for its answer.
    surveyors: Vec<oneshot::Sender<VoicesView>>,
}

impl Loop {
    pub(super) fn new(
        speech: Arc<dyn SpeechFactory>,
        settings: watch::Receiver<Voice>,
        spoken: Arc<dyn Spoken>,
        clock: Clock,
        shared: Arc<Shared>,
        problem: watch::Sender<Option<VoiceProblem>>,
    ) -> Self {
        let speaker = speech.open();
        prepare(speaker.as_ref(), &settings.borrow());
        Self {
            speech,
            speaker,
            settings,
            spoken,
            clock,
            shared,
            problem,
            voice_failed: false,
            proven: false,
            dead: false,
            survey: None,
            surveyors: Vec::new(),
        }
    }

    /// Until stopped. What is being said then is cut off, and not marked: the next start says it again, if that is soon.
    pub(super) async fn run(mut self, mut asks: mpsc::Receiver<Ask>, stop: CancellationToken) {
        let stopped = stop.clone();
        tokio::select! {
            () = stopped.cancelled() => self.speaker.hush(),
            () = self.speak_on(&mut asks) => {}
        }
    }

    async fn speak_on(&mut self, asks: &mut mpsc::Receiver<Ask>) {
        // Whether there is a voice is found out at the start, not with the first payment; but never before it.
        self.survey = Some(self.ask_voices());
        let mut changes = self.settings.clone();
        let mut prepared = wished(&changes.borrow());
        loop {
            let Taken {
                say,
                silent,
                look_again,
            } = self.take();
            if !silent.is_empty() {
                let marked = timeout(NOTE_MAX, self.spoken.silent(silent));
                if marked.await.is_err() {
                    tracing::warn!("what stays silent could not be marked in time");
                }
            }
            if let Some(next) = say {
                self.say(next).await;
                continue;
            }
            tokio::select! {
                () = self.shared.wake.notified() => {}
                ask = asks.recv() => match ask {
                    Some(ask) => self.answer(ask).await,
                    // All handles are gone; what was pushed has been said.
                    None => return,
                },
                changed = changes.changed() => match changed {
                    Ok(()) => {
                        let wish = wished(&changes.borrow_and_update());
                        if wish != prepared {
                            prepare(self.speaker.as_ref(), &self.settings.borrow());
                            self.survey = Some(self.ask_voices());
                            prepared = wish;
                        }
                    }
                    Err(_) => return,
                },
                found = survey::wait_for(&mut self.survey) => {
                    self.survey = None;
                    self.found(found);
                }
                () = sleep(look_again.unwrap_or_default()), if look_again.is_some() => {}
            }
        }
    }

    fn take(&self) -> Taken {
        let voice = self.settings.borrow().clone();
        self.shared.queue().take((self.clock)(), &voice)
    }

    async fn say(&mut self, next: Next) {
        let voice = self.settings.borrow().clone();
        let now = (self.clock)();
        let (text, lines) = match next {
            Next::Check => (phrase::check(&voice), Vec::new()),
            Next::Listening(change) => (phrase::listening(&voice, change, now), Vec::new()),
            Next::Payment(one) => (phrase::payment(&voice, &one), vec![one.line]),
            Next::Sum(sum) => (phrase::sum(&voice, &sum, now), sum.lines),
        };
        self.sound(text, lines, voice.settings.chime, false).await;
    }

    /// Chime and words. The rows are noted before the words and marked after them: what is cut off in between was not
    /// heard, so the next start says it again, and says that it repeats it.
    async fn sound(
        &mut self,
        text: String,
        lines: Vec<LineId>,
        chime: bool,
        checking: bool,
    ) -> Heard {
        let settings = self.settings.borrow().settings.clone();
        let language = self.settings.borrow().language;
        let mut heard = Heard::default();
        if self.dead {
            self.reopen();
        }
        let noted = self.note(&lines);
        if chime {
            // The note is made while the chime sounds: it costs the words no time.
            tokio::join!(self.chime(settings.volume, &mut heard), noted);
        } else {
            noted.await;
        }
        let what = Utterance {
            text,
            language,
            voice: settings.voice,
            volume: settings.volume,
            rate: settings.rate,
        };
        let failed_before = self.voice_failed;
        let mut failed = None;
        for attempt in 1..=(if failed_before { 1 } else { 2 }) {
            let begins = self.patience(failed_before);
            let result = self.voice(&what, begins, checking, &mut heard).await;
            self.voice_failed = result.is_err();
            self.proven = result.is_ok();
            match result {
                Ok(()) => {
                    failed = None;
                    break;
                }
                Err(fault) => {
                    tracing::warn!(%fault, attempt, "the voice did not speak");
                    failed = Some(fault.into());
                    if fault == Fault::NoVoiceForLanguage {
                        break;
                    }
                    self.reopen();
                    // Words that began may have been heard: saying them again would announce twice.
                    if heard.voice_at.is_some() {
                        break;
                    }
                }
            }
        }
        if heard.voice_at.is_none() {
            // Better a chime alone than silence.
            if !chime {
                self.chime(settings.volume, &mut heard).await;
            }
        }
        if let Some(began_at) = heard.chime_at.or(heard.voice_at)
            && !lines.is_empty()
        {
            let marked = timeout(NOTE_MAX, self.spoken.spoken(lines, began_at));
            if marked.await.is_err() {
                tracing::warn!("what was said could not be marked in time");
            }
        }
        // No output is the deeper trouble: a voice may well believe that it spoke.
        heard.problem = heard.problem.or(failed);
        self.told(heard.problem);
        heard
    }

    /// How long the voice may take until it begins.
    fn patience(&self, failed_before: bool) -> Duration {
        match (failed_before, self.proven) {
            (true, _) => VOICE_BEGINS_AFTER_FAILURE,
            (false, true) => VOICE_BEGINS,
            (false, false) => FIRST_VOICE_BEGINS,
        }
    }

    async fn chime(&mut self, volume: u8, heard: &mut Heard) {
        match timeout(CHIME_BEGINS, self.speaker.chime(volume))
            .await
            .unwrap_or(Err(Fault::NoOutput))
        {
            Ok(length) => {
                heard.chime_at = Some((self.clock)());
                sleep(length).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, "the chime did not sound");
                heard.problem = Some(VoiceProblem::NoOutput);
            }
        }
    }

    /// Says one sentence, bounded in time: until it begins, and from there until it ends. Muting cuts it off.
    async fn voice(
        &mut self,
        what: &Utterance,
        begins: Duration,
        checking: bool,
        heard: &mut Heard,
    ) -> Result<(), Fault> {
        let (tell_began, began) = oneshot::channel();
        let mut said = self.speaker.say(what.clone(), tell_began);
        let first = timeout(begins, async {
            tokio::select! {
                biased;
                Ok(()) = began => None,
                ended = &mut said => Some(ended),
            }
        })
        .await;
        match first {
            Err(_) => return Err(Fault::NoSpeech),
            Ok(Some(Err(fault))) => return Err(fault),
            Ok(Some(Ok(()))) | Ok(None) => {}
        }
        heard.voice_at = Some((self.clock)());
        if matches!(first, Ok(Some(_))) {
            return Ok(());
        }
        let mut changes = self.settings.clone();
        let silenced =
            changes.wait_for(|voice| !checking && queue::is_silent((self.clock)(), voice));
        tokio::select! {
            ended = timeout(expected(what) + MARGIN, &mut said) => ended.unwrap_or(Err(Fault::NoSpeech)),
            Ok(_) = silenced => {
                self.speaker.hush();
                Ok(())
            }
        }
    }

    /// Notes what is about to be said.
    fn note(&self, lines: &[LineId]) -> impl Future<Output = ()> + use<> {
        let note = (!lines.is_empty()).then(|| self.spoken.saying(lines.to_vec()));
        async move {
            if let Some(note) = note
                && timeout(NOTE_MAX, note).await.is_err()
            {
                tracing::warn!("what is about to be said could not be noted in time");
            }
        }
    }

    async fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Check(reply) => {
                let said = phrase::check(&self.settings.borrow().clone());
                let heard = self.sound(said.clone(), Vec::new(), true, true).await;
                let spoke = heard.voice_at.is_some() && heard.problem.is_none();
                let _ = reply.send(SoundCheck {
                    chime: heard.chime_at.is_some(),
                    spoke,
                    said: Some(said),
                    problem: heard.problem,
                });
            }
            Ask::Voices(reply) => {
                if self.dead {
                    self.reopen();
                }
                self.surveyors.push(reply);
                self.survey = Some(self.ask_voices());
            }
        }
    }

    fn reopen(&mut self) {
        // What the old one would still answer says nothing about the new one.
        (self.dead, self.proven, self.survey) = (false, false, None);
        self.speaker = self.speech.open();
        prepare(self.speaker.as_ref(), &self.settings.borrow());
        if !self.surveyors.is_empty() {
            self.survey = Some(self.ask_voices());
        }
    }

    /// Asks which voices there are.
    fn ask_voices(&self) -> Survey {
        survey::ask(self.speaker.as_ref(), self.settings.borrow().language)
    }

    /// A speaker whose list cannot be had is dead; it is replaced when it is needed, not again and again.
    fn found(&mut self, found: Result<VoicesView, Fault>) {
        let view = found.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "no list of voices");
            self.dead = true;
            VoicesView {
                voices: Vec::new(),
                problem: Some(fault.into()),
            }
        });
        let problem = view.problem;
        for surveyor in self.surveyors.drain(..) {
            let _ = surveyor.send(view.clone());
        }
        // A list of voices proves no sound: what the last sentence found about that stays.
        if self.voice_failed && problem.is_none() {
            return;
        }
        if *self.problem.borrow() != Some(VoiceProblem::NoOutput) {
            self.told(problem);
        }
    }

    /// Tells what stands in the voice's way, and that nothing does any more: each once, when it changes.
    fn told(&self, problem: Option<VoiceProblem>) {
        let changed = |now: &mut _| std::mem::replace(now, problem) != problem;
        if !self.problem.send_if_modified(changed) {
            return;
        }
        match problem {
            Some(problem) => tracing::warn!(?problem, "there is no voice; the rest goes on"),
            None => tracing::info!("the voice is there again"),
        }
    }
}

fn wished(voice: &Voice) -> (SpeechLanguage, Option<String>) {
    (voice.language, voice.settings.voice.clone())
}

fn prepare(speaker: &dyn Speaker, voice: &Voice) {
    let (language, wish) = wished(voice);
    speaker.prepare(language, wish);
}

impl From<Fault> for VoiceProblem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NoOutput => Self::NoOutput,
            Fault::NoSpeech => Self::NoSpeech,
            Fault::NoVoiceForLanguage => Self::NoVoiceForLanguage,
        }
    }
}
