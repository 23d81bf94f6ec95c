//! A key that was changed at the platform looks like somebody else's letters: several of them raise the alarm, one
//! genuine delivery ends it.

use crate::shop::*;
use domain::wire::{SourceHealth, SourceState, ToTerminal};
use domain::{Secret, SourceConfig, SourceKind};
use hub::Limits;
use std::time::Duration;

async fn told(terminal: &mut Terminal, wanted: SourceState) -> SourceHealth {
    told_of(terminal, SourceKind::Stripe, wanted).await
}

async fn told_of(terminal: &mut Terminal, kind: SourceKind, wanted: SourceState) -> SourceHealth {
    loop {
        if let Some(ToTerminal::Beat { sources, .. }) = terminal.next().await {
            let source = sources.into_iter().find(|s| s.kind == kind);
            if let Some(health) = source.filter(|health| health.state == wanted) {
                return health;
            }
        }
    }
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
