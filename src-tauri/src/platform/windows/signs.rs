//! What Windows says unasked: sleep and waking, power, monitors, the session's end. It says so to windows, so there is
//! a hidden one, on a thread of its own; not a message-only one, since those hear no broadcasts.

use desk::system::{Sign, windows::Messages};
use std::cell::RefCell;
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc::Sender;
use windows::{
    Win32::{
        Foundation::{HANDLE, HWND, LPARAM, LRESULT, WPARAM},
        System::{
            LibraryLoader::GetModuleHandleW,
            Power::{POWERBROADCAST_SETTING, RegisterPowerSettingNotification},
            SystemServices::GUID_CONSOLE_DISPLAY_STATE,
        },
        UI::WindowsAndMessaging::{
            CreateWindowExW, DEVICE_NOTIFY_WINDOW_HANDLE, DefWindowProcW, DispatchMessageW,
            GetMessageW, MSG, PBT_POWERSETTINGCHANGE, RegisterClassW, WINDOW_EX_STYLE,
            WM_ENDSESSION, WM_POWERBROADCAST, WNDCLASSW, WS_OVERLAPPED,
        },
    },
    core::w,
};

thread_local! {
    /// Of the one thread that owns the hidden window.
    static HEARING: RefCell<Option<(Messages, Sender<Sign>)>> = const { RefCell::new(None) };
}

/// Hears Windows until the program ends.
pub(crate) fn watch<R: Runtime>(_: &AppHandle<R>, tell: Sender<Sign>) {
    let started = std::thread::Builder::new()
        .name("signs".to_owned())
        .spawn(move || {
            HEARING.set(Some((Messages::default(), tell)));
            if let Err(error) = listen() {
                // The clock's own watch, a second later, still notices that the PC slept.
                tracing::warn!(%error, "Windows does not tell of sleep and monitors");
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "no thread to hear Windows");
    }
}

#[allow(unsafe_code, reason = "a window by hand: calls into the system")]
fn listen() -> windows::core::Result<()> {
    // SAFETY: the class and its texts are static; the window lives on this thread, which serves its messages for as
    // long as the program runs; every pointer is to a value that outlives its call.
    unsafe {
        let instance = GetModuleHandleW(None)?;
        let class = WNDCLASSW {
            lpfnWndProc: Some(on_message),
            hInstance: instance.into(),
            lpszClassName: w!("TillbellSigns"),
            ..Default::default()
        };
        if RegisterClassW(&class) == 0 {
            return Err(windows::core::Error::from_thread());
        }
        let window = CreateWindowExW(
            WINDOW_EX_STYLE::default(),
            class.lpszClassName,
            w!("Tillbell signs"),
            WS_OVERLAPPED,
            0,
            0,
            0,
            0,
            None,
            None,
            Some(instance.into()),
            None,
        )?;
        // Modern Standby: the display's state is the sign that is always given.
        let display = RegisterPowerSettingNotification(
            HANDLE(window.0),
            &GUID_CONSOLE_DISPLAY_STATE,
            DEVICE_NOTIFY_WINDOW_HANDLE,
        );
        if let Err(error) = display {
            tracing::debug!(%error, "Windows does not tell of the display");
        }
        let mut message = MSG::default();
        while GetMessageW(&mut message, None, 0, 0).0 > 0 {
            DispatchMessageW(&message);
        }
    }
    Ok(())
}

#[allow(unsafe_code, reason = "called by the system")]
extern "system" fn on_message(window: HWND, message: u32, what: WPARAM, with: LPARAM) -> LRESULT {
    if message == WM_ENDSESSION && what.0 != 0 {
        super::ending::session_ends();
        return LRESULT(0);
    }
    HEARING.with_borrow_mut(|hearing| {
        if let Some((messages, tell)) = hearing
            && let Some(sign) = messages.hear(message, what.0, display(message, what, with))
        {
            // A queue that is full says the same already.
            let _ = tell.try_send(sign);
        }
    });
    // SAFETY: the message is handed on as it came.
    unsafe { DefWindowProcW(window, message, what, with) }
}

/// The console display's state, where the message tells it.
#[allow(unsafe_code, reason = "the system hands out a bare pointer")]
fn display(message: u32, what: WPARAM, with: LPARAM) -> Option<u32> {
    if message != WM_POWERBROADCAST || what.0 != PBT_POWERSETTINGCHANGE as usize || with.0 == 0 {
        return None;
    }
    // SAFETY: with this message Windows hands a setting that lives until the message is answered.
    let setting = unsafe { &*(with.0 as *const POWERBROADCAST_SETTING) };
    if setting.PowerSetting != GUID_CONSOLE_DISPLAY_STATE || setting.DataLength < 4 {
        return None;
    }
    // SAFETY: the data begins here and is at least four bytes long, as it says itself; it may lie unaligned.
    Some(unsafe { setting.Data.as_ptr().cast::<u32>().read_unaligned() })
}
