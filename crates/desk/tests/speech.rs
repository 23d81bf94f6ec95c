//! The real voice, heard: announcements go through the system's speech service into a sound card that records, and
//! what was recorded is measured.
#![cfg(all(target_os = "linux", feature = "speech"))]
#![allow(missing_docs)]

#[path = "support/sound.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with others, who use more of it"
)]
mod sound;

use desk::{
    announcer::{Announcement, Announcer, Saying, Spoken, SystemSpeech, Voice},
    settings::{Language, Settings, SpeechLanguage},
    views::LineId,
};
use domain::{Currency, DayRule, Kind, Money, Platform, Timestamp, Trust};
use futures_util::future::{BoxFuture, FutureExt};
use sound::{Sound, Stretch};
use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Names the language for the inner run.
const LANGUAGE: &str = "TILLBELL_TEST_SPEECH";

/// Runs this same test again in an environment of its own (a process cannot safely change its own), where it speaks, and
/// hands its lines of output over; after each, it waits for a line.
fn run_inner(sound: &mut Sound, language: &str, mut each: impl FnMut(&mut Sound, &str)) {
    let test = std::thread::current();
    let mut child = Command::new(std::env::current_exe().expect("our own path"))
        .args([
            "--exact",
            test.name().expect("a test's thread has its name"),
            "--nocapture",
            "--test-threads=1",
        ])
        .envs(sound.env())
        .env(LANGUAGE, language)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test itself starts");
    let mut stdin = child.stdin.take().expect("its input");
    for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
        let line = line.expect("text");
        if let Some((_, told)) = line.split_once("@ ") {
            each(sound, told);
            writeln!(stdin, "go").expect("it listens");
        }
    }
    assert!(
        child.wait().expect("it ends").success(),
        "the inner run failed in {language}"
    );
}

fn sound() -> (tempfile::TempDir, Sound) {
    let folder = tempfile::Builder::new()
        .prefix("tb")
        .tempdir_in("/tmp")
        .expect("a folder");
    let sound = Sound::start(folder.path()).expect("a sound environment");
    (folder, sound)
}

#[test]
fn announcements_are_heard_in_english_and_chinese() {
    if speaks() {
        return;
    }
    let (_folder, mut sound) = sound();
    for (language, at_least_ms) in [("en", 2500), ("zh-CN", 2000)] {
        let recording = sound.record().expect("a recording");
        run_inner(&mut sound, language, |_, told| {
            println!("{language}: {told}")
        });
        let heard = recording.stop().expect("the recording");
        let stretches = heard.stretches(Duration::from_millis(700));
        println!("{language}: {stretches:?}");
        // Two payments and the sound check, each a chime with words close behind it.
        assert_eq!(stretches.len(), 3, "{language}: {stretches:?}");
        for Stretch {
            begin_ms,
            end_ms,
            loudness,
        } in stretches
        {
            assert!(
                (at_least_ms..15_000).contains(&(end_ms - begin_ms)),
                "{language}: {begin_ms} to {end_ms} ms"
            );
            assert!(loudness > 1000, "{language}: only {loudness} loud");
        }
    }
}

#[test]
fn a_speech_daemon_that_dies_is_replaced() {
    if speaks() {
        return;
    }
    let (_folder, mut sound) = sound();
    let recording = sound.record().expect("a recording");
    let mut steps = 0;
    run_inner(&mut sound, "en", |sound, _| {
        steps += 1;
        if steps == 1 {
            sound.start_speech().expect("another daemon");
        }
    });
    let stretches = recording
        .stop()
        .expect("the recording")
        .stretches(Duration::from_millis(700));
    // While another voice is opened, the words may come some time after their chime.
    let sentences = stretches
        .iter()
        .filter(|s| s.end_ms - s.begin_ms > 1500)
        .count();
    assert_eq!(sentences, 3, "{stretches:?}");
    println!("{stretches:?}");
}

struct Marks(mpsc::UnboundedSender<(Vec<LineId>, Timestamp)>);

impl Spoken for Marks {
    fn saying(&self, _: Vec<LineId>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    fn spoken(&self, lines: Vec<LineId>, began_at: Timestamp) -> BoxFuture<'static, ()> {
        let _ = self.0.send((lines, began_at));
        async {}.boxed()
    }

    fn silent(&self, lines: Vec<LineId>) -> BoxFuture<'static, ()> {
        panic!("kept silent: {lines:?}");
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

fn payment(line: i64, trust: Trust) -> Announcement {
    Announcement {
        line: LineId(line),
        kind: Kind::Payment,
        trust,
        platform: Platform::WECHAT,
        amount: Money::new(1250, Currency::CNY),
        number: Some(22 + u32::try_from(line).expect("small")),
        test: false,
        again: false,
        accepted_at: now(),
    }
}

/// Waits until the outer run has seen a line; a pause follows, so that the stretches of sound are parted.
#[allow(clippy::print_stdout, reason = "this is how the outer run hears of it")]
fn tell(what: &str) {
    println!("@ {what}");
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .expect("the outer run listens");
    std::thread::sleep(Duration::from_millis(1000));
}

/// In the inner run: speaks, and is true.
fn speaks() -> bool {
    let Ok(language) = std::env::var(LANGUAGE) else {
        return false;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(speak(language));
    true
}

async fn speak(language: String) {
    let language: SpeechLanguage = serde_json::from_value(language.into()).expect("a language");
    let settings = Settings {
        speech_language: Some(language),
        ..Settings::default()
    };
    let (_settings, settings) =
        watch::channel(Voice::new(settings, Language::En, None, DayRule::default()));
    let (marks, mut marked) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let (announcer, task) = Announcer::start(
        Arc::new(SystemSpeech::default()),
        settings,
        Arc::new(Marks(marks)),
        stop.clone(),
    );

    let voices = announcer.voices().await;
    assert_eq!(voices.problem, None);
    assert!(
        (1..1000).contains(&voices.voices.len()),
        "{} voices",
        voices.voices.len()
    );
    for (line, trust) in [(1, Trust::Confirmed), (2, Trust::Reported)] {
        let pushed = now();
        announcer.push(Saying::Payment(payment(line, trust)));
        let (lines, began_at) = tokio::time::timeout(Duration::from_secs(20), marked.recv())
            .await
            .expect("it is spoken in time")
            .expect("the loop runs");
        assert_eq!(lines, [LineId(line)]);
        let first_sound = began_at.since(pushed);
        assert!(
            (0..2000).contains(&first_sound),
            "the first sound came after {first_sound} ms"
        );
        // The mark stands when the words begin; a question is answered when they have ended.
        let _ = announcer.voices().await;
        assert_eq!(*announcer.problem().borrow(), None);
        tell(&format!(
            "payment {line}: first sound after {first_sound} ms"
        ));
    }
    let check = announcer.check().await;
    assert!(
        check.chime && check.spoke && check.problem.is_none(),
        "{check:?}"
    );
    tell("checked");
    stop.cancel();
    task.await.expect("the loop ends");
}
