//! Whole paths on real pseudo-terminals and sockets, with devices that lose bytes, stall, leave and come back.
#![allow(clippy::unwrap_used, reason = "a panic is the report of a test")]
#![cfg(all(unix, feature = "serial"))]

use devices::{
    Line, Picture, PortAddress, PortError, Script, Step,
    address::{Plug, UsbIdentity},
    port::{Port, Taken, serial},
    queue::{Manner, Outcome, Queue, State},
};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// Nothing here takes so long unless it hangs.
const LATE: Duration = Duration::from_secs(30);

/// A simulated device, in a process of its own.
struct Device {
    process: Child,
    orders: ChildStdin,
    lines: mpsc::Receiver<String>,
    path: String,
    got: Vec<u8>,
}

impl Device {
    fn plug_in(words: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_device-simulator"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let ready = lines.recv_timeout(LATE).unwrap();
        Self {
            orders: process.stdin.take().unwrap(),
            path: ready.strip_prefix("ready ").unwrap().to_owned(),
            process,
            lines,
            got: Vec::new(),
        }
    }

    fn take(&mut self, line: &str) {
        if let Some(hex) = line.strip_prefix("got ") {
            let byte =
                |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            self.got.extend(hex.as_bytes().chunks(2).map(byte));
        }
    }

    /// Waits until it got these bytes in a row.
    fn gets(&mut self, bytes: &[u8]) {
        let until = Instant::now() + LATE;
        while !self.got.windows(bytes.len()).any(|part| part == bytes) {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("it only got {:02x?}", self.got));
            self.take(&line);
        }
    }

    /// Everything it says until it ends.
    fn ends(&mut self) {
        while let Ok(line) = self.lines.recv_timeout(LATE) {
            self.take(&line);
        }
        self.process.wait().unwrap();
    }

    fn order(&mut self, word: &str) {
        writeln!(self.orders, "{word}").unwrap();
        loop {
            let line = self.lines.recv_timeout(LATE).unwrap();
            if line == "done" {
                return;
            }
            self.take(&line);
        }
    }

    fn address(&self) -> PortAddress {
        PortAddress::serial(&self.path)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Fails soon, so that a test of failing does not take long.
fn hasty(manner: Manner) -> Manner {
    Manner {
        first_wait: Duration::from_millis(20),
        most_wait: Duration::from_millis(100),
        write_within: Duration::from_millis(300),
        settle_within: Duration::from_millis(300),
        ..manner
    }
}

fn display(device: &Device) -> Queue {
    let address = device.address();
    let manner = hasty(Manner::display(&address));
    Queue::start(address, Line::default(), manner)
}

async fn becomes(queue: &Queue, state: State) {
    let mut health = queue.health();
    timeout(LATE, health.wait_for(|health| health.state == state))
        .await
        .unwrap_or_else(|_| panic!("it is {:?}", queue.health().borrow()))
        .unwrap();
}

#[test]
fn a_port_has_one_program_and_a_missing_one_is_gone() {
    let mut device = Device::plug_in(&["--answer", "12"]);
    let plug = Plug::at(&device.path);
    let mut port = serial::open(&plug, &Line::default(), &[]).unwrap();
    let second = serial::open(&plug, &Line::default(), &[]).map(drop);
    assert!(matches!(second, Err(PortError::InUse { .. })), "{second:?}");

    port.write_all(b"\x10\x04\x01", LATE).unwrap();
    assert_eq!(port.settle(LATE), Ok(Taken::Sent));
    device.gets(b"\x10\x04\x01");
    let mut answer = [0; 8];
    assert_eq!(port.read(&mut answer, LATE), Ok(1));
    assert_eq!(answer[0], 0x12);
    drop(port);
    drop(serial::open(&plug, &Line::default(), &[]).unwrap());

    let missing = serial::open(&Plug::at("/dev/pts/none"), &Line::default(), &[]).map(drop);
    assert!(
        matches!(missing, Err(PortError::Gone { .. })),
        "{missing:?}"
    );
}

#[test]
fn a_line_that_takes_nothing_is_stalled_in_time_and_closes_at_once() {
    let mut device = Device::plug_in(&[]);
    let mut port = serial::open(&Plug::at(&device.path), &Line::default(), &[]).unwrap();
    device.order("stall");
    let begun = Instant::now();
    let broken = port
        .write_all(&vec![0x55; 1 << 20], Duration::from_millis(300))
        .unwrap_err();
    assert!(matches!(broken.why, PortError::Stalled { .. }), "{broken}");
    assert!(broken.sent < 1 << 20);
    drop(port);
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_rest_after_each_byte_is_kept() {
    let mut device = Device::plug_in(&[]);
    let line = Line {
        byte_pause_ms: 15,
        ..Line::default()
    };
    let mut port = serial::open(&Plug::at(&device.path), &line, &[]).unwrap();
    let begun = Instant::now();
    port.write_all(b"0123456789", LATE).unwrap();
    device.gets(b"0123456789");
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_that_loses_bytes_still_gets_the_next_picture() {
    let mut device = Device::plug_in(&["--lose", "7"]);
    let queue = display(&device);
    queue.show(Picture::always(Script::bytes(*b"\x0c0123456789")));
    becomes(&queue, State::Ready).await;
    // Every seventh byte is lost on the way; nobody can know, and nothing stops.
    device.gets(b"\x0c012346789");
    queue.show(Picture::always(Script::bytes(*b"12.50")));
    device.gets(b"1250");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_that_stalls_shows_the_newest_when_it_goes_on() {
    let mut device = Device::plug_in(&[]);
    let queue = display(&device);
    becomes(&queue, State::Ready).await;
    device.order("stall");
    // Enough to fill what the kernel keeps for it.
    queue.show(Picture::always(Script::bytes(vec![b'x'; 1 << 18])));
    becomes(&queue, State::Stalled).await;
    let begun = Instant::now();
    for n in 0..500u32 {
        queue.show(Picture::always(Script::bytes(format!("<{n}>"))));
    }
    assert!(
        begun.elapsed() < Duration::from_millis(500),
        "showing waited"
    );
    device.order("resume");
    device.gets(b"<499>");
    becomes(&queue, State::Ready).await;
    let shown = String::from_utf8_lossy(&device.got).into_owned();
    assert!(!shown.contains("<250>"), "old pictures were sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_pulled_out_in_mid_job_never_gets_that_job_again() {
    let first = Device::plug_in(&["--vanish-after", "40"]);
    let place = Arc::new(Mutex::new(first.path.clone()));
    let opener = {
        let place = place.clone();
        Box::new(move || {
            let plug = Plug::at(place.lock().unwrap().clone());
            let port = serial::open(&plug, &Line::default(), &[])?;
            Ok(Box::new(port) as Box<dyn Port>)
        })
    };
    let manner = hasty(Manner::printer(&first.address()));
    let queue = Queue::opened_by("printer".into(), opener, manner);
    let job = |mark: &str| Script::bytes(mark.repeat(20_000));
    let one = queue.print(job("one,")).unwrap();
    let two = queue.print(job("two,")).unwrap();
    let outcome = timeout(LATE, one).await.unwrap().unwrap();
    assert!(
        matches!(outcome, Outcome::Unknown(PortError::Gone { .. })),
        "{outcome:?}"
    );
    becomes(&queue, State::Gone).await;

    let mut second = Device::plug_in(&[]);
    place.lock().unwrap().clone_from(&second.path);
    queue.found();
    let outcome = timeout(LATE, two).await.unwrap().unwrap();
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    second.gets("two,".repeat(20_000).as_bytes());
    assert_eq!(
        second.got.len(),
        80_000,
        "more than the second job was printed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_is_found_again_on_another_path_and_drawn_anew() {
    let plug = |path: &str| Plug {
        path: path.into(),
        usb: Some(UsbIdentity {
            vid: 0x1a86,
            pid: 0x7523,
            serial: None,
            location: Some("1-1".into()),
            interface: None,
        }),
    };
    let mut first = Device::plug_in(&[]);
    let known = plug(&first.path);
    let present = Arc::new(Mutex::new(vec![PortAddress::Serial(known.clone())]));
    let opener = {
        let present = present.clone();
        Box::new(move || {
            let present = present.lock().unwrap().clone();
            let port = serial::open_among(&known, &Line::default(), &present, &[])?;
            Ok(Box::new(port) as Box<dyn Port>)
        })
    };
    let manner = hasty(Manner::display(&first.address()));
    let queue = Queue::opened_by("display".into(), opener, manner);
    let picture = Picture {
        first: Script::bytes(*b"\x1b@TOTAL 12.50"),
        next: Script::bytes(*b"\x0bTOTAL 12.50"),
    };
    queue.show(picture.clone());
    first.gets(b"\x1b@TOTAL 12.50");
    queue.show(picture);
    first.gets(b"\x0bTOTAL 12.50");

    present.lock().unwrap().clear();
    writeln!(first.orders, "vanish").unwrap();
    first.ends();
    queue.lost();
    becomes(&queue, State::Gone).await;
    let mut second = Device::plug_in(&[]);
    assert_ne!(second.path, "");
    *present.lock().unwrap() = vec![PortAddress::Serial(plug(&second.path))];
    queue.found();
    second.gets(b"\x1b@TOTAL 12.50");
    becomes(&queue, State::Ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_accepts_and_hangs_holds_up_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = PortAddress::Tcp {
        host: "127.0.0.1".into(),
        port,
    };
    let manner = hasty(Manner::printer(&address));
    let printer = Queue::start(address, Line::default(), manner);
    let mut device = Device::plug_in(&[]);
    let queue = display(&device);
    becomes(&queue, State::Ready).await;

    let receipt = Script::bytes(vec![0; 4 * 1024 * 1024]);
    let hanging = printer.print(receipt).unwrap();
    let small = printer
        .print(Script::new([
            Step::Send(b"\x10\x04\x01".to_vec()),
            Step::Hear {
                most: 1,
                within: Duration::from_millis(100),
            },
        ]))
        .unwrap();
    for n in 0..20 {
        let begun = Instant::now();
        let words = format!("<{n}>");
        queue.show(Picture::always(Script::bytes(words.clone())));
        device.gets(words.as_bytes());
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
    }
    let outcome = timeout(LATE, hanging).await.unwrap().unwrap();
    // Whether the system's buffers took it all or not: it is never called printed.
    assert!(
        matches!(
            outcome,
            Outcome::Unknown(PortError::Stalled { .. })
                | Outcome::Done {
                    taken: Taken::Sent,
                    ..
                }
        ),
        "{outcome:?}"
    );
    let outcome = timeout(LATE, small).await.unwrap().unwrap();
    let Outcome::Done { taken, heard } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((taken, heard), (Taken::Sent, vec![]));
    drop(listener);
}
