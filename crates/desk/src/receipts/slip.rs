//! What stands on a payment's receipt: texts from its row in the book. Pure.

use super::view::ReceiptSample;
use crate::{
    announcer::phrase,
    ledger::Line,
    settings::{Language, SpeechLanguage, printers::PrinterSetup},
    shown::Clock,
    views::LineId,
    words,
};
use devices::printer::receipt::{Block, Head, Receipt, Slip, slip, words::PaperLanguage};
use domain::{Currency, Kind, Money, Platform, Seq, Timestamp, Trust};

/// All that a receipt is made from besides its payment.
pub(crate) struct Around<'a> {
    pub(crate) printer: &'a PrinterSetup,
    pub(crate) shop: &'a str,
    /// Who collected it, as the book has it.
    pub(crate) collector: &'a str,
    pub(crate) clock: &'a Clock,
    /// The mark on the paper.
    pub(crate) copy: Option<u32>,
    /// By the owner's rule.
    pub(crate) by_itself: bool,
    /// Whoever pays is still here, and may need change.
    pub(crate) fresh: bool,
}

/// All papers of one job.
pub(crate) fn papers(line: &Line, around: &Around<'_>) -> Receipt {
    let printer = around.printer;
    let paper = one(line, around);
    let mut blocks = Vec::new();
    // A reprint opens no drawer, and neither does a refund: nobody pays cash then.
    if printer.drawer && around.fresh && around.copy.is_none() && line.kind == Kind::Payment {
        blocks.push(Block::Drawer);
    }
    if printer.bell && around.by_itself {
        blocks.push(Block::Bell);
    }
    for _ in 0..printer.copies {
        blocks.extend(paper.blocks.iter().cloned());
    }
    Receipt { blocks }
}

fn one(line: &Line, around: &Around<'_>) -> Receipt {
    let printer = around.printer;
    let language = printer.language;
    let head = Head {
        shop: around.shop,
        top: printer.top.trim(),
        logo: printer.logo,
        language,
        copy: around.copy,
        foot: printer.foot.trim(),
    };
    let rows = printer.rows;
    let amount = line.amount.filter(|_| rows.in_words);
    let in_words = amount.map(|amount| in_words(language, amount));
    let order = line.order.as_deref().or(line.transaction.as_deref());
    let own = printer.collector.trim();
    let collector = match own.is_empty() {
        true => around.collector.trim(),
        false => own,
    };
    let at = around
        .clock
        .in_full(line.paid_at.unwrap_or(line.accepted_at));
    slip(
        &head,
        &Slip {
            kind: line.kind,
            test: line.test,
            trust: line.trust,
            amount: line.amount,
            in_words: in_words.as_deref().unwrap_or_default(),
            at: &at,
            platform: &platform(language, &line.platform),
            number: line.number.filter(|_| rows.number),
            order: order.filter(|_| rows.order),
            barcode: printer.barcode,
            collector: Some(collector).filter(|name| rows.collector && !name.is_empty()),
            link: Some(printer.link.trim()).filter(|link| !link.is_empty()),
        },
    )
}

/// A made-up payment, for previews and tests of printers.
pub(super) fn sample(
    sample: ReceiptSample,
    currency: Currency,
    clock: &Clock,
    now: Timestamp,
) -> Line {
    let platform = match currency {
        Currency::CNY => Platform::WECHAT,
        _ => Platform::STRIPE,
    };
    let refund = sample == ReceiptSample::Refund;
    Line {
        id: LineId(0),
        seq: Seq(0),
        day: clock.day_of(now),
        number: (!refund).then_some(12),
        kind: if refund { Kind::Refund } else { Kind::Payment },
        trust: match sample {
            ReceiptSample::Reported => Trust::Reported,
            _ => Trust::Confirmed,
        },
        platform,
        amount: Money::parse("12.8", currency)
            .or_else(|_| Money::parse("1280", currency))
            .ok(),
        payer: None,
        note: None,
        order: Some("20260315000123".to_owned()),
        transaction: None,
        // Whoever finds such a paper on the floor must not take it for money.
        test: true,
        paid_at: Some(now),
        accepted_at: now,
        received_at: now,
        shown_at: None,
        spoken_at: None,
        told: true,
        collector: String::new(),
        standing: book::Standing::Counts,
        joined_to: None,
        corrected: 0,
        remarks: None,
        refund: None,
    }
}

/// A platform's name as the pages have it; one that has no name there is printed as it is called on the wire.
fn platform(language: PaperLanguage, platform: &Platform) -> String {
    let key = format!("platform.{}", platform.as_str());
    if words::has(&key) {
        return words::text(window_language(language), &key, &[]);
    }
    platform.as_str().to_owned()
}

fn window_language(language: PaperLanguage) -> Language {
    match language {
        PaperLanguage::En => Language::En,
        PaperLanguage::ZhCn => Language::ZhCn,
    }
}

/// The amount in words. In Chinese those that nobody turns into others with a pen: 壹佰 and not 一百.
fn in_words(language: PaperLanguage, amount: Money) -> String {
    match language {
        PaperLanguage::En => {
            let words = phrase::amount(SpeechLanguage::En, amount);
            let mut letters = words.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        }
        PaperLanguage::ZhCn => {
            let words = formal(&phrase::amount(SpeechLanguage::ZhCn, amount));
            let whole = amount.currency() == Currency::CNY && !words.ends_with('分');
            if whole { words + "整" } else { words }
        }
    }
}

/// Spoken numerals as they stand on vouchers.
fn formal(spoken: &str) -> String {
    let mut text = String::with_capacity(spoken.len() + 8);
    let mut after_digit = false;
    for letter in spoken.chars() {
        let digit = "零一二三四五六七八九"
            .chars()
            .position(|c| c == letter)
            .or((letter == '两').then_some(2));
        match (
            digit.and_then(|at| "零壹贰叁肆伍陆柒捌玖".chars().nth(at)),
            letter,
        ) {
            (Some(formal), _) => text.push(formal),
            // Spoken without its one: 十二 is 壹拾贰.
            (None, '十') if !after_digit => text.push_str("壹拾"),
            (None, '十') => text.push('拾'),
            (None, '百') => text.push('佰'),
            (None, '千') => text.push('仟'),
            (None, other) => text.push(other),
        }
        after_digit = digit.is_some_and(|digit| digit > 0);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cny, fake_hub};
    use devices::printer::receipt::Block;

    fn texts(printer: &PrinterSetup, collector: &str) -> Vec<String> {
        let clock = Clock::new(&fake_hub::shop().day_rule);
        let line = sample(
            ReceiptSample::Confirmed,
            Currency::CNY,
            &clock,
            Timestamp(0),
        );
        let around = Around {
            printer,
            shop: "Hill Tea",
            collector,
            clock: &clock,
            copy: None,
            by_itself: true,
            fresh: true,
        };
        let text = |block: Block| match block {
            Block::Text { text, .. } => Some(text),
            Block::Pair { left, right, .. } => Some(format!("{left}: {right}")),
            Block::Qr { data } => Some(format!("code {data}")),
            _ => None,
        };
        let papers = papers(&line, &around);
        papers.blocks.into_iter().filter_map(text).collect()
    }

    #[test]
    fn it_is_as_the_owner_wants_it() {
        let plain: PrinterSetup = serde_json::from_value(serde_json::json!({
            "id": "till", "name": "Till", "on": true, "target": { "at": "system", "name": "Office" },
        }))
        .unwrap();
        let all = texts(&plain, "Li Na");
        let rows = [
            "Twelve yuan",
            "Today's number: 12",
            "Order: 2026",
            "Collected by: Li Na",
        ];
        for row in rows {
            assert!(
                all.iter().any(|text| text.starts_with(row)),
                "{row}: {all:?}"
            );
        }
        assert!(!all.iter().any(|text| text.starts_with("code")), "{all:?}");
        assert!(
            !texts(&plain, " ")
                .iter()
                .any(|text| text.starts_with("Collected"))
        );
        let mut own = plain.clone();
        own.top = "12 Hill Road\nTel. 555 0142\n".to_owned();
        own.link = " https://tea.example/ ".to_owned();
        own.collector = "Front desk".to_owned();
        own.rows = serde_json::from_str(r#"{"in_words": false, "order": false}"#).unwrap();
        let some = texts(&own, "Li Na");
        assert_eq!(some[..2], ["Hill Tea", "12 Hill Road\nTel. 555 0142"]);
        assert_eq!(some.last().unwrap(), "code https://tea.example/");
        assert!(
            some.contains(&"Collected by: Front desk".to_owned()),
            "{some:?}"
        );
        assert!(some.contains(&"Today's number: 12".to_owned()), "{some:?}");
        for gone in ["Twelve yuan", "Order:"] {
            assert!(
                !some.iter().any(|text| text.starts_with(gone)),
                "{gone}: {some:?}"
            );
        }
        own.rows.number = false;
        own.rows.collector = false;
        let few = texts(&own, "Li Na").join("\n");
        assert!(
            !few.contains("number") && !few.contains("Front desk"),
            "{few}"
        );
    }

    #[test]
    fn chinese_vouchers_have_their_own_numerals() {
        for (minor, words) in [
            (1, "壹分"),
            (50, "伍角整"),
            (1_280, "壹拾贰元捌角整"),
            (1_005, "壹拾元零伍分"),
            (200, "贰元整"),
            (11_200, "壹佰壹拾贰元整"),
            (20_000, "贰佰元整"),
            (10_000_000, "壹拾万元整"),
            (1_234_567, "壹万贰仟叁佰肆拾伍元陆角柒分"),
        ] {
            assert_eq!(in_words(PaperLanguage::ZhCn, cny(minor)), words);
        }
    }

    #[test]
    fn english_words_begin_like_a_sentence() {
        let dollars = Money::new(1_250, Currency::USD).unwrap();
        assert_eq!(
            in_words(PaperLanguage::En, dollars),
            "Twelve dollars and fifty cents"
        );
    }
}
