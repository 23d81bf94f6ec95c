//! Receipts on paper: our bytes go to a simulated printer that shares no code with us, and readers of codes that others
//! wrote look at what it printed. The pictures lie below `target/tmp/receipts`, for people to look at.

#![cfg(all(unix, feature = "system-font"))]
#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a panic is the report of a test, and a table is told whole"
)]

#[allow(dead_code, unreachable_pub, reason = "other tests need more of it")]
#[path = "simulator/program.rs"]
mod program;

use devices::printer::{
    bitmap::Grey,
    escpos::{self, Extras, Hand, Typeface},
    font::SystemFont,
    paper::{Item, Paper},
    profile::{Letters, Preset},
    receipt::{Align, Head, Receipt, Slip, slip, words::PaperLanguage},
};
use domain::{Currency, Kind, Money, Trust};
use program::Program;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    net::{Shutdown, TcpStream},
    path::{Path, PathBuf},
    process::Command,
};

const LINK: &str = "https://pay.example/12";
const ORDER: &str = "4200001234567890123456789012";

/// What a payment's receipt says, in short and in very long words.
struct Shop {
    name: &'static str,
    platform: &'static str,
    collector: &'static str,
    in_words: &'static str,
    foot: &'static str,
    top: &'static str,
}

const TEA: Shop = Shop {
    name: "老王牛肉面",
    platform: "微信支付",
    collector: "李娜",
    in_words: "壹仟贰佰捌拾元整",
    foot: "谢谢惠顾，欢迎再来",
    top: "北京市朝阳区建国路 12 号\n电话 010-5550142",
};
const LONG_TEA: Shop = Shop {
    name: "北京市朝阳区老王家祖传手工牛肉拉面馆（国贸店）",
    platform: "中国银联云闪付（手机闪付）聚合收款码",
    collector: "欧阳娜娜·阿不都热合曼·买买提艾力",
    ..TEA
};
const CAFE: Shop = Shop {
    name: "Corner Café",
    platform: "WeChat Pay",
    collector: "Li Na",
    in_words: "one thousand two hundred and eighty yuan",
    foot: "Thank you!",
    top: "12 Hill Road, Old Town\nTel. 555 0142",
};
const LONG_CAFE: Shop = Shop {
    name: "The Old Corner Café and Bakery of Messrs. Featherstonehaugh & Sons",
    platform: "UnionPay QuickPass by way of an aggregator's code",
    collector: "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
    ..CAFE
};

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).unwrap()
}

fn payment(
    language: PaperLanguage,
    shop: &Shop,
    trust: Trust,
    kind: Kind,
    copy: Option<u32>,
) -> Receipt {
    let head = Head {
        shop: shop.name,
        top: shop.top,
        logo: copy.is_none(),
        language,
        copy,
        foot: shop.foot,
    };
    let it = Slip {
        kind,
        test: false,
        trust,
        amount: Some(money(128_000)),
        in_words: shop.in_words,
        at: "2026-11-22 14:03:09",
        platform: shop.platform,
        number: Some(12),
        order: Some(ORDER),
        barcode: true,
        collector: Some(shop.collector),
        link: Some(LINK),
    };
    slip(&head, &it)
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

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("receipts");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A printer of this kind, and its address.
fn printer(preset: Preset, name: &str) -> (Program, String) {
    let profile = preset.profile();
    let letters = match profile.letters {
        Letters::Own(page) if format!("{page:?}") == "Gb18030" => "gb18030",
        Letters::Own(_) | Letters::Drawn => "western",
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_printer-simulator"));
    command.args(["--dots", &profile.dots.to_string(), "--letters", letters]);
    let folder = folder().join(name);
    fs::create_dir_all(&folder).unwrap();
    command.arg("--folder").arg(folder);
    let mut program = Program::start(&mut command);
    let ready = program.line();
    let address = ready.strip_prefix("ready ").unwrap().to_owned();
    (program, address)
}

/// Prints it there, as the network's door does.
fn printed(program: &mut Program, address: &str, bytes: &[u8]) -> Value {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    serde_json::from_str(&program.line()).unwrap()
}

/// A grey map as the printer wrote it.
fn picture(file: &Path) -> (usize, usize, Vec<u8>) {
    let bytes = fs::read(file).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut numbers = head.split(' ').skip(1).map(|word| word.parse().unwrap());
    let (width, rows) = (numbers.next().unwrap(), numbers.next().unwrap());
    (width, rows, bytes[end + 1..].to_vec())
}

/// For people to look at.
fn save(name: &str, (width, rows, shades): &(usize, usize, Vec<u8>)) -> PathBuf {
    let path = folder().join(format!("{name}.png"));
    let file = fs::File::create(&path).unwrap();
    let mut encoder = png::Encoder::new(file, *width as u32, *rows as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(shades).unwrap();
    path
}

/// What zbar reads in a picture, sorted.
#[cfg(target_os = "linux")]
fn read_by_zbar(picture: &Path) -> Vec<String> {
    let output = Command::new("zbarimg")
        .args(["--quiet", "--nodbus"])
        .arg(picture)
        .output()
        .expect("zbarimg: run `cargo xtask setup`");
    let mut read: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    read.sort();
    read
}

/// What another reader reads of QR codes.
fn read_by_rqrr((width, rows, shades): &(usize, usize, Vec<u8>)) -> Vec<String> {
    let shade = |x, y| shades[y * width + x];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(*width, *rows, shade);
    let grids = picture.detect_grids();
    let read = grids.iter().filter_map(|grid| grid.decode().ok());
    read.map(|(_, text)| text).collect()
}

fn texts(told: &Value, what: &str) -> Vec<String> {
    told[what]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn another_printer_prints_what_was_meant() {
    use PaperLanguage::{En, ZhCn};
    use Preset as P;
    use Trust::{Confirmed, Reported};
    let mut font = SystemFont::find().expect("this system has fonts");
    let logo = logo();
    let paid = Kind::Payment;
    for (name, preset, receipt, slip, words) in [
        (
            "zh-58",
            P::Chinese58,
            payment(ZhCn, &TEA, Confirmed, paid, None),
            true,
            "微信支付",
        ),
        (
            "zh-58-reported-long-copy",
            P::Chinese58,
            payment(ZhCn, &LONG_TEA, Reported, paid, Some(1)),
            true,
            "副本 1",
        ),
        (
            "zh-80-refund",
            P::Chinese80,
            payment(ZhCn, &TEA, Confirmed, Kind::Refund, None),
            true,
            "-￥1,280.00",
        ),
        (
            "zh-58-drawn",
            P::Drawn58,
            payment(ZhCn, &LONG_TEA, Reported, paid, Some(1)),
            true,
            "",
        ),
        (
            "zh-80-on-western",
            P::Western80,
            payment(ZhCn, &TEA, Reported, paid, None),
            true,
            "¥1,280.00",
        ),
        (
            "en-58",
            P::Western58,
            payment(En, &CAFE, Confirmed, paid, None),
            true,
            "Corner Café",
        ),
        (
            "en-80-reported-long-copy",
            P::Western80,
            payment(En, &LONG_CAFE, Reported, paid, Some(2)),
            true,
            "COPY 2",
        ),
        (
            "en-80-narrow",
            P::Western80Narrow,
            payment(En, &CAFE, Confirmed, paid, None),
            true,
            "¥1,280.00",
        ),
        (
            "en-58-drawn",
            P::Drawn58,
            payment(En, &LONG_CAFE, Reported, paid, Some(1)),
            true,
            "",
        ),
    ] {
        let profile = preset.profile();
        let extras = Extras {
            logo: Some(&logo),
            typeface: Some(&mut font),
        };
        let bytes = escpos::bytes(&receipt, &profile, extras);
        // Our own reader, which draws the previews, finds nothing odd in it either.
        let paper = Paper::read(&bytes, &profile);
        let odd = |item: &&Item| matches!(item, Item::Odd { .. } | Item::CutOff);
        assert_eq!(paper.items.iter().find(odd), None, "{name}");
        let (mut program, address) = printer(preset, name);
        let told = printed(&mut program, &address, &bytes);
        assert_eq!(texts(&told, "faults"), [""; 0], "{name}");
        let lines = texts(&told, "lines").join("\n");
        assert!(lines.contains(words), "{name}: {words} is not in\n{lines}");
        let seen = picture(Path::new(told["picture"].as_str().unwrap()));
        let file = save(name, &seen);
        let link = slip.then(|| LINK.to_owned());
        assert_eq!(read_by_rqrr(&seen), Vec::from_iter(link), "{name}");
        // Elsewhere there is no zbar to install by one line.
        #[cfg(target_os = "linux")]
        {
            let barcode = slip && profile.draws_code128;
            let barcode = barcode.then(|| format!("CODE-128:{ORDER}"));
            let code = slip.then(|| format!("QR-Code:{LINK}"));
            let expected: Vec<String> = barcode.into_iter().chain(code).collect();
            assert_eq!(read_by_zbar(&file), expected, "{name}: {}", file.display());
        }
        #[cfg(not(target_os = "linux"))]
        drop(file);
    }
}

/// Text in many scripts, with whatever a stranger may send.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[一-龥，。]{0,60}",
        "[а-яА-Я ]{0,60}",
        "[\u{900}-\u{97f} ]{0,60}",
        "[\u{600}-\u{6ff} ]{0,60}",
        "[ -~]{0,80}",
        "(?s).{0,60}",
    ]
}

#[test]
fn whatever_is_on_it_another_printer_stumbles_over_nothing() {
    for preset in Preset::ALL {
        let profile = preset.profile();
        let (program, address) = printer(preset, &format!("any-{preset:?}"));
        let program = std::cell::RefCell::new(program);
        let cases = ProptestConfig {
            cases: 40,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let texts_in = (any_text(), any_text(), any_text(), any_text(), any_text());
        let amounts = (1..=Money::MAX_MINOR, any::<bool>(), any::<bool>());
        let outcome =
            TestRunner::new(cases).run(&(texts_in, amounts), |(words, (minor, refund, zh))| {
                let (shop, platform, order, collector, foot) = words;
                let head = Head {
                    shop: &shop,
                    foot: &foot,
                    language: PaperLanguage::ALL[usize::from(zh)],
                    ..Head::default()
                };
                let it = Slip {
                    kind: if refund { Kind::Refund } else { Kind::Payment },
                    test: false,
                    trust: Trust::Reported,
                    amount: Some(money(minor)),
                    in_words: &shop,
                    at: "2026-11-22 14:03:09",
                    platform: &platform,
                    number: Some(7),
                    order: Some(&order),
                    barcode: true,
                    collector: Some(&collector),
                    link: Some(LINK),
                };
                // Nobody draws here: what the printer lacks comes in plain letters.
                let none: Option<&mut dyn Typeface> = None;
                let extras = Extras {
                    logo: None,
                    typeface: none,
                };
                let bytes = escpos::bytes(&slip(&head, &it), &profile, extras);
                let told = printed(&mut program.borrow_mut(), &address, &bytes);
                prop_assert_eq!(texts(&told, "faults"), [""; 0]);
                let lines = texts(&told, "lines");
                let digits = money(minor).display();
                let digits = digits.trim_start_matches(|c: char| !c.is_ascii_digit());
                prop_assert!(
                    lines.iter().any(|line| line.ends_with(digits)),
                    "{} in {:#?}",
                    digits,
                    lines
                );
                prop_assert_eq!(told["drawers"].as_array().map(Vec::len), Some(0));
                Ok(())
            });
        outcome.unwrap_or_else(|fault| panic!("{preset:?}: {fault}"));
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
