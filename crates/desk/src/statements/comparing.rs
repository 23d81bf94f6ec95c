//! A comparison under way: how far it is, told to the page, and stopping it.

use super::Statements;
use crate::{api::event, desk::Inner};
use book::{
    Follow,
    reconcile::{CompareStep, Comparing, Span},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// How far a comparison is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CompareProgress {
    /// The days.
    pub span: Span,
    /// What is being done.
    pub step: CompareStep,
    /// So many payments were read by now …
    pub payments: u32,
    /// … and so many rows of statements.
    pub rows: u32,
    /// Of a hundred.
    pub percent: u32,
}

/// As long as it lives, whoever asked for a comparison can be told to stop: also while it waits for another one.
pub(crate) struct Asking<'a> {
    statements: &'a Statements,
    number: u64,
    pub(super) follow: Follow,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.statements
            .asking()
            .retain(|(number, _)| *number != self.number);
    }
}

impl Statements {
    /// Somebody asks for a comparison.
    pub(super) fn ask(&self) -> Asking<'_> {
        let follow = Follow::default();
        let mut asking = self.asking();
        let number = asking.last().map_or(0, |(number, _)| number + 1);
        asking.push((number, follow.clone()));
        Asking {
            statements: self,
            number,
            follow,
        }
    }

    /// Stops every comparison that is asked for now.
    pub(crate) fn stop_comparing(&self) {
        self.asking().iter().for_each(|(_, follow)| follow.stop());
    }
}

impl Inner {
    /// Tells the page how far a comparison of these days is: each hundredth and each step once.
    pub(super) fn comparing(
        self: &Arc<Self>,
        span: Span,
    ) -> impl Fn(Comparing) + Send + Sync + 'static {
        let (desk, told) = (Arc::downgrade(self), Mutex::new(None));
        move |at: Comparing| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if *told == Some((at.step, at.percent)) {
                return;
            }
            *told = Some((at.step, at.percent));
            if let Some(desk) = desk.upgrade() {
                let progress = CompareProgress {
                    span,
                    step: at.step,
                    payments: at.payments,
                    rows: at.rows,
                    percent: at.percent,
                };
                desk.screen
                    .tell(&["history"], event::COMPARE_PROGRESS, &json!(progress));
            }
        }
    }
}
