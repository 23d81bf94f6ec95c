//! What every test of the app begins with: a front desk of its own, and the app on it.

use domain::{Secret, SourceConfig};
use serde_json::{Value, json};
use std::{
    fs,
    fs::File,
    path::{Path, PathBuf},
};
pub(crate) use tests::app::word;
use tests::{
    app::{Book, Driven},
    customer::{Heard, Letter, Post},
    stage::Stage,
    wait,
};

/// A front desk with the app on it.
pub(crate) struct Rig {
    pub(crate) app: Driven,
    pub(crate) stage: Stage,
    pub(crate) data: PathBuf,
    pub(crate) post: Post,
    pub(crate) turn: File,
}

/// A source's address and, for a phone, its secret.
pub(crate) struct Door {
    pub(crate) url: String,
    pub(crate) secret: String,
}

impl Rig {
    /// A new app with nothing set up, at this window.
    pub(crate) async fn new(window: &str) -> Self {
        let turn = turn();
        Self::on(turn, Stage::start().unwrap(), window).await
    }

    /// The same on a stage that was prepared.
    pub(crate) async fn on(turn: File, stage: Stage, window: &str) -> Self {
        let data = stage.path("data/shop");
        let app = Driven::open(&stage, &data, window).await;
        let app = app.unwrap_or_else(|error| panic!("{error:?}\n{}", logs(&stage)));
        Self {
            app,
            stage,
            data,
            post: Post::default(),
            turn,
        }
    }

    /// The same with the first start done: a Chinese tea house that speaks English.
    pub(crate) async fn set_up(window: &str) -> Self {
        let turn = turn();
        Self::set_up_on(turn, Stage::start().unwrap(), window).await
    }

    /// That on a stage that was prepared.
    pub(crate) async fn set_up_on(turn: File, stage: Stage, window: &str) -> Self {
        let rig = Self::on(turn, stage, "welcome").await;
        let shop = json!({
            "name": "Hill Tea", "currency": "CNY", "day_rule": { "zone": "Asia/Shanghai", "cutover_hour": 4 },
        });
        rig.app.ask("set_shop", shop).await.unwrap();
        let mut settings = rig.app.ask("settings", Value::Null).await.unwrap();
        settings["language"] = json!("en");
        settings["first_start_done"] = json!(true);
        rig.app.ask("save_settings", settings).await.unwrap();
        rig.turn_to("welcome", window).await;
        rig
    }

    /// Opens another window from this one and turns to it.
    pub(crate) async fn turn_to(&self, from: &str, window: &str) {
        if from != window {
            self.app.ask("open_window", json!(window)).await.unwrap();
            self.app.on(window).await.unwrap();
        }
    }

    /// Adds a source as the settings page does.
    pub(crate) async fn add(&self, config: SourceConfig) -> Door {
        let name = config.kind().as_str();
        let view = self
            .app
            .ask("add_source", json!({ "name": name, "config": config }))
            .await
            .unwrap();
        door(&view)
    }

    /// The door of the one source of this kind, as it is now.
    pub(crate) async fn door(&self, kind: &str) -> Door {
        let sources = self.app.ask("sources", Value::Null).await.unwrap();
        let all = sources.as_array().unwrap();
        let source = all.iter().find(|source| source["kind"] == kind).unwrap();
        let view = self.app.ask("source_setup", source["id"].clone()).await;
        door(&view.unwrap())
    }

    /// Delivers a letter, which must be taken.
    pub(crate) async fn deliver(&self, door: &Door, letter: &Letter) -> Heard {
        let heard = self.post.deliver(&door.url, letter).await.unwrap();
        assert_eq!(heard.status / 100, 2, "{heard:?}");
        heard
    }

    /// The app's book.
    pub(crate) fn book(&self) -> Book {
        Book::find(&self.data).unwrap()
    }

    /// Starts the app anew on the same data, at this window.
    pub(crate) async fn restarted(self, window: &str, cut_power: bool) -> Self {
        self.again(window, cut_power, |_| {}).await
    }

    /// Quits the app, does something to its data, and starts it anew.
    pub(crate) async fn restarted_after(self, window: &str, between: impl FnOnce(&Path)) -> Self {
        self.again(window, false, between).await
    }

    async fn again(self, window: &str, cut_power: bool, between: impl FnOnce(&Path)) -> Self {
        let Self {
            app,
            stage,
            data,
            post,
            turn,
        } = self;
        if cut_power {
            app.cut_power().await;
        } else {
            app.quit().await.unwrap();
        }
        between(&data);
        let app = Driven::open(&stage, &data, window).await;
        let app = app.unwrap_or_else(|error| panic!("{error:?}\n{}", logs(&stage)));
        Self {
            app,
            stage,
            data,
            post,
            turn,
        }
    }

    /// Changes settings as the settings page does.
    pub(crate) async fn set(&self, changes: Value) {
        let mut settings = self.app.ask("settings", Value::Null).await.unwrap();
        for (name, value) in changes.as_object().unwrap() {
            settings[name] = value.clone();
        }
        self.app.ask("save_settings", settings).await.unwrap();
    }

    /// Waits until a window with this title is seen on the screen.
    pub(crate) async fn window_appears(&self, title: &str) {
        let title = format!("^{title}$");
        let look = || async {
            self.stage
                .ask("xdotool", &["search", "--onlyvisible", "--name", &title])
        };
        wait::until(&title, 20, look).await;
    }

    /// Keeps a picture of the whole screen for people to look at.
    pub(crate) fn picture(&self, name: &str) {
        self.stage
            .picture(&pictures().join(format!("{name}.png")))
            .unwrap();
    }
}

fn door(view: &Value) -> Door {
    let addresses = view["setup"]["addresses"].as_array().unwrap();
    let local = addresses.iter().find(|a| a["reach"] == "local").unwrap()["url"]
        .as_str()
        .unwrap();
    // V免签 shows `host/key` for its app to scan.
    let url = match local.split_once('/') {
        Some((host, _)) if !local.starts_with("http") => format!("http://{host}"),
        _ => local.to_owned(),
    };
    Door {
        url,
        secret: view["setup"]["secret"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// A phone with SmsForwarder, its secret left for the hub to make.
pub(crate) fn phone() -> SourceConfig {
    SourceConfig::SmsForwarder {
        secret: Secret::default(),
    }
}

pub(crate) fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/app-test");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// These tests take turns: two apps at once on a small machine would make each other slow.
pub(crate) fn turn() -> File {
    let file = File::create(pictures().join("turn.lock")).unwrap();
    file.lock().unwrap();
    file
}

/// What the app wrote into its log in all its runs on these data.
pub(crate) fn log(data: &Path) -> String {
    let files = fs::read_dir(data.join("log"))
        .into_iter()
        .flatten()
        .flatten();
    files
        .map(|file| fs::read_to_string(file.path()).unwrap_or_default())
        .collect()
}

fn logs(stage: &Stage) -> String {
    let files = fs::read_dir(stage.path("log")).unwrap().flatten();
    let texts = files.map(|e| {
        format!(
            "--- {:?}\n{}",
            e.file_name(),
            fs::read_to_string(e.path()).unwrap_or_default()
        )
    });
    texts.collect()
}

/// The Chinese words of the pages, from the same file that they read.
pub(crate) fn word_zh(key: &str) -> String {
    let all: Value = serde_json::from_str(include_str!("../../ui/src/locales/zh-CN.json")).unwrap();
    let word = all[key].as_str();
    word.unwrap_or_else(|| panic!("no Chinese words for {key}"))
        .to_owned()
}
