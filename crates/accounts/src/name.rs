//! The name that an owner signs in with: an address of theirs, a telephone number, or any word.

use icu_normalizer::ComposingNormalizerBorrowed;
use std::fmt;

/// The shortest and the longest name, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=64;

/// A name as it is compared and stored: one form, whatever keyboard it was typed on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// Takes letters and digits of any script and `. _ - + @`; wide forms become plain ones, capitals small ones. `None`
    /// for anything else.
    pub fn typed(text: &str) -> Option<Self> {
        // Longer than any name can become; composing must not be fed without a bound.
        if text.len() > 512 {
            return None;
        }
        let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(text.trim());
        // Small letters may come apart again (İ), so they are put together once more.
        let small = plain.to_lowercase();
        let name = ComposingNormalizerBorrowed::new_nfkc().normalize(&small);
        let fits = LENGTH.contains(&name.chars().count());
        let good = |c: char| c.is_alphanumeric() || "._-+@\u{307}".contains(c);
        (fits && name.chars().all(good)).then(|| Self(name.into_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_each() {
        for (typed, name) in [
            ("li@example.com", Some("li@example.com")),
            ("  LI@Example.COM ", Some("li@example.com")),
            ("１３８００１３８０００", Some("13800138000")),
            ("老王面馆", Some("老王面馆")),
            ("Cafe\u{301}", Some("café")),
            ("ab", None),
            ("a b c", None),
            ("a\u{202e}bc", None),
            ("a\u{200b}bc", None),
            ("<script>", None),
            ("a\nbc", None),
            ("", None),
            (&"a".repeat(65), None),
            (&"字".repeat(400), None),
        ] {
            assert_eq!(
                Name::typed(typed).as_ref().map(Name::as_str),
                name,
                "{typed:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn a_name_stays_what_it_is(text in "\\PC{0,70}") {
            if let Some(name) = Name::typed(&text) {
                proptest::prop_assert_eq!(Name::typed(name.as_str()), Some(name));
            }
        }
    }
}
