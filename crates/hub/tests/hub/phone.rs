//! A clerk's phone: a key of its own, an invitation taken, a link that hears frames.

use crate::shop::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::permission::Permission;
use domain::terminal_wire::{HubSays, InvitationAccepted, Opaque, TerminalSays, ToldItem, proof};
use domain::terminals::{NewInvitation, TerminalsAnswer, TerminalsAsk, TerminalsView};
use domain::wire::{Answer, AskError, Request};
use domain::{HubId, InvitationId, TerminalId};
use futures_util::{SinkExt, StreamExt};
use hub::Limits;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A change takes effect on an open link at once, not with the next beat or the next link. Far beyond what it takes,
/// since a laden machine is no fault.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(8);

/// Links that a test leaves alone for a while are not dead, nor is a voice gone.
pub(crate) const PATIENT: Duration = Duration::from_secs(600);

/// Bounds that no laden machine reaches.
pub(crate) fn patient() -> Limits {
    Limits {
        dead: PATIENT,
        proved_within: PATIENT,
        voice_within: PATIENT,
        ..Limits::default()
    }
}

/// A hub and its owner's terminal.
pub(crate) async fn with_owner(dir: &Path) -> (Served, Terminal) {
    let served = Served::with_limits(dir, patient()).await;
    let owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    (served, owner)
}

/// What a phone keeps.
pub(crate) struct Phone {
    pub(crate) pair: Ed25519KeyPair,
    pub(crate) terminal: TerminalId,
    pub(crate) hub: HubId,
    /// By which it was linked.
    pub(crate) invitation: InvitationId,
}

/// A phone's link.
pub(crate) struct Link {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every frame as it came.
    pub(crate) raw: Vec<String>,
}

/// A key of this phone.
pub(crate) fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key")
}

/// Its public half as text.
pub(crate) fn public(pair: &Ed25519KeyPair) -> String {
    URL_SAFE_NO_PAD.encode(pair.public_key())
}

/// The code in an invitation's link.
pub(crate) fn code(invitation: &NewInvitation) -> String {
    let url = &invitation.links.last().expect("a link").url;
    let (page, code) = url.split_once('#').expect("a fragment");
    assert!(page.ends_with("/phone/"), "{page}");
    code.to_owned()
}

/// The owner asks about terminals.
pub(crate) async fn ask(
    owner: &mut Terminal,
    ask: TerminalsAsk,
) -> Result<TerminalsAnswer, AskError> {
    match owner.ask(Request::Terminals { ask }).await {
        Ok(Answer::Terminals { terminals }) => Ok(terminals),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error),
    }
}

/// All that the owner sees of them.
pub(crate) async fn all(owner: &mut Terminal) -> TerminalsView {
    match ask(owner, TerminalsAsk::All).await {
        Ok(TerminalsAnswer::All(view)) => view,
        other => panic!("{other:?}"),
    }
}

/// The owner invites.
pub(crate) async fn invite(owner: &mut Terminal, permission: &Permission) -> NewInvitation {
    let wish = TerminalsAsk::Invite {
        name: "小李的手机".to_owned(),
        permission: permission.clone(),
        expires_in_s: 86_400,
    };
    match ask(owner, wish).await {
        Ok(TerminalsAnswer::Invited(invitation)) => invitation,
        other => panic!("{other:?}"),
    }
}

/// Sends an acceptance as our page on this machine does.
pub(crate) async fn accept(address: SocketAddr, code: &str, key: &str) -> (u16, Value) {
    let headers = [
        ("host", address.to_string()),
        ("origin", format!("http://{address}")),
        ("content-type", "application/json".to_owned()),
    ];
    let body = json!({ "code": code, "key": key }).to_string();
    let (status, text) = send(
        address,
        "POST",
        "/v1/invitations/accept",
        &headers,
        body.as_bytes(),
    )
    .await;
    (status, serde_json::from_str(&text).unwrap_or_default())
}

impl Phone {
    /// Takes an invitation of the owner's.
    pub(crate) async fn linked(
        served: &Served,
        owner: &mut Terminal,
        permission: &Permission,
        seed: u8,
    ) -> Self {
        let invitation = invite(owner, permission).await;
        let pair = pair(seed);
        let (status, body) = accept(served.address, &code(&invitation), &public(&pair)).await;
        assert_eq!(status, 200, "{body}");
        let accepted: InvitationAccepted = serde_json::from_value(body).expect("accepted");
        Self {
            pair,
            terminal: accepted.terminal,
            hub: accepted.hub,
            invitation: invitation.id,
        }
    }

    pub(crate) fn sign(&self, hub: &HubId, nonce: &str, terminal: &TerminalId) -> String {
        let signature = self.pair.sign(proof(hub, nonce, terminal).as_bytes());
        URL_SAFE_NO_PAD.encode(signature.as_ref())
    }

    /// Links and proves itself; the first frame after that is still to be heard.
    pub(crate) async fn link(&self, address: SocketAddr, after: Option<Opaque>) -> Link {
        self.link_as(address, after, None).await
    }

    /// The same, and says whether it can be heard.
    pub(crate) async fn link_as(
        &self,
        address: SocketAddr,
        after: Option<Opaque>,
        hearable: Option<bool>,
    ) -> Link {
        let (mut link, nonce) = Link::challenged(address).await;
        let prove = TerminalSays::Prove {
            version: 1,
            terminal: self.terminal.clone(),
            signature: self.sign(&self.hub, &nonce, &self.terminal),
            after,
            app: "Test browser 1.0".to_owned(),
            hearable,
        };
        link.say(&prove).await;
        link
    }
}

impl Link {
    /// Links and hears the challenge; answers its nonce.
    pub(crate) async fn challenged(address: SocketAddr) -> (Self, String) {
        Self::try_challenged(address).await.expect("link")
    }

    /// The same, unless the hub has no place for it.
    pub(crate) async fn try_challenged(address: SocketAddr) -> Option<(Self, String)> {
        let linked = connect_async(format!("ws://{address}/v1/terminal")).await;
        let mut link = Self {
            socket: linked.ok()?.0,
            raw: Vec::new(),
        };
        match link.next().await {
            Some(HubSays::Challenge { nonce, .. }) => Some((link, nonce)),
            _ => None,
        }
    }

    /// The newest page of history, and every frame before it. Whatever happened until now is told in them: the second
    /// question is answered after all of it, where the first may have come before.
    pub(crate) async fn until_now(&mut self) -> (Vec<ToldItem>, Vec<HubSays>) {
        for id in [1_001, 1_002] {
            let before = None;
            self.say(&TerminalSays::History { id, before }).await;
        }
        let mut frames = Vec::new();
        loop {
            match self.heard().await {
                Some(HubSays::Page { id: 1_001, .. }) => {}
                Some(HubSays::Page {
                    id: 1_002, items, ..
                }) => return (items, frames),
                Some(frame) => frames.push(frame),
                None => panic!("the hub hung up: {:?}", self.raw),
            }
        }
    }

    pub(crate) async fn say(&mut self, frame: &TerminalSays) {
        let text = serde_json::to_string(frame).expect("frame");
        // The hub may have hung up already; what it said is what counts.
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// The next frame; `None` when the hub hung up.
    pub(crate) async fn next(&mut self) -> Option<HubSays> {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await;
            match message.expect("a frame in time")? {
                Ok(Message::Text(text)) => {
                    self.raw.push(text.to_string());
                    return Some(serde_json::from_str(&text).expect("a frame of ours"));
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next frame that is no beat.
    pub(crate) async fn heard(&mut self) -> Option<HubSays> {
        loop {
            match self.next().await {
                Some(HubSays::Beat { .. }) => {}
                other => return other,
            }
        }
    }

    pub(crate) async fn welcome(&mut self) -> domain::terminal_wire::TerminalWelcome {
        match self.heard().await {
            Some(HubSays::Welcome(welcome)) => welcome,
            other => panic!("{other:?}"),
        }
    }

    /// Payments, until there are so many; and the last place.
    pub(crate) async fn told(&mut self, count: usize) -> (Vec<ToldItem>, Opaque) {
        let mut all = Vec::new();
        loop {
            match self.heard().await {
                Some(HubSays::Told { items, cursor, .. }) => {
                    all.extend(items);
                    if all.len() >= count {
                        return (all, cursor);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
