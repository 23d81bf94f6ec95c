//! Amounts as notices write them, by country. Digits only, no floats.

use domain::{Currency, Money};

/// How a country writes an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// `1,234.50`
    Point,
    /// `1,00,000.50`, and `100,000.50` too
    Indian,
    /// `1.234,50`
    Comma,
    /// `1.000.000` or `1,000,000`: no decimals, either sign between the groups
    Groups,
}

/// The amount; `None` for one that cannot be: zero, signed, wrongly grouped, too many decimals, too large.
pub(super) fn parse(text: &str, grammar: Grammar, currency: Currency) -> Option<Money> {
    let (group, point) = match grammar {
        Grammar::Point | Grammar::Indian => (',', Some('.')),
        Grammar::Comma => ('.', Some(',')),
        Grammar::Groups => (if text.contains('.') { '.' } else { ',' }, None),
    };
    let (whole, fraction) = match point.and_then(|p| text.split_once(p)) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if fraction.is_some_and(|f| !digits(f) || f.len() > currency.exponent() as usize) {
        return None;
    }
    let parts: Vec<&str> = whole.split(group).collect();
    if !parts.iter().all(|part| digits(part)) || !grouped(&parts, grammar) {
        return None;
    }
    let plain = match fraction {
        Some(fraction) => format!("{}.{fraction}", parts.concat()),
        None => parts.concat(),
    };
    Money::parse(&plain, currency)
        .ok()
        .filter(|money| money.minor() > 0)
}

/// Whether the groups have the lengths that they should have. One group is no grouping at all.
fn grouped(parts: &[&str], grammar: Grammar) -> bool {
    let [first, middle @ .., last] = parts else {
        return true;
    };
    let inner = |part: &&str| part.len() == 3 || grammar == Grammar::Indian && part.len() == 2;
    (1..=3).contains(&first.len()) && last.len() == 3 && middle.iter().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minor(text: &str, grammar: Grammar, code: &str) -> Option<i64> {
        parse(text, grammar, Currency::new(code).expect(code)).map(Money::minor)
    }

    #[test]
    fn each_country_in_its_own_way() {
        for (text, grammar, code, expected) in [
            ("12.80", Grammar::Point, "CNY", Some(1280)),
            ("12.8", Grammar::Point, "CNY", Some(1280)),
            ("88", Grammar::Point, "CNY", Some(8800)),
            ("1,108.67", Grammar::Point, "CNY", Some(110_867)),
            ("1500.00", Grammar::Point, "CNY", Some(150_000)),
            ("1,00,000.50", Grammar::Indian, "INR", Some(10_000_050)),
            ("100,000", Grammar::Indian, "INR", Some(10_000_000)),
            ("1.250,00", Grammar::Comma, "BRL", Some(125_000)),
            ("0,65", Grammar::Comma, "BRL", Some(65)),
            ("1.127", Grammar::Comma, "IDR", Some(112_700)),
            ("1.000.000", Grammar::Groups, "VND", Some(1_000_000)),
            ("2,500,000", Grammar::Groups, "VND", Some(2_500_000)),
            ("500", Grammar::Groups, "VND", Some(500)),
            ("0", Grammar::Point, "CNY", None),
            ("0.00", Grammar::Point, "CNY", None),
            ("-1.00", Grammar::Point, "CNY", None),
            ("+1.00", Grammar::Point, "CNY", None),
            ("1.005", Grammar::Point, "CNY", None),
            ("1.000", Grammar::Point, "CNY", None),
            ("1.", Grammar::Point, "CNY", None),
            ("1.2.3", Grammar::Point, "CNY", None),
            ("1,00,000", Grammar::Point, "CNY", None),
            ("1,23", Grammar::Point, "CNY", None),
            (",123", Grammar::Point, "CNY", None),
            ("1234,567", Grammar::Point, "CNY", None),
            ("12.5", Grammar::Comma, "IDR", None),
            ("1,000.000", Grammar::Groups, "VND", None),
            ("１２", Grammar::Point, "CNY", None),
            ("99999999999999999999", Grammar::Point, "CNY", None),
            ("", Grammar::Point, "CNY", None),
        ] {
            assert_eq!(minor(text, grammar, code), expected, "{text} {code}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            for grammar in [Grammar::Point, Grammar::Indian, Grammar::Comma, Grammar::Groups] {
                let _ = parse(&text, grammar, Currency::CNY);
            }
        }
    }
}
