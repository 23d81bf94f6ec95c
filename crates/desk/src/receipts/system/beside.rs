//! Work for drivers that may never come back: on threads of their own, one at a time for each of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// The drivers at work, by the names of their printers. Cheap to clone; all clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct AtWork(Arc<Mutex<BTreeMap<String, Driver>>>);

/// One of them.
#[derive(Debug, Default)]
struct Driver {
    /// Whoever works with it has this.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Nobody waits any more for what was begun last.
    hangs: bool,
}

/// Why there is no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// The driver was not free in time: nothing was done.
    NotBegun,
    /// It was begun, and took too long, or panicked.
    Begun,
}

impl AtWork {
    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Driver) -> T) -> T {
        let mut drivers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(drivers.entry(name.to_owned()).or_default())
    }

    /// Whether a driver has not come back, and nobody waits for it any more.
    pub(super) fn hangs(&self, name: &str) -> bool {
        // The word may come a moment after the driver came back.
        self.with(name, |driver| {
            driver.hangs && driver.turn.try_lock().is_err()
        })
    }

    /// Does something with a driver, after whoever is at that already. One that takes too long is waited for by nobody,
    /// and left alone until it comes back.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        name: &str,
        within: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Left> {
        if self.hangs(name) {
            return Err(Left::NotBegun);
        }
        let turn = self.with(name, |driver| driver.turn.clone());
        let turn = timeout(within, turn.lock_owned()).await;
        let turn = turn.map_err(|_| Left::NotBegun)?;
        self.with(name, |driver| driver.hangs = false);
        let (tell, told) = oneshot::channel();
        let body = move || {
            // Ends with the thread, also where that panics.
            let turn = turn;
            let outcome = work();
            drop(turn);
            let _ = tell.send(outcome);
        };
        // Where there is no thread, the turn ends with what was to run on it.
        if let Err(error) = thread::Builder::new().name("printer".into()).spawn(body) {
            tracing::error!(%error, "no thread for a printer");
            return Err(Left::NotBegun);
        }
        match timeout(within, told).await {
            Ok(told) => told.map_err(|_| Left::Begun),
            Err(_) => {
                self.with(name, |driver| driver.hangs = true);
                Err(Left::Begun)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_driver_that_hangs_has_one_thread_and_holds_up_no_other() {
        let at_work = AtWork::default();
        assert_eq!(at_work.beside("Office", LONG, || 1).await, Ok(1));
        assert!(!at_work.hangs("Office"));
        let (free, hangs) = mpsc::channel::<()>();
        let soon = Duration::from_millis(50);
        let hung = at_work.beside("Office", soon, move || hangs.recv().is_ok());
        assert_eq!(hung.await, Err(Left::Begun));
        assert!(at_work.hangs("Office"));
        let refused = at_work.beside("Office", LONG, || 2).await;
        assert_eq!(refused, Err(Left::NotBegun));
        assert_eq!(at_work.beside("Attic", LONG, || 3).await, Ok(3));
        free.send(()).unwrap();
        let back = async {
            while at_work.hangs("Office") {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(LONG, back).await.expect("it came back");
        assert_eq!(at_work.beside("Office", LONG, || 4).await, Ok(4));
        let panicked = at_work.beside("Office", LONG, || panic!("on purpose"));
        assert_eq!(panicked.await, Err::<(), _>(Left::Begun));
        assert!(!at_work.hangs("Office"));
        assert_eq!(at_work.beside("Office", LONG, || 5).await, Ok(5));
    }

    /// Two set-ups on one printer, or a test beside a receipt: neither is told that something may be on paper.
    #[tokio::test]
    async fn two_at_once_have_their_turns_one_after_the_other() {
        let soon = Duration::from_millis(50);
        for (what, patience, second_is) in [
            ("it waits for its turn", LONG, Ok("second")),
            ("its turn does not come", soon, Err(Left::NotBegun)),
        ] {
            let at_work = AtWork::default();
            let (begin, begun) = oneshot::channel();
            let (free, held) = mpsc::channel::<()>();
            let first = at_work.beside("Office", LONG, move || {
                let _ = begin.send(());
                held.recv().map(|()| "first")
            });
            let at_once = async {
                begun.await.expect("it is at work");
                assert!(!at_work.hangs("Office"), "{what}: somebody waits for it");
                let second = at_work.beside("Office", patience, || "second");
                tokio::pin!(second);
                // Not before the first has come back.
                if let Ok(second) = timeout(soon * 2, &mut second).await {
                    free.send(()).expect("it waits for that");
                    return second;
                }
                free.send(()).expect("it waits for that");
                second.await
            };
            let (first, second) = tokio::join!(first, at_once);
            assert_eq!(first, Ok(Ok("first")), "{what}");
            assert_eq!(second, second_is, "{what}");
        }
    }
}
