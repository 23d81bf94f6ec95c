//! The system's own notices, where the real app cannot draw its cards: its web views are made to hang, or their
//! processes are ended, as happens on real machines.

use crate::rig::{self, Door, Rig, phone};
use serde_json::json;
use std::{
    collections::HashSet,
    fs,
    net::TcpListener,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use tests::{
    app::{App, Book, family},
    customer::{Notice, Post, Sale, SmsForwarder, WechatV3, now},
    signal::{Signal, send},
    stage::{NoticeServer, Shown, Stage, notices::Manner},
    wait,
};

/// What most notification services say that they can do.
const CAN: [&str; 3] = ["body", "body-markup", "actions"];

/// The app by itself, with the platform and a phone as its sources.
struct Desk {
    app: App,
    book: Book,
    post: Post,
    wechat: Door,
    phone: Door,
    stage: Stage,
    data: PathBuf,
    _turn: fs::File,
}

impl Desk {
    async fn start(language: &str) -> Self {
        let rig = Rig::set_up("settings").await;
        let (wechat, phone) = (
            rig.add(WechatV3::default().config()).await,
            rig.add(phone()).await,
        );
        rig.set(json!({ "language": language, "card_seconds": 30 }))
            .await;
        let Rig {
            app,
            stage,
            data,
            post,
            turn,
        } = rig;
        app.quit().await.unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let app = App::start(&stage, &data, &["--hidden", "--port", &port.to_string()]).unwrap();
        let ready = || (rig::log(&data).matches("Tillbell is ready").count() == 2).then_some(());
        wait::until_now("the app", 20, ready);
        Self {
            app,
            book: Book::find(&data).unwrap(),
            post,
            wechat: at_port(wechat, port),
            phone: at_port(phone, port),
            stage,
            data,
            _turn: turn,
        }
    }

    /// A customer pays by WeChat.
    async fn pays(&self, number: u64, minor: i64) {
        let letter = WechatV3::default().payment(&Sale::new(number, minor, now()), now());
        let heard = self.post.deliver(&self.wechat.url, &letter).await.unwrap();
        assert_eq!(heard.status / 100, 2, "{heard:?}");
    }

    /// Waits until so many payments are in the book, and each was spoken.
    async fn spoken(&self, count: usize) {
        let all = || async {
            let times = self.book.times();
            (times.len() == count && times.iter().all(|one| one.spoken.is_some())).then_some(())
        };
        wait::until("every payment spoken", 40, all).await;
    }

    /// Waits until the card of the payment at this place was painted.
    async fn painted(&self, at: usize) {
        let shown = || async { self.book.times().get(at).and_then(|one| one.shown) };
        wait::until("the card", 40, shown).await;
    }
}

/// The same door where the app listens now.
fn at_port(door: Door, port: u16) -> Door {
    let (before, rest) = door.url.split_once("127.0.0.1:").unwrap();
    let path = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    Door {
        url: format!("{before}127.0.0.1:{port}{path}"),
        secret: door.secret,
    }
}

/// The processes that draw the app's pages.
fn drawers(app: u32) -> Vec<u32> {
    let name = |id: &u32| fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    let mut all = family(app);
    all.retain(|id| name(id).starts_with("WebKitWebProces"));
    all
}

/// While this lives, no page of the app draws: each process that would is held still as soon as it is there.
struct Hang {
    on: Arc<AtomicBool>,
    held: Arc<Mutex<HashSet<u32>>>,
    thread: Option<JoinHandle<()>>,
}

impl Hang {
    fn start(app: u32) -> Self {
        let (on, held) = (Arc::new(AtomicBool::new(true)), Arc::default());
        let (goes_on, ids): (_, Arc<Mutex<HashSet<u32>>>) = (on.clone(), Arc::clone(&held));
        let thread = std::thread::spawn(move || {
            while goes_on.load(Ordering::Relaxed) {
                for id in drawers(app) {
                    if ids.lock().unwrap().insert(id) {
                        send(id, Signal::STOP);
                    }
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self {
            on,
            held,
            thread: Some(thread),
        }
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        self.on.store(false, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
        for id in self.held.lock().unwrap().iter() {
            send(*id, Signal::CONT);
        }
    }
}

/// Waits until one notice stands, of which this holds.
async fn stands(server: &NoticeServer, what: &str, holds: impl Fn(&Shown) -> bool) -> Shown {
    let look = || {
        let now = server.on_screen();
        async { now.into_iter().find(&holds) }
    };
    match wait::maybe(30, look).await {
        Some(notice) => notice,
        None => panic!("no notice {what}: {:#?}", server.orders()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_stand_in_for_a_page_that_hangs_and_go_when_its_cards_are_seen() {
    let desk = Desk::start("en").await;
    let server = NoticeServer::start(&desk.stage, &CAN).await.unwrap();
    desk.pays(1, 100).await;
    desk.painted(0).await;
    assert_eq!(server.orders(), [], "a card that is drawn needs no notice");

    let hang = Hang::start(desk.app.pid());
    desk.pays(2, 1_280).await;
    let notice = stands(&server, "of 12.80", |one| one.title == "WeChat Pay ¥12.80").await;
    assert!(
        notice.body.starts_with("Confirmed · No. 2 today"),
        "{notice:#?}"
    );
    assert_eq!(
        (notice.app.as_str(), notice.urgency, notice.transient),
        ("Tillbell", Some(1), true)
    );
    desk.spoken(2).await;

    // What a phone reports says so, names no payer, and shares the notice.
    let payer = "<b>Tom & Co</b>";
    let letter = SmsForwarder::new(&desk.phone.secret)
        .by_template(&Notice::alipay(payer, 990, now()), now());
    let heard = desk.post.deliver(&desk.phone.url, &letter).await.unwrap();
    assert_eq!(heard.status / 100, 2, "{heard:?}");
    let reported = |one: &Shown| one.title == "The phone reports: Alipay ¥9.90";
    let notice = stands(&server, "of what a phone reports", reported).await;
    assert!(
        notice.body.contains("By phone, unconfirmed · No. 3 today"),
        "{notice:#?}"
    );
    assert!(!notice.body.contains("Tom"), "{notice:#?}");

    // Many are one notice, which changes in place.
    for number in 4..=13 {
        desk.pays(number, i64::try_from(number).unwrap() * 100)
            .await;
    }
    let notice = stands(&server, "of the last", |one| {
        one.title == "WeChat Pay ¥13.00"
    })
    .await;
    assert!(notice.body.contains("more in the list"), "{notice:#?}");
    let on_screen = server.on_screen();
    assert_eq!(on_screen.len(), 1, "{on_screen:#?}");
    let ids: HashSet<u32> = server.orders().iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), 1, "{:#?}", server.orders());
    println!("{:#?}", server.orders());

    // The page lives again: its cards are seen, and the notice goes.
    drop(hang);
    let gone = || async { server.on_screen().is_empty().then_some(()) };
    wait::until("the notice goes", 30, gone).await;
    desk.painted(12).await;
    let before = server.orders().len();
    desk.pays(14, 100).await;
    desk.painted(13).await;
    assert_eq!(server.orders().len(), before, "nothing is shown twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_process_died_is_made_anew_and_meanwhile_a_notice_says_it_in_chinese() {
    let desk = Desk::start("zh-CN").await;
    let server = NoticeServer::start(&desk.stage, &["body"]).await.unwrap();
    desk.pays(1, 100).await;
    desk.painted(0).await;
    for id in drawers(desk.app.pid()) {
        send(id, Signal::KILL);
    }
    desk.pays(2, 1_280).await;
    let notice = stands(&server, "in Chinese", |one| one.title == "微信支付 ¥12.80").await;
    assert!(
        notice.body.starts_with("平台已确认 · 今天第 2 笔"),
        "{notice:#?}"
    );
    desk.spoken(2).await;
    // Another window is made by itself, and its card takes the notice's place.
    desk.painted(1).await;
    let gone = || async { server.on_screen().is_empty().then_some(()) };
    wait::until("the notice goes", 30, gone).await;
    assert!(!drawers(desk.app.pid()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_service_that_is_missing_refuses_or_hangs_holds_nothing_up() {
    let desk = Desk::start("en").await;
    let _hang = Hang::start(desk.app.pid());
    desk.pays(1, 100).await;
    desk.spoken(1).await;

    let server = NoticeServer::start(&desk.stage, &CAN).await.unwrap();
    server.behave(Manner::Refuses);
    desk.pays(2, 200).await;
    desk.spoken(2).await;
    server.behave(Manner::Hangs);
    desk.pays(3, 300).await;
    desk.pays(4, 400).await;
    desk.spoken(4).await;
    server.end().await;

    let server = NoticeServer::start(&desk.stage, &CAN).await.unwrap();
    desk.pays(5, 500).await;
    stands(&server, "after the bad ones", |one| {
        one.title == "WeChat Pay ¥5.00"
    })
    .await;
    desk.spoken(5).await;

    // One that hangs while nothing else is wrong is told as missing, once, and not again when it works.
    let missing = || rig::log(&desk.data).matches("Notices").count();
    let before = missing();
    server.behave(Manner::Hangs);
    desk.pays(6, 600).await;
    desk.pays(7, 700).await;
    desk.spoken(7).await;
    let told = || async { (missing() == before + 1).then_some(()) };
    wait::until("the service that hangs told as missing", 25, told).await;
    server.end().await;
    let server = NoticeServer::start(&desk.stage, &CAN).await.unwrap();
    desk.pays(8, 800).await;
    stands(&server, "after it hung", |one| {
        one.title == "WeChat Pay ¥8.00"
    })
    .await;
    desk.spoken(8).await;
    assert_eq!(missing(), before + 1);
    let log = rig::log(&desk.data);
    assert_eq!(
        log.matches("the system's notifications do not answer")
            .count(),
        1,
        "{log}"
    );
    let told = log.matches("a notice could not be shown").count();
    assert!(
        (1..=3).contains(&told),
        "said once for each time that it begins: {told}\n{log}"
    );
}
