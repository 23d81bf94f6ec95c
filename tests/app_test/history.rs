//! Every source in its real format into the real app: duplicates, the list, search, details, mute, restart.

use crate::rig::{Door, Rig, phone};
use domain::{Secret, SourceConfig};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tests::{
    customer::{
        Alipay, Letter, Notice, OtherForwarder, Sale, SmsForwarder, Stripe, UnionPay, Vmq,
        WechatV2, WechatV3, now,
    },
    wait,
};

/// One payment by every kind of source, with the amount that must be shown.
async fn every_source(rig: &Rig) -> Vec<(Door, Letter, &'static str)> {
    let at = now();
    let sale = |number: u64, minor: i64| Sale::new(number, minor, at);
    let (wechat, old, alipay, stripe, union) = (
        WechatV3::default(),
        WechatV2::default(),
        Alipay::default(),
        Stripe::default(),
        UnionPay::default(),
    );
    let sms = rig.add(phone()).await;
    let vmq = rig
        .add(SourceConfig::Vmq {
            key: Secret::default(),
        })
        .await;
    let other = rig
        .add(SourceConfig::Forwarder {
            secret: Secret::default(),
        })
        .await;
    let by_sms = SmsForwarder::new(&sms.secret).by_template(&Notice::wechat(1_280, at), at);
    let by_vmq = Vmq::new(&vmq.secret).push(2, &sale(6, 205), at);
    let by_other =
        OtherForwarder::new(&other.secret).notice(&Notice::alipay("王*", 9_900, at), "key-1");
    vec![
        (
            rig.add(wechat.config()).await,
            wechat.payment(&sale(1, 3_650), at),
            "¥36.50",
        ),
        (
            rig.add(old.config()).await,
            old.payment(&sale(2, 10_500), true),
            "¥105.00",
        ),
        (
            rig.add(alipay.config()).await,
            alipay.payment(&sale(3, 1_005), at),
            "¥10.05",
        ),
        (
            rig.add(stripe.config()).await,
            stripe.payment(&sale(4, 1_999), "usd", at),
            "$19.99",
        ),
        (
            rig.add(union.config()).await,
            union.payment(&sale(5, 136)),
            "¥1.36",
        ),
        (sms, by_sms, "¥12.80"),
        (vmq, by_vmq, "¥2.05"),
        (other, by_other, "¥99.00"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_source_stands_in_the_history_once_and_is_found_again() {
    let rig = Rig::set_up("settings").await;
    let all = every_source(&rig).await;
    rig.picture("settings");
    rig.turn_to("settings", "history").await;
    for (door, letter, amount) in &all {
        // Every platform repeats what it thinks was not heard.
        for _ in 0..2 {
            rig.deliver(door, letter).await;
        }
        rig.app.shows(amount).await.unwrap();
    }
    let book = rig.book();
    let said = || async { (book.untold() == 0 && book.times().len() == all.len()).then_some(()) };
    wait::until("all said, each once", 90, said).await;
    rig.picture("history-every-source");

    // Search by amount, by payer, by order.
    for (search, rows) in [("36.5", 1), ("王", 1), ("SHOP", 5), ("nothing like it", 0)] {
        let query =
            json!({ "from": null, "to": null, "search": search, "before": null, "limit": 50 });
        let page = rig.app.ask("history_page", query).await.unwrap();
        assert_eq!(
            page["rows"].as_array().unwrap().len(),
            rows,
            "{search}: {page:#}"
        );
    }
    rig.app.click("#tab-book").await.unwrap();
    rig.app.write("#search", "105").await.unwrap();
    rig.app.shows_no_more("¥36.50").await.unwrap();
    rig.app.shows("¥105.00").await.unwrap();

    // One payment with all its times.
    rig.app.click("[data-line]").await.unwrap();
    rig.app.shows("4200002469").await.unwrap();
    rig.picture("history-details");

    // What no pattern knows is kept for the owner.
    let strange = Notice {
        text: "你好，今天来吗".to_owned(),
        title: "张三".to_owned(),
        ..Notice::wechat(0, now())
    };
    let chat = Notice {
        title: "张三".to_owned(),
        ..Notice::wechat(5_000, now())
    };
    let (door, _, _) = &all[5];
    for notice in [&strange, &chat] {
        rig.deliver(
            door,
            &SmsForwarder::new(&door.secret).by_template(notice, now()),
        )
        .await;
    }
    rig.app.click("#tab-unread").await.unwrap();
    rig.app.shows("张三").await.unwrap();
    rig.picture("history-not-understood");
    assert_eq!(book.times().len(), all.len());

    let rig = rig.restarted("history", false).await;
    for (_, _, amount) in &all {
        rig.app.shows(amount).await.unwrap();
    }
    let listening = rig.app.ask("listening", Value::Null).await.unwrap();
    assert_eq!(
        listening["sources"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| s["kind"] != "test")
            .count(),
        8
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mute_keeps_cards_and_book_and_silences_the_voice() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.turn_to("settings", "history").await;
    let view = rig.app.ask("mute", json!("half_hour")).await.unwrap();
    assert!(
        view["muted_until"].is_i64() || view["muted_until"].is_u64(),
        "{view:#}"
    );
    rig.deliver(&door, &wechat.payment(&Sale::new(1, 100, now()), now()))
        .await;
    let book = rig.book();
    let shown = || async {
        book.times()
            .first()
            .copied()
            .filter(|one| one.shown.is_some())
    };
    let muted = wait::until("the card of a muted payment", 20, shown).await;
    wait::until("the row done with", 20, || async {
        (book.untold() == 0).then_some(())
    })
    .await;
    assert_eq!(muted.spoken, None);
    rig.app.ask("mute", json!("off")).await.unwrap();
    rig.deliver(&door, &wechat.payment(&Sale::new(2, 200, now()), now()))
        .await;
    let spoken = || async {
        book.times()
            .get(1)
            .copied()
            .filter(|one| one.spoken.is_some())
    };
    wait::until("the voice again", 20, spoken).await;
    assert_eq!(
        book.times()[0].spoken,
        None,
        "what was muted is not made up for"
    );
}

/// How long after the platform heard its OK the power is cut: before the book has it, before the card is painted,
/// before the voice begins, while it speaks, and after. In milliseconds.
const CUTS: [u64; 11] = [0, 5, 20, 50, 100, 200, 400, 800, 1_400, 2_200, 3_000];

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_loses_nothing_and_says_what_was_not_said() {
    let mut rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let mut door = rig.add(wechat.config()).await;
    let mut expected = vec![];
    for (round, cut) in (1..).zip(CUTS) {
        let minor = i64::try_from(round * 100).unwrap();
        let sale = Sale::new(round, minor, now());
        rig.deliver(&door, &wechat.payment(&sale, now())).await;
        expected.push(format!("{minor} payment confirmed wechat"));
        tokio::time::sleep(Duration::from_millis(cut)).await;
        rig = rig.restarted("settings", true).await;
        let book = rig.book();
        let told =
            || async { (book.lines().len() >= expected.len() && book.untold() == 0).then_some(()) };
        let what = format!("the book has and the voice said what was cut off after {cut} ms");
        wait::until(&what, 40, told).await;
        assert_eq!(book.lines(), expected, "cut off after {cut} ms");
        // The port may be another one now; the path and the secret are not.
        door = rig.door("wechat_v3").await;
    }
}

/// What the list has on the page: rows drawn, the first line below the head with its distance from it, and where the
/// list is scrolled to: in pixels, the distance in tenths.
const LOOK: &str = "const rows = document.querySelector('.rows'), head = rows.querySelector('.head');
    const edge = head.getBoundingClientRect().bottom;
    const lines = [...rows.querySelectorAll('[data-line]')];
    const seen = lines.filter((row) => row.getBoundingClientRect().bottom > edge + 1);
    seen.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    return { drawn: lines.map((row) => Number(row.dataset.line)), first: Number(seen[0]?.dataset.line ?? 0),
        under: Math.round(10 * (seen[0]?.getBoundingClientRect().top - edge)), at: Math.round(rows.scrollTop),
        end: Math.round(rows.scrollHeight - rows.clientHeight), focus: Number(document.activeElement?.dataset?.line ?? 0) }";

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_payments_are_scrolled_through_with_few_rows_drawn() {
    const PAYMENTS: u64 = 2_000;
    // A tall screen shows a dozen; some are drawn above and below.
    const DRAWN_MAX: usize = 70;
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
    let pay = async |numbers: std::ops::RangeInclusive<u64>| {
        for number in numbers {
            let sale = Sale::new(number, i64::try_from(number).unwrap(), now());
            rig.deliver(&door, &wechat.payment(&sale, now())).await;
        }
    };
    tokio::join!(
        pay(1..=500),
        pay(501..=1_000),
        pay(1_001..=1_500),
        pay(1_501..=PAYMENTS)
    );
    let book = rig.book();
    let all = usize::try_from(PAYMENTS).unwrap();
    let booked = || async { (book.times().len() == all).then_some(()) };
    wait::until("all in the book", 60, booked).await;
    rig.turn_to("settings", "history").await;
    rig.app.click("#tab-book").await.unwrap();
    let look = async || rig.app.js(LOOK).await.unwrap();
    let drawn = |look: &Value| -> Vec<u64> {
        let lines = look["drawn"].as_array().unwrap();
        lines.iter().filter_map(Value::as_u64).collect()
    };
    wait::until("the first rows", 20, || async {
        (!drawn(&look().await).is_empty()).then_some(())
    })
    .await;

    // Down to the end, as a wheel does; more is fetched on the way.
    let (mut seen, mut most, began) = (BTreeSet::<u64>::new(), 0, Instant::now());
    while seen.len() < all {
        let lines = drawn(&look().await);
        assert!(lines.len() <= DRAWN_MAX, "{} rows are drawn", lines.len());
        seen.extend(&lines);
        most = most.max(lines.len());
        assert!(
            began.elapsed() < Duration::from_secs(180),
            "only {} of {all} were drawn",
            seen.len()
        );
        let step = "document.querySelector('.rows').scrollTop += 700";
        rig.app.js(step).await.unwrap();
    }
    println!("at most {most} of {all} rows drawn");
    assert!(most > 10, "hardly a row was drawn");

    // What is looked at stays while payments come.
    rig.app
        .js("document.querySelector('.rows').scrollTop = 40_000")
        .await
        .unwrap();
    let rests = || async {
        let (one, two) = (look().await, look().await);
        let same = one == two && one["at"].as_i64() > Some(30_000);
        same.then_some(two)
    };
    let before = wait::until("the list at rest", 20, rests).await;
    rig.picture("history-scrolled");
    pay(PAYMENTS + 1..=PAYMENTS + 3).await;
    let grown = || async {
        let now = look().await;
        let by = now["end"].as_i64()? - before["end"].as_i64()?;
        (by > 100).then_some(now)
    };
    let after = wait::until("the list to grow", 20, grown).await;
    assert_eq!(after["first"], before["first"]);
    let moved = after["under"].as_i64().unwrap() - before["under"].as_i64().unwrap();
    assert!(
        moved.abs() < 15,
        "moved by {moved} tenths: {before} {after}"
    );

    // The keyboard goes on from the row that has the focus, wherever the wheel has gone since.
    let first = before["first"].as_u64().unwrap();
    let focus = format!(
        "const row = document.querySelector('[data-line=\"{first}\"]'); row.click(); row.focus()"
    );
    rig.app.js(&focus).await.unwrap();
    rig.app
        .js("document.querySelector('.rows').scrollTop = 0")
        .await
        .unwrap();
    let top = || async {
        let now = look().await;
        (now["at"].as_f64() == Some(0.0) && now["focus"].as_u64() == Some(first)).then_some(now)
    };
    let now = wait::until("the top, and the focus where it was", 20, top).await;
    assert!(drawn(&now).len() <= DRAWN_MAX);
    rig.app
        .js("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))")
        .await
        .unwrap();
    let next = || async {
        let now = look().await;
        let next = now["focus"].as_u64() == Some(first - 1);
        (next && now["at"].as_f64() > Some(30_000.0)).then_some(())
    };
    wait::until("the next row in sight and in focus", 20, next).await;
    rig.picture("history-scrolled-by-key");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_right_is_seen_at_once_and_the_book_says_that_it_is_whole() {
    let rig = Rig::set_up("settings").await;
    let door = rig.add(phone()).await;
    let forwarder = SmsForwarder::new(&door.secret);
    for minor in [1_280, 1_290] {
        let letter = forwarder.by_template(&Notice::wechat(minor, now()), now());
        rig.deliver(&door, &letter).await;
    }
    rig.turn_to("settings", "history").await;
    rig.app.shows("¥12.90").await.unwrap();
    let day = async || rig.app.ask("day", Value::Null).await.unwrap();
    assert_eq!(day().await["totals"][0]["net_text"], "¥25.70");

    // A note, that it was cash, and some of it given back: in the details, in the sum, in the search.
    rig.app.click("[data-line='1']").await.unwrap();
    rig.app.click(".choose button:nth-child(1)").await.unwrap();
    rig.app.write("aside textarea", "欠两瓶水").await.unwrap();
    rig.app.click("aside form .button.primary").await.unwrap();
    rig.app.shows("欠两瓶水").await.unwrap();
    rig.app.click(".choose button:nth-child(3)").await.unwrap();
    rig.app.click("aside form .button.primary").await.unwrap();
    rig.app.shows("As it was heard").await.unwrap();
    // Now without the button for cash: the fourth gives cash back.
    rig.app.click(".choose button:nth-child(4)").await.unwrap();
    rig.app.write("aside form input", "2.80").await.unwrap();
    rig.app.click("aside form .button.primary").await.unwrap();
    rig.app.shows("−¥2.80").await.unwrap();
    rig.picture("history-put-right");
    let today = day().await;
    assert_eq!(today["totals"][0]["net_text"], "¥22.90", "{today:#}");
    assert_eq!(today["totals"][0]["refunds"], 1);
    assert_eq!(today["unconfirmed"], 1, "cash waits for nobody");

    // What was said is found; and taken back, it goes.
    rig.app.click("#tab-book").await.unwrap();
    rig.app.write("#search", "两瓶").await.unwrap();
    rig.app.shows_no_more("¥12.90").await.unwrap();
    rig.app.click("[data-line='1']").await.unwrap();
    rig.app
        .click(".said li:nth-child(3) button:last-of-type")
        .await
        .unwrap();
    rig.app.shows("Undone by").await.unwrap();
    let back = || async { (day().await["totals"][0]["net_text"] == "¥25.70").then_some(()) };
    wait::until("the day's sum again", 10, back).await;

    rig.app.click("[aria-controls=book-filters]").await.unwrap();
    rig.picture("history-filters");
    rig.app.press("Check the book").await.unwrap();
    rig.app.shows("All is as it was written").await.unwrap();
    rig.picture("history-checked");
    let rig = rig.restarted("history", false).await;
    let details = rig.app.ask("payment_details", json!(1)).await.unwrap();
    assert_eq!(details["payment"]["platform"], "cash");
    assert_eq!(details["corrections"].as_array().unwrap().len(), 4);
}
