//! Plays a device on a pseudo-terminal: one that loses bytes, stalls, answers, or is pulled out in mid-write.
//!
//! `device-simulator [--lose N] [--vanish-after N] [--answer HEX]` prints `ready /dev/pts/7`, then `got 1b40…` for what
//! comes. On its standard input it takes `stall`, `resume` and `vanish`; it ends with its input.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    match unix::play(std::env::args().skip(1)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}

/// Windows has no pseudo-terminals of this kind.
#[cfg(not(unix))]
fn main() -> std::process::ExitCode {
    std::process::ExitCode::FAILURE
}

#[cfg(unix)]
mod unix {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::{
        error::Error,
        fs::File,
        io::{self, BufRead, Read, Write},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        thread,
        time::Duration,
    };

    /// How the device behaves.
    #[derive(Default)]
    struct Character {
        lose: Option<usize>,
        vanish_after: Option<usize>,
        answer: Vec<u8>,
    }

    fn character(mut words: impl Iterator<Item = String>) -> Result<Character, Box<dyn Error>> {
        let mut character = Character::default();
        while let Some(word) = words.next() {
            let value = words.next().ok_or("a value is missing")?;
            match word.as_str() {
                "--lose" => character.lose = Some(value.parse()?),
                "--vanish-after" => character.vanish_after = Some(value.parse()?),
                "--answer" => {
                    for pair in value.as_bytes().chunks(2) {
                        let pair = std::str::from_utf8(pair)?;
                        character.answer.push(u8::from_str_radix(pair, 16)?);
                    }
                }
                _ => return Err("unknown word".into()),
            }
        }
        Ok(character)
    }

    fn say(line: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Takes `stall`, `resume` and `vanish` from standard input.
    fn listen(stalled: &AtomicBool) {
        for line in io::stdin().lock().lines() {
            match line.as_deref() {
                Ok("stall") => stalled.store(true, Ordering::SeqCst),
                Ok("resume") => stalled.store(false, Ordering::SeqCst),
                _ => break,
            }
            let _ = say("done");
        }
        // Whoever started it is gone, or wants it gone: the other end sees the device leave.
        std::process::exit(0);
    }

    pub(super) fn play(words: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
        let character = character(words)?;
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let path = ptsname(&master, Vec::new())?.into_string()?;
        let stalled = Arc::new(AtomicBool::new(false));
        let heard = stalled.clone();
        thread::spawn(move || listen(&heard));
        say(&format!("ready {path}"))?;

        let mut master = File::from(master);
        let (mut count, mut kept) = (0usize, Vec::new());
        let mut buffer = [0; 256];
        loop {
            if stalled.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
                continue;
            }
            let come = match master.read(&mut buffer) {
                Ok(come) => come,
                // Nobody has the port open.
                Err(_) => {
                    thread::sleep(Duration::from_millis(5));
                    continue;
                }
            };
            kept.clear();
            for byte in &buffer[..come] {
                count += 1;
                if character.lose.is_none_or(|lose| count % lose != 0) {
                    kept.push(*byte);
                }
                if character.vanish_after == Some(count) {
                    report(&kept)?;
                    return Ok(());
                }
            }
            report(&kept)?;
            if !character.answer.is_empty() {
                master.write_all(&character.answer)?;
            }
        }
    }

    fn report(bytes: &[u8]) -> io::Result<()> {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        say(&format!("got {hex}"))
    }
}
