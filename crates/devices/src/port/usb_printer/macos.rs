//! USB printers on macOS: its printing system has them, and takes raw jobs through `lp`.

use crate::{
    PortAddress,
    address::Plug,
    find::{Found, guess},
    port::{Broken, Port, PortError, Taken},
};
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What lists the printing system's queues.
const LPSTAT: &str = "/usr/bin/lpstat";
/// What hands it a job.
const LP: &str = "/usr/bin/lp";
/// A printing system that does not say what it has by then does not say it.
const LIST_WITHIN: Duration = Duration::from_secs(4);
/// So much is read of what it says.
const LIST_MAX: u64 = 256 * 1024;
/// Between two looks whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);

/// A printer's queue. A job is gathered and handed over whole when it is settled.
#[derive(Debug)]
pub struct UsbPrinter {
    queue: String,
    lp: PathBuf,
    job: Vec<u8>,
    /// The last job was refused before anything of it was queued.
    refused: bool,
}

/// Opens the queue of this name.
pub(super) fn open(queue: &str) -> Result<UsbPrinter, PortError> {
    Ok(with(queue, Path::new(LP)))
}

fn with(queue: &str, lp: &Path) -> UsbPrinter {
    UsbPrinter {
        queue: queue.into(),
        lp: lp.into(),
        job: Vec::new(),
        refused: false,
    }
}

/// The queues of printers on USB.
pub(super) fn list() -> Result<Vec<Found>, String> {
    // Without any queue it fails and says so; that is no trouble.
    Ok(queues(&listed(Path::new(LPSTAT), LIST_WITHIN)?))
}

/// What it says of all queues.
fn listed(lpstat: &Path, within: Duration) -> Result<String, String> {
    let until = Instant::now() + within;
    let mut program = Command::new(lpstat)
        .arg("-v")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    // A thread of its own, because a program that says much waits until it is read.
    let stdout = program.stdout.take();
    let reader = thread::spawn(move || {
        let mut told = Vec::new();
        let read = stdout.map(|pipe| pipe.take(LIST_MAX).read_to_end(&mut told));
        (read, told)
    });
    loop {
        match program.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if Instant::now() < until => thread::sleep(LOOK),
            Ok(None) | Err(_) => {
                let _ = program.kill();
                let _ = program.wait();
                return Err("the printing system did not answer in time".to_owned());
            }
        }
    }
    match reader.join() {
        Ok((Some(Ok(_)), told)) => Ok(String::from_utf8_lossy(&told).into_owned()),
        _ => Err("what the printing system said could not be read".to_owned()),
    }
}

/// Reads lines like `device for POS58: usb://STMicro/POS58?serial=1`.
fn queues(told: &str) -> Vec<Found> {
    told.lines()
        .filter_map(|line| {
            let (queue, uri) = line.strip_prefix("device for ")?.split_once(": ")?;
            let (maker, model) = uri.strip_prefix("usb://")?.split_once('/')?;
            let plain = |text: &str| {
                let text = text.split('?').next().unwrap_or_default();
                let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
                Some(text.into_owned())
            };
            Some(Found::named(
                PortAddress::UsbPrinter(Plug::at(queue)),
                plain(model),
                plain(maker),
                guess::usb_printer(0, 0),
            ))
        })
        .collect()
}

impl UsbPrinter {
    fn other(&self, reason: impl std::fmt::Display) -> PortError {
        PortError::other(&self.queue, reason)
    }
}

impl Port for UsbPrinter {
    fn write_all(&mut self, bytes: &[u8], _within: Duration) -> Result<(), Broken> {
        self.refused = false;
        self.job.extend_from_slice(bytes);
        Ok(())
    }

    /// The printing system passes no answers on, so a question is not asked: it would be a job of its own.
    fn read(&mut self, _buffer: &mut [u8], _within: Duration) -> Result<usize, PortError> {
        self.job.clear();
        Ok(0)
    }

    fn took_nothing(&self) -> bool {
        self.refused
    }

    fn settle(&mut self, within: Duration) -> Result<Taken, PortError> {
        let until = Instant::now() + within;
        let job = std::mem::take(&mut self.job);
        if job.is_empty() {
            return Ok(Taken::Sent);
        }
        // Until it runs, and where it says no, nothing is queued.
        self.refused = true;
        let mut lp = Command::new(&self.lp)
            .args(["-s", "-o", "raw", "-d", &self.queue])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.other(error))?;
        self.refused = false;
        // A thread of its own, because a program that does not read would hold us.
        let stdin = lp.stdin.take();
        let feeder = thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&job)));
        loop {
            match lp.try_wait() {
                Ok(Some(status)) if status.success() => {
                    let fed = feeder.join().ok().flatten();
                    return match fed {
                        Some(Ok(())) => Ok(Taken::Sent),
                        _ => Err(self.other("the job was not taken whole")),
                    };
                }
                Ok(Some(status)) if status.code().is_none() => {
                    return Err(self.other("the job was cut off"));
                }
                // It says in many languages that there is no such queue.
                Ok(Some(_)) => {
                    self.refused = true;
                    return Err(PortError::Gone {
                        port: self.queue.clone(),
                    });
                }
                Ok(None) if Instant::now() < until => thread::sleep(LOOK),
                Ok(None) => {
                    let _ = lp.kill();
                    let _ = lp.wait();
                    return Err(PortError::Stalled {
                        port: self.queue.clone(),
                    });
                }
                Err(error) => return Err(self.other(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn queues_on_usb_are_read_and_others_are_not() {
        let told = "device for POS58: usb://STMicro/POS%2058?serial=1\n\
                    device for Office: ipp://office.local/ipp\nnonsense\n";
        let found = queues(told);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].address.to_string(), "usb-printer:POS58");
        assert_eq!(found[0].name, "POS 58");
        assert_eq!(found[0].maker.as_deref(), Some("STMicro"));
    }

    #[test]
    fn a_job_is_handed_over_once_and_whole() {
        let root = tempfile::tempdir().unwrap();
        let paper = root.path().join("paper");
        let program = |text: &str| {
            let path = root.path().join("lp");
            let next = root.path().join("lp.new");
            fs::write(&next, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&next, fs::Permissions::from_mode(0o755)).unwrap();
            fs::rename(&next, &path).unwrap();
            path
        };
        let within = Duration::from_secs(20);
        let taking = program(&format!("echo \"$@\" >> {0}; cat >> {0}", paper.display()));
        let mut printer = with("POS58", &taking);
        printer.write_all(b"one ", within).unwrap();
        printer.write_all(b"two", within).unwrap();
        assert!(
            !paper.exists(),
            "nothing is printed before the job is whole"
        );
        assert_eq!(printer.settle(within), Ok(Taken::Sent));
        assert_eq!(
            fs::read_to_string(&paper).unwrap(),
            "-s -o raw -d POS58\none two"
        );

        let mut unknown = with("POS58", &program("exit 1"));
        unknown.write_all(b"three", within).unwrap();
        assert!(matches!(
            unknown.settle(within),
            Err(PortError::Gone { .. })
        ));
        assert!(
            unknown.took_nothing(),
            "it can be printed again without harm"
        );
        let asking = paper.with_file_name("asked");
        let mut asked = with("POS58", &program(&format!("touch {}", asking.display())));
        asked.write_all(&[0x10, 0x04, 0x01], within).unwrap();
        assert_eq!(asked.read(&mut [0; 4], within), Ok(0));
        assert_eq!(asked.settle(within), Ok(Taken::Sent));
        assert!(!asking.exists(), "a question is no job");
        let mut hanging = with("POS58", &program("exec sleep 60"));
        hanging.write_all(&vec![0; 1 << 20], within).unwrap();
        let late = hanging.settle(Duration::from_millis(200));
        assert!(matches!(late, Err(PortError::Stalled { .. })));
        assert!(!hanging.took_nothing());
    }

    #[test]
    fn a_printing_system_that_does_not_answer_is_not_waited_for() {
        let root = tempfile::tempdir().unwrap();
        let program = |name: &str, text: &str| {
            let path = root.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let says = program("says", "echo 'device for A: usb://B/C'; exit 1");
        let told = listed(&says, Duration::from_secs(20)).unwrap();
        assert_eq!(queues(&told).len(), 1);
        let hangs = program("hangs", "exec sleep 60");
        let began = Instant::now();
        assert!(listed(&hangs, Duration::from_millis(200)).is_err());
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
