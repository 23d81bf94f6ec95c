//! Closings as PDF, seen by programs that are not ours: their text taken out again, their fonts looked up, their pages
//! drawn. Linux alone has those programs by a package; the documents are the same everywhere.

#![cfg(target_os = "linux")]

use book::dayend::Moment;
use reports::{
    Texts,
    closing::{Around, Detail, closing},
    paper::{Paper, Part},
    pdf::{Dots, PdfError, document, dots},
    testing,
};
use std::{fs, path::PathBuf, process::Command};

const EN: &str = include_str!("../../../ui/src/locales/en.json");
const ZH: &str = include_str!("../../../ui/src/locales/zh-CN.json");

fn made(json: &str, language: &str, copy: Option<u32>) -> Paper {
    let texts = Texts::read(json);
    let printed: Moment = testing::at("2026-11-23T00:02:00");
    let around = Around {
        texts: &texts,
        language,
        detail: Detail::Whole,
        printed,
        copy,
    };
    closing(&testing::closing(), &around)
}

struct Opened {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn opened(paper: &Paper, name: &str) -> Opened {
    let bytes = document(paper).expect("a document");
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("closing.pdf");
    fs::write(&path, &bytes).expect("written");
    // Kept for people to look at, where they ask for it.
    if let Some(folder) = std::env::var_os("TILLBELL_SHOTS") {
        let _ = fs::write(PathBuf::from(folder).join(name), &bytes);
    }
    Opened { _dir: dir, path }
}

impl Opened {
    fn told(&self, program: &str, before: &[&str], after: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(before).arg(&self.path).args(after);
        let output = command.output().unwrap_or_else(|error| {
            panic!("{program}: {error}; `cargo xtask setup` installs poppler-utils")
        });
        assert!(output.status.success(), "{program}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    fn text(&self) -> String {
        self.told("pdftotext", &["-layout", "-enc", "UTF-8"], &["-"])
    }
}

/// Blanks between letters are where a reader puts them.
fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn all_of_its_text_can_be_taken_out_again() {
    for (json, language, name) in [
        (EN, "en", "closing-en.pdf"),
        (ZH, "zh-CN", "closing-zh.pdf"),
    ] {
        let paper = made(json, language, Some(1));
        let text = packed(&opened(&paper, name).text());
        let mut wanted = vec![paper.shop.clone(), paper.title.clone(), paper.day.clone()];
        wanted.extend(paper.marks.clone());
        for part in &paper.parts {
            match part {
                Part::Pairs(pairs) => {
                    wanted.extend(
                        pairs
                            .iter()
                            .flat_map(|one| [one.left.clone(), one.right.clone()]),
                    );
                }
                Part::Table(table) => wanted.extend(table.rows.iter().flatten().cloned()),
                Part::Signatures(who) => wanted.extend(who.clone()),
                Part::Heading(text) => wanted.push(text.clone()),
                // Broken over lines, with what stands at the edges between them.
                Part::Note(_) => {}
            }
        }
        for one in wanted {
            assert!(text.contains(&packed(&one)), "{language}: {one} is missing");
        }
    }
}

#[test]
fn fonts_are_embedded_in_part_and_can_be_read_back() {
    let pdf = opened(&made(ZH, "zh-CN", None), "fonts.pdf");
    let fonts = pdf.told("pdffonts", &[], &[]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let yes: Vec<&str> = row
            .split_whitespace()
            .filter(|word| *word == "yes")
            .collect();
        assert_eq!(yes.len(), 3, "embedded, a part, with letters: {row}");
    }
    let size = fs::metadata(&pdf.path).expect("a file").len();
    assert!(size < 400_000, "{size} bytes");
}

#[test]
fn long_lists_go_over_pages_with_their_heads() {
    let texts = Texts::read(EN);
    let mut long = testing::closing();
    long.late = vec![long.late[0].clone(); 400];
    long.late_count = 400;
    let around = Around {
        texts: &texts,
        language: "en",
        detail: Detail::Whole,
        printed: testing::at("2026-11-23T00:02:00"),
        copy: None,
    };
    let pdf = opened(&closing(&long, &around), "closing-long.pdf");
    let text = pdf.text();
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() >= 8, "{}", pages.len());
    for (at, page) in (1..).zip(&pages) {
        assert!(
            page.contains(&format!("Page {at} of {}", pages.len())),
            "{page}"
        );
        assert!(page.contains("fingerprint 9f2c 41d0"), "{page}");
    }
    assert_eq!(text.matches("2026-11-21 21:40:00").count(), 400);
    let with_rows = pages
        .iter()
        .filter(|page| page.contains("2026-11-21 21:40:00"));
    for page in with_rows {
        assert!(page.contains("Business day"), "a head is missing: {page}");
    }
    let last = pages.last().expect("a page");
    assert!(last.contains("Owner (signature)") && last.contains("Closed by (signature)"));
}

#[test]
fn a_letter_that_no_font_has_is_never_left_out() {
    let mut paper = made(EN, "en", None);
    // A sign: it stands there by its number.
    paper
        .parts
        .push(Part::Note("note \u{e000} end \u{1f9ff}".to_owned()));
    let text = opened(&paper, "signs.pdf").text();
    assert!(text.contains("[U+E000]"), "{text}");
    // A letter of a script of which nobody has a font yet.
    paper
        .parts
        .push(Part::Note("name \u{16d40}\u{16d43}".to_owned()));
    match document(&paper) {
        Err(PdfError::NoLetters { letters, .. }) => assert!(letters.contains('\u{16d43}')),
        other => panic!("{other:?}"),
    }
}

/// Figures below each other are as wide as each other: the right edge of every amount of a column is the same.
#[test]
fn figures_line_up() {
    let pdf = opened(&made(ZH, "zh-CN", None), "figures.pdf");
    let boxes = pdf.told("pdftotext", &["-bbox"], &["-"]);
    let right_of = |amount: &str| -> f64 {
        let row = boxes
            .lines()
            .find(|row| row.contains(&format!(">{amount}</word>")));
        let row = row.unwrap_or_else(|| panic!("{amount} is missing"));
        let (_, edge) = row.split_once("xMax=\"").expect("an edge");
        let (edge, _) = edge.split_once('"').expect("an edge");
        edge.parse().expect("a number")
    };
    let edges = ["¥4,210.30", "¥3,426.10", "¥1,280.00", "¥15.00"].map(right_of);
    assert!(
        edges.iter().all(|edge| (edge - edges[0]).abs() < 0.6),
        "{edges:?}"
    );
}

/// A page that a program of others drew, black and white.
fn drawn_by_others(pdf: &Opened, page: usize, inch: u16) -> Dots {
    let (inch, page) = (inch.to_string(), page.to_string());
    let to = pdf.path.with_extension("drawn");
    let before = ["-mono", "-singlefile", "-r", &inch, "-f", &page];
    pdf.told("pdftoppm", &before, &[&to.to_string_lossy()]);
    let bytes =
        fs::read(to.with_extension("drawn.pbm")).or_else(|_| fs::read(to.with_extension("pbm")));
    let bytes = bytes.expect("a picture");
    let head: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'\n').collect();
    let [kind, size, rest] = head[..] else {
        panic!("no picture")
    };
    assert_eq!(kind, b"P4");
    let size: Vec<usize> = String::from_utf8_lossy(size)
        .split(' ')
        .filter_map(|n| n.parse().ok())
        .collect();
    let (width, rows) = (size[0], size[1]);
    Dots {
        width,
        rows,
        bytes_a_row: width.div_ceil(8),
        bytes: rest.to_vec(),
    }
}

/// Printers that take no document get drawings: of the same, at the same places.
#[test]
fn drawn_pages_show_what_the_document_shows() {
    const INCH: u16 = 150;
    const CELL: usize = 30;
    for (json, language) in [(EN, "en"), (ZH, "zh-CN")] {
        let paper = made(json, language, Some(1));
        let pdf = opened(&paper, "drawn.pdf");
        let pages = dots(&paper, INCH).expect("pages");
        assert!(!pages.is_empty());
        for (at, ours) in (1..).zip(&pages) {
            if let Some(folder) = std::env::var_os("TILLBELL_SHOTS") {
                let mut picture = format!("P4\n{} {}\n", ours.width, ours.rows).into_bytes();
                picture.extend(&ours.bytes);
                let _ = fs::write(
                    PathBuf::from(folder).join(format!("drawn-{language}-{at}.pbm")),
                    picture,
                );
            }
            let theirs = drawn_by_others(&pdf, at, INCH);
            assert!(ours.width.abs_diff(theirs.width) < 3 && ours.rows.abs_diff(theirs.rows) < 3);
            let ink = |page: &Dots, left: usize, top: usize| {
                let dots = (0..CELL * CELL)
                    .filter(|dot| page.is_black(left + dot % CELL, top + dot / CELL));
                dots.count()
            };
            let (mut cells, mut odd) = (0, 0);
            for top in (0..ours.rows).step_by(CELL) {
                for left in (0..ours.width).step_by(CELL) {
                    let (a, b) = (ink(ours, left, top), ink(&theirs, left, top));
                    cells += usize::from(a.max(b) > 0);
                    odd += usize::from(a.abs_diff(b) > 40 + a.max(b) / 3);
                }
            }
            assert!(
                cells > 100 && odd * 30 < cells,
                "{language}, page {at}: {odd} of {cells} differ"
            );
        }
    }
}
