//! The cards' window: one task owns it. It is made when the first card comes, kept while cards come, and destroyed
//! after ten quiet minutes, since a web view costs a hundred megabytes whether it is seen or not. It never takes the
//! focus, and the voice never waits for it.

use crate::{
    platform,
    windows::{self, CARD, Windows},
};
use desk::{
    Desk,
    api::event,
    missing::Missing,
    notice::{InPlaceOfCards, Late},
    place,
    views::{CardsView, Painted},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tauri::{
    AppHandle, Emitter, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::PageLoadEvent,
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// So long the hidden window is kept for the next payment.
const KEPT: Duration = Duration::from_secs(600);
/// A window that the system keeps away is shown again so often, until it is let.
const AGAIN: Duration = Duration::from_secs(5);

/// The handle of the cards' window. Calls hand over and return.
#[derive(Clone, Default)]
pub struct CardWindow(Arc<Inner>);

#[derive(Default)]
struct Inner {
    view: watch::Sender<CardsView>,
    /// What the page drew last.
    painted: watch::Sender<Option<Painted>>,
    /// A page of the window has loaded and can be shown.
    loaded: watch::Sender<u64>,
    anew: Notify,
    /// Something else has the whole screen: notices stand in for the window.
    kept_away: AtomicBool,
    instead: InPlaceOfCards,
}

impl CardWindow {
    /// Shows these cards; none hides the window.
    pub fn show(&self, view: CardsView) {
        self.0.view.send_replace(view);
    }

    /// The page has drawn, and needs this height.
    pub fn painted(&self, painted: Painted) {
        self.0.painted.send_replace(Some(painted));
    }

    /// Monitors or settings changed: the window may belong elsewhere.
    pub fn place_anew(&self) {
        self.0.anew.notify_one();
    }

    /// Owns the window until `stop`.
    pub async fn run<R: Runtime>(self, app: AppHandle<R>, stop: CancellationToken) {
        let inner = &self.0;
        let (mut view, mut painted, mut loaded) = (
            inner.view.subscribe(),
            inner.painted.subscribe(),
            inner.loaded.subscribe(),
        );
        let (mut refused, mut hidden_since) = (inner.instead.refused(), Instant::now());
        loop {
            let some = !view.borrow().cards.is_empty();
            tokio::select! {
                () = stop.cancelled() => return,
                Ok(()) = view.changed() => {
                    let now = view.borrow_and_update().clone();
                    let some = !now.cards.is_empty();
                    if inner.instead.told(&now) {
                        self.destroy(&app).await;
                    }
                    if !some {
                        hidden_since = Instant::now();
                        self.notice(&app).await;
                    } else if !self.open(&app, &now) {
                        self.notice(&app).await;
                        continue;
                    }
                    if let Err(error) = app.emit_to(CARD, event::CARDS, &now) {
                        tracing::error!(%error, "the cards could not be handed to their window");
                    }
                    self.put(&app).await;
                }
                Ok(()) = painted.changed() => {
                    let drawn = painted.borrow_and_update().map(|drawn| drawn.revision);
                    inner.instead.drew(drawn >= Some(view.borrow().revision));
                    self.put(&app).await;
                }
                late = inner.instead.late() => {
                    if late == Late::Anew {
                        tracing::warn!("the cards' window draws nothing and is made anew");
                        self.destroy(&app).await;
                        let now = view.borrow().clone();
                        self.open(&app, &now);
                    }
                    self.notice(&app).await;
                }
                Ok(()) = refused.changed() => {
                    let refused = *refused.borrow_and_update();
                    app.state::<Desk>().misses(Missing::Notices, refused);
                }
                Ok(()) = loaded.changed() => self.put(&app).await,
                () = inner.anew.notified() => self.put(&app).await,
                () = sleep(AGAIN), if some && inner.kept_away.load(Ordering::Relaxed) => self.put(&app).await,
                () = sleep_until(hidden_since + KEPT), if !some && app.get_webview_window(CARD).is_some() => {
                    tracing::debug!("the cards' window was not needed for a while and is destroyed");
                    self.destroy(&app).await;
                }
            }
        }
    }

    /// Returns when the window's name is free for another.
    async fn destroy<R: Runtime>(&self, app: &AppHandle<R>) {
        let _ = app.get_webview_window(CARD).map(|window| window.destroy());
        let mut looks = 0..50;
        while app.get_webview_window(CARD).is_some() && looks.next().is_some() {
            sleep(Duration::from_millis(20)).await;
        }
        self.0.loaded.send_replace(0);
    }

    /// Makes the window if there is none. Its page asks for the cards itself once it has loaded.
    fn open<R: Runtime>(&self, app: &AppHandle<R>, view: &CardsView) -> bool {
        if app.get_webview_window(CARD).is_some() {
            return true;
        }
        if !platform::can_draw() {
            return false;
        }
        let this = self.clone();
        match build(app, move || this.0.loaded.send_modify(|loads| *loads += 1)) {
            Ok(window) => platform::dress_card(&window),
            Err(error) => {
                tracing::error!(%error, cards = view.cards.len(), "the cards' window could not be made")
            }
        }
        app.get_webview_window(CARD).is_some()
    }

    /// In place of the window, where there can be none: the system's own notices.
    async fn notice<R: Runtime>(&self, app: &AppHandle<R>) {
        let Some(desk) = app.try_state::<Desk>() else {
            return;
        };
        if let Ok(info) = desk.app_info().await {
            let view = self.0.view.borrow().clone();
            self.0.instead.show(info.language, &view);
        }
    }

    /// Shows the window where it belongs, or hides it.
    async fn put<R: Runtime>(&self, app: &AppHandle<R>) {
        let Some(window) = app.get_webview_window(CARD) else {
            return;
        };
        let (count, revision) = {
            let view = self.0.view.borrow();
            (view.cards.len(), view.revision)
        };
        if count == 0 {
            return platform::hide_card(&window);
        }
        // A page that has not loaded would be shown as an empty window.
        if *self.0.loaded.borrow() == 0 {
            return;
        }
        let painted = (*self.0.painted.borrow()).filter(|painted| painted.revision >= revision);
        let height = place::stack_height(count, painted.map(|painted| painted.height));
        let settings = match app.try_state::<Desk>() {
            Some(desk) => desk.settings().await.unwrap_or_default(),
            None => return,
        };
        let monitors = windows::monitors(app);
        let Some(monitor) = place::choose(&monitors, settings.card_monitor.as_deref()) else {
            tracing::warn!("there is no monitor for cards");
            return self.notice(app).await;
        };
        let place = place::cards(monitor, settings.card_corner, height);
        let shown = platform::show_card(&window, place, monitor.scale);
        if self.0.kept_away.swap(!shown, Ordering::Relaxed) == shown {
            tracing::info!(shown, "whether the screen has room for cards has changed");
        }
        if !shown {
            self.notice(app).await;
        } else if painted.is_some() {
            self.0.instead.withdraw(&self.0.view.borrow());
        } else if self.0.instead.is_late() {
            self.notice(app).await;
        }
    }
}

fn build<R: Runtime>(
    app: &AppHandle<R>,
    loaded: impl Fn() + Send + Sync + 'static,
) -> tauri::Result<WebviewWindow<R>> {
    WebviewWindowBuilder::new(app, CARD, WebviewUrl::App("card.html".into()))
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
        .on_page_load(move |_, load| {
            if load.event() == PageLoadEvent::Finished {
                loaded();
            }
        })
        .build()
}
