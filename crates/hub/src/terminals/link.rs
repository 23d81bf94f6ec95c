//! One linked terminal's link: challenge, proof, then what its permission lets through, until either side is gone, the
//! owner cuts it off, or the hub stops.

use super::knocks::Knock;
use super::opaque::{Opaques, Place};
use super::proving;
use super::registry::{Linked, State, Terminal};
use super::stream::Hearing;
use crate::metrics::count;
use crate::shop::Shop;
use crate::{Hub, HubError};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use domain::payment::clean_text;
use domain::permission::TerminalTotals;
use domain::terminal_wire::{APP_MAX, HubSays, Opaque, TerminalRefused, TerminalSays, VERSION};
use domain::{BusinessDay, Seq, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

/// Questions for older payments are answered at most this often.
const HISTORY_EVERY: Duration = Duration::from_millis(200);
/// For the last words to a terminal that is cut off or not let in.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The other side hung up or was not heard any more.
    Gone,
    /// It sent what is no frame of ours.
    Nonsense,
    /// It is not let in.
    Refused(TerminalRefused),
    /// The owner cut it off.
    Revoked,
    /// The owner closed the network to terminals, the shop has another name or day, or the hub stops.
    Closed,
    /// Newer links of the same terminal took its place.
    Replaced,
    /// It sent more than anybody has to say.
    TooFast,
    /// The hub could not read its own log.
    Broken,
}

/// What ends a link from outside.
pub(crate) struct Ends {
    /// The hub stops.
    pub(crate) stop: CancellationToken,
    /// The network is closed to terminals; for a link that came over it.
    pub(crate) outside: Option<CancellationToken>,
}

/// Runs one link to its end.
pub(crate) async fn run(hub: &Hub, mut socket: WebSocket, ends: Ends, knock: Knock) {
    let end = tokio::select! {
        end = whole(hub, &mut socket, knock) => end,
        () = ends.stop.cancelled() => End::Closed,
        () = closed(ends.outside.as_ref()) => End::Closed,
    };
    let last = match end {
        End::Refused(reason) => Some(HubSays::Refused { reason }),
        End::Revoked => Some(HubSays::Revoked),
        _ => None,
    };
    let (code, reason) = match end {
        End::Gone => return,
        End::Nonsense => (close_code::POLICY, "not a frame of this protocol"),
        End::TooFast => (close_code::POLICY, "too many frames"),
        End::Refused(_) | End::Revoked => (close_code::POLICY, "not let in"),
        End::Closed => (close_code::AWAY, "closed"),
        End::Replaced => (close_code::AWAY, "linked elsewhere"),
        End::Broken => (close_code::ERROR, "the hub cannot read its log"),
    };
    let farewell = async {
        if let Some(text) = last.and_then(|last| serde_json::to_string(&last).ok()) {
            socket.send(Message::text(text)).await?;
        }
        let reason = Utf8Bytes::from_static(reason);
        let close = Message::Close(Some(CloseFrame { code, reason }));
        socket.send(close).await
    };
    // Whether it arrives does not matter.
    let _ = timeout(FAREWELL, farewell).await;
}

async fn closed(token: Option<&CancellationToken>) {
    match token {
        Some(token) => token.cancelled().await,
        None => std::future::pending().await,
    }
}

async fn whole(hub: &Hub, socket: &mut WebSocket, knock: Knock) -> End {
    let let_in = timeout(hub.inner.limits.proved_within, let_in(hub, socket));
    let let_in = tokio::select! {
        biased;
        let_in = let_in => let_in,
        () = knock.over.cancelled() => {
            count(&hub.inner.metrics.connections_refused_total);
            return End::Gone;
        }
    };
    let Proved {
        terminal,
        shop,
        after,
        says,
    } = match let_in {
        Ok(Ok(proved)) => proved,
        Ok(Err(end)) => {
            if let End::Refused(reason) = end {
                tracing::warn!(?reason, "a linked terminal was not let in");
            }
            return end;
        }
        Err(_) => return End::Gone,
    };
    drop(knock);
    let Ok(opaques) = hub.inner.terminals.opaques(&terminal.id) else {
        return End::Broken;
    };
    let most = hub.inner.limits.links_per_terminal;
    let linked = hub
        .inner
        .terminals
        .link(&shop, &terminal, says, most, crate::now());
    tracing::info!(terminal.id = %terminal.id, "a linked terminal listens");
    let mut state = terminal.state.subscribe();
    let mut revoked = terminal.state.subscribe();
    let replaced = linked.replaced.clone();
    let mut link = Link {
        hub,
        socket,
        linked,
        opaques,
        place: Place {
            seq: Seq(0),
            at: Timestamp(0),
        },
        day: shop.face().day_rule.day_of(crate::now()),
        heard: None,
        pinged: None,
        told_totals: None,
        history_at: Instant::now(),
        asked: None,
        frames: (Instant::now(), 0),
    };
    // However long a frame takes to leave: whoever is cut off hears nothing more.
    let end = tokio::select! {
        biased;
        _ = revoked.wait_for(|state| state.revoked_at.is_some()) => End::Revoked,
        () = replaced.cancelled() => End::Replaced,
        end = link.listen(&mut state, after) => end.err().unwrap_or(End::Gone),
    };
    tracing::info!(terminal.id = %terminal.id, ?end, "a linked terminal's link ended");
    end
}

struct Proved {
    terminal: Arc<Terminal>,
    shop: Arc<Shop>,
    after: Option<Opaque>,
    /// What it says of itself, and whether it can be heard.
    says: (Option<String>, bool),
}

/// Challenges, and checks the answer. Nothing that is sent is used for anything before the signature is good.
async fn let_in(hub: &Hub, socket: &mut WebSocket) -> Result<Proved, End> {
    let inner = &hub.inner;
    let nonce = proving::nonce().map_err(|error| broken(&error))?;
    let challenge = HubSays::Challenge {
        version: VERSION,
        hub: inner.id.clone(),
        nonce: nonce.clone(),
        now: crate::now(),
    };
    send(hub, socket, &challenge).await?;
    let TerminalSays::Prove {
        version,
        terminal: id,
        signature,
        after,
        app,
        hearable,
    } = next(socket).await?
    else {
        return Err(End::Nonsense);
    };
    if version != VERSION {
        return Err(End::Refused(TerminalRefused::Version));
    }
    let terminal = proving::proved(&inner.terminals, &inner.id, &nonce, &id, &signature)
        .ok_or(End::Refused(TerminalRefused::Unknown))?;
    if terminal.state.borrow().revoked_at.is_some() {
        return Err(End::Revoked);
    }
    if inner.terminals.links() >= inner.limits.terminal_links {
        return Err(End::Refused(TerminalRefused::Busy));
    }
    let shops = inner.directory.shops();
    let shop = shops.into_iter().find(|shop| shop.key == terminal.shop);
    let shop = shop.ok_or(End::Refused(TerminalRefused::Unknown))?;
    let app: String = app.chars().take(APP_MAX).collect();
    Ok(Proved {
        terminal,
        shop,
        after,
        says: (clean_text(&app), hearable.unwrap_or(true)),
    })
}

pub(super) struct Link<'a> {
    pub(super) hub: &'a Hub,
    socket: &'a mut WebSocket,
    pub(super) linked: Linked<'a>,
    pub(super) opaques: Opaques,
    /// Up to here it has been told.
    pub(super) place: Place,
    /// The business day that it knows as today.
    pub(super) day: BusinessDay,
    /// What it was told last of what the hub hears.
    pub(super) heard: Option<Hearing>,
    /// A ping under way.
    pinged: Option<Instant>,
    pub(super) told_totals: Option<TerminalTotals>,
    history_at: Instant,
    /// A question for older payments that waits until a change was told.
    pub(super) asked: Option<(u32, Option<Opaque>)>,
    /// Since when frames are counted, and how many came.
    frames: (Instant, u32),
}

impl Link<'_> {
    /// The loop: as the relay's, with each step cut to the permission of now.
    async fn listen(
        &mut self,
        state: &mut watch::Receiver<State>,
        after: Option<Opaque>,
    ) -> Result<(), End> {
        let limits = &self.hub.inner.limits;
        let shop = Arc::clone(&self.linked.shop);
        let mut faces = shop.faces.subscribe();
        let mut newest = shop.newest.subscribe();
        let mut changes = shop.changes.subscribe();
        let mut now = state.borrow_and_update().clone();
        let upto = *newest.borrow_and_update();
        self.welcome(after, upto).await?;
        self.beat(&now).await?;
        let mut beat = interval_at(Instant::now() + limits.heartbeat, limits.heartbeat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            // What the owner changed holds for everything that leaves after it.
            if state.has_changed().unwrap_or(false) {
                let before = std::mem::replace(&mut now, state.borrow_and_update().clone());
                self.changed(&before, &now).await?;
            }
            if let Some((id, before)) = self.asked.take() {
                self.history(&now, id, before).await?;
            }
            let seen = *newest.borrow_and_update();
            if self.place.seq < seen {
                self.catch_up(&now, seen).await?;
            }
            tokio::select! {
                biased;
                changed = state.changed() => {
                    changed.map_err(|_| End::Closed)?;
                    let before = std::mem::replace(&mut now, state.borrow_and_update().clone());
                    self.changed(&before, &now).await?;
                }
                message = self.socket.recv() => {
                    heard = Instant::now();
                    self.hears(&now, message).await?;
                }
                _ = beat.tick() => {
                    self.new_day(&now).await?;
                    self.ping().await?;
                    self.beat(&now).await?;
                }
                changed = changes.changed() => {
                    changed.map_err(|_| End::Closed)?;
                    // What changed may be of a source that it must not know of.
                    if self.heard != Some(self.hearing(&now)) {
                        self.beat(&now).await?;
                    }
                }
                // It was told of a shop that is another now: it comes again, and is told of this one.
                _ = faces.changed() => return Err(End::Closed),
                () = tokio::time::sleep_until(heard + limits.dead) => return Err(End::Gone),
                woken = newest.changed(), if self.place.seq >= seen => woken.map_err(|_| End::Closed)?,
                () = std::future::ready(()), if self.place.seq < seen => {}
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.pinged = Some(Instant::now());
        let ping = Message::Ping(axum::body::Bytes::new());
        match timeout(self.hub.inner.limits.dead, self.socket.send(ping)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    async fn hears(
        &mut self,
        state: &State,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), End> {
        if let Some(Ok(Message::Pong(_))) = &message
            && let Some(pinged) = self.pinged.take()
        {
            let ms = pinged.elapsed().as_millis();
            self.linked.latency(u32::try_from(ms).unwrap_or(u32::MAX));
        }
        self.count_frame()?;
        match frame(message)? {
            None => Ok(()),
            Some(TerminalSays::Beat { hearable }) => {
                self.linked.said(hearable);
                Ok(())
            }
            Some(TerminalSays::History { id, before }) => {
                self.linked.said(None);
                tokio::time::sleep_until(self.history_at).await;
                self.history_at = Instant::now() + HISTORY_EVERY;
                self.history(state, id, before).await
            }
            Some(TerminalSays::Prove { .. }) => Err(End::Nonsense),
        }
    }

    fn count_frame(&mut self) -> Result<(), End> {
        let (since, count) = &mut self.frames;
        if since.elapsed() >= Duration::from_secs(1) {
            (*since, *count) = (Instant::now(), 0);
        }
        *count = count.saturating_add(1);
        match *count > self.hub.inner.limits.frames_per_second {
            true => Err(End::TooFast),
            false => Ok(()),
        }
    }

    pub(super) async fn say(&mut self, frame: &HubSays) -> Result<(), End> {
        send(self.hub, self.socket, frame).await
    }
}

async fn send(hub: &Hub, socket: &mut WebSocket, frame: &HubSays) -> Result<(), End> {
    let text = serde_json::to_string(frame).map_err(|_| End::Broken)?;
    match timeout(hub.inner.limits.dead, socket.send(Message::text(text))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

/// The next frame of ours; pings are answered underneath.
async fn next(socket: &mut WebSocket) -> Result<TerminalSays, End> {
    loop {
        if let Some(frame) = frame(socket.recv().await)? {
            return Ok(frame);
        }
    }
}

fn frame(message: Option<Result<Message, axum::Error>>) -> Result<Option<TerminalSays>, End> {
    match message {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| End::Nonsense),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_))) => Err(End::Nonsense),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

pub(super) fn broken(error: &HubError) -> End {
    tracing::error!(%error, "a linked terminal's link ends because the hub cannot read");
    End::Broken
}
