//! Field 61: one booking. Blanks and line breaks where banks put them, references of any length, with or without a type.

use crate::{
    amount::{self, Mark},
    bank,
    reading::Fault,
};
use domain::{Currency, Money};
use jiff::civil::Date;

/// What the mark says beside the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark61 {
    Booked,
    /// It undoes an earlier booking.
    Reversal,
    /// It is announced only.
    Expected,
}

/// A booking.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Booking {
    pub(super) value: Date,
    pub(super) booked: Option<Date>,
    pub(super) mark: Mark61,
    pub(super) comes_in: bool,
    pub(super) amount: Money,
    /// The three letters or digits after `N`, `F` or `S`; empty where there is no type.
    pub(super) code: String,
    pub(super) reference: Option<String>,
    pub(super) bank_reference: Option<String>,
    pub(super) supplement: String,
}

/// `YYMMDD`.
pub(super) fn date(text: &str) -> Option<Date> {
    let pair = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let plain = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| Date::new(2000 + i16::from(pair(0)?), pair(2)?, pair(4)?).ok())?
}

/// The booking date, which has no year: the one that brings it nearest to the value date.
fn nearest(month_day: &str, value: Date) -> Option<Date> {
    let month = month_day.get(..2)?.parse::<i8>().ok()?;
    let day = month_day.get(2..)?.parse::<i8>().ok()?;
    [-1, 0, 1]
        .into_iter()
        .filter_map(|years| Date::new(value.year() + years, month, day).ok())
        .min_by_key(|date| date.duration_since(value).as_secs().abs())
}

/// Reads the left part of a text away.
struct Scan<'t>(&'t str);

impl<'t> Scan<'t> {
    fn digits(&mut self, count: usize) -> Option<&'t str> {
        let found = self.0.get(..count)?;
        if !found.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.0 = &self.0[count..];
        Some(found)
    }

    fn letter(&mut self, letters: &[char]) -> Option<char> {
        let found = self.0.chars().next().filter(|c| letters.contains(c))?;
        self.0 = &self.0[found.len_utf8()..];
        Some(found)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// Digits with a comma or point.
    fn amount(&mut self) -> &'t str {
        let end = self
            .0
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
            .unwrap_or(self.0.len());
        let (found, rest) = self.0.split_at(end);
        self.0 = rest;
        found
    }

    /// A type: one of three letters, and three letters or digits.
    fn code(&mut self) -> String {
        let code = self.0.get(1..4).filter(|code| {
            // Some banks leave the type out; `NONREF` then is the reference.
            let typed = self.0.starts_with(['N', 'F', 'S']) && !self.0.starts_with("NONREF");
            typed && code.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        let code = code.map(str::to_ascii_uppercase).unwrap_or_default();
        if !code.is_empty() {
            self.0 = &self.0[4..];
        }
        code
    }
}

/// Reads a field 61.
pub(super) fn read(text: &str, currency: Currency) -> Result<Booking, Fault> {
    let mut scan = Scan(text.trim_start());
    let value = scan.digits(6).and_then(date).ok_or(Fault::Time)?;
    let booked = scan.digits(4).and_then(|text| nearest(text, value));
    scan.blanks();
    let mark = match scan.letter(&['R', 'E']) {
        Some('R') => Mark61::Reversal,
        Some(_) => Mark61::Expected,
        None => Mark61::Booked,
    };
    let is_credit = scan.letter(&['C', 'D']).ok_or(Fault::Cells)? == 'C';
    scan.blanks();
    // The funds code: the currency's third letter.
    if scan.0.starts_with(|c: char| c.is_ascii_alphabetic()) {
        scan.0 = &scan.0[1..];
        scan.blanks();
    }
    let amount = scan.amount();
    // What touches the amount is a type, a reference, or a damaged amount.
    let goes_on = scan.0.starts_with(|c: char| c.is_alphanumeric());
    if goes_on && !scan.0.starts_with(['N', 'F', 'S']) {
        return Err(Fault::Amount);
    }
    let mark_of = match amount.contains(',') {
        true => Mark::Comma,
        false => Mark::Point,
    };
    let minor = amount::minor_with(amount, currency, mark_of).map_err(|_| Fault::Amount)?;
    scan.blanks();
    let code = scan.code();
    let (first, supplement) = scan.0.split_once('\n').unwrap_or((scan.0, ""));
    let (reference, bank_reference) = match first.split_once("//") {
        Some((own, bank)) => (own, Some(bank)),
        None => (first, None),
    };
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(Booking {
        value,
        booked,
        mark,
        // A reversed credit goes out, a reversed debit comes in.
        comes_in: is_credit != (mark == Mark61::Reversal),
        amount: bank::money(minor, currency)?,
        code,
        reference: some(reference),
        bank_reference: bank_reference.and_then(some),
        supplement: supplement.replace('\n', " ").trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Mark61::{Booked, Expected, Reversal};

    fn day(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).expect("a date")
    }

    type Case = (
        &'static str,
        bool,
        i64,
        Mark61,
        &'static str,
        Option<&'static str>,
        Option<&'static str>,
    );
    /// Text, comes in, minor units, mark, code, reference, the bank's.
    const BOOKINGS: &[Case] = &[
        (
            "2605040504CR25,00N062NONREF//BR77",
            true,
            2500,
            Booked,
            "062",
            Some("NONREF"),
            Some("BR77"),
        ),
        (
            "260504D119,NTRFA",
            false,
            11_900,
            Booked,
            "TRF",
            Some("A"),
            None,
        ),
        (
            "2605040504RC25,00NTRFX",
            false,
            2500,
            Reversal,
            "TRF",
            Some("X"),
            None,
        ),
        (
            "2605040504RD25,00NTRFX",
            true,
            2500,
            Reversal,
            "TRF",
            Some("X"),
            None,
        ),
        (
            "2605040504EC25,00NTRFX",
            true,
            2500,
            Expected,
            "TRF",
            Some("X"),
            None,
        ),
        (
            "2605040504C 25,5S051REF/1//B",
            true,
            2550,
            Booked,
            "051",
            Some("REF/1"),
            Some("B"),
        ),
        (
            "2605040504C\n25,00NMSCREF\n/OCMT/EUR25,00/",
            true,
            2500,
            Booked,
            "MSC",
            Some("REF"),
            None,
        ),
        (
            "2605040504C25,00NONREF//B1",
            true,
            2500,
            Booked,
            "",
            Some("NONREF"),
            Some("B1"),
        ),
        ("2605040504C25.00", true, 2500, Booked, "", None, None),
        (
            "2605040504C25,00 no type",
            true,
            2500,
            Booked,
            "",
            Some("no type"),
            None,
        ),
        (
            "2605040504C25,00NTRFDE89370400440532013000DE89370400//X",
            true,
            2500,
            Booked,
            "TRF",
            Some("DE89370400440532013000DE89370400"),
            Some("X"),
        ),
    ];

    #[test]
    fn reads_bookings_as_banks_write_them() {
        for (text, comes_in, minor, mark, code, own, bank) in BOOKINGS {
            let found = read(text, Currency::EUR).expect(text);
            assert_eq!(
                (found.comes_in, found.amount.minor(), found.mark),
                (*comes_in, *minor, *mark),
                "{text}"
            );
            assert_eq!(found.code, *code, "{text}");
            assert_eq!(found.reference.as_deref(), *own, "{text}");
            assert_eq!(found.bank_reference.as_deref(), *bank, "{text}");
            assert_eq!(found.value, day(2026, 5, 4), "{text}");
        }
    }

    #[test]
    fn the_booking_date_has_the_nearest_year() {
        for (text, booked) in [
            ("2601021231C1,", day(2025, 12, 31)),
            ("2512310102C1,", day(2026, 1, 2)),
            ("2605040504C1,", day(2026, 5, 4)),
        ] {
            let found = read(text, Currency::EUR).expect(text);
            assert_eq!(found.booked, Some(booked), "{text}");
        }
    }

    #[test]
    fn says_what_cannot_be_read() {
        for (text, fault) in [
            ("", Fault::Time),
            ("269904C1,", Fault::Time),
            ("260504X1,", Fault::Cells),
            ("260504C", Fault::Amount),
            ("260504C1,005NTRF", Fault::Amount),
            ("260504Cüü", Fault::Amount),
            ("260504C7,0X0NTRFNONREF", Fault::Amount),
        ] {
            assert_eq!(read(text, Currency::EUR), Err(fault), "{text}");
        }
        let yen = Currency::new("JPY").expect("yen");
        let dinar = Currency::new("KWD").expect("dinar");
        assert_eq!(
            read("260504C500,NTRF", yen).map(|b| b.amount.minor()),
            Ok(500)
        );
        assert_eq!(
            read("260504C1,234NTRF", dinar).map(|b| b.amount.minor()),
            Ok(1234)
        );
    }
}
