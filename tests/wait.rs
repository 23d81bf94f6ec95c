//! Waiting for what must happen: looks again and again until it has, and never longer than a bound.

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Looks every few milliseconds until `look` finds something; panics with `what` after `seconds`.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    seconds: u64,
    look: impl FnMut() -> F,
) -> T {
    maybe(seconds, look)
        .await
        .unwrap_or_else(|| panic!("waited {seconds} s in vain: {what}"))
}

/// The same for what need not happen: `None` after `seconds`.
pub async fn maybe<T, F: Future<Output = Option<T>>>(
    seconds: u64,
    mut look: impl FnMut() -> F,
) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if began.elapsed() >= Duration::from_secs(seconds) {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

/// The same for code that is not asynchronous.
pub fn until_now<T>(what: &str, seconds: u64, look: impl FnMut() -> Option<T>) -> T {
    for_now(seconds, look).unwrap_or_else(|| panic!("waited {seconds} s in vain: {what}"))
}

/// The same for what need not happen: `None` after `seconds`.
pub fn for_now<T>(seconds: u64, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if began.elapsed() >= Duration::from_secs(seconds) {
            return None;
        }
        std::thread::sleep(Duration::from_millis(15));
    }
}
