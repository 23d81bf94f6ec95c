//! The doors against strangers: what does not exist, what is too large, pages that reach for loopback, the network.

use crate::shop::*;
use domain::wire::{Answer, AskError, Reach, Request};
use domain::{Secret, SourceConfig};
use hub::{HubConfig, Limits};
use ring::digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn strangers_learn_nothing_and_break_nothing() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.stripe().await;
    let nothing = (404, String::new());
    for (method, path) in [
        ("GET", "/"),
        ("POST", "/n/"),
        ("POST", "/n/wrong"),
        ("POST", "/n/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("DELETE", "/n/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/x"),
        ("POST", "/n/%00"),
        ("GET", "/appHeart?t=1&sign=2"),
    ] {
        assert_eq!(
            send(served.address, method, path, &[], b"x").await,
            nothing,
            "{method} {path}"
        );
    }
    let (headers, body) = stripe_letter(1, 100);
    let mut bent = body.clone();
    bent[10] ^= 1;
    for (what, body) in [
        ("bent", bent),
        ("empty", vec![]),
        ("large", vec![b'a'; 80_000]),
        ("binary", vec![0xff; 100]),
    ] {
        let (status, _) = send(served.address, "POST", &door, &headers, &body).await;
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    let long = [("x-long", "a".repeat(40_000))];
    assert!((400..500).contains(&send(served.address, "POST", &door, &long, b"").await.0));
    assert_eq!(
        send(served.address, "POST", &door, &headers, &body).await.0,
        200,
        "and the genuine one is taken"
    );
    let (status, text) = send(served.address, "GET", "/metrics", &[], b"").await;
    assert_eq!(status, 200);
    assert!(text.contains("\ntillbell_payments_total 1\n"), "{text}");
    assert!(
        !text.contains("面馆") && !text.contains(&door[3..]),
        "{text}"
    );
    assert_eq!(
        send(served.address, "GET", "/health", &[], b"").await,
        (200, "ok\n".to_owned())
    );
    served.stop().await;
}

#[tokio::test]
async fn web_pages_do_not_reach_the_relay() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let upgrade = |host: &str, origin: Option<&str>| {
        let mut headers = vec![
            ("host", host.to_owned()),
            ("upgrade", "websocket".to_owned()),
            ("sec-websocket-version", "13".to_owned()),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
        ];
        if let Some(origin) = origin {
            headers.push(("origin", origin.to_owned()));
        }
        headers
    };
    for (host, origin) in [
        ("evil.example", None),
        ("127.0.0.1", Some("http://evil.example")),
        ("127.0.0.1", Some("null")),
    ] {
        let address = served.address;
        let mut stream = TcpStream::connect(address).await.expect("connect");
        let mut head = "GET /v1/relay HTTP/1.1\r\nconnection: upgrade\r\n".to_owned();
        for (name, value) in upgrade(host, origin) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        stream
            .write_all(format!("{head}\r\n").as_bytes())
            .await
            .expect("sent");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 403", "{host} {origin:?}");
    }
    served.stop().await;
}

/// Takes any certificate and remembers its digest, as a phone does whose owner compares it.
#[derive(Debug, Default)]
struct Compare(Mutex<Option<String>>);

impl ServerCertVerifier for Compare {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let digest = digest::digest(&digest::SHA256, end_entity);
        let pairs: Vec<_> = digest
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        *self.0.lock().expect("lock") = Some(pairs.join(":"));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A TLS connection, and the digest of the certificate on the other side.
pub(crate) async fn tls(
    address: SocketAddr,
) -> (tokio_rustls::client::TlsStream<TcpStream>, String) {
    let compare = Arc::new(Compare::default());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(compare.clone())
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("connect");
    let name = ServerName::try_from("tillbell.local").expect("name");
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .expect("TLS");
    let digest = compare.0.lock().expect("lock").clone();
    (stream, digest.expect("a certificate"))
}

/// A request over TLS: the answer and the certificate's digest.
async fn over_tls(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, String)],
    body: &[u8],
) -> ((u16, String), String) {
    let (stream, digest) = tls(address).await;
    (send_on(stream, "POST", path, headers, body).await, digest)
}

/// A port that is free on the address that stands for "the network" in these tests.
pub(crate) async fn network() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .await
        .expect("bind")
        .local_addr()
        .expect("address")
}

#[tokio::test]
async fn the_network_reaches_doors_only_and_by_tls_unless_the_phone_can_do_no_better() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        ..Limits::default()
    };
    let config = HubConfig {
        door_port: lan.port(),
        limits,
        ..HubConfig::new(dir.path())
    };
    let served = Served::with(config.clone()).await;
    let (phone, key) = (served.forwarder().await, "0123456789abcdef0123456789abcdef");
    served
        .door(SourceConfig::Forwarder {
            secret: Secret::new("another"),
        })
        .await;
    let vmq = SourceConfig::Vmq {
        key: Secret::new(key),
    };
    let vmq = served
        .hub
        .add_source(&served.shop, "监控", vmq)
        .await
        .expect("source");
    assert!(
        TcpStream::connect(lan).await.is_err(),
        "closed until the owner opens it"
    );

    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let open = Request::SetDoors {
        lan: true,
        public_url: None,
    };
    let Ok(Answer::Doors { doors }) = terminal.ask(open.clone()).await else {
        panic!("not opened")
    };
    assert_eq!(
        (doors.lan, doors.port, doors.lan_addresses),
        (true, lan.port(), vec![lan.ip().to_string()])
    );
    let fingerprint = doors.fingerprint.expect("a fingerprint");

    let headers = [("authorization", format!("Bearer {BEARER}"))];
    let body = br#"{"package":"com.tencent.mm","title":"\u5fae\u4fe1\u652f\u4ed8","text":"\u5fae\u4fe1\u652f\u4ed8\u6536\u6b3e1.00\u5143"}"#;
    let ((status, _), seen) = over_tls(lan, &phone, &headers, body).await;
    assert_eq!((status, seen), (200, fingerprint.clone()));
    assert_eq!(terminal.entries(1).await.len(), 1);
    let (status, words) = send(lan, "POST", &phone, &headers, body).await;
    assert!(
        status == 403 && words.contains("https only"),
        "{status} {words}"
    );
    for path in ["/v1/relay", "/metrics", "/health", "/n/wrong", "/"] {
        assert_eq!(send(lan, "GET", path, &[], b"").await.0, 404, "{path}");
        assert_eq!(over_tls(lan, path, &[], b"").await.0.0, 404, "{path}");
    }

    // The V免签 app: plain HTTP at the root, told apart by its signature.
    let setup = served
        .hub
        .source_setup(&served.shop, &vmq, None)
        .expect("setup");
    let address = &setup.addresses[0];
    assert_eq!(
        (address.url.as_str(), address.reach, address.plain),
        (format!("{lan}/{key}").as_str(), Reach::Lan, true)
    );
    let (status, reply) = send(
        lan,
        "GET",
        "/appHeart?t=1777599016123&sign=3bb5cd257c6fdb7bae9f7dadffb8014d",
        &[],
        b"",
    )
    .await;
    assert!(
        status != 404 && reply.contains("code"),
        "an old beat is refused in its own form: {status} {reply}"
    );
    let Ok(Answer::Sources { sources }) = terminal.ask(Request::Sources).await else {
        panic!("no sources")
    };
    assert_eq!(
        sources
            .iter()
            .find(|s| s.id == vmq)
            .and_then(|s| s.last_refusal.as_deref()),
        Some("stale")
    );

    // Remembered over a restart, with the same certificate; closed when the owner says so.
    served.stop().await;
    let served = Served::with(config).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert!(terminal.ask(Request::Doors).await.is_ok());
    assert_eq!(
        over_tls(lan, &phone, &headers, br#"{"heartbeat":true}"#).await,
        ((200, "ok".to_owned()), fingerprint)
    );
    let close = Request::SetDoors {
        lan: false,
        public_url: None,
    };
    assert!(
        matches!(terminal.ask(close).await, Ok(Answer::Doors { doors }) if !doors.lan && doors.fingerprint.is_none())
    );
    served.stop().await;
    assert!(TcpStream::connect(lan).await.is_err(), "closed");
}

#[tokio::test]
async fn a_taken_port_is_said_and_the_doors_stay_closed() {
    let dir = tempfile::tempdir().expect("folder");
    let other = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let lan = other.local_addr().expect("address");
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        ..Limits::default()
    };
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(
        terminal
            .ask(Request::SetDoors {
                lan: true,
                public_url: None
            })
            .await,
        Err(AskError::PortTaken)
    );
    assert!(
        matches!(terminal.ask(Request::Doors).await, Ok(Answer::Doors { doors }) if !doors.lan)
    );
    served.stop().await;
}
