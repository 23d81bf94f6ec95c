//! Plays a receipt printer on a network port, and draws what it would have printed. Written from the makers' tables of
//! commands alone and without any of our own code, so that our encoder and our own reader of such bytes are both
//! checked by somebody else. No part of the app.
//!
//! `printer-simulator --folder DIR [--dots 384] [--letters gb18030|western]` prints `ready 127.0.0.1:PORT`, and for
//! each job one line of JSON: the picture's path, what could be read on the paper, and what a real printer would have
//! stumbled over. On its standard input it takes `hang` (it accepts and reads nothing), `break` (it breaks off in
//! the midst of a receipt), `paper-out`, `paper-ends` (in the midst of the next receipt: it takes no more) and `resume`; it ends with its input. With `--read FILE` it draws that file and ends.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for tests: it talks, and a panic is the report"
)]

#[path = "printer/bars.rs"]
mod bars;
#[path = "printer/letters.rs"]
mod letters;
#[path = "printer/paper.rs"]
mod paper;
#[path = "printer/printer.rs"]
mod printer;

use letters::{Letters, Table};
use paper::Paper;
use printer::Printer;
use serde_json::json;
use std::{
    io::{BufRead, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// No job is longer.
const JOB_MAX: usize = 8 * 1024 * 1024;

/// How the printer behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Fine,
    Hangs,
    BreaksOff,
    PaperOut,
    PaperEnds,
}

struct Setting {
    folder: PathBuf,
    dots: usize,
    table: Table,
}

fn main() {
    let mut words = std::env::args().skip(1);
    let mut read = None;
    let mut setting = Setting {
        folder: PathBuf::from("."),
        dots: 384,
        table: Table::Gb18030,
    };
    while let Some(word) = words.next() {
        let value = words.next().unwrap();
        match word.as_str() {
            "--folder" => setting.folder = value.into(),
            "--dots" => setting.dots = value.parse().unwrap(),
            "--letters" => setting.table = Table::named(&value).unwrap(),
            "--read" => read = Some(PathBuf::from(value)),
            other => panic!("unknown word {other}"),
        }
    }
    let mut letters = Letters::new();
    if let Some(file) = read {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).unwrap();
        return say(&print(&bytes, &setting, &mut letters, &name).unwrap_or_default());
    }
    serve(&setting, &mut letters);
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Draws a job, and tells what is on it.
fn print(bytes: &[u8], setting: &Setting, letters: &mut Letters, name: &str) -> Option<String> {
    let mut printer = Printer::new(setting.dots, setting.table);
    printer.take(bytes, letters);
    let (paper, told) = printer.finished();
    if told.is_nothing() {
        return None;
    }
    let picture = setting.folder.join(format!("{name}.pgm"));
    save(&paper, &picture);
    let told = json!({
        "picture": picture,
        "bytes": bytes.len(),
        "lines": told.lines,
        "codes": told.codes,
        "bars": told.bars,
        "cuts": told.cuts,
        "drawers": told.drawers,
        "bells": told.bells,
        "faults": told.faults,
    });
    Some(told.to_string())
}

/// As a portable grey map: no library is needed to write one.
fn save(paper: &Paper, file: &Path) {
    let (shades, width, height) = paper.picture();
    let mut picture = format!("P5 {width} {height} 255\n").into_bytes();
    picture.extend(shades);
    std::fs::write(file, picture).unwrap();
}

fn serve(setting: &Setting, letters: &mut Letters) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    say(&format!("ready {}", listener.local_addr().unwrap()));
    let mood = Arc::new(Mutex::new(Mood::Fine));
    let heard = mood.clone();
    thread::spawn(move || listen(&heard));
    let mut number = 0;
    // One at a time, as real ones do.
    for stream in listener.incoming() {
        let bytes = job(stream.unwrap(), &mood);
        let name = format!("job-{}", number + 1);
        // A question how it is prints nothing.
        if let Some(told) = print(&bytes, setting, letters, &name) {
            number += 1;
            say(&told);
        }
    }
}

/// What the test orders.
fn listen(mood: &Mutex<Mood>) {
    for line in std::io::stdin().lock().lines() {
        let now = match line.as_deref() {
            Ok("hang") => Mood::Hangs,
            Ok("break") => Mood::BreaksOff,
            Ok("paper-out") => Mood::PaperOut,
            Ok("paper-ends") => Mood::PaperEnds,
            Ok("resume") => Mood::Fine,
            _ => break,
        };
        *mood.lock().unwrap() = now;
        say("done");
    }
    // Whoever started it is gone.
    std::process::exit(0);
}

/// One connection's bytes. Questions are answered as they come.
fn job(mut stream: TcpStream, mood: &Mutex<Mood>) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    let mut asked = 0;
    let now = || *mood.lock().unwrap();
    while bytes.len() < JOB_MAX {
        // Longer than a question how it is: it is a receipt.
        let in_the_midst = bytes.len() > 64;
        while now() == Mood::Hangs || (now() == Mood::PaperEnds && in_the_midst) {
            thread::sleep(Duration::from_millis(10));
        }
        // Slowly where it will break off: what lies unread makes the system break the connection instead of closing it.
        let room = match now() {
            Mood::BreaksOff | Mood::PaperEnds => 64,
            Mood::Fine | Mood::Hangs | Mood::PaperOut => buffer.len(),
        };
        match stream.read(&mut buffer[..room]) {
            Ok(0) | Err(_) => break,
            Ok(come) => bytes.extend_from_slice(&buffer[..come]),
        }
        if now() == Mood::BreaksOff && bytes.len() > 64 {
            return bytes;
        }
        let answers: Vec<u8> = printer::questions(&bytes[asked..])
            .map(|n| match (now(), n) {
                (Mood::PaperOut, 1) => 0x1a,
                (Mood::PaperOut, 2) => 0x32,
                (Mood::PaperOut, 4) => 0x7e,
                _ => 0x12,
            })
            .collect();
        asked = bytes.len();
        let _ = stream.write_all(&answers);
    }
    bytes
}
