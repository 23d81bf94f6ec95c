//! The app on a desktop that remembers windows and starts programs at login; and a phone that falls silent.

use crate::rig::{self, Rig, word};
use domain::{Secret, SourceConfig};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs};
use tests::{
    app::Driven,
    customer::{Sale, Vmq, now},
    signal::{Signal, send},
    stage::{Stage, TrayHost},
    wait,
};

/// Where a window with this title is and how large, as the window manager and xdotool see it.
fn place(stage: &Stage, title: &str) -> Option<[i64; 4]> {
    let title = format!("^{title}$");
    let found = stage.ask("xdotool", &["search", "--onlyvisible", "--name", &title])?;
    let id = found.lines().next_back()?;
    let text = stage.ask("xdotool", &["getwindowgeometry", "--shell", id])?;
    let values: BTreeMap<&str, i64> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect();
    let value = |name| values.get(name).copied();
    Some([value("X")?, value("Y")?, value("WIDTH")?, value("HEIGHT")?])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_where_it_was_left() {
    let rig = Rig::set_up("history").await;
    let title = word("window.history");
    rig.window_appears(&title).await;
    let id = rig
        .stage
        .ask(
            "xdotool",
            &["search", "--onlyvisible", "--name", &format!("^{title}$")],
        )
        .unwrap();
    for order in [
        ["windowsize", "--sync", &id, "900", "600"],
        ["windowmove", "--sync", &id, "310", "170"],
    ] {
        rig.stage.ask("xdotool", &order).unwrap();
    }
    let left = || {
        let now = place(&rig.stage, &title)?;
        (now[2] == 900 && now[3] == 600 && now[0] >= 300).then_some(now)
    };
    let left = wait::until_now("the window in its new place", 10, left);
    let rig = rig.restarted("history", false).await;
    rig.window_appears(&title).await;
    let again = || {
        let now = place(&rig.stage, &title)?;
        // A window manager's frame may shift it by its own width.
        let near = now
            .iter()
            .zip(left)
            .all(|(now, left)| (now - left).abs() <= 3);
        near.then_some(now)
    };
    let found = wait::for_now(10, again);
    assert!(
        found.is_some(),
        "left at {left:?}, opened at {:?}",
        place(&rig.stage, &title)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_for_login_starts_the_app_hidden() {
    let rig = Rig::set_up("settings").await;
    assert_eq!(
        rig.app.ask("start_at_login", Value::Null).await.unwrap(),
        json!(false)
    );
    let on = rig
        .app
        .ask("set_start_at_login", json!(true))
        .await
        .unwrap();
    assert_eq!(on, json!(true));
    let file = rig.stage.path("home/config/autostart/tillbell.desktop");
    let entry = fs::read_to_string(&file).unwrap();
    let exec = entry
        .lines()
        .find_map(|line| line.strip_prefix("Exec="))
        .unwrap();

    // What a desktop does at login: it runs the line. It is another shop, in the usual folder of this home.
    let mut login = rig.stage.command("sh");
    let mut login = login.args(["-c", &format!("exec {exec}")]).spawn().unwrap();
    let usual = rig.stage.path("home/share/app.tillbell.desktop");
    let ready = || rig::log(&usual).contains("Tillbell is ready").then_some(());
    wait::until_now("the start at login", 30, ready);
    assert_eq!(login.try_wait().unwrap(), None, "it runs on");
    send(login.id(), Signal::TERM);
    wait::until_now("its end", 15, || login.try_wait().unwrap());
    let words = fs::read_to_string(&file).unwrap();
    assert!(words.contains("--hidden"), "{words}");

    let off = rig
        .app
        .ask("set_start_at_login", json!(false))
        .await
        .unwrap();
    assert_eq!(off, json!(false));
    assert!(!file.exists());
}

/// The whole of "silence is never taken for no customers", in the time that it really takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_falls_silent_is_told_by_tray_card_and_voice_and_so_is_its_return() {
    let turn = rig::turn();
    let stage = Stage::start().unwrap();
    let tray = TrayHost::start(&stage).await.unwrap();
    let rig = Rig::set_up_on(turn, stage, "settings").await;
    // Three minutes of waiting hold up no other test.
    rig.turn.unlock().unwrap();
    let config = SourceConfig::Vmq {
        key: Secret::default(),
    };
    let door = rig.add(config).await;
    let phone = Vmq::new(&door.secret);
    rig.deliver(&door, &phone.beat(now())).await;
    rig.deliver(&door, &phone.push(1, &Sale::new(1, 1_280, now()), now()))
        .await;
    tray.until("it listens", |icon| {
        icon.lines().iter().any(|line| line.contains("Listening"))
    })
    .await;
    let book = rig.book();
    wait::until("the payment said", 40, || async {
        book.times().first()?.spoken
    })
    .await;

    let recording = rig.stage.record(&rig.stage.path("silence.wav")).unwrap();
    state(&rig.app, "source_silent", 260).await;
    let said = tray
        .until("the tray says so", |icon| {
            icon.lines()
                .iter()
                .any(|line| line.contains("has not been heard since"))
        })
        .await;
    assert_eq!(said.status, "Active");
    rig.app.on("card").await.unwrap();
    rig.app.shows(&word("card.not_listening")).await.unwrap();
    rig.picture("silence-card");
    // The voice ends its sentence; a card that stays needs no more time.
    let heard = || {
        let so_far = recording.so_far().ok()?;
        (so_far.heard_ms > 1_500).then_some(so_far)
    };
    wait::until_now("the sentence about it", 30, heard);
    drop(recording);

    rig.deliver(&door, &phone.beat(now())).await;
    rig.app.shows(&word("card.back")).await.unwrap();
    tray.until("it listens again", |icon| {
        icon.lines().iter().any(|line| line.contains("Listening"))
    })
    .await;
    rig.picture("silence-over-card");
}

async fn state(app: &Driven, wanted: &str, seconds: u64) {
    let look = || async {
        let view = app.ask("listening", Value::Null).await.ok()?;
        (view["state"] == wanted).then_some(())
    };
    wait::until(wanted, seconds, look).await;
}
