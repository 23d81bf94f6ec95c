//! Work for drivers that may never come back: on threads of their own, one at a time for each of them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// The drivers at work, by the names of their printers. Cheap to clone; all clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct AtWork(Arc<Mutex<BTreeSet<String>>>);

impl AtWork {
    fn change<T>(&self, change: impl FnOnce(&mut BTreeSet<String>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a driver has not come back.
    pub(super) fn has(&self, name: &str) -> bool {
        self.change(|names| names.contains(name))
    }

    /// Does something with a driver. `None` where it is at work already, or takes too long: then nobody waits for it,
    /// and it is left alone until it comes back.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        name: &str,
        within: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        if !self.change(|names| names.insert(name.to_owned())) {
            return None;
        }
        let turn = Turn(self.clone(), name.to_owned());
        let (tell, told) = oneshot::channel();
        let body = move || {
            let outcome = work();
            drop(turn);
            let _ = tell.send(outcome);
        };
        // Where there is no thread, the turn ends with what was to run on it.
        if let Err(error) = thread::Builder::new().name("printer".into()).spawn(body) {
            tracing::error!(%error, "no thread for a printer");
        }
        timeout(within, told).await.ok()?.ok()
    }
}

/// Ends with the thread, also where that panics.
struct Turn(AtWork, String);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.change(|names| names.remove(&self.1));
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
        assert_eq!(at_work.beside("Office", LONG, || 1).await, Some(1));
        assert!(!at_work.has("Office"));
        let (free, hangs) = mpsc::channel::<()>();
        let soon = Duration::from_millis(50);
        let hung = at_work.beside("Office", soon, move || hangs.recv().is_ok());
        assert_eq!(hung.await, None);
        assert!(at_work.has("Office"));
        assert_eq!(at_work.beside("Office", LONG, || 2).await, None);
        assert_eq!(at_work.beside("Attic", LONG, || 3).await, Some(3));
        free.send(()).unwrap();
        let back = async {
            while at_work.has("Office") {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(LONG, back).await.expect("it came back");
        assert_eq!(at_work.beside("Office", LONG, || 4).await, Some(4));
        let panicked = at_work.beside("Office", LONG, || panic!("on purpose"));
        assert_eq!(panicked.await, None::<()>);
        assert!(!at_work.has("Office"));
    }
}
