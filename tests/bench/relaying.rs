//! From the hub's OK to the terminal's book: the real hub and desk in one process, over a real socket.

use super::{row, spread};
use desk::views::StepKind;
use std::time::Duration;
use tests::{
    customer::{Sale, WechatV3, now},
    shop::Shop,
};

/// Payments that are measured, one at a time.
const PAYMENTS: u64 = 200;

pub(super) async fn measure() {
    println!(
        "\nThe relay: accepted by the hub to recorded in the desk's book ({PAYMENTS} payments, one at a time)"
    );
    let shop = Shop::open().await;
    let account = WechatV3::default();
    let door = shop.add(account.config()).await;
    for n in 1..=PAYMENTS {
        let at = now();
        let heard = shop
            .deliver(
                &door,
                &account.payment(&Sale::new(n, 100 + n as i64, at), at),
            )
            .await;
        assert!((200..300).contains(&heard.status), "{heard:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut times = Vec::new();
    for line in shop.book_of(PAYMENTS as usize).await {
        let steps = shop.details(&line).await.steps;
        let at = |what| {
            steps
                .iter()
                .find(|step| step.what == what)
                .map(|step| step.at.0)
        };
        if let (Some(accepted), Some(received)) = (at(StepKind::Accepted), at(StepKind::Received)) {
            times.push(received - accepted);
        }
    }
    row("accepted to received", spread(times));
}
