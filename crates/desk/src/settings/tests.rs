//! Settings: what may be in them, and that their file survives anything.
#![allow(clippy::too_many_lines, reason = "a table is as long as its cases")]

use super::*;
use file::{load, save};

#[test]
fn printers_are_checked_and_kept() {
    use printers::{ByItself, Logo, PrinterSetup, PrinterTarget, Sheet};
    let system = |name: &str| PrinterTarget::System {
        name: name.to_owned(),
        sheet: Sheet::A4,
    };
    let port = |address: &str| PrinterTarget::Port {
        address: address.to_owned(),
        line: Default::default(),
    };
    let printer = PrinterSetup {
        id: "a-1".to_owned(),
        name: "Till".to_owned(),
        on: true,
        target: port("tcp:192.168.1.20:9100"),
        profile: Default::default(),
        language: Default::default(),
        top: String::new(),
        foot: "Thank you\nSee you soon".to_owned(),
        link: String::new(),
        rows: Default::default(),
        collector: String::new(),
        logo: true,
        copies: 1,
        by_itself: ByItself::default(),
        drawer: false,
        bell: false,
        barcode: false,
    };
    let other = PrinterSetup {
        id: "b".to_owned(),
        ..printer.clone()
    };
    let changed = |change: fn(&mut PrinterSetup)| {
        let mut changed = printer.clone();
        change(&mut changed);
        changed
    };
    let off = PrinterSetup {
        on: false,
        ..other.clone()
    };
    for (printers, field) in [
        (vec![printer.clone()], None),
        (vec![printer.clone(), off], None),
        (vec![printer.clone(), other], Some("printers.target")),
        (vec![printer.clone(), printer.clone()], Some("printers.id")),
        (vec![printer.clone(); 9], Some("printers")),
        (
            vec![changed(|p| p.id = "A".to_owned())],
            Some("printers.id"),
        ),
        (
            vec![changed(|p| p.name = " ".to_owned())],
            Some("printers.name"),
        ),
        (vec![changed(|p| p.copies = 4)], Some("printers.copies")),
        (vec![changed(|p| p.copies = 0)], Some("printers.copies")),
        (
            vec![changed(|p| p.foot = "x\n".repeat(9))],
            Some("printers.foot"),
        ),
        (
            vec![changed(|p| p.profile.columns = 3)],
            Some("printers.profile"),
        ),
        (
            vec![changed(|p| {
                p.by_itself.from = Money::new(-1, domain::Currency::CNY)
            })],
            Some("printers.by_itself"),
        ),
        (
            vec![PrinterSetup {
                target: port("nowhere"),
                ..printer.clone()
            }],
            Some("printers.target"),
        ),
        (
            vec![PrinterSetup {
                target: system("Office\n"),
                ..printer.clone()
            }],
            Some("printers.target"),
        ),
        (
            vec![PrinterSetup {
                target: system("Office"),
                ..printer.clone()
            }],
            None,
        ),
    ] {
        let settings = Settings {
            printers,
            ..Settings::default()
        };
        let found = settings.check().err().and_then(|error| error.field);
        assert_eq!(found.as_deref(), field, "{settings:?}");
    }
    let logo = |width, shades: &str| {
        Some(Logo {
            width,
            height: 1,
            shades: shades.to_owned(),
        })
    };
    for (logo, good) in [
        (logo(3, "AP+A"), true),
        (logo(4, "AP+A"), false),
        (logo(3, "!!!!"), false),
        (logo(385, "AP+A"), false),
    ] {
        let settings = Settings {
            logo,
            ..Settings::default()
        };
        assert_eq!(settings.check().is_ok(), good);
    }
    // What a file of an earlier version lacks is as usual.
    let short =
        r#"{"id": "a", "name": "A", "on": true, "target": {"at": "system", "name": "Office"}}"#;
    let read: PrinterSetup = serde_json::from_str(short).unwrap();
    assert_eq!((read.copies, read.fault()), (1, None));
}

#[test]
fn a_port_is_a_displays_or_a_printers() {
    let address = "serial:COM3";
    let settings = |display_on: bool| -> Settings {
        serde_json::from_value(serde_json::json!({
            "displays": [{
                "id": "d", "name": "Pole", "on": display_on, "address": address, "line": null,
                "display": devices::display::Display::preset(devices::display::CommandSet::EscPos),
            }],
            "printers": [{
                "id": "p", "name": "Till", "on": true,
                "target": printers::PrinterTarget::Port {
                    address: address.to_owned(),
                    line: Default::default(),
                },
            }],
        }))
        .unwrap()
    };
    assert_eq!(settings(false).check(), Ok(()));
    assert_eq!(
        settings(true).check(),
        Err(UiError::invalid("printers.target"))
    );
}

#[test]
fn fields_are_checked() {
    let quiet = |from_minute, to_minute| {
        Some(QuietHours {
            from_minute,
            to_minute,
        })
    };
    type Change = fn(&mut Settings);
    let cases: [(Change, Option<&str>); 12] = [
        (|_| {}, None),
        (|s| s.volume = 101, Some("volume")),
        (|s| s.rate = 49, Some("rate")),
        (|s| s.rate = 200, None),
        (|s| s.card_seconds = 2, Some("card_seconds")),
        (|s| s.card_seconds = 60, None),
        (|s| s.voice = Some(String::new()), Some("voice")),
        (
            |s| s.card_monitor = Some("x".repeat(257)),
            Some("card_monitor"),
        ),
        (
            |s| s.smallest_spoken = Money::new(-1, domain::Currency::CNY),
            Some("smallest_spoken"),
        ),
        (
            |s| _ = s.platform_words.insert(Platform::WECHAT, " ".to_owned()),
            Some("platform_words"),
        ),
        (
            |s| _ = s.platform_words.insert(Platform::WECHAT, "微信".to_owned()),
            None,
        ),
        (
            |s| s.platform_words = BTreeMap::from([(Platform::ALIPAY, "a\nb".to_owned())]),
            Some("platform_words"),
        ),
    ];
    for (change, field) in cases {
        let mut settings = Settings::default();
        change(&mut settings);
        let found = settings.check().err().and_then(|error| error.field);
        assert_eq!(found.as_deref(), field, "{settings:?}");
    }
    for (hours, good) in [
        (quiet(1320, 420), true),
        (quiet(0, 1440), false),
        (quiet(60, 60), false),
    ] {
        assert_eq!(
            Settings {
                quiet_hours: hours,
                ..Settings::default()
            }
            .check()
            .is_ok(),
            good,
            "{hours:?}"
        );
    }
}

#[test]
fn only_differences_are_written_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(load(dir.path()).unwrap().settings, Settings::default());
    let settings = Settings {
        volume: 40,
        language: Some(Language::ZhCn),
        ..Settings::default()
    };
    save(dir.path(), &settings).unwrap();
    let text = std::fs::read_to_string(dir.path().join("settings.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        written,
        serde_json::json!({ "language": "zh-CN", "volume": 40 })
    );
    assert_eq!(load(dir.path()).unwrap().settings, settings);
    save(dir.path(), &Settings::default()).unwrap();
    assert_eq!(load(dir.path()).unwrap().settings, Settings::default());
}

#[test]
fn an_unreadable_file_is_kept_aside() {
    for broken in [
        &b"{ \"volume\": "[..],
        b"\xff\xfe",
        b"[]",
        b"{\"volume\": 250}",
        b"{\"rate\": 3}",
        b"",
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("settings.json"), broken).unwrap();
        let loaded = load(dir.path()).unwrap();
        assert_eq!(loaded.settings, Settings::default());
        let aside = loaded.put_aside.expect("it says where");
        assert_eq!(std::fs::read(aside).unwrap(), broken);
        assert_eq!(load(dir.path()).unwrap().put_aside, None, "said once");
    }
}

#[test]
fn a_file_of_a_newer_version_keeps_what_we_know() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("settings.json"),
        r#"{"volume": 7, "hologram": true}"#,
    )
    .unwrap();
    assert_eq!(
        load(dir.path()).unwrap(),
        file::Loaded {
            settings: Settings {
                volume: 7,
                ..Settings::default()
            },
            put_aside: None,
        }
    );
}
