//! Clerks' phones: linked by invitation, told what they may know, cut off at once.

use crate::phone::*;
use crate::shop::*;
use domain::permission::{AmountSight, HistoryReach, Permission, Preset, ToldAmount};
use domain::terminal_wire::{HubSays, TerminalRefused, TerminalSays};
use domain::terminals::{Recorded, TerminalsAnswer, TerminalsAsk};
use domain::wire::{AskError, ToTerminal};
use domain::{Currency, Money, Platform, TerminalId, Trust};
use futures_util::SinkExt;
use hub::Limits;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// A change takes effect on an open link at once, not with the next beat or the next link. Far beyond what it takes,
/// since a laden machine is no fault.
const AT_ONCE: Duration = Duration::from_secs(8);

/// Links that a test leaves alone for a while are not dead.
const PATIENT: Duration = Duration::from_secs(600);

async fn with_owner(dir: &std::path::Path) -> (Served, Terminal) {
    let limits = Limits {
        dead: PATIENT,
        ..Limits::default()
    };
    let served = Served::with_limits(dir, limits).await;
    let owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    (served, owner)
}

#[tokio::test]
async fn a_phone_is_linked_hears_is_changed_and_is_cut_off_at_once() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    assert_eq!(stripe(served.address, &door, 1, 500).await, 200);
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let mut link = phone.link(served.address, None).await;
    let welcome = link.welcome().await;
    assert_eq!((welcome.shop, welcome.speaks), (face(), true));
    assert_eq!(
        (welcome.preset, welcome.from_start),
        (Some(Preset::Clerk), true)
    );
    assert_eq!((welcome.today.len(), welcome.totals), (1, None));
    assert!(
        matches!(
            link.next().await,
            Some(HubSays::Beat {
                listening: true,
                sources_silent: 0,
                ..
            })
        ),
        "{:?}",
        link.raw
    );

    assert_eq!(stripe(served.address, &door, 2, 1_280).await, 200);
    let (items, _) = link.told(1).await;
    let yuan = Money::new(1_280, Currency::CNY).expect("money");
    assert_eq!(items[0].told.amount, ToldAmount::Exact { money: yuan });
    assert_eq!(items[0].told.number, Some(2));
    let view = all(&mut owner).await;
    let seen = &view.terminals[0];
    assert!(seen.online_since.is_some() && seen.speaks, "{seen:?}");
    assert_eq!(seen.app.as_deref(), Some("Test browser 1.0"));

    // The owner takes the amount away, and then everything.
    let mut less = Preset::Clerk.permission();
    less.sees.amount = AmountSight::HiddenAbove { limit: 1_000 };
    let set = |permission: &Permission| TerminalsAsk::SetPermission {
        terminal: phone.terminal.clone(),
        permission: permission.clone(),
    };
    let began = Instant::now();
    assert_eq!(ask(&mut owner, set(&less)).await, Ok(TerminalsAnswer::Done));
    let changed = link.heard().await;
    assert!(
        matches!(&changed, Some(HubSays::Changed { permission, .. }) if *permission == less),
        "{changed:?}"
    );
    let Some(HubSays::Today { items, .. }) = link.heard().await else {
        panic!("{:?}", link.raw)
    };
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    let limit = Money::new(1_000, Currency::CNY).expect("money");
    assert_eq!(items[1].told.amount, ToldAmount::Over { limit });
    assert!(
        !link.raw.last().expect("a frame").contains("1280"),
        "{:?}",
        link.raw
    );

    let revoke = TerminalsAsk::Revoke {
        terminal: phone.terminal.clone(),
    };
    let began = Instant::now();
    assert_eq!(
        ask(&mut owner, revoke.clone()).await,
        Ok(TerminalsAnswer::Done)
    );
    assert_eq!(link.heard().await, Some(HubSays::Revoked));
    assert_eq!(link.heard().await, None, "and it hangs up");
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    // One that was away hears it when it comes back; nothing can be done to it any more.
    assert_eq!(
        phone.link(served.address, None).await.heard().await,
        Some(HubSays::Revoked)
    );
    assert_eq!(ask(&mut owner, revoke).await, Err(AskError::NotFound));
    assert_eq!(ask(&mut owner, set(&less)).await, Err(AskError::NotFound));

    // All of it is on record, and so is what was sent.
    let record = TerminalsAsk::Record {
        before: None,
        limit: 10,
    };
    let Ok(TerminalsAnswer::Record(page)) = ask(&mut owner, record).await else {
        panic!("no record")
    };
    let what: Vec<_> = page.lines.iter().map(|line| &line.what).collect();
    assert!(
        matches!(
            what[..],
            [
                Recorded::Revoked { .. },
                Recorded::PermissionSet { version: 2, .. },
                Recorded::Linked { .. },
                Recorded::Invited { .. }
            ]
        ),
        "{what:?}"
    );
    assert_eq!(page.lines[0].by, owner.welcome.terminal.as_str());
    let sent = TerminalsAsk::SentTo {
        terminal: phone.terminal.clone(),
        before: None,
    };
    let Ok(TerminalsAnswer::Sent(sent)) = ask(&mut owner, sent).await else {
        panic!("no page")
    };
    let lines: Vec<_> = sent
        .lines
        .iter()
        .map(|line| (line.version, line.items, line.from.0, line.to.0, line.asked))
        .collect();
    assert_eq!(lines, [(2, 2, 1, 2, false), (1, 2, 1, 2, false)]);
    served.stop().await;
}

#[tokio::test]
async fn an_invitation_is_taken_once_by_whoever_has_it_and_by_no_other_page() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let address = served.address;
    let clerk = Preset::Clerk.permission();
    let (first, second) = (
        invite(&mut owner, &clerk).await,
        invite(&mut owner, &clerk).await,
    );
    let (mine, other) = (public(&pair(1)), public(&pair(2)));
    assert_eq!(all(&mut owner).await.invitations.len(), 2);

    // Other pages, other names, other forms.
    let path = "/v1/invitations/accept";
    let body = serde_json::json!({ "code": code(&first), "key": mine }).to_string();
    let good = [
        ("host", address.to_string()),
        ("origin", format!("http://{address}")),
        ("content-type", "application/json".to_owned()),
    ];
    for (name, value, status) in [
        ("origin", "http://evil.example", 403),
        ("origin", "null", 403),
        ("host", "evil.example", 403),
        ("content-type", "text/plain", 400),
    ] {
        let headers = good
            .clone()
            .map(|(n, v)| (n, if n == name { value.to_owned() } else { v }));
        let (answered, _) = send(address, "POST", path, &headers, body.as_bytes()).await;
        assert_eq!(answered, status, "{name} {value}");
    }
    let (status, _) = send(
        address,
        "POST",
        path,
        &[good[0].clone(), good[2].clone()],
        body.as_bytes(),
    )
    .await;
    assert_eq!(status, 400, "no origin at all");
    let large = serde_json::json!({ "code": code(&first), "key": mine, "more": "x".repeat(5_000) });
    let (status, _) = send(address, "POST", path, &good, large.to_string().as_bytes()).await;
    assert_eq!(status, 400, "too large");

    let no = |why: &str| serde_json::json!({ "code": why });
    for (code, key, status, why) in [
        ("AAAAAAAAAAAAAAAAAAAAAA", mine.as_str(), 404, "unknown"),
        ("", &mine, 400, "invalid"),
        ("short", &mine, 400, "invalid"),
        (&code(&first)[1..], &mine, 400, "invalid"),
        (
            &code(&first),
            "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            400,
            "invalid",
        ),
        (&code(&first), "AAAA", 400, "invalid"),
    ] {
        assert_eq!(
            accept(address, code, key).await,
            (status, no(why)),
            "{code} {key}"
        );
    }
    let (status, accepted) = accept(address, &code(&first), &mine).await;
    assert_eq!(status, 200, "none of that used it up: {accepted}");
    assert_eq!(
        accept(address, &code(&first), &other).await,
        (410, no("used"))
    );
    assert_eq!(
        accept(address, &code(&first), &mine).await,
        (200, accepted.clone()),
        "the same phone, whose answer was lost"
    );
    let cancel = TerminalsAsk::CancelInvitation {
        id: second.id.clone(),
    };
    assert_eq!(
        ask(&mut owner, cancel.clone()).await,
        Ok(TerminalsAnswer::Done)
    );
    assert_eq!(ask(&mut owner, cancel).await, Err(AskError::NotFound));
    assert_eq!(
        accept(address, &code(&second), &other).await,
        (404, no("unknown"))
    );
    // Its time is over: the hub's own row says so.
    let third = invite(&mut owner, &clerk).await;
    let db = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    let over = "UPDATE invitations SET expires_at = made_at WHERE id = ?1";
    assert_eq!(db.execute(over, [third.id.as_str()]), Ok(1));
    assert_eq!(
        accept(address, &code(&third), &other).await,
        (410, no("expired"))
    );
    assert_eq!(all(&mut owner).await.invitations, []);
    // No code is kept as it is.
    let file = std::fs::read(dir.path().join("hub.db")).expect("file");
    let log = std::fs::read(dir.path().join("hub.db-wal")).expect("log");
    for secret in [code(&first), code(&third)] {
        let found = |bytes: &[u8]| {
            bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        };
        assert!(!found(&file) && !found(&log));
    }
    for (expires_in_s, field) in [(599, "expires_in_s"), (2_592_001, "expires_in_s")] {
        let wish = TerminalsAsk::Invite {
            name: "x".to_owned(),
            permission: clerk.clone(),
            expires_in_s,
        };
        let field = field.to_owned();
        assert_eq!(
            ask(&mut owner, wish).await,
            Err(AskError::Invalid { field })
        );
    }
    served.stop().await;
}

#[tokio::test]
async fn only_its_own_key_on_this_very_link_lets_a_phone_in() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let prove = |terminal: &TerminalId, signature: String, version| TerminalSays::Prove {
        version,
        terminal: terminal.clone(),
        signature,
        after: None,
        app: String::new(),
    };
    let refused = |reason| Some(HubSays::Refused { reason });
    let unknown = || refused(TerminalRefused::Unknown);
    let (mut link, first_nonce) = Link::challenged(served.address).await;
    let recorded = one.sign(&one.hub, &first_nonce, &one.terminal);
    link.say(&prove(&one.terminal, recorded.clone(), 1)).await;
    link.welcome().await;
    let stranger = TerminalId::new("terminal_0000000000000000").expect("id");
    let other_hub = domain::HubId::new("hub_other").expect("id");
    for (what, terminal, sign) in [
        ("a proof of an earlier link", &one.terminal, 0),
        ("another phone's key", &one.terminal, 1),
        ("for another hub", &one.terminal, 2),
        ("for another terminal", &one.terminal, 3),
        ("no such terminal", &stranger, 4),
        ("no signature", &one.terminal, 5),
    ] {
        let (mut link, nonce) = Link::challenged(served.address).await;
        let signature = match sign {
            0 => recorded.clone(),
            1 => two.sign(&one.hub, &nonce, terminal),
            2 => one.sign(&other_hub, &nonce, terminal),
            3 => one.sign(&one.hub, &nonce, &two.terminal),
            4 => one.sign(&one.hub, &nonce, terminal),
            _ => String::new(),
        };
        link.say(&prove(terminal, signature, 1)).await;
        assert_eq!(link.heard().await, unknown(), "{what}");
        assert_eq!(link.heard().await, None, "{what}");
    }
    let (mut link, nonce) = Link::challenged(served.address).await;
    link.say(&prove(
        &one.terminal,
        one.sign(&one.hub, &nonce, &one.terminal),
        2,
    ))
    .await;
    assert_eq!(link.heard().await, refused(TerminalRefused::Version));

    // What is no proof, what is too large, what is no text.
    for message in [
        Message::text(r#"{"type":"history","id":1}"#),
        Message::text("{"),
        Message::text(format!(
            r#"{{"type":"beat","more":"{}"}}"#,
            "x".repeat(5_000)
        )),
        Message::binary(vec![0; 10]),
    ] {
        let (mut link, _) = Link::challenged(served.address).await;
        // The hub may hang up before all of it has left.
        let _ = link.socket.send(message.clone()).await;
        assert_eq!(link.heard().await, None);
        let mut link = two.link(served.address, None).await;
        link.welcome().await;
        let _ = link.socket.send(message).await;
        match link.heard().await {
            None | Some(HubSays::Page { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    served.stop().await;
}

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
    // And one that every one of them hears, so that silence is known as such.
    for (n, link, [heard, amount, order, platform, collector, number, totals]) in &mut links {
        if *heard {
            link.told(1).await;
        } else {
            let (_, cut) = &table[*n];
            assert_eq!(cut, &[false; 7]);
            link.say(&TerminalSays::History {
                id: 7,
                before: None,
            })
            .await;
            match link.heard().await {
                Some(HubSays::Page {
                    id: 7,
                    items,
                    more: None,
                }) => assert_eq!(items, []),
                other => panic!("{n}: {other:?}"),
            }
        }
        let last = link.raw.last().expect("a frame");
        for (what, field, seen) in [
            ("amount", "1280", *amount),
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
            "seq",
            "wechat_v2_",
        ] {
            assert!(!last.contains(never), "{n} {never}: {last}");
        }
    }
    served.stop().await;
}

#[tokio::test]
async fn it_goes_on_where_it_left_off_over_a_restart_and_pages_back() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    let manager = Phone::linked(&served, &mut owner, &Preset::Manager.permission(), 1).await;
    let clerk = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 2).await;
    let mut deaf = Preset::Clerk.permission();
    (deaf.may.hear, deaf.may.history) = (false, HistoryReach::None);
    let deaf = Phone::linked(&served, &mut owner, &deaf, 3).await;
    let mut link = manager.link(served.address, None).await;
    let before = link.welcome().await;
    for n in 1..=3 {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    let (items, place) = link.told(3).await;
    drop(link);
    for n in 4..=130 {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    served.stop().await;

    let (served, mut owner) = with_owner(dir.path()).await;
    let mut link = manager.link(served.address, Some(place.clone())).await;
    let welcome = link.welcome().await;
    assert!(!welcome.from_start, "its place is known after a restart");
    assert_eq!(welcome.today.len(), 130);
    assert_eq!(welcome.today[0].id, items[0].id, "and so are its names");
    let (rest, newest) = link.told(127).await;
    assert_eq!(rest.len(), 127, "what came meanwhile, once");
    assert_ne!(newest, place);
    let mut link = manager.link(served.address, Some(before.cursor)).await;
    assert!(!link.welcome().await.from_start);
    assert_eq!(link.told(130).await.0.len(), 130);
    // Another phone's place is none.
    let mut link = clerk.link(served.address, Some(place)).await;
    assert!(link.welcome().await.from_start);
    let mut silent = deaf.link(served.address, None).await;
    let welcome = silent.welcome().await;
    assert_eq!(
        (welcome.today, welcome.speaks, welcome.totals),
        (vec![], false, None)
    );

    for (phone, reach) in [(&manager, 130), (&clerk, 130), (&deaf, 0)] {
        let mut link = phone.link(served.address, None).await;
        link.welcome().await;
        let (mut seen, mut before, mut id) = (Vec::new(), None, 0);
        loop {
            id += 1;
            link.say(&TerminalSays::History { id, before }).await;
            let page = link.heard().await;
            let Some(HubSays::Page {
                id: answered,
                items,
                more,
            }) = page
            else {
                panic!("{page:?}")
            };
            assert_eq!(answered, id);
            seen.extend(items.into_iter().map(|item| item.id));
            match more {
                Some(more) => before = Some(more),
                None => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (reach, reach));
    }
    assert_eq!(stripe(served.address, &door, 131, 100).await, 200);
    link.told(1).await;
    let view = all(&mut owner).await;
    assert!(view.terminals.iter().all(|one| one.last_seen.is_some()));
    // What it asks is answered after whatever it was told before.
    silent
        .say(&TerminalSays::History {
            id: 1,
            before: None,
        })
        .await;
    let answer = silent.heard().await;
    assert!(matches!(answer, Some(HubSays::Page { .. })), "{answer:?}");
    assert!(
        !silent.raw.iter().any(|frame| frame.contains("told")),
        "{:?}",
        silent.raw
    );
    served.stop().await;
}

#[tokio::test]
async fn of_those_in_one_room_the_first_that_is_there_speaks() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let list = Some(vec![one.terminal.clone(), two.terminal.clone()]);
    let set = |list| TerminalsAsk::SetVoice { list };
    assert_eq!(
        ask(&mut owner, set(list.clone())).await,
        Ok(TerminalsAnswer::Done)
    );
    let twice = Some(vec![one.terminal.clone(), one.terminal.clone()]);
    assert!(matches!(
        ask(&mut owner, set(twice)).await,
        Err(AskError::Invalid { .. })
    ));
    let stranger = Some(vec![TerminalId::new("terminal_x").expect("id")]);
    assert_eq!(
        ask(&mut owner, set(stranger)).await,
        Err(AskError::NotFound)
    );

    let speaks = |frame: Option<HubSays>| match frame {
        Some(HubSays::Changed { speaks, .. }) => speaks,
        other => panic!("{other:?}"),
    };
    let mut second = two.link(served.address, None).await;
    assert!(second.welcome().await.speaks, "the first is not there");
    let mut first = one.link(served.address, None).await;
    assert!(first.welcome().await.speaks);
    assert!(!speaks(second.heard().await));
    drop(first);
    assert!(speaks(second.heard().await), "it left");
    let mut first = one.link(served.address, None).await;
    first.welcome().await;
    assert!(!speaks(second.heard().await));
    assert_eq!(ask(&mut owner, set(None)).await, Ok(TerminalsAnswer::Done));
    assert!(speaks(second.heard().await), "each for itself");

    let rename = TerminalsAsk::Rename {
        terminal: one.terminal.clone(),
        name: "收银台".to_owned(),
    };
    assert_eq!(ask(&mut owner, rename).await, Ok(TerminalsAnswer::Done));
    let renamed = first.heard().await;
    assert!(
        matches!(&renamed, Some(HubSays::Changed { name, .. }) if name == "收银台"),
        "{renamed:?}"
    );
    served.stop().await;
}

#[tokio::test]
async fn the_owner_is_told_of_changes_and_another_shops_owner_reaches_nothing() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let invitation = invite(&mut owner, &Preset::Clerk.permission()).await;
    let other = served.hub.add_shop(&face()).await.expect("another shop");
    let token = served.hub.terminal_for_this_run(&other, "other").await;
    let mut stranger = Terminal::link(served.address, &token, None, 0).await;
    let terminal = || phone.terminal.clone();
    let permission = Preset::Manager.permission();
    for wish in [
        TerminalsAsk::SetPermission {
            terminal: terminal(),
            permission,
        },
        TerminalsAsk::Rename {
            terminal: terminal(),
            name: "x".to_owned(),
        },
        TerminalsAsk::Revoke {
            terminal: terminal(),
        },
        TerminalsAsk::SetVoice {
            list: Some(vec![terminal()]),
        },
        TerminalsAsk::SentTo {
            terminal: terminal(),
            before: None,
        },
        TerminalsAsk::CancelInvitation {
            id: invitation.id.clone(),
        },
    ] {
        let answer = ask(&mut stranger, wish.clone()).await;
        assert_eq!(answer, Err(AskError::NotFound), "{wish:?}");
    }
    let theirs = all(&mut stranger).await;
    assert_eq!((theirs.terminals, theirs.invitations), (vec![], vec![]));
    let record = TerminalsAsk::Record {
        before: None,
        limit: 10,
    };
    let Ok(TerminalsAnswer::Record(page)) = ask(&mut stranger, record).await else {
        panic!("no record")
    };
    assert_eq!(page.lines, []);
    // A payment of the other shop is none of this phone's.
    let test = domain::wire::Request::TestPayment {
        amount: Money::new(7, Currency::CNY).expect("money"),
    };
    let mut link = phone.link(served.address, None).await;
    link.welcome().await;
    stranger.ask(test.clone()).await.expect("done");
    owner.ask(test).await.expect("done");
    let (items, _) = link.told(1).await;
    assert_eq!(items.len(), 1);

    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    drop(link);
    loop {
        if let Some(ToTerminal::TerminalsChanged { .. }) = owner.next().await {
            break;
        }
    }
    loop {
        if all(&mut owner).await.terminals[0].online_since.is_none() {
            break;
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

/// Whatever the owner changes while money comes in and the phone comes and goes and asks: no payment arrives under a
/// permission that does not let it through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_in_the_middle_lets_anything_slip_through() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let (door, address) = (served.stripe().await, served.address);
    let open = Preset::Manager.permission();
    let mut shut = open.clone();
    shut.which.platforms = Some(vec![Platform::ALIPAY]);
    let phone = Phone::linked(&served, &mut owner, &open, 1).await;
    let paying = tokio::spawn(async move {
        for n in 1..=150 {
            assert_eq!(stripe(address, &door, n, 100).await, 200);
        }
    });
    let (id, widest) = (phone.terminal.clone(), open.clone());
    let (over, mut is_over) = tokio::sync::watch::channel(false);
    let changing = tokio::spawn(async move {
        let mut changes = 0;
        while !paying.is_finished() || changes % 2 == 1 {
            let permission = if changes % 2 == 0 { &shut } else { &open };
            let wish = TerminalsAsk::SetPermission {
                terminal: id.clone(),
                permission: permission.clone(),
            };
            assert_eq!(ask(&mut owner, wish).await, Ok(TerminalsAnswer::Done));
            changes += 1;
        }
        over.send(true).expect("heard");
        changes
    });
    let (mut links, mut items_heard) = (0, 0);
    while !*is_over.borrow_and_update() {
        links += 1;
        let mut link = phone.link(address, None).await;
        let mut allowed = false;
        for frame in 0..20 {
            link.say(&TerminalSays::History {
                id: frame,
                before: None,
            })
            .await;
            let items = match link.heard().await {
                Some(HubSays::Welcome(welcome)) => {
                    allowed = welcome.permission == widest;
                    welcome.today
                }
                Some(HubSays::Changed { permission, .. }) => {
                    allowed = permission == widest;
                    Vec::new()
                }
                Some(HubSays::Told { items, .. } | HubSays::Today { items, .. }) => items,
                Some(HubSays::Page { items, .. }) => items,
                other => panic!("{other:?}"),
            };
            assert!(allowed || items.is_empty(), "{:?}", link.raw);
            items_heard += items.len();
            if *is_over.borrow() {
                break;
            }
        }
    }
    let changes = changing.await.expect("no panic");
    assert!(
        changes >= 2 && links >= 1 && items_heard > 0,
        "{changes} {links} {items_heard}"
    );
    served.stop().await;
}

#[tokio::test]
async fn strangers_on_the_link_do_not_keep_the_shops_own_phones_out() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        terminal_links: 3,
        links_per_terminal: 2,
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let (_stranger, _) = Link::challenged(served.address).await;
    let (_another, _) = Link::challenged(served.address).await;
    let mut first = one.link(served.address, None).await;
    first.welcome().await;
    let mut links = vec![one.link(served.address, None).await];
    links.push(two.link(served.address, None).await);
    for link in &mut links {
        link.welcome().await;
    }
    let busy = HubSays::Refused {
        reason: TerminalRefused::Busy,
    };
    assert_eq!(
        two.link(served.address, None).await.heard().await,
        Some(busy)
    );
    // One that left makes room; a third link of the same phone ends its oldest, not another's.
    links.pop();
    let let_in = async {
        loop {
            let mut again = one.link(served.address, None).await;
            if let Some(HubSays::Welcome(_)) = again.heard().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENT, let_in).await.expect("there is room");
    while let Some(frame) = first.heard().await {
        assert!(matches!(frame, HubSays::Changed { .. }), "{frame:?}");
    }
    served.stop().await;
}

/// Both ends of a thousand links are open files of this process.
fn enough_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current.is_some_and(|current| current < 4_096) {
            limit.current = Some(limit.maximum.unwrap_or(4_096).min(4_096));
            setrlimit(Resource::Nofile, limit).expect("more open files");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_links_hear_one_payment() {
    enough_files();
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        connections: 2_000,
        terminal_links: 2_000,
        links_per_terminal: 1_000,
        dead: PATIENT,
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let door = served.stripe().await;
    let phone = Phone::linked(&served, &mut owner, &Preset::SeniorClerk.permission(), 1).await;
    let mut links = Vec::new();
    for _ in 0..1_000 {
        let mut link = phone.link(served.address, None).await;
        link.welcome().await;
        links.push(link);
    }
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    let everybody = async {
        for link in &mut links {
            let (items, _) = link.told(1).await;
            assert_eq!(items.len(), 1);
        }
    };
    timeout(PATIENT, everybody).await.expect("in time");
    let revoke = TerminalsAsk::Revoke {
        terminal: phone.terminal.clone(),
    };
    let began = Instant::now();
    assert_eq!(ask(&mut owner, revoke).await, Ok(TerminalsAnswer::Done));
    let cut_off = async {
        for link in &mut links {
            assert_eq!(link.heard().await, Some(HubSays::Revoked));
        }
    };
    timeout(PATIENT, cut_off).await.expect("all are cut off");
    println!("a thousand links were cut off within {:?}", began.elapsed());
    served.stop().await;
}
