//! The handle that windows and tray call, and the loops behind it.

mod guard;
mod marks;
mod show;
mod state;
mod time;

use crate::{
    DeskError, Screen,
    announcer::{Announcer, SpeechFactory, Voice},
    cards::{Cards, Stack},
    counter,
    customer::CustomerScreen,
    displays::Displays,
    ledger::{Clocks, Ledger},
    link::{self, Asked, Link},
    listening::GRACE_MS,
    occasion::Occasions,
    plugged::Plugged,
    receipts::Receipts,
    settings::{Language, Settings, file},
    shown::Clock,
    update::{self, Updates},
};
use domain::{DayRule, Secret, Timestamp, wire::Shop};
pub(crate) use guard::guarded;
use marks::Marks;
pub(crate) use state::State;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::Instant,
};
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) const BOOK: &str = "book.sqlite";

/// So long at most a start waits for the files that another program holds: after an update that is our former self,
/// which is ending. A shop whose new version gave up would be deaf.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What a desk is started with.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// The folder for the book and the settings; made if there is none.
    pub data_dir: PathBuf,
    /// The owner's documents: what is exported goes there, into a folder of our own.
    pub documents: PathBuf,
    /// Where the hub's relay listens.
    pub hub: SocketAddr,
    /// This terminal's token.
    pub token: Secret,
    /// The program's version, for people.
    pub version: String,
    /// The language that the system is set to.
    pub system_language: Language,
    /// The system's time zone, by its IANA name.
    pub system_zone: String,
}

/// What the desk shows itself on and speaks through.
#[derive(Clone)]
pub struct Surroundings {
    /// Windows and tray.
    pub screen: Arc<dyn Screen>,
    /// The voice.
    pub speech: Arc<dyn SpeechFactory>,
}

/// The front desk. Cheap to clone; every clone is the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: DeskConfig,
    pub(crate) screen: Arc<dyn Screen>,
    pub(crate) ledger: Ledger,
    pub(crate) cards: Cards,
    pub(crate) link: Link,
    pub(crate) announcer: Announcer,
    pub(crate) updates: Updates,
    pub(crate) occasions: Occasions,
    pub(crate) plugged: Plugged,
    pub(crate) displays: Displays,
    pub(crate) receipts: Receipts,
    pub(crate) exports: crate::exports::Exports,
    pub(crate) customer: CustomerScreen,
    pub(crate) backups: crate::backups::Backups,
    pub(crate) statements: crate::statements::Statements,
    pub(crate) checking: crate::history::Checking,
    pub(crate) closing: crate::closing::Closings,
    /// Raised when the tray may have to say something else.
    pub(crate) tray: Notify,
    /// What an earlier run left unannounced was looked at: once, and before anything new is taken in.
    caught_up: tokio::sync::Mutex<bool>,
    /// Held while settings are changed and written, so that two pages cannot undo each other's half.
    pub(crate) saving: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    pub(crate) voice: watch::Sender<Voice>,
    started: Instant,
    running: Mutex<Option<Running>>,
    _stop_voice: DropGuard,
}

/// What `run` takes with it.
struct Running {
    asked: Asked,
    announcing: JoinHandle<()>,
    stop_voice: CancellationToken,
}

impl Desk {
    /// Opens the book (which only one desk can have open at a time) and the settings, and starts the voice, so that
    /// the first payment does not wait for it.
    pub async fn open(config: DeskConfig, around: Surroundings) -> Result<Self, DeskError> {
        tokio::fs::create_dir_all(&config.data_dir)
            .await
            .map_err(DeskError::Folder)?;
        let ledger = Ledger::open_within(&config.data_dir.join(BOOK), PATIENCE).await?;
        crate::arrivals::Arrivals::below(&config.data_dir).empty();
        let loaded = file::load(&config.data_dir).map_err(DeskError::Folder)?;
        let shop = ledger.shop().await?;
        let muted_until = ledger
            .kept::<Option<Timestamp>>("muted_until")
            .await?
            .flatten();
        let muted_until = muted_until.filter(|until| *until > now());
        let settings = loaded.settings;
        let rule = rule_of(shop.as_ref(), &config.system_zone);
        let language = settings.language.unwrap_or(config.system_language);
        let (voice, voices) = watch::channel(Voice::new(
            settings.clone(),
            language,
            muted_until,
            rule.clone(),
        ));
        let stop_voice = CancellationToken::new();
        let spoken = Arc::new(Marks::new(ledger.clone()));
        let (announcer, announcing) =
            Announcer::start(around.speech, voices, spoken, stop_voice.clone());
        let mut stack = Stack::new(stays_ms(&settings), &rule);
        stack.set_muted(muted_until);
        let (link, asked) = Link::new();
        let state = State::begun(settings, loaded.put_aside.is_some(), shop, muted_until);
        let inner = Inner {
            cards: Cards::new(stack, around.screen.clone()),
            occasions: Occasions::new(&state.settings.customer, around.screen.clone()),
            screen: around.screen,
            ledger,
            link,
            announcer,
            updates: Updates::default(),
            plugged: Plugged::default(),
            displays: Displays::default(),
            receipts: Receipts::default(),
            exports: crate::exports::Exports::default(),
            customer: CustomerScreen::default(),
            backups: crate::backups::Backups::default(),
            statements: crate::statements::Statements::default(),
            checking: crate::history::Checking::default(),
            closing: crate::closing::Closings::default(),
            tray: Notify::new(),
            caught_up: tokio::sync::Mutex::default(),
            saving: tokio::sync::Mutex::default(),
            state: Mutex::new(state),
            voice,
            started: Instant::now(),
            running: Mutex::new(Some(Running {
                asked,
                announcing,
                stop_voice: stop_voice.clone(),
            })),
            _stop_voice: stop_voice.drop_guard(),
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Runs link, cards and clock until `stop`; returns when everything is flushed and the book is closed. A desk
    /// runs once.
    pub async fn run(&self, stop: CancellationToken) {
        let desk = &self.inner;
        let Some(running) = desk
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        else {
            return;
        };
        desk.show_info();
        desk.tray.notify_one();
        tokio::join!(
            desk.catch_up_alone(stop.clone()),
            link::run(desk.clone(), running.asked, stop.clone()),
            desk.cards.run(stop.clone()),
            desk.keep_time(stop.clone()),
            desk.keep_tray(stop.clone()),
            desk.keep_closing(stop.clone()),
            update::run(desk, stop.clone()),
            desk.run_devices(&stop),
        );
        running.stop_voice.cancel();
        let _ = running.announcing.await;
        desk.ledger.close().await;
    }

    /// The book, for tools that fill or measure it.
    pub fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }
}

/// The system's clock, in the one form of time that is stored.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// The shop's day; before the shop is known, by this system's zone.
fn rule_of(shop: Option<&Shop>, system_zone: &str) -> DayRule {
    let own = shop.map(|shop| shop.day_rule.clone());
    own.or_else(|| DayRule::new(system_zone, 0))
        .unwrap_or_default()
}

fn stays_ms(settings: &Settings) -> u64 {
    u64::from(settings.card_seconds) * 1000
}

impl Inner {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Every change under this lock is whole before anything in it can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn clocks(&self) -> Clocks {
        let here = now();
        Clocks {
            here,
            hub: self.state().hearing.hub_clock(here),
        }
    }

    /// Announces what an earlier run left unannounced: with the first link, since only then the hub's clock is known,
    /// by which it was accepted.
    pub(crate) async fn catch_up_once(&self) -> Result<(), crate::ledger::LedgerError> {
        let mut caught_up = self.caught_up.lock().await;
        if *caught_up {
            return Ok(());
        }
        let done = counter::catch_up(self).await;
        *caught_up = done.is_ok();
        match done {
            Ok(()) => self.state().hearing.stored(),
            Err(error) => {
                tracing::error!(%error, "what an earlier run left unannounced could not be read");
                self.state().hearing.not_stored(now());
                return Err(error);
            }
        }
        Ok(())
    }

    /// The same by this PC's clock, where no hub answers.
    async fn catch_up_alone(&self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(GRACE_MS)) => { _ = self.catch_up_once().await; }
        }
    }

    /// The shop's business day.
    /// The receipts in the book.
    pub(crate) fn prints(&self) -> crate::ledger::Prints<'_> {
        crate::ledger::Prints(&self.ledger)
    }

    pub(crate) fn rule(&self) -> DayRule {
        rule_of(self.state().shop.as_ref(), &self.config.system_zone)
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::new(&self.rule())
    }

    pub(crate) fn shows_cards(&self) -> bool {
        self.state().settings.cards
    }

    pub(crate) fn language(&self) -> Language {
        self.state()
            .settings
            .language
            .unwrap_or(self.config.system_language)
    }

    /// The link is up.
    pub(crate) async fn welcomed(
        &self,
        welcome: &domain::wire::Welcome,
    ) -> Result<(), crate::ledger::LedgerError> {
        self.state().hearing.link_up(now(), welcome.now);
        self.set_shop(&welcome.shop).await?;
        // Nothing new is taken in before; the link tries again.
        self.catch_up_once().await
    }

    /// The shop is told anew: it stands in the book, and everything that follows its clock follows.
    pub(crate) async fn set_shop(&self, shop: &Shop) -> Result<(), crate::ledger::LedgerError> {
        if self.state().shop.as_ref() != Some(shop) {
            self.ledger.keep("shop", shop).await?;
            self.state().shop = Some(shop.clone());
            self.cards.change(|stack, _| {
                stack.set_rule(&shop.day_rule);
                false
            });
        }
        self.show_all();
        Ok(())
    }

    /// The link is gone.
    pub(crate) fn link_down(&self) {
        self.state().hearing.link_down(now(), self.tick());
    }

    /// The hub's beat.
    pub(crate) fn on_beat(&self, hub_now: Timestamp, sources: Vec<domain::wire::SourceHealth>) {
        self.state().hearing.beat(now(), hub_now);
        self.on_sources(sources);
    }

    /// The state of every source.
    pub(crate) fn on_sources(&self, sources: Vec<domain::wire::SourceHealth>) {
        self.state().hearing.sources(sources);
        self.judge();
    }

    /// Mutes until then, or speaks again; holds over a restart.
    pub(crate) async fn set_muted(
        &self,
        until: Option<Timestamp>,
    ) -> Result<(), crate::ledger::LedgerError> {
        self.ledger.keep("muted_until", &until).await?;
        self.state().muted_until = until;
        self.show_all();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
