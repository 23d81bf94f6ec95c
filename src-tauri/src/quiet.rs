//! A window that never takes the focus, for cards and for customers: made hidden, and shown by the system's own means
//! once its page has loaded.

use crate::{platform, windows, windows::Windows};
use desk::place;
use std::time::Duration;
use tauri::{
    AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::PageLoadEvent,
};
use tokio::{sync::watch, time::sleep};

/// Such a window, whether it is there or not.
pub(crate) struct QuietWindow {
    label: &'static str,
    /// So many pages have loaded since it was made.
    loads: watch::Sender<u64>,
}

impl QuietWindow {
    pub(crate) fn new(label: &'static str) -> Self {
        Self {
            label,
            loads: watch::Sender::default(),
        }
    }

    /// Changes when a page has loaded.
    pub(crate) fn loads(&self) -> watch::Receiver<u64> {
        self.loads.subscribe()
    }

    /// Whether its page has loaded. Before, it would be shown as an empty window.
    pub(crate) fn has_loaded(&self) -> bool {
        *self.loads.borrow() > 0
    }

    /// Makes the window if there is none, and answers whether there is one. Its page asks for what it shows by itself.
    pub(crate) fn open<R: Runtime>(&self, app: &AppHandle<R>) -> bool {
        if app.get_webview_window(self.label).is_some() {
            return true;
        }
        if !platform::can_draw() {
            return false;
        }
        match self.build(app) {
            Ok(window) => {
                windows::lay_paper(&window);
                platform::dress_card(&window);
            }
            Err(error) => {
                tracing::error!(%error, window = self.label, "a window could not be made")
            }
        }
        app.get_webview_window(self.label).is_some()
    }

    /// Returns when the window's name is free for another.
    pub(crate) async fn destroy<R: Runtime>(&self, app: &AppHandle<R>) {
        let window = || app.get_webview_window(self.label);
        let _ = window().map(|window| window.destroy());
        let mut looks = 0..50;
        while window().is_some() && looks.next().is_some() {
            sleep(Duration::from_millis(20)).await;
        }
        // Only where that is news: whoever follows the loads and finds no window to show comes here again.
        self.loads
            .send_if_modified(|loads| std::mem::take(loads) > 0);
    }

    fn build<R: Runtime>(&self, app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
        let loads = self.loads.clone();
        let page = WebviewUrl::App(format!("{}.html", self.label).into());
        WebviewWindowBuilder::new(app, self.label, page)
            .title("Tillbell")
            .data_directory(app.state::<Windows>().web_data.clone())
            .inner_size(place::CARD_WIDTH.into(), place::CARD_HEIGHT.into())
            .visible(false)
            .focused(false)
            .focusable(false)
            .always_on_top(true)
            .visible_on_all_workspaces(true)
            .skip_taskbar(true)
            .decorations(false)
            .resizable(false)
            .maximizable(false)
            .minimizable(false)
            .accept_first_mouse(true)
            .on_navigation(|url| place::is_page(url.as_str()))
            .on_page_load(move |_, load| {
                if load.event() == PageLoadEvent::Finished {
                    loads.send_modify(|loads| *loads += 1);
                }
            })
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn taking_away_what_is_not_there_is_no_news() {
        let app = tauri::test::mock_app();
        let window = QuietWindow::new("customer");
        let loads = window.loads();
        window.destroy(app.handle()).await;
        assert!(
            !loads.has_changed().expect("it is there"),
            "whoever takes a window away when told would be told for ever"
        );
        window.loads.send_modify(|loads| *loads += 1);
        window.destroy(app.handle()).await;
        assert!(loads.has_changed().expect("it is there"));
        assert!(!window.has_loaded());
    }
}
