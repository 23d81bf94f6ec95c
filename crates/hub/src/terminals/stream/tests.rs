//! What a terminal is told tells nothing of what was held back: as a property, over logs that differ in that only.

use super::*;
use crate::terminals::recent::kept_since;
use domain::payment::NewsKey;
use domain::permission::{AmountSight, Preset, TerminalTotals};
use domain::wire::Refusing;
use domain::{
    Currency, DayRule, Entry, Event, HubId, Joined, Kind, Money, Payment, TerminalId, Trust,
};
use proptest::prelude::*;

const START: i64 = 1_777_599_015_000;

fn shop() -> Shop {
    Shop {
        name: "面馆".to_owned(),
        currency: Currency::CNY,
        day_rule: DayRule::new("Asia/Shanghai", 0).unwrap(),
    }
}

/// One thing that happens. `Held` things are those of which the terminal must not know.
#[derive(Debug, Clone)]
enum Thing {
    Paid {
        minor: i64,
        refund: bool,
    },
    Confirmed {
        of: usize,
        minor: i64,
    },
    HeldPaid {
        minor: i64,
    },
    HeldConfirmed {
        of: usize,
        minor: i64,
    },
    /// News of a payment that the terminal knows, which changes only what it does not see.
    HeldAttached {
        of: usize,
        payer: String,
    },
    HeldNotice,
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        4 => (1..100_000_i64, any::<bool>()).prop_map(|(minor, refund)| Thing::Paid { minor, refund }),
        2 => (0..9_usize, 1..100_000_i64).prop_map(|(of, minor)| Thing::Confirmed { of, minor }),
        4 => (1..100_000_i64).prop_map(|minor| Thing::HeldPaid { minor }),
        2 => (0..9_usize, 1..100_000_i64).prop_map(|(of, minor)| Thing::HeldConfirmed { of, minor }),
        2 => (0..9_usize, "[a-z]{1,5}").prop_map(|(of, payer)| Thing::HeldAttached { of, payer }),
        1 => Just(Thing::HeldNotice),
    ]
}

fn news(platform: Platform, source: &str, minor: i64, refund: bool) -> domain::News {
    domain::News {
        source: SourceId::new(source).unwrap(),
        via: SourceKind::Forwarder,
        key: NewsKey {
            text: "k".to_owned(),
            within_ms: None,
            exact: None,
        },
        platform,
        kind: if refund { Kind::Refund } else { Kind::Payment },
        trust: Trust::Reported,
        amount: Money::new(minor, Currency::CNY),
        cumulative: false,
        identity: None,
        transaction: None,
        refund: None,
        order: None,
        payer: None,
        note: None,
        paid_at: None,
        device: None,
    }
}

/// How the held payments differ from those that are let through.
#[derive(Debug, Clone, Copy)]
enum By {
    Platform,
    Source,
    Amount,
}

impl By {
    fn permission(self, sight: AmountSight) -> Permission {
        let mut permission = Preset::SeniorClerk.permission();
        permission.sees.amount = sight;
        match self {
            Self::Platform => permission.which.platforms = Some(vec![Platform::WECHAT]),
            Self::Source => permission.which.sources = Some(vec![SourceId::new("open").unwrap()]),
            Self::Amount => permission.which.to = Some(1_000_000),
        }
        permission
    }

    fn held(self, minor: i64) -> domain::News {
        match self {
            Self::Platform => news(Platform::ALIPAY, "open", minor, false),
            Self::Source => news(Platform::WECHAT, "closed", minor, false),
            Self::Amount => news(Platform::WECHAT, "open", minor + 1_000_000, false),
        }
    }
}

/// When the nth thing happens: all within a moment.
fn at_once(n: usize) -> Timestamp {
    Timestamp(START + n as i64)
}

/// When the nth thing happens: from the evening until after midnight, over the time at which a phone that left comes back
/// from the start.
fn over_night(n: usize) -> Timestamp {
    let midnight = shop()
        .day_rule
        .start_of(shop().day_rule.day_of(Timestamp(START)));
    midnight.plus_ms(-3 * 3_600_000 + n as i64 * 360_000)
}

/// A log of these things, with or without those that are held back. The times of the others are the same in both.
fn log(things: &[Thing], by: By, with_held: bool, time: fn(usize) -> Timestamp) -> Vec<Entry> {
    let (mut entries, mut open, mut held) = (Vec::<Entry>::new(), Vec::new(), Vec::new());
    let mut number = 0;
    for (n, thing) in things.iter().enumerate() {
        let seq = Seq(entries.len() as u64 + 1);
        let mut paid = |news: domain::News| {
            number += 1;
            Event::Paid(Payment {
                day: shop().day_rule.day_of(time(n)),
                number: Some(number),
                amount: news.amount,
                test: false,
                news,
            })
        };
        let joined = |payment: Seq, news: domain::News, trust: Trust| Joined {
            payment,
            amount: news.amount,
            news,
            trust,
        };
        let at = |list: &[(Seq, i64)], of: usize| (!list.is_empty()).then(|| list[of % list.len()]);
        let visible = |minor| news(Platform::WECHAT, "open", minor, false);
        let event = match thing {
            Thing::Paid { minor, refund } => {
                open.push((seq, *minor));
                paid(news(Platform::WECHAT, "open", *minor, *refund))
            }
            Thing::Confirmed { of, minor } => {
                let Some((of, _)) = at(&open, *of) else {
                    continue;
                };
                Event::Confirmed(joined(of, visible(*minor), Trust::Confirmed))
            }
            _ if !with_held => continue,
            Thing::HeldPaid { minor } => {
                held.push((seq, *minor));
                paid(by.held(*minor))
            }
            Thing::HeldConfirmed { of, minor } => {
                let Some((of, _)) = at(&held, *of) else {
                    continue;
                };
                Event::Confirmed(joined(of, by.held(*minor), Trust::Confirmed))
            }
            Thing::HeldAttached { of, payer } => {
                let Some((of, _)) = at(&open, *of) else {
                    continue;
                };
                let before = known_now(&entries, of);
                let mut more = visible(1);
                more.payer = Some(payer.clone());
                more.amount = before.0;
                Event::Attached(joined(of, more, before.1))
            }
            Thing::HeldNotice => Event::NotUnderstood(domain::Unread {
                source: SourceId::new("open").unwrap(),
                via: SourceKind::Forwarder,
                app: None,
                title: None,
                text: Some("hello".to_owned()),
                device: None,
                posted_at: None,
                reason: domain::event::UnreadReason::UnknownApp,
            }),
        };
        let at = time(n);
        entries.push(Entry { seq, at, event });
    }
    entries
}

fn known_now(entries: &[Entry], of: Seq) -> (Option<Money>, Trust) {
    let mut now = (None, Trust::Reported);
    for entry in entries {
        match &entry.event {
            Event::Paid(paid) if entry.seq == of => now = (paid.amount, paid.news.trust),
            Event::Confirmed(joined) | Event::Attached(joined) if joined.payment == of => {
                now = (joined.amount, joined.trust);
            }
            _ => {}
        }
    }
    now
}

/// Everything that leaves for the terminal, names of payments by their first appearance: they are keyed hashes of
/// numbers, which differ between two logs and say nothing.
struct Ear {
    names: Vec<Opaque>,
    said: Vec<String>,
    totals: Option<TerminalTotals>,
}

impl Ear {
    fn name(&mut self, id: &Opaque) -> usize {
        assert_eq!(id.as_str().len(), 22);
        let at = self.names.iter().position(|known| known == id);
        at.unwrap_or_else(|| {
            self.names.push(id.clone());
            self.names.len() - 1
        })
    }

    fn hear(&mut self, what: &str, items: &[Numbered], gone: &[Opaque], totals: TerminalTotals) {
        let mut said = what.to_owned();
        for (_, item) in items {
            let told = serde_json::to_string(&item.told).unwrap();
            said.push_str(&format!("\n{} {told}", self.name(&item.id)));
        }
        for id in gone {
            said.push_str(&format!("\ngone {}", self.name(id)));
        }
        said.push_str(&serde_json::to_string(&totals).unwrap());
        self.said.push(said);
        self.totals = Some(totals);
    }
}

/// Plays a log to one terminal, from the first thing to the last: as its link tells it what comes, and as it is welcomed
/// when it comes anew, from the place that it was told last and from the one before. It looks back each time.
fn heard(things: usize, entries: &[Entry], permission: &Arc<Permission>) -> Vec<String> {
    let (shop, sources) = (shop(), HashMap::new());
    let hub = HubId::new("hub_1").unwrap();
    let opaques = Opaques::new(&[1; 32], &hub, &TerminalId::new("terminal_1").unwrap()).unwrap();
    let view = View {
        permission,
        since: Timestamp(0),
        shop: &shop,
        sources: &sources,
        opaques: &opaques,
    };
    let mut ear = Ear {
        names: Vec::new(),
        said: Vec::new(),
        totals: None,
    };
    // Of the link that stays, and what it was told: each place with the time.
    let (mut place, mut day) = (Place::default(), shop.day_rule.day_of(over_night(0)));
    let mut told = vec![(place, over_night(0))];
    for n in 0..things {
        let now = over_night(n);
        let until_now = entries.iter().filter(|entry| entry.at <= now);
        let recent = Recent::with(until_now.cloned().collect());
        let totals = |day| recent.totals(permission, Timestamp(0), &shop, day);
        let (news, next) = view.next(&recent, place.seq, day).unwrap().unwrap();
        assert_eq!(Some(next), recent.upto());
        place = next;
        if news.len() > 0
            || ear
                .totals
                .as_ref()
                .is_some_and(|before| *before != totals(day))
        {
            ear.hear("told", &news.items, &news.gone, totals(day));
            told.push((place, now));
        }
        if day != shop.day_rule.day_of(now) {
            day = shop.day_rule.day_of(now);
            let today = view.day(&recent.of_day(day), 5).unwrap();
            ear.hear("a new day", &today, &[], totals(day));
            told.push((place, now));
        }
        for (place, at) in told.iter().rev().take(2) {
            let since = kept_since(&shop.day_rule, now);
            let until_now = entries.iter().filter(|entry| entry.at <= now);
            let kept = Recent::with_kept_since(until_now.cloned().collect(), since);
            // As it comes back: sealed, and opened again.
            let (place, at) = opaques.open(&opaques.seal(*place, *at).unwrap()).unwrap();
            let from = kept.resumes(place, at, since);
            let today = view.day(&kept.of_day(day), 5).unwrap();
            ear.hear(
                &format!("welcome {}", from.is_none()),
                &today,
                &[],
                totals(day),
            );
            let from = from.or(kept.upto()).unwrap();
            let (news, _) = view.next(&kept, from.seq, day).unwrap().unwrap();
            ear.hear("caught up", &news.items, &news.gone, totals(day));
        }
        look_back(&mut ear, &view, &recent, now);
    }
    ear.said
}

/// Pages of three, back to the first payment.
fn look_back(ear: &mut Ear, view: &View<'_>, recent: &Recent, now: Timestamp) {
    let rule = &view.shop.day_rule;
    let days = [now, now.plus_ms(-24 * 3_600_000)].map(|at| rule.day_of(at));
    let mut older: Vec<_> = days.iter().flat_map(|day| recent.of_day(*day)).collect();
    older.sort_by_key(|known| std::cmp::Reverse(known.seq));
    loop {
        let mut page = Page::default();
        let more = view.fill(&mut page, &older, 3).unwrap();
        assert_eq!(more, page.more.is_some());
        let totals = ear.totals.clone();
        let none = TerminalTotals::of(view.permission, days[0], []);
        ear.hear(&format!("page {more}"), &page.items, &[], none);
        ear.totals = totals;
        match page.more {
            Some(before) => older.retain(|known| known.seq < before),
            None => return,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_held_back_leaves_no_trace(
        things in prop::collection::vec(thing(), 0..60),
        by in prop_oneof![Just(By::Platform), Just(By::Source), Just(By::Amount)],
        sight in prop_oneof![
            Just(AmountSight::Exact), Just(AmountSight::Rounded { to: 500 }),
            Just(AmountSight::HiddenAbove { limit: 20_000 }),
        ],
    ) {
        let permission = Arc::new(by.permission(sight));
        let with = heard(things.len(), &log(&things, by, true, over_night), &permission);
        let without = heard(things.len(), &log(&things, by, false, over_night), &permission);
        prop_assert_eq!(with, without);
    }

    /// Whoever links again anywhere ends with what one knows who stayed.
    #[test]
    fn cut_anywhere_it_ends_with_the_same(
        things in prop::collection::vec(thing(), 1..40), cut in 0..40_usize,
    ) {
        let entries = log(&things, By::Platform, true, at_once);
        let permission = By::Platform.permission(AmountSight::Exact);
        let (shop, sources) = (shop(), HashMap::new());
        let hub = HubId::new("hub_1").unwrap();
        let opaques = Opaques::new(&[1; 32], &hub, &TerminalId::new("t").unwrap()).unwrap();
        let view = View { permission: &permission, since: Timestamp(0), shop: &shop, sources: &sources, opaques: &opaques };
        let day = shop.day_rule.day_of(Timestamp(START));
        let recent = Recent::with(entries.clone());
        let cut = Seq(cut.min(entries.len()) as u64);
        let mut known: Vec<Numbered> = Vec::new();
        for (recent, from) in [(&Recent::with(entries[..cut.0 as usize].to_vec()), Seq(0)), (&recent, cut)] {
            let (news, _) = view.next(recent, from, day).unwrap().unwrap();
            known.retain(|(_, item)| !news.gone.contains(&item.id));
            for (seq, item) in news.items {
                known.retain(|(other, _)| *other != seq);
                known.push((seq, item));
            }
        }
        known.sort_by_key(|(seq, _)| *seq);
        let today = view.day(&recent.of_day(day), usize::MAX).unwrap();
        prop_assert_eq!(known, today);
    }
}

#[test]
fn a_frame_is_full_by_what_it_says() {
    let things: Vec<_> = (0..500)
        .map(|n| match n % 5 {
            0 => Thing::Paid {
                minor: n + 1,
                refund: false,
            },
            _ => Thing::HeldPaid { minor: n + 1 },
        })
        .collect();
    let permission = By::Source.permission(AmountSight::Exact);
    let (shop, sources) = (shop(), HashMap::new());
    let hub = HubId::new("hub_1").unwrap();
    let opaques = Opaques::new(&[1; 32], &hub, &TerminalId::new("t").unwrap()).unwrap();
    let view = View {
        permission: &permission,
        since: Timestamp(0),
        shop: &shop,
        sources: &sources,
        opaques: &opaques,
    };
    let recent = Recent::with(log(&things, By::Source, true, at_once));
    let day = shop.day_rule.day_of(Timestamp(START));
    let (news, place) = view.next(&recent, Seq(0), day).unwrap().unwrap();
    assert_eq!((news.len(), place.seq), (BATCH_MAX, Seq(496)));
    let (news, place) = view.next(&recent, place.seq, day).unwrap().unwrap();
    assert_eq!((news.len(), place.seq), (0, Seq(500)));
}

#[test]
fn silence_of_a_source_that_it_must_not_know_of_is_no_news() {
    let source = |id: &str, kind, state, at: i64| SourceHealth {
        id: SourceId::new(id).unwrap(),
        name: id.to_owned(),
        kind,
        state,
        last_heard: Some(Timestamp(at)),
        clock_ahead_ms: None,
        refusing: (state == SourceState::Refusing).then(|| Refusing {
            code: "stale".to_owned(),
            since: Timestamp(at + 1),
            proven: true,
        }),
    };
    let all = [
        source("phone", SourceKind::Vmq, SourceState::Silent, 50),
        source("wechat", SourceKind::WechatV3, SourceState::Refusing, 40),
        source("alipay", SourceKind::Alipay, SourceState::Listening, 30),
        source("stripe", SourceKind::Stripe, SourceState::Waiting, 20),
    ];
    let whole = Preset::Clerk.permission();
    let mut one = whole.clone();
    one.which.sources = Some(vec![SourceId::new("phone").unwrap()]);
    let mut none = whole.clone();
    none.which.sources = Some(vec![SourceId::new("alipay").unwrap()]);
    let mut platform = whole.clone();
    platform.which.platforms = Some(vec![Platform::ALIPAY]);
    for (permission, silent, since) in [
        (whole, 2, Some(41)),
        (one, 1, Some(50)),
        (none, 0, None),
        // A phone tells of any platform.
        (platform, 1, Some(50)),
    ] {
        let since = since.map(Timestamp);
        assert_eq!(hearing(&permission, &all), Hearing { silent, since });
    }
}
