//! Notifications of the system's own, where no card can be shown. They are a second channel: the system may hold them
//! back (do not disturb), so they are never the only announcement. What they say is in `notice/wanted.rs`; the thread
//! that shows them is here, since every system blocks in its own way while it shows one.

mod drawing;
mod wanted;

use drawing::Drawing;
pub use drawing::Late;
pub use wanted::Notice;

use crate::{settings::Language, views::CardsView};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use wanted::{Told, Wanted};

/// Notices in place of cards that cannot be shown.
#[derive(Debug)]
pub struct InPlaceOfCards {
    told: Mutex<Told>,
    drawing: Mutex<Drawing>,
    shown: Shown,
}

impl Default for InPlaceOfCards {
    /// As the installed program.
    fn default() -> Self {
        Self {
            told: Mutex::default(),
            drawing: Mutex::default(),
            shown: Shown::start(),
        }
    }
}

impl InPlaceOfCards {
    /// Shows these cards as notices: each once, those that come together in one, and in place where more is known.
    /// Never blocks; while the system is stuck, only the newest state waits.
    pub fn show(&self, language: Language, cards: &CardsView) {
        let mut told = locked(&self.told);
        told.change(language, cards);
        self.shown.change(&told.wanted);
    }

    /// Takes the notices back: these cards are seen, and nothing is shown twice.
    pub fn withdraw(&self, cards: &CardsView) {
        let mut told = locked(&self.told);
        told.withdraw(cards);
        self.shown.change(&told.wanted);
    }

    /// The cards' page is told of these. True when its window should be made anew for the next card.
    pub fn told(&self, cards: &CardsView) -> bool {
        locked(&self.drawing).told(!cards.cards.is_empty(), Instant::now())
    }

    /// The page has drawn: `all` that it was told of, or something older, which shows that it lives.
    pub fn drew(&self, all: bool) {
        locked(&self.drawing).drew(all, Instant::now());
    }

    /// Returns when the page has drawn nothing for too long.
    pub async fn late(&self) -> Late {
        let due = locked(&self.drawing).due();
        match due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
        locked(&self.drawing).now_due(Instant::now())
    }

    /// Whether notices stand in for a page that draws nothing.
    pub fn is_late(&self) -> bool {
        locked(&self.drawing).is_late()
    }

    /// Whether the system refuses notices too; changes as they are shown.
    pub fn refused(&self) -> watch::Receiver<bool> {
        self.shown.refused.clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread that shows what is wanted.
#[derive(Debug)]
struct Shown {
    wanted: Arc<Mutex<Wanted>>,
    /// There is something new; one such call waits at most.
    #[cfg(feature = "notices")]
    new: std::sync::mpsc::SyncSender<()>,
    refused: watch::Receiver<bool>,
}

impl Shown {
    #[cfg(feature = "notices")]
    fn start() -> Self {
        let wanted = Arc::new(Mutex::new(Wanted::default()));
        let (new, changed) = std::sync::mpsc::sync_channel(1);
        let (tell_refused, refused) = watch::channel(false);
        let thread = real::Thread::new(wanted.clone(), tell_refused);
        let started = std::thread::Builder::new()
            .name("notices".into())
            .spawn(move || thread.run(&changed));
        if let Err(error) = started {
            tracing::warn!(%error, "no thread for notices");
        }
        Self {
            wanted,
            new,
            refused,
        }
    }

    /// Without the feature `notices`, nothing is shown.
    #[cfg(not(feature = "notices"))]
    fn start() -> Self {
        Self {
            wanted: Arc::default(),
            refused: watch::channel(false).1,
        }
    }

    fn change(&self, wanted: &Wanted) {
        let mut before = locked(&self.wanted);
        if *before == *wanted {
            return;
        }
        *before = wanted.clone();
        drop(before);
        // A full channel means that the thread will look anyway.
        #[cfg(feature = "notices")]
        let _ = self.new.try_send(());
    }
}

#[cfg(feature = "notices")]
mod real {
    use super::{
        locked,
        wanted::{Notice, Standing, Wanted},
    };
    use crate::system;
    use notify_rust::{Notification, NotificationHandle};
    use std::{
        collections::VecDeque,
        sync::{Arc, Mutex, mpsc},
        time::Duration,
    };
    use tokio::sync::watch;

    /// A service that has not answered for so long counts as one that refuses.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// GNOME takes a notice away when its sender goes, so the last ones that leave by themselves are held.
    const HELD: usize = 4;
    /// Where a notice cannot be changed in place, a further one waits so long: what comes meanwhile shares it.
    #[cfg(not(target_os = "linux"))]
    const PACE: Duration = Duration::from_secs(3);

    /// One notice on the screen, and what it says.
    struct Place {
        standing: Standing,
        handle: NotificationHandle,
    }

    pub(super) struct Thread {
        wanted: Arc<Mutex<Wanted>>,
        refused: watch::Sender<bool>,
        payments: Option<Place>,
        listening: Option<Place>,
        held: VecDeque<NotificationHandle>,
        withdrawn: u64,
        patience: Duration,
    }

    impl Thread {
        pub(super) fn new(wanted: Arc<Mutex<Wanted>>, refused: watch::Sender<bool>) -> Self {
            Self {
                wanted,
                refused,
                payments: None,
                listening: None,
                held: VecDeque::new(),
                withdrawn: 0,
                patience: PATIENCE,
            }
        }

        /// Until nobody can want anything any more.
        pub(super) fn run(mut self, changed: &mpsc::Receiver<()>) {
            while changed.recv().is_ok() {
                let wanted = locked(&self.wanted).clone();
                if self.withdrawn != wanted.withdrawn {
                    self.withdrawn = wanted.withdrawn;
                    for place in [self.payments.take(), self.listening.take()]
                        .into_iter()
                        .flatten()
                    {
                        match self.watched(|| close(place.handle)) {
                            // It had been shown: if the service hung since, it does no more.
                            Ok(()) => _ = self.told_refused(false),
                            Err(error) => tracing::warn!(error, "a notice could not be taken back"),
                        }
                    }
                }
                let (payments, listening) = (self.payments.take(), self.listening.take());
                self.payments = self.stand(payments, wanted.payments);
                self.listening = self.stand(listening, wanted.listening);
            }
        }

        /// Brings one place to what is wanted there.
        fn stand(&mut self, now: Option<Place>, wanted: Option<Standing>) -> Option<Place> {
            let Some(wanted) = wanted else {
                self.hold(now);
                return None;
            };
            let before = match now {
                Some(place) if place.standing == wanted => return Some(place),
                Some(place) if place.standing.group == wanted.group => Some(place.handle),
                other => {
                    self.hold(other);
                    None
                }
            };
            let notice = wanted.notice.clone();
            let shown = self.watched(|| show(&notice, before));
            let shown = shown.and_then(|shown| shown.map_err(|error| error.to_string()));
            if self.told_refused(shown.is_err())
                && let Err(error) = &shown
            {
                tracing::warn!(error, "a notice could not be shown");
            }
            let handle = shown.ok()?;
            Some(Place {
                standing: wanted,
                handle,
            })
        }

        /// Calls into the system, which may panic where it is broken, and may never answer: that is told after a while
        /// and then waited for, since nothing can take the call back. A missing notice is no reason to end the thread.
        fn watched<T>(&self, call: impl FnOnce() -> T) -> Result<T, String> {
            // Not the whole thread: what it receives notices with is of one thread.
            let (patience, refused) = (self.patience, &self.refused);
            std::thread::scope(|scope| {
                let (_ends, ended) = mpsc::sync_channel::<()>(0);
                let watch = move || {
                    let in_time = ended.recv_timeout(patience);
                    if in_time == Err(mpsc::RecvTimeoutError::Timeout) && told(refused, true) {
                        tracing::warn!("the system's notifications do not answer");
                    }
                };
                let watching = std::thread::Builder::new()
                    .name("notices' watch".into())
                    .spawn_scoped(scope, watch);
                if let Err(error) = watching {
                    tracing::debug!(%error, "nobody watches over a notice");
                }
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
                result.map_err(|_| "the system's notifications panicked".to_owned())
            })
        }

        /// Whether that is new: it is said once, and again only after it had worked.
        fn told_refused(&self, refused: bool) -> bool {
            told(&self.refused, refused)
        }

        fn hold(&mut self, place: Option<Place>) {
            self.held.extend(place.map(|place| place.handle));
            while self.held.len() > HELD {
                self.held.pop_front();
            }
        }
    }

    /// Writes down whether notices are refused; gives whether that is new.
    fn told(told: &watch::Sender<bool>, refused: bool) -> bool {
        told.send_if_modified(|before| std::mem::replace(before, refused) != refused)
    }

    #[cfg(target_os = "linux")]
    fn show(
        notice: &Notice,
        before: Option<NotificationHandle>,
    ) -> notify_rust::error::Result<NotificationHandle> {
        // A service that does not say what it can do is taken for one that reads markup, as most do.
        let markup = notify_rust::get_capabilities()
            .map_or(true, |can| can.iter().any(|one| one == "body-markup"));
        let built = build(notice, markup);
        match before {
            None => built.show(),
            Some(mut handle) => {
                *handle = built;
                handle.update()?;
                Ok(handle)
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn show(
        notice: &Notice,
        _before: Option<NotificationHandle>,
    ) -> notify_rust::error::Result<NotificationHandle> {
        #[cfg(target_os = "macos")]
        introduce();
        let handle = build(notice, false).show()?;
        std::thread::sleep(PACE);
        Ok(handle)
    }

    /// Notices of a Mac stand under a bundle's name. Unless one is given before the first notice, the library asks the
    /// system for a program that is not there, which opens a window and may wait for ever.
    #[cfg(target_os = "macos")]
    fn introduce() {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| match notify_rust::set_application(system::IDENTITY) {
            Ok(()) => tracing::debug!("notices stand under our own name"),
            // A program that was built here and never installed: its notices have another name, and no window opens.
            Err(error) => tracing::warn!(%error, "notices stand under another program's name"),
        });
    }

    #[cfg(target_os = "linux")]
    fn close(handle: NotificationHandle) {
        handle.close();
    }

    /// Neither system lets a program take a notice back through this library.
    #[cfg(not(target_os = "linux"))]
    fn close(_: NotificationHandle) {}

    fn build(notice: &Notice, markup: bool) -> Notification {
        let mut built = Notification::new();
        let body = if markup {
            escaped(&notice.body)
        } else {
            notice.body.clone()
        };
        built
            .appname(system::NAME)
            .summary(&notice.title)
            .body(&body);
        #[cfg(target_os = "windows")]
        built.app_id(system::IDENTITY);
        #[cfg(target_os = "linux")]
        {
            use notify_rust::{Hint, Urgency};
            // As the packages name the program's desktop entry and its picture.
            built
                .icon("tillbell")
                .hint(Hint::DesktopEntry(system::NAME.to_owned()));
            if notice.urgent {
                built.urgency(Urgency::Critical);
            } else {
                // The history is where payments are kept, not the system's list of old notices.
                built.urgency(Urgency::Normal).hint(Hint::Transient(true));
            }
        }
        built
    }

    /// A stranger's text must stay text where the body is read as markup. The headline never is.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn thread() -> (Thread, watch::Receiver<bool>) {
            let (tell, refused) = watch::channel(false);
            let mut thread = Thread::new(Arc::default(), tell);
            thread.patience = Duration::from_millis(20);
            (thread, refused)
        }

        #[test]
        fn a_system_that_does_not_answer_is_told_while_it_is_waited_for() {
            let (thread, refused) = thread();
            let bound = std::time::Instant::now() + Duration::from_secs(20);
            let answer = thread.watched(|| {
                while !*refused.borrow() && std::time::Instant::now() < bound {
                    std::thread::yield_now();
                }
                *refused.borrow()
            });
            assert_eq!(answer, Ok(true), "told before it answered");
        }

        #[test]
        fn one_that_answers_or_panics_is_not_taken_for_one_that_hangs() {
            let (mut thread, refused) = thread();
            thread.patience = Duration::from_secs(3_600);
            assert_eq!(thread.watched(|| 1), Ok(1));
            let broken: Result<(), String> = thread.watched(|| panic!("broken"));
            assert!(broken.is_err());
            assert!(!*refused.borrow(), "and nobody waited an hour");
        }

        #[test]
        fn a_strangers_text_is_no_markup() {
            let notice = Notice {
                title: "<i>微信</i> ¥12.50".into(),
                body: "<b>Tom & Co</b>".into(),
                urgent: false,
            };
            for (markup, body) in [
                (true, "&lt;b&gt;Tom &amp; Co&lt;/b&gt;"),
                (false, "<b>Tom & Co</b>"),
            ] {
                let built = build(&notice, markup);
                assert_eq!(
                    (built.summary.as_str(), built.body.as_str()),
                    ("<i>微信</i> ¥12.50", body)
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{CardFace, CardId, CardView};
    use domain::Timestamp;
    use std::time::Duration;

    #[test]
    fn showing_never_blocks() {
        let (instead, begun) = (InPlaceOfCards::default(), Instant::now());
        for id in 1..=1_000 {
            let face = CardFace::Summary {
                count: id,
                totals: vec!["¥1.00".into()],
                without_amount: 0,
                unconfirmed: 0,
                since: Timestamp(0),
                since_clock: "14:02".into(),
            };
            let cards = vec![CardView {
                id: CardId(id.into()),
                stays_ms: None,
                gone_ms: 0,
                face,
            }];
            instead.show(
                Language::En,
                &CardsView {
                    cards,
                    ..CardsView::default()
                },
            );
        }
        instead.withdraw(&CardsView::default());
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "it took {:?}",
            begun.elapsed()
        );
    }
}
