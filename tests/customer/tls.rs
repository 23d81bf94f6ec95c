//! Carries a letter over TLS to a hub that has only a certificate of its own, as a phone does whose owner compares the
//! fingerprint.

use super::{Heard, Letter};
use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Uri, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use ring::digest::{SHA256, digest};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        WebPkiSupportedAlgorithms, ring::default_provider, verify_tls12_signature,
        verify_tls13_signature,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use std::{sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Delivers a letter to a door's `https` address. Only a certificate with this fingerprint (`AB:CD:…`, SHA-256) is
/// trusted, and who shows it must have its key.
pub async fn deliver_over_tls(
    door: &str,
    fingerprint: &str,
    letter: &Letter,
) -> anyhow::Result<Heard> {
    tokio::time::timeout(Duration::from_secs(5), deliver(door, fingerprint, letter))
        .await
        .context("no answer within 5 s")?
}

async fn deliver(door: &str, fingerprint: &str, letter: &Letter) -> anyhow::Result<Heard> {
    let address: Uri = format!("{door}{}", letter.rest).parse()?;
    anyhow::ensure!(address.scheme_str() == Some("https"), "{door} is not https");
    let host = address.authority().context("no host")?;
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Compare::new(fingerprint)))
        .with_no_client_auth();
    let stream = TcpStream::connect(host.as_str()).await?;
    let name = ServerName::try_from(host.host().to_owned())?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .context("no TLS")?;
    let (mut to_hub, talk) = http1::handshake(TokioIo::new(stream)).await?;
    let talk = tokio::spawn(talk);
    let mut request = Request::builder()
        .method(letter.method)
        .uri(address.path())
        .header(header::HOST, host.as_str());
    for (name, value) in &letter.headers {
        request = request.header(*name, value);
    }
    let answer = to_hub
        .send_request(request.body(Full::<Bytes>::from(letter.body.clone()))?)
        .await?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await?.to_bytes();
    talk.abort();
    Ok(Heard {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// Takes the one certificate that has this fingerprint, whatever names stand in it.
#[derive(Debug)]
struct Compare {
    fingerprint: String,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Compare {
    fn new(fingerprint: &str) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            algorithms: default_provider().signature_verification_algorithms,
        }
    }
}

impl ServerCertVerifier for Compare {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen: Vec<String> = digest(&SHA256, certificate)
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        if seen.join(":") == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
