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

    /// Tells how far it is; whether it goes on.
    pub fn at(&self, done: u64, of: u64) -> bool {
        if let Some(tell) = &self.tell {
            tell(Progress { done, of });
        }
        !self.is_stopped()
    }
}
