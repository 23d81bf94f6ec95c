//! One method of [`Desk`] for each row of the table of commands.

use crate::{Desk, api::*, views::*};
use domain::{BusinessDay, Money, SourceId, wire::{Doors, Shop, SourceView}};

impl Desk {
    /// What every page needs first: language, theme, shop.
    pub async fn app_info(&self) -> Result<AppInfo, UiError> {
        Err(UiError::new("internal"))
    }

    /// The cards on show now; the card page listens first, then asks this.
    pub async fn cards(&self) -> Result<CardsView, UiError> {
        Err(UiError::new("internal"))
    }

    /// One card goes.
    pub async fn dismiss_card(&self, req: CardId) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// The pointer is on the cards (they stay) or has left them.
    pub async fn hold_cards(&self, req: bool) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// The page has drawn the cards up to this revision: the time stands in the row.
    pub async fn cards_painted(&self, req: Painted) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// No voice for a while, or again. From the card it is the one click to silence.
    pub async fn mute(&self, req: Mute) -> Result<ListeningView, UiError> {
        Err(UiError::new("internal"))
    }

    /// Whether news is heard, from where, and since when not.
    pub async fn listening(&self) -> Result<ListeningView, UiError> {
        Err(UiError::new("internal"))
    }

    /// A day's totals; `None` is today.
    pub async fn day(&self, req: Option<BusinessDay>) -> Result<DayView, UiError> {
        Err(UiError::new("internal"))
    }

    /// The days that have payments, newest first.
    pub async fn days(&self) -> Result<Vec<DaySummary>, UiError> {
        Err(UiError::new("internal"))
    }

    /// A page of payments.
    pub async fn history_page(&self, req: HistoryQuery) -> Result<HistoryPage, UiError> {
        Err(UiError::new("internal"))
    }

    /// Everything about one payment.
    pub async fn payment_details(&self, req: LineId) -> Result<PaymentDetails, UiError> {
        Err(UiError::new("internal"))
    }

    /// Notices that did not become payments.
    pub async fn unread_page(&self, req: UnreadQuery) -> Result<UnreadPage, UiError> {
        Err(UiError::new("internal"))
    }

    /// All settings.
    pub async fn settings(&self) -> Result<Settings, UiError> {
        Err(UiError::new("internal"))
    }

    /// Saves all settings; answers what is in force now.
    pub async fn save_settings(&self, req: Settings) -> Result<Settings, UiError> {
        Err(UiError::new("internal"))
    }

    /// Changes the shop's name, currency, zone and cut-over hour.
    pub async fn set_shop(&self, req: Shop) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// The time zones and currencies to choose from, and this system's guess.
    pub async fn choices(&self) -> Result<Choices, UiError> {
        Err(UiError::new("internal"))
    }

    /// Every source with its state.
    pub async fn sources(&self) -> Result<Vec<SourceView>, UiError> {
        Err(UiError::new("internal"))
    }

    /// Adds a source.
    pub async fn add_source(&self, req: NewSource) -> Result<SetupView, UiError> {
        Err(UiError::new("internal"))
    }

    /// Removes a source.
    pub async fn remove_source(&self, req: SourceId) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// What must be entered at the platform or on the phone.
    pub async fn source_setup(&self, req: SourceId) -> Result<SetupView, UiError> {
        Err(UiError::new("internal"))
    }

    /// Where the doors for news can be reached.
    pub async fn doors(&self) -> Result<Doors, UiError> {
        Err(UiError::new("internal"))
    }

    /// Opens or closes the doors to the local network.
    pub async fn set_doors(&self, req: SetDoors) -> Result<Doors, UiError> {
        Err(UiError::new("internal"))
    }

    /// A test payment that goes the whole way.
    pub async fn test_payment(&self, req: Money) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

    /// The system's voices and whether one fits.
    pub async fn voices(&self) -> Result<VoicesView, UiError> {
        Err(UiError::new("internal"))
    }

    /// Chime and a sentence now; answers what was found.
    pub async fn sound_check(&self) -> Result<SoundCheck, UiError> {
        Err(UiError::new("internal"))
    }

    /// The first start is done: the welcome window closes and does not come again.
    pub async fn finish_first_start(&self) -> Result<(), UiError> {
        Err(UiError::new("internal"))
    }

}
