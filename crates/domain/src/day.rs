//! The shop's business day: by its own time zone and the hour at which a new day begins.

use crate::Timestamp;
use jiff::{ToSpan, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A business day, named by the calendar date on which it began (`2026-11-22`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct BusinessDay(civil::Date);

impl BusinessDay {
    /// From `yyyy-mm-dd`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 10)
            .then(|| text.parse().ok().map(Self))
            .flatten()
    }

    /// The day before or after by so many days; `None` beyond the calendar.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        self.0.checked_add(days.days()).ok().map(Self)
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for BusinessDay {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a day is written yyyy-mm-dd")
    }
}

impl From<BusinessDay> for String {
    fn from(day: BusinessDay) -> Self {
        day.to_string()
    }
}

/// Which time belongs to which day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DayRule {
    /// IANA name of the shop's zone (`Asia/Shanghai`).
    pub zone: String,
    /// The hour, 0 to 23, at which the new day begins; 4 for a bar that closes at three.
    pub cutover_hour: u8,
}

impl DayRule {
    /// A rule that can be used; `None` for an unknown zone or an hour past 23.
    pub fn new(zone: &str, cutover_hour: u8) -> Option<Self> {
        (cutover_hour < 24 && zone.len() <= 64 && TimeZone::get(zone).is_ok()).then(|| Self {
            zone: zone.to_owned(),
            cutover_hour,
        })
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The day a time belongs to. It is the calendar date on the shop's clock, moved back by one before the
    /// cut-over hour, so it is right on nights when the clock changes: what counts is what the clock shows.
    pub fn day_of(&self, at: Timestamp) -> BusinessDay {
        let time =
            jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let local = time.to_zoned(self.time_zone());
        let date = local.date();
        let before_cutover = local.hour() < i8::try_from(self.cutover_hour).unwrap_or(0);
        BusinessDay(if before_cutover {
            date.yesterday().unwrap_or(date)
        } else {
            date
        })
    }

    /// The day of the week (1 is Monday) and the minute of the day that the shop's clock shows.
    pub fn weekday_and_minute(&self, at: Timestamp) -> (u8, u16) {
        let time =
            jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let local = time.to_zoned(self.time_zone());
        let day = local.weekday().to_monday_one_offset().unsigned_abs();
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        (day, minute.unsigned_abs())
    }

    /// What the shop's clock shows: `2026-11-22 14:03:21`.
    pub fn clock(&self, at: Timestamp) -> String {
        let time =
            jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let local = time.to_zoned(self.time_zone());
        local.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// When a day begins: the first moment at which the shop's clock shows its cut-over hour.
    pub fn start_of(&self, day: BusinessDay) -> Timestamp {
        let hour = i8::try_from(self.cutover_hour).unwrap_or(0);
        let local = day.0.at(hour, 0, 0, 0);
        let start = self.time_zone().to_ambiguous_zoned(local).compatible();
        Timestamp(start.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }
}

impl Default for DayRule {
    /// UTC from midnight, until the shop has told us its own.
    fn default() -> Self {
        Self {
            zone: "UTC".to_owned(),
            cutover_hour: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect(text)
    }

    #[test]
    fn days_by_zone_and_cutover() {
        for (zone, hour, time, day) in [
            ("Asia/Shanghai", 0, "2026-11-22T15:59:59Z", "2026-11-22"),
            ("Asia/Shanghai", 0, "2026-11-22T16:00:00Z", "2026-11-23"),
            ("Asia/Shanghai", 4, "2026-11-22T19:59:59Z", "2026-11-22"),
            ("Asia/Shanghai", 4, "2026-11-22T20:00:00Z", "2026-11-23"),
            ("Asia/Kathmandu", 0, "2026-01-01T18:14:59Z", "2026-01-01"),
            ("Asia/Kathmandu", 0, "2026-01-01T18:15:00Z", "2026-01-02"),
            // New York sets its clock back at 2026-11-01T06:00Z: 01:30 comes twice, both before a cut-over at 2.
            ("America/New_York", 2, "2026-11-01T05:30:00Z", "2026-10-31"),
            ("America/New_York", 2, "2026-11-01T06:30:00Z", "2026-10-31"),
            ("America/New_York", 2, "2026-11-01T07:00:00Z", "2026-11-01"),
            // … and forward at 2026-03-08T07:00Z, from 01:59 to 03:00.
            ("America/New_York", 2, "2026-03-08T06:59:59Z", "2026-03-07"),
            ("America/New_York", 2, "2026-03-08T07:00:00Z", "2026-03-08"),
        ] {
            let rule = DayRule::new(zone, hour).expect(zone);
            assert_eq!(
                rule.day_of(at(time)).to_string(),
                day,
                "{zone} {hour} {time}"
            );
        }
    }

    #[test]
    fn refuses_rules_that_cannot_be() {
        assert_eq!(DayRule::new("Moon/Base", 0), None);
        assert_eq!(DayRule::new("UTC", 24), None);
        assert_eq!(BusinessDay::parse("2026-02-30"), None);
        assert_eq!(BusinessDay::parse("2026-2-3"), None);
    }

    proptest! {
        #[test]
        fn a_day_begins_in_itself(ms in 0_i64..4_000_000_000_000, hour in 0_u8..24, zone in prop_oneof![
            Just("Asia/Shanghai"), Just("America/Sao_Paulo"), Just("America/New_York"), Just("Australia/Lord_Howe"),
            Just("Asia/Kolkata"), Just("UTC"),
        ]) {
            let rule = DayRule::new(zone, hour).expect("known zone");
            let day = rule.day_of(Timestamp(ms));
            let next = day.plus_days(1).expect("within the calendar");
            prop_assert_eq!(rule.day_of(rule.start_of(day)), day);
            prop_assert!(rule.start_of(day) <= Timestamp(ms));
            prop_assert!(Timestamp(ms) < rule.start_of(next));
        }
    }
}
