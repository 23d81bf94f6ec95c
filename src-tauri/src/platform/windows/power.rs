//! Keeps a till that is plugged in from falling asleep: asleep it hears no payment, and nobody would know. A system
//! request keeps it from falling asleep by itself, and an execution request keeps a Modern Standby PC running this
//! program where it goes to standby all the same (the power button). The display may turn off as always. On battery the request is given up: a laptop in a bag must sleep.

use windows::{
    Win32::{
        Foundation::{CloseHandle, HANDLE},
        System::{
            Power::{
                GetSystemPowerStatus, PowerClearRequest, PowerCreateRequest,
                PowerRequestExecutionRequired, PowerRequestSystemRequired, PowerSetRequest,
                SYSTEM_POWER_STATUS,
            },
            SystemServices::POWER_REQUEST_CONTEXT_VERSION,
            Threading::{POWER_REQUEST_CONTEXT_SIMPLE_STRING, REASON_CONTEXT, REASON_CONTEXT_0},
        },
    },
    core::{PWSTR, w},
};

/// The request to Windows, while there is one.
#[derive(Debug, Default)]
pub(crate) struct Awake {
    held: Option<Request>,
    /// Windows refused once; it is not asked again.
    refused: bool,
}

impl Awake {
    /// Keeps the PC awake, or lets it sleep. Called whenever the setting or the power may have changed.
    pub(crate) fn keep(&mut self, wanted: bool) {
        let keep = wanted && on_mains() && !self.refused;
        if keep == self.held.is_some() {
            return;
        }
        self.held = None;
        if keep {
            match Request::new() {
                Ok(request) => self.held = Some(request),
                Err(error) => {
                    self.refused = true;
                    tracing::warn!(%error, "this PC cannot be kept awake");
                }
            }
        }
        tracing::info!(awake = self.held.is_some(), "keeping this PC awake");
    }
}

#[derive(Debug)]
struct Request(HANDLE);

// SAFETY: the handle of a power request belongs to the process, not to the thread that made it.
#[allow(unsafe_code, reason = "a handle may go to another thread")]
unsafe impl Send for Request {}

impl Request {
    #[allow(unsafe_code, reason = "calls into the system")]
    fn new() -> windows::core::Result<Self> {
        // `powercfg /requests` shows this to whoever wonders why the PC does not sleep.
        let reason = w!("Tillbell listens for payments");
        let context = REASON_CONTEXT {
            Version: POWER_REQUEST_CONTEXT_VERSION,
            Flags: POWER_REQUEST_CONTEXT_SIMPLE_STRING,
            Reason: REASON_CONTEXT_0 {
                SimpleReasonString: PWSTR(reason.as_ptr().cast_mut()),
            },
        };
        // SAFETY: the context and its text live until the call returns, and Windows only reads them.
        let request = Self(unsafe { PowerCreateRequest(&context) }?);
        // SAFETY: the handle was just made and is closed by our drop only.
        unsafe { PowerSetRequest(request.0, PowerRequestSystemRequired) }?;
        // SAFETY: as above.
        if let Err(error) = unsafe { PowerSetRequest(request.0, PowerRequestExecutionRequired) } {
            tracing::debug!(%error, "Windows takes no execution request");
        }
        Ok(request)
    }
}

impl Drop for Request {
    #[allow(unsafe_code, reason = "calls into the system")]
    fn drop(&mut self) {
        // SAFETY: the handle is ours and is not used after this.
        unsafe {
            let _ = PowerClearRequest(self.0, PowerRequestExecutionRequired);
            let _ = PowerClearRequest(self.0, PowerRequestSystemRequired);
            let _ = CloseHandle(self.0);
        }
    }
}

/// A desktop PC, whose power is unknown, counts as plugged in.
#[allow(unsafe_code, reason = "a question to the system")]
fn on_mains() -> bool {
    let mut status = SYSTEM_POWER_STATUS::default();
    // SAFETY: the call writes into the place that it is given.
    let asked = unsafe { GetSystemPowerStatus(&mut status) };
    asked.is_err() || status.ACLineStatus != 0
}
