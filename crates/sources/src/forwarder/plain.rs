//! Our own plain form for any other forwarder, documented in `docs/forwarder.md`: flat JSON (or a form) with a
//! bearer token. Names of fields are taken as the usual automation apps and push services write them.

use super::{Notice, app_of, fields::Fields, ok, same};
use crate::{Delivery, Outcome, Reading, Refusal, notice};
use domain::{Secret, SourceId, SourceKind, Timestamp};
use std::borrow::Cow;

/// Fields that hold the time at which the phone showed the notice.
const TIMES: &[&str] = &["posted_at", "post_time", "time", "timestamp", "date"];

/// Reads one delivery.
pub(super) fn read(
    source: &SourceId,
    secret: &Secret,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    if !matches!(delivery.method, "POST" | "PUT") || !matches!(delivery.path, "" | "/") {
        return Err(Refusal::WrongDoor);
    }
    let given = delivery
        .header("authorization")
        .and_then(bearer)
        .ok_or(Refusal::Signature)?;
    if secret.is_empty() || !same(given.as_bytes(), secret.expose().as_bytes()) {
        return Err(Refusal::Signature);
    }
    let body = std::str::from_utf8(delivery.body)
        .map_err(|_| Refusal::Malformed("the body is no UTF-8"))?;
    let form = delivery
        .header("content-type")
        .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
    let fields = if form && !body.trim_start().starts_with('{') {
        Fields::from_form(body)?
    } else {
        Fields::from_json(body)?
    };
    if fields.flag("heartbeat") {
        let ahead = fields.time(TIMES).map(|at| at.since(now));
        return Ok(ok(Outcome::Heartbeat, ahead));
    }
    // Apps post notices that hold nothing but a picture; their phone must not send them again and again.
    let outcome = match notice(&fields)? {
        Some(notice) => notice.outcome(source, SourceKind::Forwarder, now),
        None => Outcome::Ignored("a notice without words"),
    };
    Ok(ok(outcome, None))
}

/// The token of an `Authorization` header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The package of an app that is given by the name that the phone shows.
fn by_name(app: Cow<'_, str>) -> String {
    notice::package_of(&app).map_or_else(|| app.into_owned(), str::to_owned)
}

/// The notice in the fields; `None` where it has no words.
fn notice(fields: &Fields) -> Result<Option<Notice>, Refusal> {
    let words = |text: &String| !text.trim().is_empty();
    let named = |app: &Cow<'_, str>| !app.trim().is_empty();
    let package = fields.owned(&["package", "package_name"])?.filter(words);
    let from = fields.text(&["from"])?.filter(named);
    let label = fields.text(&["app", "app_name"])?.filter(named);
    let app = match (package, from, label) {
        (Some(package), _, _) => Some(by_name(package.into())),
        (None, Some(from), _) => Some(app_of(&from)),
        (None, None, Some(label)) => Some(by_name(label)),
        (None, None, None) => None,
    };
    let title = fields.owned(&["title"])?.filter(words);
    let text = fields
        .owned(&["text", "content", "msg", "message", "body"])?
        .filter(words);
    if title.is_none() && text.is_none() {
        // With an app it is a notice that shows a picture; without one it is no notice at all.
        return if app.is_some() {
            Ok(None)
        } else {
            Err(Refusal::Malformed("it holds neither a title nor a text"))
        };
    }
    Ok(Some(Notice {
        app,
        title,
        text,
        device: fields
            .owned(&["device", "device_name", "phone"])?
            .filter(|d| !notice::placeholder(d)),
        key: fields.owned(&["key", "notification_key"])?,
        posted_at: fields.time(TIMES),
    }))
}
