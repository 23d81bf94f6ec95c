//! What pages may ask, and who may ask it: one table of `name(request) -> answer [windows]`.
//!
//! The table is the one place that says which window may call what. Types for the pages, the app's permission
//! files and the test that tries every window against every command are all made from it.

// Without the feature `ts` the table is names only.
#[cfg_attr(not(feature = "ts"), allow(unused_imports))]
use crate::{
    receipts::view::*,
    settings::{displays::DisplaySetup, printers::PrinterSetup},
    terminals::*,
    update::{UpdateWish, UpdatesView},
    views::*,
};
#[cfg_attr(not(feature = "ts"), allow(unused_imports))]
use domain::{
    BusinessDay, Money, SourceConfig, SourceId,
    terminals::{RecordPage, SentPage, TerminalsView},
    wire::{Doors, Shop, SourceForm, SourceSetup, SourceView},
};
use serde::{Deserialize, Serialize};

/// One row of the table, for tests and generated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// The command's name, as pages call it.
    pub name: &'static str,
    /// The windows that may call it.
    pub windows: &'static [&'static str],
    /// The request's type in TypeScript.
    pub request: &'static str,
    /// The answer's type in TypeScript.
    pub answer: &'static str,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty [$($window:ident),+]);+ $(;)?) => {
        /// Every command.
        pub const COMMANDS: &[Command] = &[$(Command {
            name: stringify!($name),
            windows: &[$(stringify!($window)),+],
            request: stringify!($request),
            answer: stringify!($answer),
        }),+];

        /// Shows each command with its request and answer types to `visitor`, so that their TypeScript can be written.
        #[cfg(feature = "ts")]
        pub fn each_command(visitor: &mut impl CommandVisitor) {
            let mut rows = COMMANDS.iter();
            $(if let Some(row) = rows.next() { visitor.command::<$request, $answer>(row); })+
        }
    };
}

/// Gives the table to another macro, which makes something of its rows: `desk::each_row!(commands)` is
/// `commands! { rows }`. The types of a row are those of whoever asks.
// Rows are no Rust: they stay as they are written.
#[rustfmt::skip]
#[macro_export]
macro_rules! each_row { ($to:ident) => { $to! {
    /// What every page needs first: language, theme, shop.
    app_info(()) -> AppInfo [card, history, settings, welcome];
    /// The cards on show now; the card page listens first, then asks this.
    cards(()) -> CardsView [card];
    /// One card goes.
    dismiss_card(CardId) -> () [card];
    /// The pointer is on the cards (they stay) or has left them.
    hold_cards(bool) -> () [card];
    /// The page has drawn the cards up to this revision: the time stands in the row.
    cards_painted(Painted) -> () [card];
    /// No voice for a while, or again. From the card it is the one click to silence.
    mute(Mute) -> ListeningView [card, history, settings];
    /// Whether news is heard, from where, and since when not.
    listening(()) -> ListeningView [history, settings, welcome];
    /// A day's totals; `None` is today.
    day(Option<BusinessDay>) -> DayView [history];
    /// The days that have payments, newest first.
    days(()) -> Vec<DaySummary> [history];
    /// A page of payments.
    history_page(HistoryQuery) -> HistoryPage [history];
    /// Everything about one payment.
    payment_details(LineId) -> PaymentDetails [history];
    /// Notices that did not become payments.
    unread_page(UnreadQuery) -> UnreadPage [history];
    /// Opens another window of the app.
    open_window(WindowName) -> () [card, history, settings, welcome];
    /// All settings.
    settings(()) -> Settings [settings, welcome];
    /// Saves all settings; answers what is in force now.
    save_settings(Settings) -> Settings [settings, welcome];
    /// Changes the shop's name, currency, zone and cut-over hour.
    set_shop(Shop) -> () [settings, welcome];
    /// The time zones and currencies to choose from, and this system's guess.
    choices(()) -> Choices [settings, welcome];
    /// Every source with its state.
    sources(()) -> Vec<SourceView> [settings, welcome];
    /// Adds a source.
    add_source(NewSource) -> SetupView [settings, welcome];
    /// A source's name and settings without its secrets, for changing them.
    source_form(SourceId) -> SourceForm [settings, welcome];
    /// Changes a source's name and settings; its address stays.
    update_source(UpdateSource) -> () [settings, welcome];
    /// Removes a source.
    remove_source(SourceId) -> () [settings, welcome];
    /// What must be entered at the platform or on the phone.
    source_setup(SourceId) -> SetupView [settings, welcome];
    /// Where the doors for news can be reached.
    doors(()) -> Doors [settings, welcome];
    /// Opens or closes the doors to the local network.
    set_doors(SetDoors) -> Doors [settings, welcome];
    /// A test payment that goes the whole way.
    test_payment(Money) -> () [settings, welcome];
    /// The system's voices and whether one fits.
    voices(()) -> VoicesView [settings, welcome];
    /// Chime and a sentence now; answers what was found.
    sound_check(()) -> SoundCheck [settings, welcome];
    /// The monitors, for the choice of where cards appear.
    monitors(()) -> Vec<MonitorView> [settings, welcome];
    /// Whether the app starts at login.
    start_at_login(()) -> bool [settings, welcome];
    /// Starts the app at login, or not.
    set_start_at_login(bool) -> bool [settings, welcome];
    /// The version, and whether there is a newer one.
    updates(()) -> UpdatesView [settings];
    /// Looks for a newer version, or says what is to become of it.
    update(UpdateWish) -> UpdatesView [settings];
    /// What is plugged in, and how the devices are that are in use.
    devices(()) -> DevicesView [settings];
    /// Looks for Bluetooth Low Energy devices too, for some seconds.
    look_for_bluetooth(()) -> DevicesView [settings];
    /// What can be chosen for a customer display.
    display_choices(()) -> DisplayChoices [settings];
    /// What a display would show, read back from the bytes that it would be sent.
    preview_display(DisplayTry) -> DisplayPreview [settings];
    /// Shows a sample on the real device, also before it is saved; answers how it took it.
    test_display(DisplaySetup) -> TestedDevice [settings];
    /// Each display in use shows its number and name for some seconds.
    blink_displays(()) -> () [settings];
    /// Shows the customer an amount to pay, or takes it away.
    show_amount(Option<Money>) -> () [history];
    /// Shows the customer what was bought, line by line, and the sum to pay; answers what stands there now. `invalid`
    /// tells what is wrong: `items`, `name`, `quantity`, `price`, `currency`, `amount`.
    show_order(Vec<OrderItem>) -> ShownAmount [history];
    /// The customer gives so much cash for what is shown: the change is shown instead, and answered. `invalid` tells
    /// what is wrong: `nothing_asked`, `too_little`, `currency`, `amount`.
    take_cash(Money) -> ShownAmount [history];
    /// What the customer is shown to pay, and has not paid yet, or to get back.
    shown_amount(()) -> Option<ShownAmount> [history];
    /// What the customers' window shows; its page listens first, then asks this.
    customer_view(()) -> CustomerView [customer];
    /// Whether the customers' window is shown, where, and why not.
    customer_window(()) -> CustomerWindowView [settings];
    /// The customers' window shows each thing that it can say, marked as a test; answers how many seconds that takes.
    /// `not_found` where the window is not shown.
    test_customer_window(()) -> u32 [settings];
    /// Keeps a picture for the customers' window and answers its name for the settings: a PNG, a JPEG or a WebP of 12 MB
    /// at most, in base64 or as a `data:` address. `invalid` tells what is wrong: `picture`, `picture_size`,
    /// `pictures_many`.
    add_customer_picture(String) -> String [settings];
    /// One of the pictures for the customers' window, as a `data:` address; `not_found` where its file is gone.
    customer_picture(PictureWish) -> String [customer, settings];
    /// What the payment code in a picture says: the same kinds of pictures as above.
    /// `invalid` tells what is wrong: `picture`, `picture_size`, `no_code`, `several_codes`, `code`.
    read_payment_code(String) -> String [settings];
    /// Prints a payment's receipt; on a printer where one is queued already, that is the one. `no_printer` where none
    /// is in use.
    print_receipt(PrintWish) -> PrintJobView [history];
    /// Receipts on their way, in trouble, and the last of the others; newest first.
    print_jobs(()) -> Vec<PrintJobView> [history];
    /// Another paper of a receipt, marked as a copy where there may be a first one.
    print_again(JobId) -> PrintJobView [history];
    /// Nothing more is to be done about a receipt: one that waits is taken back, one in trouble was looked at.
    settle_job(JobId) -> () [history];
    /// Nothing more is to be done about any receipt in trouble.
    settle_jobs(()) -> () [history];
    /// What would come out of a printer, read back from the bytes that it would be sent.
    preview_receipt(PrinterTry) -> PaperView [settings];
    /// Prints a made-up receipt on the real printer, also before it is saved; answers what became of it.
    test_receipt(PrinterSetup) -> TestPrint [settings];
    /// The system's normal printers.
    system_printers(()) -> Vec<SystemPrinter> [settings];
    /// Kinds of printers to begin with.
    printer_presets(()) -> Vec<PrinterPreset> [settings];
    /// Every clerk's phone with its state, open invitations, and where phones are reached.
    terminals(()) -> TerminalsView [settings];
    /// What a phone may be, to begin with.
    terminal_presets(()) -> Vec<PresetView> [settings];
    /// Makes an invitation; its link is answered this once.
    invite_terminal(InviteTerminal) -> InvitationMade [settings];
    /// Changes something about phones; answers how they stand then.
    change_terminals(TerminalsWish) -> TerminalsView [settings];
    /// What was sent to a phone, newest first.
    terminal_sent(SentQuery) -> SentPage [settings];
    /// What was done about phones, newest first.
    terminals_record(RecordQuery) -> RecordPage [settings];
    /// The first start is done: the welcome window closes and does not come again.
    finish_first_start(()) -> () [welcome];
} }; }

each_row!(commands);

/// What can go wrong at the pages' edge. A code stands here only because a page acts on it; the page looks the
/// words up under `error.<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UiError {
    /// What a page branches on: `offline` (no link to the hub), `not_found`, `invalid`, `not_allowed`,
    /// `port_taken`, `storage`, `no_voice`, `no_printer`, `internal`.
    pub code: String,
    /// For `invalid`: which field.
    pub field: Option<String>,
}

/// A source to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NewSource {
    /// Its name for people.
    pub name: String,
    /// Its settings; an empty phone secret is made by the hub.
    pub config: SourceConfig,
}

/// A source to change. See [`domain::wire::Request::UpdateSource`] for what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UpdateSource {
    /// Which.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// Its settings, of the same kind; what is left empty among secrets, keys and certificates stays.
    pub config: SourceConfig,
}

/// A source's setup, with its texts as QR pictures too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SetupView {
    /// The setup.
    pub setup: SourceSetup,
    /// For each address, its QR code as the dark modules of a square: rows of `0` and `1`.
    pub address_qr: Vec<Vec<String>>,
    /// The secret's QR code, where there is a secret.
    pub secret_qr: Option<Vec<String>>,
}

/// See [`domain::wire::Request::SetDoors`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SetDoors {
    /// Open to the local network.
    pub lan: bool,
    /// The address from the internet, if there is one.
    pub public_url: Option<String>,
}

/// Events that the app sends to its pages.
pub mod event {
    /// To the card window, with the whole [`CardsView`](crate::views::CardsView).
    pub const CARDS: &str = "cards";
    /// To history: the book changed, with the day as `BusinessDay`.
    pub const BOOK: &str = "book";
    /// To history, settings, welcome: with the whole [`ListeningView`](crate::views::ListeningView).
    pub const LISTENING: &str = "listening";
    /// To settings: with the whole [`UpdatesView`](crate::update::UpdatesView).
    pub const UPDATES: &str = "updates";
    /// To history: what [`print_jobs`](crate::Desk::print_jobs) answers, whole.
    pub const PRINTS: &str = "prints";
    /// To all: language, theme or shop changed, with the whole [`AppInfo`](crate::views::AppInfo).
    pub const APP_INFO: &str = "app_info";
    /// To settings: with the whole [`DevicesView`](crate::views::DevicesView).
    pub const DEVICES: &str = "devices";
    /// To history: what the customer is shown to pay or to get back, or nothing any more, as `ShownAmount`.
    pub const SHOWN_AMOUNT: &str = "shown_amount";
    /// To the customers' window: with the whole [`CustomerView`](crate::views::CustomerView).
    pub const CUSTOMER: &str = "customer";
    /// To settings: with the whole [`CustomerWindowView`](crate::views::CustomerWindowView).
    pub const CUSTOMER_WINDOW: &str = "customer_window";
    /// To settings: something about clerks' phones is different now, with `null`. Whoever shows them asks again.
    pub const TERMINALS: &str = "terminals";
}

/// Sees every command with its types.
#[cfg(feature = "ts")]
pub trait CommandVisitor {
    /// One command.
    fn command<Request: ts_rs::TS + 'static, Answer: ts_rs::TS + 'static>(&mut self, row: &Command);
}
