//! Signatures and ciphers, on the raw bytes. Compares in constant time and fails closed: a key that cannot be read
//! verifies nothing.

use crate::Refusal;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::Timestamp;
use ring::{aead, hmac, signature};
use subtle::ConstantTimeEq;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The longest text of a key or certificate that is looked at.
const KEY_TEXT_MAX: usize = 32 * 1024;
/// The longest signature: an 8192-bit RSA one has 1368 base64 characters.
const SIGNATURE_TEXT_MAX: usize = 1400;
/// How far the sender's clock may be from ours, either way, where the signature covers a time.
const WINDOW_MS: i64 = 300_000;

/// An RSA public key, ready for verifying: the DER of `RSAPublicKey` (PKCS #1).
#[derive(Debug, Clone)]
pub(crate) struct RsaKey(Vec<u8>);

/// How the message is digested before it is signed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Digest {
    /// SHA-256; RSA keys below 2048 bits verify nothing.
    Sha256,
    /// SHA-1, for accounts that cannot do better and say so; 1024-bit keys are what those have.
    Sha1,
}

impl RsaKey {
    /// From a PEM (certificate or public key, line ends of any sort) or the bare base64 of a public key.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let blocks = pem_blocks(text)?;
        let Some(block) = blocks.first() else {
            let der = decode_base64_text(text)?;
            return Self::from_spki(&der).or_else(|| Self::checked(&der));
        };
        match block.label.as_str() {
            "CERTIFICATE" => Self::from_spki(parse_certificate(&block.der)?.public_key().raw),
            "PUBLIC KEY" => Self::from_spki(&block.der),
            "RSA PUBLIC KEY" => Self::checked(&block.der),
            _ => None,
        }
    }

    /// From the DER of a `SubjectPublicKeyInfo`.
    pub(crate) fn from_spki(der: &[u8]) -> Option<Self> {
        let (rest, info) = SubjectPublicKeyInfo::from_der(der).ok()?;
        let rsa = matches!(info.parsed(), Ok(PublicKey::RSA(_)));
        (rest.is_empty() && rsa)
            .then(|| Self::checked(&info.subject_public_key.data))
            .flatten()
    }

    fn checked(pkcs1: &[u8]) -> Option<Self> {
        let (rest, key) = x509_parser::public_key::RSAPublicKey::from_der(pkcs1).ok()?;
        (rest.is_empty() && (1024..=8192).contains(&key.key_size())).then(|| Self(pkcs1.to_vec()))
    }

    /// Verifies a base64 RSA PKCS #1 v1.5 signature.
    pub(crate) fn verify(
        &self,
        digest: Digest,
        message: &[u8],
        signature: &str,
    ) -> Result<(), Refusal> {
        if signature.len() > SIGNATURE_TEXT_MAX {
            return Err(Refusal::Signature);
        }
        let raw = STANDARD.decode(signature).map_err(|_| Refusal::Signature)?;
        let parameters = match digest {
            Digest::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Digest::Sha1 => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        };
        signature::UnparsedPublicKey::new(parameters, &self.0)
            .verify(message, &raw)
            .map_err(|_| Refusal::Signature)
    }
}

/// One armoured part of a PEM text.
pub(crate) struct PemBlock {
    /// What stands between `BEGIN` and the dashes.
    pub(crate) label: String,
    /// The content.
    pub(crate) der: Vec<u8>,
}

/// Every armoured part of a text; empty when there is none, `None` when one is broken. White space is ignored
/// throughout: forms and chats like to replace line ends.
pub(crate) fn pem_blocks(text: &str) -> Option<Vec<PemBlock>> {
    if text.len() > KEY_TEXT_MAX {
        return None;
    }
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----")?;
        let (content, after) = after.split_once(&format!("-----END {label}-----"))?;
        blocks.push(PemBlock {
            label: label.to_owned(),
            der: decode_base64_text(content)?,
        });
        rest = after;
    }
    Some(blocks)
}

fn decode_base64_text(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.split_whitespace().collect();
    (!packed.is_empty() && packed.len() <= KEY_TEXT_MAX)
        .then(|| STANDARD.decode(packed).ok())
        .flatten()
}

/// A certificate, when the DER holds exactly one.
pub(crate) fn parse_certificate(der: &[u8]) -> Option<X509Certificate<'_>> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    rest.is_empty().then_some(certificate)
}

/// Base64 of ciphertext, canonical form only.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Lower-case hex of an HMAC-SHA256.
pub(crate) fn hmac_sha256_hex(key: &hmac::Key, parts: &[&[u8]]) -> String {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    hex::encode(context.sign())
}

/// Whether two texts are equal, without telling by the time taken how much of them is.
pub(crate) fn same_text(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

/// An AES-256-GCM key.
pub(crate) struct AesGcm(Box<aead::LessSafeKey>);

impl AesGcm {
    /// From exactly 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        aead::UnboundKey::new(&aead::AES_256_GCM, key)
            .ok()
            .map(|key| Self(Box::new(aead::LessSafeKey::new(key))))
    }

    /// Decrypts base64(ciphertext and tag) under a 12-byte nonce.
    pub(crate) fn open(
        &self,
        nonce: &str,
        associated: &str,
        ciphertext: &str,
    ) -> Result<Vec<u8>, Refusal> {
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce.as_bytes())
            .map_err(|_| Refusal::Decrypt)?;
        let mut data = decode_base64(ciphertext).ok_or(Refusal::Decrypt)?;
        let plain = self
            .0
            .open_in_place(nonce, aead::Aad::from(associated.as_bytes()), &mut data);
        let length = plain.map_err(|_| Refusal::Decrypt)?.len();
        data.truncate(length);
        Ok(data)
    }
}

/// A signed Unix time in seconds, as its header writes it: plain digits.
pub(crate) fn signed_seconds(text: &str) -> Result<Timestamp, Refusal> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = plain
        .then(|| text.parse().ok())
        .flatten()
        .ok_or(Refusal::Signature)?;
    Ok(Timestamp::from_seconds(seconds))
}

/// Refuses what was signed too long ago or ahead of our clock; answers how far ahead the sender's clock is.
pub(crate) fn fresh(signed_at: Timestamp, now: Timestamp) -> Result<i64, Refusal> {
    let ahead = signed_at.since(now);
    if ahead.saturating_abs() < WINDOW_MS {
        Ok(ahead)
    } else {
        Err(Refusal::Stale { ahead_ms: ahead })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_A: &str = include_str!("fixtures/test_key_a.base64");

    #[test]
    fn alipays_production_key_verifies_its_public_vector() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("fixtures/vectors/alipay_synchronous.json"))
                .expect("JSON");
        let text = |name: &str| vector[name].as_str().expect(name);
        let key = RsaKey::from_text(text("public_key")).expect("bare base64");
        assert_eq!(
            key.verify(Digest::Sha256, text("content").as_bytes(), text("sign")),
            Ok(())
        );
        for (content, sign) in [
            (
                text("content").replace("0.01", "9.01"),
                text("sign").to_owned(),
            ),
            (text("content").to_owned(), text("sign").to_lowercase()),
            (text("content").to_owned(), format!("{}\n", text("sign"))),
            (
                text("content").to_owned(),
                text("sign").trim_end_matches('=').to_owned(),
            ),
            (text("content").to_owned(), String::new()),
        ] {
            assert_eq!(
                key.verify(Digest::Sha256, content.as_bytes(), &sign),
                Err(Refusal::Signature),
                "{sign}"
            );
        }
        assert_eq!(
            key.verify(Digest::Sha1, text("content").as_bytes(), text("sign")),
            Err(Refusal::Signature)
        );
    }

    #[test]
    fn opens_the_public_vectors() {
        for (key, nonce, associated, sealed, plain) in [
            (
                "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
                "uluk4a9R25RW",
                "associatedData",
                "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
                Ok(b"message".to_vec()),
            ),
            (
                "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
                "uluk4a9R25RW",
                "bad-associatedData",
                "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
                Err(Refusal::Decrypt),
            ),
            (
                "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
                "uluk4a9R25R",
                "",
                "",
                Err(Refusal::Decrypt),
            ),
            (
                "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
                "uluk4a9R25RW",
                "",
                "AAAA",
                Err(Refusal::Decrypt),
            ),
        ] {
            let cipher = AesGcm::new(key.as_bytes()).expect("32 bytes");
            assert_eq!(
                cipher.open(nonce, associated, sealed),
                plain,
                "{associated}"
            );
        }
        // A public vector whose key has 16 bytes: WeChat's keys never do.
        assert!(AesGcm::new(b"testAPIv3Key0000").is_none());
    }

    /// RSA PKCS #1 v1.5 signs the same every time, so the test key proves both halves.
    #[test]
    fn verifies_what_the_test_key_signs_however_its_public_half_is_written() {
        let pair =
            ring::signature::RsaKeyPair::from_pkcs8(&decode_base64_text(KEY_A).expect("base64"))
                .expect("PKCS #8");
        let mut raw = vec![0; pair.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        pair.sign(
            &ring::signature::RSA_PKCS1_SHA256,
            &random,
            b"message",
            &mut raw,
        )
        .expect("signs");
        let signature = STANDARD.encode(raw);
        let pkcs1 = STANDARD.encode(pair.public());
        let config: serde_json::Value =
            serde_json::from_str(include_str!("fixtures/wechat_v3/config.json")).expect("JSON");
        let pem = |i: usize| {
            config["platform_keys"][i]["pem"]
                .as_str()
                .expect("PEM")
                .to_owned()
        };
        let (certificate, public) = (pem(0), pem(2));
        for text in [
            certificate.clone(),
            certificate.replace('\n', "\r\n"),
            certificate.replace('\n', " "),
            public.clone(),
            public.replace('\n', ""),
            public
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect(),
            format!("copied from the console:\n{public}\n"),
            format!("-----BEGIN RSA PUBLIC KEY-----\n{pkcs1}\n-----END RSA PUBLIC KEY-----"),
            pkcs1.clone(),
        ] {
            let key = RsaKey::from_text(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(key.verify(Digest::Sha256, b"message", &signature), Ok(()));
            assert_eq!(
                key.verify(Digest::Sha256, b"massage", &signature),
                Err(Refusal::Signature)
            );
        }
        let cut = &public[..200];
        for text in [
            "",
            "?",
            "AAAA",
            cut,
            KEY_A,
            &certificate.replace("CERTIFICATE", "PRIVATE KEY"),
            &"A".repeat(99_999),
        ] {
            assert!(RsaKey::from_text(text).is_none(), "{text}");
        }
    }

    #[test]
    fn times_are_plain_and_the_window_is_five_minutes_both_ways() {
        let now = Timestamp::from_seconds(1_777_599_016);
        let stale = |ahead_ms| Err(Refusal::Stale { ahead_ms });
        for (text, result) in [
            ("1777599016", Ok(0)),
            ("1777599315", Ok(299_000)),
            ("1777598717", Ok(-299_000)),
            ("1777599316", stale(300_000)),
            ("1777598716", stale(-300_000)),
            ("999999999999", stale(998_222_400_983_000)),
            ("0", stale(-1_777_599_016_000)),
            ("", Err(Refusal::Signature)),
            ("+1777599016", Err(Refusal::Signature)),
            ("1777599016.0", Err(Refusal::Signature)),
            ("9999999999999", Err(Refusal::Signature)),
        ] {
            assert_eq!(
                signed_seconds(text).and_then(|at| fresh(at, now)),
                result,
                "{text:?}"
            );
        }
    }
}
