//! What holds of every matching, whatever is matched.

use super::*;
use std::collections::BTreeMap;

/// A made-up payment: few numbers, amounts and minutes, so that everything collides.
fn a_payment() -> impl Strategy<Value = Heard> {
    let number = || prop::option::of(0_u8..4);
    (
        any::<bool>(),
        prop::option::of(1_i64..4),
        0_i64..30,
        number(),
        number(),
        number(),
        0_u8..3,
        any::<bool>(),
    )
        .prop_map(
            |(back, minor, minute, order, transaction, refund, platform, phone)| Heard {
                id: 0,
                kind: if back { Kind::Refund } else { Kind::Payment },
                platform: Platform::named(["wechat", "pix", "stripe"][usize::from(platform)]),
                order: order.map(|n| format!("ORDER{n}")),
                transaction: transaction.map(|n| format!("TRADE{n}")),
                refund: refund.filter(|_| back).map(|n| format!("BACK{n}")),
                amount: minor.map(yuan),
                at: Timestamp(MONDAY + minute * MINUTE),
                paid_at: None,
                trust: if phone {
                    Trust::Reported
                } else {
                    Trust::Confirmed
                },
                test: false,
                day: BusinessDay::parse("2026-05-04").expect("a day"),
                announced: true,
            },
        )
}

/// Platforms and the kinds of their statements; a mapped one is told of by all.
const STATEMENTS: [(&str, [StatementKind; 3]); 3] = {
    use StatementKind::{Camt, Mapped, Ofx, StripeBalance, StripePayout, WechatFund, WechatTrade};
    [
        ("wechat", [WechatTrade, WechatFund, Mapped]),
        ("bank", [Camt, Ofx, Mapped]),
        ("stripe", [StripeBalance, StripePayout, Mapped]),
    ]
};

/// What a row is, by a die of six.
const KINDS: [RowKind; 6] = {
    use RowKind::{Fee, Payment, Payout, Refund, Reversal};
    [Payment, Refund, Payment, Reversal, Payout, Fee]
};

fn a_row() -> impl Strategy<Value = Told> {
    let number = || prop::option::of(0_u8..4);
    let what = (0_usize..6, 0_usize..3, 0_usize..3, 0_u8..3);
    let ids = (number(), number(), number());
    let place = (0_u8..4, any::<bool>(), 0_i64..3);
    (what, ids, place, 1_i64..4, 0_i64..30).prop_map(
        |((kind, platform, how, state), ids, (key, dated, file), minor, minute)| {
            let kind = KINDS[kind];
            let (platform, statements) = STATEMENTS[platform];
            let dated = dated && platform == "bank";
            let precision = if dated {
                Precision::Day
            } else {
                Precision::Second
            };
            let at = Timestamp(MONDAY + if dated { 0 } else { minute * MINUTE });
            let (order, transaction, refund) = ids;
            let net = if kind == RowKind::Payment {
                minor
            } else {
                -minor
            };
            Told {
                id: 0,
                file,
                kind: statements[how],
                platform: Platform::named(platform),
                row: Row {
                    line: 0,
                    key: format!("{key}"),
                    kind,
                    state: if state == 2 {
                        RowState::Pending
                    } else {
                        RowState::Done
                    },
                    ids: Ids {
                        order: order.map(|n| format!("ORDER{n}")),
                        transaction: transaction.map(|n| format!("TRADE{n}")),
                        refund: refund
                            .filter(|_| kind == RowKind::Refund)
                            .map(|n| format!("BACK{n}")),
                        refund_order: None,
                    },
                    amount: yuan(minor),
                    fee: Some(0),
                    net: Some(net),
                    settled_in: None,
                    when: When { at, precision },
                    settled_at: None,
                    batch: (file == 1).then(|| format!("po_{key}")),
                    party: None,
                    text: transaction.map(|n| format!("text TRADE{n} and STRIPE")),
                },
            }
        },
    )
}

/// Payments are numbered as they come; rows of a file have its lines.
fn numbered(mut heard: Vec<Heard>, mut rows: Vec<Told>) -> (Vec<Heard>, Vec<Told>) {
    for (heard, i) in heard.iter_mut().zip(1..) {
        heard.id = i;
    }
    for (row, i) in rows.iter_mut().zip(1_u32..) {
        row.row.line = i;
        row.id = i64::from(i) + 1000;
    }
    (heard, rows)
}

/// The book and the rows, each in some order.
fn shuffled(
    heard: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
) -> impl Strategy<Value = (Vec<Heard>, Vec<Told>, Vec<Heard>, Vec<Told>)> {
    let both = (
        prop::collection::vec(a_payment(), heard),
        prop::collection::vec(a_row(), rows),
    );
    both.prop_flat_map(|(heard, rows)| {
        let (heard, rows) = numbered(heard, rows);
        let other = (
            Just(heard.clone()).prop_shuffle(),
            Just(rows.clone()).prop_shuffle(),
        );
        (Just(heard), Just(rows), other).prop_map(|(heard, rows, (h, r))| (heard, rows, h, r))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The same result in any order of rows, and of loading: files that come in another order have other numbers.
    #[test]
    fn order_does_not_matter((heard, rows, other_heard, other_rows) in shuffled(0..14, 0..18)) {
        let first = run(&heard, &rows, &rules());
        prop_assert_eq!(&run(&other_heard, &other_rows, &rules()), &first);
        // Loaded the other way round: other numbers of files and rows, and the answer speaks of the same rows.
        let renumbered: Vec<Told> = rows
            .iter()
            .map(|told| Told { id: 3000 - told.id, file: 9 - told.file, ..told.clone() })
            .collect();
        let other = run(&heard, &renumbered, &rules());
        // Which of two equal copies is called the copy may differ; what is said of the rows may not.
        let content = |id: i64, all: &[Told]| {
            let told = all.iter().find(|told| told.id == id).expect("a row");
            let row = Row { line: 0, ..told.row.clone() };
            format!("{:?} {:?} {row:?}", told.kind, told.platform)
        };
        let pairs = |matches: &Matches, all: &[Told]| {
            let mut pairs: Vec<(i64, String)> = matches.matched.iter().map(|m| (m.heard, content(m.row, all))).collect();
            pairs.sort();
            pairs
        };
        let alone = |matches: &Matches, all: &[Told]| {
            let mut alone: Vec<String> = matches.only_there.iter().map(|o| content(o.row, all)).collect();
            alone.sort();
            alone
        };
        prop_assert_eq!(pairs(&other, &renumbered), pairs(&first, &rows));
        prop_assert_eq!(alone(&other, &renumbered), alone(&first, &rows));
        prop_assert_eq!(other.only_here, first.only_here);
        prop_assert_eq!(other.sums, first.sums);
    }

    /// No payment and no row is in two places, and none is lost.
    #[test]
    fn everything_is_told_once((heard, rows, ..) in shuffled(0..20, 0..25)) {
        let matches = run(&heard, &rows, &rules());
        let mut payments: BTreeMap<i64, u32> = heard.iter().map(|h| (h.id, 0)).collect();
        let mut told: BTreeMap<i64, u32> = rows.iter().map(|r| (r.id, 0)).collect();
        let mut count = |heard: Option<i64>, row: Option<i64>| {
            if let Some(n) = heard.and_then(|id| payments.get_mut(&id)) { *n += 1; }
            if let Some(n) = row.and_then(|id| told.get_mut(&id)) { *n += 1; }
        };
        for m in &matches.matched { count(Some(m.heard), Some(m.row)); }
        for d in &matches.amount_differs { count(Some(d.heard), Some(d.row)); }
        for d in &matches.duplicates {
            match d.side {
                Side::Here => count(Some(d.heard), None),
                Side::There => count(None, Some(d.row)),
            }
        }
        for o in &matches.only_here { count(Some(o.heard), None); }
        for o in &matches.only_there { count(None, Some(o.row)); }
        for p in &matches.pending {
            let row = match p.waiting { Waiting::Booking { row } => Some(row), _ => None };
            count(Some(p.heard), row);
        }
        for r in &matches.reversed { count(None, Some(r.row)); }
        for a in &matches.aside { count(None, Some(a.row)); }
        prop_assert!(payments.values().all(|n| *n == 1), "{payments:?}");
        prop_assert!(told.values().all(|n| *n == 1), "{told:?}");
    }

    /// What is matched has the same amount; what was paired by time is near.
    #[test]
    fn pairs_fit((heard, rows, ..) in shuffled(0..20, 0..25)) {
        let matches = run(&heard, &rows, &rules());
        for m in &matches.matched {
            let here = heard.iter().find(|h| h.id == m.heard).expect("a payment");
            let there = &rows.iter().find(|r| r.id == m.row).expect("a row").row;
            prop_assert_eq!(here.amount.unwrap_or(there.amount), there.amount);
            prop_assert_eq!(here.kind == Kind::Refund, matches!(there.kind, RowKind::Refund | RowKind::Reversal));
            if m.by == By::Time {
                prop_assert!(m.apart_ms.abs() <= rules().limit_ms);
            }
        }
        let mut once = std::collections::BTreeSet::new();
        for s in &matches.suggestions {
            prop_assert!(once.insert((0, s.heard)) && once.insert((1, s.row)), "suggested once");
        }
    }

    /// Equal payments without any number: as many pairs as there are on the smaller side, when all lie near.
    #[test]
    fn equal_payments_stay_as_many(here in prop::collection::vec(0_i64..4, 0..12), there in prop::collection::vec(0_i64..4, 0..12)) {
        let heard: Vec<Heard> = here.iter().zip(1..).map(|(minute, id)| heard(&format!("{id} pay 1280 09:0{minute} phone"))).collect();
        let rows: Vec<Told> = there.iter().zip(101..).map(|(minute, id)| told(&format!("{id} pay 1280 09:0{minute}"))).collect();
        let matches = run(&heard, &rows, &rules());
        prop_assert_eq!(matches.matched.len(), here.len().min(there.len()));
        prop_assert_eq!(matches.only_here.len(), here.len() - matches.matched.len());
        prop_assert_eq!(matches.only_there.len(), there.len() - matches.matched.len());
    }
}
