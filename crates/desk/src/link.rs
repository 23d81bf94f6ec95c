//! One connection to the hub: hello, resume, acknowledge, questions, heartbeat, reconnect.

use crate::{counter, desk::Inner, error::AskFailure, ledger::LedgerError};
use domain::wire::{
    self, Answer, DEAD_MS, FRAME_MAX, HEARTBEAT_MS, Hello, RefusedReason, Request, ToHub,
    ToTerminal,
};
use domain::{HubId, Seq};
use futures_util::{SinkExt, StreamExt};
use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpStream,
    sync::{Notify, mpsc, oneshot},
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

/// Connecting, shaking hands, one write: each may take so long.
const STEP_MAX: Duration = Duration::from_secs(5);
/// So long a page waits for the hub's answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// So many questions may wait; pages ask a few at a time.
const ASKS_MAX: usize = 32;
/// The id of the link's own question, which no page waits for.
const OWN_ASK: u32 = 0;

struct Pending {
    request: Request,
    reply: oneshot::Sender<Result<Answer, AskFailure>>,
}

/// The handle by which the desk asks its hub.
pub(crate) struct Link {
    asks: mpsc::Sender<Pending>,
    wake: Notify,
}

/// The link's own end of the handle.
pub(crate) struct Asked(mpsc::Receiver<Pending>);

impl Link {
    pub(crate) fn new() -> (Self, Asked) {
        let (asks, asked) = mpsc::channel(ASKS_MAX);
        (
            Self {
                asks,
                wake: Notify::new(),
            },
            Asked(asked),
        )
    }

    /// Asks the hub and waits for its answer.
    pub(crate) async fn ask(&self, request: Request) -> Result<Answer, AskFailure> {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.asks
                .send(Pending { request, reply })
                .await
                .map_err(|_| AskFailure::Offline)?;
            answer.await.unwrap_or(Err(AskFailure::Offline))
        };
        timeout(ANSWER_MAX, asked)
            .await
            .unwrap_or(Err(AskFailure::Offline))
    }

    /// The machine slept or its clock was set: whatever the socket looks like, connect again at once. (Where the network
    /// changes, the heartbeat finds a dead socket.)
    pub(crate) fn reconnect(&self) {
        self.wake.notify_one();
    }
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("connecting failed: {0}")]
    Connect(String),
    #[error("the socket failed: {0}")]
    Socket(String),
    #[error("nothing was heard for {} s", DEAD_MS / 1000)]
    Dead,
    #[error("the hub hung up")]
    HungUp,
    #[error("the hub does not let us in: {0:?}")]
    Refused(RefusedReason),
    #[error("the hub does not know our number; filling the book again")]
    Refill,
    #[error("the hub sent what is not in the protocol: {0}")]
    Protocol(&'static str),
    #[error("the book failed: {0}")]
    Ledger(#[from] LedgerError),
    #[error("reconnecting")]
    Woken,
    #[error("stopping")]
    Stopped,
}

/// Waits between tries: doubling, jittered.
#[derive(Debug)]
struct Backoff {
    first: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    fn new(hub: SocketAddr) -> Self {
        // A hub on this machine is the app's own: it is there in a moment, and asking costs nothing.
        let (first, most) = if hub.ip().is_loopback() {
            (50, 2_000)
        } else {
            (500, 30_000)
        };
        let first = Duration::from_millis(first);
        Self {
            first,
            most: Duration::from_millis(most),
            next: first,
        }
    }

    fn reset(&mut self) {
        self.next = self.first;
    }

    /// The next wait, between half of it and all of it.
    fn take(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(self.most);
        let dice = getrandom::u32().unwrap_or(u32::MAX);
        whole / 2 + (whole / 2).mul_u32_fraction(dice)
    }
}

trait Fraction {
    fn mul_u32_fraction(self, dice: u32) -> Self;
}

impl Fraction for Duration {
    /// This, times dice / 2^32.
    fn mul_u32_fraction(self, dice: u32) -> Self {
        let nanos = (self.as_nanos().min(u128::from(u64::MAX)) * u128::from(dice)) >> 32;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// Keeps the link up until `stop`.
pub(crate) async fn run(desk: Arc<Inner>, mut asked: Asked, stop: CancellationToken) {
    let mut backoff = Backoff::new(desk.config.hub);
    let mut said = String::new();
    loop {
        let mut welcomed = false;
        let ended = tokio::select! {
            () = stop.cancelled() => Ended::Stopped,
            Err(ended) = session(&desk, &mut asked, &mut welcomed) => ended,
        };
        desk.link_down();
        if welcomed {
            backoff.reset();
            said.clear();
        }
        match ended {
            Ended::Stopped => return,
            Ended::Woken | Ended::Refill => {
                tracing::info!(%ended, "link to the hub");
                backoff.reset();
                continue;
            }
            ended => {
                // The same trouble, tried again every few seconds, is said once.
                let text = ended.to_string();
                if text != said {
                    tracing::warn!(reason = %text, "no link to the hub");
                    said = text;
                }
            }
        }
        if pause(&desk, &mut asked, backoff.take(), &stop)
            .await
            .is_break()
        {
            return;
        }
    }
}

/// Waits for the next try; questions are answered at once that there is no link.
async fn pause(
    desk: &Inner,
    asked: &mut Asked,
    wait: Duration,
    stop: &CancellationToken,
) -> std::ops::ControlFlow<()> {
    let until = Instant::now() + wait;
    loop {
        tokio::select! {
            () = stop.cancelled() => return std::ops::ControlFlow::Break(()),
            () = tokio::time::sleep_until(until) => return std::ops::ControlFlow::Continue(()),
            () = desk.link.wake.notified() => return std::ops::ControlFlow::Continue(()),
            Some(pending) = asked.0.recv() => { let _ = pending.reply.send(Err(AskFailure::Offline)); }
        }
    }
}

type Socket = WebSocketStream<TcpStream>;

/// One connection, from the first byte to its end, which always comes.
async fn session(
    desk: &Arc<Inner>,
    asked: &mut Asked,
    welcomed: &mut bool,
) -> Result<std::convert::Infallible, Ended> {
    let mut socket = connect(desk.config.hub).await?;
    let cursor = desk.ledger.cursor().await?;
    let hello = Hello {
        version: wire::VERSION,
        token: desk.config.token.clone(),
        hub: cursor.hub.clone(),
        after: cursor.after,
        after_at: cursor.after_at,
    };
    send(&mut socket, &ToHub::Hello(hello)).await?;
    let first = timeout(STEP_MAX, next_frame(&mut socket))
        .await
        .map_err(|_| Ended::Dead)??;
    let welcome = match first {
        ToTerminal::Welcome(welcome) => welcome,
        ToTerminal::Refused {
            reason: RefusedReason::CursorUnknown,
            hub,
            newest,
        } => {
            return Err(refill(desk, hub.or(cursor.hub), newest).await?);
        }
        ToTerminal::Refused { reason, .. } => return Err(Ended::Refused(reason)),
        _ => return Err(Ended::Protocol("a first frame that is no welcome")),
    };
    if welcome.version != wire::VERSION {
        return Err(Ended::Refused(RefusedReason::Version));
    }
    match cursor.hub {
        None => {
            desk.ledger
                .first_visit(&welcome.hub, welcome.newest)
                .await?
        }
        // Another hub let us in with a number that is not its own: what it has is not ours to announce.
        Some(hub) if hub != welcome.hub => {
            return Err(refill(desk, Some(welcome.hub), Some(welcome.newest)).await?);
        }
        Some(_) => {}
    }
    desk.welcomed(&welcome).await?;
    *welcomed = true;
    send(
        &mut socket,
        &ToHub::Ask {
            id: OWN_ASK,
            request: Request::Sources,
        },
    )
    .await?;
    talk(desk, asked, &mut socket).await
}

async fn refill(
    desk: &Inner,
    hub: Option<HubId>,
    newest: Option<Seq>,
) -> Result<Ended, LedgerError> {
    let Some(hub) = hub else {
        return Ok(Ended::Protocol("an unknown number of no hub"));
    };
    desk.ledger.refill(&hub, newest.unwrap_or_default()).await?;
    Ok(Ended::Refill)
}

async fn talk(
    desk: &Arc<Inner>,
    asked: &mut Asked,
    socket: &mut Socket,
) -> Result<std::convert::Infallible, Ended> {
    let mut waiting: HashMap<u32, oneshot::Sender<Result<Answer, AskFailure>>> = HashMap::new();
    let mut next_id = OWN_ASK + 1;
    let dead = Duration::from_millis(DEAD_MS);
    let mut last_heard = Instant::now();
    let mut beats = tokio::time::interval(Duration::from_millis(HEARTBEAT_MS));
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            frame = next_frame(socket) => {
                match frame? {
                    ToTerminal::Entries { entries, .. } => {
                        if let Some(last) = entries.last().map(|entry| entry.seq) {
                            counter::on_entries(desk, entries).await?;
                            send(socket, &ToHub::Received { seq: last }).await?;
                        }
                    }
                    ToTerminal::Beat { now, sources } => desk.on_beat(now, sources),
                    ToTerminal::TerminalsChanged { .. } => desk.screen.terminals_changed(),
                    ToTerminal::Answer { id: OWN_ASK, result: Ok(Answer::Sources { sources }) } => {
                        desk.on_sources(sources.into_iter().map(|source| source.health).collect());
                    }
                    ToTerminal::Answer { id, result } => {
                        if let Some(reply) = waiting.remove(&id) {
                            let _ = reply.send(result.map_err(AskFailure::Refused));
                        }
                    }
                    ToTerminal::Refused { reason, .. } => return Err(Ended::Refused(reason)),
                    ToTerminal::Welcome(_) => return Err(Ended::Protocol("a second welcome")),
                }
                // After the work on it: a slow disk here is no silence there.
                last_heard = Instant::now();
            }
            Some(Pending { request, reply }) = asked.0.recv() => {
                waiting.retain(|_, waiting| !waiting.is_closed());
                waiting.insert(next_id, reply);
                send(socket, &ToHub::Ask { id: next_id, request }).await?;
                next_id = next_id.checked_add(1).unwrap_or(OWN_ASK + 1);
            }
            _ = beats.tick() => send(socket, &ToHub::Beat).await?,
            () = tokio::time::sleep_until(last_heard + dead) => return Err(Ended::Dead),
            () = desk.link.wake.notified() => return Err(Ended::Woken),
        }
    }
}

async fn connect(hub: SocketAddr) -> Result<Socket, Ended> {
    let failed = |error: &dyn std::fmt::Display| Ended::Connect(error.to_string());
    let opened = timeout(STEP_MAX, TcpStream::connect(hub))
        .await
        .map_err(|e| failed(&e))?;
    let stream = opened.map_err(|e| failed(&e))?;
    stream.set_nodelay(true).map_err(|e| failed(&e))?;
    // The library's own bounds are made for servers: 64 MiB messages, and no end to what waits to be written.
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(2 * FRAME_MAX)
        .max_message_size(Some(FRAME_MAX))
        .max_frame_size(Some(FRAME_MAX));
    let url = format!("ws://{hub}/v1/relay");
    let shaken = timeout(
        STEP_MAX,
        client_async_with_config(url, stream, Some(config)),
    )
    .await;
    let (socket, _) = shaken.map_err(|e| failed(&e))?.map_err(|e| failed(&e))?;
    Ok(socket)
}

async fn send(socket: &mut Socket, frame: &ToHub) -> Result<(), Ended> {
    let text = serde_json::to_string(frame)
        .map_err(|_| Ended::Protocol("a frame that cannot be written"))?;
    if text.len() > FRAME_MAX {
        return Err(Ended::Protocol("a frame that is too large"));
    }
    let sent = timeout(STEP_MAX, socket.send(Message::text(text)))
        .await
        .map_err(|_| Ended::Dead)?;
    sent.map_err(|error| Ended::Socket(error.to_string()))
}

/// The next frame of the protocol; pings and pongs of the socket are not frames. Safe to drop while it waits.
async fn next_frame(socket: &mut Socket) -> Result<ToTerminal, Ended> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text)
                    .map_err(|_| Ended::Protocol("a frame that cannot be read"));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(Ended::Protocol("a binary frame")),
            Some(Ok(Message::Close(_))) | None => return Err(Ended::HungUp),
            Some(Err(error)) => return Err(Ended::Socket(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_with_jitter_up_to_their_bound() {
        for (hub, first, most) in [("127.0.0.1:1", 50, 2_000), ("10.0.0.1:1", 500, 30_000)] {
            let mut backoff = Backoff::new(hub.parse().unwrap());
            let mut whole = Duration::from_millis(first);
            for _ in 0..20 {
                let wait = backoff.take();
                assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
                whole = (whole * 2).min(Duration::from_millis(most));
            }
            backoff.reset();
            assert!(backoff.take() <= Duration::from_millis(first));
        }
    }
}
