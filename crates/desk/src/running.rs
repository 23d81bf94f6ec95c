//! What runs for as long as the program does, and its orderly end.

use std::time::Duration;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// At the end, so long at most for marks that are not written yet. Payments are durable long before.
const FLUSH: Duration = Duration::from_secs(3);

/// What runs, and how to stop it.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    /// These tasks, which end by this token; no more are added.
    pub fn new(stop: CancellationToken, tasks: TaskTracker) -> Self {
        tasks.close();
        Self { stop, tasks }
    }

    /// Stops all, once: what is under way is finished, for three seconds at most.
    pub async fn end(&self) {
        if self.stop.is_cancelled() && self.tasks.is_empty() {
            return;
        }
        self.stop.cancel();
        match tokio::time::timeout(FLUSH, self.tasks.wait()).await {
            Ok(()) => tracing::info!("Tillbell ends"),
            Err(_) => tracing::warn!("Tillbell ends with work under way"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    async fn ended_after(work: Duration) -> Duration {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let stopped = stop.clone();
        tasks.spawn(async move {
            stopped.cancelled().await;
            sleep(work).await;
        });
        let (running, begin) = (Running::new(stop, tasks), Instant::now());
        running.end().await;
        let took = begin.elapsed();
        running.end().await;
        took
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_under_way_is_finished_and_what_hangs_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(ended_after(Duration::ZERO).await, Duration::ZERO);
        assert_eq!(ended_after(second).await, second);
        assert_eq!(ended_after(600 * second).await, FLUSH);
    }
}
