//! Rows and cells out of every kind of text and quoting, and the bounds.

use super::*;
use proptest::prelude::*;

fn cells(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
    let table = Table::read(bytes, &Limits::default()).expect("a table");
    table
        .rows()
        .map(|row| (row.number(), row.cells().map(str::to_owned).collect()))
        .collect()
}

fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn splits_as_each_platform_writes() {
    for (text, expected) in [
        (
            "a,b\r\n1, 2 \n",
            vec![row(1, &["a", "b"]), row(2, &["1", "2"])],
        ),
        // Blank lines are left out, and the lines of the others stay theirs.
        (
            "a,b\n\n,,\n1,2",
            vec![row(1, &["a", "b"]), row(4, &["1", "2"])],
        ),
        // WeChat: comma and back-tick together divide, each alone may stand in a value.
        (
            "甲,乙\n`1,2,`3`4\n",
            vec![row(1, &["甲", "乙"]), row(2, &["1,2", "3`4"])],
        ),
        (
            "`a,`b\n`1,`\n",
            vec![row(1, &["a", "b"]), row(2, &["1", ""])],
        ),
        // Quotes as spreadsheets write them, a tab after one as WeChat does.
        (
            "a,b\n\"x, \"\"y\"\"\",\"1\"\t\n",
            vec![row(1, &["a", "b"]), row(2, &["x, \"y\"", "1"])],
        ),
        // A quote within a value is a letter; one that never ends is too, and takes no row with it.
        (
            "a,b\nx\"y,1\n\"z,2\nw,3\n",
            vec![
                row(1, &["a", "b"]),
                row(2, &["x\"y", "1"]),
                row(3, &["\"z", "2"]),
                row(4, &["w", "3"]),
            ],
        ),
        // A value over two lines.
        (
            "a,b\n\"x\ny\",1\nz,2\n",
            vec![
                row(1, &["a", "b"]),
                row(2, &["x\ny", "1"]),
                row(4, &["z", "2"]),
            ],
        ),
        // Not in a file of Alipay's or WeChat's, which never do that: two such letters are two.
        (
            "#支付宝,b\n\"x,1\ny\",2\n",
            vec![
                row(1, &["#支付宝", "b"]),
                row(2, &["\"x", "1"]),
                row(3, &["y\"", "2"]),
            ],
        ),
        (
            "a;b\n1,5;2,5\n",
            vec![row(1, &["a", "b"]), row(2, &["1,5", "2,5"])],
        ),
        (
            "a\tb\n1\t2,5\n",
            vec![row(1, &["a", "b"]), row(2, &["1", "2,5"])],
        ),
        ("a,b\r1,2\r", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
        ("\u{feff}\"a\",b\n", vec![row(1, &["a", "b"])]),
    ] {
        assert_eq!(cells(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn decodes_what_files_come_in() {
    let gbk = encoding_rs::GB18030
        .encode("交易时间,金额\n")
        .0
        .into_owned();
    let mut broken = gbk.clone();
    broken.extend(b"\xff,1\n");
    let utf16: Vec<u8> = "\u{feff}a\tb\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend("交易时间".as_bytes());
    let mut broken_utf8 = "交易时间,金额\n".as_bytes().to_vec();
    broken_utf8.extend(b"\xff,1\n");
    for (bytes, encoding, replaced, begins) in [
        (gbk, TextEncoding::Gb18030, 0, "交易时间,"),
        // One broken byte does not make another encoding of it.
        (broken, TextEncoding::Gb18030, 1, "交易时间,"),
        (broken_utf8, TextEncoding::Utf8, 1, "交易时间,"),
        (marked, TextEncoding::Utf8, 0, "交易"),
        (utf16, TextEncoding::Utf16, 0, "a\tb"),
        (
            b"M\xfcller".to_vec(),
            TextEncoding::Windows1252,
            0,
            "Müller",
        ),
        (b"plain".to_vec(), TextEncoding::Utf8, 0, "plain"),
    ] {
        let decoded = decode(&bytes).expect(begins);
        assert_eq!(
            (decoded.encoding, decoded.replaced),
            (encoding, replaced),
            "{begins}"
        );
        assert!(decoded.text.starts_with(begins), "{:?}", decoded.text);
    }
    assert_eq!(decode(b"a\0b"), None, "no text has that");
}

#[test]
fn finds_headers_by_their_names() {
    let text = "注：1 金额\n,,\n交易时间 , 金额（元）,Created (UTC),备注,\n1,2,3,4,\n";
    let table = Table::read(text.as_bytes(), &Limits::default()).expect("a table");
    let header = table
        .header(&[&["交易时间"], &["总额", "金额(元)"]])
        .expect("found");
    assert_eq!((header.line(), header.row(), header.width()), (3, 1, 4));
    assert_eq!(header.column(&["created (utc)"]), Some(2));
    assert_eq!(header.column(&["nothing", "备注"]), Some(3));
    assert_eq!(header.names()[1], "金额（元）");
    let below: Vec<_> = table
        .below(&header)
        .map(|row| row.at(Some(1)).to_owned())
        .collect();
    assert_eq!(below, ["2"]);
    assert_eq!(
        table.row(2).map(|row| (row.at(None), row.cell(99))),
        Some(("", ""))
    );
    let deep = format!("{}交易时间,b\n", "x,y\n".repeat(HEADER_WITHIN));
    let table = Table::read(deep.as_bytes(), &Limits::default()).expect("a table");
    assert_eq!(table.header(&[&["交易时间"]]), None, "only near the top");
}

#[test]
fn stays_within_bounds() {
    let limits = Limits {
        line: 100,
        rows: 10,
        columns: 5,
        cells: 30,
        ..Limits::default()
    };
    let long_quoted = format!("a,b\n\"{}\n{}\",1\n", "x".repeat(60), "y".repeat(60));
    for (text, expected) in [
        (String::new(), Err(TableError::Empty)),
        ("\n , \n".to_owned(), Err(TableError::Empty)),
        (
            "a\n".to_owned() + &"x".repeat(101),
            Err(TableError::LongLine(2)),
        ),
        ("a\nb,c,d,e,f,g\n".to_owned(), Err(TableError::Wide(2))),
        ("a\n".repeat(11), Err(TableError::TooLarge)),
        ("a,b,c,d\n".repeat(8), Err(TableError::TooLarge)),
        ("a\0".to_owned(), Err(TableError::NotText)),
        ("a,b\n".repeat(10), Ok(10)),
        // A value that would be too long when put together stays in its lines.
        (long_quoted, Ok(3)),
    ] {
        let read = Table::read(text.as_bytes(), &limits).map(|table| table.len());
        assert_eq!(read, expected, "{text:?}");
    }
    assert_eq!(
        Table::read(b"PK\x03\x04 and nothing", &limits),
        Err(TableError::Damaged)
    );
}

/// Ten thousand values that never end must not be looked for to the end ten thousand times.
#[test]
fn open_quotes_cost_no_more_than_their_lines() {
    let text = "a,b\n".to_owned() + &"\"x,1\n\"\"y,2\n".repeat(100_000);
    let started = std::time::Instant::now();
    let table = Table::read(text.as_bytes(), &Limits::default()).expect("a table");
    assert!(table.len() > 100_000);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

proptest! {
    /// What a spreadsheet quotes comes back, whatever stands in it.
    #[test]
    fn quoted_values_read_back(values in prop::collection::vec("[a-z,\"\n ]{0,12}", 2..6)) {
        let quoted: Vec<String> = values.iter().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect();
        let text = format!("h1,h2,h3\nx,y,z\n{}\n", quoted.join(","));
        let table = Table::read(text.as_bytes(), &Limits::default()).expect("a table");
        let trimmed: Vec<&str> = values.iter().map(|v| v.trim()).collect();
        if trimmed.iter().any(|v| !v.is_empty()) {
            let row = table.row(2).expect("the row");
            prop_assert_eq!(row.cells().collect::<Vec<_>>(), trimmed);
        }
    }

    /// Every value of a WeChat row comes back, whatever marks stand in it, but for the two that divide it.
    #[test]
    fn ticked_values_read_back(values in prop::collection::vec("[a-z,\" ]{0,12}", 2..6)) {
        let header: Vec<&str> = values.iter().map(|_| "h").collect();
        let row: Vec<String> = values.iter().map(|v| format!("`{v}")).collect();
        let text = format!("{}\n{}\n", header.join(","), row.join(","));
        let table = Table::read(text.as_bytes(), &Limits::default()).expect("a table");
        if values.iter().any(|v| !v.trim().is_empty()) {
            let found: Vec<&str> = table.row(1).expect("the row").cells().collect();
            let trimmed: Vec<&str> = values.iter().map(|v| v.trim()).collect();
            prop_assert_eq!(found, trimmed);
        }
    }

    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[,\"`\n\r;\tab]{0,200}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(table) = Table::read(bytes, &Limits::default()) {
                for row in table.rows() {
                    let _ = (row.text(), row.number(), row.cell(3));
                }
                let _ = table.header(&[&["a"]]);
            }
        }
    }
}
