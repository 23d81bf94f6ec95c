//! What the readers of banks' files share: their texts and references, amounts of one size and two directions, the
//! balance before and after, and the days that a file tells of.

use crate::{
    dates::{self, DateOrder},
    read::Defaults,
    reading::{Fault, Reading, decimal},
    row::{Period, Precision, Row, RowKind, RowState, When},
};
use domain::{Currency, Money, Platform, Timestamp, payment::is_hidden};
use jiff::{civil::Date, tz::TimeZone};

/// The platform of banks' statements.
pub(crate) const BANK: Platform = Platform::named("bank");

/// How much of a row's text is kept: the largest that a bank sends, since order numbers are looked for in it.
const TEXT_MAX: usize = 500;
/// How long a reference may be.
const REFERENCE_MAX: usize = 128;
/// Two statements with no more days than this between them follow each other: banks rest at week-ends.
const REST_DAYS: i64 = 3;
/// How many failed checks of one kind are listed.
const FAILED_MAX: usize = 20;

/// The shop's zone.
pub(crate) fn zone_of(defaults: &Defaults) -> TimeZone {
    dates::zone(&defaults.zone).unwrap_or(TimeZone::UTC)
}

/// A stranger's text without what is not seen, white space folded; longer than other texts are kept.
pub(crate) fn long_text(text: &str) -> Option<String> {
    let mut kept = String::new();
    let mut left = TEXT_MAX;
    let visible = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !is_hidden(*c)));
    for word in visible {
        let word: String = word.take(left).collect();
        if word.is_empty() {
            continue;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        left = left.saturating_sub(word.chars().count() + 1);
        kept.push_str(&word);
        if left == 0 {
            break;
        }
    }
    (!kept.is_empty()).then_some(kept)
}

/// A reference, where it is one: banks write words for none.
pub(crate) fn reference(text: &str) -> Option<String> {
    let text = text.trim();
    let none = [
        "NOTPROVIDED",
        "NONREF",
        "NOTAVAILABLE",
        "NOTPRESENT",
        "NONE",
        "N/A",
        "NOREF",
        "-",
        "/",
        "0",
    ];
    let is_none =
        none.iter().any(|word| text.eq_ignore_ascii_case(word)) || text.len() > REFERENCE_MAX;
    if is_none {
        return None;
    }
    long_text(text)
}

/// An amount of a size, in a currency.
pub(crate) fn money(minor: i64, currency: Currency) -> Result<Money, Fault> {
    Money::new(minor, currency)
        .filter(|money| money.minor() >= 0)
        .ok_or(Fault::Amount)
}

/// A date in the shop's zone.
pub(crate) fn on_day(date: Date, zone: &TimeZone) -> Option<When> {
    dates::when(&date.to_string(), DateOrder::YearMonthDay, zone)
}

/// The amount with its direction.
pub(crate) fn signed(amount: Money, comes_in: bool) -> i64 {
    if comes_in {
        amount.minor()
    } else {
        -amount.minor()
    }
}

/// A balance before, what moved, and a balance after.
#[derive(Debug, Default, Clone)]
pub(crate) struct Account {
    pub(crate) opening: Option<i64>,
    pub(crate) closing: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) moved: i64,
}

impl Account {
    /// Something was booked.
    pub(crate) fn book(&mut self, signed: i64) {
        self.moved = self.moved.saturating_add(signed);
    }
}

/// Checks that each account's opening and what was booked make its closing: one line when all do, else one for each
/// that does not.
pub(crate) fn check_balances(reading: &mut Reading, accounts: &[Account]) {
    let whole = accounts.iter().filter_map(|account| {
        let currency = account.currency?;
        let found = account.opening?.saturating_add(account.moved);
        Some((account.closing?, found, currency))
    });
    let whole: Vec<(i64, i64, Currency)> = whole.collect();
    let failed = whole.iter().filter(|(stated, found, _)| stated != found);
    let failed: Vec<&(i64, i64, Currency)> = failed.take(FAILED_MAX).collect();
    let told = if failed.is_empty() {
        whole.last().into_iter().collect()
    } else {
        failed
    };
    for (stated, found, currency) in told {
        let text = |minor| decimal(minor, *currency);
        reading.check("balance", &text(*stated), &text(*found), stated == found);
    }
}

/// The days that a file tells of, from those of its statements: those that follow each other, up to the latest. What
/// lies before a gap is left out, since a file of it is missing.
pub(crate) fn period(mut days: Vec<(Date, Date)>, zone: &TimeZone) -> Option<Period> {
    days.retain(|(first, last)| first <= last);
    days.sort_unstable();
    let mut run: Option<(Date, Date)> = None;
    for (first, last) in days {
        run = Some(match run {
            Some((from, until)) if between(until, first) <= REST_DAYS => (from, until.max(last)),
            _ => (first, last),
        });
    }
    let (first, last) = run?;
    Some(Period {
        from: on_day(first, zone)?.at,
        until: on_day(last.tomorrow().ok()?, zone)?.at,
    })
}

/// How many whole days lie between two dates; none or fewer where they touch.
fn between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24 - 1
}

/// The date on which a row was booked.
pub(crate) fn date_of(at: Timestamp, zone: &TimeZone) -> Option<Date> {
    let time = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
    Some(time.to_zoned(zone.clone()).date())
}

/// The first and last booking date of rows.
pub(crate) fn booked_days<'r>(
    rows: impl Iterator<Item = &'r Row>,
    zone: &TimeZone,
) -> Option<(Date, Date)> {
    let dates = rows
        .filter(|row| row.state == RowState::Done)
        .filter_map(|row| date_of(row.settled_at.unwrap_or(row.when.at), zone));
    dates.fold(None, |span, date| {
        let (first, last) = span.unwrap_or((date, date));
        Some((first.min(date), last.max(date)))
    })
}

/// A time of a row; where the bank only knows its date, that.
pub(crate) fn at_time(text: &str, zone: &TimeZone) -> Option<When> {
    let when = dates::when(text, DateOrder::YearMonthDay, zone)?;
    // A midnight to the second is a date that was written as a time.
    let (start, _) = dates::day_around(when.at, zone)?;
    Some(match when.precision {
        Precision::Second | Precision::Minute if when.at == start => When {
            precision: Precision::Day,
            ..when
        },
        _ => when,
    })
}

/// What a row is when only its direction is known: money in may be a customer's, money out is the shop's own affair.
pub(crate) fn plain_kind(comes_in: bool) -> RowKind {
    if comes_in {
        RowKind::Payment
    } else {
        RowKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_door_knows_them() {
        use crate::{row::StatementKind as Kind, testing::read_bytes};
        for (bytes, kind, rows) in [
            (&include_bytes!("fixtures/camt/v08.xml")[..], Kind::Camt, 1),
            (include_bytes!("fixtures/camt/v054-yen.xml"), Kind::Camt, 3),
            (include_bytes!("fixtures/mt940/german.sta"), Kind::Mt940, 1),
            (include_bytes!("fixtures/mt940/pages.sta"), Kind::Mt940, 6),
            (include_bytes!("fixtures/mt940/interim.sta"), Kind::Mt940, 2),
            (include_bytes!("fixtures/ofx/brazil.ofx"), Kind::Ofx, 3),
            (include_bytes!("fixtures/ofx/version2.ofx"), Kind::Ofx, 4),
            (
                include_bytes!("fixtures/stripe/payout.csv"),
                Kind::StripePayout,
                3,
            ),
            (
                include_bytes!("fixtures/stripe/balance.csv"),
                Kind::StripeBalance,
                7,
            ),
            (
                include_bytes!("fixtures/paypal/german.csv"),
                Kind::Paypal,
                2,
            ),
        ] {
            let read = read_bytes(bytes).expect("a statement");
            assert_eq!((read.kind, read.rows.len()), (kind, rows));
        }
    }

    #[test]
    fn texts_are_folded_and_cut() {
        assert_eq!(long_text(" a\u{200b}b \n c "), Some("ab c".to_owned()));
        assert_eq!(long_text("\u{feff} \n"), None);
        assert_eq!(
            long_text(&"长".repeat(2000)).map(|t| t.chars().count()),
            Some(TEXT_MAX)
        );
    }

    #[test]
    fn references_that_are_words_for_none() {
        for (text, found) in [
            ("NOTPROVIDED", None),
            ("notprovided", None),
            ("NONREF", None),
            ("", None),
            (" ORDER-77 ", Some("ORDER-77")),
        ] {
            assert_eq!(reference(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn a_gap_ends_the_period() {
        let utc = TimeZone::UTC;
        let day = |d: i8| Date::new(2026, 5, d).expect("a date");
        for (days, from, until) in [
            (vec![(day(4), day(4))], 4, 5),
            // Friday, and Monday after it.
            (vec![(day(8), day(8)), (day(11), day(11))], 8, 12),
            (vec![(day(20), day(21)), (day(1), day(4))], 20, 22),
            (vec![(day(1), day(9)), (day(3), day(4))], 1, 10),
        ] {
            let period = period(days, &utc).expect("a period");
            let date = |at| date_of(at, &utc).expect("a date");
            assert_eq!(
                (date(period.from), date(period.until)),
                (day(from), day(until))
            );
        }
    }
}
