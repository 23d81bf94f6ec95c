//! A whole shop in one process: the real hub on loopback, the real desk with its book in real files, and in place of
//! windows and loudspeaker two lists that write down what was shown and said.

mod listeners;

pub use listeners::{Ear, Eye};

use crate::{
    customer::{Heard, Letter, Post},
    wait,
};
use desk::{
    Desk, DeskConfig, Surroundings,
    api::NewSource,
    settings::{Language, Settings},
    views::{HistoryQuery, PaymentDetails, PaymentView},
};
use domain::{Currency, DayRule, Secret, ShopId, SourceConfig, SourceId, wire};
use hub::{Hub, HubConfig, Limits, MasterKey};
use std::{net::SocketAddr, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// The running shop. Everything it keeps lies in [`Shop::folder`] and outlives its parts.
pub struct Shop {
    /// Where letters are posted from.
    pub post: Post,
    /// What was said.
    pub ear: Arc<Ear>,
    /// What was shown.
    pub eye: Arc<Eye>,
    /// The hub's relay.
    pub hub_address: SocketAddr,
    /// The hub itself, while it runs.
    pub hub: Option<Running<Hub>>,
    /// The desk, while it runs.
    pub desk: Option<Running<Desk>>,
    token: Secret,
    shop: ShopId,
    limits: Limits,
    folder: TempDir,
}

/// A part that runs until it is stopped.
pub struct Running<T> {
    /// Its handle.
    pub handle: T,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// A source as the owner set it up.
#[derive(Debug, Clone)]
pub struct Door {
    /// Which.
    pub id: SourceId,
    /// Its address on this machine.
    pub url: String,
    /// The secret to enter on a phone; empty for platforms.
    pub secret: String,
}

impl Shop {
    /// Opens a shop: hub first, then a desk linked to it.
    pub async fn open() -> Self {
        Self::open_with(Limits::default()).await
    }

    /// The same with other bounds for its hub.
    pub async fn open_with(limits: Limits) -> Self {
        let mut shop = Self::without_desk_with(limits).await;
        shop.open_desk().await;
        shop
    }

    /// Only its hub.
    pub async fn without_desk() -> Self {
        Self::without_desk_with(Limits::default()).await
    }

    async fn without_desk_with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = open_hub(folder.path(), &limits).await;
        let shop = hub.first_shop(&tea_house()).await.unwrap();
        let (_, token) = hub.add_terminal(&shop, "front desk").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hub_address = listener.local_addr().unwrap();
        Self {
            post: Post::default(),
            ear: Arc::default(),
            eye: Arc::default(),
            hub_address,
            hub: Some(run_hub(hub, listener)),
            desk: None,
            token,
            shop,
            limits,
            folder,
        }
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The hub's number of this shop.
    pub fn shop_id(&self) -> &ShopId {
        &self.shop
    }

    /// The desk's handle.
    pub fn desk(&self) -> &Desk {
        &self.desk.as_ref().unwrap().handle
    }

    /// Starts the desk, linked straight to the hub.
    pub async fn open_desk(&mut self) {
        self.open_desk_by(self.hub_address).await;
    }

    /// Starts the desk, linked to the hub by way of this address, and waits until it listens.
    pub async fn open_desk_by(&mut self, hub: SocketAddr) {
        let config = self.desk_config(hub);
        let around = Surroundings {
            screen: self.eye.clone(),
            speech: self.ear.clone(),
        };
        let desk = Desk::open(config, around).await.unwrap();
        let (stop, running) = (CancellationToken::new(), desk.clone());
        let stopped = stop.clone();
        let task = tokio::spawn(async move { running.run(stopped).await });
        self.desk = Some(Running {
            handle: desk,
            stop,
            task,
        });
        wait::until("the desk's link", 15, || async {
            self.desk().sources().await.ok()
        })
        .await;
    }

    /// What the desk is started with.
    pub fn desk_config(&self, hub: SocketAddr) -> DeskConfig {
        DeskConfig {
            data_dir: self.folder.path().join("desk"),
            documents: self.folder.path().join("documents"),
            hub,
            token: self.token.clone(),
            version: "0.0.0".to_owned(),
            system_language: Language::ZhCn,
            system_zone: "Asia/Shanghai".to_owned(),
        }
    }

    /// Stops the desk in order.
    pub async fn close_desk(&mut self) {
        let Running { stop, task, .. } = self.desk.take().unwrap();
        stop.cancel();
        task.await.unwrap();
    }

    /// Stops the hub in order.
    pub async fn close_hub(&mut self) {
        let Running { stop, task, .. } = self.hub.take().unwrap();
        stop.cancel();
        task.await.unwrap();
    }

    /// Starts the hub again, at the same address.
    pub async fn open_hub(&mut self) {
        let hub = open_hub(self.folder.path(), &self.limits).await;
        assert_eq!(hub.first_shop(&tea_house()).await.unwrap(), self.shop);
        let bind = || async { TcpListener::bind(self.hub_address).await.ok() };
        let listener = wait::until("the hub's old port", 10, bind).await;
        self.hub = Some(run_hub(hub, listener));
    }

    /// Sets up a source as the owner would.
    pub async fn add(&self, config: SourceConfig) -> Door {
        let name = config.kind().as_str().to_owned();
        let view = self
            .desk()
            .add_source(NewSource { name, config })
            .await
            .unwrap();
        let local = view
            .setup
            .addresses
            .iter()
            .find(|a| a.reach == wire::Reach::Local);
        let mut url = local.expect("a door on this machine").url.clone();
        // V免签 shows `host/key` for its app to scan; its real address is below.
        if !url.starts_with("http") {
            let host = url.split('/').next().unwrap_or_default().to_owned();
            url = format!("http://{host}");
        }
        let secret = view
            .setup
            .secret
            .as_ref()
            .map(|s| s.expose().to_owned())
            .unwrap_or_default();
        Door {
            id: view.setup.id,
            url,
            secret,
        }
    }

    /// Delivers a letter; it must be answered.
    pub async fn deliver(&self, door: &Door, letter: &Letter) -> Heard {
        self.post.deliver(&door.url, letter).await.unwrap()
    }

    /// Changes settings.
    pub async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.desk().settings().await.unwrap();
        change(&mut settings);
        self.desk().save_settings(settings).await.unwrap();
    }

    /// The book's newest rows, newest first.
    pub async fn book(&self) -> Vec<PaymentView> {
        let query = HistoryQuery {
            limit: 200,
            ..HistoryQuery::default()
        };
        self.desk().history_page(query).await.unwrap().rows
    }

    /// Waits until the book has so many rows.
    pub async fn book_of(&self, rows: usize) -> Vec<PaymentView> {
        let look = || async { Some(self.book().await).filter(|book| book.len() >= rows) };
        let book = wait::until(&format!("{rows} rows in the book"), 15, look).await;
        assert_eq!(book.len(), rows, "too many rows: {book:#?}");
        book
    }

    /// Everything about a row.
    pub async fn details(&self, row: &PaymentView) -> PaymentDetails {
        self.desk().payment_details(row.line).await.unwrap()
    }
}

/// The shop in every test.
pub fn tea_house() -> wire::Shop {
    wire::Shop {
        name: "山间茶铺".to_owned(),
        currency: Currency::CNY,
        day_rule: DayRule::new("Asia/Shanghai", 4).unwrap(),
    }
}

async fn open_hub(folder: &Path, limits: &Limits) -> Hub {
    let config = HubConfig {
        limits: limits.clone(),
        ..HubConfig::new(folder.join("hub"))
    };
    Hub::open(config, MasterKey::from_bytes([7; 32]))
        .await
        .unwrap()
}

fn run_hub(hub: Hub, listener: TcpListener) -> Running<Hub> {
    let stop = CancellationToken::new();
    let serving = hub::serve(listener, hub.clone(), stop.clone());
    let task = tokio::spawn(async move { serving.await.unwrap() });
    Running {
        handle: hub,
        stop,
        task,
    }
}
