//! What strangers, other sites' pages and other owners try against accounts.

use crate::browser::*;
use crate::shop::*;
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use hub::{AccountBounds, HubConfig, Limits};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn guessing_slows_strangers_down_and_never_the_owner() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    let recovery = owner.signed_up(&served, "li@example.com", &[]).await;
    let mut app = owner.enrolled().await;
    let mut stranger = Browser::new(&served);
    for name in ["li@example.com", "nobody@example.com"] {
        let mut told = Vec::new();
        for n in 0..12 {
            let reply = stranger
                .sign_in(name, &format!("a guess of theirs {n}"))
                .await;
            told.push(reply.status);
            if reply.status == 429 {
                assert_eq!(reply.code(), (429, "slow"));
                let wait: u64 = reply
                    .header("retry-after")
                    .expect("a wait")
                    .parse()
                    .expect("seconds");
                assert!((1..=2).contains(&wait), "{wait}");
            }
        }
        // The same for an account that there is and for one that there is not.
        assert_eq!(told[..8], [401; 8], "{name}");
        assert!(told[8..].contains(&429), "{name}: {told:?}");
    }
    let until_slow = async |name: &str| {
        let mut stranger = Browser::new(&served);
        while stranger.sign_in(name, "a guess of theirs").await.status != 429 {}
    };
    // The right password is no way round: it would tell that it is right.
    until_slow("li@example.com").await;
    let reply = Browser::new(&served)
        .sign_in("li@example.com", PASSWORD)
        .await;
    assert_eq!(reply.code(), (429, "slow"));
    // The owner's own device goes on as if nothing were.
    until_slow("li@example.com").await;
    let mut known = owner.clone();
    known.jar.remove("tillbell-session");
    let reply = known.sign_in("li@example.com", PASSWORD).await;
    assert_eq!(reply.body, json!({ "state": "second_factor" }));
    // And a new device with a recovery code in hand, once for each code.
    until_slow("li@example.com").await;
    let with = |code: &str, password: &str| json!({ "name": "li@example.com", "password": password, "recovery_code": code });
    let path = "/v1/account/sign-in";
    let mut new = Browser::new(&served);
    let nonsense = new.post(path, with("AAAA-AAAA-AAAA-AAAA", PASSWORD)).await;
    assert_eq!(nonsense.code(), (429, "slow"));
    let wrong = new
        .post(path, with(&recovery[0], "wrong wrong wrong"))
        .await;
    assert_eq!(wrong.code(), (401, "wrong"));
    let reply = new.post(path, with(&recovery[0], PASSWORD)).await;
    assert_eq!(reply.body, json!({ "state": "signed_in" }));
    until_slow("li@example.com").await;
    let used = Browser::new(&served)
        .post(path, with(&recovery[0], PASSWORD))
        .await;
    assert_eq!(used.code(), (429, "slow"), "a used code is none");

    // Another owner's device is a stranger here.
    let mut wang = Browser::new(&served);
    wang.signed_up(&served, "wang@example.com", &[]).await;
    wang.jar.remove("tillbell-session");
    until_slow("li@example.com").await;
    let reply = wang.sign_in("li@example.com", PASSWORD).await;
    assert_eq!(reply.code(), (429, "slow"));

    // A known device has tries of its own, and an end of them too.
    let mut told = Vec::new();
    for _ in 0..12 {
        told.push(
            known
                .sign_in("li@example.com", "a guess of theirs")
                .await
                .status,
        );
    }
    assert_eq!(
        told.iter().filter(|status| **status == 401).count(),
        10,
        "{told:?}"
    );
    // Its second factor is still open: what was guessed was the password.
    let reply = known.second(json!({ "code": app.code().await })).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    served.stop().await;
}

/// Somebody knows the password and guesses codes.
#[tokio::test]
async fn codes_are_few() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    owner.signed_up(&served, "li@example.com", &[]).await;
    let mut app = owner.enrolled().await;
    let mut thief = Browser::new(&served);
    let (mut wrong, mut halves) = (0, 0);
    let slow = loop {
        if thief.jar.is_empty() {
            halves += 1;
            let reply = thief.sign_in("li@example.com", PASSWORD).await;
            assert_eq!(reply.body, json!({ "state": "second_factor" }));
        }
        let reply = thief.second(json!({ "code": app.wrong() })).await;
        match reply.code() {
            (401, "wrong") => wrong += 1,
            // After so many the password is asked for again.
            (401, "signed_out") => thief.jar.clear(),
            _ => break reply,
        }
        assert!(wrong < 20);
    };
    assert_eq!(slow.code(), (429, "slow"));
    assert!((8..=10).contains(&wrong), "{wrong}");
    assert_eq!(
        halves, 2,
        "five of one password, then it is asked for again"
    );
    // The owner's own device is let in meanwhile.
    let mut known = owner.clone();
    known.jar.remove("tillbell-session");
    known.sign_in("li@example.com", PASSWORD).await;
    let reply = known.second(json!({ "code": app.code().await })).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let record = known.get("/v1/account/record").await.body.to_string();
    assert!(record.contains("second_factor_wrong"));
    served.stop().await;
}

/// Somebody knows the password and makes recovery codes up: the owner can read of it, and the record is not filled.
#[tokio::test]
async fn wrong_recovery_codes_are_written_down_and_few() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    owner.signed_up(&served, "li@example.com", &[]).await;
    owner.enrolled().await;
    let noted = async |owner: &mut Browser| {
        let record = owner.get("/v1/account/record").await.body.to_string();
        record.matches("second_factor_wrong").count()
    };
    let wrong = json!({ "recovery_code": "AAAA-AAAA-AAAA-AAAA" });
    let mut thief = Browser::new(&served);
    thief.sign_in("li@example.com", PASSWORD).await;
    let reply = thief.second(wrong.clone()).await;
    assert_eq!(reply.code(), (401, "wrong"));
    assert_eq!(noted(&mut owner).await, 1);
    let ask = json!({ "name": "li@example.com", "password": PASSWORD, "recovery_code": "AAAA-AAAA-AAAA-AAAA" });
    let reply = thief.post("/v1/account/sign-in", ask).await;
    assert_eq!(reply.code(), (401, "wrong"));
    assert_eq!(noted(&mut owner).await, 2);
    for _ in 0..40 {
        thief.sign_in("li@example.com", PASSWORD).await;
        let reply = thief.second(wrong.clone()).await;
        assert_eq!(reply.code(), (401, "wrong"));
    }
    let lines = noted(&mut owner).await;
    assert!((8..=14).contains(&lines), "{lines}");
    served.stop().await;
}

/// One recovery code, one invite, many at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_good_once_is_good_once_for_many_at_once() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    let recovery = owner.signed_up(&served, "li@example.com", &[]).await;
    owner.enrolled().await;
    let mut halves = Vec::new();
    for _ in 0..4 {
        let mut one = Browser::new(&served);
        one.sign_in("li@example.com", PASSWORD).await;
        halves.push(one);
    }
    let code = json!({ "recovery_code": recovery[0] });
    let tries = halves.iter_mut().map(|one| one.second(code.clone()));
    let told = futures_util::future::join_all(tries).await;
    let let_in = told.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(let_in, 1, "{told:?}");
    let invite = served.hub.invite_owner(&[], HOUR).await.expect("invite");
    let mut crowd: Vec<_> = (0..6).map(|n| (n, Browser::new(&served))).collect();
    let tries = crowd.iter_mut().map(|(n, one)| {
        let name = format!("owner{n}");
        let body = json!({ "invite": invite.code, "name": name, "password": PASSWORD });
        one.post("/v1/account/sign-up", body)
    });
    let told = futures_util::future::join_all(tries).await;
    let made = told.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(made, 1, "{told:?}");
    served.stop().await;
}

/// A body that every route would take, as far as it can be told without a session.
fn body_of(path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "sign-up" => json!({ "invite": "x", "name": "somebody", "password": PASSWORD }),
        "reset" => json!({ "invite": "x", "password": PASSWORD }),
        "sign-in" => json!({ "name": "somebody", "password": PASSWORD }),
        "second-factor" | "confirm" | "enrol" => json!({ "code": "123456" }),
        "password" => json!({ "password": PASSWORD, "new_password": "another river stone" }),
        "take" => json!({ "invite": "x" }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_route_refuses_other_sites_other_names_and_nobody() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    owner
        .signed_up(
            &served,
            "li@example.com",
            std::slice::from_ref(&served.shop),
        )
        .await;
    let own = served.address;
    for (path, method) in account_routes() {
        let path = path
            .replace("{shop}", served.shop.as_str())
            .replace("{session}", "session_1");
        let body = body_of(&path).to_string();
        let json = (method == "POST").then_some("application/json");
        // The owner's own cookies go along in each of these: what is refused is where they come from.
        for (what, host, origin) in [
            (
                "another site",
                own.to_string(),
                Some("https://evil.example".to_owned()),
            ),
            (
                "a page of nowhere",
                own.to_string(),
                Some("null".to_owned()),
            ),
            (
                "another port",
                own.to_string(),
                Some("http://127.0.0.1:1".to_owned()),
            ),
            (
                "TLS that is none",
                own.to_string(),
                Some(format!("https://{own}")),
            ),
            (
                "rebound",
                "evil.example".to_owned(),
                Some("http://evil.example".to_owned()),
            ),
            ("rebound, quietly", "evil.example".to_owned(), None),
            ("the internet's name", "shop.example".to_owned(), None),
        ] {
            let mut page = Browser {
                host,
                origin,
                ..owner.clone()
            };
            let reply = page.send(method, &path, json, body.as_bytes()).await;
            assert_eq!(
                (reply.status, &reply.body),
                (403, &Value::Null),
                "{method} {path}: {what}"
            );
        }
        if method == "POST" {
            for (what, origin, kind) in [
                ("without an origin", None, Some("application/json")),
                (
                    "a form",
                    owner.origin.clone(),
                    Some("application/x-www-form-urlencoded"),
                ),
                ("plain text", owner.origin.clone(), Some("text/plain")),
                ("no kind", owner.origin.clone(), None),
            ] {
                let mut page = Browser {
                    origin,
                    ..owner.clone()
                };
                let reply = page.send(method, &path, kind, body.as_bytes()).await;
                assert_eq!(reply.code(), (400, "invalid"), "{path}: {what}");
            }
            for (what, body) in [
                ("nothing", Vec::new()),
                ("no JSON", b"{".to_vec()),
                ("a list", b"[]".to_vec()),
                ("a list of fields", br#"["123456","x","x"]"#.to_vec()),
                ("an unknown field", br#"{"admin":true}"#.to_vec()),
                ("deep", [b"[".repeat(4_000), b"]".repeat(4_000)].concat()),
                (
                    "too much",
                    format!("{{\"x\":\"{}\"}}", "x".repeat(9_000)).into_bytes(),
                ),
                ("no text", vec![0xff; 100]),
            ] {
                let reply = owner.clone().send(method, &path, json, &body).await;
                assert_eq!(reply.code(), (400, "invalid"), "{path}: {what}");
            }
        }
        // Nobody: with no cookie, with one of nobody's, with the owner's under another name or twice.
        let token = owner.jar["tillbell-session"].clone();
        for jar in [
            vec![],
            vec![("tillbell-session", "A".repeat(43))],
            vec![("__Host-tillbell-session", token.clone())],
            vec![("tillbell-half", token.clone())],
            vec![(
                "a",
                format!("b; tillbell-session={token}; tillbell-session={token}"),
            )],
        ] {
            let jar = jar.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            let mut nobody = Browser {
                jar,
                ..owner.clone()
            };
            let reply = nobody.send(method, &path, json, body.as_bytes()).await;
            let expected = match path.trim_start_matches("/v1/account/") {
                "sign-up" | "reset" => (410, "invite"),
                "sign-in" => (401, "wrong"),
                "sign-out" => (200, ""),
                _ => (401, "signed_out"),
            };
            let slow = reply.code() == (429, "slow") && path.ends_with("sign-in");
            assert!(
                slow || reply.code() == expected,
                "{method} {path}: {reply:?}"
            );
        }
    }
    assert!(owner.is_in().await, "and none of it did anything");
    served.stop().await;
}

#[tokio::test]
async fn one_owner_reaches_nothing_of_anothers() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let (hers, his) = (served.shop.clone(), another_shop(&served, "茶馆").await);
    let (mut li, mut wang) = (Browser::new(&served), Browser::new(&served));
    li.signed_up(&served, "li@example.com", std::slice::from_ref(&hers))
        .await;
    let recovery = wang
        .signed_up(&served, "wang@example.com", std::slice::from_ref(&his))
        .await;
    let mine = |reply: &Reply| {
        let shops = reply.body["shops"].as_array().expect("shops");
        shops
            .iter()
            .map(|one| one["shop"].as_str().expect("id").to_owned())
            .collect::<Vec<_>>()
    };
    for path in ["/v1/account", "/v1/account/shops"] {
        assert_eq!(mine(&li.get(path).await), [hers.as_str()], "{path}");
        assert_eq!(mine(&wang.get(path).await), [his.as_str()], "{path}");
    }
    let session = |reply: Reply| reply.body["session"].as_str().expect("id").to_owned();
    let (my_own, wangs) = (
        session(li.get("/v1/account").await),
        session(wang.get("/v1/account").await),
    );
    let nobodys = [
        "session_0000000000000000",
        "shop_0000000000000000",
        "..%2f..",
        "x%00",
        "'--",
        &"a".repeat(300),
    ];
    let mut others: Vec<&str> = vec![his.as_str(), wangs.as_str()];
    others.extend(nobodys);
    for (path, method) in account_routes()
        .iter()
        .filter(|(path, _)| path.contains('{'))
    {
        // Somebody else's is answered like one that there is not: by the same words.
        for id in &others {
            let path = path.replace("{shop}", id).replace("{session}", id);
            let json = (*method == "POST").then_some("application/json");
            let reply = li.send(method, &path, json, b"{}").await;
            assert_eq!(reply.code(), (404, "not_found"), "{method} {path}");
        }
    }
    assert!(wang.is_in().await, "nobody else ended it");
    let own = li.get(&format!("/v1/account/shops/{hers}")).await;
    assert_eq!((own.status, &own.body["name"]), (200, &json!("面馆")));
    let listed = li.get("/v1/account/sessions").await.body.to_string();
    assert!(
        listed.contains(&my_own) && !listed.contains(&wangs),
        "{listed}"
    );
    let record = li.get("/v1/account/record").await.body.to_string();
    assert!(
        !record.contains(&wangs) && !record.contains(his.as_str()),
        "{record}"
    );
    // His recovery code is none of hers.
    let body = json!({ "recovery_code": recovery[0] });
    assert_eq!(
        li.post("/v1/account/confirm", body).await.code(),
        (401, "wrong")
    );

    // A shop is shared by an invite, and by nothing else.
    let invite = served
        .hub
        .invite_owner(std::slice::from_ref(&his), HOUR)
        .await
        .expect("invite");
    let take = "/v1/account/invites/take";
    let body = json!({ "invite": invite.code });
    assert_eq!(li.post(take, body.clone()).await.status, 200);
    assert_eq!(wang.post(take, body).await.code(), (410, "invite"));
    assert_eq!(
        mine(&li.get("/v1/account/shops").await),
        [hers.as_str(), his.as_str()]
    );
    assert_eq!(mine(&wang.get("/v1/account/shops").await), [his.as_str()]);

    // Ending one ends that one, and its device is a stranger; ending the others ends those.
    let (mut second, mut third) = (Browser::new(&served), Browser::new(&served));
    second.sign_in("li@example.com", PASSWORD).await;
    third.sign_in("li@example.com", PASSWORD).await;
    let id = session(second.get("/v1/account").await);
    let end = format!("/v1/account/sessions/{id}/end");
    assert_eq!(li.post(&end, json!({})).await.status, 200);
    assert_eq!(li.post(&end, json!({})).await.code(), (404, "not_found"));
    assert!(!second.is_in().await && third.is_in().await);
    let ended = li.post("/v1/account/sessions/end-others", json!({})).await;
    assert_eq!(ended.status, 200);
    assert!(li.is_in().await && wang.is_in().await && !third.is_in().await);
    served.stop().await;
}

#[tokio::test]
async fn slow_and_crowding_clients_hold_nobody_up() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        body_within: Duration::from_millis(300),
        accounts: AccountBounds {
            hashes_waiting: 2,
            ..cheap()
        },
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Browser::new(&served);
    owner.signed_up(&served, "li@example.com", &[]).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(served.address).await.expect("connect");
        let head = format!(
            "POST /v1/account/sign-in HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncontent-type: application/json\r\n\
             content-length: 100\r\n\r\n{{\"name\":",
            served.address
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        slow.push(stream);
    }
    let began = Instant::now();
    assert!(owner.is_in().await);
    assert!(began.elapsed() < PATIENCE / 2);
    for mut stream in slow {
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer);
        timeout(PATIENCE, read)
            .await
            .expect("in time")
            .expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 400");
    }
    // A crowd signs in at once: some are told to come again, and nothing breaks.
    let mut crowd: Vec<_> = (0..40).map(|n| (n, Browser::new(&served))).collect();
    let tries = crowd.iter_mut().map(|(n, one)| {
        let name = format!("somebody{n}");
        async move { one.sign_in(&name, "a guess of theirs").await.status }
    });
    let told = futures_util::future::join_all(tries).await;
    assert!(
        told.iter().all(|status| matches!(status, 401 | 503)),
        "{told:?}"
    );
    assert!(told.contains(&401));
    let mut known = owner.clone();
    assert_eq!(known.sign_in("li@example.com", PASSWORD).await.status, 200);
    served.stop().await;
}

/// Under the address from the internet, whose proxy speaks TLS, cookies are such that no other host can plant them; and
/// it is no way in before the owner opens it.
#[tokio::test]
async fn over_tls_cookies_are_the_hosts_own() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = crate::doors::network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        accounts: cheap(),
        ..Limits::default()
    };
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut browser = Browser {
        host: "shop.example".to_owned(),
        origin: Some("https://shop.example".to_owned()),
        ..Browser::new(&served)
    };
    let url = Some("https://shop.example".to_owned());
    served.hub.set_doors(false, url).await.expect("set");
    let closed = browser.sign_in("li@example.com", PASSWORD).await;
    assert_eq!(closed.status, 403);
    let open = TerminalsAsk::SetReach { lan: true };
    let opened = served.hub.ask_about_terminals(&served.shop, open).await;
    assert!(
        matches!(opened, Ok(TerminalsAnswer::Reach(_))),
        "{opened:?}"
    );
    browser.signed_up(&served, "li@example.com", &[]).await;
    let names: Vec<&str> = browser.jar.keys().map(String::as_str).collect();
    assert_eq!(names, ["__Host-tillbell-device", "__Host-tillbell-session"]);
    assert!(browser.is_in().await);
    // The same token in a cookie that anybody can plant is none.
    let token = browser.jar["__Host-tillbell-session"].clone();
    browser.jar = [("tillbell-session".to_owned(), token)].into();
    assert!(!browser.is_in().await);
    // Plain HTTP's origin of the same name is another.
    browser.origin = Some("http://shop.example".to_owned());
    assert_eq!(
        browser.sign_in("li@example.com", PASSWORD).await.status,
        403
    );
    served.stop().await;
}

/// Over the local network: by TLS, and only while the owner lets terminals in there.
#[tokio::test]
async fn the_local_network_reaches_accounts_by_tls_and_only_when_opened() {
    let dir = tempfile::tempdir().expect("folder");
    let lan = crate::doors::network().await;
    let limits = Limits {
        door_addresses: vec![lan.ip()],
        accounts: cheap(),
        ..Limits::default()
    };
    let served = Served::with(HubConfig {
        door_port: lan.port(),
        limits,
        ..HubConfig::new(dir.path())
    })
    .await;
    Browser::new(&served)
        .signed_up(&served, "li@example.com", &[])
        .await;
    let headers = [
        ("host", lan.to_string()),
        ("origin", format!("https://{lan}")),
        ("content-type", "application/json".to_owned()),
    ];
    let path = "/v1/account/sign-in";
    let body = json!({ "name": "li@example.com", "password": PASSWORD }).to_string();
    // Doors for news alone let nobody near an account.
    let doors = served.hub.set_doors(true, None).await;
    assert!(doors.expect("opened").lan);
    for open in [false, true, false] {
        let reach = TerminalsAsk::SetReach { lan: open };
        let reached = served.hub.ask_about_terminals(&served.shop, reach).await;
        assert!(
            matches!(reached, Ok(TerminalsAnswer::Reach(_))),
            "{reached:?}"
        );
        let expected = if open { 200 } else { 404 };
        let (secure, _) = crate::doors::tls(lan).await;
        let told = send_on(secure, "POST", path, &headers, body.as_bytes()).await;
        assert_eq!(told.0, expected, "by TLS, {open}: {told:?}");
        let plain = TcpStream::connect(lan).await.expect("connect");
        let told = send_on(plain, "POST", path, &headers, body.as_bytes()).await;
        assert_eq!(told.0, 404, "in the clear, {open}: {told:?}");
        if open {
            // Under a name pointed here, and from a page of this machine's, it is refused there as well.
            for (host, origin) in [
                ("evil.example", "https://evil.example"),
                (lan.to_string().as_str(), "https://evil.example"),
                ("127.0.0.1", "http://127.0.0.1"),
            ] {
                let headers = [
                    ("host", host.to_owned()),
                    ("origin", origin.to_owned()),
                    ("content-type", "application/json".to_owned()),
                ];
                let (secure, _) = crate::doors::tls(lan).await;
                let told = send_on(secure, "POST", path, &headers, body.as_bytes()).await;
                assert_eq!(told.0, 403, "{host} {origin}");
            }
        }
    }
    served.stop().await;
}
