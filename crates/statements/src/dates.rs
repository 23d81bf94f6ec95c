//! Dates and times as statements write them. No zone is guessed: it is the file's, or the owner's.

use crate::row::{Precision, When};
use domain::Timestamp;
use jiff::{
    civil,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// In which order a date is written. Its marks (`-`, `/`, `.`, `年`, none) do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2026-05-01`, `2026/5/1`, `20260501`, `2026年05月01日`.
    #[default]
    YearMonthDay,
    /// `01.05.2026`, `1/5/26`.
    DayMonthYear,
    /// `05/01/2026`, `5/1/26`.
    MonthDayYear,
}

/// The zone of WeChat's and Alipay's files, which never say so.
pub fn beijing() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The zone by its IANA name; `None` where there is none of that name.
pub fn zone(name: &str) -> Option<TimeZone> {
    (name.len() <= 64)
        .then(|| TimeZone::get(name).ok())
        .flatten()
}

/// A date, with or without a time of day, in a zone; one that the text itself names counts more.
pub fn when(text: &str, order: DateOrder, zone: &TimeZone) -> Option<When> {
    let read = read(text, order)?;
    let at = match read.offset.or_else(|| zone.to_fixed_offset().ok()) {
        Some(offset) => offset.to_timestamp(read.at).ok()?,
        None => zone
            .to_ambiguous_zoned(read.at)
            .compatible()
            .ok()?
            .timestamp(),
    };
    Some(When {
        at: Timestamp(at.as_millisecond()),
        precision: read.precision,
    })
}

/// A text of WeChat or Alipay (`2026-05-01 09:30:15`), in Beijing.
pub fn when_in_beijing(text: &str) -> Option<When> {
    when(text, DateOrder::YearMonthDay, &beijing())
}

/// That something was on this day in Beijing, or later: when is not told.
pub(crate) fn on_the_day_of(when: When) -> When {
    let start = day_around(when.at, &beijing()).map_or(when.at, |(start, _)| start);
    When {
        at: start,
        precision: Precision::Day,
    }
}

/// The calendar date in a zone, and when it and the next one begin there.
pub(crate) fn day_around(at: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let date = jiff::Timestamp::from_millisecond(at.millis())
        .ok()?
        .to_zoned(zone.clone())
        .date();
    let start = |date: civil::Date| {
        let zoned = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).compatible();
        zoned
            .ok()
            .map(|z| Timestamp(z.timestamp().as_millisecond()))
    };
    Some((start(date)?, start(date.tomorrow().ok()?)?))
}

/// What a text says, before a zone.
struct Read {
    at: civil::DateTime,
    precision: Precision,
    offset: Option<Offset>,
}

/// Longer is no date.
const LONGEST: usize = 64;

fn read(text: &str, order: DateOrder) -> Option<Read> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '\u{feff}'));
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let mut scan = Scan(text);
    let (date, clock) = scan.date(order)?;
    let (time, precision) = match clock {
        Some(time) => (time, Precision::Second),
        None => scan.time()?,
    };
    let offset = scan.offset()?;
    // A statement of another century is a misread one.
    ((1990..=2100).contains(&date.year()) && scan.0.is_empty()).then(|| Read {
        at: date.to_datetime(time),
        precision,
        offset,
    })
}

/// Reads a text from the left.
struct Scan<'t>(&'t str);

impl Scan<'_> {
    /// Digits, at most so many, with how many there were.
    fn number(&mut self, most: usize) -> Option<(i16, usize)> {
        let length = self
            .0
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        digits.parse().ok().map(|number| (number, length))
    }

    /// One of these marks.
    fn mark(&mut self, marks: &[char]) -> bool {
        match self.0.strip_prefix(marks) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Any blanks; whether there were some.
    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start();
        let some = rest.len() < self.0.len();
        self.0 = rest;
        some
    }

    /// The date, and the time of day where it is written without a mark (`20260501093015`).
    fn date(&mut self, order: DateOrder) -> Option<(civil::Date, Option<civil::Time>)> {
        let run = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let marked = !matches!(run, 8 | 14);
        let widths = match order {
            DateOrder::YearMonthDay => [4, 2, 2],
            _ => [2, 2, 4],
        };
        let mut parts = [(0, 0); 3];
        for (i, (part, width)) in parts.iter_mut().zip(widths).enumerate() {
            if i > 0 && marked && !self.mark(&['-', '/', '.', '年', '月']) {
                return None;
            }
            *part = self.number(width)?;
            if !marked && part.1 != width {
                return None;
            }
        }
        let ((year, year_width), (month, _), (day, _)) = match order {
            DateOrder::YearMonthDay => (parts[0], parts[1], parts[2]),
            DateOrder::DayMonthYear => (parts[2], parts[1], parts[0]),
            DateOrder::MonthDayYear => (parts[2], parts[0], parts[1]),
        };
        let year = match year_width {
            4 => year,
            2 if order != DateOrder::YearMonthDay => 2000 + year,
            _ => return None,
        };
        self.mark(&['日']);
        let date =
            civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let clock = match run {
            14 => Some(self.compact_time()?),
            _ => None,
        };
        Some((date, clock))
    }

    fn compact_time(&mut self) -> Option<civil::Time> {
        let mut part = || i8::try_from(self.number(2)?.0).ok();
        civil::Time::new(part()?, part()?, part()?, 0).ok()
    }

    /// The time of day, where one stands there.
    fn time(&mut self) -> Option<(civil::Time, Precision)> {
        let apart = self.mark(&['T', ',']) | self.blanks();
        if !apart || !self.0.starts_with(|c: char| c.is_ascii_digit()) {
            return Some((civil::Time::midnight(), Precision::Day));
        }
        let (mut hour, _) = self.number(2)?;
        if !self.mark(&[':', '：', '时', '点']) {
            return None;
        }
        let (minute, _) = self.number(2)?;
        let mut second = 0;
        let mut precision = Precision::Minute;
        if self.mark(&[':', '：', '分']) && self.0.starts_with(|c: char| c.is_ascii_digit()) {
            second = self.number(2)?.0;
            precision = Precision::Second;
            self.mark(&['秒']);
            if self.mark(&['.', ',']) {
                // Finer than any statement is compared.
                self.0 = self.0.trim_start_matches(|c: char| c.is_ascii_digit());
            }
        }
        self.blanks();
        let twelve = self
            .0
            .get(..2)
            .map(str::to_ascii_uppercase)
            .filter(|half| half == "AM" || half == "PM");
        if let Some(half) = twelve {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if half == "PM" { 12 } else { 0 };
            self.0 = &self.0[2..];
        }
        let part = |n: i16| i8::try_from(n).ok();
        let time = civil::Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?;
        Some((time, precision))
    }

    /// The zone that the text itself names: `Z`, `UTC`, `GMT`, `+08:00`, `-0300`. The outer `None`: a damaged one.
    #[expect(
        clippy::option_option,
        reason = "damaged, absent and there are three answers"
    )]
    fn offset(&mut self) -> Option<Option<Offset>> {
        self.blanks();
        for name in ["Z", "UTC", "GMT"] {
            if self.0.eq_ignore_ascii_case(name) {
                self.0 = "";
                return Some(Some(Offset::UTC));
            }
        }
        let east = match self.0.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Some(None),
        };
        self.0 = &self.0[1..];
        let (hours, 2) = self.number(2)? else {
            return None;
        };
        self.mark(&[':']);
        let minutes = self.number(2).map_or(0, |(minutes, _)| minutes);
        let seconds = east * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
        Offset::from_seconds(seconds).ok().map(Some)
    }
}

/// A spreadsheet's count of days since the end of 1899 (`46143.396`), as the date that it stands for.
pub fn from_serial(text: &str) -> Option<String> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = days.len() == 5 && fraction.len() <= 15;
    if !plain
        || !days
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let date = civil::date(1899, 12, 30)
        .checked_add(jiff::Span::new().days(days.parse::<i64>().ok()?))
        .ok()?;
    let parts: i128 = format!("{fraction:0<15}").parse().ok()?;
    // To the nearest second: the fraction is a float's.
    let second = (parts * 86_400 + 500_000_000_000_000) / 1_000_000_000_000_000;
    let time = date
        .at(0, 0, 0, 0)
        .checked_add(jiff::Span::new().seconds(i64::try_from(second).ok()?))
        .ok()?;
    Some(if fraction.is_empty() {
        date.to_string()
    } else {
        time.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str, order: DateOrder, zone_name: &str) -> Option<(String, Precision)> {
        let zone = zone(zone_name).expect(zone_name);
        when(text, order, &zone).map(|w| (w.at.to_string(), w.precision))
    }

    /// A text, its order, the zone of the file, and what it is.
    type Written = (
        &'static str,
        DateOrder,
        &'static str,
        &'static str,
        Precision,
    );

    use DateOrder::{DayMonthYear as D, MonthDayYear as M, YearMonthDay as Y};
    use Precision::{Day, Minute, Second};

    const WRITTEN: &[Written] = &[
        (
            "2026-05-01 09:30:15",
            Y,
            "Asia/Shanghai",
            "2026-05-01T01:30:15Z",
            Second,
        ),
        // A sandbox wrote two blanks.
        (
            "`2026-05-01  09:30:15",
            Y,
            "Asia/Shanghai",
            "2026-05-01T01:30:15Z",
            Second,
        ),
        (
            "2026/5/1 9:30",
            Y,
            "Asia/Shanghai",
            "2026-05-01T01:30:00Z",
            Minute,
        ),
        (
            "2026年05月01日 00:00:00",
            Y,
            "Asia/Shanghai",
            "2026-04-30T16:00:00Z",
            Second,
        ),
        ("20260501", Y, "Asia/Shanghai", "2026-04-30T16:00:00Z", Day),
        (
            "20260501093015",
            Y,
            "Asia/Shanghai",
            "2026-05-01T01:30:15Z",
            Second,
        ),
        (
            "2026-05-01T09:30:15.123+02:00",
            Y,
            "Asia/Shanghai",
            "2026-05-01T07:30:15Z",
            Second,
        ),
        (
            "2026-05-01T09:30:15Z",
            Y,
            "Asia/Shanghai",
            "2026-05-01T09:30:15Z",
            Second,
        ),
        (
            "2026-05-01 09:30:15 UTC",
            Y,
            "Asia/Shanghai",
            "2026-05-01T09:30:15Z",
            Second,
        ),
        (
            "01.05.2026",
            D,
            "Europe/Berlin",
            "2026-04-30T22:00:00Z",
            Day,
        ),
        ("1/5/26 14:30", D, "UTC", "2026-05-01T14:30:00Z", Minute),
        (
            "05/01/2026 2:30:00 PM",
            M,
            "America/New_York",
            "2026-05-01T18:30:00Z",
            Second,
        ),
        (
            "05/01/2026 12:05 am",
            M,
            "UTC",
            "2026-05-01T00:05:00Z",
            Minute,
        ),
        ("01052026", D, "UTC", "2026-05-01T00:00:00Z", Day),
        // The clock goes forward there at two: the hour that is not, and the one that is twice.
        (
            "2026-03-29 02:30:00",
            Y,
            "Europe/Berlin",
            "2026-03-29T01:30:00Z",
            Second,
        ),
        (
            "2026-10-25 02:30:00",
            Y,
            "Europe/Berlin",
            "2026-10-25T00:30:00Z",
            Second,
        ),
    ];

    #[test]
    fn reads_what_statements_write() {
        for (text, order, zone, expected, precision) in WRITTEN {
            assert_eq!(
                utc(text, *order, zone),
                Some(((*expected).to_owned(), *precision)),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "/",
            "2026-13-01",
            "2026-02-30",
            "2026-05",
            "26-05-01",
            "2026-05-01 25:00",
            "2026-05-01 09:30:15 x",
            "2026-05-01x",
            "0001-01-01",
            "20260501 1",
            "2026-05-01 09:30 +8",
            "2026-05-01 09:30:15 13 PM",
            "总交易单数",
        ] {
            assert_eq!(when_in_beijing(text), None, "{text:?}");
        }
    }

    #[test]
    fn serials_of_spreadsheets() {
        for (serial, expected) in [
            ("46143", Some("2026-05-01")),
            // 09:30:15 is 34215/86400 of a day.
            ("46143.396006944", Some("2026-05-01 09:30:15")),
            ("46143.999999", Some("2026-05-02 00:00:00")),
            ("4614", None),
            ("461430", None),
            ("46143.x", None),
            ("12.80", None),
        ] {
            assert_eq!(from_serial(serial).as_deref(), expected, "{serial}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,70}", digits in "[0-9./: -]{0,30}") {
            for order in [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear] {
                let _ = when(&text, order, &TimeZone::UTC);
                let _ = when(&digits, order, &TimeZone::UTC);
            }
            let _ = from_serial(&digits);
        }
    }
}
