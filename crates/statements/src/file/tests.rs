//! Archives good, locked, cut, nested and hostile.

use super::*;
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const CSV: &[u8] = include_bytes!("../fixtures/wechat/personal.csv");
const CLASSIC: &[u8] = include_bytes!("../fixtures/wechat/personal_classic.zip");
const AES: &[u8] = include_bytes!("../fixtures/wechat/personal_aes.zip");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("packs");
    encoder.finish().expect("packs")
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("begins");
        writer.write_all(bytes).expect("packs");
    }
    writer.finish().expect("packs").into_inner()
}

fn small() -> Limits {
    Limits {
        unpacked: 1000,
        ratio: 5,
        ratio_from: 300,
        entries: 3,
        ..Limits::default()
    }
}

fn opened(bytes: &[u8], password: Option<&str>) -> Result<Vec<OpenedFile>, FileError> {
    open("a.bin", bytes, password, &Limits::default())
}

#[test]
fn the_same_file_however_it_was_packed() {
    let plain = &opened(CSV, None).expect("opens")[0];
    assert_eq!(
        (plain.name.as_str(), plain.bytes.as_slice()),
        ("a.bin", CSV)
    );
    let hex: String = plain
        .sha256
        .iter()
        .take(4)
        .map(|b| format!("{b:02x}"))
        .collect();
    let expected: String = ring::digest::digest(&ring::digest::SHA256, CSV).as_ref()[..4]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(hex, expected);
    for (bytes, password) in [
        (gzip(CSV), None),
        // Two members are one file.
        ([gzip(&CSV[..100]), gzip(&CSV[100..])].concat(), None),
        (archive(&[("x.csv", CSV)]), None),
        (archive(&[("x.csv.gz", &gzip(CSV))]), None),
        (gzip(&archive(&[("x.csv", CSV)])), None),
        (archive(&[("x.zip", &archive(&[("x.csv", CSV)]))]), None),
        (CLASSIC.to_vec(), Some("123456")),
    ] {
        let files = opened(&bytes, password).expect("opens");
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].sha256, plain.sha256, "{}", files[0].name);
        assert_eq!(files[0].bytes, CSV);
    }
}

#[test]
fn names_as_chinese_systems_write_them() {
    let files = opened(include_bytes!("../fixtures/alipay/merchant.csv.zip"), None).expect("opens");
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "20880000000000010156_20260501_业务明细.csv",
            "20880000000000010156_20260501_业务明细(汇总).csv"
        ]
    );
    let hostile = archive(&[
        ("../../etc/passwd", b"a".as_slice()),
        ("C:\\x\\y.csv", b"b"),
        ("__MACOSX/._x", b"c"),
        ("folder/", b""),
        ("empty.csv", b""),
    ]);
    let names: Vec<String> = opened(&hostile, None)
        .expect("opens")
        .into_iter()
        .map(|file| file.name)
        .collect();
    assert_eq!(names, ["passwd", "y.csv"], "never a path");
}

#[test]
fn passwords() {
    for (bytes, what) in [(CLASSIC, "classic"), (AES, "AES")] {
        assert_eq!(opened(bytes, None), Err(FileError::NeedsPassword), "{what}");
        assert_eq!(
            opened(bytes, Some("654321")),
            Err(FileError::WrongPassword),
            "{what}"
        );
        assert_eq!(
            opened(bytes, Some("")),
            Err(FileError::WrongPassword),
            "{what}"
        );
        let files = opened(bytes, Some("123456")).expect(what);
        assert_eq!(files.len(), 1, "{what}");
    }
    // A spreadsheet in an archive stays whole.
    let sheet = opened(AES, Some("123456")).expect("opens").remove(0);
    assert_eq!(
        sheet.bytes,
        include_bytes!("../fixtures/wechat/personal.xlsx")
    );
    assert_eq!(sheet.name, "微信支付账单流水文件(20260501-20260501).xlsx");
    // One in 256 wrong passwords passes the classic check; what comes out tells.
    for n in 0..600 {
        let wrong = opened(CLASSIC, Some(&format!("wrong{n}")));
        assert_eq!(wrong, Err(FileError::WrongPassword), "{n}");
    }
}

#[test]
fn what_is_no_statement_is_said() {
    for (bytes, error) in [
        (&b""[..], FileError::Empty),
        (b"%PDF-1.7", FileError::NotUnderstood(Foreign::Pdf)),
        (b"Rar!\x1a\x07", FileError::NotUnderstood(Foreign::Archive)),
        (
            b"7z\xbc\xaf\x27\x1c",
            FileError::NotUnderstood(Foreign::Archive),
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            FileError::NotUnderstood(Foreign::OldSpreadsheet),
        ),
        (b"\x89PNG\r\n", FileError::NotUnderstood(Foreign::Picture)),
        (
            b"\n<!DOCTYPE HTML><html>",
            FileError::NotUnderstood(Foreign::WebPage),
        ),
        (b"PK\x03\x04half", FileError::Unfinished),
        (b"\x1f\x8b\x08", FileError::Unfinished),
        (b"\x1f\x8bnothing of the kind", FileError::Damaged),
    ] {
        assert_eq!(opened(bytes, None), Err(error), "{bytes:?}");
    }
    assert_eq!(opened(&archive(&[]), None), Err(FileError::Empty));
    assert_eq!(
        opened(&archive(&[("a.csv", b""), ("b/", b"")]), None),
        Err(FileError::Empty)
    );
}

#[test]
fn cut_and_damaged_archives() {
    let packed = gzip(CSV);
    assert_eq!(
        opened(&packed[..packed.len() - 5], None),
        Err(FileError::Unfinished)
    );
    let mut broken = packed.clone();
    let last = broken.len() - 6;
    broken[last] ^= 0xff;
    assert_eq!(
        opened(&broken, None),
        Err(FileError::Damaged),
        "its sum is wrong"
    );
    let zip = archive(&[("x.csv", CSV)]);
    assert_eq!(
        opened(&zip[..zip.len() - 30], None),
        Err(FileError::Unfinished)
    );
    let mut broken = zip.clone();
    broken[60] ^= 0xff;
    assert!(matches!(
        opened(&broken, None),
        Err(FileError::Damaged | FileError::Unfinished)
    ));
}

#[test]
fn bombs_are_stopped_by_what_comes_out() {
    let zeros = vec![b'0'; 5000];
    let some = vec![b'1'; 250];
    for (bytes, error, what) in [
        (gzip(&zeros), FileError::TooLarge { limit: 1000 }, "gzip"),
        (
            archive(&[("x", &zeros)]),
            FileError::TooLarge { limit: 1000 },
            "zip",
        ),
        (zeros.clone(), FileError::TooLarge { limit: 1000 }, "plain"),
        (
            gzip(&vec![b'0'; 900]),
            FileError::TooLarge { limit: 1000 },
            "ratio",
        ),
        (
            archive(&[("a", &some), ("b", &some[1..]), ("c", &some[..249])]),
            FileError::Empty,
            "fits",
        ),
        (
            archive(&[("a", b"1"), ("b", b"2"), ("c", b"3"), ("d", b"4")]),
            FileError::TooManyEntries { limit: 3 },
            "entries",
        ),
        (
            gzip(&gzip(&gzip(b"x"))),
            FileError::TooDeep,
            "archives of archives of archives",
        ),
        (
            archive(&[("z", &archive(&[("z", &archive(&[("x", b"x")]))]))]),
            FileError::TooDeep,
            "archives of archives of archives",
        ),
    ] {
        let result = open("x", &bytes, None, &small());
        match error {
            FileError::Empty => assert!(result.is_ok(), "{what}: {result:?}"),
            error => assert_eq!(result.map(|files| files.len()), Err(error), "{what}"),
        }
    }
    // Entries that are each within bounds and together are not.
    let many = archive(&[("a", &zeros[..290]), ("b", &zeros[..290])]);
    let tight = Limits {
        unpacked: 500,
        ..small()
    };
    assert_eq!(
        open("x", &many, None, &tight),
        Err(FileError::TooLarge { limit: 500 })
    );
}

/// A directory of a great many entries is not even listed.
#[test]
fn a_directory_without_end() {
    let mut bytes = archive(&[("a.csv", b"one")]);
    bytes.extend(b"PK\x01\x02".repeat(20_000));
    assert_eq!(
        opened(&bytes, None),
        Err(FileError::TooManyEntries { limit: 20_000 })
    );
}

#[test]
fn two_files_of_one_name_are_not_one() {
    let mut bytes = archive(&[("a.csv", b"one"), ("b.csv", b"two")]);
    while let Some(at) = bytes.windows(5).position(|w| w == b"b.csv") {
        bytes[at] = b'a';
    }
    assert_eq!(opened(&bytes, None), Err(FileError::Damaged));
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), mark in 0_usize..4) {
        let marks: [&[u8]; 4] = [b"", b"\x1f\x8b\x08\0", b"PK\x03\x04", b"PK\x05\x06"];
        let bytes = [marks[mark], &bytes].concat();
        let _ = open("x", &bytes, Some("p"), &small());
    }
}
