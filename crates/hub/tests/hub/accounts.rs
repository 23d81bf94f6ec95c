//! Owners' accounts from outside: becoming an owner, signing in and out, the second factor, what is dangerous.

use crate::browser::*;
use crate::shop::*;
use hub::{AccountBounds, Cost, Verified};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn an_owner_is_invited_signs_up_and_comes_back() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let invite = served
        .hub
        .invite_owner(std::slice::from_ref(&served.shop), HOUR)
        .await
        .expect("invite");
    assert!(!served.hub.has_owner().await.expect("read"));
    let mut phone = Browser::new(&served);
    let ask = |code: &str, name: &str, password: &str| json!({ "invite": code, "name": name, "password": password });
    for (code, name, password, expected) in [
        (
            "AAAAAAAAAAAAAAAAAAAAAA",
            "li@example.com",
            PASSWORD,
            (410, "invite"),
        ),
        ("nonsense", "li@example.com", PASSWORD, (410, "invite")),
        (said(&invite.code), "li", PASSWORD, (400, "invalid")),
        (said(&invite.code), "li ming", PASSWORD, (400, "invalid")),
        (
            said(&invite.code),
            "li@example.com",
            "short",
            (422, "password_short"),
        ),
        (
            said(&invite.code),
            "li@example.com",
            "password1234",
            (422, "password_common"),
        ),
        (
            said(&invite.code),
            "liming8888",
            "liming8888",
            (422, "password_name"),
        ),
        (
            said(&invite.code),
            "li@example.com",
            &"ab cd ".repeat(50),
            (422, "password_long"),
        ),
    ] {
        let reply = phone
            .post("/v1/account/sign-up", ask(code, name, password))
            .await;
        assert_eq!(reply.code(), expected, "{name} {password}");
        assert!(phone.jar.is_empty());
    }
    let good = ask(said(&invite.code), "Li@Example.com", PASSWORD);
    let reply = phone.post("/v1/account/sign-up", good.clone()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(codes(&reply).len(), 10);
    let mut other = Browser::new(&served);
    let again = other.post("/v1/account/sign-up", good).await;
    assert_eq!(again.code(), (410, "invite"), "used twice");

    let me = phone.get("/v1/account").await.body;
    assert_eq!(me["name"], "li@example.com");
    assert_eq!(me["recovery_codes_left"], 10);
    assert_eq!(me["authenticator_since"], Value::Null);
    assert_eq!(me["shops"][0]["shop"], json!(served.shop));
    assert_eq!(me["shops"][0]["name"], "面馆");

    for (name, password) in [
        ("li@example.com", "river stone windoW"),
        ("nobody@example.com", PASSWORD),
        ("li@example.com", ""),
    ] {
        let reply = other.sign_in(name, password).await;
        assert_eq!(reply.code(), (401, "wrong"), "{name}");
    }
    let reply = other.sign_in(" LI@example.com ", PASSWORD).await;
    assert_eq!(reply.body, json!({ "state": "signed_in" }));
    let sessions = other.get("/v1/account/sessions").await.body;
    let sessions = sessions["sessions"].as_array().expect("sessions").clone();
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().all(|one| one["device"] == "Safari, iPhone"));
    let this: Vec<_> = sessions.iter().filter(|one| one["this"] == true).collect();
    assert_eq!(this.len(), 1);

    // Signed out: the cookie is gone, and would be no good.
    let kept = other.clone();
    let reply = other.post("/v1/account/sign-out", json!({})).await;
    assert_eq!(reply.body, json!({ "state": "signed_out" }));
    assert!(!other.jar.contains_key("tillbell-session"));
    assert!(!kept.clone().is_in().await, "an ended session is ended");
    assert!(phone.is_in().await, "and no other");
    assert!(served.hub.has_owner().await.expect("read"));

    // A restart forgets nothing.
    let whole = served.hub.verify_record().await.expect("verified");
    assert!(
        matches!(whole, Verified::Whole { lines } if lines >= 5),
        "{whole:?}"
    );
    served.stop().await;
    let served = crate::browser::served(dir.path(), cheap()).await;
    let mut phone = Browser {
        jar: phone.jar,
        ..Browser::new(&served)
    };
    assert!(phone.is_in().await);
    served.stop().await;
}

#[tokio::test]
async fn an_authenticator_is_asked_for_and_each_code_is_good_once() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    let recovery = owner
        .signed_up(
            &served,
            "li@example.com",
            std::slice::from_ref(&served.shop),
        )
        .await;
    let reply = owner
        .post("/v1/account/totp/enrol", json!({ "code": "123456" }))
        .await;
    assert_eq!(reply.code(), (404, "not_found"), "nothing was offered");
    let mut app = owner.enrolled().await;
    let used = app.again();

    let mut other = Browser::new(&served);
    let reply = other.sign_in("li@example.com", PASSWORD).await;
    assert_eq!(reply.body, json!({ "state": "second_factor" }));
    assert!(!other.is_in().await, "half is not in");
    for (body, expected) in [
        (json!({ "code": used }), (401, "wrong")),
        (json!({ "code": app.wrong() }), (401, "wrong")),
        (json!({ "code": "abc" }), (401, "wrong")),
        (
            json!({ "recovery_code": "AAAA-AAAA-AAAA-AAAA" }),
            (401, "wrong"),
        ),
        (json!({}), (400, "invalid")),
        (
            json!({ "code": "1", "recovery_code": "2" }),
            (400, "invalid"),
        ),
    ] {
        assert_eq!(other.second(body.clone()).await.code(), expected, "{body}");
    }
    let mut third = Browser::new(&served);
    third.sign_in("li@example.com", PASSWORD).await;
    let code = app.code().await;
    // Two browsers with the same code at once: one of them is let in.
    let (one, two) = tokio::join!(
        other.second(json!({ "code": code })),
        third.second(json!({ "code": code }))
    );
    let mut told = [one.status, two.status];
    told.sort_unstable();
    assert_eq!(told, [200, 401], "{one:?} {two:?}");
    let replayed = Browser::new(&served);
    for mut one in [replayed, third.clone()] {
        one.jar.remove("tillbell-session");
        one.sign_in("li@example.com", PASSWORD).await;
        let reply = one.second(json!({ "code": code })).await;
        assert_eq!(reply.code(), (401, "wrong"), "replayed");
    }

    // A recovery code does as well, once.
    for (n, expected) in [(0, 200), (0, 401), (1, 200)] {
        let mut one = Browser::new(&served);
        one.sign_in("li@example.com", PASSWORD).await;
        let typed = recovery[n].to_lowercase().replace('-', " ");
        let reply = one.second(json!({ "recovery_code": typed })).await;
        assert_eq!(reply.status, expected, "{n}: {reply:?}");
    }
    assert_eq!(
        owner.get("/v1/account").await.body["recovery_codes_left"],
        8
    );
    // A new set takes the place of the old one.
    let reply = owner.post("/v1/account/recovery-codes", json!({})).await;
    let new = codes(&reply);
    for (code, expected) in [(&recovery[2], 401), (&new[2], 200)] {
        let mut one = Browser::new(&served);
        one.sign_in("li@example.com", PASSWORD).await;
        let reply = one.second(json!({ "recovery_code": code })).await;
        assert_eq!(reply.status, expected);
    }

    // Removed, the password is enough.
    let reply = owner.post("/v1/account/totp/remove", json!({})).await;
    assert_eq!(reply.status, 200);
    let again = owner.post("/v1/account/totp/remove", json!({})).await;
    assert_eq!(again.code(), (404, "not_found"));
    let reply = Browser::new(&served)
        .sign_in("li@example.com", PASSWORD)
        .await;
    assert_eq!(reply.body, json!({ "state": "signed_in" }));

    // What was done is on record, and names no secret.
    let record = owner.get("/v1/account/record").await.body;
    let lines = record["lines"].as_array().expect("lines");
    let told: Vec<&str> = lines
        .iter()
        .filter_map(|l| l["what"]["what"].as_str())
        .collect();
    for what in [
        "signed_up",
        "shop_given",
        "totp_enrolled",
        "second_factor_wrong",
        "recovery_code_used",
        "recovery_codes_made",
        "totp_removed",
        "signed_in",
    ] {
        assert!(told.contains(&what), "{what}: {told:?}");
    }
    let first = lines.last().expect("a line")["number"]
        .as_i64()
        .expect("number");
    let before = owner
        .get(&format!("/v1/account/record?before={}", first + 1))
        .await;
    assert_eq!(before.body["lines"].as_array().expect("lines").len(), 1);
    let odd = owner.get("/v1/account/record?before=x").await;
    assert_eq!(odd.code(), (400, "invalid"));
    served.stop().await;
}

#[tokio::test]
async fn what_is_dangerous_asks_for_a_proof_of_now() {
    let dir = tempfile::tempdir().expect("folder");
    let bounds = AccountBounds {
        fresh_ms: 3_000,
        ..cheap()
    };
    let served = served(dir.path(), bounds).await;
    let mut owner = Browser::new(&served);
    let recovery = owner.signed_up(&served, "li@example.com", &[]).await;
    let stale = async |owner: &mut Browser| {
        let ask = async {
            while owner.get("/v1/account").await.body["proved_until"].as_i64() > Some(now_ms()) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ask).await.expect("in time");
    };
    let dangerous = |password: &str| {
        [
            ("/v1/account/totp/offer", json!({})),
            ("/v1/account/totp/enrol", json!({ "code": "123456" })),
            ("/v1/account/totp/remove", json!({})),
            ("/v1/account/recovery-codes", json!({})),
            (
                "/v1/account/password",
                json!({ "password": password, "new_password": "another river stone" }),
            ),
        ]
    };
    stale(&mut owner).await;
    for (path, body) in dangerous(PASSWORD) {
        let reply = owner.post(path, body).await;
        assert_eq!(reply.code(), (403, "confirm"), "{path}");
    }
    // Ending sessions, too: who stole this one could end the owner's as fast as they begin.
    let mut new = Browser::new(&served);
    assert_eq!(new.sign_in("li@example.com", PASSWORD).await.status, 200);
    let end_others = "/v1/account/sessions/end-others";
    let id = new.get("/v1/account").await.body["session"].clone();
    let end = format!("/v1/account/sessions/{}/end", id.as_str().expect("id"));
    for path in [end_others, &end] {
        let reply = owner.post(path, json!({})).await;
        assert_eq!(reply.code(), (403, "confirm"), "{path}");
        assert!(new.is_in().await, "{path}");
    }
    // Signing in is a proof: the owner ends what was stolen.
    let mut thief = owner.clone();
    owner.jar.remove("tillbell-session");
    assert_eq!(owner.sign_in("li@example.com", PASSWORD).await.status, 200);
    assert_eq!(owner.post(end_others, json!({})).await.status, 200);
    assert!(!thief.is_in().await && !new.is_in().await && owner.is_in().await);
    stale(&mut owner).await;
    let confirm = "/v1/account/confirm";
    for (body, expected) in [
        (json!({ "password": "wrong wrong wrong" }), (401, "wrong")),
        (json!({ "code": "123456" }), (400, "invalid")),
        (json!({}), (400, "invalid")),
        (
            json!({ "password": PASSWORD, "code": "123456" }),
            (400, "invalid"),
        ),
        (json!({ "recovery_code": "nonsense" }), (401, "wrong")),
    ] {
        assert_eq!(owner.post(confirm, body).await.code(), expected);
    }
    let offer = owner.post("/v1/account/totp/offer", json!({})).await;
    assert_eq!(
        offer.code(),
        (403, "confirm"),
        "nothing of that was a proof"
    );
    let reply = owner.post(confirm, json!({ "password": PASSWORD })).await;
    assert_eq!(reply.status, 200);
    let mut app = owner.enrolled().await;

    // With an authenticator the password is no proof any more.
    stale(&mut owner).await;
    let reply = owner.post(confirm, json!({ "password": PASSWORD })).await;
    assert_eq!(reply.code(), (400, "invalid"));
    let replayed = owner.post(confirm, json!({ "code": app.again() })).await;
    assert_eq!(replayed.code(), (401, "wrong"));
    let code = app.code().await;
    assert_eq!(
        owner.post(confirm, json!({ "code": code })).await.status,
        200
    );
    let reply = owner.post("/v1/account/recovery-codes", json!({})).await;
    assert_eq!(reply.status, 200);
    let new = codes(&reply);
    stale(&mut owner).await;
    for (code, expected) in [(&recovery[0], 401), (&new[0], 200), (&new[0], 401)] {
        let reply = owner.post(confirm, json!({ "recovery_code": code })).await;
        assert_eq!(reply.status, expected);
    }
    let reply = owner.post("/v1/account/totp/remove", json!({})).await;
    assert_eq!(reply.status, 200);
    served.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    owner.signed_up(&served, "li@example.com", &[]).await;
    let mut other = Browser::new(&served);
    other.sign_in("li@example.com", PASSWORD).await;
    let path = "/v1/account/password";
    let new = "another river stone";
    for (password, new, expected) in [
        ("wrong wrong wrong", new, (401, "wrong")),
        (PASSWORD, "short", (422, "password_short")),
    ] {
        let body = json!({ "password": password, "new_password": new });
        assert_eq!(owner.post(path, body).await.code(), expected);
    }
    assert!(other.is_in().await);
    let body = json!({ "password": PASSWORD, "new_password": new });
    assert_eq!(owner.post(path, body).await.status, 200);
    assert!(owner.is_in().await);
    assert!(!other.is_in().await);
    let mut third = Browser::new(&served);
    let old = third.sign_in("li@example.com", PASSWORD).await;
    assert_eq!(old.code(), (401, "wrong"));
    assert_eq!(third.sign_in("li@example.com", new).await.status, 200);

    // Everything lost: the operator's code sets another one, once, and nothing of before is good.
    assert!(
        served
            .hub
            .reset_owner("nobody@example.com", HOUR)
            .await
            .is_err()
    );
    let app = owner.enrolled().await;
    drop(app);
    let code = served
        .hub
        .reset_owner("LI@example.com", HOUR)
        .await
        .expect("code");
    let mut lost = Browser::new(&served);
    let body = json!({ "invite": code.code, "name": "wang@example.com", "password": PASSWORD });
    let wrong = lost.post("/v1/account/sign-up", body).await;
    assert_eq!(wrong.code(), (410, "invite"), "it makes no account");
    let taken = owner
        .post("/v1/account/invites/take", json!({ "invite": code.code }))
        .await;
    assert_eq!(taken.code(), (410, "invite"), "and gives no shop");
    let body = json!({ "invite": code.code, "password": "a third river stone" });
    let reply = lost.post("/v1/account/reset", body.clone()).await;
    assert_eq!(codes(&reply).len(), 10);
    let again = lost.post("/v1/account/reset", body).await;
    assert_eq!(again.code(), (410, "invite"));
    for browser in [&mut owner, &mut third] {
        assert!(!browser.is_in().await);
    }
    let reply = lost.sign_in("li@example.com", "a third river stone").await;
    assert_eq!(
        reply.body,
        json!({ "state": "signed_in" }),
        "without the authenticator"
    );
    let invite = served.hub.invite_owner(&[], HOUR).await.expect("invite");
    let body = json!({ "invite": invite.code, "password": PASSWORD });
    let wrong = lost.post("/v1/account/reset", body).await;
    assert_eq!(wrong.code(), (410, "invite"), "an invite resets nobody");
    served.stop().await;
}

#[tokio::test]
async fn sessions_run_out_and_are_few() {
    let dir = tempfile::tempdir().expect("folder");
    let bounds = AccountBounds {
        idle_ms: 2_000,
        sessions: 3,
        devices: 4,
        ..cheap()
    };
    let served = served(dir.path(), bounds).await;
    let mut first = Browser::new(&served);
    first.signed_up(&served, "li@example.com", &[]).await;
    let mut last = first.clone();
    for _ in 0..4 {
        last = Browser::new(&served);
        assert_eq!(last.sign_in("li@example.com", PASSWORD).await.status, 200);
    }
    assert!(!first.is_in().await, "the oldest gave way");
    assert!(last.is_in().await);
    let ended = async {
        while last.is_in().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended)
        .await
        .expect("runs out");
    served.stop().await;
}

/// What the database holds gives nothing away, and a hash that was kept cheaply is made dearer at the next sign-in.
#[tokio::test]
async fn the_database_tells_nothing_and_hashes_grow() {
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    let mut secrets = owner.signed_up(&served, "li@example.com", &[]).await;
    let offer = owner.post("/v1/account/totp/offer", json!({})).await;
    secrets.push(offer.body["secret"].as_str().expect("secret").to_owned());
    let left = served.hub.invite_owner(&[], HOUR).await.expect("invite");
    secrets.push(said(&left.code).to_owned());
    secrets.extend(owner.jar.values().cloned());
    secrets.extend([PASSWORD.to_owned(), "$argon2id$".to_owned()]);
    let grouped: Vec<String> = secrets.iter().map(|s| s.replace('-', "")).collect();
    secrets.extend(grouped);
    served.stop().await;
    let file = dir.path().join("hub.db");
    let kept = std::fs::read(&file).expect("database");
    for secret in &secrets {
        let found = kept
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{secret}");
    }
    let password = || {
        let db = rusqlite::Connection::open(&file).expect("open");
        let row = db.query_row("SELECT password, password_at FROM accounts", [], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))
        });
        row.expect("a row")
    };
    let cheap_one = password();
    let dearer = AccountBounds {
        cost: Cost {
            memory_kib: 128,
            passes: 2,
            lanes: 1,
        },
        ..cheap()
    };
    let served = crate::browser::served(dir.path(), dearer).await;
    let mut other = Browser::new(&served);
    assert_eq!(
        other
            .sign_in("li@example.com", "wrong wrong wrong")
            .await
            .status,
        401
    );
    assert_eq!(other.sign_in("li@example.com", PASSWORD).await.status, 200);
    served.stop().await;
    let dear = password();
    assert_ne!(cheap_one.0, dear.0);
    assert_eq!(cheap_one.1, dear.1, "it is the same password");
    let served = crate::browser::served(dir.path(), cheap()).await;
    let mut other = Browser::new(&served);
    assert_eq!(other.sign_in("li@example.com", PASSWORD).await.status, 200);
    served.stop().await;
    assert_eq!(password().0, dear.0, "and never made cheaper");
}

/// The chain of lines stays whole when only rows are changed; checking the record tells all the same.
#[tokio::test]
async fn what_is_changed_behind_the_hubs_back_shows() {
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
    owner.enrolled().await;
    Browser::new(&served)
        .signed_up(&served, "wang@example.com", &[])
        .await;
    let whole = served.hub.verify_record().await.expect("verified");
    assert!(matches!(whole, Verified::Whole { .. }), "{whole:?}");
    served.stop().await;
    let file = dir.path().join("hub.db");
    let undisturbed = std::fs::read(&file).expect("database");
    for (what, sql) in [
        (
            "a shop taken",
            "INSERT INTO shop_owners (shop, account, since) VALUES (1, 2, 0)",
        ),
        ("a shop lost", "DELETE FROM shop_owners"),
        ("an authenticator gone", "DELETE FROM account_totp"),
        (
            "one planted",
            "INSERT INTO account_totp (account, secret, since, last_step) SELECT 2, secret, since, 0 FROM account_totp",
        ),
        (
            "an owner made",
            "INSERT INTO accounts (id, name, password, password_at, made_at)
             SELECT 'account_x', 'x', password, 0, 0 FROM accounts LIMIT 1",
        ),
    ] {
        std::fs::write(&file, &undisturbed).expect("as it was");
        let db = rusqlite::Connection::open(&file).expect("open");
        db.execute_batch(sql).expect(what);
        drop(db);
        let served = crate::browser::served(dir.path(), cheap()).await;
        let found = served.hub.verify_record().await.expect("verified");
        assert!(
            matches!(found, Verified::Differs { .. }),
            "{what}: {found:?}"
        );
        served.stop().await;
    }
}

/// Who only writes to the database plants no session, and what an invite is changed to shows.
#[tokio::test]
async fn who_writes_to_the_database_becomes_no_owner_unseen() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let dir = tempfile::tempdir().expect("folder");
    let served = served(dir.path(), cheap()).await;
    let mut owner = Browser::new(&served);
    owner.signed_up(&served, "li@example.com", &[]).await;
    let invite = served.hub.invite_owner(&[], HOUR).await.expect("invite");
    let bell = served.hub.invite_owner(&[], HOUR).await.expect("invite");
    served.stop().await;
    let file = dir.path().join("hub.db");
    let db = rusqlite::Connection::open(&file).expect("open");
    // Hashes of the thief's own tokens, as far as they can be made without the hub's key.
    let sha = |bytes: &[u8]| {
        let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
        hash.as_ref().to_vec()
    };
    let now = now_ms();
    let planted = db.execute(
        "INSERT INTO account_sessions (id, account, device, token_hash, began_at, last_seen, proved_at)
         SELECT 'session_x', account, device, ?1, ?2, ?2, ?2 FROM account_sessions LIMIT 1",
        rusqlite::params![sha(&[7; 32]), now],
    );
    assert_eq!(planted.expect("planted"), 1);
    let code = URL_SAFE_NO_PAD.encode([7; 16]);
    let planted = db.execute(
        "INSERT INTO owner_invites (id, code_hash, shops, made_at, expires_at) VALUES ('invite_x', ?1, '[1]', 0, ?2)",
        rusqlite::params![sha(code.as_bytes()), i64::MAX],
    );
    assert_eq!(planted.expect("planted"), 1);
    // A code that the operator did give out, for no shop; and one that is turned into somebody's new password.
    let turned = db.execute(
        "UPDATE owner_invites SET shops = '[1]' WHERE id = ?1",
        [&invite.invite],
    );
    assert_eq!(turned.expect("turned"), 1);
    let turned = db.execute(
        "UPDATE owner_invites SET resets = 1 WHERE id = ?1",
        [&bell.invite],
    );
    assert_eq!(turned.expect("turned"), 1);
    drop(db);
    let undisturbed = std::fs::read(&file).expect("database");
    for (what, path, body) in [
        (
            "one more shop",
            "/v1/account/sign-up",
            json!({ "invite": invite.code, "name": "wang@example.com", "password": PASSWORD }),
        ),
        (
            "a new password",
            "/v1/account/reset",
            json!({ "invite": bell.code, "password": PASSWORD }),
        ),
    ] {
        std::fs::write(&file, &undisturbed).expect("as it was");
        let served = crate::browser::served(dir.path(), cheap()).await;
        let mut thief = Browser::new(&served);
        let token = URL_SAFE_NO_PAD.encode([7; 32]);
        thief.jar.insert("tillbell-session".to_owned(), token);
        assert!(!thief.is_in().await, "a planted session");
        let ask = json!({ "invite": code, "name": "thief@example.com", "password": PASSWORD });
        let reply = thief.post("/v1/account/sign-up", ask).await;
        assert_eq!(reply.code(), (410, "invite"), "a planted invite");
        assert_eq!(thief.post(path, body).await.status, 200, "{what}");
        let found = served.hub.verify_record().await.expect("verified");
        assert!(
            matches!(found, Verified::Differs { .. }),
            "{what}: {found:?}"
        );
        served.stop().await;
    }
}
