//! Secrets at rest: AES-256-GCM under the master key, bound to what they belong to.

use crate::{HubError, MasterKey, random};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::Zeroizing;

/// Seals and opens under one master key.
pub(crate) struct Sealer {
    key: LessSafeKey,
    /// From which other keys are made.
    root: hkdf::Prk,
}

impl Sealer {
    pub(crate) fn new(master: &MasterKey) -> Result<Self, HubError> {
        let key =
            UnboundKey::new(&AES_256_GCM, master.bytes()).map_err(|_| HubError::WrongMasterKey)?;
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"tillbell-hub-1").extract(master.bytes());
        Ok(Self {
            key: LessSafeKey::new(key),
            root,
        })
    }

    /// A key for one purpose, the same as long as the master key is.
    pub(crate) fn derived(&self, purpose: &str) -> Result<[u8; 32], HubError> {
        let mut key = [0; 32];
        self.root
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|made| made.fill(&mut key))
            .map_err(|_| HubError::Storage("a key cannot be made".to_owned()))?;
        Ok(key)
    }

    /// Seals `plain` for `owner`: a nonce, then the ciphertext with its tag. The nonces are random; a hub seals a few
    /// hundred times in its life, far from the 2^32 at which random nonces would begin to meet.
    pub(crate) fn seal(&self, owner: &str, plain: &[u8]) -> Result<Vec<u8>, HubError> {
        let mut nonce = [0; NONCE_LEN];
        random::fill(&mut nonce)?;
        let mut sealed = plain.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| HubError::Storage("sealing failed".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for `owner` under the same key.
    pub(crate) fn open(&self, owner: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, HubError> {
        let (nonce, sealed) = sealed
            .split_at_checked(NONCE_LEN)
            .ok_or(HubError::WrongMasterKey)?;
        let nonce =
            Nonce::try_assume_unique_for_key(nonce).map_err(|_| HubError::WrongMasterKey)?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut buffer)
            .map_err(|_| HubError::WrongMasterKey)?
            .len();
        buffer.truncate(plain);
        Ok(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_for_its_owner_under_its_key_unchanged() {
        let sealer = Sealer::new(&MasterKey::from_bytes([1; 32])).expect("sealer");
        let other = Sealer::new(&MasterKey::from_bytes([2; 32])).expect("sealer");
        let sealed = sealer.seal("source:a", b"whsec_123").expect("seal");
        assert_ne!(
            sealed,
            sealer.seal("source:a", b"whsec_123").expect("seal"),
            "a nonce came twice"
        );
        assert_eq!(
            sealer.open("source:a", &sealed).expect("open").as_slice(),
            b"whsec_123"
        );
        assert!(sealer.open("source:b", &sealed).is_err());
        assert!(other.open("source:a", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert!(sealer.open("source:a", &bent).is_err(), "byte {at}");
        }
        assert!(sealer.open("source:a", b"short").is_err());
    }
}
