//! The whole path in one process: a platform's real request in over HTTP, a row in the book, a card, words out.

use desk::{
    api::UpdateSource,
    views::{CardFace, LineId, StepKind, UnreadQuery},
};
use domain::{Kind, Secret, SourceConfig, Trust, source::PlatformKey};
use tests::{
    customer::{
        Alipay, Heard, Letter, Notice, OtherForwarder, Sale, SmsForwarder, Stripe, UnionPay, Vmq,
        WechatV2, WechatV3, keys, now,
    },
    shop::{Door, Shop},
    wait,
};

/// A public key's id, as WeChat gives them.
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000001092025010100000001";

fn phone() -> SourceConfig {
    SourceConfig::SmsForwarder {
        secret: Secret::default(),
    }
}

/// Waits until so many sentences were said, and returns them.
async fn said(shop: &Shop, count: usize) -> Vec<String> {
    let look = || async { Some(shop.ear.said()).filter(|said| said.len() >= count) };
    let said = wait::until(&format!("{count} sentences"), 20, look).await;
    assert_eq!(said.len(), count, "too much was said: {said:?}");
    said
}

struct Told {
    letter: Letter,
    amount: &'static str,
    trust: Trust,
    platform: &'static str,
    words: &'static str,
    reply: &'static str,
}

/// One payment by every kind of source: door, letter, and what must come of it.
async fn every_source(shop: &Shop) -> Vec<(Door, Told)> {
    let at = now();
    let sale = |number: u64, minor: i64| Sale::new(number, minor, at);
    let (wechat, old, alipay, stripe, union) = (
        WechatV3::default(),
        WechatV2::default(),
        Alipay::default(),
        Stripe::default(),
        UnionPay::default(),
    );
    let confirmed = |letter, amount, platform, words, reply| Told {
        letter,
        amount,
        trust: Trust::Confirmed,
        platform,
        words,
        reply,
    };
    let reported = |letter, amount, platform, words, reply| Told {
        letter,
        amount,
        trust: Trust::Reported,
        platform,
        words,
        reply,
    };
    let sms = shop.add(phone()).await;
    let vmq = shop
        .add(SourceConfig::Vmq {
            key: Secret::default(),
        })
        .await;
    let other = shop
        .add(SourceConfig::Forwarder {
            secret: Secret::default(),
        })
        .await;
    let by_sms = SmsForwarder::new(&sms.secret).by_template(&Notice::wechat(1280, at), at);
    let by_vmq = Vmq::new(&vmq.secret).push(2, &sale(6, 205), at);
    let by_other =
        OtherForwarder::new(&other.secret).notice(&Notice::alipay("王*", 9_900, at), "key-1");
    vec![
        (
            shop.add(wechat.config()).await,
            confirmed(
                wechat.payment(&sale(1, 3_650), at),
                "¥36.50",
                "wechat",
                "三十六元五角",
                "",
            ),
        ),
        (
            shop.add(old.config()).await,
            confirmed(
                old.payment(&sale(2, 10_500), true),
                "¥105.00",
                "wechat",
                "一百零五元",
                "SUCCESS",
            ),
        ),
        (
            shop.add(alipay.config()).await,
            confirmed(
                alipay.payment(&sale(3, 1_005), at),
                "¥10.05",
                "alipay",
                "十元零五分",
                "success",
            ),
        ),
        (
            shop.add(stripe.config()).await,
            confirmed(
                stripe.payment(&sale(4, 1_999), "usd", at),
                "$19.99",
                "stripe",
                "十九美元九十九美分",
                "",
            ),
        ),
        (
            shop.add(union.config()).await,
            confirmed(
                union.payment(&sale(5, 136)),
                "¥1.36",
                "unionpay",
                "一元三角六分",
                "",
            ),
        ),
        (sms, reported(by_sms, "¥12.80", "wechat", "十二元八角", "")),
        (
            vmq,
            reported(by_vmq, "¥2.05", "alipay", "两元零五分", r#""code":1"#),
        ),
        (
            other,
            reported(by_other, "¥99.00", "alipay", "九十九元", ""),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_source_is_booked_shown_and_said() {
    let shop = Shop::open().await;
    let all = every_source(&shop).await;
    for (count, (door, told)) in all.iter().enumerate() {
        let heard = shop.deliver(door, &told.letter).await;
        assert!(
            (200..300).contains(&heard.status),
            "{} answered {heard:?}",
            told.platform
        );
        assert!(
            heard.body.contains(told.reply),
            "{} expects {:?}, not {heard:?}",
            told.platform,
            told.reply
        );

        let book = shop.book_of(count + 1).await;
        let row = &book[0];
        let number = u32::try_from(count + 1).unwrap();
        assert_eq!(row.amount_text.as_deref(), Some(told.amount));
        assert_eq!(
            (row.trust, row.platform.as_str()),
            (told.trust, told.platform)
        );
        assert_eq!(
            (row.kind, row.number, row.test),
            (Kind::Payment, Some(number), false)
        );

        let sentences = said(&shop, count + 1).await;
        let sentence = sentences.last().unwrap();
        assert!(
            sentence.contains(told.words),
            "{sentence:?} should say {:?}",
            told.words
        );
        assert!(
            !sentence.chars().any(|c| c.is_ascii_digit()),
            "digits are left to no engine: {sentence:?}"
        );
        assert_eq!(
            sentence.contains("手机通知"),
            told.trust == Trust::Reported,
            "{sentence:?}"
        );
    }
    assert_eq!(shop.eye.rows_shown().len(), all.len(), "one card for each");
    let tray = shop.eye.tray().unwrap();
    assert!(
        tray.title_lines.iter().any(|line| line.contains("266.76")),
        "¥36.50 + … + ¥99.00: {tray:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_delivery_again_is_nothing_new() {
    let shop = Shop::open().await;
    let all = every_source(&shop).await;
    for (door, told) in &all {
        for _ in 0..3 {
            let heard = shop.deliver(door, &told.letter).await;
            assert!(
                (200..300).contains(&heard.status),
                "a repeat must be taken, or it comes for a day: {heard:?}"
            );
        }
    }
    shop.book_of(all.len()).await;
    said(&shop, all.len()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_repeats_hears_the_same_answer_and_is_announced_once() {
    let mut shop = Shop::open().await;
    let (alipay, union) = (Alipay::default(), UnionPay::default());
    let at = now();
    let all = [
        (
            shop.add(alipay.config()).await,
            alipay.payment(&Sale::new(1, 1_005, at), at),
            "success",
            "十元零五分",
        ),
        (
            shop.add(union.config()).await,
            union.payment(&Sale::new(2, 136, at)),
            "ok",
            "一元三角六分",
        ),
    ];
    for (door, letter, reply, _) in &all {
        // At once, as two of the platform's machines do, and later again.
        let post = || shop.post.deliver(&door.url, letter);
        let (a, b, c, d) = tokio::join!(post(), post(), post(), post());
        let again = post().await;
        for heard in [a, b, c, d, again] {
            let heard = heard.unwrap();
            assert_eq!((heard.status, heard.body.as_str()), (200, *reply));
        }
    }
    let book = shop.book_of(all.len()).await;
    let sentences = said(&shop, all.len()).await;
    for ((_, _, _, words), sentence) in all.iter().zip(&sentences) {
        assert!(sentence.contains(words), "{sentences:?}");
    }
    // And after a restart of the hub.
    shop.close_hub().await;
    shop.open_hub().await;
    for (door, letter, reply, _) in &all {
        let heard = shop.deliver(door, letter).await;
        assert_eq!((heard.status, heard.body.as_str()), (200, *reply));
    }
    // A payment that is new goes through the same loop after them: whatever they would be is said before it.
    let (door, ..) = &all[0];
    shop.deliver(door, &alipay.payment(&Sale::new(3, 200, now()), now()))
        .await;
    assert_eq!(shop.book_of(3).await[1..], book);
    let sentences = said(&shop, 3).await;
    assert!(sentences[2].contains("两元"), "{sentences:?}");
    assert_eq!(shop.eye.rows_shown().len(), 3, "one card for each");
}

#[tokio::test(flavor = "multi_thread")]
async fn news_long_after_the_payment_is_told_as_late_by_every_source_that_says_when() {
    let shop = Shop::open().await;
    let at = now();
    let long_ago = at.plus_ms(-45 * 60_000);
    let sale = |number: u64, minor: i64| Sale::new(number, minor, long_ago);
    let (wechat, old, alipay, stripe, union) = (
        WechatV3::default(),
        WechatV2::default(),
        Alipay::default(),
        Stripe::default(),
        UnionPay::default(),
    );
    let other = shop
        .add(SourceConfig::Forwarder {
            secret: Secret::default(),
        })
        .await;
    let by_other =
        OtherForwarder::new(&other.secret).notice(&Notice::alipay("王*", 700, long_ago), "key-1");
    // SmsForwarder writes the notice's time without a zone, and V免签 none: theirs counts from its arrival.
    // The news is signed now, as a platform's repeat after an outage is; the customer paid long ago.
    let all = [
        (
            shop.add(wechat.config()).await,
            wechat.payment(&sale(1, 100), at),
        ),
        (
            shop.add(old.config()).await,
            old.payment(&sale(2, 200), true),
        ),
        (
            shop.add(alipay.config()).await,
            alipay.payment(&sale(3, 300), at),
        ),
        (
            shop.add(stripe.config()).await,
            stripe.payment(&sale(4, 400), "cny", at),
        ),
        (shop.add(union.config()).await, union.payment(&sale(5, 500))),
        (other, by_other),
    ];
    for (count, (door, letter)) in all.iter().enumerate() {
        let heard = shop.deliver(door, letter).await;
        assert!((200..300).contains(&heard.status), "{heard:?}");
        let row = shop.book_of(count + 1).await.remove(0);
        let (kind, expected) = (&door.id, long_ago.millis() / 1_000);
        let paid = row.at.millis() / 1_000;
        assert_eq!(paid, expected, "{kind}");
        // A card of its own, and a sentence that says "now", would be taken for a customer who stands there.
        let views = shop.eye.cards();
        let faces = views.iter().flat_map(|view| &view.cards);
        let own = faces
            .filter(|card| matches!(card.face, CardFace::Payment { .. }))
            .count();
        assert_eq!(own, 0, "{kind}");
        let late = || async { shop.ear.said().get(count).cloned() };
        let sentence = wait::until(&format!("what {kind} told late"), 20, late).await;
        assert!(
            sentence.contains("之前") || sentence.contains("补报"),
            "{kind}: {sentence:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_and_its_webhook_are_one_payment() {
    let shop = Shop::open().await;
    let wechat = WechatV3::default();
    let (by_phone, by_platform) = (shop.add(phone()).await, shop.add(wechat.config()).await);
    let at = now();
    let notice = SmsForwarder::new(&by_phone.secret).by_template(&Notice::wechat(1_250, at), at);
    shop.deliver(&by_phone, &notice).await;
    assert_eq!(shop.book_of(1).await[0].trust, Trust::Reported);
    said(&shop, 1).await;

    shop.deliver(
        &by_platform,
        &wechat.payment(&Sale::new(1, 1_250, at), now()),
    )
    .await;
    let confirmed =
        || async { Some(shop.book().await).filter(|book| book[0].trust == Trust::Confirmed) };
    let book = wait::until("the confirmation", 10, confirmed).await;
    assert_eq!(book.len(), 1);
    let details = shop.details(&book[0]).await;
    assert_eq!(details.news.len(), 2);
    assert!(
        details
            .steps
            .iter()
            .any(|step| step.what == StepKind::Confirmed),
        "{details:#?}"
    );

    // A second webhook of the same amount is a second customer.
    shop.deliver(
        &by_platform,
        &wechat.payment(&Sale::new(2, 1_250, now()), now()),
    )
    .await;
    shop.book_of(2).await;
    said(&shop, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_equal_sales_are_two() {
    let shop = Shop::open().await;
    let door = shop
        .add(SourceConfig::Forwarder {
            secret: Secret::default(),
        })
        .await;
    let forwarder = OtherForwarder::new(&door.secret);
    let at = now();
    for key in ["0|com.tencent.mm|1", "0|com.tencent.mm|2"] {
        shop.deliver(&door, &forwarder.notice(&Notice::wechat(800, at), key))
            .await;
    }
    let book = shop.book_of(2).await;
    assert_eq!((book[0].number, book[1].number), (Some(2), Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_are_counted_once_each() {
    let shop = Shop::open().await;
    let (alipay, wechat) = (Alipay::default(), WechatV3::default());
    let (by_alipay, by_wechat) = (
        shop.add(alipay.config()).await,
        shop.add(wechat.config()).await,
    );
    let sale = Sale::new(1, 3_650, now());
    shop.deliver(&by_alipay, &alipay.payment(&sale, now()))
        .await;
    shop.book_of(1).await;
    // Alipay tells the sum so far: 10.00, then 15.00.
    for (so_far, times) in [(1_000, 1), (1_500, 2)] {
        shop.deliver(&by_alipay, &alipay.refund(&sale, so_far, times, now()))
            .await;
    }
    let book = shop.book_of(3).await;
    let amounts: Vec<_> = book
        .iter()
        .map(|row| (row.kind, row.amount.map(|a| a.minor())))
        .collect();
    let expected = [
        (Kind::Refund, Some(500)),
        (Kind::Refund, Some(1_000)),
        (Kind::Payment, Some(3_650)),
    ];
    assert_eq!(amounts, expected);

    let sale = Sale::new(2, 2_000, now());
    shop.deliver(&by_wechat, &wechat.payment(&sale, now()))
        .await;
    shop.deliver(&by_wechat, &wechat.refund(&sale, 2_000, now()))
        .await;
    shop.book_of(5).await;
    let day = shop.desk().day(None).await.unwrap();
    assert_eq!(day.totals[0].net.minor(), 3_650 - 1_500);
    assert_eq!((day.totals[0].payments, day.totals[0].refunds), (2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_imitates_a_payment_is_kept_but_never_said() {
    let shop = Shop::open().await;
    let door = shop.add(phone()).await;
    let forwarder = SmsForwarder::new(&door.secret);
    let at = now();
    let from_a_chat = Notice {
        title: "张三".to_owned(),
        ..Notice::wechat(10_000, at)
    };
    let advert = Notice {
        title: "微信团队".to_owned(),
        text: "微信支付收款功能升级，最高可享0费率".to_owned(),
        ..from_a_chat.clone()
    };
    for notice in [&from_a_chat, &advert] {
        let heard = shop
            .deliver(&door, &forwarder.by_template(notice, now()))
            .await;
        assert_eq!(heard.status, 200);
    }
    // A real one after them: whatever they would have caused came before it.
    shop.deliver(
        &door,
        &forwarder.by_default(&Notice::wechat(700, at), now()),
    )
    .await;
    shop.book_of(1).await;
    let sentences = said(&shop, 1).await;
    assert!(sentences[0].contains("七元"), "{sentences:?}");
    let query = UnreadQuery {
        before: None::<LineId>,
        limit: 50,
    };
    let unread = shop.desk().unread_page(query).await.unwrap().rows;
    assert!(
        unread
            .iter()
            .any(|row| row.title.as_deref() == Some("张三")),
        "{unread:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_without_an_amount_is_said_as_that() {
    let shop = Shop::open().await;
    let door = shop.add(phone()).await;
    let notice = Notice {
        text: "你有一笔收款入账".to_owned(),
        ..Notice::wechat(0, now())
    };
    shop.deliver(
        &door,
        &SmsForwarder::new(&door.secret).by_template(&notice, now()),
    )
    .await;
    assert_eq!(shop.book_of(1).await[0].amount, None);
    assert!(said(&shop, 1).await[0].contains("金额未知"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_all_and_repeats_nothing() {
    let mut shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    for number in 1..=3 {
        shop.deliver(
            &door,
            &wechat.payment(&Sale::new(number, 100, now()), now()),
        )
        .await;
        said(&shop, usize::try_from(number).unwrap()).await;
    }
    shop.close_desk().await;
    // While nobody listens, the hub still takes news.
    shop.deliver(&door, &wechat.payment(&Sale::new(4, 400, now()), now()))
        .await;
    shop.close_hub().await;
    shop.open_hub().await;
    shop.open_desk().await;
    shop.book_of(4).await;
    let sentences = said(&shop, 4).await;
    assert!(sentences[3].contains("四元"), "{sentences:?}");
    assert_eq!(
        shop.desk().sources().await.unwrap().len(),
        2,
        "the source and the test source"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_is_gone_is_said_so_and_loses_no_payment() {
    let shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    shop.ear.deaf(true);
    shop.deliver(&door, &wechat.payment(&Sale::new(1, 100, now()), now()))
        .await;
    shop.book_of(1).await;
    let problem = || async { shop.desk().listening().await.ok()?.voice_problem };
    wait::until("the problem with the voice", 30, problem).await;
    assert_eq!(shop.eye.rows_shown().len(), 1, "the card came all the same");
    shop.ear.deaf(false);
    shop.deliver(&door, &wechat.payment(&Sale::new(2, 200, now()), now()))
        .await;
    let look = || async {
        shop.ear
            .said()
            .iter()
            .any(|s| s.contains("两元"))
            .then_some(())
    };
    wait::until("the voice again", 30, look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wechat_moves_an_account_to_its_public_key_behind_the_same_door() {
    let shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    let moved = |number: u64| {
        let mut letter = wechat.payment(&Sale::new(number, 100, now()), now());
        for (name, value) in &mut letter.headers {
            if *name == "wechatpay-serial" {
                value.replace_range(.., PUBLIC_KEY_ID);
            }
        }
        letter
    };
    assert_eq!(shop.deliver(&door, &moved(1)).await.status, 401);

    let shown = shop.desk().source_form(door.id.clone()).await.unwrap();
    let SourceConfig::WechatV3 {
        mchid,
        appid,
        api_v3_key,
        platform_keys,
    } = shown.config
    else {
        panic!("another kind");
    };
    assert!(api_v3_key.is_empty(), "no secret leaves the hub");
    assert_eq!(platform_keys[0].serial, keys::SERIAL);
    let config = SourceConfig::WechatV3 {
        mchid,
        appid,
        api_v3_key,
        platform_keys: vec![PlatformKey {
            serial: PUBLIC_KEY_ID.to_owned(),
            pem: keys::PUBLIC.to_owned(),
        }],
    };
    let change = UpdateSource {
        id: shown.id,
        name: "公钥".to_owned(),
        config,
    };
    shop.desk().update_source(change).await.unwrap();

    // WeChat tells of the refused one again, and for a while signs some with each.
    assert_eq!(shop.deliver(&door, &moved(1)).await.status, 200);
    let with_certificate = wechat.payment(&Sale::new(2, 200, now()), now());
    assert_eq!(shop.deliver(&door, &with_certificate).await.status, 200);
    assert!(
        shop.book_of(2)
            .await
            .iter()
            .all(|row| row.trust == Trust::Confirmed)
    );
    let sources = shop.desk().sources().await.unwrap();
    assert!(sources.iter().any(|s| s.name == "公钥" && s.refused == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_payment_goes_the_whole_way_and_into_no_total() {
    let shop = Shop::open().await;
    let amount = domain::Money::new(100, domain::Currency::CNY).unwrap();
    shop.desk().test_payment(amount).await.unwrap();
    let row = &shop.book_of(1).await[0];
    assert!(row.test && row.number.is_none());
    assert!(said(&shop, 1).await[0].contains("测试"));
    let day = shop.desk().day(None).await.unwrap();
    assert_eq!(
        day.totals.iter().map(|total| total.payments).sum::<u32>(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told() {
    let shop = Shop::open().await;
    let base = format!("http://{}", shop.hub_address);
    let get = Letter {
        method: "GET",
        ..Letter::default()
    };
    let heard: Heard = shop
        .post
        .deliver(&format!("{base}/health"), &get)
        .await
        .unwrap();
    assert_eq!(heard.status, 200, "{heard:?}");
    let heard = shop
        .post
        .deliver(&format!("{base}/metrics"), &get)
        .await
        .unwrap();
    assert_eq!(heard.status, 200);
    assert!(heard.body.contains("tillbell"), "{heard:?}");
}
