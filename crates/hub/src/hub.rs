//! The handle that everything is done through: opening, shops, terminals, closing.

use crate::doors::{Doors, Wanted};
use crate::health::{Hearing, Kept};
use crate::metrics::Metrics;
use crate::seal::Sealer;
use crate::shop::{Directory, Shop, Source, digest};
use crate::store::{MIGRATIONS, SourceRow, Store};
use crate::terminals::Terminals;
use crate::writer::Writer;
use crate::{HubConfig, HubError, Limits, MasterKey, Pages, random};
use domain::payment::clean_text;
use domain::{DayRule, HubId, Secret, Seq, ShopId, SourceConfig, SourceId, TerminalId, wire};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The longest name of a shop, source or terminal, in characters.
const NAME_MAX: usize = 60;

/// An open hub. Cheap to clone; all clones are the same hub.
#[derive(Clone)]
pub struct Hub {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) id: HubId,
    pub(crate) store: Store,
    pub(crate) sealer: Sealer,
    pub(crate) directory: Directory,
    pub(crate) writer: Writer,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) doors: Doors,
    pub(crate) terminals: Terminals,
    pub(crate) accounts: crate::accounts::Accounts,
    /// The pages for linked terminals, where there are any.
    pub(crate) pages: Option<Pages>,
    /// Terminals whose tokens are kept in memory only, by the token's digest.
    for_this_run: RwLock<HashMap<[u8; 32], (TerminalId, ShopId)>>,
    run_secret: [u8; 32],
    run_count: AtomicU64,
    closing: CancellationToken,
    writing: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({})", self.inner.id)
    }
}

impl Hub {
    /// Opens the hub's database, made if there is none.
    pub async fn open(config: HubConfig, master: MasterKey) -> Result<Self, HubError> {
        let (dir, patience) = (config.data_dir.clone(), config.patience);
        let db = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&dir)
                .map_err(|error| HubError::Folder(dir.clone(), error.to_string()))?;
            let path = dir.join("hub.db");
            Ok::<_, HubError>(sqlite::Db::open_within(&path, MIGRATIONS, patience)?)
        });
        let db = db
            .await
            .map_err(|error| HubError::Storage(error.to_string()))??;
        let store = Store { db };
        let sealer = Sealer::new(&master)?;
        let (id, wanted) = match store.hub().await? {
            Some(row) => {
                let check = sealer.open("hub", &row.seal_check)?;
                if check.as_slice() != row.id.as_str().as_bytes() {
                    return Err(HubError::WrongMasterKey);
                }
                (row.id, row.wanted)
            }
            None => {
                let id = new_id("hub", HubId::new)?;
                store
                    .add_hub(&id, sealer.seal("hub", id.as_str().as_bytes())?)
                    .await?;
                (id, Wanted::default())
            }
        };
        let directory = load(&store, &sealer).await?;
        let terminals = Terminals::load(&id, &store, &sealer, &config.limits).await?;
        let metrics = Arc::new(Metrics::default());
        let closing = CancellationToken::new();
        let (writer, writing) = Writer::start(
            store.clone(),
            Arc::clone(&metrics),
            &config.limits,
            closing.clone(),
        );
        let mut run_secret = [0; 32];
        random::fill(&mut run_secret)?;
        let inner = Inner {
            accounts: crate::accounts::Accounts::new(&sealer, &config.limits.accounts)?,
            id,
            store,
            sealer,
            directory,
            writer,
            metrics,
            doors: Doors::new(config.door_port, wanted),
            terminals,
            pages: config.pages,
            limits: config.limits,
            for_this_run: RwLock::default(),
            run_secret,
            run_count: AtomicU64::new(0),
            closing,
            writing: Mutex::new(Some(writing)),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The hub's id.
    pub fn id(&self) -> HubId {
        self.inner.id.clone()
    }

    /// Every shop, oldest first.
    pub fn shops(&self) -> Vec<(ShopId, wire::Shop)> {
        self.inner
            .directory
            .shops()
            .into_iter()
            .map(|shop| (shop.id.clone(), shop.face()))
            .collect()
    }

    /// The embedded hub's one shop: made if there is none, else the existing one.
    pub async fn first_shop(&self, shop: &wire::Shop) -> Result<ShopId, HubError> {
        match self.inner.directory.shops().first() {
            Some(first) => Ok(first.id.clone()),
            None => self.add_shop(shop).await,
        }
    }

    /// Adds a shop, with its test source.
    pub async fn add_shop(&self, shop: &wire::Shop) -> Result<ShopId, HubError> {
        let inner = &self.inner;
        let face = usable(shop)?;
        let id = new_id("shop", ShopId::new)?;
        let source = new_id("test", SourceId::new)?;
        let config = SourceConfig::Test {
            secret: random::secret()?,
        };
        let row = inner.source_row(0, &id, source.clone(), "Test", &config)?;
        let door = row.door.clone();
        let key = inner.store.add_shop(id.clone(), face.clone(), row).await?;
        let shop = Arc::new(Shop::new(key, id.clone(), face, Seq(0)));
        inner.directory.add_shop(Arc::clone(&shop));
        let hearing = Hearing::new(Kept::default(), Instant::now());
        inner.directory.add_source(Arc::new(Source::new(
            source,
            shop,
            "Test".to_owned(),
            config,
            door,
            hearing,
        )));
        Ok(id)
    }

    /// Changes a shop's name, currency and day rule. Payments already accepted keep their day.
    pub async fn set_shop(&self, shop: &ShopId, face: &wire::Shop) -> Result<(), HubError> {
        let shop = self.inner.directory.shop(shop)?;
        let face = usable(face)?;
        if face == shop.face() {
            return Ok(());
        }
        self.inner.store.set_shop(shop.key, face.clone()).await?;
        shop.set_face(face);
        // What was kept and summed by the old day and currency is not good any more.
        shop.recent.forget().await;
        // Linked terminals were told of a shop that is another now: they link anew.
        shop.faces
            .send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// A token for the program's own desk, kept only in memory: it ends with this run.
    pub async fn terminal_for_this_run(&self, shop: &ShopId, name: &str) -> Secret {
        let inner = &self.inner;
        let count = inner.run_count.fetch_add(1, Ordering::Relaxed);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &inner.run_secret);
        let token = Secret::new(hex::encode(ring::hmac::sign(&key, &count.to_be_bytes())));
        if let Some(id) = TerminalId::new(format!("run_{count}")) {
            tracing::info!(terminal.id = %id, name, "a terminal for this run");
            let mut terminals = inner
                .for_this_run
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            terminals.insert(digest(token.expose().as_bytes()), (id, shop.clone()));
        }
        token
    }

    /// Adds a terminal; its token is shown once and stored hashed.
    pub async fn add_terminal(
        &self,
        shop: &ShopId,
        name: &str,
    ) -> Result<(TerminalId, Secret), HubError> {
        let key = self.inner.directory.shop(shop)?.key;
        let name = usable_name(name)?;
        let (id, token) = (new_id("terminal", TerminalId::new)?, random::token()?);
        let hashed = digest(token.expose().as_bytes());
        self.inner
            .store
            .add_terminal(id.clone(), key, name, hashed, crate::now())
            .await?;
        Ok((id, token))
    }

    /// Writes what waits and closes the database. [`serve`](crate::serve) does it when it ends.
    pub async fn close(&self) {
        let inner = &self.inner;
        inner.closing.cancel();
        let writing = inner
            .writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writing) = writing {
            // It only fails when the writer panicked, which has been logged; there is nothing left to wait for.
            let _ = writing.await;
        }
        if let Err(error) = inner.save_signs_of_life(true).await {
            tracing::warn!(%error, "could not keep when the sources were heard last");
        }
        if let Err(error) = inner.terminals.keep(&inner.store).await {
            tracing::error!(%error, "could not write down what was sent to terminals last");
        }
        inner.store.db.close().await;
    }
}

impl Inner {
    /// The terminal with this token, and its shop.
    pub(crate) async fn terminal(
        &self,
        token: &Secret,
    ) -> Result<Option<(TerminalId, Arc<Shop>)>, HubError> {
        let hashed = digest(token.expose().as_bytes());
        let run = self
            .for_this_run
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hashed)
            .cloned();
        let found = match run {
            Some(found) => Some(found),
            None => self.store.terminal(hashed).await?,
        };
        Ok(found.and_then(|(id, shop)| Some((id, self.directory.shop(&shop).ok()?))))
    }

    /// A source's row, with a new door and its config sealed.
    pub(crate) fn source_row(
        &self,
        shop_key: i64,
        shop: &ShopId,
        id: SourceId,
        name: &str,
        config: &SourceConfig,
    ) -> Result<SourceRow, HubError> {
        let config = self.sealed(shop, &id, config)?;
        let door = random::door()?;
        Ok(SourceRow {
            shop: shop_key,
            id,
            name: name.to_owned(),
            door,
            config,
            kept: Kept::default(),
        })
    }

    /// A source's config as it is stored.
    pub(crate) fn sealed(
        &self,
        shop: &ShopId,
        id: &SourceId,
        config: &SourceConfig,
    ) -> Result<Vec<u8>, HubError> {
        let json =
            serde_json::to_vec(config).map_err(|error| HubError::Storage(error.to_string()))?;
        let json = zeroize::Zeroizing::new(json);
        self.sealer.seal(&owner(shop, id), &json)
    }

    /// Keeps when each source was heard last, so that a restart does not forget it.
    pub(crate) async fn save_signs_of_life(&self, all: bool) -> Result<(), HubError> {
        // What is written here must not undo what a change of settings writes.
        let _one_at_a_time = self.directory.changing.lock().await;
        let due = |source: Arc<Source>| {
            let kept = source.hearing().due_to_save(all)?;
            Some((source, kept))
        };
        let signs: Vec<_> = self
            .directory
            .sources()
            .into_iter()
            .filter_map(due)
            .collect();
        if signs.is_empty() {
            return Ok(());
        }
        let rows = signs
            .iter()
            .map(|(source, kept)| (source.id.clone(), kept.clone()));
        self.store.save_signs_of_life(rows.collect()).await?;
        // Only now: what a full disk did not take is due again at the next look.
        for (source, kept) in signs {
            source.hearing().saved(kept);
        }
        Ok(())
    }
}

/// What a source's secrets are sealed for.
fn owner(shop: &ShopId, source: &SourceId) -> String {
    format!("source\n{shop}\n{source}")
}

async fn load(store: &Store, sealer: &Sealer) -> Result<Directory, HubError> {
    let directory = Directory::default();
    let mut by_key = HashMap::new();
    for row in store.shops().await? {
        let shop = Arc::new(Shop::new(row.key, row.id, row.face, row.newest));
        by_key.insert(row.key, Arc::clone(&shop));
        directory.add_shop(shop);
    }
    let began = Instant::now();
    for row in store.sources().await? {
        let shop: &Arc<Shop> = by_key.get(&row.shop).ok_or(HubError::NotFound("shop"))?;
        let json = sealer.open(&owner(&shop.id, &row.id), &row.config)?;
        let config = serde_json::from_slice(&json)
            // Never the parser's own words: they may quote a secret.
            .map_err(|_| {
                HubError::Storage(format!("the settings of source {} cannot be read", row.id))
            })?;
        let hearing = Hearing::new(row.kept, began);
        directory.add_source(Arc::new(Source::new(
            row.id,
            Arc::clone(shop),
            row.name,
            config,
            row.door,
            hearing,
        )));
    }
    Ok(directory)
}

/// `<what>_<16 hex characters>`.
pub(crate) fn new_id<Id>(what: &str, make: impl Fn(String) -> Option<Id>) -> Result<Id, HubError> {
    make(format!("{what}_{}", random::id()?)).ok_or(HubError::NoRandom)
}

/// A name that can be shown: cleaned, not empty, not longer than anybody would type.
pub(crate) fn usable_name(name: &str) -> Result<String, HubError> {
    let invalid = |reason: &str| HubError::Invalid {
        field: "name",
        reason: reason.to_owned(),
    };
    let name = clean_text(name).ok_or_else(|| invalid("it is empty"))?;
    if name.chars().count() > NAME_MAX {
        Err(invalid("it is too long"))
    } else {
        Ok(name)
    }
}

fn usable(shop: &wire::Shop) -> Result<wire::Shop, HubError> {
    let name = usable_name(&shop.name)?;
    let day_rule =
        DayRule::new(&shop.day_rule.zone, shop.day_rule.cutover_hour).ok_or(HubError::Invalid {
            field: "day_rule",
            reason: "an unknown time zone, or an hour past 23".to_owned(),
        })?;
    Ok(wire::Shop {
        name,
        currency: shop.currency,
        day_rule,
    })
}

#[cfg(test)]
mod tests;
