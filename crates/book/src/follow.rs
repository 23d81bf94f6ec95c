//! Long work on the book: how far it is, and stopping it.

use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How far a long piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Progress {
    /// So much …
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub done: u64,
    /// … of so much.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub of: u64,
}

/// Follows a long piece of work, and may stop it. Cheap to clone.
#[derive(Clone, Default)]
pub struct Follow {
    stopped: Arc<AtomicBool>,
    tell: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Follow")
    }
}

impl Follow {
    /// Is told how far it is.
    pub fn telling(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self {
            stopped: Arc::default(),
            tell: Some(Arc::new(tell)),
        }
    }

    /// The work ends at its next step, and leaves everything as it was.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it is to end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// For a part of the work: what it tells lies between `from` and `from + wide` of a hundred.
    pub fn part(&self, from: u64, wide: u64) -> Self {
        let whole = self.tell.clone();
        let tell = whole.map(|whole| -> Arc<dyn Fn(Progress) + Send + Sync> {
            Arc::new(move |part: Progress| {
                let done = from + part.done.min(part.of).saturating_mul(wide) / part.of.max(1);
                whole(Progress { done, of: 100 });
            })
        });
        Self {
            stopped: self.stopped.clone(),
            tell,
        }
    }

    /// Tells how far it is; whether it goes on.
    pub fn at(&self, done: u64, of: u64) -> bool {
        if let Some(tell) = &self.tell {
            tell(Progress { done, of });
        }
        !self.is_stopped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_part_tells_of_its_place_in_the_whole_and_stops_with_it() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = told.clone();
        let whole = Follow::telling(move |at| tell.lock().expect("told").push((at.done, at.of)));
        let part = whole.part(20, 40);
        for (done, of) in [(0, 8), (4, 8), (8, 8), (9, 8), (0, 0)] {
            assert!(part.at(done, of));
        }
        assert_eq!(
            *told.lock().expect("told"),
            [(20, 100), (40, 100), (60, 100), (60, 100), (20, 100)]
        );
        whole.stop();
        assert!(!part.at(1, 8) && part.is_stopped());
        assert!(
            Follow::default().part(0, 10).at(1, 2),
            "nobody is told, and it goes on"
        );
    }
}
