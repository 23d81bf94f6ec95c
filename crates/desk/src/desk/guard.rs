//! Loops beside the one that takes payments in: where one of them panics, it alone is begun again.
//!
//! Strangers' texts, fonts and drivers meet in what displays and printers do. Nothing of that may end link, voice or
//! cards.

use super::Inner;
use futures_util::{FutureExt, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// The first pause after a panic; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest: a customer is shown nothing new meanwhile.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What ran for so long was well: its next pause is the first again.
const WELL: Duration = Duration::from_secs(600);

/// One of the desk's loops.
type Run = fn(Arc<Inner>, CancellationToken) -> BoxFuture<'static, ()>;

impl Inner {
    /// Displays, printers and the customers' window, until `stop`.
    pub(super) async fn run_devices(self: &Arc<Self>, stop: &CancellationToken) {
        let apart = |what, run: Run| {
            let begin = move || run(self.clone(), stop.clone());
            guarded(what, stop, begin)
        };
        tokio::join!(
            apart("what the customer is shown", |desk, stop| {
                async move { desk.occasions.run(stop).await }.boxed()
            }),
            apart("what is plugged in", |desk, stop| {
                async move { desk.plugged.run(stop).await }.boxed()
            }),
            apart("the displays", |desk, stop| {
                async move { desk.displays.run(&desk, stop).await }.boxed()
            }),
            apart("the customers' window", |desk, stop| {
                async move { desk.keep_customer(stop).await }.boxed()
            }),
            apart("copies of the book", |desk, stop| {
                async move { desk.backups.run(&desk, stop).await }.boxed()
            }),
            self.receipts.run(self, stop),
        );
    }
}

/// Runs a loop on a task of its own until it ends by itself, and begins it again after each panic. One that panics
/// before `stop` gets a last turn after it, for what is to be done at the end. The task ends where this is dropped.
pub(crate) async fn guarded<F>(
    what: &'static str,
    stop: &CancellationToken,
    mut begin: impl FnMut() -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut task = JoinSet::new();
    let mut pause = FIRST_PAUSE;
    loop {
        let (last, began) = (stop.is_cancelled(), Instant::now());
        task.spawn(begin());
        match task.join_next().await {
            // Its words are not logged: they may have a payer's name in them.
            Some(Err(error)) if error.is_panic() => {
                tracing::error!(what, "this panicked, and is begun again");
            }
            _ => return,
        }
        if last {
            return;
        }
        if began.elapsed() > WELL {
            pause = FIRST_PAUSE;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// When each turn began, and how it ends by its number.
    async fn turns(stop: &CancellationToken, ends: fn(usize) -> Ends) -> Vec<u64> {
        let (first, begun) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
        guarded("a test", stop, || {
            let (begun, stop) = (begun.clone(), stop.clone());
            async move {
                let number = {
                    let mut begun = begun.lock().unwrap();
                    begun.push(u64::try_from(first.elapsed().as_millis()).unwrap());
                    begun.len()
                };
                match ends(number) {
                    Ends::Well => {}
                    Ends::After(long) => {
                        tokio::time::sleep(long).await;
                        panic!("on purpose");
                    }
                    Ends::AtTheEnd => {
                        stop.cancelled().await;
                        panic!("on purpose");
                    }
                }
            }
        })
        .await;
        let begun = begun.lock().unwrap();
        begun.clone()
    }

    enum Ends {
        Well,
        After(Duration),
        AtTheEnd,
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_panic_it_is_begun_again_and_each_pause_is_longer() {
        let stop = CancellationToken::new();
        let begun = turns(&stop, |turn| match turn {
            10 => Ends::Well,
            // That one was well for long.
            9 => Ends::After(WELL * 2),
            _ => Ends::After(Duration::ZERO),
        })
        .await;
        let pauses: Vec<u64> = begun.windows(2).map(|two| two[1] - two[0]).collect();
        assert_eq!(
            pauses[..8],
            [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]
        );
        assert_eq!(pauses[8], 1_200_000 + 500);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_is_waited_for_and_has_one_more_turn() {
        let stop = CancellationToken::new();
        let ending = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            stop.cancel();
        };
        let (begun, ()) = tokio::join!(turns(&stop, |_| Ends::AtTheEnd), ending);
        assert_eq!(begun, [0, 3_000]);
    }

    #[tokio::test]
    async fn dropped_it_takes_its_task_along() {
        let held = Arc::new(());
        let stop = CancellationToken::new();
        let running = guarded("a test", &stop, || {
            let held = held.clone();
            async move {
                let _held = held;
                std::future::pending::<()>().await;
            }
        });
        let dropped = tokio::time::timeout(Duration::from_millis(20), running).await;
        assert!(dropped.is_err());
        let gone = async {
            while Arc::strong_count(&held) > 1 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), gone)
            .await
            .expect("the task ended");
    }
}
