//! The till on show: behind a lock, with whoever looks at it, and the loop that lets go what had its time.

use super::{Bill, Occasion, ShownAmount, Till};
use crate::{Screen, api::event, desk::now, ledger::Line, settings::customer::CustomerSettings};
use devices::display::layout::Message;
use domain::Money;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// The till, its clock, and who follows it. No call waits for anybody who looks.
pub(crate) struct Occasions {
    till: Mutex<Till>,
    changed: Notify,
    shown: watch::Sender<Occasion>,
    screen: Arc<dyn Screen>,
    started: Instant,
    /// How long the machine slept while the steady clock stood still, in milliseconds.
    slept: AtomicU64,
}

impl Occasions {
    pub(crate) fn new(settings: &CustomerSettings, screen: Arc<dyn Screen>) -> Self {
        let first = Occasion::of(Message::Idle { clock: None }, now());
        Self {
            till: Mutex::new(Till::new(settings)),
            changed: Notify::new(),
            shown: watch::channel(first).0,
            screen,
            started: Instant::now(),
            slept: AtomicU64::new(0),
        }
    }

    /// What the customer is shown, now and on every change.
    pub(crate) fn follow(&self) -> watch::Receiver<Occasion> {
        self.shown.subscribe()
    }

    /// What the customer is shown to pay or to get back.
    pub(crate) fn standing(&self) -> Option<ShownAmount> {
        self.till().standing()
    }

    fn till(&self) -> MutexGuard<'_, Till> {
        self.till.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings hold from now on.
    pub(crate) fn set(&self, settings: &CustomerSettings) {
        self.change(|till, _| till.follow(settings));
    }

    /// A payment or a refund that is new and fresh.
    pub(crate) fn paid(&self, line: &Line) {
        self.change(|till, tick| till.paid(line, tick));
    }

    /// More is known of a payment.
    pub(crate) fn line_changed(&self, line: &Line) {
        self.change(|till, _| till.changed(line));
    }

    /// The clerk asks for an amount, or takes it away.
    pub(crate) fn ask(&self, bill: Option<Bill>) {
        self.change(|till, tick| till.ask(bill, tick));
    }

    /// The customer gives so much cash, and is told what comes back; or the field that cannot be used.
    pub(crate) fn take_cash(&self, given: Money) -> Result<ShownAmount, &'static str> {
        let mut taken = Err("nothing_asked");
        self.change(|till, tick| taken = till.take_cash(given, tick));
        taken
    }

    /// The machine slept for so long: an amount of last night's customer goes at once.
    pub(crate) fn slept(&self, ms: i64) {
        if let Ok(ms @ 1..) = u64::try_from(ms) {
            self.slept.fetch_add(ms, SeqCst);
            self.change(|_, _| {});
        }
    }

    fn tick(&self) -> u64 {
        let steady = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        steady.saturating_add(self.slept.load(SeqCst))
    }

    fn change(&self, change: impl FnOnce(&mut Till, u64)) {
        let tick = self.tick();
        let mut till = self.till();
        let (mark, standing) = (till.mark(), till.standing());
        change(&mut till, tick);
        till.expire(tick);
        let ((message, beneath), another) = (till.messages(), till.mark() != mark);
        let (payer, test) = (till.payer(), till.is_test());
        self.shown.send_if_modified(|shown| {
            let differs = another
                || shown.message != message
                || shown.beneath != beneath
                || shown.payer != payer;
            if differs {
                *shown = Occasion {
                    message,
                    beneath,
                    payer,
                    test,
                    since: if another { now() } else { shown.since },
                    number: shown.number + u64::from(another),
                };
            }
            differs
        });
        let stands_now = till.standing();
        if stands_now != standing {
            let told = serde_json::json!(stands_now);
            self.screen.tell(&["history"], event::SHOWN_AMOUNT, &told);
        }
        drop(till);
        self.changed.notify_one();
    }

    /// Lets go what had its time, until `stop`.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        loop {
            let next = self.till().next_end();
            let end = async {
                match next {
                    Some(at) => {
                        let left = at.saturating_sub(self.tick());
                        tokio::time::sleep(Duration::from_millis(left)).await
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
                () = end => self.change(|_, _| {}),
            }
        }
    }
}
