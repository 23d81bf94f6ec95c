//! A delivery at a door: read within bounds, believed or refused, stored, and only then answered.

use super::{App, Reached, nothing_here};
use crate::health::refusals::Refused;
use crate::metrics::count;
use crate::shop::Source;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use domain::{SourceKind, Timestamp};
use sources::{
    Delivery, Failure, Outcome, Reading, Refusal, Reply, delivery::BODY_MAX, failure_reply,
};
use std::sync::Arc;
use std::time::Instant;
use tokio::time::timeout;

/// What a forwarder hears that came without TLS although it can do better.
const PLAIN_REFUSED: &str = "This door takes https only: on plain http anybody on the network could read along.\n\
    The phone's forwarder must use the https address and trust the hub's own certificate.\n";

/// `/n/<door>` and `/n/<door>/<rest>`.
pub(crate) async fn at_a_door(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let tail = parts.uri.path().strip_prefix("/n/").unwrap_or_default();
    let (door, rest) = match tail.find('/') {
        Some(slash) => tail.split_at(slash),
        None => (tail, ""),
    };
    let Some(source) = app.hub.inner.directory.behind(door) else {
        count(&app.hub.inner.metrics.unknown_doors_total);
        return nothing_here().await;
    };
    count(&app.hub.inner.metrics.deliveries_total);
    if reached.lan && !reached.tls && !source.kind.needs_plain_http() {
        refuse(&app, &source, Refused::plain_http());
        return (StatusCode::FORBIDDEN, PLAIN_REFUSED).into_response();
    }
    let rest = rest.to_owned();
    let answered = match take_body(&app, &parts, body).await {
        Ok(body) => {
            let now = crate::now();
            let headers = clean(&parts.headers);
            let delivery = delivery(&parts, &rest, &headers, &body);
            match source.prepared.read(&delivery, now) {
                Ok(reading) => take(&app, &source, reading, now).await,
                Err(refusal) => {
                    let signed = delivery.wears_signature(source.kind);
                    refused(&app, &source, refusal, |weighed| weighed, signed)
                }
            }
        }
        Err(refusal) => refused(&app, &source, refusal, |weighed| weighed, false),
    };
    reply(answered)
}

/// `/appHeart` and `/appPush`: for the one V免签 source whose key signed it.
pub(crate) async fn at_the_root(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut candidates = app.hub.inner.directory.sources();
    candidates.retain(|source| source.kind == SourceKind::Vmq);
    let refused_all = || {
        reply(failure_reply(
            SourceKind::Vmq,
            Failure::Refused(Refusal::Signature),
        ))
    };
    if candidates.is_empty() {
        return nothing_here().await;
    }
    count(&app.hub.inner.metrics.deliveries_total);
    let Ok(body) = take_body(&app, &parts, body).await else {
        return refused_all();
    };
    let now = crate::now();
    let headers = clean(&parts.headers);
    let delivery = delivery(&parts, parts.uri.path(), &headers, &body);
    let mut last = None;
    for source in &candidates {
        match source.prepared.read(&delivery, now) {
            // Signed by another source's key, perhaps.
            Err(Refusal::Signature) if candidates.len() > 1 => {}
            Err(refusal) => last = Some((source, refusal)),
            Ok(reading) => return reply(take(&app, source, reading, now).await),
        }
    }
    match last {
        Some((source, refusal)) => {
            let open = Refused::where_anybody_comes;
            reply(refused(&app, source, refusal, open, true))
        }
        None => refused_all(),
    }
}

/// Stores what is believed; the reply is for the sender.
async fn take(app: &App, source: &Arc<Source>, reading: Reading, now: Timestamp) -> Reply {
    let inner = &app.hub.inner;
    let ahead = reading.clock_ahead_ms;
    let beat = reading.outcome == Outcome::Heartbeat;
    let money = !matches!(reading.outcome, Outcome::Heartbeat | Outcome::Ignored(_));
    match reading.outcome {
        Outcome::Heartbeat => count(&inner.metrics.heartbeats_total),
        Outcome::Ignored(what) => {
            tracing::debug!(source.id = %source.id, what, "acknowledged, not money")
        }
        stored @ (Outcome::Money(_) | Outcome::NotUnderstood(_)) => {
            let stored = inner.writer.store(source, stored, ahead, now);
            match timeout(inner.limits.store_within, stored).await {
                Ok(Ok(_)) => {}
                // When it is stored after all, the platform's repeat is recognised.
                Ok(Err(_)) | Err(_) => return failure_reply(source.kind, Failure::NotStored),
            }
        }
    }
    if source
        .hearing()
        .heard((beat, money), ahead, now, Instant::now())
    {
        source.shop.source_changed();
    }
    reading.reply
}

/// `at_door`: what the place where it came adds to its weight; `signed`: it wears a signature, whoever's.
fn refused(
    app: &App,
    source: &Source,
    refusal: Refusal,
    at_door: fn(Refused) -> Refused,
    signed: bool,
) -> Reply {
    if refusal == Refusal::SignatureProbe {
        tracing::debug!(source.id = %source.id, "answered a signature probe");
    } else {
        let fits = source.hearing().fits;
        refuse(
            app,
            source,
            at_door(Refused::weigh(source.kind, refusal, signed, fits)),
        );
    }
    failure_reply(source.kind, Failure::Refused(refusal))
}

fn refuse(app: &App, source: &Source, refused: Refused) {
    count(&app.hub.inner.metrics.refused_total);
    let code = refused.code;
    tracing::warn!(source.id = %source.id, source.kind = source.kind.as_str(), code, "refused a delivery");
    let spread = app.hub.inner.limits.refusals_over;
    let told = source
        .hearing()
        .refused(source.kind, refused, crate::now(), spread);
    if told {
        tracing::warn!(source.id = %source.id, code, "what a source sends is refused");
        source.shop.source_changed();
    }
}

/// The raw body, within its bounds of size and time.
async fn take_body(app: &App, parts: &Parts, body: Body) -> Result<axum::body::Bytes, Refusal> {
    // What announces too much is not read at all.
    let told = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|told| told.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|told| told > BODY_MAX as u64) {
        return Err(Refusal::Malformed("the body is too large"));
    }
    match timeout(
        app.hub.inner.limits.body_within,
        axum::body::to_bytes(body, BODY_MAX),
    )
    .await
    {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Refusal::Malformed("the body is too large or was cut off")),
        Err(_) => Err(Refusal::Malformed("the body did not arrive in time")),
    }
}

/// Headers as readers want them: lower case, visible ASCII only. Their number and size were bounded on reading.
fn clean(headers: &HeaderMap) -> Vec<(String, String)> {
    let visible = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), visible(value)?)))
        .collect()
}

fn delivery<'a>(
    parts: &'a Parts,
    path: &'a str,
    headers: &'a [(String, String)],
    body: &'a [u8],
) -> Delivery<'a> {
    Delivery {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or_default(),
        headers,
        body,
    }
}

fn reply(reply: Reply) -> Response {
    let body = match reply.body {
        std::borrow::Cow::Borrowed(text) => Body::from(text),
        std::borrow::Cow::Owned(text) => Body::from(text),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !reply.content_type.is_empty() {
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(reply.content_type),
        );
    }
    response
}
