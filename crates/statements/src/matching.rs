//! Which row of a statement is which payment of the book: one to one, and the same whatever the order in which rows and
//! files come.
//!
//! Three tell of a sale: the front desk announced it, the hub recorded it (a line of the book), a statement has it. The
//! steps, each over what the earlier ones left, are in [`match_up`]; what they come to is in [`Matches`]. Every step
//! begins from both sides sorted by time and number, so that equal candidates fall the same way every time.

mod cover;
mod entries;
mod groups;
mod ids;
mod line;
mod outcome;
mod payout;
mod result;
mod sums;
mod types;
mod words;
mod work;

#[cfg(test)]
mod tests;

pub use result::{
    AmountDiffers, Aside, By, Duplicate, Matched, Matches, OnlyHere, OnlyThere, Payout, PayoutLine,
    Pending, Reversed, Side, Suggestion, Sums, Tally, Waiting, Why,
};
pub use types::{Cancelled, Covered, Heard, Keep, Progress, RowRef, Rules, Step};

use work::{Phase, Work};

/// Matches the book with statements.
///
/// 1. Set aside: tests, rows that came in two files, rows that failed or are no sale, second mentions of a sale (a fund
///    bill beside a trade bill), and reversals, which undo a row.
/// 2. By the refund's number, the platform's, then the shop's.
/// 3. By order number, kind and amount; first where the platform's number agrees too, so that two payments of one order
///    are not mixed up.
/// 4. By the platform's number, kind and amount.
/// 5. By a number of ours that stands as a whole word in what the bank says, with kind and amount.
/// 6. By order number or the platform's, with another amount: *amount differs*.
/// 7. Payouts find their row at the bank. Then, where not both sides have numbers that could be compared: same kind and
///    amount, close in time ([`Rules::limit_ms`]), without crossing, as many pairs as there can be, and of those the
///    ones whose distances together are least; where the statement knows only dates, the same day.
/// 8. The same once more with rows that the bank has not booked yet; then duplicates, suggestions, and the rest: only
///    here, pending, only there.
///
/// `progress` is called now and then and can stop the work. 100,000 payments against 100,000 rows take well under two
/// seconds, also when all amounts are equal.
pub fn match_up(
    heard: &[Heard],
    rows: &[RowRef<'_>],
    rules: &Rules,
    mut progress: impl FnMut(Progress) -> Keep,
) -> Result<Matches, Cancelled> {
    let mut told = move |step: Step| {
        let (done, of) = step.place();
        match progress(Progress { step, done, of }) {
            Keep::Going => Ok(()),
            Keep::Stop => Err(Cancelled),
        }
    };
    told(Step::Sorting)?;
    let mut work = Work::new(heard, rows, rules);
    let mut payouts = payout::find(&work);
    for phase in [Phase::Booked, Phase::Pending] {
        told(match phase {
            Phase::Booked => Step::Numbers,
            Phase::Pending => Step::NotBooked,
        })?;
        ids::by_refund_number(&mut work, phase);
        ids::by_number(&mut work, phase);
        if phase == Phase::Booked {
            told(Step::Texts)?;
        }
        words::by_text(&mut work, phase);
        if phase == Phase::Booked {
            ids::refunds_by_reversal(&mut work);
        }
        ids::by_number_alone(&mut work, phase);
        ids::repeats_of_a_number(&mut work, phase);
        if phase == Phase::Booked {
            payout::find_in_bank(&mut payouts, &mut work);
            told(Step::Times)?;
        }
        work.by_amount_and_time(phase);
    }
    told(Step::Rest)?;
    ids::repeats_of_an_order(&mut work);
    let suggestions = work.suggestions();
    let mut matches = outcome::tell(&work, suggestions, payouts);
    matches.sums = sums::of(&work);
    told(Step::Done)?;
    Ok(matches)
}
