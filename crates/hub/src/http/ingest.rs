//! A delivery at a door: read within bounds, believed or refused, stored, and only then answered.

use super::{App, Reached, nothing_here};
use crate::accept::{Accepted, taken_before};
use crate::health::refusals::{Refused, Taken, Weight};
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
                    let weighed = weigh(&app, &source, &delivery, refusal, now).await;
                    refused(&app, &source, refusal, weighed)
                }
            }
        }
        Err(refusal) => {
            let fits = source.hearing().fits;
            let weighed = Refused::weigh(source.kind, refusal, false, fits);
            refused(&app, &source, refusal, weighed)
        }
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
            let weighed = weigh(&app, source, &delivery, refusal, now).await;
            reply(refused(
                &app,
                source,
                refusal,
                weighed.where_anybody_comes(),
            ))
        }
        None => refused_all(),
    }
}

/// Stores what is believed; the reply is for the sender.
async fn take(app: &App, source: &Arc<Source>, reading: Reading, now: Timestamp) -> Reply {
    let inner = &app.hub.inner;
    let ahead = reading.clock_ahead_ms;
    let taken = match reading.outcome {
        Outcome::Heartbeat => {
            count(&inner.metrics.heartbeats_total);
            Taken::Beat
        }
        Outcome::Ignored(what) => {
            tracing::debug!(source.id = %source.id, what, "acknowledged, not money");
            match source.kind {
                // They sign no time, and what is not stored is not known when it comes again.
                SourceKind::Alipay | SourceKind::WechatV2 | SourceKind::Unionpay => Taken::Again,
                _ => Taken::Other,
            }
        }
        stored @ (Outcome::Money(_) | Outcome::NotUnderstood(_)) => {
            let stored = inner.writer.store(source, stored, ahead, now);
            match timeout(inner.limits.store_within, stored).await {
                Ok(Ok(all)) if all.iter().all(|one| *one == Accepted::AlreadyHad) => Taken::Again,
                Ok(Ok(_)) => Taken::New,
                // When it is stored after all, the platform's repeat is recognised.
                Ok(Err(_)) | Err(_) => return failure_reply(source.kind, Failure::NotStored),
            }
        }
    };
    if source.heard(taken, ahead, now, Instant::now()) {
        source.shop.source_changed();
    }
    reading.reply
}

/// How much a refusal says, with what the log knows of a delivery that comes too late: the right key signed it, and
/// yet anybody can send it who has it from back then.
async fn weigh(
    app: &App,
    source: &Source,
    delivery: &Delivery<'_>,
    refusal: Refusal,
    now: Timestamp,
) -> Refused {
    let signed = delivery.wears_signature(source.kind);
    let fits = source.hearing().fits;
    let refused = Refused::weigh(source.kind, refusal, signed, fits);
    match refusal {
        // Nobody has recorded what is signed in the future: then a clock is wrong.
        Refusal::Stale { ahead_ms } if ahead_ms < 0 && refused.weight == Weight::Proof => {
            let then = now.plus_ms(ahead_ms);
            refused.weighing(weigh_late(app, source, delivery, then, fits).await)
        }
        _ => refused,
    }
}

/// Reads a late delivery once more as of the time when it was signed, stores nothing, and looks whether the log has
/// it. Costs what taking it would have cost.
async fn weigh_late(
    app: &App,
    source: &Source,
    delivery: &Delivery<'_>,
    then: Timestamp,
    fits: bool,
) -> Weight {
    // Its signature covers the time and not the words: around an old one anybody can put new ones.
    let most = if source.kind == SourceKind::SmsForwarder {
        Weight::Hint
    } else {
        Weight::Proof
    };
    let news = match source.prepared.read(delivery, then) {
        Ok(reading) => match reading.outcome {
            Outcome::Money(news) => news,
            Outcome::Heartbeat => return most,
            Outcome::NotUnderstood(_) | Outcome::Ignored(_) => return Weight::Hint,
        },
        // What was refused back then, or was signed for other settings, is not in the log either way.
        Err(refusal) => {
            return match Refused::weigh(source.kind, refusal, true, fits).weight {
                Weight::Nothing => Weight::Nothing,
                Weight::Hint | Weight::Proof => Weight::Hint,
            };
        }
    };
    let inner = &app.hub.inner;
    let looked = inner.store.call(move |db| {
        let known = news.iter().map(|news| taken_before(db, news));
        Ok(known.collect::<rusqlite::Result<Vec<_>>>()?)
    });
    match timeout(inner.limits.store_within, looked).await {
        Ok(Ok(known)) if known.contains(&Some(false)) => most,
        Ok(Ok(known)) if known.iter().all(|known| *known == Some(true)) => Weight::Nothing,
        Ok(_) | Err(_) => Weight::Hint,
    }
}

fn refused(app: &App, source: &Source, refusal: Refusal, weighed: Refused) -> Reply {
    if refusal == Refusal::SignatureProbe {
        tracing::debug!(source.id = %source.id, "answered a signature probe");
    } else {
        refuse(app, source, weighed);
    }
    failure_reply(source.kind, Failure::Refused(refusal))
}

fn refuse(app: &App, source: &Source, refused: Refused) {
    count(&app.hub.inner.metrics.refused_total);
    let code = refused.code;
    tracing::warn!(source.id = %source.id, source.kind = source.kind.as_str(), code, "refused a delivery");
    let spread = app.hub.inner.limits.refusals_over;
    if source.refused(refused, crate::now(), spread) {
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
