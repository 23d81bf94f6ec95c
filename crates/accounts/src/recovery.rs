//! Recovery codes: what an owner has printed for the day the phone is gone. Each is good once.

use crate::base32;
use ring::hmac;
use zeroize::Zeroizing;

/// How many there are in a set.
pub const COUNT: usize = 10;
/// Random bytes of each: 80 bits, which nobody guesses.
pub const BYTES: usize = 10;

/// A code as it is shown: four groups of four letters.
pub fn shown(bytes: &[u8; BYTES]) -> Zeroizing<String> {
    let letters = Zeroizing::new(base32::encode(bytes));
    let mut text = Zeroizing::new(String::with_capacity(19));
    for (n, letter) in letters.chars().enumerate() {
        if n > 0 && n % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// What is stored of a code as it was typed: a keyed hash, so that the database alone tells nothing. Small letters, gaps
/// and dashes are as good, and so are 0, 1 and 8 for the letters they look like. `None` for what is no code.
pub fn kept(key: &[u8; 32], account: &str, typed: &str) -> Option<[u8; 32]> {
    if typed.len() > 64 {
        return None;
    }
    let mut letters = Zeroizing::new(String::with_capacity(16));
    for c in typed.chars() {
        match c.to_ascii_uppercase() {
            ' ' | '-' | '\t' | '\r' | '\n' => {}
            '0' => letters.push('O'),
            '1' => letters.push('I'),
            '8' => letters.push('B'),
            good @ ('A'..='Z' | '2'..='7') => letters.push(good),
            _ => return None,
        }
    }
    if letters.len() != BYTES * 8 / 5 {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut tag = hmac::Context::with_key(&key);
    tag.update(b"tillbell-recovery-1\n");
    tag.update(account.as_bytes());
    tag.update(b"\n");
    tag.update(letters.as_bytes());
    tag.sign().as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_shown_and_as_people_type_them() {
        let code = shown(&[0x0f, 0x81, 0x22, 0x93, 0xa4, 0x55, 0xe6, 0x77, 0x08, 0x19]);
        assert_eq!(code.as_str(), "B6AS-FE5E-KXTH-OCAZ");
        let stored = kept(&[1; 32], "account_1", &code).expect("a code");
        for typed in [
            "b6as-fe5e-kxth-ocaz",
            "B6ASFE5EKXTHOCAZ",
            " b6as fe5e kxth 0caz\n",
            "86AS-FE5E-KXTH-OCAZ",
        ] {
            assert_eq!(kept(&[1; 32], "account_1", typed), Some(stored), "{typed}");
        }
        assert_ne!(kept(&[2; 32], "account_1", &code), Some(stored));
        assert_ne!(kept(&[1; 32], "account_2", &code), Some(stored));
        for nonsense in [
            "",
            "B6AS-FE5E-KXTH-OCA",
            "B6AS-FE5E-KXTH-OCAZA",
            "B6AS-FE5E-KXTH-OCA9",
            "B6AS-FE5E-KXTH-OCÄZ",
            &"A".repeat(1000),
        ] {
            assert_eq!(kept(&[1; 32], "account_1", nonsense), None, "{nonsense}");
        }
    }
}
