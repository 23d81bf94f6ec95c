//! A closing as it comes out of a receipt printer: bounded, with what is signed at its end.

use super::*;
use crate::settings::printers::PrinterTarget;
use devices::printer::{escpos, paper as printed, profile::Profile};
use reports::testing;

fn paper(json_language: Language, late: usize, copy: Option<u32>) -> Paper {
    let mut one = testing::closing();
    one.late = vec![one.late[0].clone(); late];
    one.late_count = u32::try_from(late).expect("few");
    let around = Around {
        texts: words::all(json_language),
        language: tag(json_language),
        detail: Detail::Short,
        printed: testing::at("2026-11-23T00:02:00"),
        copy,
    };
    closing(&one, &around)
}

fn printer(copies: u8) -> PrinterSetup {
    serde_json::from_value(serde_json::json!({
        "id": "till", "name": "Till", "on": true, "copies": copies,
        "target": PrinterTarget::System { name: "Office".into(), sheet: Default::default() },
    }))
    .expect("a printer")
}

fn texts(receipt: &Receipt) -> Vec<String> {
    let text = |block: &Block| match block {
        Block::Text { text, .. } => Some(text.clone()),
        Block::Pair { left, right, .. } => Some(format!("{left} | {right}")),
        _ => None,
    };
    receipt.blocks.iter().filter_map(text).collect()
}

#[test]
fn it_is_short_and_has_all_that_a_drawer_is_closed_by() {
    let receipt = papers(
        &paper(Language::ZhCn, 1, Some(1)),
        &printer(1),
        Language::ZhCn,
    );
    assert!(receipt.blocks.len() < 150, "{}", receipt.blocks.len());
    let texts = texts(&receipt);
    for wanted in [
        "小满便利店",
        "日结单 第 326 号",
        "** 副本 1 **",
        "合计 | ¥8,929.20",
        "  收款笔数 | 132",
        "  收款 | ¥8,944.20",
        "支付宝 | ¥3,411.10",
        "应有现金 | ¥306.50",
        "短款 | ¥0.50",
        "¥100.00 · 3 | ¥300.00",
        "9f2c 41d0 7ab8 e356 0c1d 9f2c 41d0 7ab8 e356 0c1d 9f2c 41d0 7ab8 e356 0c1d 77aa",
        "店主（签字）",
    ] {
        assert!(
            texts.iter().any(|text| text == wanted),
            "{wanted}: {texts:#?}"
        );
    }
    assert_eq!(receipt.blocks.last(), Some(&Block::Cut));
}

#[test]
fn however_much_there_is_it_is_signed_at_the_end() {
    for copies in 1..=3 {
        let mut long = paper(Language::En, 1, None);
        let note = Part::Note("again".to_owned());
        long.parts.splice(1..1, std::iter::repeat_n(note, 900));
        let receipt = papers(&long, &printer(copies), Language::En);
        let most = BLOCKS_MAX * usize::from(copies);
        assert!(receipt.blocks.len() <= most, "{copies}");
        // What is sent to the printer has all of it too.
        let sent = escpos::bytes(&receipt, &Profile::default(), escpos::Extras::default());
        let sent = String::from_utf8_lossy(&sent);
        assert_eq!(
            sent.matches("Owner (signature)").count(),
            usize::from(copies)
        );
        let texts = texts(&receipt);
        let signed = texts.iter().filter(|text| *text == "Owner (signature)");
        assert_eq!(signed.count(), usize::from(copies));
        let heads = texts.iter().filter(|text| text.starts_with("9f2c"));
        assert_eq!(heads.count(), usize::from(copies));
    }
}

/// Whatever a busy day has, and however many copies: the drawer's count is on each, and what is left out is named.
#[test]
fn a_long_closing_never_loses_the_drawer() {
    let whole = texts(&papers(
        &paper(Language::En, 1, None),
        &printer(1),
        Language::En,
    ));
    for copies in 1..=3 {
        let mut long = paper(Language::En, 1, None);
        for part in &mut long.parts {
            if let Part::Table(table) = part {
                let row = table.rows[0].clone();
                table.rows.extend(std::iter::repeat_n(row, 70));
            }
        }
        let receipt = papers(&long, &printer(copies), Language::En);
        let papers: Vec<&[Block]> = receipt
            .blocks
            .split_inclusive(|block| *block == Block::Cut)
            .collect();
        assert_eq!(papers.len(), usize::from(copies));
        for blocks in papers {
            assert!(blocks.len() <= BLOCKS_MAX);
            let one = texts(&Receipt {
                blocks: blocks.to_vec(),
            });
            for wanted in [
                "Should be in the drawer",
                "Counted |",
                "Short |",
                "Owner (signature)",
            ] {
                let there = |texts: &[String]| texts.iter().any(|text| text.starts_with(wanted));
                assert!(there(&whole) && there(&one), "{wanted}: {one:#?}");
            }
            assert!(one.iter().any(|text| text == "Since the book began"));
            let more = |text: &&String| text.starts_with("And ") && text.ends_with("in the book.");
            assert!(one.iter().filter(more).count() > 2, "{one:#?}");
        }
    }
    assert!(!whole.iter().any(|text| text.starts_with("And ")));
}

/// The same bytes that a printer gets, read back by the reader that draws previews.
#[test]
fn a_receipt_printer_takes_it() {
    let receipt = papers(&paper(Language::En, 1, None), &printer(1), Language::En);
    let profile = Profile::default();
    let bytes = escpos::bytes(&receipt, &profile, escpos::Extras::default());
    let read = printed::Paper::read(&bytes, &profile);
    let lines = read.items.iter().filter_map(|item| match item {
        printed::Item::Line { spans, .. } => Some(
            spans
                .iter()
                .map(|span| span.text.as_str())
                .collect::<String>(),
        ),
        _ => None,
    });
    let all: Vec<String> = lines.collect();
    let text = all.join("\n");
    assert!(text.contains("Should be in the drawer"), "{text}");
    assert!(text.contains("Owner (signature)"), "{text}");
}
