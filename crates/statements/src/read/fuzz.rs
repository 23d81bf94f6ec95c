//! Every fixture of every reader with bytes flipped, cut out, put in and doubled, from a seed: nothing panics, nothing
//! takes long, nothing comes out larger than what went in allows.

use crate::{
    file::{Limits, open},
    mapping,
    read::read,
    table::Table,
    testing::shop,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long it may go on.
const TIME: Duration = Duration::from_secs(3);
/// How long one case may take, in a debug build on a laden machine.
const CASE: Duration = Duration::from_secs(5);

/// What may be held at once: sixty times what one file may unpack to, and far less than a bomb wants.
const MEMORY: u64 = 256 << 20;

/// The most that this process has held so far, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// A generator of its own, so that a seed means the same next year.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % below.max(1)
    }
}

/// What hostile files are made of.
const PIECES: &[&[u8]] = &[
    b"\"",
    b",",
    b"`",
    b",`",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"-",
    b"9999999999999999999",
    b"0.00000",
    b"1e309",
    b"<",
    b"&",
    b"]]>",
    b"<!DOCTYPE x>",
    b":61:",
    b"-}",
    b"PK\x03\x04",
    b"\x1f\x8b",
    "（元）".as_bytes(),
    "\u{202e}".as_bytes(),
    b"2026-02-30 25:61:61",
    b"\x80",
];

fn mutated(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.truncate(at),
            2 => {
                let end = (at + dice.roll(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            4 => {
                let end = (at + dice.roll(500)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => {
                let end = (at + dice.roll(20)).min(bytes.len());
                for byte in &mut bytes[at..end] {
                    *byte = u8::try_from(dice.roll(256)).unwrap_or(0);
                }
            }
        }
    }
    bytes
}

fn fixtures(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("fixtures").flatten() {
        let path = entry.path();
        if path.is_dir() {
            fixtures(&path, found);
        } else if path.extension().is_some_and(|ending| ending != "md") {
            found.push(path);
        }
    }
}

/// Tries the readers on it, and now and then what guesses at tables.
fn try_one(bytes: &[u8], guess: bool) {
    let limits = Limits {
        unpacked: 4 << 20,
        sheet: 4 << 20,
        ratio_from: 1 << 20,
        ..Limits::default()
    };
    let Ok(files) = open("fuzz", bytes, Some("123456"), &limits) else {
        return;
    };
    for file in &files {
        let largest = file.bytes.len();
        if let Ok(statement) = read(file, &[], &shop()) {
            // A row has a line of its own, or is the refund of one.
            assert!(statement.rows.len() <= 2 * largest);
            let keys: std::collections::HashSet<_> =
                statement.rows.iter().map(|r| &r.key).collect();
            assert_eq!(keys.len(), statement.rows.len(), "keys are unique");
            assert!(statement.rows.iter().all(|row| row.amount.minor() >= 0));
        }
        if !guess {
            continue;
        }
        let Ok(table) = Table::read(&file.bytes, &limits) else {
            continue;
        };
        assert!(table.len() <= largest.max(1) * 20, "rows from nothing");
        if let Some(mapping) = mapping::suggest(&table) {
            let shown = mapping::preview(&table, &mapping, &shop());
            assert!(shown.rows.len() <= 20 && shown.errors.len() <= 50);
        }
    }
}

#[test]
fn no_file_harms() {
    let mut paths = Vec::new();
    fixtures(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fixtures"),
        &mut paths,
    );
    paths.sort();
    assert!(paths.len() >= 30, "{paths:?}");
    let seeds: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| fs::read(path).expect("a fixture"))
        .collect();
    let mut dice = Dice(0x7111_be11_5eed_0001);
    let begun = Instant::now();
    let mut cases = 0;
    // Every fixture at least once, however slow the machine is.
    while cases < seeds.len() || begun.elapsed() < TIME {
        let seed = &seeds[cases % seeds.len()];
        let bytes = mutated(seed, &mut dice);
        let started = Instant::now();
        try_one(&bytes, cases % 8 == 0);
        assert!(
            started.elapsed() < CASE,
            "{} took {:?}",
            paths[cases % seeds.len()].display(),
            started.elapsed()
        );
        cases += 1;
    }
    println!("{cases} cases in {:?}", begun.elapsed());
    if let Some(peak) = peak_memory() {
        assert!(peak < MEMORY, "{peak} bytes were held at once");
    }
}
