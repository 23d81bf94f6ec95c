//! Links that are cut, a thousand times, at any byte: every book ends up with every payment, in order, once.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tests::{
    customer::{Sale, WechatV3, now},
    shop::{Ear, Eye, Shop},
    wait,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

const DESKS: usize = 10;
const CUTS: u64 = 1_000;
const SALES: u64 = 120;

/// Carries connections to the hub and cuts each after a short while of its own, until so many were cut in all.
async fn cutting_proxy(hub: SocketAddr, seed: u64, cut: Arc<AtomicU64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut dice = seed;
        while let Ok((mut near, _)) = listener.accept().await {
            let Ok(mut far) = TcpStream::connect(hub).await else {
                continue;
            };
            // xorshift: the same cuts for the same seed.
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            let life = Duration::from_micros(500 + dice % 60_000);
            let cut = cut.clone();
            tokio::spawn(async move {
                let carried = copy_bidirectional(&mut near, &mut far);
                if cut.load(Ordering::SeqCst) >= CUTS {
                    let _ = carried.await;
                } else if tokio::time::timeout(life, carried).await.is_err() {
                    cut.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_cuts_lose_nothing_and_repeat_nothing() {
    let mut shop = Shop::open().await;
    let wechat = WechatV3::default();
    let door = shop.add(wechat.config()).await;
    shop.close_desk().await;

    let cut = Arc::new(AtomicU64::new(0));
    let stop = CancellationToken::new();
    let mut desks = vec![];
    let shop_id = shop.shop_id().clone();
    for seed in 1..=DESKS {
        let proxy = cutting_proxy(
            shop.hub_address,
            (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            cut.clone(),
        )
        .await;
        let (_, token) = shop
            .hub
            .as_ref()
            .unwrap()
            .handle
            .add_terminal(&shop_id, &format!("desk {seed}"))
            .await
            .unwrap();
        let (ear, eye) = (Arc::new(Ear::default()), Arc::new(Eye::default()));
        let mut config = shop.desk_config(proxy);
        config.data_dir = shop.folder().join(format!("desk-{seed}"));
        config.token = token;
        let around = desk::Surroundings {
            screen: eye.clone(),
            speech: ear.clone(),
        };
        let desk = desk::Desk::open(config, around).await.unwrap();
        let (running, stopped) = (desk.clone(), stop.clone());
        let task = tokio::spawn(async move { running.run(stopped).await });
        desks.push((desk, eye, task));
    }

    // Sales go on while links are cut, and afterwards.
    let mut number = 0;
    let began = std::time::Instant::now();
    while number < SALES || cut.load(Ordering::SeqCst) < CUTS {
        assert!(
            began.elapsed() < Duration::from_secs(180),
            "only {} cuts",
            cut.load(Ordering::SeqCst)
        );
        if number < SALES {
            number += 1;
            let minor = i64::try_from(number).unwrap();
            let heard = shop
                .deliver(
                    &door,
                    &wechat.payment(&Sale::new(number, minor, now()), now()),
                )
                .await;
            assert_eq!(heard.status / 100, 2);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let expected: Vec<i64> = (1..=i64::try_from(SALES).unwrap()).rev().collect();
    for (desk, eye, _) in &desks {
        let query = || desk::views::HistoryQuery {
            limit: 200,
            ..Default::default()
        };
        let full = || async {
            let rows = desk.history_page(query()).await.ok()?.rows;
            (rows.len() >= expected.len()).then_some(rows)
        };
        let rows = wait::until("the whole book", 60, full).await;
        let amounts: Vec<i64> = rows
            .iter()
            .filter_map(|row| row.amount.map(|a| a.minor()))
            .collect();
        assert_eq!(amounts, expected, "each once, newest first");
        let numbers: Vec<u32> = rows.iter().rev().filter_map(|row| row.number).collect();
        assert_eq!(
            numbers,
            (1..=u32::try_from(SALES).unwrap()).collect::<Vec<_>>()
        );
        assert!(!eye.cards().is_empty());
    }
    assert!(cut.load(Ordering::SeqCst) >= CUTS);
    stop.cancel();
    for (_, _, task) in desks {
        task.await.unwrap();
    }
}
