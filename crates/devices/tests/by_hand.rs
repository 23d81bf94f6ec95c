//! The small program beside the app: the page about it is replayed, and a real socket gets what it tells.

#![allow(clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::{Command, Output},
    thread,
};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tillbell-devices"))
        .args(arguments)
        .output()
        .unwrap()
}

fn told(output: &Output) -> serde_json::Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The words of a command line, with double quotes.
fn words(line: &str) -> Vec<&str> {
    line.split('"')
        .enumerate()
        .flat_map(|(i, part)| match i % 2 {
            0 => part.split_whitespace().collect::<Vec<_>>(),
            _ => vec![part],
        })
        .collect()
}

#[test]
fn the_page_is_true() {
    let page = include_str!("../../../docs/devices.md").replace("\r\n", "\n");
    let examples: Vec<&str> = page
        .split("```console\n$ tillbell-devices ")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() >= 2);
    for example in examples {
        let (line, json) = example.split_once('\n').unwrap();
        let expected: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(told(&run(&words(line))), expected, "{line}");
    }
}

#[test]
fn a_display_gets_what_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let display = thread::spawn(move || {
        let mut bytes = Vec::new();
        listener
            .accept()
            .unwrap()
            .0
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    });
    let address = format!("tcp:127.0.0.1:{port}");
    let output = run(&[
        "show",
        "--port",
        &address,
        "--set",
        "gb18030",
        "--language",
        "zh-CN",
        "--received",
        "12.50",
    ]);
    let told = told(&output);
    let rows: Vec<&str> = told["shown"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_str().unwrap().trim())
        .collect();
    assert_eq!(rows, ["已收款       ￥12.50", "谢谢惠顾"]);
    let sent = hex::decode(told["sent"].as_str().unwrap()).unwrap();
    assert_eq!(display.join().unwrap(), sent);
}

/// A printer that answers these bytes to the question how it is, and gives back what it printed.
fn printer(answer: &'static [u8]) -> (String, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    let printing = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut question = [0; 12];
        stream.read_exact(&mut question).unwrap();
        assert_eq!(question[..3], [0x10, 4, 1]);
        stream.write_all(answer).unwrap();
        let mut bytes = Vec::new();
        // Who gives up after the answer may break the connection.
        let _ = stream.read_to_end(&mut bytes);
        bytes
    });
    (address, printing)
}

#[test]
fn a_printer_gets_a_test_receipt() {
    let (address, printing) = printer(&[0x12; 4]);
    let words = ["print", "--paper", "chinese80", "--language", "zh-CN"];
    let output = run(&[&words[..], &["--port", &address]].concat());
    let told = told(&output);
    assert_eq!(told["taken"], "confirmed");
    assert_eq!(told["status"]["paper-out"], false);
    let sent = hex::decode(told["sent"].as_str().unwrap()).unwrap();
    assert_eq!(printing.join().unwrap(), sent);
    // Read back by itself, it is the same paper; and nothing was sent without a port.
    let hex = told["sent"].as_str().unwrap();
    let paper = run(&["decode", "--paper", "chinese80", "--hex", hex]);
    assert_eq!(self::told(&paper), told["paper"]);
    let only_told = self::told(&run(&words));
    assert_eq!(only_told["paper"], told["paper"]);
    assert_eq!(only_told.get("taken"), None);
    let text = told["paper"].to_string();
    assert!(text.contains("￥12.80") && text.contains("测试"), "{text}");
}

#[test]
fn a_printer_in_trouble_gets_nothing() {
    let (address, printing) = printer(&[0x1a, 0x32, 0x12, 0x7e]);
    let output = run(&["print", "--paper", "western58", "--port", &address]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("paper-out"),
        "{error}"
    );
    assert_eq!(printing.join().unwrap(), b"");
}

#[test]
fn recordings_come_as_text_or_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    let raw = folder.path().join("raw");
    std::fs::write(&text, "# a till\n1b73 32\n+250ms 1b51 41 35 0d # five\n").unwrap();
    std::fs::write(&raw, b"\x1bs2\x1bQA5\r").unwrap();
    let (text, raw) = (text.to_str().unwrap(), raw.to_str().unwrap());
    let stood = told(&run(&["decode", "--set", "led8", "--file", text]));
    assert_eq!(stood[0]["shown"]["lamps"][0], "total");
    assert_eq!(stood[1]["at_ms"], 250);
    assert_eq!(stood[1]["shown"]["rows"][0], "       5");
    let raw = told(&run(&["decode", "--set", "led8", "--file", raw, "--raw"]));
    assert_eq!(raw[0]["shown"], stood[1]["shown"]);
}

#[test]
fn what_is_wrong_is_said() {
    for (arguments, says) in [
        (
            &["decode", "--set", "nonsense", "--hex", "00"][..],
            "no command set",
        ),
        (
            &["decode", "--set", "led8", "--hex", "0g"],
            "neither bytes nor a gap",
        ),
        (&["decode", "--set", "led8"], "--hex or --file"),
        (&["decode", "--hex", "00"], "command set"),
        (&["print", "--paper", "foolscap"], "no printer is called"),
        (
            &["print", "--paper", "chinese58", "--language", "la"],
            "no words in la",
        ),
        (&["show", "--set", "led8", "--to-pay", "1,5"], "no amount"),
        (&["show", "--set", "led8", "--size", "99x9"], "a size is"),
    ] {
        let output = run(arguments);
        assert!(!output.status.success());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(says), "{error}");
    }
}
