//! Puts rows in order before they are matched: a row that two files have comes once, a sale that statements of two kinds
//! tell comes once, and what is no sale is kept apart.

use super::{RowRef, Rules, Why};
use crate::{RowKind, RowState, StatementKind};
use domain::{Currency, Platform};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, VecDeque},
};

/// Which statements a payment can be on: a number for the platform, one for all that arrives at the bank.
#[derive(Debug)]
pub(super) struct Classes<'a> {
    direct: &'a [Platform],
    named: BTreeMap<String, u16>,
}

/// The class of banks and of what arrives there one by one.
pub(super) const BANK: u16 = 0;

impl<'a> Classes<'a> {
    pub(super) fn new(rules: &'a Rules) -> Self {
        Self {
            direct: &rules.direct,
            named: BTreeMap::new(),
        }
    }

    pub(super) fn of(&mut self, platform: &Platform) -> u16 {
        let name = platform.as_str();
        if name == "bank" || name.starts_with("bank_") || self.direct.contains(platform) {
            return BANK;
        }
        // What is collected in WeCom stands in WeChat Pay's bills.
        let name = if name == "wechat_work" {
            "wechat"
        } else {
            name
        };
        if let Some(known) = self.named.get(name) {
            return *known;
        }
        let next = u16::try_from(self.named.len() + 1).unwrap_or(u16::MAX);
        self.named.insert(name.to_owned(), next);
        next
    }

    pub(super) fn of_row(&mut self, row: &RowRef<'_>) -> u16 {
        match row.kind {
            StatementKind::Camt | StatementKind::Mt940 | StatementKind::Ofx => BANK,
            _ => self.of(row.platform),
        }
    }
}

/// A payment or refund on a statement.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) told: RowRef<'a>,
    pub(super) class: u16,
    /// The same in statements of another kind.
    pub(super) also: Vec<i64>,
    pub(super) undone_by: Option<i64>,
}

/// Rows in order.
#[derive(Debug, Default)]
pub(super) struct Rows<'a> {
    /// Sales and refunds, each once, by time and key.
    pub(super) sales: Vec<Entry<'a>>,
    /// Second mentions of sales: with the row that counts.
    pub(super) mentions: Vec<(RowRef<'a>, i64)>,
    /// Reversals, each with the place of what it undoes in `sales`; without one where a refund of the book is it.
    pub(super) reversals: Vec<(RowRef<'a>, u16, Option<usize>)>,
    /// Fees, payouts, chargebacks and whatever else moved, with their class.
    pub(super) others: Vec<(RowRef<'a>, u16)>,
    /// Rows that do not count at all.
    pub(super) aside: Vec<(RowRef<'a>, Why)>,
}

/// By time and the platform's own numbers: never by the caller's, which follow the order of loading.
pub(super) fn in_order(a: &RowRef<'_>, b: &RowRef<'_>) -> Ordering {
    fn key<'r>(r: &RowRef<'r>) -> (crate::When, &'r str, Option<&'r str>, &'r str, u32) {
        (
            r.row.when,
            r.platform.as_str(),
            r.account,
            &r.row.key,
            r.row.line,
        )
    }
    key(a).cmp(&key(b))
}

impl<'a> Rows<'a> {
    pub(super) fn sort(rows: &[RowRef<'a>], classes: &mut Classes<'_>) -> Self {
        let mut sorted = Self::default();
        let mut kept = once(rows, &mut sorted.aside);
        kept.sort_by(|a, b| in_order(a, b).then(a.id.cmp(&b.id)));
        let mut reversals = Vec::new();
        let mut sales = Vec::new();
        for told in kept {
            let class = classes.of_row(&told);
            match (told.row.state, told.row.kind) {
                (RowState::Failed, _) => sorted.aside.push((told, Why::Failed)),
                (_, RowKind::Payment | RowKind::Refund) => sales.push(Entry {
                    told,
                    class,
                    also: Vec::new(),
                    undone_by: None,
                }),
                (RowState::Pending, _) => sorted.aside.push((told, Why::NotBooked)),
                (_, RowKind::Reversal) => reversals.push((told, class)),
                _ => sorted.others.push((told, class)),
            }
        }
        sorted.fold(sales);
        sorted.undo(reversals);
        sorted
    }

    /// Sales that statements of several kinds tell: the kind that says most about a sale counts.
    fn fold(&mut self, mut sales: Vec<Entry<'a>>) {
        let mut into: Vec<Option<usize>> = vec![None; sales.len()];
        // With a bit for each further kind of statement that has told of this sale.
        let mut told_by: Vec<u8> = vec![0; sales.len()];
        if sales
            .iter()
            .any(|e| family(e.told.kind) != family(sales[0].told.kind))
        {
            for number in Number::ALL {
                fold_on(number, &sales, &mut into, &mut told_by);
            }
        }
        for i in 0..sales.len() {
            let Some(mut first) = into[i] else { continue };
            while let Some(before) = into[first] {
                first = before;
            }
            let told = sales[i].told;
            sales[first].also.push(told.id);
            self.mentions.push((told, sales[first].told.id));
        }
        let mut folded = into.iter().map(Option::is_some);
        sales.retain(|_| !folded.next().unwrap_or(false));
        self.sales = sales;
    }

    /// Finds what each reversal undoes: the same class, number and amount.
    fn undo(&mut self, reversals: Vec<(RowRef<'a>, u16)>) {
        let mut open: HashMap<(u16, &'a str, Currency, i64), VecDeque<usize>> = HashMap::new();
        if !reversals.is_empty() {
            for (i, entry) in self.sales.iter().enumerate() {
                let row = entry.told.row;
                for id in [&row.ids.transaction, &row.ids.order].into_iter().flatten() {
                    let key = (
                        entry.class,
                        id.as_str(),
                        row.amount.currency(),
                        row.amount.minor(),
                    );
                    open.entry(key).or_default().push_back(i);
                }
            }
        }
        for (told, class) in reversals {
            let row = told.row;
            let undone = [&row.ids.transaction, &row.ids.order]
                .into_iter()
                .flatten()
                .find_map(|id| {
                    let key = (
                        class,
                        id.as_str(),
                        row.amount.currency(),
                        row.amount.minor(),
                    );
                    let waiting = open.get_mut(&key)?;
                    while let Some(i) = waiting.pop_front() {
                        if self.sales[i].undone_by.is_none() {
                            return Some(i);
                        }
                    }
                    None
                });
            if let Some(i) = undone {
                self.sales[i].undone_by = Some(told.id);
            }
            self.reversals.push((told, class, undone));
        }
    }
}

/// Rows without those that another file has too. Two equal rows of one file stay two: the first of one file is the
/// first of the other, the second the second.
fn once<'a>(rows: &[RowRef<'a>], aside: &mut Vec<(RowRef<'a>, Why)>) -> Vec<RowRef<'a>> {
    let name = |r: &RowRef<'a>| {
        (
            r.platform.as_str(),
            family(r.kind),
            r.account,
            r.row.key.as_str(),
        )
    };
    let mut sorted: Vec<RowRef<'a>> = rows.to_vec();
    sorted.sort_by(|a, b| {
        (name(a), a.statement, a.row.line, a.id).cmp(&(name(b), b.statement, b.row.line, b.id))
    });
    let mut kept: Vec<RowRef<'a>> = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|a, b| name(a) == name(b)) {
        if let [only] = group {
            kept.push(*only);
            continue;
        }
        let mut copies: Vec<(usize, RowRef<'a>)> = Vec::with_capacity(group.len());
        for of_file in group.chunk_by(|a, b| a.statement == b.statement) {
            copies.extend(of_file.iter().copied().enumerate());
        }
        copies.sort_by(|(i, a), (j, b)| i.cmp(j).then(better(b, a)).then(a.id.cmp(&b.id)));
        for copy in copies.chunk_by(|a, b| a.0 == b.0) {
            kept.push(copy[0].1);
            let of = copy[0].1.id;
            aside.extend(copy[1..].iter().map(|(_, r)| (*r, Why::Overlap { of })));
        }
    }
    kept
}

/// Which of two copies of a row says more: one that is done, then any fixed order of what they say.
fn better(a: &RowRef<'_>, b: &RowRef<'_>) -> Ordering {
    fn rank(state: RowState) -> u8 {
        match state {
            RowState::Done => 3,
            RowState::Failed => 2,
            RowState::Unknown => 1,
            RowState::Pending => 0,
        }
    }
    let (x, y) = (a.row, b.row);
    rank(x.state)
        .cmp(&rank(y.state))
        .then_with(|| x.settled_at.cmp(&y.settled_at))
        .then_with(|| (x.fee, x.net).cmp(&(y.fee, y.net)))
        .then_with(|| x.amount.minor().cmp(&y.amount.minor()))
        .then_with(|| x.amount.currency().cmp(&y.amount.currency()))
        .then_with(|| x.kind.cmp(&y.kind))
        .then_with(|| x.when.cmp(&y.when))
        .then_with(|| {
            (&x.batch, &x.ids.order, &x.ids.transaction).cmp(&(
                &y.batch,
                &y.ids.order,
                &y.ids.transaction,
            ))
        })
        .then_with(|| {
            (&x.ids.refund, &x.ids.refund_order).cmp(&(&y.ids.refund, &y.ids.refund_order))
        })
        .then_with(|| (&x.text, &x.party).cmp(&(&y.text, &y.party)))
        .then_with(|| y.line.cmp(&x.line))
}

/// Statements of one family have one row for a sale under one key; another family tells the same sale again.
fn family(kind: StatementKind) -> u8 {
    match kind {
        StatementKind::WechatTrade
        | StatementKind::AlipayTrade
        | StatementKind::StripeBalance
        | StatementKind::StripePayout
        | StatementKind::Paypal
        | StatementKind::Camt
        | StatementKind::Mt940
        | StatementKind::Ofx => 0,
        StatementKind::WechatPersonal
        | StatementKind::AlipayPersonal
        | StatementKind::StripePayments => 1,
        StatementKind::WechatFund | StatementKind::AlipayBalance => 2,
        StatementKind::Mapped => 3,
    }
}

/// Class, kind, number and, where it counts, the amount.
type SaleKey<'a> = (u16, RowKind, &'a str, Option<(Currency, i64)>);

/// By which number two statements tell the same sale.
#[derive(Debug, Clone, Copy)]
enum Number {
    Refund,
    RefundOrder,
    Transaction,
    Order,
    /// What moved may be less than what was sold (a coupon of the shop's own).
    TransactionAlone,
}

impl Number {
    const ALL: [Self; 5] = [
        Self::Refund,
        Self::RefundOrder,
        Self::Transaction,
        Self::Order,
        Self::TransactionAlone,
    ];

    fn key<'a>(self, entry: &Entry<'a>) -> Option<SaleKey<'a>> {
        let row = entry.told.row;
        let sum = Some((row.amount.currency(), row.amount.minor()));
        let is_refund = row.kind == RowKind::Refund;
        let (id, sum) = match self {
            Self::Refund if is_refund => (row.ids.refund.as_deref()?, None),
            Self::RefundOrder if is_refund => (row.ids.refund_order.as_deref()?, None),
            Self::Transaction => (row.ids.transaction.as_deref()?, sum),
            Self::Order => (row.ids.order.as_deref()?, sum),
            Self::TransactionAlone if !is_refund => (row.ids.transaction.as_deref()?, None),
            _ => return None,
        };
        (entry.class != BANK).then_some((entry.class, row.kind, id, sum))
    }
}

fn fold_on(number: Number, sales: &[Entry<'_>], into: &mut [Option<usize>], told_by: &mut [u8]) {
    let mut keyed: Vec<_> = (0..sales.len())
        .filter(|i| into[*i].is_none())
        .filter_map(|i| Some((number.key(&sales[i])?, family(sales[i].told.kind), i)))
        .collect();
    keyed.sort_unstable();
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        let first = group[0].1;
        let counting = group.partition_point(|(_, family, _)| *family == first);
        for mentions in group[counting..].chunk_by(|a, b| a.1 == b.1) {
            let bit = 1_u8 << mentions[0].1;
            let open = group[..counting].iter().map(|(_, _, i)| *i);
            let open: Vec<usize> = open.filter(|i| told_by[*i] & bit == 0).collect();
            for ((_, _, i), sale) in mentions.iter().zip(open) {
                into[*i] = Some(sale);
                told_by[sale] |= bit;
            }
        }
    }
}
