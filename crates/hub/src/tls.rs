//! The hub's own certificate: made once, its key sealed in the database.

use crate::HubError;
use crate::hub::Inner;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

const OWNER: &str = "certificate";

/// What the listener on the local network needs of it.
pub(crate) struct Certificate {
    pub(crate) acceptor: TlsAcceptor,
    /// SHA-256 over the certificate, in hex pairs, as phones show it.
    pub(crate) fingerprint: String,
}

/// The hub's certificate, made on first use.
pub(crate) async fn certificate(inner: &Inner) -> Result<Certificate, HubError> {
    let (certificate, key) = match inner.store.certificate().await? {
        Some((certificate, sealed)) => (certificate, inner.sealer.open(OWNER, &sealed)?),
        None => {
            let (certificate, key) =
                made().map_err(|error| HubError::Certificate(error.to_string()))?;
            inner
                .store
                .set_certificate(certificate.clone(), inner.sealer.seal(OWNER, &key)?)
                .await?;
            (certificate, key)
        }
    };
    let digest = crate::shop::digest(&certificate);
    let fingerprint = digest
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":");
    let acceptor =
        acceptor(certificate, &key).map_err(|error| HubError::Certificate(error.to_string()))?;
    Ok(Certificate {
        acceptor,
        fingerprint,
    })
}

/// It names no address, since a shop's addresses change and phones compare the fingerprint, and it runs out late, since
/// nobody would be there to renew it on the phone.
fn made() -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), rcgen::Error> {
    let mut params = CertificateParams::new(vec!["tillbell.local".to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Tillbell hub");
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2055, 1, 1);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((
        certificate.der().to_vec(),
        Zeroizing::new(key.serialize_der()),
    ))
}

fn acceptor(certificate: Vec<u8>, key: &[u8]) -> Result<TlsAcceptor, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.to_vec())),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
