//! Times of OFX: `20260504101500.000[-3:BRT]`, or only a date.

use domain::Timestamp;
use jiff::{
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

/// A time as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) date: Date,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Told {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 64 {
            return None;
        }
        let (body, offset) = match text.split_once('[') {
            Some((body, zone)) => (body, offset(zone)),
            None => (text, None),
        };
        let digits = body.bytes().take_while(u8::is_ascii_digit).count();
        let number = |from: usize, to: usize| body.get(from..to)?.parse::<i16>().ok();
        let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
        let year = number(0, 4).filter(|year| (1990..=2100).contains(year))?;
        let date = Date::new(year, small(4, 6)?, small(6, 8)?).ok()?;
        let time = match digits {
            8 => None,
            12 => Some(Time::new(small(8, 10)?, small(10, 12)?, 0, 0).ok()?),
            14 => Some(Time::new(small(8, 10)?, small(10, 12)?, small(12, 14)?, 0).ok()?),
            _ => return None,
        };
        Some(Self { date, time, offset })
    }

    /// A full hour, or no time at all.
    pub(super) fn is_full_hour(&self) -> bool {
        self.time
            .is_none_or(|time| time.minute() == 0 && time.second() == 0)
    }

    /// Whether an instant is told. Midnight and noon in Greenwich are how some banks write a date.
    pub(super) fn has_offset(&self) -> bool {
        let (Some(time), Some(offset)) = (self.time, self.offset) else {
            return false;
        };
        let filler = self.is_full_hour() && matches!(time.hour(), 0 | 12);
        !(filler && offset == Offset::UTC)
    }

    /// The instant; without an offset in the shop's zone, which is what banks mean when they leave it out.
    pub(super) fn at(&self, zone: &TimeZone) -> Option<Timestamp> {
        let civil = self.date.to_datetime(self.time?);
        let at = match self.offset {
            Some(offset) => offset.to_timestamp(civil).ok()?,
            None => zone
                .to_ambiguous_zoned(civil)
                .compatible()
                .ok()?
                .timestamp(),
        };
        Some(Timestamp(at.as_millisecond()))
    }
}

/// `-3:BRT]`, `+5.5:IST]`, `0`, or only a name.
fn offset(text: &str) -> Option<Offset> {
    let inner = text.trim_end_matches(']');
    let (number, name) = inner.split_once(':').unwrap_or((inner, ""));
    let bare = number.trim();
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, bare.strip_prefix('+').unwrap_or(bare)),
    };
    if digits.is_empty() {
        return named(name);
    }
    let (hours, part) = digits.split_once('.').unwrap_or((digits, ""));
    let hours: i32 = hours
        .parse()
        .ok()
        .filter(|hours| (0..=14).contains(hours))?;
    // Of an hour, in decimals: .5 is half of one, .75 three quarters.
    let minutes = match part.trim_end_matches('0') {
        "" => 0,
        "5" => 30,
        "25" => 15,
        "75" => 45,
        _ => return None,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Brazil's zone by name alone: the bank left out the number.
fn named(name: &str) -> Option<Offset> {
    match name.trim().to_ascii_uppercase().as_str() {
        "BRT" => Offset::from_hours(-3).ok(),
        "GMT" | "UTC" => Some(Offset::UTC),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_with_offsets() {
        let sao_paulo = crate::dates::zone("America/Sao_Paulo").expect("a zone");
        for (text, at) in [
            ("20260504101500[-3:BRT]", "2026-05-04T13:15:00Z"),
            ("20260504101500.123[-03:EST]", "2026-05-04T13:15:00Z"),
            ("20260504101500[+5.5:IST]", "2026-05-04T04:45:00Z"),
            ("20260504101500[5.75]", "2026-05-04T04:30:00Z"),
            ("20260504101500[0:GMT]", "2026-05-04T10:15:00Z"),
            ("20260504101500[:BRT]", "2026-05-04T13:15:00Z"),
            ("20260504101500", "2026-05-04T13:15:00Z"),
            ("202605041015", "2026-05-04T13:15:00Z"),
        ] {
            let told = Told::read(text).expect(text);
            assert_eq!(told.at(&sao_paulo), Timestamp::parse_rfc3339(at), "{text}");
        }
    }

    #[test]
    fn dates_are_not_instants() {
        for (text, instant) in [
            ("20260504", false),
            ("20260504000000[0:GMT]", false),
            ("20260504120000[0:GMT]", false),
            ("20260504120000[-3:BRT]", true),
            ("20260504120001[0:GMT]", true),
            ("20260504101500", false),
        ] {
            assert_eq!(
                Told::read(text).expect(text).has_offset(),
                instant,
                "{text}"
            );
        }
        for bad in [
            "",
            "2026050",
            "20260230",
            "20260504250000",
            "19000101",
            "2026050410150",
            "日",
        ] {
            assert_eq!(Told::read(bad), None, "{bad}");
        }
    }
}
