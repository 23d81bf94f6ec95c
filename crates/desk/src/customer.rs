//! The customers' window: what it shows, made from what the customer is told and from the settings, and which monitor
//! it is on. Nothing of a payer stands in it unless the owner allows it.

mod code;
mod face;
mod picture;
pub(crate) mod pictures;
mod trial;
pub(crate) mod views;

use crate::{
    Desk,
    api::{UiError, event},
    desk::Inner,
    occasion::{Occasion, test_word},
    place::{self, Monitor, Rect, customer::Wish},
    settings::{Settings, customer::CustomerSettings},
    views::{CustomerFace, CustomerView, CustomerWindow, CustomerWindowView, PictureWish},
};
use devices::display::layout::Message;
use domain::Currency;
use face::Around;
use pictures::Pictures;
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use trial::Trial;

/// Under this name the book keeps which monitors were there beside the customers'.
const BESIDE: &str = "monitors_beside_customer";

/// What the window shows, and where it is.
#[derive(Default)]
pub(crate) struct CustomerScreen {
    view: Mutex<Option<CustomerView>>,
    window: Mutex<Window>,
    trial: Mutex<Option<Trial>>,
    /// How often a picture gave way to the next one.
    turns: AtomicUsize,
    /// Raised where the window may show something else for another reason than what happens at the till.
    pub(crate) changed: Notify,
}

#[derive(Default)]
struct Window {
    view: CustomerWindowView,
    /// Where it stood last.
    last: Option<String>,
    /// The monitors beside the chosen one; outer `None`: not read from the book yet.
    beside: Option<Option<BTreeSet<String>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// Shows the customers' window what there is to show, as often as that changes.
    pub(crate) async fn keep_customer(&self, stop: CancellationToken) {
        let mut occasions = self.occasions.follow();
        let mut picture: Option<String> = None;
        let mut since = Instant::now();
        loop {
            let view = self.refresh();
            let shown = match view.face {
                CustomerFace::Idle { picture, .. } => picture,
                _ => None,
            };
            if shown != picture {
                (picture, since) = (shown, Instant::now());
            }
            let turns = picture
                .as_ref()
                .and_then(|_| self.picture_stays())
                .map(|stays| since + stays);
            let trial = lock(&self.customer.trial).map(|trial| trial.next());
            let next = async {
                match [turns, trial].into_iter().flatten().min() {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                changed = occasions.changed() => if changed.is_err() { return },
                () = self.customer.changed.notified() => {}
                () = next => {}
            }
            if turns.is_some_and(|at| at <= Instant::now()) {
                self.customer.turns.fetch_add(1, Relaxed);
                since = Instant::now();
            }
        }
    }

    /// How long a picture stays, where there is another one.
    fn picture_stays(&self) -> Option<Duration> {
        let state = self.state();
        let customer = &state.settings.customer;
        let turns = customer.on && customer.pictures.len() > 1;
        turns.then(|| Duration::from_secs(customer.picture_seconds.into()))
    }

    /// What the customers' window shows now; it is told when that is new. Not while the desk's state is locked.
    pub(crate) fn show_customer(&self) -> CustomerView {
        self.customer.changed.notify_one();
        self.refresh()
    }

    fn refresh(&self) -> CustomerView {
        // Held until it is told, so that no older view overtakes a newer one.
        let mut shown = lock(&self.customer.view);
        let occasion = self.occasions.follow().borrow().clone();
        let (language, zone) = (self.language(), self.rule().zone);
        let (settings, shop) = {
            let state = self.state();
            (state.settings.clone(), state.shop.clone())
        };
        let word = test_word(face::language(&settings, language));
        let currency = shop.as_ref().map_or(Currency::CNY, |shop| shop.currency);
        let tried = {
            let mut trial = lock(&self.customer.trial);
            let tried = trial.and_then(|trial| {
                let step = trial.step(&occasion)?;
                let with = (currency, settings.customer.qr());
                Some(trial.occasion(step, with, word, &occasion))
            });
            if tried.is_none() {
                *trial = None;
            }
            tried
        };
        let trial = tried.is_some().then(|| word.to_owned());
        let occasion = tried.unwrap_or(occasion);
        let around = Around {
            shop: shop.map(|shop| shop.name).unwrap_or_default(),
            zone,
            picture: self.picture(&occasion, &settings.customer),
        };
        let view = |occasion: &Occasion| face::view(occasion, &settings, language, around.clone());
        // Where a stranger's text makes that panic, no amount of before stays on show.
        let now = catch_unwind(AssertUnwindSafe(|| view(&occasion))).unwrap_or_else(|_| {
            tracing::error!("drawing for the customers' window panicked; it shows nothing");
            let number = occasion.number;
            view(&Occasion {
                number,
                ..Occasion::of(Message::Idle { clock: None }, occasion.since)
            })
        });
        let now = CustomerView { trial, ..now };
        match shown.as_mut() {
            Some(shown) if shown.says_the_same(&now) => shown.clone(),
            shown_before => {
                let revision = shown_before.map_or(0, |before| before.revision) + 1;
                let now = CustomerView { revision, ..now };
                if settings.customer.on {
                    let told = serde_json::json!(now);
                    self.screen.tell(&["customer"], event::CUSTOMER, &told);
                }
                shown.insert(now).clone()
            }
        }
    }

    /// The picture whose turn it is; none while somebody is paying.
    fn picture(&self, occasion: &Occasion, customer: &CustomerSettings) -> Option<String> {
        if !matches!(occasion.message, Message::Idle { .. }) || customer.pictures.is_empty() {
            return None;
        }
        let there = self.pictures().there(&customer.pictures);
        let turn = self.customer.turns.load(Relaxed);
        there.get(turn.checked_rem(there.len())?).cloned()
    }

    fn pictures(&self) -> Pictures {
        Pictures::below(&self.config.data_dir)
    }

    /// The settings were saved: pictures that are no longer in them go from the disk.
    pub(crate) fn forget_pictures(&self, before: &CustomerSettings, now: &CustomerSettings) {
        self.pictures().forget(&before.pictures, &now.pictures);
    }

    fn set_window(&self, now: CustomerWindowView) {
        let mut window = lock(&self.customer.window);
        if window.view == now {
            return;
        }
        tracing::info!(state = ?now.state, monitor = now.monitor, "the customers' window");
        let told = serde_json::json!(now);
        window.view = now;
        self.screen
            .tell(&["settings"], event::CUSTOMER_WINDOW, &told);
    }
}

impl CustomerView {
    fn says_the_same(&self, other: &Self) -> bool {
        let revision = self.revision;
        *self
            == Self {
                revision,
                ..other.clone()
            }
    }
}

impl Desk {
    /// What the customers' window shows now.
    pub async fn customer_view(&self) -> Result<CustomerView, UiError> {
        Ok(self.inner.show_customer())
    }

    /// Whether the customers' window is shown, where, and why not.
    pub async fn customer_window(&self) -> Result<CustomerWindowView, UiError> {
        Ok(lock(&self.inner.customer.window).view.clone())
    }

    /// The customers' window shows each thing that it can say, for some seconds in all, marked as a test. Not while a
    /// customer is told something: what is due is not to be hidden by what is made up.
    pub async fn test_customer_window(&self) -> Result<u32, UiError> {
        if lock(&self.inner.customer.window).view.state != CustomerWindow::Shown {
            return Err(UiError::new("not_found"));
        }
        let begun = Trial::begin(&self.inner.occasions.follow().borrow());
        let begun = begun.ok_or_else(|| UiError::new("customer_busy"))?;
        *lock(&self.inner.customer.trial) = Some(begun);
        self.inner.show_customer();
        Ok(Trial::seconds())
    }

    /// Keeps a picture for the customers' window, and answers its name for the settings.
    pub async fn add_customer_picture(&self, req: String) -> Result<String, UiError> {
        let wanted = self.inner.state().settings.customer.pictures.clone();
        self.inner.pictures().add(req, wanted).await
    }

    /// One of the pictures for the customers' window, as a `data:` address.
    pub async fn customer_picture(&self, req: PictureWish) -> Result<String, UiError> {
        self.inner.pictures().read(&req.id, req.small).await
    }

    /// What the payment code in a picture says: a PNG, a JPEG or a WebP in base64, also as a `data:` address.
    pub async fn read_payment_code(&self, req: String) -> Result<String, UiError> {
        code::read(req).await
    }

    /// The monitor that the customers' window fills; `None`: it is closed, and settings are told why. `look` answers
    /// with the monitors that are there and where windows for people are open; it is asked only where it matters.
    pub async fn customer_monitor(
        &self,
        look: impl FnOnce() -> (Vec<Monitor>, Vec<Rect>),
    ) -> Option<Monitor> {
        let desk = &self.inner;
        let settings = desk.state().settings.clone();
        if !settings.customer.on {
            desk.set_window(CustomerWindowView::default());
            return None;
        }
        let (monitors, windows) = look();
        let known = lock(&desk.customer.window).beside.clone();
        let beside = match known {
            Some(known) => known,
            None => desk.ledger.kept(BESIDE).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the customers' monitor is known by its name only");
                None
            }),
        };
        let found = {
            let mut window = lock(&desk.customer.window);
            let found = place::customer::monitor(
                &monitors,
                &Wish {
                    monitor: settings.customer.monitor.as_deref(),
                    cards: settings.card_monitor.as_deref(),
                    last: window.last.as_deref(),
                    beside: beside.as_ref(),
                    windows: &windows,
                },
            );
            if let Ok(monitor) = found {
                window.last = Some(monitor.name.clone());
            }
            window.beside = Some(beside.clone());
            found.cloned()
        };
        match found {
            Ok(monitor) => {
                self.remember_beside(&settings, &monitor, &monitors, beside)
                    .await;
                let name = Some(monitor.name.clone());
                desk.set_window(CustomerWindowView {
                    state: CustomerWindow::Shown,
                    monitor: name,
                });
                Some(monitor)
            }
            Err(state) => {
                let monitor = None;
                desk.set_window(CustomerWindowView { state, monitor });
                None
            }
        }
    }

    /// While the window is on the chosen monitor, the others become known: none of them is ever taken for it.
    async fn remember_beside(
        &self,
        settings: &Settings,
        shown: &Monitor,
        monitors: &[Monitor],
        before: Option<BTreeSet<String>>,
    ) {
        if settings.customer.monitor.as_ref() != Some(&shown.name) {
            return;
        }
        let others = monitors.iter().filter(|m| m.name != shown.name);
        let now: Option<BTreeSet<String>> = Some(others.map(|m| m.name.clone()).collect());
        if now == before {
            return;
        }
        if let Err(error) = self.inner.ledger.keep(BESIDE, &now).await {
            tracing::warn!(%error, "the monitors beside the customers' could not be remembered");
        }
        lock(&self.inner.customer.window).beside = Some(now);
    }
}

#[cfg(test)]
mod tests;
