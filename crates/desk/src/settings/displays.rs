//! The customer displays of this desk as they are set up, and what may be in that.

use super::device::{
    first_fault, id_is_good, ids_differ, line_is_good, name_is_good, ports_differ,
};
use devices::{
    Line, PortAddress,
    display::{
        Display,
        words::{Language, Words},
    },
};
use serde::{Deserialize, Serialize};

/// So many displays at most; no till has more.
pub const DISPLAYS_MAX: usize = 8;
/// The longest idle text, in characters: four rows of the widest display.
const IDLE_MAX: usize = 160;
/// The most lines of an idle text.
const IDLE_LINES_MAX: usize = 4;
/// The longest of the other texts, in characters.
const TEXT_MAX: usize = 40;
/// No display needs a longer rest after a command, in milliseconds.
const REST_MAX: u16 = 1_000;
/// No part of a box's own frame is longer, in bytes.
const FRAME_PART_MAX: usize = 256;

/// One customer display as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DisplaySetup {
    /// Which it is, for as long as it is set up: 1 to 36 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// It is in use.
    pub on: bool,
    /// Where it is: the text form of an address, as found devices have it (`serial:COM3`, `tcp:192.168.1.20:9100`).
    pub address: String,
    /// How its line runs; `None`: as its command set's usually does.
    #[serde(default)]
    pub line: Option<Line>,
    /// Command set, cells, letters, brightness.
    pub display: Display,
    /// The language of its words.
    #[serde(default)]
    pub language: Language,
    /// The shop's own words in place of that language's.
    #[serde(default)]
    pub texts: DisplayTexts,
    /// What it shows.
    #[serde(default)]
    pub shows: DisplayShows,
}

/// The shop's own words on a display or in the customers' window; `None`: those of its language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct DisplayTexts {
    /// When nobody is paying; a line break begins the next row.
    pub idle: Option<String>,
    /// Beside an order's sum.
    pub total: Option<String>,
    /// Beside what is to be paid.
    pub to_pay: Option<String>,
    /// Beside what was paid.
    pub received: Option<String>,
    /// Beside what only a phone's notice says was paid.
    pub reported: Option<String>,
    /// After a payment.
    pub thanks: Option<String>,
    /// Beside what the customer gets back.
    pub change: Option<String>,
    /// Beside what was given back.
    pub refund: Option<String>,
}

/// What a display shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct DisplayShows {
    /// When nobody is paying.
    pub idle: IdleShows,
    /// The amount that the clerk asks for, and the code to pay it with where the display draws codes.
    pub to_pay: bool,
    /// What was paid.
    pub received: bool,
    /// What was given back.
    pub refunds: bool,
}

impl Default for DisplayShows {
    fn default() -> Self {
        Self {
            idle: IdleShows::Text,
            to_pay: true,
            received: true,
            refunds: true,
        }
    }
}

/// What a display shows when nobody is paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum IdleShows {
    /// The idle text.
    #[default]
    Text,
    /// The idle text and the time below it; the time alone where there is one row.
    Clock,
    /// Nothing.
    Blank,
}

impl DisplaySetup {
    /// Where it is; `None` where the text is no address.
    pub fn port(&self) -> Option<PortAddress> {
        self.address.parse().ok()
    }

    /// How its line runs.
    pub fn line(&self) -> Line {
        self.line.clone().unwrap_or_else(|| self.display.set.line())
    }

    /// The field that cannot be used, of all but name and place: what a preview needs.
    pub(crate) fn fault_of_look(&self) -> Option<&'static str> {
        let fields = [
            ("displays.line", self.line.as_ref().is_none_or(line_is_good)),
            ("displays.display", is_good(&self.display)),
            ("displays.texts", self.texts.are_good()),
        ];
        first_fault(fields)
    }

    /// The field that cannot be used.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let fields = [
            ("displays.id", id_is_good(&self.id)),
            ("displays.name", name_is_good(&self.name)),
            ("displays.address", self.port().is_some()),
        ];
        first_fault(fields).or_else(|| self.fault_of_look())
    }
}

/// What cannot be used among all displays.
pub(crate) fn fault(displays: &[DisplaySetup]) -> Option<&'static str> {
    let ids = displays.iter().map(|one| one.id.as_str());
    let in_use = displays.iter().filter(|one| one.on);
    let fields = [
        ("displays", displays.len() <= DISPLAYS_MAX),
        ("displays.id", ids_differ(ids)),
        (
            "displays.address",
            ports_differ(in_use.filter_map(DisplaySetup::port)),
        ),
    ];
    first_fault(fields).or_else(|| displays.iter().find_map(DisplaySetup::fault))
}

fn is_good(display: &Display) -> bool {
    let short = |part: &Vec<u8>| part.len() <= FRAME_PART_MAX;
    display.rest_ms <= REST_MAX
        && display.template.as_ref().is_none_or(|frame| {
            [&frame.before, &frame.after, &frame.paid, &frame.clear]
                .into_iter()
                .all(short)
        })
}

impl DisplayTexts {
    /// The words that customers read: the shop's own, else their language's.
    pub(crate) fn over(&self, language: Language) -> Words {
        let (usual, own) = (language.words(), self.clone());
        let pick = |own: Option<String>, usual: String| own.unwrap_or(usual);
        Words {
            idle: pick(own.idle, usual.idle),
            total: pick(own.total, usual.total),
            to_pay: pick(own.to_pay, usual.to_pay),
            received: pick(own.received, usual.received),
            reported: pick(own.reported, usual.reported),
            thanks: pick(own.thanks, usual.thanks),
            change: pick(own.change, usual.change),
            refund: pick(own.refund, usual.refund),
        }
    }

    pub(crate) fn are_good(&self) -> bool {
        let Self {
            idle,
            total,
            to_pay,
            received,
            reported,
            thanks,
            change,
            refund,
        } = self;
        let plain = |text: &&String| {
            text.chars().count() <= TEXT_MAX && !text.chars().any(char::is_control)
        };
        let rows = |text: &String| {
            text.chars().count() <= IDLE_MAX
                && text.lines().count() <= IDLE_LINES_MAX
                && !text
                    .chars()
                    .any(|letter| letter.is_control() && letter != '\n')
        };
        // On one row nothing else tells a payment that nobody has confirmed from one that is.
        let told_apart = reported
            .as_ref()
            .is_none_or(|own| !own.trim().is_empty() && Some(own) != received.as_ref());
        told_apart
            && idle.as_ref().is_none_or(rows)
            && [total, to_pay, received, reported, thanks, change, refund]
                .into_iter()
                .flatten()
                .all(|text| plain(&text))
    }
}

#[cfg(test)]
mod tests;
