//! Faults at every step of copying, restoring and loading: the program killed before and after it, its power cut there,
//! its disk full. Nothing is lost, and nothing is half.
#![cfg(target_os = "linux")]

#[path = "../../../tests/faults/steps.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a file of the whole path's faults, which needs more of it"
)]
mod steps;

use book::{
    Clocks, Follow, Ledger, backup,
    testing::{cny, day, hub, news, paid},
};
use domain::{DayRule, Seq, SourceKind, Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use steps::{AtStep, Fault, Journal, worth_walking};

const NOON: Timestamp = Timestamp(1_795_300_000_000);
const HEADER: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
/// Rows of the bill: more than are written at once.
const ROWS: u64 = 1_300;

fn thorough() -> bool {
    std::env::var("TILLBELL_FAULTS").is_ok_and(|how| how == "thorough")
}

async fn record(ledger: &Ledger, from: u64, count: u64) {
    let entries = (from..from + count)
        .map(|seq| {
            paid(
                seq,
                NOON,
                day("2026-11-22"),
                news(SourceKind::WechatV3, seq, Some(cny(100))),
            )
        })
        .collect();
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    ledger
        .record(entries, DayRule::default(), clocks)
        .await
        .expect("recorded");
}

/// A book of eight payments, a copy of its first five, and a bill.
async fn stage(folder: &Path) {
    let book = folder.join("book.sqlite");
    let ledger = Ledger::open(&book).await.expect("a book");
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    record(&ledger, 1, 5).await;
    backup::back_up(&book, &folder.join("five.sqlite"), None, &Follow::default()).expect("a copy");
    record(&ledger, 6, 3).await;
    ledger.close().await;
    let row = |at: u64| {
        format!(
            "`2026-05-01 09:30:15,`wx8888888888888888,`1900000109,`0,`till-1,`42000024{at},`T-{at},`user,`NATIVE,`SUCCESS,\
             `OTHERS,`CNY,`1.00,`0.00,`0,`0,`0.00,`0.00,`,`,`tea,`,`0.00000,`0.60%,`1.00,`0.00,`\n"
        )
    };
    let rows: String = (0..ROWS).map(row).collect();
    let end = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n\
               `1300,`1300.00,`0.00,`0.00,`0.00000,`1300.00,`0.00\n";
    fs::write(folder.join("bill.csv"), format!("{HEADER}\n{rows}{end}")).expect("written");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

/// What a story is about, and what must hold after it whatever happened.
struct Story {
    words: &'static [&'static str],
    holds: fn(&Path) -> Vec<String>,
}

async fn payments(path: &Path) -> i64 {
    let ledger = Ledger::open(path).await.expect("it opens");
    let count =
        ledger.call(|db| Ok(db.query_row("SELECT count(*) FROM lines", [], |row| row.get(0))?));
    let count = count.await.expect("counted");
    let verified = ledger
        .verify(Follow::default())
        .await
        .expect("checked")
        .expect("not stopped");
    assert!(verified.is_sound(), "{verified:?}");
    ledger.close().await;
    count
}

fn blocking<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

fn run(folder: &Path, words: &[&str], place: impl FnOnce(&mut Command)) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tillbell-book"));
    program
        .args(words)
        .arg("--book")
        .arg(folder.join("book.sqlite"))
        .current_dir(folder);
    place(&mut program);
    program.output().expect("it starts")
}

fn after_backup(folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let (book, target) = (folder.join("book.sqlite"), folder.join("new.sqlite"));
    if blocking(payments(&book)) != 8 {
        wrong.push("the book is another".to_owned());
    }
    if target.exists() {
        let found = backup::read(&book, &target, None, &Follow::default());
        if !found
            .as_ref()
            .is_ok_and(|found| found.as_ref().is_some_and(|found| found.payments == 8))
        {
            wrong.push(format!("a copy of that name is not whole: {found:?}"));
        }
        fs::remove_file(&target).expect("removed");
    }
    // The next one is made, and what this one left is gone.
    backup::back_up(&book, &target, None, &Follow::default()).expect("the next is made");
    if folder.join("new.sqlite.part").exists() {
        wrong.push("half a copy is left".to_owned());
    }
    wrong
}

fn after_restore(folder: &Path) -> Vec<String> {
    let (book, kept) = (
        folder.join("book.sqlite"),
        folder.join("book.sqlite.before-1"),
    );
    let now = blocking(payments(&book));
    let before = kept.exists().then(|| blocking(payments(&kept)));
    match (now, before) {
        (8, None) | (5, Some(8)) => Vec::new(),
        other => vec![format!("the book and the book of before hold {other:?}")],
    }
}

fn after_import(folder: &Path) -> Vec<String> {
    let book = folder.join("book.sqlite");
    let mut wrong = Vec::new();
    let rows = |book: PathBuf| async move {
        let ledger = Ledger::open(&book).await.expect("it opens");
        let statements = ledger.statements().await.expect("listed");
        ledger.close().await;
        statements
            .iter()
            .map(|one| u64::from(one.rows))
            .collect::<Vec<_>>()
    };
    let found = blocking(rows(book.clone()));
    if !(found.is_empty() || found == [ROWS]) {
        wrong.push(format!("statements of {found:?} rows"));
    }
    let again = run(folder, &["import", "bill.csv"], |_| {});
    if again.status.code() != Some(0) || blocking(rows(book.clone())) != [ROWS] {
        wrong.push(format!(
            "it cannot be loaded again: {}",
            String::from_utf8_lossy(&again.stderr)
        ));
    }
    if blocking(payments(&book)) != 8 {
        wrong.push("the book is another".to_owned());
    }
    let left = blocking(async {
        let ledger = Ledger::open(&book).await.expect("it opens");
        let count = ledger.call(|db| {
            Ok(
                db.query_row("SELECT count(*) FROM statement_rows", [], |row| {
                    row.get::<_, i64>(0)
                })?,
            )
        });
        let count = count.await.expect("counted");
        ledger.close().await;
        count
    });
    if u64::try_from(left) != Ok(ROWS) {
        wrong.push(format!("{left} rows are left"));
    }
    wrong
}

/// Walks over a story's steps with these faults; answers how many scenes were played.
fn walk(story: &Story) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let rest = folder.path().join("rest");
    fs::create_dir(&rest).expect("a folder");
    blocking(stage(&rest));
    let at_step = AtStep::build(folder.path());
    let scene = |name: &str, number: u64, fault: Fault| {
        let scene = folder.path().join(name);
        copy(&rest, &scene);
        let output = run(&scene, story.words, |program| {
            at_step.place(program, &scene, number, fault)
        });
        (scene, output)
    };
    let (quiet, output) = scene("quiet", 0, Fault::Nothing);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let journal = Journal::of(&quiet);
    assert!(journal.steps.len() > 10, "{:?}", journal.steps.len());
    let mut played = 0;
    let mut wrong = Vec::new();
    for number in worth_walking(&journal.steps, thorough()) {
        for fault in [
            Fault::Kill,
            Fault::KillAfter,
            Fault::PowerCut,
            Fault::Full(100_000),
        ] {
            let (scene, output) = scene("scene", number, fault);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let step = journal
                .step(number)
                .map(ToString::to_string)
                .unwrap_or_default();
            let at = format!("{fault:?} at {step}");
            if fault.is_deadly() {
                if output.status.code().is_some() {
                    wrong.push(format!("{at}: it lived: {said}"));
                }
            } else if output.status.code() == Some(3) {
                // Of a sync or a removal that fails SQLite tells no more than that.
                let vague = step.contains(" sync ") || step.contains(" remove ");
                let plain = ["no room", "full"].iter().any(|word| said.contains(word));
                if !(plain || vague && said.contains("disk I/O error")) {
                    wrong.push(format!("{at}: it does not say so: {said}"));
                }
            } else if !output.status.success() {
                wrong.push(format!("{at}: {:?}: {said}", output.status));
            }
            wrong.extend(
                (story.holds)(&scene)
                    .into_iter()
                    .map(|what| format!("{at}: {what}")),
            );
            fs::remove_dir_all(&scene).expect("removed");
            played += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    played
}

#[test]
fn a_copy_that_is_cut_off_anywhere_is_whole_or_not_there() {
    let story = Story {
        words: &["backup", "new.sqlite"],
        holds: after_backup,
    };
    assert!(walk(&story) > 20);
}

#[test]
fn a_restore_that_is_cut_off_anywhere_leaves_the_one_book_or_the_other() {
    let story = Story {
        words: &["restore", "five.sqlite"],
        holds: after_restore,
    };
    assert!(walk(&story) > 20);
}

#[test]
fn a_statement_that_is_cut_off_anywhere_counts_whole_or_not_at_all() {
    let story = Story {
        words: &["import", "bill.csv"],
        holds: after_import,
    };
    assert!(walk(&story) > 20);
}
