//! Papers in the real app: a day is closed on its page and printed from there; the printer runs out of paper before a
//! paper and in the midst of one, and each comes out once. The printer is a program of its own that draws what it got.

use crate::rig::{Rig, pictures, word, word_zh};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    customer::{Sale, WechatV3, now},
    simulated::{Printer, lines},
    wait,
};

/// What the code on each payment's receipt says.
const LINK: &str = "https://tea.example/members";

/// The shop's printer, which prints in this language.
fn till(printer: &Printer, language: &str) -> Value {
    json!([{
        "id": "till", "name": "Counter", "on": true, "language": language,
        "target": { "at": "port", "address": printer.address() },
        "profile": { "dots": 384, "columns": 32, "cut": "none", "bell": "plug" },
        "top": "12 Hill Road", "foot": "Thank you", "link": LINK, "bell": true,
        "by_itself": { "payments": "all" },
    }])
}

/// Keeps a paper's picture for people to look at.
fn keep(paper: &Value, name: &str) -> PathBuf {
    let picture = Path::new(paper["picture"].as_str().unwrap());
    let kept = pictures().join(format!("{name}.pgm"));
    std::fs::copy(picture, &kept).unwrap();
    kept
}

fn zbar(picture: &Path) -> String {
    let read = Command::new("zbarimg")
        .args(["-q", "--raw"])
        .arg(picture)
        .output()
        .unwrap();
    String::from_utf8(read.stdout).unwrap().trim().to_owned()
}

/// The newest print job, once it is so.
async fn job(rig: &Rig, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let look = || async {
        let jobs = rig.app.ask("print_jobs", Value::Null).await.ok()?;
        jobs.get(0).cloned().filter(|job| holds(job))
    };
    wait::until(what, 60, look).await
}

/// Only the settings window may change settings.
async fn set(rig: &Rig, changes: Value) {
    rig.app.ask("open_window", json!("settings")).await.unwrap();
    rig.app.on("settings").await.unwrap();
    rig.set(changes).await;
    rig.app.on("history").await.unwrap();
}

/// Looks at the list of receipts in both languages.
async fn pictures_of(rig: &Rig, name: &str) {
    let file = |language: &str| pictures().join(format!("papers-{name}-{language}.png"));
    rig.app.picture(&file("en")).await.unwrap();
    set(rig, json!({ "language": "zh-CN" })).await;
    rig.app.shows(&word_zh("print.again")).await.unwrap();
    rig.app.picture(&file("zh")).await.unwrap();
    set(rig, json!({ "language": "en" })).await;
    rig.app.shows(&word("print.again")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_closing_is_printed_from_its_page_and_each_paper_comes_out_once() {
    let rig = Rig::set_up("settings").await;
    let mut printer = Printer::new(&rig.stage.path("papers"));
    rig.set(json!({ "printers": till(&printer, "zh-CN") }))
        .await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
    rig.turn_to("settings", "history").await;

    // A payment's receipt is as the owner wants it: his words, his code, a bell on the drawer's plug.
    let sale = Sale::new(1, 128_050, now());
    rig.deliver(&door, &wechat.payment(&sale, now())).await;
    let paper = printer.prints(1).await;
    let text = lines(&paper);
    for words in [
        "Hill Tea",
        "12 Hill Road",
        "1,280.50",
        "壹仟贰佰捌拾元伍角整",
        "Thank you",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(paper["drawers"], json!([5]), "the drawer is on pin 2");
    let picture = keep(&paper, "papers-payment-zh");
    assert_eq!(paper["codes"], json!([LINK]));
    assert_eq!(zbar(&picture), LINK, "as another reader reads it");

    // Closed on the page, and printed from there.
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app.shows("¥1,280.50").await.unwrap();
    rig.app.write(".who input", "Li Fang").await.unwrap();
    rig.app.click(".doings .primary").await.unwrap();
    rig.app.shows("Closing no. 1 takes in:").await.unwrap();
    rig.app.click("dialog form .primary").await.unwrap();
    rig.app.shows("Closed by Li Fang").await.unwrap();
    let print = "dialog .print button";
    rig.app.click(print).await.unwrap();
    rig.app.shows(&word("dayend.printing")).await.unwrap();
    let paper = printer.prints(2).await;
    let text = lines(&paper);
    for words in ["日结单 第 1 号", "1,280.50", "Li Fang", "店主（签字）"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("副本"), "{text}");
    assert!(
        !text.contains("wechat_v3_"),
        "by its name, not by its id: {text}"
    );
    keep(&paper, "papers-closing-zh");
    let first = job(&rig, "taken", |job| job["state"] == "taken").await;
    assert_eq!(first["paper"], "Closing no. 1");

    // No paper: the second one waits, the desk says why, and it comes out by itself as a copy.
    printer.order("paper-out");
    rig.app.click(print).await.unwrap();
    let waits = |job: &Value| job["problem"]["code"] == "paper_out";
    job(&rig, "it waits for paper", waits).await;
    rig.app.click("dialog .icon-button").await.unwrap();
    rig.app.click("#tab-receipts").await.unwrap();
    rig.app.shows(&word("trouble.paper_out")).await.unwrap();
    pictures_of(&rig, "waits").await;
    printer.order("resume");
    let paper = printer.prints(3).await;
    assert!(lines(&paper).contains("副本 1"), "{}", lines(&paper));
    keep(&paper, "papers-closing-copy-zh");

    // In English from now on, printed again from the list of receipts.
    set(&rig, json!({ "printers": till(&printer, "en") })).await;
    job(&rig, "taken", |job| job["state"] == "taken").await;
    rig.app.press(&word("print.again")).await.unwrap();
    let paper = printer.prints(4).await;
    let text = lines(&paper);
    for words in [
        "Day's closing no. 1",
        "COPY 2",
        "Owner (signature)",
        "Hill Tea",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    keep(&paper, "papers-closing-copy-en");

    // The paper ends in the midst: what was sent comes out whole once there is paper, and nothing is sent twice.
    job(&rig, "taken", |job| {
        job["state"] == "taken" && job["copy"] == 2
    })
    .await;
    printer.order("paper-ends");
    rig.app.press(&word("print.again")).await.unwrap();
    job(&rig, "it took the bytes and says no more", |job| {
        job["state"] == "sent" && job["copy"] == 3
    })
    .await;
    assert_eq!(printer.papers().len(), 4);
    printer.order("resume");
    let paper = printer.prints(5).await;
    assert!(lines(&paper).contains("COPY 3"), "{}", lines(&paper));
    let jobs = rig.app.ask("print_jobs", Value::Null).await.unwrap();
    let jobs = jobs.as_array().unwrap();
    assert_eq!(jobs.len(), 5, "{jobs:#?}");
    assert!(jobs.iter().all(|job| job["needs_a_person"] == false));
    pictures_of(&rig, "printed").await;
}
