//! What a terminal may ask of its hub, and the answers.

use crate::doors::{self, Wanted};
use crate::health::{Hearing, Kept};
use crate::hub::{new_id, usable_name};
use crate::shop::{Shop, Source};
use crate::{Hub, HubError, lan, random};
use domain::wire::{Answer, AskError, Doors, Request, SourceSetup};
use domain::{Money, Secret, ShopId, SourceConfig, SourceId, SourceKind, TerminalId};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How long a test payment may take through our own door.
const TEST_WITHIN: Duration = Duration::from_secs(10);

impl Hub {
    /// Answers one question of a terminal of `shop`, the owner's own.
    pub(crate) async fn answer(
        &self,
        shop: &Arc<Shop>,
        by: &TerminalId,
        request: Request,
    ) -> Result<Answer, AskError> {
        let answered = match request {
            Request::Sources => Ok(self.views(shop)),
            Request::AddSource { name, config } => self
                .add_source_to(shop, &name, config)
                .await
                .map(|source| self.setup(&source)),
            Request::UpdateSource { id, name, config } => self
                .update_source_of(shop, &id, &name, config)
                .await
                .map(|()| Answer::Done),
            Request::SourceForm { id } => self
                .source_form(shop, &id)
                .map(|form| Answer::Form { form }),
            Request::RemoveSource { id } => self
                .remove_source_of(shop, &id)
                .await
                .map(|()| Answer::Done),
            Request::SourceSetup { id } => self
                .inner
                .directory
                .source(shop, &id)
                .map(|source| self.setup(&source)),
            Request::SetShop { shop: face } => {
                self.set_shop(&shop.id, &face).await.map(|()| Answer::Done)
            }
            Request::Doors => Ok(Answer::Doors {
                doors: self.doors().await,
            }),
            Request::SetDoors { lan, public_url } => self
                .set_doors(lan, public_url)
                .await
                .map(|doors| Answer::Doors { doors }),
            Request::TestPayment { amount } => {
                self.test_payment(shop, amount).await.map(|()| Answer::Done)
            }
            Request::Terminals { ask } => self
                .answer_about_terminals(shop, by.as_str(), ask)
                .await
                .map(|terminals| Answer::Terminals { terminals }),
        };
        answered.map_err(|error| {
            tracing::warn!(%error, "could not do what a terminal asked for");
            AskError::from(&error)
        })
    }

    fn views(&self, shop: &Shop) -> Answer {
        let sources = self.inner.directory.sources_of(shop);
        Answer::Sources {
            sources: sources.iter().map(|source| source.view()).collect(),
        }
    }

    /// Every source of a shop: its id, name and kind.
    pub fn sources(&self, shop: &ShopId) -> Result<Vec<(SourceId, String, SourceKind)>, HubError> {
        let sources = self
            .inner
            .directory
            .sources_of(&*self.inner.directory.shop(shop)?);
        Ok(sources
            .iter()
            .map(|source| (source.id.clone(), source.name.clone(), source.kind))
            .collect())
    }

    /// Adds a source to a shop; a phone's empty secret is made here.
    pub async fn add_source(
        &self,
        shop: &ShopId,
        name: &str,
        config: SourceConfig,
    ) -> Result<SourceId, HubError> {
        let shop = self.inner.directory.shop(shop)?;
        Ok(self.add_source_to(&shop, name, config).await?.id.clone())
    }

    /// What must be entered at the platform or on the phone. `local`: where this hub will be served, if it is not yet.
    pub fn source_setup(
        &self,
        shop: &ShopId,
        id: &SourceId,
        local: Option<SocketAddr>,
    ) -> Result<SourceSetup, HubError> {
        let shop = self.inner.directory.shop(shop)?;
        Ok(self.setup_of(&*self.inner.directory.source(&shop, id)?, local))
    }

    /// Removes a source; its door is closed, its payments stay.
    pub async fn remove_source(&self, shop: &ShopId, id: &SourceId) -> Result<(), HubError> {
        let shop = self.inner.directory.shop(shop)?;
        self.remove_source_of(&shop, id).await
    }

    async fn add_source_to(
        &self,
        shop: &Arc<Shop>,
        name: &str,
        config: SourceConfig,
    ) -> Result<Arc<Source>, HubError> {
        let inner = &self.inner;
        let name = usable_name(name)?;
        let config = with_secret(config)?;
        let invalid = |field, reason: &str| HubError::Invalid {
            field,
            reason: reason.to_owned(),
        };
        if config.kind() == SourceKind::Test {
            return Err(invalid("kind", "every shop has its test source already"));
        }
        if let Some(field) = sources::unusable_field(&config) {
            return Err(invalid(field, "it is empty or not of its form"));
        }
        if inner.directory.sources_of(shop).len() >= inner.limits.sources {
            return Err(invalid("kind", "the shop has too many sources"));
        }
        let id = new_id(config.kind().as_str(), SourceId::new)?;
        let row = inner.source_row(shop.key, &shop.id, id.clone(), &name, &config)?;
        inner.store.add_source(row.clone()).await?;
        let hearing = Hearing::new(Kept::default(), Instant::now());
        let source = Arc::new(Source::new(
            id,
            Arc::clone(shop),
            name,
            config,
            row.door,
            hearing,
        ));
        inner.directory.add_source(Arc::clone(&source));
        shop.source_changed();
        tracing::info!(source.id = %source.id, source.kind = source.kind.as_str(), "added a source");
        Ok(source)
    }

    async fn remove_source_of(&self, shop: &Shop, id: &SourceId) -> Result<(), HubError> {
        let source = self.inner.directory.source(shop, id)?;
        if source.kind == SourceKind::Test {
            return Err(HubError::Invalid {
                field: "id",
                reason: "the test source stays".to_owned(),
            });
        }
        self.inner.store.remove_source(id.clone()).await?;
        self.inner.directory.remove_source(id);
        shop.source_changed();
        tracing::info!(source.id = %id, "removed a source");
        Ok(())
    }

    fn setup(&self, source: &Source) -> Answer {
        Answer::Setup {
            setup: self.setup_of(source, None),
        }
    }

    fn setup_of(&self, source: &Source, local: Option<SocketAddr>) -> SourceSetup {
        let state = &self.inner.doors;
        let wanted = state.wanted();
        let lan = if wanted.lan {
            state.addresses(&self.inner.limits)
        } else {
            Vec::new()
        };
        let local = state.local.get().copied().or(local);
        let public_url = wanted.public_url.as_deref();
        SourceSetup {
            id: source.id.clone(),
            name: source.name.clone(),
            kind: source.kind,
            addresses: doors::addresses(
                &source.config,
                &source.door,
                public_url,
                &lan,
                state.port,
                local,
            ),
            secret: doors::phone_secret(&source.config),
            template: doors::template(source.kind),
        }
    }

    /// Where the doors for news can be reached.
    pub async fn doors(&self) -> Doors {
        let state = &self.inner.doors;
        let wanted = state.wanted();
        let addresses = state.addresses(&self.inner.limits);
        Doors {
            lan: wanted.lan,
            port: state.port,
            lan_addresses: addresses.iter().map(ToString::to_string).collect(),
            fingerprint: state
                .lan
                .lock()
                .await
                .as_ref()
                .map(|lan| lan.fingerprint.clone()),
            public_url: wanted.public_url,
        }
    }

    /// Opens the doors to the local network or closes them, and remembers it. A hub that is not served opens them when
    /// it is.
    pub async fn set_doors(
        &self,
        lan: bool,
        public_url: Option<String>,
    ) -> Result<Doors, HubError> {
        let public_url = match public_url.filter(|url| !url.trim().is_empty()) {
            Some(url) => Some(doors::usable_url(&url).ok_or(HubError::Invalid {
                field: "public_url",
                reason: "it must begin with https:// and have no query".to_owned(),
            })?),
            None => None,
        };
        let moved = self.inner.doors.wanted().public_url != public_url;
        let change = move |wanted: &mut Wanted| (wanted.lan, wanted.public_url) = (lan, public_url);
        self.reach(change, |_| Ok(())).await?;
        if moved {
            // Whoever came under the address that is no more comes again, where it still may.
            self.inner.terminals.cut_outside();
        }
        Ok(self.doors().await)
    }

    /// Lets doors that are opened to the local network stand open on this machine's public addresses, too, or on those
    /// of its private networks only, as at first. Open doors follow within seconds.
    pub async fn set_other_addresses(&self, others: bool) -> Result<Doors, HubError> {
        self.reach(|wanted| wanted.others = others, |_| Ok(()))
            .await?;
        Ok(self.doors().await)
    }

    /// Changes what is wanted of the doors, and opens or closes the local network by it. `also` is stored with it.
    pub(crate) async fn reach(
        &self,
        change: impl FnOnce(&mut Wanted),
        also: impl FnOnce(&rusqlite::Connection) -> Result<(), HubError> + Send + 'static,
    ) -> Result<(), HubError> {
        let state = &self.inner.doors;
        let mut open = state.lan.lock().await;
        let mut wanted = state.wanted();
        change(&mut wanted);
        let opened_now = wanted.any_lan() && open.is_none() && state.serving.get().is_some();
        if opened_now {
            *open = Some(lan::open(self, wanted.others).await?);
        }
        if let Err(error) = self.inner.store.set_doors(wanted.clone(), also).await {
            // What is not remembered must not stand open either.
            if opened_now {
                *open = None;
            }
            return Err(error);
        }
        if !wanted.any_lan() {
            *open = None;
        }
        state.set_wanted(wanted);
        Ok(())
    }

    /// Sends a test payment through our own door, as any platform would.
    async fn test_payment(&self, shop: &Shop, amount: Money) -> Result<(), HubError> {
        if amount.minor() <= 0 {
            return Err(HubError::Invalid {
                field: "amount",
                reason: "it must be above zero".to_owned(),
            });
        }
        let sources = self.inner.directory.sources_of(shop);
        let test = sources
            .into_iter()
            .find(|source| source.kind == SourceKind::Test);
        let source = test.ok_or(HubError::NotFound("test source"))?;
        let SourceConfig::Test { secret } = &source.config else {
            return Err(HubError::NotFound("test source"));
        };
        let local = self
            .inner
            .doors
            .local
            .get()
            .copied()
            .ok_or(HubError::NotFound("door of our own"))?;
        let (body, headers) = sources::forwarder::test::body_and_headers(
            secret,
            amount,
            &random::id()?,
            crate::now(),
        );
        let mut request = format!(
            "POST /n/{} HTTP/1.1\r\nhost: {local}\r\nconnection: close\r\n",
            source.door
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let exchange = async {
            let mut stream = tokio::net::TcpStream::connect(local).await?;
            stream.write_all(request.as_bytes()).await?;
            stream.write_all(&body).await?;
            let mut answer = Vec::new();
            stream.take(64 * 1024).read_to_end(&mut answer).await?;
            Ok::<_, std::io::Error>(answer.starts_with(b"HTTP/1.1 2"))
        };
        match tokio::time::timeout(TEST_WITHIN, exchange).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(HubError::Storage(
                "our own door did not take the test payment".to_owned(),
            )),
            Ok(Err(error)) => Err(HubError::Storage(format!(
                "our own door does not answer: {error}"
            ))),
            Err(_) => Err(HubError::Storage(
                "our own door does not answer in time".to_owned(),
            )),
        }
    }
}

/// Makes a phone's secret where none was given.
fn with_secret(config: SourceConfig) -> Result<SourceConfig, HubError> {
    let filled = |secret: Secret| {
        if secret.is_empty() {
            random::secret()
        } else {
            Ok(secret)
        }
    };
    Ok(match config {
        SourceConfig::SmsForwarder { secret } => SourceConfig::SmsForwarder {
            secret: filled(secret)?,
        },
        SourceConfig::Forwarder { secret } => SourceConfig::Forwarder {
            secret: filled(secret)?,
        },
        SourceConfig::Vmq { key } => SourceConfig::Vmq { key: filled(key)? },
        other => other,
    })
}
