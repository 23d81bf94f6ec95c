//! Clerks' phones: what arrives at the socket, field by field.

use crate::phone::*;
use crate::shop::*;
use domain::permission::{AmountSight, ClockTime, HistoryReach, Permission, Preset, WeekHours};
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::{Kind, Platform, SourceKind, Trust};
use serde_json::json;

/// Every preset and every detail, as it arrives at the socket.
#[tokio::test]
async fn what_arrives_at_the_socket_is_what_the_permission_lets_through() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let wechat = served.door(wechat_v2()).await;
    let manager = |change: fn(&mut Permission)| {
        let mut permission = Preset::Manager.permission();
        change(&mut permission);
        permission
    };
    // (permission, of a payment of 12.80: heard at all, amount, order, platform, collector, number, totals)
    let table: [(Permission, [bool; 7]); 12] = [
        (
            Preset::Clerk.permission(),
            [true, true, false, true, false, true, false],
        ),
        (
            Preset::SeniorClerk.permission(),
            [true, true, true, true, false, true, true],
        ),
        (Preset::Manager.permission(), [true; 7]),
        (
            manager(|p| p.sees.order = false),
            [true, true, false, true, true, true, true],
        ),
        (
            manager(|p| p.sees.platform = false),
            [true, true, true, false, true, true, true],
        ),
        (
            manager(|p| p.sees.collector = false),
            [true, true, true, true, false, true, true],
        ),
        (
            manager(|p| p.may.totals = false),
            [true, true, true, true, true, true, false],
        ),
        (
            manager(|p| p.sees.amount = AmountSight::Rounded { to: 1_000 }),
            [true, false, true, true, true, true, true],
        ),
        (
            manager(|p| p.sees.amount = AmountSight::HiddenAbove { limit: 1_000 }),
            [true, false, true, true, true, true, true],
        ),
        (
            manager(|p| p.which.platforms = Some(vec![Platform::WECHAT])),
            [true, true, true, true, true, false, true],
        ),
        (
            manager(|p| p.which.platforms = Some(vec![Platform::ALIPAY])),
            [false; 7],
        ),
        (manager(|p| p.which.to = Some(1_279)), [false; 7]),
    ];
    let mut links = Vec::new();
    for (n, (permission, expected)) in table.iter().enumerate() {
        let seed = u8::try_from(n + 1).expect("small");
        let phone = Phone::linked(&served, &mut owner, permission, seed).await;
        let mut link = phone.link(served.address, None).await;
        link.welcome().await;
        links.push((n, link, expected));
    }
    let (status, _) = send(
        served.address,
        "POST",
        &wechat,
        &[],
        &wechat_v2_body(1, 1_280),
    )
    .await;
    assert_eq!(status, 200);
    for (n, link, [heard, amount, order, platform, collector, number, totals]) in &mut links {
        if *heard {
            link.told(1).await;
        } else {
            let (_, cut) = &table[*n];
            assert_eq!(cut, &[false; 7]);
            let (items, told) = link.until_now().await;
            assert_eq!((items, told), (vec![], vec![]), "{n}");
        }
        let last = link.raw.last().expect("a frame");
        for (what, field, seen) in [
            ("amount", "\"minor\":1280", *amount),
            ("order", "SHOP0000000001", *order),
            ("platform", "\"wechat\"", *platform),
            ("collector", "a source", *collector),
            ("number", "\"number\":1", *number),
            ("totals", "\"totals\"", *totals),
        ] {
            assert_eq!(last.contains(field), seen, "{n} {what}: {last}");
        }
        for never in [
            "identity",
            "42000000",
            "oUpF8uMEb4qRXf22hE3X68TekukE",
            "\"seq\"",
            "wechat_v2_",
        ] {
            assert!(!last.contains(never), "{n} {never}: {last}");
        }
    }
    served.stop().await;
}

#[tokio::test]
async fn later_news_of_a_payment_reaches_it_under_the_same_name() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let (door, wechat) = (served.forwarder().await, served.door(wechat_v2()).await);
    let phone = Phone::linked(&served, &mut owner, &Preset::Manager.permission(), 1).await;
    let mut link = phone.link(served.address, None).await;
    link.welcome().await;
    let words = "微信支付收款12.50元(朋友到店)";
    assert_eq!(notice(served.address, &door, words, now_ms()).await, 200);
    let (first, _) = link.told(1).await;
    assert_eq!(first[0].told.trust, Trust::Reported);
    let body = wechat_v2_body(1, 1_250);
    assert_eq!(
        send(served.address, "POST", &wechat, &[], &body).await.0,
        200
    );
    let (again, _) = link.told(1).await;
    assert_eq!(again[0].id, first[0].id);
    assert_eq!(again[0].told.trust, Trust::Confirmed);
    assert_eq!(again[0].told.order.as_deref(), Some("SHOP0000000001"));
    link.say(&TerminalSays::History {
        id: 1,
        before: None,
    })
    .await;
    match link.heard().await {
        Some(HubSays::Page {
            items, more: None, ..
        }) => assert_eq!(items, again),
        other => panic!("{other:?}"),
    }
    served.stop().await;
}

/// What each permission hides of a payment that has everything, and of its refund, wherever it could come up.
#[tokio::test]
async fn every_detail_arrives_only_where_it_is_let_through() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    served.forwarder().await;
    let sources = served.hub.sources(&served.shop).expect("sources");
    let of = |kind| {
        let mut found = sources.iter().filter(|(_, _, is)| *is == kind);
        found.next().expect("a source").0.clone()
    };
    let (theirs, another) = (of(SourceKind::Stripe), of(SourceKind::Forwarder));
    // Three days from now, whatever the hour is: far from now by any clock of this test.
    let (today, _) = face()
        .day_rule
        .weekday_and_minute(domain::Timestamp(now_ms()));
    let all_day = |days: Vec<u8>| {
        let midnight = ClockTime::parse("00:00").expect("a time");
        let (from, to) = (midnight, midnight);
        vec![WeekHours { days, from, to }]
    };
    let (now, later) = (
        all_day((1..=7).collect()),
        all_day(vec![(today + 2) % 7 + 1]),
    );
    let manager = |change: &dyn Fn(&mut Permission)| {
        let mut permission = Preset::Manager.permission();
        change(&mut permission);
        permission
    };
    let none = |p: &mut Permission| (p.may.hear, p.may.history) = (false, HistoryReach::None);
    let live = |p: &mut Permission| p.may.history = HistoryReach::None;
    // (permission, [told as it comes, in history], [payer, note, order, number])
    let table = [
        (manager(&|_| {}), [true, true], [true; 4]),
        (
            manager(&|p| p.sees.payer = false),
            [true, true],
            [false, true, true, true],
        ),
        (
            manager(&|p| p.sees.note = false),
            [true, true],
            [true, false, true, true],
        ),
        (
            manager(&|p| p.sees.order = false),
            [true, true],
            [true, true, false, true],
        ),
        (
            manager(&|p| p.which.sources = Some(vec![theirs.clone()])),
            [true, true],
            [true, true, true, false],
        ),
        (
            manager(&|p| p.which.sources = Some(vec![another.clone()])),
            [false, false],
            [false; 4],
        ),
        (
            manager(&|p| p.which.hours.clone_from(&now)),
            [true, true],
            [true, true, true, false],
        ),
        (
            manager(&|p| p.which.hours.clone_from(&later)),
            [false, false],
            [false; 4],
        ),
        (manager(&|p| p.may.hear = false), [true, true], [true; 4]),
        (manager(&live), [true, false], [true; 4]),
        (manager(&none), [false, false], [false; 4]),
        (
            Preset::Clerk.permission(),
            [true, true],
            [false, false, false, true],
        ),
    ];
    let mut links = Vec::new();
    for (n, (permission, ..)) in table.iter().enumerate() {
        let seed = u8::try_from(n + 1).expect("small");
        let phone = Phone::linked(&served, &mut owner, permission, seed).await;
        let mut link = phone.link(served.address, None).await;
        assert_eq!(link.welcome().await.speaks, permission.may.hear);
        links.push(link);
    }
    let charge = json!({
        "id": "ch_never_told", "object": "charge", "payment_intent": "pi_never_told", "amount": 1_280, "amount_captured": 1_280,
        "captured": true, "currency": "cny", "description": "two bowls of noodles",
        "metadata": { "order_id": "ORDER-77" }, "billing_details": { "name": "Zhang Wei" },
    });
    let refund = json!({
        "id": "re_never_told", "object": "refund", "payment_intent": "pi_never_told", "amount": 500, "currency": "cny",
        "status": "succeeded", "metadata": { "order_id": "ORDER-77" },
    });
    for (id, kind, object) in [
        ("evt_never_told_1", "charge.succeeded", charge),
        ("evt_never_told_2", "refund.created", refund),
    ] {
        assert_eq!(
            stripe_event(served.address, &door, id, kind, object).await,
            200
        );
    }
    for (n, (link, (permission, reach, seen))) in links.iter_mut().zip(&table).enumerate() {
        let (page, frames) = link.until_now().await;
        let told: usize = frames
            .iter()
            .map(|frame| match frame {
                HubSays::Told { items, .. } => items.len(),
                other => panic!("{n}: {other:?}"),
            })
            .sum();
        let [live, looked_up] = reach.map(|reach| if reach { 2 } else { 0 });
        assert_eq!((told, page.len()), (live, looked_up), "{n}");
        let kinds: Vec<_> = page.iter().map(|item| item.told.kind).collect();
        if looked_up > 0 {
            assert_eq!(kinds, [Kind::Refund, Kind::Payment], "{n}");
        }
        let all = link.raw.join("\n");
        for (field, seen) in ["Zhang Wei", "two bowls", "ORDER-77", "\"number\":1"]
            .iter()
            .zip(seen)
        {
            assert_eq!(all.contains(field), *seen, "{n} {field}: {all}");
        }
        assert_eq!(
            all.contains("\"minor\":1280"),
            told + page.len() > 0,
            "{n}: {all}"
        );
        let sums = all.contains("\"received\"");
        let may = &permission.may;
        let at_all = may.hear || may.history != HistoryReach::None;
        assert_eq!(sums, may.totals && at_all, "{n}: {all}");
        for never in ["never_told", theirs.as_str()] {
            // Its own permission names the sources that it is told of.
            let named = permission.which.sources.is_some();
            assert!(named || !all.contains(never), "{n} {never}: {all}");
        }
    }
    served.stop().await;
}
