//! Counters of what happens, as Prometheus text. No names, no amounts, no secrets.

use crate::accept::Accepted;
use crate::writer::NotStored;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($name:ident $kind:literal $help:literal),* $(,)?) => {
        /// Every counter.
        #[derive(Default)]
        pub(crate) struct Metrics { $(pub(crate) $name: AtomicU64),* }

        impl Metrics {
            /// In the text format that Prometheus reads.
            pub(crate) fn text(&self) -> String {
                let mut text = String::new();
                $(line(&mut text, stringify!($name), $kind, $help, self.$name.load(Ordering::Relaxed));)*
                text
            }
        }
    };
}

counters! {
    deliveries_total "counter" "Requests that came to a door of a known source.",
    refused_total "counter" "Deliveries that were not believed.",
    unknown_doors_total "counter" "Requests to doors that do not exist.",
    payments_total "counter" "New payments and refunds.",
    confirmed_total "counter" "Payments that later news raised to confirmed.",
    attached_total "counter" "Further news of payments already known.",
    repeats_total "counter" "News that had come before, word for word.",
    not_understood_total "counter" "Notices kept for the owner to judge.",
    heartbeats_total "counter" "Heartbeats of sources.",
    not_stored_total "counter" "Deliveries that could not be stored and must be sent again.",
    commits_total "counter" "Transactions that wrote deliveries.",
    entries_sent_total "counter" "Entries sent to terminals.",
    links "gauge" "Terminals linked now.",
    terminal_links "gauge" "Links of linked terminals (clerks' phones) now.",
    connections "gauge" "Connections open now.",
    connections_refused_total "counter" "Connections and requests turned away because there were too many.",
}

fn line(text: &mut String, name: &str, kind: &str, help: &str, value: u64) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "# HELP tillbell_{name} {help}\n# TYPE tillbell_{name} {kind}\ntillbell_{name} {value}"
    );
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Metrics {
    /// A group was committed.
    pub(crate) fn group(&self, results: &[Result<Vec<Accepted>, NotStored>]) {
        count(&self.commits_total);
        for result in results {
            let Ok(accepted) = result else {
                count(&self.not_stored_total);
                continue;
            };
            for one in accepted {
                count(match one {
                    Accepted::New(_) => &self.payments_total,
                    Accepted::Confirmed { .. } => &self.confirmed_total,
                    Accepted::Attached { .. } => &self.attached_total,
                    Accepted::AlreadyHad => &self.repeats_total,
                    Accepted::NotUnderstood => &self.not_understood_total,
                });
            }
        }
    }

    /// A whole group could not be committed.
    pub(crate) fn not_stored(&self, deliveries: usize) {
        self.not_stored_total
            .fetch_add(deliveries as u64, Ordering::Relaxed);
    }
}

/// Counts up while it lives.
pub(crate) struct Gauge<'a>(&'a AtomicU64);

impl<'a> Gauge<'a> {
    pub(crate) fn up(gauge: &'a AtomicU64) -> Self {
        gauge.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
