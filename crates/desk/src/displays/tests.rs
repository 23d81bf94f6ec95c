//! A whole desk with displays on pseudo-terminals: payments, plugs, dead devices, tests.
#![cfg(unix)]
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::*;
use crate::{
    settings::{
        Settings,
        customer::CustomerSettings,
        displays::DisplayShows,
        printers::{ByItself, PrinterSetup, PrinterTarget},
    },
    testing::{
        cny, confirmed,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        news, paid,
        pole::{Pole, Sockets},
    },
    views::{CardFace, DisplaySample, Mute},
};
use devices::{
    Line,
    display::{Brightness, CommandSet, Display, words::Language},
    printer::profile::Preset,
    queue::State as Light,
};
use domain::{Entry, Kind, SourceKind};
use std::sync::atomic::Ordering::SeqCst;

const LONG: u16 = 60;

fn pole_setup(id: &str, address: &str, set: CommandSet) -> DisplaySetup {
    DisplaySetup {
        id: id.to_owned(),
        name: format!("Display {id}"),
        on: true,
        address: address.to_owned(),
        line: None,
        display: Display::preset(set),
        language: Language::English,
        texts: Default::default(),
        shows: DisplayShows::default(),
    }
}

fn printer_setup(id: &str, address: &str) -> PrinterSetup {
    PrinterSetup {
        id: id.to_owned(),
        name: format!("Printer {id}"),
        on: true,
        target: PrinterTarget::Port {
            address: address.to_owned(),
            line: Line::default(),
        },
        profile: Preset::Western80.profile(),
        language: Default::default(),
        top: String::new(),
        foot: String::new(),
        link: String::new(),
        rows: Default::default(),
        collector: String::new(),
        logo: false,
        copies: 1,
        by_itself: ByItself::default(),
        drawer: false,
        bell: false,
        barcode: false,
    }
}

/// So many minor units, reported by a phone just now.
fn reported(seq: u64, minor: i64) -> Entry {
    let at = now();
    let news = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
    paid(seq, at, shop().day_rule.day_of(at), news)
}

fn refunded(seq: u64, minor: i64) -> Entry {
    let at = now();
    let mut news = news(SourceKind::Alipay, seq, Some(cny(minor)));
    news.kind = Kind::Refund;
    paid(seq, at, shop().day_rule.day_of(at), news)
}

struct Shop {
    _dir: tempfile::TempDir,
    hub: FakeHub,
    front: Front,
    sockets: Sockets,
}

impl Shop {
    async fn open() -> Self {
        let (dir, hub, sockets) = (
            tempfile::tempdir().unwrap(),
            FakeHub::open().await,
            Sockets::new(),
        );
        let front = Front::open_among(dir.path(), hub.at, Arc::default(), sockets.finders()).await;
        Self {
            _dir: dir,
            hub,
            front,
            sockets,
        }
    }

    async fn set_up(&self, displays: &[&DisplaySetup]) {
        let settings = Settings {
            displays: displays.iter().map(|one| (*one).clone()).collect(),
            customer: CustomerSettings {
                received_seconds: LONG,
                ..CustomerSettings::default()
            },
            ..self.front.desk.settings().await.unwrap()
        };
        self.front.desk.save_settings(settings).await.unwrap();
    }

    /// The lights of all displays in use.
    fn lights(&self) -> Vec<Light> {
        let view = self.front.desk.inner.devices_view();
        view.displays.iter().map(|one| one.state).collect()
    }

    fn payments_on_cards(&self) -> usize {
        let faces = self.front.shown.faces();
        let payment = |face: &&CardFace| matches!(face, CardFace::Payment { .. });
        faces.iter().filter(payment).count()
    }
}

#[tokio::test]
async fn a_customer_reads_what_was_paid_and_how_sure_that_is() {
    let shop = Shop::open().await;
    let setup = |pole: &Pole| pole_setup("a", &pole.address(), CommandSet::EscPos);
    let pole = Pole::plug_in(&Display::preset(CommandSet::EscPos));
    shop.set_up(&[&setup(&pole)]).await;
    until("the idle text", || pole.row(0) == "Welcome").await;
    until("a good light", || shop.lights() == [Light::Ready]).await;

    shop.hub.accept([reported(1, 1280)]);
    until("a reported payment", || {
        pole.row(0).starts_with("Reported") && pole.row(0).ends_with("12.80")
    })
    .await;
    shop.hub.accept([confirmed(
        2,
        now(),
        1,
        news(SourceKind::WechatV3, 2, Some(cny(1280))),
    )]);
    until("the same, confirmed", || {
        pole.row(0).starts_with("Received") && pole.row(1) == "Thank you"
    })
    .await;

    // Three seconds later at the soonest, since something newer waits.
    shop.hub.accept([refunded(3, 500)]);
    until("a refund", || {
        pole.row(0) == "Refund" && pole.row(1).ends_with("-5.00")
    })
    .await;
    shop.front.close().await;
    until(
        "no amount of yesterday's on a display nobody looks after",
        || pole.row(0).is_empty() && pole.row(1).is_empty(),
    )
    .await;
}

#[tokio::test]
async fn several_displays_have_their_own_languages_and_rules() {
    let shop = Shop::open().await;
    let plug = |set: CommandSet| Pole::plug_in(&Display::preset(set));
    let (digits, chinese, quiet) = (
        plug(CommandSet::Led8),
        plug(CommandSet::Gb18030),
        plug(CommandSet::Cd5220),
    );
    let mut zh = pole_setup("zh", &chinese.address(), CommandSet::Gb18030);
    zh.language = Language::ChineseSimplified;
    let mut only_asks = pole_setup("quiet", &quiet.address(), CommandSet::Cd5220);
    only_asks.shows.received = false;
    let led = pole_setup("led", &digits.address(), CommandSet::Led8);
    shop.set_up(&[&led, &zh, &only_asks]).await;
    until("idle", || {
        chinese.row(0) == "欢迎光临" && quiet.row(0) == "Welcome"
    })
    .await;

    shop.front.desk.show_amount(Some(cny(880))).await.unwrap();
    until("an amount to pay on each", || {
        digits.row(0) == "8.80"
            && chinese.row(0) == "应付"
            && chinese.row(1).ends_with("8.80")
            && quiet.row(0) == "To pay"
    })
    .await;
    let standing = shop.front.desk.shown_amount().await.unwrap();
    assert_eq!(standing.map(|shown| shown.amount), Some(cny(880)));

    // Another amount: what was asked for comes back, and on the one that shows no payments it never went.
    shop.hub.accept([reported(1, 100)]);
    until("a payment where it is shown", || {
        digits.row(0) == "1.00" && chinese.row(0).starts_with("通知到账")
    })
    .await;
    assert_eq!(quiet.row(0), "To pay");

    shop.hub.accept([reported(2, 880)]);
    until("what was asked for is paid", || {
        digits.row(0) == "8.80" && quiet.row(0) == "Welcome"
    })
    .await;
    assert_eq!(shop.front.desk.shown_amount().await, Ok(None));
    let told = shop.front.shown.told.lock().unwrap().clone();
    let amounts: Vec<_> = told
        .into_iter()
        .filter(|(_, event, _)| event == "shown_amount")
        .map(|(windows, _, what)| (windows, what["amount"]["minor"].as_i64()))
        .collect();
    let to_history = "history".to_owned();
    assert_eq!(
        amounts,
        [(to_history.clone(), Some(880)), (to_history, None)]
    );
    shop.front.close().await;
}

/// The commonest adapters have no number: pulled, a display must not take the printer's port for its own.
#[tokio::test]
async fn a_display_and_a_printer_of_one_make_never_take_each_others_port() {
    let shop = Shop::open().await;
    let display = Display::preset(CommandSet::EscPos);
    let in_socket = |pole: &Pole, socket: &str| -> PortAddress {
        let text = format!("serial:{}?usb=1a86:7523&at={socket}", pole.path);
        text.parse().expect("an address")
    };
    let (pole, paper) = (Pole::plug_in(&display), Pole::plug_in(&display));
    let (at_pole, at_paper) = (in_socket(&pole, "1-1"), in_socket(&paper, "1-2"));
    shop.sockets.hold(&[at_pole.clone(), at_paper.clone()]);
    let settings = Settings {
        displays: vec![pole_setup("a", &at_pole.to_string(), CommandSet::EscPos)],
        printers: vec![printer_setup("p", &at_paper.to_string())],
        ..shop.front.desk.settings().await.unwrap()
    };
    shop.front.desk.save_settings(settings).await.unwrap();
    let view = || shop.front.desk.inner.devices_view();
    let printers = || -> Vec<Light> { view().printers.iter().map(|one| one.state).collect() };
    until("the idle text", || pole.row(0) == "Welcome").await;
    until("a good printer", || printers() == [Light::Ready]).await;

    shop.sockets.hold(std::slice::from_ref(&at_paper));
    pole.pull();
    until("a light that says gone", || shop.lights() == [Light::Gone]).await;
    shop.hub.accept([reported(1, 1280)]);
    until("a card and a sentence", || {
        shop.payments_on_cards() == 1 && shop.front.said() == 1
    })
    .await;
    let elsewhere = Pole::plug_in(&display);
    let at_elsewhere = in_socket(&elsewhere, "1-3");
    shop.sockets.hold(&[at_paper.clone(), at_elsewhere.clone()]);
    until("the payment where the display is now", || {
        elsewhere.row(0).starts_with("Reported")
    })
    .await;
    assert_eq!(paper.taken(), 0, "the display wrote on receipt paper");
    let used = || -> Vec<_> {
        let mut used: Vec<_> = view().found.into_iter().map(|one| one.used_by).collect();
        used.sort();
        used
    };
    let both = [Some("a".to_owned()), Some("p".to_owned())];
    until("each known by its own set-up", || used() == both).await;

    // The other way round. The display is not where it was set up: whose this is cannot be told without the printer.
    let there = at_elsewhere.to_string();
    let settings = Settings {
        displays: vec![pole_setup("a", &there, CommandSet::EscPos)],
        ..shop.front.desk.settings().await.unwrap()
    };
    shop.front.desk.save_settings(settings).await.unwrap();
    shop.sockets.hold(std::slice::from_ref(&at_elsewhere));
    until("a printer that is gone", || printers() == [Light::Gone]).await;
    until("a display as ever", || shop.lights() == [Light::Ready]).await;
    assert_eq!(view().printers[0].moved_to, None);
    assert_eq!(used(), [Some("a".to_owned())]);
    shop.front.close().await;
}

#[tokio::test]
async fn unplugged_a_display_holds_up_nothing_and_back_elsewhere_it_shows_the_newest() {
    let shop = Shop::open().await;
    let display = Display::preset(CommandSet::EscPos);
    let first = Pole::plug_in(&display);
    let address = first.usb("A1");
    shop.sockets.hold(std::slice::from_ref(&address));
    let setup = pole_setup("a", &address.to_string(), CommandSet::EscPos);
    shop.set_up(&[&setup]).await;
    until("the idle text", || first.row(0) == "Welcome").await;
    let view = shop.front.desk.devices().await.unwrap();
    assert_eq!(view.found[0].used_by.as_deref(), Some("a"));
    assert_eq!(view.displays[0].moved_to, None);

    // Its successor is there first, so that the path is another for sure.
    let second = Pole::plug_in(&display);
    shop.sockets.hold(&[]);
    first.pull();
    until("a light that says gone", || shop.lights() == [Light::Gone]).await;
    shop.hub.accept([reported(1, 1280), reported(2, 990)]);
    until("cards and sentences as ever", || {
        shop.payments_on_cards() == 2 && shop.front.said() == 2
    })
    .await;
    assert_eq!(shop.lights(), [Light::Gone]);

    shop.sockets.hold(&[second.usb("A1")]);
    until("the newest payment on the new port", || {
        second.row(0).starts_with("Reported") && second.row(0).ends_with("9.90")
    })
    .await;
    until("a good light", || shop.lights() == [Light::Ready]).await;
    let view = shop.front.desk.devices().await.unwrap();
    assert_eq!(view.displays[0].moved_to.as_ref(), Some(&second.path));
    assert_eq!(view.found[0].used_by.as_deref(), Some("a"));
    let lights: Vec<String> = {
        let told = shop.front.shown.told.lock().unwrap();
        let light = |(windows, event, what): &(String, String, serde_json::Value)| {
            (windows == "settings" && event == "devices")
                .then(|| what["displays"][0]["state"].as_str().map(str::to_owned))
                .flatten()
        };
        told.iter().filter_map(light).collect()
    };
    let at = |state: &str| lights.iter().position(|light| light == state);
    assert!(at("ready") < at("gone"), "{lights:?}");
    assert_eq!(lights.last().map(String::as_str), Some("ready"));
    shop.front.close().await;
}

#[tokio::test]
async fn a_display_that_takes_nothing_holds_up_neither_payments_nor_its_neighbour() {
    let shop = Shop::open().await;
    let mut boxed = Display::preset(CommandSet::QrTemplate);
    // A frame so long that a few pictures fill what the system keeps for the port.
    boxed.template = Some(devices::display::Template {
        before: vec![b'x'; 250],
        after: vec![b'y'; 250],
        clear: vec![b'z'; 250],
        ..Default::default()
    });
    let (dead, well) = (
        Pole::dead(&boxed),
        Pole::plug_in(&Display::preset(CommandSet::EscPos)),
    );
    let mut stuck = pole_setup("dead", &dead.address(), CommandSet::QrTemplate);
    stuck.display = boxed;
    let good = pole_setup("well", &well.address(), CommandSet::EscPos);
    shop.set_up(&[&stuck, &good]).await;
    until("the neighbour's idle text", || well.row(0) == "Welcome").await;

    // Amounts to pay until the port is full and the light says that it takes nothing.
    let mut amount = 100;
    let full = tokio::time::timeout(Duration::from_secs(30), async {
        while shop.lights()[0] != Light::Stalled {
            amount += 1;
            shop.front
                .desk
                .show_amount(Some(cny(amount)))
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    full.await.expect("a full port");
    shop.front.desk.show_amount(None).await.unwrap();

    for seq in 1..=3 {
        shop.hub
            .accept([reported(seq, 1000 + i64::try_from(seq).unwrap())]);
        until("a card and a sentence for each", || {
            shop.front.said() == usize::try_from(seq).unwrap()
        })
        .await;
    }
    until("the first of them on the neighbour", || {
        well.row(0).starts_with("Reported")
    })
    .await;
    // All of that happened before the dead one took its first byte.
    assert_eq!(dead.taken(), 0);
    assert_ne!(shop.lights()[0], Light::Ready);

    dead.deafen(false);
    until("it takes again what is newest", || {
        shop.lights()[0] == Light::Ready
    })
    .await;
    assert!(dead.taken() > 0);
    shop.front.close().await;
}

#[tokio::test]
async fn a_display_can_be_tried_before_it_is_saved_and_has_its_own_picture_after() {
    let shop = Shop::open().await;
    let pole = Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let unsaved = pole_setup("new", &pole.address(), CommandSet::EscPos);
    let tested = shop.front.desk.test_display(unsaved.clone()).await.unwrap();
    assert_eq!((tested.state, tested.problem), (Light::Ready, None));
    until("a sample", || pole.row(0).starts_with("Received")).await;

    // In use, and tried at the same time with other words: the sample, then its own picture again.
    shop.set_up(&[&unsaved]).await;
    until("the idle text", || pole.row(0) == "Welcome").await;
    let mut german = unsaved.clone();
    german.language = Language::German;
    let tested = shop.front.desk.test_display(german).await.unwrap();
    assert_eq!(tested.state, Light::Ready);
    until("the sample", || pole.row(0).starts_with("Erhalten")).await;
    until("its own picture", || pole.row(0) == "Welcome").await;

    // Another program has the port.
    shop.set_up(&[]).await;
    let address = unsaved.port().unwrap();
    let mut others = None;
    until("a port that the desk let go", || {
        devices::port::open(&address, &Line::default()).is_ok()
    })
    .await;
    others.replace(devices::port::open(&address, &Line::default()).unwrap());
    let tested = shop.front.desk.test_display(unsaved.clone()).await.unwrap();
    assert_eq!(tested.state, Light::InUse);
    assert_eq!(tested.problem.unwrap().port, pole.path);
    drop(others);

    let mut nowhere = unsaved;
    nowhere.address = "COM3".to_owned();
    let refused = shop.front.desk.test_display(nowhere).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("displays.address"));
    shop.front.close().await;
}

#[tokio::test]
async fn each_display_tells_its_number_until_somebody_pays() {
    let shop = Shop::open().await;
    let plug = || Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let (one, two) = (plug(), plug());
    let first = pole_setup("a", &one.address(), CommandSet::EscPos);
    let second = pole_setup("b", &two.address(), CommandSet::EscPos);
    shop.set_up(&[&first, &second]).await;
    until("idle", || {
        one.row(0) == "Welcome" && two.row(0) == "Welcome"
    })
    .await;
    shop.front.desk.blink_displays().await.unwrap();
    until("numbers and names", || {
        one.row(0) == "1" && two.row(0) == "2" && two.row(1) == "Display b"
    })
    .await;
    shop.hub.accept([reported(1, 1280)]);
    until("the payment wins", || {
        one.row(0).starts_with("Reported") && two.row(0).starts_with("Reported")
    })
    .await;
    shop.front.close().await;
}

#[tokio::test]
async fn after_sleep_displays_are_drawn_anew_and_changed_settings_are_followed_at_once() {
    let shop = Shop::open().await;
    let pole = Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let mut setup = pole_setup("a", &pole.address(), CommandSet::EscPos);
    shop.set_up(&[&setup]).await;
    until("the idle text", || pole.row(0) == "Welcome").await;

    pole.forget();
    assert_eq!(pole.row(0), "");
    shop.front.desk.woke();
    until("the idle text again", || pole.row(0) == "Welcome").await;
    until("a good light", || shop.lights() == [Light::Ready]).await;

    setup.texts.idle = Some("Open until 22".to_owned());
    shop.set_up(&[&setup]).await;
    until("the shop's own words", || pole.row(0) == "Open until 22").await;
    // Brightness and letters are set up once: a changed set-up is sent whole.
    setup.display.brightness = Some(Brightness::Dim);
    shop.set_up(&[&setup]).await;
    until("another brightness", || pole.shown().brightness == Some(20)).await;
    until("the same words", || pole.row(0) == "Open until 22").await;
    // What displays have nothing to do with does not touch them.
    let before = pole.taken();
    shop.front.desk.mute(Mute::HalfHour).await.unwrap();
    shop.set_up(&[&setup]).await;
    let other = Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let another = pole_setup("b", &other.address(), CommandSet::EscPos);
    shop.set_up(&[&setup, &another]).await;
    until("its neighbour's idle text", || other.row(0) == "Welcome").await;
    assert_eq!(pole.taken(), before, "nothing was drawn twice");
    setup.on = false;
    shop.set_up(&[&setup]).await;
    until("not in use any more", || shop.lights().is_empty()).await;
    until("the port is free for others", || {
        devices::port::open(&setup.port().unwrap(), &Line::default()).is_ok()
    })
    .await;
    shop.front.close().await;
}

/// An amount that stays on a display that nobody looks after would be believed.
#[tokio::test]
async fn a_display_that_is_not_in_use_any_more_shows_nothing() {
    let shop = Shop::open().await;
    let plug = || Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let (one, two, elsewhere) = (plug(), plug(), plug());
    let mut first = pole_setup("a", &one.address(), CommandSet::EscPos);
    let mut second = pole_setup("b", &two.address(), CommandSet::EscPos);
    shop.set_up(&[&first, &second]).await;
    shop.front.desk.show_amount(Some(cny(880))).await.unwrap();
    let asks = |pole: &Pole| pole.row(0) == "To pay" && pole.row(1).ends_with("8.80");
    let is_blank = |pole: &Pole| pole.row(0).is_empty() && pole.row(1).is_empty();
    until("an amount on both", || asks(&one) && asks(&two)).await;

    first.on = false;
    shop.set_up(&[&first, &second]).await;
    until("nothing on the one that is off", || is_blank(&one)).await;
    assert!(asks(&two));

    second.address = elsewhere.address();
    shop.set_up(&[&second]).await;
    until("the amount where it is now", || asks(&elsewhere)).await;
    until("nothing where it was", || is_blank(&two)).await;

    // The same port under another set-up: that one draws, and nothing after it.
    let successor = pole_setup("c", &elsewhere.address(), CommandSet::EscPos);
    shop.set_up(&[&successor]).await;
    // Another amount, or what the one before it drew would be taken for its successor's.
    shop.front.desk.show_amount(Some(cny(990))).await.unwrap();
    until("drawn by its successor", || {
        let drawn = elsewhere.row(0) == "To pay" && elsewhere.row(1).ends_with("9.90");
        shop.lights() == [Light::Ready] && drawn
    })
    .await;
    shop.set_up(&[]).await;
    until("nothing on the one that was removed", || {
        is_blank(&elsewhere)
    })
    .await;

    // Tried, and not set up: the sample goes, too.
    let tested = shop.front.desk.test_display(successor).await.unwrap();
    assert_eq!(tested.state, Light::Ready);
    until("a sample", || elsewhere.row(0).starts_with("Received")).await;
    until("nothing after it", || is_blank(&elsewhere)).await;
    shop.front.close().await;
}

/// Strangers' texts and drivers meet in the loops of devices: a panic there is theirs alone.
#[tokio::test]
async fn a_panic_beside_the_till_ends_neither_cards_nor_voice_and_displays_come_back() {
    let shop = Shop::open().await;
    let pole = Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let mut setup = pole_setup("a", &pole.address(), CommandSet::EscPos);
    shop.set_up(&[&setup]).await;
    let is_blank = || pole.row(0).is_empty() && pole.row(1).is_empty();
    shop.front.desk.show_amount(Some(cny(880))).await.unwrap();
    until("an amount", || pole.row(1).ends_with("8.80")).await;
    let stumbles = &shop.front.desk.inner.displays.stumbles;
    stumbles.store(true, SeqCst);
    shop.hub.accept([reported(1, 1280)]);
    until("no amount that nobody looks after", is_blank).await;
    until("a card and a sentence", || {
        shop.payments_on_cards() == 1 && shop.front.said() == 1
    })
    .await;
    stumbles.store(false, SeqCst);
    let payment = || pole.row(0).starts_with("Reported") && pole.row(0).ends_with("12.80");
    until("the payment on the display", payment).await;
    until("a good light", || shop.lights() == [Light::Ready]).await;
    // Whoever tells pages of it, displays or printers.
    shop.front.shown.panic_at(crate::api::event::DEVICES);
    setup.on = false;
    shop.set_up(&[&setup]).await;
    until("a panic", || shop.front.shown.panicked()).await;
    setup.on = true;
    shop.set_up(&[&setup]).await;
    until("the payment again", || {
        payment() && shop.lights() == [Light::Ready]
    })
    .await;
    shop.front.close().await;
    until("the end in good order", is_blank).await;
}

#[tokio::test]
async fn a_display_whose_drawing_panics_shows_nothing_and_its_neighbour_goes_on() {
    let shop = Shop::open().await;
    let plug = || Pole::plug_in(&Display::preset(CommandSet::EscPos));
    let (one, two) = (plug(), plug());
    let first = pole_setup("a", &one.address(), CommandSet::EscPos);
    let second = pole_setup("b", &two.address(), CommandSet::EscPos);
    shop.set_up(&[&first, &second]).await;
    shop.front.desk.show_amount(Some(cny(880))).await.unwrap();
    let asks = |pole: &Pole, amount: &str| pole.row(1).ends_with(amount);
    until("an amount on both", || {
        asks(&one, "8.80") && asks(&two, "8.80")
    })
    .await;

    let stumbling = DisplaySetup {
        name: STUMBLES.to_owned(),
        ..first.clone()
    };
    shop.set_up(&[&stumbling, &second]).await;
    let is_blank = || one.row(0).is_empty() && one.row(1).is_empty();
    until("nothing on the one", is_blank).await;
    shop.front.desk.show_amount(Some(cny(990))).await.unwrap();
    until("the next amount on the other", || asks(&two, "9.90")).await;
    assert!(is_blank());
    shop.set_up(&[&first, &second]).await;
    until("drawn again", || asks(&one, "9.90")).await;
    shop.front.close().await;
}

#[tokio::test]
async fn a_preview_is_what_the_bytes_say() {
    let shop = Shop::open().await;
    let mut setup = pole_setup("a", "serial:COM3", CommandSet::Led8);
    let mut rows = Vec::new();
    for sample in [
        DisplaySample::Idle,
        DisplaySample::ToPay,
        DisplaySample::Received,
        DisplaySample::Refund,
    ] {
        let wanted = DisplayTry {
            setup: setup.clone(),
            sample,
        };
        let shown = shop.front.desk.preview_display(wanted).await.unwrap();
        rows.push(shown.rows[0].trim().to_owned());
    }
    assert_eq!(rows, ["", "12.80", "12.80", "-12.80"]);
    setup.texts.thanks = Some("x".repeat(41));
    let wanted = DisplayTry {
        setup,
        sample: DisplaySample::Idle,
    };
    let refused = shop.front.desk.preview_display(wanted).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("displays.texts"));
    shop.front.close().await;
}

#[test]
fn a_clock_follows_the_minute() {
    let state = |idle| {
        let mut setup = pole_setup("a", "serial:/dev/none", CommandSet::EscPos);
        setup.shows.idle = idle;
        setup
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let door = crate::plugged::Plugged::default().door();
        for (idle, ticks) in [(IdleShows::Clock, true), (IdleShows::Text, false)] {
            let mut displays = State::default();
            displays.reconcile(&[state(idle)], &[], &door, &Arc::default());
            let next = displays.next();
            assert_eq!(next.is_some(), ticks);
            let minute = Instant::now() + Duration::from_millis(60_000);
            assert!(next.is_none_or(|next| next <= minute));
        }
    });
}
