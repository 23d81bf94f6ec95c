//! `tillbell-book` run as a person runs it: the examples of its page, what it refuses, and a book that Tillbell has open.

use book::{
    Clocks, Ledger,
    testing::{day, hub, news, paid},
};
use domain::{Currency, DayRule, Money, News, Seq, SourceKind, Timestamp, wire::Shop};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const NOON: &str = "2026-05-01T12:00:00+08:00";
const HEADER: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";

/// A bill as WeChat gives it.
fn bill() -> String {
    let row = |minute: u32, order: &str, amount: &str| {
        format!(
            "`2026-05-01 12:{minute:02}:00,`wx8888888888888888,`1900000109,`0,`till-1,`42000024{order},`{order},`user,`NATIVE,\
             `SUCCESS,`OTHERS,`CNY,`{amount},`0.00,`0,`0,`0.00,`0.00,`,`,`tea,`,`0.08000,`0.60%,`{amount},`0.00,`\n"
        )
    };
    let summary = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n`2,`43.30,`0.00,`0.00,`0.16000,`43.30,`0.00\n";
    format!(
        "{HEADER}\n{}{}{summary}",
        row(1, "T-0001", "12.80"),
        row(3, "T-0003", "30.50")
    )
}

/// A shop's folder: three sales of one noon, and WeChat's bill of that day.
async fn shop(folder: &Path) -> Ledger {
    let ledger = Ledger::open(&folder.join("book.sqlite"))
        .await
        .expect("a book");
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    let rule = DayRule::new("Asia/Shanghai", 0).expect("a zone");
    let own = Shop {
        name: "Corner Shop".to_owned(),
        currency: Currency::CNY,
        day_rule: rule.clone(),
    };
    ledger.keep("shop", &own).await.expect("kept");
    let noon = Timestamp::parse_rfc3339(NOON).expect("a time");
    let sale = |seq: u64, minor: i64| {
        let at = noon.plus_ms(i64::try_from(seq).expect("small") * 60_000);
        let one = News {
            order: Some(format!("T-000{seq}")),
            paid_at: Some(at),
            ..news(SourceKind::WechatV3, seq, Money::new(minor, Currency::CNY))
        };
        paid(seq, at, day("2026-05-01"), one)
    };
    let clocks = Clocks {
        here: noon,
        hub: noon,
    };
    let entries = vec![sale(1, 1_280), sale(2, 500), sale(3, 3_000)];
    ledger
        .record(entries, rule, clocks)
        .await
        .expect("recorded");
    fs::write(folder.join("bill.csv"), bill()).expect("written");
    fs::write(folder.join("words.txt"), "the corner shop\n").expect("written");
    ledger
}

async fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    shop(folder.path()).await.close().await;
    folder
}

fn run(folder: &Path, words: &[&str]) -> Output {
    run_with(folder, words, "")
}

fn run_with(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tillbell-book"));
    program
        .args(words)
        .current_dir(folder)
        .env_remove("TILLBELL_DATA_DIR");
    program.env("TILLBELL_BOOK", folder.join("book.sqlite"));
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes())
        .expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

fn says(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).expect("text")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", says(output)))
}

/// Whether a line is as it is written; `…` stands for anything.
fn fits(line: &str, written: &str) -> bool {
    let Some((first, rest)) = written.split_once('…') else {
        return line == written;
    };
    let Some(mut line) = line.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('…').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match line.find(part) {
            Some(at) => line = &line[at + part.len()..],
            None => return false,
        }
    }
    line.ends_with(last)
}

#[tokio::test]
async fn the_page_s_examples_are_true() {
    let page = include_str!("../../../docs/tillbell-book.md").replace("\r\n", "\n");
    let folder = folder().await;
    let mut examples = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().expect("an end");
        for example in block.split("$ tillbell-book ").skip(1) {
            examples += 1;
            let (words, expected) = example.split_once('\n').unwrap_or((example, ""));
            let (words, expected_code) = match words.split_once("  # ") {
                Some((words, code)) => (words, code.trim().parse().expect("a code")),
                None => (words, 0),
            };
            let words: Vec<&str> = words.split_whitespace().collect();
            let output = run(folder.path(), &words);
            let said = says(&output);
            assert_eq!(code(&output), expected_code, "{words:?}: {said}");
            let (said, expected): (Vec<&str>, Vec<&str>) = (
                said.trim_end().lines().collect(),
                expected.trim_end().lines().collect(),
            );
            let fit = said.len() == expected.len()
                && said
                    .iter()
                    .zip(&expected)
                    .all(|(line, written)| fits(line, written));
            assert!(
                fit,
                "{words:?} says\n{}\nand the page\n{}",
                said.join("\n"),
                expected.join("\n")
            );
        }
    }
    assert!(examples >= 10, "{examples}");
}

#[tokio::test]
async fn while_tillbell_has_the_book_open_it_is_read_and_copied_and_not_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = shop(folder.path()).await;
    for words in [
        &["totals"][..],
        &["match"],
        &["differences"],
        &["verify"],
        &["closings"],
        &["export", "all.csv"],
        &["backup", "copy.sqlite"],
    ] {
        let output = run(folder.path(), words);
        assert_eq!(code(&output), 0, "{words:?}: {}", says(&output));
    }
    let totals = json(&run(folder.path(), &["totals", "--json"]));
    assert_eq!(totals[0]["totals"][0]["paid"]["minor"], 4_780);
    for words in [&["import", "bill.csv"][..], &["restore", "copy.sqlite"]] {
        let output = run(folder.path(), words);
        assert_eq!(code(&output), 4, "{words:?}: {}", says(&output));
        assert!(
            says(&output).contains("Tillbell has this book open"),
            "{}",
            says(&output)
        );
    }
    ledger.close().await;
    let after = json(&run(folder.path(), &["totals", "--json"]));
    assert_eq!(after, totals);
}

#[tokio::test]
async fn a_sealed_copy_goes_out_and_comes_back() {
    let folder = folder().await;
    let sealed = run_with(
        folder.path(),
        &["backup", "copy.age", "--passphrase-stdin"],
        "corner shop 收款\r\n",
    );
    assert_eq!(code(&sealed), 0, "{}", says(&sealed));
    for (words, input, expected) in [
        (&["restore", "copy.age"][..], "", 5),
        (
            &["restore", "copy.age", "--passphrase-stdin"],
            "corner shop",
            5,
        ),
        (&["restore", "copy.age", "--passphrase-stdin"], "\n", 5),
        (
            &["restore", "copy.age", "--passphrase-file", "nowhere.txt"],
            "",
            3,
        ),
        (&["backup", "copy.age"], "", 3),
        (&["backup", "short.age", "--passphrase-stdin"], "seven77", 5),
        (&["backup", "none.age", "--seal"], "", 5),
    ] {
        let output = run_with(folder.path(), words, input);
        assert_eq!(
            code(&output),
            expected,
            "{words:?} {input:?}: {}",
            says(&output)
        );
    }
    let loaded = run(folder.path(), &["import", "bill.csv"]);
    assert_eq!(code(&loaded), 0, "{}", says(&loaded));
    let words = ["restore", "copy.age", "--passphrase-stdin", "--json"];
    let back = run_with(folder.path(), &words, "corner shop 收款");
    assert_eq!(code(&back), 0, "{}", says(&back));
    assert_eq!(json(&back)["contents"]["statements"], 0);
    let kept = json(&back)["kept"].as_str().expect("it is kept").to_owned();
    let kept = json(&run(folder.path(), &["--book", &kept, "match", "--json"]));
    assert_eq!(
        kept["platforms"][0]["matched"], 1,
        "the book of before has its statement"
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_and_has_its_code() {
    let folder = folder().await;
    fs::write(folder.path().join("a.pdf"), "%PDF-1.7 …").expect("written");
    fs::write(folder.path().join("table.csv"), "When,Sum\n2026-05-01,1\n").expect("written");
    fs::write(folder.path().join("mapping.json"), "{}").expect("written");
    let cases = [
        (&["frobnicate"][..], 2, "unrecognized"),
        (&["totals", "--from", "yesterday"], 2, "yyyy-mm-dd"),
        (
            &["match", "--from", "2026-05-02", "--to", "2026-05-01"],
            2,
            "--from is after --to",
        ),
        (&["export", "all.pdf"], 2, ".csv or .xlsx"),
        (
            &["--book", "nowhere.sqlite", "totals"],
            3,
            "there is no book at nowhere.sqlite",
        ),
        (&["--book", "bill.csv", "totals"], 3, "could not be opened"),
        (&["import", "nowhere.csv"], 3, "nowhere.csv"),
        (&["import", "a.pdf"], 3, "no statement: pdf"),
        (&["import", "table.csv"], 1, "no reader knows the header"),
        (
            &["import", "table.csv", "--mapping", "mapping.json"],
            3,
            "mapping.json",
        ),
        (&["restore", "bill.csv"], 3, "no copy of a book"),
        (&["restore", "nowhere.sqlite"], 3, "nowhere.sqlite"),
    ];
    for (words, expected, text) in cases {
        let output = run(folder.path(), words);
        assert_eq!(code(&output), expected, "{words:?}: {}", says(&output));
        assert!(says(&output).contains(text), "{words:?}: {}", says(&output));
    }
    // One secret is for all files, and each is told of.
    let files = ["a.pdf", "bill.csv", "table.csv"];
    let words = [&["import"], &files[..], &["--passphrase-stdin", "--json"]].concat();
    let output = run_with(folder.path(), &words, "1234\n");
    assert_eq!(code(&output), 3, "{}", says(&output));
    let told: Vec<_> = json(&output)
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {}", one["file"], one["what"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        ["a.pdf refused", "bill.csv loaded", "table.csv refused"]
    );
    // A book that was changed behind its back.
    let path = folder.path().join("book.sqlite");
    let ledger = Ledger::open(&path).await.expect("a book");
    ledger
        .batch("UPDATE news SET minor = 99999 WHERE id = 1")
        .await
        .expect("changed");
    ledger.close().await;
    let output = run(folder.path(), &["verify", "--json"]);
    assert_eq!(code(&output), 1, "{}", says(&output));
    assert_eq!(json(&output)["sound"], false);
}
