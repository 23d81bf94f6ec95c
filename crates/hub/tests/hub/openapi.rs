//! `docs/openapi.json` tells of every route there is and of no other, and real answers are what it says.

use crate::phone::*;
use crate::shop::*;
use domain::permission::Preset;
use serde_json::Value;
use std::collections::BTreeSet;

fn described() -> Value {
    serde_json::from_str(include_str!("../../../../docs/openapi.json")).expect("JSON")
}

#[test]
fn it_describes_the_routes_that_there_are() {
    let source = include_str!("../../src/http.rs");
    let routes: BTreeSet<String> = source
        .split(".route(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a path").replace("{*", "{"))
        .collect();
    assert!(routes.len() >= 10, "{routes:?}");
    let doc = described();
    let paths = doc["paths"].as_object().expect("paths");
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes);
}

/// Whether an answer is what the description says of its status.
fn fits(doc: &Value, path: &str, method: &str, status: u16, body: &Value) {
    let answer = &doc["paths"][path][method]["responses"][status.to_string()];
    assert!(answer.is_object(), "{path} {status} is not described");
    let Some(schema) = answer["content"]["application/json"]["schema"]["$ref"].as_str() else {
        assert!(body.is_null(), "{path} {status}: {body}");
        return;
    };
    let schema = doc
        .pointer(schema.trim_start_matches('#'))
        .expect("a schema");
    let told: BTreeSet<&str> = schema["required"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let fields = body.as_object().expect("an object");
    assert_eq!(
        fields.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        told
    );
    for (name, value) in fields {
        let field = &schema["properties"][name];
        assert_eq!(field["type"], "string");
        assert!(value.is_string(), "{name}: {value}");
        if let Some(known) = field["enum"].as_array() {
            assert!(known.contains(value), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn real_answers_are_as_described() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let doc = described();
    let path = "/v1/invitations/accept";
    let invitation = invite(&mut owner, &Preset::Clerk.permission()).await;
    let (good, key, other) = (code(&invitation), public(&pair(1)), public(&pair(2)));
    for (code, key, expected) in [
        ("nonsense", &key, 400),
        ("AAAAAAAAAAAAAAAAAAAAAA", &key, 404),
        (&good, &key, 200),
        (&good, &other, 410),
    ] {
        let (status, body) = accept(served.address, code, key).await;
        assert_eq!(status, expected);
        fits(&doc, path, "post", status, &body);
    }
    let host = |host: &str| [("host", host.to_owned())];
    for (method, path, headers, expected) in [
        ("POST", path, host("evil.example"), 403),
        ("GET", "/phone/", host("evil.example"), 403),
        ("GET", "/phone/", host("127.0.0.1"), 404),
        ("GET", "/phone", host("127.0.0.1"), 308),
        ("GET", "/v1/terminal", host("evil.example"), 403),
        ("GET", "/v1/terminal", host("127.0.0.1"), 400),
        ("GET", "/v1/relay", host("127.0.0.1"), 400),
        ("GET", "/health", host("127.0.0.1"), 200),
        ("GET", "/metrics", host("127.0.0.1"), 200),
        ("GET", "/metrics", host("evil.example"), 403),
        ("GET", "/appHeart", host("127.0.0.1"), 404),
    ] {
        let (status, _) = send(served.address, method, path, &headers, b"").await;
        assert_eq!(status, expected, "{method} {path}");
        fits(&doc, path, &method.to_lowercase(), status, &Value::Null);
    }
    served.stop().await;
}
