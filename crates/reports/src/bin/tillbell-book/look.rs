//! `totals`, `verify` and `closings`: what is only looked at.

use crate::{
    Answer, Days, FINE, FOUND, Failure, opening as open,
    table::{Set, lay_out},
};
use book::{
    Follow, Total, bounded,
    dayend::ClosingsQuery,
    verify::{Fault, Found, Restored},
};
use domain::{BusinessDay, Currency, DayRule, Money, Timestamp};
use serde::Serialize;
use std::path::Path;

/// Closings that are listed at once.
const PAGE: u32 = 200;

#[derive(Serialize)]
struct DayTold {
    day: BusinessDay,
    payments: u32,
    totals: Vec<TotalTold>,
}

#[derive(Serialize)]
struct TotalTold {
    currency: Currency,
    payments: u32,
    paid: Money,
    refunds: u32,
    refunded: Money,
    net: Money,
}

impl TotalTold {
    fn of(total: &Total) -> Self {
        Self {
            currency: total.currency,
            payments: total.payments,
            paid: bounded(total.paid, total.currency),
            refunds: total.refunds,
            refunded: bounded(total.refunded, total.currency),
            net: total.net(),
        }
    }
}

pub(crate) async fn totals(path: &Path, days: Days, answer: Answer) -> Result<u8, Failure> {
    let ledger = open::read(path).await?;
    let wanted = |day: BusinessDay| {
        days.from.is_none_or(|from| from <= day) && days.to.is_none_or(|to| day <= to)
    };
    let known = ledger.days().await?;
    let mut found: Vec<DayTold> = known
        .iter()
        .filter(|(day, _, _)| wanted(*day))
        .map(|(day, payments, totals)| DayTold {
            day: *day,
            payments: *payments,
            totals: totals.iter().map(TotalTold::of).collect(),
        })
        .collect();
    found.reverse();
    answer.give(&found, || {
        let columns = [
            ("day", Set::Left),
            ("payments", Set::Right),
            ("paid", Set::Right),
            ("refunds", Set::Right),
            ("refunded", Set::Right),
            ("net", Set::Right),
            ("currency", Set::Left),
        ];
        let row = |day: &DayTold, total: &TotalTold| {
            vec![
                day.day.to_string(),
                total.payments.to_string(),
                total.paid.decimal(),
                total.refunds.to_string(),
                total.refunded.decimal(),
                total.net.decimal(),
                total.currency.code().to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = found
            .iter()
            .flat_map(|day| day.totals.iter().map(move |total| row(day, total)))
            .collect();
        lay_out(&columns, &rows)
    })?;
    Ok(FINE)
}

#[derive(Serialize)]
struct VerifyTold<'a> {
    sound: bool,
    payments: u64,
    days: u64,
    closings: u64,
    restores: Vec<RestoreTold>,
    chain_rows: u64,
    chain_head: String,
    unfinished: bool,
    faults: &'a [Found],
    all_faults: u64,
}

/// A copy that was put in the book's place.
#[derive(Serialize)]
struct RestoreTold {
    /// Since 1970 in UTC, in milliseconds.
    at: i64,
    who: String,
    replaced_head: Option<String>,
    /// Numbers of closings that only the book of before has.
    first_closing: Option<u32>,
    last_closing: Option<u32>,
}

impl RestoreTold {
    fn of(restored: Restored) -> Self {
        Self {
            at: restored.at.0,
            who: restored.who,
            replaced_head: restored.replaced_head,
            first_closing: restored.gap.map(|(first, _)| first),
            last_closing: restored.gap.map(|(_, last)| last),
        }
    }

    fn words(&self) -> String {
        let at = DayRule::default().clock(Timestamp(self.at));
        let head = match &self.replaced_head {
            Some(head) => format!("in place of a book whose chain ended with {head}"),
            None => "in place of a book that could not be read".to_owned(),
        };
        let gap = match (self.first_closing, self.last_closing) {
            (Some(first), Some(last)) if first == last => {
                format!("; closing {first} stands in that one, and its number is not used again")
            }
            (Some(first), Some(last)) => format!(
                "; closings {first} to {last} stand in that one, and their numbers are not used again"
            ),
            _ => String::new(),
        };
        format!(
            "A copy became the book on {at} UTC, by {}, {head}{gap}.\n",
            self.who
        )
    }
}

pub(crate) async fn verify(path: &Path, answer: Answer) -> Result<u8, Failure> {
    let ledger = open::read(path).await?;
    let verified = ledger.verify(Follow::default()).await?;
    let verified = verified.ok_or_else(|| Failure::new(crate::FAILED, "it was stopped"))?;
    let told = VerifyTold {
        sound: verified.is_sound(),
        payments: verified.lines,
        days: verified.days,
        closings: verified.closings,
        restores: verified.restores.into_iter().map(RestoreTold::of).collect(),
        chain_rows: verified.head.rows,
        chain_head: verified.head.text(),
        unfinished: verified.unfinished,
        faults: &verified.faults,
        all_faults: verified.all_faults,
    };
    answer.give(&told, || {
        let mut text = match (told.sound, told.all_faults) {
            (true, _) => "Nothing was changed behind the book's back.\n".to_owned(),
            (false, 0) => String::new(),
            (false, faults) => format!("{faults} things are not as they were recorded:\n"),
        };
        for fault in told.faults {
            text.push_str(&format!("  {}\n", of_fault(fault)));
        }
        if told.unfinished {
            text.push_str(
                "Older rows are still being chained; they were not checked. Start Tillbell once.\n",
            );
        }
        for restored in &told.restores {
            text.push_str(&restored.words());
        }
        text.push_str(&format!(
            "{} payments, {} days, {} closings, {} rows in the chain\nchain {}\n",
            told.payments, told.days, told.closings, told.chain_rows, told.chain_head
        ));
        text
    })?;
    Ok(if told.sound { FINE } else { FOUND })
}

fn of_fault(fault: &Found) -> String {
    let mut text = match fault.fault {
        Fault::RowChanged => "changed after it was written:",
        Fault::RowGone => "missing from the book:",
        Fault::RowAdded => "added behind the book's back:",
        Fault::LinkMissing => "the chain is broken at:",
        Fault::LineDiffers => "not what its news and corrections say:",
        Fault::DayDiffers => "totals that are not the sum of the day:",
        Fault::ClosingMissing => "a number that no closing has:",
        Fault::ClosingOrder => "goes back behind the closing before it:",
        Fault::ClosingDiffers => "not what was closed, or sums that do not add up:",
        Fault::ClosedDiffers => "noted as closed otherwise than closings took it in:",
    }
    .to_owned();
    if fault.kind.is_none() && fault.line.is_none() && fault.day.is_none() {
        text.push_str(" all days together");
    }
    let places = [
        ("row", fault.row.map(|row| row.to_string())),
        ("of", fault.kind.clone()),
        ("link", fault.link.map(|link| link.to_string())),
        ("payment", fault.line.map(|line| line.0.to_string())),
        ("day", fault.day.map(|day| day.to_string())),
    ];
    for (name, place) in places {
        if let Some(place) = place {
            text.push_str(&format!(" {name} {place}"));
        }
    }
    text
}

pub(crate) async fn closings(path: &Path, answer: Answer) -> Result<u8, Failure> {
    let ledger = open::read(path).await?;
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let query = ClosingsQuery {
            before,
            day: None,
            limit: PAGE,
        };
        let page = ledger.closings(query).await?;
        before = page.last().map(|closing| closing.number);
        all.extend(page);
        if before.is_none_or(|number| number <= 1) {
            break;
        }
    }
    answer.give(&all, || {
        let columns = [
            ("number", Set::Right),
            ("day", Set::Left),
            ("closed by", Set::Left),
            ("variance", Set::Right),
            ("chain", Set::Left),
        ];
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|one| {
                vec![
                    one.number.to_string(),
                    one.day.to_string(),
                    one.closed_by.clone(),
                    one.variance
                        .as_ref()
                        .map_or_else(String::new, |sum| sum.money().decimal()),
                    one.head
                        .clone()
                        .unwrap_or_default()
                        .chars()
                        .take(16)
                        .collect(),
                ]
            })
            .collect();
        lay_out(&columns, &rows)
    })?;
    Ok(FINE)
}
