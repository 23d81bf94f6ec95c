//! A card's window: a panel that does not activate the app, on every Space and beside full-screen programs.

use desk::place::Rect;
use objc2::{
    ClassType, define_class, msg_send, rc::Retained, runtime::AnyObject, runtime::NSObjectProtocol,
    sel,
};
use objc2_app_kit::{
    NSPanel, NSResponder, NSStatusWindowLevel, NSWindow, NSWindowCollectionBehavior,
    NSWindowStyleMask,
};
use objc2_foundation::NSObject;
use std::sync::atomic::AtomicBool;
use tauri::{LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};

/// What the toolkit's window has beyond an NSWindow: whether it may have the focus. It still reads it from a window
/// that we have made a panel, so a panel of ours has room for it, at the same place.
#[allow(dead_code, reason = "only the toolkit reads it")]
struct Kept(AtomicBool);

#[allow(
    unsafe_code,
    reason = "a class for the system's runtime can be made in no other way"
)]
mod panel {
    use super::{Kept, NSObject, NSPanel, NSResponder, NSWindow, define_class};

    define_class!(
        // SAFETY: NSPanel may be subclassed, and this class has no `Drop`.
        #[unsafe(super(NSPanel, NSWindow, NSResponder, NSObject))]
        #[name = "TillbellCard"]
        #[ivars = Kept]
        pub(super) struct CardPanel;

        impl CardPanel {
            #[unsafe(method(canBecomeKeyWindow))]
            fn may_be_key(&self) -> bool {
                false
            }

            #[unsafe(method(canBecomeMainWindow))]
            fn may_be_main(&self) -> bool {
                false
            }

            // AppKit's own question, in no header. It decides by the style at creation, and ours is given later.
            #[unsafe(method(_isNonactivatingPanel))]
            fn never_activates(&self) -> bool {
                true
            }
        }
    );
}
use panel::CardPanel;

/// Makes the window such a panel. An ordinary window that refuses to become the key one still activates the app when
/// it is clicked; and without these behaviours it stays on the first Space, under full-screen programs.
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_window(window, |card| {
        make_panel(card);
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

#[allow(
    unsafe_code,
    reason = "a window can be made a panel only by changing its class"
)]
fn make_panel(card: &NSWindow) {
    let object: &AnyObject = card.as_ref();
    let (before, panel) = (object.class(), CardPanel::class());
    let (size, ours) = (before.instance_size(), panel.instance_size());
    let (window, plain) = (
        NSWindow::class().instance_size(),
        NSPanel::class().instance_size(),
    );
    // Another toolkit or another AppKit: a card that activates the app is better than memory that two write to.
    if size != ours || window != plain {
        return tracing::warn!(size, ours, "a card stays an ordinary window here");
    }
    // SAFETY: on the main thread, with a window that is alive. Both sizes are equal, NSPanel adds nothing to NSWindow,
    // and what the former class added lies where ours has room for it and needs no destructor.
    unsafe { AnyObject::set_class(object, panel) };
    card.setStyleMask(card.styleMask() | NSWindowStyleMask::NonactivatingPanel);
    // The window server was told at creation whether a click activates the app, and a later style does not tell it
    // anew. What does is in no header either, so it is called only where it is there.
    if card.respondsToSelector(sel!(_setPreventsActivation:)) {
        // SAFETY: the window answers to it; it takes one BOOL and gives nothing back.
        let () = unsafe { msg_send![card, _setPreventsActivation: true] };
    } else {
        tracing::debug!("the window server is not told that cards activate nothing");
    }
}

/// Puts the card where it belongs and shows it, without the focus: `show()` would make it the key window. It stands
/// beside full-screen programs too, so it is always shown.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, scale: f64) -> bool {
    // In points, by the scale of the monitor that it goes to: pixels would be taken by that of the one it is on now.
    let position: LogicalPosition<f64> = PhysicalPosition::new(place.x, place.y).to_logical(scale);
    let size: LogicalSize<f64> = PhysicalSize::new(place.width, place.height).to_logical(scale);
    // Moving to a monitor with another scale changes the size afterwards: move, size, move again.
    let put = window
        .set_position(position)
        .and_then(|()| window.set_size(size))
        .and_then(|()| window.set_position(position));
    if let Err(error) = put {
        tracing::warn!(%error, "a card could not be placed");
    }
    on_window(window, |card| card.orderFrontRegardless());
    true
}

/// Fills a monitor with the customers' window: at its whole frame, above the menu bar like a card, and not by the
/// system's full screen, which would be a Space of its own that swipes and other programs leave.
pub(crate) fn show_customer<R: Runtime>(window: &WebviewWindow<R>, place: Rect, scale: f64) {
    show_card(window, place, scale);
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
