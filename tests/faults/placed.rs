//! Walks over every step of the path, one fault at each: hub and desk killed before and after it, their power cut,
//! their disk full or broken. After each the platform repeats what was not answered, and the books are looked at.
//!
//! `TILLBELL_FAULTS=thorough` walks over every step that there is; otherwise of a row of like steps (the pages of one
//! commit) only the first and the last are taken.

use super::{
    alone::{AloneDoor, DeskAlone, HubAlone, Killed},
    steps::{AtStep, Fault, Journal, Step, worth_walking},
};
use rusqlite::Connection;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::process::ExitStatusExt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitStatus,
    sync::Mutex,
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tests::{
    app::Book,
    customer::{Post, Sale, WechatV3, now},
    wait,
};

/// Two sales, in fen: the second finds a log and a book that are in use.
const SALES: [i64; 2] = [1_200, 3_400];
/// How they are said.
const SENTENCES: [&str; 2] = ["微信到账，第一笔，十二元", "微信到账，第二笔，三十四元"];
/// What stands before a sentence that is a repetition.
pub(crate) const AGAIN: &str = "再报一遍：";
/// As many stories at once as the machine has room for: each waits for its disk most of the time.
const WALKERS: usize = 4;

fn thorough() -> bool {
    std::env::var("TILLBELL_FAULTS").is_ok_and(|how| how == "thorough")
}

/// What all stories of a walk begin with.
struct Stage {
    folder: TempDir,
    at_step: AtStep,
    hub: HubAlone,
    door: AloneDoor,
    wechat: WechatV3,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wechat = WechatV3::default();
        let hub = HubAlone::new(folder.path());
        Self {
            at_step: AtStep::build(folder.path()),
            door: hub.add(&wechat.config()),
            hub,
            wechat,
            folder,
        }
    }

    /// A place for one story.
    fn scene(&self) -> (TempDir, HubAlone, DeskAlone, Platform) {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let (hub, desk) = (self.hub.copy(folder.path()), DeskAlone::new(folder.path()));
        let platform = Platform {
            door: self.door.of(&hub),
            wechat: self.wechat.clone(),
            post: Post::default(),
        };
        (folder, hub, desk, platform)
    }
}

/// The platform's end: it repeats a sale until it is taken, and never again after that.
struct Platform {
    door: String,
    wechat: WechatV3,
    post: Post,
}

impl Platform {
    /// Answers whether the hub took it.
    async fn tell(&self, sale: usize) -> bool {
        let number = u64::try_from(sale).unwrap() + 1;
        let sale = Sale::new(number, SALES[sale], now());
        let letter = self.wechat.payment(&sale, now());
        match self.post.deliver(&self.door, &letter).await {
            Ok(heard) if heard.status / 100 == 2 => true,
            Ok(heard) => {
                assert_eq!(heard.status / 100, 5, "{heard:?}");
                false
            }
            Err(_) => false,
        }
    }
}

/// Where a story stood when it went wrong.
fn before(steps: &[Step]) -> String {
    let last: Vec<String> = steps.iter().rev().take(6).map(Step::to_string).collect();
    format!("the last steps, newest first:\n  {}", last.join("\n  "))
}

/// What came of a story: what the program with the fault in it wrote down, and how it ended by itself.
struct Told {
    journal: Journal,
    end: Option<ExitStatus>,
}

impl Told {
    /// Ends the program with the fault in it. One that was to be killed at a step that it has begun must have died of
    /// that; it is not helped.
    fn at_the_end_of(process: &mut Killed, folder: &Path, number: u64, fault: Fault) -> Self {
        let before = Journal::of(folder);
        if fault.is_deadly() && before.step(number).is_some() {
            let what = format!("{fault:?} at step {number}, which was begun");
            wait::until_now(&what, 10, || process.has_ended().then_some(()));
        }
        let end = process.end();
        process.kill();
        let journal = match end {
            // What it may have begun since is our kill's.
            None if fault.is_deadly() => before,
            _ => Journal::of(folder),
        };
        Self { journal, end }
    }

    /// Asserts that the fault was what it was to be, where it was to be, and answers the step at which it came first:
    /// none, where this story had fewer steps.
    fn fault_at(&self, number: u64, fault: Fault) -> Option<&Step> {
        let (steps, struck) = (&self.journal.steps, &self.journal.struck);
        let at = before(steps);
        if fault.is_deadly() {
            let begun: Vec<u64> = self
                .journal
                .step(number)
                .map(|s| s.number)
                .into_iter()
                .collect();
            assert_eq!(*struck, begun, "{fault:?} at step {number}, {at}");
            let signal = self.end.and_then(|end| end.signal());
            let died = (!begun.is_empty()).then_some(SIGKILL);
            assert_eq!(
                signal, died,
                "{fault:?} at step {number}: {:?}, {at}",
                self.end
            );
            if died.is_some() {
                assert_eq!(
                    steps.last().map(|s| s.number),
                    Some(number),
                    "it went on, {at}"
                );
            }
        } else {
            let on_disk = steps
                .iter()
                .filter(|s| s.number >= number && s.is_on_disk());
            let mut due: Vec<u64> = on_disk.map(|s| s.number).take(fault.errors()).collect();
            if self.end.is_none()
                && due.last() == steps.last().map(|s| &s.number)
                && due.len() > struck.len()
            {
                // It was ended between beginning the step and hearing of it.
                due.pop();
            }
            assert_eq!(
                *struck, due,
                "the errors returned, {fault:?} at step {number}, {at}"
            );
            let signal = self.end.and_then(|end| end.signal());
            assert_eq!(
                signal, None,
                "an error is no reason to crash, {fault:?} at step {number}, {at}"
            );
        }
        self.journal.step(*struck.first()?)
    }
}

/// So it ends that is killed.
const SIGKILL: i32 = 9;
/// A story in which the threads took turns so differently that its step was never begun is told again.
const TRIES: usize = 4;

/// Tells the story once without a fault and then once with each fault at each step; everything that went wrong is
/// told together. `choose` picks the steps at which a fault makes sense.
fn walk(
    faults: &[Fault],
    choose: impl Fn(&Step) -> bool,
    story: impl Fn(u64, Fault) -> Told + Sync,
) {
    let whole = story(u64::MAX >> 1, Fault::Nothing).journal.steps;
    let numbers: BTreeSet<u64> = worth_walking(&whole, thorough()).into_iter().collect();
    let mut stops: Vec<(u64, Fault)> = whole
        .iter()
        .filter(|step| numbers.contains(&step.number) && choose(step))
        .flat_map(|step| faults.iter().map(|fault| (step.number, *fault)))
        .collect();
    let all = stops.len();
    assert!(all > 10, "hardly a step was seen: {whole:#?}");
    stops.reverse();
    let (stops, wrong, missed) = (Mutex::new(stops), Mutex::new(vec![]), Mutex::new(vec![]));
    let reached = Mutex::new(BTreeMap::<(String, String, String), usize>::new());
    // Answers where the fault came: threads may take turns differently, and what counts is where it really was.
    let tell = |number, fault| {
        let told: Told = story(number, fault);
        let step = told.fault_at(number, fault)?;
        Some((format!("{fault:?}"), step.call.clone(), step.what.clone()))
    };
    let walk_on = || {
        let next = || stops.lock().unwrap().pop();
        while let Some((number, fault)) = next() {
            let told = || (0..TRIES).find_map(|_| tell(number, fault));
            match catch_unwind(AssertUnwindSafe(told)) {
                Ok(Some(kind)) => *reached.lock().unwrap().entry(kind).or_default() += 1,
                Ok(None) => missed.lock().unwrap().push((number, fault)),
                Err(_) => wrong
                    .lock()
                    .unwrap()
                    .push(format!("{fault:?} at step {number}")),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..WALKERS {
            scope.spawn(walk_on);
        }
    });
    let (wrong, missed) = (wrong.into_inner().unwrap(), missed.into_inner().unwrap());
    let reached = reached.into_inner().unwrap();
    println!(
        "{all} faults in {} steps, never begun: {missed:?}, by fault and kind of step: {reached:#?}",
        whole.len()
    );
    assert!(wrong.is_empty(), "the report of each is above: {wrong:#?}");
    assert!(
        missed.len() * 20 <= all,
        "too many steps were never begun: {missed:?}"
    );
    for (step, fault) in whole
        .iter()
        .filter(|step| choose(step))
        .flat_map(|step| faults.iter().map(move |fault| (step, fault)))
    {
        let kind = (format!("{fault:?}"), step.call.clone(), step.what.clone());
        assert!(reached.contains_key(&kind), "no fault came at any {kind:?}");
    }
}

/// Runs a story to its end on a small runtime of its own.
fn run<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(story)
}

/// A hub with a fault in it; the desk beside it is in order.
fn hub_story(stage: &Stage, number: u64, fault: Fault) -> Told {
    let (folder, hub, desk, platform) = stage.scene();
    let mut process = hub.start_with(&stage.at_step, number, fault);
    let _desk = desk.spawn(&hub);
    let mut again = None;
    // Whoever looks after the machine starts the hub again when it is gone.
    let mut look_after = || {
        if again.is_none() && process.has_ended() {
            again = Some(hub.start());
        }
    };
    run(async {
        let waiting =
            |what: String, sale: usize| format!("{what} {sale}, {fault:?} at step {number}");
        wait::until_now(&waiting("a link before sale".into(), 1), 20, || {
            look_after();
            (desk.links() > 0).then_some(())
        });
        for sale in 0..SALES.len() {
            let mut tries = 0;
            while !platform.tell(sale).await {
                tries += 1;
                assert!(tries < 200, "{}", before(&Journal::of(folder.path()).steps));
                tokio::time::sleep(Duration::from_millis(5)).await;
                look_after();
            }
            wait::until_now(&waiting("the end of sentence".into(), sale), 20, || {
                look_after();
                (desk.ended() > sale).then_some(())
            });
        }
    });
    let book = Book::find(&desk.data()).unwrap();
    wait::until_now("every mark", 20, || (book.untold() == 0).then_some(()));
    let told = Told::at_the_end_of(&mut process, folder.path(), number, fault);
    drop(again);
    let at = before(&told.journal.steps);
    let expected: Vec<(i64, i64)> = (1..).zip(SALES).collect();
    assert_eq!(hub.log(), expected, "the hub's log, {at}");
    check_book(&desk, &at);
    assert_eq!(
        desk.said_by_run(),
        [SENTENCES],
        "each once and in order, {at}"
    );
    told
}

/// A desk with a fault in it; the hub beside it is in order.
fn desk_story(stage: &Stage, number: u64, fault: Fault) -> Told {
    let (folder, hub, desk, platform) = stage.scene();
    let _hub = hub.start();
    let mut process = desk.start_with(&hub, &stage.at_step, number, fault);
    let mut told = 0;
    run(async {
        while told < SALES.len() && !process.has_ended() {
            assert!(platform.tell(told).await, "the hub is in order");
            told += 1;
            let what =
                format!("the end of sentence {told}, or of the desk, {fault:?} at step {number}");
            wait::until_now(&what, 20, || {
                (desk.ended() >= told || process.has_ended()).then_some(())
            });
        }
        if !process.has_ended() {
            // The story is at its end, up to the mark of the last sentence, which may be one of the steps that fail.
            let marked = || (Known::at(&desk).told.len() == SALES.len()).then_some(());
            wait::for_now(1, marked);
            // One error costs the note or the mark of one sentence, never both.
            let known = || {
                let known = Known::at(&desk);
                let is_known = |minor| known.told.contains(minor) || known.noted.contains(minor);
                SALES.iter().all(is_known).then_some(())
            };
            if fault.errors() == 1 {
                wait::until_now(
                    &format!("note or mark, {fault:?} at step {number}"),
                    20,
                    known,
                );
            }
        }
    });
    let story = Told::at_the_end_of(&mut process, folder.path(), number, fault);
    let at = before(&story.journal.steps);

    // What the disk has and what was heard until then say what the next start must say.
    let (known, heard) = (Known::at(&desk), desk.said_by_run().concat());
    let mut expected = vec![];
    for (sale, sentence) in SENTENCES.iter().enumerate() {
        let (minor, begun) = (SALES[sale], heard.iter().any(|one| one == sentence));
        let (told, noted) = (known.told.contains(&minor), known.noted.contains(&minor));
        assert!(!told || begun, "told, and never begun: {sentence}, {at}");
        if begun && !noted && !told {
            // Who waits at the counter hears it, whatever the disk says. Where it took neither the note before the
            // sentence nor the mark after it, nothing on it can say so, and the next start announces it as new.
            assert!(
                story.journal.struck.len() > 1 && !fault.is_deadly(),
                "begun without note or mark, and not for two errors: {sentence}, {fault:?} at step {number}, {at}"
            );
        }
        match (told, noted) {
            (true, _) => {}
            (false, true) => expected.push(format!("{AGAIN}{sentence}")),
            (false, false) => expected.push((*sentence).to_owned()),
        }
    }
    let _process = desk.start_with(&hub, &stage.at_step, u64::MAX >> 1, Fault::Nothing);
    run(async {
        for sale in told..SALES.len() {
            assert!(platform.tell(sale).await, "the hub is in order");
        }
    });
    let book = Book::find(&desk.data()).unwrap();
    let done = || (book.lines().len() == SALES.len() && book.untold() == 0).then_some(());
    wait::until_now(&format!("the rest is told, {at}"), 20, done);
    check_book(&desk, &at);
    let runs = desk.said_by_run();
    let said: Vec<&String> = runs.last().unwrap().iter().collect();
    assert_eq!(
        said,
        expected.iter().collect::<Vec<_>>(),
        "what the next start says, {at}"
    );
    story
}

/// What the desk's disk has, looked at in a copy.
struct Known {
    /// The amounts of the rows that are told.
    told: BTreeSet<i64>,
    /// The amounts of the rows that were noted as being said.
    noted: BTreeSet<i64>,
}

impl Known {
    fn at(desk: &DeskAlone) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for file in ["book.sqlite", "book.sqlite-wal", "book.sqlite-journal"] {
            // Before the first start there is none.
            let _ = fs::copy(desk.data().join(file), copy.path().join(file));
        }
        let db = Connection::open(copy.path().join("book.sqlite")).unwrap();
        let amounts = |sql: &str| -> BTreeSet<i64> {
            let read = || -> rusqlite::Result<_> {
                db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
            };
            read().unwrap_or_default()
        };
        Self {
            told: amounts("SELECT minor FROM lines WHERE told_at IS NOT NULL"),
            noted: amounts(
                "SELECT minor FROM lines WHERE id IN (SELECT j.value FROM kept, json_each(kept.value) j WHERE name = 'saying')",
            ),
        }
    }
}

/// Each sale once, in order, with the day's running numbers, and the totals are theirs.
fn check_book(desk: &DeskAlone, at: &str) {
    let lines = read(
        &desk.data(),
        "SELECT seq, number, minor FROM lines ORDER BY id",
    );
    let expected: Vec<[i64; 3]> = (1..).zip(SALES).map(|(n, minor)| [n, n, minor]).collect();
    assert_eq!(lines, expected, "the book's lines, {at}");
    let totals = read(
        &desk.data(),
        "SELECT sum(payments), sum(paid), sum(refunds) FROM totals",
    );
    assert_eq!(
        totals,
        [[2, SALES.iter().sum(), 0]],
        "the book's totals, {at}"
    );
}

fn read(data: &Path, sql: &str) -> Vec<[i64; 3]> {
    let db = Connection::open(data.join("book.sqlite")).unwrap();
    let mut query = db.prepare(sql).unwrap();
    let rows = query
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

const KILLS: &[Fault] = &[Fault::Kill, Fault::KillAfter, Fault::PowerCut];

/// A disk that stays full for a while, and one that fails once.
fn errors() -> &'static [Fault] {
    const ALL: &[Fault] = &[
        Fault::Full(8),
        Fault::Broken(1),
        Fault::Full(1),
        Fault::Broken(8),
    ];
    if thorough() { ALL } else { &ALL[..2] }
}

#[test]
fn a_hub_killed_at_any_step_loses_nothing_and_doubles_nothing() {
    let stage = Stage::new();
    walk(
        KILLS,
        |_| true,
        |number, fault| hub_story(&stage, number, fault),
    );
}

#[test]
fn a_desk_killed_at_any_step_books_each_once_and_repeats_only_what_was_cut_off() {
    let stage = Stage::new();
    walk(
        KILLS,
        |_| true,
        |number, fault| desk_story(&stage, number, fault),
    );
}

#[test]
fn a_hub_whose_disk_fails_at_any_step_says_no_and_recovers() {
    let stage = Stage::new();
    walk(errors(), Step::is_on_disk, |number, fault| {
        hub_story(&stage, number, fault)
    });
}

#[test]
fn a_desk_whose_disk_fails_at_any_step_recovers() {
    let stage = Stage::new();
    walk(errors(), Step::is_on_disk, |number, fault| {
        desk_story(&stage, number, fault)
    });
}
