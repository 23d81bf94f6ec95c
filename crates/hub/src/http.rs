//! All routes on one screen, and what every connection is given.

mod account_door;
mod account_door_cookies;
mod connection;
mod ingest;
mod own_name;
mod relay_door;
mod terminal_door;

pub(crate) use connection::{Place, accept_on, converse};

use crate::Hub;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What serving shares between its listeners: when to stop, what is under way, how many connections are left.
#[derive(Clone)]
pub(crate) struct Serving {
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) connections: Arc<Semaphore>,
}

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) hub: Hub,
    pub(crate) serving: Serving,
}

/// How a connection reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    /// From the local network, not from this machine.
    pub(crate) lan: bool,
    /// Through our own TLS.
    pub(crate) tls: bool,
    /// From where.
    pub(crate) peer: IpAddr,
}

/// All that the local network ever reaches: the doors for news and linked terminals, each only while the owner has it
/// open there.
pub(crate) fn from_the_network(app: App) -> Router {
    doors(app.clone())
        .merge(for_terminals(app.clone()))
        .merge(for_owners(app))
}

/// The doors for news.
fn doors(app: App) -> Router {
    Router::new()
        .route("/n/{*door}", any(ingest::at_a_door))
        // The V免签 app cannot be told a path: its deliveries come to the root and are told apart by signature.
        .route("/appHeart", any(ingest::at_the_root))
        .route("/appPush", any(ingest::at_the_root))
        .route_layer(from_fn_with_state(app.clone(), open_there))
        .fallback(nothing_here)
        .with_state(app)
}

/// Linked terminals: their page, their invitations, their links.
fn for_terminals(app: App) -> Router {
    Router::new()
        .route("/v1/terminal", get(terminal_door::enter))
        .route("/v1/invitations/accept", post(terminal_door::accept))
        .route("/phone", get(terminal_door::to_the_page))
        .route("/phone/", get(terminal_door::index))
        .route("/phone/{*path}", get(terminal_door::page))
        .route_layer(from_fn_with_state(app.clone(), own_name::for_terminals))
        .with_state(app)
}

/// Owners' accounts, reached where linked terminals are.
fn for_owners(app: App) -> Router {
    use account_door as door;
    Router::new()
        .route("/v1/account", get(door::me))
        .route("/v1/account/sign-up", post(door::sign_up))
        .route("/v1/account/reset", post(door::reset))
        .route("/v1/account/sign-in", post(door::sign_in))
        .route("/v1/account/second-factor", post(door::second_factor))
        .route("/v1/account/sign-out", post(door::sign_out))
        .route("/v1/account/shops", get(door::shops))
        .route("/v1/account/shops/{shop}", get(door::shop))
        .route("/v1/account/sessions", get(door::sessions))
        .route("/v1/account/sessions/end-others", post(door::end_others))
        .route("/v1/account/sessions/{session}/end", post(door::end_one))
        .route("/v1/account/record", get(door::record))
        .route("/v1/account/confirm", post(door::confirm))
        .route("/v1/account/totp/offer", post(door::offer_totp))
        .route("/v1/account/totp/enrol", post(door::enrol_totp))
        .route("/v1/account/totp/remove", post(door::remove_totp))
        .route("/v1/account/recovery-codes", post(door::recovery_codes))
        .route("/v1/account/password", post(door::password))
        .route("/v1/account/invites/take", post(door::take_invite))
        .route_layer(from_fn_with_state(app.clone(), own_name::for_terminals))
        .with_state(app)
}

/// Doors that the owner did not open to the local network do not exist there.
async fn open_there(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    request: Request,
    next: Next,
) -> Response {
    if reached.lan && !app.hub.inner.doors.wanted().lan {
        return nothing_here().await;
    }
    next.run(request).await
}

/// Everything, for this machine.
pub(crate) fn everything(app: App) -> Router {
    Router::new()
        .route("/v1/relay", get(relay_door::enter))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(app.clone())
        .merge(doors(app.clone()))
        .merge(for_terminals(app.clone()))
        .merge(for_owners(app))
}

/// The one answer to whatever does not exist: a wrong door looks like any other wrong path.
pub(crate) async fn nothing_here() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

async fn health(State(app): State<App>) -> Response {
    let alive = app
        .hub
        .inner
        .store
        .call(|db| Ok(db.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))?))
        .await;
    match alive {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    if !asked_from_here(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        app.hub.inner.metrics.text(),
    )
        .into_response()
}

/// Whether a request is meant for this machine and comes from a program, not from a web page: any page can make a
/// browser send requests to loopback, under a name of its own that it points here ("DNS rebinding").
pub(crate) fn asked_from_here(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::ORIGIN) {
        return false;
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (
        hosts.next().and_then(|host| host.to_str().ok()),
        hosts.next(),
    ) else {
        return false;
    };
    let name = match host.strip_prefix('[') {
        Some(v6) => return v6.split_once(']').is_some_and(|(ip, _)| ip == "::1"),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_other_names_are_not_from_here() {
        for (host, origin, here) in [
            ("127.0.0.1:8787", None, true),
            ("localhost", None, true),
            ("LOCALHOST:1", None, true),
            ("[::1]:8787", None, true),
            ("127.0.0.1:8787", Some("http://evil.example"), false),
            ("127.0.0.1:8787", Some("null"), false),
            ("127.0.0.1:8787", Some("http://127.0.0.1:8787"), false),
            ("evil.example:8787", None, false),
            ("127.0.0.1.evil.example", None, false),
            ("localhost.evil.example", None, false),
            ("192.168.1.2:8787", None, false),
            ("[::2]", None, false),
            ("", None, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("value"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("value"));
            }
            assert_eq!(asked_from_here(&headers), here, "{host} {origin:?}");
        }
        assert!(!asked_from_here(&HeaderMap::new()));
    }
}
