//! The real app on a virtual front desk: how soon the card is painted and the first sound is heard, how fast it starts,
//! how much memory it holds.

use super::{row, spread};
use serde_json::json;
use std::{
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};
use tests::{
    app::{App, Book, Driven, cpu_ticks, family, memory_kib},
    customer::{Post, Sale, WechatV3, now},
    stage::Stage,
    wait,
};

/// Payments that are measured.
const PAYMENTS: u64 = 200;
/// Between two of them: longer than a short sentence at double speed takes, so that no payment waits for another's.
const BETWEEN: Duration = Duration::from_millis(2_500);

pub(super) async fn measure() {
    println!("\nThe app ({PAYMENTS} payments, one every {BETWEEN:.1?}; takes a while)");
    let mut stage = Stage::start().unwrap();
    let port = free_port();
    stage.set("TILLBELL_PORT", port.to_string());
    let data = stage.path("data");
    let door = set_up(&stage, &data).await;

    let began = Instant::now();
    let app = App::start(&stage, &data, &["--hidden"]).unwrap();
    wait::until("the hub in the app", 20, || async {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
    })
    .await;
    row(
        "start until the hub inside answers",
        format!("{} ms", began.elapsed().as_millis()),
    );
    let said = || std::fs::read_to_string(stage.path("log/tillbell.err")).unwrap_or_default();
    let ready = || async { said().contains("Tillbell is ready").then_some(()) };
    wait::until("the app to be ready", 20, ready).await;
    row(
        "start until tray and desk are ready",
        format!("{} ms", began.elapsed().as_millis()),
    );

    tokio::time::sleep(Duration::from_secs(10)).await;
    let processes = family(app.pid());
    let ticks = cpu_ticks(&processes);
    row(
        "memory of all its processes, no window (PSS)",
        format!("{} MB", memory_kib(&processes) / 1024),
    );
    tokio::time::sleep(Duration::from_secs(20)).await;
    row(
        "processor while idle, of one core",
        format!("{:.1} %", (cpu_ticks(&processes) - ticks) as f64 / 20.0),
    );

    let (post, account) = (Post::default(), WechatV3::default());
    for n in 1..=PAYMENTS {
        let at = now();
        post.deliver(
            &door,
            &account.payment(&Sale::new(n, 100 + n as i64, at), at),
        )
        .await
        .unwrap();
        if n == 3 {
            let processes = family(app.pid());
            row(
                "memory of all its processes, with a card (PSS)",
                format!("{} MB", memory_kib(&processes) / 1024),
            );
        }
        tokio::time::sleep(BETWEEN).await;
    }
    // The first sound is marked when its sentence has ended: the last one's mark is waited for. What never came is seen
    // in the numbers below.
    let book = Book::find(&data).unwrap();
    let told = || async { (book.untold() == 0).then_some(()) };
    if wait::maybe(60, told).await.is_none() {
        println!("  not every payment was told within a minute");
    }
    let times = book.times();
    assert_eq!(times.len(), PAYMENTS as usize, "payments in the book");
    let shown: Vec<i64> = times
        .iter()
        .filter_map(|t| Some(t.shown? - t.accepted))
        .collect();
    let spoken: Vec<i64> = times
        .iter()
        .filter_map(|t| Some(t.spoken? - t.accepted))
        .collect();
    row(
        "the first card, its window made on the way",
        format!("{} ms", shown.first().unwrap_or(&-1)),
    );
    row(
        &format!("accepted to card painted ({} of {PAYMENTS})", shown.len()),
        spread(shown),
    );
    row(
        &format!("accepted to first sound ({} of {PAYMENTS})", spoken.len()),
        spread(spoken),
    );
    assert!(app.quit(), "the app did not end in order");
}

/// The owner sets the shop up once, before anything is measured.
async fn set_up(stage: &Stage, data: &std::path::Path) -> String {
    let app = Driven::open(stage, data, "welcome").await.unwrap();
    let source = json!({ "name": "WeChat", "config": WechatV3::default().config() });
    let added = wait::until("the desk's link", 15, || async {
        app.ask("add_source", source.clone()).await.ok()
    })
    .await;
    let addresses = added["setup"]["addresses"].as_array().unwrap().clone();
    let mut settings = app.ask("settings", serde_json::Value::Null).await.unwrap();
    for (name, value) in [
        ("rate", json!(200)),
        ("speak_number", json!(false)),
        ("speak_platform", json!(false)),
        ("first_start_done", json!(true)),
    ] {
        settings[name] = value;
    }
    app.ask("save_settings", settings).await.unwrap();
    app.quit().await.unwrap();
    addresses.iter().find(|a| a["reach"] == "local").unwrap()["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
