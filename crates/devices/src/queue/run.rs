//! The loop between a device's plan and its hand. It never waits for the hand alone.

use super::{
    Health, Shared,
    hand::{Answer, Hand, Told},
    plan::Do,
};
use crate::port::{Broken, PortError};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// What the loop allows the hand beyond the time that each step has.
const GRACE: Duration = Duration::from_secs(5);

/// What the hand was asked.
enum Asked {
    Nothing,
    Open(Answer<Result<(), PortError>>),
    Send(Answer<Result<Told, Broken>>),
}

/// What the hand said. A thread that died says nothing, and that is a port that is gone.
enum Said {
    Opened(Result<(), PortError>),
    Sent(Result<Told, Broken>),
}

impl Asked {
    async fn answer(&mut self) -> Said {
        let dead = || PortError::Other {
            port: String::new(),
            reason: "the device's thread ended".into(),
        };
        match self {
            Self::Nothing => std::future::pending().await,
            Self::Open(answer) => Said::Opened(answer.await.unwrap_or_else(|_| Err(dead()))),
            // What it did before it died is not known.
            Self::Send(answer) => Said::Sent(answer.await.unwrap_or_else(|_| {
                Err(Broken {
                    sent: 1,
                    why: dead(),
                })
            })),
        }
    }
}

/// Runs until the queue is dropped.
pub(super) async fn run(shared: Arc<Shared>, mut hand: impl Hand, tell: watch::Sender<Health>) {
    let begun = Instant::now();
    let mut asked = Asked::Nothing;
    let mut watched = begun;
    let mut beat = hand.beat();
    loop {
        let todo = {
            let mut plan = shared.plan();
            let todo = plan.next(begun.elapsed());
            report(&mut plan, &tell);
            todo
        };
        let until = match todo {
            Do::Open => {
                asked = Asked::Open(hand.open());
                let within = shared.plan().manner().open_within;
                (watched, beat) = (Instant::now() + within + GRACE, hand.beat());
                continue;
            }
            Do::Send { script, settle } => {
                asked = Asked::Send(hand.send(script, settle));
                (watched, beat) = (Instant::now() + step(&shared) + GRACE, hand.beat());
                continue;
            }
            Do::Close => {
                hand.close();
                continue;
            }
            Do::Wait(until) => until.map(|until| begun + until),
        };
        let at_work = !matches!(asked, Asked::Nothing);
        tokio::select! {
            biased;
            () = shared.stop.cancelled() => break,
            said = asked.answer() => {
                asked = Asked::Nothing;
                let dice = getrandom::u32().unwrap_or(u32::MAX);
                let now = begun.elapsed();
                match said {
                    Said::Opened(outcome) => shared.plan().opened(outcome, now, dice),
                    Said::Sent(outcome) => shared.plan().sent(outcome, now, dice),
                }
            }
            () = shared.wake.notified() => {}
            () = sleep_until(watched), if at_work && !shared.plan().is_stuck() => {
                if hand.beat() == beat {
                    tracing::warn!("a device's driver does not come back");
                    shared.plan().stuck();
                } else {
                    (watched, beat) = (Instant::now() + step(&shared) + GRACE, hand.beat());
                }
            }
            () = sleep_until(until.unwrap_or(watched)), if until.is_some() => {}
        }
    }
    let mut plan = shared.plan();
    plan.end();
    report(&mut plan, &tell);
}

/// The longest that one step of the hand may take.
fn step(shared: &Shared) -> Duration {
    let plan = shared.plan();
    plan.manner().write_within.max(plan.manner().settle_within)
}

/// Tells what became of jobs, and how the device is.
fn report(
    plan: &mut super::plan::Plan<tokio::sync::oneshot::Sender<super::Outcome>>,
    tell: &watch::Sender<Health>,
) {
    for (ticket, outcome) in plan.outcomes() {
        // Who asked may have gone home.
        let _ = ticket.send(outcome);
    }
    tell.send_if_modified(|health| {
        let changed = health != plan.health();
        if changed {
            tracing::info!(state = ?plan.health().state, "a device changed its state");
            health.clone_from(plan.health());
        }
        changed
    });
}

#[cfg(test)]
mod tests;
