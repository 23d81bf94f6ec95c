//! The demo: a made-up customer pays at the real app, through the hub's real doors, in the platforms' real formats.
//! Run by `cargo xtask demo`. With `--headless` it brings its own front desk and leaves pictures and a recording of what
//! somebody there would have seen and heard under `target/demo/`; otherwise it plays on this desktop.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for people: it prints what it does"
)]

#[path = "demo/album.rs"]
mod album;
#[path = "demo/phone.rs"]
mod phone;
#[path = "demo/story.rs"]
mod story;

use album::Album;
use anyhow::Context;
use std::{fs, path::PathBuf, time::Duration};
use tests::{
    app::{Driven, process_of},
    stage::{Stage, sound},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let headless = std::env::args().any(|word| word == "--headless");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/demo");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    if headless {
        on_a_virtual_desk(folder).await
    } else {
        on_this_desktop(folder).await
    }
}

/// Everything of its own, and an album of what was seen and heard.
async fn on_a_virtual_desk(folder: PathBuf) -> anyhow::Result<()> {
    let mut stage = Stage::start()?;
    stage.desktop();
    stage.other_program("Till", "printf 'Table 4\\n\\n  2 x Oolong        25.60\\n  1 x Rice cake     10.90\\n\\n  Total          ¥ 36.50\\n'; sleep 3600")?;
    let recording = stage.record(&folder.join("what-was-heard.wav"))?;
    let mut album = Album::new(&folder, true);
    let data = stage.path("data/shop");
    let app = Driven::open(&stage, &data, "welcome")
        .await
        .context("the app did not start")?;
    let told = story::tell(&stage, &app, &data, &mut album).await;
    app.quit().await?;
    let wav = recording.stop();
    drop(stage);
    told?;
    let heard = sound::loudness(&wav)?;
    album.note(
        "what-was-heard.wav",
        &format!(
            "everything that was said ({} s of sound)",
            heard.heard_ms / 1000
        ),
    );
    album.close()?;
    Ok(())
}

/// On the desktop of whoever typed the command; the app stays until it is quit.
async fn on_this_desktop(folder: PathBuf) -> anyhow::Result<()> {
    let stage = Stage::this_desktop()?;
    let data = folder.join("data");
    let mut album = Album::new(&folder, false);
    let app = Driven::open(&stage, &data, "welcome").await;
    let app = app.context("the app did not start; is WebKitWebDriver installed? (`cargo xtask demo --headless` needs no desktop)")?;
    story::tell(&stage, &app, &data, &mut album).await?;
    println!(
        "\nThat was the story. Tillbell goes on until you quit it from its tray icon (or press Ctrl-C here)."
    );
    while process_of(&data).is_some() {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}
