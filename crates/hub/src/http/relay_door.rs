//! `GET /v1/relay`: lets programs on this machine in, and nobody else.

use super::{App, Place, asked_from_here};
use crate::metrics::{Gauge, count};
use crate::relay;
use axum::Extension;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::wire::FRAME_MAX;

/// Upgrades to a WebSocket and runs the relay on it.
pub(crate) async fn enter(
    State(app): State<App>,
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !asked_from_here(&headers) {
        count(&app.hub.inner.metrics.connections_refused_total);
        return (
            StatusCode::FORBIDDEN,
            "the relay is for programs on this machine\n",
        )
            .into_response();
    }
    let tasks = app.serving.tasks.clone();
    upgrade
        .max_message_size(FRAME_MAX)
        .max_frame_size(FRAME_MAX)
        // Entries leave frame by frame; more than two waiting means the other side does not read.
        .max_write_buffer_size(2 * FRAME_MAX + 64 * 1024)
        .on_upgrade(move |socket| {
            tasks.track_future(async move {
                let _place = place;
                let inner = &app.hub.inner;
                let _linked = Gauge::up(&inner.metrics.links);
                relay::run(&app.hub, socket, app.serving.stop.clone()).await;
            })
        })
}
