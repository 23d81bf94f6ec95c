//! Tells what became of every payment and every row.

use super::{
    AmountDiffers, Aside, By, Duplicate, Heard, Matched, Matches, OnlyHere, OnlyThere, Payout,
    Pending, Reversed, RowRef, Side, Suggestion, Waiting, Why,
    entries::{BANK, Entry, in_order},
    work::{HeardIs, Phase, RowIs, Work},
};
use crate::{Precision, RowKind};
use domain::{Kind, Money, Timestamp, Trust};
use std::collections::HashMap;

const HALF_A_DAY_MS: i64 = 12 * 3_600_000;

/// The whole answer but for the sums.
pub(super) fn tell(
    work: &Work<'_>,
    suggestions: Vec<Suggestion>,
    mut payouts: Vec<Payout>,
) -> Matches {
    let mut telling = Telling {
        work,
        matches: Matches {
            suggestions,
            ..Matches::default()
        },
        aside: work.rows.aside.clone(),
    };
    for h in 0..work.heard.len() {
        telling.heard(h);
    }
    for r in 0..work.row_is.len() {
        telling.row(r);
    }
    telling.reversals();
    let arrived = payouts.iter().filter_map(|p| Some((p.arrived?, p.row)));
    telling.others(&arrived.collect());
    let mentions = work.rows.mentions.iter();
    let mentions = mentions.map(|(told, of)| (*told, Why::AlsoTold { of: *of }));
    telling.aside.extend(mentions);
    let span = |told: &RowRef<'_>| work.in_span(row_time(told));
    for (told, why) in &mut telling.aside {
        if !span(told) {
            *why = Why::Margin;
        }
    }
    telling
        .aside
        .sort_by(|(a, _), (b, _)| in_order(a, b).then(a.id.cmp(&b.id)));
    let aside = telling.aside.iter().map(|(told, why)| Aside {
        row: told.id,
        why: *why,
    });
    telling.matches.aside = aside.collect();
    telling.suggested_within_span();
    let mut lines = payouts.iter_mut().flat_map(|p| &mut p.lines).peekable();
    if lines.peek().is_some() {
        let partners: HashMap<i64, i64> = (0..work.row_is.len())
            .filter_map(|r| Some((work.rows.sales[r].told.id, work.partner(r)?.id)))
            .collect();
        for line in lines {
            line.heard = partners.get(&line.row).copied();
        }
    }
    telling.matches.payouts = payouts;
    telling.matches
}

/// When a row happened, for the question whether it lies within the span: a date by its noon.
pub(super) fn row_time(told: &RowRef<'_>) -> Timestamp {
    let when = told.row.when;
    match when.precision {
        Precision::Day => when.at.plus_ms(HALF_A_DAY_MS),
        Precision::Second | Precision::Minute => when.at,
    }
}

struct Telling<'w, 'a> {
    work: &'w Work<'a>,
    matches: Matches,
    aside: Vec<(RowRef<'a>, Why)>,
}

impl<'a> Telling<'_, 'a> {
    fn heard(&mut self, h: usize) {
        let (heard, class) = self.work.heard[h];
        if !self.work.in_span(heard.when()) {
            return;
        }
        match self.work.heard_is[h] {
            HeardIs::Paired { row, .. } => self.pair(h, row),
            HeardIs::Reversal { at } => self.reversal_pair(heard, at),
            HeardIs::Surplus { row } => self.matches.duplicates.push(Duplicate {
                side: Side::Here,
                heard: heard.id,
                row: self.work.rows.sales[row].told.id,
            }),
            HeardIs::Free => match self.work.cover.waiting(self.work, heard, class) {
                Some(waiting) => self.matches.pending.push(Pending {
                    heard: heard.id,
                    waiting,
                }),
                None => self.matches.only_here.push(OnlyHere {
                    heard: heard.id,
                    announced: heard.announced,
                }),
            },
        }
    }

    /// A refund that the statement tells as a reversal.
    fn reversal_pair(&mut self, heard: &Heard, at: usize) {
        let told = self.work.rows.reversals[at].0;
        self.matches.matched.push(Matched {
            heard: heard.id,
            row: told.id,
            by: By::Transaction,
            announced: heard.announced,
            confirms: heard.trust == Trust::Reported,
            amount_learnt: None,
            apart_ms: heard.when().since(told.row.when.at),
            also: Vec::new(),
            undone_by: None,
        });
    }

    fn pair(&mut self, h: usize, r: usize) {
        let heard = self.work.heard[h].0;
        let entry = &self.work.rows.sales[r];
        let HeardIs::Paired { by, .. } = self.work.heard_is[h] else {
            return;
        };
        let there = entry.told.row.amount;
        if self.work.phase_of(r) == Phase::Pending {
            let waiting = Waiting::Booking { row: entry.told.id };
            return self.matches.pending.push(Pending {
                heard: heard.id,
                waiting,
            });
        }
        // What was taken back comes to nothing, and the book still has it.
        let undone = entry.undone_by.is_some();
        let left = if undone {
            Money::zero(there.currency())
        } else {
            there
        };
        match heard.amount.filter(|here| undone || *here != there) {
            Some(here) => self.matches.amount_differs.push(AmountDiffers {
                heard: heard.id,
                row: entry.told.id,
                by,
                here,
                there: left,
                difference: (here.currency() == left.currency())
                    .then(|| left.minor() - here.minor()),
                undone_by: entry.undone_by,
            }),
            None => self.matches.matched.push(Matched {
                heard: heard.id,
                row: entry.told.id,
                by,
                announced: heard.announced,
                confirms: heard.trust == Trust::Reported,
                amount_learnt: heard.amount.is_none().then_some(there),
                apart_ms: self.work.apart(h, r),
                also: entry.also.clone(),
                undone_by: entry.undone_by,
            }),
        }
    }

    fn row(&mut self, r: usize) {
        let entry = &self.work.rows.sales[r];
        let told = entry.told;
        let within = self.work.in_span(row_time(&told));
        match self.work.row_is[r] {
            RowIs::Paired { heard } => {
                if !self.work.in_span(self.work.heard[heard].0.when()) {
                    self.aside.push((told, Why::Margin));
                }
            }
            RowIs::Payout { of } => self.aside.push((told, Why::PayoutArrived { of })),
            RowIs::Surplus { heard } if within => self.matches.duplicates.push(Duplicate {
                side: Side::There,
                heard: self.work.heard[heard].0.id,
                row: told.id,
            }),
            RowIs::Free if within && self.work.phase_of(r) == Phase::Booked => self.lone(entry),
            RowIs::Free => self.aside.push((told, Why::NotBooked)),
            RowIs::Surplus { .. } => self.aside.push((told, Why::Margin)),
        }
    }

    fn lone(&mut self, entry: &Entry<'a>) {
        if entry.class == BANK && !self.work.bank_is_heard {
            self.aside.push((entry.told, Why::NotHeard));
            return;
        }
        self.matches.only_there.push(OnlyThere {
            row: entry.told.id,
            kind: entry.told.row.kind,
            also: entry.also.clone(),
            undone_by: entry.undone_by,
        });
    }

    fn reversals(&mut self) {
        let refunds: HashMap<usize, Timestamp> = (0..self.work.heard.len())
            .filter_map(|h| match self.work.heard_is[h] {
                HeardIs::Reversal { at } => Some((at, self.work.heard[h].0.when())),
                _ => None,
            })
            .collect();
        for (at, (told, class, of)) in self.work.rows.reversals.iter().enumerate() {
            if let Some(when) = refunds.get(&at) {
                // It stands with its refund, where that is asked for.
                if !self.work.in_span(*when) {
                    self.aside.push((*told, Why::Margin));
                }
            } else if !self.work.in_span(row_time(told)) {
                self.aside.push((*told, Why::Margin));
            } else if let Some(of) = of {
                self.matches.reversed.push(Reversed {
                    row: told.id,
                    of: self.work.rows.sales[*of].told.id,
                    heard: self.work.partner(*of).map(|heard| heard.id),
                });
            } else if *class == BANK && !self.work.bank_is_heard {
                self.aside.push((*told, Why::NotHeard));
            } else {
                self.matches.only_there.push(OnlyThere {
                    row: told.id,
                    kind: told.row.kind,
                    also: Vec::new(),
                    undone_by: None,
                });
            }
        }
    }

    fn others(&mut self, arrived: &HashMap<i64, Option<i64>>) {
        let mut numbers: HashMap<(u16, &str), i64> = HashMap::new();
        let is_chargeback = |told: &RowRef<'_>| told.row.kind == RowKind::Chargeback;
        let asked = self
            .work
            .rows
            .others
            .iter()
            .any(|(told, _)| is_chargeback(told));
        for (heard, class) in self.work.heard.iter().filter(|_| asked) {
            let payment = heard.kind == Kind::Payment;
            for id in [&heard.transaction, &heard.order].into_iter().flatten() {
                if payment {
                    numbers.entry((*class, id)).or_insert(heard.id);
                }
            }
        }
        for (told, class) in &self.work.rows.others {
            let ids = &told.row.ids;
            let why = match (arrived.get(&told.id), told.row.kind) {
                (Some(of), _) => Why::PayoutArrived { of: *of },
                (None, RowKind::Chargeback) => Why::Chargeback {
                    heard: [&ids.transaction, &ids.order]
                        .into_iter()
                        .flatten()
                        .find_map(|id| numbers.get(&(*class, id.as_str())).copied()),
                },
                _ => Why::NoSale,
            };
            self.aside.push((*told, why));
        }
    }

    /// Only what is asked for is suggested: one of the two lies within the span.
    fn suggested_within_span(&mut self) {
        let work = self.work;
        if work.rules.span.is_none() || self.matches.suggestions.is_empty() {
            return;
        }
        let heard: HashMap<i64, Timestamp> =
            work.heard.iter().map(|(h, _)| (h.id, h.when())).collect();
        let rows: HashMap<i64, Timestamp> = work
            .rows
            .sales
            .iter()
            .map(|entry| (entry.told.id, row_time(&entry.told)))
            .collect();
        self.matches.suggestions.retain(|s| {
            let times = [heard.get(&s.heard), rows.get(&s.row)];
            times.into_iter().flatten().any(|at| work.in_span(*at))
        });
    }
}
