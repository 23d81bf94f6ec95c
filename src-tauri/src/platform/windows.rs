//! Windows: window styles by handle, the Run key, a message box.

use desk::place::Rect;
use std::{path::Path, process::ExitCode};
use tauri::{AppHandle, Runtime, WebviewWindow};
use windows::{
    Win32::{
        Foundation::HWND,
        UI::WindowsAndMessaging::{
            GWL_EXSTYLE, GetWindowLongPtrW, HWND_TOPMOST, MB_ICONERROR, MB_OK, MB_SETFOREGROUND,
            MessageBoxW, SW_HIDE, SWP_NOACTIVATE, SWP_SHOWWINDOW, SetWindowLongPtrW, SetWindowPos,
            ShowWindow, WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW,
        },
    },
    core::HSTRING,
};

/// Tray icons keep their colours here.
pub(crate) const TEMPLATE_ICONS: bool = false;

/// Nothing to prepare: WebView2 finds its own way.
pub(crate) fn prepare(_safe_graphics: bool) {}

/// There always is one.
pub(crate) fn display() -> Result<(), String> {
    Ok(())
}

/// A program without a console can only show a message.
pub(crate) fn complain(text: &str) -> ExitCode {
    message("Tillbell", text);
    ExitCode::FAILURE
}

/// A native message; returns when it was read.
#[allow(unsafe_code, reason = "a message box is a call into the system")]
pub(crate) fn message(title: &str, text: &str) {
    let (title, text) = (HSTRING::from(title), HSTRING::from(text));
    // SAFETY: both texts end with a zero and live until the call returns; no owner window is given.
    unsafe { MessageBoxW(None, &text, &title, MB_OK | MB_ICONERROR | MB_SETFOREGROUND) };
}

/// A tool window stands neither in the task bar nor in Alt-Tab, and a click on one that does not activate leaves the
/// focus where it is.
#[allow(unsafe_code, reason = "Tauri has no call for these styles")]
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_handle(window, |handle| {
        // SAFETY: the handle is of a window of ours that is alive on this, its own, thread.
        unsafe {
            let style = GetWindowLongPtrW(handle, GWL_EXSTYLE);
            let card = (WS_EX_TOOLWINDOW.0 | WS_EX_NOACTIVATE.0) as isize;
            SetWindowLongPtrW(handle, GWL_EXSTYLE, style | card);
        }
    });
}

/// Puts the card where it belongs and shows it, without the focus: `show()` of a hidden window would activate it.
#[allow(
    unsafe_code,
    reason = "Tauri has no call that shows a hidden window without activating it"
)]
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, _scale: f64) {
    on_handle(window, move |handle| {
        let (width, height) = (place.width as i32, place.height as i32);
        // Twice: moving to a monitor with another scale changes the size afterwards.
        for _ in 0..2 {
            let flags = SWP_NOACTIVATE | SWP_SHOWWINDOW;
            // SAFETY: as above.
            let put = unsafe {
                SetWindowPos(
                    handle,
                    Some(HWND_TOPMOST),
                    place.x,
                    place.y,
                    width,
                    height,
                    flags,
                )
            };
            if let Err(error) = put {
                tracing::warn!(%error, "a card could not be placed");
            }
        }
    });
}

/// Hides the card.
#[allow(
    unsafe_code,
    reason = "the counterpart of `show_card`, which Tauri does not know of"
)]
pub(crate) fn hide_card<R: Runtime>(window: &WebviewWindow<R>) {
    // SAFETY: as above.
    on_handle(window, |handle| unsafe {
        let _ = ShowWindow(handle, SW_HIDE);
    });
}

fn on_handle<R: Runtime>(window: &WebviewWindow<R>, run: impl FnOnce(HWND) + Send + 'static) {
    let shown = window.clone();
    let handed = window.run_on_main_thread(move || {
        if let Ok(handle) = shown.hwnd() {
            run(handle);
        }
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and shows no card");
    }
}

/// There is no dock to stand in or to leave.
pub(crate) fn windows_open<R: Runtime>(_: &AppHandle<R>, _: bool) {}

/// There always is one; Tauri waits for it.
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
    }
}

/// The user's own folder is closed to other users already.
pub(crate) fn only_ours(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Start at login: a value in the user's Run key, with the path in quotes.
pub(crate) mod login {
    use std::io::{Error, Result};
    use windows_registry::CURRENT_USER;

    const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
    /// Where Task Manager keeps what the person switched off.
    const APPROVED: &str =
        r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
    const NAME: &str = "Tillbell";

    fn command() -> Result<String> {
        Ok(format!(
            "\"{}\" --hidden",
            std::env::current_exe()?.display()
        ))
    }

    fn written() -> Option<String> {
        CURRENT_USER
            .open(RUN)
            .and_then(|key| key.get_string(NAME))
            .ok()
    }

    /// An odd first byte means switched off by the person.
    fn switched_off() -> bool {
        let approved = CURRENT_USER
            .open(APPROVED)
            .and_then(|key| key.get_value(NAME));
        approved.is_ok_and(|value| value.first().is_some_and(|byte| byte % 2 == 1))
    }

    /// Whether the app starts at login.
    pub(crate) fn is_on() -> Result<bool> {
        Ok(written().is_some() && !switched_off())
    }

    /// Starts it at login, or not.
    pub(crate) fn set(on: bool) -> Result<()> {
        let run = CURRENT_USER.create(RUN).map_err(Error::other)?;
        if !on {
            return if written().is_some() {
                run.remove_value(NAME).map_err(Error::other)
            } else {
                Ok(())
            };
        }
        // The person asks for it here, which takes back what was switched off there.
        if switched_off() {
            CURRENT_USER
                .create(APPROVED)
                .and_then(|key| key.remove_value(NAME))
                .map_err(Error::other)?;
        }
        run.set_string(NAME, command()?).map_err(Error::other)
    }

    /// After an update the program may lie elsewhere: a value that is on is made to name it.
    pub(crate) fn repair() {
        let repaired = || -> Result<()> {
            if is_on()? && written() != Some(command()?) {
                set(true)
            } else {
                Ok(())
            }
        };
        if let Err(error) = repaired() {
            tracing::warn!(%error, "start at login could not be checked");
        }
    }
}
