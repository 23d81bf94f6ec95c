//! Codes of authenticator apps (RFC 6238): six digits, a new one every thirty seconds, HMAC-SHA-1, since that is what
//! every app can do.

use crate::base32;
use domain::Timestamp;
use ring::hmac;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// Bytes of a secret: as long as the hash, as RFC 4226 recommends.
pub const SECRET: usize = 20;
/// How long one code is good, in milliseconds.
const STEP_MS: i64 = 30_000;
/// Clocks that are off by this many steps, either way, are borne with.
const OFF: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;

/// A secret that an owner's app and the hub share. Wiped from memory on drop, never printed.
pub struct Key(Zeroizing<[u8; SECRET]>);

impl Key {
    /// The key with these bytes; new ones must be random.
    pub fn from_bytes(bytes: [u8; SECRET]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, to be sealed and stored.
    pub fn bytes(&self) -> &[u8; SECRET] {
        &self.0
    }

    /// For typing into an app.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(base32::encode(self.0.as_slice()))
    }

    /// For an app to read from a QR code: the address that every one of them understands.
    pub fn address(&self, hub: &str, name: &str) -> Zeroizing<String> {
        let (hub, name, secret) = (escaped(hub), escaped(name), self.text());
        Zeroizing::new(format!(
            "otpauth://totp/{hub}:{name}?secret={}&issuer={hub}&algorithm=SHA1&digits=6&period=30",
            secret.as_str()
        ))
    }

    /// The step whose code this is, if it is one now or just before or after. A step that was used, or one before it, is
    /// none: `used` is the last. Every candidate is computed and compared, so that time tells nothing.
    pub fn step_of(&self, code: &str, now: Timestamp, used: Option<i64>) -> Option<i64> {
        let typed = digits(code)?;
        let this = now.millis().div_euclid(STEP_MS);
        let mut found = -1_i64;
        for step in (this - OFF)..=(this + OFF) {
            let good = self.code(step).ct_eq(&typed);
            found.conditional_assign(&step, good);
        }
        (found >= 0 && used.is_none_or(|used| found > used)).then_some(found)
    }

    /// The code of one step.
    fn code(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        truncated(hmac::sign(&key, &step.to_be_bytes()).as_ref()) % 1_000_000
    }
}

/// RFC 4226, section 5.3.
fn truncated(tag: &[u8]) -> u32 {
    let at = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let four = tag.iter().skip(at).take(4);
    four.fold(0, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff
}

/// Six digits as a number; spaces between them, which some apps show, are passed over.
fn digits(code: &str) -> Option<u32> {
    if code.len() > 4 * DIGITS {
        return None;
    }
    let plain = Zeroizing::new(code.split_whitespace().collect::<String>());
    (plain.len() == DIGITS && plain.bytes().all(|b| b.is_ascii_digit()))
        .then(|| plain.parse().ok())
        .flatten()
}

/// Percent-encoded as in an address's parts.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn as_in_the_rfc() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = seconds / 30;
            assert_eq!(key().step_of(&code[2..], at(seconds), None), Some(step));
        }
        // RFC 4226, appendix D.
        let counts = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871,
            520_489,
        ];
        for (count, code) in (0_i64..).zip(counts) {
            assert_eq!(key().code(count), code);
        }
    }

    #[test]
    fn one_step_off_is_good_two_are_not_and_none_twice() {
        let now = at(1_111_111_111);
        let this = 1_111_111_111 / 30;
        for off in -3..=3_i64 {
            let code = format!("{:06}", key().code(this + off));
            let good = (off.abs() <= 1).then_some(this + off);
            assert_eq!(key().step_of(&code, now, None), good, "{off}");
            assert_eq!(key().step_of(&code, now, Some(this + off)), None, "{off}");
            assert_eq!(key().step_of(&code, now, Some(this + off - 1)), good);
            assert_eq!(key().step_of(&code, now, Some(this + 2)), None, "{off}");
        }
    }

    #[test]
    fn what_is_no_code() {
        let now = at(1_111_111_111);
        assert!(key().step_of(" 050 471 ", now, None).is_some());
        for nonsense in [
            "",
            "05047",
            "0504711",
            "05047a",
            "-50471",
            "+50471",
            "０５０４７１",
            "050471x",
            &"0".repeat(100),
        ] {
            assert_eq!(key().step_of(nonsense, now, None), None, "{nonsense}");
        }
        // A clock before 1970 is none that anybody has, and no reason to fail.
        assert_eq!(key().step_of("050471", Timestamp(i64::MIN / 2), None), None);
    }

    #[test]
    fn what_apps_read() {
        assert_eq!(key().text().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            key().address("Tillbell", "li@example.com").as_str(),
            "otpauth://totp/Tillbell:li%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tillbell&\
             algorithm=SHA1&digits=6&period=30"
        );
    }
}
