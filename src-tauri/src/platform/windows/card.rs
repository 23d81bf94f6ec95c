//! A card's window, by its handle: Tauri has no call that shows a hidden window without activating it.

use desk::{place::Rect, system};
use tauri::{Runtime, WebviewWindow};
use windows::{
    Win32::{
        Foundation::{HANDLE, HWND},
        UI::{
            Shell::SHQueryUserNotificationState,
            WindowsAndMessaging::{
                GWL_EXSTYLE, GetWindowLongPtrW, HWND_TOPMOST, SW_HIDE, SWP_FRAMECHANGED,
                SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOOWNERZORDER, SWP_NOSIZE, SWP_NOZORDER,
                SWP_SHOWWINDOW, SetPropW, SetWindowLongPtrW, SetWindowPos, ShowWindow,
            },
        },
    },
    core::w,
};

/// A tool window stands neither in the task bar nor in Alt-Tab, and a click on one that does not activate leaves the
/// focus where it is.
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_handle(window, dress);
}

#[allow(unsafe_code, reason = "Tauri has no call for these styles")]
fn dress(handle: HWND) {
    // SAFETY: the handle is of a window of ours that is alive on this, its own, thread.
    unsafe {
        let before = GetWindowLongPtrW(handle, GWL_EXSTYLE) as u32;
        let style = system::windows::card_ex_style(before);
        if style == before {
            return;
        }
        SetWindowLongPtrW(handle, GWL_EXSTYLE, style as isize);
        // Windows goes by the new style only after it was told that the frame changed.
        let flags = SWP_NOMOVE | SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE | SWP_FRAMECHANGED;
        let _ = SetWindowPos(handle, None, 0, 0, 0, 0, flags);
    }
}

/// Puts the card where it belongs and shows it, without the focus: `show()` of a hidden window would activate it.
/// False while a presentation or a game has the screen: the card stays away.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, _scale: f64) -> bool {
    if !may_show() {
        hide_card(window);
        return false;
    }
    on_handle(window, move |handle| put(handle, place));
    true
}

/// Fills a monitor with the customers' window. Windows would take it for a program in full screen, during which cards
/// must stay away: it is told that this is none.
#[allow(unsafe_code, reason = "Tauri has no call for a window's properties")]
pub(crate) fn show_customer<R: Runtime>(window: &WebviewWindow<R>, place: Rect, _scale: f64) {
    on_handle(window, move |handle| {
        // SAFETY: the handle is of a window of ours that is alive on this, its own, thread; the value is a flag, not
        // a pointer, and the property ends with the window.
        let told = unsafe {
            SetPropW(
                handle,
                w!("NonRudeHWND"),
                Some(HANDLE(std::ptr::without_provenance_mut(1))),
            )
        };
        if let Err(error) = told {
            tracing::debug!(%error, "Windows takes the customers' window for full screen");
        }
        put(handle, place);
    });
}

#[allow(
    unsafe_code,
    reason = "Tauri has no call that shows a hidden window without activating it"
)]
fn put(handle: HWND, place: Rect) {
    dress(handle);
    let (width, height) = (place.width as i32, place.height as i32);
    let flags = SWP_NOACTIVATE | SWP_NOOWNERZORDER | SWP_SHOWWINDOW;
    // Twice: moving to a monitor with another scale changes the size afterwards.
    for _ in 0..2 {
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
            tracing::warn!(%error, "a window could not be placed");
        }
    }
}

#[allow(unsafe_code, reason = "a question to the system")]
fn may_show() -> bool {
    // SAFETY: takes nothing and writes into the binding's own place.
    match unsafe { SHQueryUserNotificationState() } {
        Ok(state) => system::windows::cards_may_show(state.0),
        Err(_) => true,
    }
}

/// Hides the card.
pub(crate) fn hide_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_handle(window, hide);
}

#[allow(
    unsafe_code,
    reason = "the counterpart of `show_card`, which Tauri does not know of"
)]
fn hide(handle: HWND) {
    // SAFETY: as above.
    unsafe {
        let _ = ShowWindow(handle, SW_HIDE);
    }
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
