//! A key that was changed at the platform looks like somebody else's letters: several of them raise the alarm, one
//! genuine delivery ends it.

use crate::shop::*;
use domain::wire::{Answer, Request, SourceHealth, SourceState, SourceView, ToTerminal};
use domain::{Secret, SourceConfig, SourceKind};
use hub::Limits;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn told(terminal: &mut Terminal, wanted: SourceState) -> SourceHealth {
    told_of(terminal, SourceKind::Stripe, wanted).await
}

async fn told_of(terminal: &mut Terminal, kind: SourceKind, wanted: SourceState) -> SourceHealth {
    let look = async {
        loop {
            if let Some(ToTerminal::Beat { sources, .. }) = terminal.next().await {
                let source = sources.into_iter().find(|s| s.kind == kind);
                if let Some(health) = source.filter(|health| health.state == wanted) {
                    return health;
                }
            }
        }
    };
    let told = tokio::time::timeout(PATIENCE, look).await;
    told.unwrap_or_else(|_| panic!("{kind:?} was never {wanted:?}"))
}

#[tokio::test]
async fn letters_in_another_hand_raise_the_alarm_after_a_while_and_a_genuine_one_ends_it() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        refusals_over: Duration::from_millis(200),
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let door = served.stripe().await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    told(&mut terminal, SourceState::Waiting).await;
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    told(&mut terminal, SourceState::Listening).await;

    let began = now_ms();
    let mut n = 2;
    let health = {
        let alarm = told(&mut terminal, SourceState::Refusing);
        tokio::pin!(alarm);
        loop {
            let (headers, body) = stripe_letter_signed(n, 100, "whsec_another");
            let (status, _) = send(served.address, "POST", &door, &headers, &body).await;
            assert_eq!(status, 401);
            n += 1;
            tokio::select! {
                health = &mut alarm => break health,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            assert!(now_ms() - began < 20_000, "no alarm");
        }
    };
    assert!(n > 4 && now_ms() - began >= 200, "too early");
    let refusing = health.refusing.expect("known");
    assert_eq!(
        (refusing.code.as_str(), refusing.proven),
        ("signature", false)
    );
    assert!(refusing.since.millis() >= began - 1);

    assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    let health = told(&mut terminal, SourceState::Listening).await;
    assert_eq!(health.refusing, None);
    served.stop().await;
}

#[tokio::test]
async fn a_merchant_that_was_mistyped_before_a_restart_is_told_with_the_first_payment_after_it() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.door(wechat_v2()).await;
    let pay = async |served: &Served, n| {
        send(served.address, "POST", &door, &[], &wechat_v2_body(n, 100))
            .await
            .0
    };
    assert_eq!(pay(&served, 1).await, 200);
    let (id, ..) = served.hub.sources(&served.shop).expect("sources").remove(1);
    let mistyped = SourceConfig::WechatV2 {
        mch_id: "10000001".to_owned(),
        appid: None,
        api_v2_key: Secret::default(),
    };
    let changed = served
        .hub
        .update_source(&served.shop, &id, "微信", mistyped);
    changed.await.expect("changed");
    // On the disk before the owner hears "done": the power may fail now.
    let on_disk = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    let fits = "SELECT fits FROM sources WHERE id = ?1";
    let fits: bool = on_disk
        .query_row(fits, [id.as_str()], |row| row.get(0))
        .expect("its row");
    assert!(!fits);
    drop(on_disk);
    served.stop().await;

    let served = Served::start(dir.path()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(pay(&served, 2).await, 403);
    let health = told_of(&mut terminal, SourceKind::WechatV2, SourceState::Refusing).await;
    let refusing = health.refusing.expect("known");
    assert_eq!(
        (refusing.code.as_str(), refusing.proven),
        ("wrong_merchant", true)
    );
    served.stop().await;
}

#[tokio::test]
async fn what_was_taken_and_is_sent_again_late_is_no_alarm_and_what_was_never_taken_is() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.stripe().await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    told(&mut terminal, SourceState::Listening).await;
    let late = async |n| {
        let (headers, body) = stripe_letter_at(n, 100, WHSEC, now_ms() / 1000 - 600);
        send(served.address, "POST", &door, &headers, &body).await.0
    };
    for _ in 0..5 {
        assert_eq!(late(1).await, 401);
    }
    let view = |answer| match answer {
        Ok(Answer::Sources { sources }) => SourceView::clone(&sources[1]),
        other => panic!("no sources: {other:?}"),
    };
    let quiet = view(terminal.ask(Request::Sources).await);
    assert_eq!((quiet.refused, quiet.health.refusing), (5, None));
    assert_eq!(late(2).await, 401);
    let health = told(&mut terminal, SourceState::Refusing).await;
    assert!(health.refusing.expect("known").proven);
    served.stop().await;
}

#[tokio::test]
async fn an_old_delivery_sent_again_does_not_end_the_alarm_of_a_key_that_was_changed() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        refusals_over: Duration::ZERO,
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let door = served.door(wechat_v2()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let kind = SourceKind::WechatV2;
    let post = async |body: &[u8]| send(served.address, "POST", &door, &[], body).await.0;
    let old = wechat_v2_body(1, 100);
    assert_eq!(post(&old).await, 200);
    let mut other = wechat_v2_body(2, 100);
    let place = other.windows(11).position(|part| part == b"<total_fee>");
    other[place.expect("its amount") + 20] = b'9';
    for _ in 0..3 {
        assert_ne!(post(&other).await, 200);
    }
    told_of(&mut terminal, kind, SourceState::Refusing).await;
    assert_eq!(post(&old).await, 200);
    let state = |answer| match answer {
        Ok(Answer::Sources { sources }) => sources[1].health.state,
        other => panic!("no sources: {other:?}"),
    };
    let after = state(terminal.ask(Request::Sources).await);
    assert_eq!(after, SourceState::Refusing);
    assert_eq!(post(&wechat_v2_body(3, 100)).await, 200);
    let after = state(terminal.ask(Request::Sources).await);
    assert_eq!(after, SourceState::Listening);
    served.stop().await;
}

/// A delivery whose sender is slow: its head and half its body are there, and the hub knows the door it is for.
struct UnderWay {
    socket: TcpStream,
    rest: Vec<u8>,
}

impl UnderWay {
    async fn begin(address: SocketAddr, door: &str, body: &[u8]) -> Self {
        let mut socket = TcpStream::connect(address).await.expect("connect");
        let (half, rest) = body.split_at(body.len() / 2);
        // The hub asks for the body once it has looked the door up.
        let head = format!(
            "POST {door} HTTP/1.1\r\nhost: hub\r\ncontent-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
            body.len()
        );
        socket.write_all(head.as_bytes()).await.expect("head");
        let mut asked = [0; 64];
        let length = socket.read(&mut asked).await.expect("an answer");
        let asked = String::from_utf8_lossy(&asked[..length]);
        assert!(asked.starts_with("HTTP/1.1 100"), "{asked}");
        socket.write_all(half).await.expect("half");
        Self {
            socket,
            rest: rest.to_vec(),
        }
    }

    /// The rest arrives; answers the status.
    async fn end(mut self) -> String {
        self.socket.write_all(&self.rest).await.expect("the rest");
        let mut answer = String::new();
        self.socket
            .read_to_string(&mut answer)
            .await
            .expect("the answer");
        answer.split(' ').nth(1).expect("a status").to_owned()
    }
}

#[tokio::test]
async fn a_delivery_under_way_while_settings_change_says_nothing_of_the_new_ones() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.door(wechat_v2()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let kind = SourceKind::WechatV2;
    let (id, ..) = served.hub.sources(&served.shop).expect("sources").remove(1);
    let merchant = async |mch_id: &str| {
        let config = SourceConfig::WechatV2 {
            mch_id: mch_id.to_owned(),
            appid: None,
            api_v2_key: Secret::default(),
        };
        let changed = served
            .hub
            .update_source(&served.shop, &id, "微信", config)
            .await;
        changed.expect("changed");
    };
    let pay = async |n| {
        send(served.address, "POST", &door, &[], &wechat_v2_body(n, 100))
            .await
            .0
    };
    let state = async |terminal: &mut Terminal| match terminal.ask(Request::Sources).await {
        Ok(Answer::Sources { sources }) => sources[1].health.state,
        other => panic!("no sources: {other:?}"),
    };

    // Taken under the right number: that does not make the mistyped one right.
    let slow = UnderWay::begin(served.address, &door, &wechat_v2_body(1, 100)).await;
    merchant("10000001").await;
    assert_eq!(slow.end().await, "200");
    assert_eq!(pay(2).await, 403);
    told_of(&mut terminal, kind, SourceState::Refusing).await;

    // Refused under the mistyped one: that is no alarm for the right number.
    let slow = UnderWay::begin(served.address, &door, &wechat_v2_body(3, 100)).await;
    merchant("10000100").await;
    assert_eq!(slow.end().await, "403");
    assert_eq!(state(&mut terminal).await, SourceState::Listening);
    assert_eq!(pay(3).await, 200);
    assert_eq!(state(&mut terminal).await, SourceState::Listening);
    served.stop().await;
}
