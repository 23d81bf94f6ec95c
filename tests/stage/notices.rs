//! The desktop's notification service, small but real, after the Desktop Notifications Specification: it writes down
//! what it is asked to show, and can behave as badly as real ones do.

use super::Stage;
use anyhow::Context;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use zbus::{Connection, OwnedVariant, object_server::SignalEmitter};

/// A notification service that runs.
pub struct NoticeServer {
    connection: Connection,
    state: Arc<Mutex<State>>,
}

/// How it takes what it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It shows.
    Shows,
    /// It answers with an error.
    Refuses,
    /// It never answers.
    Hangs,
}

/// One order to show something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The number that it got, which is that of the notice it replaces, if there is one.
    pub id: u32,
    /// It stands in place of an older one.
    pub replaces: bool,
    /// The program's name.
    pub app: String,
    /// The program's picture: a name or a path.
    pub icon: String,
    /// The headline.
    pub title: String,
    /// What stands below.
    pub body: String,
    /// 0 low, 1 normal, 2 critical.
    pub urgency: Option<u8>,
    /// The service may forget it once it was seen.
    pub transient: bool,
}

struct State {
    manner: Manner,
    capabilities: Vec<String>,
    orders: Vec<Shown>,
    /// What stands on the screen, by number.
    open: Vec<u32>,
    last: u32,
}

impl NoticeServer {
    /// Puts a notification service onto a stage, which can do these things (`body`, `body-markup`, …).
    pub async fn start(stage: &Stage, capabilities: &[&str]) -> anyhow::Result<Self> {
        let state = Arc::new(Mutex::new(State {
            manner: Manner::Shows,
            capabilities: capabilities.iter().map(|one| (*one).to_owned()).collect(),
            orders: vec![],
            open: vec![],
            last: 0,
        }));
        let service = Service(state.clone());
        let address = stage.bus_address().context("the stage has no bus")?;
        let connection = zbus::connection::Builder::address(address)
            .serve_at("/org/freedesktop/Notifications", service)
            .name("org.freedesktop.Notifications")
            .build()
            .await?;
        Ok(Self { connection, state })
    }

    /// From now on it behaves like this.
    pub fn behave(&self, manner: Manner) {
        locked(&self.state).manner = manner;
    }

    /// All that it was asked to show, oldest first.
    pub fn orders(&self) -> Vec<Shown> {
        locked(&self.state).orders.clone()
    }

    /// What stands on the screen now: the newest order for each number that was not taken away.
    pub fn on_screen(&self) -> Vec<Shown> {
        let state = locked(&self.state);
        let newest = |id: &u32| state.orders.iter().rev().find(|order| order.id == *id);
        state.open.iter().filter_map(newest).cloned().collect()
    }

    /// It ends, and its name on the bus with it.
    pub async fn end(self) {
        let _ = self.connection.close().await;
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Service(Arc<Mutex<State>>);

impl Service {
    /// Answers, or not, as it was told to behave.
    async fn answer(&self) -> zbus::fdo::Result<()> {
        let manner = locked(&self.0).manner;
        match manner {
            Manner::Shows => Ok(()),
            Manner::Refuses => Err(zbus::fdo::Error::Failed("no more notices".to_owned())),
            Manner::Hangs => std::future::pending().await,
        }
    }
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    async fn get_capabilities(&self) -> zbus::fdo::Result<Vec<String>> {
        self.answer().await?;
        Ok(locked(&self.0).capabilities.clone())
    }

    async fn get_server_information(&self) -> (String, String, String, String) {
        let words = ["stage", "Tillbell", "1", "1.2"].map(str::to_owned);
        words.into()
    }

    #[allow(clippy::too_many_arguments, reason = "the specification's own")]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        _expires: i32,
    ) -> zbus::fdo::Result<u32> {
        self.answer().await?;
        let mut state = locked(&self.0);
        let id = if replaces == 0 {
            state.last + 1
        } else {
            replaces
        };
        state.last = state.last.max(id);
        state.open.retain(|open| *open != id);
        state.open.push(id);
        let hint = |name: &str| hints.get(name).cloned();
        state.orders.push(Shown {
            id,
            replaces: replaces != 0,
            app,
            icon,
            title,
            body,
            urgency: hint("urgency").and_then(|value| value.try_into().ok()),
            transient: hint("transient").is_some_and(|value| value.try_into().unwrap_or(false)),
        });
        Ok(id)
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.answer().await?;
        locked(&self.0).open.retain(|open| *open != id);
        Ok(emitter.notification_closed(id, 3).await?)
    }

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}
