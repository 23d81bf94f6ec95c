//! The real binary: set up by its command line, killed in the middle of its work, stopped in good order.

use crate::shop::*;
use domain::Secret;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tillbell-hub"));
    command
        .env("TILLBELL_HUB_DATA", data)
        .env("TILLBELL_HUB_LISTEN", "127.0.0.1:0")
        .env("TILLBELL_HUB_LOG", "error");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs a command to its end: whether it succeeded, what it said, what it complained of.
async fn run(data: &Path, arguments: &[&str], input: &str) -> (bool, Vec<Value>, String) {
    let mut child = command(data).args(arguments).spawn().expect("spawn");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(input.as_bytes()).await.expect("input");
    drop(stdin);
    let output = timeout(PATIENCE, child.wait_with_output())
        .await
        .expect("in time")
        .expect("output");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    (
        output.status.success(),
        lines,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

async fn serve(data: &Path) -> (Child, SocketAddr) {
    let mut command = command(data);
    command.arg("serve");
    listening(command).await
}

/// Starts it and waits until it says where it listens.
async fn listening(mut command: Command) -> (Child, SocketAddr) {
    let mut child = command.spawn().expect("spawn");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let line = timeout(PATIENCE, lines.next_line())
        .await
        .expect("in time")
        .expect("read")
        .expect("it listens");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    let address = said["listening"].as_str().expect("address");
    (child, address.parse().expect("address"))
}

/// A sender that hears nothing for so long was not answered.
const GIVEN_UP: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_mid_load_every_acknowledged_payment_is_there_once() {
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path();
    let (ok, _, complaint) = run(data, &["shop", "add", "--name", "面馆"], "").await;
    assert!(ok, "{complaint}");
    let config =
        json!({ "kind": "stripe", "endpoint_secrets": [WHSEC], "test_mode": true }).to_string();
    let (ok, said, complaint) = run(data, &["source", "add", "--name", "Stripe"], &config).await;
    assert!(ok, "{complaint}");
    let url = said[0]["addresses"][0]["url"]
        .as_str()
        .expect("address")
        .to_owned();
    let door = url[url.find("/n/").expect("door")..].to_owned();
    let (ok, said, complaint) = run(data, &["terminal", "add", "--name", "till"], "").await;
    assert!(ok, "{complaint}");
    let token = Secret::new(said[0]["token"].as_str().expect("token"));

    let mut acknowledged = HashSet::new();
    let mut next = 0_u64;
    for round in 0..5_u64 {
        let (mut child, address) = serve(data).await;
        let (first, last) = (next, next + 200);
        next = last;
        let acked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let senders: Vec<_> = (0..4_u64)
            .map(|sender| {
                let (door, acked) = (door.clone(), std::sync::Arc::clone(&acked));
                tokio::spawn(async move {
                    for n in (first + sender..last).step_by(4) {
                        let Ok(stream) = tokio::net::TcpStream::connect(address).await else {
                            return;
                        };
                        let (headers, body) = stripe_letter(n, 100);
                        if send_on(stream, "POST", &door, &headers, &body).await.0 == 200 {
                            acked.lock().expect("lock").push(n);
                        }
                    }
                })
            })
            .collect();
        // Killed after a different number of acknowledgements each time, with others under way.
        let enough = usize::try_from(10 + round * 17).expect("small");
        let wait = async {
            while acked.lock().expect("lock").len() < enough {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, wait)
            .await
            .expect("some were acknowledged");
        child.kill().await.expect("killed");
        for mut sender in senders {
            // What was answered before lies in the socket and is read at once. Where nobody closes the connection of a
            // program that was killed, the others would wait for ever: platforms give up after some seconds, too.
            match timeout(GIVEN_UP, &mut sender).await {
                Ok(ended) => ended.expect("sender"),
                Err(_) => sender.abort(),
            }
        }
        acknowledged.extend(acked.lock().expect("lock").drain(..));
    }

    // Elsewhere there is no signal that asks it to end in order: it is only kept alive.
    #[cfg_attr(not(unix), expect(unused_mut, unused_variables))]
    let (mut child, address) = serve(data).await;
    // The platform sends the last ones again, as it does with whatever it got no answer to.
    for n in next - 200..next {
        assert_eq!(stripe(address, &door, n, 100).await, 200);
        acknowledged.insert(n);
    }
    let mut terminal = Terminal::link(address, &token, None, 0).await;
    let newest = terminal.welcome.newest.0;
    let entries = terminal
        .entries(usize::try_from(newest).expect("few"))
        .await;
    let mut stored = HashSet::new();
    for (entry, n) in entries.iter().zip(1_u64..) {
        assert_eq!(entry.seq.0, n, "no gaps");
        let domain::Event::Paid(paid) = &entry.event else {
            panic!("only payments were sent: {entry:?}")
        };
        assert_eq!(
            paid.number,
            u32::try_from(n).ok(),
            "running numbers have no gaps either"
        );
        assert!(
            stored.insert(paid.news.identity.clone().expect("a number")),
            "twice: {entry:?}"
        );
    }
    for n in acknowledged {
        assert!(
            stored.contains(&format!("pi_{n}")),
            "{n} was acknowledged and is lost"
        );
    }

    #[cfg(unix)]
    {
        let pid = child.id().expect("running").to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .await
                .expect("kill")
                .success()
        );
        let status = timeout(PATIENCE, child.wait())
            .await
            .expect("stops in time")
            .expect("status");
        assert!(status.success(), "{status}");
        while terminal.next().await.is_some() {}
        assert!(
            !data.join("hub.db-wal").exists(),
            "everything was written back into one file"
        );
    }
}

/// A full disk, made by a bound on the size of files: the hub says "send again", lives on, and loses nothing.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_what_was_acknowledged_stays() {
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path();
    assert!(run(data, &["shop", "add", "--name", "面馆"], "").await.0);
    let config =
        json!({ "kind": "stripe", "endpoint_secrets": [WHSEC], "test_mode": true }).to_string();
    let (_, said, _) = run(data, &["source", "add", "--name", "Stripe"], &config).await;
    let url = said[0]["addresses"][0]["url"]
        .as_str()
        .expect("address")
        .to_owned();
    let door = url[url.find("/n/").expect("door")..].to_owned();
    let (_, said, _) = run(data, &["terminal", "add", "--name", "till"], "").await;
    let token = Secret::new(said[0]["token"].as_str().expect("token"));

    // No file may grow past 256 KiB (`ulimit -f` counts in 512 bytes); with the signal ignored, writing just fails.
    let mut full = Command::new("sh");
    full.arg("-c")
        .arg("trap '' XFSZ; ulimit -f 512; exec \"$0\" serve")
        .arg(env!("CARGO_BIN_EXE_tillbell-hub"));
    full.env("TILLBELL_HUB_DATA", data)
        .env("TILLBELL_HUB_LISTEN", "127.0.0.1:0")
        .env("TILLBELL_HUB_LOG", "off");
    full.stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let (mut child, address) = listening(full).await;
    let mut acknowledged = 0;
    let refused = loop {
        let status = stripe(address, &door, acknowledged, 100).await;
        if status != 200 {
            break status;
        }
        acknowledged += 1;
        assert!(acknowledged < 5_000, "the disk never became full");
    };
    assert!(refused >= 500, "the platform must send again on {refused}");
    assert_eq!(
        send(address, "GET", "/metrics", &[], b"").await.0,
        200,
        "it lives on"
    );
    child.kill().await.expect("killed");

    let (_child, address) = serve(data).await;
    assert_eq!(
        stripe(address, &door, acknowledged, 100).await,
        200,
        "there is room again"
    );
    let mut terminal = Terminal::link(address, &token, None, 0).await;
    let count = usize::try_from(acknowledged + 1).expect("few");
    let numbers: Vec<u64> = terminal
        .entries(count)
        .await
        .iter()
        .map(|entry| entry.seq.0)
        .collect();
    assert_eq!(numbers, (1..=acknowledged + 1).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_source_is_changed_behind_its_address() {
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path();
    assert!(run(data, &["shop", "add", "--name", "面馆"], "").await.0);
    let config = |secret: &str| {
        json!({ "kind": "stripe", "endpoint_secrets": [secret], "test_mode": true }).to_string()
    };
    let old = config("whsec_the_one_before");
    let (_, said, _) = run(data, &["source", "add", "--name", "Stripe"], &old).await;
    let id = said[0]["id"].as_str().expect("id").to_owned();
    let url = said[0]["addresses"][0]["url"].as_str().expect("address");
    let door = url[url.find("/n/").expect("door")..].to_owned();
    for (arguments, input, good) in [
        (vec!["source", "change", &id], config(WHSEC), true),
        (
            vec!["source", "change", &id, "--name", "网店"],
            config(""),
            true,
        ),
        (vec!["source", "change", &id], config("no secret"), false),
        (vec!["source", "change", "none"], config(WHSEC), false),
    ] {
        let (ok, _, complaint) = run(data, &arguments, &input).await;
        assert_eq!(ok, good, "{arguments:?}: {complaint}");
    }
    let (_, said, _) = run(data, &["source", "list"], "").await;
    assert!(
        said.iter()
            .any(|s| s["source"] == id && s["name"] == "网店")
    );
    let (_child, address) = serve(data).await;
    assert_eq!(stripe(address, &door, 1, 100).await, 200);
}

#[tokio::test]
async fn refuses_what_it_must_not_do() {
    let dir = tempfile::tempdir().expect("folder");
    let (ok, _, complaint) = run(dir.path(), &["serve", "--listen", "0.0.0.0:0"], "").await;
    assert!(
        !ok && complaint.contains("can be reached from other machines"),
        "{complaint}"
    );
    let (ok, _, complaint) = run(dir.path(), &["source", "add", "--name", "x"], "{}").await;
    assert!(
        !ok && complaint.contains("there is no shop yet"),
        "{complaint}"
    );
    let (ok, _, _) = run(
        dir.path(),
        &["shop", "add", "--name", "店", "--zone", "Moon/Base"],
        "",
    )
    .await;
    assert!(!ok);
}

/// The examples of the manual are replayed: what it promises is what the program prints.
#[tokio::test]
async fn the_manuals_examples_of_try_hold() {
    let manual = include_str!("../../../../docs/hub.md");
    let mut input = Vec::new();
    let mut expected: Vec<Value> = Vec::new();
    for block in manual.split("```json in\n").skip(1) {
        let (line, rest) = block.split_once("\n```").expect("an end of the input");
        let (_, answer) = rest
            .split_once("```json out\n")
            .expect("an answer after each input");
        input.push(line.to_owned());
        expected.push(
            serde_json::from_str(answer.split_once("\n```").expect("an end").0).expect("JSON"),
        );
    }
    assert!(expected.len() >= 4, "the manual has examples");
    let nowhere = tempfile::tempdir().expect("folder");
    let data = nowhere.path().join("never-made");
    let (ok, said, complaint) = run(&data, &["try"], &input.join("\n")).await;
    assert!(ok, "{complaint}");
    assert_eq!(said.len(), expected.len());
    for (number, (mut said, expected)) in said.into_iter().zip(expected).enumerate() {
        let line = said.as_object_mut().expect("an object").remove("line");
        assert_eq!(line, Some(json!(number + 1)));
        assert_eq!(said, expected, "example {}", number + 1);
    }
    assert!(!data.exists(), "trying stores nothing");
}

/// The record of what was done about clerks' phones, checked by the real program.
#[tokio::test]
async fn verify_says_where_the_record_was_changed() {
    use domain::terminals::TerminalsAsk;
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path();
    let (ok, _, complaint) = run(data, &["shop", "add", "--name", "面馆"], "").await;
    assert!(ok, "{complaint}");
    let (ok, said, complaint) = run(data, &["verify"], "").await;
    assert!(ok, "{complaint}");
    assert_eq!(said, [json!({ "record": "whole", "lines": 0 })]);

    let key = hub::MasterKey::from_file(&data.join("master.key")).expect("key");
    let hub = hub::Hub::open(hub::HubConfig::new(data), key)
        .await
        .expect("open");
    let shop = hub.shops()[0].0.clone();
    for lan in [true, false, true] {
        let wish = TerminalsAsk::SetReach { lan };
        hub.ask_about_terminals(&shop, wish).await.expect("done");
    }
    hub.close().await;
    let (ok, said, complaint) = run(data, &["verify"], "").await;
    assert!(ok, "{complaint}");
    assert_eq!(said, [json!({ "record": "whole", "lines": 3 })]);

    let db = rusqlite::Connection::open(data.join("hub.db")).expect("open");
    let behind_its_back =
        "DROP TRIGGER record_is_not_changed; UPDATE record SET at = at + 1 WHERE number = 2";
    db.execute_batch(behind_its_back).expect("changed");
    drop(db);
    let (ok, said, complaint) = run(data, &["verify"], "").await;
    assert!(
        !ok && complaint.contains("behind the hub's back"),
        "{complaint}"
    );
    assert_eq!(
        (said[0]["record"].as_str(), said[0]["at"].as_u64()),
        (Some("broken"), Some(2))
    );
}

#[tokio::test]
async fn the_operator_invites_an_owner_and_lets_one_in_again() {
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path();
    let (ok, said, complaint) = run(data, &["shop", "add", "--name", "面馆"], "").await;
    assert!(ok, "{complaint}");
    let shop = said[0]["shop"].as_str().expect("id");
    for arguments in [
        &["invite", "--shop", "shop_of_nobody"][..],
        &["invite", "--shop", "no id"],
        &["invite", "--days", "32"],
        &["invite", "--reset", "li@example.com"],
        &["invite", "--reset", "li@example.com", "--shop", shop],
    ] {
        let (ok, said, _) = run(data, arguments, "").await;
        assert!(!ok && said.is_empty(), "{arguments:?}: {said:?}");
    }
    let (ok, said, complaint) = run(data, &["invite", "--shop", shop, "--days", "2"], "").await;
    assert!(ok, "{complaint}");
    let code = said[0]["code"].as_str().expect("a code").to_owned();
    assert_eq!(code.len(), 22);

    let sent = async |address: SocketAddr, path: &str, body: Value| {
        let headers = [
            ("host", address.to_string()),
            ("origin", format!("http://{address}")),
            ("content-type", "application/json".to_owned()),
        ];
        send(address, "POST", path, &headers, body.to_string().as_bytes()).await
    };
    let (mut child, address) = serve(data).await;
    let body =
        json!({ "invite": code, "name": "li@example.com", "password": "river stone window" });
    let (status, answer) = sent(address, "/v1/account/sign-up", body).await;
    assert_eq!(status, 200, "{answer}");
    child.kill().await.expect("killed");

    let reset = ["invite", "--reset", "LI@example.com"];
    let (ok, said, complaint) = run(data, &reset, "").await;
    assert!(ok, "{complaint}");
    let code = said[0]["code"].as_str().expect("a code").to_owned();
    let (mut child, address) = serve(data).await;
    let body = json!({ "invite": code, "password": "another river stone" });
    let (status, answer) = sent(address, "/v1/account/reset", body).await;
    assert_eq!(status, 200, "{answer}");
    for (password, expected) in [("river stone window", 401), ("another river stone", 200)] {
        let body = json!({ "name": "li@example.com", "password": password });
        let (status, answer) = sent(address, "/v1/account/sign-in", body).await;
        assert_eq!(status, expected, "{answer}");
    }
    child.kill().await.expect("killed");
    let (ok, said, complaint) = run(data, &["verify"], "").await;
    assert!(ok, "{complaint}");
    assert_eq!(said[0]["record"], "whole");
    assert!(said[0]["lines"].as_u64() >= Some(6), "{said:?}");
}
