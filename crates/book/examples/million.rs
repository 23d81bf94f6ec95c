//! Fills a book with a million payments (or so many as the first argument says) and prints how long its pages take, how
//! long the plain query over the same file takes that looks at every row, and how long one payment takes to be recorded.
//!
//! `cargo run --release -p book --example million [payments] [file to keep the book in]`

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use book::{
    Clocks, Filter, Follow, HistoryQuery, Ledger, LineId, LineState,
    dayend::{CloseWish, Here},
    events::Correction,
};
use domain::{
    BusinessDay, Currency, DayRule, Entry, Event, HubId, Kind, Money, News, Payment, Platform, Seq,
    SourceId, SourceKind, Timestamp, Trust, payment::NewsKey,
};
use std::time::{Duration, Instant};

/// A shop with 500 payments a day.
const A_DAY: u64 = 500;
const NAMES: &[&str] = &[
    "李*芳",
    "王小明",
    "*伟",
    "张丽华",
    "陈*",
    "Maria Silva",
    "赵一",
    "Ahmed K.",
    "刘德明",
    "孙*",
];
const NOTES: &[&str] = &[
    "午餐",
    "二楼 3号桌",
    "",
    "奶茶 少糖",
    "",
    "",
    "two coffees",
    "",
    "早点",
    "",
];

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments
        .next()
        .map_or(1_000_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = arguments
        .next()
        .map_or_else(|| folder.path().join("book.sqlite"), Into::into);
    let ledger = Ledger::open(&path).await.unwrap();
    let first_day = BusinessDay::parse("2021-01-01").unwrap();
    let have = ledger.cursor().await.unwrap().after.0;
    if have < count {
        ledger
            .first_visit(&HubId::new("hub").unwrap(), Seq(count))
            .await
            .unwrap();
        let started = Instant::now();
        let numbers: Vec<u64> = (have..count).collect();
        let (of_first_day, others) = numbers.split_at(match have {
            0 => numbers.len().min(usize::try_from(A_DAY).unwrap()),
            _ => 0,
        });
        for batch in std::iter::once(of_first_day).chain(others.chunks(5_000)) {
            let entries = batch
                .iter()
                .map(|number| entry(*number, first_day))
                .collect();
            let now = Timestamp(1_900_000_000_000);
            ledger
                .record(
                    entries,
                    DayRule::default(),
                    Clocks {
                        here: now,
                        hub: now,
                    },
                )
                .await
                .unwrap();
            if batch.first() == Some(&0) {
                let wish = CloseWish::sure(first_day, 1, "owner");
                ledger.close_day(wish, here()).await.unwrap();
            }
        }
        println!("filled with {count} payments in {:.1?}", started.elapsed());
    }
    println!(
        "{} MB on disk",
        std::fs::metadata(&path).unwrap().len() / 1_000_000
    );
    measure(&ledger, count, first_day).await;
    after_a_pause(&ledger, first_day).await;
    one_by_one(&ledger, count, first_day).await;
    let started = Instant::now();
    let checked = ledger.verify(Follow::default()).await.unwrap().unwrap();
    println!(
        "the whole book checked in {:.1?}: {} faults",
        started.elapsed(),
        checked.all_faults
    );
    ledger.close().await;
    plain(&path);
}

fn here() -> Here {
    let now = Timestamp(1_900_000_000_000);
    Here {
        now,
        hub: now,
        second_clock: true,
        rule: DayRule::default(),
        currency: Currency::CNY,
        blind: false,
        shop: "Tea".to_owned(),
        terminal: "front".to_owned(),
        software: "1".to_owned(),
    }
}

/// The first day was closed when nothing else was there, and then nobody closed one: what each key costs that is typed
/// into the closing of the second.
async fn after_a_pause(ledger: &Ledger, first_day: BusinessDay) {
    let mut times = Vec::new();
    for _ in 0..20 {
        let started = Instant::now();
        let draft = ledger.closing_draft(first_day.plus_days(1), here()).await;
        assert_eq!(draft.unwrap().late_count, 0);
        times.push(started.elapsed());
    }
    print("a key typed into a forgotten closing", &mut times, 1);
}

/// One payment after the other, each durable before the next, as they come in a shop.
async fn one_by_one(ledger: &Ledger, count: u64, first_day: BusinessDay) {
    let now = Timestamp(1_900_000_000_000);
    let clocks = Clocks {
        here: now,
        hub: now,
    };
    let have = ledger.cursor().await.unwrap().after.0;
    let mut times = Vec::new();
    for number in have.max(count)..have.max(count) + 300 {
        let started = Instant::now();
        let entries = vec![entry(number, first_day)];
        ledger
            .record(entries, DayRule::default(), clocks)
            .await
            .unwrap();
        times.push(started.elapsed());
    }
    print("record one payment", &mut times, 1);
    let mut times = Vec::new();
    for line in 1..=50 {
        let started = Instant::now();
        let what = Correction::Note {
            text: format!("note {line}"),
        };
        let done = ledger
            .correct(
                LineId(line * i64::try_from(count / 100).unwrap()),
                what,
                "owner",
                now,
                &DayRule::default(),
            )
            .await;
        done.unwrap().unwrap();
        times.push(started.elapsed());
    }
    print("correct one payment", &mut times, 1);
}

/// What the same questions take without the book's indexes: SQLite looks at every row.
fn plain(path: &std::path::Path) {
    let db = rusqlite::Connection::open(path).unwrap();
    for (name, condition) in [
        (
            "plain SQLite: platform and trust",
            "platform = 'alipay' AND trust = 'reported'",
        ),
        ("plain SQLite: amounts", "minor BETWEEN 98760 AND 98765"),
        (
            "plain SQLite: part of a name",
            "payer LIKE '%Silva%' AND platform = 'stripe'",
        ),
        (
            "plain SQLite: nothing found",
            "platform = 'stripe' AND trust = 'reported'",
        ),
        ("plain SQLite: sum of a day", "day = '2024-01-01'"),
    ] {
        let sql =
            format!("SELECT id FROM lines NOT INDEXED WHERE {condition} ORDER BY id DESC LIMIT 51");
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..3 {
            let started = Instant::now();
            let mut query = db.prepare(&sql).unwrap();
            let found = query.query_map([], |row| row.get::<_, i64>(0)).unwrap();
            rows = found.count();
            times.push(started.elapsed());
        }
        print(name, &mut times, rows);
    }
}

fn day(number: u64, first_day: BusinessDay) -> BusinessDay {
    let days = i32::try_from(number / A_DAY).unwrap();
    first_day.plus_days(days).unwrap()
}

/// What people look for, from the newest page to names that are not there.
#[allow(clippy::too_many_lines, reason = "a table of questions")]
fn cases(count: u64, first_day: BusinessDay) -> Vec<(&'static str, HistoryQuery)> {
    let middle = day(count / 2, first_day);
    let open = HistoryQuery {
        limit: 50,
        ..HistoryQuery::default()
    };
    let search = |text: &str| HistoryQuery {
        search: Some(text.to_owned()),
        ..open.clone()
    };
    let of = |number: u64| order(number);
    vec![
        ("newest page", open.clone()),
        (
            "page in the middle",
            HistoryQuery {
                before: Some(book::LineId(i64::try_from(count / 2).unwrap())),
                ..open.clone()
            },
        ),
        (
            "an earlier day",
            HistoryQuery {
                from: Some(middle),
                to: Some(middle),
                ..open.clone()
            },
        ),
        (
            "a year",
            HistoryQuery {
                from: middle.plus_days(-365),
                to: Some(middle),
                ..open.clone()
            },
        ),
        ("amount, common", search("12.50")),
        ("amount, rare", search("987.61")),
        ("payer, two characters", search("小明")),
        ("payer, one character", search("芳")),
        ("payer, three characters", search("王小明")),
        ("payer, Latin", search("maria")),
        ("payer that is not there", search("无此人")),
        ("two characters that are not there", search("龘龘")),
        ("note", search("3号桌")),
        ("order number, whole", search(&of(count / 3))),
        (
            "order number, end of it",
            search(&of(count / 3)[of(count / 3).len() - 8..]),
        ),
        ("order number that is not there", search("T99999999999")),
        ("two digits", search("42")),
        ("two letters that are not there", search("qz")),
        filtered("platform, common", |f| f.platforms = vec![Platform::WECHAT]),
        filtered("platform, only long ago", |f| {
            f.platforms = vec![Platform::STRIPE];
        }),
        filtered("nothing: platform and trust", |f| {
            f.platforms = vec![Platform::STRIPE];
            f.trust = Some(Trust::Reported);
        }),
        filtered("trust and kind", |f| {
            f.trust = Some(Trust::Reported);
            f.kind = Some(Kind::Refund);
        }),
        filtered("collector", |f| f.collectors = vec!["bar".to_owned()]),
        filtered("amounts, few", |f| {
            f.least = Money::new(98_760, Currency::CNY);
            f.most = Money::new(98_765, Currency::CNY);
        }),
        filtered("amounts, many", |f| {
            f.least = Money::new(5_000, Currency::CNY)
        }),
        filtered("amounts and trust", |f| {
            f.least = Money::new(98_000, Currency::CNY);
            f.trust = Some(Trust::Reported);
        }),
        filtered("not announced, and reported", |f| {
            f.state = Some(LineState::NotSpoken);
            f.trust = Some(Trust::Reported);
        }),
        filtered("announced late", |f| f.state = Some(LineState::SpokenLate)),
        filtered("corrected", |f| f.state = Some(LineState::Corrected)),
        filtered("tag that is not there", |f| {
            f.tags = vec!["nothing".to_owned()]
        }),
        searched("name and platform", "王小明", |f| {
            f.platforms = vec![Platform::ALIPAY]
        }),
        searched("name and rare platform", "小明", |f| {
            f.platforms = vec![Platform::STRIPE]
        }),
        searched("common name, no such platform", "Maria Silva", |f| {
            f.platforms = vec![Platform::UNIONPAY];
        }),
        searched("name, amounts, trust, kind", "王小明", |f| {
            f.least = Money::new(98_000, Currency::CNY);
            f.trust = Some(Trust::Reported);
            f.kind = Some(Kind::Payment);
        }),
        (
            "the oldest page",
            HistoryQuery {
                after: Some(LineId(0)),
                ..open.clone()
            },
        ),
        (
            "page before the middle, filtered",
            HistoryQuery {
                after: Some(LineId(i64::try_from(count / 2).unwrap())),
                filter: Filter {
                    trust: Some(Trust::Reported),
                    ..Filter::default()
                },
                ..open.clone()
            },
        ),
        (
            "payer on an earlier day",
            HistoryQuery {
                from: Some(middle),
                to: Some(middle),
                ..search("王小明")
            },
        ),
    ]
}

fn filtered(name: &'static str, change: fn(&mut Filter)) -> (&'static str, HistoryQuery) {
    let mut query = HistoryQuery {
        limit: 50,
        ..HistoryQuery::default()
    };
    change(&mut query.filter);
    (name, query)
}

fn searched(
    name: &'static str,
    text: &str,
    change: fn(&mut Filter),
) -> (&'static str, HistoryQuery) {
    let (name, mut query) = filtered(name, change);
    query.search = Some(text.to_owned());
    (name, query)
}

async fn measure(ledger: &Ledger, count: u64, first_day: BusinessDay) {
    let today = day(count - 1, first_day);
    for (name, query) in cases(count, first_day) {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..20 {
            let started = Instant::now();
            rows = ledger.page(query.clone()).await.unwrap().len();
            times.push(started.elapsed());
        }
        print(name, &mut times, rows);
    }
    let mut times = Vec::new();
    for _ in 0..20 {
        let started = Instant::now();
        ledger.day(today).await.unwrap();
        times.push(started.elapsed());
    }
    print("today's totals", &mut times, 1);
    let started = Instant::now();
    let days = ledger.days().await.unwrap().len();
    print("list of days", &mut [started.elapsed()], days);
}

fn print(name: &str, times: &mut [Duration], rows: usize) {
    times.sort_unstable();
    let (middle, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{name:36} {rows:4} rows   median {middle:>10.2?}   worst {worst:>10.2?}");
}

fn order(number: u64) -> String {
    // Scattered, as platforms' numbers are, so that the index has to work.
    format!(
        "T{:016}",
        number.wrapping_mul(6_364_136_223_846_793_005) % 10_000_000_000_000_000
    )
}

#[allow(clippy::too_many_lines, reason = "all of a made-up payment")]
fn entry(number: u64, first_day: BusinessDay) -> Entry {
    let pick = |list: &[&str], salt: u64| {
        let at =
            usize::try_from(number.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 7).unwrap();
        Some(list[at % list.len()].to_owned()).filter(|text| !text.is_empty())
    };
    let minor = i64::try_from(number.wrapping_mul(7_919) % 20_000).unwrap() * 5
        + 1_250 * i64::from(number.is_multiple_of(97));
    let at = Timestamp(1_609_459_200_000 + i64::try_from(number * 86_400_000 / A_DAY).unwrap());
    let amount = Money::new(
        if number.is_multiple_of(3) {
            1_250
        } else {
            minor.max(1)
        },
        Currency::CNY,
    );
    // Three platforms and four collectors; one of the platforms was given up long ago, and another never reports.
    let platform = match number {
        _ if number % 10 < 3 => Platform::ALIPAY,
        20_000..120_000 if number.is_multiple_of(2) => Platform::STRIPE,
        _ if number % 1_000 == 7 => Platform::UNIONPAY,
        _ => Platform::WECHAT,
    };
    let news = News {
        source: SourceId::new("wechat").unwrap(),
        via: SourceKind::WechatV3,
        key: NewsKey {
            text: format!("n{number}"),
            within_ms: None,
            exact: None,
        },
        platform: platform.clone(),
        kind: if number % 50 == 49 {
            Kind::Refund
        } else {
            Kind::Payment
        },
        trust: if number.is_multiple_of(5) && platform != Platform::STRIPE {
            Trust::Reported
        } else {
            Trust::Confirmed
        },
        amount,
        cumulative: false,
        identity: None,
        transaction: Some(format!(
            "42000{:020}",
            number.wrapping_mul(11_400_714_819_323_198_485)
        )),
        refund: None,
        order: Some(order(number)),
        payer: pick(NAMES, 1),
        note: pick(NOTES, 2),
        paid_at: Some(at),
        device: Some(
            ["front", "bar", "kitchen"][usize::try_from(number % 7 / 3).unwrap()].to_owned(),
        ),
    };
    let day = first_day
        .plus_days(i32::try_from(number / A_DAY).unwrap())
        .unwrap();
    let payment = Payment {
        day,
        number: u32::try_from(number % A_DAY + 1).ok(),
        amount,
        test: false,
        news,
    };
    Entry {
        seq: Seq(number + 1),
        at,
        event: Event::Paid(payment),
    }
}
