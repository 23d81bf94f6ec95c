//! `tillbell-hub try`: what the hub would make of a notice or a recorded delivery, and what it would answer. Stores
//! nothing. The format is documented in `docs/hub.md`, whose examples a test replays.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Secret, SourceConfig, SourceId, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sources::{Delivery, Failure, Outcome, Refusal, Reply, delivery::BODY_MAX, failure_reply};
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};

/// The longest line that is read: a recorded delivery of the largest body, in base64, with its headers and keys.
pub const LINE_MAX: usize = 1024 * 1024;

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Now {
    Text(String),
    Millis(i64),
}

/// A recorded delivery.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    config: SourceConfig,
    #[serde(default = "post")]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    headers: Headers,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_base64: Option<String>,
    #[serde(default)]
    now: Option<Now>,
}

/// Headers, either way in which people write them down.
#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    Named(BTreeMap<String, String>),
    Listed(Vec<(String, String)>),
}

impl Default for Headers {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// A notice as a phone showed it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    #[serde(default, alias = "package")]
    app: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    device: Option<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    posted_at: Option<Value>,
    #[serde(default)]
    now: Option<Now>,
}

fn post() -> String {
    "POST".to_owned()
}

/// Answers every line of `input` with a line of `out`, until it ends.
pub fn answer_lines(
    mut input: impl BufRead,
    mut out: impl Write,
    clock: impl Fn() -> Timestamp,
) -> std::io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        line.clear();
        // One byte past the bound is read, so that a longer line is known as such; the rest of it is passed over.
        let bound = LINE_MAX as u64 + 1;
        if input.by_ref().take(bound).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() as u64 == bound && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut answer = answer(line.trim_ascii(), clock());
        if let Some(fields) = answer.as_object_mut() {
            fields.insert("line".to_owned(), json!(number));
        }
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
}

/// What came of one line, as one line of JSON. `clock` is the time to assume where the line names none.
pub fn answer(line: &[u8], clock: Timestamp) -> Value {
    match tried(line, clock) {
        Ok(answer) => answer,
        Err(why) => json!({ "outcome": "invalid", "why": why }),
    }
}

fn tried(line: &[u8], clock: Timestamp) -> Result<Value, String> {
    if line.len() > LINE_MAX {
        return Err(format!("the line is longer than {LINE_MAX} bytes"));
    }
    let value: Value = serde_json::from_slice(line).map_err(|error| format!("no JSON: {error}"))?;
    if !value.is_object() {
        return Err("a line is one JSON object".to_owned());
    }
    let source = SourceId::new("try").ok_or("no id")?;
    if value.get("config").is_some() {
        // The parser's words may quote a secret, but they go back to whoever gave it.
        let recorded: Recorded =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        return recorded.tried(&source, clock);
    }
    let notice: Notice = serde_json::from_value(value).map_err(|error| error.to_string())?;
    notice.tried(&source, clock)
}

impl Recorded {
    fn tried(self, source: &SourceId, clock: Timestamp) -> Result<Value, String> {
        let now = time(self.now, clock)?;
        let body = match (self.body, self.body_base64) {
            (Some(_), Some(_)) => return Err("give either body or body_base64".to_owned()),
            (Some(text), None) => text.into_bytes(),
            (None, Some(text)) => STANDARD
                .decode(text)
                .map_err(|error| format!("body_base64: {error}"))?,
            (None, None) => Vec::new(),
        };
        let listed = match self.headers {
            Headers::Named(named) => named.into_iter().collect(),
            Headers::Listed(listed) => listed,
        };
        // As at the door: names in lower case, values of visible ASCII.
        let visible = |value: &str| {
            value
                .bytes()
                .all(|b| b == b'\t' || (b' '..=b'~').contains(&b))
        };
        let headers: Vec<_> = listed
            .into_iter()
            .filter(|(_, value)| visible(value))
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let method = self.method.to_ascii_uppercase();
        let delivery = Delivery {
            method: &method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &body,
        };
        let mut answer = read(source, &self.config, &delivery, now);
        if let (Some(field), Some(fields)) = (
            sources::unusable_field(&self.config),
            answer.as_object_mut(),
        ) {
            fields.insert("unusable_field".to_owned(), json!(field));
        }
        Ok(answer)
    }
}

impl Notice {
    /// Sends the notice the way of our own plain form, so that it is read and answered as a real one is.
    fn tried(self, source: &SourceId, clock: Timestamp) -> Result<Value, String> {
        let now = time(self.now, clock)?;
        let secret = Secret::new("try");
        let mut body = serde_json::Map::new();
        let texts = [
            ("package", self.app),
            ("title", self.title),
            ("text", self.text),
            ("device", self.device),
            ("key", self.key),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                body.insert(name.to_owned(), json!(value));
            }
        }
        if let Some(posted_at) = self.posted_at {
            body.insert("posted_at".to_owned(), posted_at);
        }
        let body = Value::Object(body).to_string();
        let headers = [(
            "authorization".to_owned(),
            format!("Bearer {}", secret.expose()),
        )];
        let delivery = Delivery {
            method: "POST",
            path: "",
            query: "",
            headers: &headers,
            body: body.as_bytes(),
        };
        Ok(read(
            source,
            &SourceConfig::Forwarder { secret },
            &delivery,
            now,
        ))
    }
}

fn read(
    source: &SourceId,
    config: &SourceConfig,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Value {
    let read = if delivery.body.len() > BODY_MAX {
        Err(Refusal::Malformed("the body is too large"))
    } else {
        sources::read(source, config, delivery, now)
    };
    match read {
        Ok(reading) => {
            let mut answer = match reading.outcome {
                Outcome::Money(news) => json!({ "outcome": "money", "news": news }),
                Outcome::NotUnderstood(unread) => {
                    json!({ "outcome": "not_understood", "unread": unread })
                }
                Outcome::Heartbeat => json!({ "outcome": "heartbeat" }),
                Outcome::Ignored(why) => json!({ "outcome": "ignored", "why": why }),
            };
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("clock_ahead_ms".to_owned(), json!(reading.clock_ahead_ms));
                fields.insert("reply".to_owned(), shown(&reading.reply));
            }
            answer
        }
        Err(refusal) => json!({
            "outcome": "refused",
            "code": refusal.code(),
            "why": refusal.to_string(),
            "reply": shown(&failure_reply(config.kind(), Failure::Refused(refusal))),
        }),
    }
}

fn shown(reply: &Reply) -> Value {
    json!({ "status": reply.status, "content_type": reply.content_type, "body": reply.body })
}

fn time(now: Option<Now>, clock: Timestamp) -> Result<Timestamp, String> {
    match now {
        None => Ok(clock),
        Some(Now::Millis(millis)) => Ok(Timestamp(millis)),
        Some(Now::Text(text)) => Timestamp::parse_rfc3339(&text)
            .ok_or_else(|| "now: write RFC 3339 or milliseconds since 1970".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_777_599_016_000);

    #[test]
    fn every_line_gets_one_answer() {
        for (line, outcome) in [
            (
                r#"{"app":"com.tencent.mm","title":"微信支付","text":"微信支付收款12.80元(朋友到店)"}"#,
                "money",
            ),
            (
                r#"{"app":"com.tencent.mm","title":"老王","text":"微信支付收款12.80元"}"#,
                "not_understood",
            ),
            (
                r#"{"app":"com.example.chat","title":"a","text":"b"}"#,
                "not_understood",
            ),
            (r#"{"app":"com.tencent.mm"}"#, "ignored"),
            (
                r#"{"config":{"kind":"stripe","endpoint_secrets":["whsec_x"]},"body":"{}"}"#,
                "refused",
            ),
            (r#"{"config":{"kind":"stripe"}}"#, "invalid"),
            (r#"{"config":{"kind":"nonsense"}}"#, "invalid"),
            (r#"{"app":"a","now":"yesterday"}"#, "invalid"),
            (r#"{"app":1}"#, "invalid"),
            ("[]", "invalid"),
            ("", "invalid"),
            ("\u{0}", "invalid"),
        ] {
            let answer = answer(line.as_bytes(), NOW);
            assert_eq!(answer["outcome"], outcome, "{line} gave {answer}");
        }
        assert_eq!(answer(&vec![b'['; LINE_MAX + 1], NOW)["outcome"], "invalid");
        assert_eq!(
            answer(&vec![b'['; 100_000], NOW)["outcome"],
            "invalid",
            "deep nesting"
        );
    }

    #[test]
    fn the_clock_can_be_given_either_way() {
        let key = "0123456789abcdef0123456789abcdef";
        for now in ["1777599016123", r#""2026-05-01T09:30:16.123+08:00""#] {
            let line = format!(
                r#"{{"config":{{"kind":"vmq","key":"{key}"}},"method":"GET","path":"/appHeart","query":"t=1777599016123&sign=3bb5cd257c6fdb7bae9f7dadffb8014d","now":{now}}}"#
            );
            let answer = answer(line.as_bytes(), Timestamp(0));
            assert_eq!(
                (&answer["outcome"], &answer["clock_ahead_ms"]),
                (&json!("heartbeat"), &json!(0)),
                "{answer}"
            );
            assert_eq!(answer["reply"]["status"], 200);
        }
    }
}
