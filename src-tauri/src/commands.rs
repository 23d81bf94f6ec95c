//! The commands that pages may call: one for each row of the table in `desk::api`, with the same name. Which window
//! may call which is said in `capabilities/`, and Tauri refuses the others before anything here runs.

use crate::{platform::login, windows};
use desk::{
    Desk,
    api::{NewSource, SetDoors, SetupView, UiError, UpdateSource},
    receipts::view::*,
    settings::{displays::DisplaySetup, printers::PrinterSetup},
    update::{UpdateWish, UpdatesView},
    views::*,
};
use domain::{
    BusinessDay, Money, SourceId,
    wire::{Doors, Shop, SourceForm, SourceView},
};
use tauri::{AppHandle, Runtime, State, command, ipc::Invoke};

type Answer<T> = Result<T, UiError>;

/// Rows that the desk answers, as ordinary commands: `async fn name(desk, req) -> Answer`. All others stand below.
macro_rules! commands {
    ([$($other:ident),+ $(,)?] $($name:ident($($request:ty)?) -> $answer:ty;)+) => {
        $(#[command]
        async fn $name(desk: State<'_, Desk>, $(req: $request)?) -> Answer<$answer> {
            desk.$name($({ let req: $request = req; req })?).await
        })+

        /// Every command, for the app's builder.
        pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name,)+ $($other),+]
        }
    };
}

commands! {
    [open_window, monitors, start_at_login, set_start_at_login, finish_first_start]
    app_info() -> AppInfo;
    cards() -> CardsView;
    dismiss_card(CardId) -> ();
    hold_cards(bool) -> ();
    cards_painted(Painted) -> ();
    mute(Mute) -> ListeningView;
    listening() -> ListeningView;
    day(Option<BusinessDay>) -> DayView;
    days() -> Vec<DaySummary>;
    history_page(HistoryQuery) -> HistoryPage;
    payment_details(LineId) -> PaymentDetails;
    unread_page(UnreadQuery) -> UnreadPage;
    settings() -> Settings;
    save_settings(Settings) -> Settings;
    set_shop(Shop) -> ();
    choices() -> Choices;
    sources() -> Vec<SourceView>;
    add_source(NewSource) -> SetupView;
    source_form(SourceId) -> SourceForm;
    update_source(UpdateSource) -> ();
    remove_source(SourceId) -> ();
    source_setup(SourceId) -> SetupView;
    doors() -> Doors;
    set_doors(SetDoors) -> Doors;
    test_payment(Money) -> ();
    voices() -> VoicesView;
    sound_check() -> SoundCheck;
    updates() -> UpdatesView;
    update(UpdateWish) -> UpdatesView;
    devices() -> DevicesView;
    look_for_bluetooth() -> DevicesView;
    display_choices() -> DisplayChoices;
    preview_display(DisplayTry) -> DisplayPreview;
    test_display(DisplaySetup) -> TestedDevice;
    blink_displays() -> ();
    show_amount(Option<Money>) -> ();
    show_order(Vec<OrderItem>) -> ShownAmount;
    take_cash(Money) -> ShownAmount;
    shown_amount() -> Option<ShownAmount>;
    print_receipt(PrintWish) -> PrintJobView;
    print_jobs() -> Vec<PrintJobView>;
    print_again(JobId) -> PrintJobView;
    settle_job(JobId) -> ();
    settle_jobs() -> ();
    preview_receipt(PrinterTry) -> PaperView;
    test_receipt(PrinterSetup) -> TestPrint;
    system_printers() -> Vec<SystemPrinter>;
    printer_presets() -> Vec<PrinterPreset>;
    customer_view() -> CustomerView;
    customer_window() -> CustomerWindowView;
    test_customer_window() -> u32;
    add_customer_picture(String) -> String;
    customer_picture(PictureWish) -> String;
    read_payment_code(String) -> String;
}

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

fn failed(error: impl std::fmt::Display) -> UiError {
    tracing::warn!(%error, "start at login could not be read or changed");
    UiError::new("internal")
}
