//! What a browser keeps after signing in, and for how long it is good.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Timestamp;
use ring::hmac;
use zeroize::Zeroizing;

/// Random bytes of a token.
pub const BYTES: usize = 32;

/// A token as it travels.
pub fn text(bytes: &[u8; BYTES]) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a token; `None` for what cannot be one. It has 256 random bits, so finding it by its hash tells
/// nobody anything about another one; and the hash is keyed, so that who only writes to the database cannot plant one.
pub fn kept(key: &[u8; 32], token: &str) -> Option<[u8; 32]> {
    // Longer than any token of ours: not worth decoding.
    if token.len() > 64 {
        return None;
    }
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(token).ok()?);
    if bytes.len() != BYTES {
        return None;
    }
    let mut tag = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    tag.update(b"tillbell-token-1\n");
    tag.update(&bytes);
    tag.sign().as_ref().try_into().ok()
}

/// How long sessions are good, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Without being used.
    pub idle_ms: i64,
    /// In all.
    pub whole_ms: i64,
    /// After a proof, before something dangerous asks for a new one.
    pub fresh_ms: i64,
}

impl Default for Life {
    /// A week unused, a month in all; five minutes for what is dangerous.
    fn default() -> Self {
        const MINUTE: i64 = 60_000;
        Self {
            idle_ms: 7 * 24 * 60 * MINUTE,
            whole_ms: 30 * 24 * 60 * MINUTE,
            fresh_ms: 5 * MINUTE,
        }
    }
}

impl Life {
    /// Whether a session is good that began and was seen last at these times. A clock that was set back makes none good
    /// for longer than it would have been from its beginning.
    pub fn is_good(&self, began: Timestamp, seen: Timestamp, now: Timestamp) -> bool {
        within(began, now, self.whole_ms) && within(seen, now, self.idle_ms)
    }

    /// Whether the owner proved to be there just now.
    pub fn is_fresh(&self, proved: Timestamp, now: Timestamp) -> bool {
        within(proved, now, self.fresh_ms)
    }
}

/// A time ahead of the clock counts as far off as one behind it.
fn within(since: Timestamp, now: Timestamp, most_ms: i64) -> bool {
    now.since(since).saturating_abs() < most_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_travel_and_are_kept_hashed() {
        let token = text(&[7; BYTES]);
        assert_eq!(token.len(), 43);
        let stored = kept(&[1; 32], &token).expect("a token");
        assert_ne!(stored, [7; BYTES]);
        assert_eq!(kept(&[1; 32], &token), Some(stored));
        assert_ne!(kept(&[2; 32], &token), Some(stored), "another hub's");
        let plain = ring::digest::digest(&ring::digest::SHA256, &[7; BYTES]);
        assert_ne!(plain.as_ref(), stored, "nobody makes it without the key");
        for nonsense in [
            "",
            "A",
            &token[1..],
            &format!("{}AA", token.as_str()),
            &"A".repeat(500),
        ] {
            assert_eq!(kept(&[1; 32], nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn ends_unused_and_ends_in_all() {
        let life = Life {
            idle_ms: 100,
            whole_ms: 1_000,
            fresh_ms: 10,
        };
        for (began, seen, now, good) in [
            (0, 0, 0, true),
            (0, 0, 99, true),
            (0, 0, 100, false),
            (0, 950, 999, true),
            (0, 950, 1_000, false),
            (0, 950, 1_049, false),
            // The clock was set back.
            (5_000, 5_000, 4_950, true),
            (5_000, 5_000, 100, false),
        ] {
            let verdict = life.is_good(Timestamp(began), Timestamp(seen), Timestamp(now));
            assert_eq!(verdict, good, "{began} {seen} {now}");
        }
        assert!(life.is_fresh(Timestamp(0), Timestamp(9)));
        assert!(!life.is_fresh(Timestamp(0), Timestamp(10)));
        assert!(!life.is_fresh(Timestamp(100), Timestamp(10)));
    }
}
