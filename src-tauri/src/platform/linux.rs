//! Linux: GTK on X11, also under Wayland, where a program may not place its own windows.
#![allow(clippy::float_arithmetic, reason = "pixels, never money")]

pub(crate) mod login;
mod power;

pub(crate) use power::Awake;

use desk::{place::Rect, system::Sign};
use gtk::{gdk, gio, glib, prelude::*};
use std::{io::Write, path::Path, process::ExitCode, time::Duration};
use tauri::{AppHandle, Builder, RunEvent, Runtime, WebviewWindow};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::Sender,
};

/// Tray icons keep their colours here.
pub(crate) const TEMPLATE_ICONS: bool = false;

/// Settings that GTK and WebKit read from the environment once.
pub(crate) fn prepare(safe_graphics: bool) {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("WAYLAND_DISPLAY") && is_set("DISPLAY") && !is_set("GDK_BACKEND") {
        set("GDK_BACKEND", "x11");
    }
    if safe_graphics {
        set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        set("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    }
}

#[allow(
    unsafe_code,
    reason = "the environment is written before any thread is started, which is when it is sound"
)]
fn set(name: &str, value: &str) {
    // SAFETY: called by `prepare` only, first thing in `run`, while this is the only thread.
    unsafe { std::env::set_var(name, value) }
}

/// Whether there is a display.
pub(crate) fn display() -> Result<(), String> {
    gtk::init().map_err(|error| error.to_string())
}

/// Says what is wrong where the program was started.
pub(crate) fn complain(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::FAILURE
}

/// A native message. On the main thread; returns when it was read.
pub(crate) fn message(title: &str, text: &str) {
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::MODAL,
        gtk::MessageType::Error,
        gtk::ButtonsType::Close,
        title,
    );
    dialog.set_title("Tillbell");
    dialog.set_secondary_text(Some(text));
    dialog.run();
    dialog.close();
}

/// A message of what the person should know, while everything goes on.
pub(crate) fn tell<R: Runtime>(
    app: &AppHandle<R>,
    title: String,
    text: String,
    read: impl FnOnce() + Send + 'static,
) {
    let told = app.run_on_main_thread(move || {
        message(&title, &text);
        read();
    });
    if let Err(error) = told {
        tracing::debug!(%error, "the app is ending and tells nothing more");
    }
}

/// Always: the program does not even start without WebKitGTK.
pub(crate) fn can_draw() -> bool {
    true
}

/// The desktop entry that the package brings is all that the system asks for.
pub(crate) fn introduce(_folder: &Path) {}

/// Hears of monitors until the program ends. Sleep is noticed by the clock's own watch.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>, tell: Sender<Sign>) {
    let handed = app.run_on_main_thread(move || {
        let Some(screen) = gdk::Screen::default() else {
            return;
        };
        let tell_size = tell.clone();
        // A queue that is full says the same already.
        screen.connect_monitors_changed(move |_| _ = tell.try_send(Sign::Screens));
        screen.connect_size_changed(move |_| _ = tell_size.try_send(Sign::Screens));
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and hears nothing more");
    }
}

/// What makes a window a card, before it is shown for the first time.
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_gtk(window, |card| {
        card.set_accept_focus(false);
        card.set_focus_on_map(false);
        card.set_type_hint(gdk::WindowTypeHint::Notification);
        card.set_keep_above(true);
        card.stick();
    });
}

/// Puts the card where it belongs and shows it, without the focus. Nothing keeps it away here.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, scale: f64) -> bool {
    let css = move |pixels: f64| (pixels / scale).round() as i32;
    on_gtk(window, move |card| {
        let (width, height) = (css(place.width.into()), css(place.height.into()));
        // A window that people cannot resize has the size it asks for.
        card.set_size_request(width, height);
        card.resize(width, height);
        card.move_(css(place.x.into()), css(place.y.into()));
        if !card.is_visible() {
            card.show_all();
            // Some window managers forget where a window was while it was hidden.
            card.move_(css(place.x.into()), css(place.y.into()));
        }
    });
    true
}

/// Fills a monitor with the customers' window, as a card is shown: the window managers' own full screen would need the
/// focus to stay above panels, and goes to whichever monitor they think right.
pub(crate) fn show_customer<R: Runtime>(window: &WebviewWindow<R>, place: Rect, scale: f64) {
    show_card(window, place, scale);
}

/// Hides the card.
pub(crate) fn hide_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_gtk(window, |card| card.hide());
}

fn on_gtk<R: Runtime>(
    window: &WebviewWindow<R>,
    run: impl FnOnce(&gtk::ApplicationWindow) + Send + 'static,
) {
    let shown = window.clone();
    let handed = window.run_on_main_thread(move || {
        if let Ok(gtk) = shown.gtk_window() {
            run(&gtk);
        }
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and shows no card");
    }
}

/// Nothing of this system's to add.
pub(crate) fn builder<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
}

/// Nothing that only this system says.
pub(crate) fn heard<R: Runtime>(_: &AppHandle<R>, _: &RunEvent) {}

/// There is no dock to stand in or to leave.
pub(crate) fn windows_open<R: Runtime>(_: &AppHandle<R>, _: bool) {}

/// Whether the desktop shows tray icons. At login the tray may come later than we do.
pub(crate) async fn tray_host() -> bool {
    for _ in 0..10 {
        if tokio::task::spawn_blocking(has_tray_host)
            .await
            .unwrap_or(false)
        {
            return true;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    false
}

fn has_tray_host() -> bool {
    let ask = || -> Result<bool, glib::Error> {
        let watcher = "org.kde.StatusNotifierWatcher";
        let answer = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE)?.call_sync(
            Some(watcher),
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties",
            "Get",
            Some(&(watcher, "IsStatusNotifierHostRegistered").to_variant()),
            None,
            gio::DBusCallFlags::NO_AUTO_START,
            2_000,
            gio::Cancellable::NONE,
        )?;
        Ok(answer
            .child_value(0)
            .as_variant()
            .and_then(|value| value.get())
            .unwrap_or(false))
    };
    ask().unwrap_or(false)
}

/// Returns when the program shall end.
pub(crate) async fn asked_to_end() {
    let hear =
        |kind| signal(kind).inspect_err(|error| tracing::warn!(%error, "a signal cannot be heard"));
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
        hear(SignalKind::terminate()),
        hear(SignalKind::interrupt()),
        hear(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        _ = hup.recv() => {}
    }
}

/// Only this user may look into the folder.
pub(crate) fn only_ours(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}
