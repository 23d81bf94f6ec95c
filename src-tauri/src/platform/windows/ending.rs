//! Asked to end: by Windows, when the person logs off or shuts down, and by the installer, before it puts a newer
//! version in our place or removes us. A program that has no window to close is told by a named event;
//! `src-tauri/installer/tillbell.nsi` signals it and waits for the end.

use desk::system::IDENTITY;
use std::time::Duration;
use tokio::sync::Notify;
use windows::{
    Win32::{
        Foundation::{CloseHandle, WAIT_OBJECT_0},
        System::Threading::{CreateEventW, INFINITE, WaitForSingleObject},
    },
    core::{HSTRING, Result},
};

/// After Windows has said that the session ends, so long at most until the process is killed anyway.
const SESSION: Duration = Duration::from_secs(4);
static SESSION_ENDS: Notify = Notify::const_new();

/// The session ends, and the process with it as soon as this returns: so not before the work is stopped in order,
/// which ends the process by itself. Console signals never reach a program that has windows.
pub(super) fn session_ends() {
    SESSION_ENDS.notify_one();
    std::thread::sleep(SESSION);
}

/// Returns when Windows or the installer asks.
pub(super) async fn asked() {
    tokio::select! {
        () = SESSION_ENDS.notified() => {}
        () = by_installer() => {}
    }
}

async fn by_installer() {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own, since it waits as long as the program runs and must not hold up its end.
    let thread = std::thread::Builder::new()
        .name("ending".to_owned())
        .spawn(move || match wait() {
            Ok(true) => _ = tell.send(()),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "an installer cannot ask for the end"),
        });
    if thread.is_err() || told.await.is_err() {
        std::future::pending().await
    }
}

#[allow(unsafe_code, reason = "a named event is a call into the system")]
fn wait() -> Result<bool> {
    let name = HSTRING::from(format!("{IDENTITY}-end"));
    // SAFETY: the name ends with a zero and lives until the call returns; the default rights are this user's own.
    let event = unsafe { CreateEventW(None, false, false, &name)? };
    // SAFETY: the handle is ours and open.
    let woken = unsafe { WaitForSingleObject(event, INFINITE) };
    // SAFETY: as above; it is not used afterwards.
    unsafe { CloseHandle(event)? };
    Ok(woken == WAIT_OBJECT_0)
}
