//! The page for clerks' phones: served under our own names only, over the network by TLS only while the owner has it
//! open, and cut off there when it is closed.

use crate::doors::{network, tls};
use crate::phone::*;
use crate::shop::*;
use domain::permission::Preset;
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use domain::wire::{Reach, Request};
use futures_util::{SinkExt, StreamExt};
use hub::{HubConfig, Limits, Page, Pages};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

fn pages() -> Pages {
    Pages::new(|path| {
        let page = |text: &'static str, media_type: &'static str| Page {
            bytes: text.as_bytes().into(),
            media_type: media_type.into(),
        };
        match path {
            "index.html" => Some(page("<html>", "text/html; charset=utf-8")),
            "assets/a.js" => Some(page("1", "text/javascript; charset=utf-8")),
            _ => None,
        }
    })
}

/// The whole answer, head and body.
async fn get(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
    headers: &[(&str, &str)],
) -> String {
    let mut head = format!("GET {path} HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // A peer that just hangs up has answered, too.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("in time");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn here(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> String {
    let stream = TcpStream::connect(address).await.expect("connect");
    get(stream, path, headers).await
}

#[tokio::test]
async fn pages_come_with_strict_headers_under_names_of_ours_only() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::with(HubConfig {
        pages: Some(pages()),
        ..HubConfig::new(dir.path())
    })
    .await;
    let host = served.address.to_string();
    let index = here(served.address, "/phone/", &[("host", &host)]).await;
    assert!(
        index.starts_with("HTTP/1.1 200") && index.ends_with("<html>"),
        "{index}"
    );
    for wanted in [
        "content-type: text/html; charset=utf-8",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
        "default-src 'none'; script-src 'self'; style-src 'self';",
        "frame-ancestors 'none'",
        &format!("connect-src 'self' ws://{host};"),
    ] {
        assert!(index.contains(wanted), "{wanted}: {index}");
    }
    assert!(!index.contains("unsafe-"), "{index}");
    let tag = index.split_once("etag: ").expect("a tag").1;
    let tag = tag.split_once("\r\n").expect("a line").0;
    let again = here(
        served.address,
        "/phone/",
        &[("host", &host), ("if-none-match", tag)],
    )
    .await;
    assert!(
        again.starts_with("HTTP/1.1 304") && !again.contains("<html>"),
        "{again}"
    );
    for (path, headers, status) in [
        ("/phone/assets/a.js", &[("host", host.as_str())][..], "200"),
        ("/phone", &[("host", &host)], "308"),
        ("/phone/assets", &[("host", &host)], "404"),
        ("/phone/../hub.db", &[("host", &host)], "404"),
        ("/phone/%2e%2e/hub.db", &[("host", &host)], "404"),
        ("/phone/..%2fhub.db", &[("host", &host)], "404"),
        ("/phone/", &[("host", "evil.example")], "403"),
        (
            "/phone/",
            &[("host", &host), ("host", "evil.example")],
            "403",
        ),
        (
            "/phone/",
            &[("host", &host), ("origin", "http://evil.example")],
            "403",
        ),
        ("http://evil.example/phone/", &[("host", &host)], "403"),
        ("/phone/", &[], "403"),
    ] {
        let answer = here(served.address, path, headers).await;
        // Two hosts, or none, are refused before us on some paths; a 400 says no as well.
        let good = answer.starts_with(&format!("HTTP/1.1 {status}"));
        assert!(
            good || (status == "403" && answer.starts_with("HTTP/1.1 400")),
            "{path}: {answer}"
        );
    }
    // The link, from a page of another site and under another name.
    for (host, origin) in [
        (host.as_str(), "http://evil.example"),
        (&host, "null"),
        ("evil.example", "http://evil.example"),
    ] {
        let upgrade = [
            ("host", host),
            ("origin", origin),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let answer = here(served.address, "/v1/terminal", &upgrade).await;
        assert!(
            answer.starts_with("HTTP/1.1 403"),
            "{host} {origin}: {answer}"
        );
    }
    served.stop().await;
}

#[tokio::test]
async fn over_the_network_by_tls_while_it_is_open_and_cut_off_when_it_closes() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        ..Limits::default()
    };
    let config = HubConfig {
        door_port: lan.port(),
        limits,
        pages: Some(pages()),
        ..HubConfig::new(dir.path())
    };
    let served = Served::with(config.clone()).await;
    let news = served.forwarder().await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert!(TcpStream::connect(lan).await.is_err(), "closed at first");
    let set = |lan| TerminalsAsk::SetReach { lan };
    let Ok(TerminalsAnswer::Reach(reach)) = ask(&mut owner, set(true)).await else {
        panic!("not opened")
    };
    assert_eq!(
        (reach.lan, reach.closed, reach.port),
        (true, false, lan.port())
    );
    assert_eq!(reach.addresses[0].url, format!("https://{lan}/phone/"));
    assert_eq!(reach.addresses[0].reach, Reach::Lan);
    let host = lan.to_string();
    let (stream, seen) = tls(lan).await;
    assert_eq!(reach.fingerprint, Some(seen));
    let index = get(stream, "/phone/", &[("host", &host)]).await;
    assert!(
        index.ends_with("<html>") && index.contains(&format!("wss://{lan};")),
        "{index}"
    );
    for (headers, status) in [
        (&[("host", "evil.example")][..], "403"),
        (
            &[("host", &host), ("origin", "https://evil.example")],
            "403",
        ),
        (&[("host", "127.0.0.1")], "403"),
    ] {
        let answer = get(tls(lan).await.0, "/phone/", headers).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
    let plain = here(lan, "/phone/", &[("host", &host)]).await;
    assert!(
        plain.starts_with("HTTP/1.1 404"),
        "without TLS there is nothing: {plain}"
    );
    for path in ["/v1/relay", "/metrics", "/health", news.as_str()] {
        let answer = get(tls(lan).await.0, path, &[("host", &host)]).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }

    // A phone links over the network, and is cut off when the owner closes it.
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let mut request = format!("wss://{lan}/v1/terminal")
        .into_client_request()
        .expect("request");
    let origin = format!("https://{lan}").parse().expect("value");
    request.headers_mut().insert("origin", origin);
    let stream = tls(lan).await.0;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream)
        .await
        .expect("link");
    let first = socket.next().await.expect("a frame").expect("text");
    let first = serde_json::from_str(first.to_text().expect("text")).expect("frame");
    let HubSays::Challenge { nonce, .. } = first else {
        panic!("{first:?}")
    };
    let prove = TerminalSays::Prove {
        version: 1,
        terminal: phone.terminal.clone(),
        signature: phone.sign(&phone.hub, &nonce, &phone.terminal),
        after: None,
        app: String::new(),
        hearable: None,
    };
    let text = serde_json::to_string(&prove).expect("frame");
    socket.send(Message::text(text)).await.expect("sent");
    let welcome = socket.next().await.expect("a frame").expect("text");
    assert!(
        welcome.to_text().expect("text").contains("\"welcome\""),
        "{welcome}"
    );
    let Ok(TerminalsAnswer::Reach(reach)) = ask(&mut owner, set(false)).await else {
        panic!("not closed")
    };
    assert!(!reach.lan && reach.addresses.iter().all(|one| one.reach == Reach::Local));
    let ended = async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                break;
            }
        }
    };
    timeout(PATIENCE, ended).await.expect("cut off");
    // Open again, and open after a restart.
    assert!(ask(&mut owner, set(true)).await.is_ok());
    served.stop().await;
    let served = Served::with(config).await;
    // Whoever is let in here finds the doors open: they are opened first.
    Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let index = get(tls(lan).await.0, "/phone/", &[("host", &host)]).await;
    assert!(index.ends_with("<html>"), "{index}");
    served.stop().await;
}

/// A link as a browser makes it that came under the address from the internet, through a proxy on this machine.
async fn under(
    address: SocketAddr,
    name: &str,
) -> Option<tokio_tungstenite::WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{name}/v1/terminal")
        .into_client_request()
        .expect("request");
    let origin = format!("https://{name}").parse().expect("value");
    request.headers_mut().insert("origin", origin);
    let stream = TcpStream::connect(address).await.expect("connect");
    let linked = tokio_tungstenite::client_async(request, stream).await;
    linked.ok().map(|(socket, _)| socket)
}

#[tokio::test]
async fn from_the_internet_there_is_nothing_either_while_phones_are_not_let_in() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        ..patient()
    };
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        pages: Some(pages()),
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let public = |name: &str| Request::SetDoors {
        lan: false,
        public_url: Some(format!("https://{name}")),
    };
    owner.ask(public("shop.example")).await.expect("set");
    let view = all(&mut owner).await;
    let invitation = invite(&mut owner, &Preset::Clerk.permission()).await;
    for address in view.reach.addresses.iter().chain(&invitation.links) {
        assert_eq!(address.reach, Reach::Local, "{address:?}");
    }
    let name = [("host", "shop.example")];
    let page = here(served.address, "/phone/", &name).await;
    assert!(page.starts_with("HTTP/1.1 403"), "{page}");
    assert!(under(served.address, "shop.example").await.is_none());
    let headers = [
        ("host", "shop.example".to_owned()),
        ("origin", "https://shop.example".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let body =
        serde_json::json!({ "code": code(&invitation), "key": crate::phone::public(&pair(1)) })
            .to_string();
    let path = "/v1/invitations/accept";
    let accept = send(served.address, "POST", path, &headers, body.as_bytes());
    assert_eq!(accept.await.0, 403);

    // Open, and closed again; and open under another name.
    let set = |lan| TerminalsAsk::SetReach { lan };
    let Ok(TerminalsAnswer::Reach(reach)) = ask(&mut owner, set(true)).await else {
        panic!("not opened")
    };
    let internet = reach.addresses.iter().find(|a| a.reach == Reach::Internet);
    let url = internet.map(|address| address.url.as_str());
    assert_eq!(url, Some("https://shop.example/phone/"));
    let page = here(served.address, "/phone/", &name).await;
    assert!(page.ends_with("<html>"), "{page}");
    for close in [true, false] {
        let mut link = under(served.address, "shop.example").await.expect("a link");
        assert!(matches!(link.next().await, Some(Ok(Message::Text(_)))));
        if close {
            assert!(ask(&mut owner, set(false)).await.is_ok());
        } else {
            owner.ask(public("other.example")).await.expect("set");
        }
        let ended = async { while let Some(Ok(Message::Text(_))) = link.next().await {} };
        timeout(PATIENCE, ended).await.expect("cut off");
        assert!(under(served.address, "shop.example").await.is_none());
        assert!(ask(&mut owner, set(true)).await.is_ok());
    }
    assert!(under(served.address, "other.example").await.is_some());
    served.stop().await;
}

/// A connection's place on the network is held as long as its link, and strangers have places of their own.
#[tokio::test]
async fn one_stranger_on_the_network_keeps_no_phone_out() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        connections_per_peer: 3,
        ..patient()
    };
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        pages: Some(pages()),
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let open = TerminalsAsk::SetReach { lan: true };
    assert!(ask(&mut owner, open).await.is_ok());
    let mut links = Vec::new();
    for _ in 0..3 {
        let request = format!("wss://{lan}/v1/terminal");
        let request = request.into_client_request().expect("request");
        let stream = tls(lan).await.0;
        let link = tokio_tungstenite::client_async(request, stream).await;
        links.push(link.expect("a link").0);
    }
    let asked = async || {
        let stream = TcpStream::connect(lan).await.expect("connect");
        get(stream, "/phone/", &[("host", "x")]).await
    };
    assert_eq!(asked().await, "", "three links are three connections");
    links.pop();
    let let_in = async {
        while asked().await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, let_in).await.expect("there is room");
    served.stop().await;
}
