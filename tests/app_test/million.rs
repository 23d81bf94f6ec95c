//! A book of a million payments in the real window: opened, scrolled, filtered, searched, with how long each took for
//! the eye. Long, since the book is made first, so it runs only where it is asked for:
//!
//! `cargo run --release -p book --example million 1000000 /some/book.sqlite`, and then
//! `TILLBELL_MILLION=/some/book.sqlite cargo nextest run -p tests --test app --run-ignored only a_million --no-capture`

use crate::rig::{Rig, pictures};
use serde_json::json;
use std::{path::PathBuf, time::Instant};

/// What the page is asked to do and to wait for: `act` changes something, `seen` says from then on whether the eye has
/// what it waited for. Answers milliseconds, as the page's own clock has them; −1 after twenty seconds.
const TIMED: &str = "const [act, seen, done] = arguments;
    const is_seen = new Function(seen), began = performance.now();
    new Function(act)();
    const look = () => {
        const took = performance.now() - began;
        if (is_seen()) done(Math.round(took));
        else if (took > 20_000) done(-1);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// A row is drawn at the lower edge of the list, or the list's end is.
const FILLED: &str = "const rows = document.querySelector('.rows');
    if (!rows || document.querySelector('[role=grid]').ariaBusy === 'true') return false;
    const box = rows.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + 120, box.bottom - 60);
    return at?.closest('[data-line], .place') != null || rows.scrollTop + rows.clientHeight >= rows.scrollHeight - 40;";

/// Every row in the list is one of these, and there is one.
fn all_rows(hold: &str) -> String {
    format!(
        "if (document.querySelector('[role=grid]')?.ariaBusy === 'true') return false;
         const rows = [...document.querySelectorAll('[role=rowgroup] [data-line]')];
         return rows.length > 0 && rows.every((row) => {hold});"
    )
}

async fn timed(rig: &Rig, what: &str, act: &str, seen: &str) -> i64 {
    let took = rig
        .app
        .client()
        .execute_async(TIMED, vec![json!(act), json!(seen)])
        .await
        .unwrap();
    let took = took.as_i64().unwrap();
    assert!(took >= 0, "{what} was not seen within 20 s");
    println!("  {what:<58} {took:>6} ms");
    took
}

fn book() -> PathBuf {
    let path =
        std::env::var_os("TILLBELL_MILLION").expect("TILLBELL_MILLION names a book: see above");
    PathBuf::from(path)
}

async fn picture(rig: &Rig, name: &str) {
    let file = pictures().join(format!("million-{name}.png"));
    rig.app.picture(&file).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a book of a million payments, which takes minutes to make"]
async fn a_million_payments_are_opened_scrolled_filtered_and_searched() {
    let rig = Rig::set_up("settings").await;
    let began = Instant::now();
    let rig = rig
        .restarted_after("history", |data| {
            for left in ["book.sqlite-wal", "book.sqlite-shm"] {
                let _ = std::fs::remove_file(data.join(left));
            }
            std::fs::copy(book(), data.join("book.sqlite")).unwrap();
        })
        .await;
    rig.app.shows("Today").await.unwrap();
    println!(
        "  {:<58} {:>6} ms",
        "copied and started, until the window shows",
        began.elapsed().as_millis()
    );
    // One window may be without its list at first: the tab is what is timed.
    let click = |id: &str| format!("document.querySelector('{id}').click()");
    timed(
        &rig,
        "the book's tab, until its rows are drawn",
        &click("#tab-book"),
        FILLED,
    )
    .await;
    picture(&rig, "book").await;

    let wheel = "document.querySelector('.rows').scrollTop += 700";
    let mut turns = Vec::new();
    for _ in 0..120 {
        let took = rig
            .app
            .client()
            .execute_async(TIMED, vec![json!(wheel), json!(FILLED)])
            .await
            .unwrap();
        turns.push(took.as_i64().unwrap());
    }
    turns.sort_unstable();
    let of = |percent: usize| turns[(turns.len() * percent / 100).min(turns.len() - 1)];
    println!(
        "  {:<58} p50 {} ms, p99 {} ms",
        "a turn of the wheel (of 120), until rows fill the window",
        of(50),
        of(99)
    );
    assert!(of(0) >= 0 && of(99) < 2_000, "{turns:?}");
    picture(&rig, "scrolled").await;

    let key = |key: &str| {
        format!(
            "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"
        )
    };
    let first = "return document.querySelector('[data-line=\"1\"]') !== null";
    timed(
        &rig,
        "End, until the oldest payment is drawn",
        &key("End"),
        first,
    )
    .await;
    picture(&rig, "oldest").await;
    let newest = rig
        .app
        .ask(
            "history_page",
            json!({ "from": null, "to": null, "search": null, "before": null, "limit": 1 }),
        )
        .await
        .unwrap()["rows"][0]["line"]
        .clone();
    let last = format!("return document.querySelector('[data-line=\"{newest}\"]') !== null");
    timed(&rig, "Home, until the newest is drawn", &key("Home"), &last).await;
    assert!(newest.as_i64() >= Some(1_000_000), "{newest}");

    // As if typed; the pause after the last key is in the time.
    let search = |text: &str| {
        format!(
            "const field = document.querySelector('#search'); field.value = '{text}'; field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        )
    };
    for (what, text, hold) in [
        (
            "search for a name in Chinese, until rows have it",
            "王小明",
            "row.textContent.includes('王小明')",
        ),
        ("search for a part of a note", "3号桌", "true"),
        (
            "search for a part of a Latin name",
            "Silva",
            "row.textContent.includes('Silva')",
        ),
        (
            "search for an amount",
            "987.60",
            "row.textContent.includes('987.60')",
        ),
    ] {
        timed(&rig, what, &search(text), &all_rows(hold)).await;
    }
    picture(&rig, "searched").await;
    let none = "return document.querySelector('.found .empty h2') !== null";
    timed(
        &rig,
        "search for what nobody has",
        &search("no such payer at all"),
        none,
    )
    .await;
    timed(&rig, "the search emptied", &search(""), &last).await;

    rig.app.click("[aria-controls=book-filters]").await.unwrap();
    let select = |at: usize, value: &str| {
        format!(
            "const field = document.querySelectorAll('#book-filters select')[{at}]; field.value = '{value}'; field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    rig.app.shows("Alipay").await.unwrap();
    timed(
        &rig,
        "filter by a platform",
        &select(0, "alipay"),
        &all_rows("row.textContent.includes('Alipay')"),
    )
    .await;
    timed(
        &rig,
        "and by what only a phone reported",
        &select(3, "reported"),
        &all_rows("row.textContent.includes('Alipay')"),
    )
    .await;
    picture(&rig, "filtered").await;
    timed(&rig, "and to the oldest of them", &key("End"), FILLED).await;
    let details = "return document.querySelector('aside dl, aside h2, aside h3')?.textContent.length > 0 && document.querySelector('[data-line][aria-selected=true]') !== null";
    timed(&rig, "a payment's details", &click("[data-line]"), details).await;
    picture(&rig, "details").await;

    // A day of five hundred at the day's end.
    let reconcile = "return document.querySelector('#dayend-day') !== null && document.querySelector('[aria-labelledby=dayend-day]').ariaBusy !== 'true'";
    timed(
        &rig,
        "the day's end, until the day stands there",
        &click("#tab-reconcile"),
        reconcile,
    )
    .await;
    picture(&rig, "reconcile").await;

    // The same in Chinese and dark.
    rig.turn_to("history", "settings").await;
    rig.set(json!({ "language": "zh-CN", "theme": "dark" }))
        .await;
    rig.app.on("history").await.unwrap();
    rig.app.shows("结账记录").await.unwrap();
    picture(&rig, "reconcile-zh-dark").await;
    rig.app.click("#tab-book").await.unwrap();
    timed(&rig, "the book's tab once more", "", FILLED).await;
    picture(&rig, "book-zh-dark").await;
}
