//! How far a comparison is, and stopping it.

use crate::Follow;
use serde::{Deserialize, Serialize};
use statements::matching::Step;
use std::sync::Arc;

/// What is being done of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CompareStep {
    /// Payments and rows are read.
    Reading,
    /// They are paired by their numbers.
    Numbers,
    /// They are paired by amount and time.
    Times,
    /// What is left is told: duplicates, what is on one side only, sums.
    Rest,
}

/// How far a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Comparing {
    /// What is being done.
    pub step: CompareStep,
    /// So many payments were read by now …
    pub payments: u32,
    /// … and so many rows of statements.
    pub rows: u32,
    /// Of a hundred.
    pub percent: u32,
}

/// Reading takes so much of a hundred.
const READ: u64 = 60;

/// Tells how far a comparison is.
#[derive(Clone)]
pub(super) struct Telling {
    follow: Follow,
    tell: Arc<dyn Fn(Comparing) + Send + Sync>,
}

impl Telling {
    pub(super) fn new(follow: Follow, tell: impl Fn(Comparing) + Send + Sync + 'static) -> Self {
        Self {
            follow,
            tell: Arc::new(tell),
        }
    }

    fn at(&self, at: Comparing) -> bool {
        (self.tell)(at);
        !self.follow.is_stopped()
    }

    /// So many were read, of about so many; whether to go on.
    pub(super) fn read(&self, payments: usize, rows: usize, of: u64) -> bool {
        let (payments, rows) = (few(payments), few(rows));
        let done = u64::from(payments) + u64::from(rows);
        let percent = (done.saturating_mul(READ) / of.max(1)).min(READ);
        self.at(Comparing {
            step: CompareStep::Reading,
            payments,
            rows,
            percent: u32::try_from(percent).unwrap_or(0),
        })
    }

    /// Where matching is; whether to go on.
    pub(super) fn matching(&self, step: Step, payments: usize, rows: usize) -> bool {
        let (step, percent) = match step {
            Step::Sorting => (CompareStep::Numbers, 60),
            Step::Numbers => (CompareStep::Numbers, 65),
            Step::Texts => (CompareStep::Numbers, 70),
            Step::Times => (CompareStep::Times, 75),
            Step::NotBooked => (CompareStep::Times, 85),
            Step::Rest => (CompareStep::Rest, 90),
            Step::Done => (CompareStep::Rest, 95),
        };
        self.at(Comparing {
            step,
            payments: few(payments),
            rows: few(rows),
            percent,
        })
    }
}

fn few(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
