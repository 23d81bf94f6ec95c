//! When somebody is reminded that a day is to be closed. Pure, so that every moment of a day can be tried.

use book::{
    GoingOn,
    dayend::{Due, Here},
};
use domain::{BusinessDay, Timestamp};
use serde::{Deserialize, Serialize};

/// After a payment the customer is served first.
const JUST_PAID_MS: i64 = 60_000;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Which day waits to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Reminder {
    /// It is closing time.
    Today {
        /// The day.
        day: BusinessDay,
    },
    /// A day before today was not closed.
    Forgotten {
        /// The oldest of them.
        day: BusinessDay,
        /// How many more there are.
        more: u32,
    },
}

/// What is to be told now. `remind_at` is a minute of the shop's clock; without it nobody is reminded of today. Days are
/// forgotten only where the shop closes its days.
pub(crate) fn reminder(here: &Here, remind_at: Option<u16>, due: &Due) -> Option<Reminder> {
    if let Some(day) = due.forgotten.first() {
        let more = u32::try_from(due.forgotten.len() - 1).unwrap_or(u32::MAX);
        return Some(Reminder::Forgotten { day: *day, more });
    }
    let gone =
        |minute: u16| (minute + DAY_MINUTES - u16::from(here.rule.cutover_hour) * 60) % DAY_MINUTES;
    let (_, minute) = here.rule.weekday_and_minute(here.now);
    let time = remind_at.is_some_and(|at| gone(minute) >= gone(at));
    let waits = due.something && !due.today_closed;
    (time && waits).then(|| Reminder::Today { day: here.today() })
}

/// Whether a customer is being served. Told by the distance: the clock may have been set back since.
pub(crate) fn busy(going_on: &GoingOn, now: Timestamp) -> bool {
    let just = |paid: Timestamp| now.since(paid).abs() < JUST_PAID_MS;
    going_on.announcing || going_on.last_payment.is_some_and(just)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, DayRule};

    fn day(text: &str) -> BusinessDay {
        BusinessDay::parse(text).unwrap()
    }

    fn here(clock: &str, cutover: u8) -> Here {
        let now = Timestamp::parse_rfc3339(&format!("{clock}:00+08:00")).unwrap();
        Here {
            second_clock: true,
            now,
            hub: now,
            rule: DayRule::new("Asia/Shanghai", cutover).unwrap(),
            currency: Currency::CNY,
            blind: false,
            shop: String::new(),
            terminal: String::new(),
            software: String::new(),
        }
    }

    fn open() -> Due {
        Due {
            day: day("2026-11-22"),
            forgotten: Vec::new(),
            today_closed: false,
            used: false,
            something: true,
        }
    }

    #[test]
    fn every_moment_of_a_reminder() {
        let today = |text: &str| Some(Reminder::Today { day: day(text) });
        let (nine, half_past_one) = (Some(21 * 60), Some(90));
        for (clock, cutover, at, due, told) in [
            ("2026-11-22T20:59", 4, nine, open(), None),
            ("2026-11-22T21:00", 4, nine, open(), today("2026-11-22")),
            ("2026-11-23T03:59", 4, nine, open(), today("2026-11-22")),
            ("2026-11-23T04:00", 4, nine, open(), None),
            ("2026-11-22T23:59", 0, nine, open(), today("2026-11-22")),
            ("2026-11-23T00:00", 0, nine, open(), None),
            // A bar is closed after midnight: that is late in its day, not early.
            ("2026-11-22T21:00", 4, half_past_one, open(), None),
            (
                "2026-11-23T01:30",
                4,
                half_past_one,
                open(),
                today("2026-11-22"),
            ),
            ("2026-11-22T22:00", 4, None, open(), None),
            (
                "2026-11-22T22:00",
                4,
                nine,
                Due {
                    something: false,
                    ..open()
                },
                None,
            ),
            (
                "2026-11-22T22:00",
                4,
                nine,
                Due {
                    today_closed: true,
                    ..open()
                },
                None,
            ),
        ] {
            assert_eq!(
                reminder(&here(clock, cutover), at, &due),
                told,
                "{clock} {cutover} {at:?}"
            );
        }
        let forgotten = Due {
            forgotten: vec![day("2026-11-20"), day("2026-11-21")],
            ..open()
        };
        assert_eq!(
            reminder(&here("2026-11-22T09:00", 4), None, &forgotten),
            Some(Reminder::Forgotten {
                day: day("2026-11-20"),
                more: 1
            })
        );
    }

    #[test]
    fn a_customer_is_served_first() {
        let now = Timestamp(10_000_000);
        let paid = |ago: i64| GoingOn {
            last_payment: Some(now.plus_ms(-ago)),
            announcing: false,
        };
        for (going_on, is_busy) in [
            (GoingOn::default(), false),
            (paid(0), true),
            (paid(59_999), true),
            (paid(60_000), false),
            (paid(-86_400_000), false),
            (
                GoingOn {
                    announcing: true,
                    ..paid(90_000)
                },
                true,
            ),
        ] {
            assert_eq!(busy(&going_on, now), is_busy, "{going_on:?}");
        }
    }
}
