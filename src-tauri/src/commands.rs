//! The commands that pages may call: one of a few lines for each row of the table in `desk::api`. Which window may
//! call which is said in `capabilities/`, and Tauri refuses the others before anything here runs.

use crate::{cards::CardWindow, platform::login, windows};
use desk::{
    Desk,
    api::{NewSource, SetDoors, SetupView, UiError},
    views::*,
};
use domain::{
    BusinessDay, Money, SourceId,
    wire::{Doors, Shop, SourceView},
};
use tauri::{AppHandle, Runtime, State, command, ipc::Invoke};

type Answer<T> = Result<T, UiError>;

/// Every command, for the app's builder.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app_info,
        cards,
        dismiss_card,
        hold_cards,
        cards_painted,
        mute,
        listening,
        day,
        days,
        history_page,
        payment_details,
        unread_page,
        open_window,
        settings,
        save_settings,
        set_shop,
        choices,
        sources,
        add_source,
        remove_source,
        source_setup,
        doors,
        set_doors,
        test_payment,
        voices,
        sound_check,
        monitors,
        start_at_login,
        set_start_at_login,
        finish_first_start,
    ]
}

#[command]
async fn app_info(desk: State<'_, Desk>) -> Answer<AppInfo> {
    desk.app_info().await
}

#[command]
async fn cards(desk: State<'_, Desk>) -> Answer<CardsView> {
    desk.cards().await
}

#[command]
async fn dismiss_card(desk: State<'_, Desk>, req: CardId) -> Answer<()> {
    desk.dismiss_card(req).await
}

#[command]
async fn hold_cards(desk: State<'_, Desk>, req: bool) -> Answer<()> {
    desk.hold_cards(req).await
}

#[command]
async fn cards_painted(
    desk: State<'_, Desk>,
    window: State<'_, CardWindow>,
    req: Painted,
) -> Answer<()> {
    window.painted(req);
    desk.cards_painted(req).await
}

#[command]
async fn mute(desk: State<'_, Desk>, req: Mute) -> Answer<ListeningView> {
    desk.mute(req).await
}

#[command]
async fn listening(desk: State<'_, Desk>) -> Answer<ListeningView> {
    desk.listening().await
}

#[command]
async fn day(desk: State<'_, Desk>, req: Option<BusinessDay>) -> Answer<DayView> {
    desk.day(req).await
}

#[command]
async fn days(desk: State<'_, Desk>) -> Answer<Vec<DaySummary>> {
    desk.days().await
}

#[command]
async fn history_page(desk: State<'_, Desk>, req: HistoryQuery) -> Answer<HistoryPage> {
    desk.history_page(req).await
}

#[command]
async fn payment_details(desk: State<'_, Desk>, req: LineId) -> Answer<PaymentDetails> {
    desk.payment_details(req).await
}

#[command]
async fn unread_page(desk: State<'_, Desk>, req: UnreadQuery) -> Answer<UnreadPage> {
    desk.unread_page(req).await
}

#[command]
async fn open_window<R: Runtime>(app: AppHandle<R>, req: WindowName) -> Answer<()> {
    windows::open(&app, req).await;
    Ok(())
}

#[command]
async fn settings(desk: State<'_, Desk>) -> Answer<Settings> {
    desk.settings().await
}

#[command]
async fn save_settings(
    desk: State<'_, Desk>,
    window: State<'_, CardWindow>,
    req: Settings,
) -> Answer<Settings> {
    let saved = desk.save_settings(req).await?;
    window.place_anew();
    Ok(saved)
}

#[command]
async fn set_shop(desk: State<'_, Desk>, req: Shop) -> Answer<()> {
    desk.set_shop(req).await
}

#[command]
async fn choices(desk: State<'_, Desk>) -> Answer<Choices> {
    desk.choices().await
}

#[command]
async fn sources(desk: State<'_, Desk>) -> Answer<Vec<SourceView>> {
    desk.sources().await
}

#[command]
async fn add_source(desk: State<'_, Desk>, req: NewSource) -> Answer<SetupView> {
    desk.add_source(req).await
}

#[command]
async fn remove_source(desk: State<'_, Desk>, req: SourceId) -> Answer<()> {
    desk.remove_source(req).await
}

#[command]
async fn source_setup(desk: State<'_, Desk>, req: SourceId) -> Answer<SetupView> {
    desk.source_setup(req).await
}

#[command]
async fn doors(desk: State<'_, Desk>) -> Answer<Doors> {
    desk.doors().await
}

#[command]
async fn set_doors(desk: State<'_, Desk>, req: SetDoors) -> Answer<Doors> {
    desk.set_doors(req).await
}

#[command]
async fn test_payment(desk: State<'_, Desk>, req: Money) -> Answer<()> {
    desk.test_payment(req).await
}

#[command]
async fn voices(desk: State<'_, Desk>) -> Answer<VoicesView> {
    desk.voices().await
}

#[command]
async fn sound_check(desk: State<'_, Desk>) -> Answer<SoundCheck> {
    desk.sound_check().await
}

#[command]
async fn monitors<R: Runtime>(app: AppHandle<R>) -> Answer<Vec<MonitorView>> {
    Ok(windows::monitors(&app)
        .into_iter()
        .map(|monitor| monitor.view())
        .collect())
}

#[command]
async fn start_at_login() -> Answer<bool> {
    login::is_on().map_err(failed)
}

#[command]
async fn set_start_at_login(req: bool) -> Answer<bool> {
    login::set(req)
        .and_then(|()| login::is_on())
        .map_err(failed)
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
