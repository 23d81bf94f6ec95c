//! The voice of the front desk: take the next announcement, chime, say it in words, mark it as spoken.
//!
//! The book stays the owner of what is announced: it pushes what is new, and what an earlier run left unspoken.
//! Nothing here is kept over a restart. Before the words the rows are noted ([`Spoken::saying`]), so that a sentence
//! that a kill cut off is repeated as what it is. A row is marked *spoken* when it was said to the end, or where the
//! voice failed by the chime alone. A row that settings keep silent (muted, quiet hours, too small, …) is handed
//! to [`Spoken::silent`], so that a later start does not speak it. A row for which no sound could be made at all
//! stays unmarked: that is the truth, and the next start may still say it while it is fresh.

pub mod phrase;
pub mod queue;
mod run;
pub mod speaker;
mod survey;
mod waits;

#[cfg(feature = "speech")]
pub use speaker::SystemSpeech;
pub use speaker::{Fault, InstalledVoice, Speaker, SpeechFactory, Utterance};

use crate::{
    settings::{Language, Settings, SpeechLanguage},
    views::{LineId, SoundCheck, VoiceProblem, VoicesView},
};
use domain::{DayRule, Kind, Money, Platform, Timestamp, Trust};
use futures_util::future::BoxFuture;
use queue::Queue;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    sync::{Notify, mpsc, oneshot, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// A payment or refund to announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its row in the book.
    pub line: LineId,
    /// Payment or refund.
    pub kind: Kind,
    /// How sure we are.
    pub trust: Trust,
    /// The platform.
    pub platform: Platform,
    /// The amount; `None`: not given.
    pub amount: Option<Money>,
    /// The day's running number.
    pub number: Option<u32>,
    /// A test by the shop.
    pub test: bool,
    /// When the hub accepted it.
    pub accepted_at: Timestamp,
    /// It was being said when an earlier run was cut off.
    pub again: bool,
}

/// Listening stopped, or works again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListeningChange {
    /// Nothing is heard since then.
    Stopped {
        /// The last time that something was heard.
        since: Timestamp,
    },
    /// A source sends, and what it sends is refused since then.
    Refused {
        /// When the first was refused.
        since: Timestamp,
    },
    /// It works again.
    Back {
        /// Since when it had not.
        since: Timestamp,
    },
}

/// What the announcer is asked to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// A payment.
    Payment(Announcement),
    /// Listening stopped or works again.
    Listening(ListeningChange),
    /// The sound check's sentence, whatever is muted.
    Check,
}

/// Everything that decides whether and how something is said now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// The settings.
    pub settings: Settings,
    /// The language of announcements, resolved.
    pub language: SpeechLanguage,
    /// Nothing is said until then.
    pub muted_until: Option<Timestamp>,
    /// The shop's clock: quiet hours, and the times that are spoken.
    pub rule: DayRule,
    /// How far this PC's clock is ahead of the hub's, in milliseconds; without it a wrong clock makes every
    /// payment look old. Zero for the hub in the app itself.
    pub clock_ahead_ms: i64,
}

impl Voice {
    /// From the settings and the language of the windows, which announcements follow where none is chosen.
    pub fn new(
        settings: Settings,
        windows: Language,
        muted_until: Option<Timestamp>,
        rule: DayRule,
    ) -> Self {
        let as_windows = match windows {
            Language::ZhCn => SpeechLanguage::ZhCn,
            Language::En => SpeechLanguage::En,
        };
        let language = settings.speech_language.unwrap_or(as_windows);
        Self {
            settings,
            language,
            muted_until,
            rule,
            clock_ahead_ms: 0,
        }
    }
}

/// Where the announcer reports what became of the rows; the book.
pub trait Spoken: Send + Sync + 'static {
    /// These rows are about to be spoken. Durable when this ends: a sentence that is cut off by a kill is known to
    /// the next start, which repeats it and says so.
    fn saying(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()>;
    /// These rows were spoken to the end, in one sentence whose first sound began at that time.
    fn spoken(&self, lines: Vec<LineId>, began_at: Timestamp) -> BoxFuture<'static, ()>;
    /// These rows will not be spoken, because the settings say so: done with, but never spoken.
    fn silent(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()>;
}

/// What the loop and its handles share.
#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Notify,
}

impl Shared {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        // Nothing that holds this lock can leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question to the loop that waits for its answer.
#[derive(Debug)]
enum Ask {
    Check(oneshot::Sender<SoundCheck>),
    Voices(oneshot::Sender<VoicesView>),
}

/// The handle of the one loop that speaks. Cheap to clone.
#[derive(Clone)]
pub struct Announcer {
    shared: Arc<Shared>,
    settings: watch::Receiver<Voice>,
    clock: Clock,
    asks: mpsc::Sender<Ask>,
    problem: watch::Receiver<Option<VoiceProblem>>,
}

/// How many questions may wait for the loop: pages ask one at a time.
const ASKS_MAX: usize = 8;

impl Announcer {
    /// Starts the loop; the speaker is opened at once, so that the first payment does not wait for it.
    pub fn start(
        speech: Arc<dyn SpeechFactory>,
        settings: watch::Receiver<Voice>,
        spoken: Arc<dyn Spoken>,
        stop: CancellationToken,
    ) -> (Self, JoinHandle<()>) {
        Self::start_with_clock(speech, settings, spoken, stop, Arc::new(system_clock))
    }

    /// As [`Announcer::start`], by another clock.
    fn start_with_clock(
        speech: Arc<dyn SpeechFactory>,
        settings: watch::Receiver<Voice>,
        spoken: Arc<dyn Spoken>,
        stop: CancellationToken,
        clock: Clock,
    ) -> (Self, JoinHandle<()>) {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Notify::new(),
        });
        let (asks, asked) = mpsc::channel(ASKS_MAX);
        let (tell_problem, problem) = watch::channel(None);
        let looping = run::Loop::new(
            speech,
            settings.clone(),
            spoken,
            clock.clone(),
            shared.clone(),
            tell_problem,
        );
        let task = tokio::spawn(looping.run(asked, stop));
        (
            Self {
                shared,
                settings,
                clock,
                asks,
                problem,
            },
            task,
        )
    }

    /// Puts something in the queue. Never blocks; what does not fit is folded into a sum, never dropped.
    pub fn push(&self, saying: Saying) {
        let now = (self.clock)();
        self.shared
            .queue()
            .push(saying, now, &self.settings.borrow());
        self.shared.wake.notify_one();
    }

    /// Chime and a sentence now, whatever is muted; answers what was found.
    pub async fn check(&self) -> SoundCheck {
        let (reply, answer) = oneshot::channel();
        let none = SoundCheck {
            chime: false,
            spoke: false,
            said: None,
            problem: Some(VoiceProblem::NoSpeech),
        };
        if self.asks.send(Ask::Check(reply)).await.is_err() {
            return none;
        }
        answer.await.unwrap_or(none)
    }

    /// The system's voices, and whether one fits the language of announcements.
    pub async fn voices(&self) -> VoicesView {
        let (reply, answer) = oneshot::channel();
        let none = VoicesView {
            voices: Vec::new(),
            problem: Some(VoiceProblem::NoSpeech),
        };
        if self.asks.send(Ask::Voices(reply)).await.is_err() {
            return none;
        }
        answer.await.unwrap_or(none)
    }

    /// What keeps the voice from speaking, as the last attempt found it.
    pub fn problem(&self) -> watch::Receiver<Option<VoiceProblem>> {
        self.problem.clone()
    }
}

/// Where the loop has the time from.
type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

fn system_clock() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

#[cfg(test)]
mod tests;
