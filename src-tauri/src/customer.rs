//! The customers' window, which fills a monitor of its own: one task owns it. Which monitor is the desk's rule; here it
//! is made, put there, and taken away with the monitor.

use crate::{
    platform,
    quiet::QuietWindow,
    windows::{self, CUSTOMER, Windows},
};
use desk::Desk;
use tauri::{AppHandle, Manager, Runtime};
use tokio_util::sync::CancellationToken;

/// Owns the window until `stop`.
pub(crate) async fn run<R: Runtime>(app: AppHandle<R>, desk: Desk, stop: CancellationToken) {
    let window = QuietWindow::new(CUSTOMER);
    let (mut loads, mut moved) = (window.loads(), app.state::<Windows>().moved.subscribe());
    loop {
        put(&app, &desk, &window).await;
        tokio::select! {
            () = stop.cancelled() => return,
            Ok(()) = moved.changed() => {}
            Ok(()) = loads.changed() => {}
        }
    }
}

async fn put<R: Runtime>(app: &AppHandle<R>, desk: &Desk, window: &QuietWindow) {
    let look = || (windows::monitors(app), windows::open_places(app));
    let Some(monitor) = desk.customer_monitor(look).await else {
        return window.destroy(app).await;
    };
    if !window.open(app) || !window.has_loaded() {
        return;
    }
    if let Some(shown) = app.get_webview_window(CUSTOMER) {
        platform::show_customer(&shown, monitor.area, monitor.sound_scale());
    }
}
