//! A workbook's parts as Excel reads them: styles, names of cells, days as numbers, texts that are valid XML.

use domain::BusinessDay;
use jiff::civil::{Date, DateTime, date};
use std::fmt::Write as _;

/// Sheets are what files are by default, so that their number need not be known before they are written.
pub(super) const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#,
    r#"<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
    r#"<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>"#,
    r#"</Types>"#
);

pub(super) const RELATIONS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>"#,
    r#"</Relationships>"#
);

/// In the order of [`Look`]. 164 and on are numbers of our own; 1, 3, 4 and 49 are Excel's.
pub(super) const STYLES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r#"<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>"#,
    r#"<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/>"#,
    r##"<numFmt numFmtId="166" formatCode="#,##0.000"/></numFmts>"##,
    r#"<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>"#,
    r#"<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>"#,
    r#"<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>"#,
    r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
    r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
    r#"<cellXfs count="9">"#,
    r#"<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>"#,
    r#"<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"</cellXfs>"#,
    r#"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>"#,
    r#"</styleSheet>"#
);

/// A sheet up to its columns: the first row stays where it is while the others move.
pub(super) const SHEET_HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r#"<sheetViews><sheetView workbookViewId="0">"#,
    r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>"#,
    r#"</sheetView></sheetViews><cols>"#
);

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Head = 1,
    Text,
    Whole,
    Money0,
    Money2,
    Money3,
    Day,
    Moment,
}

impl Look {
    pub(super) fn money(decimals: u32) -> Self {
        match decimals {
            0 => Self::Money0,
            3 => Self::Money3,
            _ => Self::Money2,
        }
    }

    /// Where it stands among the styles.
    pub(super) fn index(self) -> u8 {
        self as u8
    }
}

/// What says which sheets there are, and where they lie.
pub(super) fn workbook(sheets: &[String]) -> (String, String) {
    let mut book = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
        r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>"#
    ));
    let mut relations = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#
    ));
    let mut relation = |id: usize, kind: &str, target: &str| {
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        );
    };
    for (number, name) in (1_usize..).zip(sheets) {
        book.push_str(r#"<sheet name=""#);
        text(&mut book, &sheet_name(name));
        let _ = write!(book, r#"" sheetId="{number}" r:id="rId{number}"/>"#);
        relation(
            number,
            "worksheet",
            &format!("worksheets/sheet{number}.xml"),
        );
    }
    relation(sheets.len() + 1, "styles", "styles.xml");
    book.push_str("</sheets></workbook>");
    relations.push_str("</Relationships>");
    (book, relations)
}

/// Excel takes 31 letters and not these.
fn sheet_name(name: &str) -> String {
    name.chars()
        .filter(|c| !r"[]:*?/\".contains(*c))
        .take(31)
        .collect()
}

/// `A1`.
pub(super) fn reference(column: usize, row: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    loop {
        letters.push(b'A' + u8::try_from(left % 26).unwrap_or(0));
        match (left / 26).checked_sub(1) {
            Some(more) => left = more,
            None => break,
        }
    }
    letters.reverse();
    let mut at: String = letters.into_iter().map(char::from).collect();
    let _ = write!(at, "{row}");
    at
}

/// Excel counts days from here.
const FIRST: Date = date(1899, 12, 30);

fn days(day: Date) -> i64 {
    // A sheet knows no days before 1900, and no payment is of such.
    let span = FIRST.until((jiff::Unit::Day, day));
    span.map_or(0, |span| i64::from(span.get_days()).max(0))
}

/// A day as a number of days.
pub(super) fn serial_day(day: BusinessDay) -> String {
    let date: Option<Date> = day.to_string().parse().ok();
    date.map_or(0, days).to_string()
}

/// A time as a number of days, its hours as their part of one: ten digits are a hundred-thousandth of a second.
pub(super) fn serial_moment(at: DateTime) -> String {
    const DIGITS: u64 = 10_000_000_000;
    let time = at.time();
    let part = |part: i8| u64::from(part.unsigned_abs());
    let seconds = part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second());
    // Rounded to the nearest: cut off, 09:00:01 would be shown as a second less by some programs.
    let fraction = (seconds * DIGITS + 43_200) / 86_400;
    format!("{}.{fraction:010}", days(at.date()))
}

/// Excel holds no longer text in a cell, in UTF-16.
const TEXT_MAX: usize = 32_767;

/// A text as XML, with what XML or Excel would take for something else written so that it is read back as it is. What
/// cannot be in XML at all is left out.
pub(super) fn text(xml: &mut String, text: &str) {
    let mut left = TEXT_MAX;
    for (at, letter) in text.char_indices() {
        let Some(rest) = left.checked_sub(letter.len_utf16()) else {
            break;
        };
        left = rest;
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(letter),
            '_' if is_code(&text[at..]) => xml.push_str("_x005F_"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => xml.push(other),
        }
    }
}

/// `_x0041_` would be read as `A`.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[..2] == *b"_x"
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        && bytes[6] == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_names_that_excel_gives_them() {
        for (column, name) in [
            (0, "A7"),
            (25, "Z7"),
            (26, "AA7"),
            (51, "AZ7"),
            (52, "BA7"),
            (701, "ZZ7"),
            (702, "AAA7"),
        ] {
            assert_eq!(reference(column, 7), name);
        }
    }

    #[test]
    fn days_and_times_are_numbers() {
        let day = |text: &str| BusinessDay::parse(text).expect(text);
        // The first of March 1900 is 61: Excel believes in a 29th of February of that year.
        for (text, number) in [
            ("1900-03-01", "61"),
            ("2026-11-22", "46348"),
            ("2024-02-29", "45351"),
        ] {
            assert_eq!(serial_day(day(text)), number);
        }
        for (text, number) in [
            ("2026-11-22T00:00:00", "46348.0000000000"),
            ("2026-11-22T12:00:00", "46348.5000000000"),
            ("2026-11-22T23:59:59", "46348.9999884259"),
            ("2026-11-22T09:00:01", "46348.3750115741"),
        ] {
            assert_eq!(serial_moment(text.parse().expect(text)), number);
        }
    }

    #[test]
    fn texts_are_xml_and_read_back_as_they_are() {
        for (from, to) in [
            ("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;"),
            ("_x0041_", "_x005F_x0041_"),
            ("_x004_", "_x004_"),
            ("收\u{1}款\u{ffff}", "收款"),
            ("a\nb", "a\nb"),
        ] {
            let mut xml = String::new();
            text(&mut xml, from);
            assert_eq!(xml, to);
        }
        let mut long = String::new();
        text(&mut long, &"😀".repeat(20_000));
        assert_eq!(long.chars().count(), 16_383);
    }
}
