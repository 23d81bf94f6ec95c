//! Amounts as statements write them, into whole minor units: exactly, and strictly enough that `12,80` never becomes
//! 1,280.

use domain::{Currency, Money};
use serde::{Deserialize, Serialize};

/// Which mark stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// `1,234.56`.
    #[default]
    Point,
    /// `1.234,56`.
    Comma,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing stands there.
    #[error("no amount stands there")]
    Empty,
    /// Something that is no number, or one grouped as no number is.
    #[error("that is no amount")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("the amount has more decimals than its currency")]
    TooManyDecimals,
    /// Beyond [`Money::MAX_MINOR`].
    #[error("the amount is too large to be one payment")]
    TooLarge,
}

/// Longer is no amount, whatever it is.
const LONGEST: usize = 64;

/// An amount with a decimal point in minor units, with its sign: `1,280.00`, `¥23.00`, `-10.00`, `10.00-`, `(10.00)`.
pub fn minor(text: &str, currency: Currency) -> Result<i64, AmountError> {
    minor_with(text, currency, Mark::Point)
}

/// As [`minor`], with the decimal mark that the file uses. Further decimals are allowed where they are zeros, since
/// WeChat writes fees with five.
pub fn minor_with(text: &str, currency: Currency, mark: Mark) -> Result<i64, AmountError> {
    if text.len() > LONGEST {
        return Err(AmountError::NotANumber);
    }
    let (negative, bare) = bare(text, currency)?;
    let (point, group) = match mark {
        Mark::Point => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let (whole, fraction) = bare.split_once(point).unwrap_or((bare, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(AmountError::NotANumber);
    }
    let whole = ungrouped(whole, group).ok_or(AmountError::NotANumber)?;
    let places = currency.exponent() as usize;
    let kept = &fraction[..fraction.len().min(places)];
    if fraction[kept.len()..].bytes().any(|b| b != b'0') {
        return Err(AmountError::TooManyDecimals);
    }
    let amount: i64 = format!("0{whole}{kept:0<places$}")
        .parse()
        .map_err(|_| AmountError::TooLarge)?;
    let amount = if negative { -amount } else { amount };
    Money::new(amount, currency)
        .map(Money::minor)
        .ok_or(AmountError::TooLarge)
}

/// A count as statements write it: `20`, `20.0`, `1,024`.
pub fn count(text: &str) -> Option<u64> {
    let bare = text.trim();
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    if bare.len() > LONGEST || fraction.bytes().any(|b| b != b'0') {
        return None;
    }
    ungrouped(whole, ',')
        .filter(|w| !w.is_empty())?
        .parse()
        .ok()
}

/// The digits and marks without sign, brackets and currency, and whether it is negative.
fn bare(text: &str, currency: Currency) -> Result<(bool, &str), AmountError> {
    let mut rest = trimmed(text);
    if rest.is_empty() {
        return Err(AmountError::Empty);
    }
    // Most have neither sign nor currency.
    if rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Ok((false, rest));
    }
    let mut sign: Option<bool> = None;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        sign = Some(true);
        rest = trimmed(inner);
    }
    loop {
        let before = rest.len();
        rest = without_currency(rest, currency);
        let found = rest
            .strip_prefix(['-', '\u{2212}', '\u{ff0d}'])
            .or_else(|| rest.strip_suffix(['-', '\u{2212}', '\u{ff0d}']))
            .map(|r| (true, r))
            .or_else(|| rest.strip_prefix('+').map(|r| (false, r)));
        if let Some((negative, left)) = found {
            // Two signs are no amount.
            if sign.replace(negative).is_some() {
                return Err(AmountError::NotANumber);
            }
            rest = trimmed(left);
        }
        if rest.len() == before {
            return Ok((sign.unwrap_or(false), rest));
        }
    }
}

/// What is blank around an amount; statements of WeChat put a back-tick before it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '\u{feff}'))
}

/// Without one sign or code of this currency at either end: another currency's makes it no amount.
fn without_currency(text: &str, currency: Currency) -> &str {
    const DOLLARS: &[&str] = &[
        "USD", "AUD", "CAD", "NZD", "HKD", "TWD", "SGD", "MXN", "CLP", "COP", "ARS",
    ];
    let code = currency.code();
    let local: &[&str] = match code {
        "CNY" => &["¥", "￥", "元", "RMB"],
        "JPY" => &["¥", "￥", "円"],
        _ if DOLLARS.contains(&code) => &["$"],
        _ => &[],
    };
    for word in [currency.sign(), code].iter().chain(local) {
        let found = text.strip_prefix(word).or_else(|| text.strip_suffix(word));
        if let Some(left) = found {
            return trimmed(left);
        }
    }
    text
}

/// The digits of a whole number whose groups, if it has any, are groups: three digits at the end, two or three between
/// (India groups by two), one mark throughout.
fn ungrouped(whole: &str, group: char) -> Option<String> {
    let is_mark =
        |c: char| c == group || matches!(c, ' ' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}');
    let Some(mark) = whole.chars().find(|c| is_mark(*c)) else {
        return whole
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| whole.to_owned());
    };
    let groups: Vec<&str> = whole.split(mark).collect();
    let last = groups.len() - 1;
    let fits = groups.iter().enumerate().all(|(i, part)| {
        let length = match i {
            0 => 1..=3,
            _ if i == last => 3..=3,
            _ => 2..=3,
        };
        length.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    });
    fits.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::new(code).expect("a code")
    }

    #[test]
    fn reads_what_statements_write() {
        for (text, code, mark, expected) in [
            ("12.80", "CNY", Mark::Point, 1280),
            ("`12.80", "CNY", Mark::Point, 1280),
            ("¥28.16", "CNY", Mark::Point, 2816),
            ("￥1,028.16", "CNY", Mark::Point, 102_816),
            ("23.00元", "CNY", Mark::Point, 2300),
            ("0.04000", "CNY", Mark::Point, 4),
            ("-0.02000", "CNY", Mark::Point, -2),
            ("0", "CNY", Mark::Point, 0),
            ("0.0", "CNY", Mark::Point, 0),
            ("-$0.93", "USD", Mark::Point, -93),
            ("$-0.93", "USD", Mark::Point, -93),
            ("$31.16", "USD", Mark::Point, 3116),
            ("10.00-", "EUR", Mark::Point, -1000),
            ("(10.00)", "EUR", Mark::Point, -1000),
            ("\u{2212}5", "EUR", Mark::Point, -500),
            ("+36.50\t", "CNY", Mark::Point, 3650),
            ("1.234,56", "EUR", Mark::Comma, 123_456),
            ("119,", "EUR", Mark::Comma, 11_900),
            ("12,5 €", "EUR", Mark::Comma, 1250),
            ("R$ 12,80", "BRL", Mark::Comma, 1280),
            ("1,00,000.00", "INR", Mark::Point, 10_000_000),
            ("1'234.50", "CHF", Mark::Point, 123_450),
            ("1 234,50", "EUR", Mark::Comma, 123_450),
            ("500", "JPY", Mark::Point, 500),
            ("500.00", "JPY", Mark::Point, 500),
            ("1.234", "KWD", Mark::Point, 1234),
            (".50", "USD", Mark::Point, 50),
            ("USD 5", "USD", Mark::Point, 500),
        ] {
            assert_eq!(
                minor_with(text, currency(code), mark),
                Ok(expected),
                "{text:?} {code}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        use AmountError::{Empty, NotANumber, TooLarge, TooManyDecimals};
        for (text, mark, error) in [
            ("", Mark::Point, Empty),
            ("\t ", Mark::Point, Empty),
            ("/", Mark::Point, NotANumber),
            ("-", Mark::Point, NotANumber),
            ("--5", Mark::Point, NotANumber),
            ("-5-", Mark::Point, NotANumber),
            ("(-5)", Mark::Point, NotANumber),
            // A comma that groups nothing is a decimal comma in a file that was said to have points.
            ("12,80", Mark::Point, NotANumber),
            ("1.234", Mark::Point, TooManyDecimals),
            ("1.28", Mark::Comma, NotANumber),
            ("1,23,4", Mark::Point, NotANumber),
            ("1,234 567", Mark::Point, NotANumber),
            ("4.2E+27", Mark::Point, NotANumber),
            ("1.005", Mark::Point, TooManyDecimals),
            ("$5", Mark::Point, NotANumber),
            ("１２", Mark::Point, NotANumber),
            ("99999999999999999999", Mark::Point, TooLarge),
            ("10000000000000.01", Mark::Point, TooLarge),
        ] {
            assert_eq!(
                minor_with(text, Currency::CNY, mark),
                Err(error),
                "{text:?}"
            );
        }
        assert_eq!(
            minor(&"1".repeat(100), Currency::CNY),
            Err(NotANumber),
            "bounded"
        );
    }

    #[test]
    fn counts() {
        for (text, expected) in [
            ("2", Some(2)),
            ("20.0", Some(20)),
            ("1,024", Some(1024)),
            ("2.5", None),
            ("", None),
            ("-1", None),
            ("x", None),
        ] {
            assert_eq!(count(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_money_prints_reads_back(amount in -Money::MAX_MINOR..=Money::MAX_MINOR, code in "[A-Z]{3}") {
            let currency = Currency::new(&code).expect("three letters");
            let money = Money::new(amount, currency).expect("in range");
            prop_assert_eq!(minor(&money.decimal(), currency), Ok(amount));
            prop_assert_eq!(minor(&money.display(), currency), Ok(amount));
        }

        #[test]
        fn never_panics(text in ".{0,80}", comma in any::<bool>()) {
            let mark = if comma { Mark::Comma } else { Mark::Point };
            let _ = minor_with(&text, Currency::CNY, mark);
            let _ = count(&text);
        }
    }
}
