//! The real app's icon and menu in a real tray, read and clicked over the session bus as a panel does it.

use crate::rig::{self, Rig, word};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    app::{App, Book},
    customer::{Sale, WechatV3, now},
    stage::{Stage, TrayHost, TrayIcon},
    wait,
};

/// Whether the tray shows this one of our pictures: `listening`, `muted`, `not-listening`.
fn shows(icon: &TrayIcon, name: &str) -> bool {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../icons/tray-{name}@2x.png"));
    icon.status == "Active"
        && !icon.png.is_empty()
        && pixels(icon.png.clone().into()) == pixels(Png::File(ours))
}

enum Png {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl From<Vec<u8>> for Png {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A picture as plain bytes: the app writes the same pixels into another file.
fn pixels(png: Png) -> Vec<u8> {
    let file = match png {
        Png::File(file) => std::fs::read(file).unwrap(),
        Png::Bytes(bytes) => bytes,
    };
    let mut convert = Command::new("convert")
        .args(["png:-", "-depth", "8", "rgba:-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut convert.stdin.take().unwrap(), &file).unwrap();
    convert.wait_with_output().unwrap().stdout
}

fn has(icon: &TrayIcon, line: &str) -> bool {
    icon.lines().iter().any(|known| known.trim() == line)
}

/// A line that tells something cannot be clicked.
fn tells(icon: &TrayIcon, line: &str) -> bool {
    has(icon, &format!("({line})"))
}

async fn staged(window: &str) -> (Rig, TrayHost) {
    let turn = rig::turn();
    let stage = Stage::start().unwrap();
    let tray = TrayHost::start(&stage).await.unwrap();
    (Rig::set_up_on(turn, stage, window).await, tray)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_icon_shows_the_state_and_the_menu_tells_of_the_day() {
    let (rig, tray) = staged("settings").await;
    let nothing = tray
        .until("nothing is set up", |icon| shows(icon, "not-listening"))
        .await;
    assert!(
        tells(&nothing, &word("tray.no_source")),
        "{:#?}",
        nothing.lines()
    );
    assert!(
        tells(&nothing, &word("tray.today_none")),
        "{:#?}",
        nothing.lines()
    );

    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    assert!(
        nothing.file.starts_with(&rig.data),
        "shared with another shop's app: {}",
        nothing.file.display()
    );
    tray.until("it listens", |icon| {
        shows(icon, "listening") && tells(icon, "Listening")
    })
    .await;
    for (number, minor) in [(1, 1_280), (2, 720)] {
        let sale = Sale::new(number, minor, now());
        rig.deliver(&door, &wechat.payment(&sale, now())).await;
    }
    let two = tray
        .until("two payments", |icon| {
            tells(icon, "Today ¥20.00 · 2 payments")
        })
        .await;
    assert!(
        two.lines()[1].starts_with("(Last: ¥7.20 at "),
        "{:#?}",
        two.lines()
    );

    // Muted and not, from the menu.
    let muted_until = || async {
        let view = rig.app.ask("listening", Value::Null).await.unwrap();
        view["muted_until"].as_i64()
    };
    tray.click(&word("tray.mute_half_hour")).await.unwrap();
    let muted = tray
        .until("muted", |icon| {
            shows(icon, "muted") && has(icon, &word("tray.mute_off"))
        })
        .await;
    println!("{}", muted.lines().join("\n"));
    let for_ms = muted_until().await.unwrap() - now().0;
    assert!((29 * 60_000..=30 * 60_000).contains(&for_ms), "{for_ms}");
    tray.click(&word("tray.mute_off")).await.unwrap();
    tray.until("the voice is on", |icon| {
        shows(icon, "listening") && tells(icon, &word("tray.mute_off"))
    })
    .await;
    assert_eq!(muted_until().await, None);
    tray.click(&word("tray.mute_tomorrow")).await.unwrap();
    tray.until("muted till the shop's day ends", |icon| {
        shows(icon, "muted") && tells(icon, "Voice off until 04:00")
    })
    .await;

    // Nothing is heard: that wins over muted.
    let sources = rig.app.ask("sources", Value::Null).await.unwrap();
    let ours = |source: &&Value| source["kind"] == "wechat_v3";
    let id = sources.as_array().unwrap().iter().find(ours).unwrap()["id"].clone();
    rig.app.ask("remove_source", id).await.unwrap();
    tray.until("nothing is set up any more", |icon| {
        shows(icon, "not-listening")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_opens_windows_and_sends_a_test_payment_also_in_chinese() {
    let (rig, tray) = staged("history").await;
    for (line, window, title) in [
        ("tray.open_settings", "settings", "window.settings"),
        ("tray.open_history", "history", "window.history"),
    ] {
        tray.click(&word(line)).await.unwrap();
        rig.app.on(window).await.unwrap();
        rig.window_appears(&word(title)).await;
    }
    tray.click(&word("tray.test_payment")).await.unwrap();
    let book = rig.book();
    let spoken = || async {
        book.times()
            .first()
            .and_then(|one| one.spoken.and(one.shown))
    };
    wait::until("the test payment seen and heard", 30, spoken).await;
    assert_eq!(book.lines(), ["100 payment confirmed test"]);

    rig.app.on("settings").await.unwrap();
    rig.set(json!({ "language": "zh-CN" })).await;
    let chinese = tray
        .until("the menu in Chinese", |icon| has(icon, "设置"))
        .await;
    let lines: Vec<String> = chinese
        .lines()
        .iter()
        .map(|line| line.trim().to_owned())
        .collect();
    for line in [
        "今天的付款",
        "关闭播报",
        "30 分钟",
        "到明天",
        "(恢复播报)",
        "测试付款",
        "设置",
        "退出",
    ] {
        assert!(
            lines.iter().any(|known| known == line),
            "{line}: {lines:#?}"
        );
    }
    assert!(
        !lines.iter().any(|line| line.contains("Settings")),
        "{lines:#?}"
    );
    tray.click("30 分钟").await.unwrap();
    tray.until("muted in Chinese", |icon| has(icon, "恢复播报"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_icon_comes_with_a_tray_that_starts_late_or_again() {
    let rig = Rig::set_up("settings").await;
    let tray = TrayHost::start(&rig.stage).await.unwrap();
    tray.until("a tray that comes late", |icon| {
        shows(icon, "not-listening")
    })
    .await;
    tray.end().await;
    // While the tray is away the state changes.
    rig.add(WechatV3::default().config()).await;
    let tray = TrayHost::start(&rig.stage).await.unwrap();
    tray.until("the tray again", |icon| {
        shows(icon, "listening") && tells(icon, "Listening")
    })
    .await;
    tray.click(&word("tray.mute_half_hour")).await.unwrap();
    tray.until("its menu works", |icon| shows(icon, "muted"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quit_ends_the_program_in_order_and_a_second_start_opens_the_window() {
    let rig = Rig::set_up("settings").await;
    let Rig {
        app, stage, data, ..
    } = rig;
    app.quit().await.unwrap();

    // At login, where there is no tray: nothing is seen, and the next start by hand shows the window.
    let mut first = App::start(&stage, &data, &["--hidden"]).unwrap();
    let title = format!("^{}$", word("window.history"));
    let window = || stage.ask("xdotool", &["search", "--onlyvisible", "--name", &title]);
    Book::find(&data).unwrap();
    let log = || rig::log(&data);
    wait::until_now("the hidden start", 20, || {
        (log().matches("Tillbell is ready").count() == 2).then_some(())
    });
    assert_eq!(window(), None);
    let mut second = App::start(&stage, &data, &[]).unwrap();
    assert_eq!(
        second.ended(20),
        Some(0),
        "the second start hands over and ends"
    );
    wait::until_now("the history", 20, window);
    assert_eq!(first.ended(0), None);

    let tray = TrayHost::start(&stage).await.unwrap();
    tray.click(&word("tray.quit")).await.unwrap();
    assert_eq!(first.ended(15), Some(0), "quit from the menu\n{}", log());
    assert!(log().contains("Tillbell ends"), "{}", log());
    assert!(!log().contains("with work under way"), "{}", log());
    // A database that was closed has taken its journal in.
    let left: Vec<_> = walk(&data)
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with("-wal"))
        .collect();
    assert!(left.is_empty(), "not closed: {left:?}");
    assert_eq!(tray.icons().len(), 0, "the icon goes with the program");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
