//! The cards on show: the stack behind a lock, its screen, and the loop that lets cards leave when their time is over.

use super::Stack;
use crate::{
    Screen,
    views::{CardsView, LineId},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

/// The stack, its screen and its clock.
pub(crate) struct Cards {
    stack: Mutex<Stack>,
    changed: Notify,
    screen: Arc<dyn Screen>,
    started: Instant,
}

impl Cards {
    pub(crate) fn new(stack: Stack, screen: Arc<dyn Screen>) -> Self {
        Self {
            stack: Mutex::new(stack),
            changed: Notify::new(),
            screen,
            started: Instant::now(),
        }
    }

    fn tick(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Changes the stack; where `change` says that something is seen of it, the screen is told, in order.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Stack, u64) -> bool) -> CardsView {
        let tick = self.tick();
        let mut stack = self.stack.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = change(&mut stack, tick);
        if seen {
            stack.revision += 1;
        }
        let view = stack.view(tick);
        if seen {
            self.screen.cards(&view);
            self.changed.notify_one();
        }
        view
    }

    /// What is drawn now.
    pub(crate) fn painted(&self, revision: u64) -> Vec<LineId> {
        self.stack
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .painted(revision)
    }

    /// Lets cards leave, until `stop`.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        loop {
            let next = self
                .stack
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next_end();
            let leave = async {
                match next {
                    Some(at) => {
                        tokio::time::sleep_until(self.started + Duration::from_millis(at)).await
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
                () = leave => { self.change(Stack::expire); }
            }
        }
    }
}
