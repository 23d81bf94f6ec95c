//! macOS: what the system must know of us, and what only it has. Each subject has a file of its own.

mod card;
pub(crate) mod login;
mod menu;
mod power;
mod signs;

pub(crate) use card::{dress_card, hide_card, show_card, show_customer};
pub(crate) use power::Awake;

use desk::{system::Sign, views::WindowName};
use objc2::MainThreadMarker;
use objc2_app_kit::{NSAlert, NSAlertStyle};
use objc2_foundation::NSString;
use std::{path::Path, process::ExitCode};
use tauri::{ActivationPolicy, AppHandle, Builder, RunEvent, Runtime};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::Sender,
};

/// The menu bar colours its icons itself.
pub(crate) const TEMPLATE_ICONS: bool = true;

/// A start at login must not take the keyboard from whoever types: the app comes to the front only with a window. And
/// the menu bar is our own.
pub(crate) fn builder<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    menu::on(builder.activate_ignoring_other_apps(false))
}

/// Nothing to prepare.
pub(crate) fn prepare(_safe_graphics: bool) {}

/// There always is one.
pub(crate) fn display() -> Result<(), String> {
    Ok(())
}

/// Always: the web view is part of the system.
pub(crate) fn can_draw() -> bool {
    true
}

/// The bundle's id and icon are all that the system asks for.
pub(crate) fn introduce(_folder: &Path) {}

/// A program that was started from the Finder can only show a message.
pub(crate) fn complain(text: &str) -> ExitCode {
    message("Tillbell", text);
    ExitCode::FAILURE
}

/// A native message. On the main thread; returns when it was read.
pub(crate) fn message(title: &str, text: &str) {
    let Some(main) = MainThreadMarker::new() else {
        return;
    };
    let alert = NSAlert::new(main);
    alert.setAlertStyle(NSAlertStyle::Critical);
    alert.setMessageText(&NSString::from_str(title));
    alert.setInformativeText(&NSString::from_str(text));
    alert.runModal();
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

/// With a window open the app stands in the dock and has a menu bar, without which even copying by keyboard fails;
/// without one it lives in the menu bar's icons. Until the first window the bundle's `LSUIElement` says the same, or
/// the dock's icon would flash at every start.
pub(crate) fn windows_open<R: Runtime>(app: &AppHandle<R>, open: bool) {
    let policy = if open {
        ActivationPolicy::Regular
    } else {
        ActivationPolicy::Accessory
    };
    if let Err(error) = app.set_activation_policy(policy) {
        tracing::debug!(%error, "the dock could not be told");
    }
}

/// A click on the program, or on its icon in the dock, while it runs: there is no second process to tell us.
pub(crate) fn heard<R: Runtime>(app: &AppHandle<R>, event: &RunEvent) {
    if let RunEvent::Reopen {
        has_visible_windows: false,
        ..
    } = event
    {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            crate::windows::open(&app, WindowName::History).await;
        });
    }
}

/// Hears the system until the program ends, and keeps the menu bar in the owner's language.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>, tell: Sender<Sign>) {
    menu::follow(app);
    signs::watch(app, tell);
}

/// There always is one.
pub(crate) async fn tray_host() -> bool {
    true
}

/// Returns when the program shall end.
pub(crate) async fn asked_to_end() {
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

/// Only this user may look into the folder.
pub(crate) fn only_ours(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}
