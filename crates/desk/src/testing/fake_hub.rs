//! A hub for tests: the wire's frames on a real socket, a log in memory, and a link that can be cut anywhere.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use crate::testing::hub as hub_id;
use domain::{
    Currency, DayRule, Entry, HubId, Seq, SourceConfig, SourceId, SourceKind, TerminalId,
    Timestamp,
    terminals::{
        HeardBy, HeardLine, TerminalView, TerminalsAnswer, TerminalsAsk, TerminalsReach,
        TerminalsView,
    },
    wire::{
        Answer, AskError, DoorAddress, Doors, Reach, RefusedReason, Request, Shop, SourceForm,
        SourceHealth, SourceSetup, SourceState, SourceView, ToHub, ToTerminal, VERSION, Welcome,
    },
};
use futures_util::{SinkExt, StreamExt};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};
use tokio_util::sync::CancellationToken;

pub(crate) struct World {
    pub(crate) id: Mutex<HubId>,
    pub(crate) log: Mutex<Vec<Entry>>,
    pub(crate) sources: Mutex<Vec<SourceHealth>>,
    /// Each hello's number.
    pub(crate) hellos: Mutex<Vec<Seq>>,
    pub(crate) received: Mutex<Vec<Seq>>,
    pub(crate) asked: Mutex<Vec<Request>>,
    /// Clerks' phones.
    pub(crate) phones: Mutex<Vec<TerminalView>>,
    /// The hub's clock less the real one.
    pub(crate) clock_ms: Mutex<i64>,
    /// Entries that each link may still carry before it is cut.
    pub(crate) cut_after: AtomicUsize,
    changed: watch::Sender<u64>,
    cut: Mutex<CancellationToken>,
}

pub(crate) struct FakeHub {
    pub(crate) at: SocketAddr,
    pub(crate) world: Arc<World>,
    listening: JoinHandle<()>,
}

pub(crate) fn shop() -> Shop {
    Shop {
        name: "李记面馆".to_owned(),
        currency: Currency::CNY,
        day_rule: DayRule {
            zone: "Asia/Shanghai".to_owned(),
            cutover_hour: 0,
        },
    }
}

pub(crate) fn health(kind: SourceKind, state: SourceState) -> SourceHealth {
    let id = SourceId::new(kind.as_str()).expect("a plain name");
    SourceHealth {
        id,
        name: "Till phone".to_owned(),
        kind,
        state,
        last_heard: None,
        clock_ahead_ms: None,
        refusing: None,
    }
}

impl FakeHub {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let world = Arc::new(World {
            id: Mutex::new(hub_id("hub-1")),
            log: Mutex::default(),
            sources: Mutex::new(vec![health(SourceKind::Vmq, SourceState::Listening)]),
            hellos: Mutex::default(),
            received: Mutex::default(),
            asked: Mutex::default(),
            phones: Mutex::default(),
            clock_ms: Mutex::new(0),
            cut_after: AtomicUsize::new(usize::MAX),
            changed: watch::channel(0).0,
            cut: Mutex::default(),
        });
        let listening = tokio::spawn(listen(listener, world.clone()));
        Self {
            at,
            world,
            listening,
        }
    }

    /// Puts entries into the log; links send them on.
    pub(crate) fn accept(&self, entries: impl IntoIterator<Item = Entry>) {
        self.world.log.lock().unwrap().extend(entries);
        self.world.changed.send_modify(|number| *number += 1);
    }

    /// Tells every link to look again: sources changed.
    pub(crate) fn beat(&self) {
        self.world.changed.send_modify(|number| *number += 1);
    }

    pub(crate) fn newest(&self) -> Seq {
        self.world.newest()
    }

    /// Cuts every link.
    pub(crate) fn cut(&self) {
        std::mem::take(&mut *self.world.cut.lock().unwrap()).cancel();
    }

    /// The hub is gone, with its port.
    pub(crate) async fn down(self) -> Arc<World> {
        self.listening.abort();
        let _ = self.listening.await;
        std::mem::take(&mut *self.world.cut.lock().unwrap()).cancel();
        self.world
    }

    /// The same hub on the same port again.
    pub(crate) async fn again(at: SocketAddr, world: Arc<World>) -> Self {
        let listener = TcpListener::bind(at).await.expect("the same port");
        Self {
            at,
            world: world.clone(),
            listening: tokio::spawn(listen(listener, world)),
        }
    }
}

impl World {
    fn newest(&self) -> Seq {
        self.log
            .lock()
            .unwrap()
            .last()
            .map_or(Seq(0), |entry| entry.seq)
    }

    fn now(&self) -> Timestamp {
        crate::desk::now().plus_ms(*self.clock_ms.lock().unwrap())
    }

    /// Phones are listed, and orders are only noted.
    fn about_phones(&self, ask: &TerminalsAsk) -> Result<Answer, AskError> {
        let all = || TerminalsView {
            terminals: self.phones.lock().unwrap().clone(),
            invitations: vec![],
            voice: None,
            reach: TerminalsReach {
                lan: true,
                closed: false,
                port: 8787,
                addresses: vec![],
                fingerprint: None,
            },
        };
        let terminals = match ask {
            TerminalsAsk::All => TerminalsAnswer::All(all()),
            TerminalsAsk::Record { .. } | TerminalsAsk::SentTo { .. } => {
                return Err(AskError::NotFound);
            }
            // Each was told as many milliseconds after the beginning of time as the payment's number is.
            TerminalsAsk::Heard { payment } => {
                let phones = self.phones.lock().unwrap();
                let line = |phone: &TerminalView| HeardLine {
                    terminal: phone.id.clone(),
                    name: phone.name.clone(),
                    at: Timestamp(i64::try_from(payment.0).unwrap_or(0)),
                    asked: false,
                };
                TerminalsAnswer::Heard(HeardBy {
                    terminals: phones.iter().map(line).collect(),
                })
            }
            _ => TerminalsAnswer::Done,
        };
        Ok(Answer::Terminals { terminals })
    }

    fn answer(&self, request: &Request) -> Result<Answer, AskError> {
        self.asked.lock().unwrap().push(request.clone());
        let phone = || SourceId::new("phone").expect("a plain name");
        match request {
            Request::Sources => {
                let view = |health: &SourceHealth| SourceView {
                    id: health.id.clone(),
                    name: health.name.clone(),
                    kind: health.kind,
                    health: health.clone(),
                    refused: 0,
                    last_refusal: None,
                    last_refusal_at: None,
                };
                Ok(Answer::Sources {
                    sources: self.sources.lock().unwrap().iter().map(view).collect(),
                })
            }
            Request::AddSource { name, .. } if name == "taken" => Err(AskError::Invalid {
                field: "name".to_owned(),
            }),
            Request::AddSource { name, config } => Ok(Answer::Setup {
                setup: SourceSetup {
                    id: phone(),
                    name: name.clone(),
                    kind: config.kind(),
                    addresses: vec![DoorAddress {
                        url: "https://192.168.1.9:8787/n/abc".to_owned(),
                        reach: Reach::Lan,
                        plain: false,
                    }],
                    secret: Some(domain::Secret::new("s3cret")),
                    template: None,
                },
            }),
            Request::SourceSetup { .. } => Err(AskError::NotFound),
            Request::Terminals { ask } => self.about_phones(ask),
            Request::SourceForm { id } => {
                let config = SourceConfig::Stripe {
                    endpoint_secrets: vec![domain::Secret::default()],
                    test_mode: true,
                };
                Ok(Answer::Form {
                    form: SourceForm {
                        id: id.clone(),
                        name: "Stripe".to_owned(),
                        config,
                    },
                })
            }
            Request::UpdateSource { name, .. } if name == "gone" => Err(AskError::NotFound),
            Request::SetDoors { .. } => Err(AskError::PortTaken),
            Request::Doors => Ok(Answer::Doors {
                doors: Doors {
                    lan: false,
                    port: 8787,
                    lan_addresses: vec![],
                    fingerprint: None,
                    public_url: None,
                },
            }),
            Request::UpdateSource { .. }
            | Request::RemoveSource { .. }
            | Request::SetShop { .. }
            | Request::TestPayment { .. } => Ok(Answer::Done),
        }
    }
}

async fn listen(listener: TcpListener, world: Arc<World>) {
    while let Ok((stream, _)) = listener.accept().await {
        let cut = world.cut.lock().unwrap().clone();
        let world = world.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = cut.cancelled() => {}
                _ = serve(stream, &world) => {}
            }
        });
    }
}

async fn send(socket: &mut WebSocketStream<TcpStream>, frame: &ToTerminal) -> Option<()> {
    socket
        .send(Message::text(serde_json::to_string(frame).ok()?))
        .await
        .ok()
}

/// One link, until either side hangs up.
async fn serve(stream: TcpStream, world: &World) -> Option<()> {
    let mut socket = accept_async(stream).await.ok()?;
    let Message::Text(text) = socket.next().await?.ok()? else {
        return None;
    };
    let Ok(ToHub::Hello(hello)) = serde_json::from_str(&text) else {
        return None;
    };
    world.hellos.lock().unwrap().push(hello.after);
    let (id, newest) = (world.id.lock().unwrap().clone(), world.newest());
    if hello.hub.is_some_and(|hub| hub != id) || hello.after > newest {
        let reason = RefusedReason::CursorUnknown;
        return send(
            &mut socket,
            &ToTerminal::Refused {
                reason,
                hub: Some(id),
                newest: Some(newest),
            },
        )
        .await;
    }
    let terminal = TerminalId::new("till").expect("a plain name");
    let welcome = Welcome {
        version: VERSION,
        hub: id,
        terminal,
        shop: shop(),
        newest,
        now: world.now(),
    };
    send(&mut socket, &ToTerminal::Welcome(welcome)).await?;
    let mut changed = world.changed.subscribe();
    let (mut after, mut left) = (hello.after, world.cut_after.load(SeqCst));
    loop {
        let batch: Vec<Entry> = {
            let log = world.log.lock().unwrap();
            log.iter()
                .filter(|entry| entry.seq > after)
                .take(7.min(left))
                .cloned()
                .collect()
        };
        if let Some(last) = batch.last() {
            (after, left) = (last.seq, left - batch.len());
            send(
                &mut socket,
                &ToTerminal::Entries {
                    entries: batch,
                    newest: world.newest(),
                },
            )
            .await?;
            if left == 0 {
                return None;
            }
            continue;
        }
        let sources = world.sources.lock().unwrap().clone();
        send(
            &mut socket,
            &ToTerminal::Beat {
                now: world.now(),
                sources,
            },
        )
        .await?;
        tokio::select! {
            told = changed.changed() => told.ok()?,
            frame = socket.next() => {
                let Message::Text(text) = frame?.ok()? else { return None };
                match serde_json::from_str(&text).ok()? {
                    ToHub::Received { seq } => world.received.lock().unwrap().push(seq),
                    ToHub::Ask { id, request } => {
                        let result = world.answer(&request);
                        send(&mut socket, &ToTerminal::Answer { id, result }).await?;
                    }
                    ToHub::Hello(_) => return None,
                    ToHub::Beat => {}
                }
            }
        }
    }
}
