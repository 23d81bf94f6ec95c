//! What the hub keeps in memory of its linked terminals: what each may, and who is listening.

use super::keeping::Unkept;
use super::knocks::Knocks;
use super::opaque::Opaques;
use super::presence::{OnLink, Presence};
use super::record::Recorder;
use super::rows;
use super::voice::Able;
use super::wrong_codes::WrongCodes;
use crate::seal::Sealer;
use crate::shop::Shop;
use crate::store::Store;
use crate::{HubError, Limits};
use domain::permission::Permission;
use domain::terminals::TerminalView;
use domain::{HubId, InvitationId, Preset, TerminalId, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How many that were cut off are still shown: with as many linked ones and the longest permissions they fit a frame.
const REVOKED_SHOWN: usize = 100;

/// One linked terminal.
pub(crate) struct Terminal {
    pub(crate) id: TerminalId,
    pub(crate) shop: i64,
    /// Its Ed25519 public key.
    pub(crate) public_key: [u8; 32],
    linked: Beginning,
    /// What its links follow.
    pub(crate) state: watch::Sender<State>,
    presence: Mutex<Presence>,
}

/// How it was linked.
#[derive(Debug, Clone)]
pub(crate) struct Beginning {
    /// Its place in the order in which they were.
    pub(crate) row: i64,
    pub(crate) at: Timestamp,
    pub(crate) invitation: Option<InvitationId>,
}

/// What the owner can change about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) permission: Arc<Permission>,
    /// The number of that permission.
    pub(crate) version: u32,
    /// When that permission began.
    pub(crate) since: Timestamp,
    /// It is to speak.
    pub(crate) speaks: bool,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Terminal {
    pub(crate) fn new(
        id: TerminalId,
        shop: i64,
        public_key: [u8; 32],
        linked: Beginning,
        state: State,
        presence: Presence,
    ) -> Self {
        Self {
            id,
            shop,
            public_key,
            linked,
            state: watch::Sender::new(state),
            presence: Mutex::new(presence),
        }
    }

    fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How well it could speak now: as well as the best of its links.
    pub(super) fn able(&self, now: Instant, within: Duration) -> Able {
        let presence = self.presence();
        let links = presence.links.iter().map(|link| link.able(now, within));
        links.max().unwrap_or(Able::Away)
    }

    fn is_revoked(&self) -> bool {
        self.state.borrow().revoked_at.is_some()
    }

    fn view(&self) -> TerminalView {
        let (state, presence) = (self.state.borrow().clone(), self.presence());
        let link = presence.links.last();
        TerminalView {
            id: self.id.clone(),
            name: state.name,
            preset: Preset::of(&state.permission),
            permission: state.permission.as_ref().clone(),
            linked_at: self.linked.at,
            last_seen: presence.last_seen,
            online_since: link.map(|link| link.since),
            latency_ms: link.and_then(|link| link.latency_ms),
            app: presence.app.clone(),
            speaks: state.speaks,
            revoked_at: state.revoked_at,
            invitation: self.linked.invitation.clone(),
        }
    }
}

/// Every linked terminal of this hub.
pub(crate) struct Terminals {
    hub: HubId,
    inside: RwLock<Inside>,
    /// Held while something about terminals is read, changed and stored.
    pub(crate) changing: tokio::sync::Mutex<()>,
    pub(crate) recorder: Recorder,
    pub(crate) wrong_codes: WrongCodes,
    secret: [u8; 32],
    count: AtomicUsize,
    /// Links that are proved, now.
    linked: AtomicUsize,
    /// What was sent and is not written down yet.
    pub(super) unkept: Mutex<Unkept>,
    /// Links that are not proved yet.
    pub(crate) knocks: Arc<Knocks>,
    /// Held while it is chosen who speaks.
    pub(super) choosing: Mutex<()>,
    /// See [`Limits::voice_within`].
    pub(super) voice_within: Duration,
    /// Ends every link that came from outside.
    outside: Mutex<CancellationToken>,
}

#[derive(Default)]
pub(super) struct Inside {
    by_id: HashMap<TerminalId, Arc<Terminal>>,
    /// By the shop's key.
    pub(super) voices: HashMap<i64, Vec<TerminalId>>,
}

/// A terminal's link, as long as this lives.
pub(crate) struct Linked<'a> {
    pub(super) terminals: &'a Terminals,
    pub(crate) shop: Arc<Shop>,
    pub(crate) terminal: Arc<Terminal>,
    number: usize,
    /// It must end: another link took its place.
    pub(crate) replaced: CancellationToken,
}

impl Terminals {
    pub(crate) async fn load(
        hub: &HubId,
        store: &Store,
        sealer: &Sealer,
        limits: &Limits,
    ) -> Result<Self, HubError> {
        let (all, voices) = store
            .call(|db| Ok((rows::terminals(db)?, rows::voices(db)?)))
            .await?;
        let by_id = all.into_iter().map(|t| (t.id.clone(), Arc::new(t)));
        let inside = Inside {
            by_id: by_id.collect(),
            voices: voices.into_iter().collect(),
        };
        let terminals = Self {
            hub: hub.clone(),
            inside: RwLock::new(inside),
            changing: tokio::sync::Mutex::default(),
            recorder: Recorder::new(&sealer.derived("record")?),
            wrong_codes: WrongCodes::new(limits.wrong_codes, limits.wrong_codes_within),
            secret: sealer.derived("terminals")?,
            count: AtomicUsize::new(0),
            linked: AtomicUsize::new(0),
            unkept: Mutex::default(),
            knocks: Knocks::new(limits.knocks, limits.knocks_per_peer),
            choosing: Mutex::default(),
            voice_within: limits.voice_within,
            outside: Mutex::default(),
        };
        let recorder = terminals.recorder.clone();
        store.call(move |db| recorder.begin(db)).await?;
        Ok(terminals)
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Inside> {
        self.inside.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Inside> {
        self.inside.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn opaques(&self, terminal: &TerminalId) -> Result<Opaques, HubError> {
        Opaques::new(&self.secret, &self.hub, terminal)
    }

    pub(crate) fn add(&self, terminal: Terminal) {
        let mut inside = self.write();
        inside.by_id.insert(terminal.id.clone(), Arc::new(terminal));
    }

    /// The terminal with this id, cut off or not.
    pub(crate) fn by_id(&self, id: &TerminalId) -> Option<Arc<Terminal>> {
        self.read().by_id.get(id).cloned()
    }

    /// The terminal of this shop with this id, unless it was cut off.
    pub(crate) fn of_shop(&self, shop: &Shop, id: &TerminalId) -> Result<Arc<Terminal>, HubError> {
        self.by_id(id)
            .filter(|terminal| terminal.shop == shop.key && !terminal.is_revoked())
            .ok_or(HubError::NotFound("terminal"))
    }

    /// A shop's, oldest first.
    pub(super) fn all_of(&self, shop: i64) -> Vec<Arc<Terminal>> {
        let inside = self.read();
        let mut all: Vec<_> = inside
            .by_id
            .values()
            .filter(|terminal| terminal.shop == shop)
            .cloned()
            .collect();
        all.sort_by_key(|terminal| terminal.linked.row);
        all
    }

    /// Who was there since it was asked last, and when.
    pub(super) fn take_unsaved(&self) -> Vec<(TerminalId, Timestamp, Option<String>)> {
        let mut seen = Vec::new();
        for terminal in self.read().by_id.values() {
            let mut presence = terminal.presence();
            if let (true, Some(at)) = (presence.unsaved, presence.last_seen) {
                presence.unsaved = false;
                seen.push((terminal.id.clone(), at, presence.app.clone()));
            }
        }
        seen
    }

    /// That could not be written down: it is due again.
    pub(super) fn not_saved(&self, id: &TerminalId) {
        if let Some(terminal) = self.by_id(id) {
            terminal.presence().unsaved = true;
        }
    }

    /// How many of a shop are not cut off.
    pub(crate) fn count_of(&self, shop: &Shop) -> usize {
        let all = self.all_of(shop.key);
        all.iter().filter(|one| !one.is_revoked()).count()
    }

    /// As the owner sees them: at most `most`, then the newest few of those cut off.
    pub(crate) fn views(&self, shop: &Shop, most: usize) -> Vec<TerminalView> {
        let (mut revoked, good): (Vec<_>, Vec<_>) = self
            .all_of(shop.key)
            .into_iter()
            .partition(|one| one.is_revoked());
        revoked.sort_by_key(|one| std::cmp::Reverse(one.state.borrow().revoked_at));
        revoked.truncate(REVOKED_SHOWN);
        let shown = good.iter().take(most).chain(&revoked);
        shown.map(|terminal| terminal.view()).collect()
    }

    /// How many links are proved. Those that are not do not count: they must not keep the shop's own phones out.
    pub(crate) fn links(&self) -> usize {
        self.linked.load(Ordering::Relaxed)
    }

    /// A terminal that proved itself is linked from now on. Past `most` links of its own the oldest ends.
    pub(crate) fn link<'a>(
        &'a self,
        shop: &Arc<Shop>,
        terminal: &Arc<Terminal>,
        (app, hearable): (Option<String>, bool),
        most: usize,
        now: Timestamp,
    ) -> Linked<'a> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        self.linked.fetch_add(1, Ordering::Relaxed);
        let replaced = CancellationToken::new();
        {
            let mut presence = terminal.presence();
            presence.links.push(OnLink {
                number,
                since: now,
                latency_ms: None,
                said_at: Instant::now(),
                hearable,
                end: replaced.clone(),
            });
            while presence.links.len() > most.max(1) {
                presence.links.remove(0).end.cancel();
            }
            presence.last_seen = Some(now);
            presence.app = app;
            presence.unsaved = true;
        }
        self.choose_voice(shop);
        Linked {
            terminals: self,
            shop: Arc::clone(shop),
            terminal: Arc::clone(terminal),
            number,
            replaced,
        }
    }

    /// Ends with the next [`cut_outside`](Self::cut_outside).
    pub(crate) fn outside(&self) -> CancellationToken {
        self.outside
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Ends every link over the local network and from the internet.
    pub(crate) fn cut_outside(&self) {
        let mut token = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *token).cancel();
    }
}

impl Linked<'_> {
    /// Notes that it said something itself; answers whether it can speak better or worse than before.
    pub(super) fn note(&self, hearable: Option<bool>) -> bool {
        let (now, within) = (Instant::now(), self.terminals.voice_within);
        let mut presence = self.terminal.presence();
        let mut links = presence.links.iter_mut();
        let Some(link) = links.find(|link| link.number == self.number) else {
            return false;
        };
        let before = link.able(now, within);
        link.said_at = now;
        link.hearable = hearable.unwrap_or(link.hearable);
        link.able(now, within) != before
    }

    /// A frame took so long to the terminal and back.
    pub(crate) fn latency(&self, ms: u32) {
        let mut presence = self.terminal.presence();
        for link in &mut presence.links {
            if link.number == self.number {
                link.latency_ms = Some(ms);
            }
        }
    }
}

impl Drop for Linked<'_> {
    fn drop(&mut self) {
        self.terminals.linked.fetch_sub(1, Ordering::Relaxed);
        {
            let mut presence = self.terminal.presence();
            presence.links.retain(|link| link.number != self.number);
            presence.last_seen = Some(crate::now());
            presence.unsaved = true;
        }
        self.terminals.choose_voice(&self.shop);
    }
}
