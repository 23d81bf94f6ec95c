//! Receipts to bytes, and back by the reader that shares no code with the encoder.

use super::*;
use crate::printer::{
    paper::{Item, Paper},
    profile::{Maker, Preset},
    receipt::words::PaperLanguage,
    receipt::{Barcode, Head, Slip, Symbology, slip},
};
use domain::{Currency, Kind, Money, Trust};
use proptest::prelude::*;

/// Draws a block for each letter: enough to see where text stands.
struct Blocks;

impl Typeface for Blocks {
    fn draw(&mut self, text: &str, hand: Hand, width: usize) -> Bitmap {
        let a_line = (width / hand.height).max(1);
        let letters: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
        let lines = letters.len().div_ceil(a_line).max(1);
        let mut bitmap = Bitmap::white(width, lines * hand.line_rows());
        for (i, letter) in letters.iter().enumerate() {
            if *letter != ' ' {
                let (x, y) = (i % a_line * hand.height, i / a_line * hand.line_rows());
                for dot in 0..hand.height {
                    bitmap.blacken(x + dot, y + dot);
                }
            }
        }
        bitmap
    }
}

fn printed(block: Block, profile: &Profile) -> Vec<u8> {
    let blocks = vec![block];
    bytes(&Receipt { blocks }, profile, Extras::default())
}

fn after_start(block: Block, preset: Preset) -> Vec<u8> {
    let start = bytes(&Receipt::default(), &preset.profile(), Extras::default());
    printed(block, &preset.profile())[start.len()..].to_vec()
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).unwrap()
}

#[test]
fn begins_as_the_printer_needs_it() {
    let start = |profile: &Profile| bytes(&Receipt::default(), profile, Extras::default());
    assert_eq!(
        start(&Preset::Chinese58.profile()),
        *b"\x1b\x40\x1b\x52\x00\x1c\x26"
    );
    assert_eq!(
        start(&Preset::Western80.profile()),
        *b"\x1b\x40\x1b\x52\x00\x1c\x2e\x1b\x74\x13"
    );
    for (maker, number) in [(Maker::Epson, 46), (Maker::Zjiang, 73), (Maker::Rongta, 6)] {
        let cyrillic = Profile {
            letters: Letters::Own(CodePage::Cp1251),
            maker,
            ..Profile::default()
        };
        assert_eq!(start(&cyrillic).last(), Some(&number), "{maker:?}");
    }
}

#[test]
fn the_bytes_that_makers_give() {
    let qr = Block::Qr {
        data: "https://pay.example/12".into(),
    };
    let bytes = after_start(qr, Preset::Chinese58);
    let stored = b"\x1d\x28\x6b\x19\x00\x31\x50\x30https://pay.example/12";
    assert!(bytes.windows(stored.len()).any(|w| w == stored));
    // White above and below it.
    assert!(bytes.starts_with(b"\x1b\x61\x01\x1b\x64\x01\x1d\x28\x6b"));
    assert!(bytes.ends_with(b"\x1d\x28\x6b\x03\x00\x31\x51\x30\x1b\x64\x01"));
    for (block, bytes) in [
        (Block::Cut, &b"\x1d\x56\x42\x00"[..]),
        (Block::Drawer, b"\x1b\x70\x00\x19\xfa"),
        (Block::Feed { lines: 2 }, b"\x1b\x64\x02"),
        (Block::Bell, b""),
        (
            Block::Text {
                text: "合计".into(),
                style: Style::default(),
            },
            b"\xba\xcf\xbc\xc6\n",
        ),
    ] {
        assert_eq!(after_start(block, Preset::Chinese80), bytes);
    }
    // Nothing cuts: the last line comes out so far that it can be torn off.
    assert_eq!(after_start(Block::Cut, Preset::Chinese58), *b"\x1b\x64\x04");
}

#[test]
fn it_rings_as_its_bell_is_reached() {
    let table = [
        (Bell::None, DrawerPin::Two, &b""[..], None),
        (Bell::Command, DrawerPin::Two, b"\x1b\x42\x02\x04", None),
        (Bell::Plug, DrawerPin::Two, b"\x1b\x70\x01\x64\xfa", Some(5)),
        (
            Bell::Plug,
            DrawerPin::Five,
            b"\x1b\x70\x00\x64\xfa",
            Some(2),
        ),
    ];
    for (bell, drawer, expected, pin) in table {
        let profile = Profile {
            bell,
            drawer,
            ..Profile::default()
        };
        let receipt = Receipt {
            blocks: vec![Block::Bell],
        };
        let start = bytes(&Receipt::default(), &profile, Extras::default()).len();
        let all = bytes(&receipt, &profile, Extras::default());
        assert_eq!(&all[start..], expected, "{bell:?} {drawer:?}");
        // The drawer stays shut, and previews know the one from the other.
        assert_eq!([2, 5].into_iter().find(|pin| profile.rings_on(*pin)), pin);
    }
}

#[test]
fn barcodes_fit_the_paper_or_are_text() {
    let wechat = "4200001234567890123456789012";
    for (symbology, text, preset, kind) in [
        (
            Symbology::Ean13,
            "4006381333931",
            Preset::Chinese58,
            Some(2),
        ),
        (Symbology::Code39, "A-12", Preset::Chinese58, Some(4)),
        (
            Symbology::Code39,
            "ABCDEFGHIJKLMNOPQRST",
            Preset::Chinese58,
            None,
        ),
        (Symbology::Code128, wechat, Preset::Chinese58, Some(8)),
        (Symbology::Code128, "1234567", Preset::Chinese58, Some(8)),
        (Symbology::Code128, "a{b", Preset::Chinese58, Some(8)),
        (Symbology::Code128, wechat, Preset::Western58, None),
        // Its pairs would ask the printer how it is.
        (Symbology::Code128, "16040216", Preset::Chinese58, None),
    ] {
        let profile = preset.profile();
        let barcode = Block::Barcode(Barcode::new(symbology, text).unwrap());
        let paper = Paper::read(&printed(barcode, &profile), &profile);
        match (&paper.items[..], kind) {
            ([Item::Barcode { kind, data }], Some(expected)) => {
                assert_eq!((*kind, data.as_str()), (expected, text));
            }
            ([Item::Line { .. }], None) => assert_eq!(paper.lines()[0].trim(), text),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_drawn_qr_code_is_read_by_a_reader() {
    for (data, preset) in [
        ("https://pay.example/12", Preset::Western58),
        ("https://pay.example/中文?a=1", Preset::Drawn80),
        (&"x".repeat(200)[..], Preset::Drawn80),
    ] {
        let profile = preset.profile();
        let block = Block::Qr { data: data.into() };
        let paper = Paper::read(&printed(block, &profile), &profile);
        // Bands, one below the other.
        let bands: Vec<&Bitmap> = paper
            .items
            .iter()
            .map(|item| match item {
                Item::Picture { dots } => dots,
                other => panic!("{other:?}"),
            })
            .collect();
        let rows = bands.iter().map(|band| band.rows()).sum();
        let mut whole = Bitmap::white(bands[0].width(), rows);
        let mut y = 0;
        for band in bands {
            assert!(band.width() <= paper.dots);
            whole.stamp(band, 0, y);
            y += band.rows();
        }
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(whole.width(), whole.rows(), |x, y| {
                if whole.is_black(x, y) { 0 } else { 255 }
            });
        let grids = picture.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, data);
    }
    // What is too much for a code that can be read is written out.
    let profile = Preset::Western58.profile();
    let long = "y".repeat(600);
    let block = Block::Qr { data: long.clone() };
    let paper = Paper::read(&printed(block, &profile), &profile);
    assert_eq!(paper.lines().concat(), long);
}

#[test]
fn a_picture_obeys_no_command_hidden_in_its_dots() {
    let mut dots = Bitmap::white(384, 3);
    // 10 14 01 00 01 opens the drawer.
    for (byte, value) in [0x10_u8, 0x14, 0x01, 0x00, 0x01].into_iter().enumerate() {
        for bit in (0..8).filter(|bit| value & (0x80 >> bit) != 0) {
            dots.blacken(byte * 8 + bit, 1);
        }
    }
    let mut press = Press::new(&Preset::Chinese58.profile(), Extras::default());
    press.picture(&dots);
    assert!(!press.out.windows(2).any(|w| w == [0x10, 0x14]));
    assert!(press.out.windows(2).any(|w| w == [0x30, 0x14]));
}

#[test]
fn what_the_printer_lacks_is_drawn_where_somebody_draws() {
    let block = |text: &str| Receipt {
        blocks: vec![Block::Text {
            text: text.into(),
            style: Style::default(),
        }],
    };
    for (text, preset, drawn) in [
        ("Thank you", Preset::Western80, false),
        ("Café ¥5 − “ok”", Preset::Western80, false),
        ("谢谢", Preset::Western80, true),
        ("谢谢", Preset::Chinese80, false),
        ("धन्यवाद", Preset::Chinese80, true),
        ("Thank you", Preset::Drawn58, true),
    ] {
        let profile = preset.profile();
        let extras = Extras {
            typeface: Some(&mut Blocks),
            ..Extras::default()
        };
        let paper = Paper::read(&bytes(&block(text), &profile, extras), &profile);
        let is_drawn = matches!(paper.items[..], [Item::Picture { .. }, ..]);
        assert_eq!(is_drawn, drawn, "{text} on {preset:?}");
        // Nobody draws: plain letters, never garbage.
        let plain = Paper::read(&bytes(&block(text), &profile, Extras::default()), &profile);
        assert!(!plain.lines().concat().contains('\u{fffd}'), "{text}");
    }
}

#[test]
fn a_drawn_pair_keeps_its_right_side_whole() {
    let profile = Preset::Drawn58.profile();
    for (left, right) in [
        ("Tea", "12.50"),
        (&"long ".repeat(20)[..], "12.50"),
        ("No", &"9".repeat(14)[..]),
    ] {
        let receipt = Receipt {
            blocks: vec![Block::Pair {
                left: left.into(),
                right: right.into(),
                bold: false,
            }],
        };
        let extras = Extras {
            typeface: Some(&mut Blocks),
            ..Extras::default()
        };
        let paper = Paper::read(&bytes(&receipt, &profile, extras), &profile);
        let letters: usize = paper
            .items
            .iter()
            .map(|item| match item {
                Item::Picture { dots } => (0..dots.rows())
                    .map(|y| (0..dots.width()).filter(|x| dots.is_black(*x, y)).count())
                    .sum::<usize>(),
                other => panic!("{other:?}"),
            })
            .sum();
        let meant = left
            .chars()
            .chain(right.chars())
            .filter(|c| *c != ' ')
            .count();
        assert_eq!(letters, meant * 24, "{left} {right}");
    }
}

#[test]
fn a_slip_as_it_stands_on_narrow_paper() {
    let head = Head {
        shop: "老王牛肉面",
        top: "建国路12号\n电话 5550142",
        language: PaperLanguage::ZhCn,
        copy: Some(1),
        foot: "谢谢惠顾",
        ..Head::default()
    };
    let it = Slip {
        kind: Kind::Payment,
        test: false,
        trust: Trust::Reported,
        amount: Some(money(128_000)),
        in_words: "壹仟贰佰捌拾元整",
        at: "2026-11-22 14:03:09",
        platform: "微信支付",
        number: Some(12),
        order: Some("4200001234567890123456789012"),
        barcode: false,
        collector: Some("李娜"),
        link: None,
    };
    let profile = Preset::Chinese58.profile();
    let bytes = bytes(&slip(&head, &it), &profile, Extras::default());
    let rule = "-".repeat(32);
    let expected = [
        "           老王牛肉面",
        "           建国路12号",
        "          电话 5550142",
        "           收款提示单",
        "          ** 副本 1 **",
        &rule,
        "      ￥1,280.00",
        "        壹仟贰佰捌拾元整",
        &rule,
        "   来自手机通知，平台尚未确认",
        &rule,
        "时间         2026-11-22 14:03:09",
        "支付方式                微信支付",
        "当日序号                      12",
        "订单号",
        "    4200001234567890123456789012",
        "收款人                      李娜",
        &rule,
        "            谢谢惠顾",
    ];
    assert_eq!(Paper::read(&bytes, &profile).lines(), expected);
}

/// Text in many scripts, with whatever a stranger may send.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[一-龥，。]{0,60}",
        "[а-яА-Я ]{0,60}",
        "[\u{900}-\u{97f} ]{0,60}",
        "[ -~]{0,80}",
        "(?s).{0,60}",
    ]
}

proptest! {
    #[test]
    fn whatever_is_said_the_amount_is_whole(
        shop in any_text(), platform in any_text(), order in any_text(), collector in any_text(),
        foot in any_text(), words in any_text(), minor in 1..=Money::MAX_MINOR, code in "CNY|JPY|VND|KWD|INR|XAU",
        refund: bool, reported: bool, chinese: bool, preset in 0..7_usize,
    ) {
        let profile = Preset::ALL[preset].profile();
        let head = Head {
            shop: &shop,
            foot: &foot,
            language: PaperLanguage::ALL[usize::from(chinese)],
            ..Head::default()
        };
        let currency = Currency::new(&code).unwrap();
        let amount = Money::new(minor, currency).unwrap();
        let it = Slip {
            kind: if refund { Kind::Refund } else { Kind::Payment },
            test: false,
            trust: if reported { Trust::Reported } else { Trust::Confirmed },
            amount: Some(amount),
            in_words: &words,
            at: "2026-11-22 14:03:09",
            platform: &platform,
            number: Some(7),
            order: Some(&order),
            barcode: true,
            collector: Some(&collector),
            link: Some("https://pay.example/12"),
        };
        let bytes = bytes(&slip(&head, &it), &profile, Extras::default());
        let paper = Paper::read(&bytes, &profile);
        let lines = paper.lines();
        let digits = amount.display();
        let digits = digits.trim_start_matches(|c: char| !c.is_ascii_digit());
        prop_assert!(lines.iter().any(|line| line.trim_end().ends_with(digits)), "{lines:#?}");
        prop_assert!(lines.iter().any(|line| line.ends_with("2026-11-22 14:03:09")));
        if refund {
            let minus = |line: &String| line.contains('-') && line.ends_with(digits);
            prop_assert!(lines.iter().any(minus));
        }
        for item in &paper.items {
            match item {
                Item::Line { full, spans } => {
                    let end = spans.last().map_or(0, |span| span.column + span.columns);
                    prop_assert!(!full && end <= paper.columns);
                }
                Item::Picture { dots } => prop_assert!(dots.width() <= paper.dots),
                Item::Qr { .. } | Item::Barcode { .. } | Item::Cut | Item::Feed { .. } => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn any_receipt_is_bytes(text in any_text(), right in any_text(), preset in 0..7_usize, drawn: bool) {
        let receipt = Receipt { blocks: vec![
            Block::Text { text: text.clone(), style: Style::default() },
            Block::Figure { text: text.clone() },
            Block::Pair { left: text.clone(), right, bold: true },
            Block::Qr { data: text },
            Block::Logo,
            Block::Cut,
        ]};
        let profile = Preset::ALL[preset].profile();
        let mut blocks = Blocks;
        let typeface: Option<&mut dyn Typeface> = if drawn { Some(&mut blocks) } else { None };
        let bytes = bytes(&receipt, &profile, Extras { typeface, logo: None });
        let paper = Paper::read(&bytes, &profile);
        let odd = |item: &Item| matches!(item, Item::Odd { .. } | Item::CutOff | Item::Drawer { .. } | Item::Asked { .. });
        prop_assert!(!paper.items.iter().any(odd));
    }
}
