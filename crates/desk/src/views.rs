//! What pages are shown: plain data, made in one place, so that no page computes money or trust by itself.

pub use crate::closing::remind::Reminder;
pub use crate::customer::views::*;
pub use crate::displays::views::*;
pub use crate::history::*;
pub use crate::occasion::{OrderItem, ShownAmount};
pub use crate::settings::Settings;
pub use crate::{
    arrivals::FilePiece,
    backups::{BackupWish, BackupsView, RestoreWish},
    statements::{
        MappingTried, MappingTry, ReopenWish, SettleWish, StatementFile, StatementOutcome,
        TakeBackWish,
    },
};
use crate::{
    missing::Missing,
    receipts::view::{PrintJobView, PrintTrouble},
    settings::{Language, Theme},
};
pub use book::dayend::{
    CloseWish, Closing, ClosingCorrection, ClosingDraft, ClosingSummary, ClosingsQuery, DayReport,
    DraftChange,
};
pub use book::{
    Standing,
    ask::*,
    events::{Correction, CorrectionId, NewsId},
};
pub use book::{
    backup::{BackupFile, Contents},
    imports::ImportedStatement,
    reconcile::{DifferencePage, DifferenceQuery, PayoutPage, PayoutQuery, Reconciled, Span},
};
use domain::{
    BusinessDay, Kind, Money, Platform, Seq, SourceKind, Timestamp, Trust, event::UnreadReason,
    wire::Shop, wire::SourceHealth,
};
use serde::{Deserialize, Serialize};
pub use statements::mapping::Mapping;

/// A card, for as long as it is on show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct CardId(pub u64);

/// A window of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WindowName {
    /// Today and the book.
    History,
    /// Settings.
    Settings,
    /// The first start.
    Welcome,
}

impl WindowName {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::History, Self::Settings, Self::Welcome];

    /// Its label, which is also its page and its name in permissions and on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Settings => "settings",
            Self::Welcome => "welcome",
        }
    }
}

impl std::str::FromStr for WindowName {
    type Err = &'static str;

    fn from_str(label: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|name| name.label() == label);
        known.ok_or("history, settings or welcome")
    }
}

/// What every page needs first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AppInfo {
    /// The language of all words.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// The program's version.
    pub version: String,
    /// The shop; `None` until the first link to the hub.
    pub shop: Option<Shop>,
    /// The business day now.
    pub today: Option<BusinessDay>,
    /// The first start is not done yet.
    pub first_start: bool,
    /// What this system lacks that Tillbell would use.
    pub missing: Vec<Missing>,
    /// Something shows the customer an amount to pay: a display, or the customers' window.
    pub asks_customers: bool,
    /// A printer is in use.
    pub prints: bool,
}

/// One payment as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaymentView {
    /// The row.
    pub line: LineId,
    /// The hub's number of it.
    pub seq: Seq,
    /// Its business day.
    pub day: BusinessDay,
    /// The day's running number; refunds and tests have none.
    pub number: Option<u32>,
    /// Payment or refund.
    pub kind: Kind,
    /// How sure we are, by everything heard so far.
    pub trust: Trust,
    /// The platform.
    pub platform: Platform,
    /// The amount, positive; `None`: not given.
    pub amount: Option<Money>,
    /// The amount for people, with sign and minus for refunds (`¥12.50`, `−¥15.00`).
    pub amount_text: Option<String>,
    /// Who paid, as the platform shows it.
    pub payer: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The shop's order number, else the platform's number.
    pub order: Option<String>,
    /// A test by the shop.
    pub test: bool,
    /// Who collected it: a phone or source by its name, or whom somebody named.
    pub collector: String,
    /// Whether it stands for money: only `counts` does.
    pub standing: Standing,
    /// The row that it is the same payment as.
    pub joined_to: Option<LineId>,
    /// Somebody put something right about it.
    pub corrected: bool,
    /// Notes and tags that people added, one to a line.
    pub remarks: Option<String>,
    /// When it happened: paid, by the platform's clock, else accepted.
    pub at: Timestamp,
    /// That time on the shop's clock, `14:03:21`.
    pub clock: String,
}

/// A card on the front desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CardView {
    /// The card.
    pub id: CardId,
    /// How long it stays from when it was shown, in milliseconds; `None`: until dismissed or resolved.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub stays_ms: Option<u64>,
    /// How much of that has gone by now, so that a page that comes late draws the line right.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub gone_ms: u64,
    /// What it shows.
    pub face: CardFace,
}

/// What a card shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "face", rename_all = "snake_case")]
pub enum CardFace {
    /// A payment or refund.
    Payment {
        /// It.
        payment: PaymentView,
    },
    /// Payments that came while nobody listened, or a burst: one card for all.
    Summary {
        /// How many.
        count: u32,
        /// The sums, one per currency, with their text for people.
        totals: Vec<String>,
        /// How many of them had no amount.
        without_amount: u32,
        /// How many of them only a phone reported.
        unconfirmed: u32,
        /// The earliest of them.
        since: Timestamp,
        /// That time on the shop's clock.
        since_clock: String,
    },
    /// Listening has stopped, or works again.
    Listening {
        /// Its state.
        view: ListeningView,
    },
    /// Receipts are not printed as they should be.
    Printing {
        /// What is wrong.
        view: PrintTrouble,
    },
    /// A day waits to be closed.
    Closing {
        /// Which.
        view: Reminder,
    },
}

/// All cards on show, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CardsView {
    /// Grows by one with every change; an older view that comes late is thrown away.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub revision: u64,
    /// The cards.
    pub cards: Vec<CardView>,
    /// How many more did not fit.
    pub more: u32,
    /// The pointer is on them: no line runs.
    pub held: bool,
    /// The voice is off until then.
    pub muted_until: Option<Timestamp>,
}

/// The card page has drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Painted {
    /// The revision on the screen.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub revision: u64,
    /// The height that the cards need, in CSS pixels.
    pub height: u32,
}

/// For how long the voice is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    /// Speaks again.
    Off,
    /// For half an hour.
    HalfHour,
    /// Until the next business day.
    Tomorrow,
}

/// Whether money's news is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ListeningView {
    /// All in one word; the tray icon follows it.
    pub state: Listening,
    /// Since when it is so, for `not_listening`.
    pub since: Option<Timestamp>,
    /// That time on the shop's clock, `14:02`.
    pub since_clock: Option<String>,
    /// Every source.
    pub sources: Vec<SourceHealth>,
    /// When anything was last heard from the hub.
    pub heard_at: Option<Timestamp>,
    /// The voice is off until then.
    pub muted_until: Option<Timestamp>,
    /// That time on the shop's clock.
    pub muted_until_clock: Option<String>,
    /// The voice cannot speak, and why.
    pub voice_problem: Option<VoiceProblem>,
    /// This PC's clock is ahead of the hub's by so many milliseconds, when that is more than a minute.
    #[cfg_attr(feature = "ts", ts(as = "Option<f64>"))]
    pub clock_ahead_ms: Option<i64>,
    /// What came while nobody was heard: on the card that says that listening works again, and nowhere else.
    pub back: Option<Meanwhile>,
}

/// A gap in listening, and what came in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Meanwhile {
    /// When it began, on the shop's clock.
    pub since_clock: String,
    /// When it ended.
    pub until_clock: String,
    /// How many payments and refunds.
    pub payments: u32,
    /// How many of them without an amount.
    pub without_amount: u32,
    /// Their sums, one per currency.
    pub totals: Vec<String>,
}

/// Listening, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Listening {
    /// No source is set up yet.
    NoSource,
    /// The link is up and every source that beats is heard.
    Listening,
    /// The link to the hub is down.
    HubLost,
    /// What comes cannot be stored on this PC (a full disk), so it is neither shown nor said; the hub keeps it.
    CannotStore,
    /// A source that should beat does not.
    SourceSilent,
    /// A source sends, and what it sends is refused: a clock, a key or a number is wrong.
    SourceRefusing,
}

impl Listening {
    /// Payments are not heard: silence means nothing now.
    pub fn is_stopped(self) -> bool {
        !matches!(self, Self::NoSource | Self::Listening)
    }
}

/// Why the voice cannot speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VoiceProblem {
    /// The system has no speech service, or it does not answer.
    NoSpeech,
    /// There is no voice for the chosen language.
    NoVoiceForLanguage,
    /// There is no sound output.
    NoOutput,
}

/// A day's totals. Test payments are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayView {
    /// The day.
    pub day: BusinessDay,
    /// It is today.
    pub is_today: bool,
    /// One total per currency, the shop's own first; never added across currencies.
    pub totals: Vec<TotalView>,
    /// Payments whose amount was not given.
    pub without_amount: u32,
    /// Payments that only a phone reported.
    pub unconfirmed: u32,
    /// Notices of that day that were not understood.
    pub not_understood: u32,
    /// The last payment.
    pub last: Option<PaymentView>,
}

/// A total in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TotalView {
    /// Payments less refunds.
    pub net: Money,
    /// For people.
    pub net_text: String,
    /// How many payments.
    pub payments: u32,
    /// How many refunds.
    pub refunds: u32,
    /// What was refunded, for people.
    pub refunds_text: String,
}

/// One day in the list of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DaySummary {
    /// The day.
    pub day: BusinessDay,
    /// How many payments.
    pub payments: u32,
    /// Net totals for people, one per currency.
    pub totals: Vec<String>,
}

/// A page of payments, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryPage {
    /// The rows.
    pub rows: Vec<PaymentView>,
    /// There are more after the last row.
    pub more: bool,
}

/// Everything about one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PaymentDetails {
    /// The payment.
    pub payment: PaymentView,
    /// The platform's number of it.
    pub transaction: Option<String>,
    /// What happened to it, in order of time.
    pub steps: Vec<Step>,
    /// All the news of it, first heard first.
    pub news: Vec<NewsView>,
    /// How it was heard, where people made something else of it.
    pub as_heard: Option<AsHeard>,
    /// What was put right, in order, also what does not hold any more.
    pub corrections: Vec<CorrectionView>,
    /// The rows that went into this one.
    pub joined: Vec<PaymentView>,
    /// Refunds of it, or what it is a refund of.
    pub related: Vec<PaymentView>,
    /// Its receipts, newest first, however old.
    pub prints: Vec<PrintJobView>,
}

/// One thing that happened to a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Step {
    /// What.
    pub what: StepKind,
    /// For news: from which kind of source.
    pub via: Option<SourceKind>,
    /// When.
    pub at: Timestamp,
    /// That time on the shop's clock, with tenths: `14:03:20.4`.
    pub clock: String,
    /// Milliseconds after the customer paid (or after the first step); negative where clocks disagree.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub after_ms: i64,
}

/// The steps of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The customer paid.
    Paid,
    /// The hub accepted the first news.
    Accepted,
    /// It stood in this book.
    Received,
    /// The card was on the screen.
    Shown,
    /// The voice began.
    Spoken,
    /// Further news joined.
    Joined,
    /// It became confirmed.
    Confirmed,
}

/// One piece of news of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NewsView {
    /// Its row.
    pub id: NewsId,
    /// It can become a payment of its own.
    pub can_split: bool,
    /// The kind of source.
    pub via: SourceKind,
    /// Signed or noticed.
    pub trust: Trust,
    /// When the hub accepted it.
    pub at: Timestamp,
    /// That time on the shop's clock.
    pub clock: String,
    /// The amount that it told, for people.
    pub amount_text: Option<String>,
    /// Who paid, as it told.
    pub payer: Option<String>,
    /// The note, as it told.
    pub note: Option<String>,
    /// The phone.
    pub device: Option<String>,
}

/// Which notices to show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UnreadQuery {
    /// Only those before this one.
    pub before: Option<LineId>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// A page of notices, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UnreadPage {
    /// The rows.
    pub rows: Vec<UnreadView>,
    /// There are more.
    pub more: bool,
}

/// One notice that did not become a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UnreadView {
    /// The row.
    pub line: LineId,
    /// When the hub took it in.
    pub at: Timestamp,
    /// On the shop's clock, with the date when it was not today.
    pub clock: String,
    /// The kind of source.
    pub via: SourceKind,
    /// The app.
    pub app: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// Why it is no payment.
    pub reason: UnreadReason,
}

/// What can be chosen for the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Choices {
    /// IANA time zones.
    pub zones: Vec<String>,
    /// This system's zone.
    pub system_zone: String,
    /// Currencies that can be chosen, with their sign.
    pub currencies: Vec<CurrencyView>,
    /// The language that this system is set to.
    pub system_language: Language,
}

/// A currency to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CurrencyView {
    /// ISO 4217 code.
    pub code: String,
    /// Its sign.
    pub sign: String,
}

/// The system's voices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VoicesView {
    /// All voices.
    pub voices: Vec<VoiceView>,
    /// What stands in the way of speaking, if anything.
    pub problem: Option<VoiceProblem>,
}

/// One voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VoiceView {
    /// The system's id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its language, BCP 47.
    pub language: String,
    /// It can speak the chosen announcement language.
    pub fits: bool,
}

/// What a sound check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SoundCheck {
    /// The chime was played.
    pub chime: bool,
    /// The voice spoke.
    pub spoke: bool,
    /// What was said.
    pub said: Option<String>,
    /// What stands in the way.
    pub problem: Option<VoiceProblem>,
}

/// A monitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MonitorView {
    /// The system's name of it.
    pub name: String,
    /// Its size in pixels.
    pub width: u32,
    /// Its size in pixels.
    pub height: u32,
    /// It is the main one.
    pub primary: bool,
}
