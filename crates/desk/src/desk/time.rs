//! What follows the clock: sleep, the end of the mute, the day.

use super::{Inner, now};
use domain::Timestamp;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

impl Inner {
    /// Each second: has the machine slept, has listening stopped, has the mute or the day ended.
    pub(super) async fn keep_time(&self, stop: CancellationToken) {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut problem = self.announcer.problem();
        let mut watch_problem = true;
        let (mut wall, mut steady) = (now(), Instant::now());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                changed = problem.changed(), if watch_problem => {
                    watch_problem = changed.is_ok();
                    self.show_listening();
                }
                _ = seconds.tick() => {
                    let passed = i64::try_from(steady.elapsed().as_millis()).unwrap_or(i64::MAX);
                    let by_the_wall = now().since(wall);
                    if slept(by_the_wall, passed) {
                        tracing::info!("the clock jumped or the machine slept; connecting again");
                        self.link.reconnect();
                        self.occasions.slept(by_the_wall - passed);
                        self.displays.woke();
                        self.receipts.wake();
                    }
                    (wall, steady) = (now(), Instant::now());
                    self.each_second(wall).await;
                }
            }
        }
    }

    async fn each_second(&self, now: Timestamp) {
        let mute_ended = self.state().muted_until.is_some_and(|until| until <= now);
        if mute_ended && let Err(error) = self.set_muted(None).await {
            tracing::error!(%error, "the end of the mute could not be stored");
        }
        self.judge();
        self.show_info();
    }
}

/// The wall clock and the steady clock of one tick must agree. Where they do not, or where a tick of a second took
/// many (the steady clock of Windows runs on in sleep), sockets cannot be trusted.
pub(super) fn slept(wall_ms: i64, steady_ms: i64) -> bool {
    const JUMP_MS: i64 = 5_000;
    (wall_ms - steady_ms).abs() > JUMP_MS || steady_ms > JUMP_MS + 1_000
}
