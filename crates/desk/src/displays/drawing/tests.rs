//! What customers read on displays of every kind, read back from the bytes.

use super::*;
use crate::{settings::displays::DisplayShows, testing::cny};
use devices::display::{
    CommandSet, Display, Geometry,
    decode::{Drawn, Lamp},
    words::Language,
};
use domain::Timestamp;

const CLOCK: Clock = Clock {
    hour: 14,
    minute: 5,
};

pub(in super::super) fn setup(set: CommandSet) -> DisplaySetup {
    DisplaySetup {
        id: "d-1".to_owned(),
        name: "Counter".to_owned(),
        on: true,
        address: "serial:COM3".to_owned(),
        line: None,
        display: Display::preset(set),
        language: Language::English,
        texts: Default::default(),
        shows: DisplayShows::default(),
    }
}

fn occasion(message: Message) -> Occasion {
    Occasion::of(message, Timestamp(0))
}

fn read(setup: &DisplaySetup, occasion: &Occasion) -> Vec<String> {
    preview(setup, &screen(setup, occasion, CLOCK)).rows
}

fn received(confirmed: bool) -> Message {
    Message::Received {
        amount: cny(1280),
        confirmed,
    }
}

fn to_pay() -> Message {
    Message::ToPay {
        amount: cny(500),
        qr: None,
    }
}

#[test]
fn each_display_has_its_own_language_and_words() {
    let mut chinese = setup(CommandSet::Gb18030);
    chinese.language = Language::ChineseSimplified;
    let rows = read(&chinese, &occasion(received(true)));
    assert!(rows[0].starts_with("已收款"), "{rows:?}");
    assert!(rows[0].trim_end().ends_with("12.80"), "{rows:?}");
    assert!(rows[1].contains("谢谢惠顾"), "{rows:?}");
    let reported = read(&chinese, &occasion(received(false)));
    assert!(reported[0].starts_with("通知到账"), "{reported:?}");

    let mut own = setup(CommandSet::Cd5220);
    own.texts.received = Some("Cheers".to_owned());
    own.texts.thanks = Some(String::new());
    let rows = read(&own, &occasion(received(true)));
    assert!(rows[0].starts_with("Cheers"), "{rows:?}");
    assert_eq!(rows[1].trim(), "");
    let refund = Message::Refund { amount: cny(300) };
    let rows = read(&own, &occasion(refund));
    assert!(
        rows[0].starts_with("Refund") && rows[1].contains("-3.00"),
        "{rows:?}"
    );
}

#[test]
fn what_a_display_does_not_show_is_passed_over() {
    let over = Occasion {
        beneath: to_pay(),
        ..occasion(received(true))
    };
    let table = [
        (true, true, "Received"),
        (true, false, "To pay"),
        (false, true, "Received"),
        (false, false, "Welcome"),
    ];
    for (asks, receives, first) in table {
        let mut display = setup(CommandSet::EscPos);
        display.shows.to_pay = asks;
        display.shows.received = receives;
        let rows = read(&display, &over);
        assert!(
            rows[0].trim().starts_with(first),
            "{asks} {receives}: {rows:?}"
        );
    }
    let mut display = setup(CommandSet::EscPos);
    display.shows.refunds = false;
    let rows = read(&display, &occasion(Message::Refund { amount: cny(1) }));
    assert_eq!(rows[0].trim(), "Welcome");
}

#[test]
fn nobody_is_paying() {
    let idle = occasion(Message::Idle { clock: None });
    let one_row = Geometry::ONE_BY_20;
    let table = [
        (IdleShows::Text, Geometry::TWO_BY_20, vec!["Welcome", ""]),
        (
            IdleShows::Clock,
            Geometry::TWO_BY_20,
            vec!["Welcome", "14:05"],
        ),
        (IdleShows::Clock, one_row, vec!["14:05"]),
        (IdleShows::Text, one_row, vec!["Welcome"]),
        (IdleShows::Blank, Geometry::TWO_BY_20, vec!["", ""]),
    ];
    for (shows, geometry, want) in table {
        let mut display = setup(CommandSet::EscPos);
        display.shows.idle = shows;
        display.display.geometry = geometry;
        let rows = read(&display, &idle);
        let rows: Vec<&str> = rows.iter().map(|row| row.trim()).collect();
        assert_eq!(rows, want, "{shows:?} {geometry:?}");
    }
}

#[test]
fn digits_and_codes_show_what_they_can() {
    let digits = setup(CommandSet::Led8);
    let shown = preview(&digits, &screen(&digits, &occasion(received(true)), CLOCK));
    assert_eq!(shown.rows[0].trim(), "12.80");
    assert_eq!(shown.lamps, [Lamp::Paid]);
    let came = occasion(Message::Came { confirmed: false });
    let shown = preview(&digits, &screen(&digits, &came, CLOCK));
    assert_eq!(
        (shown.rows[0].trim(), &shown.lamps[..]),
        ("", &[][..]),
        "no lamp says \"reported\""
    );

    let code = setup(CommandSet::QrMertech);
    let asked = sample(
        DisplaySample::ToPay,
        Language::English,
        Currency::CNY,
        Qr::new("wxp://f2f", "李记"),
    );
    let shown = preview(&code, &screen(&code, &occasion(asked), CLOCK));
    assert_eq!(shown.code_text.as_deref(), Some("wxp://f2f"));
    assert!(shown.code.is_some_and(|rows| rows.len() >= 21));
    assert!(shown.rows.is_empty());
    let shown = preview(&code, &screen(&code, &occasion(received(true)), CLOCK));
    assert_eq!((shown.code, shown.picture), (None, Some(Drawn::Paid)));
}

#[test]
fn which_is_which_is_seen_on_every_kind_of_display() {
    for set in CommandSet::ALL {
        let display = setup(set);
        let shown = preview(&display, &number(&display, 3));
        let text = format!(
            "{}{}",
            shown.rows.join(" "),
            shown.code_text.unwrap_or_default()
        );
        // A box without a frame of its own draws what the code says and nothing more.
        let framed = set != CommandSet::QrTemplate;
        assert!(text.contains('3') || !framed, "{set:?}: {text:?}");
    }
}

#[test]
fn an_order_and_its_change_can_be_tried() {
    let shown = |what, language| {
        let mut display = setup(CommandSet::EscPos);
        display.language = language;
        let message = sample(what, language, Currency::CNY, None);
        preview(&display, &screen(&display, &occasion(message), CLOCK)).rows
    };
    let order = shown(DisplaySample::Order, Language::English);
    assert!(
        order[0].contains("Sliced bread") && order[0].ends_with("3.80"),
        "{order:?}"
    );
    assert!(order[1].ends_with("12.80"), "{order:?}");
    let change = shown(DisplaySample::Change, Language::English).join(" ");
    assert!(change.contains("7.20"), "{change}");
    // A sum is of what stands above it.
    let Message::Order { lines, total, .. } = sample(
        DisplaySample::Order,
        Language::ChineseSimplified,
        Currency::CNY,
        None,
    ) else {
        panic!("an order");
    };
    let sum: i64 = lines.iter().map(|line| line.amount.minor()).sum();
    assert_eq!((sum, lines[0].name.as_str()), (total.minor(), "矿泉水"));
}

#[test]
fn an_order_and_its_change_have_words_of_the_shops_own() {
    let mut own = setup(CommandSet::EscPos);
    own.texts.total = Some("All in all".to_owned());
    own.texts.change = Some("For you".to_owned());
    for (what, words) in [
        (DisplaySample::Order, "All in all"),
        (DisplaySample::Change, "For you"),
    ] {
        let message = sample(what, Language::English, Currency::CNY, None);
        let rows = read(&own, &occasion(message));
        assert!(rows.join(" ").contains(words), "{rows:?}");
    }
}

#[test]
fn a_welcome_that_has_no_room_runs_above_the_clock() {
    let idle = occasion(Message::Idle { clock: None });
    let mut display = setup(CommandSet::Cd5220);
    display.texts.idle = Some("Fresh tea and cakes, every day".to_owned());
    display.shows.idle = IdleShows::Clock;
    let shown = preview(&display, &screen(&display, &idle, CLOCK));
    assert_eq!(
        shown.running.as_deref(),
        Some("Fresh tea and cakes, every day")
    );
    assert_eq!(shown.rows[1].trim(), "14:05");
    // One that cannot let it run shows what has room.
    let still = DisplaySetup {
        display: Display::preset(CommandSet::EscPos),
        ..display
    };
    let shown = preview(&still, &screen(&still, &idle, CLOCK));
    assert_eq!(shown.running, None);
    assert_eq!(shown.rows[0].trim(), "Fresh tea and cakes,");
}

#[test]
fn samples_have_an_amount_in_every_currency() {
    for (code, minor) in [("CNY", 1280), ("JPY", 1280), ("KWD", 12_800)] {
        let currency = Currency::new(code).expect(code);
        let Message::Received { amount, .. } =
            sample(DisplaySample::Reported, Language::English, currency, None)
        else {
            panic!("a payment");
        };
        assert_eq!(amount.minor(), minor, "{code}");
    }
}
