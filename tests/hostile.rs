//! Hostile input at every door: refused quickly, nothing booked, and the hub as well as before.

use domain::{Secret, SourceConfig};
use std::time::{Duration, Instant};
use tests::{
    customer::{Alipay, Letter, Post, Sale, Stripe, UnionPay, Vmq, WechatV2, WechatV3, now},
    shop::{Door, Shop},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A genuine letter made into something else.
fn spoilt(genuine: &Letter) -> Vec<(&'static str, Letter)> {
    let with = |body: Vec<u8>| Letter {
        body,
        ..genuine.clone()
    };
    let deep = |open: &str, close: &str| {
        let text = format!("{}{}", open.repeat(20_000), close.repeat(20_000));
        with(text.into_bytes()[..60_000].to_vec())
    };
    let mut flipped = genuine.body.clone();
    if let Some(byte) = flipped.get_mut(genuine.body.len() / 2) {
        *byte ^= 1;
    }
    let mut bare = genuine.clone();
    bare.headers.retain(|(name, _)| *name == "content-type");
    let mut doubled = genuine.clone();
    doubled.headers.extend(
        genuine
            .headers
            .iter()
            .filter(|(name, _)| *name != "content-type")
            .cloned(),
    );
    let mut empty_headers = genuine.clone();
    for (_, value) in &mut empty_headers.headers {
        value.clear();
    }
    let mut all = vec![
        ("empty", with(vec![])),
        (
            "half",
            with(genuine.body[..genuine.body.len() / 2].to_vec()),
        ),
        ("a flipped bit", with(flipped)),
        ("no UTF-8", with(vec![0xff, 0xfe, 0x80, b'{', 0xc0])),
        ("deep JSON", deep("[{\"a\":", "}]")),
        ("deep XML", deep("<xml>", "</xml>")),
        (
            "an entity bomb",
            with(
                b"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><xml>&b;</xml>"
                    .to_vec(),
            ),
        ),
        ("another type", with(b"\"text\"".to_vec())),
        ("an array", with(b"[1,2,3]".to_vec())),
        (
            "nulls",
            with(b"{\"id\":null,\"resource\":null,\"data\":null}".to_vec()),
        ),
        (
            "a huge number",
            with(b"{\"amount\":1e999999,\"total_amount\":99999999999999999999999}".to_vec()),
        ),
        ("many fields", with("a=1&".repeat(16_000).into_bytes())),
        ("percent signs", with("%".repeat(60_000).into_bytes())),
        ("the largest that is read", with(vec![b'a'; 64 * 1024])),
        ("too large", with(vec![b'a'; 64 * 1024 + 1])),
        ("much too large", with(vec![b'a'; 3 * 1024 * 1024])),
        ("no security headers", bare),
        ("empty security headers", empty_headers),
        ("doubled security headers", doubled),
        (
            "another method",
            Letter {
                method: "DELETE",
                ..genuine.clone()
            },
        ),
        (
            "another path",
            Letter {
                rest: "/../../health",
                ..genuine.clone()
            },
        ),
    ];
    // Where nothing is signed in headers, these three are the genuine letter itself.
    if genuine.headers.len() <= 1 {
        all.retain(|(what, _)| !what.ends_with("security headers"));
    }
    all
}

/// The same for a letter that is all in its query.
fn spoilt_query(genuine: &Letter) -> Vec<(&'static str, Letter)> {
    let query = genuine.query.as_str();
    let with = |query: String| Letter {
        query,
        ..genuine.clone()
    };
    let price = |text: &str| with(query.replacen("price=1.00", &format!("price={text}"), 1));
    let sign = |text: &str| {
        let (rest, _) = query.split_once("&sign=").unwrap();
        with(format!("{rest}&sign={text}"))
    };
    let many_fields: String = (0..2_000).map(|n| format!("a{n}=1&")).collect();
    vec![
        ("no query", with(String::new())),
        ("half a query", with(query[..query.len() / 2].to_owned())),
        ("one letter less", with(query[..query.len() - 1].to_owned())),
        ("another price", price("9.00")),
        ("no price", price("")),
        ("a huge price", price(&"1".repeat(20_000))),
        ("a price too large", price(&"1".repeat(50_000))),
        ("no UTF-8", price("%FF%FE%C0%80")),
        ("half a letter of UTF-8", price("1.00%E5%85")),
        ("a broken escape", price("1.00%")),
        ("an escape of no number", price("%zz%1")),
        ("a null", price("1.00%00")),
        ("percent signs", with("%".repeat(20_000))),
        ("a query too large", with("%".repeat(50_000))),
        ("many fields", with(format!("{many_fields}{query}"))),
        ("a doubled price", with(format!("{query}&price=9.00"))),
        (
            "a price of another case",
            with(format!("PRICE=9.00&{query}")),
        ),
        ("a doubled sign", with(format!("sign=0&{query}"))),
        ("all doubled", with(format!("{query}&{query}"))),
        ("no sign", sign("")),
        ("a sign of zeros", sign(&"0".repeat(32))),
        ("a sign too large", sign(&"a".repeat(50_000))),
        (
            "a body too large",
            Letter {
                body: vec![b'a'; 3 * 1024 * 1024],
                ..genuine.clone()
            },
        ),
        (
            "another method",
            Letter {
                method: "DELETE",
                ..genuine.clone()
            },
        ),
        (
            "another path",
            Letter {
                rest: "/../../health",
                ..genuine.clone()
            },
        ),
    ]
}

/// Every door with a letter that is genuine as it stands.
async fn doors(shop: &Shop) -> Vec<(Door, Letter)> {
    let (wechat, old, alipay, stripe, union) = (
        WechatV3::default(),
        WechatV2::default(),
        Alipay::default(),
        Stripe::default(),
        UnionPay::default(),
    );
    let at = now();
    let sale = |number| Sale::new(number, 100, at);
    let sms = shop
        .add(SourceConfig::SmsForwarder {
            secret: Secret::default(),
        })
        .await;
    let other = shop
        .add(SourceConfig::Forwarder {
            secret: Secret::default(),
        })
        .await;
    let vmq = shop
        .add(SourceConfig::Vmq {
            key: Secret::default(),
        })
        .await;
    let by_vmq = Vmq::new(&vmq.secret).push(2, &sale(6), at);
    let notice = tests::customer::Notice::wechat(100, at);
    let by_sms = tests::customer::SmsForwarder::new(&sms.secret).by_template(&notice, at);
    let by_other = tests::customer::OtherForwarder::new(&other.secret).notice(&notice, "k");
    vec![
        (
            shop.add(wechat.config()).await,
            wechat.payment(&sale(1), at),
        ),
        (shop.add(old.config()).await, old.payment(&sale(2), false)),
        (
            shop.add(alipay.config()).await,
            alipay.payment(&sale(3), at),
        ),
        (
            shop.add(stripe.config()).await,
            stripe.payment(&sale(4), "cny", at),
        ),
        (shop.add(union.config()).await, union.payment(&sale(5))),
        (sms, by_sms),
        (other, by_other),
        (vmq, by_vmq),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn spoilt_letters_are_refused_and_do_no_harm() {
    let shop = Shop::open().await;
    for (door, genuine) in doors(&shop).await {
        // A phone proves its secret, but nothing covers its text: with another bit it says something else.
        let covers_text = door.secret.is_empty();
        let all = if genuine.method == "GET" {
            spoilt_query(&genuine)
        } else {
            spoilt(&genuine)
        };
        for (what, letter) in all {
            if what == "a flipped bit" && !covers_text {
                continue;
            }
            let began = Instant::now();
            // Each on a connection of its own: one that was refused half way is closed. What is too large may be
            // cut off while it is sent: no answer, but no harm either.
            if let Ok(heard) = Post::default().deliver(&door.url, &letter).await {
                assert!(
                    (400..500).contains(&heard.status),
                    "{} with {what}: {heard:?}",
                    door.id
                );
                assert!(heard.body.len() < 300, "{what} is told too much: {heard:?}");
            } else {
                assert!(
                    what.contains("too large"),
                    "{} with {what} is not answered",
                    door.id
                );
            }
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "{what} took {:?}",
                began.elapsed()
            );
        }
    }
    assert!(shop.book().await.is_empty());
    let genuine = WechatV3::default();
    let door = shop.add(genuine.config()).await;
    let heard = shop
        .deliver(&door, &genuine.payment(&Sale::new(9, 100, now()), now()))
        .await;
    assert_eq!(
        heard.status / 100,
        2,
        "the hub is as well as before: {heard:?}"
    );
    shop.book_of(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_signatures_and_wrong_keys_are_refused() {
    let shop = Shop::open().await;
    let (wechat, stripe) = (WechatV3::default(), Stripe::default());
    let (by_wechat, by_stripe) = (
        shop.add(wechat.config()).await,
        shop.add(stripe.config()).await,
    );
    let at = now();
    for minutes in [-6, 6] {
        let then = at.plus_ms(minutes * 60_000);
        let sale = Sale::new(1, 100, at);
        let heard = shop.deliver(&by_wechat, &wechat.payment(&sale, then)).await;
        assert_eq!(heard.status / 100, 4, "{minutes} min: {heard:?}");
        let heard = shop
            .deliver(&by_stripe, &stripe.payment(&sale, "cny", then))
            .await;
        assert_eq!(heard.status / 100, 4, "{minutes} min: {heard:?}");
    }
    let mut probe = wechat.payment(&Sale::new(2, 100, at), at);
    for (name, value) in &mut probe.headers {
        if *name == "wechatpay-signature" {
            *value = format!("WECHATPAY/SIGNTEST/{value}");
        }
    }
    assert_eq!(shop.deliver(&by_wechat, &probe).await.status / 100, 4);
    let base = by_wechat.url.rsplit_once('/').unwrap().0.to_owned();
    let nowhere = Door {
        url: format!("{base}/{}", "A".repeat(32)),
        ..by_wechat.clone()
    };
    assert_eq!(
        shop.deliver(&nowhere, &wechat.payment(&Sale::new(3, 100, at), at))
            .await
            .status,
        404
    );
    assert!(shop.book().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_rubbish_and_hanging_connections_do_no_harm() {
    let shop = Shop::open().await;
    let mut hanging = vec![];
    for start in [
        &b""[..],
        b"P",
        b"POST /n/",
        b"POST /n/x HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ] {
        for _ in 0..20 {
            let mut socket = TcpStream::connect(shop.hub_address).await.unwrap();
            socket.write_all(start).await.unwrap();
            hanging.push(socket);
        }
    }
    let endless_head = format!("POST /n/x HTTP/1.1\r\nA: {}", "b".repeat(400_000));
    for rubbish in [
        endless_head.as_bytes(),
        &b"\x16\x03\x01\x00\xa5\x01\x00\x00"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET http://evil/ HTTP/9.9\r\n\r\n",
    ] {
        let mut socket = TcpStream::connect(shop.hub_address).await.unwrap();
        // It may hang up before it has all of it.
        let _ = socket.write_all(rubbish).await;
        let mut answer = vec![];
        let read =
            tokio::time::timeout(Duration::from_secs(15), socket.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "{:?} is kept waiting for ever", &rubbish[..9]);
    }
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    let began = Instant::now();
    assert_eq!(
        shop.deliver(&door, &wechat.payment(&Sale::new(1, 100, now()), now()))
            .await
            .status
            / 100,
        2
    );
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "eighty hanging connections held it up"
    );
    drop(hanging);
}
