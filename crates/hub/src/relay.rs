//! One listener out: everything after its number, for ever. Live delivery is catch-up of length one.
//!
//! The loop notes the newest number, reads after its cursor, sends a batch, moves the cursor, and waits to be woken.
//! It never learns who woke it or why.

use crate::accept;
use crate::shop::Shop;
use crate::{Hub, HubError};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use domain::wire::{
    BATCH_MAX, FRAME_MAX, Hello, RefusedReason, SourceHealth, ToHub, ToTerminal, VERSION, Welcome,
};
use domain::{Seq, TerminalId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

/// Why a link ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The other side hung up or was not heard any more.
    Gone,
    /// It sent what is no frame of ours.
    Nonsense,
    /// The hub stops.
    Stopping,
    /// The hub could not read its own log.
    Broken,
}

/// Runs one link to its end.
pub(crate) async fn run(hub: &Hub, socket: WebSocket, stop: CancellationToken) {
    let mut link = Link { hub, socket };
    let end = tokio::select! {
        end = link.whole() => end,
        () = stop.cancelled() => End::Stopping,
    };
    let (code, reason) = match end {
        End::Gone => return,
        End::Nonsense => (close_code::POLICY, "not a frame of this protocol"),
        End::Stopping => (close_code::AWAY, "the hub stops"),
        End::Broken => (close_code::ERROR, "the hub cannot read its log"),
    };
    let close = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    // A farewell; whether it arrives does not matter.
    let _ = timeout(std::time::Duration::from_secs(1), link.socket.send(close)).await;
}

struct Link<'a> {
    hub: &'a Hub,
    socket: WebSocket,
}

impl Link<'_> {
    async fn whole(&mut self) -> End {
        let hello = match timeout(self.hub.inner.limits.hello_within, self.next()).await {
            Ok(Ok(ToHub::Hello(hello))) => hello,
            Ok(Ok(_)) => return End::Nonsense,
            Ok(Err(end)) => return end,
            Err(_) => return End::Gone,
        };
        match self.let_in(hello).await {
            Ok((terminal, shop, after)) => {
                tracing::info!(terminal.id = %terminal, after = after.0, "a terminal is linked");
                let heard = self.listen(&terminal, &shop, after).await;
                let end = heard.err().unwrap_or(End::Gone);
                tracing::info!(terminal.id = %terminal, ?end, "a terminal's link ended");
                end
            }
            Err(end) => end,
        }
    }

    /// Checks who is there and where it left off.
    async fn let_in(&mut self, hello: Hello) -> Result<(TerminalId, Arc<Shop>, Seq), End> {
        let inner = &self.hub.inner;
        if hello.version != VERSION {
            return Err(self.refuse(RefusedReason::Version, None).await);
        }
        if inner.metrics.links.load(Ordering::Relaxed) > inner.limits.links as u64 {
            return Err(self.refuse(RefusedReason::Busy, None).await);
        }
        let (terminal, shop) = match inner.terminal(&hello.token).await {
            Ok(Some(known)) => known,
            Ok(None) => return Err(self.refuse(RefusedReason::Token, None).await),
            Err(error) => return Err(broken(&error)),
        };
        let newest = *shop.newest.borrow();
        let ours = hello.hub.as_ref().is_none_or(|hub| *hub == inner.id);
        let visited = hello.hub.is_some() || hello.after == Seq(0);
        let known = ours && visited && hello.after <= newest && {
            let same = self
                .hub
                .same_entry(&shop, hello.after, hello.after_at)
                .await;
            same.map_err(|error| broken(&error))?
        };
        if !known {
            return Err(self
                .refuse(RefusedReason::CursorUnknown, Some(newest))
                .await);
        }
        let welcome = Welcome {
            version: VERSION,
            hub: inner.id.clone(),
            terminal: terminal.clone(),
            shop: shop.face(),
            newest,
            now: crate::now(),
        };
        self.send(&ToTerminal::Welcome(welcome)).await?;
        Ok((terminal, shop, hello.after))
    }

    async fn refuse(&mut self, reason: RefusedReason, newest: Option<Seq>) -> End {
        tracing::warn!(?reason, "a terminal was not let in");
        // Who shows no token learns nothing of this hub.
        let hub = newest.is_some().then(|| self.hub.inner.id.clone());
        let _ = self
            .send(&ToTerminal::Refused {
                reason,
                hub,
                newest,
            })
            .await;
        let _ = self.socket.send(Message::Close(None)).await;
        End::Gone
    }

    /// The loop.
    async fn listen(
        &mut self,
        terminal: &TerminalId,
        shop: &Arc<Shop>,
        after: Seq,
    ) -> Result<(), End> {
        let limits = &self.hub.inner.limits;
        let mut cursor = after;
        let mut newest = shop.newest.subscribe();
        let mut changes = shop.changes.subscribe();
        let mut terminals = shop.terminals.subscribe();
        let mut beat = interval_at(Instant::now(), limits.heartbeat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let seen = *newest.borrow_and_update();
            if cursor < seen {
                cursor = self.send_after(shop, cursor, seen).await?;
            }
            tokio::select! {
                // Whoever asks or beats is answered between batches too, or a long catch-up would look like death.
                frame = self.next() => {
                    heard = Instant::now();
                    self.answer(terminal, shop, frame?).await?;
                }
                _ = beat.tick() => self.beat(shop).await?,
                changed = changes.changed() => {
                    changed.map_err(|_| End::Stopping)?;
                    self.beat(shop).await?;
                }
                changed = terminals.changed() => {
                    changed.map_err(|_| End::Stopping)?;
                    let count = *terminals.borrow_and_update();
                    self.send(&ToTerminal::TerminalsChanged { count }).await?;
                }
                () = tokio::time::sleep_until(heard + limits.dead) => return Err(End::Gone),
                // There is more to read at once, or nothing until somebody wakes us.
                woken = newest.changed(), if cursor >= seen => woken.map_err(|_| End::Stopping)?,
                () = std::future::ready(()), if cursor < seen => {}
            }
        }
    }

    /// Sends one batch after `cursor`; answers where it now stands.
    async fn send_after(&mut self, shop: &Arc<Shop>, cursor: Seq, newest: Seq) -> Result<Seq, End> {
        let key = shop.key;
        let read = self
            .hub
            .inner
            .store
            .call(move |db| Ok(accept::after(db, key, cursor, BATCH_MAX, FRAME_MAX / 2)?));
        let entries = read.await.map_err(|error| broken(&error))?;
        let Some(last) = entries.last().map(|entry| entry.seq) else {
            return Err(broken(&HubError::Storage("the log has a gap".to_owned())));
        };
        self.hub
            .inner
            .metrics
            .entries_sent_total
            .fetch_add(entries.len() as u64, Ordering::Relaxed);
        self.send(&ToTerminal::Entries { entries, newest }).await?;
        Ok(last)
    }

    async fn answer(
        &mut self,
        terminal: &TerminalId,
        shop: &Arc<Shop>,
        frame: ToHub,
    ) -> Result<(), End> {
        match frame {
            ToHub::Beat => Ok(()),
            ToHub::Received { seq } => {
                tracing::trace!(seq = seq.0, "safe in a terminal's book");
                Ok(())
            }
            ToHub::Ask { id, request } => {
                let result = self.hub.answer(shop, terminal, request).await;
                self.send(&ToTerminal::Answer { id, result }).await
            }
            ToHub::Hello(_) => Err(End::Nonsense),
        }
    }

    async fn beat(&mut self, shop: &Shop) -> Result<(), End> {
        let sources = self.hub.healths(shop);
        self.send(&ToTerminal::Beat {
            now: crate::now(),
            sources,
        })
        .await
    }

    async fn send(&mut self, frame: &ToTerminal) -> Result<(), End> {
        let text = serde_json::to_string(frame).map_err(|_| End::Broken)?;
        match timeout(
            self.hub.inner.limits.dead,
            self.socket.send(Message::text(text)),
        )
        .await
        {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// The next frame of ours; pings are answered underneath.
    async fn next(&mut self) -> Result<ToHub, End> {
        loop {
            return match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => {
                    serde_json::from_str(&text).map_err(|_| End::Nonsense)
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(_))) => Err(End::Nonsense),
                Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
            };
        }
    }
}

fn broken(error: &HubError) -> End {
    tracing::error!(%error, "a link ends because the database does not answer");
    End::Broken
}

impl Hub {
    /// Whether the entry with that number is the one that the terminal has. A log that was restored from a copy hands
    /// its numbers out again, to other entries.
    async fn same_entry(
        &self,
        shop: &Shop,
        number: Seq,
        theirs: Option<Timestamp>,
    ) -> Result<bool, HubError> {
        let Some(theirs) = theirs.filter(|_| number > Seq(0)) else {
            return Ok(true);
        };
        let key = shop.key;
        let store = &self.inner.store;
        let ours = store
            .call(move |db| Ok(accept::accepted_at(db, key, number)?))
            .await?;
        Ok(ours == Some(theirs))
    }

    /// Every source of a shop, as its terminals are told.
    pub(crate) fn healths(&self, shop: &Shop) -> Vec<SourceHealth> {
        let sources = self.inner.directory.sources_of(shop);
        sources.iter().map(|source| source.health()).collect()
    }
}
