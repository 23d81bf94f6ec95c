//! Passwords are hashed beside the async threads, a few at once, so that memory is bounded and nothing else waits.

use super::bounds::AccountBounds;
use super::{Accounts, Refusal};
use ::accounts::{Cost, HashError, Password, Verdict};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Whose place is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Owner,
    Invited,
    Stranger,
}

/// The places for hashing.
pub(super) struct Hashing {
    cost: Cost,
    strangers: Arc<Semaphore>,
    /// Who may wait for one of those.
    waiting: Semaphore,
    /// For known devices, and whoever has a recovery code in hand: strangers never fill it.
    owners: Arc<Semaphore>,
    /// For whoever has an invite, who could send it any number of times at once.
    invited: Arc<Semaphore>,
    within: Duration,
}

impl Hashing {
    pub(super) fn new(bounds: &AccountBounds) -> Self {
        Self {
            cost: bounds.cost,
            strangers: Arc::new(Semaphore::new(bounds.hashes.max(1))),
            waiting: Semaphore::new(bounds.hashes_waiting.max(1)),
            owners: Arc::new(Semaphore::new(1)),
            invited: Arc::new(Semaphore::new(1)),
            within: bounds.hash_within,
        }
    }

    pub(super) async fn place(&self, whose: Whose) -> Result<OwnedSemaphorePermit, Refusal> {
        let _waits = match whose {
            Whose::Owner | Whose::Invited => None,
            Whose::Stranger => Some(self.waiting.try_acquire().map_err(|_| Refusal::Busy)?),
        };
        let places = match whose {
            Whose::Owner => &self.owners,
            Whose::Invited => &self.invited,
            Whose::Stranger => &self.strangers,
        };
        match timeout(self.within, Arc::clone(places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Refusal::Busy),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        whose: Whose,
        work: impl FnOnce(Cost) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (place, cost) = (self.place(whose).await?, self.cost);
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is over, also where nobody waits for it any more.
            let _place = place;
            work(cost)
        });
        match done.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                tracing::error!(%error, "a password could not be judged");
                Err(Refusal::Storage)
            }
            Err(error) => {
                tracing::error!(%error, "a password could not be judged");
                Err(Refusal::Storage)
            }
        }
    }
}

impl Accounts {
    /// Whether `stored` is this password's. `owner`: the caller has a place that strangers do not share.
    pub(super) async fn judge(
        &self,
        owner: bool,
        password: Password,
        stored: String,
    ) -> Result<Verdict, Refusal> {
        let judged = self.hashing.run(
            if owner { Whose::Owner } else { Whose::Stranger },
            move |cost| cost.verify(&password, &stored),
        );
        judged.await
    }

    /// The hash of a password, to be sealed and stored.
    pub(super) async fn hash(&self, whose: Whose, password: Password) -> Result<String, Refusal> {
        let salt = super::bytes()?;
        let hashed = self
            .hashing
            .run(whose, move |cost| cost.hash(&password, salt));
        hashed.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn hashing() -> Hashing {
        Hashing::new(&AccountBounds {
            cost: Cost {
                memory_kib: 64,
                passes: 1,
                lanes: 1,
            },
            hashes: 2,
            hashes_waiting: 3,
            hash_within: Duration::from_millis(50),
            ..AccountBounds::default()
        })
    }

    #[tokio::test]
    async fn strangers_wait_within_bounds_and_owners_not_for_them() {
        let hashing = Arc::new(hashing());
        let (begun, begins) = mpsc::channel();
        let mut ends = Vec::new();
        let mut slow = Vec::new();
        for _ in 0..2 {
            let (end, ended) = mpsc::channel::<()>();
            let (hashing, begun) = (Arc::clone(&hashing), begun.clone());
            ends.push(end);
            slow.push(tokio::spawn(async move {
                let work = move |_| {
                    begun.send(()).ok();
                    ended.recv().ok();
                    Ok(())
                };
                hashing.run(Whose::Stranger, work).await
            }));
        }
        tokio::task::spawn_blocking(move || {
            begins.recv().expect("the first");
            begins.recv().expect("the second");
        })
        .await
        .expect("both have begun");
        let crowd = (0..10).map(|_| hashing.run(Whose::Stranger, |_| Ok(())));
        let told = futures_util::future::join_all(crowd).await;
        assert!(told.iter().all(|told| *told == Err(Refusal::Busy)));
        assert_eq!(
            hashing.run(Whose::Owner, |_| Ok(7)).await,
            Ok(7),
            "an owner"
        );
        let _many = hashing.place(Whose::Invited).await.expect("a place");
        let more = hashing.run(Whose::Invited, |_| Ok(7)).await;
        assert_eq!(more, Err(Refusal::Busy), "one invite many times");
        assert_eq!(
            hashing.run(Whose::Owner, |_| Ok(7)).await,
            Ok(7),
            "an owner"
        );
        drop(ends);
        for one in slow {
            assert_eq!(one.await.expect("no panic"), Ok(()));
        }
        assert_eq!(hashing.run(Whose::Stranger, |_| Ok(8)).await, Ok(8));
    }
}
