//! Why there is no start, in a native message: there is no window yet to say it in.

use super::here;
use desk::{ledger::LedgerError, settings::Language, vault, words};
use std::path::Path;
use tauri::{AppHandle, Runtime};

/// Says in words why there is no start, and ends.
pub(crate) fn fail<R: Runtime>(
    app: &AppHandle<R>,
    error: &anyhow::Error,
    folder: &Path,
    language: Language,
) {
    let detail = format!("{error:#}");
    tracing::error!(error = detail, "Tillbell cannot start");
    let values = [("folder", &*folder.to_string_lossy()), ("detail", &detail)];
    let text = words::text(language, &format!("start.{}", reason(error)), &values);
    let title = words::text(language, "start.title", &[]);
    let ending = app.clone();
    let told = app.run_on_main_thread(move || {
        here::message(&title, &text);
        ending.exit(1);
    });
    if told.is_err() {
        app.exit(1);
    }
}

/// Which words fit.
fn reason(error: &anyhow::Error) -> &'static str {
    use desk::DeskError;
    use hub::{HubError, OpenError};
    let (desk, hub) = (
        error.downcast_ref::<DeskError>(),
        error.downcast_ref::<HubError>(),
    );
    match (desk, hub) {
        (Some(DeskError::Ledger(LedgerError::Locked)), _) => "in_use",
        (_, Some(HubError::Open(OpenError::InUse(_)))) => "in_use",
        (Some(DeskError::Ledger(LedgerError::Newer)), _) => "newer",
        (_, Some(HubError::Open(OpenError::Newer { .. }))) => "newer",
        (_, Some(HubError::WrongMasterKey | HubError::KeyFile(..))) => "keychain",
        (Some(_), _) => "storage",
        (_, Some(HubError::Open(_) | HubError::Folder(..) | HubError::Storage(_))) => "storage",
        _ if error.is::<vault::VaultError>() => "keychain",
        _ if error.is::<std::io::Error>() => "storage",
        _ => "failed",
    }
}
