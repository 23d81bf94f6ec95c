//! What the system lacks, said once and where it can be said: in a native message, the tray, the settings. The rest
//! goes on.

use super::{can_draw, here, tray_host};
use desk::{Desk, missing::Missing, settings::Language};
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager, Runtime};

/// A message is open: the same one is not opened over it.
static OPEN: AtomicBool = AtomicBool::new(false);

/// At the start: whether windows can be drawn, and whether there is a tray.
pub(super) fn look<R: Runtime>(app: &AppHandle<R>, desk: &Desk) {
    let asked = app.clone();
    tauri::async_runtime::spawn(async move { drawable(&asked).await });
    let (app, desk) = (app.clone(), desk.clone());
    tauri::async_runtime::spawn(async move {
        let host = tray_host().await;
        // Asked on the main thread, which made the icon before it comes to this.
        let (tell, told) = tokio::sync::oneshot::channel();
        let asked = app.clone();
        let on_main = app.run_on_main_thread(move || {
            let _ = tell.send(asked.tray_by_id("tillbell").is_some());
        });
        let icon = on_main.is_ok() && told.await.unwrap_or(false);
        desk.misses(Missing::Tray, !(host && icon));
    });
}

/// Whether a window can be drawn. Where it cannot, the person is told in a native message, with what to do: at the
/// start, and again when a window is asked for; one message at a time.
pub(crate) async fn drawable<R: Runtime>(app: &AppHandle<R>) -> bool {
    let Some(desk) = app.try_state::<Desk>() else {
        return can_draw();
    };
    let can = can_draw();
    desk.misses(Missing::WebView, !can);
    if can || OPEN.swap(true, Ordering::AcqRel) {
        return can;
    }
    let info = desk.app_info().await;
    let language = info.map_or_else(|_| Language::default(), |info| info.language);
    let (title, help) = (
        format!("Tillbell: {}", Missing::WebView.title(language)),
        Missing::WebView.help(language, std::env::consts::OS),
    );
    tracing::warn!("windows cannot be drawn; the person is told in a message");
    here::tell(app, title, help, || OPEN.store(false, Ordering::Release));
    false
}
