//! Unguessable texts: doors, tokens, secrets, ids.

use crate::HubError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Secret;

/// Fills `bytes` from the system's random source.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), HubError> {
    getrandom::fill(bytes).map_err(|_| HubError::NoRandom)
}

/// 32 characters that can stand in a URL: 192 bits.
pub(crate) fn door() -> Result<String, HubError> {
    let mut bytes = [0; 24];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A secret to be typed or scanned into a phone: 32 lower-case hex characters, as V免签 expects its key.
pub(crate) fn secret() -> Result<Secret, HubError> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(Secret::new(hex::encode(bytes)))
}

/// A terminal's token.
pub(crate) fn token() -> Result<Secret, HubError> {
    door().map(Secret::new)
}

/// The random part of an id: 16 hex characters.
pub(crate) fn id() -> Result<String, HubError> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
