//! Receipts as pictures: the printer's bytes are read back and drawn as a printer would, for a person to look at.
//! The pictures lie below `target/tmp/receipts`. Codes on them are read by a reader that knows nothing of ours.

#![cfg(feature = "system-font")]
#![allow(clippy::unwrap_used, reason = "a panic is the report of a test")]

use devices::printer::{
    bitmap::{Bitmap, Grey},
    escpos::{self, Extras, Hand, Typeface},
    font::SystemFont,
    paper::{Item, Paper},
    profile::Preset,
    receipt::{
        Align, CashLine, Closing, Head, PlatformTotal, Receipt, Slip, closing, slip,
        words::PaperLanguage,
    },
};
use domain::{Currency, Kind, Money, Trust};
use std::{fs, path::PathBuf};

const LINK: &str = "https://pay.example/12";

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).unwrap()
}

fn payment(chinese: bool, trust: Trust, long: bool) -> Receipt {
    let (shop, words, platform, collector) = match (chinese, long) {
        (true, false) => ("老王牛肉面", "壹仟贰佰捌拾元整", "微信支付", "李娜"),
        (true, true) => (
            "北京市朝阳区老王家祖传手工牛肉拉面馆（国贸店）",
            "壹仟贰佰捌拾元整",
            "中国银联云闪付（手机闪付）聚合收款码",
            "欧阳娜娜·阿不都热合曼·买买提艾力",
        ),
        (false, false) => (
            "Corner Café",
            "one thousand two hundred and eighty yuan",
            "WeChat Pay",
            "Li Na",
        ),
        (false, true) => (
            "The Old Corner Café and Bakery of Messrs. Featherstonehaugh & Sons",
            "one thousand two hundred and eighty yuan",
            "UnionPay QuickPass by way of an aggregator's code",
            "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
        ),
    };
    let head = Head {
        shop,
        logo: !long,
        language: if chinese {
            PaperLanguage::ZhCn
        } else {
            PaperLanguage::En
        },
        copy: long.then_some(1),
        foot: if chinese {
            "谢谢惠顾，欢迎再来"
        } else {
            "Thank you!"
        },
    };
    let it = Slip {
        kind: Kind::Payment,
        test: false,
        trust,
        amount: Some(money(128_000)),
        in_words: words,
        at: "2026-11-22 14:03:09",
        platform,
        number: Some(12),
        order: Some("4200001234567890123456789012"),
        barcode: true,
        collector: Some(collector),
        link: Some(LINK),
    };
    slip(&head, &it)
}

fn day(language: PaperLanguage, shop: &str, names: [&str; 2]) -> Receipt {
    let platforms = names.map(|name| PlatformTotal {
        name,
        payments: 41,
        received: money(128_050),
        refunds: 1,
        refunded: money(2_000),
    });
    let cash = [("100 x 3", 30_000), ("50 x 1", 5_000)].map(|(what, minor)| CashLine {
        what,
        amount: money(minor),
    });
    let head = Head {
        shop,
        language,
        ..Head::default()
    };
    let day = Closing {
        day: "2026-11-22",
        printed: "2026-11-22 22:10",
        by: Some("Li Na"),
        platforms: &platforms,
        totals: &[money(252_100)],
        reported: &[money(1_250)],
        without_amount: 2,
        cash: &cash,
        drawer: Some((money(35_100), money(35_000))),
    };
    closing(&head, &day)
}

/// A bell, as far as a ramp of greys in a circle is one.
fn logo() -> Grey {
    let shade = |i: usize| {
        let (x, y) = ((i % 120) as i32 - 60, (i / 120) as i32 - 60);
        if x * x + y * y < 3600 {
            (y + 60) as u8 * 2
        } else {
            255
        }
    };
    Grey::new(120, 120, (0..120 * 120).map(shade).collect()).unwrap()
}

/// The paper as dots. A letter has twelve by twenty-four of them, a Chinese one twice the width.
fn drawn(paper: &Paper, font: &mut SystemFont) -> Bitmap {
    let cell = paper.dots / paper.columns;
    let mut whole = Bitmap::white(paper.dots, 4_000);
    let mut y = 16;
    for item in &paper.items {
        match item {
            Item::Line { spans, .. } => {
                let tall = spans.iter().map(|span| span.look.tall).max().unwrap_or(1);
                for span in spans {
                    let mut x = span.column * cell;
                    for letter in span.text.chars() {
                        let cells = if letter.is_ascii() || (letter as u32) < 0x2000 {
                            1
                        } else {
                            2
                        };
                        let (wide, tall) =
                            (usize::from(span.look.wide), usize::from(span.look.tall));
                        let glyph = glyph(letter, span.look.bold, cells * cell, font);
                        for (down, row) in (0..glyph.rows() * tall).map(|d| (d, d / tall)) {
                            for across in 0..cells * cell * wide {
                                if glyph.is_black(across / wide, row) {
                                    whole.blacken(x + across, y + down);
                                }
                            }
                        }
                        x += cells * cell * wide;
                    }
                }
                y += 30 * usize::from(tall);
            }
            Item::Picture { dots } => {
                whole.stamp(dots, 0, y);
                y += dots.rows();
            }
            Item::Feed { lines } => y += 30 * usize::from(*lines),
            Item::Barcode { .. } => y += 100,
            _ => {}
        }
    }
    let mut cut = Bitmap::white(paper.dots, y + 16);
    cut.stamp(&whole, 0, 0);
    cut
}

/// A letter in the middle of its cell, made narrower where it is wider.
fn glyph(letter: char, bold: bool, width: usize, font: &mut SystemFont) -> Bitmap {
    let hand = Hand {
        height: 20,
        bold,
        align: Align::Left,
    };
    let drawn = font.draw(&letter.to_string(), hand, 100);
    let ink = drawn.ink_width().max(1);
    let margin = width.saturating_sub(ink) / 2;
    let mut cell = Bitmap::white(width, drawn.rows());
    for (x, y) in (0..ink).flat_map(|x| (0..drawn.rows()).map(move |y| (x, y))) {
        if drawn.is_black(x, y) {
            cell.blacken(margin + x * width.min(ink) / ink, y);
        }
    }
    cell
}

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("receipts");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn save(name: &str, dots: &Bitmap) {
    let file = fs::File::create(folder().join(format!("{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(file, dots.width() as u32, dots.rows() as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let shades: Vec<u8> = (0..dots.rows())
        .flat_map(|y| (0..dots.width()).map(move |x| (x, y)))
        .map(|(x, y)| if dots.is_black(x, y) { 0 } else { 255 })
        .collect();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&shades).unwrap();
}

fn codes(dots: &Bitmap) -> Vec<String> {
    let shade = |x, y| if dots.is_black(x, y) { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(dots.width(), dots.rows(), shade);
    picture
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn receipts_to_look_at() {
    use Preset as P;
    let mut font = SystemFont::find().expect("this system has fonts");
    let (zh, en) = (PaperLanguage::ZhCn, PaperLanguage::En);
    for (name, preset, receipt) in [
        (
            "zh-58-reported",
            P::Chinese58,
            payment(true, Trust::Reported, false),
        ),
        (
            "zh-58-long",
            P::Chinese58,
            payment(true, Trust::Confirmed, true),
        ),
        (
            "zh-80-confirmed",
            P::Chinese80,
            payment(true, Trust::Confirmed, false),
        ),
        (
            "zh-58-drawn",
            P::Drawn58,
            payment(true, Trust::Reported, true),
        ),
        (
            "zh-80-mixed",
            P::Western80,
            payment(true, Trust::Reported, false),
        ),
        (
            "en-58-confirmed",
            P::Western58,
            payment(false, Trust::Confirmed, false),
        ),
        (
            "en-80-reported",
            P::Western80,
            payment(false, Trust::Reported, true),
        ),
        (
            "en-58-drawn",
            P::Drawn58,
            payment(false, Trust::Reported, true),
        ),
        (
            "zh-58-closing",
            P::Chinese58,
            day(zh, "老王牛肉面", ["微信支付", "支付宝"]),
        ),
        (
            "en-80-closing",
            P::Western80,
            day(en, "Corner Café", ["WeChat Pay", "Alipay"]),
        ),
    ] {
        prove(name, preset, &receipt, &mut font);
    }
}

/// Everything on it is known, its code can be read, and it is drawn for a person.
fn prove(name: &str, preset: Preset, receipt: &Receipt, font: &mut SystemFont) {
    let logo = logo();
    let profile = preset.profile();
    let extras = Extras {
        logo: Some(&logo),
        typeface: Some(&mut *font),
    };
    let bytes = escpos::bytes(receipt, &profile, extras);
    fs::write(folder().join(format!("{name}.bin")), &bytes).unwrap();
    let paper = Paper::read(&bytes, &profile);
    let odd = |item: &&Item| matches!(item, Item::Odd { .. } | Item::CutOff);
    assert_eq!(paper.items.iter().find(odd), None, "{name}");
    let picture = drawn(&paper, font);
    save(name, &picture);
    if !profile.draws_qr && !name.ends_with("closing") {
        assert_eq!(codes(&picture), [LINK], "{name}");
    }
}

/// No system is without digits.
#[test]
fn letters_come_from_the_systems_fonts() {
    let mut font = SystemFont::find().expect("this system has fonts");
    let hand = |align| Hand {
        height: 24,
        bold: false,
        align,
    };
    let left = font.draw("12.50", hand(Align::Left), 384);
    let right = font.draw("12.50", hand(Align::Right), 384);
    assert!(
        (30..150).contains(&left.ink_width()),
        "{}",
        left.ink_width()
    );
    assert!(
        (375..=384).contains(&right.ink_width()),
        "{}",
        right.ink_width()
    );
    assert_eq!(left.rows(), 30);
    // A word without an end is broken, and nothing is drawn beyond the paper.
    let long = font.draw(&"x".repeat(200), hand(Align::Left), 384);
    assert!(long.rows() > 90 && long.width() == 384);
}
