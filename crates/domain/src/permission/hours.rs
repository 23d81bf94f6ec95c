//! Hours of the week, by the shop's clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Minutes of one day.
const DAY: u16 = 24 * 60;

/// A time on the clock, `00:00` to `23:59`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(u16);

impl ClockTime {
    /// From `hh:mm`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let [h1, h2, b':', m1, m2] = text.as_bytes() else {
            return None;
        };
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
        let (hours, minutes) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
        (hours < 24 && minutes < 60).then_some(Self(hours * 60 + minutes))
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for ClockTime {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a time on the clock is written hh:mm")
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

/// The same hours on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WeekHours {
    /// The days on which they begin: 1 is Monday, 7 is Sunday.
    pub days: Vec<u8>,
    /// From this minute on.
    pub from: ClockTime,
    /// Until this minute, which is no part of them any more. Not after `from`: on the next day.
    pub to: ClockTime,
}

impl WeekHours {
    /// Whether they can be meant: at least one day, each once.
    pub(super) fn is_usable(&self) -> bool {
        let days = &self.days;
        let once = |at: usize| !days[..at].contains(&days[at]);
        (1..=7).contains(&days.len())
            && days.iter().all(|day| (1..=7).contains(day))
            && (0..days.len()).all(once)
    }

    /// Whether a minute of a day of the week is within them.
    pub(super) fn contain(&self, day: u8, minute: u16) -> bool {
        let before = if day == 1 { 7 } else { day - 1 };
        let (from, to) = (self.from.0, self.to.0);
        let until = if to > from { to } else { to + DAY };
        let within =
            |begun: u8, minute: u16| self.days.contains(&begun) && (from..until).contains(&minute);
        within(day, minute) || within(before, minute + DAY)
    }
}
