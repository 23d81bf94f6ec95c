//! What one terminal is given instead of the log's numbers: names of payments, and places to go on from.
//!
//! A number would tell how much lies between two of them. A name is a keyed hash, the same for the same payment; a place
//! is sealed anew each time, so that two of them cannot even be told to be equal: whoever links again without having
//! been told anything must not see whether something was held back meanwhile.

use crate::{HubError, random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::terminal_wire::Opaque;
use domain::{HubId, Seq, TerminalId, Timestamp};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

/// Bytes of a place: the entry's number, when it was accepted, and the second in which it was told.
const PLACE: usize = 20;
/// Bytes of a payment's name.
const NAME: usize = 16;

/// One terminal's names and places. The keys come from the hub's master key, the hub and the terminal, so they are the
/// same after a restart and good nowhere else.
pub(crate) struct Opaques {
    names: hmac::Key,
    places: LessSafeKey,
}

/// A place in the log: an entry, and when it was accepted, since a log that was restored hands its numbers out again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
}

impl Opaques {
    pub(crate) fn new(
        secret: &[u8; 32],
        hub: &HubId,
        terminal: &TerminalId,
    ) -> Result<Self, HubError> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, hub.as_str().as_bytes());
        let root = salt.extract(secret);
        let derive = |what: &str| {
            let mut key = [0; 32];
            let info = [what.as_bytes(), b"\n", terminal.as_str().as_bytes()];
            root.expand(&info, hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut key))
                .map_err(|_| HubError::Storage("a key cannot be made".to_owned()))?;
            Ok::<_, HubError>(key)
        };
        let places = UnboundKey::new(&AES_256_GCM, &derive("places")?)
            .map_err(|_| HubError::Storage("a key cannot be made".to_owned()))?;
        Ok(Self {
            names: hmac::Key::new(hmac::HMAC_SHA256, &derive("names")?),
            places: LessSafeKey::new(places),
        })
    }

    /// The terminal's name for a payment.
    pub(crate) fn name(&self, payment: Seq) -> Result<Opaque, HubError> {
        let tag = hmac::sign(&self.names, &payment.0.to_be_bytes());
        opaque(&tag.as_ref()[..NAME])
    }

    /// A place, sealed, with the time at which the terminal is told of it. Whether it can go on there is decided by that
    /// time alone: when the place's own entry was accepted, and which number it has, depends on what is held back.
    pub(crate) fn seal(&self, place: Place, told: Timestamp) -> Result<Opaque, HubError> {
        let mut nonce = [0; NONCE_LEN];
        random::fill(&mut nonce)?;
        let second = u32::try_from((told.0 / 1_000).max(0)).unwrap_or(u32::MAX);
        let mut bytes = [
            &place.seq.0.to_be_bytes()[..],
            &place.at.0.to_be_bytes(),
            &second.to_be_bytes(),
        ]
        .concat();
        let sealed = self.places.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut bytes,
        );
        sealed.map_err(|_| HubError::Storage("sealing failed".to_owned()))?;
        opaque(&[&nonce[..], &bytes].concat())
    }

    /// The place that was sealed for this terminal, and when it was told; `None` for anything else.
    pub(crate) fn open(&self, sealed: &Opaque) -> Option<(Place, Timestamp)> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed.as_str()).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self
            .places
            .open_in_place(nonce, Aad::empty(), sealed)
            .ok()?;
        let plain: &[u8; PLACE] = (&*plain).try_into().ok()?;
        let (seq, rest) = plain.split_at(8);
        let (at, second) = rest.split_at(8);
        let place = Place {
            seq: Seq(u64::from_be_bytes(seq.try_into().ok()?)),
            at: Timestamp(i64::from_be_bytes(at.try_into().ok()?)),
        };
        let second = u32::from_be_bytes(second.try_into().ok()?);
        Some((place, Timestamp(i64::from(second) * 1_000)))
    }
}

fn opaque(bytes: &[u8]) -> Result<Opaque, HubError> {
    Opaque::new(URL_SAFE_NO_PAD.encode(bytes)).ok_or(HubError::NoRandom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::terminal_wire::OPAQUE_MAX;

    #[test]
    fn good_for_one_terminal_of_one_hub_only_and_equal_to_nothing() {
        let hub = |name: &str| HubId::new(name).unwrap();
        let terminal = |name: &str| TerminalId::new(name).unwrap();
        let mine = Opaques::new(&[1; 32], &hub("hub_1"), &terminal("terminal_1")).unwrap();
        let again = Opaques::new(&[1; 32], &hub("hub_1"), &terminal("terminal_1")).unwrap();
        let place = Place {
            seq: Seq(912),
            at: Timestamp(1_777_599_015_000),
        };
        let told = Timestamp(1_777_599_016_999);
        let sealed = mine.seal(place, told).unwrap();
        assert!(sealed.as_str().len() <= OPAQUE_MAX);
        let opened = Some((place, Timestamp(1_777_599_016_000)));
        assert_eq!(again.open(&sealed), opened, "after a restart too");
        assert_ne!(
            mine.seal(place, told).unwrap(),
            sealed,
            "two of the same place differ"
        );
        assert_eq!(mine.name(Seq(3)).unwrap(), again.name(Seq(3)).unwrap());
        assert_ne!(mine.name(Seq(3)).unwrap(), mine.name(Seq(4)).unwrap());
        for other in [
            Opaques::new(&[2; 32], &hub("hub_1"), &terminal("terminal_1")).unwrap(),
            Opaques::new(&[1; 32], &hub("hub_2"), &terminal("terminal_1")).unwrap(),
            Opaques::new(&[1; 32], &hub("hub_1"), &terminal("terminal_2")).unwrap(),
        ] {
            assert_eq!(other.open(&sealed), None);
            assert_ne!(other.name(Seq(3)).unwrap(), mine.name(Seq(3)).unwrap());
        }
        let mut bent = sealed.as_str().to_owned();
        let first = if bent.starts_with('A') { "B" } else { "A" };
        bent.replace_range(..1, first);
        for nonsense in [
            bent.as_str(),
            "A",
            "912",
            mine.name(Seq(912)).unwrap().as_str(),
        ] {
            assert_eq!(
                mine.open(&Opaque::new(nonsense).unwrap()),
                None,
                "{nonsense}"
            );
        }
    }
}
