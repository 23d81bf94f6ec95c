//! macOS: a panel that does not activate the app, the dock, a launch agent.

use desk::place::Rect;
use objc2::{ClassType, MainThreadMarker, rc::Retained, runtime::AnyObject};
use objc2_app_kit::{
    NSAlert, NSAlertStyle, NSPanel, NSStatusWindowLevel, NSWindow, NSWindowCollectionBehavior,
    NSWindowStyleMask,
};
use objc2_foundation::NSString;
use std::{path::Path, process::ExitCode};
use tauri::{ActivationPolicy, AppHandle, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};
use tokio::signal::unix::{SignalKind, signal};

/// The menu bar colours its icons itself.
pub(crate) const TEMPLATE_ICONS: bool = true;

/// Nothing to prepare.
pub(crate) fn prepare(_safe_graphics: bool) {}

/// There always is one.
pub(crate) fn display() -> Result<(), String> {
    Ok(())
}

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

/// Makes the window a panel that does not activate the app, on every Space and beside full-screen programs.
#[allow(
    unsafe_code,
    reason = "a window can be made a panel only by changing its class"
)]
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_window(window, |card| {
        let object: &AnyObject = card.as_ref();
        // SAFETY: on the main thread, with a window that is alive. NSPanel adds no instance variables to NSWindow, and
        // what the window's former class overrode (when it may become key) is what a panel decides by its style.
        unsafe { AnyObject::set_class(object, NSPanel::class()) };
        card.setStyleMask(card.styleMask() | NSWindowStyleMask::NonactivatingPanel);
        card.setLevel(NSStatusWindowLevel);
        card.setHidesOnDeactivate(false);
        card.setCollectionBehavior(
            NSWindowCollectionBehavior::CanJoinAllSpaces
                | NSWindowCollectionBehavior::FullScreenAuxiliary
                | NSWindowCollectionBehavior::Stationary
                | NSWindowCollectionBehavior::IgnoresCycle,
        );
    });
}

/// Puts the card where it belongs and shows it, without the focus: `show()` would make it the key window.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, _scale: f64) {
    // Moving to a monitor with another scale changes the size afterwards: move, size, move again.
    let position = PhysicalPosition::new(place.x, place.y);
    let put = window
        .set_position(position)
        .and_then(|()| window.set_size(PhysicalSize::new(place.width, place.height)))
        .and_then(|()| window.set_position(position));
    if let Err(error) = put {
        tracing::warn!(%error, "a card could not be placed");
    }
    on_window(window, |card| card.orderFrontRegardless());
}

/// Hides the card.
pub(crate) fn hide_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_window(window, |card| card.orderOut(None));
}

#[allow(unsafe_code, reason = "Tauri hands out the window as a bare pointer")]
fn on_window<R: Runtime>(window: &WebviewWindow<R>, run: impl FnOnce(&NSWindow) + Send + 'static) {
    let shown = window.clone();
    let handed = window.run_on_main_thread(move || {
        let Ok(pointer) = shown.ns_window() else {
            return;
        };
        // SAFETY: Tauri's pointer is to the NSWindow of a window that is alive; it is retained while it is used, on
        // the main thread.
        if let Some(card) = unsafe { Retained::retain(pointer.cast::<NSWindow>()) } {
            run(&card);
        }
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and shows no card");
    }
}

/// With a window open the app stands in the dock and has a menu bar; without one it lives in the menu bar's icons.
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

/// Start at login: a launch agent of this user.
pub(crate) mod login {
    use std::{
        env,
        io::{Error, ErrorKind, Result},
        path::PathBuf,
    };

    fn file() -> Result<PathBuf> {
        let home = env::var_os("HOME")
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no home folder"))?;
        Ok(PathBuf::from(home).join("Library/LaunchAgents/app.tillbell.desktop.plist"))
    }

    fn agent() -> Result<String> {
        let program = env::current_exe()?.display().to_string();
        let program = program
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\"><dict>\n<key>Label</key><string>app.tillbell.desktop</string>\n\
             <key>ProgramArguments</key><array><string>{program}</string><string>--hidden</string></array>\n\
             <key>RunAtLoad</key><true/>\n</dict></plist>\n"
        ))
    }

    /// Whether the app starts at login.
    pub(crate) fn is_on() -> Result<bool> {
        file()?.try_exists()
    }

    /// Starts it at login, or not.
    pub(crate) fn set(on: bool) -> Result<()> {
        let file = file()?;
        if on {
            file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            return std::fs::write(file, agent()?);
        }
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// After an update the program may lie elsewhere: an agent that is there is made to name it.
    pub(crate) fn repair() {
        let repaired = || -> Result<()> {
            if is_on()? && std::fs::read_to_string(file()?)? != agent()? {
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
