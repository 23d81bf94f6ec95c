//! What customers read, on every size of display.

#![allow(clippy::too_many_lines, reason = "a table is told whole")]

use super::*;
use crate::display::{
    Ability, CommandSet, Display, Template,
    decode::{Decoder, Drawn, Shown},
    words::Language,
};
use crate::queue::script::Step;
use domain::Currency;
use proptest::prelude::*;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::new(code).expect(code)).expect("in range")
}

/// What a customer reads on a display of this size.
fn rows(message: &Message, geometry: Geometry, language: Language, set: CommandSet) -> Vec<String> {
    let display = Display {
        geometry,
        ..Display::preset(set)
    };
    let screen = layout(message, geometry, &language.words());
    let mut decoder = Decoder::new(&display);
    for step in display.picture(&screen).first.steps() {
        if let Step::Send(bytes) = step {
            decoder.feed(bytes);
        }
    }
    decoder
        .shown()
        .rows
        .iter()
        .map(|row| row.trim_end().to_owned())
        .collect()
}

#[test]
fn customers_read_what_happened() {
    use CommandSet::{EscPos, Gb18030, Led8};
    use Language::{ChineseSimplified as Zh, English as En, German as De};
    let usd = money(1250, "USD");
    let cny = money(1250, "CNY");
    let clock = Some(Clock { hour: 9, minute: 5 });
    let two = Geometry::TWO_BY_20;
    let pay = Message::ToPay {
        amount: usd,
        qr: None,
    };
    let got = |amount, confirmed| Message::Received { amount, confirmed };
    for (message, geometry, language, set, expected) in [
        (
            Message::Idle { clock: None },
            two,
            En,
            EscPos,
            vec!["      Welcome", ""],
        ),
        (
            Message::Idle { clock },
            two,
            Zh,
            Gb18030,
            vec!["      欢迎光临", "       09:05"],
        ),
        (
            Message::Idle { clock },
            Geometry::ONE_BY_16,
            En,
            EscPos,
            vec!["    Welcome"],
        ),
        (
            Message::Idle { clock },
            Geometry::DIGITS,
            En,
            Led8,
            vec![""],
        ),
        (
            pay.clone(),
            two,
            En,
            EscPos,
            vec!["To pay", "              $12.50"],
        ),
        (
            pay.clone(),
            Geometry::ONE_BY_16,
            En,
            EscPos,
            vec!["To pay    $12.50"],
        ),
        (pay.clone(), Geometry::DIGITS, En, Led8, vec!["    12.50"]),
        (
            got(usd, true),
            two,
            En,
            EscPos,
            vec!["Received      $12.50", "     Thank you"],
        ),
        (
            got(usd, false),
            two,
            En,
            EscPos,
            vec!["Reported      $12.50", ""],
        ),
        (
            got(cny, true),
            two,
            Zh,
            Gb18030,
            vec!["已收款       ￥12.50", "      谢谢惠顾"],
        ),
        (
            Message::Came { confirmed: true },
            two,
            En,
            EscPos,
            vec!["Received", "     Thank you"],
        ),
        (
            Message::Came { confirmed: false },
            two,
            En,
            EscPos,
            vec!["Reported", ""],
        ),
        (
            Message::Change { amount: usd },
            two,
            De,
            EscPos,
            vec!["Ruckgeld", "              $12.50"],
        ),
        (
            Message::Refund { amount: usd },
            Geometry::ONE_BY_20,
            En,
            EscPos,
            vec!["Refund       -$12.50"],
        ),
        (
            Message::Refund { amount: usd },
            Geometry::DIGITS,
            En,
            Led8,
            vec!["   -12.50"],
        ),
    ] {
        assert_eq!(
            rows(&message, geometry, language, set),
            expected,
            "{message:?}"
        );
    }
}

/// What only a phone says is no money yet: where no words fit that say so, nothing may look like "paid".
#[test]
fn what_is_only_reported_lights_no_lamp_and_draws_no_success() {
    let amount = money(1250, "CNY");
    let template = Template {
        paid: vec![0x1b, b'P'],
        clear: vec![0x1b, b'C'],
        ..Template::default()
    };
    let shown = |set, message: &Message| {
        let mut display = Display::preset(set);
        display.template = Some(template.clone());
        let screen = layout(message, display.geometry, &Language::English.words());
        let mut decoder = Decoder::new(&display);
        for step in display.picture(&screen).first.steps() {
            if let Step::Send(bytes) = step {
                decoder.feed(bytes);
            }
        }
        decoder.shown()
    };
    for set in CommandSet::ALL {
        let ability = set.ability();
        let [sure, unsure] = [true, false].map(|confirmed| {
            [
                shown(set, &Message::Received { amount, confirmed }),
                shown(set, &Message::Came { confirmed }),
            ]
        });
        let looks_paid =
            |shown: &Shown| !shown.lamps.is_empty() || shown.picture == Some(Drawn::Paid);
        assert!(!unsure.iter().any(looks_paid), "{set:?} {unsure:?}");
        match ability {
            Ability::Digits => {
                assert!(sure.iter().all(looks_paid), "{set:?}");
                assert_eq!(unsure[0].rows[0].trim(), "12.50", "{set:?}");
            }
            // A Nextion panel has no picture of its own for that.
            Ability::Codes if set != CommandSet::QrNextion => {
                assert!(sure.iter().all(looks_paid), "{set:?}");
            }
            Ability::Codes | Ability::Text => {}
        }
    }
}

#[test]
fn an_order_keeps_its_total_in_the_last_row() {
    let line = |name: &str, quantity, minor| OrderLine {
        name: name.into(),
        quantity,
        amount: money(minor, "EUR"),
    };
    let order = |lines: &[OrderLine]| Message::Order {
        lines: lines.to_vec(),
        total: money(1150, "EUR"),
        qr: None,
    };
    let lines = [
        line("Tea", 1, 250),
        line("Cake", 2, 700),
        line("Crème brûlée with berries", 1, 200),
    ];
    let shown = |lines: &[OrderLine], geometry| {
        rows(
            &order(lines),
            geometry,
            Language::English,
            CommandSet::EscPos,
        )
    };
    assert_eq!(
        shown(&lines, Geometry::TWO_BY_20),
        ["Creme brulee wi 2.00", "Total          11.50"]
    );
    assert_eq!(
        shown(&lines, Geometry::FOUR_BY_20),
        [
            "Tea             2.50",
            "2x Cake         7.00",
            "Creme brulee wi 2.00",
            "Total          11.50"
        ]
    );
    assert_eq!(
        shown(&lines[..1], Geometry::FOUR_BY_20),
        ["Tea             2.50", "", "", "Total          11.50"]
    );
    assert_eq!(shown(&lines, Geometry::ONE_BY_20), ["Total          11.50"]);
}

#[test]
fn idle_words_are_wrapped_and_the_clock_keeps_its_row() {
    let mut words = Language::English.words();
    words.idle = "Corner Shop\nfresh bread every morning".into();
    let clock = Some(Clock {
        hour: 23,
        minute: 59,
    });
    let texts = |geometry, clock| -> Vec<String> {
        layout(&Message::Idle { clock }, geometry, &words)
            .rows
            .into_iter()
            .map(|row| row.text)
            .collect()
    };
    assert_eq!(
        texts(Geometry::FOUR_BY_20, clock),
        ["Corner Shop", "fresh bread every", "morning", "23:59"]
    );
    assert_eq!(texts(Geometry::TWO_BY_20, clock), ["Corner Shop", "23:59"]);
    assert_eq!(
        texts(Geometry::TWO_BY_20, None),
        ["Corner Shop", "fresh bread every"]
    );
    let wrong = Some(Clock {
        hour: 24,
        minute: 0,
    });
    assert_eq!(texts(Geometry::TWO_BY_20, wrong).len(), 2);
    words.idle.clear();
    let screen = layout(&Message::Idle { clock }, Geometry::ONE_BY_16, &words);
    assert_eq!(screen.rows, [Row::centered("23:59")]);
}

#[test]
fn chinese_without_blanks_goes_on_in_the_next_row() {
    let mut words = Language::ChineseSimplified.words();
    words.idle = "欢迎光临小满便利店全场八折起".to_owned();
    let idle = Message::Idle { clock: None };
    let screen = layout(&idle, Geometry::TWO_BY_20, &words);
    let texts: Vec<&str> = screen.rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(texts, ["欢迎光临小满便利店全", "场八折起"]);
    words.idle = "Donaudampfschifffahrtsgesellschaft ahoy".to_owned();
    let screen = layout(&idle, Geometry::TWO_BY_20, &words);
    let texts: Vec<&str> = screen.rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(texts, ["Donaudampfschifffahr", "tsgesellschaft ahoy"]);
}

/// Only what has no room as it stands runs, only where the display has a command for that, and what comes next stands
/// still again.
#[test]
fn a_long_welcome_runs_where_the_display_does_it_itself() {
    let clock = Some(Clock { hour: 9, minute: 5 });
    let mut words = Language::English.words();
    let long = "Welcome to Hill Tea,\nfresh leaves all day";
    for (idle, runs) in [
        ("Welcome", false),
        (long, true),
        (
            "Welcome to Hill Tea, fresh leaves each day and cakes, too",
            false,
        ),
    ] {
        words.idle = idle.to_owned();
        let screen = idle_running(clock, Geometry::TWO_BY_20, &words, 45);
        assert_eq!(screen.is_some(), runs, "{idle}");
    }
    words.idle = long.to_owned();
    assert_eq!(
        idle_running(None, Geometry::TWO_BY_20, &words, 45),
        None,
        "it has room"
    );
    let running = idle_running(clock, Geometry::TWO_BY_20, &words, 45).expect("it runs");
    let mut ran = 0;
    for set in CommandSet::ALL {
        let display = Display {
            geometry: Geometry::TWO_BY_20,
            ..Display::preset(set)
        };
        let mut decoder = Decoder::new(&display);
        let mut show = |screen: &Screen, first: bool| {
            let picture = display.picture(screen);
            let script = if first { picture.first } else { picture.next };
            for step in script.steps() {
                if let Step::Send(bytes) = step {
                    decoder.feed(bytes);
                }
            }
            decoder.shown()
        };
        let shown = show(&running, true);
        let Some(most) = set.runs() else {
            assert_eq!(shown.running, None, "{set:?}");
            continue;
        };
        ran += 1;
        let text: String = long.replace('\n', " ").chars().take(most).collect();
        assert_eq!(shown.running, Some(text), "{set:?}");
        assert_eq!(shown.rows[0].trim(), "", "{set:?}");
        assert_eq!(shown.rows[1].trim(), "09:05", "{set:?}");
        let paid = Message::Received {
            amount: money(1250, "USD"),
            confirmed: true,
        };
        let shown = show(&layout(&paid, Geometry::TWO_BY_20, &words), false);
        assert_eq!(shown.running, None, "{set:?}");
        assert_eq!(shown.rows[0], "Received      $12.50", "{set:?}");
    }
    assert_eq!(ran, 3);
}

proptest! {
    #[test]
    fn no_message_asks_for_more_rows_than_there_are(
        names in prop::collection::vec((".{0,40}", 0..u32::MAX, 0..Money::MAX_MINOR), 0..9),
        total in 0..Money::MAX_MINOR, columns in 1..41_u8, high in 1..5_u8, idle in "(\\PC|\n){0,200}",
    ) {
        let geometry = Geometry::new(columns, high).expect("in range");
        let mut words = Language::Japanese.words();
        words.idle = idle;
        let lines = names
            .into_iter()
            .map(|(name, quantity, minor)| OrderLine { name, quantity, amount: money(minor, "USD") })
            .collect();
        for message in [
            Message::Order { lines, total: money(total, "USD"), qr: None },
            Message::Idle { clock: Some(Clock { hour: 1, minute: 2 }) },
            Message::Idle { clock: None },
        ] {
            prop_assert!(layout(&message, geometry, &words).rows.len() <= geometry.rows());
        }
    }
}
