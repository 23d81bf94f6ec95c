//! Every window against every command, on Tauri's mock runtime: who may ask is answered by the desk, who may not is
//! refused before anything of ours runs. And the lists that say so agree with the desk's table.

use desk::{
    Desk, DeskConfig, Screen, Surroundings, TrayView,
    announcer::{InstalledVoice, Speaker, SpeechFactory, Utterance, speaker::Fault},
    api::COMMANDS,
    settings::{Language, SpeechLanguage},
    views::{AppInfo, CardsView, ListeningView},
};
use domain::{BusinessDay, Secret};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};
use tauri::{
    App, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

const WINDOWS: [&str; 5] = ["card", "customer", "history", "settings", "welcome"];

/// Nobody looks and nobody hears: only who may ask is tried here.
struct Nobody;

impl Screen for Nobody {
    fn cards(&self, _: &CardsView) {}
    fn book_changed(&self, _: BusinessDay) {}
    fn listening(&self, _: &ListeningView) {}
    fn app_info(&self, _: &AppInfo) {}
    fn tray(&self, _: &TrayView) {}
}

impl Speaker for Nobody {
    fn prepare(&self, _: SpeechLanguage, _: Option<String>) {}
    fn chime(&self, _: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        Box::pin(async { Err(Fault::NoOutput) })
    }
    fn say(
        &self,
        _: Utterance,
        _: tokio::sync::oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        Box::pin(async { Err(Fault::NoSpeech) })
    }
    fn hush(&self) {}
    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        Box::pin(async { Err(Fault::NoSpeech) })
    }
}

impl SpeechFactory for Nobody {
    fn open(&self) -> Arc<dyn Speaker> {
        Arc::new(Self)
    }
}

/// The app without a desk: a command that was reached says that it has none.
fn app() -> App<MockRuntime> {
    mock_builder()
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(tillbell_lib::handler())
        .build(tillbell_lib::context())
        .expect("the app on the mock runtime")
}

fn desk(data_dir: &Path) -> Desk {
    let config = DeskConfig {
        data_dir: data_dir.to_owned(),
        documents: data_dir.join("documents"),
        hub: ([127, 0, 0, 1], 9).into(),
        token: Secret::new("not a hub's token"),
        version: "0.0.0".to_owned(),
        system_language: Language::En,
        system_zone: "Asia/Shanghai".to_owned(),
    };
    let around = Surroundings {
        screen: Arc::new(Nobody),
        speech: Arc::new(Nobody),
    };
    tauri::async_runtime::block_on(Desk::open(config, around)).expect("a desk in an empty folder")
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(format!("{label}.html").into()))
        .build()
        .expect(label)
}

/// What came back: the answer, or the error's text.
fn ask(window: &WebviewWindow<MockRuntime>, command: &str, body: Value) -> Result<Value, String> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        // Where our own pages live; WebView2 knows no schemes but the web's.
        url: if cfg!(windows) {
            "http://tauri.localhost"
        } else {
            "tauri://localhost"
        }
        .parse()
        .expect("a URL"),
        body: InvokeBody::Json(body),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request)
        .map(|answer| answer.deserialize::<Value>().expect("JSON"))
        .map_err(|error| error.to_string())
}

fn refused_by_permission(answer: &Result<Value, String>) -> bool {
    answer
        .as_ref()
        .is_err_and(|error| error.contains("not allowed"))
}

#[test]
fn a_window_may_ask_what_the_table_says_and_nothing_else() {
    let app = app();
    for label in WINDOWS {
        let window = window(&app, label);
        for command in COMMANDS {
            if command.name == "monitors" && command.windows.contains(&label) {
                // The mock runtime has no monitors and panics when it is asked; that `monitors` is allowed is compared
                // in the lists.
                continue;
            }
            // A request of a wrong type, and no desk: a command that is reached refuses by itself and changes nothing.
            let answer = ask(
                &window,
                command.name,
                json!({ "req": { "no": "such request" } }),
            );
            let may = command.windows.contains(&label);
            assert_eq!(
                !refused_by_permission(&answer),
                may,
                "{label} asks {}: {answer:?}",
                command.name
            );
        }
        for nobody in [
            "plugin:window|close",
            "plugin:webview|create_webview_window",
            "plugin:event|emit",
            "plugin:updater|check",
            "plugin:updater|download_and_install",
            "no_such_command",
        ] {
            let answer = ask(&window, nobody, json!({}));
            assert!(answer.is_err(), "{label} asks {nobody}: {answer:?}");
        }
        window.destroy().expect("closed");
    }
}

#[test]
fn a_window_without_a_capability_may_ask_nothing() {
    let app = app();
    let stranger = window(&app, "stranger");
    for command in COMMANDS {
        let answer = ask(&stranger, command.name, json!({}));
        assert!(
            refused_by_permission(&answer),
            "{}: {answer:?}",
            command.name
        );
    }
}

#[test]
fn an_allowed_window_gets_the_desks_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let app = app();
    tillbell_lib::manage_for_tests(&app, desk(dir.path()), dir.path());
    let settings = window(&app, "settings");
    assert_eq!(
        ask(&settings, "app_info", json!({})).expect("an answer")["version"],
        "0.0.0"
    );
    assert_eq!(
        ask(&settings, "settings", json!({})).expect("an answer")["volume"],
        100
    );
    let card = window(&app, "card");
    assert_eq!(
        ask(&card, "cards", json!({})).expect("an answer")["cards"],
        json!([])
    );
}

#[test]
fn the_lists_agree_with_the_table() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(here.join(path)).expect(path);
    let listed: Vec<String> = read("commands.txt").lines().map(str::to_owned).collect();
    let table: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    assert_eq!(
        listed, table,
        "commands.txt, which build.rs reads, is not the desk's table"
    );

    for label in WINDOWS {
        let file: Value =
            serde_json::from_str(&read(&format!("capabilities/{label}.json"))).expect(label);
        assert_eq!(file["windows"], json!([label]));
        assert!(
            file.get("remote").is_none(),
            "{label} gives rights to pages from elsewhere"
        );
        let given: BTreeSet<String> = file["permissions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|p| p.as_str().expect("text").to_owned())
            .collect();
        let mut want: BTreeSet<String> = ["core:event:allow-listen", "core:event:allow-unlisten"]
            .map(str::to_owned)
            .into();
        let mine = COMMANDS
            .iter()
            .filter(|command| command.windows.contains(&label));
        want.extend(mine.map(|command| format!("allow-{}", command.name.replace('_', "-"))));
        assert_eq!(given, want, "capabilities/{label}.json");
    }
    let config: Value = serde_json::from_str(&read("tauri.conf.json")).expect("config");
    assert_eq!(config["app"]["security"]["capabilities"], json!(WINDOWS));
    assert_eq!(config["app"]["security"]["freezePrototype"], true);
    assert_eq!(
        config["app"]["windows"],
        json!([]),
        "a window that Tauri opens at start takes the focus"
    );
    let policy = config["app"]["security"]["csp"].as_str().expect("a policy");
    for never in ["unsafe-inline", "unsafe-eval", "https:", "*"] {
        assert!(!policy.contains(never), "the pages' policy allows {never}");
    }
}
