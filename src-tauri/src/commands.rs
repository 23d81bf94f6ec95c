//! The commands that pages may call: one for each row of the table in `desk::api`, with the same name. Which window
//! may call which is said in `capabilities/`, and Tauri refuses the others before anything here runs.

use crate::{platform, platform::login, start, windows};
use desk::{
    Desk,
    api::{NewSource, SetDoors, SetupView, UiError, UpdateSource},
    exports::{ExportWish, Exported, PdfWish},
    receipts::view::*,
    settings::{displays::DisplaySetup, printers::PrinterSetup},
    terminals::*,
    update::{UpdateWish, UpdatesView},
    views::*,
};
use domain::{
    BusinessDay, Money, SourceId,
    terminals::{RecordPage, SentPage, TerminalsView},
    wire::{Doors, Shop, SourceForm, SourceView},
};
use tauri::{AppHandle, Runtime, State, WebviewWindow, command, ipc::Invoke};

type Answer<T> = Result<T, UiError>;

/// Each row of the desk's table as a command.
macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $request:tt -> $answer:ty [$($window:ident),+]);+ $(;)?) => {
        $(answered! { $name $request -> $answer })+

        /// Every command, for the app's builder.
        pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),+]
        }
    };
}

/// What the desk answers, asked with nothing or with one request. The others stand below.
macro_rules! answered {
    (open_window $($row:tt)*) => {};
    (monitors $($row:tt)*) => {};
    (start_at_login $($row:tt)*) => {};
    (set_start_at_login $($row:tt)*) => {};
    (finish_first_start $($row:tt)*) => {};
    (choose_folder $($row:tt)*) => {};
    (restart $($row:tt)*) => {};
    ($name:ident (()) -> $answer:ty) => {
        #[command]
        async fn $name(desk: State<'_, Desk>) -> Answer<$answer> {
            desk.$name().await
        }
    };
    ($name:ident ($request:ty) -> $answer:ty) => {
        #[command]
        async fn $name(desk: State<'_, Desk>, req: $request) -> Answer<$answer> {
            desk.$name(req).await
        }
    };
}

desk::each_row!(commands);

#[command]
async fn open_window<R: Runtime>(app: AppHandle<R>, req: WindowName) -> Answer<()> {
    windows::open(&app, req).await;
    Ok(())
}

#[command]
async fn monitors<R: Runtime>(app: AppHandle<R>) -> Answer<Vec<MonitorView>> {
    let monitors = windows::monitors(&app).into_iter();
    Ok(monitors.map(|monitor| monitor.view()).collect())
}

#[command]
async fn start_at_login() -> Answer<bool> {
    login::is_on().map_err(failed)
}

#[command]
async fn set_start_at_login(req: bool) -> Answer<bool> {
    login::set(req).map_err(failed)?;
    start_at_login().await
}

#[command]
async fn finish_first_start<R: Runtime>(app: AppHandle<R>, desk: State<'_, Desk>) -> Answer<()> {
    desk.finish_first_start().await?;
    windows::close(&app, WindowName::Welcome);
    Ok(())
}

#[command]
async fn choose_folder<R: Runtime>(
    window: WebviewWindow<R>,
    req: Option<String>,
) -> Answer<Option<String>> {
    let chosen = platform::folder(&window, req).await;
    Ok(chosen.map(|folder| folder.to_string_lossy().into_owned()))
}

#[command]
async fn restart<R: Runtime>(app: AppHandle<R>, _desk: State<'_, Desk>) -> Answer<()> {
    // Not before there is a desk: a start that is under way is not cut off.
    start::restart(&app);
    Ok(())
}

fn failed(error: impl std::fmt::Display) -> UiError {
    tracing::warn!(%error, "start at login could not be read or changed");
    UiError::new("internal")
}
