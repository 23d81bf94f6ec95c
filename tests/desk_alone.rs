//! A front desk as a process of its own, to be killed: the real desk and book, no windows, and in place of the
//! loudspeaker a file to which every sentence is added when it begins, and `= ended` when it ends.
//!
//! `desk-alone DATA HUB TOKEN SAID`
#![allow(clippy::unwrap_used, reason = "test code: a panic is the report")]

use desk::{
    Desk, DeskConfig, Screen, Surroundings, TrayView,
    announcer::{Fault, InstalledVoice, Speaker, SpeechFactory, Utterance},
    settings::{Language, SpeechLanguage},
    views::{AppInfo, CardsView, ListeningView, Painted},
};
use domain::{BusinessDay, Secret};
use futures_util::future::BoxFuture;
use std::{
    fs::OpenOptions,
    io::Write,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long a sentence takes: long enough to be cut off.
const SENTENCE: Duration = Duration::from_millis(3);

#[derive(Clone)]
struct Said(PathBuf);

impl Said {
    fn write(&self, line: &str) {
        // One write to a file opened for appending: a kill leaves the whole line or none of it.
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.0)
            .unwrap();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

impl SpeechFactory for Said {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(self.clone())
    }
}

impl Speaker for Said {
    fn prepare(&self, _language: SpeechLanguage, _voice: Option<String>) {}

    fn chime(&self, _volume: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        Box::pin(async { Ok(Duration::from_millis(1)) })
    }

    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        let said = self.clone();
        Box::pin(async move {
            said.write(&what.text);
            let _ = began.send(());
            tokio::time::sleep(SENTENCE).await;
            said.write("= ended");
            Ok(())
        })
    }

    fn hush(&self) {}

    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        Box::pin(async {
            Ok(vec![InstalledVoice {
                id: "m".into(),
                name: "m".into(),
                language: "zh-CN".into(),
            }])
        })
    }
}

/// Paints at once, as a page would.
#[derive(Default)]
struct Glass(OnceLock<(Desk, tokio::runtime::Handle)>);

impl Screen for Glass {
    fn cards(&self, view: &CardsView) {
        if let Some((desk, runtime)) = self.0.get() {
            let (desk, painted) = (
                desk.clone(),
                Painted {
                    revision: view.revision,
                    height: 100,
                },
            );
            runtime.spawn(async move { desk.cards_painted(painted).await });
        }
    }

    fn book_changed(&self, _day: BusinessDay) {}
    fn listening(&self, _view: &ListeningView) {}
    fn app_info(&self, _info: &AppInfo) {}
    fn tray(&self, _view: &TrayView) {}
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, hub, token, said] = words.as_slice() else {
        panic!("desk-alone DATA HUB TOKEN SAID")
    };
    let said = Said(PathBuf::from(said));
    said.write("= run");
    let glass = Arc::new(Glass::default());
    let config = DeskConfig {
        data_dir: PathBuf::from(data),
        hub: hub.parse().unwrap(),
        token: Secret::new(&**token),
        version: "0.0.0".to_owned(),
        system_language: Language::ZhCn,
        system_zone: "Asia/Shanghai".to_owned(),
        documents: PathBuf::from(data).join("documents"),
    };
    let desk = Desk::open(
        config,
        Surroundings {
            screen: glass.clone(),
            speech: Arc::new(said.clone()),
        },
    )
    .await
    .unwrap();
    let _ = glass
        .0
        .set((desk.clone(), tokio::runtime::Handle::current()));
    let running = desk.clone();
    tokio::spawn(async move {
        loop {
            if running.sources().await.is_ok() {
                said.write("= linked");
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    desk.run(CancellationToken::new()).await;
}
