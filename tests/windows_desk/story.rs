//! The story, step by step. A step that fails does not hide the next ones.

use crate::pc::{BOUND, Pc, Running, look};
use anyhow::{Context, ensure};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;
use std::{fs, path::Path, path::PathBuf, time::Duration};
use tests::{
    app::{Book, word},
    customer::{Post, Sale, WechatV3, now},
};

const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
const APP: &str = "Tillbell";

struct Story {
    pc: Pc,
    failed: usize,
}

/// How the log names what this Windows lacks.
const LACKS: [&str; 3] = ["what=WebView", "what=Notices", "problem=NoVoiceForLanguage"];

const START: &str = "first start, with nothing but Windows";
const NO_WEBVIEW: &str = "no WebView2 is said once, natively, and the rest goes on";
const ONE: &str = "a second start hands over to the first and ends";
const TRAY: &str = "an icon in the tray";
const END: &str = "an orderly end when the installer asks";
const LOGIN: &str = "start at login is quoted and right; the key is read from Credential Manager";
const PAYMENT: &str = "a signed payment from HTTP to the book";
const LACKING: &str = "no voice, no notices and no WebView2 are each named once in the log";

/// Plays it, and returns how many steps failed.
pub(crate) async fn play(pc: Pc) -> usize {
    let mut story = Story { pc, failed: 0 };
    for step in [START, NO_WEBVIEW, ONE, TRAY, END, LOGIN, PAYMENT, LACKING] {
        println!("step {step}");
    }
    let first = story.first_start();
    story.told(START, &first);
    if let Ok((_, mut app)) = first {
        let done = story.without_webview();
        story.told(NO_WEBVIEW, &done);
        let done = story.one_instance(&mut app);
        story.told(ONE, &done);
        let done = story.tray();
        story.told(TRAY, &done);
        let done = story.ends(&mut app, &story.default_data());
        story.told(END, &done);
    }
    let done = story.login_and_keychain();
    story.told(LOGIN, &done);
    let done = story.payment().await;
    story.told(PAYMENT, &done);
    if done.is_ok() {
        let done = story.lacking();
        story.told(LACKING, &done);
    }
    story.failed
}

impl Story {
    fn told<T: Remark>(&mut self, name: &str, done: &anyhow::Result<T>) {
        match done {
            Ok(remark) => println!("passed {name}: {}", remark.text()),
            Err(error) => {
                self.failed += 1;
                let words = format!("{error:#}").replace('\n', " ");
                println!("failed {name}: {words}");
                self.pc.picture("failed");
            }
        }
    }

    /// Where everything is kept when nobody says otherwise.
    fn default_data(&self) -> PathBuf {
        self.pc.home.join("app.tillbell.desktop")
    }

    fn ready(&self, data: &Path, times: usize) -> anyhow::Result<()> {
        self.pc.logged(data, "Tillbell is ready", times)
    }

    /// A start as after installing: no data, no arguments but the one of a start at login.
    fn first_start(&self) -> anyhow::Result<(String, Running)> {
        let app = self.pc.start(&["--hidden"])?;
        let data = self.default_data();
        self.ready(&data, 1)?;
        self.pc.logged(&data, "kept_in=Keychain", 1)?;
        ensure!(
            !data.join("hub.key").exists(),
            "the key lies in a file, not in Credential Manager"
        );
        let folder = self.pc.windows_path(&data);
        Ok((
            format!("data in {folder}, the key in Credential Manager"),
            app,
        ))
    }

    /// The first start opens a window, which cannot be drawn here.
    fn without_webview(&self) -> anyhow::Result<String> {
        let title = word("missing.web_view");
        let shown = || self.pc.windows(&title).into_iter().next();
        let window = look(BOUND, shown).context("no message says that windows cannot be shown")?;
        self.pc.picture("no-webview2");
        ensure!(
            self.pc.windows(&title).len() == 1,
            "the message is shown more than once"
        );
        self.pc.press(&window, "Return");
        let gone = look(BOUND, || self.pc.windows(&title).is_empty().then_some(()));
        gone.context("the message stays after Enter")?;
        let log = self.pc.log(&self.default_data());
        let said = |what: &str| log.matches(what).count();
        ensure!(
            said("what=WebView") == 1,
            "the log says {} times that WebView2 is missing",
            said("what=WebView")
        );
        Ok(format!("a message named {title:?}"))
    }

    fn one_instance(&self, first: &mut Running) -> anyhow::Result<String> {
        let before = self.pc.log(&self.default_data());
        let mut second = self.pc.start(&["--hidden"])?;
        let code = second.ended();
        ensure!(code == Some(0), "the second start ended with {code:?}");
        ensure!(first.alive(), "the first one ended");
        let after = self.pc.log(&self.default_data());
        let started = |log: &str| log.matches("Tillbell starts").count();
        ensure!(
            started(&before) == started(&after),
            "the second one opened the data"
        );
        Ok("the first goes on".to_owned())
    }

    /// Without a task bar Wine shows the icons of the tray in a small window of its own.
    fn tray(&self) -> anyhow::Result<String> {
        let log = self.pc.log(&self.default_data());
        ensure!(!log.contains("there is no tray icon"), "the app made none");
        ensure!(!log.contains("what=Tray"), "the app says there is no tray");
        Ok("made, and its menu with it".to_owned())
    }

    /// Asked by the event that the installer uses: everything is stopped in order, and said so last.
    fn ends(&self, app: &mut Running, data: &Path) -> anyhow::Result<String> {
        let before = self.pc.log(data).matches("Tillbell ends").count();
        self.pc.ask_to_end()?;
        let code = app.ended();
        ensure!(code == Some(0), "it ended with {code:?}");
        self.pc.logged(data, "Tillbell ends", before + 1)?;
        Ok("exit code 0, everything written".to_owned())
    }

    /// The registry names a program that was elsewhere before an update; the start puts it right.
    fn login_and_keychain(&self) -> anyhow::Result<String> {
        let data = self.default_data();
        self.pc
            .write_registry(RUN, APP, r"C:\old place\tillbell.exe --hidden")?;
        let before = self.pc.log(&data).matches("Tillbell is ready").count();
        let mut app = self.pc.start(&["--hidden"])?;
        self.ready(&data, before + 1)?;
        let read = self.pc.log(&data).matches("kept_in=Keychain").count();
        ensure!(
            read == before + 1,
            "the second start did not read the key from Credential Manager"
        );
        let program = self.pc.windows_path(&self.pc.program("tillbell.exe"));
        let wanted = format!("\"{program}\" --hidden");
        let mut written = None;
        look(Duration::from_secs(10), || {
            written = self.pc.registry(RUN, APP).ok().flatten();
            (written.as_deref() == Some(&*wanted)).then_some(())
        })
        .with_context(|| format!("the Run key holds {written:?}, not {wanted:?}"))?;
        self.ends(&mut app, &data)?;
        Ok(wanted)
    }

    /// A merchant's account set up by the hub's own program, then a delivery as WeChat Pay makes it.
    async fn payment(&self) -> anyhow::Result<String> {
        let data = self.pc.home.join("账 本");
        let account = WechatV3::default();
        let door = self.set_up(&data, &account)?;
        let folder = self.pc.windows_path(&data);
        let mut app = self.pc.start(&["--hidden", "--data-dir", &folder])?;
        self.ready(&data, 1)?;
        let at = now();
        let letter = account.payment(&Sale::new(1, 1280, at), at);
        let heard = Post::default().deliver(&door, &letter).await?;
        ensure!(
            (200..300).contains(&heard.status),
            "the door answered {}",
            heard.status
        );
        // A copy is read, since Linux does not see the locks of Windows.
        let copy = tempfile::tempdir()?;
        let lines = look(BOUND, || {
            copy_of(&data, copy.path()).ok()?;
            let lines = Book::find(copy.path()).ok()?.lines();
            (!lines.is_empty()).then_some(lines)
        });
        let lines = lines.context("the payment is not in the book")?;
        ensure!(
            lines == ["1280 payment confirmed wechat"],
            "the book holds {lines:?}"
        );
        ensure!(app.alive(), "the app ended");
        // A payment wants a voice, and a card or a notice. Only waited for here: the next step judges.
        for what in LACKS {
            let _ = self.pc.logged(&data, what, 1);
        }
        self.ends(&mut app, &data)?;
        Ok(format!("¥12.80, answered {}", heard.status))
    }

    /// What this Windows lacks is told once each, however often it is missed.
    fn lacking(&self) -> anyhow::Result<String> {
        let log = self.pc.log(&self.pc.home.join("账 本"));
        for what in LACKS {
            let times = log.matches(what).count();
            ensure!(
                times == 1,
                "the log says {what:?} {times} times, and in all: {log}"
            );
        }
        Ok(LACKS.join(", "))
    }

    /// A shop with this account in the app's folder; returns the account's door.
    fn set_up(&self, data: &Path, account: &WechatV3) -> anyhow::Result<String> {
        fs::create_dir_all(data)?;
        let hub = self.pc.windows_path(&data.join("hub"));
        let key = data.join("master.key");
        let (program, key_file, listen) = (
            self.pc.windows_path(&self.pc.program("tillbell-hub.exe")),
            self.pc.windows_path(&key),
            format!("127.0.0.1:{}", self.pc.port),
        );
        let manage = |words: &[&str], input: &str| {
            let place = ["--data", &hub, "--key-file", &key_file, "--listen", &listen];
            let said = self
                .pc
                .ask(&[&[&*program], &place[..], words].concat(), input)?;
            serde_json::from_str::<Value>(said.trim()).with_context(|| said.clone())
        };
        manage(&["shop", "add", "--name", "山间茶铺"], "")?;
        let config = serde_json::to_string(&account.config())?;
        let setup = manage(&["source", "add", "--name", "微信 商户"], &config)?;
        // The app finds the key where it keeps it when there is no keychain.
        let bytes = URL_SAFE_NO_PAD.decode(fs::read_to_string(&key)?.trim())?;
        fs::write(data.join("hub.key"), STANDARD.encode(bytes))?;
        fs::remove_file(&key)?;
        let addresses = setup["addresses"].as_array().context("no addresses")?;
        let local = addresses.iter().find(|address| address["reach"] == "local");
        let url = local.and_then(|address| address["url"].as_str());
        Ok(url.context("no door on this PC")?.to_owned())
    }
}

/// Every file of databases, one level deep.
fn copy_of(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)?.flatten() {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if entry.path().is_file() && [".db", ".sqlite"].iter().any(|part| text.contains(part)) {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}

trait Remark {
    fn text(&self) -> &str;
}

impl Remark for String {
    fn text(&self) -> &str {
        self
    }
}

impl Remark for (String, Running) {
    fn text(&self) -> &str {
        &self.0
    }
}
