//! Bad days: the disk does not take it, the key is wrong, a second program comes, everything comes at once.

use crate::shop::*;
use domain::wire::ToTerminal;
use hub::{Hub, HubConfig, HubError, Limits, MasterKey};
use std::collections::HashSet;
use std::time::{Duration, Instant};

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged_and_the_repeat_is_taken() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let (door, wechat) = (served.stripe().await, served.door(wechat_v2()).await);
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    // Another connection holds the write lock, as a backup program might: the hub cannot write.
    let thief = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    thief.execute_batch("BEGIN IMMEDIATE").expect("lock");
    let refused = stripe(served.address, &door, 2, 100).await;
    assert!(refused >= 500, "Stripe sends again on {refused}");
    let (status, reply) = send(served.address, "POST", &wechat, &[], &wechat_v2_body(9, 5)).await;
    assert!(
        !reply.contains("SUCCESS") || status >= 500,
        "{status} {reply}"
    );
    thief.execute_batch("ROLLBACK").expect("unlock");
    for n in [2, 1, 3] {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let newest = terminal.welcome.newest.0;
    let entries = terminal
        .entries(usize::try_from(newest).expect("few"))
        .await;
    // The one that was refused may have been stored late all the same, but then only once.
    let keys: Vec<_> = entries
        .iter()
        .map(|e| serde_json::to_string(&e.event).expect("json"))
        .collect();
    for n in 1..=3 {
        let number = format!("\"pi_{n}\"");
        let paid = keys
            .iter()
            .filter(|k| k.contains("\"type\":\"paid\"") && k.contains(&number))
            .count();
        assert_eq!(paid, 1, "{number} in {keys:?}");
    }
    served.stop().await;
}

#[tokio::test]
async fn a_wrong_master_key_and_a_second_program_are_said_plainly() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let second = Hub::open(HubConfig::new(dir.path()), MasterKey::from_bytes([7; 32])).await;
    assert!(
        matches!(second, Err(HubError::Open(sqlite::OpenError::InUse(_)))),
        "{second:?}"
    );
    served.stop().await;
    let wrong = Hub::open(HubConfig::new(dir.path()), MasterKey::from_bytes([8; 32])).await;
    assert!(matches!(wrong, Err(HubError::WrongMasterKey)), "{wrong:?}");
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0")
        .await
        .expect("bind");
    let hub = Hub::open(HubConfig::new(dir.path()), MasterKey::from_bytes([7; 32]))
        .await
        .expect("the right one");
    let open = hub::serve(
        listener,
        hub.clone(),
        tokio_util::sync::CancellationToken::new(),
    )
    .await;
    assert!(matches!(open, Err(HubError::NotLoopback(_))), "{open:?}");
    hub.close().await;
    let raw = std::fs::read(dir.path().join("hub.db")).expect("file");
    assert!(
        !raw.windows(8).any(|part| part == b"endpoint"),
        "settings lie sealed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_at_once_is_numbered_once_and_in_order() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let door = served.stripe().await;
    let address = served.address;
    let mut terminal = Terminal::link(address, &served.terminal().await, None, 0).await;
    let senders: Vec<_> = (0..16_u64)
        .map(|sender| {
            let door = door.clone();
            tokio::spawn(async move {
                for n in 0..25 {
                    // Each order twice, by two senders.
                    assert_eq!(
                        stripe(address, &door, (sender / 2) * 25 + n, 100).await,
                        200
                    );
                }
            })
        })
        .collect();
    let mut numbers = Vec::new();
    let mut orders = HashSet::new();
    while numbers.len() < 200 {
        if let Some(ToTerminal::Entries { entries, .. }) = terminal.next().await {
            for entry in entries {
                numbers.push(entry.seq.0);
                let domain::Event::Paid(paid) = entry.event else {
                    panic!("only new payments here")
                };
                orders.insert(paid.news.identity);
            }
        }
    }
    for sender in senders {
        sender.await.expect("every delivery was acknowledged");
    }
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    assert_eq!(orders.len(), 200);
    served.stop().await;
}

#[tokio::test]
async fn a_disk_that_hangs_is_said_within_the_limit_and_nothing_is_lost_or_doubled() {
    let dir = tempfile::tempdir().expect("folder");
    let store_within = Duration::from_millis(300);
    let limits = Limits {
        store_within,
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let door = served.stripe().await;
    let thief = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    thief.execute_batch("BEGIN IMMEDIATE").expect("lock");
    let began = Instant::now();
    assert_eq!(stripe(served.address, &door, 1, 100).await, 503);
    let took = began.elapsed();
    // SQLite itself would wait five seconds for the lock.
    assert!(
        took >= store_within && took < Duration::from_secs(5),
        "{took:?}"
    );
    thief.execute_batch("ROLLBACK").expect("unlock");
    // Stripe sends it again, and then tells of the next one.
    let again = async |n| {
        while stripe(served.address, &door, n, 100).await != 200 {
            assert!(began.elapsed() < PATIENCE, "never taken");
        }
    };
    again(1).await;
    again(2).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(terminal.welcome.newest.0, 2, "each once");
    assert_eq!(terminal.entries(2).await.len(), 2);
    served.stop().await;
}
