//! What pages may ask, and who may ask it: one table of `name(request) -> answer [windows]`.
//!
//! The table is the one place that says which window may call what. Types for the pages, the app's permission
//! files and the test that tries every window against every command are all made from it.

pub mod event;

// Without the feature `ts` the table is names only.
#[cfg_attr(not(feature = "ts"), allow(unused_imports))]
use crate::{
    exports::{ExportWish, Exported, PdfWish},
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
    /// Which phones were told of a payment, and when: as the hub knows it, so `offline` without a link.
    payment_told(LineId) -> Vec<ToldTo> [history];
    /// What there is to choose from in the book's filters.
    history_choices(()) -> HistoryChoices [history];
    /// Puts something right about a payment; answers everything about it as it is then. `invalid` tells what is wrong:
    /// `who`, `text`, `amount`, `news`, `other`, `gone`, `refunds`, `already`, `too_many`.
    correct(CorrectWish) -> PaymentDetails [history];
    /// Takes back what was put right; answers everything about the payment on show as it is then.
    undo_correction(UndoWish) -> PaymentDetails [history];
    /// Whether the book is being checked, and what the last check came to; the page listens first, then asks this.
    book_check(()) -> BookCheck [history];
    /// Begins to check the book, unless that is under way.
    check_book(()) -> BookCheck [history];
    /// Stops the check that is under way.
    stop_check(()) -> BookCheck [history];
    /// What came in on a day, counted in every way; `None` is today. `offline` before the shop is known, as with all that
    /// follows of the day's end.
    day_report(Option<BusinessDay>) -> DayReport [history];
    /// The closing that is being made: of that day, or of the one that is to be closed next.
    closing_draft(Option<BusinessDay>) -> ClosingDraft [history];
    /// Changes it; what is answered is kept already. `invalid` tells what is in the way, here and below: a field with
    /// words under `dayend.refused_<field>`.
    change_closing_draft(DraftChange) -> ClosingDraft [history];
    /// Closes the day.
    close_day(CloseWish) -> Closing [history];
    /// Hands the drawer over: the shift is closed, the day goes on.
    hand_over_shift(CloseWish) -> Closing [history];
    /// Puts a closing right by a correction with a number of its own.
    correct_closing(ClosingCorrection) -> Closing [history];
    /// Closings, newest first.
    closings(ClosingsQuery) -> Vec<ClosingSummary> [history];
    /// A closing by its number; `not_found` where there is none.
    closing(u32) -> Closing [history];
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
    /// Prints a closing, or a day as it stands; on a printer where one of it is queued already, that is the one.
    /// `no_printer` where none is in use.
    print_closing(PrintClosing) -> PrintJobView [history];
    /// The printers in use, and how each would print a closing: as a receipt, or as pages.
    closing_printers(()) -> Vec<ClosingPrinter> [history];
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
    /// Where files go that nobody put elsewhere.
    export_folder(()) -> String [history];
    /// Writes payments into a file; how far it is comes as an event. `busy`: another one is under way; `stopped`; `storage`
    /// with what is wrong where that is known: `full`, `folder`, `in_use`.
    export_payments(ExportWish) -> Exported [history];
    /// Stops the export that is under way: nothing of it is left.
    stop_export(()) -> () [history];
    /// Writes a closing, or a day as it stands, as a PDF. Refusals as above, and `no_letters` with a font to install.
    closing_pdf(PdfWish) -> Exported [history];
    /// Shows a file that was written, as it was answered, in its folder.
    show_file(String) -> () [history];
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
    /// Takes a piece of a file that a person gave to a page; answers the name by which the desk knows the file. `invalid`
    /// tells what is wrong: `bytes`, `size`, `at`; `storage` with `room` where there is none left.
    take_piece(FilePiece) -> String [history, settings];
    /// A file that a page gave is not wanted any more.
    forget_file(String) -> () [history, settings];
    /// Loads a statement that was given to the page. `invalid` tells why it does not open: `password_needed`,
    /// `password_wrong`, `empty`, `too_large`, `too_many_files`, `too_deep`, `unfinished`, `damaged`, or what it is that is
    /// no statement.
    import_statement(StatementFile) -> Vec<StatementOutcome> [history];
    /// Stops the loading of a file.
    stop_import(String) -> () [history];
    /// The statements that count, the last loaded first.
    statements(()) -> Vec<ImportedStatement> [history];
    /// Takes a statement back: its rows count no more. `invalid`: `who`, where nobody is named and nobody was.
    take_back_statement(TakeBackWish) -> () [history];
    /// Book and statements side by side; how far it is comes as an event, unless it is known already. `stopped`;
    /// `too_much`: these days have more payments or rows than are compared at once.
    reconcile(Span) -> Reconciled [history];
    /// Stops the comparing of book and statements: whoever waits for it hears `stopped`.
    stop_comparing(()) -> () [history];
    /// Some of the differences.
    differences(DifferenceQuery) -> DifferencePage [history];
    /// What a payout is made of.
    payout_rows(PayoutQuery) -> PayoutPage [history];
    /// A difference is none, for a reason. `invalid`: `reason`.
    settle_difference(SettleWish) -> () [history];
    /// What was said about a difference holds no more. `invalid`: `who`, as above.
    undo_settlement(ReopenWish) -> () [history];
    /// The owner's mappings, by name.
    mappings(()) -> Vec<Mapping> [history];
    /// Tries a mapping on a file. Refusals as for loading it.
    preview_mapping(MappingTry) -> MappingTried [history];
    /// Keeps a mapping, in place of the one of its name. `invalid`: `name`, `too_many`.
    save_mapping(Mapping) -> () [history];
    /// Forgets a mapping. What was read by it stays.
    remove_mapping(String) -> () [history];
    /// The copies of the book, and where they lie.
    backups(()) -> BackupsView [settings];
    /// Makes a copy now. `stopped`; `storage`; `invalid` tells what is wrong here and below: `passphrase` (too short), `full`,
    /// `passphrase_needed`, `passphrase_wrong`, `not_a_book`, `newer`, `damaged`.
    backup_now(BackupWish) -> BackupFile [settings];
    /// Stops what is being copied or read.
    stop_backup(()) -> () [settings];
    /// Reads a copy from end to end, and says what it holds.
    read_backup(RestoreWish) -> Contents [settings];
    /// Lays a copy ready: from the next start on it is the book, and the book of before is kept.
    restore_backup(RestoreWish) -> Contents [settings];
    /// The copy that was laid ready is not to be the book: everything stays as it is.
    withdraw_restore(()) -> () [settings];
    /// A folder that a person chooses in the system's own dialog, which begins at this one; `null`: none was chosen.
    choose_folder(Option<String>) -> Option<String> [history, settings];
    /// Ends the program in order, and starts it again.
    restart(()) -> () [settings];
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
    /// `too_many`, `port_taken`, `storage`, `no_voice`, `no_printer`, `busy`, `stopped`, `no_letters`,
    /// `too_much`, `internal`.
    pub code: String,
    /// For `invalid`: which field. For others: more of it, where that is known.
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

/// Sees every command with its types.
#[cfg(feature = "ts")]
pub trait CommandVisitor {
    /// One command.
    fn command<Request: ts_rs::TS + 'static, Answer: ts_rs::TS + 'static>(&mut self, row: &Command);
}
