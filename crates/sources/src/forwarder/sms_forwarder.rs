//! SmsForwarder, an Android app: its webhook in every form that it can be set to.
//!
//! Its signature proves that the sender knew the secret at a millisecond, and nothing about the text: the window is
//! therefore narrow, and what it says is *reported*.

use super::{Notice, app_of, fields::Fields, is_package, ok, same};
use crate::{Delivery, Outcome, Reading, Refusal};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Secret, SourceId, SourceKind, Timestamp};
use percent_encoding::percent_decode_str;
use ring::hmac;
use std::borrow::Cow;

/// How far the phone's clock may be off.
const WINDOW_MS: i64 = 60_000;

/// Reads one delivery.
pub(super) fn read(
    source: &SourceId,
    secret: &Secret,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    if !matches!(delivery.method, "GET" | "POST" | "PUT" | "PATCH")
        || !matches!(delivery.path, "" | "/")
    {
        return Err(Refusal::WrongDoor);
    }
    let fields = fields(delivery)?;
    let sent_at = verify(&fields, secret)?;
    let ahead = sent_at.since(now);
    if ahead.saturating_abs() > WINDOW_MS {
        return Err(Refusal::Stale { ahead_ms: ahead });
    }
    if fields.flag("heartbeat") {
        return Ok(ok(Outcome::Heartbeat, Some(ahead)));
    }
    let notice = notice(&fields)?;
    let mut outcome = notice.outcome(source, SourceKind::SmsForwarder, now);
    if let Outcome::Money(all) = &mut outcome {
        // The signature does not cover the words, and holds for a minute: one millisecond with the same words is one
        // delivery, so that nobody gains by sending what they overheard again.
        for news in all {
            news.key.exact = Some(notice.mark(sent_at));
        }
    }
    Ok(ok(outcome, Some(ahead)))
}

/// Checks the signature and gives the time that it covers.
fn verify(fields: &Fields, secret: &Secret) -> Result<Timestamp, Refusal> {
    let (Some(timestamp), Some(sign)) = (fields.text(&["timestamp"])?, fields.text(&["sign"])?)
    else {
        return Err(Refusal::Signature);
    };
    let expected = sign_of(secret, &timestamp).ok_or(Refusal::Signature)?;
    // The app percent-encodes it once; a form and a query encode it again. An unencoded `+` in a form is a blank.
    let once = decoded(&sign);
    let twice = decoded(&once);
    let given = [
        Cow::Owned(sign.replace(' ', "+")),
        Cow::Borrowed(once.as_ref()),
        Cow::Borrowed(twice.as_ref()),
    ];
    if !given.iter().fold(false, |found, sign| {
        found | same(sign.as_bytes(), expected.as_bytes())
    }) {
        return Err(Refusal::Signature);
    }
    let digits =
        (1..=15).contains(&timestamp.len()) && timestamp.bytes().all(|b| b.is_ascii_digit());
    let millis = timestamp
        .parse()
        .ok()
        .filter(|_| digits)
        .ok_or(Refusal::Malformed("its timestamp is no number"))?;
    Ok(Timestamp(millis))
}

/// What the app signs with: the secret is the key and part of the message. `None` without a secret, with which the
/// app would sign nothing.
fn sign_of(secret: &Secret, timestamp: &str) -> Option<String> {
    if secret.is_empty() {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let message = format!("{timestamp}\n{}", secret.expose());
    Some(STANDARD.encode(hmac::sign(&key, message.as_bytes())))
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The fields in whatever form they come.
fn fields(delivery: &Delivery<'_>) -> Result<Fields, Refusal> {
    if delivery.method == "GET" {
        return Fields::from_form(delivery.query);
    }
    let body = std::str::from_utf8(delivery.body)
        .map_err(|_| Refusal::Malformed("the body is no UTF-8"))?;
    if body.trim_start().starts_with('{') {
        return Fields::from_json(body);
    }
    match signed_lines(body) {
        Some((content, timestamp, sign)) => {
            let mut fields = Fields::default();
            fields.add("content", content)?;
            fields.add("timestamp", timestamp)?;
            fields.add("sign", sign)?;
            Ok(fields)
        }
        None => Fields::from_form(body),
    }
}

/// A text whose last two lines are `timestamp=…` and `sign=…`: only the last ones count, since all before them may
/// be a stranger's words.
fn signed_lines(body: &str) -> Option<(&str, &str, &str)> {
    let body = body.trim_end_matches(['\n', '\r']);
    let (rest, last) = body.rsplit_once('\n')?;
    let (content, before) = rest.rsplit_once('\n')?;
    let (timestamp, sign) = (
        before.trim_end().strip_prefix("timestamp=")?,
        last.trim_end().strip_prefix("sign=")?,
    );
    Some((content, timestamp, sign))
}

/// The notice in the fields.
fn notice(fields: &Fields) -> Result<Notice, Refusal> {
    let from = fields.owned(&["package", "from"])?;
    let title = fields.owned(&["title", "card_slot"])?;
    let raw = fields.owned(&["org_content"])?;
    let text = match raw {
        Some(raw) => Some(raw),
        None => fields.owned(&["text", "content", "msg", "message", "body"])?,
    };
    let device = fields
        .owned(&["device", "device_mark", "device_name"])?
        .filter(|d| !crate::notice::placeholder(d));
    if from.is_none() && title.is_none() && text.is_none() {
        return Err(Refusal::Malformed("it holds no notice"));
    }
    let raw_text = fields.text(&["org_content"])?.is_some();
    let split = text
        .as_deref()
        .filter(|_| !raw_text)
        .and_then(|text| split(text, from.as_deref(), title.as_deref()));
    if let Some(split) = split {
        return Ok(Notice {
            device: device.or(split.device),
            ..split
        });
    }
    let app = from.as_deref().map(app_of);
    // For a short message the title's place holds the SIM card's name.
    let title = if is_sms(app.as_deref()) { from } else { title };
    let posted_at = fields.time(&["posted_at", "post_time"]);
    Ok(Notice {
        app,
        title,
        text,
        device,
        key: fields.owned(&["key", "notification_key"])?,
        posted_at,
    })
}

fn is_sms(app: Option<&str>) -> bool {
    app.is_some_and(|app| app.starts_with("sms:"))
}

/// Takes the app's default template apart: package, text (perhaps of several lines), title, `UID：n`, time, device;
/// for a short message sender, text, SIM card, time, device. From both ends, so that lines within the text stay
/// text. `None` when it is not of that form, or does not agree with what stands beside it.
fn split(content: &str, from: Option<&str>, title: Option<&str>) -> Option<Notice> {
    let (first, rest) = content.split_once('\n')?;
    let (rest, device) = rest.rsplit_once('\n')?;
    let (rest, time) = rest.rsplit_once('\n')?;
    let (rest, third) = rest.rsplit_once('\n')?;
    let looks_like_time = time.len() <= 32 && time.bytes().filter(u8::is_ascii_digit).count() >= 4;
    if !looks_like_time
        || from.is_some_and(|from| from != first)
        || first.is_empty()
        || first.contains(' ')
    {
        return None;
    }
    let uid = third
        .strip_prefix("UID：")
        .or_else(|| third.strip_prefix("UID:"));
    let device = Some(device.to_owned()).filter(|d| !d.is_empty());
    if uid.is_some_and(|uid| !uid.is_empty() && uid.bytes().all(|b| b.is_ascii_digit())) {
        let (text, own_title) = rest.rsplit_once('\n')?;
        if !is_package(first) || title.is_some_and(|title| title != own_title) {
            return None;
        }
        return Some(Notice {
            app: Some(first.to_owned()),
            title: Some(own_title.to_owned()),
            text: Some(text.to_owned()),
            device,
            ..Notice::default()
        });
    }
    (!is_package(first)).then(|| Notice {
        app: Some(format!("sms:{first}")),
        title: Some(first.to_owned()),
        text: Some(rest.to_owned()),
        device,
        ..Notice::default()
    })
}
