//! The drawer on paper: what should be in it, what is, and how it was counted.

use super::{Say, back};
use crate::paper::{Pair, Part, Table};
use book::dayend::{Cash, CashMove, CashMoveKind, Closing, Pieces, Sum};

/// The drawer, where the shop uses one and its sums are to be known.
pub(super) fn drawer(closing: &Closing, say: &Say<'_>) -> Vec<Part> {
    let Some(cash) = &closing.cash else {
        return Vec::new();
    };
    let mut parts = vec![say.heading("paper.cash")];
    let mut pairs = expected(cash, say);
    if let Some(counted) = &cash.counted {
        pairs.push(Pair::bold(say.word("paper.counted"), &counted.text));
    } else {
        pairs.push(Pair::bold(
            say.word("paper.counted"),
            say.word("paper.not_counted"),
        ));
    }
    pairs.extend(cash.variance.as_ref().map(|sum| variance(sum, say)));
    if let Some(reason) = &cash.reason {
        pairs.push(Pair::new(say.word("paper.reason"), reason));
    }
    if let Some(left) = &cash.left {
        pairs.push(Pair::new(say.word("paper.left"), &left.text));
    }
    parts.push(Part::Pairs(pairs));
    if cash.blind {
        parts.push(Part::Note(say.word("paper.counted_blind")));
    }
    for (at, count) in (1..).zip(&cash.counts) {
        if say.is_whole() || at == cash.counts.len() {
            let number = at.to_string();
            let values = [
                ("number", number.as_str()),
                ("who", &count.who),
                ("at", &count.at.clock),
                ("total", &count.total.text),
            ];
            parts.push(Part::Note(say.with("paper.count_of", &values)));
            parts.extend(pieces(&count.pieces, count.other.as_ref(), say));
        }
    }
    parts.extend(moves(&cash.moves, say));
    parts
}

fn float_word(carried: bool, say: &Say<'_>) -> String {
    say.word(match carried {
        true => "paper.float_carried",
        false => "paper.float",
    })
}

fn expected(cash: &Cash, say: &Say<'_>) -> Vec<Pair> {
    let mut pairs = vec![Pair::new(
        float_word(cash.float_carried, say),
        &cash.float.text,
    )];
    // Sales always, the others where there are some.
    for (key, sum, out) in [
        ("paper.cash_sales", &cash.sales, false),
        ("paper.takings", &cash.takings, false),
        ("paper.cash_refunds", &cash.refunds, true),
        ("paper.paid_in", &cash.paid_in, false),
        ("paper.paid_out", &cash.paid_out, true),
        ("paper.drops", &cash.drops, true),
    ] {
        if sum.minor != 0 || key == "paper.cash_sales" {
            let text = if out { back(sum) } else { sum.text.clone() };
            pairs.push(Pair::new(say.word(key), text));
        }
    }
    pairs.push(Pair::bold(say.word("paper.expected"), &cash.expected.text));
    pairs
}

fn variance(sum: &Sum, say: &Say<'_>) -> Pair {
    let key = match sum.minor {
        0 => "paper.even",
        1.. => "paper.over",
        _ => "paper.short",
    };
    let amount = Sum::new(sum.minor.saturating_abs(), sum.currency).text;
    Pair::bold(say.word(key), amount)
}

fn pieces(pieces: &[Pieces], other: Option<&Sum>, say: &Say<'_>) -> Option<Part> {
    let counted = pieces.iter().filter(|one| one.count > 0);
    let mut rows: Vec<Vec<String>> = counted
        .map(|one| {
            vec![
                one.worth.text.clone(),
                one.count.to_string(),
                one.sum.text.clone(),
            ]
        })
        .collect();
    if let Some(other) = other {
        rows.push(vec![
            say.word("paper.other_cash"),
            String::new(),
            other.text.clone(),
        ]);
    }
    (!rows.is_empty()).then(|| {
        Part::Table(Table {
            heads: vec![
                (say.word("paper.piece"), false),
                (say.word("paper.pieces"), true),
                (say.word("paper.sum"), true),
            ],
            rows,
            sums: Vec::new(),
        })
    })
}

/// What was put in and taken out. What was taken back is told with who did it, and counts for nothing.
fn moves(moves: &[CashMove], say: &Say<'_>) -> Option<Part> {
    let row = |one: &CashMove| {
        let what = say.word(match one.kind {
            CashMoveKind::Float => "paper.float",
            CashMoveKind::Takings => "paper.takings",
            CashMoveKind::PaidIn => "paper.paid_in",
            CashMoveKind::PaidOut => "paper.paid_out",
            CashMoveKind::Drop => "paper.drops",
        });
        let mut what = match &one.reason {
            Some(reason) => format!("{what}: {reason}"),
            None => what,
        };
        if let Some(back) = &one.taken_back {
            let values = [("who", back.who.as_str()), ("at", &back.at.clock)];
            what = format!("{what} ({})", say.with("paper.taken_back", &values));
        }
        let out = matches!(one.kind, CashMoveKind::PaidOut | CashMoveKind::Drop);
        let amount = match (&one.taken_back, out) {
            (Some(_), _) => "–".to_owned(),
            (None, true) => back(&one.amount),
            (None, false) => one.amount.text.clone(),
        };
        vec![one.at.clock.clone(), what, one.who.clone(), amount]
    };
    (!moves.is_empty()).then(|| {
        Part::Table(Table {
            heads: vec![
                (say.word("paper.time"), false),
                (say.word("paper.what"), false),
                (say.word("paper.who"), false),
                (say.word("paper.amount"), true),
            ],
            rows: moves.iter().map(row).collect(),
            sums: Vec::new(),
        })
    })
}
