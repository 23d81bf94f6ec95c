//! A hub that is served, and those who talk to it: senders of news, and a terminal.

use domain::wire::{
    Answer, AskError, Hello, Request, Shop, SourceSetup, ToHub, ToTerminal, VERSION, Welcome,
};
use domain::{Currency, DayRule, Entry, HubId, Secret, Seq, ShopId, SourceConfig};
use futures_util::{SinkExt, StreamExt};
use hub::{Hub, HubConfig, Limits, MasterKey};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

/// Nothing here takes this long; a test that waits longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The secret of every forwarder in these tests.
pub(crate) const BEARER: &str = "a-secret-for-tests";
/// The endpoint secret of Stripe in these tests.
pub(crate) const WHSEC: &str = "whsec_for_tests_only";
/// WeChat's v2 key in these tests.
pub(crate) const V2_KEY: &str = "192006250b4c09247ec02edce69f6a2d";

/// A served hub with one shop.
pub(crate) struct Served {
    pub(crate) hub: Hub,
    pub(crate) shop: ShopId,
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<Result<(), hub::HubError>>,
}

pub(crate) fn face() -> Shop {
    let day_rule = DayRule::new("Asia/Shanghai", 0).expect("zone");
    Shop {
        name: "面馆".to_owned(),
        currency: Currency::CNY,
        day_rule,
    }
}

impl Served {
    pub(crate) async fn start(dir: &Path) -> Self {
        Self::with(HubConfig::new(dir)).await
    }

    pub(crate) async fn with_limits(dir: &Path, limits: Limits) -> Self {
        Self::with(HubConfig {
            limits,
            ..HubConfig::new(dir)
        })
        .await
    }

    pub(crate) async fn with(config: HubConfig) -> Self {
        let hub = Hub::open(config, MasterKey::from_bytes([7; 32]))
            .await
            .expect("open");
        let shop = hub.first_shop(&face()).await.expect("shop");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
        let address = listener.local_addr().expect("address");
        let stop = CancellationToken::new();
        let serving = tokio::spawn(hub::serve(listener, hub.clone(), stop.clone()));
        Self {
            hub,
            shop,
            address,
            stop,
            serving,
        }
    }

    /// Adds a source; answers the path of its door.
    pub(crate) async fn door(&self, config: SourceConfig) -> String {
        let id = self
            .hub
            .add_source(&self.shop, "a source", config)
            .await
            .expect("source");
        door_of(
            &self
                .hub
                .source_setup(&self.shop, &id, Some(self.address))
                .expect("setup"),
        )
    }

    pub(crate) async fn forwarder(&self) -> String {
        self.door(SourceConfig::Forwarder {
            secret: Secret::new(BEARER),
        })
        .await
    }

    pub(crate) async fn stripe(&self) -> String {
        let endpoint_secrets = vec![Secret::new(WHSEC)];
        self.door(SourceConfig::Stripe {
            endpoint_secrets,
            test_mode: true,
        })
        .await
    }

    pub(crate) async fn terminal(&self) -> Secret {
        self.hub.terminal_for_this_run(&self.shop, "test").await
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.serving)
            .await
            .expect("stops in time")
            .expect("no panic")
            .expect("no error");
    }
}

/// `/n/<door>` out of a setup.
pub(crate) fn door_of(setup: &SourceSetup) -> String {
    let url = &setup
        .addresses
        .last()
        .expect("an address on this machine")
        .url;
    url[url.find("/n/").expect("a door")..].to_owned()
}

/// One HTTP request on a connection of its own: status and body.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &[u8],
) -> (u16, String) {
    let stream = TcpStream::connect(address).await.expect("connect");
    send_on(stream, method, path, headers, body).await
}

/// The same on a connection that is there already.
pub(crate) async fn send_on(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &[u8],
) -> (u16, String) {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "host") {
        head.push_str("host: 127.0.0.1\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let exchange = async {
        stream.write_all(head.as_bytes()).await.ok()?;
        // The hub may answer and hang up before it has read everything.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let body = answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned())
            .unwrap_or_default();
        Some((status, body))
    };
    timeout(PATIENCE, exchange)
        .await
        .expect("an answer in time")
        .unwrap_or((0, String::new()))
}

/// A phone forwards a notice in our own form.
pub(crate) async fn notice(address: SocketAddr, door: &str, text: &str, posted_at: i64) -> u16 {
    let body = serde_json::json!({
        "package": "com.tencent.mm", "title": "微信支付", "text": text, "posted_at": posted_at, "device": "前台手机",
    });
    let headers = [("authorization", format!("Bearer {BEARER}"))];
    send(address, "POST", door, &headers, body.to_string().as_bytes())
        .await
        .0
}

pub(crate) async fn beat(address: SocketAddr, door: &str) -> u16 {
    let headers = [("authorization", format!("Bearer {BEARER}"))];
    send(address, "POST", door, &headers, br#"{"heartbeat":true}"#)
        .await
        .0
}

/// Stripe tells of a payment; `n` makes its number.
pub(crate) async fn stripe(address: SocketAddr, door: &str, n: u64, cents: i64) -> u16 {
    let (headers, body) = stripe_letter(n, cents);
    send(address, "POST", door, &headers, &body).await.0
}

pub(crate) fn stripe_letter(n: u64, cents: i64) -> ([(&'static str, String); 1], Vec<u8>) {
    stripe_letter_signed(n, cents, WHSEC)
}

pub(crate) fn stripe_letter_signed(
    n: u64,
    cents: i64,
    secret: &str,
) -> ([(&'static str, String); 1], Vec<u8>) {
    stripe_letter_at(n, cents, secret, now_ms() / 1000)
}

/// The same, signed at another time.
pub(crate) fn stripe_letter_at(
    n: u64,
    cents: i64,
    secret: &str,
    seconds: i64,
) -> ([(&'static str, String); 1], Vec<u8>) {
    let body = serde_json::json!({
        "id": format!("evt_{n}"), "object": "event", "api_version": "2024-06-20", "created": seconds,
        "livemode": false, "pending_webhooks": 1, "type": "payment_intent.succeeded",
        "data": { "object": {
            "id": format!("pi_{n}"), "object": "payment_intent", "amount": cents, "amount_received": cents,
            "currency": "cny", "status": "succeeded", "created": seconds, "livemode": false, "metadata": {},
        } },
    })
    .to_string();
    let signature = stripe_signature(seconds, &body, secret);
    ([("stripe-signature", signature)], body.into_bytes())
}

/// Stripe tells of anything.
pub(crate) async fn stripe_event(
    address: SocketAddr,
    door: &str,
    id: &str,
    kind: &str,
    object: serde_json::Value,
) -> u16 {
    let seconds = now_ms() / 1000;
    let body = serde_json::json!({
        "id": id, "object": "event", "api_version": "2024-06-20", "created": seconds, "livemode": false,
        "type": kind, "data": { "object": object },
    })
    .to_string();
    let headers = [("stripe-signature", stripe_signature(seconds, &body, WHSEC))];
    send(address, "POST", door, &headers, body.as_bytes())
        .await
        .0
}

fn stripe_signature(seconds: i64, body: &str, secret: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let signed = format!("{seconds}.{body}");
    let signature = hex::encode(ring::hmac::sign(&key, signed.as_bytes()));
    format!("t={seconds},v1={signature}")
}

pub(crate) fn wechat_v2() -> SourceConfig {
    SourceConfig::WechatV2 {
        mch_id: "10000100".to_owned(),
        appid: None,
        api_v2_key: Secret::new(V2_KEY),
    }
}

/// WeChat v2 tells of a payment, signed by HMAC-SHA256.
pub(crate) fn wechat_v2_body(n: u64, fen: i64) -> Vec<u8> {
    let fields = [
        ("appid", "wx2421b1c4370ec43b".to_owned()),
        ("bank_type", "OTHERS".to_owned()),
        ("cash_fee", fen.to_string()),
        ("fee_type", "CNY".to_owned()),
        ("is_subscribe", "N".to_owned()),
        ("mch_id", "10000100".to_owned()),
        ("nonce_str", format!("nonce{n}")),
        ("openid", "oUpF8uMEb4qRXf22hE3X68TekukE".to_owned()),
        ("out_trade_no", format!("SHOP{n:010}")),
        ("result_code", "SUCCESS".to_owned()),
        ("return_code", "SUCCESS".to_owned()),
        ("sign_type", "HMAC-SHA256".to_owned()),
        (
            "time_end",
            jiff::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
                .strftime("%Y%m%d%H%M%S")
                .to_string(),
        ),
        ("total_fee", fen.to_string()),
        ("trade_type", "NATIVE".to_owned()),
        ("transaction_id", format!("42000000{n:020}")),
    ];
    let joined: String = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}&"))
        .collect();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, V2_KEY.as_bytes());
    let sign = hex::encode_upper(ring::hmac::sign(
        &key,
        format!("{joined}key={V2_KEY}").as_bytes(),
    ));
    let inside: String = fields
        .iter()
        .map(|(name, value)| format!("<{name}><![CDATA[{value}]]></{name}>"))
        .collect();
    format!("<xml>{inside}<sign><![CDATA[{sign}]]></sign></xml>").into_bytes()
}

pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A terminal on its link.
pub(crate) struct Terminal {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) welcome: Welcome,
    asked: u32,
    /// Entries that came while something else was awaited.
    early: Vec<Entry>,
}

/// Says hello and hears the first frame.
pub(crate) async fn knock(
    address: SocketAddr,
    hello: Hello,
) -> (WebSocketStream<MaybeTlsStream<TcpStream>>, ToTerminal) {
    let (mut socket, _) = connect_async(format!("ws://{address}/v1/relay"))
        .await
        .expect("link");
    say(&mut socket, &ToHub::Hello(hello)).await;
    let first = hear(&mut socket).await.expect("a first frame");
    (socket, first)
}

async fn say(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, frame: &ToHub) {
    socket
        .send(Message::text(serde_json::to_string(frame).expect("frame")))
        .await
        .expect("sent");
}

async fn hear(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Option<ToTerminal> {
    loop {
        match timeout(PATIENCE, socket.next())
            .await
            .expect("a frame in time")?
        {
            Ok(Message::Text(text)) => {
                return Some(serde_json::from_str(&text).expect("a frame of ours"));
            }
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

pub(crate) fn hello(token: &Secret, hub: Option<HubId>, after: u64) -> Hello {
    Hello {
        version: VERSION,
        token: token.clone(),
        hub,
        after: Seq(after),
        after_at: None,
    }
}

impl Terminal {
    pub(crate) async fn link(
        address: SocketAddr,
        token: &Secret,
        hub: Option<HubId>,
        after: u64,
    ) -> Self {
        let (socket, first) = knock(address, hello(token, hub, after)).await;
        let ToTerminal::Welcome(welcome) = first else {
            panic!("not let in: {first:?}")
        };
        Self {
            socket,
            welcome,
            asked: 0,
            early: Vec::new(),
        }
    }

    /// The next frame; `None` when the hub hung up.
    pub(crate) async fn next(&mut self) -> Option<ToTerminal> {
        hear(&mut self.socket).await
    }

    /// Entries, until there are so many.
    pub(crate) async fn entries(&mut self, count: usize) -> Vec<Entry> {
        let mut all = std::mem::take(&mut self.early);
        while all.len() < count {
            if let ToTerminal::Entries { entries, .. } = self.next().await.expect("linked") {
                all.extend(entries);
            }
        }
        all
    }

    pub(crate) async fn ask(&mut self, request: Request) -> Result<Answer, AskError> {
        self.asked += 1;
        let asked = self.asked;
        say(&mut self.socket, &ToHub::Ask { id: asked, request }).await;
        loop {
            match self.next().await.expect("linked") {
                ToTerminal::Answer { id, result } if id == asked => return result,
                ToTerminal::Entries { entries, .. } => self.early.extend(entries),
                _ => {}
            }
        }
    }

    pub(crate) async fn say_raw(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }
}
