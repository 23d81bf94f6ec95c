//! Receipts that the owner's rules ask for, queued with the payment that they are for.

use super::jobs::{Of, PrintJob, add, copies, has_paper, jobs_of};
use crate::receipts::rule::Rules;
use book::{Beside, Line, LineId};
use domain::Timestamp;
use rusqlite::Connection;

/// The owner's rules, kept beside a payment: what they print of it is queued, once for each printer.
pub(crate) struct ByRule(pub(crate) Rules);

impl Beside for ByRule {
    /// The payment comes first: where only the jobs are damaged, it is recorded without a receipt.
    fn recorded(
        &self,
        db: &Connection,
        before: Option<&Line>,
        line: &Line,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        let printers: Vec<&str> = self.0.printers(before, line).collect();
        if printers.is_empty() {
            return Ok(());
        }
        db.execute_batch("SAVEPOINT prints")?;
        match queue_by_rule(db, &printers, line.id, at) {
            Ok(()) => db.execute_batch("RELEASE prints"),
            Err(error) if holds_up_all(&error) => Err(error),
            Err(error) => {
                tracing::error!(%error, "the receipt of a payment could not be queued");
                db.execute_batch("ROLLBACK TO prints; RELEASE prints")
            }
        }
    }
}

fn queue_by_rule(
    db: &Connection,
    printers: &[&str],
    line: LineId,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let of = Of::Payment(line);
    let others = jobs_of(db, of)?;
    // Somebody was faster than the rule: another first paper would be a second receipt for the same money.
    let by_hand = |job: &PrintJob| !job.by_itself && has_paper(job);
    let copy = others
        .iter()
        .any(by_hand)
        .then(|| copies(&others).saturating_add(1));
    for printer in printers {
        add(db, of, printer, true, copy, at)?;
    }
    Ok(())
}

/// Nothing can be stored now, payments neither: they come again, and their receipts with them.
fn holds_up_all(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{
        ConstraintViolation, DatabaseBusy, DiskFull, OutOfMemory, ReadOnly, SystemIoFailure,
    };
    matches!(
        error.sqlite_error_code(),
        Some(
            ConstraintViolation
                | DatabaseBusy
                | DiskFull
                | OutOfMemory
                | ReadOnly
                | SystemIoFailure
        )
    )
}
