//! Native message boxes: they need nothing but Windows itself.

use std::process::ExitCode;
use tauri::{AppHandle, Runtime};
use windows::{
    Win32::UI::WindowsAndMessaging::{
        MB_ICONERROR, MB_ICONWARNING, MB_OK, MB_SETFOREGROUND, MESSAGEBOX_STYLE, MessageBoxW,
    },
    core::HSTRING,
};

/// A program without a console can only show a message.
pub(crate) fn complain(text: &str) -> ExitCode {
    message("Tillbell", text);
    ExitCode::FAILURE
}

/// A message of what ends the program; returns when it was read.
pub(crate) fn message(title: &str, text: &str) {
    show(title, text, MB_ICONERROR | MB_SETFOREGROUND);
}

/// A message of what the person should know, while everything goes on: on a thread of its own, since a box waits. It
/// does not take the focus: the till may be in use.
pub(crate) fn tell<R: Runtime>(
    _: &AppHandle<R>,
    title: String,
    text: String,
    read: impl FnOnce() + Send + 'static,
) {
    let told = std::thread::Builder::new()
        .name("message".to_owned())
        .spawn(move || {
            show(&title, &text, MB_ICONWARNING);
            read();
        });
    if let Err(error) = told {
        tracing::warn!(%error, "no thread for a message");
    }
}

#[allow(unsafe_code, reason = "a message box is a call into the system")]
fn show(title: &str, text: &str, style: MESSAGEBOX_STYLE) {
    let (title, text) = (HSTRING::from(title), HSTRING::from(text));
    // SAFETY: both texts end with a zero and live until the call returns; no owner window is given.
    unsafe { MessageBoxW(None, &text, &title, MB_OK | style) };
}
