//! Money: whole minor units and a currency. Exact parse and print; no float anywhere.

use crate::Currency;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in whole minor units (fen, cents, paise) of a currency.
///
/// Bounded to ±[`Money::MAX_MINOR`], so that pages can hold it exactly and sums cannot overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(try_from = "Parts")]
pub struct Money {
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    minor: i64,
    currency: Currency,
}

#[derive(Deserialize)]
struct Parts {
    minor: i64,
    currency: Currency,
}

impl TryFrom<Parts> for Money {
    type Error = AmountError;
    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        Self::new(parts.minor, parts.currency).ok_or(AmountError::TooLarge)
    }
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Something other than digits and at most one point.
    #[error("an amount is digits with at most one point")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("the amount has more decimals than its currency")]
    TooManyDecimals,
    /// Beyond [`Money::MAX_MINOR`].
    #[error("the amount is too large to be one payment")]
    TooLarge,
}

impl Money {
    /// The largest amount: JavaScript's exact integers end at 2^53, and ten trillion of anything is no till sale.
    pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

    /// From minor units; `None` beyond [`Money::MAX_MINOR`].
    pub fn new(minor: i64, currency: Currency) -> Option<Self> {
        (minor.unsigned_abs() <= Self::MAX_MINOR as u64).then_some(Self { minor, currency })
    }

    /// Nothing, in a currency.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Whole minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum; `None` when the currencies differ or it would be too large.
    pub fn plus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| Self::new(self.minor + other.minor, self.currency))
            .flatten()
    }

    /// Parses a platform's plain decimal (`12`, `12.5`, `12.50`): digits, at most one point, no sign, blank, group
    /// or exponent, at most the currency's decimals, except that further zeros are allowed (`100.00` yen).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(AmountError::NotANumber),
            Some(parts) => parts,
            None => (text, ""),
        };
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(AmountError::NotANumber);
        }
        let places = currency.exponent() as usize;
        let kept = &fraction[..fraction.len().min(places)];
        if fraction[kept.len()..].bytes().any(|b| b != b'0') {
            return Err(AmountError::TooManyDecimals);
        }
        let minor: i64 = format!("{whole}{kept:0<places$}")
            .parse()
            .map_err(|_| AmountError::TooLarge)?;
        Self::new(minor, currency).ok_or(AmountError::TooLarge)
    }

    /// The amount as plain decimal text without sign of currency (`1280.00`, `-15.00`): for files and protocols.
    pub fn decimal(self) -> String {
        let (sign, whole, fraction) = self.split();
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }

    /// The amount for people: sign of currency, thousands grouped, a true minus (`¥1,280.00`, `−¥15.00`).
    pub fn display(self) -> String {
        let (_, whole, fraction) = self.split();
        let mut grouped = String::with_capacity(whole.len() * 2);
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let minus = if self.minor < 0 { "\u{2212}" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{minus}{}{grouped}{point}{fraction}", self.currency.sign())
    }

    fn split(self) -> (&'static str, String, String) {
        let unit = 10_u64.pow(self.currency.exponent());
        let places = self.currency.exponent() as usize;
        let minor = self.minor.unsigned_abs();
        let fraction = if places == 0 {
            String::new()
        } else {
            format!("{:0places$}", minor % unit)
        };
        (
            if self.minor < 0 { "-" } else { "" },
            (minor / unit).to_string(),
            fraction,
        )
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_what_platforms_write() {
        let jpy = Currency::new("JPY").expect("JPY");
        for (text, currency, minor) in [
            ("12.50", Currency::CNY, 1250),
            ("12.5", Currency::CNY, 1250),
            ("0.01", Currency::CNY, 1),
            ("88", Currency::CNY, 8800),
            ("100.00", jpy, 100),
            ("0012.00", Currency::CNY, 1200),
        ] {
            assert_eq!(
                Money::parse(text, currency).map(Money::minor),
                Ok(minor),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        use AmountError::{NotANumber, TooLarge, TooManyDecimals};
        for (text, error) in [
            ("", NotANumber),
            (".", NotANumber),
            (".5", NotANumber),
            ("5.", NotANumber),
            ("-1", NotANumber),
            ("+1", NotANumber),
            (" 1", NotANumber),
            ("1e3", NotANumber),
            ("1,000", NotANumber),
            ("1.2.3", NotANumber),
            ("１２", NotANumber),
            ("1.005", TooManyDecimals),
            ("99999999999999999999", TooLarge),
            ("10000000000000.01", TooLarge),
        ] {
            assert_eq!(Money::parse(text, Currency::CNY), Err(error), "{text:?}");
        }
    }

    #[test]
    fn prints_for_people() {
        let kwd = Currency::new("KWD").expect("KWD");
        for (minor, currency, text) in [
            (348_250, Currency::CNY, "¥3,482.50"),
            (-1500, Currency::CNY, "−¥15.00"),
            (5, Currency::USD, "$0.05"),
            (
                100_000_000,
                Currency::new("VND").expect("VND"),
                "₫100,000,000",
            ),
            (1_234_567, kwd, "KWD1,234.567"),
        ] {
            assert_eq!(
                Money::new(minor, currency).map(Money::display).as_deref(),
                Some(text)
            );
        }
    }

    proptest! {
        #[test]
        fn decimal_text_reads_back(minor in 0..=Money::MAX_MINOR, code in "[A-Z]{3}") {
            let currency = Currency::new(&code).expect("three letters");
            let money = Money::new(minor, currency).expect("in range");
            prop_assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
        }

        #[test]
        fn never_panics(text in ".*") {
            let _ = Money::parse(&text, Currency::CNY);
        }
    }
}
