//! How much one address of the local network may do: connections at once, requests per second.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How many addresses are kept in mind; a shop's network has fewer.
const KEPT: usize = 1_024;
/// How many seconds' worth of requests may come at once.
const BURST: u32 = 3;

/// Every address that was here lately.
pub(crate) struct Peers {
    connections: usize,
    per_second: u32,
    seen: Mutex<HashMap<IpAddr, Peer>>,
}

struct Peer {
    open: usize,
    /// Thousandths of requests left.
    left: u64,
    counted: Instant,
}

/// An open connection of a peer.
pub(crate) struct Here {
    peers: Arc<Peers>,
    ip: IpAddr,
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some(peer) = self.peers.seen().get_mut(&self.ip) {
            peer.open = peer.open.saturating_sub(1);
        }
    }
}

impl Peers {
    pub(crate) fn new(connections: usize, per_second: u32) -> Self {
        Self {
            connections,
            per_second,
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<IpAddr, Peer>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn full(&self) -> u64 {
        u64::from(self.per_second) * u64::from(BURST) * 1_000
    }

    /// One more connection, unless it has too many.
    pub(crate) fn enter(peers: &Arc<Self>, ip: IpAddr) -> Option<Here> {
        let mut seen = peers.seen();
        if seen.len() >= KEPT {
            seen.retain(|_, peer| peer.open > 0);
        }
        let full = peers.full();
        let peer = seen.entry(ip).or_insert_with(|| Peer {
            open: 0,
            left: full,
            counted: Instant::now(),
        });
        if peer.open >= peers.connections {
            return None;
        }
        peer.open += 1;
        Some(Here {
            peers: Arc::clone(peers),
            ip,
        })
    }

    /// One more request, unless they come too fast.
    fn request(&self, ip: IpAddr, now: Instant) -> bool {
        let mut seen = self.seen();
        let Some(peer) = seen.get_mut(&ip) else {
            return false;
        };
        let passed = now.saturating_duration_since(peer.counted).as_millis();
        let gained = u64::try_from(passed)
            .unwrap_or(u64::MAX)
            .saturating_mul(u64::from(self.per_second));
        if gained > 0 {
            peer.left = peer.left.saturating_add(gained).min(self.full());
            peer.counted = now;
        }
        let granted = peer.left >= 1_000;
        if granted {
            peer.left -= 1_000;
        }
        granted
    }

    /// `router`, for one peer at its pace.
    pub(crate) fn paced(self: &Arc<Self>, router: Router, ip: IpAddr) -> Router {
        let peers = Arc::clone(self);
        router.layer(from_fn(move |request: Request, next: Next| {
            let granted = peers.request(ip, Instant::now());
            async move {
                if granted {
                    next.run(request).await
                } else {
                    StatusCode::TOO_MANY_REQUESTS.into_response()
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_then_the_pace() {
        let peers = Arc::new(Peers::new(2, 10));
        let ip: IpAddr = "192.168.1.9".parse().expect("ip");
        let first = Peers::enter(&peers, ip).expect("first");
        let _second = Peers::enter(&peers, ip).expect("second");
        assert!(Peers::enter(&peers, ip).is_none(), "a third connection");
        drop(first);
        assert!(Peers::enter(&peers, ip).is_some(), "one has left");

        let start = Instant::now() + Duration::from_secs(60);
        let granted =
            |from: Instant, count: u32| (0..count).filter(|_| peers.request(ip, from)).count();
        assert_eq!(granted(start, 100), 30);
        assert_eq!(granted(start + Duration::from_millis(50), 100), 0);
        assert_eq!(granted(start + Duration::from_millis(1_050), 100), 10);
        assert_eq!(granted(start + Duration::from_secs(3_600), 100), 30);
    }
}
