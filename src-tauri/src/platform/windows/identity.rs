//! Who we are to Windows. Toasts are shown under an AUMID that Windows must know, else they are dropped without a word;
//! the installer's Start-menu shortcut carries it, but a copy that was only unpacked has no shortcut. So it is
//! registered at every start.

use desk::system::{IDENTITY, NAME};
use std::path::Path;
use windows::{Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID, core::HSTRING};
use windows_registry::CURRENT_USER;

const ICON: &[u8] = include_bytes!("../../../../icons/128x128.png");

/// Before any window: one that exists already would keep another identity in the task bar.
#[allow(unsafe_code, reason = "a call into the system")]
pub(crate) fn prepare(_safe_graphics: bool) {
    let id = HSTRING::from(IDENTITY);
    // SAFETY: the text ends with a zero and lives until the call returns. There is no log yet for its result, and
    // without it the task bar merely groups our windows by the program's path.
    let _ = unsafe { SetCurrentProcessExplicitAppUserModelID(&id) };
}

/// Name and icon of our toasts, for this user. They need no rights and stay after the program is removed by hand; the
/// uninstaller takes them away.
pub(crate) fn introduce(folder: &Path) {
    let icon = folder.join("notice.png");
    if std::fs::read(&icon).ok().as_deref() != Some(ICON)
        && let Err(error) = std::fs::write(&icon, ICON)
    {
        tracing::warn!(%error, "the notices' icon could not be written");
    }
    let registered = CURRENT_USER
        .create(format!(r"Software\Classes\AppUserModelId\{IDENTITY}"))
        .and_then(|key| {
            key.set_string("DisplayName", NAME)?;
            key.set_string(
                "IconUri",
                desk::system::windows::plain_path(&icon.to_string_lossy()),
            )
        });
    match registered {
        Ok(()) => tracing::info!(id = IDENTITY, "notices are registered with Windows"),
        Err(error) => {
            tracing::warn!(%error, "notices are not registered; Windows may drop them")
        }
    }
}
