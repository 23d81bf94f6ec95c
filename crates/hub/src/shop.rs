//! What the hub keeps in memory of its shops and sources, so that a delivery needs no read from the disk.

use crate::HubError;
use crate::health::Hearing;
use crate::health::refusals::{Refused, Taken};
use crate::terminals::recent::Recent;
use domain::{Seq, ShopId, SourceConfig, SourceId, SourceKind, Timestamp, wire};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use tokio::sync::watch;

/// One shop.
pub(crate) struct Shop {
    /// Its row.
    pub(crate) key: i64,
    pub(crate) id: ShopId,
    face: RwLock<wire::Shop>,
    /// The newest number that is durable. Raised only after a commit: this is the wake of every listener.
    pub(crate) newest: watch::Sender<Seq>,
    /// Counts changes in the state of the shop's sources.
    pub(crate) changes: watch::Sender<u64>,
    /// Counts changes about the shop's linked terminals.
    pub(crate) terminals: watch::Sender<u64>,
    /// What happened lately, for linked terminals.
    pub(crate) recent: Recent,
    /// Held by whoever of them reads far back.
    pub(crate) looking_back: tokio::sync::Mutex<()>,
    /// Counts how often name, currency or day rule were changed.
    pub(crate) faces: watch::Sender<u64>,
}

impl Shop {
    pub(crate) fn new(key: i64, id: ShopId, face: wire::Shop, newest: Seq) -> Self {
        Self {
            key,
            id,
            face: RwLock::new(face),
            newest: watch::Sender::new(newest),
            changes: watch::Sender::new(0),
            terminals: watch::Sender::new(0),
            recent: Recent::default(),
            looking_back: tokio::sync::Mutex::default(),
            faces: watch::Sender::new(0),
        }
    }

    pub(crate) fn face(&self) -> wire::Shop {
        self.face
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_face(&self, face: wire::Shop) {
        *self.face.write().unwrap_or_else(PoisonError::into_inner) = face;
    }

    /// Wakes every listener, if `seq` is newer than what they know.
    pub(crate) fn wake(&self, seq: Seq) {
        self.newest.send_if_modified(|newest| {
            let newer = seq > *newest;
            *newest = seq.max(*newest);
            newer
        });
    }

    /// Tells the owner's terminals at once that something about linked terminals changed.
    pub(crate) fn terminals_changed(&self) {
        self.terminals
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Tells every listener at once that the state of a source changed.
    pub(crate) fn source_changed(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// One source.
pub(crate) struct Source {
    pub(crate) id: SourceId,
    pub(crate) shop: Arc<Shop>,
    pub(crate) name: String,
    pub(crate) kind: SourceKind,
    pub(crate) config: SourceConfig,
    /// The same with its keys parsed, once for many deliveries.
    pub(crate) prepared: sources::Prepared,
    pub(crate) door: String,
    /// Which settings these are, as its [`Hearing`] counts them.
    settings: u64,
    /// Shared with what the source was before its settings were changed, which may have a delivery under way.
    hearing: Arc<Mutex<Hearing>>,
}

impl Source {
    pub(crate) fn new(
        id: SourceId,
        shop: Arc<Shop>,
        name: String,
        config: SourceConfig,
        door: String,
        hearing: Hearing,
    ) -> Self {
        let prepared = sources::prepare(&id, &config);
        Self {
            id,
            shop,
            name,
            kind: config.kind(),
            config,
            prepared,
            door,
            settings: hearing.settings(),
            hearing: Arc::new(Mutex::new(hearing)),
        }
    }

    /// The same source, behind the same door, with another name and other settings.
    pub(crate) fn changed(&self, name: String, config: SourceConfig) -> Self {
        Self {
            id: self.id.clone(),
            shop: Arc::clone(&self.shop),
            name,
            kind: config.kind(),
            prepared: sources::prepare(&self.id, &config),
            config,
            door: self.door.clone(),
            settings: self.hearing().settings(),
            hearing: Arc::clone(&self.hearing),
        }
    }

    pub(crate) fn hearing(&self) -> MutexGuard<'_, Hearing> {
        self.hearing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read under these settings is taken. Answers whether its state changed.
    pub(crate) fn heard(
        &self,
        taken: Taken,
        ahead: Option<i64>,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        self.hearing()
            .heard_under(self.settings, taken, ahead, now, at)
    }

    /// What was read under these settings is refused. Answers whether what people are told changed.
    pub(crate) fn refused(&self, refused: Refused, now: Timestamp, spread: Duration) -> bool {
        let mut hearing = self.hearing();
        // Settings that hold no more explain nothing that people should do.
        hearing.settings() == self.settings && hearing.refused(self.kind, refused, now, spread)
    }

    /// Whether it is heard, for its terminals.
    pub(crate) fn health(&self) -> wire::SourceHealth {
        let hearing = self.hearing();
        wire::SourceHealth {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            state: hearing.state,
            last_heard: hearing.last_heard,
            clock_ahead_ms: hearing.clock_ahead_ms,
            refusing: hearing.refusing(),
        }
    }

    /// The same with its refusals, for its owner.
    pub(crate) fn view(&self) -> wire::SourceView {
        let health = self.health();
        let hearing = self.hearing();
        wire::SourceView {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            health,
            refused: hearing.refused,
            last_refusal: hearing
                .last_refusal
                .as_ref()
                .map(|(code, _)| code.clone().into_owned()),
            last_refusal_at: hearing.last_refusal.as_ref().map(|(_, at)| *at),
        }
    }
}

/// Every shop and source of this hub.
#[derive(Default)]
pub(crate) struct Directory {
    inside: RwLock<Inside>,
    /// Held while a source's settings are read, changed and stored: of two changes at once none is lost.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Inside {
    shops: HashMap<ShopId, Arc<Shop>>,
    /// By the digest of the door, so that looking one up takes no longer for a door that begins right.
    doors: HashMap<[u8; 32], Arc<Source>>,
    /// In the order in which they were added.
    sources: Vec<Arc<Source>>,
}

impl Directory {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inside> {
        self.inside.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Inside> {
        self.inside.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_shop(&self, shop: Arc<Shop>) {
        self.write().shops.insert(shop.id.clone(), shop);
    }

    pub(crate) fn add_source(&self, source: Arc<Source>) {
        let mut inside = self.write();
        inside
            .doors
            .insert(digest(source.door.as_bytes()), Arc::clone(&source));
        inside.sources.push(source);
    }

    /// Puts a source where it stood before; one that was removed meanwhile stays removed.
    pub(crate) fn replace_source(&self, source: Arc<Source>) {
        let mut inside = self.write();
        let Some(place) = inside.sources.iter().position(|s| s.id == source.id) else {
            return;
        };
        inside
            .doors
            .insert(digest(source.door.as_bytes()), Arc::clone(&source));
        inside.sources[place] = source;
    }

    pub(crate) fn remove_source(&self, id: &SourceId) {
        let mut inside = self.write();
        inside.doors.retain(|_, source| source.id != *id);
        inside.sources.retain(|source| source.id != *id);
    }

    pub(crate) fn shop(&self, id: &ShopId) -> Result<Arc<Shop>, HubError> {
        self.read()
            .shops
            .get(id)
            .cloned()
            .ok_or(HubError::NotFound("shop"))
    }

    /// Every shop, oldest first.
    pub(crate) fn shops(&self) -> Vec<Arc<Shop>> {
        let mut shops: Vec<_> = self.read().shops.values().cloned().collect();
        shops.sort_by_key(|shop| shop.key);
        shops
    }

    /// The source whose door this is.
    pub(crate) fn behind(&self, door: &str) -> Option<Arc<Source>> {
        let source = self.read().doors.get(&digest(door.as_bytes())).cloned()?;
        bool::from(source.door.as_bytes().ct_eq(door.as_bytes())).then_some(source)
    }

    pub(crate) fn sources(&self) -> Vec<Arc<Source>> {
        self.read().sources.clone()
    }

    pub(crate) fn sources_of(&self, shop: &Shop) -> Vec<Arc<Source>> {
        self.read()
            .sources
            .iter()
            .filter(|source| source.shop.key == shop.key)
            .cloned()
            .collect()
    }

    pub(crate) fn source(&self, shop: &Shop, id: &SourceId) -> Result<Arc<Source>, HubError> {
        let found = self
            .read()
            .sources
            .iter()
            .find(|s| s.shop.key == shop.key && s.id == *id)
            .cloned();
        found.ok_or(HubError::NotFound("source"))
    }
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    digest
}
