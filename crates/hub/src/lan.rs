//! The doors on the local network: one port, TLS by the hub's own certificate, plain HTTP told apart by its first
//! byte and let in only where a forwarder can do no better.
//!
//! It listens on each of this machine's network addresses rather than on all at once, so that it can share its port
//! number with our own loopback listener, and follows the addresses as they come and go.

use crate::announcing::Announcing;
use crate::http::{self, App, Place, Reached, Serving};
use crate::peers::Peers;
use crate::{Hub, HubError, doors, tls};
use axum::Router;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often the machine's addresses are looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// The first byte of every TLS connection, and of no HTTP request.
const TLS_HANDSHAKE: u8 = 0x16;

/// The open doors. They close when this is dropped.
pub(crate) struct Lan {
    /// SHA-256 of the certificate, in hex pairs.
    pub(crate) fingerprint: String,
    _close: DropGuard,
}

/// What each listener works with.
#[derive(Clone)]
struct Door {
    hub: Hub,
    serving: Serving,
    router: Router,
    tls: TlsAcceptor,
    peers: Arc<Peers>,
    stop: CancellationToken,
}

/// Opens the doors on every address of this machine on a private network; `others`: on the rest of them, too.
pub(crate) async fn open(hub: &Hub, others: bool) -> Result<Lan, HubError> {
    let mut serving = hub
        .inner
        .doors
        .serving
        .get()
        .ok_or(HubError::NotFound("listener"))?
        .clone();
    // Places of their own: whoever takes them all on the network must not shut this machine's own desk out.
    serving.connections = Arc::new(Semaphore::new(hub.inner.limits.connections / 2));
    let certificate = tls::certificate(&hub.inner).await?;
    let stop = serving.stop.child_token();
    // Whatever fails below, listeners that were opened before it are closed with this.
    let close = stop.clone().drop_guard();
    let door = Door {
        hub: hub.clone(),
        router: http::from_the_network(App {
            hub: hub.clone(),
            serving: serving.clone(),
        }),
        tls: certificate.acceptor,
        peers: Arc::new(Peers::new(
            hub.inner.limits.connections_per_peer,
            hub.inner.limits.requests_per_peer,
        )),
        stop: stop.clone(),
        serving,
    };
    let (mut listening, mut taken) = (HashMap::new(), false);
    let port = hub.inner.doors.port;
    for ip in doors::own_addresses(&hub.inner.limits, others) {
        match bind(SocketAddr::new(ip, port)).await {
            Ok(listener) => door.listen(&mut listening, ip, listener),
            Err(error) => {
                taken |= error.kind() == std::io::ErrorKind::AddrInUse;
                tracing::warn!(%error, %ip, "cannot open doors on this address");
            }
        }
    }
    // One address of several (a virtual machine's bridge) may be taken: it is tried again as the machine goes on.
    if listening.is_empty() && taken {
        return Err(HubError::PortTaken(port));
    }
    door.serving
        .tasks
        .spawn(door.clone().follow(listening, port));
    tracing::info!(port, "the doors for news are open to the local network");
    Ok(Lan {
        fingerprint: certificate.fingerprint,
        _close: close,
    })
}

/// Doors that were closed a moment ago give their port back within another.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(1);

/// Listens there, once whoever was there a moment ago is gone: an owner may close and open in one breath.
async fn bind(at: SocketAddr) -> std::io::Result<TcpListener> {
    let until = tokio::time::Instant::now() + GIVEN_BACK_WITHIN;
    loop {
        match TcpListener::bind(at).await {
            Err(error)
                if error.kind() == std::io::ErrorKind::AddrInUse
                    && tokio::time::Instant::now() < until =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            bound => return bound,
        }
    }
}

impl Door {
    /// Keeps listening on the addresses that the machine has now.
    async fn follow(self, mut listening: HashMap<IpAddr, CancellationToken>, port: u16) {
        let mut announced = Announcing::begin(self.hub.inner.limits.mdns_port, port);
        announced.at(listening.keys().copied().collect());
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = self.stop.cancelled() => return,
            }
            let inner = &self.hub.inner;
            announced.at(listening.keys().copied().collect());
            let current = inner.doors.addresses(&inner.limits);
            listening.retain(|ip, stop| {
                let stays = current.contains(ip);
                if !stays {
                    stop.cancel();
                }
                stays
            });
            for ip in current {
                if listening.contains_key(&ip) {
                    continue;
                }
                match TcpListener::bind(SocketAddr::new(ip, port)).await {
                    Ok(listener) => self.listen(&mut listening, ip, listener),
                    Err(error) => tracing::debug!(%error, %ip, "cannot open doors on this address"),
                }
            }
        }
    }

    fn listen(
        &self,
        listening: &mut HashMap<IpAddr, CancellationToken>,
        ip: IpAddr,
        listener: TcpListener,
    ) {
        let stop = self.stop.child_token();
        listening.insert(ip, stop.clone());
        let door = self.clone();
        self.serving.tasks.spawn(async move {
            let (serving, metrics) = (door.serving.clone(), Arc::clone(&door.hub.inner.metrics));
            http::accept_on(
                listener,
                &serving,
                &metrics,
                stop,
                |stream, peer, permit| {
                    let door = door.clone();
                    serving.tasks.spawn(async move {
                        door.greet(stream, peer.ip(), permit).await;
                    });
                },
            )
            .await;
        });
    }

    /// One connection: its peer within bounds, then TLS or plain by its first byte.
    async fn greet(self, stream: TcpStream, peer: IpAddr, permit: OwnedSemaphorePermit) {
        let Some(here) = Peers::enter(&self.peers, peer) else {
            crate::metrics::count(&self.hub.inner.metrics.connections_refused_total);
            return;
        };
        let place = Place::new(permit, Some(here));
        let limits = &self.hub.inner.limits;
        let mut first = [0];
        match timeout(limits.head_within, stream.peek(&mut first)).await {
            Ok(Ok(1)) => {}
            _ => return,
        }
        let tls = first[0] == TLS_HANDSHAKE;
        let reached = Reached {
            lan: true,
            tls,
            peer,
        };
        let router = self.peers.paced(self.router.clone(), peer);
        let (metrics, stop) = (&self.hub.inner.metrics, self.stop.clone());
        if !tls {
            return http::converse(stream, router, reached, place, limits, metrics, stop).await;
        }
        match timeout(limits.head_within, self.tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                http::converse(stream, router, reached, place, limits, metrics, stop).await
            }
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => {}
        }
    }
}
