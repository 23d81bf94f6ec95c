//! The windows for people: history, settings and first start. Made when they are opened, destroyed when they are
//! closed (a hidden one costs as much as a shown one), and put back where they were.

use desk::{
    Desk,
    place::{self, Monitor, Place, Places, Rect},
    settings::{Language, Theme},
    views::WindowName,
    words,
};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tauri::{
    AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent, webview::PageLoadEvent,
};
use tokio::sync::watch;

/// The cards' window.
pub(crate) const CARD: &str = "card";
/// The customers' window.
pub(crate) const CUSTOMER: &str = "customer";

/// What is known of the windows between two times that they are open.
pub(crate) struct Windows {
    /// Where web views keep what they keep.
    pub(crate) web_data: PathBuf,
    places: Mutex<Places>,
    /// Two orders to open the same window must not both build it.
    opening: tokio::sync::Mutex<()>,
    /// Monitors or settings changed: windows that we place may belong elsewhere.
    pub(crate) moved: watch::Sender<()>,
}

impl Windows {
    pub(crate) fn load(data_dir: &Path) -> Self {
        Self {
            web_data: data_dir.join("web"),
            places: Mutex::new(Places::load(data_dir.join("windows.json"))),
            opening: tokio::sync::Mutex::default(),
            moved: watch::Sender::default(),
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The monitors that are there now.
pub(crate) fn monitors<R: Runtime>(app: &AppHandle<R>) -> Vec<Monitor> {
    let main = app.primary_monitor().ok().flatten();
    let main = main.map(|monitor| *monitor.position());
    let found = app.available_monitors().unwrap_or_default();
    let monitor = |monitor: &tauri::Monitor| {
        let work = monitor.work_area();
        Monitor {
            name: monitor.name().cloned().unwrap_or_default(),
            area: Rect::new((*monitor.position()).into(), (*monitor.size()).into()),
            work: Rect::new(work.position.into(), work.size.into()),
            scale: monitor.scale_factor(),
            primary: main == Some(*monitor.position()),
        }
    };
    place::named(found.iter().map(monitor).collect())
}

/// Where the windows for people are that are open now.
pub(crate) fn open_places<R: Runtime>(app: &AppHandle<R>) -> Vec<Rect> {
    let open = WindowName::ALL.map(|name| app.get_webview_window(name.label()));
    let place = |window: WebviewWindow<R>| {
        let (corner, size) = (window.outer_position().ok()?, window.outer_size().ok()?);
        Some(Rect::new(corner.into(), size.into()))
    };
    open.into_iter().flatten().filter_map(place).collect()
}

/// Opens a window, or brings the open one to the front.
pub(crate) async fn open<R: Runtime>(app: &AppHandle<R>, name: WindowName) {
    let windows = app.state::<Windows>();
    let _one_at_a_time = windows.opening.lock().await;
    if let Some(window) = app.get_webview_window(name.label()) {
        front(&window);
        return;
    }
    if !crate::platform::drawable(app).await {
        return;
    }
    let info = match app.try_state::<Desk>() {
        Some(desk) => desk.app_info().await.ok(),
        None => None,
    };
    let language = info.map(|info| (info.language, info.theme));
    if let Err(error) = build(app, &windows, name, language.unwrap_or_default()) {
        tracing::error!(%error, window = name.label(), "a window could not be opened");
    }
}

fn build<R: Runtime>(
    app: &AppHandle<R>,
    windows: &Windows,
    name: WindowName,
    (language, theme): (Language, Theme),
) -> tauri::Result<()> {
    let label = name.label();
    let ((width, height), (min_width, min_height)) = place::sizes(name);
    let builder =
        WebviewWindowBuilder::new(app, label, WebviewUrl::App(format!("{label}.html").into()))
            .title(words::text(language, &format!("window.{label}"), &[]))
            .theme(window_theme(theme))
            .data_directory(windows.web_data.clone())
            .inner_size(width, height)
            .min_inner_size(min_width, min_height)
            .visible(false)
            // Pages take dropped pictures themselves.
            .disable_drag_drop_handler()
            .on_navigation(|url| place::is_page(url.as_str()))
            .on_page_load(|window, load| {
                if load.event() == PageLoadEvent::Finished {
                    front(&window);
                }
            });
    let kept = windows.places().get(label);
    let place = kept.and_then(|place| place::restored(place, &monitors(app)));
    let window = match place {
        Some(place) => builder.maximized(place.maximized).build()?,
        None => builder.center().build()?,
    };
    if let Some(place) = place {
        window.set_size(tauri::LogicalSize::new(place.width, place.height))?;
        window.set_position(tauri::PhysicalPosition::new(place.x, place.y))?;
    }
    lay_paper(&window);
    crate::platform::windows_open(app, true);
    Ok(())
}

/// What is seen of a window where its page has not drawn yet, as where it has grown: paper, not black.
pub(crate) fn lay_paper<R: Runtime>(window: &WebviewWindow<R>) {
    let theme = window.try_state::<Desk>().map(|desk| desk.theme());
    let dark = || window.theme().is_ok_and(|is| is == tauri::Theme::Dark);
    let _ = window.set_background_color(Some(place::paper(theme.unwrap_or_default(), dark).into()));
}

fn front<R: Runtime>(window: &WebviewWindow<R>) {
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, window = window.label(), "a window could not be brought to the front");
    }
}

/// Closes a window, if it is open.
pub(crate) fn close<R: Runtime>(app: &AppHandle<R>, name: WindowName) {
    let window = app.get_webview_window(name.label());
    let _ = window.map(|window| window.close());
}

/// Gives the windows that are open their new language and theme.
pub(crate) fn dress<R: Runtime>(app: &AppHandle<R>, language: Language, theme: Theme) {
    app.set_theme(window_theme(theme));
    for (label, window) in app.webview_windows() {
        lay_paper(&window);
        if WindowName::ALL.map(WindowName::label).contains(&&*label) {
            let _ = window.set_title(&words::text(language, &format!("window.{label}"), &[]));
        }
    }
}

fn window_theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// What happens to windows: where they are is remembered, and cards follow a monitor that changes.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::CloseRequested { .. } => remember(app, window.label()),
        WindowEvent::Destroyed if window.label().parse::<WindowName>().is_ok() => {
            let open = app.webview_windows();
            let other = |label: &str| label != window.label() && open.contains_key(label);
            if !WindowName::ALL.iter().any(|name| other(name.label())) {
                crate::platform::windows_open(app, false);
            }
        }
        WindowEvent::ScaleFactorChanged { .. } => place_anew(app),
        _ => {}
    }
}

/// Monitors or settings changed: cards and the customers' window may belong elsewhere.
pub(crate) fn place_anew<R: Runtime>(app: &AppHandle<R>) {
    let windows = app.try_state::<Windows>();
    let _ = windows.map(|windows| windows.moved.send_replace(()));
}

/// Remembers where every open window is, before the program ends.
pub(crate) fn remember_all<R: Runtime>(app: &AppHandle<R>) {
    for name in WindowName::ALL {
        remember(app, name.label());
    }
}

fn remember<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let ours = label.parse::<WindowName>().ok();
    let known = ours.and(app.try_state::<Windows>());
    let (Some(windows), Some(window)) = (known, app.get_webview_window(label)) else {
        return;
    };
    let now = || -> tauri::Result<Place> {
        let (at, size) = (window.outer_position()?.into(), window.inner_size()?.into());
        let (scale, maximized) = (window.scale_factor()?, window.is_maximized()?);
        Ok(Place::of(Rect::new(at, size), scale, maximized))
    };
    match now() {
        Ok(place) => windows.places().remember(label, place),
        Err(error) => tracing::debug!(%error, "a window does not say where it is"),
    }
}
