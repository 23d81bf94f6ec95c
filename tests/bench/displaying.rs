//! From the hub's OK to the bytes on a display's wire: the real hub and desk in one process, a display on a
//! pseudo-terminal; and beside it another shop with the same display and a printer that takes its receipts and hangs.

use super::{row, spread};
use desk::{
    settings::{
        displays::DisplaySetup,
        printers::{ByItself, Printed, PrinterSetup, PrinterTarget},
    },
    views::StepKind,
};
use devices::{Line, PortAddress, display::CommandSet};
use domain::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tests::{
    customer::{Sale, WechatV3, now},
    shop::{Door, Shop},
    simulated::{Display, Printer},
    wait,
};

/// Payments that are measured in each shop.
const PAYMENTS: u64 = 200;
/// Between two of them: each payment of a burst stands on a display for three seconds, and the next would wait for it.
const BETWEEN: Duration = Duration::from_millis(3_200);

/// When what first stood on a display, by the amount.
type Seen = Arc<Mutex<BTreeMap<String, Timestamp>>>;

/// A shop with a display.
struct Counter {
    shop: Shop,
    door: Door,
    seen: Seen,
}

pub(super) async fn measure() {
    println!(
        "\nDisplays: accepted by the hub to the last byte on the wire ({PAYMENTS} payments, one every {BETWEEN:.1?}; takes a while)"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut dead = Printer::new(folder.path());
    dead.order("hang");
    let account = WechatV3::default();
    let counters = [
        Counter::open(&account, None).await,
        Counter::open(&account, Some(dead.address())).await,
    ];
    for n in 1..=PAYMENTS {
        // In turns, so that whatever else this machine does hits both.
        for counter in &counters {
            let at = now();
            let letter = account.payment(&Sale::new(n, 10_000 + n as i64, at), at);
            let heard = counter.shop.deliver(&counter.door, &letter).await;
            assert!((200..300).contains(&heard.status), "{heard:?}");
            tokio::time::sleep(BETWEEN / 2).await;
        }
    }
    let names = ["without a printer", "beside a printer that hangs"];
    for (counter, name) in counters.into_iter().zip(names) {
        let times = counter.times().await;
        row(
            &format!("{name} ({} of {PAYMENTS})", times.len()),
            spread(times),
        );
    }
    drop(dead);
}

impl Counter {
    async fn open(account: &WechatV3, printer: Option<String>) -> Self {
        let shop = Shop::open().await;
        let door = shop.add(account.config()).await;
        let mut display = Display::new(CommandSet::EscPos);
        let address = PortAddress::serial(display.path().to_string_lossy()).to_string();
        shop.set(|settings| {
            settings.customer.received_seconds = 3;
            settings.displays = vec![display_at(address)];
            settings.printers = printer.map(printer_at).into_iter().collect();
        })
        .await;
        display.shows("Welcome").await;
        let seen = Seen::default();
        let writes = Arc::clone(&seen);
        std::thread::spawn(move || {
            // Ends with the process: a display has nothing to say at the end.
            loop {
                let rows = display.next_rows();
                let at = now();
                let amount = rows[0].rsplit(' ').next().unwrap_or_default().to_owned();
                writes.lock().unwrap().entry(amount).or_insert(at);
            }
        });
        Self { shop, door, seen }
    }

    async fn times(&self) -> Vec<i64> {
        let book = self.shop.book_of(PAYMENTS as usize).await;
        wait::maybe(10, || async {
            (self.seen.lock().unwrap().len() > book.len()).then_some(())
        })
        .await;
        let mut times = Vec::new();
        for line in &book {
            let steps = self.shop.details(line).await.steps;
            let accepted = steps.iter().find(|step| step.what == StepKind::Accepted);
            let amount = line.amount_text.clone().unwrap_or_default();
            let digits = amount.trim_start_matches(|c: char| !c.is_ascii_digit());
            let seen = self.seen.lock().unwrap();
            let shown = seen.iter().find(|(text, _)| text.ends_with(digits));
            if let (Some(accepted), Some((_, shown))) = (accepted, shown) {
                times.push(shown.0 - accepted.at.0);
            }
        }
        times
    }
}

fn display_at(address: String) -> DisplaySetup {
    let display = devices::display::Display::preset(CommandSet::EscPos);
    serde_json::from_value(serde_json::json!({
        "id": "measured", "name": "Measured", "on": true, "address": address, "display": display,
    }))
    .unwrap()
}

fn printer_at(address: String) -> PrinterSetup {
    PrinterSetup {
        id: "dead".to_owned(),
        name: "Dead".to_owned(),
        on: true,
        target: PrinterTarget::Port {
            address,
            line: Line::default(),
        },
        by_itself: ByItself {
            payments: Printed::All,
            ..ByItself::default()
        },
        ..serde_json::from_value(serde_json::json!({
            "id": "x", "name": "x", "on": true, "target": { "at": "port", "address": "tcp:x:9100" },
        }))
        .unwrap()
    }
}
