//! In place of the loudspeaker and the windows: lists of what was said and shown.

use desk::{
    Screen, TrayView,
    announcer::{Fault, InstalledVoice, Speaker, SpeechFactory, Utterance},
    settings::SpeechLanguage,
    views::{AppInfo, CardFace, CardsView, ListeningView},
};
use domain::BusinessDay;
use futures_util::future::BoxFuture;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::oneshot;

/// Hears everything that is said.
#[derive(Default)]
pub struct Ear {
    said: Arc<Mutex<Vec<String>>>,
    deaf: Arc<AtomicBool>,
}

impl Ear {
    /// Every sentence so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// From now on the speech service is not there, or is again.
    pub fn deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::SeqCst);
    }
}

impl SpeechFactory for Ear {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(Mouth {
            said: self.said.clone(),
            deaf: self.deaf.clone(),
        })
    }
}

struct Mouth {
    said: Arc<Mutex<Vec<String>>>,
    deaf: Arc<AtomicBool>,
}

impl Speaker for Mouth {
    fn chime(&self, _volume: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        let deaf = self.deaf.load(Ordering::SeqCst);
        Box::pin(async move {
            if deaf {
                Err(Fault::NoOutput)
            } else {
                Ok(Duration::from_millis(1))
            }
        })
    }

    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        if self.deaf.load(Ordering::SeqCst) {
            return Box::pin(async { Err(Fault::NoSpeech) });
        }
        self.said.lock().unwrap().push(what.text);
        let _ = began.send(());
        Box::pin(async { Ok(()) })
    }

    fn hush(&self) {}

    fn prepare(&self, _language: SpeechLanguage, _voice: Option<String>) {}

    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        let voice = |id: &str, language: &str| InstalledVoice {
            id: id.to_owned(),
            name: id.to_owned(),
            language: language.to_owned(),
        };
        Box::pin(async move { Ok(vec![voice("mandarin", "zh-CN"), voice("english", "en-US")]) })
    }
}

/// Sees everything that is shown.
#[derive(Default)]
pub struct Eye {
    cards: Mutex<Vec<CardsView>>,
    listening: Mutex<Vec<ListeningView>>,
    tray: Mutex<Vec<TrayView>>,
}

impl Eye {
    /// Every state of the cards so far.
    pub fn cards(&self) -> Vec<CardsView> {
        self.cards.lock().unwrap().clone()
    }

    /// The rows that ever stood on a card of their own, each once, in the order in which they came.
    pub fn rows_shown(&self) -> Vec<i64> {
        let mut rows = vec![];
        for view in self.cards.lock().unwrap().iter() {
            for card in &view.cards {
                if let CardFace::Payment { payment } = &card.face {
                    rows.push(payment.line.0);
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        rows.retain(|row| seen.insert(*row));
        rows
    }

    /// What was last told about listening.
    pub fn listening(&self) -> Option<ListeningView> {
        self.listening.lock().unwrap().last().cloned()
    }

    /// The tray as it is now.
    pub fn tray(&self) -> Option<TrayView> {
        self.tray.lock().unwrap().last().cloned()
    }
}

impl Screen for Eye {
    fn cards(&self, view: &CardsView) {
        self.cards.lock().unwrap().push(view.clone());
    }

    fn book_changed(&self, _day: BusinessDay) {}

    fn listening(&self, view: &ListeningView) {
        self.listening.lock().unwrap().push(view.clone());
    }

    fn app_info(&self, _info: &AppInfo) {}

    fn tray(&self, view: &TrayView) {
        self.tray.lock().unwrap().push(view.clone());
    }
}
