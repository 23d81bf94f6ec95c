//! Accepted durable payments per second: signed WeChat v3 bodies over HTTP into the hub, against a bare SQLite loop that
//! writes the same rows under the same pragmas, one transaction for each payment.

use super::row;
use domain::Timestamp;
use hub::{Hub, HubConfig, MasterKey};
use rusqlite::{Connection, params};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use tests::customer::{Letter, Post, Sale, WechatV3, now};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Payments per measurement.
const PAYMENTS: usize = 4_000;
/// Connections that deliver at the same time, as on a busy evening of many shops.
const CONNECTIONS: usize = 64;

pub(super) async fn measure() {
    println!(
        "\nThe hub: accepted, durable payments per second ({PAYMENTS} signed WeChat v3 deliveries over HTTP)"
    );
    let began = Instant::now();
    let letters = letters();
    row(
        "(signing them took, for comparison)",
        format!("{:.1?}", began.elapsed()),
    );
    let bare = bare_sqlite();
    row(
        "bare SQLite, same rows, one commit each",
        format!("{bare:.0} /s"),
    );
    for shops in [1, 100] {
        for connections in [1, CONNECTIONS] {
            let rate = through_the_hub(&letters, shops, connections).await;
            let name = format!("hub, {shops} shop(s), {connections} connection(s)");
            row(&name, format!("{rate:.0} /s  {:.2} x", rate / bare));
        }
    }
}

fn letters() -> Vec<Letter> {
    let account = WechatV3::default();
    let at = now();
    (0..PAYMENTS)
        .map(|n| account.payment(&Sale::new(n as u64 + 1, 100 + n as i64 % 9_000, at), at))
        .collect()
}

async fn through_the_hub(letters: &[Letter], shops: usize, connections: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::open(
        HubConfig::new(folder.path()),
        MasterKey::from_bytes([7; 32]),
    )
    .await
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut doors = Vec::new();
    for _ in 0..shops {
        let shop = hub.add_shop(&tests::shop::tea_house()).await.unwrap();
        let source = hub
            .add_source(&shop, "WeChat", WechatV3::default().config())
            .await
            .unwrap();
        let setup = hub.source_setup(&shop, &source, Some(address)).unwrap();
        doors.push(setup.addresses.last().unwrap().url.clone());
    }
    let stop = CancellationToken::new();
    let serving = tokio::spawn(hub::serve(listener, hub, stop.clone()));
    let (doors, letters): (Arc<Vec<String>>, Arc<Vec<Letter>>) =
        (Arc::new(doors), Arc::new(letters.to_vec()));
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut customers = JoinSet::new();
    for _ in 0..connections {
        let (doors, letters, next) = (Arc::clone(&doors), Arc::clone(&letters), Arc::clone(&next));
        customers.spawn(async move {
            let post = Post::default();
            while let Some(letter) = letters.get(next.fetch_add(1, Ordering::Relaxed)) {
                let door = &doors[usize::from(letter.body.len() as u16)
                    .wrapping_add(next.load(Ordering::Relaxed))
                    % doors.len()];
                let heard = post.deliver(door, letter).await.unwrap();
                assert!((200..300).contains(&heard.status), "{heard:?}");
            }
        });
    }
    while let Some(done) = customers.join_next().await {
        done.unwrap();
    }
    let rate = PAYMENTS as f64 / began.elapsed().as_secs_f64();
    stop.cancel();
    serving.await.unwrap().unwrap();
    rate
}

/// The rows that the hub writes for one payment, and nothing else.
fn bare_sqlite() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut db = open(&folder.path().join("bare.sqlite"));
    let payments = PAYMENTS / 4;
    let began = Instant::now();
    for n in 0..payments {
        write(&mut db, n as i64, now());
    }
    payments as f64 / began.elapsed().as_secs_f64()
}

fn open(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON;",
    )
    .unwrap();
    db.execute_batch(include_str!("../../crates/hub/migrations/0001_start.sql"))
        .unwrap();
    db.execute_batch(
        "INSERT INTO shops (key, id, name, currency, zone, cutover_hour) VALUES (1, 's', 's', 'CNY', 'Asia/Shanghai', 4)",
    )
    .unwrap();
    db
}

fn write(db: &mut Connection, n: i64, at: Timestamp) {
    let identity = format!("4200002468{n:018}");
    // About as long as the event that the hub writes.
    let event = format!("{{\"type\":\"paid\",\"n\":{n},\"rest\":\"{:0>620}\"}}", n);
    let one = db
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let mut key = one
        .prepare_cached("INSERT INTO news_keys (source, key, at, passing) VALUES ('s', ?1, ?2, 0)")
        .unwrap();
    key.execute(params![format!("5d9c1f0e-7a44-5b0e-9d53-{n:012}"), at.0])
        .unwrap();
    let mut next = one.prepare_cached(
        "INSERT INTO day_numbers (shop, day, last) VALUES (1, '2026-11-22', 1)
         ON CONFLICT (shop, day) DO UPDATE SET last = last + 1",
    );
    next.as_mut().unwrap().execute([]).unwrap();
    let mut turn = one
        .prepare_cached("UPDATE shops SET last_seq = last_seq + 1 WHERE key = 1 RETURNING last_seq")
        .unwrap();
    let seq: i64 = turn.query_row([], |row| row.get(0)).unwrap();
    let mut entry = one
        .prepare_cached("INSERT INTO entries (shop, seq, at, event) VALUES (1, ?1, ?2, ?3)")
        .unwrap();
    entry.execute(params![seq, at.0, event]).unwrap();
    let mut payment = one
        .prepare_cached(
            "INSERT INTO payments
               (shop, seq, platform, kind, identity, transaction_no, minor, currency, confirmed, at)
             VALUES (1, ?1, 'wechat', 'payment', ?2, ?2, ?3, 'CNY', 1, ?4)",
        )
        .unwrap();
    payment
        .execute(params![seq, identity, 100 + n % 9_000, at.0])
        .unwrap();
    let mut heard = one
        .prepare_cached("INSERT INTO heard (shop, seq, via) VALUES (1, ?1, 'wechat_v3')")
        .unwrap();
    heard.execute([seq]).unwrap();
    drop((key, next, turn, entry, payment, heard));
    one.commit().unwrap();
}
