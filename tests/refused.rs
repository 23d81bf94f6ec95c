//! Silence that is no silence of customers: deliveries that are refused, and a hub that was restored from a copy. From
//! the platform's real request to tray, card and voice.

use desk::{
    TrayState,
    api::UpdateSource,
    views::{CardFace, Listening, ListeningView},
};
use domain::{Secret, SourceConfig, Timestamp};
use hub::Limits;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tests::{
    customer::{Letter, Sale, Stripe, Vmq, WechatV3, now},
    shop::{Door, Shop},
    wait,
};

const SIX_MINUTES: i64 = 6 * 60_000;

/// The last that the card of listening said.
fn card(shop: &Shop) -> Option<ListeningView> {
    let views = shop.eye.cards();
    let faces = views.iter().flat_map(|view| &view.cards).rev();
    faces
        .filter_map(|card| match &card.face {
            CardFace::Listening { view } => Some(view.clone()),
            _ => None,
        })
        .next()
}

/// Waits until the desk's state is this one, and says so in the tray.
async fn tray(shop: &Shop, state: Listening) -> String {
    let look = || async {
        let view = shop.eye.listening().filter(|view| view.state == state)?;
        let tray = shop.eye.tray()?;
        let stopped = tray.state == TrayState::NotListening;
        (stopped == view.state.is_stopped()).then(|| tray.title_lines.join("\n"))
    };
    wait::until(&format!("{state:?} in the tray"), 20, look).await
}

async fn said(shop: &Shop, part: &str) {
    let look = || async { shop.ear.said().into_iter().find(|said| said.contains(part)) };
    wait::until(part, 20, look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_told_and_what_came_meanwhile_when_it_is_set() {
    let mut shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    let first = wechat.payment(&Sale::new(1, 100, now()), now());
    assert_eq!(shop.deliver(&door, &first).await.status, 200);
    tray(&shop, Listening::Listening).await;

    // WeChat's clock is right, and six minutes ahead of this PC's.
    let sale = Sale::new(2, 2_000, now());
    let refused = wechat.payment(&sale, now().plus_ms(SIX_MINUTES));
    assert_eq!(shop.deliver(&door, &refused).await.status, 401);
    let lines = tray(&shop, Listening::SourceRefusing).await;
    assert!(lines.contains("慢了 6 分钟"), "{lines}");
    said(&shop, "收款消息被拒收").await;
    let stopped = card(&shop).unwrap();
    let source = stopped.sources.iter().find(|s| s.id == door.id).unwrap();
    let refusing = source.refusing.clone().unwrap();
    assert_eq!((refusing.code.as_str(), refusing.proven), ("stale", true));
    assert_eq!(stopped.since, Some(refusing.since));

    // A restart of the hub is no reason to believe that all is well.
    shop.close_hub().await;
    shop.open_hub().await;
    let again = || async {
        let sources = shop.desk().sources().await.ok()?;
        let health = sources.into_iter().find(|s| s.id == door.id)?.health;
        health.refusing.map(|refusing| refusing.since)
    };
    let since = wait::until("the alarm after the restart", 20, again).await;
    assert_eq!(since, refusing.since);
    tray(&shop, Listening::SourceRefusing).await;

    // The clock is set, and WeChat sends again.
    let taken = shop.deliver(&door, &wechat.payment(&sale, now())).await;
    assert_eq!(taken.status, 200);
    tray(&shop, Listening::Listening).await;
    shop.book_of(2).await;
    said(&shop, "收款消息恢复了").await;
    let back = wait::until("what came meanwhile", 10, || async {
        card(&shop)?.back.filter(|back| back.payments == 1)
    })
    .await;
    assert_eq!(back.totals, ["¥20.00"]);
    assert!(!back.since_clock.is_empty() && !back.until_clock.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_do_not_fit_are_told_with_their_reason_and_new_ones_end_it() {
    let shop = Shop::open().await;
    let wechat = WechatV3::default();
    let SourceConfig::WechatV3 {
        mchid,
        appid,
        api_v3_key,
        platform_keys,
    } = wechat.config()
    else {
        panic!("another kind");
    };
    let config = |mchid: &str, api_v3_key: Secret| SourceConfig::WechatV3 {
        mchid: mchid.to_owned(),
        appid: appid.clone(),
        api_v3_key,
        platform_keys: platform_keys.clone(),
    };
    let other_key = Secret::new("0123456789abcdef0123456789abcdef");
    let right = config(&mchid, api_v3_key.clone());
    for (number, wrong, code, words) in [
        (1, config(&mchid, other_key), "decrypt", "密钥解不开"),
        (
            2,
            config("1900000999", api_v3_key),
            "wrong_merchant",
            "商户号",
        ),
    ] {
        let door = shop.add(wrong).await;
        let sale = Sale::new(number, 100, now());
        shop.deliver(&door, &wechat.payment(&sale, now())).await;
        let lines = tray(&shop, Listening::SourceRefusing).await;
        assert!(lines.contains(words), "{lines}");
        let view = card(&shop).unwrap();
        let source = view.sources.iter().find(|s| s.id == door.id).unwrap();
        assert_eq!(
            source.refusing.as_ref().map(|r| r.code.as_str()),
            Some(code)
        );
        let change = UpdateSource {
            id: door.id.clone(),
            name: "微信支付".to_owned(),
            config: right.clone(),
        };
        shop.desk().update_source(change).await.unwrap();
        tray(&shop, Listening::Listening).await;
        let taken = shop.deliver(&door, &wechat.payment(&sale, now())).await;
        assert_eq!(taken.status, 200);
        shop.desk().remove_source(door.id).await.unwrap();
    }
    shop.book_of(2).await;
}

/// Over how long refusals that prove nothing must come before they are an alarm, in the tests below.
const SPREAD: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_garbage_raises_no_alarm_and_letters_in_another_hand_do() {
    let shop = Shop::open_with(Limits {
        refusals_over: SPREAD,
        ..Limits::default()
    })
    .await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    let sale = |number| Sale::new(number, 100, now());
    let taken = shop.deliver(&door, &wechat.payment(&sale(1), now())).await;
    assert_eq!(taken.status, 200);
    let source = || async {
        let sources = shop.desk().sources().await.ok()?;
        sources.into_iter().find(|s| s.id == door.id)
    };

    // Without a signature of the platform's form, however many and for how long they come.
    let (began, mut number) = (Instant::now(), 0);
    while began.elapsed() < SPREAD * 5 || number < 50 {
        let mut letter = wechat.payment(&sale(number), now());
        match number % 3 {
            0 => letter.headers.clear(),
            1 => letter
                .headers
                .retain(|(name, _)| *name != "wechatpay-signature"),
            _ => {
                letter.method = "GET";
                letter.headers.clear();
            }
        }
        let heard = shop.deliver(&door, &letter).await;
        assert!(heard.status >= 400, "{heard:?}");
        number += 1;
    }
    let after = source().await.unwrap();
    assert_eq!(
        (u64::from(after.refused), after.health.refusing),
        (number, None)
    );
    tray(&shop, Listening::Listening).await;

    // In the platform's form, and signed over something else: so it looks when a key was changed.
    let raised = wait::until("the alarm", 20, || async {
        let mut letter = wechat.payment(&sale(number), now());
        letter.body.push(b' ');
        let heard = shop.deliver(&door, &letter).await;
        assert_eq!(heard.status, 401, "{heard:?}");
        source().await?.health.refusing
    })
    .await;
    assert_eq!((raised.code.as_str(), raised.proven), ("signature", false));
    tray(&shop, Listening::SourceRefusing).await;
    let taken = shop.deliver(&door, &wechat.payment(&sale(2), now())).await;
    assert_eq!(taken.status, 200);
    tray(&shop, Listening::Listening).await;
}

/// What is delivered late, by a platform that signs the time.
type Signer = Box<dyn Fn(&Sale, Timestamp) -> Letter>;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_late_is_an_alarm_only_where_it_was_never_taken() {
    let shop = Shop::open_with(Limits {
        refusals_over: SPREAD,
        ..Limits::default()
    })
    .await;
    let (wechat, stripe) = (WechatV3::default(), Stripe::default());
    let vmq = shop
        .add(SourceConfig::Vmq {
            key: Secret::default(),
        })
        .await;
    let monitor = Vmq::new(&vmq.secret);
    let all: [(Door, Signer); 3] = [
        (
            shop.add(wechat.config()).await,
            Box::new(move |sale, at| wechat.payment(sale, at)),
        ),
        (
            shop.add(stripe.config()).await,
            Box::new(move |sale, at| stripe.payment(sale, "usd", at)),
        ),
        (vmq, Box::new(move |sale, at| monitor.push(1, sale, at))),
    ];
    let refusing = async |door: &Door| {
        let sources = shop.desk().sources().await.unwrap();
        let source = sources.into_iter().find(|s| s.id == door.id).unwrap();
        (
            source.refused,
            source.health.refusing.map(|r| (r.code, r.proven)),
        )
    };
    for (number, (door, sign)) in (1..).zip(&all) {
        let (known, unknown) = (
            Sale::new(number, 100, now()),
            Sale::new(number + 50, 300, now()),
        );
        let (then, late) = (now(), now().plus_ms(-SIX_MINUTES));
        assert!((200..300).contains(&shop.deliver(door, &sign(&known, then)).await.status));
        let kind = &door.id;
        let is_pushed = kind.to_string().starts_with("vmq");
        // The very same sale in an envelope of six minutes ago: the log has it. A monitor's push has no number but its
        // time, so that one is another payment, and known to be lost.
        for _ in 0..if is_pushed { 0 } else { 4 } {
            assert!(shop.deliver(door, &sign(&known, late)).await.status >= 400);
        }
        if !is_pushed {
            assert_eq!(refusing(door).await, (4, None), "{kind}");
        }
        let heard = shop.deliver(door, &sign(&unknown, late)).await;
        let said = |code: &str| Some((code.to_owned(), true));
        // One that beats is judged by its silence, which the refusal then explains.
        let expected = if is_pushed { None } else { said("stale") };
        let (refused, alarm) = refusing(door).await;
        assert!(refused > 0, "{kind}: {heard:?}");
        assert_eq!(alarm, expected, "{kind}");
        assert!((200..300).contains(&shop.deliver(door, &sign(&unknown, now())).await.status));
        assert_eq!(refusing(door).await.1, None, "{kind}");
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_restored_from_a_copy_that_grew_past_the_desk_hides_no_payment() {
    let mut shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    let (live, backup) = (shop.folder().join("hub"), shop.folder().join("copy"));
    let pay = async |shop: &Shop, numbers: std::ops::RangeInclusive<u64>| {
        for number in numbers {
            let minor = i64::try_from(number).unwrap() * 100;
            let letter = wechat.payment(&Sale::new(number, minor, now()), now());
            assert_eq!(shop.deliver(&door, &letter).await.status, 200);
        }
    };
    pay(&shop, 1..=3).await;
    shop.book_of(3).await;
    shop.close_hub().await;
    copy(&live, &backup);
    shop.open_hub().await;
    pay(&shop, 4..=5).await;
    let before = shop.book_of(5).await;
    let told = wait::until("all are told", 20, || async {
        let told = shop.desk().ledger().untold().await.ok()?.is_empty();
        told.then(|| shop.eye.rows_shown())
    })
    .await;
    shop.close_desk().await;
    shop.close_hub().await;

    // The disk died, the copy was put back, and customers went on: the numbers of 4 and 5 are others' now.
    std::fs::remove_dir_all(&live).unwrap();
    copy(&backup, &live);
    shop.open_hub().await;
    pay(&shop, 6..=8).await;
    shop.open_desk().await;
    let book = shop.book_of(8).await;
    let mut amounts: Vec<i64> = book
        .iter()
        .filter_map(|r| Some(r.amount?.minor()))
        .collect();
    amounts.sort_unstable();
    assert_eq!(
        amounts,
        (1..=8).map(|n| n * 100).collect::<Vec<_>>(),
        "each once"
    );
    // What stood in the book stands there as it stood, and is not told again; what nobody heard of is.
    let look = || async { Some(shop.eye.rows_shown()).filter(|rows| rows.len() >= told.len() + 3) };
    let shown = wait::until("the three new ones", 20, look).await;
    let new: Vec<_> = shown[told.len()..].to_vec();
    assert_eq!(new.len(), 3);
    assert!(before.iter().all(|row| !new.contains(&row.line.0)));
    // And the number that the desk goes on from is the restored log's.
    pay(&shop, 9..=9).await;
    shop.book_of(9).await;
}
