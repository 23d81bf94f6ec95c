//! What a file is recognised as, and what is said of one that is nothing known.

use super::*;
use crate::{
    file::open,
    testing::{checks, file, read_bytes, shop},
};

#[test]
fn answers_in_place_of_a_bill() {
    for (bytes, answer) in [
        (&include_bytes!("../fixtures/wechat/no_bill.xml")[..], NoBill::NoTrade),
        (include_bytes!("../fixtures/wechat/creating.xml"), NoBill::NotYet),
        (include_bytes!("../fixtures/wechat/no_statement.json"), NoBill::NoTrade),
        (br#"{"code":"SIGN_ERROR","message":"x"}"#, NoBill::Refused),
        (
            br#"{"alipay_data_dataservice_bill_downloadurl_query_response":{"code":"40004","sub_code":"isp.bill_not_exist"}}"#,
            NoBill::NoTrade,
        ),
        (
            b"<xml><return_code>FAIL</return_code><return_msg>invalid</return_msg></xml>",
            NoBill::Refused,
        ),
    ] {
        assert_eq!(read_bytes(bytes), Err(ReadError::NoBill(answer)));
    }
    for other in ["{}", "{\"a\":1}", "<xml>return_code</xml>"] {
        let read = read_bytes(other.as_bytes());
        assert!(
            !matches!(read, Err(ReadError::NoBill(_))),
            "{other}: {read:?}"
        );
    }
}

#[test]
fn an_unknown_header_is_shown_as_it_stands() {
    let text = "Report of May\n\nTag,Summe,Kunde\n2026-05-01,1.00,x\n";
    assert_eq!(
        read_bytes(text.as_bytes()),
        Err(ReadError::Unknown {
            header: Some(HeaderRow {
                line: 3,
                names: ["Tag", "Summe", "Kunde"].map(str::to_owned).to_vec()
            })
        })
    );
    assert_eq!(
        read_bytes(b"1,2\n3,4\n"),
        Err(ReadError::Unknown { header: None })
    );
    assert_eq!(
        read_bytes(b"\n\n"),
        Err(ReadError::Table(TableError::Empty))
    );
    assert_eq!(
        read_bytes(b"a\0b"),
        Err(ReadError::Table(TableError::NotText))
    );
    let inside = OpenedFile {
        bytes: b"%PDF-1.7".to_vec(),
        ..file(b"x")
    };
    assert_eq!(
        read(&inside, &[], &shop()),
        Err(ReadError::NotUnderstood(Foreign::Pdf)),
        "a PDF in an archive"
    );
}

/// The archive of Alipay's merchants: details and the summary beside them.
#[test]
fn an_archive_of_two_files() {
    let archive = include_bytes!("../fixtures/alipay/merchant.csv.zip");
    let files = open("m.zip", archive, None, &Limits::default()).expect("opens");
    let details = read(&files[0], &[], &shop()).expect("reads");
    assert_eq!(
        (details.kind, details.rows.len()),
        (StatementKind::AlipayTrade, 2)
    );
    assert_eq!(
        read(&files[1], &[], &shop()),
        Err(ReadError::Summary {
            of: StatementKind::AlipayTrade
        })
    );
}

/// A letter that was lost is told, and costs no row.
#[test]
fn lost_letters_are_told() {
    let mut bytes = include_bytes!("../fixtures/alipay/trade_gbk.csv").to_vec();
    let goods = bytes
        .windows(2)
        .rposition(|pair| pair == [0xba, 0xec])
        .expect("红 in GBK");
    bytes[goods] = 0xff;
    let statement = read_bytes(&bytes).expect("reads");
    assert_eq!((statement.rows.len(), statement.unreadable.len()), (2, 0));
    assert!(
        checks(&statement)[0].starts_with("encoding 0 "),
        "{:?}",
        checks(&statement)
    );
    assert!(!statement.checks[0].holds);
}

/// A hundred thousand payments are a day of a large shop: seconds in a debug build, far less in what ships.
#[test]
fn a_large_bill_in_time() {
    let text = String::from_utf8(include_bytes!("../fixtures/wechat/trade_all.csv").to_vec())
        .expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    let mut bill = String::from(lines[0]);
    for n in 0..20_000 {
        bill.push('\n');
        bill.push_str(&lines[1].replace("344556677", &format!("{n:09}")));
    }
    bill.push_str(&format!(
        "\n{}\n`20000,`256000.00,`0.00,`0.00,`1600.00000,`256000.00,`0.00\n",
        lines[3]
    ));
    let started = std::time::Instant::now();
    let statement = read_bytes(bill.as_bytes()).expect("reads");
    assert_eq!(statement.rows.len(), 20_000);
    assert!(
        statement.checks.iter().all(|check| check.holds),
        "{:?}",
        checks(&statement)
    );
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
