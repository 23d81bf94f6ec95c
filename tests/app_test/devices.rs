//! A counter with a display and a receipt printer, in the real app: found, set up, tried, paid at, pulled out, plugged in
//! elsewhere, jammed. The devices are programs of their own; what they show and print is read from the bytes they got.

use crate::rig::{Door, Rig, pictures, turn, word};
use devices::display::CommandSet;
use serde_json::{Value, json};
use std::path::Path;
use tests::{
    customer::{Sale, WechatV3, now},
    simulated::{Display, Printer, lines},
    stage::{Sockets, Stage, Usb},
    wait,
};

/// A display whose maker and model its numbers tell.
const POLE: Usb = Usb {
    vid: 0x03f0,
    pid: 0x3524,
    product: "LD220-HP POS Pole Display",
    maker: "Hewlett-Packard",
    socket: 2,
};

/// The shop with its counter.
struct Counter {
    rig: Rig,
    sockets: Sockets,
    door: Door,
    account: WechatV3,
    sales: u64,
}

impl Counter {
    async fn open() -> Self {
        let turn = turn();
        let mut stage = Stage::start().unwrap();
        let sockets = Sockets::new(&stage.path("sockets")).unwrap();
        stage.start_app_by(sockets.app());
        let rig = Rig::set_up_on(turn, stage, "settings").await;
        let account = WechatV3::default();
        let door = rig.add(account.config()).await;
        Self {
            rig,
            sockets,
            door,
            account,
            sales: 0,
        }
    }

    /// A customer pays.
    async fn pay(&mut self, minor: i64) {
        self.sales += 1;
        let letter = self
            .account
            .payment(&Sale::new(self.sales, minor, now()), now());
        self.rig.deliver(&self.door, &letter).await;
    }

    /// The newest payment had its card and was said; whatever a device does meanwhile, it holds up neither.
    async fn told(&self) {
        let book = self.rig.book();
        let sales = usize::try_from(self.sales).unwrap();
        let told = || async {
            let times = book.times();
            let last = times.get(sales - 1).copied()?;
            (last.shown.is_some() && last.spoken.is_some()).then_some(())
        };
        if wait::maybe(90, told).await.is_none() {
            let log = crate::rig::log(&self.rig.data);
            panic!("no card or no voice: {:?}\n{log}", book.times());
        }
    }

    async fn ask(&self, command: &str) -> Value {
        self.rig.app.ask(command, Value::Null).await.unwrap()
    }

    /// What only the payments window may ask: receipts are its business.
    async fn ask_of_receipts(&self, command: &str, request: Value) -> Value {
        let app = &self.rig.app;
        app.on("history").await.unwrap();
        let answer = app.ask(command, request).await.unwrap();
        app.on("settings").await.unwrap();
        answer
    }

    /// Waits until the app's view of its devices is so.
    async fn devices(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let look = || async { Some(self.ask("devices").await).filter(|view| holds(view)) };
        if let Some(view) = wait::maybe(40, look).await {
            return view;
        }
        panic!("{what}: {:#}", self.ask("devices").await);
    }

    /// Waits until the newest print job is so.
    async fn job(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let look = || async {
            let jobs = self.ask_of_receipts("print_jobs", Value::Null).await;
            jobs.get(0).cloned().filter(|job| holds(job))
        };
        if let Some(job) = wait::maybe(60, look).await {
            return job;
        }
        let jobs = self.ask_of_receipts("print_jobs", Value::Null).await;
        panic!("{what}: {jobs:#}");
    }

    /// Keeps pictures of the page, in English and in Chinese.
    async fn picture(&self, name: &str) {
        let file = |name: String| pictures().join(format!("{name}.png"));
        let app = &self.rig.app;
        app.picture(&file(format!("devices-{name}-en")))
            .await
            .unwrap();
        self.rig.set(json!({ "language": "zh-CN" })).await;
        app.shows("顾客屏").await.unwrap();
        app.picture(&file(format!("devices-{name}-zh")))
            .await
            .unwrap();
        self.rig.set(json!({ "language": "en" })).await;
        app.shows_no_more("顾客屏").await.unwrap();
    }

    fn plug_in(&self, port: &str) -> Display {
        let display = Display::new(CommandSet::EscPos);
        self.sockets.plug_in(port, display.path(), &POLE).unwrap();
        display
    }

    fn pull_out(&self, port: &str, display: Display) {
        self.sockets.pull_out(port).unwrap();
        drop(display);
    }
}

fn display_state(view: &Value) -> &str {
    view["displays"][0]["state"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_is_found_shows_what_is_paid_and_comes_back_elsewhere() {
    let mut counter = Counter::open().await;
    let view = counter.ask("devices").await;
    assert_eq!(
        view["found"],
        json!([]),
        "the computer's own ports are out of reach"
    );

    let mut display = counter.plug_in("ttyUSB0");
    let view = counter
        .devices("the display is found", |view| {
            view["found"].get(0).is_some()
        })
        .await;
    let found = &view["found"][0];
    assert_eq!(found["port"], "/dev/ttyUSB0");
    assert_eq!(found["what"], "display");
    assert_eq!(found["why"], "known-model");
    assert_eq!(found["model"], "HP LD220");

    // Taken into use as the owner does: found, looked at, tried, added.
    let app = &counter.rig.app;
    app.click("nav a[href='#devices']").await.unwrap();
    app.shows("HP LD220").await.unwrap();
    counter.picture("found").await;
    app.press(&word("found.as_display")).await.unwrap();
    app.shows(&word("display.set")).await.unwrap();
    app.press(&word("display.test")).await.unwrap();
    app.shows(&word("display.tested")).await.unwrap();
    let rows = display.shows("Received").await;
    counter.picture("display-form").await;
    app.press(&word("devices.add")).await.unwrap();
    display.shows("Welcome").await;
    counter
        .devices("it is ready", |view| display_state(view) == "ready")
        .await;
    counter.picture("display-added").await;
    // What the page draws as a preview is what the display showed.
    let setup = counter.ask("settings").await["displays"][0].clone();
    let wish = json!({ "setup": setup, "sample": "received" });
    let preview = counter.rig.app.ask("preview_display", wish).await.unwrap();
    assert_eq!(preview["rows"], json!(rows));

    counter.pay(1_280).await;
    let rows = display.shows("12.80").await;
    assert_eq!(rows[0], format!("{:<8}{:>12}", "Received", "¥12.80"));
    assert_eq!(rows[1].trim(), "Thank you");
    counter.told().await;
    display.shows("Welcome").await;

    // Pulled out: a payment is told as always.
    counter.pull_out("ttyUSB0", display);
    counter
        .devices("it is gone", |view| display_state(view) == "gone")
        .await;
    let long = json!({ "customer": { "received_seconds": 60 } });
    counter.rig.set(long).await;
    for minor in [200, 300] {
        counter.pay(minor).await;
        counter.told().await;
    }

    // In the same socket, where the system gives it another name: the newest picture, and no older one.
    let mut display = counter.plug_in("ttyUSB1");
    let rows = display.shows("3.00").await;
    assert!(rows[0].starts_with("Received"), "{rows:?}");
    // The queue opens the new port as soon as it is there; that it is another is known at the next look at all ports.
    counter
        .devices("it is back, and known to be elsewhere", |view| {
            display_state(view) == "ready" && view["displays"][0]["moved_to"] == "/dev/ttyUSB1"
        })
        .await;
    counter.pay(400).await;
    display.shows("4.00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_printed_once_and_what_keeps_it_from_paper_is_said() {
    let mut counter = Counter::open().await;
    let papers = counter.rig.stage.path("papers");
    let mut printer = Printer::new(&papers);
    // Added by hand, as one on the network is; it prints all payments by itself.
    let app = &counter.rig.app;
    app.click("nav a[href='#devices']").await.unwrap();
    app.press(&word("by_hand.add")).await.unwrap();
    let (host, port) = printer.host_and_port();
    app.write("input[placeholder='192.168.1.20']", &host)
        .await
        .unwrap();
    app.write("input[maxlength='5']", &port).await.unwrap();
    app.press(&word("by_hand.next")).await.unwrap();
    app.shows(&word("printer.by_itself")).await.unwrap();
    for choice in ["chinese58", "all"] {
        app.js(&format!(
            "const list = [...document.querySelectorAll('select')].find((one) => [...one.options].some((o) => o.value === '{choice}'));
             list.value = '{choice}';
             list.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        ))
        .await
        .unwrap();
    }
    counter.picture("printer-form").await;
    app.press(&word("printer.test")).await.unwrap();
    app.shows(&word("printer.tested")).await.unwrap();
    let tried = printer.prints(1).await;
    keep(&tried, "receipt-test");
    app.press(&word("devices.add")).await.unwrap();
    counter
        .devices("it is set up", |view| view["printers"].get(0).is_some())
        .await;
    counter.picture("printer-added").await;
    let app = &counter.rig.app;
    app.ask("open_window", json!("history")).await.unwrap();

    counter.pay(1_280).await;
    let paper = printer.prints(2).await;
    let text = lines(&paper);
    assert!(
        text.contains("¥12.80") || text.contains("￥12.80"),
        "{text}"
    );
    keep(&paper, "receipt-paid");
    let job = counter.job("taken", |job| job["state"] == "taken").await;
    assert_eq!(job["by_itself"], true);
    counter.told().await;

    // Again, because somebody asked: it is marked.
    counter
        .ask_of_receipts("print_again", job["id"].clone())
        .await;
    let copy = printer.prints(3).await;
    assert!(
        lines(&copy).to_uppercase().contains("COPY 1"),
        "{}",
        lines(&copy)
    );
    keep(&copy, "receipt-copy");

    // Without paper: the payment is told as always, the desk says why nothing is printed, and it is printed once.
    printer.order("paper-out");
    counter.pay(200).await;
    counter.told().await;
    let waits = counter
        .job("it waits for paper", |job| {
            job["problem"]["code"] == "paper_out"
        })
        .await;
    assert_eq!(waits["state"], "queued");
    printer.order("resume");
    let paper = printer.prints(4).await;
    assert!(lines(&paper).contains("2.00"), "{}", lines(&paper));
    counter.job("taken", |job| job["state"] == "taken").await;

    // It takes the bytes and says no more: nobody waits for it, and it is not called printed.
    printer.order("hang");
    counter.pay(300).await;
    counter.told().await;
    counter.pay(400).await;
    counter.told().await;
    counter
        .job("it is being sent", |job| {
            job["state"] == "queued" || job["state"] == "sending"
        })
        .await;
    printer.order("resume");
    let jobs = || async {
        let jobs = counter.ask_of_receipts("print_jobs", Value::Null).await;
        let ended = |job: &Value| job["state"] == "taken" || job["state"] == "sent";
        jobs.as_array().unwrap().iter().all(ended).then_some(())
    };
    wait::until("both ended", 60, jobs).await;
    let paper = printer.prints(6).await;
    assert!(lines(&paper).contains("4.00"), "{}", lines(&paper));

    // It breaks off in the midst: nobody knows, the desk says so, and nothing is printed again by itself.
    printer.order("break");
    counter.pay(500).await;
    counter.told().await;
    let job = counter
        .job("a person is needed", |job| job["needs_a_person"] == true)
        .await;
    assert!(job["can_again"] == true, "{job:#}");
    printer.order("resume");
    let before = printer.papers().len();
    counter
        .ask_of_receipts("print_again", job["id"].clone())
        .await;
    let paper = printer.prints(before + 1).await;
    assert!(lines(&paper).contains("5.00"), "{}", lines(&paper));
}

/// Keeps a paper's picture for people to look at.
fn keep(paper: &Value, name: &str) {
    let picture = Path::new(paper["picture"].as_str().unwrap());
    let kept = pictures().join(format!("{name}.pgm"));
    std::fs::copy(picture, kept).unwrap();
}
