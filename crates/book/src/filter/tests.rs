//! Every combination of filters, in both directions, against looking at every line.
#![allow(clippy::too_many_lines, reason = "a made-up book is told in one piece")]

use super::*;
use crate::testing::{day, hub, news, paid};
use crate::{Clocks, Ledger, LineId, MIGRATIONS, events::Correction};
use domain::{DayRule, Kind, Platform, Seq, SourceKind, Timestamp, Trust};
use proptest::prelude::*;

const NOON: Timestamp = Timestamp(1_795_300_000_000);
const NAMES: [&str; 4] = ["李小芳", "Maria", "王*", "陈 小芳"];
const PHONES: [&str; 3] = ["前台", "吧台", "外卖"];
const TAGS: [&str; 2] = ["赊账", "团购"];

/// A book of some hundred lines of every sort.
async fn book() -> (Ledger, Vec<Line>, Vec<(i64, &'static str)>) {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    let mut entries = Vec::new();
    for seq in 1..=160_u64 {
        let at = |list: u64, salt: u64| usize::try_from((seq * 7 + salt) / 3 % list).unwrap();
        let via = [
            SourceKind::SmsForwarder,
            SourceKind::WechatV3,
            SourceKind::Stripe,
        ][at(3, 1)];
        let code = if via == SourceKind::Stripe {
            "USD"
        } else {
            "CNY"
        };
        let minor = i64::try_from(seq % 9 * 50).unwrap();
        let amount = Money::new(minor, Currency::new(code).unwrap()).filter(|_| minor > 0);
        let mut told = news(via, seq, amount);
        told.platform = match via {
            SourceKind::Stripe => Platform::STRIPE,
            _ => [Platform::WECHAT, Platform::ALIPAY][at(2, 5)].clone(),
        };
        told.payer = seq.is_multiple_of(3).then(|| NAMES[at(4, 2)].to_owned());
        told.order = seq.is_multiple_of(4).then(|| format!("T2026{seq:04}"));
        told.device = via.is_phone().then(|| PHONES[at(3, 4)].to_owned());
        told.kind = if seq % 11 == 0 {
            Kind::Refund
        } else {
            Kind::Payment
        };
        // Some come late, for the day before.
        let date = format!(
            "2026-11-{:02}",
            1 + (seq / 20) - u64::from(seq % 13 == 0 && seq > 20)
        );
        let mut entry = paid(seq, NOON, day(&date), told);
        if let domain::Event::Paid(payment) = &mut entry.event {
            payment.test = seq % 17 == 0;
        }
        entries.push(entry);
    }
    let clocks = Clocks {
        here: NOON,
        hub: NOON,
    };
    let rule = DayRule::default();
    ledger.record(entries, rule.clone(), clocks).await.unwrap();
    let mut tags = Vec::new();
    for (line, tag) in [(5, 0), (9, 0), (9, 1), (40, 1), (77, 0), (150, 1)] {
        let what = Correction::Tag {
            tag: TAGS[tag].to_owned(),
        };
        ledger
            .correct(LineId(line), what, "小赵", NOON, &rule)
            .await
            .unwrap()
            .unwrap();
        tags.push((line, TAGS[tag]));
    }
    for (line, what) in [
        (12, Correction::Cash),
        (100, Correction::Cash),
        (
            101,
            Correction::RefundedInCash {
                amount: Money::new(50, Currency::CNY).unwrap(),
            },
        ),
        (30, Correction::Join { other: LineId(31) }),
    ] {
        // Not all of them can be; those that can are enough.
        let _ = ledger
            .correct(LineId(line), what, "小赵", NOON, &rule)
            .await
            .unwrap();
    }
    let said: Vec<LineId> = (1..=160).filter(|line| line % 5 != 0).map(LineId).collect();
    let (late, soon): (Vec<LineId>, Vec<LineId>) =
        said.into_iter().partition(|line| line.0 % 7 == 0);
    ledger.mark_spoken(soon, NOON.plus_ms(800)).await.unwrap();
    ledger
        .mark_spoken(late, NOON.plus_ms(120_001))
        .await
        .unwrap();
    let lines = ledger
        .call(|db| {
            let sql = format!("SELECT {LINE_COLUMNS} FROM lines ORDER BY id DESC");
            let mut query = db.prepare(&sql)?;
            let lines = query
                .query_map([], line::line)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(lines)
        })
        .await
        .unwrap();
    (ledger, lines, tags)
}

/// Whether a line fits, by looking at it.
fn looks_right(query: &HistoryQuery, line: &Line, tags: &[(i64, &str)]) -> bool {
    let filter = &query.filter;
    let one_of =
        |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
    let minor = |amount: Money| {
        line.amount
            .filter(|own| own.currency() == amount.currency())
    };
    let typed = query.search.as_deref().unwrap_or("").to_lowercase();
    let texts = [
        &line.payer,
        &line.note,
        &line.remarks,
        &line.order,
        &line.transaction,
    ];
    let said = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|text| text.to_lowercase().contains(&typed))
    };
    let amount = |own: Money| {
        !search::plain_amount(&typed).is_empty()
            && Money::parse(&search::plain_amount(&typed), own.currency()).ok() == Some(own)
    };
    query.from.is_none_or(|from| from <= line.day)
        && query.to.is_none_or(|to| line.day <= to)
        && query.before.is_none_or(|before| line.id < before)
        && query.after.is_none_or(|after| line.id > after)
        && (filter.platforms.is_empty() || filter.platforms.contains(&line.platform))
        && one_of(&filter.collectors, &line.collector)
        && one_of(&filter.terminals, classes::TERMINAL)
        && filter.trust.is_none_or(|trust| trust == line.trust)
        && filter.kind.is_none_or(|kind| kind == line.kind)
        && filter
            .least
            .is_none_or(|least| minor(least).is_some_and(|own| own.minor() >= least.minor()))
        && filter
            .most
            .is_none_or(|most| minor(most).is_some_and(|own| own.minor() <= most.minor()))
        && filter
            .tags
            .iter()
            .all(|tag| tags.contains(&(line.id.0, tag.as_str())))
        && (line.standing == Standing::Counts) == (filter.state != Some(LineState::Gone))
        && match filter.state {
            None | Some(LineState::Gone) => true,
            Some(LineState::Corrected) => line.corrected > 0,
            Some(LineState::NotSpoken) => line.spoken_at.is_none(),
            Some(LineState::SpokenLate) => line
                .spoken_at
                .is_some_and(|at| at.since(line.accepted_at) > 120_000),
            Some(LineState::WithoutAmount) => line.amount.is_none(),
            Some(LineState::Test) => line.test,
        }
        && (typed.is_empty() || texts.into_iter().any(said) || line.amount.is_some_and(amount))
}

fn some<T: Clone + std::fmt::Debug + 'static>(
    of: Vec<T>,
) -> impl Strategy<Value = Option<T>> + Clone {
    prop::option::weighted(0.25, prop::sample::select(of))
}

fn filter() -> impl Strategy<Value = Filter> {
    let money = || {
        let code = prop::sample::select(vec!["CNY", "CNY", "USD"]);
        let amount = (code, 0_i64..500)
            .prop_map(|(code, minor)| Money::new(minor, Currency::new(code).unwrap()));
        prop::option::weighted(0.2, amount).prop_map(Option::flatten)
    };
    let names = |list: &[&str]| {
        some(
            list.iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )
    };
    let platforms = some(vec![
        Platform::WECHAT,
        Platform::ALIPAY,
        Platform::STRIPE,
        crate::CASH,
        Platform::UNIONPAY,
    ]);
    let states = vec![
        LineState::Corrected,
        LineState::Gone,
        LineState::NotSpoken,
        LineState::SpokenLate,
        LineState::WithoutAmount,
        LineState::Test,
    ];
    (
        (platforms.clone(), platforms),
        names(&["前台", "吧台", "wechat_v3", "nobody"]),
        names(&["desk", "elsewhere"]),
        some(vec![Trust::Reported, Trust::Confirmed]),
        some(vec![Kind::Payment, Kind::Refund]),
        some(states),
        names(&TAGS),
        money(),
        money(),
    )
        .prop_map(
            |((one, other), collector, terminal, trust, kind, state, tag, least, most)| Filter {
                platforms: one.into_iter().chain(other).collect(),
                collectors: collector.into_iter().collect(),
                terminals: terminal.into_iter().collect(),
                trust,
                kind,
                state,
                tags: tag.into_iter().collect(),
                least,
                most,
            },
        )
}

fn query() -> impl Strategy<Value = HistoryQuery> {
    let days = some(
        ["2026-11-01", "2026-11-03", "2026-11-06", "2026-12-01"]
            .map(day)
            .to_vec(),
    );
    let typed = [
        "芳",
        "小芳",
        "李小芳",
        "maria",
        "ari",
        "2.5",
        "T2026",
        "0044",
        "42",
        "赊账",
        "无",
    ];
    let typed = some(
        typed
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>(),
    );
    let place = some(vec![
        LineId(0),
        LineId(3),
        LineId(80),
        LineId(159),
        LineId(400),
    ]);
    (
        days.clone(),
        days,
        typed,
        filter(),
        place,
        any::<bool>(),
        1_u32..60,
    )
        .prop_map(
            |(from, to, search, filter, place, up, limit)| HistoryQuery {
                from,
                to,
                search,
                filter,
                before: place.filter(|_| !up),
                after: place.filter(|_| up),
                limit,
            },
        )
}

fn ids(lines: &[Line]) -> Vec<i64> {
    lines.iter().map(|line| line.id.0).collect()
}

#[test]
fn any_combination_finds_what_looking_at_every_line_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (ledger, lines, tags) = runtime.block_on(book());
    let config = ProptestConfig {
        cases: 1_500,
        ..ProptestConfig::default()
    };
    proptest!(config, |(query in query())| {
        let found = runtime.block_on(ledger.page(query.clone())).unwrap();
        let fitting: Vec<i64> = lines.iter().filter(|line| looks_right(&query, line, &tags)).map(|line| line.id.0).collect();
        let most = query.limit as usize + 1;
        let wanted = match query.after {
            // Upwards: those nearest to where one stands.
            Some(_) => fitting[fitting.len().saturating_sub(most)..].to_vec(),
            None => fitting[..fitting.len().min(most)].to_vec(),
        };
        prop_assert_eq!(ids(&found), wanted, "{:?}", query);
    });
}

/// The same where no index holds few: each condition is read in order.
#[tokio::test]
async fn what_is_common_is_found_in_order_too() {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger
        .first_visit(&hub("hub-1"), Seq(20_000))
        .await
        .unwrap();
    let rows = 3 * (FEW as u64 + 500);
    for batch in (1..=rows).collect::<Vec<_>>().chunks(2_000) {
        let entries = batch.iter().map(|seq| {
            let signed = seq % 3 == 0;
            let via = if signed {
                SourceKind::WechatV3
            } else {
                SourceKind::SmsForwarder
            };
            let mut told = news(
                via,
                *seq,
                Money::new(i64::try_from(seq % 2 * 100 + 50).unwrap(), Currency::CNY),
            );
            told.payer = Some(
                if seq % 3 == 1 {
                    "李小芳"
                } else {
                    "Maria Silva"
                }
                .to_owned(),
            );
            paid(
                *seq,
                Timestamp(i64::try_from(*seq).unwrap()),
                day("2026-11-21"),
                told,
            )
        });
        let clocks = Clocks {
            here: NOON,
            hub: NOON,
        };
        ledger
            .record(entries.collect(), DayRule::default(), clocks)
            .await
            .unwrap();
    }
    let confirmed = Filter {
        trust: Some(Trust::Confirmed),
        ..Filter::default()
    };
    let dear = Filter {
        least: Money::new(150, Currency::CNY),
        ..Filter::default()
    };
    let both = Filter {
        trust: Some(Trust::Reported),
        ..dear.clone()
    };
    let silent = Filter {
        state: Some(LineState::NotSpoken),
        trust: Some(Trust::Confirmed),
        ..Filter::default()
    };
    type Fits = fn(i64) -> bool;
    let cases: &[(&str, &Filter, Fits)] = &[
        ("", &confirmed, |seq| seq % 3 == 0),
        ("", &dear, |seq| seq % 2 == 1),
        ("", &both, |seq| seq % 3 != 0 && seq % 2 == 1),
        ("", &silent, |seq| seq % 3 == 0),
        ("李小芳", &Filter::default(), |seq| seq % 3 == 1),
        ("李小芳", &both, |seq| seq % 3 == 1 && seq % 2 == 1),
        ("小芳", &dear, |seq| seq % 3 == 1 && seq % 2 == 1),
        ("maria silva", &both, |seq| seq % 3 == 2 && seq % 2 == 1),
        ("李小芳", &confirmed, |_| false),
    ];
    let rows = i64::try_from(rows).unwrap();
    for (typed, filter, fits) in cases {
        for (before, after) in [
            (None, None),
            (Some(7_000), None),
            (None, Some(2_000)),
            (None, Some(0)),
        ] {
            let query = HistoryQuery {
                search: Some((*typed).to_owned()),
                filter: (*filter).clone(),
                before: before.map(LineId),
                after: after.map(LineId),
                limit: 20,
                ..HistoryQuery::default()
            };
            let found = ids(&ledger.page(query).await.unwrap());
            let mut wanted: Vec<i64> = match after {
                Some(after) => (after + 1..=rows)
                    .filter(|seq| fits(*seq))
                    .take(21)
                    .collect(),
                None => (1..before.unwrap_or(rows + 1))
                    .rev()
                    .filter(|seq| fits(*seq))
                    .take(21)
                    .collect(),
            };
            wanted.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(found, wanted, "{typed} {filter:?} {before:?} {after:?}");
        }
    }
}

/// One payment that comes late, or was split off, has its day at the other end of the book: the day's own rows are looked
/// at, and not all between.
#[tokio::test]
async fn a_late_row_does_not_make_an_old_day_as_long_as_the_book() {
    let ledger = Ledger::around(sqlite::Db::open_in_memory(MIGRATIONS).unwrap());
    ledger.first_visit(&hub("hub-1"), Seq(0)).await.unwrap();
    // 12,000 rows: three hundred a day for forty days, and the last one for the first day.
    let sql = "INSERT INTO classes (id, platform, collector, terminal, kind, trust, currency, test, state)
                   VALUES (1, 'wechat', 'a', 'a', 'payment', 'confirmed', 'CNY', 0, 'counts'),
                          (2, 'alipay', 'a', 'a', 'payment', 'confirmed', 'CNY', 0, 'joined');
               WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
               INSERT INTO lines (log, seq, day, kind, trust, platform, minor, currency, test, accepted_at,
                       received_at, collector, class)
                   SELECT 1, i, date('2026-01-01', ((i - 1) / 300 * (i < 12000)) || ' days'), 'payment', 'confirmed',
                       'wechat', 100, 'CNY', 0, 5, 5, 'a', 1 FROM n;
               INSERT INTO days SELECT day, count(*), min(id), max(id), count(*), 0, 0, 0 FROM lines GROUP BY day";
    ledger.batch(sql).await.unwrap();
    let first = day("2026-01-01");
    for filter in [
        Filter::default(),
        Filter {
            platforms: vec![Platform::WECHAT],
            ..Filter::default()
        },
        Filter {
            least: Money::new(100, Currency::CNY),
            ..Filter::default()
        },
    ] {
        let query = HistoryQuery {
            from: Some(first),
            to: Some(first),
            limit: 500,
            filter,
            ..HistoryQuery::default()
        };
        let asked = query.clone();
        let few = ledger.call(move |db| {
            let all = classes::all(db)?;
            let wanted = Wanted {
                span: span(db, &asked)?.expect("a day with rows"),
                classes: Some(all.iter().map(|class| class.id).collect()),
                minor: range(&asked.filter),
                special: None,
                tags: Vec::new(),
                text: None,
                limit: 501,
                up: false,
            };
            Ok(wanted.of_its_days(db)?)
        });
        assert_eq!(few.await.unwrap().map(|rows| rows.len()), Some(301));
        let found = ledger.page(query).await.unwrap();
        let expected: Vec<i64> = std::iter::once(12_000).chain((1..=300).rev()).collect();
        assert_eq!(ids(&found), expected);
    }
    // A year is not read beforehand.
    let whole = HistoryQuery {
        from: Some(first),
        limit: 10,
        ..HistoryQuery::default()
    };
    let found = ledger.page(whole).await.unwrap();
    assert_eq!(ids(&found)[..2], [12_000, 11_999]);
}
