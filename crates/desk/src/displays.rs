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
    plugged::{Known, door::Door},
    settings::displays::{DisplaySetup, IdleShows},
};
use devices::{
    PortAddress,
    display::{Screen, layout::Clock},
    queue::{Manner, Queue},
};
use domain::Currency;
use std::{
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
/// At the end, so long at most for blank displays: an amount that stays on a dead one would be believed.
const FAREWELL: Duration = Duration::from_millis(500);
/// A minute of the wall clock, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// All displays in use.
#[derive(Default)]
pub(crate) struct Displays {
    state: Mutex<State>,
    changed: Arc<Notify>,
    trying: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    running: Vec<Running>,
    /// Ports that a test has for itself.
    lent: Vec<PortAddress>,
    numbers_until: Option<Instant>,
}

/// One display in use.
struct Running {
    setup: DisplaySetup,
    queue: Queue,
    /// Where it was at the last look.
    place: Option<PortAddress>,
    screen: Option<Screen>,
}

impl Running {
    fn start(
        setup: &DisplaySetup,
        address: PortAddress,
        door: &Door,
        changed: &Arc<Notify>,
    ) -> Self {
        let manner = Manner::display(&address);
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
            place: None,
            screen: None,
        }
    }

    /// Whether it is still the same device, opened and set up in the same way: brightness and letters are sent once,
    /// after opening.
    fn is(&self, setup: &DisplaySetup) -> bool {
        let how = |setup: &DisplaySetup| (setup.id.clone(), setup.address.clone(), setup.line());
        how(&self.setup) == how(setup) && self.setup.display == setup.display
    }

    /// It came, left, or is on another port now. Where nobody lists such ports, nothing is known and nothing done.
    fn look(&mut self, known: &Known) {
        let place = self.setup.port().and_then(|address| known.place(&address));
        if place == self.place {
            return;
        }
        if self.place.is_some() {
            self.queue.lost();
        }
        if place.is_some() {
            self.queue.found();
        }
        self.place = place;
    }

    /// Shows a screen, unless it is the one on show.
    fn draw(&mut self, screen: Screen) {
        if self.screen.as_ref() != Some(&screen) {
            self.queue.show(self.setup.display.picture(&screen));
            self.screen = Some(screen);
        }
    }

    fn view(&self) -> DeviceView {
        let health = self.queue.health();
        let health = health.borrow();
        let port = self.setup.port().map(|address| address.name());
        DeviceView {
            id: self.setup.id.clone(),
            state: health.state,
            problem: health.problem.as_ref().map(DeviceProblem::from),
            moved_to: self
                .place
                .as_ref()
                .map(PortAddress::name)
                .filter(|place| Some(place) != port.as_ref()),
        }
    }
}

impl State {
    /// Stops what is not wanted any more, starts what is new; the others only look different.
    fn reconcile(&mut self, wanted: &[DisplaySetup], door: &Door, changed: &Arc<Notify>) {
        let wanted: Vec<(&DisplaySetup, PortAddress)> = wanted
            .iter()
            .filter(|setup| setup.on)
            .filter_map(|setup| Some((setup, setup.port()?)))
            .filter(|(_, address)| !self.lent.contains(address))
            .collect();
        let mut before = std::mem::take(&mut self.running);
        before.retain(|one| wanted.iter().any(|(setup, _)| one.is(setup)));
        for (setup, address) in wanted {
            let same = before.iter().position(|one| one.is(setup));
            let mut one = match same {
                Some(at) => before.swap_remove(at),
                None => Running::start(setup, address, door, changed),
            };
            // Words and rules; a screen that becomes another by them is drawn.
            one.setup = setup.clone();
            self.running.push(one);
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
            one.draw(match self.numbers_until {
                Some(_) => drawing::number(&one.setup, number),
                None => drawing::screen(&one.setup, occasion, clock),
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
        let mut settings = desk.voice.subscribe();
        let mut occasion = desk.occasions.follow();
        let mut known = desk.plugged.follow();
        loop {
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
        state.reconcile(&wanted, &door, &self.changed);
        if !state.running.is_empty() {
            desk.plugged.want();
        }
        let known = desk.plugged.follow();
        for one in &mut state.running {
            one.look(&known.borrow());
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

    /// The machine slept: what looks open may be dead, and what was shown may be gone.
    pub(crate) fn woke(&self) {
        for one in &self.state().running {
            one.queue.lost();
            one.queue.found();
        }
    }

    async fn farewell(&self) {
        let running = std::mem::take(&mut self.state().running);
        let blank = |one: &Running| {
            let picture = one.setup.display.picture(&Screen::default());
            one.queue.print(picture.next).ok()
        };
        let tickets: Vec<_> = running.iter().filter_map(blank).collect();
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
    let occasion = Occasion::of(drawing::sample(wanted.sample, currency, code), now());
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
