//! The day's end on hand-made books whose sums were worked out by hand.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

mod after;
mod corrected;
mod drawer;
mod killed;
mod power;
mod refused;
mod steps;
mod sums;

use super::*;
use crate::{
    Clocks, Ledger, LineId, MIGRATIONS,
    events::Correction,
    testing::{cny, confirmed, day, hub, news, paid, unread},
};
use domain::{Entry, Event, Kind, News, Platform, Seq, SourceKind};

const USD: Currency = Currency::USD;
const CNY: Currency = Currency::CNY;

/// A bar in Shanghai: its day begins at four in the morning.
fn rule() -> DayRule {
    DayRule::new("Asia/Shanghai", 4).unwrap()
}

/// A time on the shop's clock in November 2026: the day, hour and minute.
fn on(day: u8, hour: u8, minute: u8) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("2026-11-{day:02}T{hour:02}:{minute:02}:00+08:00")).unwrap()
}

fn here(now: Timestamp) -> Here {
    Here {
        now,
        hub: now,
        second_clock: true,
        rule: rule(),
        currency: CNY,
        blind: false,
        shop: "小满便利店".to_owned(),
        terminal: "收银台".to_owned(),
        software: "0.0.0".to_owned(),
    }
}

/// A book in memory that follows a hub.
async fn book() -> Ledger {
    let db = sqlite::Db::open_in_memory(MIGRATIONS).unwrap();
    let ledger = Ledger::around(db);
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    ledger
}

/// News from a phone or a platform, of so many minor units.
fn told(via: SourceKind, key: u64, platform: Platform, amount: Option<Money>) -> News {
    News {
        platform,
        ..news(via, key, amount)
    }
}

fn refund(mut news: News) -> News {
    news.kind = Kind::Refund;
    news
}

/// The entry of a payment that came when it happened, in the day of then.
fn came(seq: u64, at: Timestamp, news: News) -> Entry {
    paid(seq, at, rule().day_of(at), news)
}

fn pieces(worth: i64, count: u32) -> DraftStep {
    DraftStep::Pieces {
        worth: cny(worth),
        count: Some(count),
    }
}

async fn record(ledger: &Ledger, entries: Vec<Entry>) {
    for entry in entries {
        let clocks = Clocks {
            here: entry.at.plus_ms(300),
            hub: entry.at.plus_ms(300),
        };
        ledger.record(vec![entry], rule(), clocks).await.unwrap();
    }
}

/// Currency, payments, refunds, paid and refunded.
type Plain<'a> = (&'a str, i32, i32, i64, i64);

fn plain(totals: &[CurrencyTotal]) -> Vec<Plain<'_>> {
    fn one(total: &CurrencyTotal) -> Plain<'_> {
        let (paid, refunded) = (total.paid.minor, total.refunded.minor);
        assert_eq!(total.net.minor, paid - refunded);
        (
            total.currency.code(),
            total.payments,
            total.refunds,
            paid,
            refunded,
        )
    }
    totals.iter().map(one).collect()
}

fn groups(groups: &[TotalGroup]) -> Vec<(&str, Vec<Plain<'_>>, u32)> {
    fn one(group: &TotalGroup) -> (&str, Vec<Plain<'_>>, u32) {
        (&group.key, plain(&group.totals), group.without_amount)
    }
    groups.iter().map(one).collect()
}

fn close(day: BusinessDay, number: u32) -> CloseWish {
    CloseWish::sure(day, number, "李芳")
}

fn refused<T: std::fmt::Debug>(result: Result<T, DayEndError>) -> Refusal {
    match result {
        Err(DayEndError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn change(ledger: &Ledger, step: DraftStep, here: Here) -> Result<ClosingDraft, DayEndError> {
    let day = ledger.closing_draft(None, here.clone()).await?.day;
    let change = DraftChange {
        day,
        who: "王伟".to_owned(),
        step,
    };
    ledger.change_closing_draft(change, here).await
}

async fn put_in(ledger: &Ledger, kind: CashMoveKind, minor: i64, here: Here) -> ClosingDraft {
    let step = DraftStep::Move {
        kind,
        amount: cny(minor),
        reason: None,
    };
    change(ledger, step, here).await.unwrap()
}

async fn count(ledger: &Ledger, minor: i64, here: Here) {
    let step = DraftStep::Other {
        amount: Some(cny(minor)),
    };
    change(ledger, step, here).await.unwrap();
}

/// A Sunday: from a phone, from platforms, in two currencies, with a refund, a test, a notice that nobody understands
/// and an amount that nobody told.
fn sunday() -> Vec<Entry> {
    use SourceKind::{SmsForwarder, Stripe, WechatV3};
    let mut test = came(
        7,
        on(22, 18, 0),
        told(WechatV3, 7, Platform::TEST, Some(cny(1))),
    );
    if let Event::Paid(payment) = &mut test.event {
        payment.test = true;
    }
    let usd = Money::new(2_000, USD);
    vec![
        came(
            1,
            on(22, 9, 10),
            told(WechatV3, 1, Platform::WECHAT, Some(cny(1_250))),
        ),
        came(
            2,
            on(22, 12, 5),
            told(SmsForwarder, 2, Platform::WECHAT, Some(cny(3_000))),
        ),
        came(
            3,
            on(22, 12, 30),
            told(WechatV3, 3, Platform::ALIPAY, Some(cny(10_000))),
        ),
        came(
            4,
            on(22, 13, 0),
            refund(told(WechatV3, 4, Platform::ALIPAY, Some(cny(1_500)))),
        ),
        came(5, on(22, 14, 0), told(Stripe, 5, Platform::STRIPE, usd)),
        came(
            6,
            on(22, 20, 0),
            told(SmsForwarder, 6, Platform::WECHAT, None),
        ),
        test,
        unread(8, on(22, 20, 1), "你收到了一笔钱"),
        // After midnight, before four: still Sunday.
        came(
            9,
            on(23, 1, 30),
            told(WechatV3, 9, Platform::WECHAT, Some(cny(800))),
        ),
    ]
}

#[tokio::test]
async fn a_day_by_platform_collector_terminal_and_hour() {
    let book = book().await;
    // A week before, one payment in the morning and one at night.
    record(
        &book,
        vec![
            came(
                1,
                on(15, 10, 0),
                told(SourceKind::WechatV3, 90, Platform::WECHAT, Some(cny(5_000))),
            ),
            came(
                2,
                on(15, 23, 0),
                told(SourceKind::WechatV3, 91, Platform::WECHAT, Some(cny(2_000))),
            ),
        ],
    )
    .await;
    let entries = sunday().into_iter().map(|entry| Entry {
        seq: Seq(entry.seq.0 + 2),
        ..entry
    });
    record(&book, entries.collect()).await;
    book.mark_shown(vec![LineId(3)], on(22, 9, 10).plus_ms(900))
        .await
        .unwrap();
    book.mark_spoken(vec![LineId(3)], on(22, 9, 10).plus_ms(1_400))
        .await
        .unwrap();
    book.mark_shown(vec![LineId(5)], on(22, 12, 33))
        .await
        .unwrap();
    let report = book
        .day_report(day("2026-11-22"), here(on(23, 2, 0)))
        .await
        .unwrap();

    assert_eq!(report.begins.clock, "2026-11-22 04:00:00");
    assert_eq!(report.ends.clock, "2026-11-23 04:00:00");
    assert!(report.running);
    assert_eq!(report.first.unwrap().clock, "2026-11-22 09:10:00");
    assert_eq!(report.last.unwrap().clock, "2026-11-23 01:30:00");
    assert_eq!(
        plain(&report.totals),
        [("CNY", 4, 1, 15_050, 1_500), ("USD", 1, 0, 2_000, 0)]
    );
    assert_eq!(report.totals[0].net.text, "¥135.50");
    assert_eq!(
        groups(&report.platforms),
        [
            ("alipay", vec![("CNY", 1, 1, 10_000, 1_500)], 0),
            ("wechat", vec![("CNY", 3, 0, 5_050, 0)], 1),
            ("stripe", vec![("USD", 1, 0, 2_000, 0)], 0),
        ]
    );
    let collectors: Vec<&str> = report
        .collectors
        .iter()
        .map(|group| group.key.as_str())
        .collect();
    assert_eq!(
        collectors,
        [
            SourceKind::WechatV3.as_str(),
            SourceKind::SmsForwarder.as_str(),
            SourceKind::Stripe.as_str()
        ]
    );
    assert_eq!(report.terminals.len(), 1);
    assert_eq!(plain(&report.terminals[0].totals), plain(&report.totals));
    assert_eq!(report.hours.len(), 24);
    assert_eq!(report.hours[0].hour, 4);
    let busy: Vec<(u8, i64)> = report
        .hours
        .iter()
        .filter(|hour| !hour.totals.is_empty())
        .map(|hour| (hour.hour, hour.totals[0].net.minor))
        .collect();
    assert_eq!(
        busy,
        [
            (9, 1_250),
            (12, 13_000),
            (13, -1_500),
            (14, 2_000),
            (1, 800)
        ]
    );
    let before = report.weekday_before.unwrap();
    assert_eq!(before.day, day("2026-11-15"));
    assert_eq!(plain(&before.totals), [("CNY", 2, 0, 7_000, 0)]);
    // At two at night all of that day had come.
    assert_eq!(before.so_far, Some(before.totals.clone()));
    assert_eq!(
        plain(&report.grand_total),
        [("CNY", 6, 1, 22_050, 1_500), ("USD", 1, 0, 2_000, 0)]
    );
    assert_eq!(
        report.latency,
        Some(Latency {
            count: 2,
            median_ms: 180_000,
            worst_ms: 180_000
        })
    );
    let asked: Vec<(QuestionKind, u32)> = report
        .questions
        .counts
        .iter()
        .map(|one| (one.what, one.count))
        .collect();
    assert_eq!(
        asked,
        [
            (QuestionKind::ReportedOnly, 2),
            (QuestionKind::NotUnderstood, 1),
            (QuestionKind::WithoutAmount, 1),
            (QuestionKind::AnnouncedLate, 1),
            (QuestionKind::NotAnnounced, 5),
        ]
    );
    let late = report
        .questions
        .rows
        .iter()
        .find(|one| one.what == QuestionKind::AnnouncedLate)
        .unwrap();
    assert_eq!((late.line, late.late_ms), (Some(LineId(5)), Some(180_000)));
    let notice = report
        .questions
        .rows
        .iter()
        .find(|one| one.notice.is_some())
        .unwrap();
    assert_eq!(notice.what, QuestionKind::NotUnderstood);
}

#[tokio::test]
async fn the_weekday_before_is_compared_up_to_the_same_time() {
    let book = book().await;
    record(
        &book,
        vec![
            came(
                1,
                on(15, 10, 0),
                told(SourceKind::WechatV3, 1, Platform::WECHAT, Some(cny(5_000))),
            ),
            came(
                2,
                on(16, 1, 0),
                told(SourceKind::WechatV3, 2, Platform::WECHAT, Some(cny(2_000))),
            ),
        ],
    )
    .await;
    for (now, so_far) in [
        (on(22, 9, 59), Some(vec![])),
        (on(22, 10, 0), Some(vec![("CNY", 1, 0, 5_000, 0)])),
        (on(23, 0, 59), Some(vec![("CNY", 1, 0, 5_000, 0)])),
        (on(23, 1, 0), Some(vec![("CNY", 2, 0, 7_000, 0)])),
        // The day is over: days are compared whole.
        (on(23, 4, 0), None),
    ] {
        let report = book.day_report(day("2026-11-22"), here(now)).await.unwrap();
        let before = report.weekday_before.unwrap();
        assert_eq!(before.so_far.as_deref().map(plain), so_far, "{now}");
    }
    let report = book
        .day_report(day("2026-11-23"), here(on(23, 9, 0)))
        .await
        .unwrap();
    assert_eq!(report.weekday_before, None);
}

#[tokio::test]
async fn an_ordinary_evening() {
    let book = book().await;
    record(&book, sunday()).await;
    let evening = on(23, 2, 0);
    let draft = book.closing_draft(None, here(evening)).await.unwrap();
    assert_eq!(
        (draft.day, draft.number, draft.begun),
        (day("2026-11-22"), 1, true)
    );
    assert_eq!(draft.expected.unwrap().total.minor, 0);
    put_in(&book, CashMoveKind::Float, 30_000, here(on(22, 8, 50))).await;
    put_in(&book, CashMoveKind::PaidOut, 2_350, here(on(22, 16, 0))).await;
    book.correct(LineId(2), Correction::Cash, "李芳", evening, &rule())
        .await
        .unwrap()
        .unwrap();
    for (worth, pieces) in [(10_000, 2), (5_000, 1), (1_000, 5), (100, 6), (50, 1)] {
        let step = DraftStep::Pieces {
            worth: cny(worth),
            count: Some(pieces),
        };
        change(&book, step, here(evening)).await.unwrap();
    }
    let draft = book.closing_draft(None, here(evening)).await.unwrap();
    let expected = draft.expected.unwrap();
    // 300.00 float + 30.00 sold in cash − 23.50 for milk.
    assert_eq!(expected.total.minor, 30_650);
    assert_eq!(expected.sales.minor, 3_000);
    assert_eq!(draft.counted.unwrap().minor, 30_650);
    assert_eq!(expected.variance.unwrap().minor, 0);
    let closing = book
        .close_day(close(draft.day, 1), here(evening))
        .await
        .unwrap();

    assert_eq!((closing.number, closing.kind), (1, ClosingKind::Day));
    assert_eq!(closing.opened.unwrap().clock, "2026-11-22 08:50:00");
    assert_eq!(closing.opened_by.as_deref(), Some("王伟"));
    assert_eq!(closing.closed.clock, "2026-11-23 02:00:00");
    assert_eq!(
        plain(&closing.taken),
        [("CNY", 4, 1, 15_050, 1_500), ("USD", 1, 0, 2_000, 0)]
    );
    assert_eq!(plain(&closing.report.totals), plain(&closing.taken));
    assert!(
        closing.late.is_empty() && closing.changes.is_empty() && closing.changes_totals.is_empty()
    );
    let cash = closing.cash.unwrap();
    assert_eq!(cash.expected.minor, 30_650);
    assert_eq!(cash.variance.unwrap().minor, 0);
    assert_eq!(cash.counts.len(), 1);
    assert_eq!(cash.counts[0].pieces[0].worth.minor, 10_000);
    assert_eq!(cash.counts[0].pieces[0].sum.minor, 20_000);
    assert_eq!(closing.head.as_ref().map(String::len), Some(64));
    assert_eq!(
        closing.head.unwrap(),
        book.chain_head().await.unwrap().text()
    );
    // What is typed is gone with it, and the day is closed.
    let next = book.closing_draft(None, here(evening)).await.unwrap();
    assert_eq!(
        (next.day, next.begun, next.number),
        (day("2026-11-23"), false, 2)
    );
    assert_eq!((next.counted, next.moves.len()), (None, 0));
    assert_eq!(next.float_before.unwrap().minor, 30_000);
    assert_eq!(
        refused(
            book.close_day(close(day("2026-11-22"), 2), here(evening))
                .await
        ),
        Refusal::AlreadyClosed
    );
}

#[tokio::test]
async fn what_comes_after_the_closing_is_on_the_next_opening_list() {
    let book = book().await;
    record(&book, sunday()).await;
    let first = book
        .close_day(close(day("2026-11-22"), 1), here(on(22, 21, 0)))
        .await;
    // Of the nine entries the last is of the future there; it does not matter to a closing.
    assert_eq!(first.unwrap().number, 1);
    record(
        &book,
        vec![
            // One more on Sunday night, one that a phone held back since Saturday, one on Monday.
            came(
                10,
                on(22, 23, 0),
                told(SourceKind::WechatV3, 10, Platform::WECHAT, Some(cny(600))),
            ),
            paid(
                11,
                on(23, 9, 0),
                day("2026-11-21"),
                told(
                    SourceKind::SmsForwarder,
                    11,
                    Platform::ALIPAY,
                    Some(cny(70)),
                ),
            ),
            came(
                12,
                on(23, 10, 0),
                told(SourceKind::WechatV3, 12, Platform::WECHAT, Some(cny(9))),
            ),
            // And now the amount of the payment of Sunday is told.
            confirmed(
                13,
                on(23, 11, 0),
                6,
                told(SourceKind::WechatV3, 13, Platform::WECHAT, Some(cny(4_000))),
            ),
        ],
    )
    .await;
    let draft = book.closing_draft(None, here(on(23, 12, 0))).await.unwrap();
    assert_eq!(draft.day, day("2026-11-23"));
    let late: Vec<(i64, BusinessDay)> =
        draft.late.iter().map(|one| (one.line.0, one.day)).collect();
    assert_eq!(late, [(9, day("2026-11-22")), (10, day("2026-11-21"))]);
    let closing = book
        .close_day(close(draft.day, 2), here(on(23, 22, 0)))
        .await
        .unwrap();
    assert_eq!(plain(&closing.report.totals), [("CNY", 1, 0, 9, 0)]);
    assert_eq!(plain(&closing.late_totals), [("CNY", 2, 0, 670, 0)]);
    assert_eq!(closing.late_count, 2);
    assert_eq!(plain(&closing.changes_totals), [("CNY", 1, 0, 4_000, 0)]);
    let changes: Vec<i64> = closing.changes.iter().map(|one| one.line.0).collect();
    assert_eq!((closing.changes_count, changes), (1, vec![6]));
    assert_eq!(plain(&closing.taken), [("CNY", 4, 0, 4_679, 0)]);
    assert_eq!(
        plain(&closing.grand_total),
        [("CNY", 8, 1, 19_729, 1_500), ("USD", 1, 0, 2_000, 0)]
    );
    // What was frozen is as it was.
    let first = book.closing(1).await.unwrap().unwrap();
    assert_eq!(
        plain(&first.taken),
        [("CNY", 4, 1, 15_050, 1_500), ("USD", 1, 0, 2_000, 0)]
    );
    for (line, number) in [(1, 1), (6, 1), (9, 2), (10, 2), (11, 2)] {
        assert_eq!(
            book.closing_of(LineId(line)).await.unwrap(),
            Some(number),
            "{line}"
        );
    }
}

#[tokio::test]
async fn shifts_share_a_day() {
    let book = book().await;
    let sale = |seq, at, minor| {
        came(
            seq,
            at,
            told(
                SourceKind::WechatV3,
                seq,
                Platform::WECHAT,
                Some(cny(minor)),
            ),
        )
    };
    record(
        &book,
        vec![sale(1, on(22, 9, 0), 100), sale(2, on(22, 10, 0), 200)],
    )
    .await;
    let sunday = day("2026-11-22");
    put_in(&book, CashMoveKind::Float, 20_000, here(on(22, 8, 0))).await;
    count(&book, 20_000, here(on(22, 15, 0))).await;
    let morning = book
        .hand_over_shift(close(sunday, 1), here(on(22, 15, 0)))
        .await
        .unwrap();
    assert_eq!(
        (morning.kind, plain(&morning.taken)),
        (ClosingKind::Shift, vec![("CNY", 2, 0, 300, 0)])
    );
    assert_eq!(morning.whole_day, None);

    record(&book, vec![sale(3, on(22, 16, 0), 1_000)]).await;
    // The second click of a double click.
    assert_eq!(
        refused(
            book.hand_over_shift(close(sunday, 1), here(on(22, 15, 0)))
                .await
        ),
        Refusal::Number
    );
    let draft = book.closing_draft(None, here(on(22, 17, 0))).await.unwrap();
    assert_eq!((draft.day, draft.number), (sunday, 2));
    assert_eq!((draft.float.minor, draft.float_carried), (20_000, true));
    count(&book, 19_900, here(on(22, 22, 0))).await;
    assert_eq!(
        refused(book.close_day(close(sunday, 2), here(on(22, 22, 0))).await),
        Refusal::Reason
    );
    let reason = DraftStep::Reason {
        text: "找零给错".to_owned(),
    };
    change(&book, reason, here(on(22, 22, 0))).await.unwrap();
    let evening = book
        .close_day(close(sunday, 2), here(on(22, 22, 1)))
        .await
        .unwrap();
    assert_eq!(plain(&evening.taken), [("CNY", 1, 0, 1_000, 0)]);
    assert_eq!(evening.shifts, [1]);
    let whole = evening.whole_day.unwrap();
    assert_eq!(plain(&whole.totals), [("CNY", 3, 0, 1_300, 0)]);
    let cash = evening.cash.unwrap();
    assert_eq!(
        (cash.variance.unwrap().minor, cash.reason.as_deref()),
        (-100, Some("找零给错"))
    );
    let report = book.day_report(sunday, here(on(22, 23, 0))).await.unwrap();
    assert_eq!(report.closings, [1, 2]);
}

#[tokio::test]
async fn a_shift_without_its_day_is_a_forgotten_day() {
    let book = book().await;
    let sunday = day("2026-11-22");
    book.hand_over_shift(close(sunday, 1), here(on(22, 15, 0)))
        .await
        .unwrap();
    let due = book.due(day("2026-11-24")).await.unwrap();
    assert_eq!((due.day, due.forgotten), (sunday, vec![sunday]));
    assert_eq!(
        refused(
            book.close_day(close(day("2026-11-24"), 2), here(on(24, 9, 0)))
                .await
        ),
        Refusal::EarlierDayOpen
    );
}

#[tokio::test]
async fn a_forgotten_day_is_closed_the_next_morning_with_its_own_date() {
    let book = book().await;
    let sale = |seq, at, minor| {
        came(
            seq,
            at,
            told(
                SourceKind::WechatV3,
                seq,
                Platform::WECHAT,
                Some(cny(minor)),
            ),
        )
    };
    record(&book, vec![sale(1, on(20, 9, 0), 100)]).await;
    book.close_day(close(day("2026-11-20"), 1), here(on(20, 22, 0)))
        .await
        .unwrap();
    // Nothing on the 21st: the shop was shut. The 22nd is forgotten; on the 23rd somebody paid early.
    record(
        &book,
        vec![sale(2, on(22, 9, 0), 200), sale(3, on(23, 7, 0), 400)],
    )
    .await;
    let morning = here(on(23, 8, 0));
    let due = book.due(day("2026-11-23")).await.unwrap();
    assert_eq!(due.forgotten, [day("2026-11-22")]);
    assert!(due.used && due.something && !due.today_closed);
    // The float of today stands in the drawer already.
    let float = DraftChange {
        day: day("2026-11-23"),
        who: "王伟".to_owned(),
        step: DraftStep::Move {
            kind: CashMoveKind::Float,
            amount: cny(30_000),
            reason: None,
        },
    };
    book.change_closing_draft(float, morning.clone())
        .await
        .unwrap();
    assert_eq!(
        refused(
            book.close_day(close(day("2026-11-23"), 2), morning.clone())
                .await
        ),
        Refusal::EarlierDayOpen
    );
    let closing = book
        .close_day(close(day("2026-11-22"), 2), morning.clone())
        .await
        .unwrap();
    assert_eq!(
        (closing.day, plain(&closing.taken)),
        (day("2026-11-22"), vec![("CNY", 1, 0, 200, 0)])
    );
    assert_eq!(closing.closed.clock, "2026-11-23 08:00:00");
    assert_eq!(closing.cash, None, "today's float is today's");
    count(&book, 30_000, here(on(23, 22, 0))).await;
    let closing = book
        .close_day(close(day("2026-11-23"), 3), here(on(23, 22, 0)))
        .await
        .unwrap();
    assert_eq!(plain(&closing.taken), [("CNY", 1, 0, 400, 0)]);
    assert_eq!(closing.cash.unwrap().float.minor, 30_000);
    assert_eq!(
        refused(
            book.close_day(close(day("2026-11-24"), 4), here(on(23, 23, 0)))
                .await
        ),
        Refusal::NotBegun
    );
}

#[tokio::test]
async fn a_changed_rule_leaves_closed_days_as_they_are() {
    let book = book().await;
    record(&book, sunday()).await;
    book.close_day(close(day("2026-11-22"), 1), here(on(23, 3, 0)))
        .await
        .unwrap();
    let other = Here {
        rule: DayRule::new("Asia/Tokyo", 0).unwrap(),
        ..here(on(23, 9, 0))
    };
    let report = book
        .day_report(day("2026-11-22"), other.clone())
        .await
        .unwrap();
    assert_eq!(report.rule, rule());
    assert_eq!(report.begins.clock, "2026-11-22 04:00:00");
    assert_eq!(report.last.unwrap().clock, "2026-11-23 01:30:00");
    let report = book.day_report(day("2026-11-23"), other).await.unwrap();
    assert_eq!(report.begins.clock, "2026-11-23 00:00:00");
}

#[tokio::test]
async fn what_was_in_the_book_before_the_first_closing_is_in_none() {
    let book = book().await;
    let sale = |seq, at, minor| {
        came(
            seq,
            at,
            told(
                SourceKind::WechatV3,
                seq,
                Platform::WECHAT,
                Some(cny(minor)),
            ),
        )
    };
    record(
        &book,
        vec![sale(1, on(20, 9, 0), 100), sale(2, on(22, 9, 0), 200)],
    )
    .await;
    let due = book.due(day("2026-11-22")).await.unwrap();
    assert_eq!(
        (due.day, due.forgotten, due.used),
        (day("2026-11-22"), vec![], false)
    );
    // In the morning, before anybody paid, the evening before is meant.
    assert_eq!(
        book.due(day("2026-11-23")).await.unwrap().day,
        day("2026-11-22")
    );
    let closing = book
        .close_day(close(day("2026-11-22"), 1), here(on(22, 22, 0)))
        .await
        .unwrap();
    assert_eq!(plain(&closing.taken), [("CNY", 1, 0, 200, 0)]);
    assert_eq!(plain(&closing.grand_total), [("CNY", 2, 0, 300, 0)]);
    assert_eq!(book.closing_of(LineId(1)).await.unwrap(), None);
    // What comes for those days from now on is late.
    record(
        &book,
        vec![paid(
            3,
            on(22, 23, 0),
            day("2026-11-20"),
            told(SourceKind::WechatV3, 3, Platform::WECHAT, Some(cny(7))),
        )],
    )
    .await;
    let closing = book
        .close_day(close(day("2026-11-23"), 2), here(on(23, 22, 0)))
        .await
        .unwrap();
    assert_eq!(plain(&closing.taken), [("CNY", 1, 0, 7, 0)]);
    assert_eq!(book.closing_of(LineId(3)).await.unwrap(), Some(2));
}

#[tokio::test]
async fn a_closing_cannot_be_changed_removed_or_skipped() {
    let book = book().await;
    book.close_day(close(day("2026-11-22"), 1), here(on(22, 22, 0)))
        .await
        .unwrap();
    for sql in [
        "UPDATE closings SET closed_by = 'nobody'",
        "DELETE FROM closings",
        "INSERT INTO closings SELECT 3, kind, corrects, day, zone, cutover, closed_at, closed_by, lines_upto, news_upto,
             corrections_upto, unread_upto, moves_upto, counts_upto, content FROM closings",
        "INSERT OR REPLACE INTO closings SELECT * FROM closings",
    ] {
        assert!(book.batch(sql).await.is_err(), "{sql}");
    }
    assert_eq!(book.closing(1).await.unwrap().unwrap().closed_by, "李芳");
    assert_eq!(book.closing(2).await.unwrap(), None);
}

#[tokio::test]
async fn closings_are_listed_with_their_statements_beside_them() {
    let book = book().await;
    for number in 1..=5 {
        let date = u8::try_from(number).unwrap() + 20;
        let wish = close(day(&format!("2026-11-{date}")), number);
        book.close_day(wish, here(on(date, 22, 0))).await.unwrap();
    }
    let query = |before, day, limit| ClosingsQuery { before, day, limit };
    for (asked, found) in [
        (query(None, None, 2), vec![5, 4]),
        (query(Some(3), None, 9), vec![2, 1]),
        (query(None, Some(day("2026-11-22")), 9), vec![2]),
        (query(None, Some(day("2026-11-01")), 9), vec![]),
        (query(None, None, 0), vec![5]),
    ] {
        let list = book.closings(asked).await.unwrap();
        let numbers: Vec<u32> = list.iter().map(|one| one.number).collect();
        assert_eq!(numbers, found, "{asked:?}");
        assert!(list.iter().all(|one| one.head.is_some()));
    }
    let state = serde_json::json!({ "wechat": { "matched": 127, "differences": 1 } });
    assert!(
        book.keep_statements(2, state.clone(), on(26, 10, 0))
            .await
            .unwrap()
    );
    assert!(
        !book
            .keep_statements(9, state.clone(), on(26, 10, 0))
            .await
            .unwrap()
    );
    let closing = book.closing(2).await.unwrap().unwrap();
    assert_eq!(closing.statements, Some(state));
}

/// What SQLite does to answer.
fn plan(db: &rusqlite::Connection, sql: &str) -> String {
    let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let nulls = vec![rusqlite::types::Null; query.parameter_count()];
    let nulls = rusqlite::params_from_iter(nulls);
    let rows = query
        .query_map(nulls, |row| row.get::<_, String>(3))
        .unwrap();
    rows.collect::<rusqlite::Result<Vec<_>>>()
        .unwrap()
        .join("; ")
}

#[tokio::test]
async fn a_day_is_found_by_index_however_many_payments_there_are() {
    let book = book().await;
    let plans = book.call(|db| {
        let asked = [
            rows::OF_DAY.to_owned(),
            rows::OF_DAYS_BEFORE.to_owned(),
            late::CHANGED.to_owned(),
            audit::LATE.to_owned(),
            audit::changed_days_sql(),
        ];
        Ok(asked.map(|sql| plan(db, &sql)))
    });
    let [of_day, before, changed, late, changed_days] = plans.await.unwrap();
    assert!(
        of_day.contains("SEARCH lines USING INDEX lines_day (day=? AND rowid>? AND rowid<?)"),
        "{of_day}"
    );
    // Rows since the last closing may be a year's; those of days before are looked for where their days are.
    for before in [&before, &late] {
        assert!(
            before.contains("SEARCH days USING PRIMARY KEY (day<?)")
                && before.contains("SEARCH lines USING INDEX lines_day (day=? AND rowid>?"),
            "{before}"
        );
    }
    for changed in [&changed, &changed_days] {
        assert!(
            changed.contains("SEARCH lines USING INTEGER PRIMARY KEY (rowid=?)"),
            "{changed}"
        );
    }
    for plan in [of_day, before, changed, late, changed_days] {
        assert!(
            !plan.contains("SCAN lines") && !plan.contains("SCAN news"),
            "{plan}"
        );
    }
}
