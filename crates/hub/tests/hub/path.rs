//! News in, entries out: the whole path, resumed from anywhere, and what a terminal may ask.

use crate::shop::*;
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::wire::{
    Answer, AskError, Hello, RefusedReason, Request, SourceState, ToHub, ToTerminal,
};
use domain::{Currency, Event, HubId, Money, Secret, Seq, SourceConfig, SourceKind, Trust};
use hub::Limits;
use std::time::Duration;

#[tokio::test]
async fn a_notice_then_its_webhook_reach_the_terminal_as_one_payment() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let (phone, wechat) = (served.forwarder().await, served.door(wechat_v2()).await);
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(terminal.welcome.shop, face());

    let at = now_ms();
    assert_eq!(
        notice(served.address, &phone, "微信支付收款12.50元(朋友到店)", at).await,
        200
    );
    assert_eq!(
        notice(served.address, &phone, "微信支付收款12.50元(朋友到店)", at).await,
        200,
        "a repeat is fine"
    );
    assert_eq!(
        notice(
            served.address,
            &phone,
            "微信支付收款12.50元(朋友到店)",
            at + 2_000
        )
        .await,
        200
    );
    let body = wechat_v2_body(1, 1250);
    for _ in 0..2 {
        let (status, reply) = send(served.address, "POST", &wechat, &[], &body).await;
        assert_eq!(status, 200);
        assert!(reply.contains("SUCCESS"), "{reply}");
    }

    let entries = terminal.entries(3).await;
    let Event::Paid(first) = &entries[0].event else {
        panic!("{entries:?}")
    };
    let yuan = Money::new(1250, Currency::CNY);
    assert_eq!(
        (first.amount, first.number, first.news.trust),
        (yuan, Some(1), Trust::Reported)
    );
    assert!(
        matches!(&entries[1].event, Event::Paid(second) if second.number == Some(2)),
        "{entries:?}"
    );
    let Event::Confirmed(joined) = &entries[2].event else {
        panic!("{entries:?}")
    };
    assert_eq!(
        (joined.payment, joined.trust, joined.amount),
        (Seq(1), Trust::Confirmed, yuan)
    );

    // Nothing else follows: the test payment is the next entry.
    let asked = terminal
        .ask(Request::TestPayment {
            amount: Money::new(1, Currency::CNY).expect("a fen"),
        })
        .await;
    assert_eq!(asked, Ok(Answer::Done));
    let entries = terminal.entries(1).await;
    assert_eq!(entries[0].seq, Seq(4));
    assert!(
        matches!(&entries[0].event, Event::Paid(test) if test.test && test.number.is_none()),
        "{entries:?}"
    );
    served.stop().await;
}

#[tokio::test]
async fn resumes_from_any_cut_and_knows_a_cursor_that_is_not_its_own() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.stripe().await;
    let token = served.terminal().await;
    for n in 1..=230 {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    let id = served.hub.id();
    for after in [0, 1, 99, 100, 101, 229, 230] {
        let mut terminal = Terminal::link(served.address, &token, Some(id.clone()), after).await;
        let rest = usize::try_from(230 - after).expect("small");
        let numbers: Vec<u64> = terminal
            .entries(rest)
            .await
            .iter()
            .map(|entry| entry.seq.0)
            .collect();
        assert_eq!(
            numbers,
            (after + 1..=230).collect::<Vec<_>>(),
            "after {after}"
        );
    }
    let other = HubId::new("hub_other").expect("id");
    for (hub, after) in [(Some(other), 3), (Some(id.clone()), 231), (None, 3)] {
        let (_, first) = knock(served.address, hello(&token, hub.clone(), after)).await;
        let refused = ToTerminal::Refused {
            reason: RefusedReason::CursorUnknown,
            hub: Some(id.clone()),
            newest: Some(Seq(230)),
        };
        assert_eq!(first, refused, "{hub:?} {after}");
    }
    // The number alone does not make it the same entry: a log that was restored and grew on hands numbers out again.
    let mut terminal = Terminal::link(served.address, &token, Some(id.clone()), 98).await;
    let at = terminal.entries(1).await[0].at;
    for (after_at, known) in [(None, true), (Some(at), true), (Some(at.plus_ms(1)), false)] {
        let hello = Hello {
            after_at,
            ..hello(&token, Some(id.clone()), 99)
        };
        let (_, first) = knock(served.address, hello).await;
        assert_eq!(
            matches!(first, ToTerminal::Welcome(_)),
            known,
            "{after_at:?}"
        );
    }
    for (token, version, reason) in [
        (Secret::new("wrong"), 1, RefusedReason::Token),
        (token.clone(), 2, RefusedReason::Version),
    ] {
        let mut hello = hello(&token, None, 0);
        hello.version = version;
        let (_, first) = knock(served.address, hello).await;
        assert_eq!(
            first,
            ToTerminal::Refused {
                reason,
                hub: None,
                newest: None
            }
        );
    }
    served.stop().await;

    // The same hub, started again: its number and its log are what they were, a token for one run is not.
    let again = Served::start(dir.path()).await;
    assert_eq!(again.hub.id(), id);
    let (_, first) = knock(again.address, hello(&token, Some(id.clone()), 229)).await;
    assert!(
        matches!(
            first,
            ToTerminal::Refused {
                reason: RefusedReason::Token,
                ..
            }
        ),
        "{first:?}"
    );
    let (_, kept) = again
        .hub
        .add_terminal(&again.shop, "kept")
        .await
        .expect("terminal");
    let mut terminal = Terminal::link(again.address, &kept, Some(id), 229).await;
    assert_eq!(terminal.entries(1).await[0].seq, Seq(230));
    assert_eq!(
        stripe(again.address, &door, 230, 100).await,
        200,
        "a repeat after the restart"
    );
    assert_eq!(stripe(again.address, &door, 231, 100).await, 200);
    assert_eq!(terminal.entries(1).await[0].seq, Seq(231));
    again.stop().await;
}

#[tokio::test]
async fn silence_is_told_at_once_and_so_is_its_end() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        silent_after: Some(Duration::from_millis(300)),
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let door = served.forwarder().await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let told = async |terminal: &mut Terminal, wanted: SourceState| loop {
        if let Some(ToTerminal::Beat { sources, .. }) = terminal.next().await {
            let state = sources
                .iter()
                .find(|s| s.kind == SourceKind::Forwarder)
                .map(|s| s.state);
            if state == Some(wanted) {
                return;
            }
        }
    };
    told(&mut terminal, SourceState::Waiting).await;
    assert_eq!(beat(served.address, &door).await, 200);
    told(&mut terminal, SourceState::Listening).await;
    told(&mut terminal, SourceState::Silent).await;
    assert_eq!(beat(served.address, &door).await, 200);
    told(&mut terminal, SourceState::Listening).await;
    served.stop().await;
}

#[tokio::test]
async fn a_dead_link_is_hung_up_and_nonsense_is_not_listened_to() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        heartbeat: Duration::from_millis(50),
        dead: Duration::from_millis(400),
        hello_within: Duration::from_millis(200),
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let token = served.terminal().await;
    let mut silent = Terminal::link(served.address, &token, None, 0).await;
    let mut beats = 0;
    while let Some(frame) = silent.next().await {
        beats += usize::from(matches!(frame, ToTerminal::Beat { .. }));
    }
    assert!(beats >= 3, "the hub beat {beats} times before it hung up");

    for nonsense in [
        "",
        "{}",
        "[1",
        r#"{"type":"hello"}"#,
        &"x".repeat(600 * 1024),
    ] {
        let mut terminal = Terminal::link(served.address, &token, None, 0).await;
        terminal.say_raw(nonsense).await;
        while terminal.next().await.is_some() {}
    }
    // Who says nothing at all is hung up too.
    let (mut mute, _) =
        tokio_tungstenite::connect_async(format!("ws://{}/v1/relay", served.address))
            .await
            .expect("link");
    let ended = tokio::time::timeout(PATIENCE, futures_util::StreamExt::next(&mut mute))
        .await
        .expect("in time");
    assert!(
        !matches!(
            ended,
            Some(Ok(tokio_tungstenite::tungstenite::Message::Text(_)))
        ),
        "{ended:?}"
    );
    served.stop().await;
}

#[tokio::test]
async fn a_terminal_sets_the_shop_up() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;

    let add = |name: &str, config| Request::AddSource {
        name: name.to_owned(),
        config,
    };
    let phone = || SourceConfig::SmsForwarder {
        secret: Secret::default(),
    };
    let Ok(Answer::Setup { setup }) = terminal.ask(add("老板的手机", phone())).await else {
        panic!("no setup")
    };
    let secret = setup.secret.clone().expect("a secret was made");
    assert_eq!(secret.expose().len(), 32);
    assert!(
        setup
            .template
            .as_deref()
            .is_some_and(|t| t.contains("[org_content]"))
    );
    assert_eq!(
        terminal
            .ask(Request::SourceSetup {
                id: setup.id.clone()
            })
            .await,
        Ok(Answer::Setup {
            setup: setup.clone()
        })
    );

    let invalid = |field: &str| {
        Err(AskError::Invalid {
            field: field.to_owned(),
        })
    };
    let no_keys = SourceConfig::Stripe {
        endpoint_secrets: vec![],
        test_mode: false,
    };
    let test = SourceConfig::Test {
        secret: Secret::new("x"),
    };
    let mut shop = face();
    shop.day_rule.zone = "Moon/Base".to_owned();
    for (request, answer) in [
        (add(" \u{200b} ", phone()), invalid("name")),
        (add(&"长".repeat(61), phone()), invalid("name")),
        (add("a", no_keys), invalid("endpoint_secrets")),
        (add("a", test), invalid("kind")),
        (Request::SetShop { shop }, invalid("day_rule")),
        (
            Request::SetDoors {
                lan: false,
                public_url: Some("http://plain.example".to_owned()),
            },
            invalid("public_url"),
        ),
        (
            Request::TestPayment {
                amount: Money::zero(Currency::CNY),
            },
            invalid("amount"),
        ),
    ] {
        assert_eq!(terminal.ask(request.clone()).await, answer, "{request:?}");
    }

    // A wrong secret is counted for the owner to see; the right one is taken.
    let door = door_of(&setup);
    assert_ne!(
        send(
            served.address,
            "POST",
            &door,
            &[],
            b"from=a&content=b&timestamp=1&sign=x"
        )
        .await
        .0,
        200
    );
    let Ok(Answer::Sources { sources }) = terminal.ask(Request::Sources).await else {
        panic!("no sources")
    };
    let kinds: Vec<_> = sources.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [SourceKind::Test, SourceKind::SmsForwarder]);
    assert_eq!(
        (sources[1].refused, sources[1].last_refusal.as_deref()),
        (1, Some("signature"))
    );

    let url = "https://shop.example";
    let doors = terminal
        .ask(Request::SetDoors {
            lan: false,
            public_url: Some(format!("{url}/")),
        })
        .await;
    assert!(
        matches!(&doors, Ok(Answer::Doors { doors }) if doors.public_url.as_deref() == Some(url)),
        "{doors:?}"
    );
    let Ok(Answer::Setup { setup }) = terminal.ask(Request::SourceSetup { id: setup.id }).await
    else {
        panic!()
    };
    assert!(
        setup.addresses[0]
            .url
            .starts_with("https://shop.example/n/"),
        "{:?}",
        setup.addresses
    );

    assert_eq!(
        terminal
            .ask(Request::RemoveSource {
                id: setup.id.clone()
            })
            .await,
        Ok(Answer::Done)
    );
    assert_eq!(
        terminal.ask(Request::RemoveSource { id: setup.id }).await,
        Err(AskError::NotFound)
    );
    assert_eq!(
        send(served.address, "POST", &door, &[], b"").await,
        (404, String::new())
    );
    assert_eq!(
        terminal
            .ask(Request::RemoveSource {
                id: sources[0].id.clone()
            })
            .await,
        invalid("id")
    );
    served.stop().await;
}

/// The protocol's examples are frames as the program itself writes them.
#[test]
fn the_protocols_examples_are_frames() {
    let manual = include_str!("../../../../docs/protocol.md");
    let examples: Vec<_> = manual
        .split("```json\n")
        .skip(1)
        .filter_map(|block| block.split_once("\n```"))
        .collect();
    assert!(examples.len() >= 6, "the manual has examples");
    for (example, _) in examples {
        let shown: serde_json::Value = serde_json::from_str(example).expect(example);
        let to_hub =
            serde_json::from_str::<ToHub>(example).map(|f| serde_json::to_value(f).expect("JSON"));
        let to_terminal = serde_json::from_str::<ToTerminal>(example)
            .map(|f| serde_json::to_value(f).expect("JSON"));
        let linked_says = serde_json::from_str::<TerminalSays>(example)
            .map(|f| serde_json::to_value(f).expect("JSON"));
        let linked_hears = serde_json::from_str::<HubSays>(example)
            .map(|f| serde_json::to_value(f).expect("JSON"));
        let all = [to_hub, to_terminal, linked_says, linked_hears];
        assert!(
            all.into_iter().flatten().any(|frame| frame == shown),
            "{example}"
        );
    }
}
