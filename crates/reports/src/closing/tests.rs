//! What stands on the paper of a closing: all of it, in both languages, and nothing that is not to be known.

use super::*;
use crate::testing;

const EN: &str = include_str!("../../../../ui/src/locales/en.json");
const ZH: &str = include_str!("../../../../ui/src/locales/zh-CN.json");

fn lines(paper: &Paper) -> Vec<String> {
    let mut lines = vec![paper.shop.clone(), paper.title.clone(), paper.day.clone()];
    lines.extend(paper.marks.iter().cloned());
    for part in &paper.parts {
        match part {
            Part::Heading(text) | Part::Note(text) => lines.push(text.clone()),
            Part::Pairs(pairs) => {
                lines.extend(
                    pairs
                        .iter()
                        .map(|one| format!("{} | {}", one.left, one.right)),
                );
            }
            Part::Table(table) => {
                for row in table.rows.iter().chain(&table.sums) {
                    assert_eq!(row.len(), table.heads.len(), "{row:?}");
                    lines.push(row.join(" | "));
                }
            }
            Part::Signatures(who) => lines.extend(who.iter().cloned()),
        }
    }
    lines
}

fn made(json: &str, language: &str, detail: Detail, copy: Option<u32>) -> Vec<String> {
    let texts = Texts::read(json);
    let around = Around {
        texts: &texts,
        language,
        detail,
        printed: testing::at("2026-11-23T00:02:00"),
        copy,
    };
    lines(&closing(&testing::closing(), &around))
}

#[test]
fn everything_that_a_closing_holds_is_on_it() {
    let lines = made(EN, "en", Detail::Whole, Some(2));
    for wanted in [
        "小满便利店",
        "Day's closing no. 326",
        "COPY 2",
        "Business day | 2026-11-22",
        "From – to | 2026-11-22 04:00 – 2026-11-23 04:00 (Asia/Shanghai)",
        "Opened by | 小王",
        "Closed by | 李小满",
        "Printed | 2026-11-23 00:02:00",
        "Closing before | 325",
        "Of this day | 131 | ¥8,931.40 | 2 | −¥15.00 | ¥8,916.40",
        "Came after their day was closed | 1 | ¥12.80 | 0 | ¥0.00 | ¥12.80",
        "Together | 132 | ¥8,944.20 | 2 | −¥15.00 | ¥8,929.20",
        "Alipay | 49 | ¥3,426.10 | 2 | −¥15.00 | ¥3,411.10",
        "not known | 31 | ¥1,931.40 | 2 | −¥15.00 | ¥1,916.40",
        "10:00 | 10 | ¥710.00 | 0 | ¥0.00 | ¥710.00",
        "Float | ¥300.00",
        "Paid out | −¥8.50",
        "Should be in the drawer | ¥306.50",
        "Counted | ¥306.00",
        "Short | ¥0.50",
        "Reason | 找零少了五角",
        "¥100.00 | 3 | ¥300.00",
        "2026-11-22 09:30:00 | Paid out: 牛奶 Milk & bread | 小王 | −¥8.50",
        "Reported by a phone only | 2",
        "2026-11-22 12:31:07 | Amount not given | WeChat Pay | 41 | not given",
        "2026-11-21 21:40:00 | 2026-11-21 | Alipay | 118 | ¥12.80",
        "Running total | 48211 | ¥3,912,047.50 | 120 | −¥2,100.00 | ¥3,909,947.50",
        "9f2c 41d0 7ab8 e356 0c1d 9f2c 41d0 7ab8 e356 0c1d 9f2c 41d0 7ab8 e356 0c1d 77aa",
        "Owner (signature)",
    ] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "{wanted} is missing: {lines:#?}"
        );
    }
}

#[test]
fn no_word_is_missing_in_either_language() {
    for (json, language) in [(EN, "en"), (ZH, "zh-CN")] {
        for detail in [Detail::Whole, Detail::Short] {
            let lines = made(json, language, detail, None);
            let raw = lines
                .iter()
                .find(|line| line.contains("paper.") || line.contains('{'));
            assert_eq!(raw, None, "{language}");
        }
    }
}

#[test]
fn a_roll_has_no_endless_lists() {
    let mut long = testing::closing();
    long.late = vec![long.late[0].clone(); 500];
    long.late_count = 700;
    let texts = Texts::read(EN);
    let mut around = Around {
        texts: &texts,
        language: "en",
        detail: Detail::Short,
        printed: testing::at("2026-11-23T00:02:00"),
        copy: None,
    };
    assert!(lines(&closing(&long, &around)).len() < 120);
    around.detail = Detail::Whole;
    let whole = lines(&closing(&long, &around));
    assert!(whole.len() > 500);
    assert!(
        whole
            .iter()
            .any(|line| line == "And 200 more, in the book.")
    );
}

#[test]
fn a_day_that_is_looked_at_says_that_it_is_not_closed() {
    let texts = Texts::read(EN);
    let around = Around {
        texts: &texts,
        language: "en",
        detail: Detail::Short,
        printed: testing::at("2026-11-22T18:00:00"),
        copy: None,
    };
    let paper = look(&testing::closing(), &around);
    assert_eq!(paper.marks, ["NOT CLOSED"]);
    let lines = lines(&paper);
    for not_yet in ["ignature", "326", "Closed by", "9f2c"] {
        assert!(
            lines.iter().all(|line| !line.contains(not_yet)),
            "{not_yet}"
        );
    }
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("Of this day | 131"))
    );
}
