//! The thread that touches a device's port. Drivers block, some for ever; only this thread waits with them.

use super::{
    Manner,
    script::{Script, Step},
};
use crate::port::{Broken, Port, PortError, Taken};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Opens the device; called again each time it came back. May block.
pub type Opener = Box<dyn FnMut() -> Result<Box<dyn Port>, PortError> + Send>;

/// What goes to the port at once, and must be taken within one time limit. No HID report is longer.
const PIECE: usize = 1024;
/// No rest and no question of a script takes longer.
const STEP_MAX: Duration = Duration::from_secs(5);
/// No answer is longer.
const HEARD_MAX: usize = 4096;

/// What a device took, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) heard: Vec<u8>,
    pub(super) taken: Taken,
}

/// The answer to one order; it does not come while a driver blocks.
pub(super) type Answer<A> = oneshot::Receiver<A>;

/// Whatever touches the port: a thread, or a test.
pub(super) trait Hand: Send + 'static {
    /// Opens the port.
    fn open(&mut self) -> Answer<Result<(), PortError>>;
    /// Sends a script; then waits until it left, if told so.
    fn send(&mut self, script: Script, settle: bool) -> Answer<Result<Told, Broken>>;
    /// Lets the port go.
    fn close(&mut self);
    /// Counts steps: one that stays the same is a hand that is stuck.
    fn beat(&self) -> usize;
}

enum Order {
    Open(oneshot::Sender<Result<(), PortError>>),
    Send {
        script: Script,
        settle: bool,
        answer: oneshot::Sender<Result<Told, Broken>>,
    },
    Close,
}

/// A thread with a port.
pub(super) struct ThreadHand {
    orders: mpsc::Sender<Order>,
    beat: Arc<AtomicUsize>,
}

impl ThreadHand {
    pub(super) fn new(name: String, mut opener: Opener, manner: &Manner) -> Self {
        let (orders, taken) = mpsc::channel();
        let beat = Arc::new(AtomicUsize::new(0));
        let (beats, manner) = (beat.clone(), manner.clone());
        let body = move || {
            let mut port: Option<Box<dyn Port>> = None;
            // The sender is dropped with the queue; then the port closes with this thread.
            for order in taken {
                match order {
                    Order::Open(answer) => {
                        drop(port.take());
                        let opened = unharmed(&mut opener).unwrap_or_else(|| Err(panicked(&name)));
                        let _ = answer.send(opened.map(|open| port = Some(open)));
                    }
                    Order::Send {
                        script,
                        settle,
                        answer,
                    } => {
                        let outcome = match &mut port {
                            Some(port) => {
                                let send = || send(&mut **port, &script, settle, &manner, &beats);
                                // What it did before is not known.
                                unharmed(send).unwrap_or_else(|| {
                                    let why = panicked(&name);
                                    Err(Broken { sent: 1, why })
                                })
                            }
                            None => Err(Broken {
                                sent: 0,
                                why: PortError::Gone { port: name.clone() },
                            }),
                        };
                        if outcome.is_err() {
                            port = None;
                        }
                        let _ = answer.send(outcome);
                    }
                    Order::Close => port = None,
                }
                beats.fetch_add(1, Ordering::Relaxed);
            }
        };
        // Without a thread every order goes unanswered, and the loop says that the device is stuck.
        if let Err(error) = thread::Builder::new().name("device".into()).spawn(body) {
            tracing::error!(%error, "no thread for a device");
        }
        Self { orders, beat }
    }

    fn order<A>(&self, make: impl FnOnce(oneshot::Sender<A>) -> Order) -> Answer<A> {
        let (answer, told) = oneshot::channel();
        // A thread that is gone answers nothing; the receiver tells.
        let _ = self.orders.send(make(answer));
        told
    }
}

impl Hand for ThreadHand {
    fn open(&mut self) -> Answer<Result<(), PortError>> {
        self.order(Order::Open)
    }

    fn send(&mut self, script: Script, settle: bool) -> Answer<Result<Told, Broken>> {
        self.order(|answer| Order::Send {
            script,
            settle,
            answer,
        })
    }

    fn close(&mut self) {
        let _ = self.orders.send(Order::Close);
    }

    fn beat(&self) -> usize {
        self.beat.load(Ordering::Relaxed)
    }
}

/// `None` where it panicked: the thread goes on, and the port is opened anew.
fn unharmed<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn panicked(name: &str) -> PortError {
    tracing::error!("a device's driver panicked");
    PortError::other(name, "its driver panicked")
}

/// Does a script's steps, one by one.
fn send(
    port: &mut dyn Port,
    script: &Script,
    settle: bool,
    manner: &Manner,
    beats: &AtomicUsize,
) -> Result<Told, Broken> {
    let mut sent = 0;
    let mut heard = Vec::new();
    for step in script.steps() {
        match step {
            Step::Send(bytes) => {
                for piece in bytes.chunks(PIECE) {
                    beats.fetch_add(1, Ordering::Relaxed);
                    port.write_all(piece, manner.write_within)
                        .map_err(|broken| Broken {
                            sent: sent + broken.sent,
                            why: broken.why,
                        })?;
                    sent += piece.len();
                }
            }
            Step::Rest(rest) => {
                beats.fetch_add(1, Ordering::Relaxed);
                thread::sleep((*rest).min(STEP_MAX));
            }
            Step::Hear { most, within } => {
                beats.fetch_add(1, Ordering::Relaxed);
                hear(port, *most, *within, &mut heard).map_err(|why| Broken { sent, why })?;
            }
        }
    }
    beats.fetch_add(1, Ordering::Relaxed);
    let taken = if settle {
        port.settle(manner.settle_within).map_err(|why| Broken {
            sent: if port.took_nothing() { 0 } else { sent },
            why,
        })?
    } else {
        Taken::Sent
    };
    Ok(Told { heard, taken })
}

fn hear(
    port: &mut dyn Port,
    most: usize,
    within: Duration,
    heard: &mut Vec<u8>,
) -> Result<(), PortError> {
    let until = Instant::now() + within.min(STEP_MAX);
    let mut left = most.min(HEARD_MAX - heard.len().min(HEARD_MAX));
    let mut buffer = [0; 256];
    while left > 0 {
        let time = until.saturating_duration_since(Instant::now());
        if time.is_zero() {
            break;
        }
        let room = left.min(buffer.len());
        let come = port.read(&mut buffer[..room], time)?;
        // Nothing within its time is an answer too: this device does not talk.
        if come == 0 {
            break;
        }
        heard.extend_from_slice(&buffer[..come]);
        left -= come;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PortAddress, port::tape::Tape};

    fn manner() -> Manner {
        Manner::display(&PortAddress::serial("COM1"))
    }

    fn run(tape: &Tape, steps: Vec<Step>, settle: bool) -> Result<Told, Broken> {
        let beats = AtomicUsize::new(0);
        send(
            &mut tape.clone(),
            &Script::new(steps),
            settle,
            &manner(),
            &beats,
        )
    }

    #[test]
    fn steps_go_in_order_and_a_report_is_one_write() {
        let tape = Tape::new();
        tape.answer(&[0x12, 0x16]);
        let told = run(
            &tape,
            vec![
                Step::Send(vec![1; 65]),
                Step::Rest(Duration::from_millis(1)),
                Step::Send(vec![0x10, 0x04, 0x01]),
                Step::Hear {
                    most: 1,
                    within: Duration::from_secs(1),
                },
            ],
            true,
        )
        .unwrap();
        assert_eq!(tape.writes(), [vec![1; 65], vec![0x10, 0x04, 0x01]]);
        assert_eq!(
            told,
            Told {
                heard: vec![0x12],
                taken: Taken::Confirmed
            }
        );
        let silent = vec![Step::Hear {
            most: 9,
            within: Duration::ZERO,
        }];
        assert!(run(&tape, silent, false).unwrap().heard.is_empty());
    }

    #[test]
    fn a_fault_counts_what_went_before_it() {
        let tape = Tape::new();
        let why = PortError::Gone {
            port: "COM1".into(),
        };
        run(&tape, vec![Step::Send(vec![0; PIECE])], false).unwrap();
        tape.break_next(3, why.clone());
        let broken = run(&tape, vec![Step::Send(vec![0; 10])], false).unwrap_err();
        assert_eq!(
            broken,
            Broken {
                sent: 3,
                why: why.clone()
            }
        );
        tape.break_next(0, why);
        let broken = run(&tape, vec![Step::Send(vec![0; 5000])], false).unwrap_err();
        assert_eq!(broken.sent, 0);
    }

    #[tokio::test]
    async fn a_panic_in_a_driver_is_a_fault_and_the_next_opening_is_as_ever() {
        let tape = Tape::new();
        let (ours, mut openings) = (tape.clone(), 0);
        let opener = move || {
            openings += 1;
            assert!(openings > 1, "on purpose");
            Ok(Box::new(ours.clone()) as Box<dyn Port>)
        };
        let mut hand = ThreadHand::new("COM1".into(), Box::new(opener), &manner());
        let failed = hand.open().await.expect("an answer");
        assert!(matches!(failed, Err(PortError::Other { .. })), "{failed:?}");
        assert_eq!(hand.open().await.expect("an answer"), Ok(()));
        let told = hand
            .send(Script::bytes([7]), true)
            .await
            .expect("an answer");
        assert!(told.is_ok(), "{told:?}");
        assert_eq!(tape.writes(), [vec![7]]);
    }
}
