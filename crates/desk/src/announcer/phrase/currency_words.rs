//! How languages with singular and plural put numbers and currency units together.

use super::{decimals, parts, spelled};
use domain::Money;

/// A unit of currency.
#[derive(Clone, Copy)]
pub(super) struct Noun {
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    pub(super) feminine: bool,
}

/// A currency's units; no minor unit where the currency has none.
#[derive(Clone, Copy)]
pub(super) struct Units {
    pub(super) whole: Noun,
    pub(super) minor: Option<Noun>,
}

/// Masculine, or without gender.
pub(super) const fn noun(one: &'static str, many: &'static str) -> Noun {
    Noun {
        one,
        many,
        feminine: false,
    }
}

/// Feminine.
pub(super) const fn feminine(one: &'static str, many: &'static str) -> Noun {
    Noun {
        one,
        many,
        feminine: true,
    }
}

/// A currency with minor units.
pub(super) const fn units(whole: Noun, minor: Noun) -> Option<Units> {
    Some(Units {
        whole,
        minor: Some(minor),
    })
}

/// A currency without minor units.
pub(super) const fn whole_only(whole: Noun) -> Option<Units> {
    Some(Units { whole, minor: None })
}

/// The few words in which languages differ here.
pub(super) struct Grammar {
    /// A whole number before a noun of that gender.
    pub(super) counted: fn(u64, feminine: bool) -> String,
    /// Between whole and minor units.
    pub(super) and: &'static str,
    /// The decimal point, where a currency has no words.
    pub(super) point: &'static str,
    /// Between the number and the unit after round millions (`un millón de euros`).
    pub(super) of_after_millions: Option<&'static str>,
    /// Whether a count takes the singular.
    pub(super) is_one: fn(u64) -> bool,
}

impl Grammar {
    /// An amount: `twelve yuan and fifty fen`; without minor units where they are zero, without whole units where
    /// only these are; `twelve point five zero C H F` in a currency without words.
    pub(super) fn amount(&self, money: Money, units: Option<Units>) -> String {
        let (whole, minor, places) = parts(money);
        let number = |n| (self.counted)(n, false);
        match units {
            Some(Units {
                whole: noun,
                minor: None,
            }) => self.count(whole, noun),
            Some(Units {
                whole: noun,
                minor: Some(_),
            }) if minor == 0 => self.count(whole, noun),
            Some(Units {
                minor: Some(small), ..
            }) if whole == 0 => self.count(minor, small),
            Some(Units {
                whole: noun,
                minor: Some(small),
            }) => {
                format!(
                    "{} {} {}",
                    self.count(whole, noun),
                    self.and,
                    self.count(minor, small)
                )
            }
            None if places == 0 => format!("{} {}", number(whole), spelled(money)),
            None => {
                let digits = decimals(minor, places, number).join(" ");
                format!(
                    "{} {} {digits} {}",
                    number(whole),
                    self.point,
                    spelled(money)
                )
            }
        }
    }

    fn count(&self, n: u64, noun: Noun) -> String {
        let of = match self.of_after_millions {
            Some(of) if n > 0 && n.is_multiple_of(1_000_000) => format!("{of} "),
            _ => String::new(),
        };
        let word = if (self.is_one)(n) {
            noun.one
        } else {
            noun.many
        };
        format!("{} {of}{word}", (self.counted)(n, noun.feminine))
    }
}
