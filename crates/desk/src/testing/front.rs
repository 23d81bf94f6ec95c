//! A front desk for tests: a screen and a voice that write down what happened.

use crate::{
    Desk, DeskConfig, Finders, Screen, Surroundings, TrayView,
    announcer::{InstalledVoice, Speaker, SpeechFactory, Utterance, speaker::Fault},
    settings::{Language, SpeechLanguage},
    views::{AppInfo, CardFace, CardsView, ListeningView, Painted},
};
use devices::find::Listing;
use domain::{BusinessDay, Secret};
use futures_util::{StreamExt, future::BoxFuture};
use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering::SeqCst},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A test that waits longer has failed. Far beyond what a laden machine takes: it is only waited for where it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    assert!(waited.await.is_ok(), "never came: {what}");
}

#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) cards: Mutex<Vec<CardsView>>,
    pub(crate) days: Mutex<Vec<BusinessDay>>,
    pub(crate) listening: Mutex<Vec<ListeningView>>,
    pub(crate) infos: Mutex<Vec<AppInfo>>,
    pub(crate) trays: Mutex<Vec<TrayView>>,
    /// Events for pages: the windows, the name, and what was told.
    pub(crate) told: Mutex<Vec<(String, String, serde_json::Value)>>,
    /// Telling this event panics, once.
    panics: Mutex<Option<&'static str>>,
}

impl Screen for Shown {
    fn cards(&self, view: &CardsView) {
        self.cards.lock().unwrap().push(view.clone());
    }
    fn book_changed(&self, day: BusinessDay) {
        self.days.lock().unwrap().push(day);
    }
    fn listening(&self, view: &ListeningView) {
        self.listening.lock().unwrap().push(view.clone());
    }
    fn app_info(&self, info: &AppInfo) {
        self.infos.lock().unwrap().push(info.clone());
    }
    fn tray(&self, view: &TrayView) {
        self.trays.lock().unwrap().push(view.clone());
    }
    fn tell(&self, windows: &[&str], event: &str, what: &serde_json::Value) {
        let panics = self.panics.lock().unwrap().take_if(|at| *at == event);
        assert!(panics.is_none(), "on purpose");
        let told = (windows.join(" "), event.to_owned(), what.clone());
        self.told.lock().unwrap().push(told);
    }
}

impl Shown {
    /// The cards on show now.
    pub(crate) fn faces(&self) -> Vec<CardFace> {
        let views = self.cards.lock().unwrap();
        views
            .last()
            .map(|view| view.cards.iter().map(|card| card.face.clone()).collect())
            .unwrap_or_default()
    }

    /// The next time that this event is told, whoever tells it panics.
    pub(crate) fn panic_at(&self, event: &'static str) {
        *self.panics.lock().unwrap() = Some(event);
    }

    pub(crate) fn panicked(&self) -> bool {
        self.panics.lock().unwrap().is_none()
    }

    pub(crate) fn tray(&self) -> Option<TrayView> {
        self.trays.lock().unwrap().last().cloned()
    }
}

/// A voice that writes down its sentences, and may hang before it begins.
#[derive(Default)]
pub(crate) struct Voices {
    pub(crate) said: Arc<Mutex<Vec<String>>>,
    pub(crate) hangs: Arc<AtomicBool>,
}

impl SpeechFactory for Voices {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(Mouth {
            said: self.said.clone(),
            hangs: self.hangs.clone(),
        })
    }
}

struct Mouth {
    said: Arc<Mutex<Vec<String>>>,
    hangs: Arc<AtomicBool>,
}

impl Speaker for Mouth {
    fn prepare(&self, _: SpeechLanguage, _: Option<String>) {}
    fn chime(&self, _: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        let hangs = self.hangs.clone();
        Box::pin(async move {
            if hangs.load(SeqCst) {
                std::future::pending::<()>().await;
            }
            Ok(Duration::ZERO)
        })
    }
    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        self.said.lock().unwrap().push(what.text);
        let _ = began.send(());
        Box::pin(async { Ok(()) })
    }
    fn hush(&self) {}
    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        let voice = InstalledVoice {
            id: "v".to_owned(),
            name: "Voice".to_owned(),
            language: "en-US".to_owned(),
        };
        Box::pin(async { Ok(vec![voice]) })
    }
}

/// A running desk, and what it showed and said.
pub(crate) struct Front {
    pub(crate) desk: Desk,
    pub(crate) shown: Arc<Shown>,
    pub(crate) voices: Arc<Voices>,
    pub(crate) stop: CancellationToken,
    running: JoinHandle<()>,
}

/// A computer with nothing plugged in.
fn no_devices() -> Finders {
    Finders {
        list: Arc::new(Listing::default),
        bluetooth: Arc::new(|_| Ok(Vec::new())),
        plugs: Arc::new(|| futures_util::stream::pending().boxed()),
    }
}

pub(crate) fn config(dir: &Path, hub: SocketAddr) -> DeskConfig {
    DeskConfig {
        data_dir: dir.to_owned(),
        documents: dir.join("documents"),
        hub,
        token: Secret::new("token"),
        version: "1.2.3".to_owned(),
        system_language: Language::En,
        system_zone: "Asia/Shanghai".to_owned(),
    }
}

impl Front {
    pub(crate) async fn open(dir: &Path, hub: SocketAddr) -> Self {
        Self::open_with(dir, hub, Arc::default()).await
    }

    pub(crate) async fn open_with(dir: &Path, hub: SocketAddr, voices: Arc<Voices>) -> Self {
        Self::open_among(dir, hub, voices, no_devices()).await
    }

    /// A desk that finds those devices.
    pub(crate) async fn open_among(
        dir: &Path,
        hub: SocketAddr,
        voices: Arc<Voices>,
        finders: Finders,
    ) -> Self {
        let shown = Arc::new(Shown::default());
        let around = Surroundings {
            screen: shown.clone(),
            speech: voices.clone(),
        };
        let desk = Desk::open(config(dir, hub), around).await.expect("a desk");
        desk.finds_devices_by(finders);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (desk, stop) = (desk.clone(), stop.clone());
            async move { desk.run(stop).await }
        });
        Self {
            desk,
            shown,
            voices,
            stop,
            running,
        }
    }

    pub(crate) fn said(&self) -> usize {
        self.voices.said.lock().unwrap().len()
    }

    /// Tells the desk that the page has drawn everything.
    pub(crate) async fn paint(&self) {
        let revision = self.desk.cards().await.expect("cards").revision;
        self.desk
            .cards_painted(Painted {
                revision,
                height: 100,
            })
            .await
            .expect("painted");
    }

    /// Ends in good order.
    pub(crate) async fn close(self) -> Arc<Shown> {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.running)
            .await
            .expect("it ends")
            .expect("no panic");
        self.shown
    }

    /// Ends as a killed process does: no task goes on, nothing is flushed. The book is let go so that the next run
    /// can have it.
    pub(crate) async fn kill(self) {
        self.running.abort();
        let _ = self.running.await;
        self.desk.ledger().close().await;
    }
}
