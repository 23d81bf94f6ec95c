//! A card's window: a panel that does not activate the app, on every Space and beside full-screen programs.

use desk::place::Rect;
use objc2::{ClassType, rc::Retained, runtime::AnyObject};
use objc2_app_kit::{
    NSPanel, NSStatusWindowLevel, NSWindow, NSWindowCollectionBehavior, NSWindowStyleMask,
};
use tauri::{PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};

/// Makes the window such a panel. An ordinary window that refuses to become the key one still activates the app when
/// it is clicked; and without these behaviours it stays on the first Space, under full-screen programs.
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

/// Puts the card where it belongs and shows it, without the focus: `show()` would make it the key window. It stands
/// beside full-screen programs too, so it is always shown.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, _scale: f64) -> bool {
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
    true
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
