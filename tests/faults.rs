//! Faults on the whole path: processes killed at every step, a full disk, clocks that jump. Always true: what was
//! acknowledged is in the book, once; what is new and fresh is said.

mod alone;
mod placed;
mod steps;

use alone::{DeskAlone, HubAlone};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use tests::{
    app::Book,
    customer::{Post, Sale, WechatV3, now},
    wait,
};

/// A platform that repeats each sale until it is taken, as the real ones do. Returns when the hub is gone.
async fn keep_telling(door: String, untaken: Arc<Mutex<BTreeSet<u64>>>) {
    let (wechat, post) = (WechatV3::default(), Post::default());
    loop {
        let Some(number) = untaken.lock().unwrap().pop_first() else {
            return;
        };
        let minor = i64::try_from(number).unwrap();
        let letter = wechat.payment(&Sale::new(number, minor, now()), now());
        match post.deliver(&door, &letter).await {
            Ok(heard) if heard.status / 100 == 2 => {}
            Ok(heard) => {
                assert_eq!(heard.status / 100, 5, "{heard:?}");
                untaken.lock().unwrap().insert(number);
            }
            Err(_) => {
                untaken.lock().unwrap().insert(number);
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_anywhere_loses_nothing_that_it_acknowledged() {
    const SALES: u64 = 3_000;
    let folder = tempfile::tempdir().unwrap();
    let hub = HubAlone::new(folder.path());
    let door = hub.add(&WechatV3::default().config());
    let untaken = Arc::new(Mutex::new((1..=SALES).collect::<BTreeSet<_>>()));
    let mut kills = 0;
    loop {
        let mut process = hub.start();
        let platform: Vec<_> = (0..4)
            .map(|_| tokio::spawn(keep_telling(door.url.clone(), untaken.clone())))
            .collect();
        // Each time a little later: over the rounds the kill falls on every step of the path.
        tokio::time::sleep(Duration::from_micros(3_000 + kills * 1_370 % 61_000)).await;
        let done = kills >= 60;
        if done {
            for one in platform {
                one.await.unwrap();
            }
            process.kill();
            break;
        }
        process.kill();
        kills += 1;
        for one in platform {
            one.await.unwrap();
        }
    }
    assert!(untaken.lock().unwrap().is_empty());
    let log = hub.log();
    let sales: BTreeSet<i64> = log.iter().map(|(_, minor)| *minor).collect();
    assert_eq!(log.len(), usize::try_from(SALES).unwrap(), "each once");
    assert_eq!(sales.len(), log.len(), "nothing twice");
    let numbers: Vec<i64> = log.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(
        numbers,
        (1..=i64::try_from(SALES).unwrap()).collect::<Vec<_>>(),
        "numbers without gaps"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_killed_anywhere_books_each_once_and_says_each_once_as_new() {
    const ROUNDS: u64 = 60;
    let folder = tempfile::tempdir().unwrap();
    let (hub, desk) = (HubAlone::new(folder.path()), DeskAlone::new(folder.path()));
    let wechat = WechatV3::default();
    let door = hub.add(&wechat.config());
    let _running = hub.start();
    let post = Post::default();
    for round in 1..=ROUNDS {
        let mut process = desk.start(&hub.address(), &hub.token);
        let minor = i64::try_from(round * 100).unwrap();
        let heard = post
            .deliver(
                &door.url,
                &wechat.payment(&Sale::new(round, minor, now()), now()),
            )
            .await
            .unwrap();
        assert_eq!(heard.status / 100, 2);
        tokio::time::sleep(Duration::from_micros(round * 400)).await;
        process.kill();
    }
    let _process = desk.start(&hub.address(), &hub.token);
    let book = Book::find(&desk.data()).unwrap();
    let all = usize::try_from(ROUNDS).unwrap();
    let told = || async { (book.times().len() == all && book.untold() == 0).then_some(()) };
    wait::until("every payment told", 30, told).await;
    assert_eq!(
        book.lines().iter().collect::<BTreeSet<_>>().len(),
        all,
        "each once in the book"
    );

    let (mut as_new, mut at_all) = (BTreeSet::new(), BTreeSet::new());
    for sentence in desk.said_by_run().concat() {
        match sentence.strip_prefix(placed::AGAIN) {
            // Cut off by a kill, or by one before its mark: said again as what it is, never as another payment.
            Some(again) => _ = at_all.insert(again.to_owned()),
            None => {
                assert!(as_new.insert(sentence.clone()), "said twice: {sentence}");
                at_all.insert(sentence);
            }
        }
    }
    assert_eq!(at_all.len(), all, "each was said: {at_all:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_to_the_platform_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubAlone::new(folder.path());
    let wechat = WechatV3::default();
    let door = hub.add(&wechat.config());
    let post = Post::default();
    let sale = |number: u64| {
        wechat.payment(
            &Sale::new(number, i64::try_from(number).unwrap(), now()),
            now(),
        )
    };

    let size = std::fs::metadata(hub.database()).unwrap().len() / 1024;
    let mut starved = hub.start_with_full_disk(size + 160);
    let (mut taken, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for number in 1..=3_000 {
        let heard = post.deliver(&door.url, &sale(number)).await.unwrap();
        match heard.status / 100 {
            2 => taken.insert(number),
            5 => refused.insert(number),
            _ => panic!("{heard:?}"),
        };
        if refused.len() >= 20 {
            break;
        }
    }
    assert!(
        !taken.is_empty() && refused.len() >= 20,
        "{} taken, {} refused",
        taken.len(),
        refused.len()
    );
    let health = tests::customer::Letter {
        method: "GET",
        ..Default::default()
    };
    assert!(
        post.deliver(&format!("http://{}/health", hub.address()), &health)
            .await
            .is_ok(),
        "it still answers"
    );
    starved.kill();

    // Room again: the platform repeats what was refused.
    let _process = hub.start();
    for number in &refused {
        assert_eq!(
            post.deliver(&door.url, &sale(*number))
                .await
                .unwrap()
                .status
                / 100,
            2
        );
    }
    let log: Vec<u64> = hub
        .log()
        .iter()
        .map(|(_, minor)| u64::try_from(*minor).unwrap())
        .collect();
    let all: BTreeSet<u64> = taken.union(&refused).copied().collect();
    assert_eq!(log.len(), all.len(), "each once");
    assert_eq!(log.into_iter().collect::<BTreeSet<_>>(), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_jump_lose_nothing_and_silence_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, desk) = (HubAlone::new(folder.path()), DeskAlone::new(folder.path()));
    let wechat = WechatV3::default();
    let door = hub.add(&wechat.config());
    let _hub = hub.start_with_clock();
    let _desk = desk.start_with_clock(&hub.address(), &hub.token);
    let post = Post::default();
    let book = Book::find(&desk.data()).unwrap();
    // Hub and desk, in hours: together forward, together back, apart both ways, and in order again.
    let jumps = [(0, 0), (1, 1), (-1, -1), (0, 1), (0, -1), (2, 0), (0, 0)];
    for (number, (hub_hours, desk_hours)) in (1..).zip(jumps) {
        hub.set_clock(&format!("{hub_hours:+}h"));
        desk.set_clock(&format!("{desk_hours:+}h"));
        let at = now().plus_ms(hub_hours * 3_600_000);
        let minor = i64::try_from(number * 100).unwrap();
        // Until the hub has the new time it may rightly say that the signature is stale; the platform repeats it.
        let letter = wechat.payment(&Sale::new(number, minor, at), at);
        let taken = || async {
            post.deliver(&door.url, &letter)
                .await
                .ok()
                .filter(|heard| heard.status == 200)
        };
        wait::until(&format!("sale {number} taken"), 10, taken).await;
        let count = usize::try_from(number).unwrap();
        let said = || async {
            let said = desk.said_by_run().concat();
            // In the second before the desk has noticed the jump, a sale looks like an old one and is said as one
            // that is made up for. The state of listening may be said too, when a jump looked like a sleep.
            let sales = said.iter().filter(|one| one.contains("到账")).count();
            (sales >= count && book.times().len() == count).then_some(sales)
        };
        let sales = wait::until(
            &format!("sale {number} said, clocks at {hub_hours} h and {desk_hours} h"),
            40,
            said,
        )
        .await;
        assert_eq!(sales, count, "{:?}", desk.said_by_run());
    }
}
