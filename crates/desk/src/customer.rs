//! The customers' window: what it shows, made from what the customer is told and from the settings, and which monitor
//! it is on. Nothing of a payer stands in it unless the owner allows it.

mod code;
pub(crate) mod views;

use crate::{
    Desk,
    answers::qr,
    api::{UiError, event},
    desk::Inner,
    occasion::Occasion,
    place::{self, Monitor, Rect, customer::Wish},
    settings::{Language, Settings},
    views::{CustomerFace, CustomerView, CustomerWindow, CustomerWindowView},
};
use devices::display::{
    layout::{Message, OrderLine},
    words::{self, Words},
};
use domain::Money;
use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// The newest lines of an order that are read from two metres.
const LINES_MAX: usize = 6;
/// So much of a payer's name is shown.
const PAYER_MAX: usize = 40;
/// Under this name the book keeps which monitors were there beside the customers'.
const BESIDE: &str = "monitors_beside_customer";

/// What the window shows, and where it is.
#[derive(Default)]
pub(crate) struct CustomerScreen {
    view: Mutex<Option<CustomerView>>,
    window: Mutex<Window>,
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
        loop {
            self.show_customer();
            tokio::select! {
                () = stop.cancelled() => return,
                changed = occasions.changed() => if changed.is_err() { return },
            }
        }
    }

    /// What the customers' window shows now; it is told when that is new. Not while the desk's state is locked.
    pub(crate) fn show_customer(&self) -> CustomerView {
        // Held until it is told, so that no older view overtakes a newer one.
        let mut shown = lock(&self.customer.view);
        let occasion = self.occasions.follow().borrow().clone();
        let (language, zone) = (self.language(), self.rule().zone);
        let (settings, shop) = {
            let state = self.state();
            let shop = state.shop.as_ref().map(|shop| shop.name.clone());
            (state.settings.clone(), shop.unwrap_or_default())
        };
        let now = view(&occasion, &settings, language, shop, zone);
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

    /// What the payment code in a picture says. The picture is a PNG or a JPEG in base64, also as a `data:` address.
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

/// Pure; its revision is the caller's.
fn view(
    occasion: &Occasion,
    settings: &Settings,
    window_language: Language,
    shop: String,
    zone: String,
) -> CustomerView {
    let customer = &settings.customer;
    let language = customer.language.unwrap_or(match window_language {
        Language::En => words::Language::English,
        Language::ZhCn => words::Language::ChineseSimplified,
    });
    let payer = occasion.payer.as_deref().filter(|_| customer.show_payer);
    let mut words = language.words();
    if !customer.idle.trim().is_empty() {
        words.idle.clone_from(&customer.idle);
    }
    occasion.say(&mut words, language);
    let zone = customer.clock.then_some(zone);
    CustomerView {
        revision: 0,
        occasion: occasion.number,
        language: tag(language),
        theme: customer.theme.unwrap_or(settings.theme),
        shop,
        face: face(&occasion.message, &words, zone, payer),
    }
}

/// The language as pages name it.
fn tag(language: words::Language) -> String {
    let name = serde_json::to_value(language).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_else(|| "en".to_owned())
}

fn face(
    message: &Message,
    words: &Words,
    zone: Option<String>,
    payer: Option<&str>,
) -> CustomerFace {
    match message {
        Message::Idle { .. } => CustomerFace::Idle {
            lines: words.idle.lines().map(str::to_owned).collect(),
            clock: zone,
        },
        Message::Price { name, amount } => CustomerFace::Order {
            lines: Vec::new(),
            label: name.clone(),
            amount_text: amount.display(),
        },
        Message::Order { lines, total } => CustomerFace::Order {
            lines: newest(lines),
            label: words.total.clone(),
            amount_text: total.display(),
        },
        Message::ToPay { amount, qr: code } => CustomerFace::ToPay {
            label: words.to_pay.clone(),
            amount_text: amount.display(),
            // A code that cannot be drawn was logged; the amount stands there all the same.
            code: code.as_ref().and_then(|code| qr(code.payload()).ok()),
            payee: code
                .as_ref()
                .map(|code| code.payee().to_owned())
                .unwrap_or_default(),
        },
        Message::Received { amount, confirmed } => CustomerFace::Received {
            label: match confirmed {
                true => words.received.clone(),
                false => words.reported.clone(),
            },
            amount_text: amount.display(),
            confirmed: *confirmed,
            thanks: confirmed.then(|| words.thanks.clone()),
            payer: payer.map(|payer| payer.chars().take(PAYER_MAX).collect()),
        },
        Message::Came { confirmed } => CustomerFace::Received {
            label: match confirmed {
                true => words.received.clone(),
                false => words.reported.clone(),
            },
            amount_text: String::new(),
            confirmed: *confirmed,
            thanks: confirmed.then(|| words.thanks.clone()),
            payer: payer.map(|payer| payer.chars().take(PAYER_MAX).collect()),
        },
        Message::Change { amount } => CustomerFace::Change {
            label: words.change.clone(),
            amount_text: amount.display(),
        },
        Message::Refund { amount } => CustomerFace::Refund {
            label: words.refund.clone(),
            // Money that goes has a minus everywhere.
            amount_text: Money::new(-amount.minor().abs(), amount.currency())
                .unwrap_or(*amount)
                .display(),
        },
    }
}

fn newest(lines: &[OrderLine]) -> Vec<(String, String)> {
    let newest = lines.iter().skip(lines.len().saturating_sub(LINES_MAX));
    let name = |line: &OrderLine| match line.quantity {
        1 => line.name.clone(),
        many => format!("{} ×{many}", line.name),
    };
    newest
        .map(|line| (name(line), line.amount.display()))
        .collect()
}

#[cfg(test)]
mod tests;
