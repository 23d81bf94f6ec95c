//! Connections: accepting them within bounds, and speaking HTTP/1.1 on each until it ends or the hub stops.

use super::{Reached, Serving};
use crate::Limits;
use crate::metrics::{Gauge, Metrics, count};
use crate::peers::Here;
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long accepting rests after an error that will not go away by itself (no file handles left).
const REST: Duration = Duration::from_millis(100);

/// Accepts until `stop`; past the bound on connections a new one is closed at once.
pub(crate) async fn accept_on(
    listener: TcpListener,
    serving: &Serving,
    metrics: &Metrics,
    stop: CancellationToken,
    mut begin: impl FnMut(TcpStream, std::net::SocketAddr, OwnedSemaphorePermit),
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Ok(permit) = Arc::clone(&serving.connections).try_acquire_owned() else {
                    count(&metrics.connections_refused_total);
                    continue;
                };
                // Entries and replies are small and must not wait for each other.
                let _ = stream.set_nodelay(true);
                begin(stream, peer, permit);
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// A connection's place among those that may be open at once. It is given back when nothing is left of the connection,
/// the WebSocket that it may have become included: HTTP itself is over as soon as one begins.
#[derive(Clone)]
pub(crate) struct Place {
    _held: Arc<(OwnedSemaphorePermit, Option<Here>)>,
}

impl Place {
    /// One of all places and, over the network, one of the peer's.
    pub(crate) fn new(permit: OwnedSemaphorePermit, here: Option<Here>) -> Self {
        let _held = Arc::new((permit, here));
        Self { _held }
    }
}

/// Speaks HTTP on one connection.
pub(crate) async fn converse<I>(
    io: I,
    router: Router,
    reached: Reached,
    place: Place,
    limits: &Limits,
    metrics: &Metrics,
    stop: CancellationToken,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let _open = Gauge::up(&metrics.connections);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(reached);
        request.extensions_mut().insert(place.clone());
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_buf_size(limits.head_bytes);
    let connection = builder
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(limits.stop_within, connection).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
