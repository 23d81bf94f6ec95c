//! What macOS says unasked: that it woke, and that monitors changed.

use block2::RcBlock;
use desk::system::Sign;
use objc2_app_kit::{
    NSApplicationDidChangeScreenParametersNotification, NSWorkspace,
    NSWorkspaceDidWakeNotification, NSWorkspaceScreensDidWakeNotification,
};
use objc2_foundation::{NSNotification, NSNotificationCenter, NSNotificationName};
use std::ptr::NonNull;
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc::Sender;

/// Hears macOS until the program ends. On the main thread, where the system tells.
pub(super) fn watch<R: Runtime>(app: &AppHandle<R>, tell: Sender<Sign>) {
    let handed = app.run_on_main_thread(move || {
        // The workspace has a centre of its own: what it says is not heard in the common one.
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let common = NSNotificationCenter::defaultCenter();
        #[allow(unsafe_code, reason = "the names are statics of the system")]
        // SAFETY: AppKit is loaded, so the names are there; they are never written.
        let (woke, screens_woke, screens) = unsafe {
            (
                NSWorkspaceDidWakeNotification,
                NSWorkspaceScreensDidWakeNotification,
                NSApplicationDidChangeScreenParametersNotification,
            )
        };
        hear(&workspace, woke, Sign::Woke, &tell);
        hear(&workspace, screens_woke, Sign::Woke, &tell);
        hear(&common, screens, Sign::Screens, &tell);
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and hears nothing more");
    }
}

#[allow(unsafe_code, reason = "a call back from the system")]
fn hear(centre: &NSNotificationCenter, name: &NSNotificationName, sign: Sign, tell: &Sender<Sign>) {
    let tell = tell.clone();
    let block = RcBlock::new(move |_: NonNull<NSNotification>| {
        // A queue that is full says the same already.
        let _ = tell.try_send(sign);
    });
    // SAFETY: any sender's notification of that name is wanted; without a queue the block runs where the notification
    // is posted, and all that it holds may be used from any thread.
    let observer = unsafe {
        centre.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block)
    };
    // It hears until the program ends: an observer that is let go of is told nothing.
    std::mem::forget(observer);
}
