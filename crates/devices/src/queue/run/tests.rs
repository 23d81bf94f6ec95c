//! The loop with a hand that does what the test says, in time that is only counted.

use super::super::{Manner, Outcome, Queue, State, script::Picture, script::Script};
use super::*;
use crate::{PortAddress, port::Taken};
use std::sync::Mutex;
use tokio::sync::{mpsc, oneshot};

/// What the hand was told to do; the test answers.
enum Order {
    Open(oneshot::Sender<Result<(), PortError>>),
    Send(Script, oneshot::Sender<Result<Told, Broken>>),
    Close,
}

struct Puppet(mpsc::UnboundedSender<Order>, Arc<Mutex<usize>>);

impl Hand for Puppet {
    fn open(&mut self) -> Answer<Result<(), PortError>> {
        let (answer, told) = oneshot::channel();
        let _ = self.0.send(Order::Open(answer));
        told
    }

    fn send(&mut self, script: Script, _settle: bool) -> Answer<Result<Told, Broken>> {
        let (answer, told) = oneshot::channel();
        let _ = self.0.send(Order::Send(script, answer));
        told
    }

    fn close(&mut self) {
        let _ = self.0.send(Order::Close);
    }

    fn beat(&self) -> usize {
        *self.1.lock().unwrap()
    }
}

struct Stage {
    queue: Queue,
    orders: mpsc::UnboundedReceiver<Order>,
    beat: Arc<Mutex<usize>>,
}

fn stage(manner: Manner) -> Stage {
    let (tell, orders) = mpsc::unbounded_channel();
    let beat = Arc::new(Mutex::new(0));
    let hand = Puppet(tell, beat.clone());
    let queue = Queue::with("COM3".into(), hand, manner);
    Stage {
        queue,
        orders,
        beat,
    }
}

fn address() -> PortAddress {
    PortAddress::serial("COM3")
}

impl Stage {
    async fn opens(&mut self, outcome: Result<(), PortError>) {
        match self.orders.recv().await {
            Some(Order::Open(answer)) => answer.send(outcome).unwrap(),
            _ => panic!("it does not open"),
        }
    }

    async fn sends(&mut self) -> (Script, oneshot::Sender<Result<Told, Broken>>) {
        match self.orders.recv().await {
            Some(Order::Send(script, answer)) => (script, answer),
            _ => panic!("it does not send"),
        }
    }

    async fn becomes(&self, state: State) {
        let mut health = self.queue.health();
        health
            .wait_for(|health| health.state == state)
            .await
            .unwrap();
    }
}

fn told() -> Result<Told, Broken> {
    Ok(Told {
        heard: vec![],
        taken: Taken::Confirmed,
    })
}

fn gone() -> PortError {
    PortError::Gone {
        port: "COM3".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_display_that_is_dead_holds_up_nobody_and_shows_the_newest_when_it_is_back() {
    let mut stage = stage(Manner::display(&address()));
    stage.opens(Err(gone())).await;
    stage.becomes(State::Gone).await;
    let begun = Instant::now();
    for n in 0..1000u32 {
        stage
            .queue
            .show(Picture::always(Script::bytes(n.to_be_bytes())));
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    stage.opens(Err(gone())).await;
    stage.queue.found();
    stage.opens(Ok(())).await;
    let (script, answer) = stage.sends().await;
    assert_eq!(script, Script::bytes(999u32.to_be_bytes()));
    answer.send(told()).unwrap();
    stage.becomes(State::Ready).await;
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_never_comes_back_is_told_and_its_job_is_unknown() {
    let mut stage = stage(Manner::printer(&address()));
    stage.opens(Ok(())).await;
    let ticket = stage.queue.print(Script::bytes([1])).unwrap();
    let (_, held) = stage.sends().await;
    let begun = Instant::now();
    assert!(matches!(
        ticket.await,
        Ok(Outcome::Unknown(PortError::Stalled { .. }))
    ));
    assert!(
        begun.elapsed() <= Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    stage.becomes(State::Stalled).await;

    // The driver wakes up after an hour; the next job goes.
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let next = stage.queue.print(Script::bytes([2])).unwrap();
    held.send(told()).unwrap();
    stage.opens(Ok(())).await;
    let (script, answer) = stage.sends().await;
    assert_eq!(script, Script::bytes([2]));
    answer.send(told()).unwrap();
    assert!(matches!(next.await, Ok(Outcome::Done { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_slow_job_that_moves_is_left_alone() {
    let mut stage = stage(Manner::printer(&address()));
    stage.opens(Ok(())).await;
    let ticket = stage.queue.print(Script::bytes([1])).unwrap();
    let (_, answer) = stage.sends().await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_secs(9)).await;
        *stage.beat.lock().unwrap() += 1;
    }
    answer.send(told()).unwrap();
    assert!(matches!(ticket.await, Ok(Outcome::Done { .. })));
}

#[tokio::test(start_paused = true)]
async fn an_idle_printer_is_let_go_and_a_job_that_cannot_be_begun_fails_in_time() {
    let mut stage = stage(Manner::printer(&address()));
    stage.opens(Ok(())).await;
    assert!(matches!(stage.orders.recv().await, Some(Order::Close)));
    let begun = Instant::now();
    let mut ticket = stage.queue.print(Script::bytes([1])).unwrap();
    let outcome = loop {
        tokio::select! {
            outcome = &mut ticket => break outcome,
            () = stage.opens(Err(gone())) => {}
        }
    };
    assert_eq!(outcome, Ok(Outcome::Failed(gone())));
    assert!(begun.elapsed() <= Duration::from_secs(61));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_queue_answers_for_its_jobs_and_lets_the_port_go() {
    let mut stage = stage(Manner::printer(&address()));
    stage.opens(Ok(())).await;
    let first = stage.queue.print(Script::bytes([1])).unwrap();
    let second = stage.queue.print(Script::bytes([2])).unwrap();
    let (_, _held) = stage.sends().await;
    drop(stage.queue);
    assert!(matches!(first.await, Ok(Outcome::Unknown(_))));
    assert!(matches!(second.await, Ok(Outcome::Failed(_))));
    assert!(stage.orders.recv().await.is_none());
}
