//! The customer displays that are in use: each with a worker of its own, its language and its rule.
//!
//! One loop follows settings, the till's occasion, plugging and the minute; no step of it waits for a device, since
//! each device has a queue that takes the newest picture and gives up nobody's time but its own.
//!
//! - `drawing`: what a display shows, pure. `trial`: a test on the real device.
//! - [`views`]: what pages are shown.

mod drawing;
mod trial;
pub(crate) mod views;

use crate::{
    desk::{Inner, now},
    occasion::Occasion,
    plugged::{door::Door, place::Place},
    settings::displays::{DisplaySetup, IdleShows},
};
use devices::{
    PortAddress,
    display::{Screen, layout::Clock},
    queue::{Manner, Queue, Ticket},
};
use domain::Currency;
use futures_util::FutureExt;
use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
pub(crate) use trial::test;
use views::{DeviceProblem, DeviceView, DisplayPreview, DisplayTry};

/// So long each display shows its number.
const NUMBERS: Duration = Duration::from_secs(6);
/// So long at most a display that nobody looks after any more has for its last picture, which is a blank one: an amount
/// that stays would be believed.
const FAREWELL: Duration = Duration::from_millis(500);
/// Drawing for a display of this name panics.
#[cfg(test)]
const STUMBLES: &str = "stumbles";
/// A minute of the wall clock, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// All displays in use.
#[derive(Default)]
pub(crate) struct Displays {
    state: Mutex<State>,
    changed: Arc<Notify>,
    trying: Arc<tokio::sync::Mutex<()>>,
    /// The loop panics as long as this is set.
    #[cfg(test)]
    stumbles: std::sync::atomic::AtomicBool,
}

#[derive(Default)]
struct State {
    running: Vec<Running>,
    numbers_until: Option<Instant>,
}

/// One display in use.
struct Running {
    setup: DisplaySetup,
    queue: Queue,
    place: Place,
    screen: Option<Screen>,
}

impl Running {
    fn start(
        setup: &DisplaySetup,
        address: PortAddress,
        door: &Door,
        changed: &Arc<Notify>,
    ) -> Self {
        let (place, manner) = (Place::of(address.clone()), Manner::display(&address));
        let queue = door.open(address, setup.line(), manner);
        let (mut health, changed) = (queue.health(), changed.clone());
        // Ends with the queue.
        tokio::spawn(async move {
            while health.changed().await.is_ok() {
                changed.notify_one();
            }
        });
        Self {
            setup: setup.clone(),
            queue,
            place,
            screen: None,
        }
    }

    /// Whether it is still the same device, opened and set up in the same way: brightness and letters are sent once,
    /// after opening.
    fn is(&self, setup: &DisplaySetup) -> bool {
        let how = |setup: &DisplaySetup| (setup.id.clone(), setup.address.clone(), setup.line());
        how(&self.setup) == how(setup) && self.setup.display == setup.display
    }

    /// Shows a screen, unless it is the one on show. Where that panics, nothing: an amount that stays would be believed,
    /// and the other displays have nothing to do with it.
    fn draw(&mut self, screen: impl FnOnce(&DisplaySetup) -> Screen) {
        let (setup, shown) = (&self.setup, self.screen.as_ref());
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            assert_ne!(setup.name, STUMBLES, "on purpose");
            let screen = screen(setup);
            (shown != Some(&screen)).then(|| (setup.display.picture(&screen), screen))
        }));
        match drawn {
            Ok(None) => {}
            Ok(Some((picture, screen))) => {
                self.queue.show(picture);
                self.screen = Some(screen);
            }
            Err(_) if shown == Some(&Screen::default()) => {}
            Err(_) => {
                tracing::error!("drawing for a display panicked; it shows nothing");
                self.clear();
                self.screen = Some(Screen::default());
            }
        }
    }

    /// Shows nothing until it is drawn again.
    fn clear(&mut self) {
        self.queue
            .show(self.setup.display.picture(&Screen::default()));
        self.screen = None;
    }

    /// Shows nothing, and tells when it does.
    fn blank(&self) -> Option<Ticket> {
        let blank = self.setup.display.picture(&Screen::default());
        let ticket = self.queue.print(blank.next.clone());
        // Or what was not shown yet would be shown after.
        self.queue.show(blank);
        ticket.ok()
    }

    /// It is not in use any more. Nobody waits for it.
    fn leave(self) {
        let Some(ticket) = self.blank() else {
            return;
        };
        tokio::spawn(async move {
            let _ = timeout(FAREWELL, ticket).await;
            drop(self);
        });
    }

    fn view(&self) -> DeviceView {
        let health = self.queue.health();
        let health = health.borrow();
        DeviceView {
            id: self.setup.id.clone(),
            state: health.state,
            problem: health.problem.as_ref().map(DeviceProblem::from),
            moved_to: self.place.moved_to(),
        }
    }
}

impl State {
    /// Stops what is not wanted any more, starts what is new; the others only look different.
    fn reconcile(
        &mut self,
        wanted: &[DisplaySetup],
        lent: &[PortAddress],
        door: &Door,
        changed: &Arc<Notify>,
    ) {
        let wanted: Vec<(&DisplaySetup, PortAddress)> = wanted
            .iter()
            .filter(|setup| setup.on)
            .filter_map(|setup| Some((setup, setup.port()?)))
            .filter(|(_, address)| !lent.contains(address))
            .collect();
        let mut before = std::mem::take(&mut self.running);
        for (setup, address) in &wanted {
            let same = before.iter().position(|one| one.is(setup));
            let mut one = match same {
                Some(at) => before.swap_remove(at),
                None => Running::start(setup, address.clone(), door, changed),
            };
            // Words and rules; a screen that becomes another by them is drawn.
            one.setup = (*setup).clone();
            self.running.push(one);
        }
        // Whoever has the port now draws there.
        let has_another = |port: &PortAddress| {
            lent.contains(port) || wanted.iter().any(|(_, address)| address == port)
        };
        for one in before {
            if !has_another(one.place.address()) {
                one.leave();
            }
        }
    }

    /// Draws everywhere what is to be seen now. A payment wins over the numbers.
    fn draw(&mut self, occasion: &Occasion, clock: Clock) {
        let now = Instant::now();
        self.numbers_until = self
            .numbers_until
            .filter(|until| *until > now && !occasion.is_news());
        for (at, one) in self.running.iter_mut().enumerate() {
            let number = u8::try_from(at + 1).unwrap_or(u8::MAX);
            let numbers = self.numbers_until.is_some();
            one.draw(|setup| match numbers {
                true => drawing::number(setup, number),
                false => drawing::screen(setup, occasion, clock),
            });
        }
    }

    /// When something changes by itself.
    fn next(&self) -> Option<Instant> {
        let clock = |one: &Running| one.setup.shows.idle == IdleShows::Clock;
        let minute = self.running.iter().any(clock).then(|| {
            let left = MINUTE_MS - now().millis().rem_euclid(MINUTE_MS);
            Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(1_000))
        });
        [minute, self.numbers_until].into_iter().flatten().min()
    }
}

impl Displays {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows settings, till, plugs and clock until `stop`; then leaves the displays blank.
    pub(crate) async fn run(&self, desk: &Inner, stop: CancellationToken) {
        let following = AssertUnwindSafe(self.keep(desk, stop)).catch_unwind();
        if let Err(panicked) = following.await {
            // It is begun again after a pause: nothing stays on show for so long.
            self.state().running.iter_mut().for_each(Running::clear);
            resume_unwind(panicked);
        }
    }

    async fn keep(&self, desk: &Inner, stop: CancellationToken) {
        let mut settings = desk.voice.subscribe();
        let mut occasion = desk.occasions.follow();
        let mut known = desk.plugged.follow();
        loop {
            #[cfg(test)]
            assert!(
                !self.stumbles.load(std::sync::atomic::Ordering::SeqCst),
                "on purpose"
            );
            let next = self.refresh(desk);
            desk.show_devices();
            let end = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                Ok(()) = settings.changed() => {}
                Ok(()) = occasion.changed() => {}
                Ok(()) = known.changed() => {}
                () = self.changed.notified() => {}
                () = end => {}
            }
        }
        self.farewell().await;
    }

    /// Brings every display to where it should be; gives when to look again.
    fn refresh(&self, desk: &Inner) -> Option<Instant> {
        let wanted = desk.state().settings.displays.clone();
        let clock = clock(desk);
        let occasion = desk.occasions.follow().borrow().clone();
        desk.tell_set_ups();
        let door = desk.plugged.door();
        let mut state = self.state();
        // Whoever lends a port has it let go after this, or is seen here.
        let lent = desk.plugged.lent();
        state.reconcile(&wanted, &lent, &door, &self.changed);
        if !state.running.is_empty() {
            desk.plugged.want();
        }
        let known = desk.plugged.follow();
        for one in &mut state.running {
            one.place.look(&known.borrow(), &one.queue);
        }
        state.draw(&occasion, clock);
        state.next()
    }

    /// How those are that are to be in use. One whose port a test has is connecting again in a moment.
    pub(crate) fn view(&self, wanted: &[DisplaySetup]) -> Vec<DeviceView> {
        let state = self.state();
        let view = |setup: &DisplaySetup| {
            let running = state.running.iter().find(|one| one.setup.id == setup.id);
            running.map(Running::view).unwrap_or_else(|| DeviceView {
                id: setup.id.clone(),
                state: devices::queue::State::Connecting,
                problem: None,
                moved_to: None,
            })
        };
        wanted.iter().filter(|setup| setup.on).map(view).collect()
    }

    /// Each display shows its number and name for a while.
    pub(crate) fn show_numbers(&self) {
        self.state().numbers_until = Some(Instant::now() + NUMBERS);
        self.changed.notify_one();
    }

    /// A test has this port: the display there ends, and lets it go.
    pub(crate) fn let_go(&self, port: &PortAddress) {
        self.state()
            .running
            .retain(|one| one.place.address() != port);
    }

    /// Something may be to be done.
    pub(crate) fn look_again(&self) {
        self.changed.notify_one();
    }

    /// The machine slept: what looks open may be dead, and what was shown may be gone.
    pub(crate) fn woke(&self) {
        for one in &self.state().running {
            one.queue.lost();
            one.queue.found();
        }
    }

    async fn farewell(&self) {
        let running = std::mem::take(&mut self.state().running);
        let tickets: Vec<_> = running.iter().filter_map(Running::blank).collect();
        let all = async {
            for ticket in tickets {
                let _ = ticket.await;
            }
        };
        let _ = timeout(FAREWELL, all).await;
    }
}

/// What a display would show of a sample, without the device; by its own rule, as everything that it shows.
pub(crate) fn preview(desk: &Inner, wanted: &DisplayTry, currency: Currency) -> DisplayPreview {
    let code = desk.state().settings.customer.qr();
    let occasion = Occasion::of(
        drawing::sample(wanted.sample, wanted.setup.language, currency, code),
        now(),
    );
    let screen = drawing::screen(&wanted.setup, &occasion, clock(desk));
    drawing::preview(&wanted.setup, &screen)
}

/// The time of day on the shop's clock.
fn clock(desk: &Inner) -> Clock {
    let minute = desk.clock().minute_of_day(now());
    Clock {
        hour: u8::try_from(minute / 60).unwrap_or(0),
        minute: u8::try_from(minute % 60).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests;
