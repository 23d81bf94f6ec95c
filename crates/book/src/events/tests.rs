//! Corrections on a book in memory: what each does, what is refused, and that sums follow in any order.
#![allow(clippy::too_many_lines, reason = "a table of refusals")]

use super::*;
use crate::testing::{cny, confirmed, day, hub, news, paid};
use crate::{
    CASH, Clocks, DayTotals, Details, Filter, Follow, HistoryQuery, Ledger, Line, LineState,
    MIGRATIONS, Recorded, Standing, Total,
};
use domain::{Currency, DayRule, Entry, Event, Joined, Kind, Platform, Seq, SourceKind, Trust};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NOON: Timestamp = Timestamp(1_795_300_000_000);
/// The business day of `NOON`.
const TODAY: &str = "2026-11-21";

async fn book() -> Ledger {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).expect("a book"));
    ledger
        .first_visit(&hub("hub-1"), Seq(0))
        .await
        .expect("a log");
    ledger
}

async fn record(ledger: &Ledger, entries: Vec<Entry>) -> Vec<Recorded> {
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    ledger
        .record(entries, DayRule::default(), clocks)
        .await
        .expect("recorded")
}

fn phone(seq: u64, minor: i64) -> Entry {
    let mut told = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
    told.device = Some("前台手机".to_owned());
    paid(seq, NOON, day(TODAY), told)
}

async fn correct(ledger: &Ledger, line: i64, what: Correction) -> Result<CorrectionEvent, Refused> {
    ledger
        .correct(LineId(line), what, "小赵", NOON, &DayRule::default())
        .await
        .expect("the book answers")
}

async fn undo(ledger: &Ledger, id: CorrectionId) -> Result<CorrectionEvent, Refused> {
    ledger
        .undo(id, "老板", NOON, &DayRule::default())
        .await
        .expect("the book answers")
}

async fn line(ledger: &Ledger, id: i64) -> Line {
    let found = ledger.line(LineId(id)).await.expect("the book answers");
    found.expect("a line")
}

async fn details(ledger: &Ledger, id: i64) -> Details {
    let found = ledger.details(LineId(id)).await.expect("the book answers");
    found.expect("a line")
}

async fn all(ledger: &Ledger, query: HistoryQuery) -> Vec<i64> {
    let query = HistoryQuery {
        limit: 100,
        ..query
    };
    let lines = ledger.page(query).await.expect("a page");
    lines.iter().map(|line| line.id.0).collect()
}

/// Payments, refunds, paid, refunded of the day.
async fn sums(ledger: &Ledger) -> (u32, u32, i64, i64) {
    let (found, _) = ledger.day(day(TODAY)).await.expect("a day");
    found.totals.first().map_or((0, 0, 0, 0), |total| {
        (total.payments, total.refunds, total.paid, total.refunded)
    })
}

async fn is_sound(ledger: &Ledger) {
    let checked = ledger.verify(Follow::default()).await.expect("checked");
    let checked = checked.expect("to its end");
    assert_eq!(checked.faults, []);
}

fn note(text: &str) -> Correction {
    Correction::Note {
        text: text.to_owned(),
    }
}

fn tag(text: &str) -> Correction {
    Correction::Tag {
        tag: text.to_owned(),
    }
}

#[tokio::test]
async fn notes_and_tags_are_found_and_go_with_their_undoing() {
    let ledger = book().await;
    record(&ledger, vec![phone(1, 1250), phone(2, 1250)]).await;
    let first = correct(&ledger, 1, note("  欠 两瓶\u{200b}  水 "))
        .await
        .unwrap();
    assert_eq!(first.what, note("欠 两瓶 水"), "cleaned");
    assert_eq!((first.who.as_str(), first.day), ("小赵", day(TODAY)));
    let second = correct(&ledger, 1, tag("赊账")).await.unwrap();
    let search = |text: &str| HistoryQuery {
        search: Some(text.to_owned()),
        ..HistoryQuery::default()
    };
    let tagged = || HistoryQuery {
        filter: Filter {
            tags: vec!["赊账".to_owned()],
            ..Filter::default()
        },
        ..HistoryQuery::default()
    };
    for text in ["两瓶", "瓶", "欠 两瓶", "赊账"] {
        assert_eq!(all(&ledger, search(text)).await, [1], "{text}");
    }
    assert_eq!(all(&ledger, tagged()).await, [1]);
    let corrected = HistoryQuery {
        filter: Filter {
            state: Some(LineState::Corrected),
            ..Filter::default()
        },
        ..HistoryQuery::default()
    };
    assert_eq!(all(&ledger, corrected.clone()).await, [1]);
    assert_eq!(ledger.choices().await.unwrap().tags, ["赊账"]);
    let undone = undo(&ledger, first.id).await.unwrap();
    assert_eq!(
        (undone.undoes, undone.who.as_str()),
        (Some(first.id), "老板")
    );
    assert_eq!(all(&ledger, search("两瓶")).await, Vec::<i64>::new());
    undo(&ledger, second.id).await.unwrap();
    assert_eq!(all(&ledger, tagged()).await, Vec::<i64>::new());
    assert_eq!(all(&ledger, corrected).await, Vec::<i64>::new());
    let events = details(&ledger, 1).await.corrections;
    assert_eq!(events.len(), 4, "what was said stays");
    assert!(events.iter().all(|event| !event.holds()));
    assert_eq!(ledger.corrections_of_day(day(TODAY)).await.unwrap(), events);
    assert_eq!(ledger.correctors().await.unwrap(), ["老板", "小赵"]);
    is_sound(&ledger).await;
}

#[tokio::test]
async fn cash_and_collector_change_what_it_counts_as_and_go_back() {
    let ledger = book().await;
    record(&ledger, vec![phone(1, 1250)]).await;
    let before = line(&ledger, 1).await;
    assert_eq!(
        before.collector, "前台手机",
        "the phone that first told of it"
    );
    let cash = correct(&ledger, 1, Correction::Cash).await.unwrap();
    let by = Correction::CollectedBy {
        name: "小钱".to_owned(),
    };
    let by = correct(&ledger, 1, by).await.unwrap();
    let after = line(&ledger, 1).await;
    assert_eq!((after.platform, after.trust), (CASH, Trust::Confirmed));
    assert_eq!((after.collector.as_str(), after.corrected), ("小钱", 2));
    let (totals, _) = ledger.day(day(TODAY)).await.unwrap();
    assert_eq!((totals.unconfirmed, totals.totals[0].paid), (0, 1250));
    // The platform has its say later: heard, and it stays cash until that is undone.
    let signed = news(SourceKind::WechatV3, 9, Some(cny(1260)));
    record(&ledger, vec![confirmed(2, NOON, 1, signed)]).await;
    let known = line(&ledger, 1).await;
    assert_eq!((known.platform, known.amount), (CASH, Some(cny(1260))));
    undo(&ledger, cash.id).await.unwrap();
    undo(&ledger, by.id).await.unwrap();
    let known = line(&ledger, 1).await;
    assert_eq!(known.platform, Platform::WECHAT);
    assert_eq!((known.collector.as_str(), known.corrected), ("前台手机", 0));
    is_sound(&ledger).await;
}

#[tokio::test]
async fn a_refund_in_cash_is_a_row_of_its_own_in_the_day_it_was_made() {
    let ledger = book().await;
    record(
        &ledger,
        vec![paid(
            1,
            NOON,
            day("2026-11-20"),
            news(SourceKind::WechatV3, 1, Some(cny(1250))),
        )],
    )
    .await;
    let back = |minor| Correction::RefundedInCash { amount: cny(minor) };
    let first = correct(&ledger, 1, back(1000)).await.unwrap();
    let made = first.made.expect("a row");
    let refund = line(&ledger, made.0).await;
    assert_eq!(
        (refund.kind, refund.platform, refund.amount),
        (Kind::Refund, CASH, Some(cny(1000)))
    );
    assert_eq!(
        (refund.day, refund.told, refund.collector.as_str()),
        (day(TODAY), true, "小赵")
    );
    assert_eq!(sums(&ledger).await, (0, 1, 0, 1000));
    assert_eq!(
        correct(&ledger, 1, back(251)).await,
        Err(Refused::Amount),
        "more than was paid"
    );
    correct(&ledger, 1, back(250)).await.unwrap();
    assert_eq!(details(&ledger, 1).await.related.len(), 2);
    assert_eq!(details(&ledger, made.0).await.related[0].id, LineId(1));
    assert_eq!(all(&ledger, HistoryQuery::default()).await.len(), 3);
    undo(&ledger, first.id).await.unwrap();
    assert_eq!(line(&ledger, made.0).await.standing, Standing::Undone);
    assert_eq!(sums(&ledger).await, (0, 1, 0, 250));
    let gone = HistoryQuery {
        filter: Filter {
            state: Some(LineState::Gone),
            ..Filter::default()
        },
        ..HistoryQuery::default()
    };
    assert_eq!(all(&ledger, gone).await, [made.0]);
    assert_eq!(all(&ledger, HistoryQuery::default()).await.len(), 2);
    is_sound(&ledger).await;
}

/// What went back for any row of a payment went back for the payment.
#[tokio::test]
async fn no_more_goes_back_for_two_rows_of_one_payment_than_was_paid() {
    let back = |minor| Correction::RefundedInCash { amount: cny(minor) };
    let join = |other| Correction::Join {
        other: LineId(other),
    };
    let ledger = book().await;
    record(
        &ledger,
        vec![phone(1, 1000), phone(2, 1000), phone(3, 1000)],
    )
    .await;
    // Into another row, and with that one into a third.
    let refund = correct(&ledger, 2, back(1000)).await.unwrap();
    correct(&ledger, 1, join(2)).await.unwrap();
    assert_eq!(correct(&ledger, 1, back(1)).await, Err(Refused::Amount));
    correct(&ledger, 3, join(1)).await.unwrap();
    assert_eq!(correct(&ledger, 3, back(1)).await, Err(Refused::Amount));
    undo(&ledger, refund.id).await.unwrap();
    correct(&ledger, 3, back(1000)).await.unwrap();
    // News that went back to its row took with it what was given back for it.
    record(&ledger, vec![phone(4, 1250)]).await;
    let signed = news(SourceKind::WechatV3, 9, Some(cny(1300)));
    record(&ledger, vec![confirmed(5, NOON, 4, signed)]).await;
    let row = all(&ledger, HistoryQuery::default()).await[0];
    let news = details(&ledger, row).await.news[1].id;
    let split = correct(&ledger, row, Correction::Split { news })
        .await
        .unwrap();
    let made = split.made.expect("a row").0;
    correct(&ledger, made, back(1300)).await.unwrap();
    undo(&ledger, split.id).await.unwrap();
    assert_eq!(correct(&ledger, row, back(1)).await, Err(Refused::Amount));
    is_sound(&ledger).await;
}

#[tokio::test]
async fn what_would_give_back_more_than_was_paid_is_refused_and_leaves_nothing() {
    let ledger = book().await;
    let signed = news(SourceKind::WechatV3, 4, Some(cny(1000)));
    record(&ledger, vec![phone(1, 1000), phone(2, 1000), phone(3, 400)]).await;
    record(&ledger, vec![confirmed(4, NOON.plus_ms(900), 3, signed)]).await;
    let back = |amount| Correction::RefundedInCash {
        amount: cny(amount),
    };
    let join = |other| Correction::Join {
        other: LineId(other),
    };
    // Of each a part: together it is more than was paid once.
    correct(&ledger, 1, back(600)).await.unwrap();
    let second = correct(&ledger, 2, back(600)).await.unwrap();
    let head = ledger.chain_head().await.unwrap();
    assert_eq!(correct(&ledger, 1, join(2)).await, Err(Refused::Refunds));
    assert_eq!(
        ledger.chain_head().await.unwrap(),
        head,
        "nothing was written"
    );
    assert_eq!(sums(&ledger).await, (3, 2, 3000, 1200));
    undo(&ledger, second.id).await.unwrap();
    let joined = correct(&ledger, 1, join(2)).await.unwrap();
    // A part of a payment that went back whole is no payment of its own, and two that are parted stay what they were.
    correct(&ledger, 3, back(1000)).await.unwrap();
    let heard = details(&ledger, 3).await.news[1].id;
    let split = Correction::Split { news: heard };
    assert_eq!(
        correct(&ledger, 3, split.clone()).await,
        Err(Refused::Refunds)
    );
    correct(&ledger, 1, back(400)).await.unwrap();
    undo(&ledger, joined.id).await.unwrap();
    is_sound(&ledger).await;
    // The same the other way round: each part went back, and they are not one again.
    let ledger = book().await;
    record(&ledger, vec![phone(1, 400)]).await;
    let signed = news(SourceKind::WechatV3, 2, Some(cny(500)));
    record(&ledger, vec![confirmed(2, NOON.plus_ms(900), 1, signed)]).await;
    let heard = details(&ledger, 1).await.news[1].id;
    let split = correct(&ledger, 1, Correction::Split { news: heard })
        .await
        .unwrap();
    correct(&ledger, 1, back(400)).await.unwrap();
    let of_part = correct(&ledger, split.made.unwrap().0, back(500))
        .await
        .unwrap();
    assert_eq!(undo(&ledger, split.id).await, Err(Refused::Refunds));
    undo(&ledger, of_part.id).await.unwrap();
    undo(&ledger, split.id).await.unwrap();
    is_sound(&ledger).await;
}

#[tokio::test]
async fn rows_that_are_one_payment_are_as_many_as_can_be_looked_at_in_whatever_order_they_are_joined()
 {
    let ledger = book().await;
    let many = u64::from(JOINED_MAX) + 8;
    record(&ledger, (1..=many).map(|seq| phone(seq, 100)).collect()).await;
    let join = |into: i64, other: i64| {
        correct(
            &ledger,
            into,
            Correction::Join {
                other: LineId(other),
            },
        )
    };
    // A tree of pairs, of pairs of pairs, and so on: no row of it has many joins.
    let (mut step, mut joined, mut refused) = (1, 0, 0);
    while step < 32 {
        for into in (1..=i64::try_from(many).unwrap()).step_by(2 * step) {
            let other = into + i64::try_from(step).unwrap();
            if other > i64::try_from(many).unwrap() {
                continue;
            }
            match join(into, other).await {
                Ok(_) => joined += 1,
                Err(why) => {
                    assert_eq!(why, Refused::TooMany);
                    refused += 1;
                }
            }
        }
        step *= 2;
    }
    assert_eq!((joined, refused), (38, 0));
    assert_eq!(join(1, 33).await, Err(Refused::TooMany));
}

#[tokio::test]
async fn two_rows_become_one_payment_and_two_again() {
    let ledger = book().await;
    let mut signed = news(SourceKind::WechatV3, 9, Some(cny(1260)));
    signed.order = Some("A-100".to_owned());
    record(
        &ledger,
        vec![
            phone(1, 1250),
            paid(2, NOON, day(TODAY), signed),
            phone(3, 900),
        ],
    )
    .await;
    let join = |other| Correction::Join {
        other: LineId(other),
    };
    let first = correct(&ledger, 1, join(2)).await.unwrap();
    let one = line(&ledger, 1).await;
    assert_eq!(
        (one.trust, one.amount, one.order.as_deref()),
        (Trust::Confirmed, Some(cny(1260)), Some("A-100"))
    );
    assert_eq!(line(&ledger, 2).await.joined_to, Some(LineId(1)));
    assert_eq!(sums(&ledger).await, (2, 0, 2160, 0));
    assert_eq!(all(&ledger, HistoryQuery::default()).await, [3, 1]);
    let shown = details(&ledger, 1).await;
    assert_eq!((shown.news.len(), shown.joined[0].id), (2, LineId(2)));
    // It goes on into a third, with what it took in; and the middle one is taken out again.
    let second = correct(&ledger, 3, join(1)).await.unwrap();
    assert_eq!(sums(&ledger).await, (1, 0, 1260, 0));
    assert_eq!(
        line(&ledger, 2).await.joined_to,
        Some(LineId(3)),
        "where it is counted"
    );
    assert_eq!(correct(&ledger, 1, join(3)).await, Err(Refused::Gone));
    undo(&ledger, first.id).await.unwrap();
    assert_eq!(
        sums(&ledger).await,
        (2, 0, 900 + 1260, 0),
        "900 was first and neither is surer"
    );
    undo(&ledger, second.id).await.unwrap();
    assert_eq!(sums(&ledger).await, (3, 0, 1250 + 1260 + 900, 0));
    is_sound(&ledger).await;
}

#[tokio::test]
async fn news_that_was_joined_wrongly_becomes_a_payment_of_its_own() {
    let ledger = book().await;
    record(&ledger, vec![phone(1, 1250)]).await;
    let mut signed = news(SourceKind::WechatV3, 9, Some(cny(1300)));
    signed.payer = Some("李*芳".to_owned());
    record(&ledger, vec![confirmed(2, NOON.plus_ms(900), 1, signed)]).await;
    let news = details(&ledger, 1).await.news;
    let split = |of: usize| Correction::Split { news: news[of].id };
    assert_eq!(correct(&ledger, 1, split(0)).await, Err(Refused::News));
    let event = correct(&ledger, 1, split(1)).await.unwrap();
    let made = line(&ledger, event.made.expect("a row").0).await;
    assert_eq!(
        (made.amount, made.trust, made.payer.as_deref()),
        (Some(cny(1300)), Trust::Confirmed, Some("李*芳"))
    );
    assert_eq!(
        (made.day, made.accepted_at),
        (day(TODAY), NOON.plus_ms(900))
    );
    let rest = line(&ledger, 1).await;
    assert_eq!(
        (rest.amount, rest.trust, rest.payer),
        (Some(cny(1250)), Trust::Reported, None)
    );
    assert_eq!(sums(&ledger).await, (2, 0, 2550, 0));
    assert_eq!(correct(&ledger, 1, split(1)).await, Err(Refused::News));
    assert_eq!(details(&ledger, 1).await.news.len(), 1);
    assert_eq!(details(&ledger, made.id.0).await.news[0].id, news[1].id);
    // A row that went into what is taken back stands by itself again: no money goes with it.
    record(&ledger, vec![phone(3, 1300)]).await;
    let join = Correction::Join {
        other: LineId(made.id.0 + 1),
    };
    correct(&ledger, made.id.0, join).await.unwrap();
    undo(&ledger, event.id).await.unwrap();
    assert_eq!(sums(&ledger).await, (2, 0, 1300 + 1300, 0));
    // Once more, and the row is another one.
    let again = correct(&ledger, 1, split(1)).await.unwrap();
    assert_ne!(again.made, event.made);
    is_sound(&ledger).await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_leaves_nothing() {
    let ledger = book().await;
    let refund = |seq: u64| {
        let mut told = news(SourceKind::WechatV3, seq, Some(cny(100)));
        told.kind = Kind::Refund;
        paid(seq, NOON, day(TODAY), told)
    };
    let mut dollars = news(SourceKind::Stripe, 3, Money::new(500, Currency::USD));
    dollars.platform = Platform::STRIPE;
    let dollars = paid(3, NOON, day(TODAY), dollars);
    record(&ledger, vec![phone(1, 100), refund(2), dollars]).await;
    correct(&ledger, 1, tag("a")).await.unwrap();
    let head = ledger.chain_head().await.unwrap();
    let usd = Money::new(50, Currency::USD).unwrap();
    let name = |name: &str| Correction::CollectedBy {
        name: name.to_owned(),
    };
    for (on, what, why) in [
        (9, Correction::Cash, Refused::NotFound),
        (1, note(" \u{200b}\n "), Refused::Text),
        (1, note(&"长".repeat(NOTE_MAX + 1)), Refused::Text),
        (1, tag("a"), Refused::Already),
        (1, name("前台手机"), Refused::Already),
        (1, name(&"长".repeat(NAME_MAX + 1)), Refused::Text),
        (
            1,
            Correction::RefundedInCash { amount: cny(0) },
            Refused::Amount,
        ),
        (
            1,
            Correction::RefundedInCash { amount: cny(-5) },
            Refused::Amount,
        ),
        (
            1,
            Correction::RefundedInCash { amount: cny(101) },
            Refused::Amount,
        ),
        (
            1,
            Correction::RefundedInCash { amount: usd },
            Refused::Amount,
        ),
        (
            2,
            Correction::RefundedInCash { amount: cny(1) },
            Refused::Amount,
        ),
        (1, Correction::Split { news: NewsId(2) }, Refused::NotFound),
        (1, Correction::Join { other: LineId(1) }, Refused::Other),
        (1, Correction::Join { other: LineId(2) }, Refused::Other),
        (1, Correction::Join { other: LineId(3) }, Refused::Other),
        (1, Correction::Join { other: LineId(9) }, Refused::NotFound),
    ] {
        assert_eq!(
            correct(&ledger, on, what.clone()).await,
            Err(why),
            "{what:?}"
        );
    }
    let nobody = ledger
        .correct(LineId(1), Correction::Cash, " ", NOON, &DayRule::default())
        .await;
    assert_eq!(nobody.unwrap(), Err(Refused::Who));
    assert_eq!(undo(&ledger, CorrectionId(9)).await, Err(Refused::NotFound));
    assert_eq!(
        ledger.chain_head().await.unwrap(),
        head,
        "nothing was written"
    );
    let first = undo(&ledger, CorrectionId(1)).await.unwrap();
    assert_eq!(undo(&ledger, CorrectionId(1)).await, Err(Refused::Already));
    assert_eq!(undo(&ledger, first.id).await, Err(Refused::Already));
    is_sound(&ledger).await;
}

#[tokio::test]
async fn the_business_day_of_what_is_put_right_is_the_shops_on_every_night_and_stays() {
    let ledger = book().await;
    record(&ledger, vec![phone(1, 100_000)]).await;
    let cases = [
        // The clock goes back at 06:00Z and shows 01:30 twice, both times before a cut-over at two …
        ("America/New_York", 2, "2026-11-01T05:30:00Z", "2026-10-31"),
        ("America/New_York", 2, "2026-11-01T06:30:00Z", "2026-10-31"),
        ("America/New_York", 2, "2026-11-01T07:00:00Z", "2026-11-01"),
        // … and forward at 07:00Z, over the cut-over itself.
        ("America/New_York", 2, "2026-03-08T06:59:59Z", "2026-03-07"),
        ("America/New_York", 2, "2026-03-08T07:00:00Z", "2026-03-08"),
        // By half an hour only.
        (
            "Australia/Lord_Howe",
            2,
            "2026-04-04T15:15:00Z",
            "2026-04-04",
        ),
        (
            "Australia/Lord_Howe",
            2,
            "2026-04-04T15:30:00Z",
            "2026-04-05",
        ),
        ("Asia/Kathmandu", 4, "2026-01-01T22:14:59Z", "2026-01-01"),
        ("Asia/Kathmandu", 4, "2026-01-01T22:15:00Z", "2026-01-02"),
    ];
    for (zone, hour, at, on) in cases {
        let rule = DayRule::new(zone, hour).expect(zone);
        let at = Timestamp::parse_rfc3339(at).expect(at);
        let back = Correction::RefundedInCash { amount: cny(1) };
        let done = ledger.correct(LineId(1), back, "小赵", at, &rule).await;
        let event = done.unwrap().unwrap();
        assert_eq!(event.day, day(on), "{zone} {at:?}");
        assert_eq!(line(&ledger, event.made.unwrap().0).await.day, day(on));
    }
    // Another rule from now on moves nothing that stands: not the days, and not their sums.
    let before = ledger.days().await.unwrap();
    let rule = DayRule::new("Asia/Shanghai", 5).expect("a zone");
    let undone = ledger
        .undo(CorrectionId(1), "老板", NOON, &rule)
        .await
        .unwrap();
    assert_eq!(undone.unwrap().day, day("2026-11-22"));
    let after = ledger.days().await.unwrap();
    let sum = |days: &[(BusinessDay, u32, Vec<Total>)], on: &str| {
        let of = days.iter().find(|(own, _, _)| *own == day(on));
        of.map(|(_, _, totals)| totals.iter().map(|total| total.refunded).sum::<i64>())
    };
    assert_eq!(sum(&before, "2026-10-31"), Some(2));
    assert_eq!(
        sum(&after, "2026-10-31"),
        Some(1),
        "in the day in which it was, whatever the rule is now"
    );
    for on in ["2026-11-01", "2026-03-07", "2026-04-04", "2026-01-02"] {
        assert_eq!(sum(&after, on), sum(&before, on), "{on}");
    }
    is_sound(&ledger).await;
}

/// What happens in a made-up shop.
#[derive(Debug, Clone)]
enum Step {
    Paid {
        on: u8,
        refund: bool,
        amount: Option<i64>,
        signed: bool,
    },
    More {
        of: usize,
        amount: i64,
        signed: bool,
    },
    Put {
        of: usize,
        what: u8,
        other: usize,
        amount: i64,
    },
    Undo {
        of: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let amount = 1_i64..3000;
    prop_oneof![
        3 => (0_u8..2, prop::bool::weighted(0.2), prop::option::weighted(0.9, amount.clone()), any::<bool>())
            .prop_map(|(on, refund, amount, signed)| Step::Paid { on, refund, amount, signed }),
        2 => (any::<usize>(), amount.clone(), any::<bool>())
            .prop_map(|(of, amount, signed)| Step::More { of, amount, signed }),
        4 => (any::<usize>(), 0_u8..6, any::<usize>(), amount)
            .prop_map(|(of, what, other, amount)| Step::Put { of, what, other, amount }),
        // The first rows again and again: what is put right about one is put right about what it is joined to as well.
        4 => (0_usize..3, prop_oneof![Just(2_u8), Just(4)], 0_usize..3, 1_i64..3)
            .prop_map(|(of, what, other, amount)| Step::Put { of, what, other, amount }),
        2 => any::<usize>().prop_map(|of| Step::Undo { of }),
    ]
}

/// What the plain model knows of a row: nothing but facts, which are added up anew each time.
#[derive(Debug, Clone)]
struct Fact {
    day: String,
    refund: bool,
    heard: Vec<(i64, Trust, Option<i64>)>,
    made_by: Option<i64>,
}

#[derive(Debug, Default)]
struct Model {
    facts: BTreeMap<i64, Fact>,
    said: BTreeMap<i64, (i64, Correction)>,
    undone: BTreeSet<i64>,
    news: i64,
}

fn hear(known: &mut (Trust, Option<i64>), told: (Trust, Option<i64>)) {
    known.1 = match (known.1, told.1) {
        (None, told) => told,
        (Some(_), Some(told_minor)) if told.0 > known.0 => Some(told_minor),
        (had, _) => had,
    };
    known.0 = known.0.max(told.0);
}

impl Model {
    fn holding(&self) -> impl Iterator<Item = (&i64, &(i64, Correction))> {
        self.said.iter().filter(|(id, _)| !self.undone.contains(id))
    }

    fn is_gone(&self, line: i64) -> bool {
        let made_by = self.facts[&line].made_by;
        made_by.is_some_and(|id| self.undone.contains(&id))
    }

    fn own(&self, line: i64) -> (Trust, Option<i64>) {
        let split: BTreeSet<i64> = self
            .holding()
            .filter_map(|(_, (of, what))| match what {
                Correction::Split { news } if *of == line => Some(news.0),
                _ => None,
            })
            .collect();
        let mut known: Option<(Trust, Option<i64>)> = None;
        for (news, trust, amount) in &self.facts[&line].heard {
            match &mut known {
                _ if split.contains(news) => {}
                None => known = Some((*trust, *amount)),
                Some(known) => hear(known, (*trust, *amount)),
            }
        }
        known.expect("a first one")
    }

    fn root(&self, line: i64) -> i64 {
        let next = self.holding().filter_map(|(_, (of, what))| match what {
            Correction::Join { other } if other.0 == line => Some(*of),
            _ => None,
        });
        match next.last() {
            Some(next) if !self.is_gone(line) && !self.is_gone(next) => self.root(next),
            _ => line,
        }
    }

    /// The row that a row's money is in: of one that was split off and taken back, the one that it came from.
    fn holder(&self, line: i64) -> i64 {
        match self.facts[&line].made_by {
            Some(id) if self.is_gone(line) => self.holder(self.said[&id].0),
            _ => self.root(line),
        }
    }

    /// What was paid with a row, as far as it is known, and what went back in cash.
    fn paid_and_refunded(&self, line: i64) -> (Option<i64>, i64) {
        let mut known = self.own(line);
        let others = self.facts.keys().filter(|other| **other != line);
        for other in others.filter(|other| self.root(**other) == line) {
            hear(&mut known, self.own(*other));
        }
        let back = self.holding().filter_map(|(_, (of, what))| match what {
            Correction::RefundedInCash { amount } if self.holder(*of) == line => {
                Some(amount.minor())
            }
            _ => None,
        });
        (known.1, back.sum())
    }

    /// By how much more went back in cash than was paid, of all payments.
    fn beyond_paid(&self) -> i64 {
        let beyond = self.facts.iter().filter_map(|(line, fact)| {
            let counts = !fact.refund && !self.is_gone(*line) && self.root(*line) == *line;
            let (paid, refunded) = counts.then(|| self.paid_and_refunded(*line))?;
            Some((refunded - paid?).max(0))
        });
        beyond.sum()
    }

    /// Each day's sums, by adding everything up.
    fn days(&self) -> BTreeMap<String, DayTotals> {
        let mut days: BTreeMap<String, DayTotals> = BTreeMap::new();
        for (line, fact) in &self.facts {
            if self.is_gone(*line) || self.root(*line) != *line {
                continue;
            }
            let mut known = self.own(*line);
            let mut cash = false;
            for other in self
                .facts
                .keys()
                .filter(|other| self.root(**other) == *line)
            {
                if other != line {
                    hear(&mut known, self.own(*other));
                }
                cash |= self
                    .holding()
                    .any(|(_, (of, what))| of == other && *what == Correction::Cash);
            }
            let day = days.entry(fact.day.clone()).or_default();
            day.payments += u32::from(!fact.refund);
            day.unconfirmed += u32::from(known.0 == Trust::Reported && !cash);
            let Some(minor) = known.1 else {
                day.without_amount += 1;
                continue;
            };
            if day.totals.is_empty() {
                day.totals.push(Total {
                    currency: Currency::CNY,
                    payments: 0,
                    refunds: 0,
                    paid: 0,
                    refunded: 0,
                });
            }
            let total = &mut day.totals[0];
            let (count, sum) = match fact.refund {
                true => (&mut total.refunds, &mut total.refunded),
                false => (&mut total.payments, &mut total.paid),
            };
            (*count, *sum) = (*count + 1, *sum + minor);
        }
        days
    }

    fn took(&mut self, event: &CorrectionEvent) {
        if let Some(undoes) = event.undoes {
            self.undone.insert(undoes.0);
            return;
        }
        self.said
            .insert(event.id.0, (event.line.0, event.what.clone()));
        let Some(made) = event.made else { return };
        let of = &self.facts[&event.line.0];
        let (day, refund, heard) = match &event.what {
            Correction::RefundedInCash { amount } => (
                event.day.to_string(),
                true,
                vec![(0, Trust::Confirmed, Some(amount.minor()))],
            ),
            Correction::Split { news } => {
                let heard = of.heard.iter().filter(|heard| heard.0 == news.0);
                (of.day.clone(), of.refund, heard.copied().collect())
            }
            _ => panic!("{event:?}"),
        };
        let fact = Fact {
            day,
            refund,
            heard,
            made_by: Some(event.id.0),
        };
        self.facts.insert(made.0, fact);
    }
}

/// A shop in which a story happens, and its model.
struct Story {
    ledger: Ledger,
    model: Model,
    seq: u64,
    /// The payments of the hub's log: number and row.
    payments: Vec<(u64, i64)>,
}

impl Story {
    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Paid {
                on,
                refund,
                amount,
                signed,
            } => {
                self.seq += 1;
                let date = format!("2026-11-2{}", 1 + on);
                let mut told = told(self.seq, amount, signed);
                told.kind = if refund { Kind::Refund } else { Kind::Payment };
                let trust = told.trust;
                let recorded =
                    record(&self.ledger, vec![paid(self.seq, NOON, day(&date), told)]).await;
                let [Recorded::New(line)] = &recorded[..] else {
                    panic!("{recorded:?}")
                };
                self.model.news += 1;
                let heard = vec![(self.model.news, trust, amount)];
                let fact = Fact {
                    day: date,
                    refund,
                    heard,
                    made_by: None,
                };
                self.model.facts.insert(line.id.0, fact);
                self.payments.push((self.seq, line.id.0));
            }
            Step::More { of, amount, signed } => self.more(of, amount, signed).await,
            Step::Put {
                of,
                what,
                other,
                amount,
            } => {
                let lines: Vec<i64> = self.model.facts.keys().copied().collect();
                if lines.is_empty() {
                    return;
                }
                let line = lines[of % lines.len()];
                let what = match what {
                    0 => note("x"),
                    1 => Correction::Cash,
                    2 => Correction::RefundedInCash {
                        // All of it as often as some of it.
                        amount: cny(match self.model.paid_and_refunded(line).0 {
                            Some(paid) if amount % 2 == 0 => paid,
                            _ => amount % 200 + 1,
                        }),
                    },
                    3 => Correction::Split {
                        news: NewsId(i64::try_from(other % 30).unwrap()),
                    },
                    _ => Correction::Join {
                        other: LineId(lines[other % lines.len()]),
                    },
                };
                let before = self.model.beyond_paid();
                if let Ok(event) = correct(&self.ledger, line, what).await {
                    self.model.took(&event);
                    assert!(self.model.beyond_paid() <= before, "{event:?}");
                    if let Correction::RefundedInCash { .. } = event.what {
                        let (paid, refunded) = self.model.paid_and_refunded(line);
                        assert!(
                            paid.is_none_or(|paid| refunded <= paid),
                            "{refunded} went back of {paid:?}"
                        );
                    }
                }
            }
            Step::Undo { of } => {
                let all: Vec<i64> = self.model.said.keys().copied().collect();
                if all.is_empty() {
                    return;
                }
                let before = self.model.beyond_paid();
                if let Ok(event) = undo(&self.ledger, CorrectionId(all[of % all.len()])).await {
                    self.model.took(&event);
                    assert!(self.model.beyond_paid() <= before, "{event:?}");
                }
            }
        }
    }

    /// More news, joined as the hub joins it: it knows nothing of corrections.
    async fn more(&mut self, of: usize, amount: i64, signed: bool) {
        if self.payments.is_empty() {
            return;
        }
        let (payment, line) = self.payments[of % self.payments.len()];
        self.seq += 1;
        let told = told(self.seq, Some(amount), signed);
        let fact = self.model.facts.get_mut(&line).unwrap();
        self.model.news += 1;
        fact.heard.push((self.model.news, told.trust, Some(amount)));
        let mut known = (fact.heard[0].1, fact.heard[0].2);
        for (_, trust, amount) in &fact.heard[1..] {
            hear(&mut known, (*trust, *amount));
        }
        let joined = Joined {
            payment: Seq(payment),
            trust: known.0,
            amount: known.1.map(cny),
            news: told,
        };
        let entry = Entry {
            seq: Seq(self.seq),
            at: NOON,
            event: Event::Attached(joined),
        };
        record(&self.ledger, vec![entry]).await;
    }
}

fn told(seq: u64, amount: Option<i64>, signed: bool) -> domain::News {
    let via = if signed {
        SourceKind::WechatV3
    } else {
        SourceKind::SmsForwarder
    };
    news(via, seq, amount.map(cny))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn day_totals_are_the_sum_of_what_was_heard_and_put_right(story in prop::collection::vec(step(), 1..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut shop = Story { ledger: book().await, model: Model::default(), seq: 0, payments: Vec::new() };
            for step in &story {
                shop.take(step).await;
            }
            let expected = shop.model.days();
            for on in ["2026-11-21", "2026-11-22"] {
                let (found, _) = shop.ledger.day(day(on)).await.expect("a day");
                assert_eq!(found, expected.get(on).cloned().unwrap_or_default(), "{on}");
            }
            let counted = shop.model.facts.keys().filter(|line| !shop.model.is_gone(**line) && shop.model.root(**line) == **line);
            let counted: Vec<i64> = counted.copied().rev().collect();
            assert_eq!(all(&shop.ledger, HistoryQuery::default()).await, counted);
            is_sound(&shop.ledger).await;
        });
    }
}
