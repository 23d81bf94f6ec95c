//! The composition root: folder, log, key, embedded hub, desk; what opens at the start; and the orderly end.

use crate::{
    Args, ThisProgram, UpdateSource, cards::CardWindow, customer, platform, screen::Windowed, tray,
    windows,
};
use anyhow::Context;
use desk::{
    Desk, DeskConfig, Running, Surroundings, announcer::speaker::SystemSpeech, guess,
    settings::Language, vault, views::WindowName, words,
};
use domain::wire::Shop;
use hub::{Embedded, HubConfig, MasterKey, Page, Pages};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tauri::{AppHandle, Manager, Runtime, plugin::TauriPlugin};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A second start shows the history of the first, or what it was asked to open, and ends. It must be the first plugin.
/// Which start is a second one, the config's identifier tells it.
pub(crate) fn single_instance<R: Runtime>() -> TauriPlugin<R> {
    let plugin =
        tauri_plugin_single_instance::Builder::new().callback(|app: &AppHandle<R>, argv, _| {
            let again = <Args as clap::Parser>::try_parse_from(argv).ok();
            if again.as_ref().is_some_and(|again| again.hidden) {
                return;
            }
            let name = again
                .and_then(|again| again.open)
                .unwrap_or(WindowName::History);
            let app = app.clone();
            tauri::async_runtime::spawn(async move { windows::open(&app, name).await });
        });
    plugin.build()
}

/// Starts everything off the main thread, since a keychain may ask and a disk may be slow.
pub(crate) fn spawn<R: Runtime>(app: AppHandle<R>, args: Arc<Args>, language: Language) {
    tauri::async_runtime::spawn(async move {
        let folder = match folder(&app, &args) {
            Ok(folder) => folder,
            Err(error) => return platform::fail(&app, &error, Path::new(""), language),
        };
        if let Err(error) = start(&app, &args, &folder, language).await {
            platform::fail(&app, &error, &folder, language);
        }
    });
}

/// The folder for everything that is kept: local to this PC, never one that roams or is synchronised.
fn folder<R: Runtime>(app: &AppHandle<R>, args: &Args) -> anyhow::Result<PathBuf> {
    let folder = match &args.data_dir {
        Some(dir) => std::path::absolute(dir)?,
        None => app.path().app_local_data_dir()?,
    };
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    platform::only_ours(&folder)?;
    Ok(folder)
}

/// The owner's documents; beside everything else where a folder was named, and where the system has none.
fn documents<R: Runtime>(app: &AppHandle<R>, args: &Args, folder: &Path) -> PathBuf {
    let own = app.path().document_dir().ok();
    own.filter(|_| args.data_dir.is_none())
        .unwrap_or_else(|| folder.join("documents"))
}

async fn start<R: Runtime>(
    app: &AppHandle<R>,
    args: &Args,
    folder: &Path,
    language: Language,
) -> anyhow::Result<()> {
    desk::log::start(folder)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), folder = %folder.display(), "Tillbell starts");
    let cards = CardWindow::default();
    app.manage(windows::Windows::load(folder));
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let zone = guess::zone();
    let hub = embedded_hub(args, folder, phone_pages(app), &zone, language).await?;
    let screen = Arc::new(Windowed {
        app: app.clone(),
        cards: cards.clone(),
    });
    // On the main thread, and before the desk says what stands in it: orders to the main thread keep their order.
    let on_main = app.clone();
    app.run_on_main_thread(move || {
        if let Err(error) = tray::create(&on_main, language) {
            tracing::error!(%error, "there is no tray icon");
        }
    })?;
    let config = DeskConfig {
        data_dir: folder.to_owned(),
        documents: documents(app, args, folder),
        hub: hub.address(),
        token: hub.token(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system_language: language,
        system_zone: zone,
    };
    let hub_stop = CancellationToken::new();
    let served = hub.serve(hub_stop.clone());
    tasks.spawn(async move {
        // The desk notices by itself that the hub is gone, and says so in tray, card and voice.
        if let Err(error) = served.await {
            tracing::error!(%error, "the hub ended");
        }
    });
    let speech = Arc::new(SystemSpeech::default());
    let desk = Desk::open(config, Surroundings { screen, speech }).await?;
    let source = UpdateSource::built_in();
    desk.updated_by(Arc::new(ThisProgram::new(app.clone(), source)));
    app.manage(desk.clone());

    tasks.spawn(cards.run(app.clone(), desk.clone(), stop.clone()));
    tasks.spawn(customer::run(app.clone(), desk.clone(), stop.clone()));
    let (running, stopping) = (desk.clone(), stop.clone());
    tasks.spawn(async move {
        running.run(stopping).await;
        // Only now: until its last mark is written the desk speaks to the hub.
        hub_stop.cancel();
    });
    app.manage(Running::new(stop, tasks));
    let signalled = app.clone();
    tauri::async_runtime::spawn(async move {
        platform::asked_to_end().await;
        tracing::info!("the system asks Tillbell to end");
        quit(&signalled);
    });
    platform::started(app, &desk, folder);
    tracing::info!("Tillbell is ready");
    open_first(app, args, &desk).await;
    Ok(())
}

/// The first start opens by itself; a start by hand shows something, a start at login nothing.
async fn open_first<R: Runtime>(app: &AppHandle<R>, args: &Args, desk: &Desk) {
    let settings = desk.settings().await;
    let name = match args.open {
        Some(open) => open,
        None if settings.is_ok_and(|settings| !settings.first_start_done) => WindowName::Welcome,
        None if !args.hidden => WindowName::History,
        None if platform::tray_host().await => return,
        None => return tracing::warn!("no tray icons here; start Tillbell again for its window"),
    };
    windows::open(app, name).await;
}

/// The hub inside: its database in our folder, its key in the system's keychain, reachable from this PC only.
async fn embedded_hub(
    args: &Args,
    folder: &Path,
    pages: Pages,
    zone: &str,
    language: Language,
) -> anyhow::Result<Embedded> {
    let (key, kept_in) = vault::master_key(folder).await?;
    tracing::info!(?kept_in, "the hub's master key was read");
    let mut config = HubConfig::new(folder.join("hub"));
    config.patience = desk::PATIENCE;
    config.pages = Some(pages);
    // Until the owner says better, in the first start.
    let shop = Shop {
        name: words::text(language, "start.shop_name", &[]),
        currency: guess::currency(zone, language),
        day_rule: guess::day_rule(zone).context("no time zone is known")?,
    };
    Ok(Embedded::open(config, MasterKey::from_bytes(*key), &shop, args.port).await?)
}

/// The page for clerks' phones, among the app's own: whatever lies in its folder and nothing else.
fn phone_pages<R: Runtime>(app: &AppHandle<R>) -> Pages {
    let assets = app.asset_resolver();
    Pages::new(move |path| {
        let asset = assets.get(format!("phone/{path}"))?;
        Some(Page::named(path, asset.bytes))
    })
}

/// Stops all work in order, once: what is under way is finished, for three seconds at most. Book and hub are closed
/// then, and a newer version may open them.
pub(crate) async fn stop<R: Runtime>(app: &AppHandle<R>) {
    if let Some(running) = app.try_state::<Running>() {
        running.end().await;
    }
}

/// Ends the program in order, and starts it again.
pub(crate) fn restart<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        stop(&app).await;
        app.request_restart();
    });
}

/// Ends the program in order.
pub(crate) fn quit<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        stop(&app).await;
        app.exit(0);
    });
}
