//! The makers' examples, every command set there and back, any cutting into pieces, and hostile bytes.

#![allow(clippy::too_many_lines, reason = "a table is told whole")]

use super::*;
use crate::{
    display::{Brightness, CodePage, Geometry, Kind, LengthField, Qr, Row, Screen, Template, fit},
    queue::script::{Script, Step},
};
use domain::{Currency, Money};
use proptest::prelude::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.replace([' ', '\n'], "")).expect("hex")
}

fn read(display: &Display, bytes: &[u8]) -> Shown {
    let mut decoder = Decoder::new(display);
    decoder.feed(bytes);
    decoder.shown()
}

fn sent(script: &Script) -> Vec<u8> {
    script
        .steps()
        .iter()
        .flat_map(|step| match step {
            Step::Send(bytes) => bytes.as_slice(),
            _ => &[],
        })
        .copied()
        .collect()
}

const TOTAL: &str = "54 4F 54 41 4C 20 20 20 20 20 20 20 20 20 20 31 32 2E 35 30";
const ROW: &str = "TOTAL          12.50";
const AMOUNT: &str = "               12.50";
const BLANK: &str = "                    ";

#[test]
fn the_makers_examples_show_what_they_say() {
    for (set, hex, upper, lower) in [
        (Set::EscPos, "1B 40 1F 43 00 0C T", ROW, BLANK),
        (
            Set::EscPos,
            "0C 54 4F 54 41 4C 1F 24 10 02 31 32 2E 35 30",
            "TOTAL               ",
            AMOUNT,
        ),
        // A line shared with a printer; a defined character whose dots look like letters; a clock; a real-time command.
        (Set::EscPos, "0C 1B 3D 01 41 42 0A 1B 3D 02 T", ROW, BLANK),
        (
            Set::EscPos,
            "0C 1B 26 01 41 42 05 41 41 41 41 41 02 42 42 T",
            ROW,
            BLANK,
        ),
        (
            Set::EscPos,
            "0C 1F 28 47 02 00 61 41 10 04 31 1F 54 31 32 1B 57 31 01 31 31 31 31 T",
            ROW,
            BLANK,
        ),
        // Forty letters in one run go over both rows and back to the first cell.
        (Set::EscPos, "0C T T 58", "XOTAL          12.50", ROW),
        (Set::EscPos, "0C 1F 02 T T 58", ROW, "X                   "),
        (Set::Cd5220, "0C 1B 51 41 T 0D", ROW, BLANK),
        (
            Set::Cd5220,
            "0C 1B 51 41 T 0D 1B 51 42 41 0D 58 59 1B 6C 01 01",
            ROW,
            "A                   ",
        ),
        (Set::Cd5220, "0C 1B 73 01 1B 6C 01 02 T", BLANK, ROW),
        (Set::Utc, "1F 11 14 10 00 T", ROW, BLANK),
        (
            Set::Utc,
            "1F 11 10 27 58 10 28 59",
            "Y                   ",
            "                   X",
        ),
        (
            Set::Utc,
            "1F 11 41 42 08 1B 64 58 1B 75 42 43 0D",
            "A                   ",
            "C                   ",
        ),
        (Set::UtcEnhanced, "1B 75 41 T 0D", ROW, BLANK),
        (
            Set::UtcEnhanced,
            "58 1B 75 48 7E 7E 0D 7E 7E 49 T T 0D",
            ROW,
            ROW,
        ),
        (Set::Aedex, "21 23 31 T 0D", ROW, BLANK),
        (Set::Aedex, "58 21 23 38 20 20 0D 20 20 39 T T 0D", ROW, ROW),
        (Set::Aedex, "21 23 39 T T 0D", ROW, ROW),
        // What tills send: all forty letters in one run, row by row, and after the command that chooses the set.
        (
            Set::EscPos,
            "1B 40 1B 3D 02 1B 74 13 1F 43 00 0C 0B 1B 3D 02 0C 0B T T",
            ROW,
            ROW,
        ),
        (Set::EscPos, "1F 43 00 0C T 1F 24 01 02 T", ROW, ROW),
        (
            Set::EscPos,
            "02 05 43 31 03 02 05 54 01 03 0C T",
            ROW,
            BLANK,
        ),
        (
            Set::Adm787,
            "0C 0E 54 4F 54 41 4C 0D 0F 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 31 32 2E 35 30 0D",
            "TOTAL               ",
            AMOUNT,
        ),
        (
            Set::Adm787,
            "0C 1F 31 32 2E 35 30 1E 41",
            BLANK,
            "A           12.50   ",
        ),
        (
            Set::Dsp800,
            "04 01 43 31 58 17 04 01 50 31 17 T",
            ROW,
            BLANK,
        ),
        (
            Set::Dsp800,
            "04 01 53 41 42 43 17 04 01 50 45 17 T",
            BLANK,
            ROW,
        ),
        (Set::LogicControls, "1F 11 14 10 00 T", ROW, BLANK),
        (
            Set::LogicControls,
            "1F 11 03 41 42 42 42 42 42 10 00 T",
            ROW,
            BLANK,
        ),
        (Set::SurePos, "00 01 02 00 11 14 10 00 T 10 14 T", ROW, ROW),
        (Set::Ncr, "1B 02 T", ROW, BLANK),
        (
            Set::Ncr,
            "1B 02 54 4F 54 41 4C 1B 13 23 31 32 2E 35 30",
            "TOTAL               ",
            AMOUNT,
        ),
        (Set::Ba63, "1B 5B 32 4A 1B 5B 31 3B 31 48 T", ROW, BLANK),
        (
            Set::Ba63,
            "T 1B 5B 31 3B 36 48 1B 5B 4B",
            "TOTAL               ",
            BLANK,
        ),
        (
            Set::Ba63Hid,
            "02 00 14 T 00 00 00 00 00 00 00 00 00",
            ROW,
            BLANK,
        ),
        (
            Set::Gb18030,
            "0C BA CF BC C6 20 20 20 20 20 20 20 20 20 20 20 31 32 2E 35 30",
            "合计           12.50",
            BLANK,
        ),
        (
            Set::Gb18030Rows,
            "0C 1B 51 42 BB B6 D3 AD B9 E2 C1 D9 A3 BA 0D",
            BLANK,
            "欢迎光临：          ",
        ),
    ] {
        let shown = read(&Display::preset(set), &bytes(&hex.replace('T', TOTAL)));
        assert_eq!(shown.rows, [upper, lower], "{set:?} {hex}");
    }
}

#[test]
fn the_words_that_chinese_tills_send() {
    for (hex, word) in [
        ("BACF BCC6", "合计"),
        ("D7DC BCC6", "总计"),
        ("D3A6 CAD5", "应收"),
        ("CAB5 CAD5", "实收"),
        ("CAD5 BFEE", "收款"),
        ("D5D2 C1E3", "找零"),
        ("B5A5 BCDB", "单价"),
        ("D0A1 BCC6", "小计"),
        ("BBB6 D3AD B9E2 C1D9", "欢迎光临"),
        ("D0BB D0BB", "谢谢"),
        ("A3BA", "："),
    ] {
        let shown = read(
            &Display::preset(Set::Gb18030),
            &bytes(&format!("0C {hex} 31")),
        );
        assert_eq!(shown.rows[0].trim_end(), format!("{word}1"));
        // And we send the same bytes.
        let picture = Display::preset(Set::Gb18030).picture(&Screen {
            rows: vec![Row::text(word)],
            ..Screen::default()
        });
        let letters = bytes(hex);
        let sent = sent(&picture.first);
        assert!(
            sent.windows(letters.len()).any(|part| part == letters),
            "{word}"
        );
    }
}

#[test]
fn digits_and_lamps_of_all_variants() {
    for (set, hex, digits, lamps) in [
        (
            Set::Led8,
            "1B 73 32  1B 51 41 31 32 2E 35 30 0D",
            "    12.50",
            &[Lamp::Total][..],
        ),
        (
            Set::Led8,
            "1B 51 41 31 32 2E 35 30 0D  1B 73 32",
            "    12.50",
            &[Lamp::Total],
        ),
        (
            Set::Led8Bare,
            "31 32 2E 35 30 0D  1B 73 32",
            "    12.50",
            &[Lamp::Total],
        ),
        (
            Set::Led8Binary,
            "1B 73 02  1B 51 41 31 32 2E 35 30 0D",
            "    12.50",
            &[Lamp::Total],
        ),
        (
            Set::Led8Stx,
            "02 4C 30 31 30 30  1B 51 41 31 32 2E 35 30 0D",
            "    12.50",
            &[Lamp::Total],
        ),
        (
            Set::Led8Stx,
            "02 4C 31 31 31 31 02 42 30",
            "        ",
            &[Lamp::Price, Lamp::Total, Lamp::Paid, Lamp::Change],
        ),
        (
            Set::Led8Cd7110,
            "1B 73 03 01 1B 73 01 01 1B 51 41 2D 31 0D",
            "      -1",
            &[Lamp::Total, Lamp::Thanks],
        ),
        (Set::Led8Cd7110, "1B 73 03 01 1B 73 03 00", "        ", &[]),
        (
            Set::Led8LampDigit,
            "33 1B 51 41 35 0D",
            "       5",
            &[Lamp::Paid],
        ),
        (
            Set::Led8,
            "1B 51 41 31 2E 32 2E 33 2E 34 2E 35 2E 36 2E 37 2E 38 0D",
            "1.2.3.4.5.6.7.8",
            &[],
        ),
        (
            Set::Led8,
            "1B 51 41 31 32 0D 1B 51 41 31 32 33 34 35 36 37 38 39 0D",
            "      12",
            &[],
        ),
        (
            Set::Led8,
            "1B 51 41 31 32 0D 1B 51 41 41 42 0D",
            "      12",
            &[],
        ),
        (
            Set::Led8,
            "1B 51 41 31 32 0D 1B 73 34 0C",
            "        ",
            &[Lamp::Change],
        ),
        (
            Set::Led8,
            "1B 51 41 31 32 0D 1B 73 34 1B 40",
            "        ",
            &[],
        ),
        (
            Set::Led8Binary,
            "1B 73 03 1F 50 01",
            "        ",
            &[Lamp::Paid, Lamp::Thanks],
        ),
    ] {
        let shown = read(&Display::preset(set), &bytes(hex));
        assert_eq!(shown.rows, [digits], "{set:?} {hex}");
        assert_eq!(shown.lamps, lamps, "{set:?} {hex}");
    }
}

#[test]
fn boxes_that_draw_codes() {
    let code = "0123456789abcdefghijkl";
    let qr = |text: &str| Some(text.to_owned());
    for (set, bytes, code, picture) in [
        (
            Set::QrMertech,
            [&[2, 0xf2, 2, 0, 0x16], code.as_bytes(), &[2, 0xf2, 3]].concat(),
            qr(code),
            None,
        ),
        (
            Set::QrMertech,
            b"\x02\xf0\x03CLS\x03".to_vec(),
            None,
            Some(Drawn::Idle),
        ),
        (
            Set::QrMertech,
            b"\x02\xf0\x03correct\x03".to_vec(),
            None,
            Some(Drawn::Paid),
        ),
        (
            Set::QrMertech,
            b"\x02\xf0\x03mistake\x03".to_vec(),
            None,
            Some(Drawn::Failed),
        ),
        (
            Set::QrBonrix,
            b"WelcomeScreen**".to_vec(),
            None,
            Some(Drawn::Idle),
        ),
        (
            Set::QrBonrix,
            b"WelcomeScreen**DisplayQRCodeScreen**upi://pay?pa=a@b**12.50**a@b".to_vec(),
            qr("upi://pay?pa=a@b"),
            None,
        ),
        (
            Set::QrBonrix,
            b"DisplaySuccessQRCodeScreen**1**2**3\r\n".to_vec(),
            None,
            Some(Drawn::Paid),
        ),
        (
            Set::QrNextion,
            b"qr0.txt=\"https://p/1\"\xff\xff\xff".to_vec(),
            qr("https://p/1"),
            None,
        ),
    ] {
        let shown = read(&Display::preset(set), &bytes);
        assert_eq!((shown.qr, shown.picture), (code, picture), "{set:?}");
    }
}

#[test]
fn what_is_set_up_once_is_not_sent_again() {
    let mut display = Display::preset(Set::EscPos);
    display.page = CodePage::Cp858;
    display.brightness = Some(Brightness::Medium);
    let screen = Screen {
        rows: vec![Row::text("Café 5 €")],
        ..Screen::default()
    };
    let picture = display.picture(&screen);
    let mut decoder = Decoder::new(&Display::preset(Set::EscPos));
    decoder.feed(&sent(&picture.first));
    assert_eq!(decoder.shown().rows[0], "Café 5 €            ");
    assert_eq!(decoder.shown().brightness, Some(60));
    let next = sent(&picture.next);
    for once in [&[0x0c][..], &[0x1b, b'@'], &[0x1b, b't'], &[0x1f, b'X']] {
        assert!(!next.windows(once.len()).any(|window| window == once));
    }
}

#[test]
fn rests_stand_between_commands() {
    let mut display = Display::preset(Set::Led8);
    display.rest_ms = 150;
    let screen = Screen {
        kind: Kind::Paid,
        amount: Money::new(1250, Currency::CNY),
        ..Screen::default()
    };
    let millis = |ms| Step::Rest(std::time::Duration::from_millis(ms));
    let picture = display.picture(&screen);
    assert_eq!(
        picture.first.steps(),
        [
            Step::Send(vec![0x1b, b'@']),
            millis(150),
            Step::Send(vec![0x1b, b's', b'3']),
            millis(150),
            Step::Send(b"\x1bQA12.50\r".to_vec()),
            millis(150),
        ]
    );
    display.rest_ms = 0;
    let picture = display.picture(&screen);
    assert_eq!(picture.first.steps()[1], millis(100));
    assert_eq!(
        picture.next.steps(),
        [Step::Send(b"\x1bs3\x1bQA12.50\r".to_vec())]
    );
}

#[test]
fn the_usb_model_gets_whole_reports() {
    let display = Display::preset(Set::Ba63Hid);
    let screen = Screen {
        rows: vec![Row::text("A"), Row::text("B")],
        ..Screen::default()
    };
    let picture = display.picture(&screen);
    assert_eq!(picture.first.steps().len(), 3);
    for step in picture.first.steps() {
        assert!(matches!(step, Step::Send(report) if report.len() == 32 && report[..2] == [2, 0]));
    }
}

fn templates() -> Vec<Template> {
    let mut all = Vec::new();
    for length in [
        LengthField::None,
        LengthField::Byte,
        LengthField::BigEndian,
        LengthField::LittleEndian,
    ] {
        for after in ["03", ""] {
            all.push(Template {
                before: bytes("02 F2 02"),
                length,
                after: bytes(after),
                paid: bytes("1B 50"),
                clear: bytes("1B 43"),
            });
        }
    }
    all
}

#[test]
fn templates_are_read_back() {
    let mut screen = Screen {
        kind: Kind::AmountToPay,
        qr: Qr::new("https://pay.example/1", ""),
        ..Screen::default()
    };
    for template in templates() {
        let mut display = Display::preset(Set::QrTemplate);
        display.template = Some(template);
        screen.kind = Kind::AmountToPay;
        let mut decoder = Decoder::new(&display);
        decoder.feed(&sent(&display.picture(&screen).first));
        assert_eq!(decoder.shown().qr.as_deref(), Some("https://pay.example/1"));
        screen.kind = Kind::Paid;
        decoder.feed(&sent(&display.picture(&screen).next));
        assert_eq!(decoder.shown().picture, Some(Drawn::Paid));
        let json = serde_json::to_string(&display).expect("json");
        assert_eq!(
            serde_json::from_str::<Display>(&json).expect("back"),
            display
        );
    }
}

#[test]
fn a_set_list_is_complete() {
    let mut names: Vec<String> = Set::ALL
        .iter()
        .map(|set| serde_json::to_string(set).expect("json"))
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 25);
    for set in Set::ALL {
        assert!(set.geometry().rows() <= set.most_rows(), "{set:?}");
    }
}

prop_compose! {
    fn screens()(
        kind in prop::sample::select(vec![
            Kind::Idle, Kind::Price, Kind::AmountToPay, Kind::Paid, Kind::Reported, Kind::Change, Kind::Refund,
        ]),
        minor in proptest::option::of(-Money::MAX_MINOR..=Money::MAX_MINOR),
        small in proptest::option::of(-99_999_i64..=999_999),
        currency in prop::sample::select(vec!["CNY", "USD", "EUR", "JPY", "KWD", "INR"]),
        texts in prop::collection::vec((".{0,30}", any::<bool>(), any::<bool>()), 0..5),
        code in proptest::option::of("[ -~]{1,300}"),
        running in proptest::option::of("\\PC{0,60}"),
    ) -> Screen {
        let amount = small.or(minor).and_then(|minor| Money::new(minor, Currency::new(currency)?));
        Screen {
            kind,
            amount,
            rows: texts
                .into_iter()
                .map(|(text, centered, with)| Row { text, centered, amount: amount.filter(|_| with) })
                .collect(),
            qr: code.and_then(|code| Qr::new(&code, "Shop")),
            running,
        }
    }
}

prop_compose! {
    fn displays()(
        set in prop::sample::select(Set::ALL.to_vec()),
        geometry in prop::sample::select(vec![
            Geometry::ONE_BY_16, Geometry::ONE_BY_20, Geometry::TWO_BY_16, Geometry::TWO_BY_20, Geometry::FOUR_BY_20,
        ]),
        page in 0..26_usize,
        rest_ms in prop::sample::select(vec![0_u16, 100]),
        template in prop::sample::select(templates()),
    ) -> Display {
        let digits = set.ability() == super::super::Ability::Digits;
        Display {
            set,
            geometry: if digits { Geometry::DIGITS } else { geometry },
            page: CodePage::ALL[page],
            brightness: set.dims().then_some(Brightness::Full),
            rest_ms,
            line_end: rest_ms > 0,
            template: Some(template),
        }
    }
}

/// The letters of a row as the display's own code page has them, by the encoder's cells.
fn expected_rows(display: &Display, screen: &Screen) -> Vec<String> {
    (0..display.geometry.rows())
        .map(|i| {
            let runs = i == 0 && screen.running.is_some() && display.set.runs().is_some();
            let given = screen
                .rows
                .get(i)
                .filter(|_| i < display.set.most_rows() && !runs);
            let mut cells = fit::row(given, display.geometry.columns(), display.page);
            if display.set == Set::Aedex {
                let text = String::from_utf8_lossy(&cells).replace("!#", "! ");
                if display.page == CodePage::Ascii {
                    cells = text.into_bytes();
                }
            }
            let mut text = String::new();
            let mut rest = cells.as_slice();
            while let Some((letter, taken)) = letters::first(display.page, rest) {
                text.push(letter);
                rest = &rest[taken..];
            }
            text
        })
        .collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(|letter| *letter != ' ').collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn every_set_shows_what_was_meant(
        display in displays(), before in screens(), screen in screens(), cuts in prop::collection::vec(1..40_usize, 1..30),
    ) {
        let bytes = [sent(&display.picture(&before).first), sent(&display.picture(&screen).next)].concat();
        let mut decoder = Decoder::new(&display);
        let (mut rest, mut cuts) = (bytes.as_slice(), cuts.into_iter().cycle());
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(cuts.next().unwrap_or(1).min(rest.len()));
            decoder.feed(piece);
            rest = later;
        }
        let shown = decoder.shown();
        prop_assert_eq!(&shown, &read(&display, &bytes), "however it is cut");
        prop_assert!(!shown.cursor);
        match display.set.ability() {
            super::super::Ability::Digits => {
                let digits = screen.amount.map(|amount| fit::digits(amount, 8)).unwrap_or_default();
                prop_assert_eq!(digits_of(&shown.rows[0]), String::from_utf8_lossy(&digits));
                let lamp = match screen.kind {
                    Kind::Idle | Kind::Reported | Kind::Refund => None,
                    Kind::Price => Some(Lamp::Price),
                    Kind::AmountToPay => Some(Lamp::Total),
                    Kind::Paid => Some(Lamp::Paid),
                    Kind::Change => Some(Lamp::Change),
                };
                let lamps: Vec<Lamp> = shown.lamps.into_iter().filter(|lamp| *lamp != Lamp::Thanks).collect();
                prop_assert_eq!(lamps, Vec::from_iter(lamp));
            }
            super::super::Ability::Text => {
                if display.set != Set::Aedex || display.page == CodePage::Ascii {
                    prop_assert_eq!(&shown.rows, &expected_rows(&display, &screen));
                }
                prop_assert!(!shown.rows.concat().contains('\u{fffd}'), "never garbage");
                let runs = screen.running.is_some() && display.set.runs().is_some();
                prop_assert_eq!(shown.running.is_some(), runs);
                prop_assert!(!shown.running.unwrap_or_default().contains('\u{fffd}'), "never garbage");
                if display.set.dims() {
                    prop_assert_eq!(shown.brightness, Some(100));
                }
            }
            super::super::Ability::Codes => {
                let meant = screen.qr.as_ref().filter(|_| screen.kind == Kind::AmountToPay).map(Qr::payload);
                match shown.qr.as_deref() {
                    Some(drawn) => prop_assert_eq!(Some(drawn), meant, "a code as it was meant, or none"),
                    None => {
                        // A Nextion panel has no picture of its own for that.
                        let paid = screen.kind == Kind::Paid && display.set != Set::QrNextion;
                        prop_assert_eq!(shown.picture == Some(Drawn::Paid), paid);
                    },
                }
            }
        }
    }

    #[test]
    fn hostile_bytes_are_bounded(
        display in displays(), bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(vec![0x1b_u8, 0x1f, 0x04, 0x10, 0x02, b'Q', b'&', b'(', 0xff])], 0..6000),
        cut in 1..700_usize,
    ) {
        let mut decoder = Decoder::new(&display);
        for piece in bytes.chunks(cut) {
            decoder.feed(piece);
            prop_assert!(decoder.pending.len() <= 2 * decoder.reader.longest());
        }
        let shown = decoder.shown();
        prop_assert_eq!(&shown, &read(&display, &bytes));
        prop_assert!(shown.rows.iter().all(|row| row.chars().count() <= 2 * display.geometry.columns()));
        prop_assert!(shown.qr.is_none_or(|qr| qr.len() <= 4 * 2048));
    }
}
