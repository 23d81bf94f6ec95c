//! A serial port of Windows, by the real driver calls. The line with an echo at its end is a pseudo-terminal that
//! `cargo xtask cross-check` plugs into Wine; on a PC it is two pins bridged by a wire.
#![cfg(all(windows, feature = "serial"))]
#![allow(clippy::unwrap_used, reason = "test code: a panic is the report")]

use devices::{
    Line, PortAddress,
    address::Plug,
    port::{self, PortError},
};
use std::time::{Duration, Instant};

const WITHIN: Duration = Duration::from_secs(5);

fn at(path: &str) -> PortAddress {
    PortAddress::Serial(Plug {
        path: path.to_owned(),
        usb: None,
    })
}

#[test]
#[ignore = "needs a line with an echo, named by TILLBELL_TEST_LINE: `cargo xtask cross-check` plugs one in"]
fn what_is_sent_comes_back_whole() {
    let name = std::env::var("TILLBELL_TEST_LINE").expect("TILLBELL_TEST_LINE names the port");
    let mut port = port::open(&at(&name), &Line::default()).unwrap();
    // Every byte there is, several times: drawer kicks and code pages use all of them.
    let sent: Vec<u8> = (0..4).flat_map(|_| 0..=255).collect();
    port.write_all(&sent, WITHIN).unwrap();
    port.settle(WITHIN).unwrap();
    let (mut heard, began) = (Vec::new(), Instant::now());
    while heard.len() < sent.len() && began.elapsed() < WITHIN {
        let mut buffer = [0; 256];
        let come = port.read(&mut buffer, WITHIN).unwrap();
        heard.extend_from_slice(&buffer[..come]);
    }
    assert!(
        heard == sent,
        "{} of {} bytes came back as sent",
        heard.len(),
        sent.len()
    );
    let silent = Instant::now();
    assert_eq!(
        port.read(&mut [0; 16], Duration::from_millis(300)).unwrap(),
        0
    );
    assert!(silent.elapsed() < WITHIN, "a silent line holds nobody up");
}

#[test]
fn a_port_that_is_not_there_is_said_to_be_gone() {
    let opened = port::open(&at("COM73"), &Line::default());
    assert!(matches!(opened.err(), Some(PortError::Gone { .. })));
}
