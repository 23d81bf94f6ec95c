//! What the customers' window shows of each thing that happens, and where it stands while cables come and go.
#![allow(clippy::too_many_lines, reason = "a table is as long as its cases")]

use super::*;
use crate::{
    settings::{Language, Theme, customer::CustomerSettings},
    testing::{
        cny, confirmed,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        news, paid,
    },
};
use devices::display::{Qr, layout::OrderLine, words};
use domain::{Entry, Kind, SourceKind, Timestamp};

const ZONE: &str = "Asia/Shanghai";

fn shown(message: Message, customer: CustomerSettings) -> CustomerView {
    let occasion = Occasion {
        payer: Some("李四".to_owned()),
        ..Occasion::of(message, Timestamp(0))
    };
    let settings = Settings {
        customer,
        theme: Theme::Light,
        ..Settings::default()
    };
    let around = Around {
        shop: "Hill Tea".to_owned(),
        zone: ZONE.to_owned(),
        picture: Some("0123456789abcdef".to_owned()),
    };
    face::view(&occasion, &settings, Language::En, around)
}

fn face_of(message: Message) -> CustomerFace {
    shown(message, CustomerSettings::default()).face
}

#[test]
fn every_message_has_its_words_and_its_amount() {
    let amount = cny(1_250);
    let received = |confirmed| Message::Received { amount, confirmed };
    let text = || "¥12.50".to_owned();
    for (message, want) in [
        (
            Message::Idle { clock: None },
            CustomerFace::Idle {
                lines: vec!["Welcome".to_owned()],
                clock: Some(ZONE.to_owned()),
                picture: Some("0123456789abcdef".to_owned()),
            },
        ),
        (
            received(true),
            CustomerFace::Received {
                label: "Received".to_owned(),
                amount_text: text(),
                confirmed: true,
                thanks: Some("Thank you".to_owned()),
                payer: None,
            },
        ),
        (
            Message::Came { confirmed: true },
            CustomerFace::Received {
                label: "Received".to_owned(),
                amount_text: String::new(),
                confirmed: true,
                thanks: Some("Thank you".to_owned()),
                payer: None,
            },
        ),
        // Nobody has confirmed it: another word, and no thanks for what may not be there.
        (
            received(false),
            CustomerFace::Received {
                label: "Reported".to_owned(),
                amount_text: text(),
                confirmed: false,
                thanks: None,
                payer: None,
            },
        ),
        (
            Message::Change { amount },
            CustomerFace::Change {
                label: "Change".to_owned(),
                amount_text: text(),
            },
        ),
        (
            Message::Refund { amount },
            CustomerFace::Refund {
                label: "Refund".to_owned(),
                amount_text: "−¥12.50".to_owned(),
            },
        ),
        (
            Message::Refund {
                amount: cny(-1_250),
            },
            CustomerFace::Refund {
                label: "Refund".to_owned(),
                amount_text: "−¥12.50".to_owned(),
            },
        ),
        (
            Message::ToPay { amount, qr: None },
            CustomerFace::ToPay {
                label: "To pay".to_owned(),
                amount_text: text(),
                code: None,
                payee: String::new(),
            },
        ),
        (
            Message::Price {
                name: "Tea".to_owned(),
                amount,
            },
            CustomerFace::Order {
                lines: vec![],
                label: "Tea".to_owned(),
                amount_text: text(),
                code: None,
                payee: String::new(),
            },
        ),
    ] {
        assert_eq!(face_of(message.clone()), want, "{message:?}");
    }
}

#[test]
fn of_an_order_the_newest_lines_stand_above_the_sum() {
    let line = |number: u32| OrderLine {
        name: format!("Thing {number}"),
        quantity: 1 + number % 2,
        amount: cny(i64::from(number) * 100),
    };
    let face = face_of(Message::Order {
        lines: (1..=9).map(line).collect(),
        total: cny(4_500),
        qr: Qr::new("wxp://f2f0abc", "Hill Tea"),
    });
    let CustomerFace::Order {
        lines,
        label,
        amount_text,
        code: Some(_),
        payee,
    } = face
    else {
        panic!("{face:?}");
    };
    assert_eq!(
        (lines.len(), &*label, &*amount_text),
        (6, "Total", "¥45.00")
    );
    assert_eq!(payee, "Hill Tea", "it is paid with the same code");
    assert_eq!(lines[0], ("Thing 4".to_owned(), "¥4.00".to_owned()));
    assert_eq!(lines[5], ("Thing 9 ×2".to_owned(), "¥9.00".to_owned()));
}

#[test]
fn the_code_is_drawn_so_that_it_is_read_as_it_was() {
    let text = "https://qr.alipay.com/fkx12345abcdefg0987654";
    let face = face_of(Message::ToPay {
        amount: cny(100),
        qr: Qr::new(text, "小满便利店"),
    });
    let CustomerFace::ToPay {
        code: Some(rows),
        payee,
        ..
    } = face
    else {
        panic!("{face:?}");
    };
    assert_eq!(payee, "小满便利店");
    let grid = rqrr::SimpleGrid::from_func(rows.len(), |x, y| rows[y].as_bytes()[x] == b'1');
    let (_, read) = rqrr::Grid::new(grid).decode().expect("a code");
    assert_eq!(read, text);
}

#[test]
fn language_colours_words_and_clock_are_the_customers_own() {
    let idle = || Message::Idle { clock: None };
    let own = shown(
        idle(),
        CustomerSettings {
            language: Some(words::Language::Japanese),
            theme: Some(Theme::Dark),
            idle: "本日休業\nまた明日".to_owned(),
            clock: false,
            ..CustomerSettings::default()
        },
    );
    assert_eq!((&*own.language, own.theme), ("ja", Theme::Dark));
    let lines = vec!["本日休業".to_owned(), "また明日".to_owned()];
    let picture = Some("0123456789abcdef".to_owned());
    assert_eq!(
        own.face,
        CustomerFace::Idle {
            lines,
            clock: None,
            picture
        }
    );
    let blank = CustomerSettings {
        idle: " \n".to_owned(),
        ..CustomerSettings::default()
    };
    let greeting = shown(idle(), blank);
    assert_eq!((&*greeting.language, greeting.theme), ("en", Theme::Light));
    assert_eq!(greeting.face, face_of(idle()), "blank words are none");
    let mut worded = CustomerSettings::default();
    worded.texts.change = Some("For you".to_owned());
    let amount = cny(720);
    let change = shown(Message::Change { amount }, worded);
    let label = |face| match face {
        CustomerFace::Change { label, .. } => label,
        other => panic!("{other:?}"),
    };
    assert_eq!(label(change.face), "For you");
    assert_eq!(label(face_of(Message::Change { amount })), "Change");
}

#[test]
fn who_paid_is_shown_only_where_the_owner_allows_it_and_never_whole_pages_of_it() {
    let received = || Message::Received {
        amount: cny(1),
        confirmed: false,
    };
    let payer = |show_payer, name: &str| {
        let occasion = Occasion {
            payer: Some(name.to_owned()),
            ..Occasion::of(received(), Timestamp(0))
        };
        let mut settings = Settings::default();
        settings.customer.show_payer = show_payer;
        match face::view(&occasion, &settings, Language::En, Around::default()).face {
            CustomerFace::Received { payer, .. } => payer,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(payer(false, "李四"), None);
    assert_eq!(payer(true, "李四").as_deref(), Some("李四"));
    let long = payer(true, &"李".repeat(500)).expect("a name");
    assert_eq!(long.chars().count(), face::PAYER_MAX);
}

fn entry(seq: u64, kind: Kind, minor: i64) -> Entry {
    let at = crate::desk::now();
    let mut news = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
    news.kind = kind;
    news.payer = Some("李四".to_owned());
    paid(seq, at, shop().day_rule.day_of(at), news)
}

/// Everything that the customers' window was told, in order.
fn all_told(front: &Front) -> Vec<CustomerView> {
    let told = front.shown.told.lock().unwrap();
    let mine = told.iter().filter(|(_, event, _)| event == event::CUSTOMER);
    mine.map(|(windows, _, what)| {
        assert_eq!(windows, "customer");
        serde_json::from_value(what.clone()).expect("a view")
    })
    .collect()
}

/// What it was told last.
fn told(front: &Front) -> Option<CustomerView> {
    all_told(front).pop()
}

fn face_told(front: &Front) -> Option<CustomerFace> {
    told(front).map(|view| view.face)
}

#[tokio::test]
async fn the_window_is_told_of_each_payment_and_of_what_becomes_of_it() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let mut settings = front.desk.settings().await.expect("settings");
    settings.customer.received_seconds = 60;
    // Off: nobody is told anything.
    hub.accept([entry(1, Kind::Payment, 1_250)]);
    until("the first card", || !front.shown.faces().is_empty()).await;
    assert_eq!(told(&front), None);
    settings.customer.on = true;
    front
        .desk
        .save_settings(settings.clone())
        .await
        .expect("saved");
    let view = front.desk.customer_view().await.expect("a view");
    assert_eq!(view.shop, shop().name);
    hub.accept([entry(2, Kind::Payment, 990)]);
    let reported = |front: &Front| match face_told(front) {
        Some(CustomerFace::Received {
            amount_text,
            confirmed: false,
            payer: None,
            ..
        }) => amount_text == "¥9.90",
        _ => false,
    };
    until("the payment on show", || reported(&front)).await;
    let before = told(&front).expect("a view");
    hub.accept([confirmed(
        3,
        crate::desk::now(),
        2,
        news(SourceKind::WechatV3, 2, Some(cny(990))),
    )]);
    let is_confirmed = |front: &Front| {
        matches!(
            face_told(front),
            Some(CustomerFace::Received {
                confirmed: true,
                ..
            })
        )
    };
    until("its confirmation", || is_confirmed(&front)).await;
    let now = told(&front).expect("a view");
    assert_eq!(
        now.occasion, before.occasion,
        "the same payment, not a second one"
    );
    assert!(now.revision > before.revision);
    // The owner allows the name while it is on show.
    settings.customer.show_payer = true;
    front.desk.save_settings(settings).await.expect("saved");
    let named = |front: &Front| match face_told(front) {
        Some(CustomerFace::Received { payer, .. }) => payer.is_some(),
        _ => false,
    };
    until("the payer's name", || named(&front)).await;
    hub.accept([entry(4, Kind::Refund, 500)]);
    until("the refund", || {
        face_told(&front).is_some_and(|face| {
            matches!(face, CustomerFace::Refund { amount_text, .. } if amount_text == "−¥5.00")
        })
    })
    .await;
    front.close().await;
}

fn monitor(name: &str, x: i32, primary: bool) -> Monitor {
    let area = Rect::new((x, 0), (1000, 700));
    Monitor {
        name: name.to_owned(),
        area,
        work: area,
        scale: 1.0,
        primary,
    }
}

#[tokio::test]
async fn the_window_goes_and_comes_with_its_monitor_and_settings_are_told() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let desk = &front.desk;
    let both = || vec![monitor("A", 0, true), monitor("B", 1000, false)];
    let place = |monitors: Vec<Monitor>| async move {
        let place = desk.customer_monitor(|| (monitors, vec![])).await;
        place.map(|monitor| monitor.name)
    };
    let state = || async { desk.customer_window().await.expect("a state").state };
    let unasked = desk.customer_monitor(|| panic!("monitors are not looked at"));
    assert_eq!(unasked.await, None);
    assert_eq!(state().await, CustomerWindow::Off);
    let mut settings = desk.settings().await.expect("settings");
    settings.customer.on = true;
    settings.customer.monitor = Some("B".to_owned());
    desk.save_settings(settings.clone()).await.expect("saved");
    for (monitors, name, want) in [
        (both(), Some("B"), CustomerWindow::Shown),
        (
            vec![monitor("A", 0, true)],
            None,
            CustomerWindow::OneMonitor,
        ),
        (both(), Some("B"), CustomerWindow::Shown),
        // On another socket it has another name, and A is known as another.
        (
            vec![monitor("A", 0, true), monitor("B2", 1000, false)],
            Some("B2"),
            CustomerWindow::Shown,
        ),
        (vec![], None, CustomerWindow::OneMonitor),
    ] {
        assert_eq!(place(monitors).await.as_deref(), name);
        assert_eq!(state().await, want);
    }
    let told: Vec<CustomerWindowView> = {
        let told = front.shown.told.lock().unwrap();
        let mine = told
            .iter()
            .filter(|(windows, event, _)| windows == "settings" && event == event::CUSTOMER_WINDOW);
        mine.map(|(_, _, what)| serde_json::from_value(what.clone()).expect("a view"))
            .collect()
    };
    let names: Vec<_> = told.iter().map(|view| view.monitor.as_deref()).collect();
    assert_eq!(names, [Some("B"), None, Some("B"), Some("B2"), None]);
    front.close().await;

    // What was known of the monitors outlives the program.
    let front = Front::open(dir.path(), hub.at).await;
    let renamed = vec![monitor("A", 0, true), monitor("B3", 1000, false)];
    let place = front.desk.customer_monitor(|| (renamed, vec![])).await;
    assert_eq!(place.map(|monitor| monitor.name).as_deref(), Some("B3"));
    front.close().await;
}

#[tokio::test]
async fn settings_of_the_window_are_bounded() {
    let good = CustomerSettings::default;
    type Change = fn(&mut CustomerSettings);
    let faults: [(&str, Change); 11] = [
        ("customer.texts", |c| c.texts.total = Some("x".repeat(41))),
        ("customer.idle", |c| c.idle = "字".repeat(201)),
        ("customer.idle", |c| c.idle = "1\n2\n3\n4\n5".to_owned()),
        ("customer.idle", |c| c.idle = "a\u{1b}[2J".to_owned()),
        ("customer.monitor", |c| c.monitor = Some(String::new())),
        ("customer.monitor", |c| c.monitor = Some("x".repeat(300))),
        ("customer.pictures", |c| {
            c.pictures = vec!["../../etc/passwd".to_owned()]
        }),
        ("customer.pictures", |c| {
            c.pictures = vec!["0123456789abcdef".to_owned(); 2]
        }),
        ("customer.pictures", |c| {
            c.pictures = (0..21).map(|id| format!("{id:016x}")).collect()
        }),
        ("customer.picture_seconds", |c| c.picture_seconds = 4),
        ("customer.picture_seconds", |c| c.picture_seconds = 121),
    ];
    assert_eq!(good().fault(), None);
    for (field, spoil) in faults {
        let mut customer = good();
        spoil(&mut customer);
        assert_eq!(customer.fault(), Some(field), "{customer:?}");
    }
    let mut full = good();
    full.idle = "1\n2\n3\n四".to_owned();
    full.monitor = Some("\\\\.\\DISPLAY2".to_owned());
    assert_eq!(full.fault(), None);
}

/// A picture of one colour as a page sends it.
fn picture(shade: u8) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let dots = image::RgbImage::from_pixel(40, 30, image::Rgb([shade; 3]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    dots.write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    STANDARD.encode(bytes.into_inner())
}

fn picture_told(front: &Front) -> Option<String> {
    match face_told(front)? {
        CustomerFace::Idle { picture, .. } => picture,
        _ => None,
    }
}

#[tokio::test]
async fn the_owners_pictures_are_shown_in_turn_and_give_way_to_a_payment() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let desk = &front.desk;
    let first = desk.add_customer_picture(picture(10)).await.expect("kept");
    let second = desk.add_customer_picture(picture(200)).await.expect("kept");
    let mut settings = desk.settings().await.expect("settings");
    settings.customer.on = true;
    settings.customer.picture_seconds = 5;
    // One whose file is gone is passed over.
    settings.customer.pictures = vec![first.clone(), "f".repeat(16), second.clone()];
    desk.save_settings(settings.clone()).await.expect("saved");
    for want in [&first, &second, &first] {
        until("its turn", || picture_told(&front).as_ref() == Some(want)).await;
    }
    hub.accept([entry(1, Kind::Payment, 990)]);
    until("the payment", || {
        matches!(face_told(&front), Some(CustomerFace::Received { .. }))
    })
    .await;
    // Taken out of the settings, it goes from the disk as well.
    settings.customer.pictures = vec![second.clone()];
    desk.save_settings(settings).await.expect("saved");
    let wish = |id: &String| PictureWish {
        id: id.clone(),
        small: true,
    };
    let gone = desk.customer_picture(wish(&first)).await;
    assert_eq!(gone, Err(UiError::new("not_found")));
    let kept = desk.customer_picture(wish(&second)).await.expect("kept");
    assert!(kept.starts_with("data:image/jpeg;base64,"), "{kept:.40}");
    front.close().await;
}

#[tokio::test]
async fn a_trial_shows_each_thing_marked_as_a_test_and_a_payment_ends_it() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let desk = &front.desk;
    assert_eq!(
        desk.test_customer_window().await,
        Err(UiError::new("not_found")),
        "nobody would see it"
    );
    let mut settings = desk.settings().await.expect("settings");
    settings.customer.on = true;
    desk.save_settings(settings).await.expect("saved");
    let both = vec![monitor("A", 0, true), monitor("B", 1000, false)];
    let place = desk.customer_monitor(|| (both, vec![])).await;
    assert!(place.is_some());
    // What a customer is to pay is not hidden by what is made up.
    desk.show_amount(Some(cny(4_000))).await.expect("shown");
    let busy = desk.test_customer_window().await;
    assert_eq!(busy, Err(UiError::new("customer_busy")));
    let view = desk.customer_view().await.expect("a view");
    assert_eq!(view.trial, None);
    assert!(
        matches!(&view.face, CustomerFace::ToPay { amount_text, .. } if amount_text == "¥40.00")
    );
    desk.show_amount(None).await.expect("taken away");
    assert_eq!(desk.test_customer_window().await, Ok(21));
    // All that was told is looked through: a laden machine may miss the seconds of one thing.
    let tried = || {
        let mut all = all_told(&front);
        all.retain(|view| view.trial.is_some());
        all
    };
    let another = || {
        let all = tried();
        let first = all.first()?.occasion;
        all.into_iter().find(|view| view.occasion != first)
    };
    until("a second thing", || another().is_some()).await;
    let first = tried().remove(0);
    assert!(
        matches!(first.face, CustomerFace::Order { .. }),
        "{first:?}"
    );
    assert_ne!(another().expect("a view").face, first.face);
    hub.accept([entry(1, Kind::Payment, 990)]);
    until("the payment", || {
        told(&front).is_some_and(|view| {
            view.trial.is_none()
                && matches!(&view.face, CustomerFace::Received { amount_text, .. } if amount_text == "¥9.90")
        })
    })
    .await;
    front.close().await;
}
