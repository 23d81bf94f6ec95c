//! Sleep. Two things hold the bell back on a Mac: App Nap slows an app without a window after a minute or so, and a Mac
//! that sleeps hears nothing. The first is always switched off while we run; the second where the owner wants it, by an
//! assertion that counts only while the Mac is plugged in.

use objc2::{
    rc::Retained,
    runtime::{NSObjectProtocol, ProtocolObject},
};
use objc2_foundation::{NSActivityOptions, NSProcessInfo, NSString};
use std::ptr::NonNull;

/// Work of the user's that may not be slowed, and does not by itself keep the Mac awake. It lasts as long as it is
/// held.
struct Activity {
    _held: Retained<ProtocolObject<dyn NSObjectProtocol>>,
}

// SAFETY: the token is only held and let go of, which NSObject allows on any thread.
#[allow(unsafe_code, reason = "an activity may be held by another thread")]
unsafe impl Send for Activity {}

/// What keeps us, and the Mac, awake.
pub(crate) struct Awake {
    _activity: Activity,
    assertion: Option<Assertion>,
}

impl Default for Awake {
    fn default() -> Self {
        let reason = NSString::from_str("Listens for payments");
        let options = NSActivityOptions::UserInitiatedAllowingIdleSystemSleep;
        let held = NSProcessInfo::processInfo().beginActivityWithOptions_reason(options, &reason);
        Self {
            _activity: Activity { _held: held },
            assertion: None,
        }
    }
}

impl Awake {
    /// Keeps the Mac awake, or lets it sleep.
    pub(crate) fn keep(&mut self, wanted: bool) {
        if wanted == self.assertion.is_some() {
            return;
        }
        self.assertion = if wanted { Assertion::new() } else { None };
        tracing::info!(awake = self.assertion.is_some(), "keeping this Mac awake");
    }
}

/// An assertion of the power manager, until it is dropped. `pmset -g assertions` lists it.
struct Assertion(u32);

/// Only that CFString and NSString are the same object, seen from two sides.
type CfString = NonNull<std::ffi::c_void>;

#[allow(
    unsafe_code,
    reason = "calls into IOKit, which has no safe binding here"
)]
#[link(name = "IOKit", kind = "framework")]
unsafe extern "C" {
    fn IOPMAssertionCreateWithName(kind: CfString, level: u32, name: CfString, id: *mut u32)
    -> i32;
    fn IOPMAssertionRelease(id: u32) -> i32;
}

impl Assertion {
    #[allow(unsafe_code, reason = "a call into IOKit")]
    fn new() -> Option<Self> {
        /// `kIOPMAssertionTypePreventSystemSleep`, which holds on mains only.
        const KIND: &str = "PreventSystemSleep";
        /// `kIOPMAssertionLevelOn`.
        const ON: u32 = 255;
        let (kind, name) = (
            NSString::from_str(KIND),
            NSString::from_str("Tillbell listens for payments"),
        );
        let as_cf = |text: &Retained<NSString>| NonNull::from(&**text).cast();
        let mut id = 0;
        // SAFETY: both texts live until the call returns, and an NSString is a CFString; the id is written in place.
        let result =
            unsafe { IOPMAssertionCreateWithName(as_cf(&kind), ON, as_cf(&name), &mut id) };
        if result != 0 {
            tracing::debug!(result, "the Mac cannot be kept awake");
            return None;
        }
        Some(Self(id))
    }
}

impl Drop for Assertion {
    #[allow(unsafe_code, reason = "a call into IOKit")]
    fn drop(&mut self) {
        // SAFETY: the id is ours and is released once.
        unsafe { IOPMAssertionRelease(self.0) };
    }
}
