//! An owner's browser: it keeps cookies, says where its page is from, and every answer it gets is compared with
//! `docs/openapi.json`.

use crate::shop::*;
use domain::wire::Shop;
use domain::{Secret, ShopId};
use hub::{AccountBounds, Cost, HubConfig, Limits};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A password of a good owner's.
pub(crate) const PASSWORD: &str = "river stone window";
/// For invites that nobody has to hurry with.
pub(crate) const HOUR: i64 = 3_600_000;
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/19.0 Mobile/15E148 Safari/604.1";

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Reply {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| {
            let (told, value) = line.split_once(':')?;
            told.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) origin: Option<String>,
    pub(crate) jar: BTreeMap<String, String>,
    pub(crate) agent: String,
}

impl Browser {
    /// On this machine.
    pub(crate) fn new(served: &Served) -> Self {
        let address = served.address;
        Self {
            address,
            host: address.to_string(),
            origin: Some(format!("http://{address}")),
            jar: BTreeMap::new(),
            agent: IPHONE.to_owned(),
        }
    }

    /// Asks for a change.
    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Reply {
        let kind = Some("application/json");
        self.send("POST", path, kind, body.to_string().as_bytes())
            .await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None, b"").await
    }

    /// Sends anything, keeps the cookies that come back, and compares the answer with what is described.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: &[u8],
    ) -> Reply {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nconnection: close\r\nhost: {}\r\nuser-agent: {}\r\ncontent-length: {}\r\n",
            self.host,
            self.agent,
            body.len()
        );
        let cookies: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        for (name, value) in [
            ("origin", self.origin.clone()),
            ("content-type", kind.map(str::to_owned)),
            ("cookie", (!cookies.is_empty()).then(|| cookies.join("; "))),
        ] {
            if let Some(value) = value {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        head.push_str("\r\n");
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("connect");
            stream.write_all(head.as_bytes()).await.expect("sent");
            // The hub may answer and hang up before it has read everything.
            let _ = stream.write_all(body).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            String::from_utf8(answer).expect("text")
        };
        let answer = timeout(PATIENCE, exchange).await.expect("in time");
        let reply = self.keep(&answer);
        described(path, method, &reply);
        reply
    }

    fn keep(&mut self, answer: &str) -> Reply {
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        for line in head.lines() {
            let cookie = line
                .split_once(':')
                .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
            let Some((_, cookie)) = cookie else { continue };
            let (pair, rest) = cookie.trim().split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            assert!(rest.contains("HttpOnly") && rest.contains("SameSite=Strict"));
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Reply {
            status: status.expect("a status"),
            head: head.to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    /// Signs up; answers the recovery codes.
    pub(crate) async fn signed_up(
        &mut self,
        served: &Served,
        name: &str,
        shops: &[ShopId],
    ) -> Vec<String> {
        let invite = served.hub.invite_owner(shops, HOUR).await.expect("invite");
        let body = json!({ "invite": invite.code, "name": name, "password": PASSWORD });
        let reply = self.post("/v1/account/sign-up", body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        codes(&reply)
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        let body = json!({ "name": name, "password": password });
        self.post("/v1/account/sign-in", body).await
    }

    /// Whether it is signed in.
    pub(crate) async fn is_in(&mut self) -> bool {
        let reply = self.get("/v1/account").await;
        assert!(matches!(reply.status, 200 | 401), "{reply:?}");
        reply.status == 200
    }

    /// Enrols an authenticator.
    pub(crate) async fn enrolled(&mut self) -> App {
        let offer = self.post("/v1/account/totp/offer", json!({})).await;
        assert_eq!(offer.status, 200, "{offer:?}");
        let mut app = App::new(offer.body["secret"].as_str().expect("secret"));
        let code = app.code().await;
        let reply = self
            .post("/v1/account/totp/enrol", json!({ "code": code }))
            .await;
        assert_eq!(reply.status, 200, "{reply:?}");
        app
    }

    /// Gives the second factor.
    pub(crate) async fn second(&mut self, body: Value) -> Reply {
        self.post("/v1/account/second-factor", body).await
    }
}

/// The recovery codes in an answer.
pub(crate) fn codes(reply: &Reply) -> Vec<String> {
    let codes = reply.body["recovery_codes"].as_array().expect("codes");
    let codes = codes.iter().map(|code| code.as_str().expect("a code"));
    codes.map(str::to_owned).collect()
}

/// An authenticator app.
pub(crate) struct App {
    secret: Vec<u8>,
    last: Option<i64>,
}

impl App {
    fn new(base32: &str) -> Self {
        let (mut secret, mut held, mut bits) = (Vec::new(), 0_u32, 0);
        for letter in base32.bytes() {
            let five = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                _ => panic!("{base32}"),
            };
            (held, bits) = ((held << 5) | u32::from(five), bits + 5);
            if bits >= 8 {
                bits -= 8;
                secret.push((held >> bits) as u8);
                held &= (1 << bits) - 1;
            }
        }
        Self { secret, last: None }
    }

    /// A code that was not used yet and is good for some seconds more. Each is good once, so past two in a row the next
    /// half minute is awaited.
    pub(crate) async fn code(&mut self) -> String {
        loop {
            let (this, within) = (now_ms() / 30_000, now_ms() % 30_000);
            let step = match self.last {
                Some(last) => last + 1,
                None if within < 20_000 => this - 1,
                None => this,
            };
            if step <= this + 1 && !(step < this && within >= 20_000) {
                self.last = Some(step);
                return self.at(step);
            }
            if step < this {
                self.last = Some(this - 1);
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }

    /// The code that was given last.
    pub(crate) fn again(&self) -> String {
        self.at(self.last.expect("one before"))
    }

    /// A code that is wrong now.
    pub(crate) fn wrong(&self) -> String {
        let this = now_ms() / 30_000;
        let good: Vec<String> = (-3..=3).map(|off| self.at(this + off)).collect();
        let all = (0..10).map(|n| format!("{n}{n}{n}{n}{n}{n}"));
        all.into_iter()
            .find(|code| !good.contains(code))
            .expect("one")
    }

    fn at(&self, step: i64) -> String {
        let kind = ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
        let key = ring::hmac::Key::new(kind, &self.secret);
        let tag = ring::hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let four: [u8; 4] = tag[at..at + 4].try_into().expect("four");
        format!(
            "{:06}",
            (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
        )
    }
}

/// Hashes that cost nothing: what they cost is tried elsewhere.
pub(crate) fn cheap() -> AccountBounds {
    AccountBounds {
        cost: Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        },
        ..AccountBounds::default()
    }
}

/// A hub with these bounds.
pub(crate) async fn served(dir: &Path, accounts: AccountBounds) -> Served {
    let limits = Limits {
        accounts,
        ..Limits::default()
    };
    Served::with(HubConfig {
        limits,
        ..HubConfig::new(dir)
    })
    .await
}

/// One more shop.
pub(crate) async fn another_shop(served: &Served, name: &str) -> ShopId {
    let shop = Shop {
        name: name.to_owned(),
        ..face()
    };
    served.hub.add_shop(&shop).await.expect("shop")
}

/// The secret of an invite.
pub(crate) fn said(secret: &Secret) -> &str {
    secret.expose()
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        serde_json::from_str(include_str!("../../../../docs/openapi.json")).expect("JSON")
    })
}

/// Every route about accounts: its path and its method.
pub(crate) fn account_routes() -> Vec<(String, &'static str)> {
    let paths = document()["paths"].as_object().expect("paths");
    let of = |path: &String, route: &Value| {
        let method = if route.get("post").is_some() {
            "POST"
        } else {
            "GET"
        };
        path.starts_with("/v1/account")
            .then(|| (path.clone(), method))
    };
    let routes: Vec<_> = paths.iter().filter_map(|(p, r)| of(p, r)).collect();
    assert!(routes.len() >= 19, "{routes:?}");
    routes
}

/// Panics where an answer is not what is described.
fn described(path: &str, method: &str, reply: &Reply) {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let paths = document()["paths"].as_object().expect("paths");
    let fits = |template: &str| {
        let known: Vec<&str> = template.split('/').collect();
        let same = |(told, known): (&&str, &&str)| told == known || known.starts_with('{');
        known.len() == parts.len() && parts.iter().zip(&known).all(same)
    };
    let route = paths.get(path).or_else(|| {
        let mut all = paths.iter();
        all.find(|(template, _)| fits(template)).map(|(_, r)| r)
    });
    let answers = &route.expect(path)[method.to_lowercase()]["responses"];
    let answer = &answers[reply.status.to_string()];
    assert!(answer.is_object(), "{method} {path}: {reply:?}");
    if reply.body.is_null() {
        // Refused before the route is looked at.
        assert!(matches!(reply.status, 403 | 404), "{path}: {reply:?}");
        return;
    }
    let schema = &answer["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path}: {reply:?}");
    valid(schema, &reply.body, path);
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
}

/// As much of JSON Schema as the description uses.
fn valid(schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document().pointer(name.trim_start_matches('#'));
        return valid(schema.expect("a schema"), value, at);
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        many => {
            let many = many.as_array().expect("types").iter();
            many.filter_map(Value::as_str).collect()
        }
    };
    assert!(kinds.contains(&is), "{at}: {value} is no {kinds:?}");
    if let Some(known) = schema["enum"].as_array() {
        assert!(known.contains(value), "{at}: {value}");
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        valid(&schema["items"], item, &format!("{at}[{n}]"));
    }
    let Some(fields) = value.as_object() else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        assert!(fields.contains_key(name), "{at}: without {name}");
    }
    if schema["additionalProperties"] == false {
        for (name, value) in fields {
            let field = &schema["properties"][name];
            assert!(field.is_object(), "{at}: {name} is not described");
            valid(field, value, &format!("{at}.{name}"));
        }
    }
}
