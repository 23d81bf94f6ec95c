//! The one writer: deliveries that wait together are written in one transaction, each under its own number.
//!
//! A delivery whose own writing fails is rolled back to its savepoint and spoils nobody else's. Nobody hears of
//! anything before the commit: then listeners wake, then the platforms get their replies.

use crate::accept::{Accepted, Log};
use crate::metrics::Metrics;
use crate::shop::{Shop, Source};
use crate::store::Store;
use crate::{HubError, Limits};
use domain::{Seq, Timestamp};
use sources::Outcome;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The delivery could not be made durable: the platform must send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotStored;

type Answer = Result<Vec<Accepted>, NotStored>;

struct Waiting {
    source: Arc<Source>,
    outcome: Outcome,
    clock_ahead_ms: Option<i64>,
    now: Timestamp,
    answer: oneshot::Sender<Answer>,
}

/// Hands deliveries to the writer.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Waiting>,
}

impl Writer {
    /// Starts the writer. After `closing` it takes nothing more, writes what waits, and ends.
    pub(crate) fn start(
        store: Store,
        metrics: Arc<Metrics>,
        limits: &Limits,
        closing: CancellationToken,
    ) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(limits.queue);
        (
            Self { queue: sender },
            tokio::spawn(run(store, metrics, receiver, limits.group, closing)),
        )
    }

    /// Stores one delivery; answers when it is durable.
    pub(crate) async fn store(
        &self,
        source: &Arc<Source>,
        outcome: Outcome,
        clock_ahead_ms: Option<i64>,
        now: Timestamp,
    ) -> Answer {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            source: Arc::clone(source),
            outcome,
            clock_ahead_ms,
            now,
            answer,
        };
        // A full queue is said at once: the platform's own repeats are the better place to wait.
        self.queue.try_send(waiting).map_err(|_| NotStored)?;
        answered.await.map_err(|_| NotStored)?
    }
}

async fn run(
    store: Store,
    metrics: Arc<Metrics>,
    mut queue: mpsc::Receiver<Waiting>,
    group: usize,
    closing: CancellationToken,
) {
    let mut taken = Vec::with_capacity(group);
    loop {
        tokio::select! {
            count = queue.recv_many(&mut taken, group) => if count == 0 { return },
            () = closing.cancelled(), if !queue.is_closed() => queue.close(),
        }
        if !taken.is_empty() {
            write(&store, &metrics, std::mem::take(&mut taken)).await;
        }
    }
}

async fn write(store: &Store, metrics: &Metrics, taken: Vec<Waiting>) {
    let count = taken.len();
    let (work, answers): (Vec<_>, Vec<_>) = taken
        .into_iter()
        .map(|w| ((w.source, w.outcome, w.clock_ahead_ms, w.now), w.answer))
        .unzip();
    let written = store
        .call(move |db| Ok(write_group(db, &work).map(|results| (results, newest(db, &work)))?))
        .await;
    match written {
        Ok((results, newest)) => {
            metrics.group(&results);
            for (shop, seq) in newest {
                shop.wake(seq);
            }
            for (answer, result) in answers.into_iter().zip(results) {
                // Whoever asked may have hung up; what was stored stays stored.
                let _ = answer.send(result);
            }
        }
        Err(error) => {
            tracing::error!(%error, deliveries = count, "could not store; the platforms are told to send again");
            metrics.not_stored(count);
            for answer in answers {
                let _ = answer.send(Err(NotStored));
            }
        }
    }
}

type Work = (Arc<Source>, Outcome, Option<i64>, Timestamp);

fn write_group(db: &mut rusqlite::Connection, work: &[Work]) -> rusqlite::Result<Vec<Answer>> {
    let mut group = sqlite::begin(db)?;
    let mut results = Vec::with_capacity(work.len());
    for (source, outcome, clock_ahead_ms, now) in work {
        let one = group.savepoint()?;
        let rule = source.shop.face().day_rule;
        let log = Log {
            db: &one,
            shop: source.shop.key,
            rule: &rule,
            now: *now,
            clock_ahead_ms: *clock_ahead_ms,
        };
        match log.take(outcome) {
            Ok(accepted) => {
                one.commit()?;
                results.push(Ok(accepted));
            }
            Err(error) => {
                drop(one);
                // A full disk may have rolled back everything, not only this one.
                if group.is_autocommit() {
                    return Err(error);
                }
                tracing::error!(%error, source.id = %source.id, "could not store one delivery");
                results.push(Err(NotStored));
            }
        }
    }
    group.commit()?;
    Ok(results)
}

/// The newest number of each shop that was written to.
fn newest(db: &rusqlite::Connection, work: &[Work]) -> Vec<(Arc<Shop>, Seq)> {
    let mut shops: Vec<&Arc<Shop>> = work.iter().map(|(source, ..)| &source.shop).collect();
    shops.sort_by_key(|shop| shop.key);
    shops.dedup_by_key(|shop| shop.key);
    let read = |shop: &Arc<Shop>| {
        db.prepare_cached("SELECT last_seq FROM shops WHERE key = ?1")?
            .query_row([shop.key], |row| crate::accept::seq(row, 0))
    };
    let wake = |shop: &Arc<Shop>| match read(shop) {
        Ok(seq) => Some((Arc::clone(shop), seq)),
        Err(error) => {
            // It is durable; the next write wakes the listeners for it too.
            tracing::error!(%error, "could not read a shop's newest number");
            None
        }
    };
    shops.into_iter().filter_map(wake).collect()
}

impl From<NotStored> for HubError {
    fn from(_: NotStored) -> Self {
        Self::Storage("the delivery could not be stored".to_owned())
    }
}
