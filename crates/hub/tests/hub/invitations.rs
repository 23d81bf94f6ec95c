//! Clerks' phones: an invitation is taken once, and only the key that took it is let in.

use crate::phone::*;
use crate::shop::*;
use domain::TerminalId;
use domain::permission::Preset;
use domain::terminal_wire::{HubSays, TerminalRefused, TerminalSays};
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use domain::wire::AskError;
use futures_util::SinkExt;
use hub::Limits;
use tokio_tungstenite::tungstenite::Message;

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
        hearable: None,
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

#[tokio::test]
async fn too_many_of_something_is_said_as_such_and_an_invitation_waits_for_a_place() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        invitations: 2,
        terminals: 1,
        ..patient()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let clerk = Preset::Clerk.permission();
    let phone = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let waiting = invite(&mut owner, &clerk).await;
    invite(&mut owner, &clerk).await;
    let third = TerminalsAsk::Invite {
        name: "x".to_owned(),
        permission: clerk,
        expires_in_s: 86_400,
    };
    assert_eq!(ask(&mut owner, third).await, Err(AskError::TooMany));
    let key = public(&pair(2));
    let (status, body) = accept(served.address, &code(&waiting), &key).await;
    assert_eq!((status, body), (409, serde_json::json!({ "code": "full" })));
    let terminal = phone.terminal.clone();
    let revoke = TerminalsAsk::Revoke { terminal };
    assert_eq!(ask(&mut owner, revoke).await, Ok(TerminalsAnswer::Done));
    let (status, _) = accept(served.address, &code(&waiting), &key).await;
    assert_eq!(status, 200);
    served.stop().await;
}
