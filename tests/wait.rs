//! Waiting for what must happen: looks again and again until it has, and never longer than a bound.

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Looks every few milliseconds until `look` finds something; panics with `what` after `seconds`.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    seconds: u64,
    mut look: impl FnMut() -> F,
) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            began.elapsed() < Duration::from_secs(seconds),
            "waited {seconds} s in vain: {what}"
        );
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

/// The same for code that is not asynchronous.
pub fn until_now<T>(what: &str, seconds: u64, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            began.elapsed() < Duration::from_secs(seconds),
            "waited {seconds} s in vain: {what}"
        );
        std::thread::sleep(Duration::from_millis(15));
    }
}
