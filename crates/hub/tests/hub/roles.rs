//! Every role against everything that happens and every way in: what it is told, and what it is answered.

use crate::doors::{network, tls};
use crate::phone::*;
use crate::shop::*;
use domain::permission::{HistoryReach, Permission, Preset, ToldAmount};
use domain::terminal_wire::{HubSays, TerminalRefused};
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use domain::wire::{RefusedReason, Request, ToTerminal};
use domain::{Kind, Platform, Secret, SourceKind, Trust};
use futures_util::SinkExt;
use hub::{HubConfig, Limits, Page, Pages};
use serde_json::json;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

/// What one role was told of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Nothing at all.
    Nothing,
    /// One payment or refund, anew or with what is known of it now.
    One(Kind, Trust),
}

const PAID: Heard = Heard::One(Kind::Payment, Trust::Confirmed);
const REPORTED: Heard = Heard::One(Kind::Payment, Trust::Reported);
const BACK: Heard = Heard::One(Kind::Refund, Trust::Confirmed);

fn role(change: impl Fn(&mut Permission)) -> Permission {
    let mut permission = Preset::Manager.permission();
    change(&mut permission);
    permission
}

#[tokio::test]
async fn every_role_hears_of_every_event_what_its_permission_lets_through() {
    use Heard::Nothing;
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let (phone, card) = (served.forwarder().await, served.stripe().await);
    let wechat = served.door(wechat_v2()).await;
    let sources = served.hub.sources(&served.shop).expect("sources");
    let of = |kind| {
        sources
            .iter()
            .find(|(_, _, is)| *is == kind)
            .expect("one")
            .0
            .clone()
    };
    let roles = [
        ("clerk", Preset::Clerk.permission()),
        ("senior", Preset::SeniorClerk.permission()),
        ("manager", Preset::Manager.permission()),
        ("mute", role(|p| p.may.hear = false)),
        ("live only", role(|p| p.may.history = HistoryReach::None)),
        (
            "nothing",
            role(|p| (p.may.hear, p.may.history) = (false, HistoryReach::None)),
        ),
        (
            "wechat",
            role(|p| p.which.platforms = Some(vec![Platform::WECHAT])),
        ),
        (
            "the card's",
            role(|p| p.which.sources = Some(vec![of(SourceKind::Stripe)])),
        ),
        ("up to 12.50", role(|p| p.which.to = Some(1_250))),
    ];
    assert_eq!(stripe(served.address, &card, 77, 700).await, 200);
    let mut links = Vec::new();
    for (n, (role, permission)) in roles.iter().enumerate() {
        let seed = u8::try_from(n + 1).expect("small");
        let phone = Phone::linked(&served, &mut owner, permission, seed).await;
        let mut link = phone.link(served.address, None).await;
        let welcome = link.welcome().await;
        // What came before counts only where it may be looked at.
        let counted = welcome.totals.map(|totals| totals.payments);
        let expected = match *role {
            "clerk" | "nothing" => None,
            "live only" | "wechat" => Some(0),
            _ => Some(1),
        };
        assert_eq!(counted, expected, "{role}");
        links.push((phone, link));
    }
    let other = served.hub.add_shop(&face()).await.expect("another shop");
    let token = served.hub.terminal_for_this_run(&other, "other").await;
    let mut stranger = Terminal::link(served.address, &token, None, 0).await;
    let refund = json!({
        "id": "re_1", "object": "refund", "payment_intent": "pi_1", "amount": 1_300, "currency": "cny",
        "status": "succeeded",
    });
    let no_money = json!({ "id": "re_2", "object": "refund", "payment_intent": "pi_1", "amount": 1, "currency": "cny",
        "status": "pending" });
    let at = served.address;
    // In the order of the roles above.
    let p = |heard: Heard, to: [bool; 9]| to.map(|told| if told { heard } else { Nothing });
    let all_but_none = [true, true, true, true, true, false, true, false, true];
    let nobody = [false; 9];
    for (event, expected) in [
        ("reported", p(REPORTED, all_but_none)),
        ("confirmed", p(PAID, all_but_none)),
        ("the same again", p(PAID, nobody)),
        (
            "by card",
            p(
                PAID,
                [true, true, true, true, true, false, false, true, false],
            ),
        ),
        (
            "refund",
            p(
                BACK,
                [true, true, true, true, true, false, false, true, false],
            ),
        ),
        ("no refund yet", p(BACK, nobody)),
        ("not understood", p(PAID, nobody)),
        ("a heartbeat", p(PAID, nobody)),
        ("a lie", p(PAID, nobody)),
        ("another shop's", p(PAID, nobody)),
    ] {
        let status = match event {
            "reported" => notice(at, &phone, "微信支付收款12.50元(朋友到店)", now_ms()).await,
            "confirmed" | "the same again" => {
                send(at, "POST", &wechat, &[], &wechat_v2_body(1, 1_250))
                    .await
                    .0
            }
            "by card" => stripe(at, &card, 1, 1_300).await,
            "refund" => stripe_event(at, &card, "evt_re_1", "refund.created", refund.clone()).await,
            "no refund yet" => {
                stripe_event(at, &card, "evt_re_2", "refund.created", no_money.clone()).await
            }
            "not understood" => notice(at, &phone, "您有一条新消息", now_ms()).await,
            "a heartbeat" => beat(at, &phone).await,
            "a lie" => {
                let (headers, body) = stripe_letter_signed(9, 1_250, "whsec_of_somebody_else");
                let status = send(at, "POST", &card, &headers, &body).await.0;
                assert!((400..500).contains(&status), "{status}");
                200
            }
            _ => {
                let amount = domain::Money::new(7, face().currency).expect("money");
                stranger
                    .ask(Request::TestPayment { amount })
                    .await
                    .expect("done");
                200
            }
        };
        assert_eq!(status, 200, "{event}");
        for (((role, permission), (_, link)), wanted) in roles.iter().zip(&mut links).zip(expected)
        {
            let (page, frames) = link.until_now().await;
            let mut heard = Nothing;
            for frame in &frames {
                let HubSays::Told {
                    items,
                    gone,
                    totals,
                    ..
                } = frame
                else {
                    panic!("{event}, {role}: {frame:?}")
                };
                assert_eq!(gone, &[], "{event}, {role}");
                assert_eq!(totals.is_some(), permission.may.totals, "{event}, {role}");
                for item in items {
                    assert_eq!(heard, Nothing, "{event}, {role}: once");
                    heard = Heard::One(item.told.kind, item.told.trust);
                    assert!(matches!(item.told.amount, ToldAmount::Exact { .. }));
                }
            }
            assert_eq!(heard, wanted, "{event}, {role}");
            if permission.may.history == HistoryReach::None {
                assert_eq!(page, [], "{event}, {role}");
            }
        }
    }
    // What the owner does: each is told of itself, and of no other.
    for n in 0..links.len() {
        let terminal = links[n].0.terminal.clone();
        let name = "收银台".to_owned();
        let rename = TerminalsAsk::Rename {
            terminal: terminal.clone(),
            name,
        };
        assert_eq!(ask(&mut owner, rename).await, Ok(TerminalsAnswer::Done));
        let renamed = links[n].1.heard().await;
        assert!(
            matches!(renamed, Some(HubSays::Changed { .. })),
            "{renamed:?}"
        );
        for (_, other) in &mut links[n + 1..] {
            assert_eq!(other.until_now().await.1, [], "{}", roles[n].0);
        }
        let revoke = TerminalsAsk::Revoke { terminal };
        assert_eq!(ask(&mut owner, revoke).await, Ok(TerminalsAnswer::Done));
        assert_eq!(links[n].1.heard().await, Some(HubSays::Revoked));
    }
    served.stop().await;
}

/// From where somebody asks, and as whom.
#[derive(Debug, Clone, Copy)]
enum Whence {
    /// A program on this machine.
    Here,
    /// A page of another site, in a browser on this machine.
    OtherSite,
    /// A name of somebody else's that points to this machine.
    OtherName,
    /// The shop's network, without TLS.
    Plain,
    /// The shop's network, by TLS.
    Network,
}

async fn status(from: Whence, here: SocketAddr, lan: SocketAddr, method: &str, path: &str) -> u16 {
    let host = |host: String| vec![("host", host)];
    match from {
        Whence::Here => {
            send(here, method, path, &host(here.to_string()), b"")
                .await
                .0
        }
        Whence::OtherSite => {
            let origin = ("origin", "http://evil.example".to_owned());
            let headers = [host(here.to_string()), vec![origin]].concat();
            send(here, method, path, &headers, b"").await.0
        }
        Whence::OtherName => {
            let headers = host("evil.example".to_owned());
            send(here, method, path, &headers, b"").await.0
        }
        Whence::Plain => match TcpStream::connect(lan).await {
            Ok(stream) => {
                send_on(stream, method, path, &host(lan.to_string()), b"")
                    .await
                    .0
            }
            Err(_) => 0,
        },
        Whence::Network => match TcpStream::connect(lan).await {
            Ok(_) => {
                let stream = tls(lan).await.0;
                send_on(stream, method, path, &host(lan.to_string()), b"")
                    .await
                    .0
            }
            Err(_) => 0,
        },
    }
}

#[tokio::test]
async fn every_route_from_everywhere_while_nothing_news_or_phones_are_let_in() {
    use Whence::{Here, Network, OtherName, OtherSite, Plain};
    let dir = tempfile::tempdir().expect("folder");
    let lan = network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        ..patient()
    };
    let page = |path: &str| (path == "index.html").then(|| Page::named(path, b"<html>".to_vec()));
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        pages: Some(Pages::new(page)),
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let door = served.forwarder().await;
    let accept = "/v1/invitations/accept";
    // Where a WebSocket is not even asked for (400) that is said first; a link from another site has its own test.
    // (what, from, status while the network is closed, open to news, open to phones, open to both)
    for (method, path, rows) in [
        (
            "GET",
            "/v1/relay",
            [
                (Here, [400; 4]),
                (OtherSite, [400; 4]),
                (OtherName, [400; 4]),
            ],
        ),
        (
            "GET",
            "/metrics",
            [
                (Here, [200; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        (
            "GET",
            "/v1/terminal",
            [
                (Here, [400; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        (
            "POST",
            accept,
            [
                (Here, [400; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        (
            "GET",
            "/phone",
            [
                (Here, [308; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        (
            "GET",
            "/phone/",
            [
                (Here, [200; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        (
            "GET",
            "/phone/x",
            [
                (Here, [404; 4]),
                (OtherSite, [403; 4]),
                (OtherName, [403; 4]),
            ],
        ),
        // Platforms reach doors under whatever name they were given.
        (
            "POST",
            &door,
            [
                (Here, [401; 4]),
                (OtherSite, [401; 4]),
                (OtherName, [401; 4]),
            ],
        ),
        (
            "GET",
            "/v1/relay",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 404, 404]),
                (Here, [400; 4]),
            ],
        ),
        (
            "GET",
            "/metrics",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 404, 404]),
                (Here, [200; 4]),
            ],
        ),
        (
            "GET",
            "/health",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 404, 404]),
                (Here, [200; 4]),
            ],
        ),
        (
            "GET",
            "/v1/terminal",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 400, 400]),
                (Here, [400; 4]),
            ],
        ),
        (
            "POST",
            accept,
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 400, 400]),
                (Here, [400; 4]),
            ],
        ),
        (
            "GET",
            "/phone",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 308, 308]),
                (Here, [308; 4]),
            ],
        ),
        (
            "GET",
            "/phone/",
            [
                (Plain, [0, 404, 404, 404]),
                (Network, [0, 404, 200, 200]),
                (Here, [200; 4]),
            ],
        ),
        (
            "POST",
            &door,
            [
                (Plain, [0, 403, 404, 403]),
                (Network, [0, 401, 404, 401]),
                (Here, [401; 4]),
            ],
        ),
    ] {
        for (open, (news, phones)) in [(false, false), (true, false), (false, true), (true, true)]
            .into_iter()
            .enumerate()
        {
            let (lan_doors, public_url) = (news, None);
            let doors = Request::SetDoors {
                lan: lan_doors,
                public_url,
            };
            owner.ask(doors).await.expect("set");
            let reach = TerminalsAsk::SetReach { lan: phones };
            assert!(ask(&mut owner, reach).await.is_ok());
            for (from, wanted) in rows {
                let status = status(from, served.address, lan, method, path).await;
                assert_eq!(
                    status, wanted[open],
                    "{method} {path} {from:?} {news} {phones}"
                );
            }
        }
    }
    served.stop().await;
}

/// What lets one in at one place lets nobody in at another.
#[tokio::test]
async fn a_phone_is_no_owner_and_an_owner_is_no_phone() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let phone = Phone::linked(&served, &mut owner, &Preset::Manager.permission(), 1).await;
    // Whatever a phone has is no token of the relay.
    let (mut link, nonce) = Link::challenged(served.address).await;
    let proof = phone.sign(&phone.hub, &nonce, &phone.terminal);
    let key = public(&pair(1));
    for token in [phone.terminal.as_str(), &proof, &key, &nonce, ""] {
        let (_, first) = knock(served.address, hello(&Secret::new(token), None, 0)).await;
        let refused = matches!(
            first,
            ToTerminal::Refused {
                reason: RefusedReason::Token,
                ..
            }
        );
        assert!(refused, "{first:?}");
    }
    // What the owner says on its link means nothing on a phone's, the best one's neither.
    let token = served.terminal().await;
    let hello = json!({ "type": "hello", "version": 1, "token": token.expose(), "hub": null, "after": 0, "after_at": null });
    link.socket
        .send(Message::text(hello.to_string()))
        .await
        .expect("sent");
    assert_eq!(link.heard().await, None);
    for wish in [
        "all",
        "set_reach",
        "invite",
        "revoke",
        "record",
        "sent_to",
        "heard",
    ] {
        let mut link = phone.link(served.address, None).await;
        link.welcome().await;
        let ask = json!({ "type": "ask", "id": 1, "request": { "what": "terminals", "ask": { "about": wish, "lan": true } } });
        link.socket
            .send(Message::text(ask.to_string()))
            .await
            .expect("sent");
        assert_eq!(link.heard().await, None, "{wish}");
    }
    // One that was cut off is nobody, and an owner's id proves nothing.
    let terminal = phone.terminal.clone();
    let revoke = TerminalsAsk::Revoke { terminal };
    assert_eq!(ask(&mut owner, revoke).await, Ok(TerminalsAnswer::Done));
    let mut link = phone.link(served.address, None).await;
    assert_eq!(link.heard().await, Some(HubSays::Revoked));
    let pretender = Phone {
        terminal: owner.welcome.terminal.clone(),
        ..phone
    };
    let mut link = pretender.link(served.address, None).await;
    let unknown = HubSays::Refused {
        reason: TerminalRefused::Unknown,
    };
    assert_eq!(link.heard().await, Some(unknown));
    served.stop().await;
}
