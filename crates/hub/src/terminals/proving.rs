//! Whether a terminal is who it says: a signature over this very link's challenge.

use super::registry::{Terminal, Terminals};
use crate::{HubError, random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::terminal_wire::proof;
use domain::{HubId, TerminalId};
use ring::signature::{ED25519, UnparsedPublicKey};
use std::sync::Arc;

/// Encodings of points of small order, their sign bit left out: under such a key one signature is good for any text, so
/// nobody would be proved. The last two are the same points written past the field's prime.
const SMALL_ORDER: [[u8; 32]; 7] = [
    hex("0000000000000000000000000000000000000000000000000000000000000000"),
    hex("0100000000000000000000000000000000000000000000000000000000000000"),
    hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];

const fn hex(text: &str) -> [u8; 32] {
    const fn digit(c: u8) -> u8 {
        match c {
            b'0'..=b'9' => c - b'0',
            _ => c - b'a' + 10,
        }
    }
    let (text, mut bytes, mut at) = (text.as_bytes(), [0; 32], 0);
    while at < 32 {
        bytes[at] = digit(text[2 * at]) << 4 | digit(text[2 * at + 1]);
        at += 1;
    }
    bytes
}

/// A new challenge: 256 random bits, for one link.
pub(crate) fn nonce() -> Result<String, HubError> {
    let mut bytes = [0; 32];
    random::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A public key that proves something; `None` for anything else.
pub(crate) fn public_key(text: &str) -> Option<[u8; 32]> {
    if text.len() > 64 {
        return None;
    }
    let key: [u8; 32] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let mut unsigned = key;
    unsigned[31] &= 0x7f;
    (!SMALL_ORDER.contains(&unsigned)).then_some(key)
}

/// The terminal, if the signature is its own over this challenge. One that is not known takes as long as one that is.
pub(crate) fn proved(
    terminals: &Terminals,
    hub: &HubId,
    nonce: &str,
    id: &TerminalId,
    signature: &str,
) -> Option<Arc<Terminal>> {
    if signature.len() > 128 {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let found = terminals.by_id(id);
    let key = found.as_ref().map_or([9; 32], |found| found.public_key);
    let good = UnparsedPublicKey::new(&ED25519, key)
        .verify(proof(hub, nonce, id).as_bytes(), &signature)
        .is_ok();
    found.filter(|_| good)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    #[test]
    fn keys_that_prove_nothing_are_no_keys() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let good = URL_SAFE_NO_PAD.encode(pair.public_key());
        assert!(public_key(&good).is_some());
        for small in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut key = small;
                key[31] |= sign;
                assert_eq!(public_key(&URL_SAFE_NO_PAD.encode(key)), None, "{key:?}");
            }
        }
        for bad in ["", "A", &good[1..], &format!("{good}="), &"A".repeat(4_000)] {
            assert_eq!(public_key(bad), None, "{bad}");
        }
    }
}
