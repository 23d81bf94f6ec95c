//! What may be in a display's settings, and that they come back from the file.
#![allow(clippy::too_many_lines, reason = "a table is as long as its cases")]

use super::*;
use crate::settings::{Settings, customer::CustomerSettings, file};
use devices::{
    display::{CommandSet, Template},
    port::{Flow, Parity},
};

fn display(id: &str) -> DisplaySetup {
    DisplaySetup {
        id: id.to_owned(),
        name: "柜台 1".to_owned(),
        on: true,
        address: format!("serial:/dev/ttyUSB{id}"),
        line: None,
        display: Display::preset(CommandSet::EscPos),
        language: Language::ChineseSimplified,
        texts: DisplayTexts::default(),
        shows: DisplayShows::default(),
    }
}

#[test]
fn fields_are_checked() {
    type Change = fn(&mut DisplaySetup);
    let cases: [(Change, Option<&str>); 26] = [
        (|_| {}, None),
        (|d| d.id.clear(), Some("displays.id")),
        (|d| d.id = "a".repeat(37), Some("displays.id")),
        (|d| d.id = "Ä".to_owned(), Some("displays.id")),
        (|d| d.name = " ".to_owned(), Some("displays.name")),
        (|d| d.name = "长".repeat(61), Some("displays.name")),
        (|d| d.name = "a\u{7}".to_owned(), Some("displays.name")),
        (|d| d.address = "COM3".to_owned(), Some("displays.address")),
        (
            |d| d.address = "tcp:host".to_owned(),
            Some("displays.address"),
        ),
        (|d| d.address = "tcp:192.168.1.20:9100".to_owned(), None),
        (|d| d.line = Some(Line::default()), None),
        (
            |d| {
                d.line = Some(Line {
                    baud: 0,
                    ..Line::default()
                })
            },
            Some("displays.line"),
        ),
        (
            |d| {
                d.line = Some(Line {
                    data_bits: 9,
                    ..Line::default()
                })
            },
            Some("displays.line"),
        ),
        (
            |d| {
                d.line = Some(Line {
                    stop_bits: 3,
                    ..Line::default()
                })
            },
            Some("displays.line"),
        ),
        (
            |d| {
                d.line = Some(Line {
                    byte_pause_ms: 201,
                    ..Line::default()
                })
            },
            Some("displays.line"),
        ),
        (
            |d| {
                d.line = Some(Line {
                    chunk: 0,
                    ..Line::default()
                })
            },
            Some("displays.line"),
        ),
        (|d| d.display.rest_ms = 1_001, Some("displays.display")),
        (
            |d| {
                let before = vec![0; 257];
                d.display.template = Some(Template {
                    before,
                    ..Template::default()
                });
            },
            Some("displays.display"),
        ),
        (|d| d.texts.idle = Some("a\nb\nc\nd".to_owned()), None),
        (
            |d| d.texts.idle = Some("a\nb\nc\nd\ne".to_owned()),
            Some("displays.texts"),
        ),
        (
            |d| d.texts.idle = Some("a\tb".to_owned()),
            Some("displays.texts"),
        ),
        (|d| d.texts.thanks = Some(String::new()), None),
        (
            |d| d.texts.reported = Some(" ".to_owned()),
            Some("displays.texts"),
        ),
        (
            |d| {
                d.texts.received = Some("OK".to_owned());
                d.texts.reported = Some("OK".to_owned());
            },
            Some("displays.texts"),
        ),
        (
            |d| d.texts.refund = Some("a\nb".to_owned()),
            Some("displays.texts"),
        ),
        (
            |d| d.texts.to_pay = Some("x".repeat(41)),
            Some("displays.texts"),
        ),
    ];
    for (change, field) in cases {
        let mut one = display("1");
        change(&mut one);
        let settings = Settings {
            displays: vec![one],
            ..Settings::default()
        };
        let found = settings.check().err().and_then(|error| error.field);
        assert_eq!(found.as_deref(), field, "{:?}", settings.displays);
    }
}

#[test]
fn displays_do_not_share_a_name_or_a_port() {
    let many = |count: usize| (0..count).map(|id| display(&id.to_string())).collect();
    let off = DisplaySetup {
        on: false,
        address: display("1").address,
        ..display("2")
    };
    let same_port = DisplaySetup {
        on: true,
        ..off.clone()
    };
    let table: [(Vec<DisplaySetup>, Option<&str>); 5] = [
        (many(DISPLAYS_MAX), None),
        (many(DISPLAYS_MAX + 1), Some("displays")),
        (vec![display("1"), display("1")], Some("displays.id")),
        (vec![display("1"), same_port], Some("displays.address")),
        (vec![display("1"), off], None),
    ];
    for (displays, fault) in table {
        assert_eq!(super::fault(&displays), fault, "{displays:?}");
    }
}

#[test]
fn what_the_customer_is_shown_is_checked() {
    type Change = fn(&mut CustomerSettings);
    let cases: [(Change, Option<&str>); 7] = [
        (|c| c.code = Some("wxp://f2f0".to_owned()), None),
        (|c| c.code = Some(String::new()), Some("customer.code")),
        (
            |c| c.code = Some("a\u{2}".to_owned()),
            Some("customer.code"),
        ),
        (|c| c.code = Some("x".repeat(1001)), Some("customer.code")),
        (|c| c.payee = Some(" ".to_owned()), Some("customer.payee")),
        (
            |c| c.received_seconds = 2,
            Some("customer.received_seconds"),
        ),
        (
            |c| c.received_seconds = 61,
            Some("customer.received_seconds"),
        ),
    ];
    for (change, field) in cases {
        let mut settings = Settings::default();
        change(&mut settings.customer);
        let found = settings.check().err().and_then(|error| error.field);
        assert_eq!(found.as_deref(), field, "{:?}", settings.customer);
    }
}

#[test]
fn a_display_comes_back_from_the_file_and_what_an_older_version_wrote_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut whole = display("1");
    whole.line = Some(Line {
        baud: 2400,
        parity: Parity::Odd,
        flow: Flow::Hardware,
        ..Line::default()
    });
    whole.display.set = CommandSet::QrTemplate;
    whole.display.template = Some(Template {
        before: vec![2, 0xf2],
        ..Template::default()
    });
    whole.texts.idle = Some("欢迎\n光临".to_owned());
    whole.shows.idle = IdleShows::Clock;
    let settings = Settings {
        displays: vec![whole, display("2")],
        ..Settings::default()
    };
    file::save(dir.path(), &settings).unwrap();
    assert_eq!(file::load(dir.path()).unwrap().settings, settings);

    let short = r#"{"displays": [{"id": "1", "name": "A", "on": true, "address": "serial:COM3",
        "display": {"set": "led8", "geometry": {"columns": 8, "rows": 1}, "page": "ascii"}}]}"#;
    std::fs::write(dir.path().join("settings.json"), short).unwrap();
    let read = file::load(dir.path()).unwrap().settings.displays;
    assert_eq!(read[0].line().baud, 2400);
    assert_eq!(read[0].shows, DisplayShows::default());
    assert_eq!(read[0].language, Language::English);
}
