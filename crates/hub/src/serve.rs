//! Serving: the loopback listener, the doors on the network if the owner opened them, and the watch over silence.

use crate::http::{self, App, Place, Reached, Serving};
use crate::{Hub, HubError, lan};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often silence is judged.
const LOOK: Duration = Duration::from_secs(1);
/// A gap between two looks longer than this means that the machine slept.
const SLEPT: Duration = Duration::from_secs(15);
/// How often keys that mean nothing any more are swept away, and doors that could not be opened are tried again.
const SWEEP: Duration = Duration::from_secs(600);
const TRY_DOORS: Duration = Duration::from_secs(10);

/// Serves the hub on a loopback listener until `stop`; then finishes what is under way and closes the database.
///
/// A listener that other machines can reach is refused: it carries the relay, which is for this machine only.
pub async fn serve(
    listener: TcpListener,
    hub: Hub,
    stop: CancellationToken,
) -> Result<(), HubError> {
    let local = listener.local_addr()?;
    if !local.ip().is_loopback() {
        return Err(HubError::NotLoopback(local));
    }
    let serving = Serving {
        stop: stop.clone(),
        tasks: TaskTracker::new(),
        connections: Arc::new(Semaphore::new(hub.inner.limits.connections)),
    };
    let doors = &hub.inner.doors;
    if doors.local.set(local).is_err() || doors.serving.set(serving.clone()).is_err() {
        return Err(HubError::Storage(
            "this hub is being served already".to_owned(),
        ));
    }
    tracing::info!(%local, hub.id = %hub.inner.id, "the hub listens");
    reopen_doors(&hub).await;
    let watching = serving.tasks.spawn(watch(hub.clone(), stop.clone()));

    let router = http::everything(App {
        hub: hub.clone(),
        serving: serving.clone(),
    });
    http::accept_on(
        listener,
        &serving,
        &hub.inner.metrics,
        stop.clone(),
        |stream, peer, permit| {
            let (hub, router, stop) = (hub.clone(), router.clone(), stop.clone());
            serving.tasks.spawn(async move {
                let reached = Reached {
                    lan: false,
                    tls: false,
                    peer: peer.ip(),
                };
                http::converse(
                    stream,
                    router,
                    reached,
                    Place::new(permit, None),
                    &hub.inner.limits,
                    &hub.inner.metrics,
                    stop,
                )
                .await;
            });
        },
    )
    .await;

    *doors.lan.lock().await = None;
    serving.tasks.close();
    if tokio::time::timeout(hub.inner.limits.stop_within, serving.tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not end in time and are cut");
        watching.abort();
    }
    hub.close().await;
    tracing::info!("the hub has stopped");
    Ok(())
}

/// Opens the doors on the network, if the owner wants them open and they are not.
async fn reopen_doors(hub: &Hub) {
    let doors = &hub.inner.doors;
    let mut open = doors.lan.lock().await;
    if doors.wanted().any_lan() && open.is_none() {
        match lan::open(hub, doors.wanted().others).await {
            Ok(lan) => *open = Some(lan),
            Err(error) => {
                tracing::error!(%error, "the doors for news cannot be opened to the local network")
            }
        }
    }
}

/// Judges silence, keeps signs of life, sweeps.
async fn watch(hub: Hub, stop: CancellationToken) {
    let limit = hub.inner.limits.silent_after;
    let spread = hub.inner.limits.refusals_over;
    let mut looks = tokio::time::interval(limit.map_or(LOOK, |limit| {
        (limit / 4).clamp(Duration::from_millis(10), LOOK)
    }));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last_look, mut last_time) = (Instant::now(), crate::now());
    let (mut last_sweep, mut last_try) = (Instant::now(), Instant::now());
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = stop.cancelled() => return,
        }
        let (look, time) = (Instant::now(), crate::now());
        // Some systems stop the steady clock during sleep, some do not: the time of day tells too.
        let slept = look.duration_since(last_look) > SLEPT
            || time.since(last_time) > SLEPT.as_millis() as i64;
        (last_look, last_time) = (look, time);
        for source in hub.inner.directory.sources() {
            let mut hearing = source.hearing();
            if slept {
                hearing.excuse(look);
            }
            if hearing.judge(source.kind, limit, spread, look) {
                drop(hearing);
                tracing::warn!(source.id = %source.id, "a source is not heard any more");
                source.shop.source_changed();
            }
        }
        for shop in hub.inner.directory.shops() {
            hub.inner.terminals.look_for_silence(&shop);
        }
        if let Err(error) = hub.inner.save_signs_of_life(false).await {
            tracing::warn!(%error, "could not keep when the sources were heard last");
        }
        if let Err(error) = hub.inner.terminals.keep(&hub.inner.store).await {
            tracing::warn!(%error, "could not write down what was sent to terminals");
        }
        if look.duration_since(last_try) >= TRY_DOORS {
            last_try = look;
            reopen_doors(&hub).await;
        }
        if look.duration_since(last_sweep) >= SWEEP {
            last_sweep = look;
            if let Err(error) = hub.inner.store.sweep(time).await {
                tracing::warn!(%error, "could not sweep old keys away");
            }
        }
    }
}
