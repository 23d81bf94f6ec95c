//! The cards' window: one task owns it. It is made when the first card comes, kept while cards come, and destroyed
//! after ten quiet minutes, since a web view costs a hundred megabytes whether it is seen or not. It never takes the
//! focus, and the voice never waits for it.

use crate::{
    platform,
    quiet::QuietWindow,
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
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// So long the hidden window is kept for the next payment.
const KEPT: Duration = Duration::from_secs(600);
/// A window that the system keeps away is shown again so often, until it is let.
const AGAIN: Duration = Duration::from_secs(5);

/// The handle of the cards' window. Calls hand over and return.
#[derive(Clone)]
pub(crate) struct CardWindow(Arc<Inner>);

struct Inner {
    view: watch::Sender<CardsView>,
    /// What the page drew last.
    painted: watch::Sender<Option<Painted>>,
    window: QuietWindow,
    /// Something else has the whole screen: notices stand in for the window.
    kept_away: AtomicBool,
    instead: InPlaceOfCards,
}

impl Default for CardWindow {
    fn default() -> Self {
        Self(Arc::new(Inner {
            view: watch::Sender::default(),
            painted: watch::Sender::default(),
            window: QuietWindow::new(CARD),
            kept_away: AtomicBool::default(),
            instead: InPlaceOfCards::default(),
        }))
    }
}

impl CardWindow {
    /// Shows these cards; none hides the window.
    pub(crate) fn show(&self, view: CardsView) {
        self.0.view.send_replace(view);
    }

    /// The page has drawn, and needs this height.
    pub(crate) fn painted(&self, painted: Painted) {
        self.0.painted.send_replace(Some(painted));
    }

    /// Owns the window until `stop`.
    pub(crate) async fn run<R: Runtime>(
        self,
        app: AppHandle<R>,
        desk: Desk,
        stop: CancellationToken,
    ) {
        let inner = &self.0;
        let (mut view, mut painted) = (inner.view.subscribe(), inner.painted.subscribe());
        // A payment may have had its card before this task came to run.
        view.mark_changed();
        let mut loads = inner.window.loads();
        let mut moved = app.state::<Windows>().moved.subscribe();
        let (mut refused, mut hidden_since) = (inner.instead.refused(), Instant::now());
        loop {
            let some = !view.borrow().cards.is_empty();
            tokio::select! {
                () = stop.cancelled() => return,
                Ok(()) = view.changed() => {
                    let now = view.borrow_and_update().clone();
                    let some = !now.cards.is_empty();
                    if inner.instead.told(&now) {
                        inner.window.destroy(&app).await;
                    }
                    if !some {
                        hidden_since = Instant::now();
                        self.notice(&desk).await;
                    } else if !inner.window.open(&app) {
                        self.notice(&desk).await;
                        continue;
                    }
                    if let Err(error) = app.emit_to(CARD, event::CARDS, &now) {
                        tracing::error!(%error, "the cards could not be handed to their window");
                    }
                    self.put(&app, &desk).await;
                }
                Ok(()) = painted.changed() => {
                    let drawn = painted.borrow_and_update().map(|drawn| drawn.revision);
                    inner.instead.drew(drawn >= Some(view.borrow().revision));
                    self.put(&app, &desk).await;
                }
                late = inner.instead.late() => {
                    if late == Late::Anew {
                        tracing::warn!("the cards' window draws nothing and is made anew");
                        inner.window.destroy(&app).await;
                        inner.window.open(&app);
                    }
                    self.notice(&desk).await;
                }
                Ok(()) = refused.changed() => desk.misses(Missing::Notices, *refused.borrow_and_update()),
                Ok(()) = loads.changed() => self.put(&app, &desk).await,
                Ok(()) = moved.changed() => self.put(&app, &desk).await,
                () = sleep(AGAIN), if some && inner.kept_away.load(Ordering::Relaxed) => self.put(&app, &desk).await,
                () = sleep_until(hidden_since + KEPT), if !some && app.get_webview_window(CARD).is_some() => {
                    tracing::debug!("the cards' window was not needed for a while and is destroyed");
                    inner.window.destroy(&app).await;
                }
            }
        }
    }

    /// In place of the window, where there can be none: the system's own notices.
    async fn notice(&self, desk: &Desk) {
        if let Ok(info) = desk.app_info().await {
            self.0.instead.show(info.language, &self.0.view.borrow());
        }
    }

    /// Shows the window where it belongs, or hides it.
    async fn put<R: Runtime>(&self, app: &AppHandle<R>, desk: &Desk) {
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
        match (self.0.window.has_loaded(), self.0.instead.is_late()) {
            (true, _) => {}
            (false, true) => return self.notice(desk).await,
            (false, false) => return,
        }
        let painted = (*self.0.painted.borrow()).filter(|painted| painted.revision >= revision);
        let height = place::stack_height(count, painted.map(|painted| painted.height));
        let Some((place, scale)) = desk.cards_place(&windows::monitors(app), height) else {
            return self.notice(desk).await;
        };
        let shown = platform::show_card(&window, place, scale);
        if self.0.kept_away.swap(!shown, Ordering::Relaxed) == shown {
            tracing::info!(shown, "whether the screen has room for cards has changed");
        }
        if !shown {
            self.notice(desk).await;
        } else if painted.is_some() {
            self.0.instead.withdraw(&self.0.view.borrow());
        } else if self.0.instead.is_late() {
            self.notice(desk).await;
        }
    }
}
