//! The loop with a speaker that writes down what it hears, on a clock that stands still unless it is moved: normal
//! days, and speakers that hang, die and panic.

use super::*;
use crate::settings::Settings;
use domain::Currency;
use futures_util::FutureExt;
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, sleep};

const START: Timestamp = Timestamp(1_800_000_000_000);
const CHIME: Duration = Duration::from_millis(500);
const SENTENCE: Duration = Duration::from_secs(3);

/// What happened, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Opened,
    Chime,
    Said(String),
    Hushed,
    Saying(Vec<i64>),
    Spoken(Vec<i64>, i64),
    Silent(Vec<i64>),
}

/// How a voice behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Speaks,
    /// Refuses: the service is gone.
    Refuses,
    NoVoice,
    /// Never begins.
    Hangs,
    /// Begins and never ends.
    HangsAfterBegin,
    /// Its thread panics.
    Panics,
}

#[derive(Clone)]
struct World {
    events: Arc<Mutex<Vec<Event>>>,
    /// How the next speakers behave; the last one stays.
    behaviours: Arc<Mutex<VecDeque<Behaviour>>>,
    output: Arc<Mutex<bool>>,
    /// Notes can be stored; else storing hangs.
    disk: Arc<Mutex<bool>>,
    start: Instant,
}

impl World {
    fn new(behaviours: &[Behaviour]) -> Self {
        Self {
            events: Arc::default(),
            behaviours: Arc::new(Mutex::new(behaviours.iter().copied().collect())),
            output: Arc::new(Mutex::new(true)),
            disk: Arc::new(Mutex::new(true)),
            start: Instant::now(),
        }
    }

    fn note(&self, event: Event) {
        self.events.lock().expect("events").push(event);
    }

    /// What can be heard and what became of it.
    fn events(&self) -> Vec<Event> {
        let mut all = self.all_events();
        all.retain(|event| !matches!(event, Event::Saying(_)));
        all
    }

    /// The notes before the words too.
    fn all_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().expect("events"))
    }

    fn ms(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).expect("a short test")
    }
}

impl SpeechFactory for World {
    fn open(&self) -> Arc<dyn Speaker> {
        self.note(Event::Opened);
        let mut behaviours = self.behaviours.lock().expect("behaviours");
        let behaviour = if behaviours.len() > 1 {
            behaviours.pop_front()
        } else {
            behaviours.front().copied()
        };
        let hushed = Arc::new(Notify::new());
        Arc::new(Pretended {
            world: self.clone(),
            behaviour: behaviour.expect("one at least"),
            hushed,
        })
    }
}

struct Pretended {
    world: World,
    behaviour: Behaviour,
    hushed: Arc<Notify>,
}

impl Speaker for Pretended {
    fn prepare(&self, _: SpeechLanguage, _: Option<String>) {}

    fn chime(&self, _: u8) -> BoxFuture<'static, Result<Duration, Fault>> {
        let works = *self.world.output.lock().expect("output");
        if works {
            self.world.note(Event::Chime);
        }
        async move {
            if works {
                Ok(CHIME)
            } else {
                Err(Fault::NoOutput)
            }
        }
        .boxed()
    }

    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>> {
        let (world, behaviour, hushed) = (self.world.clone(), self.behaviour, self.hushed.clone());
        async move {
            match behaviour {
                Behaviour::Refuses => return Err(Fault::NoSpeech),
                Behaviour::NoVoice => return Err(Fault::NoVoiceForLanguage),
                Behaviour::Hangs => std::future::pending().await,
                Behaviour::Panics => {
                    // As the real one: the thread is gone, and with it the other end of the answer.
                    let (reply, answer) = oneshot::channel();
                    let thread = std::thread::spawn(move || {
                        let _reply: oneshot::Sender<Result<(), Fault>> = reply;
                        std::panic::resume_unwind(Box::new("the voice's thread panics"));
                    });
                    assert!(thread.join().is_err());
                    return answer.await.unwrap_or(Err(Fault::NoSpeech));
                }
                Behaviour::Speaks | Behaviour::HangsAfterBegin => {}
            }
            world.note(Event::Said(what.text));
            let _ = began.send(());
            if behaviour == Behaviour::HangsAfterBegin {
                std::future::pending().await
            }
            tokio::select! {
                () = sleep(SENTENCE) => {}
                () = hushed.notified() => {}
            }
            Ok(())
        }
        .boxed()
    }

    fn hush(&self) {
        self.world.note(Event::Hushed);
        self.hushed.notify_one();
    }

    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>> {
        let result = match self.behaviour {
            Behaviour::Refuses | Behaviour::Panics => Err(Fault::NoSpeech),
            Behaviour::NoVoice => Ok(vec![voice_named("fr-FR")]),
            _ => Ok(vec![voice_named("fr-FR"), voice_named("en-AU")]),
        };
        async move { result }.boxed()
    }
}

fn voice_named(language: &str) -> InstalledVoice {
    InstalledVoice {
        id: language.to_owned(),
        name: language.to_owned(),
        language: language.to_owned(),
    }
}

impl Spoken for World {
    fn saying(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        let world = self.clone();
        async move {
            if !*world.disk.lock().expect("disk") {
                std::future::pending::<()>().await;
            }
            world.note(Event::Saying(lines.iter().map(|line| line.0).collect()));
        }
        .boxed()
    }

    fn spoken(&self, lines: Vec<LineId>, began_at: Timestamp) -> BoxFuture<'static, ()> {
        let world = self.clone();
        async move {
            if !*world.disk.lock().expect("disk") {
                std::future::pending::<()>().await;
            }
            world.note(Event::Spoken(
                lines.iter().map(|line| line.0).collect(),
                began_at.since(START),
            ));
        }
        .boxed()
    }

    fn silent(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        self.note(Event::Silent(lines.iter().map(|line| line.0).collect()));
        async {}.boxed()
    }
}

struct Desk {
    world: World,
    announcer: Announcer,
    voice: watch::Sender<Voice>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn desk(behaviours: &[Behaviour]) -> Desk {
    let world = World::new(behaviours);
    let (voice, settings) = watch::channel(Voice::new(
        Settings::default(),
        Language::En,
        None,
        DayRule::default(),
    ));
    let stop = CancellationToken::new();
    let clock = {
        let world = world.clone();
        Arc::new(move || START.plus_ms(world.ms()))
    };
    let shared = Arc::new(world.clone());
    let (announcer, task) =
        Announcer::start_with_clock(shared.clone(), settings, shared, stop.clone(), clock);
    Desk {
        world,
        announcer,
        voice,
        stop,
        task,
    }
}

impl Desk {
    fn pay(&self, line: i64) {
        self.announcer.push(Saying::Payment(payment(
            line,
            START.plus_ms(self.world.ms()),
        )));
    }

    /// Lets everything happen that happens within so long; time is paused, so it takes none.
    async fn pass(&self, time: Duration) -> Vec<Event> {
        sleep(time).await;
        self.world.events()
    }

    fn problem(&self) -> Option<VoiceProblem> {
        *self.announcer.problem().borrow()
    }
}

fn payment(line: i64, accepted_at: Timestamp) -> Announcement {
    Announcement {
        line: LineId(line),
        kind: Kind::Payment,
        trust: Trust::Confirmed,
        platform: Platform::WECHAT,
        amount: Money::new(line * 100, Currency::CNY),
        number: None,
        test: false,
        accepted_at,
        again: false,
    }
}

fn said(yuan: &str) -> Event {
    Event::Said(format!("WeChat payment received, {yuan} yuan"))
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn chime_then_words_then_the_mark_one_at_a_time() {
    let desk = desk(&[Behaviour::Speaks]);
    desk.pay(1);
    desk.pay(2);
    sleep(LONG).await;
    // The note is there before the words; the mark comes after them, with the time of the first sound, the chime's.
    assert_eq!(
        desk.world.all_events(),
        [
            Event::Opened,
            Event::Chime,
            Event::Saying(vec![1]),
            said("one"),
            Event::Spoken(vec![1], 0),
            Event::Chime,
            Event::Saying(vec![2]),
            said("two"),
            Event::Spoken(vec![2], 3500),
        ]
    );
    assert_eq!(desk.problem(), None);
    desk.stop.cancel();
    desk.task.await.expect("the loop ends");
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_one_sentence_with_all_its_rows() {
    let desk = desk(&[Behaviour::Speaks]);
    desk.pass(Duration::from_secs(1)).await;
    desk.pay(1);
    desk.pass(Duration::from_millis(100)).await;
    for line in 2..=8 {
        desk.pay(line);
    }
    let events = desk.pass(LONG).await;
    let sum = Event::Said("several payments: seven payments, together thirty-five yuan".to_owned());
    let [
        Event::Spoken(first, _),
        Event::Chime,
        words,
        Event::Spoken(lines, _),
    ] = &events[1..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        (first, words, lines),
        (&vec![1], &sum, &vec![2, 3, 4, 5, 6, 7, 8])
    );
}

#[tokio::test(start_paused = true)]
async fn what_came_while_nobody_listened_is_one_sentence() {
    let desk = desk(&[Behaviour::Speaks]);
    desk.announcer
        .push(Saying::Listening(ListeningChange::Back {
            since: START.plus_ms(-600_000),
        }));
    for line in 1..=3 {
        desk.announcer
            .push(Saying::Payment(payment(line, START.plus_ms(-300_000))));
    }
    let events = desk.pass(LONG).await;
    let texts: Vec<_> = events
        .iter()
        .filter_map(|e| {
            if let Event::Said(text) = e {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        texts,
        [
            "payments are heard again, after a gap since seven fifty a m",
            "from earlier, since seven fifty-five a m: three payments, together six yuan",
        ]
    );
    assert!(
        events.contains(&Event::Spoken(vec![1, 2, 3], 3500)),
        "{events:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn muting_cuts_the_sentence_off_and_settles_what_waits() {
    let desk = desk(&[Behaviour::Speaks]);
    desk.pay(1);
    desk.pay(2);
    desk.pass(Duration::from_secs(1)).await;
    desk.voice
        .send_modify(|voice| voice.muted_until = Some(START.plus_ms(10_000)));
    assert_eq!(
        desk.pass(Duration::from_millis(100)).await,
        [
            Event::Hushed,
            Event::Spoken(vec![1], 0),
            Event::Silent(vec![2])
        ]
    );
    desk.pay(3);
    assert_eq!(desk.pass(LONG).await, [Event::Silent(vec![3])]);
    desk.pay(4);
    assert_eq!(desk.pass(LONG).await[1], said("four"));
}

#[tokio::test(start_paused = true)]
async fn a_voice_that_dies_is_opened_again_and_says_it_once() {
    for dying in [Behaviour::Refuses, Behaviour::Panics, Behaviour::Hangs] {
        let desk = desk(&[dying, Behaviour::Speaks]);
        desk.pay(1);
        let events = desk.pass(LONG).await;
        let [
            Event::Opened,
            Event::Chime,
            Event::Opened,
            words,
            Event::Spoken(lines, 0),
        ] = &events[..]
        else {
            panic!("{dying:?}: {events:?}")
        };
        assert_eq!((words, lines), (&said("one"), &vec![1]), "{dying:?}");
        assert_eq!(desk.problem(), None, "{dying:?}: it spoke in the end");
    }
}

#[tokio::test(start_paused = true)]
async fn a_voice_that_stays_dead_leaves_the_chime_and_says_so() {
    for dead in [Behaviour::Refuses, Behaviour::Panics, Behaviour::Hangs] {
        let desk = desk(&[dead]);
        desk.pay(1);
        desk.pay(2);
        let events = desk.pass(LONG).await;
        let heard: Vec<_> = events
            .iter()
            .filter(|event| **event != Event::Opened)
            .cloned()
            .collect();
        let [
            Event::Chime,
            Event::Spoken(first, _),
            Event::Chime,
            Event::Spoken(second, _),
        ] = &heard[..]
        else {
            panic!("{dead:?}: {heard:?}")
        };
        assert_eq!((first, second), (&vec![1], &vec![2]));
        assert_eq!(desk.problem(), Some(VoiceProblem::NoSpeech), "{dead:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn words_that_began_and_never_ended_are_not_said_again() {
    let desk = desk(&[Behaviour::HangsAfterBegin, Behaviour::Speaks]);
    desk.pay(1);
    desk.pay(2);
    let events = desk.pass(LONG).await;
    assert_eq!(
        events.iter().filter(|event| **event == said("one")).count(),
        1,
        "{events:?}"
    );
    assert_eq!(
        events
            .iter()
            .filter(|event| matches!(event, Event::Spoken(lines, _) if lines == &[1]))
            .count(),
        1
    );
    assert!(events.contains(&said("two")), "{events:?}");
    assert_eq!(desk.problem(), None, "the next one was spoken");
}

#[tokio::test(start_paused = true)]
async fn without_a_voice_for_the_language_there_is_a_chime_even_where_chimes_are_off() {
    let desk = desk(&[Behaviour::NoVoice]);
    desk.pass(Duration::from_secs(1)).await;
    assert_eq!(
        desk.problem(),
        Some(VoiceProblem::NoVoiceForLanguage),
        "known before the first payment"
    );
    desk.voice.send_modify(|voice| voice.settings.chime = false);
    desk.pay(1);
    assert_eq!(
        desk.pass(LONG).await,
        [Event::Chime, Event::Spoken(vec![1], 1000)]
    );
    let view = desk.announcer.voices().await;
    assert_eq!(
        (view.voices.len(), view.problem),
        (1, Some(VoiceProblem::NoVoiceForLanguage))
    );
}

#[tokio::test(start_paused = true)]
async fn without_any_output_nothing_is_marked() {
    let desk = desk(&[Behaviour::Refuses]);
    *desk.world.output.lock().expect("output") = false;
    desk.pay(1);
    let events = desk.pass(LONG).await;
    assert!(
        events.iter().all(|event| *event == Event::Opened),
        "{events:?}"
    );
    assert!(desk.problem().is_some());
}

#[tokio::test(start_paused = true)]
async fn no_output_is_told_though_the_voice_claims_to_speak() {
    let desk = desk(&[Behaviour::Speaks]);
    *desk.world.output.lock().expect("output") = false;
    desk.pay(1);
    desk.pass(LONG).await;
    assert_eq!(desk.problem(), Some(VoiceProblem::NoOutput));
    let check = desk.announcer.check().await;
    assert_eq!(
        (check.chime, check.spoke, check.problem),
        (false, false, Some(VoiceProblem::NoOutput))
    );
    *desk.world.output.lock().expect("output") = true;
    let check = desk.announcer.check().await;
    assert_eq!(
        (check.chime, check.spoke, check.problem),
        (true, true, None)
    );
    assert_eq!(desk.problem(), None);
}

#[tokio::test(start_paused = true)]
async fn the_sound_check_is_heard_though_muted() {
    let desk = desk(&[Behaviour::Speaks]);
    desk.voice
        .send_modify(|voice| voice.muted_until = Some(START.plus_ms(i64::MAX / 2)));
    let check = desk.announcer.check().await;
    assert!(check.chime && check.spoke, "{check:?}");
    assert_eq!(
        desk.world.events().last(),
        Some(&Event::Said(check.said.expect("a sentence")))
    );
    assert!(
        desk.announcer
            .voices()
            .await
            .voices
            .iter()
            .any(|voice| voice.fits)
    );
}

#[tokio::test(start_paused = true)]
async fn killed_before_its_end_a_sentence_is_said_again_as_a_repetition_and_after_it_never() {
    let again = || Event::Said("once more: WeChat payment received, one yuan".to_owned());
    // What a book does: it pushes what is not marked, and knows what was being said.
    for (killed_after, expected) in [
        (Duration::from_millis(0), Some(said("one"))),
        (Duration::from_millis(400), Some(again())),
        (Duration::from_millis(600), Some(again())),
        (Duration::from_millis(3_400), Some(again())),
        (Duration::from_millis(3_600), None),
    ] {
        let before = desk(&[Behaviour::Speaks]);
        before.pay(1);
        sleep(killed_after).await;
        before.task.abort();
        let events = before.world.all_events();
        let has = |wanted: Event| events.contains(&wanted);
        let after = desk(&[Behaviour::Speaks]);
        if !has(Event::Spoken(vec![1], 0)) {
            after.announcer.push(Saying::Payment(Announcement {
                again: has(Event::Saying(vec![1])),
                ..payment(1, START)
            }));
        }
        let heard: Vec<Event> = after
            .pass(LONG)
            .await
            .into_iter()
            .filter(|event| matches!(event, Event::Said(_)))
            .collect();
        assert_eq!(heard, Vec::from_iter(expected), "{killed_after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_hangs_does_not_silence_the_voice() {
    let desk = desk(&[Behaviour::Speaks]);
    *desk.world.disk.lock().expect("disk") = false;
    desk.pay(1);
    desk.pay(2);
    let events = desk.pass(Duration::from_secs(20)).await;
    for one in [said("one"), said("two")] {
        assert!(events.contains(&one), "{one:?} of {events:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pushing_never_blocks_and_stopping_is_quick() {
    let desk = desk(&[Behaviour::HangsAfterBegin]);
    for line in 0..10_000 {
        desk.pay(line);
    }
    desk.pass(Duration::from_secs(1)).await;
    let stopped_at = Instant::now();
    desk.stop.cancel();
    desk.task.await.expect("the loop ends");
    assert!(stopped_at.elapsed() < Duration::from_secs(1));
    assert_eq!(desk.world.events().last(), Some(&Event::Hushed));
}

#[test]
fn voices_fit_by_whole_tag_then_by_language() {
    use SpeechLanguage::{En, Es, PtBr, ZhCn, ZhHk, ZhTw};
    let ok = |language, voice| speaker::fit(language, voice).is_some();
    assert!(ok(ZhCn, "zh-CN") && ok(ZhCn, "cmn") && ok(ZhCn, "zh_CN"));
    assert!(
        !ok(ZhCn, "zh-HK") && !ok(ZhCn, "yue"),
        "Cantonese is no substitute for Mandarin"
    );
    assert!(ok(ZhHk, "yue") && !ok(ZhHk, "zh-CN") && !ok(ZhHk, "cmn"));
    assert!(ok(ZhTw, "zh-TW") && ok(En, "en-GB-X-RP") && ok(Es, "es-419") && !ok(Es, "pt-BR"));
    let better = |language, a, b| speaker::fit(language, a) < speaker::fit(language, b);
    assert!(
        better(PtBr, "pt-BR", "pt-PT")
            && better(ZhCn, "zh-CN", "zh-TW")
            && better(En, "en-US", "en-029")
    );
}
