//! The desk's [`Screen`] on windows and tray. The desk calls it while it holds a lock, so everything is handed over.

use crate::{cards::CardWindow, tray, windows};
use desk::{
    Screen, TrayView,
    api::event,
    views::{AppInfo, CardsView, Painted},
};
use serde_json::json;
use tauri::{AppHandle, Emitter, Runtime};

/// Windows and tray of this app.
pub(crate) struct Windowed<R: Runtime> {
    pub(crate) app: AppHandle<R>,
    pub(crate) cards: CardWindow,
}

impl<R: Runtime> Windowed<R> {
    fn on_main_thread(&self, run: impl FnOnce(&AppHandle<R>) + Send + 'static) {
        let app = self.app.clone();
        if let Err(error) = self.app.run_on_main_thread(move || run(&app)) {
            tracing::warn!(%error, "the app is ending and shows nothing more");
        }
    }
}

impl<R: Runtime> Screen for Windowed<R> {
    fn cards(&self, view: &CardsView) {
        self.cards.show(view.clone());
    }

    fn painted(&self, painted: Painted) {
        self.cards.painted(painted);
    }

    fn app_info(&self, info: &AppInfo) {
        let windows = ["card", "history", "settings", "welcome"];
        self.tell(&windows, event::APP_INFO, &json!(info));
        let (language, theme) = (info.language, info.theme);
        self.on_main_thread(move |app| windows::dress(app, language, theme));
    }

    /// Only to windows that may know; to a window that is not open it goes nowhere.
    fn tell(&self, windows: &[&str], event: &str, what: &serde_json::Value) {
        for label in windows {
            if let Err(error) = self.app.emit_to(*label, event, what) {
                tracing::warn!(%error, event, "a window could not be told");
            }
        }
    }

    fn tray(&self, view: &TrayView) {
        let view = view.clone();
        self.on_main_thread(move |app| tray::show(app, &view));
    }
}
