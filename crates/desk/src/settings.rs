//! All settings of this desk: one struct, its defaults, and what may be in it. Only differences are saved.

pub mod backups;
pub mod closing;
pub mod customer;
mod device;
pub mod displays;
pub mod file;
pub mod printers;

use crate::api::UiError;
use backups::BackupSettings;
use closing::ClosingSettings;
use customer::CustomerSettings;
use displays::DisplaySetup;
use domain::{Money, Platform};
use printers::{Logo, PrinterSetup};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The language of windows, tray and notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Language {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
}

/// The language of announcements; more than the windows have.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SpeechLanguage {
    /// Mandarin.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// Mandarin as in Taiwan.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// Cantonese.
    #[serde(rename = "zh-HK")]
    ZhHk,
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
    /// Portuguese as in Brazil.
    #[serde(rename = "pt-BR")]
    PtBr,
    /// Hindi.
    #[serde(rename = "hi")]
    Hi,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A corner of the monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    #[default]
    BottomRight,
}

/// Hours in which nothing is spoken; cards still come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct QuietHours {
    /// From this minute of the day (0 to 1439) on the shop's clock …
    pub from_minute: u16,
    /// … to this one; past midnight when it is the smaller.
    pub to_minute: u16,
}

/// Every setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Settings {
    /// Language of windows and tray; `None`: the system's, if we have it, else English.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
    /// The first start is done.
    pub first_start_done: bool,
    /// Payments are spoken.
    pub speak: bool,
    /// Language of announcements; `None`: as the windows.
    pub speech_language: Option<SpeechLanguage>,
    /// The system's voice by id; `None`: the best for the language.
    pub voice: Option<String>,
    /// Volume of chime and voice, 0 to 100.
    pub volume: u8,
    /// Speed of the voice in percent of its normal, 50 to 200.
    pub rate: u16,
    /// A chime comes before the words.
    pub chime: bool,
    /// The day's running number is spoken.
    pub speak_number: bool,
    /// The platform is spoken.
    pub speak_platform: bool,
    /// Refunds are spoken.
    pub speak_refunds: bool,
    /// Smaller payments are shown, not spoken.
    pub smallest_spoken: Option<Money>,
    /// Nothing is spoken in these hours.
    pub quiet_hours: Option<QuietHours>,
    /// Own words for a platform's name, spoken in place of ours.
    pub platform_words: BTreeMap<Platform, String>,
    /// Cards are shown.
    pub cards: bool,
    /// How many seconds a card stays, 3 to 60.
    pub card_seconds: u16,
    /// The monitor for cards, by name; `None`: the main one.
    pub card_monitor: Option<String>,
    /// The corner for cards.
    pub card_corner: Corner,
    /// The payer is shown on the card, which customers may see.
    pub card_payer: bool,
    /// Once a day the desk asks whether there is a newer version of this program.
    pub check_updates: bool,
    /// The PC does not fall asleep while it is plugged in: one that sleeps hears nothing.
    pub awake: bool,
    /// The customer displays.
    pub displays: Vec<DisplaySetup>,
    /// What the customer is shown.
    pub customer: CustomerSettings,
    /// The printers that receipts come from.
    pub printers: Vec<PrinterSetup>,
    /// The shop's logo, for receipts.
    pub logo: Option<Logo>,
    /// Copies of the book.
    pub backups: BackupSettings,
    /// How the shop closes its days.
    pub closing: ClosingSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            first_start_done: false,
            speak: true,
            speech_language: None,
            voice: None,
            volume: 100,
            rate: 100,
            chime: true,
            speak_number: true,
            speak_platform: true,
            speak_refunds: true,
            smallest_spoken: None,
            quiet_hours: None,
            platform_words: BTreeMap::new(),
            cards: true,
            card_seconds: 8,
            card_monitor: None,
            card_corner: Corner::BottomRight,
            card_payer: true,
            check_updates: true,
            awake: true,
            displays: Vec::new(),
            customer: CustomerSettings::default(),
            printers: Vec::new(),
            logo: None,
            backups: BackupSettings::default(),
            closing: ClosingSettings::default(),
        }
    }
}

/// The longest own word for a platform.
const WORD_MAX: usize = 40;
/// The longest name of a voice or a monitor.
const NAME_MAX: usize = 256;
/// So many own words at most.
const WORDS_MAX: usize = 64;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

fn short(text: &Option<String>) -> bool {
    text.as_ref()
        .is_none_or(|t| (1..=NAME_MAX).contains(&t.len()))
}

impl Settings {
    /// Whether anything shows the customer an amount to pay.
    pub fn asks_customers(&self) -> bool {
        let display = |one: &DisplaySetup| one.on && one.shows.to_pay;
        self.customer.on || self.displays.iter().any(display)
    }

    /// Whether these can be in force; else which field cannot.
    pub fn check(&self) -> Result<(), UiError> {
        let quiet = |quiet: QuietHours| {
            quiet.from_minute < DAY_MINUTES
                && quiet.to_minute < DAY_MINUTES
                && quiet.from_minute != quiet.to_minute
        };
        let word = |text: &String| {
            (1..=WORD_MAX).contains(&text.trim().chars().count())
                && !text.chars().any(char::is_control)
        };
        let fields = [
            ("voice", short(&self.voice)),
            ("volume", self.volume <= 100),
            ("rate", (50..=200).contains(&self.rate)),
            (
                "smallest_spoken",
                self.smallest_spoken
                    .is_none_or(|amount| amount.minor() >= 0),
            ),
            ("quiet_hours", self.quiet_hours.is_none_or(quiet)),
            (
                "platform_words",
                self.platform_words.len() <= WORDS_MAX && self.platform_words.values().all(word),
            ),
            ("card_seconds", (3..=60).contains(&self.card_seconds)),
            ("card_monitor", short(&self.card_monitor)),
            (
                "logo",
                self.logo.as_ref().is_none_or(|logo| logo.grey().is_some()),
            ),
        ];
        let own = fields.into_iter().find(|(_, good)| !good);
        let fault = own
            .map(|(field, _)| field)
            .or_else(|| displays::fault(&self.displays))
            .or_else(|| self.customer.fault())
            .or_else(|| printers::fault(&self.printers))
            .or_else(|| self.backups.fault())
            .or_else(|| self.closing.fault())
            .or_else(|| self.port_of_both());
        match fault {
            Some(field) => Err(UiError::invalid(field)),
            None => Ok(()),
        }
    }

    /// As display and as printer, each would find the port in use by the other.
    fn port_of_both(&self) -> Option<&'static str> {
        let displays = self.displays.iter().filter(|one| one.on);
        let printers = self.printers.iter().filter(|one| one.on);
        let ports = displays.filter_map(DisplaySetup::port);
        let differ = device::ports_differ(ports.chain(printers.filter_map(PrinterSetup::port)));
        (!differ).then_some("printers.target")
    }
}

#[cfg(test)]
mod tests;
