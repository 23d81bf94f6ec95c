//! The routes of linked terminals: the page, taking an invitation, the link. [`own_name`](super::own_name) stands
//! before all of them.

use super::own_name::OwnName;
use super::{App, Place, Reached, nothing_here};
use crate::metrics::Gauge;
use crate::shop::digest;
use crate::terminals::link::{self, Ends};
use axum::body::Body;
use axum::extract::{Path, Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use domain::terminal_wire::{
    AcceptInvitation, FROM_TERMINAL_MAX, InvitationRefusal, InvitationRefused,
};
use tokio::time::timeout;

/// The largest body of an acceptance.
const ACCEPT_MAX: usize = 4 * 1024;
/// Bytes of frames that may leave together.
const TOGETHER: usize = 16 * 1024;
/// What may wait for a terminal that reads slowly: a frame with everything of today, and some.
const WAITING_MAX: usize = 2 * 1024 * 1024;

/// `GET /v1/terminal`.
pub(crate) async fn enter(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    Extension(own): Extension<OwnName>,
    Extension(place): Extension<Place>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let tasks = app.serving.tasks.clone();
    upgrade
        .max_message_size(FROM_TERMINAL_MAX)
        .max_frame_size(FROM_TERMINAL_MAX)
        // Each link has both for as long as it lives, and its frames are small.
        .read_buffer_size(FROM_TERMINAL_MAX)
        .write_buffer_size(TOGETHER)
        .max_write_buffer_size(WAITING_MAX)
        .on_upgrade(move |socket| {
            tasks.track_future(async move {
                let _place = place;
                let inner = &app.hub.inner;
                // From this machine only under a name of its own; TLS before us means the internet.
                let outside = reached.lan || own.secure;
                let _linked = Gauge::up(&inner.metrics.terminal_links);
                let ends = Ends {
                    stop: app.serving.stop.clone(),
                    outside: outside.then(|| inner.terminals.outside()),
                };
                // It may have been closed while this link came in.
                if !outside || inner.doors.wanted().terminals {
                    let knock = inner.terminals.knocks.enter(reached.peer);
                    link::run(&app.hub, socket, ends, knock).await;
                }
            })
        })
}

/// `POST /v1/invitations/accept`.
pub(crate) async fn accept(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    Extension(own): Extension<OwnName>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // Only our own page takes invitations; a program says so too.
    if own.same_origin(&parts.headers) != Some(true) || !is_json(&parts.headers) {
        return refused(InvitationRefusal::Invalid);
    }
    let body = axum::body::to_bytes(body, ACCEPT_MAX);
    let body = match timeout(app.hub.inner.limits.body_within, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) | Err(_) => return refused(InvitationRefusal::Invalid),
    };
    let Ok(wish) = serde_json::from_slice::<AcceptInvitation>(&body) else {
        return refused(InvitationRefusal::Invalid);
    };
    match app.hub.accept_invitation(&wish, reached.peer).await {
        Ok(accepted) => uncached(Json(accepted).into_response()),
        Err(refusal) => refused(refusal),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn refused(code: InvitationRefusal) -> Response {
    let status = match code {
        InvitationRefusal::Expired | InvitationRefusal::Used => StatusCode::GONE,
        InvitationRefusal::Unknown => StatusCode::NOT_FOUND,
        InvitationRefusal::Invalid => StatusCode::BAD_REQUEST,
        InvitationRefusal::Full => StatusCode::CONFLICT,
        InvitationRefusal::Busy => StatusCode::TOO_MANY_REQUESTS,
        InvitationRefusal::Storage => StatusCode::SERVICE_UNAVAILABLE,
    };
    uncached((status, Json(InvitationRefused { code })).into_response())
}

fn uncached(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// `GET /phone`: the page's own files stand beside it, so its address ends with a slash.
pub(crate) async fn to_the_page() -> Redirect {
    Redirect::permanent("phone/")
}

/// `GET /phone/`.
pub(crate) async fn index(
    state: State<App>,
    own: Extension<OwnName>,
    headers: HeaderMap,
) -> Response {
    page(state, own, headers, Path("index.html".to_owned())).await
}

/// `GET /phone/<path>`.
pub(crate) async fn page(
    State(app): State<App>,
    Extension(own): Extension<OwnName>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Response {
    let pages = app.hub.inner.pages.as_ref();
    let Some(page) = pages.and_then(|pages| pages.find(&path)) else {
        return nothing_here().await;
    };
    let tag = format!("\"{}\"", hex::encode(&digest(&page.bytes)[..16]));
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known
        .filter_map(|tags| tags.to_str().ok())
        .any(|tags| tags.split(',').any(|one| one.trim() == tag));
    let (status, body) = if known {
        (StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        (StatusCode::OK, Body::from(page.bytes.into_owned()))
    };
    let mut response = (status, body).into_response();
    let out = response.headers_mut();
    let fixed = [
        // Each is asked for again and answered in a few bytes while it is the same.
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        out.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    let computed = [
        (header::CONTENT_TYPE, page.media_type.into_owned()),
        (header::ETAG, tag),
        (header::CONTENT_SECURITY_POLICY, policy(&own)),
    ];
    for (name, value) in computed {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    }
    response
}

/// Its own files, its own link, and nothing else. The link is named, since not every browser takes `'self'` for it.
fn policy(own: &OwnName) -> String {
    let scheme = if own.secure { "wss" } else { "ws" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         media-src 'self'; manifest-src 'self'; worker-src 'self'; connect-src 'self' {scheme}://{}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        own.host
    )
}
