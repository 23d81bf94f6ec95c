//! A real serial port by its name, on any system. Behind it must be an echo: what is written comes back.
//!
//! On Linux: `socat pty,raw,echo=0,link=/tmp/echo exec:cat` and `TILLBELL_TEST_SERIAL=/tmp/echo`.
//! Under Wine: the same socat; name the port with
//! `wine reg add 'HKLM\Software\Wine\Ports' /v COM5 /t REG_SZ /d /tmp/echo`, restart Wine's server
//! (`wineserver -k`), and run the test's program with `TILLBELL_TEST_SERIAL=COM5`.
//! On a real port: a plug that joins pins 2 and 3.
//!
//! `cargo nextest run -p devices --test serial_named --run-ignored only`
#![allow(clippy::unwrap_used, reason = "a panic is the report of a test")]
#![cfg(feature = "serial")]

use devices::{
    Line, PortAddress, PortError,
    address::Plug,
    port::{Port, serial},
};
use std::time::{Duration, Instant};

const LATE: Duration = Duration::from_secs(10);

fn named() -> String {
    std::env::var("TILLBELL_TEST_SERIAL").expect("TILLBELL_TEST_SERIAL names a port with an echo")
}

#[test]
#[ignore = "needs a serial port with an echo behind it"]
fn what_is_written_comes_back() {
    let name = named();
    let plug = Plug::at(&name);
    let mut port = serial::open(&plug, &Line::default(), &[]).unwrap();
    // Every byte there is: a line that eats or turns some is no raw line.
    let sent: Vec<u8> = (0..=255).collect();
    port.write_all(&sent, LATE).unwrap();
    port.settle(LATE).unwrap();
    let mut heard = Vec::new();
    let until = Instant::now() + LATE;
    while heard.len() < sent.len() && Instant::now() < until {
        let mut buffer = [0; 64];
        let come = port.read(&mut buffer, Duration::from_secs(1)).unwrap();
        heard.extend_from_slice(&buffer[..come]);
    }
    assert_eq!(heard, sent);
    let begun = Instant::now();
    assert_eq!(port.read(&mut [0; 8], Duration::from_millis(200)), Ok(0));
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "a silent line held the reader"
    );
    drop(port);
    drop(serial::open(&plug, &Line::default(), &[]).unwrap());
}

#[test]
#[ignore = "needs a serial port with an echo behind it"]
fn a_port_has_one_program() {
    let plug = Plug::at(named());
    let _first = serial::open(&plug, &Line::default(), &[]).unwrap();
    let second = serial::open(&plug, &Line::default(), &[]).map(drop);
    assert!(matches!(second, Err(PortError::InUse { .. })), "{second:?}");
}

#[test]
fn a_port_that_is_not_there_is_gone() {
    for name in ["COM250", "/dev/ttyNONE7"] {
        let missing = devices::port::open(&PortAddress::serial(name), &Line::default()).map(drop);
        assert!(
            matches!(missing, Err(PortError::Gone { .. })),
            "{missing:?}"
        );
    }
}
