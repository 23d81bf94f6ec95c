//! Pairs by numbers: of the refund, of the order, of the platform; and finds what repeats a number that is paired
//! already.

use super::{
    By, Heard,
    entries::{BANK, Entry},
    groups::{Numbers, groups, meet},
    work::{HeardIs, Phase, RowIs, Work},
};
use crate::{Row, RowKind};
use domain::{Currency, Kind, Money, Platform};
use std::collections::{HashMap, VecDeque};

/// How far a refund's row may lie from its news when their amounts differ: an order can have many refunds.
const REFUNDS_APART_MS: i64 = 3 * 86_400_000;
/// How many rows with the same number are looked at for one payment.
pub(super) const TRIED: usize = 64;

type Sum = (Currency, i64);

pub(super) fn sum(money: Money) -> Sum {
    (money.currency(), money.minor())
}

fn is_refund(row: &Row) -> bool {
    row.kind == RowKind::Refund
}

/// By the refund's own number: the platform's, then the shop's.
pub(super) fn by_refund_number(work: &mut Work<'_>, phase: Phase) {
    let of_heard = |h: &Heard| h.kind == Kind::Refund;
    join(
        work,
        phase,
        By::Refund,
        |h| h.refund.as_deref().filter(|_| of_heard(h)),
        |r| r.ids.refund.as_deref().filter(|_| is_refund(r)),
    );
    join(
        work,
        phase,
        By::Refund,
        |h| h.refund.as_deref().filter(|_| of_heard(h)),
        |r| r.ids.refund_order.as_deref().filter(|_| is_refund(r)),
    );
}

/// By order number and amount, first where the platform's number agrees too; then by the platform's number and amount.
pub(super) fn by_number(work: &mut Work<'_>, phase: Phase) {
    join(
        work,
        phase,
        By::Order,
        |h| {
            Some((
                h.order.as_deref()?,
                h.transaction.as_deref()?,
                sum(h.amount?),
            ))
        },
        |r| {
            Some((
                r.ids.order.as_deref()?,
                r.ids.transaction.as_deref()?,
                sum(r.amount),
            ))
        },
    );
    join(
        work,
        phase,
        By::Order,
        |h| Some((h.order.as_deref()?, sum(h.amount?))),
        |r| Some((r.ids.order.as_deref()?, sum(r.amount))),
    );
    join(
        work,
        phase,
        By::Transaction,
        |h| Some((h.transaction.as_deref()?, sum(h.amount?))),
        |r| Some((r.ids.transaction.as_deref()?, sum(r.amount))),
    );
}

/// The same whatever the amounts: they differ, or the news did not say one.
pub(super) fn by_number_alone(work: &mut Work<'_>, phase: Phase) {
    join(
        work,
        phase,
        By::Order,
        |h| Some((h.order.as_deref()?, h.transaction.as_deref()?)),
        |r| Some((r.ids.order.as_deref()?, r.ids.transaction.as_deref()?)),
    );
    join(
        work,
        phase,
        By::Order,
        |h| h.order.as_deref(),
        |r| r.ids.order.as_deref(),
    );
    join(
        work,
        phase,
        By::Transaction,
        |h| h.transaction.as_deref(),
        |r| r.ids.transaction.as_deref(),
    );
}

/// Pairs what has the same class, kind and key; equal ones in the order of time.
fn join<'a, K: Ord + Copy>(
    work: &mut Work<'a>,
    phase: Phase,
    by: By,
    of_heard: impl Fn(&'a Heard) -> Option<K>,
    of_row: impl Fn(&'a Row) -> Option<K>,
) {
    let heard = groups(work.free_heard().filter_map(|at| {
        let (heard, class) = work.heard[at];
        Some(((class, heard.kind == Kind::Refund, of_heard(heard)?), at))
    }));
    if heard.is_empty() {
        return;
    }
    let rows = groups(work.free_rows(phase).filter_map(|at| {
        let entry = &work.rows.sales[at];
        let row = entry.told.row;
        Some(((entry.class, is_refund(row), of_row(row)?), at))
    }));
    let mut found = Vec::new();
    for (hs, rs) in meet(&heard, &rows) {
        pick(work, hs, rs, &mut found);
    }
    for (h, r) in found {
        work.pair(h, r, by);
    }
}

/// One to one among payments and rows with the same key. Those with a number of their own go first to rows without
/// one, so that as many as possible find a partner.
fn pick(work: &Work<'_>, hs: &[usize], rs: &[usize], found: &mut Vec<(usize, usize)>) {
    let (numbered, plain): (Vec<usize>, Vec<usize>) = rs
        .iter()
        .copied()
        .partition(|r| own_number(&work.rows.sales[*r]));
    let (mut numbered, mut plain) = (VecDeque::from(numbered), VecDeque::from(plain));
    let has = |h: &usize| match work.heard[*h].0.kind {
        Kind::Payment => work.heard[*h].0.transaction.is_some(),
        Kind::Refund => work.heard[*h].0.refund.is_some(),
    };
    let (with, without): (Vec<usize>, Vec<usize>) = hs.iter().copied().partition(has);
    for h in with {
        let open = |queue: &VecDeque<usize>| {
            let tried = queue.iter().take(TRIED);
            tried.copied().position(|r| !conflict(work, h, r))
        };
        let row = match open(&plain) {
            Some(at) => plain.remove(at),
            None => open(&numbered).and_then(|at| numbered.remove(at)),
        };
        found.extend(row.map(|r| (h, r)));
    }
    for h in without {
        let open = |queue: &VecDeque<usize>| {
            let tried = queue.iter().take(TRIED);
            tried.copied().position(|r| !conflict(work, h, r))
        };
        let row = match open(&numbered) {
            Some(at) => numbered.remove(at),
            None => open(&plain).and_then(|at| plain.remove(at)),
        };
        found.extend(row.map(|r| (h, r)));
    }
}

fn own_number(entry: &Entry<'_>) -> bool {
    let ids = &entry.told.row.ids;
    match entry.told.row.kind {
        RowKind::Refund => ids.refund.is_some() || ids.refund_order.is_some(),
        _ => ids.transaction.is_some(),
    }
}

/// Whether a payment and a row have numbers of one kind that differ: then they are two sales, whatever else agrees. That
/// UnionPay's bills number refunds as its messages do is not certain: there only equal numbers say something.
pub(super) fn conflict(work: &Work<'_>, h: usize, r: usize) -> bool {
    let (heard, entry) = (work.heard[h].0, &work.rows.sales[r]);
    let row = entry.told.row;
    if entry.class == BANK {
        return false;
    }
    let differ = match (&heard.transaction, &row.ids.transaction) {
        (Some(a), Some(b)) => a != b && Numbers::kind(a) == Numbers::kind(b),
        _ => false,
    };
    if differ || heard.kind == Kind::Payment {
        return differ;
    }
    let ids = [&row.ids.refund, &row.ids.refund_order];
    let numbered = heard.refund.is_some() && ids.contains(&&heard.refund);
    if heard.refund.is_some()
        && heard.platform != Platform::UNIONPAY
        && ids.iter().any(|id| id.is_some())
        && !numbered
    {
        return true;
    }
    let same = heard.amount.is_some_and(|amount| amount == row.amount);
    // Only a number that both have tells refunds of one order apart better than the time does.
    !same && !numbered && work.apart(h, r).abs() > REFUNDS_APART_MS
}

/// Refunds of the book that the statement tells as a reversal of the sale: by number and amount. The sale is then not
/// taken back behind the book's back.
pub(super) fn refunds_by_reversal(work: &mut Work<'_>) {
    if work.rows.reversals.is_empty() {
        return;
    }
    let mut open: HashMap<(u16, &str, Sum), VecDeque<usize>> = HashMap::new();
    for h in work.free_heard() {
        let (heard, class) = work.heard[h];
        let Some(amount) = heard.amount.filter(|_| heard.kind == Kind::Refund) else {
            continue;
        };
        for id in [&heard.transaction, &heard.order].into_iter().flatten() {
            let key = (class, id.as_str(), sum(amount));
            open.entry(key).or_default().push_back(h);
        }
    }
    for at in 0..work.rows.reversals.len() {
        let (told, class, of) = work.rows.reversals[at];
        let ids = [&told.row.ids.transaction, &told.row.ids.order];
        let refund = ids.into_iter().flatten().find_map(|id| {
            let waiting = open.get_mut(&(class, id.as_str(), sum(told.row.amount)))?;
            while let Some(h) = waiting.pop_front() {
                if work.heard_is[h] == HeardIs::Free {
                    return Some(h);
                }
            }
            None
        });
        if let Some(h) = refund {
            work.heard_is[h] = HeardIs::Reversal { at };
            work.rows.reversals[at].2 = None;
            if let Some(sale) = of {
                work.rows.sales[sale].undone_by = None;
            }
        }
    }
}

/// The number of a pair, what it is of, and the amount: (class, refund, number, amount).
type Known<'a> = (u16, bool, &'a str, Sum);

/// Rows and payments that carry the platform's number (of a refund, its own) of a pair that is complete without them:
/// they must not take another's place by amount and time.
pub(super) fn repeats_of_a_number(work: &mut Work<'_>, phase: Phase) {
    repeats(
        work,
        Some(phase),
        |h| match h.kind {
            Kind::Payment => h.transaction.as_deref(),
            Kind::Refund => h.refund.as_deref(),
        },
        |r| match r.kind {
            // Alipay numbers no refunds; the shop's number of the request stands for it.
            RowKind::Refund => r.ids.refund.as_deref().or(r.ids.refund_order.as_deref()),
            _ => r.ids.transaction.as_deref(),
        },
    );
}

/// The same by the order's number, once nothing else was found for them.
pub(super) fn repeats_of_an_order(work: &mut Work<'_>) {
    repeats(
        work,
        None,
        |h| h.order.as_deref().filter(|_| h.kind == Kind::Payment),
        |r| r.ids.order.as_deref().filter(|_| !is_refund(r)),
    );
}

fn repeats<'a>(
    work: &mut Work<'a>,
    phase: Option<Phase>,
    of_heard: impl Fn(&'a Heard) -> Option<&'a str>,
    of_row: impl Fn(&'a Row) -> Option<&'a str>,
) {
    let heard_key = |work: &Work<'a>, h: usize| -> Option<Known<'a>> {
        let (heard, class) = work.heard[h];
        let number = of_heard(heard)?;
        Some((
            class,
            heard.kind == Kind::Refund,
            number,
            sum(heard.amount?),
        ))
    };
    let row_key = |work: &Work<'a>, r: usize| -> Option<Known<'a>> {
        let entry = &work.rows.sales[r];
        let row = entry.told.row;
        Some((entry.class, is_refund(row), of_row(row)?, sum(row.amount)))
    };
    let phases = [Phase::Booked, Phase::Pending]
        .into_iter()
        .filter(|p| phase.is_none_or(|only| only == *p));
    let free: Vec<usize> = phases
        .flat_map(|phase| work.free_rows(phase).collect::<Vec<_>>())
        .collect();
    if free.is_empty() && work.free_heard().next().is_none() {
        return;
    }
    let mut pairs: HashMap<Known<'a>, (usize, usize)> = HashMap::new();
    for h in 0..work.heard.len() {
        if let HeardIs::Paired { row, .. } = work.heard_is[h] {
            for key in [heard_key(work, h), row_key(work, row)]
                .into_iter()
                .flatten()
            {
                pairs.entry(key).or_insert((h, row));
            }
        }
    }
    let surplus: Vec<(usize, usize)> = work
        .free_heard()
        .filter_map(|h| Some((h, pairs.get(&heard_key(work, h)?)?.1)))
        .collect();
    for (h, row) in surplus {
        work.heard_is[h] = HeardIs::Surplus { row };
    }
    let surplus: Vec<(usize, usize)> = free
        .into_iter()
        .filter_map(|r| Some((r, pairs.get(&row_key(work, r)?)?.0)))
        .collect();
    for (r, heard) in surplus {
        work.row_is[r] = RowIs::Surplus { heard };
    }
}
