//! When an update may be installed: never in the middle of business. Pure, so that every moment of a day can be tried.

use crate::{ledger::GoingOn, shown::Clock};
use domain::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// So long nobody may have paid before an update is installed by itself …
pub(crate) const QUIET_MS: i64 = 20 * 60 * 1000;
/// … and so long when the owner says "now": the customer at the till is served first.
pub(crate) const JUST_PAID_MS: i64 = 60 * 1000;
/// On so many days the shop must have had payments before its hours are believed.
const DAYS_TO_LEARN: usize = 3;
/// A time of day is usual when somebody paid then on so many days.
const DAYS_TO_BE_USUAL: usize = 2;
/// Before and after the usual hours the shop is prepared and cleared.
const MARGIN: u16 = 30;
/// Of a shop that is not known yet, in minutes of the day.
const UNKNOWN_SHOP: (u16, u16) = (7 * 60, 23 * 60);
const DAY_MINUTES: u16 = 24 * 60;

/// What holds an update back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Something is being spoken.
    Announcing,
    /// The day is being closed.
    Closing,
    /// Somebody paid a moment ago.
    Paid {
        /// When it will have been quiet for long enough.
        until: Timestamp,
    },
    /// The shop is usually open at this time.
    Open,
}

/// The hours in which the shop usually takes payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hours {
    /// From this minute of the day to that one, past midnight when it is the smaller.
    Between(u16, u16),
    /// The whole day.
    Always,
}

impl Hours {
    /// Of a shop that is not known yet.
    pub(crate) const UNKNOWN: Self = Self::Between(UNKNOWN_SHOP.0, UNKNOWN_SHOP.1);

    /// Learnt from the times at which somebody paid. The longest part of the day without a usual time is when the shop
    /// is closed, so a bar that sells past midnight needs no setting.
    pub(crate) fn learnt(paid: &[Timestamp], clock: &Clock) -> Self {
        let mut days_of: BTreeMap<u16, BTreeSet<String>> = BTreeMap::new();
        let mut days = BTreeSet::new();
        for at in paid {
            let day = clock.day_of(*at).to_string();
            let minute = clock.minute_of_day(*at);
            days_of
                .entry(minute - minute % 30)
                .or_default()
                .insert(day.clone());
            days.insert(day);
        }
        if days.len() < DAYS_TO_LEARN {
            return Self::UNKNOWN;
        }
        let usual: Vec<u16> = days_of
            .into_iter()
            .filter(|(_, days)| days.len() >= DAYS_TO_BE_USUAL)
            .map(|(minute, _)| minute)
            .collect();
        let Some(first) = usual.first() else {
            return Self::UNKNOWN;
        };
        // The gap after each usual half hour, to the next one around the clock.
        let next = usual.iter().skip(1).chain([first]);
        let gaps = usual.iter().zip(next).map(|(from, to)| {
            let gap = (to + DAY_MINUTES - from - 30) % DAY_MINUTES;
            let gap = if usual.len() == 1 {
                DAY_MINUTES - 30
            } else {
                gap
            };
            (gap, *from + 30, *to)
        });
        match gaps.max_by_key(|(gap, ..)| *gap) {
            Some((gap, closes, opens)) if gap > 2 * MARGIN => Self::Between(
                (opens + DAY_MINUTES - MARGIN) % DAY_MINUTES,
                (closes + MARGIN) % DAY_MINUTES,
            ),
            _ => Self::Always,
        }
    }

    /// Whether the shop is usually open at this minute of the day.
    pub(crate) fn contain(self, minute: u16) -> bool {
        match self {
            Self::Always => true,
            Self::Between(from, to) if from <= to => (from..to).contains(&minute),
            Self::Between(from, to) => minute >= from || minute < to,
        }
    }
}

/// All that the rule looks at.
#[derive(Debug, Clone)]
pub(crate) struct Business {
    pub(crate) now: Timestamp,
    /// The minute of the day on the shop's clock.
    pub(crate) minute: u16,
    pub(crate) going_on: GoingOn,
    /// Somebody is closing the day.
    pub(crate) closing: bool,
    pub(crate) hours: Hours,
}

/// Whether an update may be installed now, and if not, why. `insists`: the owner pressed "now", which overrides the
/// hours of the shop, but cuts off neither a sentence nor a customer who is paying.
pub(crate) fn may_install(business: &Business, insists: bool) -> Result<(), Wait> {
    if business.closing {
        return Err(Wait::Closing);
    }
    if business.going_on.announcing {
        return Err(Wait::Announcing);
    }
    let quiet = if insists { JUST_PAID_MS } else { QUIET_MS };
    let last = business.going_on.last_payment;
    // Told by the distance: after the clock was moved back, a payment of the future must not hold for days.
    if let Some(last) = last.filter(|last| business.now.since(*last).abs() < quiet) {
        return Err(Wait::Paid {
            until: last.plus_ms(quiet),
        });
    }
    if !insists && business.hours.contain(business.minute) {
        return Err(Wait::Open);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::DayRule;
    use proptest::prelude::*;

    /// 2026-11-22 00:00 in Shanghai.
    const MIDNIGHT: i64 = 1_795_276_800_000;
    const MINUTE: i64 = 60_000;

    fn clock() -> Clock {
        Clock::new(&DayRule::new("Asia/Shanghai", 4).unwrap())
    }

    /// Somebody paid at these minutes of the day, on each of so many days before.
    fn paid_at(minutes: &[i64], days: i64) -> Vec<Timestamp> {
        let on =
            |day| move |minute: &i64| Timestamp(MIDNIGHT - day * 1440 * MINUTE + minute * MINUTE);
        (1..=days)
            .flat_map(|day| minutes.iter().map(on(day)).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn the_hours_are_learnt_from_payments() {
        let table: &[(&str, &[i64], i64, Hours)] = &[
            ("a new shop", &[], 0, Hours::UNKNOWN),
            ("two days are too few", &[600, 1200], 2, Hours::UNKNOWN),
            (
                "from ten to nine, with a lull",
                &[605, 720, 900, 1255],
                5,
                // 20:55 lies in the half hour that ends at 21:00.
                Hours::Between(570, 1290),
            ),
            (
                "a bar past midnight",
                &[1140, 1300, 5, 95],
                5,
                Hours::Between(1110, 150),
            ),
            ("once a day", &[720], 9, Hours::Between(690, 780)),
        ];
        for (what, minutes, days, hours) in table {
            assert_eq!(
                Hours::learnt(&paid_at(minutes, *days), &clock()),
                *hours,
                "{what}"
            );
        }
        let all_day: Vec<i64> = (0..48).map(|half_hour| half_hour * 30).collect();
        assert_eq!(
            Hours::learnt(&paid_at(&all_day, 5), &clock()),
            Hours::Always
        );
        // One late customer on one night does not make the shop open at night.
        let mut paid = paid_at(&[600, 1200], 7);
        paid.push(Timestamp(MIDNIGHT + 150 * MINUTE));
        assert_eq!(
            Hours::learnt(&paid, &clock()),
            Hours::learnt(&paid_at(&[600, 1200], 7), &clock())
        );
    }

    fn at(minute: u16) -> Business {
        Business {
            now: Timestamp(MIDNIGHT + i64::from(minute) * MINUTE),
            minute,
            going_on: GoingOn::default(),
            closing: false,
            hours: Hours::Between(600, 1300),
        }
    }

    type Change = fn(&mut Business);
    /// What is special, the minute, how, and the two answers that are expected.
    type Row = (
        &'static str,
        u16,
        Change,
        Result<(), Wait>,
        Result<(), Wait>,
    );

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table is told in one piece")]
    fn every_reason_to_wait() {
        let ago = |business: &mut Business, ms: i64| {
            business.going_on.last_payment = Some(business.now.plus_ms(-ms));
        };
        let until = |minute: u16, ms: i64, quiet: i64| Wait::Paid {
            until: at(minute).now.plus_ms(quiet - ms),
        };
        let table: Vec<Row> = vec![
            ("night", 100, |_| {}, Ok(()), Ok(())),
            ("open", 700, |_| {}, Err(Wait::Open), Ok(())),
            (
                "the last minute of the hours",
                1299,
                |_| {},
                Err(Wait::Open),
                Ok(()),
            ),
            ("just closed", 1300, |_| {}, Ok(()), Ok(())),
            (
                "a sentence",
                100,
                |b| b.going_on.announcing = true,
                Err(Wait::Announcing),
                Err(Wait::Announcing),
            ),
            (
                "a closing",
                100,
                |b| b.closing = true,
                Err(Wait::Closing),
                Err(Wait::Closing),
            ),
        ];
        for (what, minute, change, by_itself, insists) in table {
            let mut business = at(minute);
            change(&mut business);
            assert_eq!(
                may_install(&business, false),
                by_itself,
                "{what}, by itself"
            );
            assert_eq!(may_install(&business, true), insists, "{what}, insisting");
        }
        for (ms, by_itself, insists) in [
            (
                0,
                Err(until(100, 0, QUIET_MS)),
                Err(until(100, 0, JUST_PAID_MS)),
            ),
            (
                JUST_PAID_MS - 1,
                Err(until(100, JUST_PAID_MS - 1, QUIET_MS)),
                Err(until(100, JUST_PAID_MS - 1, JUST_PAID_MS)),
            ),
            (
                JUST_PAID_MS,
                Err(until(100, JUST_PAID_MS, QUIET_MS)),
                Ok(()),
            ),
            (
                QUIET_MS - 1,
                Err(until(100, QUIET_MS - 1, QUIET_MS)),
                Ok(()),
            ),
            (QUIET_MS, Ok(()), Ok(())),
            // The clock was moved back by a day: the payment stands in the future.
            (-86_400_000, Ok(()), Ok(())),
        ] {
            let mut business = at(100);
            ago(&mut business, ms);
            assert_eq!(may_install(&business, false), by_itself, "{ms} ms ago");
            assert_eq!(
                may_install(&business, true),
                insists,
                "{ms} ms ago, insisting"
            );
        }
    }

    proptest! {
        /// Nothing overrides a customer who pays, a sentence that sounds or a day that is being closed.
        #[test]
        fn never_in_the_middle_of_business(
            minute in 0u16..1440, ms in 0i64..3_600_000, announcing: bool, closing: bool, insists: bool,
        ) {
            let mut business = at(minute);
            business.going_on = GoingOn { last_payment: Some(business.now.plus_ms(-ms)), announcing };
            business.closing = closing;
            if may_install(&business, insists).is_ok() {
                prop_assert!(!announcing && !closing && ms >= JUST_PAID_MS);
                prop_assert!(insists || (ms >= QUIET_MS && !business.hours.contain(minute)));
            }
        }
    }
}
