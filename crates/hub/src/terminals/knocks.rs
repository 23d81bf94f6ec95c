//! Links that have not proved themselves yet. They have a few places of their own, so that strangers on the network take
//! none from the shop's phones; when there are too many the oldest gives way, since a phone of the shop's proves itself
//! at once and a stranger never does.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// Every link that has not proved itself.
pub(crate) struct Knocks {
    most: usize,
    most_of_one: usize,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    count: u64,
    /// Oldest first.
    waiting: VecDeque<Waiting>,
}

struct Waiting {
    number: u64,
    peer: IpAddr,
    over: CancellationToken,
}

/// A link's place, as long as it has not proved itself.
pub(crate) struct Knock {
    knocks: Arc<Knocks>,
    number: u64,
    /// Somebody newer has the place.
    pub(crate) over: CancellationToken,
}

impl Drop for Knock {
    fn drop(&mut self) {
        let mut inside = self.knocks.inside();
        inside.waiting.retain(|one| one.number != self.number);
    }
}

impl Knocks {
    /// So many at once, and so many of one address.
    pub(crate) fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            most_of_one: most_of_one.max(1),
            inside: Mutex::default(),
        })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more. An address gives its own oldest place up first; this machine is no one address, since everybody who comes
    /// through a proxy is "it".
    pub(crate) fn enter(self: &Arc<Self>, peer: IpAddr) -> Knock {
        let mut inside = self.inside();
        let of_peer = |one: &Waiting| one.peer == peer;
        if !peer.is_loopback()
            && inside.waiting.iter().filter(|one| of_peer(one)).count() >= self.most_of_one
            && let Some(at) = inside.waiting.iter().position(of_peer)
            && let Some(oldest) = inside.waiting.remove(at)
        {
            oldest.over.cancel();
        }
        while inside.waiting.len() >= self.most
            && let Some(oldest) = inside.waiting.pop_front()
        {
            oldest.over.cancel();
        }
        inside.count += 1;
        let (number, over) = (inside.count, CancellationToken::new());
        inside.waiting.push_back(Waiting {
            number,
            peer,
            over: over.clone(),
        });
        Knock {
            knocks: Arc::clone(self),
            number,
            over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(knocks: &[Knock]) -> Vec<usize> {
        let over = knocks.iter().enumerate();
        over.filter(|(_, knock)| knock.over.is_cancelled())
            .map(|(n, _)| n)
            .collect()
    }

    #[test]
    fn an_address_gives_way_to_itself_and_the_oldest_of_all_to_anybody() {
        let ip = |last: u8| IpAddr::from([192, 168, 1, last]);
        let knocks = Knocks::new(6, 2);
        let mut held: Vec<_> = [1, 1, 2, 1].map(|of| knocks.enter(ip(of))).into();
        assert_eq!(over(&held), [0], "a third of one address ends its first");
        for of in [3, 4, 5] {
            held.push(knocks.enter(ip(of)));
        }
        assert_eq!(over(&held), [0], "six of several addresses");
        held.push(knocks.enter(ip(6)));
        assert_eq!(over(&held), [0, 1], "the seventh ends the oldest");
        // One that proved itself or went makes room.
        drop(held.remove(2));
        held.push(knocks.enter(ip(7)));
        assert_eq!(over(&held), [0, 1]);
        assert_eq!(knocks.inside().waiting.len(), 6);
        drop(held);
        assert_eq!(knocks.inside().waiting.len(), 0, "all are given back once");
    }

    #[test]
    fn whoever_comes_through_a_proxy_shares_all_places() {
        let knocks = Knocks::new(6, 2);
        let here = IpAddr::from([127, 0, 0, 1]);
        let mut held: Vec<_> = (0..6).map(|_| knocks.enter(here)).collect();
        assert_eq!(over(&held), [0; 0]);
        held.push(knocks.enter(here));
        assert_eq!(over(&held), [0]);
    }
}
