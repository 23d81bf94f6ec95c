//! Windows: what the system must know of us, and what only it has. Each subject has a file of its own.

mod card;
mod ending;
mod identity;
pub(crate) mod login;
mod power;
mod signs;
mod words;

pub(crate) use card::{dress_card, hide_card, show_card, show_customer};
pub(crate) use identity::{introduce, prepare};
pub(crate) use power::Awake;
pub(crate) use signs::watch;
pub(crate) use words::{complain, message, tell};

use std::path::Path;
use tauri::{AppHandle, Builder, RunEvent, Runtime};

/// Tray icons keep their colours here.
pub(crate) const TEMPLATE_ICONS: bool = false;

/// Nothing of this system's to add.
pub(crate) fn builder<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
}

/// There always is one.
pub(crate) fn display() -> Result<(), String> {
    Ok(())
}

/// Whether the WebView2 Runtime is installed. Asked each time: it may be installed, or removed, while we run. Without
/// it a window would come up as an empty frame or not at all.
pub(crate) fn can_draw() -> bool {
    tauri::webview_version().is_ok_and(|version| !version.is_empty())
}

/// There is no dock to stand in or to leave.
pub(crate) fn windows_open<R: Runtime>(_: &AppHandle<R>, _: bool) {}

/// Nothing that only this system says.
pub(crate) fn heard<R: Runtime>(_: &AppHandle<R>, _: &RunEvent) {}

/// There always is one; Tauri waits for it, and puts the icon back when Explorer starts anew.
pub(crate) async fn tray_host() -> bool {
    true
}

/// Returns when the program shall end.
pub(crate) async fn asked_to_end() {
    use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
    let (Ok(mut c), Ok(mut close), Ok(mut shutdown)) = (ctrl_c(), ctrl_close(), ctrl_shutdown())
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = c.recv() => {}
        _ = close.recv() => {}
        _ = shutdown.recv() => {}
        () = ending::asked() => {}
    }
}

/// The user's own folder is closed to other users already.
pub(crate) fn only_ours(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
