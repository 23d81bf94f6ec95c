//! Byte examples from makers' tables, as they come out on paper.

use super::*;
use crate::printer::profile::Preset;
use proptest::prelude::*;

fn read(bytes: &[u8], preset: Preset) -> Vec<Item> {
    Paper::read(bytes, &preset.profile()).items
}

fn line(text: &str, column: usize, look: Look) -> Item {
    let wide_letters = text.chars().filter(|c| !c.is_ascii()).count();
    let span = Span {
        column,
        columns: (text.chars().count() + wide_letters) * usize::from(look.wide),
        text: text.into(),
        look,
    };
    Item::Line {
        spans: vec![span],
        full: false,
    }
}

#[test]
fn what_bytes_put_on_paper() {
    let double = Look {
        bold: true,
        wide: 2,
        tall: 2,
    };
    for (bytes, items) in [
        (&b"\x1b\x40Hi\n"[..], vec![line("Hi", 0, PLAIN)]),
        (b"\xba\xcf\xbc\xc6\n", vec![line("合计", 0, PLAIN)]),
        (
            b"\x1b\x61\x01\x1b\x45\x01\x1d\x21\x1112.50\n",
            vec![line("12.50", 11, double)],
        ),
        (b"\x1b\x21\x38X\n", vec![line("X", 0, double)]),
        (b"\x1b\x61\x02right\n", vec![line("right", 27, PLAIN)]),
        (b"\x1b\x70\x00\x19\xfa", vec![Item::Drawer { pin: 2 }]),
        (b"\x1b\x70\x01\x19\xfa", vec![Item::Drawer { pin: 5 }]),
        (b"\x1b\x64\x03", vec![Item::Feed { lines: 3 }]),
        (b"\x1d\x56\x42\x00\x1d\x56\x01\x1b\x6d", vec![Item::Cut; 3]),
        (b"\x1b\x42\x02\x04", vec![Item::Bell]),
        (b"\x10\x04\x01", vec![Item::Asked { question: 1 }]),
        (
            b"\x1d\x6b\x04A-1\x00",
            vec![Item::Barcode {
                kind: 4,
                data: "A-1".into(),
            }],
        ),
        (
            b"\x1d\x6b\x49\x06{B1{C\x02",
            vec![Item::Barcode {
                kind: 8,
                data: "102".into(),
            }],
        ),
        (b"\x1d\x76\x30", vec![Item::CutOff]),
        (b"\x1b\x01", vec![Item::Odd { byte: 1 }]),
    ] {
        assert_eq!(read(bytes, Preset::Chinese58), items, "{bytes:02x?}");
    }
}

#[test]
fn a_qr_code_of_twenty_two_bytes() {
    let bytes = b"\x1d\x28\x6b\x04\x00\x31\x41\x32\x00\x1d\x28\x6b\x03\x00\x31\x43\x06\
        \x1d\x28\x6b\x03\x00\x31\x45\x31\x1d\x28\x6b\x19\x00\x31\x50\x30https://pay.example/12\
        \x1d\x28\x6b\x03\x00\x31\x51\x30";
    let data = "https://pay.example/12".into();
    assert_eq!(
        read(bytes, Preset::Chinese58),
        [Item::Qr { data, module: 6 }]
    );
}

#[test]
fn code_pages_are_the_makers() {
    // 17 is Cyrillic at one maker's and Greek at another's.
    let bytes = b"\x1c\x2e\x1b\x74\x11\x88\n";
    let western = Preset::Western80.profile();
    assert_eq!(Paper::read(bytes, &western).lines(), ["И"]);
    let rongta = Profile {
        maker: Maker::Rongta,
        ..western
    };
    assert_eq!(
        Paper::read(b"\x1c\x2e\x1b\x74\x11\xc1\n", &rongta).lines(),
        ["Α"]
    );
}

#[test]
fn paper_ends_at_its_last_column() {
    let items = read(&[b'x'; 40], Preset::Chinese58);
    let [Item::Line { full, .. }, Item::Line { spans, .. }] = &items[..] else {
        panic!("{items:?}");
    };
    assert!(full);
    assert_eq!(spans[0].columns, 8);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600), preset in 0..7_usize) {
        let _ = read(&bytes, Preset::ALL[preset]);
    }
}
