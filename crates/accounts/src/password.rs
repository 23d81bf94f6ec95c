//! What may be a password. Long rather than odd: no rules on kinds of characters, but nothing that is tried first.

use crate::Name;
use icu_normalizer::ComposingNormalizerBorrowed;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// The length of a password in bytes, once it is in its one form.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=256;
/// What is looked at of what was typed.
const TYPED_MAX: usize = 1_024;
/// Fewer different characters are no password, however long.
const DIFFERENT: usize = 5;
/// Digits alone up to so many can be a telephone number, a date, or both.
const NUMBER_MAX: usize = 14;
/// What people put behind a word to make it pass.
const TAIL_MAX: usize = 8;

/// A password in its one form: the same whether typed with wide letters or plain ones, composed or not. Wiped from memory
/// on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

/// Why something may not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Below ten bytes.
    #[error("it is too short")]
    Short,
    /// Past 256 bytes.
    #[error("it is too long")]
    Long,
    /// It is among the first that anybody tries.
    #[error("it is one of the first that are tried")]
    Common,
    /// It is the account's name, or little else.
    #[error("it is the name")]
    Name,
}

impl Password {
    /// What was typed; `None` where nobody types that much.
    pub fn typed(text: &str) -> Option<Self> {
        (text.len() <= TYPED_MAX).then(|| {
            let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
            Self(Zeroizing::new(plain.into_owned()))
        })
    }

    /// Whether it may be this account's password.
    pub fn judge(&self, name: &Name) -> Result<(), Unfit> {
        let text = self.0.as_str();
        if text.len() < *LENGTH.start() {
            return Err(Unfit::Short);
        }
        if text.len() > *LENGTH.end() {
            return Err(Unfit::Long);
        }
        let small = Zeroizing::new(text.to_lowercase());
        if is_mostly(&small, name.as_str()) {
            return Err(Unfit::Name);
        }
        if is_common(&small) {
            return Err(Unfit::Common);
        }
        Ok(())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The name, or what stands before its `@`, with a few characters around it.
fn is_mostly(small: &str, name: &str) -> bool {
    let short = name.split('@').next().unwrap_or_default();
    [name, short].iter().any(|part| {
        part.chars().count() >= 3
            && small.contains(part)
            && small.chars().count() <= part.chars().count() + 4
    })
}

fn is_common(small: &str) -> bool {
    let different: HashSet<char> = small.chars().collect();
    if different.len() < DIFFERENT {
        return true;
    }
    if small.len() <= NUMBER_MAX && small.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    runs().iter().any(|run| run.contains(small)) || repeats(small) || is_word_with_tail(small)
}

/// Along the keyboard and the alphabet, there and back.
fn runs() -> &'static [String] {
    const RUNS: [&str; 7] = [
        "012345678901234567890123456789012345678901234567890123456789",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
        "1q2w3e4r5t6y7u8i9o0p",
        "zaq12wsxcde34rfvbgt56yhnmju7",
    ];
    static BOTH_WAYS: OnceLock<Vec<String>> = OnceLock::new();
    BOTH_WAYS.get_or_init(|| {
        let forward = RUNS.iter().map(|run| (*run).to_owned());
        let back = RUNS.iter().map(|run| run.chars().rev().collect());
        forward.chain(back).collect()
    })
}

/// The same few characters again and again.
fn repeats(small: &str) -> bool {
    let chars: Vec<char> = small.chars().collect();
    (1..=chars.len() / 2).any(|unit| {
        unit <= 6
            && chars
                .iter()
                .zip(chars.iter().skip(unit))
                .all(|(a, b)| a == b)
    })
}

/// One of the commonest words, once or twice, with digits and signs before or behind it. `@` for an a and the like do not
/// help.
fn is_word_with_tail(small: &str) -> bool {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| include_str!("password/common.txt").lines().collect());
    let letters = small.trim_matches(|c: char| !c.is_alphabetic());
    if small.chars().count() - letters.chars().count() > TAIL_MAX {
        return false;
    }
    let known = |letters: &str| {
        let half = letters.get(..letters.len() / 2).unwrap_or_default();
        let twice = !half.is_empty() && letters.get(half.len()..) == Some(half);
        words.contains(letters) || (twice && words.contains(half))
    };
    let plain = letters.chars().map(|c| match c {
        '@' => 'a',
        '0' => 'o',
        '3' => 'e',
        '$' => 's',
        '!' | '1' => 'i',
        other => other,
    });
    known(letters) || known(&Zeroizing::new(plain.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_one() {
        let name = Name::typed("liming@example.com").expect("name");
        for (typed, verdict) in [
            ("", Err(Unfit::Short)),
            ("Xk4#tq9zL", Err(Unfit::Short)),
            ("Xk4#tq9zLw", Ok(())),
            ("river stone window", Ok(())),
            ("三碗牛肉面加辣", Ok(())),
            ("面面面面面面", Err(Unfit::Common)),
            ("aaaaaaaaaaaa", Err(Unfit::Common)),
            ("abababababab", Err(Unfit::Common)),
            ("1234567890", Err(Unfit::Common)),
            ("0987654321", Err(Unfit::Common)),
            ("13800138000", Err(Unfit::Common)),
            ("20260501123456", Err(Unfit::Common)),
            ("abcdefghijkl", Err(Unfit::Common)),
            ("qwertyuiop", Err(Unfit::Common)),
            ("QWERTYUIOP", Err(Unfit::Common)),
            ("1qaz2wsx3edc", Err(Unfit::Common)),
            ("password123", Err(Unfit::Common)),
            ("Passw0rd2026!", Err(Unfit::Common)),
            ("P@$$w0rd2026", Err(Unfit::Common)),
            ("woaini1314520", Err(Unfit::Common)),
            ("ｐａｓｓｗｏｒｄ１２３", Err(Unfit::Common)),
            ("monkeymonkey", Err(Unfit::Common)),
            ("liming2026", Err(Unfit::Name)),
            ("liming@example.com", Err(Unfit::Name)),
            ("liming and a longer sentence", Ok(())),
            (&"long words ".repeat(24), Err(Unfit::Long)),
        ] {
            let password = Password::typed(typed).expect("short enough to look at");
            assert_eq!(password.judge(&name), verdict, "{typed}");
        }
        assert!(Password::typed(&"x".repeat(TYPED_MAX + 1)).is_none());
    }

    #[test]
    fn one_form_and_never_printed() {
        let plain = Password::typed("café 牛肉面 1").expect("password");
        let wide = Password::typed("cafe\u{301} 牛肉面 １").expect("password");
        assert_eq!(plain, wide);
        assert_eq!(format!("{plain:?}"), "…");
    }
}
