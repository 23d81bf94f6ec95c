//! News of plugging and unplugging: the system's word, then a moment's rest, then a look; and a slow look besides.

use super::{Fault, Finder, Found, Listing, finder};
use futures_util::{Stream, StreamExt};
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::CancellationToken;

/// A plug makes several events, and its port is there only after the driver woke up.
pub const SETTLE: Duration = Duration::from_millis(500);
/// The system's word may be lost, and serial ports of Bluetooth devices come without one.
pub const POLL: Duration = Duration::from_secs(5);
/// Events that never end must not keep us from looking.
const SETTLE_MAX: u32 = 6;

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is there now, or is called differently now.
    Found(Box<Found>),
    /// It is not there any more.
    Lost(crate::PortAddress),
}

/// What was there at the last look.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<String, Found>);

impl Seen {
    /// Compares with a new look. What a finder in trouble did not see is not lost.
    pub fn look(&mut self, listing: Listing) -> Vec<Change> {
        let faulty: Vec<Finder> = listing.faults.iter().map(|fault| fault.finder).collect();
        let now: BTreeMap<String, Found> = listing
            .found
            .into_iter()
            .map(|found| (found.address.to_string(), found))
            .collect();
        let mut changes = Vec::new();
        self.0.retain(|key, found| {
            let unknown = finder(&found.address).is_some_and(|finder| faulty.contains(&finder));
            let stays = now.contains_key(key) || unknown;
            if !stays {
                changes.push(Change::Lost(found.address.clone()));
            }
            stays
        });
        for (key, found) in now {
            if self.0.get(&key) != Some(&found) {
                changes.push(Change::Found(Box::new(found.clone())));
                self.0.insert(key, found);
            }
        }
        changes
    }

    /// Everything that is there, in a steady order.
    pub fn found(&self) -> impl Iterator<Item = &Found> {
        self.0.values()
    }
}

/// Looks, tells what changed, waits for the system's word or for the slow clock, and looks again, until stopped or
/// until nobody listens. `list` may block; it runs beside the loop.
pub async fn run<L>(
    list: L,
    plugs: impl Stream<Item = ()> + Unpin,
    news: mpsc::Sender<Change>,
    stop: CancellationToken,
) where
    L: Fn() -> Listing + Clone + Send + 'static,
{
    let mut seen = Seen::default();
    // It may end while the events of one plug are awaited.
    let mut plugs = plugs.fuse();
    let mut hears = true;
    let mut faults = Vec::new();
    loop {
        let look = tokio::task::spawn_blocking(list.clone());
        // A system that does not answer must not hold up the end.
        let looked = tokio::select! {
            () = stop.cancelled() => return,
            looked = look => looked,
        };
        let Ok(listing) = looked else {
            // The listing panicked; the next look may not.
            tracing::warn!("looking for devices failed");
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(POLL) => continue,
            }
        };
        if listing.faults != faults {
            faults.clone_from(&listing.faults);
            for Fault { finder, reason } in &faults {
                tracing::info!(?finder, reason, "not every device can be seen");
            }
        }
        for change in seen.look(listing) {
            if news.send(change).await.is_err() {
                return;
            }
        }
        let plugged = async {
            if hears {
                plugs.next().await
            } else {
                std::future::pending().await
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = news.closed() => return,
            () = tokio::time::sleep(POLL) => {}
            event = plugged => match event {
                None => hears = false,
                Some(()) => settle(&mut plugs).await,
            },
        }
    }
}

/// Waits until the events of one plug are over.
async fn settle(plugs: &mut (impl Stream<Item = ()> + Unpin)) {
    for _ in 0..SETTLE_MAX {
        match timeout(SETTLE, plugs.next()).await {
            Ok(Some(())) => {}
            Ok(None) | Err(_) => return,
        }
    }
}

/// The system's word that something was plugged in or out; silent where the system gives none.
#[cfg(feature = "usb")]
pub fn plugs() -> futures_util::stream::BoxStream<'static, ()> {
    match nusb::watch_devices() {
        Ok(watch) => watch.map(|_| ()).boxed(),
        Err(error) => {
            tracing::info!(%error, "the system does not tell of plugging; looking from time to time");
            futures_util::stream::pending().boxed()
        }
    }
}

/// The system's word that something was plugged in or out: this build does not hear it.
#[cfg(not(feature = "usb"))]
pub fn plugs() -> futures_util::stream::BoxStream<'static, ()> {
    futures_util::stream::pending().boxed()
}

#[cfg(test)]
mod tests {
    use super::super::guess;
    use super::*;
    use std::sync::{Arc, Mutex};

    fn port(path: &str) -> Found {
        Found::plain(path.into(), guess::plain_serial())
    }

    fn listing(paths: &[&str]) -> Listing {
        Listing {
            found: paths.iter().map(|path| port(path)).collect(),
            faults: vec![],
        }
    }

    fn names(changes: &[Change]) -> Vec<String> {
        changes
            .iter()
            .map(|change| match change {
                Change::Found(found) => format!("+{}", found.name),
                Change::Lost(address) => format!("-{}", address.name()),
            })
            .collect()
    }

    #[test]
    fn each_look_tells_only_what_changed() {
        let mut seen = Seen::default();
        let faulty = Listing {
            found: vec![],
            faults: vec![Fault {
                finder: Finder::Serial,
                reason: "busy".into(),
            }],
        };
        let table: [(Listing, &[&str]); 6] = [
            (listing(&["COM1"]), &["+COM1"]),
            (listing(&["COM1"]), &[]),
            (listing(&["COM1", "COM3"]), &["+COM3"]),
            (faulty, &[]),
            (listing(&["COM4", "COM3"]), &["-COM1", "+COM4"]),
            (listing(&[]), &["-COM3", "-COM4"]),
        ];
        for (at, (look, expected)) in table.into_iter().enumerate() {
            assert_eq!(names(&seen.look(look)), expected, "look {at}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_plug_is_seen_after_its_events_settled_and_without_events_by_the_slow_clock() {
        let present = Arc::new(Mutex::new(listing(&[])));
        let looks = Arc::new(Mutex::new(0));
        let (plug, plugged) = mpsc::channel(16);
        let (news, mut heard) = mpsc::channel(16);
        let stop = CancellationToken::new();
        let stream = futures_util::stream::unfold(plugged, |mut plugged| async move {
            let event: () = plugged.recv().await?;
            Some((event, plugged))
        });
        let list = {
            let (present, looks) = (present.clone(), looks.clone());
            move || {
                *looks.lock().unwrap() += 1;
                present.lock().unwrap().clone()
            }
        };
        let running = tokio::spawn(run(list, Box::pin(stream), news, stop.clone()));

        let start = tokio::time::Instant::now();
        *present.lock().unwrap() = listing(&["COM3"]);
        for _ in 0..3 {
            plug.send(()).await.unwrap();
        }
        let change = heard.recv().await.unwrap();
        assert_eq!(names(&[change]), ["+COM3"]);
        assert!(start.elapsed() < POLL, "{:?}", start.elapsed());

        drop(plug);
        *present.lock().unwrap() = listing(&[]);
        let change = heard.recv().await.unwrap();
        assert_eq!(names(&[change]), ["-COM3"]);
        assert!(*looks.lock().unwrap() <= 4);

        stop.cancel();
        running.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_hangs_or_panics_does_not_hold_up_the_end() {
        let (hang, hangs) = std::sync::mpsc::channel::<()>();
        let hangs = Arc::new(Mutex::new(hangs));
        let hanging = move || {
            let _ = hangs.lock().unwrap().recv();
            Listing::default()
        };
        let panicking = || panic!("on purpose");
        for number in 0..2 {
            let (news, _heard) = mpsc::channel(1);
            let stop = CancellationToken::new();
            let plugs = futures_util::stream::pending();
            let running = match number {
                0 => tokio::spawn(run(hanging.clone(), plugs, news, stop.clone())),
                _ => tokio::spawn(run(panicking, plugs, news, stop.clone())),
            };
            tokio::task::yield_now().await;
            stop.cancel();
            timeout(POLL / 2, running).await.expect("it ends").unwrap();
        }
        drop(hang);
    }
}
