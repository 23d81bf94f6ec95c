//! Book and statements compared: a day with a known answer, and the same answer whatever was loaded when.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::*;
use crate::{
    Clocks, Follow, Ledger,
    dayend::{CloseWish, Here},
    imports::{
        By, Imported, StatementId,
        tests::{by, row, statement},
    },
    testing::{cny, hub, news, paid},
};
use domain::{DayRule, Entry, News, Seq, SourceKind};
use proptest::prelude::*;
use statements::{Row, RowKind, Statement};

/// 2026-11-22T08:26:40Z, an afternoon in Shanghai.
const NOON: Timestamp = Timestamp(1_795_300_000_000);
const DAY_MS: i64 = 86_400_000;

fn rule() -> DayRule {
    DayRule::new("Asia/Shanghai", 0).expect("a zone")
}

fn today() -> Span {
    let day = rule().day_of(NOON);
    Span { from: day, to: day }
}

/// Long after every platform has released its statements.
fn later() -> Timestamp {
    NOON.plus_ms(3 * DAY_MS)
}

/// A signed payment of so many fen, so many seconds after noon, with that order number.
fn signed(seq: u64, minor: i64) -> Entry {
    let at = NOON.plus_ms(i64::try_from(seq).expect("small") * 1_000);
    let one = News {
        order: Some(format!("order-{seq}")),
        payer: Some("*芳".to_owned()),
        paid_at: Some(at),
        ..news(SourceKind::WechatV3, seq, Some(cny(minor)))
    };
    paid(seq, at, rule().day_of(at), one)
}

/// One that only a phone reported: no number.
fn reported(seq: u64, minor: i64) -> Entry {
    let at = NOON.plus_ms(i64::try_from(seq).expect("small") * 1_000);
    paid(
        seq,
        at,
        rule().day_of(at),
        news(SourceKind::SmsForwarder, seq, Some(cny(minor))),
    )
}

async fn book(entries: Vec<Entry>) -> (tempfile::TempDir, Ledger) {
    let dir = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(&dir.path().join("book.sqlite"))
        .await
        .expect("a book");
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    ledger
        .record(entries, rule(), clocks)
        .await
        .expect("recorded");
    (dir, ledger)
}

async fn load(ledger: &Ledger, digest: u8, given: Statement) -> StatementId {
    let loading = ledger.import("bill", [digest; 32], given, by(), Follow::default());
    match loading.await.expect("taken") {
        Imported::New(new) => new.id,
        other => panic!("{other:?}"),
    }
}

async fn compared(ledger: &Ledger, span: Span, now: Timestamp) -> Reconciliation {
    let made = ledger.reconcile(span, rule(), now, Follow::default()).await;
    made.expect("compared").expect("not stopped")
}

fn told(made: &Reconciliation) -> Vec<(What, Option<i64>, Option<u32>)> {
    let of = |one: &Difference| {
        (
            one.what,
            one.line.map(|line| line.0),
            one.row.as_ref().map(|row| row.line),
        )
    };
    made.differences.iter().map(of).collect()
}

#[tokio::test]
async fn a_day_with_a_known_answer() {
    let entries = vec![
        signed(1, 1_000),
        signed(2, 2_000),
        // The statement says 30.50.
        signed(3, 3_000),
        // Not on the statement.
        signed(4, 4_000),
        // Only a phone heard of it; the statement confirms it.
        reported(5, 5_000),
    ];
    let (_dir, ledger) = book(entries).await;
    let only_there = row(900, 700);
    let rows = vec![
        row(1, 1_000),
        row(2, 2_000),
        row(3, 3_050),
        Row {
            ids: statements::Ids::default(),
            ..row(5, 5_000)
        },
        only_there,
    ];
    let id = load(&ledger, 1, statement(rows)).await;
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(
        told(&made),
        [
            (What::AmountDiffers, Some(3), Some(3)),
            (What::OnlyHere, Some(4), None),
            (What::OnlyThere, None, Some(900)),
        ]
    );
    let [differs, here, there] = &made.differences[..] else {
        panic!()
    };
    assert_eq!(
        (differs.here, differs.row.as_ref().map(|row| row.amount)),
        (Some(cny(3_000)), Some(cny(3_050)))
    );
    assert_eq!(
        (here.number.as_deref(), here.party.as_deref()),
        (Some("order-4"), Some("*芳"))
    );
    assert_eq!(
        (here.kind, here.reported, here.day),
        (Some(Kind::Payment), false, today().from)
    );
    assert_eq!(
        (there.number.as_deref(), there.party.as_deref()),
        (Some("order-900"), Some("王"))
    );
    let result = &made.result;
    assert_eq!((result.open, result.settled), (3, 0));
    let [wechat] = &result.platforms[..] else {
        panic!("{result:?}")
    };
    assert_eq!(
        (wechat.here, wechat.there, wechat.matched, wechat.confirmed),
        (5, 5, 3, 1)
    );
    assert_eq!(
        (wechat.open, wechat.pending_until, &wechat.statements[..]),
        (3, None, &[id][..])
    );
    let amounts: Vec<_> = wechat
        .differences
        .iter()
        .map(|count| (count.what, count.open, count.amounts.clone()))
        .collect();
    assert_eq!(
        amounts,
        [
            (What::OnlyHere, 1, vec![cny(4_000)]),
            (What::OnlyThere, 1, vec![cny(700)]),
            (What::AmountDiffers, 1, vec![cny(50)]),
        ]
    );
    // 10 + 20 + 30.50 + 50 + 7, and one of a hundred for each, cut to the cent.
    let fees = 10 + 20 + 30 + 50 + 7;
    let [sum] = &wechat.sums[..] else {
        panic!("{wechat:?}")
    };
    assert_eq!(
        (sum.paid, sum.refunded, sum.fees, sum.net),
        (cny(11_750), cny(0), cny(fees), cny(11_750 - fees))
    );
    // The result goes into a closing as it is.
    let text = serde_json::to_string(result).expect("written");
    assert_eq!(
        &serde_json::from_str::<Reconciled>(&text).expect("read"),
        result
    );
}

#[tokio::test]
async fn a_sale_that_was_taken_back_differs_by_all_of_it() {
    let (_dir, ledger) = book(vec![signed(1, 1_280)]).await;
    let sale = Row {
        ids: statements::Ids {
            transaction: Some("4200001".to_owned()),
            ..row(1, 0).ids
        },
        ..row(1, 1_300)
    };
    load(&ledger, 1, statement(vec![sale])).await;
    let before = compared(&ledger, today(), later()).await.differences;
    assert_eq!((before.len(), before[0].what), (1, What::AmountDiffers));
    ledger
        .settle(&before[0], "0.20 is the tip", by())
        .await
        .expect("settled");

    let reversal = Row {
        kind: RowKind::Reversal,
        ids: statements::Ids {
            transaction: Some("4200001".to_owned()),
            ..statements::Ids::default()
        },
        amount: cny(1_300),
        fee: None,
        net: None,
        ..row(2, 0)
    };
    load(&ledger, 2, statement(vec![reversal])).await;
    let made = compared(&ledger, today(), later()).await;
    let [one] = &made.differences[..] else {
        panic!("{:?}", made.differences)
    };
    assert_eq!(
        (one.what, one.here, one.there),
        (What::AmountDiffers, Some(cny(1_280)), Some(cny(0)))
    );
    let undone_by = one.undone_by.as_ref().map(|row| (row.line, row.amount));
    assert_eq!(undone_by, Some((2, cny(1_300))));
    assert_eq!(
        one.settled, None,
        "what was said of 0.20 is not said of all"
    );
    let wechat = &made.result.platforms[0];
    assert_eq!(wechat.differences[0].amounts, [cny(1_280)]);
    assert_eq!(made.result.open, 1);
}

#[tokio::test]
async fn a_closed_day_is_compared_by_the_rule_that_closed_it() {
    const HOUR_MS: i64 = 3_600_000;
    let day = today().from;
    let entry = |seq: u64, at: Timestamp| {
        let one = News {
            order: Some(format!("order-{seq}")),
            paid_at: Some(at),
            ..news(SourceKind::WechatV3, seq, Some(cny(1_000)))
        };
        paid(seq, at, rule().day_of(at), one)
    };
    let start = rule().start_of(day);
    // At two in the night, at noon, and at two in the night after, which is another day.
    let (_dir, ledger) = book(vec![
        entry(1, start.plus_ms(2 * HOUR_MS)),
        entry(2, start.plus_ms(12 * HOUR_MS)),
        entry(3, start.plus_ms(26 * HOUR_MS)),
    ])
    .await;
    let now = start.plus_ms(27 * HOUR_MS);
    let here = Here {
        now,
        hub: now,
        second_clock: true,
        rule: rule(),
        currency: domain::Currency::CNY,
        blind: false,
        shop: "Tea".to_owned(),
        terminal: "front".to_owned(),
        software: "1".to_owned(),
    };
    let wish = CloseWish::sure(day, 1, "Li");
    ledger.close_day(wish, here).await.expect("closed");
    let at_four = DayRule::new("Asia/Shanghai", 4).expect("a zone");
    let here = async |span: Span| {
        let made = ledger.reconcile(span, at_four.clone(), later(), Follow::default());
        let made = made.await.expect("compared").expect("not stopped");
        let lines = made.differences.iter().filter_map(|one| one.line);
        lines.map(|line| line.0).collect::<Vec<_>>()
    };
    assert_eq!(here(today()).await, [1, 2]);
    // A day that is open goes by the rule in force.
    let next = day.plus_days(1).expect("a day");
    assert_eq!(
        here(Span {
            from: next,
            to: next
        })
        .await,
        [] as [i64; 0]
    );
    assert_eq!(
        here(Span {
            from: day,
            to: next
        })
        .await,
        [1, 2, 3]
    );
}

#[tokio::test]
async fn what_has_no_statement_yet_is_pending_and_no_difference() {
    let (_dir, ledger) = book(vec![signed(1, 1_000)]).await;
    let made = compared(&ledger, today(), NOON.plus_ms(60_000)).await;
    assert_eq!(told(&made), [(What::Pending, Some(1), None)]);
    assert_eq!(made.result.open, 0);
    // WeChat's bill of a day is safe to fetch at ten the next morning, Beijing time.
    let release = Timestamp::parse_rfc3339("2026-11-23T10:00:00+08:00").expect("a time");
    assert_eq!(made.differences[0].until, Some(release));
    assert_eq!(made.result.platforms[0].pending_until, Some(release));
    // Nobody fetched it since: it can be had.
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(
        (made.differences[0].what, made.differences[0].until),
        (What::Pending, None)
    );
    assert!(
        made.result.platforms[0]
            .pending_until
            .is_some_and(|until| until <= later())
    );
    // Other days are not told of.
    let yesterday = today().from.plus_days(-1).expect("a day");
    let before = Span {
        from: yesterday,
        to: yesterday,
    };
    assert_eq!(told(&compared(&ledger, before, later()).await), []);
}

#[tokio::test]
async fn a_difference_is_settled_with_a_reason_and_opened_again() {
    let (_dir, ledger) = book(vec![signed(1, 1_000), signed(2, 2_000)]).await;
    load(&ledger, 1, statement(vec![row(2, 2_000)])).await;
    let made = compared(&ledger, today(), later()).await;
    let difference = made.differences[0].clone();
    assert_eq!(
        (difference.what, difference.line),
        (What::OnlyHere, Some(LineId(1)))
    );
    ledger
        .settle(&difference, "paid to a private code", by())
        .await
        .expect("settled");
    let made = compared(&ledger, today(), later()).await;
    let settled = made
        .difference(&difference.subject)
        .and_then(|one| one.settled.clone());
    let expected = Settled {
        reason: "paid to a private code".to_owned(),
        who: "Li".to_owned(),
        at: NOON,
    };
    assert_eq!(settled, Some(expected));
    assert_eq!((made.result.open, made.result.settled), (0, 1));
    assert_eq!(
        (
            made.result.platforms[0].open,
            made.result.platforms[0].differences[0].count
        ),
        (0, 1)
    );
    let asked = |settled| DifferenceQuery {
        span: today(),
        platform: None,
        what: None,
        settled,
        skip: 0,
        limit: 50,
    };
    assert_eq!(
        (
            made.page(&asked(false)).total,
            made.page(&asked(true)).total
        ),
        (0, 1)
    );
    // The reason may become another, and is taken back once.
    ledger
        .settle(&difference, "was paid in cash", by())
        .await
        .expect("settled");
    assert!(
        ledger
            .reopen(&difference.subject, by())
            .await
            .expect("opened")
    );
    assert!(
        !ledger
            .reopen(&difference.subject, by())
            .await
            .expect("it is open")
    );
    assert!(
        !ledger
            .reopen("nothing of the kind", by())
            .await
            .expect("nothing")
    );
    assert_eq!(compared(&ledger, today(), later()).await.result.open, 1);
    let said = ledger.call(|db| {
        let sql = "SELECT count(*) FROM chain WHERE kind = 'statement_event'";
        Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(
        said.await.expect("counted"),
        3,
        "everything that was said stays"
    );
}

#[tokio::test]
async fn what_was_said_of_a_difference_is_not_said_of_another() {
    let (_dir, ledger) = book(vec![signed(1, 1_000)]).await;
    let empty = load(&ledger, 1, statement(Vec::new())).await;
    let made = compared(&ledger, today(), later()).await;
    ledger
        .settle(&made.differences[0], "never arrived", by())
        .await
        .expect("settled");
    // A statement brings it with another amount: nobody has looked at that.
    load(&ledger, 2, statement(vec![row(1, 900)])).await;
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(told(&made), [(What::AmountDiffers, Some(1), Some(1))]);
    assert_eq!((made.result.open, made.result.settled), (1, 0));
    // Gone again, what was said holds as before.
    assert!(
        ledger
            .take_back(StatementId(empty.0 + 1), by())
            .await
            .expect("taken back")
    );
    let made = compared(&ledger, today(), later()).await;
    assert_eq!((made.result.open, made.result.settled), (0, 1));
}

#[tokio::test]
async fn pages_of_differences_and_payouts_are_cut_and_counted() {
    let entries = (1..=30).map(|seq| signed(seq, 100)).collect();
    let (_dir, ledger) = book(entries).await;
    let payout = Row {
        kind: RowKind::Payout,
        batch: Some("po_1".to_owned()),
        ids: statements::Ids::default(),
        fee: None,
        net: Some(-1_980),
        ..row(900, 1_980)
    };
    let mut rows: Vec<Row> = (11..=30)
        .map(|line| Row {
            batch: Some("po_1".to_owned()),
            ..row(line, 100)
        })
        .collect();
    rows.push(payout);
    load(&ledger, 1, statement(rows)).await;
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(
        (made.result.open, made.result.platforms[0].matched),
        (10, 20)
    );
    let page = |skip, limit| {
        let query = DifferenceQuery {
            span: today(),
            platform: Some(Platform::WECHAT),
            what: Some(What::OnlyHere),
            settled: true,
            skip,
            limit,
        };
        let page = made.page(&query);
        let lines: Vec<i64> = page
            .differences
            .iter()
            .filter_map(|one| one.line)
            .map(|line| line.0)
            .collect();
        (lines, page.total)
    };
    assert_eq!(page(0, 3), (vec![1, 2, 3], 10));
    assert_eq!(page(8, 3), (vec![9, 10], 10));
    assert_eq!(page(10, 3), (vec![], 10));
    assert_eq!(page(0, 0).0.len(), 1, "a page has at least one");
    let [payout] = &made.result.payouts[..] else {
        panic!("{:?}", made.result.payouts)
    };
    assert_eq!(
        (payout.batch.as_str(), payout.rows, payout.amount),
        ("po_1", 20, cny(1_980))
    );
    assert_eq!(
        (payout.payments, payout.fees, payout.unexplained),
        (cny(2_000), cny(20), cny(0))
    );
    let rows = |skip| {
        made.payout(&PayoutQuery {
            span: today(),
            platform: Platform::WECHAT,
            batch: "po_1".to_owned(),
            skip,
            limit: 15,
        })
    };
    assert_eq!(
        (rows(0).rows.len(), rows(15).rows.len(), rows(0).total),
        (15, 5, 20)
    );
    assert_eq!(
        (rows(0).rows[0].gross, rows(0).rows[0].fee),
        (cny(100), cny(1))
    );
}

#[tokio::test]
async fn a_comparison_can_be_stopped_and_knows_when_it_is_old() {
    let (_dir, ledger) = book(vec![signed(1, 1_000)]).await;
    let stopped = Follow::default();
    stopped.stop();
    let made = ledger
        .reconcile(today(), rule(), NOON, stopped)
        .await
        .expect("no error");
    assert_eq!(made, None);
    let stamp = async |now| ledger.reconciled_from(now).await.expect("a stamp");
    let first = stamp(NOON).await;
    assert_eq!(stamp(NOON.plus_ms(1)).await, first);
    assert_ne!(
        stamp(NOON.plus_ms(3_600_000)).await,
        first,
        "something may be due by now"
    );
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    ledger
        .record(vec![signed(2, 100)], rule(), clocks)
        .await
        .expect("recorded");
    let second = stamp(NOON).await;
    assert_ne!(second, first);
    let id = load(&ledger, 1, statement(vec![row(1, 1_000)])).await;
    let third = stamp(NOON).await;
    assert_ne!(third, second);
    ledger.take_back(id, by()).await.expect("taken back");
    assert_ne!(stamp(NOON).await, third);
}

/// A shop's day, and files that tell of it: which of the twelve payments each file has, and whether its amounts are
/// right.
#[derive(Debug, Clone)]
struct Story {
    files: Vec<(Vec<usize>, bool)>,
    order: Vec<prop::sample::Index>,
}

fn story() -> impl Strategy<Value = Story> {
    let file = (
        proptest::collection::vec(0_usize..14, 0..10),
        proptest::bool::weighted(0.8),
    );
    let files = proptest::collection::vec(file, 1..4);
    let order = proptest::collection::vec(any::<prop::sample::Index>(), 4);
    (files, order).prop_map(|(files, order)| Story { files, order })
}

/// The rows of a file, each payment once; two of the fourteen are in no book. Equal amounts, so that pairs are not
/// clear.
fn rows_of((which, right): &(Vec<usize>, bool)) -> Vec<Row> {
    let mut which = which.clone();
    which.sort_unstable();
    which.dedup();
    let row = |at: usize| {
        let line = u32::try_from(at + 1).expect("small");
        let minor = 500 + i64::from(!right && at == 3);
        let mut one = row(line, minor);
        // Half of them have no number that the book knows.
        if at.is_multiple_of(2) {
            one.ids = statements::Ids::default();
        }
        // A row that is told otherwise in another file is another row.
        if !right && at == 3 {
            one.key.push_str("-wrong");
        }
        one
    };
    which.into_iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.min(40), ..ProptestConfig::default() })]
    #[test]
    fn the_result_is_the_same_in_any_order_of_loading(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut orders: Vec<Vec<usize>> = vec![(0..story.files.len()).collect()];
            orders.push(orders[0].iter().rev().copied().collect());
            let mut left = orders[0].clone();
            let drawn = story.order.iter().filter(|_| true);
            orders.push(drawn.map_while(|index| (!left.is_empty()).then(|| left.remove(index.index(left.len())))).collect());
            let mut results = Vec::new();
            for order in &orders {
                let entries = (1..=12).map(|seq| match seq % 3 {
                    0 => reported(seq, 500),
                    _ => signed(seq, 500),
                });
                let (_dir, ledger) = book(entries.collect()).await;
                for file in order {
                    let given = statement(rows_of(&story.files[*file]));
                    let digest = u8::try_from(file + 1).expect("few");
                    load(&ledger, digest, given).await;
                    // One that came and went leaves nothing.
                    let mistaken = load(&ledger, digest + 100, statement(vec![row(50, 5)])).await;
                    let who = By { who: "Li".to_owned(), at: NOON };
                    assert!(ledger.take_back(mistaken, who).await.expect("taken back"));
                }
                let mut made = compared(&ledger, today(), later()).await;
                // The book's own numbers of files and rows follow the order; nothing else does.
                for one in &mut made.result.platforms {
                    one.statements = vec![StatementId(i64::try_from(one.statements.len()).expect("few"))];
                }
                for row in made.differences.iter_mut().filter_map(|one| one.row.as_mut()) {
                    row.statement = StatementId(0);
                }
                results.push(made);
            }
            for (other, order) in results.iter().zip(&orders) {
                prop_assert_eq!(other, &results[0], "{:?}", order);
            }
            Ok(())
        })?;
    }
}

/// A refund of the order by which everything here goes: so much, at so many minutes after noon, as a hub tells it.
fn refund(seq: u64, minutes: i64, number: Option<&str>) -> Entry {
    let at = NOON.plus_ms(minutes * 60_000);
    let one = News {
        kind: domain::Kind::Refund,
        order: Some("order-1".to_owned()),
        transaction: Some("4200001".to_owned()),
        refund: number.map(str::to_owned),
        paid_at: Some(at),
        ..news(SourceKind::WechatV3, seq, Some(cny(500)))
    };
    let entry = paid(seq, at, rule().day_of(at), one);
    // As it comes over the wire.
    let text = serde_json::to_string(&entry).expect("written");
    assert_eq!(
        text.contains("\"refund\":\"5030"),
        number.is_some(),
        "{text}"
    );
    serde_json::from_str(&text).expect("read")
}

/// The statement's row of a refund, which WeChat dates by its start.
fn refunded(line: u32, minutes: i64, number: &str) -> Row {
    Row {
        kind: RowKind::Refund,
        ids: statements::Ids {
            order: Some("order-1".to_owned()),
            transaction: Some("4200001".to_owned()),
            refund: Some(number.to_owned()),
            refund_order: None,
        },
        when: statements::When {
            at: NOON.plus_ms(minutes * 60_000),
            precision: statements::Precision::Second,
        },
        ..row(line, 500)
    }
}

#[tokio::test]
async fn equal_refunds_of_one_order_are_told_apart_by_their_numbers() {
    // Two halves of an order go back. The first to be asked for takes longest: it is the last to be heard of. The
    // statement has only that one.
    let story = |numbers: [Option<&str>; 2]| {
        vec![
            signed(1, 1_000),
            refund(2, 10, numbers[0]),
            refund(3, 90, numbers[1]),
        ]
    };
    let rows = || vec![row(1, 1_000), refunded(2, 9, "50300001")];
    // WeChat dates a refund by its start, days before it is told: until the days before are loaded it is pending.
    let bill = |rows| Statement {
        period: Some(statements::Period {
            from: NOON.plus_ms(-5 * DAY_MS),
            until: NOON.plus_ms(DAY_MS),
        }),
        ..statement(rows)
    };
    for (numbers, only_here) in [
        ([Some("50300002"), Some("50300001")], 2),
        // Without numbers nothing but the time speaks for one of them.
        ([None, None], 3),
    ] {
        let (_dir, ledger) = book(story(numbers)).await;
        load(&ledger, 1, bill(rows())).await;
        let made = compared(&ledger, today(), later()).await;
        assert_eq!(
            told(&made),
            [(What::OnlyHere, Some(only_here), None)],
            "{numbers:?}"
        );
        assert_eq!(made.result.platforms[0].matched, 2);
        let sound = ledger.verify(Follow::default()).await.expect("checked");
        assert_eq!(sound.expect("not stopped").all_faults, 0);
    }
    // The same refund told twice by the statement is no other refund.
    let (_dir, ledger) = book(story([Some("50300001"), Some("50300009")])).await;
    let twice = Row {
        key: "key-2-again".to_owned(),
        ..refunded(3, 9, "50300001")
    };
    let mut rows = rows();
    rows.push(twice);
    load(&ledger, 1, bill(rows)).await;
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(
        told(&made),
        [
            (What::Duplicate, Some(2), Some(3)),
            (What::OnlyHere, Some(3), None)
        ]
    );
}

#[tokio::test]
async fn a_refunds_number_is_chained_and_follows_its_news() {
    let told_later = News {
        kind: domain::Kind::Refund,
        refund: Some("50300007".to_owned()),
        ..news(SourceKind::WechatV3, 9, Some(cny(500)))
    };
    let entries = vec![
        signed(1, 1_000),
        refund(2, 10, None),
        crate::testing::confirmed(3, NOON, 2, told_later),
    ];
    let (_dir, ledger) = book(entries).await;
    let line = async || {
        let details = ledger.details(LineId(2)).await.expect("read");
        details.expect("it is there").line.refund
    };
    assert_eq!(line().await.as_deref(), Some("50300007"));
    let sound = async || {
        let checked = ledger.verify(Follow::default()).await.expect("checked");
        checked.expect("not stopped").all_faults == 0
    };
    assert!(sound().await);
    for (change, back) in [
        (
            "UPDATE refund_numbers SET number = '50300008'",
            "UPDATE refund_numbers SET number = '50300007'",
        ),
        (
            "UPDATE lines SET refund = NULL WHERE id = 2",
            "UPDATE lines SET refund = '50300007' WHERE id = 2",
        ),
    ] {
        ledger.batch(change).await.expect("changed");
        assert!(!sound().await, "{change}");
        ledger.batch(back).await.expect("changed");
        assert!(sound().await, "{back}");
    }
}

#[tokio::test]
async fn a_payment_that_was_heard_of_weeks_later_is_found_on_the_day_it_was_paid() {
    // The shop's line was down: the platform told of it again and again, and the hub believes when it was paid.
    let mut late = signed(2, 2_000);
    late.at = NOON.plus_ms(20 * DAY_MS);
    let (_dir, ledger) = book(vec![signed(1, 1_000), late]).await;
    load(&ledger, 1, statement(vec![row(1, 1_000), row(2, 2_000)])).await;
    let made = compared(&ledger, today(), later()).await;
    assert_eq!(told(&made), []);
    assert_eq!(made.result.platforms[0].matched, 2);
}

#[tokio::test]
async fn what_came_to_the_bank_is_missed_also_where_its_phone_has_been_silent_for_weeks() {
    let bank = |seq| {
        let at = NOON.plus_ms(-30 * DAY_MS);
        let one = News {
            platform: Platform::named("bank_cn"),
            ..news(SourceKind::SmsForwarder, seq, Some(cny(700)))
        };
        paid(seq, at, rule().day_of(at), one)
    };
    let rent = || Statement {
        kind: statements::StatementKind::Camt,
        platform: Platform::named("bank"),
        ..statement(vec![row(1, 80_000)])
    };
    for (entries, missed) in [
        (vec![signed(1, 1_000), bank(2)], 1),
        // A shop that never heard of its bank hears nothing of its rent either.
        (vec![signed(1, 1_000)], 0),
    ] {
        let (_dir, ledger) = book(entries).await;
        load(&ledger, 1, rent()).await;
        let made = compared(&ledger, today(), later()).await;
        let only_there = |one: &&Difference| one.what == What::OnlyThere;
        assert_eq!(made.differences.iter().filter(only_there).count(), missed);
    }
}

#[tokio::test]
async fn a_comparison_tells_how_far_it_is_and_can_be_stopped_at_every_step() {
    let entries = (1..=30).map(|seq| signed(seq, 100)).collect();
    let (_dir, ledger) = book(entries).await;
    load(
        &ledger,
        1,
        statement((1..=20).map(|line| row(line, 100)).collect()),
    )
    .await;
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let run = async |stop_at: Option<usize>| {
        told.lock().expect("told").clear();
        let (telling, follow) = (told.clone(), Follow::default());
        let stop = follow.clone();
        let tell = move |at: Comparing| {
            let mut told = telling.lock().expect("told");
            told.push(at);
            if Some(told.len()) == stop_at {
                stop.stop();
            }
        };
        let made = ledger.reconcile_telling(today(), rule(), later(), follow, tell);
        made.await.expect("no error")
    };
    assert!(run(None).await.is_some());
    let all = told.lock().expect("told").clone();
    assert!(all.is_sorted_by_key(|at| at.percent) && all.last().is_some_and(|at| at.percent < 100));
    assert!(
        all.iter().all(|at| (at.payments, at.rows) == (30, 20)),
        "{all:?}"
    );
    for step in [
        CompareStep::Reading,
        CompareStep::Numbers,
        CompareStep::Times,
        CompareStep::Rest,
    ] {
        assert!(all.iter().any(|at| at.step == step), "{step:?}");
    }
    for at in 1..=all.len() {
        assert_eq!(run(Some(at)).await, None, "{at}");
        assert_eq!(
            told.lock().expect("told").len(),
            at,
            "nothing is done after it"
        );
    }
}

#[tokio::test]
async fn more_than_fits_into_memory_is_refused() {
    let (_dir, ledger) = book(vec![signed(1, 1_000)]).await;
    load(&ledger, 1, statement(vec![row(1, 1_000)])).await;
    ledger
        .batch(
            "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 200000)
             INSERT INTO statement_rows (statement, line, key, kind, state, minor, currency, at, precision)
             SELECT statement, n, n, kind, state, minor, currency, at, precision FROM more, statement_rows WHERE id = 1",
        )
        .await
        .expect("filled");
    let made = ledger
        .reconcile(today(), rule(), later(), Follow::default())
        .await;
    assert!(matches!(made, Err(crate::LedgerError::TooMany)), "{made:?}");
}

#[tokio::test]
async fn years_that_are_few_payments_are_compared_whole() {
    let at = NOON.plus_ms(-700 * DAY_MS);
    let long_ago = News {
        order: Some("order-0".to_owned()),
        paid_at: Some(at),
        ..news(SourceKind::WechatV3, 99, Some(cny(100)))
    };
    let first = paid(1, at, rule().day_of(at), long_ago);
    let (_dir, ledger) = book(vec![first, signed(2, 200)]).await;
    let span = Span {
        from: rule().day_of(at),
        to: today().to,
    };
    let made = compared(&ledger, span, later()).await;
    let lines: Vec<_> = made.differences.iter().map(|one| one.line).collect();
    assert_eq!(lines, [Some(LineId(1)), Some(LineId(2))]);
}
