//! Who tries codes of invitations that do not exist. A code has 128 random bits, so this is about noise, not guessing:
//! each address is counted for itself, so that nobody shuts anybody else out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many addresses are kept in mind; a shop's network has fewer.
const KEPT: usize = 1_024;

/// Wrong codes by address.
pub(crate) struct WrongCodes {
    most: u32,
    within: Duration,
    seen: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl WrongCodes {
    pub(crate) fn new(most: u32, within: Duration) -> Self {
        Self {
            most,
            within,
            seen: Mutex::default(),
        }
    }

    /// Whether it tried too many. This machine is never shut out: everybody who comes through a proxy is "it".
    pub(crate) fn too_many(&self, ip: IpAddr, now: Instant) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = seen.get(&ip).filter(|(_, since)| self.counts(*since, now));
        !ip.is_loopback() && counted.is_some_and(|(count, _)| *count >= self.most)
    }

    /// It tried one.
    pub(crate) fn note(&self, ip: IpAddr, now: Instant) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEPT {
            seen.retain(|_, (_, since)| self.counts(*since, now));
        }
        // So many addresses at once are no shop's network: begin anew rather than grow.
        if seen.len() >= KEPT {
            seen.clear();
        }
        let (count, since) = seen.entry(ip).or_insert((0, now));
        if !self.counts(*since, now) {
            (*count, *since) = (0, now);
        }
        *count = count.saturating_add(1);
    }

    fn counts(&self, since: Instant, now: Instant) -> bool {
        now.saturating_duration_since(since) < self.within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_for_itself_and_for_a_while() {
        let codes = WrongCodes::new(3, Duration::from_secs(600));
        let (one, two): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let (start, here) = (Instant::now(), IpAddr::from([127, 0, 0, 1]));
        for n in 0..3 {
            assert!(!codes.too_many(one, start), "{n}");
            codes.note(one, start);
            codes.note(here, start);
        }
        assert!(codes.too_many(one, start + Duration::from_secs(599)));
        assert!(!codes.too_many(two, start), "nobody else is shut out");
        assert!(!codes.too_many(here, start), "and no proxy's guests");
        let later = start + Duration::from_secs(600);
        assert!(!codes.too_many(one, later));
        codes.note(one, later);
        assert!(!codes.too_many(one, later), "counted anew");
        for n in 0..5_000_u32 {
            codes.note(IpAddr::from(n.to_be_bytes()), later);
        }
        assert!(codes.seen.lock().unwrap().len() <= KEPT);
    }
}
