//! Clerks' phones among many: strangers on the link, and a thousand phones.

use crate::phone::*;
use crate::shop::*;
use domain::permission::Preset;
use domain::terminal_wire::{HubSays, TerminalRefused, TerminalSays};
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use futures_util::SinkExt;
use hub::Limits;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Until the hub has hung up.
async fn gone(link: &mut Link) {
    while link.next().await.is_some() {}
}

#[tokio::test]
async fn strangers_on_the_link_do_not_keep_the_shops_own_phones_out() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        terminal_links: 3,
        links_per_terminal: 2,
        knocks: 4,
        ..patient()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    // However many they are: who came first gives way, and they have no place but their own.
    let mut strangers = Vec::new();
    for _ in 0..10 {
        strangers.push(Link::challenged(served.address).await.0);
    }
    let mut first = one.link(served.address, None).await;
    first.welcome().await;
    let mut links = vec![one.link(served.address, None).await];
    links.push(two.link(served.address, None).await);
    for link in &mut links {
        link.welcome().await;
    }
    for stranger in &mut strangers[..6] {
        gone(stranger).await;
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

#[tokio::test]
async fn a_link_that_does_not_prove_itself_ends_soon_and_one_that_talks_too_much_at_once() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        proved_within: Duration::from_millis(200),
        ..patient()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let (mut stranger, _) = Link::challenged(served.address).await;
    // Whatever it sends that is no proof, and it sends nothing else.
    let ping = Message::Ping(Vec::new().into());
    stranger.socket.send(ping).await.expect("sent");
    gone(&mut stranger).await;
    served.stop().await;

    let (served, mut owner) = with_owner(dir.path()).await;
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let mut link = phone.link(served.address, None).await;
    link.welcome().await;
    let beat = TerminalSays::Beat { hearable: None };
    for _ in 0..15 {
        link.say(&beat).await;
    }
    assert_eq!(link.until_now().await.1, [], "that is not too much");
    for _ in 0..200 {
        link.say(&beat).await;
    }
    gone(&mut link).await;
    served.stop().await;
}

/// A place is held by the WebSocket that a connection became, not only while HTTP is spoken.
#[tokio::test]
async fn an_open_link_holds_its_connections_place() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        connections: 5,
        ..patient()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let _owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let mut strangers = Vec::new();
    for n in 0..8 {
        let link = Link::try_challenged(served.address).await;
        assert_eq!(link.is_some(), n < 4, "{n}");
        strangers.extend(link);
    }
    strangers.pop();
    let let_in = async {
        while Link::try_challenged(served.address).await.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, let_in).await.expect("there is room");
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
        ..patient()
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
